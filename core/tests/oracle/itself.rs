//! The oracle against the contract's own table, and what the contract leaves open because no zone does it.

use kyklos_core::{Cause, HolidayMode, State};

use crate::common::authority::{Authority, second, year};
use crate::common::effort::every_zone;
use crate::common::written::{Window, Written};
use crate::timeline::Timeline;
use crate::walk::Walk;

const NEW_YORK: &str = "America/New_York";

/// The boundaries between two local times of a daily window in New York.
fn boundaries(start: i32, end: i32, from: &str, to: &str) -> Vec<i64> {
    let written = Written {
        default_value: 1,
        windows: vec![Window { days: None, start, end, end_day: None, value: 2 }],
        exceptions: vec![],
        holiday_mode: HolidayMode::Ignore,
        holiday_value: None,
        holidays: vec![],
    };
    let (from, to) = (second(NEW_YORK, from), second(NEW_YORK, to));
    let minute = |second: i64| i32::try_from(second / 60).expect("a minute");
    let walk = Walk::new(&Authority::of(NEW_YORK), minute(from) - 4 * 1_440, minute(to) + 4 * 1_440);
    let timeline = Timeline::new(&walk, &written);
    assert_eq!(timeline.at(from).0, State { cause: Cause::Default, value: 1 }, "the first is a start");
    timeline.boundaries().into_iter().filter(|boundary| (from..to).contains(boundary)).collect()
}

#[test]
fn reads_the_table_as_it_is_written() {
    for (start, end, from, to, expected) in [
        (120, 180, "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00", [].as_slice()),
        (
            150,
            210,
            "2026-03-08T00:00-05:00",
            "2026-03-09T00:00-04:00",
            &["2026-03-08T03:00-04:00", "2026-03-08T03:30-04:00"],
        ),
        (
            90,
            150,
            "2026-03-08T00:00-05:00",
            "2026-03-09T00:00-04:00",
            &["2026-03-08T01:30-05:00", "2026-03-08T03:00-04:00"],
        ),
        (
            60,
            90,
            "2026-11-01T00:00-04:00",
            "2026-11-02T00:00-05:00",
            &["2026-11-01T01:00-04:00", "2026-11-01T01:30-05:00"],
        ),
        (
            1_320,
            90,
            "2026-10-31T12:00-04:00",
            "2026-11-01T12:00-05:00",
            &["2026-10-31T22:00-04:00", "2026-11-01T01:30-05:00"],
        ),
        (
            90,
            150,
            "2026-11-01T00:00-04:00",
            "2026-11-02T00:00-05:00",
            &["2026-11-01T01:30-04:00", "2026-11-01T02:30-05:00"],
        ),
    ] {
        let expected: Vec<i64> = expected.iter().map(|local| second(NEW_YORK, local)).collect();
        assert_eq!(boundaries(start, end, from, to), expected, "{start} to {end}");
    }
}

/// "From its first instant to its last" and the date that the clock reads are two things only where the clocks go back over a
/// midnight that they had already passed.
#[test]
fn no_date_comes_back_once_another_has_begun() {
    every_zone(|name| {
        for change in Authority::of(name).changes(year(2020), year(2041)) {
            let day = |offset: i64| (change.at + offset).div_euclid(86_400);
            let last_before = (change.at - 60 + change.before).div_euclid(86_400);
            if day(change.after) < last_before {
                return Err(format!("{change:?} goes back to a date that was over"));
            }
        }
        Ok(())
    });
}
