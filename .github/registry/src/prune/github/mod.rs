//! GitHub's API: what its registry holds, and which pull requests are closed.

mod packages;
mod pulls;

use std::env;
use std::time::Duration;

use ::ureq::http::Method;
use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;

use crate::registry::http::{Answer, Request, agent, escape, send_once};
use crate::registry::retry::{Failure, until_done};

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
            match exhausted(&answer, Timestamp::now()) {
                Some(wait) => {
                    Err(Failure::Transient { why: format!("{}{}", answer.status, answer.said()), wait: Some(wait) })
                }
                None => Ok(answer),
            }
        })
    }

    /// The JSON at an address; `None` where there is nothing that this token may see. `right` is what the token should be.
    fn read<T: serde::de::DeserializeOwned>(&self, url: &str, right: &str) -> Result<Option<(T, Answer)>> {
        let what = format!("reading {url}");
        let answer = self.request(&what, Method::GET, url)?;
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

/// How long to wait where the hour's requests are used up, which GitHub answers with 403.
fn exhausted(answer: &Answer, now: Timestamp) -> Option<Duration> {
    if answer.status != 403 || answer.header("x-ratelimit-remaining") != Some("0") {
        return None;
    }
    let reset: i64 = answer.header("x-ratelimit-reset")?.parse().ok()?;
    Some(Duration::from_secs(u64::try_from(reset - now.as_second()).unwrap_or(0) + 1))
}

fn refused(answer: &Answer, right: &str) -> anyhow::Error {
    let hint = match answer.status {
        401 | 403 => format!("; right would be a token with {right}"),
        _ => String::new(),
    };
    anyhow!("GitHub answers {}{}{hint}", answer.status, answer.said())
}
