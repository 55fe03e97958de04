//! Bytes as the values of a spec, right and wrong ones: the core refuses exactly what the contract does, in the fields
//! where it is wrong, and what it accepts can be asked about any instant.

use std::collections::BTreeSet;

use arbitrary::{Result, Unstructured};
use jiff::civil;
use kyklos_core::{Cursor, ExceptionSpec, HolidayMode, Schedule, Spec, WindowSpec, Zone};

use crate::instants::whole;

/// Small, so that capacities are met.
type Small = Schedule<3, 2, 4>;

const TIMES: [&str; 8] = ["00:00", "09:00", "17:30", "23:59", "24:00", "24:01", "9:00", "12:60"];
const DAYS: [&str; 8] = ["Monday", "tue", "WED-fri", "Sat-Mon", "sunday", "Mo", "Mon-", "Mon-Fri-Sun"];
const LOCAL: [&str; 8] = [
    "2026-03-08T02:30",
    "2028-02-29T00:00",
    "2026-02-29T00:00",
    "0000-01-01T00:00",
    "2100-01-01T00:00",
    "9999-12-31T23:59",
    "2026-11-01T24:00",
    "2026-13-01T00:00",
];
const ZONES: [&str; 6] = ["America/New_York", "Africa/Casablanca", "Etc/GMT+5", "Asia/Gaza", "utc", ""];
const COUNTS: [i64; 6] = [0, 3, 2_147_483_647, 2_147_483_648, -1, i64::MIN];
/// The days from 2020-01-01 to 2099-12-31.
const YEARS: std::ops::Range<i32> = 18_262..47_482;
const NAMES: [&str; 6] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

struct Window<'a> {
    name: Option<&'a str>,
    days: Option<Vec<&'a str>>,
    start: &'a str,
    end: &'a str,
    end_day: Option<&'a str>,
    replicas: i64,
}

/// Checks any bytes.
pub fn values(bytes: &[u8]) {
    // Too few bytes are no case.
    let _ = check(&mut Unstructured::new(bytes));
}

fn check(bytes: &mut Unstructured<'_>) -> Result<()> {
    let timezone = text(bytes, &ZONES)?;
    let count = bytes.int_in_range(0..=4)?;
    let windows = (0..count).map(|_| window(bytes)).collect::<Result<Vec<_>>>()?;
    let windows: Vec<_> = windows
        .iter()
        .map(|window| WindowSpec {
            name: window.name,
            days: window.days.as_deref(),
            start: window.start,
            end: window.end,
            end_day: window.end_day,
            replicas: window.replicas,
        })
        .collect();
    let count = bytes.int_in_range(0..=3)?;
    let exceptions = (0..count).map(|_| exception(bytes)).collect::<Result<Vec<_>>>()?;
    let spec = Spec {
        target: None,
        timezone,
        default_replicas: number(bytes)?,
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: *bytes.choose(&HolidayMode::ALL)?,
        holiday_config_map: if bytes.arbitrary()? { Some(text(bytes, &["holidays"])?) } else { None },
        grace_period_seconds: if bytes.arbitrary()? { number(bytes)? } else { 3_600 },
        pause: bytes.arbitrary()?,
    };
    let mut found = Vec::new();
    let schedule = Small::new(&spec, |problem| {
        assert!(problem.to_string().starts_with(&format!("{}: ", problem.field)));
        found.push(problem.field.to_string());
    });
    let mut wrong = wrong(&spec);
    let problems = found.len();
    found.sort();
    wrong.sort();
    assert_eq!(found, wrong, "{spec:?}");
    match schedule {
        Ok(schedule) => ask(bytes, schedule, &spec),
        Err(invalid) => {
            assert!(invalid.problems == problems && problems > 0, "{invalid}: {spec:?}");
            Ok(())
        }
    }
}

/// One of these, or any text.
fn text<'a>(bytes: &mut Unstructured<'a>, good: &[&'static str]) -> Result<&'a str> {
    if bytes.ratio(7, 8)? { bytes.choose(good).copied() } else { bytes.arbitrary() }
}

fn number(bytes: &mut Unstructured<'_>) -> Result<i64> {
    if bytes.ratio(7, 8)? { bytes.choose(&COUNTS).copied() } else { bytes.arbitrary() }
}

fn name<'a>(bytes: &mut Unstructured<'a>) -> Result<Option<&'a str>> {
    Ok(if bytes.ratio(1, 8)? { Some(bytes.arbitrary()?) } else { None })
}

fn window<'a>(bytes: &mut Unstructured<'a>) -> Result<Window<'a>> {
    let count = bytes.int_in_range(0..=3)?;
    let days = (0..count).map(|_| text(bytes, &DAYS)).collect::<Result<Vec<_>>>()?;
    Ok(Window {
        name: name(bytes)?,
        days: if bytes.arbitrary()? { Some(days) } else { None },
        start: text(bytes, &TIMES)?,
        end: text(bytes, &TIMES)?,
        end_day: if bytes.ratio(1, 4)? { Some(text(bytes, &DAYS)?) } else { None },
        replicas: number(bytes)?,
    })
}

fn exception<'a>(bytes: &mut Unstructured<'a>) -> Result<ExceptionSpec<'a>> {
    Ok(ExceptionSpec {
        name: name(bytes)?,
        start: text(bytes, &LOCAL)?,
        end: text(bytes, &LOCAL)?,
        replicas: number(bytes)?,
    })
}

/// A schedule that was accepted answers, whatever the instant.
fn ask(bytes: &mut Unstructured<'_>, mut schedule: Small, spec: &Spec<'_>) -> Result<()> {
    assert_eq!(schedule.zone().name(), spec.timezone);
    assert_eq!(i64::from(schedule.default_replicas()), spec.default_replicas);
    assert_eq!(i64::from(schedule.grace_period_seconds()), spec.grace_period_seconds);
    let count = bytes.int_in_range(0..=6)?;
    let near = bytes.arbitrary()?;
    let day = |bytes: &mut Unstructured<'_>| if near { bytes.int_in_range(20_500..=20_520) } else { bytes.arbitrary() };
    let days = (0..count).map(|_| day(bytes)).collect::<Result<Vec<i32>>>()?;
    // Only the years that the zone tables cover have holidays.
    let distinct: BTreeSet<_> = days.iter().filter(|day| YEARS.contains(day)).collect();
    let set = schedule.set_holiday_days(days.iter().copied());
    assert_eq!(set.is_ok(), distinct.len() <= 4, "{days:?}");
    let mut cursor = Cursor::new(&schedule);
    for _ in 0..4 {
        let second: i64 = if bytes.arbitrary()? { i64::from(bytes.arbitrary::<u32>()?) } else { bytes.arbitrary()? };
        whole(&schedule, second);
        assert_eq!(cursor.evaluate(second), schedule.evaluate(second), "the cursor at {second}: {spec:?}");
    }
    [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX].into_iter().for_each(|second| whole(&schedule, second));
    Ok(())
}

/// The fields that the contract refuses, from its words alone.
fn wrong(spec: &Spec<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut refuse = |refused: bool, field: String| {
        if refused {
            wrong.push(field);
        }
    };
    refuse(!Zone::names().any(|name| name == spec.timezone), "timezone".to_owned());
    refuse(!is_count(spec.default_replicas), "defaultReplicas".to_owned());
    refuse(spec.windows.len() > 3, "windows".to_owned());
    for (index, window) in spec.windows.iter().enumerate() {
        let field = |name: &str| format!("windows[{index}].{name}");
        refuse(is_long(window.name), field("name"));
        refuse(window.days.is_some_and(<[_]>::is_empty), field("days"));
        for (day, text) in window.days.into_iter().flatten().enumerate() {
            refuse(!text.split('-').all(is_day) || text.split('-').count() > 2, field(&format!("days[{day}]")));
        }
        refuse(!is_time(window.start) || window.start == "24:00", field("start"));
        let same = window.start == window.end && window.end_day.is_none() && window.end != "24:00";
        refuse(!is_time(window.end) || same, field("end"));
        refuse(window.end_day.is_some_and(|day| !is_day(day)), field("endDay"));
        refuse(!is_count(window.replicas), field("replicas"));
    }
    refuse(spec.exceptions.len() > 2, "exceptions".to_owned());
    for (index, exception) in spec.exceptions.iter().enumerate() {
        let field = |name: &str| format!("exceptions[{index}].{name}");
        let (start, end) = (local_time(exception.start), local_time(exception.end));
        refuse(is_long(exception.name), field("name"));
        refuse(start.is_none(), field("start"));
        // The zone tables end with the year 2099.
        let late = start.is_some() && end > Some(civil::date(2100, 1, 1).at(0, 0, 0, 0));
        refuse(end.is_none() || late || start.is_some() && end <= start, field("end"));
        refuse(!is_count(exception.replicas), field("replicas"));
    }
    refuse(spec.holiday_config_map == Some(""), "holidayConfigMap".to_owned());
    refuse(!(0..=3_600).contains(&spec.grace_period_seconds), "gracePeriodSeconds".to_owned());
    wrong
}

fn is_count(number: i64) -> bool {
    i32::try_from(number).is_ok_and(|number| number >= 0)
}

fn is_long(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.chars().count() > 63)
}

fn is_day(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    NAMES.into_iter().chain(["sunday"]).any(|name| text == name || name.get(..3) == Some(&text))
}

fn is_time(text: &str) -> bool {
    text == "24:00" || number_of(text, "__:__").is_some() && text.parse::<civil::Time>().is_ok()
}

fn local_time(text: &str) -> Option<civil::DateTime> {
    number_of(text, "____-__-__T__:__")?;
    text.parse().ok()
}

/// Whether a text has digits where the pattern has `_`, and otherwise is as the pattern.
fn number_of(text: &str, pattern: &str) -> Option<()> {
    let fits = |(found, wanted): (u8, u8)| if wanted == b'_' { found.is_ascii_digit() } else { found == wanted };
    (text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)).then_some(())
}
