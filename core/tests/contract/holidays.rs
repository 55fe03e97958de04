//! Rule 4: holidays go by the local date now and override windows.

use kyklos_core::Cause::{Default, Holiday, Window};
use kyklos_core::{Days, HolidayMode, Schedule, Spec, TimeOfDay, WindowSpec, YearlyRule, ZoneRules};

use super::{
    NEW_YORK, Small, assert_never, assert_span, assert_state, authority, daily, on, unless_miri, with_holidays,
};

const WINDOWS: [WindowSpec; 3] = [
    WindowSpec { name: None, days: None, start: "08:00", end: "12:00", end_day: None, value: 6 },
    WindowSpec { name: None, days: Some(&["Tue"]), start: "02:00", end: "03:00", end_day: None, value: 9 },
    WindowSpec { name: None, days: None, start: "22:00", end: "06:00", end_day: None, value: 3 },
];

fn schedule(mode: HolidayMode, timezone: &str, windows: &[WindowSpec], dates: &[&str]) -> Small {
    with_holidays(&Spec { timezone, default_value: 20, windows, holiday_mode: mode, ..Spec::default() }, dates)
}

#[test]
fn modes_by_name() {
    for (name, mode) in [
        ("ignore", HolidayMode::Ignore),
        ("treat-as-closed", HolidayMode::TreatAsClosed),
        ("treat-as-open", HolidayMode::TreatAsOpen),
    ] {
        assert_eq!(name.parse(), Ok(mode));
        assert_eq!(mode.to_string(), name);
    }
    for other in ["", "Ignore", "closed", "treat-as-closed ", "treat_as_open"] {
        assert!(other.parse::<HolidayMode>().is_err(), "{other:?}");
    }
}

#[test]
fn closed_is_the_default_for_the_whole_local_date() {
    let schedule = schedule(HolidayMode::TreatAsClosed, NEW_YORK, &WINDOWS, &["2026-12-25"]);
    assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-26T00:00-05:00");
    assert_state(&schedule, "2026-12-25T10:00-05:00", Holiday, 20);
}

/// The largest of *the windows*, though the largest one is not active then, nor even on that weekday, and although the
/// default is larger still.
#[test]
fn open_is_the_largest_of_the_windows() {
    let schedule = schedule(HolidayMode::TreatAsOpen, NEW_YORK, &WINDOWS, &["2026-12-25"]);
    assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-26T00:00-05:00");
    for local in ["2026-12-25T00:00-05:00", "2026-12-25T10:00-05:00", "2026-12-25T23:59:59-05:00"] {
        assert_state(&schedule, local, Holiday, 9);
    }
}

#[test]
fn open_is_the_default_where_there_are_no_windows() {
    let schedule = schedule(HolidayMode::TreatAsOpen, NEW_YORK, &[], &["2026-12-25"]);
    assert_state(&schedule, "2026-12-25T10:00-05:00", Holiday, 20);
    assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-26T00:00-05:00");
}

/// "A holiday value takes the place of either."
#[test]
fn a_value_of_its_own_takes_the_place_of_either() {
    for mode in [HolidayMode::TreatAsClosed, HolidayMode::TreatAsOpen] {
        for (value, windows) in [(0, WINDOWS.as_slice()), (7, &WINDOWS), (50, &[])] {
            let spec = Spec { timezone: NEW_YORK, default_value: 20, windows, holiday_mode: mode, ..Spec::default() };
            let schedule = with_holidays(&Spec { holiday_value: Some(value), ..spec }, &["2026-12-25"]);
            assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-26T00:00-05:00");
            assert_state(&schedule, "2026-12-25T10:00-05:00", Holiday, value as u32);
        }
    }
}

#[test]
fn ignore_has_no_effect() {
    let schedule = schedule(HolidayMode::Ignore, NEW_YORK, &WINDOWS, &["2026-12-25"]);
    assert_span(&schedule, Window(0), "2026-12-25T08:00-05:00", "2026-12-25T12:00-05:00");
    assert_never(&schedule, Holiday, "2026-12-24T00:00-05:00", "2026-12-27T00:00-05:00");
}

/// "A window that began the day before stops at midnight of a closed day. One that began on a closed day, or before it,
/// is active after the following midnight."
#[test]
fn nights_around_a_closed_day() {
    let night = [WindowSpec { value: 3, ..daily("22:00", "06:00") }];
    let schedule = schedule(HolidayMode::TreatAsClosed, NEW_YORK, &night, &["2026-12-25"]);
    assert_span(&schedule, Window(0), "2026-12-24T22:00-05:00", "2026-12-25T00:00-05:00");
    assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-26T00:00-05:00");
    assert_span(&schedule, Window(0), "2026-12-26T00:00-05:00", "2026-12-26T06:00-05:00");
}

#[test]
fn a_long_window_goes_on_after_a_closed_day() {
    let weekend = [WindowSpec { end_day: Some("Mon"), value: 3, ..on(&["Fri"], "21:00", "06:00") }];
    let schedule = schedule(HolidayMode::TreatAsClosed, "Europe/Zurich", &weekend, &["2026-06-06"]);
    assert_span(&schedule, Window(0), "2026-06-05T21:00+02:00", "2026-06-06T00:00+02:00");
    assert_span(&schedule, Holiday, "2026-06-06T00:00+02:00", "2026-06-07T00:00+02:00");
    assert_span(&schedule, Window(0), "2026-06-07T00:00+02:00", "2026-06-08T06:00+02:00");
}

/// "Two holidays in a row are one state."
#[test]
fn two_holidays_in_a_row_are_one_state() {
    for (mode, value) in [(HolidayMode::TreatAsClosed, 20), (HolidayMode::TreatAsOpen, 9)] {
        let dates = ["2026-12-26", "2026-12-25", "2026-12-26", "2026-12-28"];
        let schedule = schedule(mode, NEW_YORK, &WINDOWS, &dates);
        assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-27T00:00-05:00");
        assert_span(&schedule, Holiday, "2026-12-28T00:00-05:00", "2026-12-29T00:00-05:00");
        assert_state(&schedule, "2026-12-26T00:00-05:00", Holiday, value);
    }
}

/// A holiday differs from the default that it gives.
#[test]
fn a_closed_day_is_not_the_default() {
    let schedule = schedule(HolidayMode::TreatAsClosed, NEW_YORK, &[], &["2026-12-25"]);
    assert_state(&schedule, "2026-12-24T23:59:59-05:00", Default, 20);
    assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-26T00:00-05:00");
}

/// The date of the schedule's zone, not of UTC.
#[test]
fn the_date_is_the_zones() {
    for (zone, start, end) in [
        ("Pacific/Kiritimati", "2026-12-25T00:00+14:00", "2026-12-26T00:00+14:00"),
        ("Etc/GMT+12", "2026-12-25T00:00-12:00", "2026-12-26T00:00-12:00"),
        ("Asia/Kathmandu", "2026-12-25T00:00+05:45", "2026-12-26T00:00+05:45"),
    ] {
        assert_span(&schedule(HolidayMode::TreatAsClosed, zone, &WINDOWS, &["2026-12-25"]), Holiday, start, end);
    }
}

/// "From its first instant to its last": days of 23 and of 25 hours, with and without a midnight.
#[test]
fn days_on_which_the_clocks_change() {
    for (zone, date, start, end) in [
        (NEW_YORK, "2026-03-08", "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00"),
        (NEW_YORK, "2026-11-01", "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00"),
        // Midnight is skipped: the date begins at 01:00.
        ("America/Santiago", "2026-09-06", "2026-09-06T01:00-03:00", "2026-09-07T00:00-03:00"),
        ("America/Santiago", "2026-09-05", "2026-09-05T00:00-04:00", "2026-09-06T01:00-03:00"),
        // The clocks go back from midnight to 23:00 of the day before, which so has 25 hours.
        ("America/Santiago", "2026-04-04", "2026-04-04T00:00-03:00", "2026-04-05T00:00-04:00"),
        ("America/Santiago", "2026-04-05", "2026-04-05T00:00-04:00", "2026-04-06T00:00-04:00"),
        ("Africa/Cairo", "2026-04-24", "2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00"),
        ("Africa/Cairo", "2026-10-29", "2026-10-29T00:00+03:00", "2026-10-30T00:00+02:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-29T01:00+03:00", "2026-03-30T00:00+03:00"),
        // Havana repeats the first hour of a date, and skips it.
        ("America/Havana", "2025-11-02", "2025-11-02T00:00-04:00", "2025-11-03T00:00-05:00"),
        ("America/Havana", "2026-03-08", "2026-03-08T01:00-04:00", "2026-03-09T00:00-04:00"),
    ] {
        assert_span(&schedule(HolidayMode::TreatAsClosed, zone, &[], &[date]), Holiday, start, end);
    }
}

/// "One unbroken span", also of a date that is over and then read again: here clocks are put back from 00:30 to 23:30.
#[test]
fn a_date_that_comes_back_is_one_span() {
    let rule = YearlyRule::parse("AAA0BBB,M3.5.0,M11.1.0/0:30").expect("a rule");
    let zone = ZoneRules::<0>::new("Made/Up", 0, &[], rule).expect("a zone");
    let utc = |text| authority::second("UTC", text);
    for (date, start, end) in [
        ("2026-10-31", "2026-10-30T23:00+00:00", "2026-11-01T00:00+00:00"),
        ("2026-11-01", "2026-10-31T23:00+00:00", "2026-11-02T00:00+00:00"),
    ] {
        let mut schedule = Schedule::<1, 0, 1, _>::new(zone.clone());
        let late = kyklos_core::Window::new(Days::ALL, TimeOfDay::constant(9, 0), TimeOfDay::END_OF_DAY, 5);
        schedule.push_window(late.expect("a window")).expect("room");
        schedule.push_holiday(date.parse().expect("a date")).expect("room");
        schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).expect("no value");
        let (start, end) = (utc(start), utc(end));
        for instant in (start..end).step_by(unless_miri(60, 7_200)) {
            assert_eq!((schedule.evaluate(instant).cause(), schedule.evaluate(instant).until()), (Holiday, Some(end)));
        }
        assert_eq!(schedule.since(end - 1), Some(start));
    }
}

#[test]
fn a_leap_day() {
    let schedule = schedule(HolidayMode::TreatAsClosed, "UTC", &[], &["2028-02-29"]);
    assert_span(&schedule, Holiday, "2028-02-29T00:00+00:00", "2028-03-01T00:00+00:00");
}
