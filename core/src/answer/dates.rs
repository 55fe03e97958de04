//! The dates that are holidays, as a schedule or a calendar keeps them.
//!
//! Single dates in a row are one run, so a list has as many places as there are runs. What comes every year is reckoned when it is
//! asked for: it takes one place as well.

use crate::civil::{BIAS, DAY, NEVER, SPAN, WIDE, Year, year_near};

/// One place of a list: the first and the last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Run {
    /// Days from Monday 2019-12-30 on, from 2020-01-01 to 2099-12-31.
    Once([u16; 2]),
    /// Days from 1 January of a leap year on, 0 to 365. The last one is of the next year where it is before the first.
    Yearly([u16; 2]),
}

/// A free place.
const FREE: [u16; 2] = [u16::MAX; 2];

/// Room for so many runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dates<const HOLIDAYS: usize> {
    /// Those that come once, in their order and never touching each other; then those that come every year, in theirs; then free places.
    runs: [[u16; 2]; HOLIDAYS],
    once: u16,
    all: u16,
}

impl<const HOLIDAYS: usize> Dates<HOLIDAYS> {
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        const { assert!(HOLIDAYS <= u16::MAX as usize, "there is room for at most 65,535 holidays") };
        Self { runs: [FREE; HOLIDAYS], once: 0, all: 0 }
    }

    pub(crate) const fn as_mut(&mut self) -> DatesMut<'_> {
        DatesMut { runs: &mut self.runs, once: &mut self.once, all: &mut self.all }
    }

    /// The runs in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Run> {
        let once = usize::from(self.once);
        let run = move |(at, &run)| if at < once { Run::Once(run) } else { Run::Yearly(run) };
        self.runs.iter().take(usize::from(self.all)).enumerate().map(run)
    }

    /// The first run that isn't over at some local seconds: where it starts and ends, in local seconds. [`NEVER`] both where none
    /// comes any more.
    pub(crate) fn next(&self, local: u32) -> (u32, u32) {
        next(&self.runs, (self.once.into(), self.all.into()), local)
    }
}

/// A list that is being filled.
pub(crate) struct DatesMut<'d> {
    pub(crate) runs: &'d mut [[u16; 2]],
    pub(crate) once: &'d mut u16,
    pub(crate) all: &'d mut u16,
}

#[expect(clippy::indexing_slicing, reason = "each index is below a length that is checked beside it")]
impl DatesMut<'_> {
    pub(crate) const fn clear(&mut self) {
        self.shorten(0);
        *self.once = 0;
    }

    /// Adds a run in its place; `false` where there is no room for it.
    pub(crate) const fn insert(&mut self, run: Run) -> bool {
        match run {
            Run::Once(run) => self.insert_once(run),
            Run::Yearly(run) => self.insert_yearly(run),
        }
    }

    const fn insert_once(&mut self, [first, last]: [u16; 2]) -> bool {
        let once = *self.once as usize;
        let mut at = 0;
        while at < once && at < self.runs.len() && self.runs[at][1] + 1 < first {
            at += 1;
        }
        // What it touches becomes one with it.
        let (mut merged, mut end) = ([first, last], at);
        while end < once && end < self.runs.len() && self.runs[end][0] <= last + 1 {
            let [other_first, other_last] = self.runs[end];
            if other_first < merged[0] {
                merged[0] = other_first;
            }
            if other_last > merged[1] {
                merged[1] = other_last;
            }
            end += 1;
        }
        if end == at {
            if !self.make_room(at) {
                return false;
            }
            *self.once += 1;
            end = at + 1;
        }
        if at < self.runs.len() {
            self.runs[at] = merged;
        }
        self.take_out(at + 1, end);
        true
    }

    const fn insert_yearly(&mut self, run: [u16; 2]) -> bool {
        let mut at = *self.once as usize;
        while at < *self.all as usize && at < self.runs.len() {
            let other = self.runs[at];
            if other[0] == run[0] && other[1] == run[1] {
                return true;
            }
            if other[0] > run[0] || other[0] == run[0] && other[1] > run[1] {
                break;
            }
            at += 1;
        }
        if !self.make_room(at) {
            return false;
        }
        if at < self.runs.len() {
            self.runs[at] = run;
        }
        true
    }

    /// Moves all from a place on up by one.
    const fn make_room(&mut self, place: usize) -> bool {
        let mut at = *self.all as usize;
        if at >= self.runs.len() {
            return false;
        }
        while at > place && at < self.runs.len() {
            self.runs[at] = self.runs[at - 1];
            at -= 1;
        }
        *self.all += 1;
        true
    }

    /// Takes those out, single ones, from a place up to another one.
    const fn take_out(&mut self, from: usize, to: usize) {
        let gone = to - from;
        if gone == 0 {
            return;
        }
        let mut at = to;
        while at < *self.all as usize && at < self.runs.len() && at >= gone {
            self.runs[at - gone] = self.runs[at];
            at += 1;
        }
        *self.once -= gone as u16;
        self.shorten((*self.all as usize).saturating_sub(gone));
    }

    /// Keeps so many; the places behind them are free, so that equal lists are equal in memory.
    const fn shorten(&mut self, length: usize) {
        let mut at = length;
        while at < *self.all as usize && at < self.runs.len() {
            self.runs[at] = FREE;
            at += 1;
        }
        *self.all = length as u16;
    }

    /// The run at a place, up to [`len`](Self::len).
    pub(crate) const fn get(&self, at: usize) -> Option<Run> {
        if at >= *self.all as usize || at >= self.runs.len() {
            None
        } else if at < *self.once as usize {
            Some(Run::Once(self.runs[at]))
        } else {
            Some(Run::Yearly(self.runs[at]))
        }
    }
}

/// [`Dates::next`], of any room: so many runs that come once, and so many in all.
#[inline(never)]
fn next(runs: &[[u16; 2]], (once, all): (usize, usize), local: u32) -> (u32, u32) {
    let start = |day: u16| u32::from(day) * DAY;
    // Where dividing is a product, days are compared; elsewhere seconds.
    let today = if WIDE { local / DAY } else { 0 };
    let is_over = |last: u16| if WIDE { u32::from(last) < today } else { start(last) + DAY <= local };
    let (mut later, mut end) = (0, once);
    while later < end {
        let middle = (later + end) / 2;
        if runs.get(middle).is_some_and(|&[_, last]| is_over(last)) {
            later = middle + 1;
        } else {
            end = middle;
        }
    }
    let next = runs.get(later).filter(|_| later < once);
    let next = next.map_or((NEVER, NEVER), |&[first, last]| (start(first), start(last) + DAY));
    if all > once { earliest(next, runs.get(once..all).unwrap_or_default(), local) } else { next }
}

/// Of a run and those of every year the one that comes next. Where that is one that has begun, all of those that follow it without a
/// gap are one with it: else many of them would be looked at one after the other, in each year.
#[inline(never)]
fn earliest(next: (u32, u32), yearly: &[[u16; 2]], local: u32) -> (u32, u32) {
    let (start, end) = yearly.iter().fold(next, |next, &run| earlier(next, next_yearly(run, local)));
    if start <= local && end < END { (start, without_gap(yearly, end)) } else { (start, end) }
}

/// Where the days end that runs of every year cover from the beginning of one on.
fn without_gap(yearly: &[[u16; 2]], from: u32) -> u32 {
    let mut number = year_near(from.saturating_sub(BIAS));
    while day_at(number, 0) > from {
        number -= 1;
    }
    while day_at(number + 1, 0) <= from {
        number += 1;
    }
    // Whole days of a year, which are multiples of 675 times 128: times 6,214 they are less than a day's part too much.
    let mut place = ((((from - day_at(number, 0)) >> 7) * 6_214) >> 22) as u16;
    if !number.is_multiple_of(4) && place >= FEBRUARY_29 {
        place += 1;
    }
    let mut end = from;
    for _ in 0..366 {
        if end >= END || !is_covered(yearly, place) {
            return end.min(END);
        }
        end += DAY;
        place += 1;
        if place == FEBRUARY_29 && !number.is_multiple_of(4) {
            place += 1;
        }
        if place == 366 {
            (number, place) = (number + 1, 0);
        }
    }
    // All days of a year, but maybe the one that most years don't have: it is the next gap.
    if is_covered(yearly, FEBRUARY_29) {
        return END;
    }
    number += u32::from(place > FEBRUARY_29) + 3;
    day_at(number & !3, FEBRUARY_29).min(END)
}

/// Whether a day of the year is in any of these runs.
#[inline(never)]
fn is_covered(yearly: &[[u16; 2]], day: u16) -> bool {
    yearly.iter().any(|&[first, last]| {
        let (begun, lasts) = (first <= day, day <= last);
        if first <= last { begun && lasts } else { begun || lasts }
    })
}

/// Of two runs the one that starts first, and of two that start alike the longer one.
pub(crate) const fn earlier(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    if other.0 < one.0 || other.0 == one.0 && other.1 > one.1 { other } else { one }
}

/// 2020-01-01T00:00 and 2100-01-01T00:00 in local seconds.
const FIRST: u32 = BIAS;
const END: u32 = SPAN;

fn next_yearly([first, last]: [u16; 2], local: u32) -> (u32, u32) {
    // A year before it says, as the number may be one too high at a New Year, and one more for what began the year before.
    let near = year_near(local.saturating_sub(BIAS));
    let over_new_year = u32::from(last < first);
    // What began in 2019 is only its part in 2020.
    if over_new_year == 1 && near < 2 && local < day_after(0, last) {
        return (FIRST, day_after(0, last));
    }
    let mut number = near.saturating_sub(2);
    while number < 80 {
        let (start, end) = (day_at(number, first), day_after(number + over_new_year, last).min(END));
        if start < end && local < end {
            return (start, end);
        }
        number += 1;
    }
    (NEVER, NEVER)
}

/// The local seconds at which a day begins in the year of a number, 0 for 2020: 29 February is 1 March where there is none.
fn day_at(number: u32, day: u16) -> u32 {
    // A year is counted from 59 days before its 1 March: that is 2 January where there is a 29 February, else 1 January.
    let day_less = number.is_multiple_of(4) || day > FEBRUARY_29;
    BIAS + Year::of(number).start() + u32::from(day) * DAY - if day_less { DAY } else { 0 }
}

/// The local seconds at which the day after that begins: 29 February is 28 February where there is none.
fn day_after(number: u32, day: u16) -> u32 {
    let is_there = number.is_multiple_of(4) || day != FEBRUARY_29;
    day_at(number, day) + if is_there { DAY } else { 0 }
}

/// Days from 1 January to 29 February.
const FEBRUARY_29: u16 = 59;
