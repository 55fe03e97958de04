//! The week, compiled: which window applies at each minute of it.

use crate::civil::{DAY, MINUTES_PER_DAY, MINUTES_PER_WEEK, Moment, WEEK};
use crate::{Days, TimeOfDay};

/// The index of the window that applies, or [`NONE`]. Where several do, the highest one wins.
pub(crate) type Layer = u8;

/// No window.
pub(crate) const NONE: Layer = u8::MAX;

/// A window with its times checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weekly {
    pub(crate) days: Days,
    pub(crate) start: TimeOfDay,
    pub(crate) end: End,
}

/// When an occurrence ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// So many minutes of the wall clock after its start, 1 to 1,440.
    After(u16),
    /// The next time that the week is at this minute, 0 to 10,079.
    On(u16),
}

impl End {
    /// On this day at this time; 24:00 is the next day's midnight.
    pub(crate) fn on(day: u8, time: TimeOfDay) -> Self {
        Self::On((u16::from(day) * MINUTES_PER_DAY + time.minutes()) % MINUTES_PER_WEEK)
    }
}

impl Weekly {
    /// Whether it covers a minute of the week, in any of its occurrences.
    fn covers(&self, minute: u16) -> bool {
        self.occurrences().any(|(start, length)| (minute + MINUTES_PER_WEEK - start) % MINUTES_PER_WEEK < length)
    }

    /// The minutes of the week at which it starts, each with its length in minutes, 1 to 10,080.
    fn occurrences(&self) -> impl Iterator<Item = (u16, u16)> {
        let Self { days, start, end } = *self;
        (0..7).filter(move |&day| days.has(day)).map(move |day| {
            let start = day * MINUTES_PER_DAY + start.minutes();
            let length = match end {
                End::After(length) => length,
                // An end at the minute of the start is the one a week later.
                End::On(end) if end > start => end - start,
                End::On(end) => end + MINUTES_PER_WEEK - start,
            };
            (start, length)
        })
    }
}

/// Boundaries of the week in their order, each with what applies up to it. Neighbours differ, the last and the first too:
/// after the last boundary of the week what applies is what does up to the first one of the next.
///
/// A window has an occurrence a day at the most and each has two ends, so `[[_; 14]; WINDOWS]` always has room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WeekTable<const WINDOWS: usize> {
    /// Minutes of the week; where there are no more boundaries, `wrap`.
    ends: [[u16; 14]; WINDOWS],
    /// What applies up to that boundary; where there are no more, `round`.
    layers: [[Layer; 14]; WINDOWS],
    /// For each part of the week the number of boundaries before it, or, where that needs more than eight bits, a quarter
    /// of it: then the search starts up to three boundaries early.
    parts: [u8; PARTS],
    /// The first boundary a week later: what follows the last one.
    wrap: u16,
    /// What applies up to the first boundary.
    round: Layer,
}

/// Parts of the week, each of this power of two in seconds, about four and a half hours.
const PARTS: usize = (WEEK >> PART_BITS) as usize + 1;
const PART_BITS: u32 = 14;

impl<const WINDOWS: usize> WeekTable<WINDOWS> {
    /// By how many bits the numbers of `parts` are short.
    const PART_SHIFT: u32 = if WINDOWS * 14 > u8::MAX as usize { 2 } else { 0 };

    /// A table of no windows.
    pub(crate) fn empty() -> Self {
        Self {
            ends: [[u16::MAX; 14]; WINDOWS],
            layers: [[NONE; 14]; WINDOWS],
            parts: [0; PARTS],
            wrap: u16::MAX,
            round: NONE,
        }
    }

    /// Fills an [empty](Self::empty) table with these windows, at most `WINDOWS` of them.
    pub(crate) fn fill(&mut self, windows: &[Weekly]) {
        // Every boundary is an end of an occurrence. The smallest one later than the last gives the order.
        self.round = top(windows, MINUTES_PER_WEEK - 1);
        let mut layer = self.round;
        let mut slots = self.ends.as_flattened_mut().iter_mut().zip(self.layers.as_flattened_mut());
        let mut last = None;
        let mut count = 0usize;
        while let Some(minute) = next_end(windows, last) {
            last = Some(minute);
            let now = top(windows, minute);
            if now == layer {
                continue;
            }
            let Some((end, up_to)) = slots.next() else { return };
            (*end, *up_to) = (minute, layer);
            layer = now;
            if self.wrap == u16::MAX {
                self.wrap = minute + MINUTES_PER_WEEK;
            }
            count += 1;
            // Up to the part that it is in, which may also start at it.
            let part = (u32::from(minute) * 60 + (1 << PART_BITS) - 1) >> PART_BITS;
            for before in self.parts.iter_mut().skip(part as usize) {
                *before = (count >> Self::PART_SHIFT) as u8;
            }
        }
        for (end, up_to) in slots {
            (*end, *up_to) = (self.wrap, self.round);
        }
    }

    /// Whether the same applies all week long.
    pub(crate) const fn is_constant(&self) -> bool {
        self.wrap == u16::MAX
    }

    /// What applies at a second of the week, and the second from the same week's start at which that ends. In a constant
    /// table that is more than a month away.
    #[inline]
    pub(crate) fn at(&self, second: u32) -> (Layer, u32) {
        let part = self.parts.get((second >> PART_BITS) as usize).copied().unwrap_or(0);
        let mut next = usize::from(part) << Self::PART_SHIFT;
        let (ends, layers) = (self.ends.as_flattened(), self.layers.as_flattened());
        while let Some(&end) = ends.get(next) {
            let end = u32::from(end) * 60;
            if end > second {
                return (layers.get(next).copied().unwrap_or(self.round), end);
            }
            next += 1;
        }
        (self.round, u32::from(self.wrap) * 60)
    }

    /// What applies at local seconds, and the local seconds of the next boundary.
    pub(crate) fn at_local(&self, local: u32) -> (Layer, u32) {
        let Moment { second, .. } = Moment::of(local);
        let (layer, end) = self.at(second);
        (layer, local + (end - second))
    }

    /// How many midnights at the most lie within a stretch without a boundary; `None` where there is no boundary at all.
    pub(crate) fn most_midnights(&self) -> Option<u32> {
        if self.is_constant() {
            return None;
        }
        let first = self.at(0).1;
        let (mut start, mut most) = (first, 0);
        while start < first + WEEK {
            let week = if start >= WEEK { WEEK } else { 0 };
            let end = week + self.at(start - week).1;
            most = most.max((end - 1) / DAY - start / DAY);
            start = end;
        }
        Some(most)
    }

    /// The highest of all that apply from one local second to another, both included.
    pub(crate) fn highest(&self, first: u32, last: u32) -> Layer {
        let (mut highest, mut next) = self.at_local(first);
        while next <= last {
            let (layer, later) = self.at_local(next);
            if layer.wrapping_add(1) > highest.wrapping_add(1) {
                highest = layer;
            }
            next = later;
        }
        highest
    }
}

/// The last of the windows that cover a minute.
fn top(windows: &[Weekly], minute: u16) -> Layer {
    windows.iter().rposition(|window| window.covers(minute)).map_or(NONE, |index| index as Layer)
}

/// The first minute after `last` at which an occurrence starts or ends.
fn next_end(windows: &[Weekly], last: Option<u16>) -> Option<u16> {
    windows
        .iter()
        .flat_map(Weekly::occurrences)
        .flat_map(|(start, length)| [start, (start + length) % MINUTES_PER_WEEK])
        .filter(|&minute| last.is_none_or(|last| minute > last))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;
    use proptest::prelude::*;

    fn weekly() -> impl Strategy<Value = Weekly> {
        let end = prop_oneof![(1..=MINUTES_PER_DAY).prop_map(End::After), (0..MINUTES_PER_WEEK).prop_map(End::On)];
        (1u8..128, 0..MINUTES_PER_DAY, end).prop_map(|(days, start, end)| {
            let days = (0..7)
                .filter(|day| days & (1 << day) != 0)
                .fold(Days::NONE, |all, day| all.union(Days::from(Weekday::try_from(day as u8).unwrap())));
            let text = std::format!("{:02}:{:02}", start / 60, start % 60);
            Weekly { days, start: TimeOfDay::parse(&text).unwrap(), end }
        })
    }

    fn table(windows: &[Weekly]) -> WeekTable<4> {
        let mut table = WeekTable::empty();
        table.fill(windows);
        table
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "the minutes of a week are minutes for Miri")]
        fn says_the_same_as_the_windows_at_every_minute(windows in proptest::collection::vec(weekly(), 0..5)) {
            let table = table(&windows);
            for minute in 0..MINUTES_PER_WEEK {
                for second in [0, 59] {
                    let local = 3 * WEEK + u32::from(minute) * 60 + second;
                    let (layer, next) = table.at_local(local);
                    prop_assert_eq!(layer, top(&windows, minute));
                    if table.is_constant() {
                        prop_assert!(next > local + 4 * WEEK);
                        continue;
                    }
                    prop_assert!(next > local && next <= local + WEEK && next % 60 == 0);
                    let next = (next / 60 % u32::from(MINUTES_PER_WEEK)) as u16;
                    prop_assert_ne!(top(&windows, next), layer);
                    prop_assert_eq!(top(&windows, (next + MINUTES_PER_WEEK - 1) % MINUTES_PER_WEEK), layer);
                }
            }
        }

        #[test]
        fn the_highest_of_a_stretch_is_the_highest_of_its_minutes(
            windows in proptest::collection::vec(weekly(), 0..5),
            minute in 0..MINUTES_PER_WEEK,
            length in 0u16..400,
        ) {
            let expected = (minute..=minute + length).map(|m| top(&windows, m % MINUTES_PER_WEEK)).max_by_key(|layer| layer.wrapping_add(1));
            let local = |minute: u16| 60 * u32::from(minute);
            prop_assert_eq!(Some(table(&windows).highest(local(minute), local(minute + length))), expected);
        }
    }
}
