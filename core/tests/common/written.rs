//! A schedule as numbers, which the oracle reads, and as text, which the core reads.

use std::fmt;

use kyklos_core::{AllZones, ExceptionSpec, HolidayMode, Schedule, Spec, WindowSpec};

use super::authority;

/// Roomy enough for all that is drawn.
pub(crate) type Compiled = Schedule<8, 8, 1_000>;

#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) default_value: u32,
    pub(crate) windows: Vec<Window>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) holiday_mode: HolidayMode,
    pub(crate) holiday_value: Option<u32>,
    pub(crate) holidays: Vec<Holiday>,
}

#[derive(Clone)]
pub(crate) struct Window {
    pub(crate) days: Option<Vec<DayEntry>>,
    /// Minutes of the day, the end up to 1,440.
    pub(crate) start: i32,
    pub(crate) end: i32,
    /// 0 is Monday.
    pub(crate) end_day: Option<u8>,
    pub(crate) value: u32,
}

/// One entry of `days`: a day, or a range of two; 0 is Monday.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayEntry {
    pub(crate) from: u8,
    pub(crate) to: Option<u8>,
    /// Picks one of the spellings that the contract allows.
    pub(crate) spelling: u8,
}

/// Local minutes since 1970-01-01T00:00.
#[derive(Clone)]
pub(crate) struct Exception {
    pub(crate) start: i32,
    pub(crate) end: i32,
    pub(crate) value: u32,
}

/// Dates that are holidays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holiday {
    /// A day number, where 1970-01-01 is 0.
    Day(i32),
    /// From one day number to another one, both included.
    Days(i32, i32),
    /// A month and a day of it, in every year that has it.
    Yearly((i8, i8)),
    /// From one to another one, both included; over New Year where the second one is earlier in the year.
    YearlyRange((i8, i8), (i8, i8)),
}

impl Holiday {
    /// Whether a day number is one of its dates, and of the years whose dates count: by the date's own month and day.
    pub(crate) fn contains(self, day: i32) -> bool {
        let date = authority::date(day);
        let in_year = (date.month(), date.day());
        (2020..=2099).contains(&date.year())
            && match self {
                Self::Day(only) => day == only,
                Self::Days(first, last) => first <= day && day <= last,
                Self::Yearly(only) => in_year == only,
                Self::YearlyRange(first, last) if first <= last => first <= in_year && in_year <= last,
                Self::YearlyRange(first, last) => first <= in_year || in_year <= last,
            }
    }
}

impl Written {
    /// The core's schedule of the same meaning.
    pub(crate) fn compile(&self, zone: &str) -> Compiled {
        self.with_spec(zone, |spec| {
            let mut problems = Vec::new();
            Compiled::from_spec(spec, AllZones, |problem| problems.push(problem.to_string()))
                .unwrap_or_else(|_| panic!("{zone}: {problems:?} in {self:?}"))
        })
    }

    /// The text of the same meaning, to be read while it is there.
    pub(crate) fn with_spec<R>(&self, zone: &str, read: impl FnOnce(&Spec<'_>) -> R) -> R {
        let windows: Vec<_> = self.windows.iter().map(WindowText::new).collect();
        let days: Vec<Option<Vec<&str>>> =
            windows.iter().map(|w| w.days.as_ref().map(|days| days.iter().map(String::as_str).collect())).collect();
        let window_specs: Vec<_> = std::iter::zip(&windows, &days)
            .map(|(text, days)| WindowSpec {
                name: None,
                days: days.as_deref(),
                start: &text.start,
                end: &text.end,
                end_day: text.end_day.as_deref(),
                value: i64::from(text.value),
            })
            .collect();
        let exceptions: Vec<_> =
            self.exceptions.iter().map(|e| (local_time(e.start), local_time(e.end), e.value)).collect();
        let exception_specs: Vec<_> = exceptions
            .iter()
            .map(|(start, end, value)| ExceptionSpec { name: None, start, end, value: i64::from(*value) })
            .collect();
        let holidays: Vec<String> = self.holidays.iter().map(|holiday| format!("{holiday:?}")).collect();
        let holidays: Vec<&str> = holidays.iter().map(String::as_str).collect();
        read(&Spec {
            timezone: zone,
            default_value: i64::from(self.default_value),
            windows: &window_specs,
            exceptions: &exception_specs,
            holiday_mode: self.holiday_mode,
            holiday_value: self.holiday_value.map(i64::from),
            holidays: &holidays,
        })
    }
}

impl DayEntry {
    /// The days it names, one after the other.
    pub(crate) fn days(self) -> Vec<u8> {
        let mut days = vec![self.from];
        let mut day = self.from;
        while day != self.to.unwrap_or(self.from) {
            day = (day + 1) % 7;
            days.push(day);
        }
        days
    }

    fn text(self) -> String {
        match self.to {
            Some(to) => format!("{}-{}", day_name(self.from, self.spelling), day_name(to, self.spelling / 2)),
            None => day_name(self.from, self.spelling),
        }
    }
}

/// The text of a window's fields.
#[derive(Debug)]
struct WindowText {
    days: Option<Vec<String>>,
    start: String,
    end: String,
    end_day: Option<String>,
    value: u32,
}

impl WindowText {
    fn new(window: &Window) -> Self {
        Self {
            days: window.days.as_ref().map(|days| days.iter().map(|day| day.text()).collect()),
            start: time_of_day(window.start),
            end: time_of_day(window.end),
            end_day: window.end_day.map(|day| day_name(day, 0)),
            value: window.value,
        }
    }
}

fn day_name(day: u8, spelling: u8) -> String {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let name = NAMES.get(usize::from(day)).expect("a day from 0 to 6");
    let name = if spelling & 1 == 0 { name.split_at(3).0 } else { name };
    match spelling >> 1 & 3 {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        _ => name.to_owned(),
    }
}

fn time_of_day(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn local_time(minutes: i32) -> String {
    format!("{}T{}", authority::date(minutes.div_euclid(1_440)), time_of_day(minutes.rem_euclid(1_440)))
}

// A failure prints what the user would have written.

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WindowText { days, start, end, end_day, value } = WindowText::new(self);
        write!(f, "{{days: {days:?}, {start}-{end}, endDay: {end_day:?}, value: {value}}}")
    }
}

impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{} to {}, value: {}}}", local_time(self.start), local_time(self.end), self.value)
    }
}

impl fmt::Debug for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yearly = |(month, day): (i8, i8)| format!("{month:02}-{day:02}");
        match *self {
            Self::Day(day) => write!(f, "{}", authority::date(day)),
            Self::Days(first, last) => write!(f, "{}..{}", authority::date(first), authority::date(last)),
            Self::Yearly(date) => f.write_str(&yearly(date)),
            Self::YearlyRange(first, last) => write!(f, "{}..{}", yearly(first), yearly(last)),
        }
    }
}
