//! What is worth trying again, and when.

use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Why a request came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// May go well the next time, which the server may have said the time of.
    Transient {
        /// What happened.
        why: String,
        /// How long to wait.
        wait: Wait,
    },
    /// Will not go well, however often it is tried.
    Final(anyhow::Error),
}

/// How long to wait before something is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// So long, as the server says.
    Said(Duration),
    /// So long after the first failure, and twice as long after each.
    Growing(Duration),
}

impl Wait {
    /// For a server that has had enough and doesn't say for how long: a minute in all. Others get eight seconds.
    pub(crate) const TOO_MANY: Self = Self::Growing(Duration::from_secs(2));

    /// After this failure, counted from 1.
    fn after(self, failure: u32) -> Duration {
        match self {
            Self::Said(time) => time,
            Self::Growing(first) => first * 2u32.pow(failure - 1),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Final(error)
    }
}

impl Failure {
    /// One that may go well the next time.
    pub(crate) fn transient(why: impl Into<String>) -> Self {
        Self::Transient { why: why.into(), wait: Wait::Growing(FIRST_WAIT) }
    }
}

/// How often something is tried.
const ATTEMPTS: u32 = 6;
/// The wait after the first failure, if it isn't one of too many requests.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// What a server may ask to wait. A job that sleeps longer costs more than one that fails and is started again.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Does it until it goes well or can't any more.
pub(crate) fn until_done<T>(what: &str, mut attempt: impl FnMut() -> Result<T, Failure>) -> Result<T> {
    for count in 1..=ATTEMPTS {
        let (why, wait) = match attempt() {
            Ok(done) => return Ok(done),
            Err(Failure::Final(error)) => return Err(error.context(what.to_owned())),
            Err(Failure::Transient { why, wait }) => (why, wait),
        };
        let wait = wait.after(count);
        if count == ATTEMPTS {
            bail!("{what}: {why}; tried {ATTEMPTS} times");
        }
        if wait > LONGEST_WAIT {
            return Err(anyhow!("{what}: {why}; it asks to wait {} s, so start this again later", wait.as_secs()));
        }
        eprintln!("{what}: {why}; trying again in {:.1} s", wait.as_secs_f32());
        thread::sleep(wait);
    }
    bail!("{what}: never tried")
}

/// The time in a `Retry-After`: seconds, or the date of an end.
pub(crate) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = rfc2822::parse(value.trim()).ok()?.timestamp();
    // A date that is over already means: now.
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_retry_after() {
        let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Wed, 25 Nov 2026 10:01:30 GMT", now), Some(Duration::from_secs(90)));
        assert_eq!(retry_after("Wed, 25 Nov 2026 09:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn a_server_that_has_had_enough_gets_a_minute_in_all() {
        let in_all = |wait: Wait| (1..ATTEMPTS).map(|failure| wait.after(failure)).sum::<Duration>();
        assert_eq!(in_all(Wait::TOO_MANY), Duration::from_secs(62));
        assert_eq!(in_all(Wait::Growing(FIRST_WAIT)), Duration::from_millis(7750));
        assert_eq!(in_all(Wait::Said(Duration::from_secs(3))), Duration::from_secs(15));
    }

    #[test]
    fn what_is_final_is_tried_once_and_what_lasts_too_long_not_again() {
        let mut count = 0;
        let final_one = until_done("reading", || {
            count += 1;
            Err::<(), _>(Failure::Final(anyhow!("no")))
        });
        assert_eq!((format!("{:#}", final_one.unwrap_err()), count), ("reading: no".to_owned(), 1));
        let long = until_done("reading", || {
            count += 1;
            Err::<(), _>(Failure::Transient { why: "busy".into(), wait: Wait::Said(Duration::from_secs(3600)) })
        });
        assert_eq!(count, 2);
        assert!(long.unwrap_err().to_string().contains("3600 s"));
    }
}
