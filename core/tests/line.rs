//! One answer as a line: the bytes of `kyklos eval -o json`, whoever writes them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

use kyklos_core::{
    Cause, Days, Evaluation, Exception, Holiday, HolidayMode, Line, Schedule, State, TimeOfDay, TimeZone, Window,
};

/// What `kyklos eval -o json` prints by the README.
const README: &str = include_str!("../../README.md");

#[track_caller]
fn assert_line(line: &Line<'_>, text: &str) {
    let mut room = [0; 512];
    let length = serde_json_core::to_slice(line, &mut room).unwrap();
    assert_eq!(core::str::from_utf8(&room[..length]), Ok(text));
    assert_eq!(serde_json::to_string(line).unwrap(), text);
}

/// The schedule of the README, which is in the shop's file there.
fn shop() -> Schedule<2, 1, 1> {
    let mut shop = Schedule::new(TimeZone::named("America/New_York"));
    let night = Window::constant(Days::SAT, TimeOfDay::constant(22, 0), TimeOfDay::constant(2, 30), 4);
    let office = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
    shop.set_default_value(2).unwrap();
    shop.push_window(office).unwrap();
    shop.push_window(night).unwrap();
    let launch = Exception::new("2026-03-10T15:00".parse().unwrap(), "2026-03-10T20:00".parse().unwrap(), 20);
    shop.push_exception(launch.unwrap()).unwrap();
    shop.push_holiday("2026-03-11".parse::<Holiday>().unwrap()).unwrap();
    shop.set_holiday_mode(HolidayMode::TreatAsClosed, None).unwrap();
    shop
}

#[test]
fn the_line_of_the_readme() {
    let line = README.lines().find(|line| line.starts_with(r#"{"name":"#)).expect("a line of eval");
    let at = 1_772_952_300; // 2026-03-08T06:45:00Z, of the command above it
    assert!(README.contains("eval -f shop.yaml --holidays holidays.yaml --at 2026-03-08T06:45:00Z -o json"));
    assert_line(&Line::new("default/shop", Some("night"), at, &shop().evaluate(at)), line);
}

#[test]
fn each_kind() {
    let shop = shop();
    for (at, label, text) in [
        (
            1_773_000_000,
            Some("OffHours"),
            r#"{"name":"a","at":"2026-03-08T20:00:00Z","kind":"default","index":null,"label":"OffHours","replicas":2,"until":"2026-03-09T13:00:00Z"}"#,
        ),
        (
            1_773_061_200,
            None,
            r#"{"name":"a","at":"2026-03-09T13:00:00Z","kind":"window","index":0,"label":null,"replicas":10,"until":"2026-03-09T21:00:00Z"}"#,
        ),
        (
            1_773_169_200,
            Some("launch"),
            r#"{"name":"a","at":"2026-03-10T19:00:00Z","kind":"exception","index":0,"label":"launch","replicas":20,"until":"2026-03-11T00:00:00Z"}"#,
        ),
        (
            1_773_201_600,
            Some("Holiday-Closed"),
            r#"{"name":"a","at":"2026-03-11T04:00:00Z","kind":"holiday","index":null,"label":"Holiday-Closed","replicas":2,"until":"2026-03-12T04:00:00Z"}"#,
        ),
    ] {
        assert_line(&Line::new("a", label, at, &shop.evaluate(at)), text);
    }
}

#[test]
fn what_never_changes_and_texts_with_escapes() {
    let none = Schedule::<0, 0, 0>::new(TimeZone::UTC);
    assert_line(
        &Line::new("q\"\\/\u{8}\t\n\u{c}\r\u{1}é😀\u{7f}", Some(""), 253_402_300_800, &none.evaluate(253_402_300_800)),
        concat!(
            r#"{"name":"q\"\\/\b\t\n\f\r\u0001é😀"#,
            "\u{7f}",
            r#"","at":"+10000-01-01T00:00:00Z","kind":"default","index":null,"label":"","replicas":0,"until":null}"#
        ),
    );
}

#[test]
fn numbers_for_machines() {
    let state = State { cause: Cause::Exception(300), value: 7 };
    let mut room = [0; 64];
    let bytes = postcard::to_slice(&Line::new("a", None, -1, &Evaluation::new(state, Some(60))), &mut room).unwrap();
    let read: (&str, i64, u8, Option<u16>, Option<&str>, u32, Option<i64>) = postcard::from_bytes(bytes).unwrap();
    assert_eq!(read, ("a", -1, 3, Some(300), None, 7, Some(60)));
}
