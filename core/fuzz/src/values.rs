//! Bytes as the values of a spec, right and wrong ones: the core refuses exactly what the contract does, in the fields
//! where it is wrong, and what it accepts can be asked about any instant. By their last byte they are typed values, the
//! data of a time zone or the readings of a clock instead.

use arbitrary::{Result, Unstructured};
use kyklos_core::{AllZones, Cursor, ExceptionSpec, HolidayMode, Schedule, Spec, WindowSpec};

use crate::contract::wrong;
use crate::instants::whole;
use crate::oracle::runs;
use crate::{clock, contract, typed, zone_data};

/// Small, so that capacities are met.
pub(crate) type Small = Schedule<3, 2, 4>;

pub(crate) const TIMES: [&str; 8] = ["00:00", "09:00", "17:30", "23:59", "24:00", "24:01", "9:00", "12:60"];
pub(crate) const DAYS: [&str; 8] = ["Monday", "tue", "WED-fri", "Sat-Mon", "sunday", "Mo", "Mon-", "Mon-Fri-Sun"];
pub(crate) const LOCAL: [&str; 8] = [
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
pub(crate) const HOLIDAYS: [&str; 16] = [
    "2026-12-24",
    "2026-12-25",
    "2026-12-26",
    "2026-12-28",
    "2026-12-27..2026-12-29",
    "2019-12-31..2020-01-01",
    "2099-12-31..2100-01-01",
    "2028-02-29",
    "2026-02-29",
    "2026-12-26..2026-12-24",
    "2019-12-31",
    "2206-12-25",
    "12-25",
    "02-29",
    "12-24..01-02",
    "2026-12-25..12-26",
];

struct Window<'a> {
    name: Option<&'a str>,
    days: Option<Vec<&'a str>>,
    start: &'a str,
    end: &'a str,
    end_day: Option<&'a str>,
    value: i64,
}

/// Checks any bytes.
pub fn values(bytes: &[u8]) {
    // Too few bytes are no case.
    let _ = match bytes.split_last() {
        Some((b'T', bytes)) => typed::check(&mut Unstructured::new(bytes)),
        Some((b'Z', bytes)) => zone_data::check(&mut Unstructured::new(bytes)),
        Some((b'G', bytes)) => clock::check(&mut Unstructured::new(bytes)),
        _ => check(&mut Unstructured::new(bytes)),
    };
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
            value: window.value,
        })
        .collect();
    let count = bytes.int_in_range(0..=3)?;
    let exceptions = (0..count).map(|_| exception(bytes)).collect::<Result<Vec<_>>>()?;
    let default_value = number(bytes)?;
    let holiday_mode = *bytes.choose(&HolidayMode::ALL)?;
    let holiday_value = if bytes.ratio(1, 4)? { Some(number(bytes)?) } else { None };
    let count = bytes.int_in_range(0..=7)?;
    let holidays = (0..count).map(|_| text(bytes, &HOLIDAYS)).collect::<Result<Vec<_>>>()?;
    let spec = Spec {
        timezone,
        default_value,
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode,
        holiday_value,
        holidays: &holidays,
    };
    let mut found = Vec::new();
    let schedule = Small::from_spec(&spec, AllZones, |problem| {
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
pub(crate) fn text<'a>(bytes: &mut Unstructured<'a>, good: &[&'static str]) -> Result<&'a str> {
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
        value: number(bytes)?,
    })
}

fn exception<'a>(bytes: &mut Unstructured<'a>) -> Result<ExceptionSpec<'a>> {
    Ok(ExceptionSpec {
        name: name(bytes)?,
        start: text(bytes, &LOCAL)?,
        end: text(bytes, &LOCAL)?,
        value: number(bytes)?,
    })
}

/// A schedule that was accepted is the one that was asked for, and answers, whatever the instant.
fn ask(bytes: &mut Unstructured<'_>, schedule: Small, spec: &Spec<'_>) -> Result<()> {
    assert_eq!(schedule.zone().name(), spec.timezone);
    assert_eq!(i64::from(schedule.default_value()), spec.default_value);
    assert_eq!(schedule.holiday_mode(), spec.holiday_mode);
    assert_eq!(schedule.holiday_value().map(i64::from), spec.holiday_value);
    let holidays: Vec<_> = spec.holidays.iter().filter_map(|text| contract::holiday(text)).collect();
    let found: Vec<_> = schedule.holidays().map(|holiday| contract::holiday(&holiday.to_string())).collect();
    assert_eq!(found, runs(&holidays).into_iter().map(Some).collect::<Vec<_>>(), "{spec:?}");
    let mut cursor = Cursor::new(&schedule);
    for _ in 0..4 {
        let second: i64 = if bytes.arbitrary()? { i64::from(bytes.arbitrary::<u32>()?) } else { bytes.arbitrary()? };
        whole(&schedule, second, spec);
        assert_eq!(cursor.evaluate(second), schedule.evaluate(second), "the cursor at {second}: {spec:?}");
    }
    for second in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
        whole(&schedule, second, spec);
    }
    Ok(())
}
