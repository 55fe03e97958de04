//! With jiff, and the zone as jiff-static has it.

use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp};
use kyklos_core::Evaluation;

use crate::week::{DAY, answer, listed};

static NEW_YORK: TimeZone = tz::get!("America/New_York");

#[inline(never)]
pub(crate) fn evaluate(at: i64) -> Evaluation {
    let now = NEW_YORK.to_datetime(Timestamp::from_second(at).unwrap_or_default());
    let minute = now.weekday().to_monday_zero_offset() as u32 * DAY + now.hour() as u32 * 60 + now.minute() as u32;
    let (window, minutes) = listed(minute);
    let seconds = i64::from(minutes) * 60 - i64::from(now.second());
    let until = now.checked_add(SignedDuration::from_secs(seconds)).and_then(|until| NEW_YORK.to_timestamp(until));
    answer(window, until.map_or(i64::MAX, |until| until.as_second()))
}
