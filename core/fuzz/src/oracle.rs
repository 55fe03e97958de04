//! The contract once more, from its words alone: every occurrence as the two instants that it runs between, with jiff
//! for the zones. It shares no code with the core.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, civil};
use kyklos_core::{Cause, HolidayMode, State, ZoneName};

pub(crate) const DAY: i64 = 86_400;
/// How far around an instant occurrences are looked for: one of seven days may have begun eight days before, and a
/// boundary further away than this is looked at in another way.
const REACH: i64 = 16 * DAY;

/// A schedule as numbers.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    pub(crate) zone: ZoneName,
    pub(crate) default_replicas: u32,
    pub(crate) windows: Vec<Window>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) holiday_mode: HolidayMode,
    /// Days since 1970-01-01.
    pub(crate) holidays: Vec<i32>,
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
    pub(crate) replicas: u32,
}

/// Local seconds since 1970-01-01T00:00.
#[derive(Debug, Clone)]
pub(crate) struct Exception {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) replicas: u32,
}

/// A zone as jiff knows it.
pub(crate) struct Clocks(TimeZone);

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
        self.0.following(at).next().map(|change| change.timestamp().as_second())
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

    /// Rule 3: "the first instant at which the wall clock reads the start time or later".
    fn first_reading(&self, local: i64) -> i64 {
        let stretches = self.stretches(local - 3 * DAY, local + 3 * DAY);
        let first = |s: &Stretch| Some((local - s.offset).max(s.start)).filter(|&at| at < s.end);
        stretches.iter().find_map(first).unwrap_or(local)
    }

    /// Rule 3: "the instant from which the wall clock never again reads earlier than the end time".
    fn never_earlier(&self, local: i64) -> i64 {
        let stretches = self.stretches(local - 3 * DAY, local + 3 * DAY);
        let last = |s: &Stretch| Some((local - s.offset).min(s.end)).filter(|&at| at > s.start);
        stretches.iter().rev().find_map(last).unwrap_or(local)
    }
}

/// A part of the schedule that applies between two instants.
#[derive(Clone, Copy)]
struct Part {
    start: i64,
    end: i64,
    state: State,
}

/// The states around an instant.
pub(crate) struct Around<'n> {
    numbers: &'n Numbers,
    clocks: &'n Clocks,
    from: i64,
    to: i64,
    /// Lowest first, as the contract has them.
    windows: Vec<Part>,
    exceptions: Vec<Part>,
}

impl<'n> Around<'n> {
    pub(crate) fn new(numbers: &'n Numbers, clocks: &'n Clocks, second: i64) -> Self {
        let (from, to) = (second - DAY, second + REACH);
        let mut windows = Vec::new();
        for (index, window) in (0..).zip(&numbers.windows) {
            let state = State { cause: Cause::Window(index), replicas: window.replicas };
            for day in (from.div_euclid(DAY) - 9)..=(to.div_euclid(DAY) + 1) {
                if let Some((start, end)) = occurrence(window, day) {
                    windows.push(Part { start: clocks.first_reading(start), end: clocks.never_earlier(end), state });
                }
            }
        }
        let exceptions = (0..).zip(&numbers.exceptions).map(|(index, exception)| Part {
            start: clocks.first_reading(exception.start),
            end: clocks.never_earlier(exception.end),
            state: State { cause: Cause::Exception(index), replicas: exception.replicas },
        });
        Self { numbers, clocks, from, to, windows, exceptions: exceptions.collect() }
    }

    /// Which instants [`state`](Self::state) answers for.
    pub(crate) fn knows(&self, second: i64) -> bool {
        (self.from..self.to).contains(&second)
    }

    /// Rule 6: exceptions, then holidays, then windows, then the default; the last of each.
    pub(crate) fn state(&self, second: i64) -> State {
        let last = |parts: &[Part]| {
            parts.iter().rev().find(|part| part.start <= second && second < part.end).map(|part| part.state)
        };
        last(&self.exceptions)
            .or_else(|| self.holiday(second))
            .or_else(|| last(&self.windows))
            .unwrap_or(State { cause: Cause::Default, replicas: self.numbers.default_replicas })
    }

    /// Rule 4: by the local date now.
    fn holiday(&self, second: i64) -> Option<State> {
        let default = self.numbers.default_replicas;
        let replicas = match self.numbers.holiday_mode {
            HolidayMode::Ignore => return None,
            HolidayMode::TreatAsClosed => default,
            HolidayMode::TreatAsOpen => {
                self.numbers.windows.iter().map(|window| window.replicas).max().unwrap_or(default)
            }
        };
        let today = (second + self.clocks.offset(second)).div_euclid(DAY);
        let found = self.numbers.holidays.iter().any(|&day| i64::from(day) == today);
        found.then_some(State { cause: Cause::Holiday, replicas })
    }

    /// The first instant after `second` at which the state is another one, as far as [`knows`](Self::knows) goes.
    pub(crate) fn next(&self, second: i64) -> Option<i64> {
        let state = self.state(second);
        let mut edges: Vec<i64> =
            self.windows.iter().chain(&self.exceptions).flat_map(|part| [part.start, part.end]).collect();
        for &day in &self.numbers.holidays {
            let midnight = i64::from(day) * DAY;
            // Whatever the clocks do at midnight, the date begins and ends where one of these says.
            edges.extend([midnight, midnight + DAY].map(|local| self.clocks.first_reading(local)));
            edges.extend([midnight, midnight + DAY].map(|local| self.clocks.never_earlier(local)));
        }
        // A date may also change with the clocks.
        let mut change = second;
        while let Some(at) = self.clocks.change_after(change).filter(|&at| at < self.to) {
            edges.push(at);
            change = at;
        }
        edges.retain(|&edge| edge > second && self.knows(edge));
        edges.sort_unstable();
        edges.into_iter().find(|&edge| self.state(edge) != state)
    }

    /// The last instant that [`state`](Self::state) answers for, exclusive.
    pub(crate) fn end(&self) -> i64 {
        self.to
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
    let date = civil::date(1970, 1, 1).saturating_add(day.days());
    date.weekday().to_monday_zero_offset().unsigned_abs()
}
