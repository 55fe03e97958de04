//! Rule 5: exceptions are spans of local time under rule 3, above windows and holidays.

use kyklos_core::Cause::{Default, Exception, Holiday, Window};
use kyklos_core::{ExceptionSpec, HolidayMode, Spec, WindowSpec};

use super::{NEW_YORK, Small, assert_never, assert_span, assert_state, compile, daily, with_holidays};

fn span<'a>(start: &'a str, end: &'a str, value: i64) -> ExceptionSpec<'a> {
    ExceptionSpec { name: None, start, end, value }
}

fn in_new_york(exceptions: &[ExceptionSpec]) -> Small {
    compile(&Spec {
        timezone: NEW_YORK,
        windows: &[WindowSpec { value: 5, ..daily("00:00", "24:00") }],
        exceptions,
        ..Spec::default()
    })
}

#[test]
fn happens_once_from_its_start_to_before_its_end() {
    let schedule = in_new_york(&[span("2026-12-24T18:00", "2026-12-27T06:00", 8)]);
    assert_span(&schedule, Exception(0), "2026-12-24T18:00-05:00", "2026-12-27T06:00-05:00");
    assert_state(&schedule, "2026-12-25T00:00-05:00", Exception(0), 8);
    assert_never(&schedule, Exception(0), "2026-12-27T06:00-05:00", "2030-01-01T00:00-05:00");
}

/// Within the skipped hour it does not happen.
#[test]
fn in_the_skipped_hour_it_does_not_happen() {
    for (start, end) in [("2026-03-08T02:00", "2026-03-08T03:00"), ("2026-03-08T02:15", "2026-03-08T02:45")] {
        let schedule = in_new_york(&[span(start, end, 8)]);
        assert_never(&schedule, Exception(0), "2026-03-01T00:00-05:00", "2026-03-20T00:00-04:00");
        assert_eq!(schedule.evaluate(super::at(&schedule, "2026-03-01T00:00-05:00")).until(), None);
    }
}

#[test]
fn its_ends_in_the_skipped_hour_are_the_change() {
    let schedule = in_new_york(&[span("2026-03-08T02:30", "2026-03-08T03:30", 8)]);
    assert_span(&schedule, Exception(0), "2026-03-08T03:00-04:00", "2026-03-08T03:30-04:00");
    let schedule = in_new_york(&[span("2026-03-08T01:30", "2026-03-08T02:30", 8)]);
    assert_span(&schedule, Exception(0), "2026-03-08T01:30-05:00", "2026-03-08T03:00-04:00");
}

#[test]
fn in_the_repeated_hour_it_is_one_span() {
    let schedule = in_new_york(&[span("2026-11-01T01:00", "2026-11-01T01:30", 8)]);
    assert_span(&schedule, Exception(0), "2026-11-01T01:00-04:00", "2026-11-01T01:30-05:00");
    let schedule = in_new_york(&[span("2026-11-01T01:30", "2026-11-01T02:30", 8)]);
    assert_span(&schedule, Exception(0), "2026-11-01T01:30-04:00", "2026-11-01T02:30-05:00");
    let schedule = in_new_york(&[span("2026-10-31T22:00", "2026-11-01T01:30", 8)]);
    assert_span(&schedule, Exception(0), "2026-10-31T22:00-04:00", "2026-11-01T01:30-05:00");
}

/// Where midnight is skipped, a start at midnight is the date's first instant.
#[test]
fn at_a_skipped_and_a_repeated_midnight() {
    let in_santiago = |start, end| {
        compile(&Spec { timezone: "America/Santiago", exceptions: &[span(start, end, 8)], ..Spec::default() })
    };
    let skipped = in_santiago("2026-09-06T00:00", "2026-09-06T12:00");
    assert_span(&skipped, Exception(0), "2026-09-06T01:00-03:00", "2026-09-06T12:00-03:00");
    let repeated = in_santiago("2026-04-04T23:30", "2026-04-05T00:00");
    assert_span(&repeated, Exception(0), "2026-04-04T23:30-03:00", "2026-04-05T00:00-04:00");
}

/// "Of several exceptions the last one in the list wins."
#[test]
fn the_last_matching_exception_wins() {
    let (long, short) =
        (span("2026-06-01T08:00", "2026-06-01T20:00", 2), span("2026-06-01T12:00", "2026-06-01T13:00", 9));
    let schedule = in_new_york(&[long, short]);
    assert_span(&schedule, Exception(0), "2026-06-01T08:00-04:00", "2026-06-01T12:00-04:00");
    assert_span(&schedule, Exception(1), "2026-06-01T12:00-04:00", "2026-06-01T13:00-04:00");
    assert_span(&schedule, Exception(0), "2026-06-01T13:00-04:00", "2026-06-01T20:00-04:00");
    let hidden = in_new_york(&[short, long]);
    assert_span(&hidden, Exception(1), "2026-06-01T08:00-04:00", "2026-06-01T20:00-04:00");
}

/// One right after the other are two states, even with equal values.
#[test]
fn two_in_a_row_are_two_states() {
    let schedule = in_new_york(&[
        span("2026-06-01T08:00", "2026-06-01T12:00", 3),
        span("2026-06-01T12:00", "2026-06-01T16:00", 3),
    ]);
    assert_span(&schedule, Exception(0), "2026-06-01T08:00-04:00", "2026-06-01T12:00-04:00");
    assert_span(&schedule, Exception(1), "2026-06-01T12:00-04:00", "2026-06-01T16:00-04:00");
}

#[test]
fn outranks_holidays_and_windows() {
    let spec = Spec {
        timezone: NEW_YORK,
        windows: &[WindowSpec { value: 5, ..daily("09:00", "17:00") }],
        exceptions: &[span("2026-12-25T10:00", "2026-12-26T10:00", 0)],
        holiday_mode: HolidayMode::TreatAsClosed,
        ..Spec::default()
    };
    let schedule = with_holidays(&spec, &["2026-12-25"]);
    assert_span(&schedule, Holiday, "2026-12-25T00:00-05:00", "2026-12-25T10:00-05:00");
    assert_span(&schedule, Exception(0), "2026-12-25T10:00-05:00", "2026-12-26T10:00-05:00");
    assert_span(&schedule, Window(0), "2026-12-26T10:00-05:00", "2026-12-26T17:00-05:00");
    assert_span(&schedule, Default, "2026-12-26T17:00-05:00", "2026-12-27T09:00-05:00");
}

/// Its first second and its last, and both sides of each.
#[test]
fn to_the_second() {
    let schedule = in_new_york(&[span("2026-12-24T18:00", "2026-12-24T18:01", 8)]);
    for (local, cause, value) in [
        ("2026-12-24T17:59:59-05:00", Window(0), 5),
        ("2026-12-24T18:00:00-05:00", Exception(0), 8),
        ("2026-12-24T18:00:59-05:00", Exception(0), 8),
        ("2026-12-24T18:01:00-05:00", Window(0), 5),
    ] {
        assert_state(&schedule, local, cause, value);
    }
}

/// One that began before 2020 counts from 2020 on, and one may last up to the end of 2099, in zones ahead and behind.
#[test]
fn at_the_ends_of_the_years_that_count() {
    for (timezone, offset) in [("UTC", 0), ("Pacific/Kiritimati", 14), ("Etc/GMT+12", -12)] {
        let exceptions = [
            span("1999-12-31T00:00", "2020-01-02T00:00", 3),
            span("2099-12-31T12:00", "2100-01-01T00:00", 4),
            span("1999-12-31T00:00", "2019-12-30T00:00", 5),
        ];
        let schedule = compile(&Spec { timezone, exceptions: &exceptions, ..Spec::default() });
        let utc = |text| super::authority::second("UTC", text);
        let hours = |hours: i64| hours * 3_600;
        let first = utc("2020-01-01T00:00+00:00");
        assert_eq!(schedule.evaluate(first - 1).cause(), Default, "{timezone}");
        assert_eq!(schedule.evaluate(first - 1).until(), Some(first), "{timezone}");
        assert_eq!(schedule.since(first + 60), Some(first), "{timezone}");
        assert_eq!(schedule.evaluate(first).cause(), Exception(0), "{timezone}");
        let end = utc("2020-01-02T00:00+00:00") - hours(offset);
        assert_eq!(schedule.evaluate(first).until(), Some(end), "{timezone}");
        let (start, end) =
            (utc("2099-12-31T12:00+00:00") - hours(offset), utc("2100-01-01T00:00+00:00") - hours(offset));
        assert_eq!(schedule.evaluate(start - 1).until(), Some(start), "{timezone}");
        assert_eq!(
            schedule.evaluate(start).state(),
            kyklos_core::State { cause: Exception(1), value: 4 },
            "{timezone}"
        );
        assert_eq!(schedule.evaluate(end - 1).until(), Some(end), "{timezone}");
        assert_eq!((schedule.evaluate(end).cause(), schedule.evaluate(end).until()), (Default, None), "{timezone}");
    }
}
