//! Typed values and plans in formats of serde: serde_json and serde-json-core for JSON, postcard for machines. The same document is the
//! same schedule by each of them and by `set_json`, and what one refuses all of them do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

use core::fmt::Debug;

use kyklos_core::{
    AllZones, Date, Days, Exception, Holiday, HolidayMode, LocalMinute, Plan, Schedule, TimeOfDay, TimeZone, Weekday,
    Window, YearlyDate,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Serialize;
use serde::de::DeserializeOwned;

type SmallPlan = Plan<2, 2, 3>;
type Small = Schedule<2, 2, 3>;

/// Every field that there is, each with what only JSON's escapes can say.
const ALL_FIELDS: &str = r#" {
    "timezone": "America\/New_York",
    "defaultReplicas": 2,
    "windows": [
        {"name": "day \u00e9", "days": ["Mon-Wed", "fr\u0069day"], "start": "09:00", "end": "17:00", "replicas": 10},
        {"start": "21:00", "end": "24:00", "endDay": "Sun", "replicas": 2147483647, "days": null}
    ],
    "exceptions": [{"name": "x", "start": "2026-12-24T18:00", "end": "2026-12-26T06:00", "replicas": 0}],
    "holidayMode": "treat-as-open",
    "holidayReplicas": 7,
    "holidays": ["2026-12-25", "12-24..01-02", "2026-04-03..2026-04-06"]
} "#;

/// By serde-json-core, with room for texts without their escapes.
fn core_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let mut room = [0; 512];
    serde_json_core::from_slice_escaped(json, &mut room).map(|(value, _)| value).map_err(|error| error.to_string())
}

fn by_set_json<const W: usize, const E: usize, const H: usize>(json: &[u8]) -> Result<Schedule<W, E, H>, Vec<String>> {
    let mut problems = Vec::new();
    Schedule::from_json(json, AllZones, |problem| problems.push(problem.to_string())).map_err(|_| problems)
}

fn by_plan<const W: usize, const E: usize, const H: usize>(plan: &Plan<W, E, H>) -> Result<Schedule<W, E, H>, String> {
    let mut schedule = Schedule::new(TimeZone::UTC);
    schedule.set_plan(plan, AllZones).map(|()| schedule).map_err(|problem| problem.to_string())
}

/// The value comes back from each format, and its JSON is this.
#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, json: &str) {
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    assert_eq!(serde_json::from_str::<T>(json).unwrap(), value);
    let mut room = [0; 4096];
    let length = serde_json_core::to_slice(&value, &mut room).unwrap();
    assert_eq!(core::str::from_utf8(&room[..length]), Ok(json));
    assert_eq!(core_json::<T>(json.as_bytes()), Ok(value));
}

/// The value comes back from postcard, and takes so many bytes there.
#[track_caller]
fn is_packed<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, length: usize) {
    let mut room = [0; 4096];
    let bytes = postcard::to_slice(&value, &mut room).unwrap();
    assert_eq!(bytes.len(), length, "{value:?}");
    assert_eq!(postcard::from_bytes::<T>(bytes).unwrap(), value);
    for end in 0..length {
        assert!(postcard::from_bytes::<T>(&bytes[..end]).is_err(), "{value:?}");
    }
}

fn office() -> Window {
    Window::constant(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10)
}

fn launch() -> Exception {
    Exception::new("2026-12-01T09:00".parse().unwrap(), "2026-12-01T18:00".parse().unwrap(), 20).unwrap()
}

#[test]
fn each_value_as_the_resource_writes_it() {
    comes_back(Weekday::Friday, r#""Fri""#);
    comes_back(Days::WEEKDAYS | Days::SUN, r#"["Mon-Fri","Sun"]"#);
    comes_back(Days::MON | Days::TUE | Days::THU, r#"["Mon","Tue","Thu"]"#);
    comes_back(Days::ALL, r#"["Mon-Sun"]"#);
    comes_back(Days::NONE, "[]");
    comes_back(TimeOfDay::constant(9, 5), r#""09:05""#);
    comes_back(TimeOfDay::END_OF_DAY, r#""24:00""#);
    comes_back(Date::constant(2026, 12, 25), r#""2026-12-25""#);
    comes_back(YearlyDate::constant(2, 29), r#""02-29""#);
    comes_back("2026-12-24T18:00".parse::<LocalMinute>().unwrap(), r#""2026-12-24T18:00""#);
    for text in ["2026-12-25", "2026-12-24..2026-12-26", "12-25", "12-24..01-02"] {
        comes_back(text.parse::<Holiday>().unwrap(), &format!("{text:?}"));
    }
    for mode in HolidayMode::ALL {
        comes_back(mode, &format!("\"{mode}\""));
    }
    comes_back(office(), r#"{"days":["Mon-Fri"],"start":"09:00","end":"17:00","replicas":10}"#);
    comes_back(
        office().until(Weekday::Saturday),
        r#"{"days":["Mon-Fri"],"start":"09:00","end":"17:00","endDay":"Sat","replicas":10}"#,
    );
    comes_back(launch(), r#"{"start":"2026-12-01T09:00","end":"2026-12-01T18:00","replicas":20}"#);
    comes_back(
        SmallPlan::default(),
        r#"{"timezone":"Etc/UTC","defaultReplicas":1,"windows":[],"exceptions":[],"holidayMode":"ignore","holidays":[]}"#,
    );
}

#[test]
fn each_value_as_numbers() {
    is_packed(Weekday::Friday, 1);
    is_packed(Days::WEEKDAYS, 1);
    is_packed(TimeOfDay::constant(17, 0), 2);
    is_packed(Date::constant(2026, 12, 25), 3);
    is_packed(YearlyDate::constant(12, 25), 2);
    is_packed("2026-12-24T18:00".parse::<LocalMinute>().unwrap(), 4);
    is_packed("12-24..01-02".parse::<Holiday>().unwrap(), 5);
    is_packed("2026-12-24..2026-12-26".parse::<Holiday>().unwrap(), 7);
    is_packed(HolidayMode::TreatAsOpen, 1);
    is_packed(office(), 7);
    is_packed(office().until(Weekday::Saturday), 8);
    is_packed(launch(), 9);
    let plan: SmallPlan = serde_json::from_str(ALL_FIELDS).unwrap();
    is_packed(plan, 71);
}

#[test]
fn one_document_is_one_schedule_by_every_way() {
    let plan: SmallPlan = serde_json::from_str(ALL_FIELDS).unwrap();
    assert_eq!(core_json(ALL_FIELDS.as_bytes()), Ok(plan.clone()));
    let schedule = by_plan(&plan);
    assert_eq!(schedule.as_ref().ok(), by_set_json(ALL_FIELDS.as_bytes()).as_ref().ok());
    assert_eq!(schedule.unwrap().holidays().count(), 3);
    // And what it writes is one for all again.
    let written = serde_json::to_vec(&plan).unwrap();
    assert_eq!(by_set_json(&written).ok(), by_plan(&plan).ok());

    for json in [
        r#"{"timezone":"Europe/Zurich"}"#,
        r#"{"timezone":"Etc/UTC","windows":null,"exceptions":null,"defaultReplicas":null,"holidayMode":null,"holidayReplicas":null,"holidays":null}"#,
        r#"{"holidays":["12-25"],"holidayMode":"treat-as-closed","timezone":"Asia/Tokyo","windows":[],"exceptions":[]}"#,
    ] {
        let plan: SmallPlan = serde_json::from_str(json).unwrap();
        assert_eq!(core_json(json.as_bytes()), Ok(plan.clone()));
        assert_eq!(by_plan(&plan).ok(), by_set_json(json.as_bytes()).ok(), "{json}");
    }
}

/// Without a buffer serde-json-core leaves escapes in, and what has one is refused, or is a name.
#[test]
fn without_room_for_escapes() {
    let read = |json: &str| serde_json_core::from_str::<SmallPlan>(json).map(|(plan, _)| plan);
    assert_eq!(read(r#"{"timezone":"Europe\/Zurich"}"#).unwrap().timezone, "Europe\\/Zurich");
    assert!(by_plan(&read(r#"{"timezone":"Europe\/Zurich"}"#).unwrap()).is_err());
    assert!(read(r#"{"timezone":"Etc/UTC","holidays":["\u0031\u0032-25"]}"#).is_err());
    assert!(read(r#"{"timezone":"Etc/UTC","holidays":["12-25"]}"#).is_ok());
    // And with one, too, it knows no letter of two escapes.
    let pair =
        r#"{"timezone":"Etc/UTC","windows":[{"name":"\ud83d\ude00","start":"09:00","end":"17:00","replicas":1}]}"#;
    assert!(serde_json::from_str::<SmallPlan>(pair).is_ok() && by_set_json::<2, 2, 3>(pair.as_bytes()).is_ok());
    assert!(core_json::<SmallPlan>(pair.as_bytes()).is_err());
}

/// Each document is refused by serde_json in these words, by serde-json-core in as many of them as it keeps, and by `set_json`.
#[test]
fn refusals_say_what_would_be_right() {
    let window = |members: &str| format!(r#"{{"timezone":"Etc/UTC","windows":[{{{members}}}]}}"#);
    let exception = |members: &str| format!(r#"{{"timezone":"Etc/UTC","exceptions":[{{{members}}}]}}"#);
    let long = "x".repeat(64);
    for (json, message) in [
        ("{}".to_owned(), "timezone: missing: write an IANA name such as Europe/Zurich"),
        (r#"{"timezone":null}"#.to_owned(), "timezone: missing: write an IANA name such as Europe/Zurich"),
        (
            format!(r#"{{"timezone":"{long}"}}"#),
            "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" is no time zone: write a name of the IANA database",
        ),
        (
            r#"{"timezone":"Etc/UTC","pause":true}"#.to_owned(),
            "\"pause\" is an unknown field: known here are timezone, defaultReplicas, windows, exceptions, holidayMode, holidayReplicas, holidays",
        ),
        (
            r#"{"timezone":"Etc/UTC","timezone":"Etc/UTC"}"#.to_owned(),
            "timezone: the field is there twice: write it once",
        ),
        (r#"{"timezone":"Etc/UTC","windows":[],"windows":null}"#.to_owned(), "windows: the field is there twice"),
        (
            r#"{"timezone":"Etc/UTC","defaultReplicas":2147483648}"#.to_owned(),
            "2147483648 is out of range: write a whole number from 0 to 2147483647",
        ),
        (
            r#"{"timezone":"Etc/UTC","holidayReplicas":3}"#.to_owned(),
            "holidays are ignored: write a holidayMode beside it",
        ),
        (
            r#"{"timezone":"Etc/UTC","holidayMode":"closed"}"#.to_owned(),
            "\"closed\" is no holiday mode: write ignore, treat-as-closed or treat-as-open",
        ),
        (
            r#"{"timezone":"Etc/UTC","holidays":["12-25","01-01","05-01","08-01"]}"#.to_owned(),
            "more than 3 entries: write at most 3",
        ),
        (
            r#"{"timezone":"Etc/UTC","holidays":["2206-12-25"]}"#.to_owned(),
            "no date of the years 2020 to 2099, so it never counts",
        ),
        (
            r#"{"timezone":"Etc/UTC","holidays":["2026-12-26..2026-12-24"]}"#.to_owned(),
            "2026-12-24 is before 2026-12-26: write the earlier date first",
        ),
        (window(r#""end":"17:00","replicas":1"#), "start: missing: write HH:MM, such as 09:00"),
        (window(r#""start":"09:00","end":"17:00""#), "replicas: missing: write a whole number from 0 up"),
        (
            window(r#""start":"9:00","end":"17:00","replicas":1"#),
            "\"9:00\" is no time of day: write HH:MM, 00:00 to 24:00, such as 09:30",
        ),
        (
            window(r#""start":"24:00","end":"17:00","replicas":1"#),
            "\"24:00\" is no time of day: write HH:MM with two digits each, 00:00 to 23:59",
        ),
        (window(r#""start":"09:00","end":"09:00","replicas":1"#), "09:00 is the start as well, so the window is empty"),
        (window(r#""days":[],"start":"09:00","end":"17:00","replicas":1"#), "the list is empty: name at least one day"),
        (
            window(r#""days":["Mon,Tue"],"start":"09:00","end":"17:00","replicas":1"#),
            "\"Mon,Tue\" is no day: write a weekday such as Monday or Mon",
        ),
        (
            window(r#""start":"09:00","end":"17:00","endDay":"Mon-Fri","replicas":1"#),
            "\"Mon-Fri\" is no weekday: write Monday or Mon",
        ),
        (window(r#""start":"09:00","end":"17:00","replicas":2147483648"#), "2147483648 is out of range"),
        (
            window(&format!(r#""start":"09:00","end":"17:00","replicas":1,"name":"{long}""#)),
            "the name has 64 characters: write at most 63",
        ),
        (exception(r#""start":"2026-12-24T18:00","replicas":1"#), "end: missing: write YYYY-MM-DDTHH:MM"),
        (
            exception(r#""start":"2026-12-24T18:00","end":"2026-12-24T18:00","replicas":1"#),
            "2026-12-24T18:00 is not after the start 2026-12-24T18:00",
        ),
        (
            exception(r#""start":"2026-12-24T18:00","end":"2100-01-01T00:01","replicas":1"#),
            "2100-01-01T00:01 is later than schedules go",
        ),
        (
            exception(r#""start":"2026-12-24","end":"2026-12-25T00:00","replicas":1"#),
            "\"2026-12-24\" is no local date and time",
        ),
        (
            exception(r#""start":"2026-12-24T18:00","end":"2026-12-25T00:00","replicas":1,"days":["Mon"]"#),
            "\"days\" is an unknown field: known here are name, start, end, replicas",
        ),
    ] {
        let said = serde_json::from_str::<SmallPlan>(&json).expect_err(&json).to_string();
        assert!(said.starts_with(message), "{json}: {said}");
        // It keeps 64 bytes, and no place.
        let (kept, _) = message.split_at(message.len().min(60));
        let said = core_json::<SmallPlan>(json.as_bytes()).expect_err(&json);
        assert!(said.starts_with(kept) && said.len() <= 64, "{json}: {said}");
        assert_ne!(by_set_json::<2, 2, 3>(json.as_bytes()).expect_err(&json), [""; 0]);
    }
    // What the formats say themselves.
    for json in [
        r#"{"timezone":5}"#,
        r#"{"timezone":"Etc/UTC","windows":{}}"#,
        r#"{"timezone":"Etc/UTC","windows":[null]}"#,
        r#"{"timezone":"Etc/UTC","defaultReplicas":-1}"#,
        r#"{"timezone":"Etc/UTC","defaultReplicas":1.0}"#,
        r#"{"timezone":"Etc/UTC","defaultReplicas":"1"}"#,
        r#"{"timezone":"Etc/UTC","holidays":[12]}"#,
        r#"{"timezone":"Etc/UTC","holidays":[null]}"#,
        r#"["Etc/UTC",1,[],[],"ignore",null,[]]"#,
        r#"{"timezone":"Etc/UTC"} {}"#,
        r#"{"timezone":"Etc/UTC""#,
        "null",
        "",
    ] {
        assert!(serde_json::from_str::<SmallPlan>(json).is_err(), "{json}");
        assert!(core_json::<SmallPlan>(json.as_bytes()).is_err(), "{json}");
        assert!(by_set_json::<2, 2, 3>(json.as_bytes()).is_err(), "{json}");
    }
}

/// A message is cut where serde-json-core has no more room, also within a letter of several bytes.
#[test]
fn long_messages_are_no_panic() {
    for before in 0..4 {
        let json = format!(r#"{{"{}{}":1}}"#, "x".repeat(before), "é€😀".repeat(20));
        let said = core_json::<SmallPlan>(json.as_bytes()).expect_err(&json);
        assert!(said.len() <= 64 && said.len() > 60 && said.starts_with('"'), "{said}");
    }
}

#[test]
fn numbers_are_checked_too() {
    fn refused<T: DeserializeOwned + Debug>(numbers: impl Serialize) {
        let mut room = [0; 64];
        let bytes = postcard::to_slice(&numbers, &mut room).unwrap();
        assert!(postcard::from_bytes::<T>(bytes).is_err(), "{bytes:?}");
    }
    refused::<Weekday>(7_u8);
    refused::<Days>(0x80_u8);
    refused::<TimeOfDay>(1_441_u16);
    refused::<Date>(i32::MAX);
    refused::<Date>(i32::MIN);
    for number in [0_u16, 100, 230, 1_301, 1_232, 25_700, u16::MAX] {
        refused::<YearlyDate>(number);
    }
    refused::<LocalMinute>(i64::MAX);
    refused::<LocalMinute>(i64::MIN);
    refused::<HolidayMode>(3_u8);
    refused::<Holiday>((true, 1_225, 1_232));
    refused::<Holiday>((true, -1, 1_225));
    refused::<Holiday>((false, 20_812, 20_811));
    refused::<Holiday>((false, 0, 0));
    refused::<Holiday>((false, i32::MIN, i32::MAX));
    refused::<Window>((0_u8, 0_u16, 60_u16, None::<u8>, 1_u32));
    refused::<Window>((1_u8, 0_u16, 0_u16, None::<u8>, 1_u32));
    refused::<Window>((1_u8, 1_440_u16, 0_u16, None::<u8>, 1_u32));
    refused::<Window>((1_u8, 0_u16, 60_u16, Some(7_u8), 1_u32));
    refused::<Window>((1_u8, 0_u16, 60_u16, None::<u8>, u32::MAX));
    refused::<Exception>((1_i64, 1_i64, 1_u32));
    refused::<Exception>((1_i64, 100_000_000_i64, 1_u32));
    // An empty list is its length alone.
    let plan = |value: u32, mode: u8, holiday: Option<u32>| ("Etc/UTC", value, 0_u8, 0_u8, mode, holiday, 0_u8);
    refused::<SmallPlan>(("x".repeat(41), 0_u32, 0_u8, 0_u8, 0_u8, None::<u32>, 0_u8));
    refused::<SmallPlan>(plan(1 << 31, 0, None));
    refused::<SmallPlan>(plan(1, 0, Some(1)));
    refused::<SmallPlan>(plan(1, 1, Some(1 << 31)));
    let mut room = [0; 64];
    let right = postcard::to_slice(&plan(1, 1, Some(1)), &mut room).unwrap();
    assert!(postcard::from_bytes::<SmallPlan>(right).is_ok());
}

#[test]
fn a_plan_is_set_whole_or_not_at_all() {
    let mut schedule: Small = by_set_json(ALL_FIELDS.as_bytes()).unwrap();
    let before = schedule.clone();
    let refused = |plan: &Plan<4, 4, 8>, schedule: &mut Small, zone: TimeZone| {
        schedule.set_plan(plan, zone).map_err(|problem| problem.to_string())
    };
    let mut plan = Plan::<4, 4, 8> { timezone: "Mars/Phobos".try_into().unwrap(), ..Plan::default() };
    assert_eq!(
        refused(&plan, &mut schedule, TimeZone::UTC),
        Err("timezone: \"Mars/Phobos\" is not the one zone of this build: write Etc/UTC".to_owned())
    );
    plan.timezone = "Etc/UTC".try_into().unwrap();
    plan.default_value = u32::MAX;
    assert!(
        refused(&plan, &mut schedule, TimeZone::UTC)
            .unwrap_err()
            .starts_with("defaultReplicas: 4294967295 is out of range")
    );
    plan.default_value = 5;
    plan.windows.extend([office(); 3]);
    assert_eq!(
        refused(&plan, &mut schedule, TimeZone::UTC),
        Err("windows: 3 entries are too many: write at most 2".to_owned())
    );
    assert_eq!(schedule, before);
    plan.windows.pop();
    assert_eq!(refused(&plan, &mut schedule, TimeZone::UTC), Ok(()));
    // 2026-06-01 is a Monday, and midnight in New York is past.
    assert_eq!((schedule.evaluate(1_780_304_400).value(), schedule.default_value()), (10, 5));
}

fn any_time(last: u16) -> impl Strategy<Value = TimeOfDay> {
    (0..=last).prop_map(|minutes| TimeOfDay::from_minutes(minutes).unwrap())
}

fn any_days() -> impl Strategy<Value = Days> {
    vec(select(&Weekday::ALL[..]), 1..8).prop_map(|days| days.into_iter().collect())
}

fn any_window() -> impl Strategy<Value = Window> {
    let end_day = option::of(select(&Weekday::ALL[..]));
    (any_days(), any_time(1_439), any_time(1_440), end_day, 0..=kyklos_core::VALUE_MAX).prop_filter_map(
        "a window",
        |(days, start, end, end_day, value)| match end_day {
            Some(day) => Window::ending_on(days, start, day, end, value).ok(),
            None => Window::new(days, start, end, value).ok(),
        },
    )
}

fn any_date(years: core::ops::Range<u16>) -> impl Strategy<Value = Date> {
    (years, 1_u8..13, 1_u8..32).prop_filter_map("a date", |(year, month, day)| Date::new(year, month, day))
}

fn any_minute() -> impl Strategy<Value = LocalMinute> {
    (any_date(0..2_100), any_time(1_439)).prop_map(|(date, time)| LocalMinute::new(date, time).unwrap())
}

fn any_exception() -> impl Strategy<Value = Exception> {
    (any_minute(), any_minute(), 0..=kyklos_core::VALUE_MAX)
        .prop_filter_map("an exception", |(a, b, value)| Exception::new(a.min(b), a.max(b), value).ok())
}

fn any_holiday() -> impl Strategy<Value = Holiday> {
    let yearly = || (1_u8..13, 1_u8..32).prop_filter_map("a date", |(month, day)| YearlyDate::new(month, day));
    prop_oneof![
        any_date(2_020..2_100).prop_map(|date| Holiday::date(date).unwrap()),
        (any_date(0..3_000), any_date(0..3_000)).prop_filter_map("dates that count", |(a, b)| Holiday::dates(
            a.min(b),
            a.max(b)
        )
        .ok()),
        yearly().prop_map(Holiday::yearly),
        (yearly(), yearly()).prop_map(|(first, last)| Holiday::yearly_range(first, last)),
    ]
}

fn any_plan() -> impl Strategy<Value = Plan<4, 3, 8>> {
    (
        select(&["Etc/UTC", "America/New_York", "America/Argentina/ComodRivadavia"][..]),
        0..=kyklos_core::VALUE_MAX,
        vec(any_window(), 0..5),
        vec(any_exception(), 0..4),
        select(&HolidayMode::ALL[..]),
        option::of(0..=kyklos_core::VALUE_MAX),
        vec(any_holiday(), 0..9),
    )
        .prop_map(|(timezone, default_value, windows, exceptions, holiday_mode, holiday_value, holidays)| Plan {
            timezone: timezone.try_into().unwrap(),
            default_value,
            windows: windows.into_iter().collect(),
            exceptions: exceptions.into_iter().collect(),
            holiday_mode,
            holiday_value: holiday_value.filter(|_| holiday_mode != HolidayMode::Ignore),
            holidays: holidays.into_iter().collect(),
        })
}

proptest! {
    #[test]
    fn plans_come_back(plan in any_plan()) {
        let json = serde_json::to_vec(&plan).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<Plan<4, 3, 8>>(&json).unwrap(), &plan);
        let mut room = [0; 4096];
        let length = serde_json_core::to_slice(&plan, &mut room).unwrap();
        prop_assert_eq!(&room[..length], &json[..]);
        prop_assert_eq!(core_json(&json), Ok(plan.clone()));
        let packed = postcard::to_slice(&plan, &mut room).unwrap();
        prop_assert_eq!(&postcard::from_bytes::<Plan<4, 3, 8>>(packed).unwrap(), &plan);
        prop_assert_eq!(by_plan(&plan).unwrap(), by_set_json(&json).unwrap());
    }

    /// A document with a mistake somewhere, or none: all ways say the same.
    #[test]
    fn readers_agree_on_what_is_right(plan in any_plan(), places in vec((any::<Index>(), 0_u8..128), 1..3)) {
        let mut json = serde_json::to_vec(&plan).unwrap();
        for (place, byte) in places {
            let place = place.index(json.len());
            json[place] = byte;
        }
        let ours = by_set_json::<4, 3, 8>(&json);
        let theirs = serde_json::from_slice::<Plan<4, 3, 8>>(&json).map_err(|error| error.to_string());
        let theirs = theirs.and_then(|plan| by_plan(&plan));
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}: {:?}, {:?}", String::from_utf8_lossy(&json), ours, theirs);
        if let (Ok(ours), Ok(theirs)) = (&ours, &theirs) {
            prop_assert_eq!(ours, theirs);
        }
        // It takes some documents that are no JSON; of those that are it makes the same.
        if let (Ok(ours), Ok(theirs)) = (&ours, core_json::<Plan<4, 3, 8>>(&json)) {
            prop_assert_eq!(ours, &by_plan(&theirs).unwrap());
        } else {
            prop_assert!(ours.is_err(), "{}", String::from_utf8_lossy(&json));
        }
    }

    #[test]
    fn any_bytes_are_refused_or_a_plan(bytes in vec(any::<u8>(), 0..64)) {
        if let Ok(plan) = postcard::from_bytes::<Plan<4, 3, 8>>(&bytes) {
            let json = serde_json::to_vec(&plan).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Plan<4, 3, 8>>(&json).unwrap(), plan);
        }
    }
}
