//! Packs of the schedules of the answers, with the oracle's answers, and broken ones.

use std::fmt::Write;

use kyklos_core::pack::{Crc32, encode};
use kyklos_core::{Date, Days, Exception, Holiday, HolidayMode, LocalMinute, TimeOfDay, TimeZone, Values, Window};

use crate::answers::{Case, line};
use crate::common::authority::year;

/// A change of a pack's bytes from a place on, with a right check, and what is then said of it. The pack is [`small`].
const WRONG: [(&str, usize, &[u8], &str); 18] = [
    ("reserved", 6, &[1], "meaningless reserved 6"),
    ("value", 16, &[0, 0, 0, 0x80], "out-of-range defaultReplicas 16"),
    ("mode", 24, &[3], "meaningless holidayMode 24"),
    ("ignored", 24, &[0], "holidays-ignored holidayReplicas 20"),
    ("rule", 25, &[2], "meaningless zone.rule 25"),
    ("late-rule", 28, &[12], "rule-too-late zone.rule 25"),
    ("first-offset", 40, &[5], "rule-disagrees zone.rule 25"),
    ("name-length", 41, &[12], "other-length length 8"),
    ("changes", 42, &[1], "other-length length 8"),
    ("counts", 44, &[0xff; 6], "other-length length 8"),
    ("name", 50, b" ", "name-character zone.name 50"),
    ("no-days", 63, &[0], "no-days windows[0].days 63"),
    ("end-day", 64, &[7], "meaningless windows[0].endDay 64"),
    ("start", 65, &[0xa0, 5], "not-a-start windows[0].start 65"),
    ("end", 67, &[0x86, 1], "same-start-and-end windows[0].end 67"),
    ("window-value", 69, &[0xff; 4], "out-of-range windows[0].replicas 69"),
    ("holiday-kind", 73, &[2], "meaningless holidays[0] 73"),
    ("holiday", 74, &[13], "meaningless holidays[0] 74"),
];

pub(crate) fn text(cases: &[Case]) -> String {
    let mut text = "# Made by `encode`, the answers by the oracle: see README.md.\n".to_owned();
    // Each third, so that a small board has room for them.
    for (number, case) in cases.iter().enumerate().filter(|(number, _)| number % 3 != 2) {
        let typed = case.written.typed();
        let values = Values {
            default_value: case.written.default_value,
            windows: &typed.windows,
            exceptions: &typed.exceptions,
            holiday_mode: case.written.holiday_mode,
            holiday_value: case.written.holiday_value,
            holidays: &typed.holidays,
        };
        let (Some((first, ..)), Some((last, ..))) = (case.asked.first(), case.asked.last()) else { continue };
        let mut pack = Vec::new();
        encode(TimeZone::get(case.zone).unwrap(), first - 86_400..last + 3 * 31_556_952, &values, &mut pack).unwrap();
        assert!(pack.len() < 600, "{number}");
        said(&mut text, &case.name, &pack, "taken");
        for &(at, state, until) in case.asked.iter().step_by(2) {
            writeln!(text, "at {at}\n{}", line(&case.name, at, state, "null", until)).unwrap();
        }
    }
    full(&mut text);
    let small = small();
    said(&mut text, "small", &small, "taken");
    for (name, at, bytes, expected) in WRONG {
        let mut pack = small.clone();
        pack[at..at + bytes.len()].copy_from_slice(bytes);
        said(&mut text, name, &sealed(pack), &format!("refused {expected}"));
    }
    for length in [4, 7, 8, 20, 54, 55, small.len() - 1] {
        said(&mut text, "cut", &small[..length], "refused cut length 8");
    }
    let longer = [small.as_slice(), &[0; 3]].concat();
    said(&mut text, "longer", &longer, "refused trailing length 8");
    for (name, at, expected) in [
        ("no-pack", 0, "not-a-pack magic 0".to_owned()),
        ("other-version", 4, "other-version version 4".to_owned()),
        ("damaged", 30, format!("damaged checksum {}", small.len() - 4)),
        ("damaged", small.len() - 1, format!("damaged checksum {}", small.len() - 4)),
    ] {
        let mut pack = small.clone();
        pack[at] ^= 2;
        said(&mut text, name, &pack, &format!("refused {expected}"));
    }
    text
}

fn said(text: &mut String, name: &str, pack: &[u8], said: &str) {
    let hex: String = pack.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(text, "\npack {name} {hex}\n{said}").unwrap();
}

/// The example of the format's document.
fn small() -> Vec<u8> {
    let windows = [Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 210)];
    let values = Values {
        default_value: 170,
        windows: &windows,
        holiday_mode: HolidayMode::TreatAsClosed,
        holiday_value: Some(160),
        holidays: &["12-25".parse().unwrap()],
        ..Values::default()
    };
    made("Europe/Zurich", &values)
}

fn made(zone: &str, values: &Values<'_>) -> Vec<u8> {
    let mut pack = Vec::new();
    encode(TimeZone::get(zone).unwrap(), year(2026)..year(2036), values, &mut pack).unwrap();
    pack
}

/// As much as there is room for, and one more of each.
fn full(text: &mut String) {
    let windows: Vec<_> = (0..17_u16)
        .map(|number| {
            let time = |minutes| TimeOfDay::from_minutes(minutes).unwrap();
            Window::new(Days::ALL, time(number * 80), time(number * 80 + 40), number.into()).unwrap()
        })
        .collect();
    let date = |month, day| Date::constant(2026, month, day);
    let noon = |month, day| LocalMinute::new(date(month, day), TimeOfDay::constant(12, 0)).unwrap();
    let exceptions: Vec<_> = (1..=9_u8)
        .map(|month| Exception::new(noon(month, 1), noon(month, 2), 100 + u32::from(month)).unwrap())
        .collect();
    let holidays: Vec<_> =
        (0..33_u8).map(|number| Holiday::date(date(1 + number / 11, 3 + number % 11 * 2)).unwrap()).collect();
    let all = Values {
        default_value: 5,
        windows: &windows[..16],
        exceptions: &exceptions[..8],
        holiday_mode: HolidayMode::TreatAsClosed,
        holiday_value: None,
        holidays: &holidays[..32],
    };
    let pack = made("America/Argentina/ComodRivadavia", &all);
    said(text, "full", &pack, "taken");
    // 2026-01-01T15:00:00Z is noon there, the beginning of the first exception; on the third is a holiday.
    for (at, kind, until) in [
        (1_767_279_600, r#""kind":"exception","index":0,"label":null,"replicas":101"#, "2026-01-02T15:00:00Z"),
        (1_767_409_200, r#""kind":"holiday","index":null,"label":null,"replicas":5"#, "2026-01-04T03:00:00Z"),
    ] {
        let instant = jiff::Timestamp::from_second(at).unwrap();
        writeln!(text, "at {at}\n{{\"name\":\"full\",\"at\":\"{instant}\",{kind},\"until\":\"{until}\"}}").unwrap();
    }
    for (name, values, expected) in [
        ("a-window-more", Values { windows: &windows, ..all }, "too-many windows 44"),
        ("an-exception-more", Values { exceptions: &exceptions, ..all }, "too-many exceptions 46"),
        ("a-holiday-more", Values { holidays: &holidays, ..all }, "too-many-holidays holidays 48"),
    ] {
        said(text, name, &made("Etc/UTC", &values), &format!("refused {expected}"));
    }
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 4;
    let check = Crc32::new().add(&bytes[..end]).value();
    bytes[end..].copy_from_slice(&check.to_le_bytes());
    bytes
}
