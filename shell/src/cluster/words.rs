//! What went wrong, in words for people, on one line whoever has written it: the API server's own sentence where it has said one, and
//! else down to the cause, since kube's own often is no more than "ServiceError".

use kube::core::Status;
use kube::runtime::watcher;

use crate::api::text::plain;

/// Of a request.
pub(super) fn of_request(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if !status.message.is_empty() => plain(&status.message).into_owned(),
        other => plain(&to_the_cause(other)).into_owned(),
    }
}

/// Of a watch.
pub(super) fn of_watch(error: &watcher::Error) -> String {
    use watcher::Error::{InitialListFailed, WatchFailed, WatchStartFailed};
    match error {
        InitialListFailed(error) | WatchStartFailed(error) | WatchFailed(error) => of_request(error),
        other => {
            let said = answer(other).map(|status| status.message.clone()).filter(|said| !said.is_empty());
            plain(&said.unwrap_or_else(|| other.to_string())).into_owned()
        }
    }
}

/// The API server's answer to a watch, where the error is one.
pub(super) fn answer(error: &watcher::Error) -> Option<&Status> {
    use watcher::Error::{InitialListFailed, WatchError, WatchFailed, WatchStartFailed};
    match error {
        InitialListFailed(kube::Error::Api(status))
        | WatchStartFailed(kube::Error::Api(status))
        | WatchFailed(kube::Error::Api(status))
        | WatchError(status) => Some(status),
        _ => None,
    }
}

fn to_the_cause(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = inner.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("client error (Connect)")]
    struct Connect(#[source] io::Error);

    fn refused() -> kube::Error {
        kube::Error::Service(Connect(io::Error::other("Connection\nrefused")).into())
    }

    fn forbidden(message: &str) -> Box<Status> {
        Box::new(Status::failure(message, "Forbidden").with_code(403))
    }

    #[test]
    fn the_cause_is_said_and_the_api_servers_own_words_are_on_one_line() {
        let cause = "ServiceError: client error (Connect): Connection\\nrefused";
        assert_eq!(of_request(&refused()), cause);
        assert_eq!(of_watch(&watcher::Error::WatchFailed(refused())), cause);
        assert_eq!(of_request(&kube::Error::Api(forbidden("may\nnot"))), "may\\nnot");
        assert_eq!(of_watch(&watcher::Error::InitialListFailed(kube::Error::Api(forbidden("no")))), "no");
        assert_eq!(of_watch(&watcher::Error::WatchError(forbidden("may\nnot"))), "may\\nnot");
        assert!(of_request(&kube::Error::Api(forbidden(""))).contains("403"), "something is said in any case");
        assert!(of_watch(&watcher::Error::NoResourceVersion).contains("resource"), "so it is of what kube finds");
        assert_eq!(answer(&watcher::Error::WatchFailed(refused())), None);
    }
}
