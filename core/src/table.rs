//! The week, compiled: which window applies at each minute of it.

use crate::civil::{MINUTES_PER_DAY, MINUTES_PER_WEEK, WEEK, in_week};
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
    /// For each [part](in_week) of the week the number of boundaries before it, without its `coarse` lowest bits.
    parts: [u8; 32],
    /// 0, or 2 where there are more boundaries than eight bits hold: then the search starts up to three of them early.
    coarse: u8,
    /// The first boundary a week later: what follows the last one.
    wrap: u16,
    /// What applies up to the first boundary.
    round: Layer,
}

impl<const WINDOWS: usize> WeekTable<WINDOWS> {
    /// Whether there may be more boundaries than eight bits hold.
    const MANY: bool = WINDOWS * 14 > u8::MAX as usize;

    /// A table of no windows.
    pub(crate) fn empty() -> Self {
        Self {
            ends: [[u16::MAX; 14]; WINDOWS],
            layers: [[NONE; 14]; WINDOWS],
            parts: [0; 32],
            coarse: 0,
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
            if Self::MANY && count > u8::MAX as usize && self.coarse == 0 {
                self.coarse = 2;
                self.parts.iter_mut().for_each(|before| *before >>= 2);
            }
            // It is before all parts later than the second that it ends.
            let part = (u32::from(minute) * 60).checked_sub(1).map_or(0, |last| in_week(last).1 + 1);
            for before in self.parts.iter_mut().skip(part) {
                *before = (count >> self.coarse) as u8;
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

    /// What applies at local seconds, and for how many seconds. In a constant table that is more than a month.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn at_local(&self, local: u32) -> (Layer, u32) {
        let (second, part) = in_week(local);
        let part = self.parts.get(part).copied().unwrap_or(0);
        let mut next = usize::from(part);
        if Self::MANY {
            next <<= self.coarse;
        }
        let (ends, layers) = (self.ends.as_flattened(), self.layers.as_flattened());
        while let Some(&end) = ends.get(next) {
            let end = u32::from(end) * 60;
            if end > second {
                return (layers.get(next).copied().unwrap_or(self.round), end - second);
            }
            next += 1;
        }
        (self.round, u32::from(self.wrap) * 60 - second)
    }

    /// The last boundary up to some local seconds, unless that is a week earlier or more.
    pub(crate) fn since(&self, local: u32) -> u32 {
        let mut since = local.saturating_sub(WEEK);
        loop {
            let next = since + self.at_local(since).1;
            if next > local {
                return since;
            }
            since = next;
        }
    }

    /// The highest of all that apply from one local second to another, both included.
    pub(crate) fn highest(&self, first: u32, last: u32) -> Layer {
        let (mut highest, mut next) = (NONE, first);
        while next <= last {
            let (layer, lasts) = self.at_local(next);
            if layer.wrapping_add(1) > highest.wrapping_add(1) {
                highest = layer;
            }
            next += lasts;
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
    use std::vec::Vec;

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

    #[test]
    fn more_boundaries_than_a_byte_counts() {
        let window = |start: u16| Weekly {
            days: Days::ALL,
            start: TimeOfDay::parse(&std::format!("{:02}:{:02}", start / 60, start % 60)).unwrap(),
            end: End::After(20),
        };
        // Two boundaries a day each: 252, 266 and 560 of them.
        for windows in [18, 19, 40] {
            let windows: Vec<Weekly> = (0..windows).map(|index| window(index * 35)).collect();
            let mut table = WeekTable::<40>::empty();
            table.fill(&windows);
            assert_eq!(table.coarse, if windows.len() > 18 { 2 } else { 0 });
            for minute in 0..MINUTES_PER_WEEK {
                let (layer, lasts) = table.at_local(u32::from(minute) * 60);
                assert_eq!(layer, top(&windows, minute));
                let next = ((u32::from(minute) * 60 + lasts) / 60 % u32::from(MINUTES_PER_WEEK)) as u16;
                assert_ne!(top(&windows, next), layer);
                assert_eq!(top(&windows, (next + MINUTES_PER_WEEK - 1) % MINUTES_PER_WEEK), layer);
            }
        }
    }

    proptest! {
        #[test]
        fn says_the_same_as_the_windows_at_every_minute(windows in proptest::collection::vec(weekly(), 0..5)) {
            let table = table(&windows);
            for minute in 0..MINUTES_PER_WEEK {
                for second in [0, 59] {
                    let local = 3 * WEEK + u32::from(minute) * 60 + second;
                    let (layer, lasts) = table.at_local(local);
                    let next = local + lasts;
                    prop_assert_eq!(layer, top(&windows, minute));
                    if table.is_constant() {
                        prop_assert!(next > local + 4 * WEEK);
                        continue;
                    }
                    prop_assert!(next > local && next <= local + WEEK && next.is_multiple_of(60));
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
