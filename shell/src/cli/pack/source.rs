//! A schedule as source: a `static` of Rust, and the bytes of a pack as an array of C.

use std::fmt::Write;

use kyklos_core::{Date, Days, Exception, Holiday, HolidayMode, LocalMinute, TimeOfDay, Window, YearlyDate};

use super::Capacity;
use super::typed::Typed;

/// Bytes of a line of C.
const A_LINE: usize = 12;

pub(super) fn c(name: &str, pack: &[u8]) -> String {
    let mut text = format!(
        "/* {}, made by `kyklos pack`: a pack for kyklos-core, format version 1. */\n\
         const unsigned char kyklos_pack[{}] = {{\n",
        // A name is a DNS label, which ends no comment.
        name,
        pack.len()
    );
    for line in pack.chunks(A_LINE) {
        let bytes: Vec<_> = line.iter().map(|byte| format!("0x{byte:02x},")).collect();
        let _ = writeln!(text, "    {}", bytes.join(" "));
    }
    text + "};\nconst unsigned long kyklos_pack_length = sizeof kyklos_pack;\n"
}

pub(super) fn rust(name: &str, typed: &Typed, capacity: Capacity) -> String {
    let mut lines = Vec::new();
    lines.push(format!("assert!(schedule.set_default_value({}).is_ok());", typed.default_value));
    for window in &typed.windows {
        lines.push(format!("assert!(schedule.push_window({}).is_ok());", of_window(*window)));
    }
    for exception in &typed.exceptions {
        lines.push(format!("assert!(schedule.push_exception({}).is_ok());", of_exception(*exception)));
    }
    let mode = match typed.holiday_mode {
        HolidayMode::Ignore => None,
        HolidayMode::TreatAsClosed => Some("TreatAsClosed"),
        HolidayMode::TreatAsOpen => Some("TreatAsOpen"),
    };
    if let Some(mode) = mode {
        lines.push(format!(
            "assert!(schedule.set_holiday_mode(HolidayMode::{mode}, {:?}).is_ok());",
            typed.holiday_value
        ));
    }
    for holiday in &typed.holidays {
        lines.push(format!("assert!(schedule.push_holiday({}).is_ok());", of_holiday(*holiday)));
    }
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    let Capacity { windows, exceptions, holidays, .. } = capacity;
    format!(
        "/// {name}, made by `kyklos pack`. Its zone is that of kyklos-core's tzdb release.\n\
         pub static SCHEDULE: kyklos_core::Schedule<{windows}, {exceptions}, {holidays}> = {{\n    \
             #[allow(unused_imports)]\n    \
             use kyklos_core::*;\n    \
             let mut schedule = Schedule::new(TimeZone::named({:?}));\n\
         {lines}    schedule\n}};\n",
        typed.timezone
    )
}

/// A value that the compiler makes, and refuses where it is none.
fn made(result: &str) -> String {
    format!("match {result} {{ Ok(made) => made, Err(_) => panic!() }}")
}

fn of_window(window: Window) -> String {
    let (days, start, end) = (of_days(window.days()), of_time(window.start()), of_time(window.end()));
    let value = window.value();
    match window.end_day() {
        None => format!("Window::constant({days}, {start}, {end}, {value})"),
        Some(day) => made(&format!("Window::ending_on({days}, {start}, Weekday::{day:?}, {end}, {value})")),
    }
}

fn of_days(days: Days) -> String {
    for (known, name) in [(Days::ALL, "ALL"), (Days::WEEKDAYS, "WEEKDAYS"), (Days::WEEKEND, "WEEKEND")] {
        if days == known {
            return format!("Days::{name}");
        }
    }
    let mut each = days.iter().map(|day| format!("Days::{}", day.short_name().to_uppercase()));
    let first = each.next().unwrap_or_default();
    each.fold(first, |all, day| format!("{all}.union({day})"))
}

fn of_time(time: TimeOfDay) -> String {
    if time == TimeOfDay::END_OF_DAY {
        return "TimeOfDay::END_OF_DAY".to_owned();
    }
    format!("TimeOfDay::constant({}, {})", time.minutes() / 60, time.minutes() % 60)
}

fn of_exception(exception: Exception) -> String {
    let minute = |local: LocalMinute| {
        let (date, time) = (of_date(local.date()), of_time(local.time()));
        format!("match LocalMinute::new({date}, {time}) {{ Some(made) => made, None => panic!() }}")
    };
    made(&format!("Exception::new({}, {}, {})", minute(exception.start()), minute(exception.end()), exception.value()))
}

fn of_date(date: Date) -> String {
    format!("Date::constant({}, {}, {})", date.year(), date.month(), date.day())
}

/// By its text, which is a date or two, of a year or of every year.
fn of_holiday(holiday: Holiday) -> String {
    let text = holiday.to_string();
    let (first, last) = text.split_once("..").unwrap_or((&text, &text));
    if let (Ok(first), Ok(last)) = (first.parse(), last.parse()) {
        return made(&format!("Holiday::dates({}, {})", of_date(first), of_date(last)));
    }
    let yearly = |text: &str| {
        let date: Option<YearlyDate> = text.parse().ok();
        date.map_or_else(String::new, |date| format!("YearlyDate::constant({}, {})", date.month(), date.day()))
    };
    format!("Holiday::yearly_range({}, {})", yearly(first), yearly(last))
}
