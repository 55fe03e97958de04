//! The guard of the clock: compares it with the API server's, again and again.
//!
//! A node without a battery-backed clock boots in 1970, and a schedule followed by a wrong clock scales at the wrong
//! time. It is the real clock that is compared, also when the controller goes by a rehearsed one.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kube::Client;
use kube::client::Body;
use tokio::time::Instant;

use super::seen::ClockState;
use super::world::World;

/// The largest difference by which anything is scaled.
const TOLERANCE: TimeDelta = TimeDelta::seconds(30);
/// Between two comparisons while the clock is right.
const INTERVAL: Duration = Duration::from_secs(30);
/// Between two comparisons while it is wrong or the API server doesn't answer, and between two looks for a jump of it.
const TICK: Duration = Duration::from_secs(5);
/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(10);
/// A clock that moves so much more or less than the time that has passed was set by somebody.
const JUMP: TimeDelta = TimeDelta::milliseconds(250);

/// Waits for a first comparison: before it there is no telling whether to scale.
pub async fn first_comparison(world: &World) -> ClockState {
    loop {
        match compare(world).await {
            Ok(state) => return state,
            Err(error) => tracing::warn!(%error, "can't compare the clock with the API server's yet"),
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Compares for ever.
pub async fn watch_clock(world: Arc<World>) -> std::convert::Infallible {
    let mut compared = Instant::now();
    let mut answered = true;
    loop {
        let (wall, passed) = (Utc::now(), Instant::now());
        tokio::time::sleep(TICK).await;
        let off = (Utc::now() - wall) - TimeDelta::from_std(passed.elapsed()).unwrap_or_default();
        let jumped = off.abs() > JUMP;
        if jumped {
            tracing::warn!(seconds = off.as_seconds_f64(), "the clock was set");
        }
        let right = world.clock_state() == ClockState::Right;
        if !jumped && right && answered && compared.elapsed() < INTERVAL {
            continue;
        }
        compared = Instant::now();
        let comparison = compare(&world).await;
        answered = comparison.is_ok();
        match comparison {
            Ok(state) => {
                if world.set_clock_state(state) {
                    tracing::warn!(?state, "the clock was compared with the API server's");
                }
            }
            // Out of reach, the API server takes no writes either.
            Err(error) => tracing::debug!(%error, "can't compare the clock with the API server's"),
        }
        if jumped {
            // Timers go by the time that passes, boundaries by the clock.
            world.trigger_all();
        }
    }
}

/// Compares once, and takes note of it.
async fn compare(world: &World) -> Result<ClockState, Error> {
    let result = ask(&world.client).await;
    world.health.note_comparison(result.as_ref().map(|_| ()).map_err(ToString::to_string));
    result
}

/// Asks the API server for something that everybody may see and takes the `Date` of the answer (RFC 9110, 6.6.1).
async fn ask(client: &Client) -> Result<ClockState, Error> {
    let before = Utc::now();
    let request = client.send(http::Request::get("/version").body(Body::empty())?);
    let response = tokio::time::timeout(LIMIT, request).await??;
    let after = Utc::now();
    let date = response.headers().get(http::header::DATE).and_then(|date| date.to_str().ok()).ok_or(Error::NoDate)?;
    let date = DateTime::parse_from_rfc2822(date).map_err(|_| Error::NoDate)?.with_timezone(&Utc);
    Ok(state_of(before, after, date))
}

/// The header has whole seconds, so on average the server's clock was half a second further.
fn state_of(before: DateTime<Utc>, after: DateTime<Utc>, date: DateTime<Utc>) -> ClockState {
    let ours = before + (after - before) / 2;
    let off = ours - (date + TimeDelta::milliseconds(500));
    if off.abs() > TOLERANCE { ClockState::Skewed { seconds: off.num_seconds() } } else { ClockState::Right }
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Kube(#[from] kube::Error),
    #[error(transparent)]
    Request(#[from] http::Error),
    #[error("the API server gave no answer within {} s", LIMIT.as_secs())]
    NoAnswer(#[from] tokio::time::error::Elapsed),
    #[error("the API server's answer has no Date header")]
    NoDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_thirty_seconds_are_too_many() {
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 500_000_000).unwrap();
        let date = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        assert_eq!(state_of(at(0), at(0), date(0)), ClockState::Right);
        assert_eq!(state_of(at(30), at(30), date(0)), ClockState::Right);
        assert_eq!(state_of(at(31), at(31), date(0)), ClockState::Skewed { seconds: 31 });
        assert_eq!(state_of(at(-31), at(-31), date(0)), ClockState::Skewed { seconds: -31 });
        // A slow answer: the middle of the wait counts.
        assert_eq!(state_of(at(0), at(60), date(30)), ClockState::Right);
    }
}
