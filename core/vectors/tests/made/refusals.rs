//! Documents that are no schedules. A caret stands before each byte at which something is wrong, and is taken out; so the byte is
//! counted here.

use std::fmt::Write;

/// What is wrong, in the order of the carets: code and path.
type Wrong = (&'static str, &'static [(&'static str, &'static str)]);

const UTC: &str = r#""timezone":"Etc/UTC""#;

/// `@` stands for a zone.
const DOCUMENTS: &[Wrong] = &[
    ("^", &[("ended", "document")]),
    ("^[]", &[("type", "document")]),
    ("^nonsense", &[("value", "document")]),
    ("^{}", &[("missing", "timezone")]),
    ("{@}^x", &[("trailing", "document")]),
    (r#"{"timezone":^"Mars/Olympus"}"#, &[("unknown-zone", "timezone")]),
    (r#"{"timezone":^7}"#, &[("type", "timezone")]),
    (r#"{@,^"timezone":"Etc/UTC"}"#, &[("duplicate", "timezone")]),
    (r#"{@,^"colour":1}"#, &[("unknown", "colour")]),
    (r#"{@,"defaultReplicas":^-1}"#, &[("out-of-range", "defaultReplicas")]),
    (r#"{@,"defaultReplicas":^2147483648}"#, &[("out-of-range", "defaultReplicas")]),
    (r#"{@,"defaultReplicas":^99999999999999999999}"#, &[("number-too-large", "defaultReplicas")]),
    (r#"{@,"defaultReplicas":^1.5}"#, &[("type", "defaultReplicas")]),
    (r#"{@,"windows":[{"start":^"9:00","end":"17:00","replicas":1}]}"#, &[("not-a-start", "windows[0].start")]),
    (r#"{@,"windows":[{"start":^"24:00","end":"17:00","replicas":1}]}"#, &[("not-a-start", "windows[0].start")]),
    (r#"{@,"windows":[{"start":"09:00","end":^"17","replicas":1}]}"#, &[("not-an-end", "windows[0].end")]),
    (r#"{@,"windows":[{"start":"09:00","end":^"09:00","replicas":1}]}"#, &[("same-start-and-end", "windows[0].end")]),
    (
        r#"{@,"windows":[{"days":["Mon",^"Tag"],"start":"09:00","end":"17:00","replicas":1}]}"#,
        &[("not-a-day", "windows[0].days[1]")],
    ),
    (r#"{@,"windows":[{"days":^[],"start":"09:00","end":"17:00","replicas":1}]}"#, &[("no-days", "windows[0].days")]),
    (
        r#"{@,"windows":[{"start":"09:00","end":"17:00","endDay":^"Mon-Fri","replicas":1}]}"#,
        &[("not-a-single-day", "windows[0].endDay")],
    ),
    (
        r#"{@,"exceptions":[{"start":^"2026-02-29T00:00","end":"2026-12-01T18:00","replicas":1}]}"#,
        &[("not-a-local-time", "exceptions[0].start")],
    ),
    (
        r#"{@,"exceptions":[{"start":"2026-12-01T18:00","end":^"2026-12-01T18:00","replicas":1}]}"#,
        &[("end-not-after-start", "exceptions[0].end")],
    ),
    (
        r#"{@,"exceptions":[{"start":"2026-12-01T18:00","end":^"2100-01-01T00:01","replicas":1}]}"#,
        &[("too-late", "exceptions[0].end")],
    ),
    (r#"{@,"holidayMode":^"closed"}"#, &[("not-a-mode", "holidayMode")]),
    (r#"{@,"holidayReplicas":^2}"#, &[("holidays-ignored", "holidayReplicas")]),
    (r#"{@,"holidays":["12-25",^"Christmas"]}"#, &[("not-a-holiday", "holidays[1]")]),
    (r#"{@,"holidays":[^"2206-12-25"]}"#, &[("never-counts", "holidays[0]")]),
    (r#"{@,"holidays":[^"2026-12-26..2026-12-24"]}"#, &[("last-before-first", "holidays[0]")]),
    (
        r#"{@,"windows":[{"name":^"0123456789012345678901234567890123456789012345678901234567890123","start":"09:00","end":"17:00","replicas":1}]}"#,
        &[("name-too-long", "windows[0].name")],
    ),
    (r#"{@,"windows":^[{"start":"09:00","end":"17:00","replicas":1},#]}"#, &[("too-many", "windows")]),
    (r#"{@,"holidays":^[~]}"#, &[("too-many-holidays", "holidays")]),
    (r#"{@,"a":[[[[[[[^[1]]]]]]]]}"#, &[("too-deep", "a[0][0][0][0][0][0][0]")]),
    (
        r#"{@,"windows":[{"start":^"9:00","end":"17:00","replicas":^-1}],"holidays":[^"x"]}"#,
        &[
            ("not-a-start", "windows[0].start"),
            ("out-of-range", "windows[0].replicas"),
            ("not-a-holiday", "holidays[0]"),
        ],
    ),
];

/// A document in the pieces that belong to one field each: it is cut behind each of its bytes.
const CUT: [(&str, &str); 15] = [
    (r#"{"timezone"#, "document"),
    (r#"":"Etc/UTC""#, "timezone"),
    (r#","windows"#, "document"),
    (r#"":"#, "windows"),
    (r#"[{"days"#, "windows[0]"),
    (r#"":"#, "windows[0].days"),
    (r#"["Mon-Fri""#, "windows[0].days[0]"),
    (r#"]"#, "windows[0].days"),
    (r#","start"#, "windows[0]"),
    (r#"":"09:00""#, "windows[0].start"),
    (r#","end"#, "windows[0]"),
    (r#"":"17:00""#, "windows[0].end"),
    (r#","replicas"#, "windows[0]"),
    (r#"":10"#, "windows[0].replicas"),
    (r#"}"#, "windows[0]"),
];

pub(crate) fn text() -> String {
    let mut text = "# Written by hand, the bytes counted: see README.md.\n".to_owned();
    let more = [r#"{"start":"09:00","end":"17:00","replicas":1}"#; 16].join(",");
    let dates: Vec<_> = (0..33).map(|day| format!("\"2026-{:02}-{:02}\"", 1 + day / 14, 1 + day % 14 * 2)).collect();
    for (document, wrong) in DOCUMENTS {
        let document = document.replace('@', UTC).replace('#', &more).replace('~', &dates.join(","));
        let parts: Vec<&str> = document.split('^').collect();
        assert_eq!(parts.len(), wrong.len() + 1, "{document}");
        writeln!(text, "\ndocument {}", parts.concat()).unwrap();
        let mut byte = 0;
        for (part, (code, path)) in parts.iter().zip(*wrong) {
            byte += part.len();
            writeln!(text, "refused {code} {path} {byte}").unwrap();
        }
    }
    let mut cut = String::new();
    for (piece, path) in CUT {
        for letter in piece.chars() {
            cut.push(letter);
            writeln!(text, "\ndocument {cut}\nrefused ended {path} {}", cut.len()).unwrap();
        }
    }
    writeln!(text, "\ndocument {cut}]\nrefused ended windows {}", cut.len() + 1).unwrap();
    text
}
