//! The next boundary: the first later instant at which the state differs, or none when it never changes again.

use kyklos_core::Cause::{Default, Exception, Holiday, Window};
use kyklos_core::{ExceptionSpec, HolidayMode, Spec, WindowSpec};

use super::{NEW_YORK, Small, assert_span, at, compile, daily, on, with_holidays};

const YEARS: [&str; 4] =
    ["2020-02-01T00:00+00:00", "2026-03-08T06:59:59+00:00", "2039-11-06T06:00+00:00", "2300-06-01T12:00+00:00"];

#[track_caller]
fn assert_never_changes(schedule: &Small) {
    for year in YEARS {
        let instant = super::authority::second("UTC", year);
        assert_eq!(schedule.evaluate(instant).until(), None, "after {instant}");
        assert_eq!(schedule.since(instant), None, "before {instant}");
    }
}

#[test]
fn none_without_windows() {
    assert_never_changes(&compile(&Spec { timezone: NEW_YORK, ..Spec::default() }));
}

#[test]
fn none_for_a_window_of_every_whole_day() {
    for window in [daily("00:00", "24:00"), on(&["Mon-Sun"], "00:00", "24:00")] {
        for timezone in [NEW_YORK, "America/Santiago", "Africa/Casablanca", "Etc/UTC"] {
            assert_never_changes(&compile(&Spec { timezone, windows: &[window], ..Spec::default() }));
        }
    }
}

/// Windows that hide all others, and windows of a week, change nothing when the clocks change either.
#[test]
fn none_for_windows_that_always_win() {
    let week = WindowSpec { end_day: Some("Sun"), ..on(&["Sun"], "02:30", "02:30") };
    let hidden = WindowSpec { value: 9, ..daily("01:30", "02:30") };
    for timezone in [NEW_YORK, "Europe/Zurich", "Australia/Lord_Howe", "Antarctica/Troll"] {
        assert_never_changes(&compile(&Spec { timezone, windows: &[week], ..Spec::default() }));
        assert_never_changes(&compile(&Spec { timezone, windows: &[hidden, week], ..Spec::default() }));
    }
}

#[test]
fn none_once_all_exceptions_have_passed() {
    let exceptions = [
        ExceptionSpec { start: "2026-06-01T00:00", end: "2026-06-02T00:00", value: 3, ..ExceptionSpec::default() },
        ExceptionSpec { start: "2025-06-01T00:00", end: "2025-06-02T00:00", value: 3, ..ExceptionSpec::default() },
    ];
    let schedule = compile(&Spec { timezone: "UTC", exceptions: &exceptions, ..Spec::default() });
    let last = at(&schedule, "2026-06-02T00:00+00:00");
    assert_eq!(schedule.evaluate(last - 1).until(), Some(last));
    assert_eq!(schedule.evaluate(last).until(), None);
    assert_span(&schedule, Default, "2025-06-02T00:00+00:00", "2026-06-01T00:00+00:00");
}

#[test]
fn none_once_all_holidays_have_passed_or_are_ignored() {
    let spec = Spec { timezone: NEW_YORK, holiday_mode: HolidayMode::TreatAsClosed, ..Spec::default() };
    let schedule = with_holidays(&spec, &["2026-12-25"]);
    assert_eq!(schedule.evaluate(at(&schedule, "2026-12-26T00:00-05:00")).until(), None);
    let ignored = with_holidays(&Spec { holiday_mode: HolidayMode::Ignore, ..spec }, &["2026-12-25"]);
    assert_eq!(ignored.evaluate(at(&ignored, "2026-12-01T00:00-05:00")).until(), None);
}

/// What is years away is still found to the second.
#[test]
fn far_away_is_exact() {
    let exceptions =
        [ExceptionSpec { start: "2039-11-06T01:30", end: "2040-03-11T02:30", value: 3, ..ExceptionSpec::default() }];
    let windows = [daily("00:00", "24:00")];
    let spec = Spec {
        timezone: NEW_YORK,
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: HolidayMode::TreatAsOpen,
        ..Spec::default()
    };
    let schedule = with_holidays(&spec, &["2045-07-04"]);
    let next = |local| schedule.evaluate(at(&schedule, local)).until();
    assert_eq!(next("2020-02-01T00:00-05:00"), Some(at(&schedule, "2039-11-06T01:30-04:00")));
    assert_eq!(next("2039-11-06T01:30-04:00"), Some(at(&schedule, "2040-03-11T03:00-04:00")));
    assert_eq!(next("2040-03-11T03:00-04:00"), Some(at(&schedule, "2045-07-04T00:00-04:00")));
    assert_eq!(next("2045-07-04T00:00-04:00"), Some(at(&schedule, "2045-07-05T00:00-04:00")));
    assert_eq!(next("2045-07-05T00:00-04:00"), None);
    for (local, cause) in [("2039-12-01T00:00-05:00", Exception(0)), ("2045-07-04T12:00-04:00", Holiday)] {
        assert_eq!(schedule.evaluate(at(&schedule, local)).cause(), cause);
    }
}

/// "The first *later* instant": at a boundary it is the one after.
#[test]
fn at_a_boundary_the_next_is_later() {
    let schedule = compile(&Spec { timezone: "UTC", windows: &[daily("09:00", "17:00")], ..Spec::default() });
    let (nine, five) = (at(&schedule, "2026-06-01T09:00+00:00"), at(&schedule, "2026-06-01T17:00+00:00"));
    assert_eq!(schedule.evaluate(nine).until(), Some(five));
    assert_eq!(schedule.evaluate(nine + 1).until(), Some(five));
    assert_eq!(schedule.evaluate(nine - 1).until(), Some(nine));
    assert_eq!(schedule.evaluate(nine - 1).cause(), Default);
}

/// The end of a window that a later one hides is no boundary.
#[test]
fn what_is_hidden_has_no_boundary() {
    let windows = [daily("09:00", "12:00"), daily("08:00", "18:00")];
    let schedule = compile(&Spec { timezone: "UTC", windows: &windows, ..Spec::default() });
    assert_span(&schedule, Window(1), "2026-06-01T08:00+00:00", "2026-06-01T18:00+00:00");
}

/// A year that begins or ends is nothing, nor is a change of the clocks by itself.
#[test]
fn a_change_of_the_clocks_is_no_boundary_by_itself() {
    let schedule = compile(&Spec { timezone: NEW_YORK, windows: &[daily("22:00", "08:00")], ..Spec::default() });
    assert_span(&schedule, Window(0), "2026-03-07T22:00-05:00", "2026-03-08T08:00-04:00");
    assert_span(&schedule, Window(0), "2026-12-31T22:00-05:00", "2027-01-01T08:00-05:00");
}
