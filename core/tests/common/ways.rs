//! The ways into the core other than text: a schedule written as JSON and as typed values.

use kyklos_core::{Date, Days, Exception, Holiday, LocalMinute, TimeOfDay, TimeZone, Weekday, Window, YearlyDate};

use super::authority;
use super::written::{self, Compiled, Written};

/// The windows, exceptions and holidays of a schedule as typed values.
pub(crate) struct Typed {
    pub(crate) windows: Vec<Window>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) holidays: Vec<Holiday>,
}

impl Written {
    pub(crate) fn typed(&self) -> Typed {
        Typed {
            windows: self.windows.iter().map(window).collect(),
            exceptions: self.exceptions.iter().map(exception).collect(),
            holidays: self.holidays.iter().copied().map(holiday).collect(),
        }
    }

    /// The core's schedule, one value after the other.
    pub(crate) fn push(&self, zone: &str) -> Compiled {
        let Typed { windows, exceptions, holidays } = self.typed();
        let mut schedule = Compiled::new(TimeZone::get(zone).expect("a name of the release"));
        windows.into_iter().for_each(|window| schedule.push_window(window).expect("room"));
        exceptions.into_iter().for_each(|exception| schedule.push_exception(exception).expect("room"));
        holidays.into_iter().for_each(|holiday| schedule.push_holiday(holiday).expect("room"));
        schedule.set_default_value(self.default_value).expect("a small value");
        schedule.set_holiday_mode(self.holiday_mode, self.holiday_value).expect("a value only where holidays count");
        schedule
    }

    /// The same as JSON, in an order of its own.
    pub(crate) fn json(&self, zone: &str) -> String {
        self.with_spec(zone, |spec| {
            let days = |days: Option<&[&str]>| days.map_or_else(|| "null".to_owned(), |days| format!("{days:?}"));
            let windows: Vec<_> = spec
                .windows
                .iter()
                .map(|window| {
                    let end_day = window.end_day.map(|day| format!(r#","endDay":"{day}""#)).unwrap_or_default();
                    let (days, start, end, value) = (days(window.days), window.start, window.end, window.value);
                    format!(r#"{{"replicas":{value},"days":{days},"end":"{end}"{end_day},"start":"{start}"}}"#)
                })
                .collect();
            let exceptions: Vec<_> = spec
                .exceptions
                .iter()
                .map(|exception| {
                    let (start, end, value) = (exception.start, exception.end, exception.value);
                    format!(r#"{{"start":"{start}","end":"{end}","replicas":{value}}}"#)
                })
                .collect();
            let value = spec.holiday_value.map_or_else(|| "null".to_owned(), |value| value.to_string());
            format!(
                r#"{{"holidays":{:?},"holidayReplicas":{value},"holidayMode":"{}","exceptions":[{}],"windows":[{}],
                "defaultReplicas":{},"timezone":"{zone}"}}"#,
                spec.holidays,
                spec.holiday_mode,
                exceptions.join(","),
                windows.join(","),
                spec.default_value,
            )
        })
    }
}

fn weekday(number: u8) -> Weekday {
    Weekday::from_number(number).expect("a day from 0 to 6")
}

fn time(minutes: i32) -> TimeOfDay {
    TimeOfDay::from_minutes(minutes as u16).expect("a time of day")
}

pub(crate) fn window(window: &written::Window) -> Window {
    let days = match &window.days {
        None => Days::ALL,
        Some(entries) => entries.iter().flat_map(|entry| entry.days()).map(weekday).collect(),
    };
    let (start, end) = (time(window.start), time(window.end));
    match window.end_day {
        None => Window::new(days, start, end, window.value),
        Some(day) => Window::ending_on(days, start, weekday(day), end, window.value),
    }
    .unwrap_or_else(|reason| panic!("{window:?}: {reason}"))
}

fn exception(exception: &written::Exception) -> Exception {
    let minute = |minutes: i32| LocalMinute::new(date(minutes.div_euclid(1_440)), time(minutes.rem_euclid(1_440)));
    let (start, end) = (minute(exception.start).expect("a minute"), minute(exception.end).expect("a minute"));
    Exception::new(start, end, exception.value).unwrap_or_else(|reason| panic!("{exception:?}: {reason}"))
}

fn date(day: i32) -> Date {
    let date = authority::date(day);
    Date::new(date.year() as u16, date.month() as u8, date.day() as u8).expect("a date of these years")
}

pub(crate) fn holiday(holiday: written::Holiday) -> Holiday {
    let yearly = |(month, day): (i8, i8)| YearlyDate::new(month as u8, day as u8).expect("a date of some year");
    match holiday {
        written::Holiday::Day(day) => Holiday::date(date(day)),
        written::Holiday::Days(first, last) => Holiday::dates(date(first), date(last)),
        written::Holiday::Yearly(day) => Ok(Holiday::yearly(yearly(day))),
        written::Holiday::YearlyRange(first, last) => Ok(Holiday::yearly_range(yearly(first), yearly(last))),
    }
    .unwrap_or_else(|reason| panic!("{holiday:?}: {reason}"))
}
