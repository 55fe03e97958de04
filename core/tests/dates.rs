//! The dates that are holidays: what counts once, what never counts, and each edge of each date by a plain look at the calendar.
//!
//! Not for Miri, to which thousands of answers are minutes: `ways` fills lists of dates there, and `seconds` asks about them.
#![cfg(not(miri))]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use std::collections::BTreeSet;

use common::authority::{self, Authority, shown};
use common::effort::{cases, draw};
use common::ways;
use common::written::{Compiled, Holiday, Window, Written};
use kyklos_core::{Calendar, Cause, Date, HolidayMode, Reason, Schedule, Spec, State, TimeZone, Values};
use proptest::collection::vec;
use proptest::prelude::{Strategy, TestCaseError, any};
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq, prop_oneof};

const DAY: i64 = 86_400;
/// 2020-01-01 and 2100-01-01 as day numbers, where 1970-01-01 is 0.
const FIRST: i32 = 18_262;
const END: i32 = 47_482;

/// Zones far ahead and far behind, with days that begin at 01:00, and with changes by half an hour and by two.
const ZONES: [&str; 10] = [
    "Etc/UTC",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
    "America/New_York",
    "America/Santiago",
    "America/Havana",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Asia/Gaza",
];

fn every_zone(check: impl Fn(&str)) {
    ZONES.iter().for_each(|name| check(name));
}

fn day(text: &str) -> i32 {
    let date: jiff::civil::Date = text.parse().expect("a date");
    i32::try_from(date.duration_since(authority::date(0)).as_hours() / 24).expect("a day")
}

/// No window at all, one of every night, and some that are years of boundaries away from a holiday: none on most days.
fn weeks() -> [Vec<Window>; 3] {
    let night = Window { days: None, start: 22 * 60, end: 6 * 60, end_day: None, value: 4 };
    let monday = common::written::DayEntry { from: 0, to: None, spelling: 0 };
    let long = Window { days: Some(vec![monday]), start: 9 * 60, end: 8 * 60, end_day: Some(0), value: 5 };
    [vec![], vec![night.clone()], vec![night, long]]
}

/// Whether a local date is a holiday, by every one of them.
fn is_holiday(holidays: &[Holiday], day: i32) -> bool {
    holidays.iter().any(|holiday| holiday.contains(day))
}

/// What a schedule says at an instant, by the calendar: a holiday's state on its local date, else what it would say without.
fn check(
    (authority, holidays): (&Authority, &[Holiday]),
    (schedule, without): (&Compiled, &Compiled),
    second: i64,
) -> TestCaseResult {
    let local = |second: i64| (second + authority.offset_at(second)).div_euclid(DAY) as i32;
    // Before 2020 in UTC no holiday counts, whatever the wall clock reads.
    let plain = |second: i64| match second >= i64::from(FIRST) * DAY && is_holiday(holidays, local(second)) {
        true => State { cause: Cause::Holiday, value: 9 },
        false => without.evaluate(second).state(),
    };
    let answer = schedule.evaluate(second);
    prop_assert_eq!(answer.state(), plain(second), "at {}", shown(second));
    let Some(until) = answer.until() else {
        prop_assert!(
            (local(second)..END).skip(1).all(|day| !is_holiday(holidays, day)),
            "none after {}",
            shown(second)
        );
        return Ok(());
    };
    prop_assert_eq!(plain(until - 1), answer.state(), "before {}, the boundary after {}", shown(until), shown(second));
    prop_assert!(plain(until) != answer.state(), "at {}, the boundary after {}", shown(until), shown(second));
    for within in [second.midpoint(until), second + (until - second) / 7, second + DAY, second + 40 * DAY] {
        if within < until {
            prop_assert_eq!(plain(within), answer.state(), "{}, after {}", shown(within), shown(second));
        }
    }
    Ok(())
}

fn written(windows: Vec<Window>, holidays: Vec<Holiday>) -> Written {
    let (holiday_mode, holiday_value) = (HolidayMode::TreatAsClosed, Some(9));
    Written { default_value: 1, windows, exceptions: vec![], holiday_mode, holiday_value, holidays }
}

/// Every edge of every date of the years 2020 to 2099, and what is around it.
fn check_edges(name: &str, holidays: &[Holiday]) {
    let years = FIRST - 3..END + 3;
    let authority = Authority::of(name);
    for windows in weeks() {
        let written = written(windows, holidays.to_vec());
        let schedule = written.compile(name);
        let without = Written { holidays: vec![], ..written }.compile(name);
        let edges = years.clone().filter(|&day| is_holiday(holidays, day) != is_holiday(holidays, day - 1));
        let ends = [years.start, years.end];
        for day in edges.chain(ends) {
            let midnight = i64::from(day) * DAY;
            // It is the local midnight of one of these, or of both.
            let starts = [-DAY, DAY].map(|away| midnight - authority.offset_at(midnight + away));
            for start in starts {
                for second in [-7_200, -3_600, -1_800, -1, 0, 1, 1_800, 3_599, 3_600, 7_200].map(|by| start + by) {
                    check((&authority, holidays), (&schedule, &without), second)
                        .unwrap_or_else(|error| panic!("{name}, {holidays:?}: {error}"));
                }
            }
        }
    }
}

#[test]
fn every_edge_of_dates_of_every_year() {
    let yearly = |text: &str| (text[..2].parse().expect("a month"), text[3..].parse().expect("a day"));
    let range = |first, last| Holiday::YearlyRange(yearly(first), yearly(last));
    every_zone(|name| {
        for holidays in [
            vec![Holiday::Yearly(yearly("12-25"))],
            vec![Holiday::Yearly(yearly("01-01")), Holiday::Yearly(yearly("12-31"))],
            vec![Holiday::Yearly(yearly("02-29"))],
            vec![range("12-24", "01-02")],
            vec![range("02-27", "02-29"), range("02-29", "03-01")],
            vec![range("02-29", "02-27")],
            vec![range("07-01", "06-29")],
            vec![range("01-01", "12-31")],
            vec![range("06-15", "06-14")],
            vec![range("03-01", "02-28")],
        ] {
            check_edges(name, &holidays);
        }
    });
}

/// Single dates and ranges in the first and the last days that count, and around leap days; some in a row with each other and with
/// what comes every year.
#[test]
fn every_edge_of_dates_that_come_once() {
    let once = |text: &str| Holiday::Day(day(text));
    let range = |first: &str, last: &str| Holiday::Days(day(first), day(last));
    every_zone(|name| {
        for holidays in [
            vec![once("2020-01-01"), once("2099-12-31")],
            vec![range("2019-12-24", "2020-01-02"), range("2099-12-24", "2100-01-02")],
            vec![range("1990-01-01", "2200-01-01")],
            vec![once("2028-02-29"), once("2028-03-01"), once("2027-02-28"), once("2027-03-01")],
            vec![once("2026-12-24"), once("2026-12-26"), once("2026-12-25"), Holiday::YearlyRange((12, 27), (12, 30))],
        ] {
            check_edges(name, &holidays);
        }
    });
}

fn any_holiday(from: i32, to: i32) -> impl Strategy<Value = Holiday> {
    let day = move || prop_oneof![8 => from..to, 1 => (0..5_i32).prop_map(move |away| to - 1 - away)];
    let in_year = |day: i32| (authority::date(day).month(), authority::date(day).day());
    prop_oneof![
        5 => day().prop_map(Holiday::Day),
        2 => (day(), prop_oneof![4 => 0..9_i32, 1 => 0..2_000_i32]).prop_map(|(day, more)| Holiday::Days(day, day + more)),
        2 => day().prop_map(move |day| Holiday::Yearly(in_year(day))),
        2 => (day(), 0..366_i32).prop_map(move |(day, more)| Holiday::YearlyRange(in_year(day), in_year(day + more))),
    ]
}

/// Any dates, asked about at any instants: where many are near, and where years share what they are filtered by.
#[test]
fn any_dates_at_any_instants() {
    every_zone(|name| {
        let authority = Authority::of(name);
        let seconds = vec(i64::from(FIRST) * DAY..i64::from(END) * DAY, 40);
        let drawn = (vec(any_holiday(FIRST, END), 0..12), 0..3_usize, seconds, any::<i16>());
        draw(name, cases(24), &drawn, |(holidays, week, seconds, by)| {
            let windows = weeks().into_iter().nth(week).expect("one of three");
            let written = written(windows, holidays);
            let schedule = written.compile(name);
            let without = Written { holidays: vec![], ..written.clone() }.compile(name);
            let near = written.holidays.iter().filter_map(|holiday| match *holiday {
                Holiday::Day(day) | Holiday::Days(day, _) => Some(i64::from(day) * DAY + i64::from(by)),
                _ => None,
            });
            for second in seconds.into_iter().chain(near) {
                check((&authority, &written.holidays), (&schedule, &without), second)
                    .map_err(|error| TestCaseError::fail(format!("{:?}: {error}", written.holidays)))?;
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    });
}

/// The days of every year that are holidays, as places in a leap year.
fn of_every_year(holidays: &[Holiday]) -> BTreeSet<i32> {
    let yearly = holidays.iter().filter(|holiday| matches!(holiday, Holiday::Yearly(_) | Holiday::YearlyRange(..)));
    let yearly: Vec<_> = yearly.cloned().collect();
    // 2020 is one.
    (0..366).filter(|place| is_holiday(&yearly, FIRST + place)).collect()
}

/// How many places dates take: each run of dates in a row one, and so those of every year by themselves, round the year.
fn runs(holidays: &[Holiday]) -> usize {
    let once = |day: i32| {
        holidays.iter().any(|holiday| matches!(holiday, Holiday::Day(_) | Holiday::Days(..)) && holiday.contains(day))
    };
    let yearly = of_every_year(holidays);
    let begun = yearly.iter().filter(|place| !yearly.contains(&((*place + 365) % 366))).count();
    let of_every_year = if yearly.len() == 366 { 1 } else { begun };
    (FIRST..END).filter(|&day| once(day) && !(day > FIRST && once(day - 1))).count() + of_every_year
}

/// In an order in which no more runs are there on the way than in the end: those of every year from a day that is none, or from where
/// the longest of them begins.
fn in_order(holidays: &mut [Holiday]) {
    let place = |(month, day): (i8, i8)| {
        let date = jiff::civil::date(2020, month, day);
        i32::from(date.day_of_year()) - 1
    };
    let ends = move |holiday: &Holiday| match *holiday {
        Holiday::Yearly(only) => Some((place(only), 0)),
        Holiday::YearlyRange(first, last) => Some((place(first), (place(last) - place(first)).rem_euclid(366))),
        Holiday::Day(_) | Holiday::Days(..) => None,
    };
    let yearly = of_every_year(holidays);
    let longest = holidays.iter().filter_map(ends).max_by_key(|(_, more)| *more);
    let gap = (0..366).find(|place| !yearly.contains(place)).or(longest.map(|(first, _)| first)).unwrap_or(0);
    holidays.sort_by_key(|holiday| match (holiday, ends(holiday)) {
        (Holiday::Day(day) | Holiday::Days(day, _), _) => (0, *day, 0),
        (_, Some((first, more))) => (1, (first - gap).rem_euclid(366), -more),
        (_, None) => (2, 0, 0),
    });
}

/// A schedule takes as many runs as it has room for, given in their order, and not one more; by every way in.
#[test]
fn runs_are_counted_once_by_every_way_in() {
    const ROOM: usize = 4;
    type Small = Schedule<0, 0, ROOM>;
    let drawn = vec(any_holiday(FIRST + 2_000, FIRST + 2_040), 0..14);
    draw("runs", cases(400), &drawn, |mut holidays| {
        in_order(&mut holidays);
        let typed: Vec<_> = holidays.iter().copied().map(ways::holiday).collect();
        let (fits, text) = (runs(&holidays) <= ROOM, written(vec![], holidays.clone()));
        let refused = "holidays: more than 4 holidays, dates in a row counted once: write at most 4";
        let mut found = Vec::new();
        let by_text = text.with_spec("Etc/UTC", |spec| {
            Small::from_spec(spec, TimeZone::UTC, |problem| found.push(problem.to_string()))
        });
        prop_assert_eq!(by_text.is_ok(), fits, "{} of {:?}", runs(&holidays), holidays);
        prop_assert_eq!(found, if fits { vec![] } else { vec![refused.to_owned()] });

        let (mut by_values, mut pushed, mut calendar) =
            (Small::new(TimeZone::UTC), Small::new(TimeZone::UTC), Calendar::<ROOM>::new());
        let values = Values {
            default_value: 1,
            holiday_mode: HolidayMode::TreatAsClosed,
            holiday_value: Some(9),
            holidays: &typed,
            ..Values::default()
        };
        let set = by_values.set_values(TimeZone::UTC, &values);
        prop_assert_eq!(
            set.map_err(|problem| problem.to_string()),
            if fits { Ok(()) } else { Err(refused.to_owned()) }
        );
        prop_assert_eq!(typed.iter().all(|holiday| pushed.push_holiday(*holiday).is_ok()), fits);
        prop_assert_eq!(typed.iter().all(|holiday| calendar.push(*holiday).is_ok()), fits);
        if let Ok(by_text) = by_text {
            prop_assert_eq!(by_text.holidays().count(), runs(&holidays));
            prop_assert_eq!(&by_text, &by_values);
            prop_assert!(pushed.holidays().eq(by_text.holidays()) && calendar.holidays().eq(by_text.holidays()));
        }
        Ok(())
    })
    .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Where there is room for the parts of a run, their order is nothing.
#[test]
fn runs_merge_in_any_order() {
    let days =
        ["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27", "2026-12-27..2026-12-30", "2026-12-23..2026-12-25"];
    let mut order: Vec<usize> = (0..days.len()).collect();
    let mut permutations = 0;
    // Heap's algorithm.
    let mut counters = vec![0; days.len()];
    let mut at = 0;
    loop {
        let mut calendar = Calendar::<3>::new();
        order.iter().for_each(|&index| calendar.push(days[index].parse().expect("a holiday")).expect("room for three"));
        assert_eq!(
            calendar.holidays().map(|holiday| holiday.to_string()).collect::<Vec<_>>(),
            ["2026-12-23..2026-12-30"]
        );
        permutations += 1;
        while at < days.len() && counters[at] >= at {
            counters[at] = 0;
            at += 1;
        }
        if at == days.len() {
            break;
        }
        let other = if at.is_multiple_of(2) { 0 } else { counters[at] };
        order.swap(other, at);
        counters[at] += 1;
        at = 0;
    }
    assert_eq!(permutations, 720);
}

/// A date outside the years that count is told by every way in, and isn't dropped.
#[test]
fn what_never_counts_is_reported() {
    let date = |text: &str| text.parse::<Date>().expect("a date");
    for (text, first, last) in [
        ("2019-12-31", "2019-12-31", "2019-12-31"),
        ("2100-01-01", "2100-01-01", "2100-01-01"),
        ("2206-12-25", "2206-12-25", "2206-12-25"),
        ("1999-01-01..2019-12-31", "1999-01-01", "2019-12-31"),
        ("2100-01-01..9999-12-31", "2100-01-01", "9999-12-31"),
    ] {
        assert_eq!(kyklos_core::Holiday::dates(date(first), date(last)), Err(Reason::NeverCounts));
        if first == last {
            assert_eq!(kyklos_core::Holiday::date(date(first)), Err(Reason::NeverCounts));
        }
        assert!(text.parse::<kyklos_core::Holiday>().is_err(), "{text}");
        let expected = "holidays[1]: no date of the years 2020 to 2099, so it never counts: write one of these";
        let mut found = Vec::new();
        let spec = Spec { holidays: &["12-25", text], ..Spec::default() };
        let refused = Schedule::<1, 0, 4>::from_spec(&spec, TimeZone::UTC, |problem| found.push(problem.to_string()));
        assert!(refused.is_err() && found == [expected], "{found:?}");
        let json = format!(r#"{{"timezone":"Etc/UTC","holidays":["12-25","{text}"]}}"#);
        let mut found = Vec::new();
        let refused = Schedule::<1, 0, 4>::from_json(json.as_bytes(), TimeZone::UTC, |problem| {
            found.push((problem.path.to_string(), problem.to_string().contains("never counts")));
        });
        assert!(refused.is_err() && found == [("holidays[1]".to_owned(), true)], "{found:?}");
    }
    for text in ["2019-12-31..2020-01-01", "2099-12-31..2100-01-01", "02-29"] {
        assert!(text.parse::<kyklos_core::Holiday>().is_ok(), "{text}");
    }
}
