//! What the functions are called with: right and wrong, so that they go everywhere.

use kyklos_core::{ExceptionSpec, HolidayMode, Spec, WindowSpec};

const WINDOWS: [WindowSpec; 4] = [
    window(Some(&["Mon-Fri"]), "09:00", "17:00", None),
    window(Some(&["Sat", "sun"]), "22:00", "02:00", None),
    window(Some(&["Sun"]), "02:30", "03:30", Some("Mon")),
    window(None, "01:00", "01:30", None),
];
const WRONG_WINDOWS: [WindowSpec; 3] = [
    window(Some(&["Mo", "Mon-Fri-Sun"]), "9:00", "24:30", Some("Mon-Fri")),
    window(Some(&[]), "09:00", "09:00", None),
    WindowSpec { value: -1, ..window(None, "00:00", "24:00", None) },
];
const EXCEPTIONS: [ExceptionSpec; 2] =
    [exception("2026-11-01T01:30", "2026-12-24T18:00"), exception("2019-01-01T00:00", "2100-01-01T00:00")];
const WRONG_EXCEPTIONS: [ExceptionSpec; 3] = [
    exception("today", "tomorrow"),
    exception("2026-12-24T18:00", "2026-12-24T18:00"),
    exception("2026-12-24T18:00", "2101-12-24T18:00"),
];
/// Their first one comes last.
const HOLIDAYS: [&str; 6] = ["2028-12-25", "2028-07-04", "12-24..01-02", "02-29", "2028-12-26", "2028-01-01"];
/// More than there is room for, after merging too.
const WRONG_HOLIDAYS: [&str; 36] = [
    "2026-01-01",
    "2026-01-03",
    "2026-01-05",
    "2026-01-07",
    "2026-01-09",
    "2026-01-11",
    "2026-01-13",
    "2026-01-15",
    "2026-01-17",
    "2026-01-19",
    "2026-01-21",
    "2026-01-23",
    "2026-01-25",
    "2026-01-27",
    "2026-01-29",
    "2026-01-31",
    "2027-01-01",
    "2027-01-03",
    "2027-01-05",
    "2027-01-07",
    "2027-01-09",
    "2027-01-11",
    "2027-01-13",
    "2027-01-15",
    "2027-01-17",
    "2027-01-19",
    "2027-01-21",
    "2027-01-23",
    "2027-01-25",
    "2027-01-27",
    "2027-01-29",
    "2027-01-31",
    "2206-01-01",
    "2026-02-29",
    "2026-02-29",
    "2026-02-29",
];

pub(crate) const RIGHT: Spec = Spec {
    timezone: "America/New_York",
    default_value: 1,
    windows: &WINDOWS,
    exceptions: &EXCEPTIONS,
    holiday_mode: HolidayMode::TreatAsOpen,
    holiday_value: None,
    holidays: &HOLIDAYS,
};
pub(crate) const WRONG: Spec = Spec {
    timezone: "Mars/Phobos",
    default_value: -1,
    windows: &WRONG_WINDOWS,
    exceptions: &WRONG_EXCEPTIONS,
    holiday_mode: HolidayMode::Ignore,
    holiday_value: Some(-1),
    holidays: &WRONG_HOLIDAYS,
};

/// Documents that are right, wrong in their fields, with more dates than there is room for, and wrong in their grammar.
pub(crate) const DOCUMENTS: [&[u8]; 5] = [
    br#"{
        "timezone": "America\/New_York",
        "windows": [
            {"name": "\u006fffice", "days": ["\u004don-Fri"], "start": "\u0030\u0039:00", "end": "17:00", "replicas": 10},
            {"days": ["Sat", "sun"], "start": "22:00", "end": "02:00", "replicas": 4},
            {"start": "02:30", "end": "03:30", "endDay": "Sun", "replicas": 3}
        ],
        "exceptions": [{"start": "2026-11-01T01:30", "end": "2026-12-24T18:0\u0030", "replicas": 9}],
        "holidayMode": "treat-as-open", "holidayReplicas": 7,
        "holidays": ["2028-01-01", "12-24..01-02", "2028-12-2\u0035"]
    }"#,
    br#"{
        "targetRef": {"kind": "", "colour": [[[[[{"red": null}]]]]]},
        "timezone": "Mars\/Phobos",
        "defaultReplicas": -1, "defaultReplicas": 1.5,
        "windows": [
            {"days": ["Mo", "Mon-Fri-Sun", 7], "start": "9:00", "end": "24:30", "endDay": "\u004don-Fri"},
            {"days": [], "start": "09:00", "end": "09:00", "replicas": 99999999999999999999},
            {"name": "0123456789012345678901234567890123456789012345678901234567890123", "start": false, "replicas": -1}
        ],
        "exceptions": [
            {"start": "\u0074oday", "end": "tomorrow", "replicas": -1},
            {"start": "2026-12-24T18:00", "end": "2026-12-24T18:00", "replicas": 1},
            {"start": "2026-12-24T18:00", "end": "2101-12-24T18:00", "replicas": 1}
        ],
        "holidayMode": "closed", "holidayReplicas": -1, "gracePeriodSeconds": 3601,
        "holidays": ["2026-02-29", {}, "2206-12-25", "2026-12-26..2026-12-24"]
    }"#,
    br#"{"timezone": "America/New_York", "holidays": [
        "2026-01-01", "2026-01-03", "2026-01-05", "2026-01-07", "2026-01-09", "2026-01-11", "2026-01-13", "2026-01-15",
        "2026-01-17", "2026-01-19", "2026-01-21", "2026-01-23", "2026-01-25", "2026-01-27", "2026-01-29", "2026-01-31",
        "2027-01-01", "2027-01-03", "2027-01-05", "2027-01-07", "2027-01-09", "2027-01-11", "2027-01-13", "2027-01-15",
        "2027-01-17", "2027-01-19", "2027-01-21", "2027-01-23", "2027-01-25", "2027-01-27", "2027-01-29", "2027-01-31",
        "2206-01-01", "2026-02-2\u0039", "12-24..01-02"
    ]}"#,
    br#"{"windows": [[[[[[[["too deep"]]]]]]]]}"#,
    b"{\"timezone\": \"\\ud83d\\ude00\xff\"}",
];

const fn window(
    days: Option<&'static [&'static str]>,
    start: &'static str,
    end: &'static str,
    end_day: Option<&'static str>,
) -> WindowSpec<'static> {
    WindowSpec { name: Some("office"), days, start, end, end_day, value: 2 }
}

const fn exception(start: &'static str, end: &'static str) -> ExceptionSpec<'static> {
    ExceptionSpec { name: None, start, end, value: 9 }
}

/// When clocks are put forward and back in New York in 2026.
const CHANGES: [i64; 2] = [1_772_953_200, 1_793_512_800];

/// Every so many seconds of the years 2026 to 2030, every few minutes of the hours around two changes of the clocks, where the ways are
/// the longest, and where numbers end.
pub(crate) fn instants() -> impl Iterator<Item = i64> {
    let edges = [i64::MIN, i64::MIN + 1, -1, 0, 1, 1 << 31, 1 << 32, i64::MAX - 1, i64::MAX];
    let near = CHANGES.into_iter().flat_map(|change| (change - 21_600..change + 21_600).step_by(300));
    edges.into_iter().chain(near).chain((1_767_225_600..1_924_992_000).step_by(98_801))
}
