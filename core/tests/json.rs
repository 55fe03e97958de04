//! Schedules from JSON: what is read, and every error with its field and the offset of its byte.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

use kyklos_core::json::{JsonReason, Syntax};
use kyklos_core::{AllZones, ExceptionSpec, HolidayMode, Schedule, Spec, TimeZone, WindowSpec};

type Small = Schedule<2, 2, 3>;

/// The problems of a document as they are displayed.
fn problems(json: impl AsRef<[u8]>) -> Vec<String> {
    let mut problems = Vec::new();
    match Small::from_json(json.as_ref(), AllZones, |problem| problems.push(problem.to_string())) {
        Ok(_) => assert_eq!(problems, [""; 0], "valid, with problems"),
        Err(invalid) => assert_eq!(invalid.problems, problems.len(), "not all were reported"),
    }
    problems
}

/// The document has one problem, of this field, at the offset of this text in it.
#[track_caller]
fn assert_only(json: &str, path: &str, at: &str, message: &str) {
    let offset = json.find(at).expect("a part of the document");
    assert_eq!(problems(json), [format!("{path} (byte {offset}): {message}")], "{json}");
}

/// A window with these members besides.
fn window(members: &str) -> String {
    format!(r#"{{"timezone":"UTC","windows":[{{"start":"09:00","end":"17:00","replicas":3}},{{{members}}}]}}"#)
}

#[test]
fn all_fields() {
    let json = r#" {
        "timezone": "America/New_York",
        "defaultReplicas": 2,
        "windows": [
            {"name": "day", "days": ["Mon-Wed", "friday"], "start": "09:00", "end": "17:00", "replicas": 10},
            {"start": "21:00", "end": "24:00", "endDay": "Sun", "replicas": 2147483647, "days": null}
        ],
        "exceptions": [{"name": "x", "start": "2026-12-24T18:00", "end": "2026-12-26T06:00", "replicas": 0}],
        "holidayMode": "treat-as-open",
        "holidayReplicas": 7,
        "holidays": ["2026-12-25", "12-24..01-02", "2026-01-01", "2026-12-25"]
    } "#;
    let found = Small::from_json(json.as_bytes(), AllZones, |problem| panic!("{problem}")).expect("valid");
    let spec = Spec {
        timezone: "America/New_York",
        default_value: 2,
        windows: &[
            WindowSpec {
                days: Some(&["Mon-Wed", "friday"]),
                start: "09:00",
                end: "17:00",
                value: 10,
                ..WindowSpec::default()
            },
            WindowSpec {
                start: "21:00",
                end: "24:00",
                end_day: Some("Sun"),
                value: 2_147_483_647,
                ..WindowSpec::default()
            },
        ],
        exceptions: &[ExceptionSpec { start: "2026-12-24T18:00", end: "2026-12-26T06:00", ..ExceptionSpec::default() }],
        holiday_mode: HolidayMode::TreatAsOpen,
        holiday_value: Some(7),
        holidays: &["2026-01-01", "2026-12-25", "12-24..01-02"],
    };
    let expected = Small::from_spec(&spec, AllZones, |problem| panic!("{problem}")).expect("valid");
    assert_eq!(found, expected);
}

#[test]
fn the_resources_defaults() {
    let found = Small::from_json(br#"{"timezone":"Etc/UTC"}"#, AllZones, |problem| panic!("{problem}")).expect("valid");
    assert_eq!(found, Small::from_spec(&Spec::default(), AllZones, |problem| panic!("{problem}")).expect("valid"));
    let nulls = br#"{"timezone":"Etc/UTC","windows":null,"defaultReplicas":null,"holidayMode":null,"holidayReplicas":null,"holidays":null}"#;
    assert_eq!(Small::from_json(nulls, AllZones, |problem| panic!("{problem}")).expect("valid"), found);
}

#[test]
fn escapes() {
    let plain =
        br#"{"timezone":"Europe/Zurich","windows":[{"days":["Mon"],"start":"09:00","end":"17:00","replicas":3}]}"#;
    let escaped = br#"{"t\u0069mezone":"Europe\/Zurich","windows":
        [{"d\u0061ys":["\u004don"],"start":"\u0030\u0039:00","end":"17\u003A00","replicas":3,"name":"\ud83d\ude00 \"\\\b\f\n\r\t"}]}"#;
    let read = |json: &[u8]| Small::from_json(json, AllZones, |problem| panic!("{problem}")).expect("valid");
    assert_eq!(read(plain), read(escaped));
    // A name is counted in characters, whatever it takes to write them.
    let name = r"\ud83d\ude00".repeat(63);
    assert_eq!(problems(window(&format!(r#""start":"09:00","end":"10:00","replicas":1,"name":"{name}""#))), [""; 0]);
    assert_only(
        &window(&format!(r#""start":"09:00","end":"10:00","replicas":1,"name":"{name}x""#)),
        "windows[1].name",
        r#""\ud83d"#,
        "the name has 64 characters: write at most 63",
    );
    // Nor can a text that is too long to be unescaped be taken for a valid one.
    let long = r"\u0030".repeat(100);
    let json = window(&format!(r#""start":"{long}","end":"10:00","replicas":1"#));
    assert!(problems(&json).concat().contains("is no time of day"), "{:?}", problems(&json));
}

#[test]
fn the_one_zone_of_a_board() {
    let home = TimeZone::named("Europe/Zurich");
    let read = |zone: &str| {
        let mut problems = Vec::new();
        let json = format!(r#"{{"timezone":"{zone}"}}"#);
        let read = Small::from_json(json.as_bytes(), home, |problem| problems.push(problem.to_string()));
        read.map(|schedule| *schedule.zone()).map_err(|_| problems)
    };
    assert_eq!(read("Europe/Zurich"), Ok(home));
    let message = r#"timezone (byte 12): "UTC" is not the one zone of this build: write Europe/Zurich"#;
    assert_eq!(read("UTC"), Err(vec![message.to_owned()]));
}

/// Whatever a schedule was before: set to a valid document it is what `from_json` makes of that, else it stays as it was,
/// and the problems are those of `from_json`.
#[test]
fn setting_in_place() {
    let good = window(r#""start":"09:00","end":"17:00","replicas":1"#);
    let holidays = r#"{"timezone":"UTC","holidayMode":"treat-as-closed","holidays":["2026-12-26","2026-12-25"]}"#;
    let bad =
        r#"{"timezone":"UTC","windows":[{"start":"22:00","end":"06:00","replicas":1}],"holidays":["2026-12-32"]}"#;
    let zone = TimeZone::named("Europe/Zurich");
    for before in [&good, holidays] {
        for json in [&good, holidays, bad, r#"{"timezone":"UTC""#, "[]", r#"{"defaultReplicas":5}"#] {
            let mut schedule = Small::new(TimeZone::UTC);
            schedule.set_json(before.as_bytes(), AllZones, |problem| panic!("{problem}")).expect("valid");
            let before = schedule.clone();
            let (mut found, mut expected) = (Vec::new(), Vec::new());
            let set = schedule.set_json(json.as_bytes(), AllZones, |problem| found.push(problem.to_string()));
            let new = Small::from_json(json.as_bytes(), AllZones, |problem| expected.push(problem.to_string()));
            assert_eq!(found, expected);
            assert_eq!(set, new.as_ref().map(drop).map_err(|invalid| *invalid));
            assert_eq!(schedule, new.unwrap_or(before), "{json}");
            let before = schedule.clone();
            let home = schedule.set_json(json.as_bytes(), zone, |_| ());
            assert!(home.is_err() && schedule == before, "{json}");
            let json = json.replace("UTC", zone.name().as_str());
            let home = schedule.set_json(json.as_bytes(), zone, |_| ());
            assert_eq!(home.is_ok(), set.is_ok() && json.contains(zone.name().as_str()), "{json}");
        }
    }
}

#[test]
fn several_problems_at_once() {
    let json = r#"{
        "windows": [{"start": "9:00", "end": "17:00", "replicas": -1, "colour": "red"}, 7],
        "exceptions": [{"start": "2026-12-24T18:00", "end": "2026-12-24T18:00", "replicas": 1.5}],
        "holidayReplicas": 4000000000,
        "holidays": ["2026-02-30", true],
        "holidayMode": "closed",
        "timezone": "Mars/Phobos"
    }"#;
    let starts: Vec<_> =
        problems(json).iter().map(|text| text.split_once(':').expect("a message").0.to_owned()).collect();
    let at = |part: &str| json.find(part).expect("a part of the document");
    assert_eq!(
        starts,
        [
            format!("timezone (byte {})", at("\"Mars")),
            format!("windows[0].colour (byte {})", at("\"colour")),
            format!("windows[0].start (byte {})", at("\"9:00")),
            format!("windows[0].replicas (byte {})", at("-1")),
            format!("windows[1] (byte {})", at("7],")),
            format!("exceptions[0].replicas (byte {})", at("1.5")),
            format!("exceptions[0].end (byte {})", at("\"2026-12-24T18:00\", \"rep")),
            format!("holidayMode (byte {})", at("\"closed")),
            format!("holidayReplicas (byte {})", at("4000000000")),
            format!("holidays[0] (byte {})", at("\"2026-02")),
            format!("holidays[1] (byte {})", at("true]")),
        ]
    );
}

#[test]
fn capacities_are_named() {
    let one = r#"{"start":"09:00","end":"17:00","replicas":3}"#;
    let json = format!(r#"{{"timezone":"UTC","windows":[{one},{one},{one}]}}"#);
    assert_only(&json, "windows", "[", "3 entries are too many: write at most 2");
    let one = r#"{"start":"2026-12-24T18:00","end":"2026-12-26T06:00","replicas":3}"#;
    let json = format!(r#"{{"timezone":"UTC","exceptions":[{one},{one},{one},{one}]}}"#);
    assert_only(&json, "exceptions", "[", "4 entries are too many: write at most 2");
    let json = r#"{"timezone":"UTC","holidays":["2026-01-01","2026-01-03","2026-01-05","01-03"]}"#;
    let message = "more than 3 holidays, dates in a row counted once: write at most 3";
    assert_only(json, "holidays", "[", message);
    // Those in a row are one, and so are those that are there twice.
    let json = r#"{"timezone":"UTC","holidays":["2026-01-01","2026-01-02","2026-01-03","2026-01-03","01-03","01-03"]}"#;
    assert_eq!(problems(json), [""; 0]);
}

#[test]
fn holidays_and_their_value() {
    let json = r#"{"timezone":"UTC","holidayReplicas":3}"#;
    let message = "holidays are ignored: write a holidayMode beside it, or leave it out";
    assert_only(json, "holidayReplicas", "3}", message);
    let json = r#"{"timezone":"UTC","holidayReplicas":-3,"holidayMode":"treat-as-open"}"#;
    let message = "-3 is out of range: write a whole number from 0 to 2147483647";
    assert_only(json, "holidayReplicas", "-3", message);
    let json = r#"{"timezone":"UTC","holidays":["12-25","2026-12-26..2026-12-24"]}"#;
    let message = "2026-12-24 is before 2026-12-26: write the earlier date first";
    assert_only(json, "holidays[1]", r#""2026"#, message);
    let json = r#"{"timezone":"UTC","holidays":["12-25\u002e.01-02","12-32"]}"#;
    let message = "\"12-32\" is no date: write 2026-12-25, a range 2026-12-24..2026-12-26, or for every year 12-25 or 12-24..01-02";
    assert_only(json, "holidays[1]", r#""12-32"#, message);
}

#[test]
fn missing_unknown_and_twice() {
    assert_only("{}", "timezone", "{", "missing: write an IANA name such as Europe/Zurich");
    assert_only(r#"{"timezone":null}"#, "timezone", "{", "missing: write an IANA name such as Europe/Zurich");
    let json = window(r#""end":"10:00","replicas":1"#);
    assert_only(&json, "windows[1].start", r#"{"end"#, "missing: write HH:MM, such as 09:00");
    let json = r#"{"timezone":"UTC","timezone":"UTC"}"#;
    assert_eq!(problems(json), ["timezone (byte 18): the field is there twice: write it once"]);
    let json = r#"{"timezone":"UTC","time\"zone":[[[[1]]]]}"#;
    let known = "unknown field: known here are timezone, defaultReplicas, windows, exceptions, holidayMode, \
                 holidayReplicas, holidays";
    assert_only(json, r#"time\"zone"#, r#""time\"#, known);
}

#[test]
fn types() {
    for (value, found) in [
        ("7", "a whole number"),
        ("-0", "a number with a fraction, an exponent or a minus before 0"),
        ("1e3", "a number with a fraction, an exponent or a minus before 0"),
        ("true", "true or false"),
        ("[]", "a list"),
        ("{}", "an object"),
    ] {
        let json = format!(r#"{{"timezone":{value}}}"#);
        assert_only(&json, "timezone", value, &format!("{found} where a text in quotes is expected"));
    }
    let expected = "a text in quotes where a whole number is expected";
    assert_only(r#"{"timezone":"UTC","defaultReplicas":"1"}"#, "defaultReplicas", r#""1""#, expected);
    let expected = "true or false where a text in quotes is expected";
    assert_only(r#"{"timezone":"UTC","holidayMode":false}"#, "holidayMode", "false", expected);
    let expected = "a text in quotes where a list is expected";
    assert_only(r#"{"timezone":"UTC","holidays":"12-25"}"#, "holidays", r#""12-25""#, expected);
    assert_only("[]", "document", "[", "a list where an object is expected");
}

#[test]
fn numbers() {
    for (number, message) in [
        ("2147483648", "2147483648 is out of range: write a whole number from 0 to 2147483647"),
        ("-9223372036854775808", "-9223372036854775808 is out of range: write a whole number from 0 to 2147483647"),
        ("9223372036854775808", "the number is too large: write a smaller one"),
        ("-9223372036854775809", "the number is too large: write a smaller one"),
        ("1.0", "a number with a fraction, an exponent or a minus before 0 where a whole number is expected"),
    ] {
        let json = format!(r#"{{"timezone":"UTC","defaultReplicas":{number}}}"#);
        assert_only(&json, "defaultReplicas", number, message);
    }
}

/// The grammar's faults: the document, the field, the byte and what it is.
#[test]
fn grammar() {
    use Syntax::*;
    for (json, path, offset, syntax) in [
        ("", "document", 0, Ended),
        ("  ", "document", 2, Ended),
        ("nul", "document", 0, Value),
        ("{", "document", 1, Ended),
        ("{]", "document", 1, Key),
        (r#"{"timezone" "UTC"}"#, "timezone", 12, Colon),
        (r#"{"timezone":"UTC" "x":1}"#, "timezone", 18, CommaOrBrace),
        (r#"{"timezone":"UTC",}"#, "document", 18, Key),
        (r#"{"windows":[{"start":"09:00"} 1]}"#, "windows[0]", 30, CommaOrBracket),
        (r#"{"windows":[1,{"start":09:00}]}"#, "windows[1].start", 24, Number),
        (r#"{"windows":[1,]}"#, "windows[1]", 14, Value),
        (r#"{"pause":+1}"#, "pause", 9, Value),
        (r#"{"pause":1.}"#, "pause", 11, Number),
        (r#"{"pause":1e}"#, "pause", 11, Number),
        (r#"{"pause":-}"#, "pause", 10, Number),
        (r#"{"pause":"\x"}"#, "pause", 10, Escape),
        (r#"{"pause":"\u12g4"}"#, "pause", 10, Escape),
        (r#"{"pause":"\udc00"}"#, "pause", 10, LoneSurrogate),
        (r#"{"pause":"\ud800\u0041"}"#, "pause", 10, LoneSurrogate),
        ("{\"pause\":\"a\nb\"}", "pause", 11, ControlCharacter),
        (r#"{"pause":"a"#, "pause", 11, Ended),
        (r#"{"a":[[[[[[[[1]]]]]]]]}"#, "a[0][0][0][0][0][0][0]", 12, TooDeep),
        (r#"{"timezone":"UTC"} {"#, "document", 19, Trailing),
    ] {
        let mut found = Vec::new();
        let refused = Small::from_json(json.as_bytes(), AllZones, |problem| {
            let JsonReason::Syntax(syntax) = problem.reason else { panic!("{problem}") };
            found.push((problem.path.to_string(), problem.offset, syntax));
        });
        assert_eq!(refused.map_err(|invalid| invalid.problems), Err(1), "{json}");
        assert_eq!(found, [(path.to_owned(), offset, syntax)], "{json}");
    }
    assert_eq!(
        problems(b"{\"timezone\":\"\xff\"}"),
        ["timezone (byte 13): these bytes are no text: write UTF-8"],
        "invalid UTF-8"
    );
    assert_eq!(problems(b"{\"timezone\";\"\xff\"}").len(), 1, "what comes first is said");
    let message = "[0][0][0][0][0][0][0][0] (byte 8): too many levels: write at most 8 within each other";
    assert_eq!(problems([b'['; 100_000]), [message]);
}
