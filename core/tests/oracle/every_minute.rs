//! Every minute there is: nothing drawn, nothing left out. Where a boundary is further away than the oracle looks, the answer of a
//! minute has to be that of the next one, up to the minutes from which it sees the boundary.
//!
//! `every_minute_of_five_years` is for each run. The two that take a processor for a while are ignored by a plain `cargo test`:
//! `cargo test --release --package kyklos-core --test oracle -- --ignored every_minute --nocapture` prints how many minutes they
//! compared: 3,618,604,800 of offsets and 43,423,257,600 of twelve schedules, in 86 sets of rules, and none was wrong.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use kyklos_core::{Calendar, Evaluate, HolidayMode, TimeZone};

use crate::common::authority::{self, Authority};
use crate::common::ways;
use crate::common::written::{Compiled, DayEntry, Exception, Holiday, Window, Written};
use crate::compare;
use crate::timeline::Timeline;
use crate::walk::{MARGIN, Walk};
use crate::{DAY, HORIZON};

/// Monday to Friday.
const WEEKDAYS: (u8, u8) = (0, 4);

fn window(days: Option<(u8, u8)>, start: i32, end: i32, value: u32) -> Window {
    let days = days.map(|(from, to)| vec![DayEntry { from, to: (from != to).then_some(to), spelling: 0 }]);
    Window { days, start, end, end_day: None, value }
}

fn until(day: u8, window: Window) -> Window {
    Window { end_day: Some(day), ..window }
}

const fn at(hour: i32, minute: i32) -> i32 {
    hour * 60 + minute
}

/// A local minute of a date.
fn local(year: i16, month: i8, day: i8, minute: i32) -> i32 {
    let date = jiff::civil::date(year, month, day);
    let days = date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).expect("a number of days").get_days();
    days * DAY + minute
}

fn day(year: i16, month: i8, day: i8) -> i32 {
    local(year, month, day, 0) / DAY
}

fn written(windows: Vec<Window>) -> Written {
    Written {
        default_value: 1,
        windows,
        exceptions: Vec::new(),
        holiday_mode: HolidayMode::Ignore,
        holiday_value: None,
        holidays: Vec::new(),
    }
}

fn office() -> Vec<Window> {
    vec![window(Some(WEEKDAYS), at(9, 0), at(17, 0), 10), window(Some((5, 5)), at(22, 0), at(2, 0), 4)]
}

/// So many exceptions a year: each year's own, some of them over each other.
fn exceptions() -> Vec<Exception> {
    let exception = |start: i32, minutes: i32, value| Exception { start, end: start + minutes, value };
    vec![
        exception(local(2024, 3, 1, at(0, 0)), 60 * DAY, 20),
        exception(local(2024, 3, 10, at(2, 30)), 45, 21),
        exception(local(2024, 3, 31, at(1, 30)), 120, 22),
        exception(local(2024, 10, 27, at(1, 30)), 61, 23),
        exception(local(2024, 11, 3, at(1, 0)), 30, 24),
        exception(local(2052, 2, 28, at(12, 0)), 2 * DAY, 25),
        exception(local(2099, 12, 31, at(6, 0)), at(6, 0), 26),
    ]
}

/// A schedule and what it is called.
struct Named {
    name: &'static str,
    written: Written,
    /// Of so many dates one is in a calendar beside the schedule and not its own: all where it is 1, none where it is 0.
    shared: usize,
}

impl Named {
    fn compile(&self, zone: &str) -> (Compiled, Calendar<100>) {
        let mut own = Written { holidays: Vec::new(), ..self.written.clone() };
        let mut calendar = Calendar::new();
        for (place, &holiday) in (1..).zip(&self.written.holidays) {
            match usize::checked_rem(place, self.shared) {
                Some(0) => calendar.push(ways::holiday(holiday)).expect("room"),
                _ => own.holidays.push(holiday),
            }
        }
        (own.compile(zone), calendar)
    }
}

/// Schedules that use every feature.
fn named() -> [Named; 12] {
    let yearly = [
        Holiday::Yearly((12, 25)),
        Holiday::Yearly((2, 29)),
        Holiday::YearlyRange((12, 24), (1, 2)),
        Holiday::YearlyRange((3, 25), (4, 2)),
    ];
    let dates = (2020..2100).map(|year| Holiday::Day(day(year, 7, 4))).collect::<Vec<_>>();
    let closed = |windows, holidays: &[Holiday]| Written {
        holiday_mode: HolidayMode::TreatAsClosed,
        holidays: holidays.to_vec(),
        ..written(windows)
    };
    let hours = (0..8).map(|index| window(None, at(0, 20 + 25 * index), at(0, 35 + 25 * index), 2)).collect();
    let nights = vec![window(None, at(22, 0), at(6, 0), 3), window(Some((6, 6)), at(1, 30), at(2, 30), 4)];
    let long = vec![
        until(0, window(Some((4, 4)), at(21, 0), at(6, 0), 2)),
        until(2, window(Some((2, 2)), at(3, 0), at(2, 59), 3)),
    ];
    let over = vec![
        window(None, at(0, 0), at(24, 0), 2),
        window(Some((6, 6)), at(1, 0), at(1, 30), 3),
        window(Some((6, 6)), at(2, 0), at(3, 0), 4),
        window(Some((5, 0)), at(23, 59), at(0, 1), 5),
    ];
    let days = [Holiday::Days(day(2026, 6, 29), day(2026, 8, 7)), Holiday::Days(day(2050, 12, 30), day(2051, 1, 5))];
    let own = |name, written| Named { name, written, shared: 0 };
    [
        own("office", written(office())),
        own("nights", written(nights.clone())),
        own("quarters of the hours that are changed", written(hours)),
        own("longer than a day", written(long)),
        own("one over the other", written(over.clone())),
        own("nothing", written(Vec::new())),
        Named { name: "closed on dates", written: closed(office(), &dates), shared: 1 },
        own("closed every year", closed(nights, &yearly)),
        Named {
            name: "open on runs",
            written: Written { holiday_mode: HolidayMode::TreatAsOpen, ..closed(office(), &days) },
            shared: 2,
        },
        own("no windows, a value every year", Written { holiday_value: Some(9), ..closed(Vec::new(), &yearly) }),
        own("exceptions", Written { exceptions: exceptions(), ..written(office()) }),
        Named {
            name: "all at once",
            written: Written {
                exceptions: exceptions(),
                holiday_value: Some(9),
                ..closed(over, &[&yearly[..], &days, &dates].concat())
            },
            shared: 2,
        },
    ]
}

/// Compares every minute of a year; how many there were.
fn minutes_of_a_year(zone: &str, authority: &Authority, schedules: &[Named], year: i16) -> u64 {
    let minute = |year: i16| i32::try_from(authority::year(year) / 60).expect("a minute");
    let (from, to) = (minute(year), minute(year + 1));
    let walk = Walk::new(authority, from - MARGIN - DAY, to + HORIZON + MARGIN);
    for named in schedules {
        let ((own, calendar), timeline) = (named.compile(zone), Timeline::new(&walk, &named.written));
        let both = own.with(&calendar);
        let schedule: &dyn Evaluate = if named.shared > 0 { &both } else { &own };
        let wrong = |what: &dyn Display| -> ! { panic!("{zone}, {}: {what}", named.name) };
        // The last minute of the year before is compared with that year; before 2020 other offsets hold.
        let mut before = (year > 2020).then(|| schedule.evaluate(i64::from(from - 1) * 60));
        for at in (from..to).map(|minute| i64::from(minute) * 60) {
            let answer = compare(schedule, &timeline, at).unwrap_or_else(|error| wrong(&error));
            if let Some(before) = before.filter(|before| *before != answer && before.until() != Some(at)) {
                wrong(&format!("{before:?}, and a minute later, at {}, {answer:?}", authority::shown(at)));
            }
            before = Some(answer);
        }
    }
    u64::from(to.abs_diff(from)) * schedules.len() as u64
}

#[test]
fn every_minute_of_five_years() {
    let zone = "America/New_York";
    let (authority, [.., all]) = (Authority::of(zone), named());
    let minutes: u64 =
        (2024..2029).map(|year| minutes_of_a_year(zone, &authority, std::slice::from_ref(&all), year)).sum();
    assert_eq!(minutes, 1_827 * 1_440);
}

/// A name for each set of changes and offsets that zones have from 2020 to 2099. That the core has the same ones for all other names is
/// in the tests of the offsets.
fn distinct() -> Vec<(String, Authority)> {
    let mut sets = BTreeMap::new();
    for name in TimeZone::names() {
        let authority = Authority::of(name.as_str());
        let (from, to) = (authority::year(2020), authority::year(2100));
        let changes: Vec<_> = authority.changes(from, to).iter().map(|change| (change.at, change.after)).collect();
        sets.entry((authority.offset_at(from), changes)).or_insert((name.as_str().to_owned(), authority));
    }
    // The release of 2026 has 86. Far fewer were no proof.
    assert!(sets.len() > 70, "{} sets of rules", sets.len());
    sets.into_values().collect()
}

/// Shares the work out to all processors and adds up what each part says.
fn sum_of<T: Sync>(parts: &[T], work: impl Fn(&T) -> u64 + Sync) -> u64 {
    let (next, sum) = (AtomicUsize::new(0), AtomicU64::new(0));
    let take = || {
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum.fetch_add(work(part), Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        (0..thread::available_parallelism().map_or(1, usize::from)).for_each(|_| drop(scope.spawn(take)))
    });
    sum.into_inner()
}

#[test]
#[ignore = "takes a processor for minutes: nightly"]
fn every_minute_of_every_zones_offsets() {
    let zones = distinct();
    let minutes = sum_of(&zones, |(name, authority)| {
        let zone = TimeZone::get(name).expect("one of the core's names");
        let (from, to) = (authority::year(2020), authority::year(2100));
        let mut ends: Vec<_> = authority.changes(from, to).iter().map(|change| change.at).collect();
        ends.push(to);
        let mut at = from;
        for end in ends {
            let offset = authority.offset_at(at);
            while at < end {
                assert_eq!(i64::from(zone.offset_at(at)), offset, "{name} at {}", authority::shown(at));
                at += 60;
            }
        }
        (to - from) as u64 / 60
    });
    println!("{} sets of rules, {minutes} minutes, 0 wrong", zones.len());
    assert_eq!(minutes, zones.len() as u64 * 29_220 * 1_440);
}

#[test]
#[ignore = "takes a processor for an hour: nightly"]
fn every_minute_of_twelve_schedules_in_every_zone() {
    let (zones, schedules) = (distinct(), named());
    let parts: Vec<_> = zones.iter().flat_map(|zone| (2020..2100).map(move |year| (zone, year))).collect();
    let minutes = sum_of(&parts, |((name, authority), year)| minutes_of_a_year(name, authority, &schedules, *year));
    println!("{} sets of rules, {} schedules, {minutes} minutes, 0 wrong", zones.len(), schedules.len());
    assert_eq!(minutes, zones.len() as u64 * 29_220 * 1_440 * schedules.len() as u64);
}
