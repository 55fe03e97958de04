//! GitHub's API: what its registry holds, and which pull requests are closed.

mod packages;
mod pulls;

use std::env;
use std::time::Duration;

use ::ureq::http::Method;
use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;

use crate::registry::http::{Answer, Request, agent, escape, send_once};
use crate::registry::retry::{Failure, Wait, retry_after, until_done};

pub use packages::Packages;
pub use pulls::{Project, pull_requests};

/// A client of the API.
pub struct Api {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
}

impl Api {
    /// The API at this address, with the token of the environment if there is one.
    pub fn open(base: &str) -> Self {
        let token = ["GITHUB_TOKEN", "GH_TOKEN"]
            .into_iter()
            .find_map(|name| env::var(name).ok().filter(|token| !token.is_empty()));
        Self { agent: agent(), base: base.trim_end_matches('/').to_owned(), token }
    }

    /// The address of what these parts of a path lead to.
    fn url(&self, parts: &[&str]) -> String {
        parts.iter().fold(self.base.clone(), |url, part| format!("{url}/{}", escape(part)))
    }

    fn request(&self, what: &str, method: Method, url: &str) -> Result<Answer> {
        let headers = [("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];
        let authorization = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let request =
            Request { method, headers: &headers, authorization: authorization.as_deref(), ..Request::get(url) };
        until_done(what, || {
            let answer = send_once(&self.agent, &request)?;
            match limited(&answer, Timestamp::now()) {
                Some(wait) => Err(Failure::Transient {
                    why: format!("{}{}", answer.status, answer.said()),
                    wait: Wait::Said(wait),
                }),
                None => Ok(answer),
            }
        })
    }

    /// The JSON at an address; `None` where there is nothing that this token may see. `right` is what the token should be.
    fn read<T: serde::de::DeserializeOwned>(&self, url: &str, right: &str) -> Result<Option<(T, Answer)>> {
        let what = format!("reading {url}");
        let answer = self.request(&what, Method::GET, url)?.sensible().context(what.clone())?;
        match answer.status {
            200 => {}
            404 => return Ok(None),
            _ => return Err(refused(&answer, right).context(what)),
        }
        let value =
            serde_json::from_slice(&answer.body).with_context(|| format!("{what}: this isn't what was asked for"))?;
        Ok(Some((value, answer)))
    }
}

/// How long to wait where there were too many requests, which GitHub answers with 403 as well: too many in a short while, as
/// deletions may be, or the hour's. As documented under
/// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>.
fn limited(answer: &Answer, now: Timestamp) -> Option<Duration> {
    if answer.status != 403 {
        return None;
    }
    if let Some(wait) = answer.header("retry-after").and_then(|value| retry_after(value, now)) {
        return Some(wait);
    }
    if answer.header("x-ratelimit-remaining") == Some("0") {
        let reset: i64 = answer.header("x-ratelimit-reset")?.parse().ok()?;
        return Some(Duration::from_secs(u64::try_from(reset - now.as_second()).unwrap_or(0) + 1));
    }
    // It says no time then; a minute is the least.
    answer.said().contains("secondary rate limit").then_some(Duration::from_secs(60))
}

fn refused(answer: &Answer, right: &str) -> anyhow::Error {
    let hint = match answer.status {
        401 | 403 => format!("; right would be a token with {right}"),
        _ => String::new(),
    };
    anyhow!("GitHub answers {}{}{hint}", answer.status, answer.said())
}

#[cfg(test)]
mod tests {
    use ::ureq::http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn a_limit_is_told_from_a_refusal() {
        let now = Timestamp::from_second(1000).unwrap();
        let wait = |status, headers: &[(&'static str, &'static str)], message: &str| {
            let headers =
                headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            let body = serde_json::json!({ "message": message }).to_string().into_bytes();
            let answer = Answer { status, headers: HeaderMap::from_iter(headers), body, redirected: None };
            limited(&answer, now).map(|wait| wait.as_secs())
        };
        let secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        assert_eq!(wait(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1009")], "Exceeded"), Some(10));
        assert_eq!(wait(403, &[("retry-after", "30"), ("x-ratelimit-remaining", "900")], secondary), Some(30));
        assert_eq!(wait(403, &[("x-ratelimit-remaining", "900")], secondary), Some(60));
        assert_eq!(wait(403, &[("x-ratelimit-remaining", "900")], "Resource not accessible by integration"), None);
        assert_eq!(wait(404, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1009")], "Not Found"), None);
    }
}
