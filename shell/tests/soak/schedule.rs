//! Schedules and holidays as they are drawn, and as the API server gets them.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};

use crate::dice::Dice;
use crate::zone;

const DAY_NAMES: [[&str; 2]; 7] = [
    ["Mon", "Monday"],
    ["Tue", "tuesday"],
    ["Wed", "WED"],
    ["Thu", "Thursday"],
    ["Fri", "fri"],
    ["Sat", "Saturday"],
    ["Sun", "SUNDAY"],
];

/// What a holiday does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Ignore,
    Closed,
    Open,
}

/// A window. Minutes of the day; days from 0, Monday.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// Ranges of days; none is every day.
    pub(crate) days: Vec<(u8, u8)>,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) end_day: Option<u8>,
    pub(crate) replicas: i64,
}

impl Window {
    pub(crate) fn has(&self, day: u8) -> bool {
        let within =
            |&(from, to): &(u8, u8)| if from <= to { (from..=to).contains(&day) } else { day >= from || day <= to };
        self.days.is_empty() || self.days.iter().any(within)
    }
}

/// An exception: local seconds since 1970.
#[derive(Debug, Clone)]
pub(crate) struct Exception {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) replicas: i64,
}

/// A schedule.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pub(crate) zone: String,
    pub(crate) default: i64,
    pub(crate) windows: Vec<Window>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) mode: Mode,
    /// Which of the ConfigMaps of its namespace.
    pub(crate) calendar: Option<usize>,
    pub(crate) grace: i64,
    pub(crate) pause: bool,
}

/// Holidays: days since 1970, or month and day.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holiday {
    Days(i64, i64),
    Yearly((i8, i8), (i8, i8)),
}

impl Schedule {
    /// One that has something to do from `from` on for so many days.
    pub(crate) fn draw(dice: &mut Dice, from: i64, days: i64, calendars: usize) -> Self {
        let holidays = dice.chance(50);
        Self {
            zone: zone::names(dice),
            default: dice.within(0, 6),
            windows: (0..dice.within(0, 5)).map(|_| window(dice)).collect(),
            exceptions: (0..dice.within(0, 3)).map(|_| exception(dice, from, days)).collect(),
            mode: *dice.one(if holidays { &[Mode::Closed, Mode::Open] } else { &[Mode::Ignore] }),
            calendar: (holidays && calendars > 0).then(|| dice.place(calendars)),
            grace: grace(dice),
            pause: dice.chance(3),
        }
    }

    pub(crate) fn json(&self, target: &str) -> Value {
        let windows: Vec<_> = self.windows.iter().map(window_json).collect();
        let exceptions: Vec<_> = self.exceptions.iter().map(exception_json).collect();
        let mode = match self.mode {
            Mode::Ignore => "ignore",
            Mode::Closed => "treat-as-closed",
            Mode::Open => "treat-as-open",
        };
        json!({
            "targetRef": { "name": target }, "timezone": self.zone, "defaultReplicas": self.default,
            "windows": windows, "exceptions": exceptions, "holidayMode": mode,
            // Null takes it away in a merge patch.
            "holidayConfigMap": self.calendar.map(calendar_name),
            "gracePeriodSeconds": self.grace, "pause": self.pause,
        })
    }
}

/// The name of a ConfigMap.
pub(crate) fn calendar_name(place: usize) -> String {
    format!("days-{place}")
}

pub(crate) fn grace(dice: &mut Dice) -> i64 {
    match dice.within(0, 4) {
        0 => 0,
        1 => 300,
        2 => dice.within(1, 120),
        _ => dice.within(1, 3_601),
    }
}

/// Half of them near the hours at which clocks change.
fn minute(dice: &mut Dice) -> i64 {
    let hours = if dice.chance(50) { 4 } else { 24 };
    let minute = if dice.chance(60) { 15 * dice.within(0, 4) } else { dice.within(0, 60) };
    60 * dice.within(0, hours) + minute
}

fn window(dice: &mut Dice) -> Window {
    let days = (0..dice.within(0, 4)).map(|_| (dice.within(0, 7) as u8, dice.within(0, 7) as u8)).collect();
    let (start, end_day) = (minute(dice), dice.chance(15).then(|| dice.within(0, 7) as u8));
    let end = loop {
        let end = if dice.chance(5) { 1_440 } else { minute(dice) };
        if end != start {
            break end;
        }
    };
    Window { days, start, end, end_day, replicas: dice.within(0, 20) }
}

fn exception(dice: &mut Dice, from: i64, days: i64) -> Exception {
    let start = from.div_euclid(60) * 60 + 60 * dice.within(-1_440, days * 1_440);
    Exception { start, end: start + 60 * dice.within(1, 2_880), replicas: dice.within(0, 20) }
}

fn window_json(window: &Window) -> Value {
    let name = |day: u8| DAY_NAMES[usize::from(day)][usize::from(window.start % 2 == 0)];
    let mut fields = json!({
        "start": clock(window.start), "end": clock(window.end), "replicas": window.replicas,
    });
    if !window.days.is_empty() {
        let text = |&(from, to): &(u8, u8)| {
            if from == to { name(from).to_owned() } else { format!("{}-{}", name(from), name(to)) }
        };
        fields["days"] = window.days.iter().map(text).collect();
    }
    if let Some(day) = window.end_day {
        fields["endDay"] = name(day).into();
    }
    fields
}

fn exception_json(exception: &Exception) -> Value {
    let text = |local: i64| format!("{}T{}", day(local.div_euclid(86_400)), clock(local.rem_euclid(86_400) / 60));
    json!({ "start": text(exception.start), "end": text(exception.end), "replicas": exception.replicas })
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The date of a number of days since 1970.
pub(crate) fn day(number: i64) -> Date {
    date(1970, 1, 1) + number.days()
}

/// Holidays of which most are in the days from `from` on. Never 29 February of every year, which has rules of its own.
pub(crate) fn draw_holidays(dice: &mut Dice, from: i64, days: i64) -> Vec<Holiday> {
    let first = from.div_euclid(86_400);
    (0..dice.within(0, 2 + days / 7))
        .map(|_| {
            let number = first + dice.within(-2, days + 2);
            let last = number + if dice.chance(30) { dice.within(1, 4) } else { 0 };
            if dice.chance(70) {
                return Holiday::Days(number, last);
            }
            let of_year = |number: i64| (day(number).month(), day(number).day().min(28));
            Holiday::Yearly(of_year(number), of_year(last))
        })
        .collect()
}

/// The keys of a ConfigMap.
pub(crate) fn holidays_json(holidays: &[Holiday]) -> Value {
    let yearly = |(month, day): (i8, i8)| format!("{month:02}-{day:02}");
    let key = |holiday: &Holiday| match *holiday {
        Holiday::Days(one, other) if one == other => day(one).to_string(),
        Holiday::Days(first, last) => format!("{}..{}", day(first), day(last)),
        Holiday::Yearly(one, other) if one == other => yearly(one),
        Holiday::Yearly(first, last) => format!("{}..{}", yearly(first), yearly(last)),
    };
    Value::Object(holidays.iter().map(|holiday| (key(holiday), Value::from("a holiday"))).collect::<Map<_, _>>())
}

/// Whether a date is one of them.
pub(crate) fn is_holiday(holidays: &[Holiday], number: i64) -> bool {
    let of_year = (day(number).month(), day(number).day());
    holidays.iter().any(|holiday| match *holiday {
        Holiday::Days(first, last) => (first..=last).contains(&number),
        Holiday::Yearly(first, last) if first <= last => (first..=last).contains(&of_year),
        Holiday::Yearly(first, last) => of_year >= first || of_year <= last,
    })
}
