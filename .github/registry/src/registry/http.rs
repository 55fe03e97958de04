//! One request and its answer.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use ureq::ResponseExt as _;
use ureq::http::{self, HeaderMap, Method};

use super::retry::{Failure, Wait, retry_after};

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// For the methods that have one.
    pub(crate) body: &'a [u8],
    pub(crate) authorization: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A plain reading of this address.
    pub(crate) fn get(url: &'a str) -> Self {
        Self { method: Method::GET, url, headers: &[], body: &[], authorization: None }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Where it came from in the end, if not from where it was asked.
    pub(crate) redirected: Option<String>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The server's own words, after a colon; empty where it has none.
    pub(crate) fn said(&self) -> String {
        #[derive(Deserialize)]
        struct Envelope {
            #[serde(default)]
            errors: Vec<Entry>,
            /// GitHub's.
            message: Option<String>,
        }
        #[derive(Deserialize)]
        struct Entry {
            #[serde(default)]
            code: String,
            #[serde(default)]
            message: String,
        }
        let Ok(envelope) = serde_json::from_slice::<Envelope>(&self.body) else {
            return if self.is_page() { format!(": a web page{}", self.way()) } else { String::new() };
        };
        let entries =
            envelope.errors.into_iter().map(|entry| format!("{} {}", entry.code, entry.message).trim().to_owned());
        let said: Vec<_> = entries.chain(envelope.message).collect();
        if said.is_empty() { String::new() } else { format!(": {}", said.join("; ")) }
    }

    /// Refuses a success that is none: a page for people, which a redirect to a login leads to, or an error under 200.
    pub(crate) fn sensible(self) -> Result<Self> {
        if !(200..300).contains(&self.status) {
            return Ok(self);
        }
        if self.is_page() {
            bail!(
                "it answers {} with a web page{}, and so isn't what should be there; look at the address, and whether a login \
                 or a proxy is in the way",
                self.status,
                self.way()
            );
        }
        Ok(self)
    }

    /// The same for what has a body, and where the answer may be that there is no such thing: a page says that of another
    /// server's pages, and nothing of what this repository has.
    pub(crate) fn of_a_registry(self) -> Result<Self> {
        if self.status == 404 && self.is_page() {
            bail!("it answers 404 with a web page{}, and so isn't a registry; look at the address", self.way());
        }
        self.sensible_json()
    }

    /// The same for an answer in JSON, which may say in its own words that it is an error.
    pub(crate) fn sensible_json(self) -> Result<Self> {
        #[derive(Deserialize)]
        struct Envelope {
            errors: Vec<serde::de::IgnoredAny>,
        }
        let is_error = serde_json::from_slice::<Envelope>(&self.body).is_ok_and(|all| !all.errors.is_empty());
        if is_error && (200..300).contains(&self.status) {
            bail!("it answers {}, and means an error{}", self.status, self.said());
        }
        self.sensible()
    }

    /// Whether it is for people, and from no registry.
    fn is_page(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default().trim_start();
        let start: Vec<u8> = self.body.iter().take(64).map(u8::to_ascii_lowercase).collect();
        let start = start.trim_ascii_start();
        kind.get(..9).is_some_and(|kind| kind.eq_ignore_ascii_case("text/html"))
            || start.starts_with(b"<!doctype html")
            || start.starts_with(b"<html")
    }

    fn way(&self) -> String {
        self.redirected.as_ref().map(|place| format!(" after a redirect to {place}")).unwrap_or_default()
    }

    /// The address of the next page, as a `Link` header has it.
    pub(crate) fn next_page(&self) -> Option<&str> {
        let links = self.header("link")?.split(',');
        let next = links
            .into_iter()
            .find(|link| link.split(';').skip(1).any(|part| part.trim().eq_ignore_ascii_case("rel=\"next\"")))?;
        next.split(';').next()?.trim().strip_prefix('<')?.strip_suffix('>')
    }
}

/// The most that is read of an answer. The largest layer here has a few megabytes.
const MOST: u64 = 512 << 20;

/// A client that says who it is and waits for no one for ever.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .user_agent(concat!("kyklos-registry/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_global(Some(Duration::from_secs(300)))
        .build()
        .into()
}

/// Sends a request, once. What the server can't do just now is a transient failure; any other status is an answer.
pub(crate) fn send_once(agent: &ureq::Agent, request: &Request<'_>) -> Result<Answer, Failure> {
    let mut builder = http::Request::builder().method(&request.method).uri(request.url);
    for (name, value) in request.headers {
        builder = builder.header(*name, *value);
    }
    if let Some(authorization) = request.authorization {
        builder = builder.header("authorization", authorization);
    }
    let bad = || format!("the address `{}`", request.url);
    let has_body = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    let sent = if has_body {
        agent.run(builder.body(request.body).with_context(bad)?)
    } else {
        agent.run(builder.body(()).with_context(bad)?)
    };
    let sent = sent.map_err(no_answer)?;
    let end = sent.get_uri().to_string();
    let place = end.split('?').next().unwrap_or_default().to_owned();
    let redirected = Some(place).filter(|place| !same_place(place, request.url));
    let (parts, mut body) = sent.into_parts();
    let body = body.with_config().limit(MOST).read_to_vec().map_err(no_answer)?;
    let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body, redirected };
    if matches!(answer.status, 408 | 429 | 500 | 502 | 503 | 504) {
        let said = answer.header("retry-after").and_then(|value| retry_after(value, Timestamp::now()));
        let why = format!("{}{}", parts.status, answer.said());
        return Err(match said {
            Some(time) => Failure::Transient { why, wait: Wait::Said(time) },
            None if answer.status == 429 => Failure::Transient { why, wait: Wait::TOO_MANY },
            None => Failure::transient(why),
        });
    }
    Ok(answer)
}

/// The path decides: what a server is asked beside it may be written in several ways, and may be a secret.
fn same_place(one: &str, other: &str) -> bool {
    let path = |url: &str| url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
    path(one) == path(other)
}

/// Without an answer it may have been the network; a wrong address or certificate stays wrong.
fn no_answer(error: ureq::Error) -> Failure {
    use ureq::Error as E;
    match error {
        E::Io(_) | E::Timeout(_) | E::HostNotFound | E::ConnectionFailed | E::Protocol(_) | E::BodyStalled => {
            Failure::transient(error.to_string())
        }
        error => Failure::Final(anyhow!(error)),
    }
}

/// A text as the value of a query.
pub(crate) fn escape(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(link: &str) -> Answer {
        let headers = HeaderMap::from_iter([(http::header::LINK, link.parse().unwrap())]);
        Answer { status: 200, headers, body: Vec::new(), redirected: None }
    }

    #[test]
    fn the_next_page_among_others() {
        let github = "<https://api.example/x?page=1>; rel=\"prev\", <https://api.example/x?page=3>; rel=\"next\"";
        assert_eq!(answer(github).next_page(), Some("https://api.example/x?page=3"));
        assert_eq!(
            answer("</v2/x/tags/list?last=b&n=2>; rel=\"next\"").next_page(),
            Some("/v2/x/tags/list?last=b&n=2")
        );
        assert_eq!(answer("<https://api.example/x?page=1>; rel=\"last\"").next_page(), None);
    }

    #[test]
    fn a_page_and_an_error_are_no_success() {
        let answer = |status, kind: &str, body: &str| Answer {
            status,
            headers: HeaderMap::from_iter([(http::header::CONTENT_TYPE, kind.parse().unwrap())]),
            body: body.as_bytes().to_vec(),
            redirected: Some("https://example.com/login".to_owned()),
        };
        let page = answer(200, "Text/HTML; charset=utf-8", "").sensible().unwrap_err().to_string();
        assert!(page.contains("200 with a web page after a redirect to https://example.com/login"), "{page}");
        assert!(answer(200, "text/plain", "\n<!DOCTYPE HTML><p>").sensible().is_err());
        assert!(answer(404, "text/html", "<html>").sensible().is_ok(), "a refusal is one in any form");
        let error = r#"{"errors":[{"code":"DENIED","message":"no"}]}"#;
        let page = answer(404, "text/html", "<html>").of_a_registry().unwrap_err().to_string();
        assert!(page.contains("404 with a web page after a redirect"), "{page}");
        let unknown = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}"#;
        assert_eq!(answer(404, "application/json", unknown).of_a_registry().unwrap().status, 404);
        let said = answer(200, "application/json", error).sensible_json().unwrap_err().to_string();
        assert!(said.contains("it answers 200, and means an error: DENIED no"), "{said}");
        assert!(answer(200, "application/json", r#"{"tags":[],"errors":[]}"#).sensible_json().is_ok());
    }

    #[test]
    fn what_registries_say() {
        let body = br#"{"errors":[{"code":"DENIED","message":"requested access is denied","detail":[]}]}"#;
        let answer = Answer { status: 403, headers: HeaderMap::new(), body: body.to_vec(), redirected: None };
        assert_eq!(answer.said(), ": DENIED requested access is denied");
        assert_eq!(Answer { body: b"<html>".to_vec(), ..answer }.said(), ": a web page");
    }
}
