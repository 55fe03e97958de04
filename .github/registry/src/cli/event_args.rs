//! The event that a command is about.

use std::env;

use anyhow::{Result, bail};
use clap::Args;

use crate::event::Event;

/// Without any of these, GitHub's runner says it (GITHUB_EVENT_NAME, GITHUB_REF, GITHUB_SHA).
#[derive(Debug, Args)]
#[command(next_help_heading = "Event")]
pub(super) struct EventArgs {
    /// A push to this branch, `main` or `release/v0.1`
    #[arg(long, requires = "sha", conflicts_with_all = ["tag", "pull_request"])]
    branch: Option<String>,
    /// The commit that was pushed
    #[arg(long, requires = "branch")]
    sha: Option<String>,
    /// A Git tag, `v0.1.0` or `v0.1.0-beta.1`
    #[arg(long, conflicts_with = "pull_request")]
    tag: Option<String>,
    /// A push to the pull request of this number
    #[arg(long, value_name = "NUMBER")]
    pull_request: Option<u64>,
}

impl EventArgs {
    /// The event, from these or from the environment.
    pub(super) fn event(&self) -> Result<Event> {
        match (&self.branch, &self.sha, &self.tag, self.pull_request) {
            (Some(branch), Some(sha), ..) => Event::push(branch, sha),
            (_, _, Some(tag), _) => Event::tag(tag),
            (.., Some(0)) => bail!("there is no pull request 0"),
            (.., Some(number)) => Ok(Event::PullRequest(number)),
            _ => Event::from_github(|name| env::var(name).ok()),
        }
    }
}
