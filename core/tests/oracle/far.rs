//! Boundaries that are far away: schedules whose windows change nothing, so that the next boundary is an exception or
//! a holiday months ahead, or doesn't come.

use kyklos_core::HolidayMode;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, TestCaseError};
use proptest::prop_oneof;
use proptest::sample::select;

use crate::common::authority::{self, Authority};
use crate::common::effort::{cases, draw, every_zone};
use crate::common::written::{Exception, Holiday, Window, Written};
use crate::timeline::Timeline;
use crate::walk::Walk;
use crate::{DAY, compare};

/// The days of a walk.
const DAYS: i32 = 300;

#[test]
fn boundaries_months_ahead() {
    let from = i32::try_from(authority::year(2020) / 60).expect("a minute") + 20 * DAY;
    let to = i32::try_from(authority::year(2041) / 60).expect("a minute");
    every_zone(|name| {
        let authority = Authority::of(name);
        let drawn = (from..to).prop_flat_map(|first| (Just(first), still(first / DAY)));
        draw(name, cases(1), &drawn, |(first, written)| {
            let walk = Walk::new(&authority, first, first + DAYS * DAY);
            let (schedule, timeline) = (written.compile(name), Timeline::new(&walk, &written));
            let weekly = (first + 2 * DAY..first + (DAYS - 2) * DAY).step_by(7 * 1_440 + 61);
            let boundaries = timeline.boundaries().into_iter().flat_map(|second| [second - 1, second, second + 1]);
            for second in weekly.map(|minute| i64::from(minute) * 60).chain(boundaries) {
                compare(&schedule, &timeline, second).map_err(|error| {
                    TestCaseError::fail(format!("from day {}: {error}", authority::date(first / DAY)))
                })?;
            }
            Ok(())
        })
    });
}

/// A schedule whose windows are never active or always.
fn still(first_day: i32) -> impl Strategy<Value = Written> {
    let day = move || (-5..DAYS + 5).prop_map(move |day| first_day + day);
    let run_of_holidays = (day(), prop_oneof![1..4_i32, 100..200_i32]);
    let exception = (day(), 0..DAY, prop_oneof![1..DAY, 30 * DAY..200 * DAY]);
    (
        select(vec![vec![], vec![WHOLE_DAY], vec![WHOLE_WEEK], vec![MOST_OF_THE_DAY, WHOLE_WEEK]]),
        vec(run_of_holidays, 0..3),
        vec(exception, 0..3),
        select(HolidayMode::ALL.to_vec()),
    )
        .prop_map(|(windows, runs, exceptions, holiday_mode)| Written {
            default_value: 1,
            windows,
            exceptions: exceptions
                .into_iter()
                .map(|(day, minute, length)| Exception {
                    start: day * DAY + minute,
                    end: day * DAY + minute + length,
                    value: 3,
                })
                .collect(),
            holiday_mode,
            holiday_value: None,
            holidays: runs.into_iter().flat_map(|(day, length)| (day..day + length).map(Holiday::Day)).collect(),
        })
}

const WHOLE_DAY: Window = Window { days: None, start: 0, end: 1_440, end_day: None, value: 2 };
const MOST_OF_THE_DAY: Window = Window { days: None, start: 135, end: 90, end_day: None, value: 4 };

/// Every day from 02:30, which some zones skip, to Sunday 02:30.
const WHOLE_WEEK: Window = Window { days: None, start: 150, end: 150, end_day: Some(6), value: 2 };
