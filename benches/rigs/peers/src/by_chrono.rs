//! With chrono and chrono-tz.

use chrono::{DateTime, Datelike as _, LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::America::New_York;
use kyklos_core::Evaluation;

use crate::week::{DAY, answer, listed};

#[inline(never)]
pub(crate) fn evaluate(at: i64) -> Evaluation {
    let now =
        New_York.from_utc_datetime(&DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc()).naive_local();
    let minute = now.weekday().num_days_from_monday() * DAY + now.hour() * 60 + now.minute();
    let (window, minutes) = listed(minute);
    let until = now - TimeDelta::seconds(now.second().into()) + TimeDelta::minutes(minutes.into());
    answer(window, instant(until))
}

/// The last instant of that local time; of a skipped one, the hour after it.
fn instant(local: NaiveDateTime) -> i64 {
    match New_York.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(_, at) => at.timestamp(),
        LocalResult::None => {
            New_York.from_local_datetime(&(local + TimeDelta::hours(1))).latest().map_or(i64::MAX, |at| at.timestamp())
        }
    }
}
