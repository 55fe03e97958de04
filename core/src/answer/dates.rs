//! The dates that are holidays, as a schedule or a calendar keeps them.
//!
//! Dates in a row are one run, so a list has as many places as there are runs; those of every year are runs by themselves.
//!
//! Where what comes every year fills the time from one run that comes once to the next one, the first of the two has a mark. So what
//! covers an instant without a gap is found by going from mark to mark, and no list is gone over for it.

use super::every_year::{END, FIRST, canonical, covered_until, merged, next_after};
use crate::civil::{DAY, NEVER, WIDE};

/// One place of a list: the first and the last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Run {
    /// Days from Monday 2019-12-30 on, from 2020-01-01 to 2099-12-31.
    Once([u16; 2]),
    /// Days from 1 January of a leap year on, 0 to 365. The last one is of the next year where it is before the first. A list keeps every
    /// day of the year as `[0, 365]`.
    Yearly([u16; 2]),
}

/// A free place.
const FREE: [u16; 2] = [u16::MAX; 2];
/// In the first day of a run that comes once: up to the next such run all days are of every year. No day is so late.
const JOINED: u16 = 1 << 15;

/// Room for so many runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dates<const HOLIDAYS: usize> {
    /// Those that come once, in their order and never touching each other; then those that come every year, in theirs and never touching
    /// each other either, round the year; then free places.
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
        let run = move |(at, &[first, last]): (usize, &[u16; 2])| {
            if at < once { Run::Once([first & !JOINED, last]) } else { Run::Yearly([first, last]) }
        };
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
        while end < once && end < self.runs.len() && self.runs[end][0] & !JOINED <= last + 1 {
            let [other_first, other_last] = [self.runs[end][0] & !JOINED, self.runs[end][1]];
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
        self.join(at.saturating_sub(1), at + 1);
        true
    }

    const fn insert_yearly(&mut self, run: [u16; 2]) -> bool {
        let mut run = canonical(run);
        let (all, mut at) = (*self.all as usize, *self.once as usize);
        // What it touches becomes one with it; the others never touch each other, so none that was kept touches what it becomes.
        let mut kept = at;
        while at < all && at < self.runs.len() {
            let other = self.runs[at];
            match merged(run, other) {
                Some(both) => run = both,
                None => {
                    if kept < self.runs.len() {
                        self.runs[kept] = other;
                    }
                    kept += 1;
                }
            }
            at += 1;
        }
        self.shorten(kept);
        at = *self.once as usize;
        while at < kept && at < self.runs.len() && self.runs[at][0] < run[0] {
            at += 1;
        }
        if !self.make_room(at) {
            return false;
        }
        if at < self.runs.len() {
            self.runs[at] = run;
        }
        self.join(0, *self.once as usize);
        true
    }

    /// Marks those runs of some places after which nothing is up to the next one but what comes every year.
    #[inline(never)]
    const fn join(&mut self, mut at: usize, to: usize) {
        let Some((once, rest)) = self.runs.split_at_mut_checked(*self.once as usize) else { return };
        let Some((yearly, _)) = rest.split_at_checked((*self.all - *self.once) as usize) else { return };
        while at < to && at < once.len() {
            let mut first = once[at][0] & !JOINED;
            if at + 1 < once.len() {
                let (over, next) = (once[at][1] as u32 + 1, (once[at + 1][0] & !JOINED) as u32);
                if covered_until(yearly, over * DAY) >= next * DAY {
                    first |= JOINED;
                }
            }
            once[at][0] = first;
            at += 1;
        }
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
            Some(Run::Once([self.runs[at][0] & !JOINED, self.runs[at][1]]))
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
        #[cfg(any(test, fuzzing))]
        crate::steps::take(1);
        let middle = (later + end) / 2;
        if runs.get(middle).is_some_and(|&[_, last]| is_over(last)) {
            later = middle + 1;
        } else {
            end = middle;
        }
    }
    if all > once {
        return with_yearly(runs.get(later..once).unwrap_or_default(), runs.get(once..all).unwrap_or_default(), local);
    }
    runs.get(later).filter(|_| later < once).map_or((NEVER, NEVER), |&[first, last]| (start(first), start(last) + DAY))
}

/// Of two runs the one that starts first, and of two that start alike the longer one.
pub(crate) const fn earlier(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    if other.0 < one.0 || other.0 == one.0 && other.1 > one.1 { other } else { one }
}

/// The first of two lists that isn't over, of those that come once, of which none is over, and of those that come every year.
///
/// Whatever covers an instant without a gap is one.
#[inline(never)]
fn with_yearly(once: &[[u16; 2]], yearly: &[[u16; 2]], local: u32) -> (u32, u32) {
    let now = local.max(FIRST);
    if now >= END {
        return (NEVER, NEVER);
    }
    // Three searches by halves, of which two go on beyond a 29 February that isn't there.
    #[cfg(any(test, fuzzing))]
    crate::steps::take(5 * (1 + yearly.len().ilog2()));
    let start = |first: u16| u32::from(first & !JOINED) * DAY;
    let mut end = covered_until(yearly, now);
    let first = once.first().copied().map_or((NEVER, NEVER), |[first, last]| (start(first), start(last) + DAY));
    if first.0 <= end.max(now) {
        let mut over = first.1;
        for &[first, last] in once {
            #[cfg(any(test, fuzzing))]
            crate::steps::take(1);
            over = start(last) + DAY;
            if first & JOINED == 0 {
                break;
            }
        }
        end = end.max(over).max(covered_until(yearly, over));
    }
    if end > now { (now, end) } else { earlier(next_after(yearly, now), first) }
}

#[cfg(test)]
mod tests {
    use super::super::every_year::even;
    use super::*;
    use crate::civil::BIAS;
    use proptest::prelude::*;

    /// Whether a day of these years is in any run, the slow way.
    fn is_in(once: &[[u16; 2]], yearly: &[[u16; 2]], local: u32) -> bool {
        let (day, place) = ((local / DAY) as u16, even::split(even::day(local)).1 as u16);
        once.iter().any(|[first, last]| (*first..=*last).contains(&day))
            || yearly.iter().any(|&[first, last]| {
                if first <= last { (first..=last).contains(&place) } else { place >= first || place <= last }
            })
    }

    fn any_yearly() -> impl Strategy<Value = [u16; 2]> {
        prop_oneof![
            8 => (0..366_u16, 0..366_u16).prop_map(|(first, last)| [first, last]),
            8 => (0..366_u16).prop_map(|day| [day; 2]),
            8 => (55..64_u16, 0..4_u16).prop_map(|(day, more)| [day, day + more]),
            8 => (0..12_u16, 0..40_u16).prop_map(|(part, more)| [part * 31, (part * 31 + more) % 366]),
            // The whole year, or all but a few days of it.
            1 => (0..366_u16, 360..366_u16).prop_map(|(first, more)| [first, (first + more) % 366]),
        ]
    }

    #[test]
    fn every_day_of_the_year_never_ends() {
        for run in [[0, 365], [165, 164], [1, 0], [365, 364], [60, 59]] {
            let mut dates = Dates::<3>::none();
            // Far from each other, and yet nothing but what comes every year is between them.
            for once in [[9_000, 9_001], [20_000, 20_000]] {
                assert!(dates.as_mut().insert(Run::Once(once)));
            }
            assert!(dates.as_mut().insert(Run::Yearly(run)));
            for local in [0, FIRST, FIRST + 400 * DAY + 1, 9_001 * DAY, END - 1] {
                assert_eq!(dates.next(local), (local.max(FIRST), END), "{run:?}");
            }
            assert_eq!(dates.next(END), (NEVER, NEVER));
        }
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "days of some years are minutes for Miri")]
        fn the_next_run_is_the_next_day_that_is_in_one(
            yearly in proptest::collection::vec(any_yearly(), 0..16),
            once in proptest::collection::vec((2..29_222_u16, 0..60_u16), 0..8),
            near in proptest::collection::vec((0..1_500_u16, 0..3_u16), 0..8),
            from in 0..27_000_u16,
            second in 0..DAY,
        ) {
            let near = near.into_iter().map(|(day, more)| (from + 2 + day, more));
            let mut dates = Dates::<32>::none();
            let (mut all_once, mut all_yearly) = (std::vec::Vec::new(), yearly.clone());
            for (day, more) in once.into_iter().chain(near) {
                let run = [day, (day + more).min(29_221)];
                all_once.push(run);
                prop_assert!(dates.as_mut().insert(Run::Once(run)));
            }
            all_yearly.dedup();
            for run in yearly {
                prop_assert!(dates.as_mut().insert(Run::Yearly(run)));
            }
            let local = BIAS + u32::from(from) * DAY + second;
            let (start, end) = dates.next(local);
            let is_in = |day: u32| is_in(&all_once, &all_yearly, day);
            let days = |from: u32, to: u32| (from / DAY..to.min(END).div_ceil(DAY)).map(|day| day * DAY);
            // Nothing before it, and all of it.
            prop_assert!(!days(local, start).take(3_000).any(|day| day + DAY <= start && is_in(day)), "{start}");
            if start != NEVER {
                prop_assert!(end > local.max(start) && days(start.max(local), end).take(3_000).all(is_in), "{start} to {end}");
                // Where it has begun nothing follows at once.
                if start <= local && end < END {
                    prop_assert!(!is_in(end), "{end}");
                }
            }
        }
    }
}
