//! What went wrong with the API server, in words that fit a line.

use kube::runtime::watcher;

/// Why a write failed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// What the API server says, or that it couldn't be reached.
    #[error("{}", plain(.0))]
    Refused(#[from] kube::Error),
    /// It kept silent.
    #[error("the API server gave no answer in time")]
    NoAnswer(#[from] tokio::time::error::Elapsed),
}

/// An error's own sentence: that of the API server is wrapped in a dump of its whole answer.
pub fn plain(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        other => other.to_string(),
    }
}

/// The same of a watch.
pub fn plain_watch(error: &watcher::Error) -> String {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => plain(error),
        watcher::Error::WatchError(status) => status.message.clone(),
        other => other.to_string(),
    }
}

/// Whether the API server itself has refused a watch, with this status code.
pub fn refusal_of_watch(error: &watcher::Error) -> Option<u16> {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status)) => Some(status.code),
        _ => None,
    }
}
