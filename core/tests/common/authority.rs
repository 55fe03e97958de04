//! What the clocks of a zone do, by jiff and the tzdb release that it brings along; never the machine's own.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, civil};

static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A zone as jiff knows it.
pub(crate) struct Authority(TimeZone);

/// A clock change that changes the offset: Unix seconds, and the offsets around it in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Change {
    pub(crate) at: i64,
    pub(crate) before: i64,
    pub(crate) after: i64,
}

impl Authority {
    pub(crate) fn of(name: &str) -> Self {
        Self(BUNDLED.get(name).unwrap_or_else(|error| panic!("jiff doesn't know {name}: {error}")))
    }

    /// All names and links of the release.
    pub(crate) fn names() -> Vec<String> {
        BUNDLED.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// The offset in force, in seconds.
    pub(crate) fn offset_at(&self, second: i64) -> i64 {
        i64::from(self.0.to_offset(timestamp(second)).seconds())
    }

    /// The changes of the offset from `from` to before `to`.
    pub(crate) fn changes(&self, from: i64, to: i64) -> Vec<Change> {
        let mut before = self.offset_at(from - 1);
        let mut changes = Vec::new();
        for transition in self.0.following(timestamp(from - 1)) {
            let at = transition.timestamp().as_second();
            if at >= to {
                break;
            }
            let after = i64::from(transition.offset().seconds());
            // jiff also lists transitions of the abbreviation alone.
            if after != before {
                changes.push(Change { at, before, after });
            }
            before = after;
        }
        changes
    }
}

/// The Unix second of `2026-03-08T01:30-05:00` in a zone; the wrong offset for that zone is an error of the test.
pub(crate) fn second(zone: &str, local: &str) -> i64 {
    let text = format!("{local}[{zone}]");
    jiff::fmt::temporal::DateTimeParser::new()
        .parse_zoned_datetime_with(&BUNDLED, &text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .timestamp()
        .as_second()
}

/// The Unix second at which a year begins in UTC.
pub(crate) fn year(year: i16) -> i64 {
    second("UTC", &format!("{year}-01-01T00:00+00:00"))
}

/// An instant as a reader of a failure wants it.
pub(crate) fn shown(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| second.to_string(), |at| at.to_string())
}

/// The date of a day number, where 1970-01-01 is 0.
pub(crate) fn date(day: i32) -> civil::Date {
    civil::date(1970, 1, 1) + day.days()
}

fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("an instant that jiff knows")
}
