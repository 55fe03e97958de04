//! The state of a schedule in every minute of a walk, painted in the contract's order, lowest first.

use kyklos_core::{Cause, HolidayMode, State};

use crate::common::authority;
use crate::common::written::{Holiday, Window, Written};
use crate::walk::{MARGIN, Walk};

const DAY: i32 = 1_440;
/// No occurrence is longer.
const LONGEST_DAYS: i32 = 7;

/// The states of a walk's minutes, but for the margins.
pub(crate) struct Timeline {
    first: i32,
    states: Vec<State>,
    /// For each minute the index of the first later one with another state, or the number of states.
    next: Vec<usize>,
}

/// What the oracle knows about the next boundary.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is this second.
    At(i64),
    /// There is none before this second, with which the walk ends.
    From(i64),
}

impl Timeline {
    pub(crate) fn new(walk: &Walk, written: &Written) -> Self {
        let default = State { cause: Cause::Default, value: written.default_value };
        let mut states = vec![default; walk.readings().len()];
        for (index, window) in (0..).zip(&written.windows) {
            let state = State { cause: Cause::Window(index), value: window.value };
            for (start, end) in occurrences(window, walk) {
                paint(&mut states, walk, start, end, state);
            }
        }
        if let Some(state) = holiday_state(written) {
            paint_holidays(&mut states, walk, &written.holidays, state);
        }
        for (index, exception) in (0..).zip(&written.exceptions) {
            let state = State { cause: Cause::Exception(index), value: exception.value };
            paint(&mut states, walk, exception.start, exception.end, state);
        }
        let margin = usize::try_from(MARGIN).expect("a margin is some minutes");
        states.truncate(states.len() - margin);
        states.drain(..margin);
        Self { first: walk.first() + MARGIN, next: next_differences(&states), states }
    }

    /// The state at a second and the boundary after it.
    pub(crate) fn at(&self, second: i64) -> (State, Next) {
        let minute = i32::try_from(second.div_euclid(60)).expect("an instant of the walk");
        let index = usize::try_from(minute - self.first).expect("an instant of the walk");
        let state = *self.states.get(index).expect("an instant of the walk");
        let next = *self.next.get(index).expect("as many as states");
        (state, if next == self.states.len() { Next::From(self.second(next)) } else { Next::At(self.second(next)) })
    }

    /// The seconds at which the state changes.
    pub(crate) fn boundaries(&self) -> Vec<i64> {
        let mut boundaries = Vec::new();
        let mut index = 0;
        while let Some(&next) = self.next.get(index) {
            if next < self.states.len() {
                boundaries.push(self.second(next));
            }
            index = next;
        }
        boundaries
    }

    fn second(&self, index: usize) -> i64 {
        (i64::from(self.first) + i64::try_from(index).expect("a walk's index")) * 60
    }
}

/// Rule 1: the local start and end of every occurrence that a walk may see.
fn occurrences(window: &Window, walk: &Walk) -> Vec<(i32, i32)> {
    let readings = walk.readings();
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else { return Vec::new() };
    let days: Option<Vec<u8>> =
        window.days.as_ref().map(|entries| entries.iter().flat_map(|entry| entry.days()).collect());
    let mut occurrences = Vec::new();
    for day in first.div_euclid(DAY) - LONGEST_DAYS - 1..=last.div_euclid(DAY) + 1 {
        if days.as_ref().is_none_or(|days| days.contains(&weekday(day))) {
            let start = day * DAY + window.start;
            occurrences.push((start, end_of(window, day, start)));
        }
    }
    occurrences
}

/// Rule 1: where the occurrence ends that starts on this day.
fn end_of(window: &Window, day: i32, start: i32) -> i32 {
    let mut end_day = day;
    loop {
        let end = end_day * DAY + window.end;
        if end > start && window.end_day.is_none_or(|wanted| wanted == weekday(end_day)) {
            return end;
        }
        end_day += 1;
    }
}

fn weekday(day: i32) -> u8 {
    authority::date(day).weekday().to_monday_zero_offset().unsigned_abs()
}

/// Rules 2, 3 and 5: the minutes from one local time to another; none where the end isn't after the start.
fn paint(states: &mut [State], walk: &Walk, start: i32, end: i32, state: State) {
    let (start, end) = (walk.first_reading_at_or_after(start), walk.never_again_before(end));
    if let Some(minutes) = states.get_mut(start..end) {
        minutes.fill(state);
    }
}

/// Rule 4: what a holiday gives, `None` where it has no effect.
fn holiday_state(written: &Written) -> Option<State> {
    let by_mode = match written.holiday_mode {
        HolidayMode::Ignore => return None,
        HolidayMode::TreatAsClosed => written.default_value,
        HolidayMode::TreatAsOpen => {
            written.windows.iter().map(|window| window.value).max().unwrap_or(written.default_value)
        }
    };
    Some(State { cause: Cause::Holiday, value: written.holiday_value.unwrap_or(by_mode) })
}

/// Rule 4: by the local date now.
fn paint_holidays(states: &mut [State], walk: &Walk, holidays: &[Holiday], holiday: State) {
    let mut today = i32::MIN;
    let mut is_holiday = false;
    for (state, reading) in states.iter_mut().zip(walk.readings()) {
        let date = reading.div_euclid(DAY);
        if date != today {
            today = date;
            is_holiday = holidays.iter().any(|holiday| holiday.contains(date));
        }
        if is_holiday {
            *state = holiday;
        }
    }
}

fn next_differences(states: &[State]) -> Vec<usize> {
    let mut next = vec![states.len(); states.len()];
    let mut boundary = states.len();
    let pairs = states.iter().zip(states.iter().skip(1)).zip(&mut next).enumerate();
    for (index, ((state, following), next)) in pairs.rev() {
        if state != following {
            boundary = index + 1;
        }
        *next = boundary;
    }
    next
}
