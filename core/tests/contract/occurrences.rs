//! Rules 1 and 2: on which days a window occurs, and from when to when.

use kyklos_core::Cause::{Default, Window};
use kyklos_core::{Spec, WindowSpec};

use super::{NEW_YORK, Small, assert_never, assert_span, assert_state, at, compile, daily, hours, on, one_window};

fn ending<'a>(end_day: &'a str, window: WindowSpec<'a>) -> WindowSpec<'a> {
    WindowSpec { end_day: Some(end_day), ..window }
}

/// "The days are those on which it *starts*": `22:00`-`06:00` on Friday covers Saturday morning and not Friday
/// morning.
#[test]
fn a_night_belongs_to_the_day_it_starts_on() {
    let schedule = one_window(NEW_YORK, on(&["Friday"], "22:00", "06:00"));
    assert_state(&schedule, "2026-06-05T05:00-04:00", Default, 1);
    assert_state(&schedule, "2026-06-05T22:00-04:00", Window(0), 5);
    assert_state(&schedule, "2026-06-06T05:59:59-04:00", Window(0), 5);
    assert_state(&schedule, "2026-06-06T23:00-04:00", Default, 1);
    assert_span(&schedule, Window(0), "2026-06-05T22:00-04:00", "2026-06-06T06:00-04:00");
    assert_span(&schedule, Default, "2026-06-06T06:00-04:00", "2026-06-12T22:00-04:00");
}

/// "A window occurs once on every local date whose weekday is one of its days."
#[test]
fn occurs_on_the_named_days_alone() {
    let schedule = one_window(NEW_YORK, on(&["Mon", "wed-thu"], "09:00", "17:00"));
    for (date, occurs) in [(1, true), (2, false), (3, true), (4, true), (5, false), (6, false), (7, false)] {
        let time = |time| format!("2026-06-0{date}T{time}-04:00");
        if occurs {
            assert_span(&schedule, Window(0), &time("09:00"), &time("17:00"));
        } else {
            assert_never(&schedule, Window(0), &time("00:00"), &time("23:59"));
        }
    }
}

#[test]
fn days_that_are_absent_are_every_day() {
    let schedule = one_window("Asia/Tokyo", daily("09:00", "17:00"));
    for date in 1..=7 {
        let time = |time| format!("2026-06-0{date}T{time}+09:00");
        assert_span(&schedule, Window(0), &time("09:00"), &time("17:00"));
    }
}

/// A range may wrap: Friday to Monday.
#[test]
fn a_range_that_wraps() {
    let schedule = one_window("UTC", on(&["Fri-Mon"], "12:00", "13:00"));
    for (date, occurs) in [(1, true), (2, false), (3, false), (4, false), (5, true), (6, true), (7, true)] {
        let noon = format!("2026-06-0{date}T12:00+00:00");
        if occurs {
            assert_state(&schedule, &noon, Window(0), 5);
        } else {
            assert_state(&schedule, &noon, Default, 1);
        }
    }
}

/// Rule 2: start is inclusive, end exclusive; to the second.
#[test]
fn start_is_inclusive_and_end_exclusive() {
    let schedule = one_window("Europe/Zurich", daily("09:00", "17:00"));
    assert_state(&schedule, "2026-06-01T08:59:59+02:00", Default, 1);
    assert_state(&schedule, "2026-06-01T09:00:00+02:00", Window(0), 5);
    assert_state(&schedule, "2026-06-01T16:59:59+02:00", Window(0), 5);
    assert_state(&schedule, "2026-06-01T17:00:00+02:00", Default, 1);
}

/// `end` may be `24:00`, which is midnight and makes two days in a row one span.
#[test]
fn the_end_of_the_day() {
    let evening = one_window(NEW_YORK, daily("18:00", "24:00"));
    assert_span(&evening, Window(0), "2026-06-05T18:00-04:00", "2026-06-06T00:00-04:00");
    let midnight = one_window(NEW_YORK, daily("18:00", "00:00"));
    assert_span(&midnight, Window(0), "2026-06-05T18:00-04:00", "2026-06-06T00:00-04:00");
    let weekend = one_window(NEW_YORK, on(&["Sat", "Sun"], "00:00", "24:00"));
    assert_span(&weekend, Window(0), "2026-06-06T00:00-04:00", "2026-06-08T00:00-04:00");
}

#[test]
fn a_minute() {
    let schedule = one_window("UTC", daily("23:59", "24:00"));
    assert_span(&schedule, Window(0), "2026-06-05T23:59+00:00", "2026-06-06T00:00+00:00");
    let all_but = one_window("UTC", daily("00:01", "00:00"));
    assert_span(&all_but, Default, "2026-06-05T00:00+00:00", "2026-06-05T00:01+00:00");
}

/// Friday `21:00` to Monday `06:00` is one window of 57 hours.
#[test]
fn a_weekend_is_one_window_of_57_hours() {
    let schedule = one_window("Europe/Zurich", ending("Monday", on(&["Friday"], "21:00", "06:00")));
    let (start, end) = ("2026-06-05T21:00+02:00", "2026-06-08T06:00+02:00");
    assert_span(&schedule, Window(0), start, end);
    assert_eq!(hours(&schedule, start, end), 57);
}

fn monday_to_monday(start: &str, end: &str) -> Small {
    one_window("Europe/Zurich", ending("mon", on(&["Mon"], start, end)))
}

/// Monday 09:00-17:00 to Monday is eight hours.
#[test]
fn the_end_day_may_be_the_day_itself() {
    let schedule = monday_to_monday("09:00", "17:00");
    assert_span(&schedule, Window(0), "2026-06-01T09:00+02:00", "2026-06-01T17:00+02:00");
    assert_eq!(hours(&schedule, "2026-06-01T09:00+02:00", "2026-06-01T17:00+02:00"), 8);
    let whole_day = monday_to_monday("00:00", "24:00");
    assert_span(&whole_day, Window(0), "2026-06-01T00:00+02:00", "2026-06-02T00:00+02:00");
}

/// Monday 17:00-09:00 to Monday is a week less eight.
#[test]
fn the_end_day_may_be_a_week_later() {
    let schedule = monday_to_monday("17:00", "09:00");
    let (start, end) = ("2026-06-01T17:00+02:00", "2026-06-08T09:00+02:00");
    assert_span(&schedule, Window(0), start, end);
    assert_eq!(hours(&schedule, start, end), 7 * 24 - 8);
    assert_span(&schedule, Default, end, "2026-06-08T17:00+02:00");
}

/// "The longest is seven days": start equal to end is right with an `endDay`.
#[test]
fn the_longest_is_seven_days() {
    for time in ["00:00", "02:30", "09:00"] {
        let schedule = monday_to_monday(time, time);
        for local in ["2026-06-01T08:59:59+02:00", "2026-06-01T09:00+02:00", "2026-10-25T02:30+01:00"] {
            assert_state(&schedule, local, Window(0), 5);
        }
    }
    let schedule = compile(&Spec {
        timezone: "UTC",
        windows: &[
            ending("Tue", on(&["Tue"], "09:00", "09:00")),
            // Interrupts it every Tuesday, so that the seven days can be seen.
            WindowSpec { value: 7, ..on(&["Tue"], "09:00", "09:01") },
        ],
        ..Spec::default()
    });
    assert_span(&schedule, Window(0), "2026-06-02T09:01+00:00", "2026-06-09T09:00+00:00");
}

/// Several days with one end day: what overlaps is one span, and the end day is found from each start.
#[test]
fn occurrences_of_one_window_may_overlap() {
    let schedule = one_window("UTC", ending("Fri", on(&["Mon", "Wed"], "09:00", "17:00")));
    assert_span(&schedule, Window(0), "2026-06-01T09:00+00:00", "2026-06-05T17:00+00:00");
    let every_day = one_window("UTC", ending("Fri", daily("09:00", "17:00")));
    let (four, five) = (at(&every_day, "2026-06-05T16:00+00:00"), at(&every_day, "2026-06-05T17:00+00:00"));
    assert_eq!(every_day.evaluate(four).until(), Some(five));
    assert_span(&every_day, Default, "2026-06-05T17:00+00:00", "2026-06-06T09:00+00:00");
}

/// `endDay` with 24:00 is the end of that day.
#[test]
fn the_end_of_the_end_day() {
    let schedule = one_window("UTC", ending("SUNDAY", on(&["sat"], "12:00", "24:00")));
    assert_span(&schedule, Window(0), "2026-06-06T12:00+00:00", "2026-06-08T00:00+00:00");
}

/// "Makes the end later than the start by the wall clock alone, before R3": on the day of a change it is still Sunday's
/// own 02:30 that ends it, although both are one instant.
#[test]
fn the_end_day_is_found_before_the_clocks_change() {
    let schedule = one_window(NEW_YORK, ending("Sun", on(&["Sun"], "02:00", "02:30")));
    assert_never(&schedule, Window(0), "2026-03-02T00:00-05:00", "2026-03-15T02:00-04:00");
    assert_span(&schedule, Window(0), "2026-03-15T02:00-04:00", "2026-03-15T02:30-04:00");
}

/// A week across the change is as long as the wall clock says.
#[test]
fn a_weekend_over_a_change() {
    let schedule = one_window(NEW_YORK, ending("Monday", on(&["Friday"], "21:00", "06:00")));
    let (start, end) = ("2026-03-06T21:00-05:00", "2026-03-09T06:00-04:00");
    assert_span(&schedule, Window(0), start, end);
    assert_eq!(hours(&schedule, start, end), 56);
}
