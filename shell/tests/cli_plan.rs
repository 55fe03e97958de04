//! `kyklos plan`, compared with committed pictures.

mod program;

use std::path::Path;

use program::kyklos;

const FILES: [(&str, &[u8]); 5] = [
    ("shop.yaml", include_bytes!("plan/shop.yaml")),
    ("holidays.yaml", include_bytes!("plan/holidays.yaml")),
    ("island.yaml", include_bytes!("plan/island.yaml")),
    ("midnight.yaml", include_bytes!("plan/midnight.yaml")),
    ("bounds.yaml", include_bytes!("plan/bounds.yaml")),
];

/// Compares what the program prints with a file of `tests/plan`. With `KYKLOS_BLESS=1` it writes the file instead.
#[track_caller]
#[expect(clippy::unwrap_used, reason = "a picture that isn't there is a test that fails")]
fn golden(name: &str, args: &str) {
    let run = kyklos(&FILES, &format!("plan {args}"), "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan").join(name);
    if std::env::var_os("KYKLOS_BLESS").is_some() {
        std::fs::write(&path, &run.out).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        run.out, expected,
        "{name} differs; where it should: KYKLOS_BLESS=1 cargo test -p kyklos --test cli_plan"
    );
}

#[test]
fn a_week_with_a_skipped_hour_a_holiday_and_an_exception() {
    golden("forward.txt", "-f shop.yaml --holidays holidays.yaml --from 2026-03-06");
}

#[test]
fn a_week_with_a_repeated_hour_and_a_holiday() {
    golden("back.txt", "-f shop.yaml --holidays holidays.yaml --from 2026-10-29T12:00:00-04:00 --width 120");
}

#[test]
fn clock_changes_of_half_an_hour() {
    golden("island-forward.txt", "-f island.yaml --from 2026-10-03 --days 3 --width 120");
    golden("island-back.txt", "-f island.yaml --from 2026-04-04 --days 3");
}

#[test]
fn clock_changes_at_midnight_in_a_narrow_window() {
    golden("midnight-forward.txt", "-f midnight.yaml --from 2026-03-28 --days 3 --width 40");
    golden("midnight-back.txt", "-f midnight.yaml --from 2026-10-24 --days 2 --width 40");
}

#[test]
fn bounds_beside_counts() {
    golden("bounds.txt", "-f bounds.yaml --from 2026-03-06 --days 4 --width 120");
}

#[test]
fn colours() {
    golden("colours.txt", "-f shop.yaml --holidays holidays.yaml --from 2026-03-06 --color always --width 120");
    golden("colours-back.txt", "-f island.yaml --from 2026-04-04 --days 3 --color always");
}

#[test]
fn without_a_terminal_it_is_plain_ascii() {
    let run = kyklos(&FILES, "plan -f shop.yaml --holidays holidays.yaml --days 366 --from 2026-01-01", "");
    assert!(run.out.is_ascii() && !run.out.contains('\u{1b}'));
    let days = run.out.lines().filter(|line| line.get(6..7) == Some("-") && !line.contains('Z')).count();
    // A row each, and a line for each of the two clock changes.
    assert_eq!(days, 366 + 2);
}

#[test]
fn several_objects_one_after_the_other() {
    let run = kyklos(&FILES, "plan -f island.yaml midnight.yaml --days 1", "");
    assert_eq!(run.status, 0);
    assert_eq!(run.out.matches("REPLICAS").count(), 2);
}

#[test]
fn a_pause_is_said_as_long_as_it_lasts() {
    let island = String::from_utf8_lossy(FILES[3].1).into_owned();
    let plan = |more: &str, from: &str| {
        let file = format!("{}\n  {more}\n", island.trim_end());
        let run =
            kyklos(&[("island.yaml", file.as_bytes())], &format!("plan -f island.yaml --days 1 --from {from}"), "");
        assert_eq!((run.status, run.err.as_str()), (0, ""));
        run.out.lines().nth(1).map(str::to_owned)
    };
    let until = "pauseUntil: 2026-03-29T10:00:00Z";
    let said = Some("paused until 2026-03-29T13:00:00+03:00: nothing of this is written before".to_owned());
    assert_eq!(plan(until, "2026-03-28"), said);
    assert_eq!(plan(until, "2026-03-30"), Some(String::new()));
    let said = Some("paused: nothing of this is written until somebody edits it".to_owned());
    assert_eq!(plan("pause: true", "2026-03-30"), said);
}

#[test]
fn arguments_that_are_wrong() {
    for (args, said) in [
        ("--days 0", "--days"),
        ("--days 367", "--days"),
        ("--from monday", "or a date such as 2026-12-01"),
        ("--color blue", "--color"),
    ] {
        let run = kyklos(&FILES, &format!("plan -f midnight.yaml {args}"), "");
        assert_eq!((run.status, run.out.as_str()), (2, ""));
        assert!(run.err.contains(said), "{}", run.err);
    }
}

#[test]
fn the_first_days_of_the_tables_have_24_hours() {
    let zurich = String::from_utf8_lossy(FILES[2].1).replace("Australia/Lord_Howe", "Europe/Zurich");
    assert!(zurich.contains("Europe/Zurich"));
    let run = kyklos(&[("zurich.yaml", zurich.as_bytes())], "plan -f zurich.yaml --days 3 --from 2019-12-31", "");
    let days: Vec<_> = run.out.lines().filter(|line| line.get(6..7) == Some("-") && !line.contains('Z')).collect();
    assert_eq!(days.len(), 3, "{}", run.out);
    // A day of another length says so at its end.
    assert!(days.iter().all(|day| !day.ends_with('h')), "{}", run.out);
    let run = kyklos(&[("zurich.yaml", zurich.as_bytes())], "plan -f zurich.yaml --days 1 --from 2026-03-29", "");
    assert!(run.out.lines().any(|line| line.ends_with(" 23h")), "{}", run.out);
}

#[test]
fn holidays_of_every_year_and_in_ranges_are_marked() {
    let days = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: holidays, namespace: shop}\ndata:\n  12-24..01-02:\n  2027-01-04..2027-01-05:\n";
    let files = [FILES[0], ("holidays.yaml", days.as_bytes())];
    let run = kyklos(&files, "plan -f shop.yaml --holidays holidays.yaml --from 2026-12-23 --days 15", "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let marked = run.out.lines().filter(|line| line.ends_with(" holiday"));
    let marked: Vec<_> = marked.filter_map(|line| line.split(' ').nth(1)).collect();
    let expected =
        ["12-24", "12-25", "12-26", "12-27", "12-28", "12-29", "12-30", "12-31", "01-01", "01-02", "01-04", "01-05"];
    assert_eq!(marked, expected, "{}", run.out);
}

#[test]
fn days_at_the_ends_of_the_calendar() {
    let plan = |from: &str| kyklos(&FILES, &format!("plan -f midnight.yaml --days 3 --from {from}"), "");
    for from in ["0000-01-01", "9999-12-28"] {
        assert_eq!((plan(from).status, plan(from).err.as_str()), (0, ""), "{from}");
    }
    for from in ["9999-12-29", "9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00+23:59"] {
        let said = "--from: default/midnight: the days go beyond the years 0000 to 9999: write another one\n";
        assert_eq!((plan(from).status, plan(from).err.as_str()), (2, said), "{from}");
    }
}
