//! The contract once more, from its words alone: every occurrence as the two instants that it runs between, with jiff
//! for the zones. It shares no code with the core.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, civil};
use kyklos_core::{Cause, HolidayMode, State};

pub(crate) const DAY: i64 = 86_400;
/// How far around an instant occurrences are looked for: one of seven days may have begun eight days before, and a
/// boundary further away than this is looked at in another way.
const REACH: i64 = 16 * DAY;
/// The days from 2020-01-01 to 2099-12-31, which are those whose holidays count.
pub(crate) const YEARS: std::ops::Range<i32> = 18_262..47_482;

/// A schedule as numbers.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    pub(crate) zone: String,
    pub(crate) default_value: u32,
    pub(crate) windows: Vec<Window>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) holiday_mode: HolidayMode,
    pub(crate) holiday_value: Option<u32>,
    pub(crate) holidays: Vec<Dates>,
}

#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// A bit for each day, the lowest one Monday.
    pub(crate) days: u8,
    /// Minutes of the day.
    pub(crate) start: u16,
    pub(crate) end: u16,
    /// 0 is Monday.
    pub(crate) end_day: Option<u8>,
    pub(crate) value: u32,
}

/// Local seconds since 1970-01-01T00:00.
#[derive(Debug, Clone)]
pub(crate) struct Exception {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) value: u32,
}

/// The first and the last date of a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dates {
    /// Days since 1970-01-01.
    Once(i32, i32),
    /// Months and days, of every year.
    Yearly((i8, i8), (i8, i8)),
}

impl Dates {
    /// Whether a day since 1970-01-01 is one of them.
    pub(crate) fn has(self, day: i32) -> bool {
        if !YEARS.contains(&day) {
            return false;
        }
        match self {
            Self::Once(first, last) => (first..=last).contains(&day),
            Self::Yearly(first, last) => {
                let date = date(day.into());
                let today = (date.month(), date.day());
                if first <= last { first <= today && today <= last } else { today >= first || today <= last }
            }
        }
    }
}

/// What a list of holidays comes to: dates in a row are one, and so those of every year by themselves, which are last.
pub(crate) fn runs(holidays: &[Dates]) -> Vec<Dates> {
    let mut once: Vec<_> = holidays
        .iter()
        .filter_map(|dates| match *dates {
            Dates::Once(first, last) => Some((first.max(YEARS.start), last.min(YEARS.end - 1))),
            Dates::Yearly(..) => None,
        })
        .collect();
    once.sort_unstable();
    let mut runs: Vec<Dates> = Vec::new();
    for (first, last) in once {
        match runs.last_mut() {
            Some(Dates::Once(_, end)) if first <= *end + 1 => *end = last.max(*end),
            _ => runs.push(Dates::Once(first, last)),
        }
    }
    let yearly: Vec<_> = holidays.iter().copied().filter(|dates| matches!(dates, Dates::Yearly(..))).collect();
    // 2020 has every day that there is; those of every year go round it.
    let first = day_of(civil::date(2020, 1, 1));
    let is_in = |place: i32| yearly.iter().any(|dates| dates.has(first + place.rem_euclid(366)));
    let of_year = |place: i32| {
        let date = date(i64::from(first + place.rem_euclid(366)));
        (date.month(), date.day())
    };
    if (0..366).all(is_in) {
        runs.push(Dates::Yearly((1, 1), (12, 31)));
    } else {
        for start in (0..366).filter(|&place| is_in(place) && !is_in(place - 1)) {
            let end = (start..start + 366).take_while(|&place| is_in(place)).last().unwrap_or(start);
            runs.push(Dates::Yearly(of_year(start), of_year(end)));
        }
    }
    runs
}

/// The day of a date, since 1970-01-01.
pub(crate) fn day_of(date: civil::Date) -> i32 {
    civil::date(1970, 1, 1).until(date).map_or(0, |span| span.get_days())
}

/// The date of a day since 1970-01-01.
pub(crate) fn date(day: i64) -> civil::Date {
    civil::date(1970, 1, 1).saturating_add(day.days())
}

/// A zone as jiff knows it.
pub(crate) struct Clocks(pub(crate) TimeZone);

/// A stretch of time with one offset; its end is exclusive.
#[derive(Clone, Copy)]
struct Stretch {
    start: i64,
    end: i64,
    offset: i64,
}

impl Clocks {
    /// `None` for a zone that jiff doesn't know.
    pub(crate) fn of(zone: &str) -> Option<Self> {
        static BUNDLED: std::sync::LazyLock<TimeZoneDatabase> = std::sync::LazyLock::new(TimeZoneDatabase::bundled);
        BUNDLED.get(zone).ok().map(Self)
    }

    pub(crate) fn offset(&self, second: i64) -> i64 {
        Timestamp::from_second(second).map_or(0, |at| i64::from(self.0.to_offset(at).seconds()))
    }

    /// The first clock change after an instant.
    pub(crate) fn change_after(&self, second: i64) -> Option<i64> {
        let at = Timestamp::from_second(second).ok()?;
        let change = self.0.following(at).next().map(|change| change.timestamp().as_second());
        // jiff stands still at a change on 31 December whose UTC is in the next year. The core takes no such change, but
        // where it changes no offset.
        change.filter(|&change| change > second)
    }

    /// All stretches between two instants.
    fn stretches(&self, from: i64, to: i64) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let mut start = from;
        while start < to {
            let end = self.change_after(start).map_or(to, |change| change.min(to));
            stretches.push(Stretch { start, end, offset: self.offset(start) });
            start = end;
        }
        stretches
    }

    /// The first instant at which the wall clock reads a local time or later.
    pub(crate) fn first_reading(&self, local: i64) -> i64 {
        first_reading(&self.around(local), local)
    }

    /// The stretches that a local time may be in.
    fn around(&self, local: i64) -> Vec<Stretch> {
        self.stretches(local - 3 * DAY, local + 3 * DAY)
    }
}

/// Rule 3: "the first instant at which the wall clock reads the start time or later".
fn first_reading(stretches: &[Stretch], local: i64) -> i64 {
    let first = |s: &Stretch| Some((local - s.offset).max(s.start)).filter(|&at| at < s.end);
    stretches.iter().find_map(first).unwrap_or(local)
}

/// Rule 3: "the instant from which the wall clock never again reads earlier than the end time".
fn never_earlier(stretches: &[Stretch], local: i64) -> i64 {
    let last = |s: &Stretch| Some((local - s.offset).min(s.end)).filter(|&at| at > s.start);
    stretches.iter().rev().find_map(last).unwrap_or(local)
}

/// A part of the schedule that applies between two instants.
#[derive(Clone, Copy)]
struct Part {
    start: i64,
    end: i64,
    state: State,
}

/// The states around an instant.
pub(crate) struct Around {
    default_value: u32,
    from: i64,
    to: i64,
    /// Lowest first, as the contract has them.
    windows: Vec<Part>,
    holidays: Vec<Part>,
    exceptions: Vec<Part>,
    /// Where another state may begin, in their order.
    edges: Vec<i64>,
}

impl Around {
    pub(crate) fn new(numbers: &Numbers, clocks: &Clocks, second: i64) -> Self {
        let (from, to) = (second - REACH, second + REACH);
        let stretches = clocks.stretches(from - 12 * DAY, to + 12 * DAY);
        let days = (from.div_euclid(DAY) - 9)..=(to.div_euclid(DAY) + 1);
        let mut windows = Vec::new();
        for (index, window) in (0..).zip(&numbers.windows) {
            let state = State { cause: Cause::Window(index), value: window.value };
            for day in days.clone() {
                if let Some((start, end)) = occurrence(window, day) {
                    let (start, end) = (first_reading(&stretches, start), never_earlier(&stretches, end));
                    windows.push(Part { start, end, state });
                }
            }
        }
        // They may be far from here.
        let exceptions = (0..).zip(&numbers.exceptions).map(|(index, exception)| Part {
            start: clocks.first_reading(exception.start),
            end: never_earlier(&clocks.around(exception.end), exception.end),
            state: State { cause: Cause::Exception(index), value: exception.value },
        });
        let exceptions: Vec<_> = exceptions.collect();
        let mut holidays = Vec::new();
        if let Some(state) = numbers.holiday() {
            // Rule 4: a date "from its first instant to its last".
            holidays.extend(days.filter(|&day| numbers.is_holiday(day)).map(|day| Part {
                start: first_reading(&stretches, day * DAY),
                end: never_earlier(&stretches, (day + 1) * DAY),
                state,
            }));
        }
        let parts = windows.iter().chain(&holidays).chain(&exceptions);
        let mut edges: Vec<i64> = parts.flat_map(|part| [part.start, part.end]).collect();
        edges.retain(|edge| (from..to).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        Self { default_value: numbers.default_value, from, to, windows, holidays, exceptions, edges }
    }

    /// Which instants [`state`](Self::state) answers for.
    pub(crate) fn knows(&self, second: i64) -> bool {
        (self.from..self.to).contains(&second)
    }

    /// Rule 6: exceptions, then holidays, then windows, then the default; the last of each.
    pub(crate) fn state(&self, second: i64) -> State {
        assert!(self.knows(second), "{second} is too far from here");
        let last = |parts: &[Part]| {
            parts.iter().rev().find(|part| part.start <= second && second < part.end).map(|part| part.state)
        };
        last(&self.exceptions)
            .or_else(|| last(&self.holidays))
            .or_else(|| last(&self.windows))
            .unwrap_or(State { cause: Cause::Default, value: self.default_value })
    }

    /// The first instant after `second` at which the state is another one, as far as [`knows`](Self::knows) goes.
    pub(crate) fn next(&self, second: i64) -> Option<i64> {
        let state = self.state(second);
        self.edges.iter().copied().filter(|&edge| edge > second).find(|&edge| self.state(edge) != state)
    }

    /// The last instant up to `second` at which the state was another one just before, as far as [`knows`](Self::knows) goes.
    pub(crate) fn since(&self, second: i64) -> Option<i64> {
        let begins = |edge: i64| self.knows(edge - 1) && self.state(edge - 1) != self.state(edge);
        self.edges.iter().rev().copied().filter(|&edge| edge <= second).find(|&edge| begins(edge))
    }

    /// The first and, exclusive, the last instant that [`state`](Self::state) answers for.
    pub(crate) fn range(&self) -> std::ops::Range<i64> {
        self.from..self.to
    }
}

impl Numbers {
    /// Rule 4: what a holiday gives, if anything.
    fn holiday(&self) -> Option<State> {
        let default = self.default_value;
        let value = match self.holiday_mode {
            HolidayMode::Ignore => return None,
            HolidayMode::TreatAsClosed => default,
            HolidayMode::TreatAsOpen => self.windows.iter().map(|window| window.value).max().unwrap_or(default),
        };
        Some(State { cause: Cause::Holiday, value: self.holiday_value.unwrap_or(value) })
    }

    /// Whether a day since 1970-01-01 is a holiday.
    fn is_holiday(&self, day: i64) -> bool {
        let day = i32::try_from(day).unwrap_or_default();
        self.holidays.iter().any(|holiday| holiday.has(day))
    }
}

/// Rule 1: the local start and end of the occurrence that starts on a day.
fn occurrence(window: &Window, day: i64) -> Option<(i64, i64)> {
    if window.days >> weekday(day) & 1 == 0 {
        return None;
    }
    let start = day * DAY + i64::from(window.start) * 60;
    let end = (day..=day + 8).find_map(|end_day| {
        let end = end_day * DAY + i64::from(window.end) * 60;
        (end > start && window.end_day.is_none_or(|wanted| wanted == weekday(end_day))).then_some(end)
    });
    Some((start, end?))
}

/// 0 is Monday.
fn weekday(day: i64) -> u8 {
    date(day).weekday().to_monday_zero_offset().unsigned_abs()
}
