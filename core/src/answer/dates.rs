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
        #[cfg(test)]
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

/// 2020-01-01T00:00 and 2100-01-01T00:00 in local seconds.
const FIRST: u32 = BIAS;
const END: u32 = SPAN;
/// Days from 1 January to 29 February.
const FEBRUARY_29: u32 = 59;

/// Days from 2020 on as if every year had a 29 February: so what comes every year comes after as many of them, and a day that isn't
/// there has no length.
mod even {
    use super::{BIAS, DAY, FEBRUARY_29, Year, year_near};

    /// Days of a leap year.
    pub(super) const YEAR: u32 = 366;

    /// The number of the year, 0 for 2020, and the day in it. No processor has to divide: up to 29,700 this is exact.
    pub(super) const fn split(day: u32) -> (u32, u32) {
        let number = (day * 22_920) >> 23;
        (number, day - number * YEAR)
    }

    /// The day of local seconds, from 2020 on.
    #[inline(never)]
    pub(super) fn day(local: u32) -> u32 {
        let mut number = year_near(local - BIAS);
        while year(number) > local {
            number -= 1;
        }
        while year(number + 1) <= local {
            number += 1;
        }
        let seconds = local - year(number);
        // By 675 times 128, rounded up: it may be a day too much.
        let mut place = ((seconds >> 7) * 6_214) >> 22;
        if place * DAY > seconds {
            place -= 1;
        }
        number * YEAR + place + u32::from(place >= FEBRUARY_29 && !number.is_multiple_of(4))
    }

    /// The local seconds at which a year begins.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    const fn year(number: u32) -> u32 {
        // It is counted from 59 days before its 1 March: that is 2 January where there is a 29 February.
        BIAS + Year::of(number).start() - if number.is_multiple_of(4) { DAY } else { 0 }
    }

    /// The local seconds at which a day begins.
    #[inline(never)]
    pub(super) const fn start(day: u32) -> u32 {
        let (number, place) = split(day);
        let is_behind = place > FEBRUARY_29 && !number.is_multiple_of(4);
        year(number) + (place - is_behind as u32) * DAY
    }

    /// Whether it is a 29 February, and whether that is there.
    pub(super) const fn leap(day: u32) -> (bool, bool) {
        let (number, place) = split(day);
        (place == FEBRUARY_29, number.is_multiple_of(4))
    }

    /// The first 29 February that is there, from a day on.
    pub(super) const fn next_leap(day: u32) -> u32 {
        let (number, place) = split(day);
        let number = number + (place > FEBRUARY_29) as u32 + 3;
        (number & !3) * YEAR + FEBRUARY_29
    }
}

/// The first of two lists that isn't over, of those that come once, of which none is over, and of those that come every year.
///
/// Whatever covers an instant without a gap is one, and each run is looked at once on the way: else many of them would be looked at
/// one after the other, in each year.
#[inline(never)]
fn with_yearly(once: &[[u16; 2]], yearly: &[[u16; 2]], local: u32) -> (u32, u32) {
    let now = local.max(FIRST);
    if now >= END {
        return (NEVER, NEVER);
    }
    let today = even::day(now);
    let (year, place) = even::split(today);
    let (mut end, mut next) = (today, (NEVER, NEVER));
    // The first one that begins after today in its year, and that year's beginning.
    let (mut turn, mut beginning) = (0, year * even::YEAR);
    for &run in yearly {
        #[cfg(test)]
        crate::steps::take(1);
        let (first, length) = first_and_length(run);
        turn += usize::from(first <= place);
        let since = if place >= first { place - first } else { place + even::YEAR - first };
        if since < length {
            end = end.max(today + length - since);
            continue;
        }
        let mut start = today + even::YEAR - since;
        if length == 1 && first == FEBRUARY_29 {
            start = even::next_leap(start);
        }
        next = earlier(next, (start, start + length));
    }
    // What follows without a gap, up to where a run that comes once reaches and a year more: then all days of a year are covered.
    let (mut once, mut reached) = (once.iter(), today);
    let mut seldom = once.next();
    loop {
        #[cfg(test)]
        crate::steps::take(1);
        if even::leap(end) == (true, false) {
            end += 1;
        }
        if let Some(&[first, last]) = seldom
            && even::day(u32::from(first) * DAY) <= end
        {
            end = end.max(even::day(u32::from(last) * DAY) + 1);
            (seldom, reached) = (once.next(), end);
            continue;
        }
        if turn >= yearly.len() {
            (turn, beginning) = (0, beginning + even::YEAR);
        }
        let (first, length) = yearly.get(turn).copied().map_or((NEVER, 0), first_and_length);
        if first == NEVER || beginning + first > end {
            break;
        }
        end = end.max(beginning + first + length);
        turn += 1;
        if end >= reached + even::YEAR {
            // But maybe the one that most years don't have: it is the next gap.
            let is_covered = yearly.iter().any(|&[first, last]| {
                let (begun, lasts) = (u32::from(first) <= FEBRUARY_29, FEBRUARY_29 <= u32::from(last));
                if first <= last { begun && lasts } else { begun || lasts }
            });
            return (now, if is_covered { END } else { even::start(even::next_leap(end)).min(END) });
        }
    }
    if end > today {
        return (now, even::start(end).min(END));
    }
    let yearly = match next {
        (NEVER, _) => next,
        (start, end) => (even::start(start), even::start(end).min(END)),
    };
    let yearly = if yearly.0 < END { yearly } else { (NEVER, NEVER) };
    let once = seldom.map_or((NEVER, NEVER), |&[first, last]| (u32::from(first) * DAY, u32::from(last) * DAY + DAY));
    earlier(yearly, once)
}

/// Where a run begins in a year, and how many days of [even years](even) it has.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn first_and_length([first, last]: [u16; 2]) -> (u32, u32) {
    let over_new_year = if last < first { even::YEAR } else { 0 };
    (u32::from(first), u32::from(last) + 1 + over_new_year - u32::from(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    #[cfg_attr(miri, ignore = "every day of 80 years is minutes for Miri")]
    fn even_days_are_days() {
        let mut even = 0;
        for day in 0..29_220 {
            let local = BIAS + day * DAY;
            if even::leap(even) == (true, false) {
                assert_eq!(even::start(even), local);
                even += 1;
            }
            for second in [0, 1, DAY / 2, DAY - 1] {
                assert_eq!(even::day(local + second), even);
            }
            assert_eq!(even::start(even), local);
            assert_eq!(even::split(even), (even / 366, even % 366));
            even += 1;
        }
        assert_eq!(even::start(even), END);
    }

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
            (0..366_u16, 0..366_u16).prop_map(|(first, last)| [first, last]),
            (0..366_u16).prop_map(|day| [day; 2]),
            (55..64_u16, 0..4_u16).prop_map(|(day, more)| [day, day + more]),
            (0..12_u16, 0..40_u16).prop_map(|(part, more)| [part * 31, (part * 31 + more) % 366]),
        ]
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
                // Where it has begun nothing follows at once, but a run that comes once after a whole year of others.
                if start <= local && !all_yearly.is_empty() && end < END && end - local < 360 * DAY {
                    prop_assert!(!is_in(end), "{end}");
                }
            }
        }
    }
}
