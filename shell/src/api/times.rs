//! Instants of the core's kind, of chrono's and of the API's.

use chrono::{DateTime, FixedOffset, Offset, Utc};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;
use kyklos_core::TimeZone;

/// As the API has it: whole seconds.
pub fn to_time(at: DateTime<Utc>) -> Time {
    // The API's range, the years -9999 to 9999, is narrower than chrono's.
    let at = Timestamp::from_second(at.timestamp()).unwrap_or(if at.timestamp() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    });
    Time(at)
}

/// As the API had it.
pub fn to_instant(time: &Time) -> DateTime<Utc> {
    from_seconds(time.0.as_second())
}

/// From Unix seconds, which the core has. All that lies between two of chrono's instants is one of them.
pub fn from_seconds(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// The offset in a zone.
pub fn offset_at(zone: &TimeZone, at: DateTime<Utc>) -> FixedOffset {
    to_offset(zone.offset_at(at.timestamp()))
}

/// From seconds, which the core has: always less than a day.
pub fn to_offset(seconds: i32) -> FixedOffset {
    FixedOffset::east_opt(seconds).unwrap_or(Utc.fix())
}

/// On the wall clock of a zone.
pub fn local(zone: &TimeZone, at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&offset_at(zone, at))
}
