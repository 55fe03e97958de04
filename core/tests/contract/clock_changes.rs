//! Rule 3: what a window becomes when the clocks change.

use kyklos_core::Cause::{Default, Window};

use super::common::authority::Authority;
use super::{NEW_YORK, assert_never, assert_span, assert_state, at, before, daily, on, one_window};

// The contract's table, America/New_York, every day.

/// 8 March 2026, 02:00-03:00 (the skipped hour): does not happen.
#[test]
fn a_window_of_the_skipped_hour_does_not_happen() {
    let schedule = one_window(NEW_YORK, daily("02:00", "03:00"));
    assert_span(&schedule, Window(0), "2026-03-07T02:00-05:00", "2026-03-07T03:00-05:00");
    assert_state(&schedule, "2026-03-08T01:59:59-05:00", Default, 1);
    assert_state(&schedule, "2026-03-08T03:00-04:00", Default, 1);
    assert_never(&schedule, Window(0), "2026-03-07T03:00-05:00", "2026-03-09T02:00-04:00");
    assert_span(&schedule, Default, "2026-03-07T03:00-05:00", "2026-03-09T02:00-04:00");
}

/// 8 March 2026, 02:30-03:30: 03:00-03:30 EDT.
#[test]
fn a_start_that_is_skipped_is_the_change() {
    let schedule = one_window(NEW_YORK, daily("02:30", "03:30"));
    assert_span(&schedule, Window(0), "2026-03-08T03:00-04:00", "2026-03-08T03:30-04:00");
    assert_state(&schedule, "2026-03-08T01:59:59-05:00", Default, 1);
}

/// 8 March 2026, 01:30-02:30: 01:30 EST - 03:00 EDT (30 minutes).
#[test]
fn an_end_that_is_skipped_is_the_change() {
    let schedule = one_window(NEW_YORK, daily("01:30", "02:30"));
    assert_span(&schedule, Window(0), "2026-03-08T01:30-05:00", "2026-03-08T03:00-04:00");
    let minutes = at(&schedule, "2026-03-08T03:00-04:00") - at(&schedule, "2026-03-08T01:30-05:00");
    assert_eq!(minutes, 30 * 60);
}

/// 1 November 2026, 01:00-01:30 (the repeated hour): 01:00 EDT - 01:30 EST (90 minutes).
#[test]
fn a_window_of_the_repeated_hour_is_one_span() {
    let schedule = one_window(NEW_YORK, daily("01:00", "01:30"));
    assert_span(&schedule, Window(0), "2026-11-01T01:00-04:00", "2026-11-01T01:30-05:00");
    assert_state(&schedule, "2026-11-01T01:45-04:00", Window(0), 5);
}

/// 31 October 2026, 22:00-01:30: 22:00 EDT - 01:30 EST.
#[test]
fn a_night_window_ends_at_the_second_reading() {
    let schedule = one_window(NEW_YORK, daily("22:00", "01:30"));
    assert_span(&schedule, Window(0), "2026-10-31T22:00-04:00", "2026-11-01T01:30-05:00");
}

/// 1 November 2026, 01:30-02:30: 01:30 EDT - 02:30 EST (2 hours).
#[test]
fn a_window_starts_at_the_first_reading() {
    let schedule = one_window(NEW_YORK, daily("01:30", "02:30"));
    assert_span(&schedule, Window(0), "2026-11-01T01:30-04:00", "2026-11-01T02:30-05:00");
}

// The sentences around the table.

/// The end at the very minute that the clocks go back to, and at the one they go back from.
#[test]
fn ends_at_the_edges_of_the_repeated_hour() {
    let until_one = one_window(NEW_YORK, daily("00:30", "01:00"));
    assert_span(&until_one, Window(0), "2026-11-01T00:30-04:00", "2026-11-01T01:00-04:00");
    let until_two = one_window(NEW_YORK, daily("00:30", "02:00"));
    assert_span(&until_two, Window(0), "2026-11-01T00:30-04:00", "2026-11-01T02:00-05:00");
}

/// "One unbroken span that never flaps, and covers every instant whose wall clock reads inside it": by jiff's wall
/// clock in every minute, for windows all around both changes of a year.
#[test]
#[cfg_attr(miri, ignore = "a million instants are hours for Miri")]
fn covers_every_instant_whose_wall_clock_reads_inside() {
    let jiff = Authority::of(NEW_YORK);
    for (day, midnight) in [("Sunday", "2026-03-08T00:00-05:00"), ("Sunday", "2026-11-01T00:00-04:00")] {
        for start in (0..24 * 4).map(|quarter| quarter * 15) {
            for end in (start + 15..=24 * 60).step_by(45) {
                let text = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
                let (start_text, end_text, days) = (text(start), text(end), [day]);
                let schedule = one_window(NEW_YORK, on(&days, &start_text, &end_text));
                let midnight = at(&schedule, midnight);
                let local_midnight = midnight + jiff.offset_at(midnight);
                let mut spans = 0;
                let mut was_active = false;
                for second in (midnight..midnight + 26 * 3_600).step_by(300) {
                    let reading = (second + jiff.offset_at(second) - local_midnight) / 60;
                    let active = schedule.evaluate(second).cause() == Window(0);
                    assert!(active || !(start..end).contains(&reading), "{start_text}-{end_text} at {second}");
                    spans += usize::from(active && !was_active);
                    was_active = active;
                }
                assert!(spans <= 1, "{start_text}-{end_text} flaps");
            }
        }
    }
}

/// The clocks of Lord Howe Island change by half an hour.
#[test]
fn half_an_hour_on_lord_howe() {
    let schedule = one_window("Australia/Lord_Howe", daily("01:30", "02:00"));
    assert_span(&schedule, Window(0), "2026-04-05T01:30+11:00", "2026-04-05T02:00+10:30");
    let skipped = one_window("Australia/Lord_Howe", daily("02:00", "02:30"));
    assert_never(&skipped, Window(0), "2026-10-04T00:00+10:30", "2026-10-05T02:00+11:00");
    let beyond = one_window("Australia/Lord_Howe", daily("02:00", "02:31"));
    assert_span(&beyond, Window(0), "2026-10-04T02:30+11:00", "2026-10-04T02:31+11:00");
}

/// Those of Troll by two hours.
#[test]
fn two_hours_at_troll() {
    let schedule = one_window("Antarctica/Troll", daily("01:15", "02:45"));
    assert_never(&schedule, Window(0), "2026-03-28T02:45+00:00", "2026-03-30T01:15+02:00");
    assert_span(&schedule, Window(0), "2026-10-25T01:15+02:00", "2026-10-25T02:45+00:00");
}

/// Where midnight is skipped a day begins at 01:00, and where it is repeated the day before ends the second time.
#[test]
fn whole_days_where_the_change_is_at_midnight() {
    let sunday = one_window("America/Santiago", on(&["Sunday"], "00:00", "24:00"));
    assert_span(&sunday, Window(0), "2026-09-06T01:00-03:00", "2026-09-07T00:00-03:00");
    assert_span(&sunday, Window(0), "2026-04-05T00:00-04:00", "2026-04-06T00:00-04:00");
    let saturday = one_window("America/Santiago", on(&["Saturday"], "00:00", "24:00"));
    assert_span(&saturday, Window(0), "2026-04-04T00:00-03:00", "2026-04-05T00:00-04:00");
    assert_span(&saturday, Window(0), "2026-09-05T00:00-04:00", "2026-09-06T01:00-03:00");
    let havana = one_window("America/Havana", on(&["Sun"], "00:00", "00:30"));
    assert_never(&havana, Window(0), "2026-03-02T00:00-05:00", "2026-03-15T00:00-04:00");
    assert_span(&havana, Window(0), "2025-11-02T00:00-04:00", "2025-11-02T00:30-05:00");
}

/// A window that begins before a change and ends long after it is as long as the wall clock says.
#[test]
fn a_window_over_a_change_keeps_its_readings() {
    let schedule = one_window(NEW_YORK, daily("22:00", "06:00"));
    assert_span(&schedule, Window(0), "2026-03-07T22:00-05:00", "2026-03-08T06:00-04:00");
    assert_span(&schedule, Window(0), "2026-10-31T22:00-04:00", "2026-11-01T06:00-05:00");
    let start = at(&schedule, "2026-03-07T22:00-05:00");
    assert_eq!(schedule.evaluate(before(start)).until(), Some(start));
}
