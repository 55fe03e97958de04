//! What applies when: the contract's rules over the offsets of a zone. It shares no code with the core.

use crate::schedule::{Holiday, Mode, Schedule, is_holiday};
use crate::zone::Zone;

const DAY: i64 = 86_400;
/// What is before and after the span that is asked for: the longest window takes a week.
const MARGIN: i64 = 9 * DAY;

/// Spans of one window or exception, in order and apart from each other.
type Spans = Vec<(i64, i64)>;

/// Which of a schedule's parts applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Exception(usize),
    Holiday,
    Window(usize),
    Default,
}

/// From when on what applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) from: i64,
    pub(crate) cause: Cause,
    pub(crate) count: i64,
}

/// All states of a schedule from one instant to another.
#[derive(Debug)]
pub(crate) struct Timeline(Vec<State>);

impl Timeline {
    pub(crate) fn new(schedule: &Schedule, holidays: &[Holiday], from: i64, to: i64) -> Self {
        let (from, to) = (from - MARGIN, to + MARGIN);
        let zone = Zone::of(&schedule.zone, from - DAY, to + DAY);
        let days = from.div_euclid(DAY)..to.div_euclid(DAY);
        let windows: Vec<Spans> = (0..schedule.windows.len())
            .map(|index| joined(days.clone().filter_map(|day| occurrence(schedule, index, day, &zone)).collect()))
            .collect();
        let exceptions: Vec<Spans> = schedule
            .exceptions
            .iter()
            .map(|exception| joined(vec![span(&zone, exception.start, exception.end)]))
            .collect();
        let is_off = |day: &i64| schedule.mode != Mode::Ignore && is_holiday(holidays, *day);
        let off = joined(days.filter(is_off).map(|day| span(&zone, day * DAY, (day + 1) * DAY)).collect());
        let largest = schedule.windows.iter().map(|window| window.replicas).max();
        let on_holidays =
            if schedule.mode == Mode::Open { largest.unwrap_or(schedule.default) } else { schedule.default };
        let at = |at: i64| {
            let last = |all: &[Spans]| all.iter().rposition(|spans| covers(spans, at));
            if let Some(index) = last(&exceptions) {
                return (Cause::Exception(index), schedule.exceptions[index].replicas);
            }
            if covers(&off, at) {
                return (Cause::Holiday, on_holidays);
            }
            last(&windows).map_or((Cause::Default, schedule.default), |index| {
                (Cause::Window(index), schedule.windows[index].replicas)
            })
        };
        let all = windows.iter().chain(&exceptions).chain([&off]).flatten();
        let mut edges: Vec<i64> = all.flat_map(|&(start, end)| [start, end]).filter(|edge| *edge > from).collect();
        edges.push(from);
        edges.sort_unstable();
        edges.dedup();
        let mut states: Vec<State> = Vec::new();
        for from in edges {
            let (cause, count) = at(from);
            if states.last().is_none_or(|last| last.cause != cause) {
                states.push(State { from, cause, count });
            }
        }
        Self(states)
    }

    pub(crate) fn at(&self, at: i64) -> State {
        self.0[self.0.partition_point(|state| state.from <= at).saturating_sub(1)]
    }

    /// The first state that begins later.
    pub(crate) fn after(&self, at: i64) -> Option<State> {
        self.0.get(self.0.partition_point(|state| state.from <= at)).copied()
    }

    /// The counts from one instant to another.
    pub(crate) fn counts(&self, from: i64, to: i64) -> impl Iterator<Item = i64> + '_ {
        let first = self.0.partition_point(|state| state.from <= from).saturating_sub(1);
        self.0[first..].iter().take_while(move |state| state.from <= to).map(|state| state.count)
    }
}

/// The window that starts on this local date.
fn occurrence(schedule: &Schedule, index: usize, day: i64, zone: &Zone) -> Option<(i64, i64)> {
    let window = &schedule.windows[index];
    // 1970-01-01 was a Thursday.
    let weekday = |day: i64| (day + 3).rem_euclid(7);
    if !window.has(weekday(day) as u8) {
        return None;
    }
    let start = day * DAY + window.start * 60;
    let ends = |day: &i64| day * DAY + window.end * 60 > start;
    let is_last = |other: &i64| window.end_day.is_none_or(|end_day| weekday(*other) == i64::from(end_day));
    let last = (day..).find(|other| is_last(other) && ends(other))?;
    Some(span(zone, start, last * DAY + window.end * 60))
}

fn span(zone: &Zone, start: i64, end: i64) -> (i64, i64) {
    (zone.first_reading(start), zone.no_earlier_reading(end))
}

/// Those that happen at all, overlapping ones as one.
fn joined(mut spans: Spans) -> Spans {
    spans.retain(|(start, end)| start < end);
    spans.sort_unstable();
    let mut all: Spans = Vec::new();
    for (start, end) in spans {
        match all.last_mut() {
            Some(last) if last.1 >= start => last.1 = last.1.max(end),
            _ => all.push((start, end)),
        }
    }
    all
}

fn covers(spans: &Spans, at: i64) -> bool {
    let place = spans.partition_point(|(start, _)| *start <= at);
    place > 0 && at < spans[place - 1].1
}
