//! Packs: the document of the format, every way a pack can be broken, and that what comes out is what went in.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[allow(dead_code, reason = "each test program uses its own part")]
#[path = "common/mod.rs"]
mod common;

use common::authority::{self, Authority};
use common::draw::{self, Around};
use common::effort::{cases, draw as draw_cases, every_zone};
use kyklos_core::json::{JsonReason, Syntax};
use kyklos_core::pack::{Crc32, Pack, PackField, PackReason, encode};
use kyklos_core::{
    Days, HolidayMode, Reason, Schedule, TimeOfDay, TimeZone, Values, Window, YearlyRule, ZoneFault, ZoneRules,
};
use proptest::prelude::TestCaseError;

type Board = Schedule<4, 2, 8, ZoneRules<2>>;

/// 2026 to 2035.
const DECADE: std::ops::Range<i64> = 1_767_225_600..2_082_758_400;

fn utc<const C: usize>() -> ZoneRules<C> {
    ZoneRules::of(TimeZone::UTC).unwrap()
}

fn board() -> Board {
    Schedule::new(utc())
}

/// The example of the document.
fn example() -> Vec<u8> {
    let windows = [Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 210)];
    let values = Values {
        default_value: 170,
        windows: &windows,
        holiday_mode: HolidayMode::TreatAsClosed,
        holiday_value: Some(160),
        holidays: &["12-25".parse().unwrap()],
        ..Values::default()
    };
    let mut pack = Vec::new();
    encode(TimeZone::named("Europe/Zurich"), DECADE, &values, &mut pack).unwrap();
    pack
}

/// The check made right again: of what is wrong with a right check.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 4;
    let check = Crc32::new().add(&bytes[..end]).value();
    bytes[end..].copy_from_slice(&check.to_le_bytes());
    bytes
}

/// Code, field and byte of what is wrong.
fn refusal(bytes: &[u8]) -> String {
    let mut board = board();
    board.set_default_value(7).unwrap();
    let before = board.clone();
    match Pack::open(bytes).and_then(|pack| board.set_pack(&pack)) {
        Ok(()) => "right".to_owned(),
        Err(problem) => {
            assert!(board == before, "{problem} has changed the schedule");
            assert!(problem.to_string().starts_with(&format!("{} (byte {}): ", problem.field, problem.offset)));
            format!("{} {} {}", problem.reason.code(), problem.field, problem.offset)
        }
    }
}

#[test]
fn the_documents_example_is_a_pack() {
    let document = include_str!("../PACK.md");
    let (_, text) = document.split_once("```text\n").unwrap();
    let (text, _) = text.split_once("```").unwrap();
    // The bytes stand between the place, two digits and blanks, and what they mean, after two blanks at least.
    let mut bytes = Vec::new();
    for line in text.lines() {
        let (place, rest) = line.trim_start().split_once("  ").unwrap();
        assert_eq!(place.parse(), Ok(bytes.len()), "{line}");
        let (digits, _) = rest.split_once("   ").unwrap();
        let digits: Vec<char> = digits.chars().filter(|digit| !digit.is_whitespace()).collect();
        let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap_or(0);
        bytes.extend(digits.chunks(2).map(byte));
    }
    assert_eq!(sealed(bytes), example());
    assert_eq!(refusal(&example()), "right");
    let pack = example();
    let pack = Pack::open(&pack).unwrap();
    assert_eq!((pack.zone_name(), pack.zone_known_until()), ("Europe/Zurich", authority::year(2100)));
    assert_eq!(pack.checksum(), Crc32::new().add(&example()[..78]).value());
}

#[test]
fn a_pack_that_is_cut_anywhere_is_cut() {
    let pack = example();
    for length in 0..pack.len() {
        let expected = if length < Pack::SHORTEST { Pack::SHORTEST } else { pack.len() };
        let problem = Pack::open(&pack[..length]).unwrap_err();
        assert_eq!(problem.reason, PackReason::Cut { found: length, expected });
        assert_eq!(refusal(&pack[..length]), "cut length 8");
    }
    let longer = [pack.as_slice(), &[0]].concat();
    assert_eq!(refusal(&longer), "trailing length 8");
}

#[test]
fn a_bit_that_is_turned_is_found() {
    let pack = example();
    for bit in 0..pack.len() * 8 {
        let mut damaged = pack.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let found = refusal(&damaged);
        let expected: &[&str] = match bit / 8 {
            0..4 => &["not-a-pack magic 0"],
            4..6 => &["other-version version 4"],
            8..12 => &["cut length 8", "trailing length 8"],
            _ => &["damaged checksum 78"],
        };
        assert!(expected.contains(&found.as_str()), "byte {}: {found}", bit / 8);
    }
}

/// A change of the example's bytes from a place on, and what is then said of it.
const WRONG: &[(usize, &[u8], &str)] = &[
    (6, &[1], "meaningless reserved 6"),
    (16, &[0, 0, 0, 0x80], "out-of-range defaultReplicas 16"),
    (20, &[0, 0, 0, 0x80], "out-of-range holidayReplicas 20"),
    (24, &[0], "holidays-ignored holidayReplicas 20"),
    (24, &[3], "meaningless holidayMode 24"),
    (25, &[0], "meaningless zone.rule 25"),
    (25, &[2], "meaningless zone.rule 25"),
    (26, &[96], "meaningless zone.rule 26"),
    (27, &[4], "meaningless zone.rule 25"),
    (27, &[40], "rule-step zone.rule 25"),
    (28, &[2], "meaningless zone.rule 28"),
    (28, &[13], "meaningless zone.rule 28"),
    (28, &[12], "rule-too-late zone.rule 25"),
    (29, &[0], "meaningless zone.rule 28"),
    (29, &[6], "meaningless zone.rule 28"),
    (29, &[1, 0, 0, 0, 0xf0], "rule-too-early zone.rule 25"),
    (30, &[7], "meaningless zone.rule 28"),
    (31, &[1], "meaningless zone.rule 28"),
    (32, &[0xff, 0x7f], "meaningless zone.rule 28"),
    (34, &[3, 5, 0, 0, 120], "rule-too-close zone.rule 25"),
    (40, &[5], "rule-disagrees zone.rule 25"),
    (40, &[100], "offset-too-large zone.offset 40"),
    (41, &[12], "other-length length 8"),
    (42, &[1], "other-length length 8"),
    (44, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "other-length length 8"),
    (50, b" ", "name-character zone.name 50"),
    (52, &[0xff], "name-character zone.name 52"),
    (63, &[0], "no-days windows[0].days 63"),
    (63, &[128], "meaningless windows[0].days 63"),
    (64, &[7], "meaningless windows[0].endDay 64"),
    (65, &[0xa0, 5], "not-a-start windows[0].start 65"),
    (65, &[0xa1, 5], "meaningless windows[0].start 65"),
    (67, &[0xa1, 5], "meaningless windows[0].end 67"),
    (67, &[0x86, 1], "same-start-and-end windows[0].end 67"),
    (69, &[0, 0, 0, 0x80], "out-of-range windows[0].replicas 69"),
    (73, &[2], "meaningless holidays[0] 73"),
    (74, &[13], "meaningless holidays[0] 74"),
    (76, &[2, 30], "meaningless holidays[0] 76"),
    (73, &[0, 1, 0, 2, 0], "never-counts holidays[0] 74"),
    (73, &[0, 1, 80, 0, 80], "last-before-first holidays[0] 74"),
];

#[test]
fn what_is_wrong_with_a_right_check_is_refused() {
    for (at, bytes, expected) in WRONG {
        let mut pack = example();
        pack[*at..at + bytes.len()].copy_from_slice(bytes);
        assert_eq!(refusal(&sealed(pack)), *expected, "byte {at}: {bytes:?}");
    }
}

#[test]
fn exceptions_and_changes_are_held_to_their_rules() {
    let exceptions = ["2026-12-01T09:00", "2026-12-01T18:00"].map(|text| text.parse().unwrap());
    let exceptions = [kyklos_core::Exception::new(exceptions[0], exceptions[1], 5).unwrap()];
    let mut pack = Vec::new();
    let values = Values { exceptions: &exceptions, ..Values::default() };
    encode(TimeZone::named("America/Vancouver"), authority::year(2026)..authority::year(2027), &values, &mut pack)
        .unwrap();
    // British Columbia stays with summer time from 2026 on: two changes, of which the rule says none.
    let changes = usize::from(pack[42]);
    assert!(changes > 0);
    let at = 50 + usize::from(pack[41]);
    let exception = at + 5 * changes;
    let start: [u8; 4] = pack[exception..exception + 4].try_into().unwrap();
    for (at, bytes, expected) in [
        (at, [0, 0, 0, 0].as_slice(), format!("change-out-of-range zone.changes[0] {at}")),
        (at + 4, &[96], format!("offset-too-large zone.changes[0] {}", at + 4 - 4)),
        (42, &[200], "other-length length 8".to_owned()),
        (exception, &[0, 0, 0, 0x80], format!("meaningless exceptions[0].start {exception}")),
        (exception + 4, &start, format!("end-not-after-start exceptions[0].end {}", exception + 4)),
        (exception + 4, &[0, 0, 0, 0x10], format!("too-late exceptions[0].end {}", exception + 4)),
        (exception + 8, &[0xff; 4], format!("out-of-range exceptions[0].replicas {}", exception + 8)),
    ] {
        let mut pack = pack.clone();
        pack[at..at + bytes.len()].copy_from_slice(bytes);
        assert_eq!(refusal(&sealed(pack)), expected, "byte {at}: {bytes:?}");
    }
}

#[test]
fn what_is_too_large_is_refused_with_its_number() {
    let windows: Vec<_> = (0..5)
        .map(|hour| Window::new(Days::ALL, TimeOfDay::constant(hour, 0), TimeOfDay::constant(hour, 30), 1).unwrap())
        .collect();
    let holidays: Vec<_> = (1..=9).map(|month| format!("{month:02}-01").parse().unwrap()).collect();
    let exception = |day: u32| {
        let at = |hour: u32| format!("2026-12-{day:02}T{hour:02}:00").parse().unwrap();
        kyklos_core::Exception::new(at(1), at(2), 5).unwrap()
    };
    let exceptions = [1, 2, 3].map(exception);
    let none = Values::default();
    for (zone, values, expected) in [
        ("UTC", Values { windows: &windows, ..none }, "too-many windows 44"),
        ("UTC", Values { exceptions: &exceptions, ..none }, "too-many exceptions 46"),
        ("UTC", Values { holidays: &holidays, ..none }, "too-many-holidays holidays 48"),
        ("Africa/Casablanca", none, "too-many-changes zone.changes 42"),
        (
            "UTC",
            Values { windows: &windows[1..], exceptions: &exceptions[1..], holidays: &holidays[1..], ..none },
            "right",
        ),
    ] {
        let mut pack = Vec::new();
        encode(TimeZone::get(zone).unwrap(), DECADE, &values, &mut pack).unwrap();
        assert_eq!(refusal(&pack), expected);
    }
    let mut pack = Vec::new();
    let full = Values { windows: &windows[1..], exceptions: &exceptions[1..], holidays: &holidays[1..], ..none };
    encode(TimeZone::get("America/Argentina/ComodRivadavia").unwrap(), DECADE, &full, &mut pack).unwrap();
    assert!(pack.len() <= Pack::longest(4, 2, 8, 0), "{}", pack.len());
    // What can't be written is refused there, too.
    let wrong = Values { default_value: u32::MAX, ..none };
    let refused = encode(TimeZone::UTC, DECADE, &wrong, &mut Vec::new()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "defaultReplicas: 4294967295 is out of range: write a whole number from 0 to 2147483647"
    );
}

/// In every zone of the release the clocks do by a pack what they do, for as long as it says.
#[test]
fn a_pack_knows_what_the_clocks_do() {
    let (from, until) = (authority::year(2026), authority::year(2036));
    every_zone(|name| {
        let mut pack = Vec::new();
        encode(TimeZone::get(name).unwrap(), from..until, &Values::default(), &mut pack).unwrap();
        let opened = Pack::open(&pack).map_err(|problem| problem.to_string())?;
        // Gaza's clocks follow the moon: all changes of ten years have room.
        let mut schedule = Schedule::<0, 0, 0, ZoneRules<64>>::new(utc());
        schedule.set_pack(&opened).map_err(|problem| problem.to_string())?;
        let known = opened.zone_known_until();
        assert!(known >= until, "{known}");
        let zone = schedule.zone();
        let authority = Authority::of(name);
        let mut at = from;
        for change in authority.changes(from + 1, known.min(authority::year(2050))) {
            assert_eq!(i64::from(zone.offset_at(at)), change.before);
            assert_eq!(zone.next_transition(at), Some((change.at, i32::try_from(change.after).unwrap())), "after {at}");
            at = change.at;
        }
        Ok(())
    });
}

#[test]
fn only_the_years_asked_for_are_in_it() {
    let length = |years: i64, zone: &str| {
        let mut pack = Vec::new();
        let until = DECADE.start + years * 31_556_952;
        encode(TimeZone::get(zone).unwrap(), DECADE.start..until, &Values::default(), &mut pack).unwrap();
        (pack.len(), Pack::open(&pack).unwrap().zone_known_until())
    };
    let (few, until) = length(2, "Asia/Gaza");
    let (many, later) = length(20, "Asia/Gaza");
    assert!(few < many && until < later, "{few} {many} {until} {later}");
    assert_eq!(length(2, "Europe/Zurich"), length(70, "Europe/Zurich"));
}

/// Random schedules: by a pack, and by their values.
#[test]
fn a_pack_is_the_schedule_it_was_made_of() {
    let noon = i32::try_from(authority::year(2026) / 60).unwrap() + 100 * 1_440;
    let around = Around { before: noon, after: noon + 60 };
    let zone = TimeZone::named("America/New_York");
    let result = draw_cases("packs", cases(300), &draw::schedule(around), |written| {
        let typed = written.typed();
        let values = Values {
            default_value: written.default_value,
            windows: &typed.windows,
            exceptions: &typed.exceptions,
            holiday_mode: written.holiday_mode,
            holiday_value: written.holiday_value,
            holidays: &typed.holidays,
        };
        let mut pack = Vec::new();
        encode(zone, DECADE, &values, &mut pack).map_err(|problem| TestCaseError::fail(problem.to_string()))?;
        let mut packed = Schedule::<8, 8, 16, ZoneRules<0>>::new(utc());
        let opened = Pack::open(&pack).map_err(|problem| TestCaseError::fail(problem.to_string()))?;
        packed.set_pack(&opened).map_err(|problem| TestCaseError::fail(problem.to_string()))?;
        let mut typed = Schedule::<8, 8, 16, ZoneRules<0>>::new(utc());
        typed.set_values(ZoneRules::of(zone).unwrap(), &values).unwrap();
        proptest::prop_assert!(packed == typed);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Codes are the names of the variants, and no two of a kind are the same.
#[test]
fn codes_are_the_names_of_their_variants() {
    fn kebab(debug: &str) -> String {
        let name = debug.split([' ', '(']).next().unwrap();
        let mut code = String::new();
        for (at, letter) in name.char_indices() {
            if letter.is_uppercase() && at > 0 {
                code.push('-');
            }
            code.extend(letter.to_lowercase());
        }
        code
    }
    for reason in [Reason::NoDays, Reason::NeverCounts, Reason::HolidaysIgnored, Reason::UnknownZone("")] {
        assert_eq!(reason.code(), kebab(&format!("{reason:?}")));
        assert_eq!(PackReason::Schedule(reason).code(), reason.code());
        assert_eq!(JsonReason::Schedule(reason).code(), reason.code());
    }
    for syntax in [Syntax::NotUtf8, Syntax::CommaOrBrace, Syntax::Trailing] {
        assert_eq!(JsonReason::Syntax(syntax).code(), kebab(&format!("{syntax:?}")));
    }
    let fault = YearlyRule::parse("EST5EDT,M3.2.0").unwrap_err();
    assert_eq!((fault.code(), PackReason::Zone(fault).code()), ("rule-text", "rule-text"));
    assert_eq!(ZoneFault::RuleTooSoon.code(), kebab("RuleTooSoon"));
    for reason in [PackReason::NotAPack, PackReason::Meaningless { found: 1 }, PackReason::OtherVersion { found: 2 }] {
        assert_eq!(reason.code(), kebab(&format!("{reason:?}")));
    }
    assert_eq!(PackField::ZoneChange(3).to_string(), "zone.changes[3]");
}
