//! Which pull requests are closed, as documented under <https://docs.github.com/en/rest/pulls/pulls>.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};
use serde::Deserialize;

use super::Api;
use crate::prune::inventory::Inventory;
use crate::prune::retention::{PullRequest, PullRequests};
use crate::tag::Tag;

/// A project on GitHub, `<owner>/<name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    owner: String,
    name: String,
}

impl FromStr for Project {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let known =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        match text.split_once('/') {
            Some((owner, name)) if known(owner) && known(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => bail!("`{text}` is no project on GitHub; one is `owner/name`"),
        }
    }
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// What GitHub says of each pull request that has an image.
pub fn pull_requests(api: &Api, project: &Project, inventory: &Inventory) -> Result<PullRequests> {
    #[derive(Deserialize)]
    struct Pull {
        state: State,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum State {
        Open,
        Closed,
    }
    let mut all = PullRequests::new();
    for tag in inventory.tags() {
        let Some(Tag::PullRequest(number)) = Tag::parse(tag) else { continue };
        let url = api.url(&["repos", &project.owner, &project.name, "pulls", &number.to_string()]);
        let found = api.read::<Pull>(&url, "`pull-requests: read`")?;
        let state = match found {
            Some((Pull { state: State::Open }, _)) => PullRequest::Open,
            Some((Pull { state: State::Closed }, _)) => PullRequest::Closed,
            None => PullRequest::Unknown,
        };
        all.insert(number, state);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_an_owner_and_a_name() {
        assert_eq!("kyklos/kyklos".parse::<Project>().unwrap().to_string(), "kyklos/kyklos");
        for wrong in ["", "kyklos", "/kyklos", "kyklos/", "a/b/c", "a/b c"] {
            assert!(wrong.parse::<Project>().unwrap_err().to_string().contains("one is `owner/name`"), "{wrong}");
        }
    }
}
