//! What happened, and the tag that it makes.

use std::fmt;

use anyhow::{Context, Result, bail};

use crate::tag::{Branch, Rolling, ShortSha, Tag, number_of};
use crate::version::Version;

/// An event that publishes an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A push to a branch that is published.
    Push(Branch, ShortSha),
    /// The tag of a release or of a pre-release.
    Release(Version),
    /// A push to a pull request.
    PullRequest(u64),
}

impl Event {
    /// A push of this commit to this branch.
    pub fn push(branch: &str, sha: &str) -> Result<Self> {
        let Some(short) = ShortSha::of(sha) else {
            bail!(
                "`{sha}` is no commit; one is named by 40 lower-case hexadecimal digits, or by the first seven or more"
            );
        };
        if branch == "main" {
            return Ok(Self::Push(Branch::Main, short));
        }
        match branch.strip_prefix("release/").and_then(Rolling::parse) {
            Some(Rolling::Minor(major, minor)) => Ok(Self::Push(Branch::Release(major, minor), short)),
            _ => bail!(
                "no image is published from the branch `{branch}`, only from `main` and from `release/v1.2` and its like"
            ),
        }
    }

    /// A push of this Git tag.
    pub fn tag(name: &str) -> Result<Self> {
        name.parse().map(Self::Release)
    }

    /// What GitHub's runner says in its environment, which `variable` looks up.
    pub fn from_github(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let kind = get("GITHUB_EVENT_NAME").context(
            "no event is given: say --branch and --sha, --tag or --pull-request; on GitHub's runners GITHUB_EVENT_NAME says it",
        )?;
        let reference = get("GITHUB_REF").context("GITHUB_REF is not set, though GITHUB_EVENT_NAME is")?;
        match kind.as_str() {
            "push" => {
                if let Some(tag) = reference.strip_prefix("refs/tags/") {
                    return Self::tag(tag);
                }
                let Some(branch) = reference.strip_prefix("refs/heads/") else {
                    bail!("GITHUB_REF `{reference}` is neither `refs/heads/..` nor `refs/tags/..`, as a push has it");
                };
                Self::push(branch, &get("GITHUB_SHA").context("GITHUB_SHA is not set, and a push is named by it")?)
            }
            "pull_request" => {
                let number = reference.strip_prefix("refs/pull/").and_then(|rest| rest.split('/').next());
                match number.and_then(number_of).filter(|&number| number > 0) {
                    Some(number) => Ok(Self::PullRequest(number)),
                    None => {
                        bail!("GITHUB_REF `{reference}` is not `refs/pull/<number>/merge`, as a pull request has it")
                    }
                }
            }
            other => bail!(
                "the event `{other}` publishes no image, only `push` and `pull_request` do; to publish by hand, say --tag, \
                 --branch and --sha, or --pull-request"
            ),
        }
    }

    /// The tag of its own, which nothing but this event makes.
    pub fn own_tag(&self) -> Tag {
        match self {
            Self::Push(branch, sha) => Tag::Commit(*branch, sha.clone()),
            Self::Release(version) => Tag::Release(version.clone()),
            Self::PullRequest(number) => Tag::PullRequest(*number),
        }
    }

    /// The rolling tags that it may move: those of a stable release.
    pub fn rolling(&self) -> Vec<Rolling> {
        match self {
            Self::Release(version) if version.is_stable() => Rolling::of(version).to_vec(),
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Push(Branch::Main, _) => f.write_str("push to main"),
            Self::Push(Branch::Release(major, minor), _) => write!(f, "push to release/v{major}.{minor}"),
            Self::Release(version) if version.is_stable() => write!(f, "release {version}"),
            Self::Release(version) => write!(f, "pre-release {version}"),
            Self::PullRequest(number) => write!(f, "pull request {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn github(kind: &str, reference: &str) -> Result<Event> {
        let environment = [("GITHUB_EVENT_NAME", kind), ("GITHUB_REF", reference), ("GITHUB_SHA", SHA)];
        Event::from_github(|name| {
            environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_contracts_table() {
        for (kind, reference, tag, rolling) in [
            ("push", "refs/heads/main", "main-0123456", ""),
            ("push", "refs/heads/release/v0.1", "v0.1-0123456", ""),
            ("push", "refs/tags/v0.1.0", "v0.1.0", "v0.1 v0 latest"),
            ("push", "refs/tags/v12.3.4", "v12.3.4", "v12.3 v12 latest"),
            ("push", "refs/tags/v0.1.0-beta.1", "v0.1.0-beta.1", ""),
            ("push", "refs/tags/v0.1.0-alpha", "v0.1.0-alpha", ""),
            ("push", "refs/tags/v0.1.0-rc.2", "v0.1.0-rc.2", ""),
            ("pull_request", "refs/pull/456/merge", "pr-456", ""),
        ] {
            let event = github(kind, reference).unwrap();
            assert_eq!(event.own_tag().to_string(), tag);
            assert_eq!(event.rolling().iter().map(Rolling::to_string).collect::<Vec<_>>().join(" "), rolling, "{tag}");
        }
    }

    #[test]
    fn what_publishes_nothing_is_refused() {
        for (kind, reference, hint) in [
            ("push", "refs/heads/feature", "only from `main`"),
            ("push", "refs/heads/release/v1", "only from `main`"),
            ("push", "refs/heads/release/v01.0", "only from `main`"),
            ("push", "refs/heads/release/0.1", "only from `main`"),
            ("push", "refs/tags/v1.0", "one is `v1.2.3`"),
            ("push", "refs/notes/x", "neither"),
            ("pull_request", "refs/heads/main", "refs/pull/<number>/merge"),
            ("pull_request", "refs/pull/0/merge", "refs/pull/<number>/merge"),
            ("schedule", "refs/heads/main", "publishes no image"),
            ("", "refs/heads/main", "--branch and --sha"),
        ] {
            let error = format!("{:#}", github(kind, reference).unwrap_err());
            assert!(error.contains(hint), "{kind} {reference}: {error}");
        }
        assert!(Event::push("main", "HEAD").unwrap_err().to_string().contains("no commit"));
    }
}
