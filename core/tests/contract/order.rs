//! Rule 6: exception, holiday, window, default; the last in the list wins among its kind.

use kyklos_core::Cause::{Default, Exception, Holiday, Window};
use kyklos_core::{ExceptionSpec, HolidayMode, Spec, WindowSpec};

use super::{NEW_YORK, assert_span, assert_state, compile, daily, with_holidays};

fn valued(value: i64, window: WindowSpec) -> WindowSpec {
    WindowSpec { value, ..window }
}

/// "The last one in the list wins", "be it longer, larger or neither."
#[test]
fn the_last_matching_window_wins() {
    let windows =
        [valued(2, daily("09:00", "17:00")), valued(9, daily("08:00", "12:00")), valued(4, daily("11:00", "13:00"))];
    let schedule = compile(&Spec { timezone: "UTC", windows: &windows, ..Spec::default() });
    assert_span(&schedule, Window(1), "2026-06-01T08:00+00:00", "2026-06-01T11:00+00:00");
    assert_span(&schedule, Window(2), "2026-06-01T11:00+00:00", "2026-06-01T13:00+00:00");
    assert_span(&schedule, Window(0), "2026-06-01T13:00+00:00", "2026-06-01T17:00+00:00");
    assert_span(&schedule, Default, "2026-06-01T17:00+00:00", "2026-06-02T08:00+00:00");
}

/// The same two windows in the other order have the other winner.
#[test]
fn the_order_of_the_list_decides() {
    let (long, short) = (valued(2, daily("08:00", "20:00")), valued(6, daily("12:00", "13:00")));
    let noon = "2026-06-01T12:30+00:00";
    let short_last = [long, short];
    assert_state(&compile(&Spec { windows: &short_last, ..Spec::default() }), noon, Window(1), 6);
    let long_last = [short, long];
    let hidden = compile(&Spec { windows: &long_last, ..Spec::default() });
    assert_state(&hidden, noon, Window(1), 2);
    assert_span(&hidden, Window(1), "2026-06-01T08:00+00:00", "2026-06-01T20:00+00:00");
}

/// A night window of an earlier place gives way to the morning's of a later one.
#[test]
fn a_night_from_the_day_before_competes_too() {
    let windows = [valued(2, daily("22:00", "06:00")), valued(3, daily("05:00", "09:00"))];
    let schedule = compile(&Spec { timezone: NEW_YORK, windows: &windows, ..Spec::default() });
    assert_span(&schedule, Window(0), "2026-06-01T22:00-04:00", "2026-06-02T05:00-04:00");
    assert_span(&schedule, Window(1), "2026-06-02T05:00-04:00", "2026-06-02T09:00-04:00");
}

#[test]
fn nothing_else_is_the_default() {
    let schedule = compile(&Spec { default_value: 7, ..Spec::default() });
    assert_state(&schedule, "2026-06-01T00:00+00:00", Default, 7);
    let zero = compile(&Spec { default_value: 0, ..Spec::default() });
    assert_state(&zero, "2026-06-01T00:00+00:00", Default, 0);
}

/// All four at once.
#[test]
fn exception_then_holiday_then_window_then_default() {
    let spec = Spec {
        timezone: "Europe/Zurich",
        default_value: 1,
        windows: &[valued(2, daily("08:00", "20:00"))],
        exceptions: &[ExceptionSpec {
            start: "2026-06-02T10:00",
            end: "2026-06-02T12:00",
            value: 0,
            ..ExceptionSpec::default()
        }],
        holiday_mode: HolidayMode::TreatAsOpen,
        ..Spec::default()
    };
    let schedule = with_holidays(&spec, &["2026-06-02"]);
    assert_state(&schedule, "2026-06-01T07:00+02:00", Default, 1);
    assert_state(&schedule, "2026-06-01T10:00+02:00", Window(0), 2);
    assert_span(&schedule, Holiday, "2026-06-02T00:00+02:00", "2026-06-02T10:00+02:00");
    assert_span(&schedule, Exception(0), "2026-06-02T10:00+02:00", "2026-06-02T12:00+02:00");
    assert_span(&schedule, Holiday, "2026-06-02T12:00+02:00", "2026-06-03T00:00+02:00");
    assert_state(&schedule, "2026-06-02T11:00+02:00", Exception(0), 0);
}

/// The state is which of them applies *and* the value: the same count from another window is another state.
#[test]
fn an_equal_count_is_still_another_state() {
    let windows = [valued(1, daily("08:00", "12:00")), valued(1, daily("12:00", "16:00"))];
    let schedule = compile(&Spec { default_value: 1, windows: &windows, ..Spec::default() });
    assert_span(&schedule, Window(0), "2026-06-01T08:00+00:00", "2026-06-01T12:00+00:00");
    assert_span(&schedule, Window(1), "2026-06-01T12:00+00:00", "2026-06-01T16:00+00:00");
}
