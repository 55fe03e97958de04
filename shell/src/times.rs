//! Instants of the core's kind and of the API's kind.

use chrono::{DateTime, Utc};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;

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

/// As the core has it.
pub fn to_instant(time: &Time) -> DateTime<Utc> {
    DateTime::from_timestamp(time.0.as_second(), 0).unwrap_or_default()
}
