//! All ways in make the same schedule: text, JSON, typed values at once and one by one, when compiling and when running; and none of
//! them leaves one half made.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use common::draw::{self, Around};
use common::effort::{cases, draw as draw_cases, every_zone};
use common::ways::Typed;
use common::written::{Compiled, Written};
use kyklos_core::{
    AllZones, Calendar, Cause, Days, Exception, ExceptionSpec, Field, Holiday, HolidayMode, LocalMinute, Problem,
    Reason, Schedule, Spec, TimeOfDay, TimeZone, VALUE_MAX, Values, Weekday, Window, WindowSpec, YearlyDate,
};
use proptest::prelude::Strategy;
use proptest::prop_assert_eq;

/// Minutes from 1970 to 2026.
const NOW: i32 = 29_800_000;

/// A schedule about some minute of the years that count.
fn any_schedule() -> impl Strategy<Value = Written> {
    (26_400_000..68_300_000).prop_flat_map(|reading| draw::schedule(Around { before: reading, after: reading }))
}

impl Typed {
    fn values(&self, written: &Written) -> Values<'_> {
        Values {
            default_value: written.default_value,
            windows: &self.windows,
            exceptions: &self.exceptions,
            holiday_mode: written.holiday_mode,
            holiday_value: written.holiday_value,
            holidays: &self.holidays,
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "a dozen schedules with room for a thousand holidays are minutes for Miri")]
fn all_ways_make_equal_schedules() {
    every_zone(|name| {
        let drawn = (any_schedule(), any_schedule());
        draw_cases(name, cases(3), &drawn, |(written, before)| {
            let expected = written.compile(name);
            prop_assert_eq!(&written.push(name), &expected, "one by one");

            // Whatever was there before.
            let zone = TimeZone::get(name).expect("a name of the release");
            let mut schedule = before.compile("Asia/Tokyo");
            let typed = written.typed();
            schedule.set_values(zone, &typed.values(&written)).expect("valid");
            prop_assert_eq!(&schedule, &expected, "typed values at once");

            let mut schedule = before.push("Etc/UTC");
            schedule.clear();
            prop_assert_eq!(&schedule, &Compiled::new(TimeZone::UTC), "cleared");

            let mut schedule = before.compile("Europe/Zurich");
            written.with_spec(name, |spec| schedule.set(spec, AllZones, |problem| panic!("{problem}"))).expect("valid");
            prop_assert_eq!(&schedule, &expected, "text, set");
            schedule = before.compile("Europe/Zurich");
            written.with_spec(name, |spec| schedule.set(spec, zone, |problem| panic!("{problem}"))).expect("valid");
            prop_assert_eq!(&schedule, &expected, "text, of the one zone");

            let json = written.json(name);
            let read = Compiled::from_json(json.as_bytes(), AllZones, |problem| panic!("{problem} in {json}"));
            prop_assert_eq!(&read.expect("valid"), &expected, "JSON");
            let mut schedule = before.compile("Europe/Zurich");
            schedule.set_json(json.as_bytes(), zone, |problem| panic!("{problem}")).expect("valid");
            prop_assert_eq!(&schedule, &expected, "JSON, set");
            Ok(())
        })
    });
}

/// What is pushed may come in any order but that of windows and exceptions among themselves, and the settings at any time.
#[test]
#[cfg_attr(miri, ignore = "a dozen schedules with room for a thousand holidays are minutes for Miri")]
fn the_order_of_pushing_is_nothing() {
    every_zone(|name| {
        draw_cases(name, cases(1), &any_schedule(), |written| {
            let Typed { windows, exceptions, holidays } = written.typed();
            let mut schedule = Compiled::new(TimeZone::get(name).expect("a name of the release"));
            schedule.set_holiday_mode(written.holiday_mode, written.holiday_value).expect("valid");
            holidays.into_iter().rev().for_each(|holiday| schedule.push_holiday(holiday).expect("room"));
            exceptions.into_iter().for_each(|exception| schedule.push_exception(exception).expect("room"));
            schedule.set_default_value(written.default_value).expect("valid");
            windows.into_iter().for_each(|window| schedule.push_window(window).expect("room"));
            prop_assert_eq!(schedule, written.compile(name));
            Ok(())
        })
    });
}

/// However dates are said, and whenever they come, a list is the one that says them all at once.
#[test]
fn equal_dates_are_equal() {
    let night = common::written::Window { days: None, start: 1_320, end: 360, end_day: None, value: 4 };
    let window = common::ways::window(&night);
    let (holiday_mode, holiday_value) = (HolidayMode::TreatAsClosed, Some(9));
    let pushed = |holidays: &[Holiday]| {
        let (mut schedule, mut calendar) = (Schedule::<1, 0, 4>::new(TimeZone::UTC), Calendar::<4>::new());
        schedule.push_window(window).expect("room");
        schedule.set_holiday_mode(holiday_mode, holiday_value).expect("valid");
        for &holiday in holidays {
            schedule.push_holiday(holiday).expect("room");
            calendar.push(holiday).expect("room");
        }
        (schedule, calendar)
    };
    let set = |holidays: &[Holiday]| {
        let mut schedule = Schedule::<1, 0, 4>::new(TimeZone::UTC);
        let values = Values { windows: &[window], holiday_mode, holiday_value, holidays, ..Values::default() };
        schedule.set_values(TimeZone::UTC, &values).expect("valid");
        schedule
    };
    for (at_once, parts) in [
        ("12-24..01-02", &["12-24..12-31", "01-01..01-02"][..]),
        ("12-24..01-02", &["01-02", "12-30..01-01", "12-24..12-30"]),
        ("11-20..02-10", &["12-31..02-10", "11-20..12-31"]),
        ("01-01..12-31", &["06-15..06-14"]),
        ("01-01..12-31", &["07-01..12-31", "01-01..06-30"]),
        ("2026-12-24..2027-01-02", &["2027-01-01..2027-01-02", "2026-12-24..2026-12-31"]),
    ] {
        let list = |texts: &[&str]| texts.iter().map(|text| text.parse().expect("a holiday")).collect::<Vec<_>>();
        let (whole, parts) = (list(&[at_once]), list(parts));
        assert!(pushed(&whole) == pushed(&parts), "{at_once}, pushed");
        assert!(set(&whole) == pushed(&parts).0 && set(&parts) == pushed(&whole).0, "{at_once}, set");
    }
}

const fn minute(year: u16, month: u8, day: u8, hour: u8) -> LocalMinute {
    match LocalMinute::new(kyklos_core::Date::constant(year, month, day), TimeOfDay::constant(hour, 0)) {
        Some(minute) => minute,
        None => panic!("no minute"),
    }
}

/// Built by the compiler, lies in the program.
static SHOP: Schedule<2, 1, 3> = {
    let mut schedule = Schedule::new(TimeZone::named("America/New_York"));
    let office = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
    let weekend = Window::constant(Days::FRI, TimeOfDay::constant(21, 0), TimeOfDay::constant(6, 0), 2);
    assert!(schedule.push_window(office).is_ok());
    assert!(schedule.push_window(weekend.until(Weekday::Monday)).is_ok());
    assert!(schedule.push_window(office).is_err());
    let Ok(launch) = Exception::new(minute(2026, 12, 1, 9), minute(2026, 12, 1, 18), 20) else {
        panic!("an exception")
    };
    assert!(schedule.push_exception(launch).is_ok());
    assert!(schedule.push_exception(launch).is_err());
    let christmas = Holiday::yearly_range(YearlyDate::constant(12, 24), YearlyDate::constant(1, 2));
    let Ok(first) = Holiday::date(kyklos_core::Date::constant(2026, 7, 4)) else { panic!("a holiday") };
    let Ok(then) = Holiday::date(kyklos_core::Date::constant(2026, 7, 5)) else { panic!("a holiday") };
    assert!(schedule.push_holiday(christmas).is_ok());
    assert!(schedule.push_holiday(then).is_ok() && schedule.push_holiday(first).is_ok());
    assert!(schedule.set_default_value(1).is_ok());
    assert!(schedule.set_holiday_mode(HolidayMode::TreatAsClosed, Some(3)).is_ok());
    schedule
};

#[test]
fn a_schedule_of_the_compiler_is_the_one_of_the_text() {
    let spec = Spec {
        timezone: "America/New_York",
        default_value: 1,
        windows: &[
            WindowSpec { days: Some(&["Mon-Fri"]), start: "09:00", end: "17:00", value: 10, ..WindowSpec::default() },
            WindowSpec {
                days: Some(&["Fri"]),
                start: "21:00",
                end: "06:00",
                end_day: Some("Mon"),
                value: 2,
                ..WindowSpec::default()
            },
        ],
        exceptions: &[ExceptionSpec {
            start: "2026-12-01T09:00",
            end: "2026-12-01T18:00",
            value: 20,
            ..ExceptionSpec::default()
        }],
        holiday_mode: HolidayMode::TreatAsClosed,
        holiday_value: Some(3),
        holidays: &["2026-07-04..2026-07-05", "12-24..01-02"],
    };
    assert_eq!(Schedule::from_spec(&spec, AllZones, |problem| panic!("{problem}")).as_ref(), Ok(&SHOP));
    let launch = common::authority::second("America/New_York", "2026-12-01T12:00-05:00");
    assert_eq!((SHOP.evaluate(launch).cause(), SHOP.evaluate(launch).value()), (Cause::Exception(0), 20));
}

/// What is refused is given back, and nothing has changed.
#[test]
fn what_has_no_room_is_given_back() {
    let Typed { windows, exceptions, .. } = Written {
        default_value: 0,
        windows: vec![common::written::Window { days: None, start: 60, end: 120, end_day: None, value: 4 }],
        exceptions: vec![common::written::Exception { start: NOW, end: NOW + 60, value: 5 }],
        holiday_mode: HolidayMode::Ignore,
        holiday_value: None,
        holidays: vec![],
    }
    .typed();
    let (window, exception) = (windows[0], exceptions[0]);
    let holiday: Holiday = "12-25".parse().expect("a holiday");
    let mut none = Schedule::<0, 0, 0>::new(TimeZone::UTC);
    let mut one = Schedule::<1, 1, 1>::new(TimeZone::UTC);
    assert_eq!((one.push_window(window), none.push_window(window)), (Ok(()), Err(window)));
    assert_eq!((one.push_exception(exception), none.push_exception(exception)), (Ok(()), Err(exception)));
    assert_eq!((one.push_holiday(holiday), none.push_holiday(holiday)), (Ok(()), Err(holiday)));
    assert_eq!(none, Schedule::new(TimeZone::UTC));
    let before = one.clone();
    let other: Holiday = "12-27".parse().expect("a holiday");
    assert_eq!(one.push_window(window), Err(window));
    assert_eq!(one.push_exception(exception), Err(exception));
    assert_eq!((one.push_holiday(holiday), one.push_holiday(other)), (Ok(()), Err(other)));
    assert_eq!(one.set_default_value(VALUE_MAX + 1).map_err(|reason| reason.to_string()), {
        Err("2147483648 is out of range: write a whole number from 0 to 2147483647".to_owned())
    });
    assert_eq!(one.set_holiday_mode(HolidayMode::Ignore, Some(1)), Err(Reason::HolidaysIgnored));
    assert!(one.set_holiday_mode(HolidayMode::TreatAsOpen, Some(u32::MAX)).is_err());
    assert_eq!(one, before);
}

/// The first of several problems is told, and the schedule stays as it was, its zone included.
#[test]
fn values_are_set_in_one_step() {
    let written = Written {
        default_value: 0,
        windows: vec![common::written::Window { days: None, start: 60, end: 120, end_day: None, value: 4 }; 2],
        exceptions: vec![common::written::Exception { start: NOW, end: NOW + 60, value: 5 }; 2],
        holiday_mode: HolidayMode::TreatAsOpen,
        holiday_value: Some(7),
        holidays: vec![common::written::Holiday::Yearly((12, 25)), common::written::Holiday::Yearly((12, 27))],
    };
    let typed = written.typed();
    let good = typed.values(&written);
    let zone = TimeZone::named("Asia/Tokyo");
    let too_large = |field| Problem {
        field,
        reason: Reason::OutOfRange { found: i64::from(VALUE_MAX) + 1, most: i64::from(VALUE_MAX) },
    };
    let too_many = |field| Problem { field, reason: Reason::TooMany { found: 3, most: 2 } };
    let (windows, exceptions) = ([typed.windows[0]; 3], [typed.exceptions[0]; 3]);
    let holidays = ["12-25", "12-27", "12-29"].map(|text| text.parse().expect("a holiday"));
    let mut schedule = Schedule::<2, 2, 2>::new(TimeZone::UTC);
    for start in [Values::default(), good] {
        schedule.set_values(TimeZone::UTC, &start).expect("valid");
        let before = schedule.clone();
        for (values, problem) in [
            (Values { default_value: VALUE_MAX + 1, ..good }, too_large(Field::DefaultValue)),
            (Values { windows: &windows, ..good }, too_many(Field::Windows)),
            (Values { exceptions: &exceptions, ..good }, too_many(Field::Exceptions)),
            (Values { holiday_value: Some(VALUE_MAX + 1), ..good }, too_large(Field::HolidayValue)),
            (Values { holiday_mode: HolidayMode::Ignore, ..good }, {
                Problem { field: Field::HolidayValue, reason: Reason::HolidaysIgnored }
            }),
            (Values { holidays: &holidays, ..good }, {
                Problem { field: Field::Holidays, reason: Reason::TooManyHolidays { most: 2 } }
            }),
        ] {
            assert_eq!(schedule.set_values(zone, &values), Err(problem));
            assert_eq!(schedule, before, "{problem}");
        }
    }
    schedule.set_values(zone, &good).expect("valid");
    assert_eq!((schedule.zone(), schedule.holiday_value()), (&zone, Some(7)));
}

/// As many windows as a schedule can have, each of which tells its index.
#[test]
#[cfg_attr(miri, ignore = "254 windows painted one over the other are a minute for Miri")]
fn two_hundred_and_fifty_four_windows() {
    let mut schedule = Schedule::<254, 0, 0>::new(TimeZone::UTC);
    let time = |minutes| TimeOfDay::from_minutes(minutes).expect("a time of day");
    let window =
        |index: u16| Window::new(Days::ALL, time(index * 3), time(index * 3 + 2), u32::from(index)).expect("valid");
    (0..254).for_each(|index| schedule.push_window(window(index)).expect("room"));
    assert_eq!(schedule.push_window(window(0)), Err(window(0)));
    let midnight = 1_780_272_000; // 2026-06-01T00:00:00Z
    for minute in 0..1_440_i64 {
        let answer = schedule.evaluate(midnight + minute * 60 + 59);
        let (index, within) = (minute / 3, minute % 3);
        let expected = if index < 254 && within < 2 { Cause::Window(index as u16) } else { Cause::Default };
        assert_eq!(answer.cause(), expected, "in minute {minute}");
        assert_eq!(answer.value(), if expected == Cause::Default { 0 } else { index as u32 });
        let next =
            if index >= 253 && minute >= 253 * 3 + 2 { 1_440 } else { index * 3 + if within < 2 { 2 } else { 3 } };
        assert_eq!(answer.until(), Some(midnight + next * 60), "in minute {minute}");
    }
    let ends = schedule.transitions(midnight).take(507).filter(|(_, state)| state.cause == Cause::Default);
    assert_eq!(ends.count(), 254);
}
