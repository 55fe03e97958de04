//! Asks the API server for the time: the question behind the guard of the clock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kube::Client;
use kube::client::Body;

use super::time::{Moment, Time};
use super::words;

/// How long an answer may take. A slower one would say too little: half of it is the uncertainty of the comparison.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// What the API server's clock read between two moments of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Right before the question.
    pub asked: Moment,
    /// Right after the answer.
    pub answered: Moment,
    /// What the answer says, in whole seconds.
    pub date: DateTime<Utc>,
}

/// Why there is nothing to compare with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It couldn't be reached.
    #[error("{}", words::of_request(.0))]
    Kube(#[from] kube::Error),
    /// The question couldn't be put.
    #[error(transparent)]
    Request(#[from] http::Error),
    /// It kept silent.
    #[error("the API server gave no answer within {} s", LIMIT.as_secs())]
    NoAnswer(#[from] tokio::time::error::Elapsed),
    /// A proxy in between may have taken it away.
    #[error("the API server's answer has no Date header")]
    NoDate,
}

/// Asks for something that everybody may see and takes the `Date` of the answer (RFC 9110, 6.6.1).
///
/// # Errors
///
/// When there is no answer within 10 s, or none with a date. The answer's status doesn't matter: a refusal has a date, too.
pub async fn ask(client: &Client, time: &dyn Time) -> Result<Comparison, Error> {
    let request = http::Request::get("/version").body(Body::empty())?;
    let asked = time.moment();
    let response = tokio::time::timeout(LIMIT, client.send(request)).await??;
    let answered = time.moment();
    let date = response.headers().get(http::header::DATE).and_then(|date| date.to_str().ok()).ok_or(Error::NoDate)?;
    let date = DateTime::parse_from_rfc2822(date).map_err(|_| Error::NoDate)?.with_timezone(&Utc);
    Ok(Comparison { asked, answered, date })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http::{Request, Response};

    use super::super::time::TestTime;
    use super::*;

    /// An API server that answers after `wait` with this header. A real one can't be made to leave its date out.
    fn server(wait: Duration, date: Option<&'static str>) -> Client {
        let service = tower::service_fn(move |request: Request<Body>| async move {
            assert_eq!(request.uri().path(), "/version");
            tokio::time::sleep(wait).await;
            let response = date.into_iter().fold(Response::builder(), |response, date| response.header("date", date));
            Ok::<_, Infallible>(response.body(Body::empty()).unwrap())
        });
        Client::new(service, "default")
    }

    #[tokio::test(start_paused = true)]
    async fn the_date_lies_between_two_moments() {
        let wall = "2026-11-23T12:00:00Z".parse().unwrap();
        let time = TestTime::at(wall);
        let slow = Duration::from_secs(9);
        let comparison = ask(&server(slow, Some("Mon, 23 Nov 2026 11:59:58 GMT")), &time).await.unwrap();
        assert_eq!(comparison.asked.wall, wall);
        assert_eq!(comparison.answered.boot - comparison.asked.boot, slow);
        assert_eq!(comparison.date, "2026-11-23T11:59:58Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_a_missing_date_are_no_answers() {
        let time = TestTime::at(DateTime::UNIX_EPOCH);
        let silent = ask(&server(Duration::from_secs(11), Some("Mon, 23 Nov 2026 11:59:58 GMT")), &time).await;
        assert_eq!(silent.unwrap_err().to_string(), "the API server gave no answer within 10 s");
        for date in [None, Some("yesterday")] {
            let error = ask(&server(Duration::ZERO, date), &time).await.unwrap_err();
            assert!(matches!(error, Error::NoDate), "{error}");
        }
    }
}
