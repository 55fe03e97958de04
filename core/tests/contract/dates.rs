//! Rule 4: which dates are holidays: single ones, ranges, and those of every year, of the years 2020 to 2099.

use kyklos_core::Cause::{Default, Holiday};
use kyklos_core::{HolidayMode, Spec};

use super::{NEW_YORK, Small, assert_never, assert_span, assert_state, at, with_holidays};

fn closed(timezone: &str, dates: &[&str]) -> Small {
    with_holidays(&Spec { timezone, holiday_mode: HolidayMode::TreatAsClosed, ..Spec::default() }, dates)
}

/// "Ranges of dates, both ends included."
#[test]
fn both_ends_of_a_range_are_in_it() {
    let schedule = closed(NEW_YORK, &["2026-12-24..2026-12-26"]);
    assert_span(&schedule, Holiday, "2026-12-24T00:00-05:00", "2026-12-27T00:00-05:00");
    assert_never(&schedule, Holiday, "2026-12-27T00:00-05:00", "2036-01-01T00:00-05:00");
}

#[test]
fn a_date_of_every_year() {
    let schedule = closed(NEW_YORK, &["07-04"]);
    for year in [2020, 2026, 2028, 2099] {
        let time = |day| format!("{year}-07-0{day}T00:00-04:00");
        assert_span(&schedule, Holiday, &time(4), &time(5));
    }
    assert_span(&schedule, Default, "2026-07-05T00:00-04:00", "2027-07-04T00:00-04:00");
}

#[test]
fn a_range_of_every_year() {
    let schedule = closed("Europe/Zurich", &["03-20..04-02"]);
    for year in [2020, 2027, 2028] {
        assert_span(&schedule, Holiday, &format!("{year}-03-20T00:00+01:00"), &format!("{year}-04-03T00:00+02:00"));
    }
}

/// "Whose end is the next year's where it is before the start."
#[test]
fn a_range_over_new_year() {
    let schedule = closed(NEW_YORK, &["12-24..01-02"]);
    for year in [2020, 2026, 2027, 2098] {
        let end = format!("{}-01-03T00:00-05:00", year + 1);
        assert_span(&schedule, Holiday, &format!("{year}-12-24T00:00-05:00"), &end);
    }
    assert_span(&schedule, Default, "2027-01-03T00:00-05:00", "2027-12-24T00:00-05:00");
}

/// "29 February of every year is a date in leap years only", and what a range is that ends or starts on it.
#[test]
fn the_leap_day() {
    let alone = closed("UTC", &["02-29"]);
    assert_span(&alone, Holiday, "2024-02-29T00:00+00:00", "2024-03-01T00:00+00:00");
    assert_span(&alone, Default, "2024-03-01T00:00+00:00", "2028-02-29T00:00+00:00");
    assert_span(&alone, Holiday, "2096-02-29T00:00+00:00", "2096-03-01T00:00+00:00");
    assert_eq!(alone.evaluate(at(&alone, "2096-03-01T00:00+00:00")).until(), None);
    let up_to = closed("UTC", &["02-27..02-29"]);
    assert_span(&up_to, Holiday, "2028-02-27T00:00+00:00", "2028-03-01T00:00+00:00");
    assert_span(&up_to, Holiday, "2027-02-27T00:00+00:00", "2027-03-01T00:00+00:00");
    let from = closed("UTC", &["02-29..03-02"]);
    assert_span(&from, Holiday, "2028-02-29T00:00+00:00", "2028-03-03T00:00+00:00");
    assert_span(&from, Holiday, "2027-03-01T00:00+00:00", "2027-03-03T00:00+00:00");
}

/// A date is one however often it is named, and what touches is one state.
#[test]
fn dates_of_all_kinds_in_a_row_are_one_state() {
    let schedule = closed(NEW_YORK, &["2026-12-27", "12-25", "2026-12-24", "2026-12-25..2026-12-26", "12-28..01-01"]);
    assert_span(&schedule, Holiday, "2026-12-24T00:00-05:00", "2027-01-02T00:00-05:00");
    assert_span(&schedule, Holiday, "2027-12-25T00:00-05:00", "2027-12-26T00:00-05:00");
}

/// "From 2020 to 2099": what is drawn over the ends counts up to there, by the zone's date and by UTC at the beginning.
#[test]
fn the_first_and_the_last_date_that_count() {
    for (zone, start, end) in
        [("UTC", "+00:00", "+00:00"), (NEW_YORK, "-05:00", "-05:00"), ("Asia/Tokyo", "+09:00", "+09:00")]
    {
        for dates in [
            ["2019-12-30..2020-01-01", "2099-12-31..2100-01-05"].as_slice(),
            &["2019-12-31..2020-01-01", "2099-12-31"],
            &["12-31..01-01"],
        ] {
            let schedule = closed(zone, dates);
            let last =
                (at(&schedule, &format!("2099-12-31T00:00{start}")), at(&schedule, &format!("2100-01-01T00:00{end}")));
            assert_eq!(schedule.evaluate(last.0 - 1).until(), Some(last.0), "{zone} {dates:?}");
            assert_eq!(schedule.evaluate(last.0).cause(), Holiday, "{zone} {dates:?}");
            assert_eq!(schedule.evaluate(last.0).until(), Some(last.1), "{zone} {dates:?}");
            assert_eq!(schedule.evaluate(last.1).cause(), Default, "{zone} {dates:?}");
            assert_eq!(schedule.evaluate(last.1).until(), None, "{zone} {dates:?}");
            assert_state(&schedule, &format!("2020-01-01T12:00{start}"), Holiday, 1);
            assert_state(&schedule, &format!("2020-01-02T00:00{start}"), Default, 1);
            let first = super::authority::second("UTC", "2020-01-01T00:00+00:00");
            assert_eq!(schedule.evaluate(first - 1).cause(), Default, "{zone} {dates:?}");
        }
    }
}

/// "Not before 2020-01-01T00:00:00Z": east of Greenwich that is some hours after the local date has begun, west of it before.
#[test]
fn the_first_hours_of_2020_east_of_greenwich_do_not_count() {
    let tokyo = closed("Asia/Tokyo", &["2020-01-01"]);
    assert_state(&tokyo, "2020-01-01T00:00+09:00", Default, 1);
    assert_span(&tokyo, Holiday, "2020-01-01T09:00+09:00", "2020-01-02T00:00+09:00");
    let new_york = closed(NEW_YORK, &["2019-12-31..2020-01-01"]);
    assert_state(&new_york, "2019-12-31T19:00-05:00", Default, 1);
    assert_span(&new_york, Holiday, "2020-01-01T00:00-05:00", "2020-01-02T00:00-05:00");
}

/// Dates of a calendar beside the schedule's own.
#[test]
fn the_dates_of_a_calendar_count_as_well() {
    let schedule = closed(NEW_YORK, &["2026-12-24"]);
    let mut calendar = kyklos_core::Calendar::<2>::new();
    calendar.push("12-25".parse().expect("a holiday")).expect("room");
    let (start, end) = (at(&schedule, "2026-12-24T00:00-05:00"), at(&schedule, "2026-12-26T00:00-05:00"));
    let with = schedule.with(&calendar);
    assert_eq!(with.evaluate(start - 1).until(), Some(start));
    assert_eq!((with.evaluate(start).cause(), with.evaluate(start).until()), (Holiday, Some(end)));
    assert_eq!(with.since(end - 1), Some(start));
}
