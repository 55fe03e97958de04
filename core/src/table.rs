//! The week, compiled: which window applies at each minute of it.

use crate::civil::{WEEK, in_week};
use crate::paint::Painter;

/// The index of the window that applies, or [`NONE`]. Where several do, the highest one wins.
pub(crate) type Layer = u8;

/// No window.
pub(crate) const NONE: Layer = u8::MAX;

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
    /// For each [part](in_week) of the week the number of boundaries before it, without its `coarse` lowest bits. Without
    /// boundaries it is past all of them.
    parts: Parts,
    /// 0, or 2 where there are more boundaries than eight bits hold: then the search starts up to three of them early.
    coarse: u8,
    /// The first boundary a week later: what follows the last one.
    wrap: u16,
    /// What applies up to the first boundary.
    round: Layer,
}

/// A number for each part of the week. It is aligned, so that an empty table is filled by the same function as other memory,
/// and not by one more that counts in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[repr(align(4))]
pub(crate) struct Parts(pub(crate) [u8; 32]);

impl<const WINDOWS: usize> WeekTable<WINDOWS> {
    /// Whether there may be more boundaries than eight bits hold.
    const MANY: bool = WINDOWS * 14 > u8::MAX as usize;

    /// A table of no windows.
    pub(crate) const fn empty() -> Self {
        Self {
            ends: [[u16::MAX; 14]; WINDOWS],
            layers: [[NONE; 14]; WINDOWS],
            parts: Parts([u8::MAX; 32]),
            coarse: 0,
            wrap: u16::MAX,
            round: NONE,
        }
    }

    /// What makes this table anew, from no windows on.
    pub(crate) const fn painter(&mut self) -> Painter<'_> {
        self.round = NONE;
        Painter {
            ends: self.ends.as_flattened_mut(),
            layers: self.layers.as_flattened_mut(),
            count: 0,
            round: &mut self.round,
            wrap: &mut self.wrap,
            parts: &mut self.parts,
            coarse: &mut self.coarse,
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
        let part = self.parts.0.get(part).copied().unwrap_or(0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::MINUTES_PER_WEEK;
    use crate::paint::tests::{paint, top, weekly};
    use crate::paint::{End, Weekly};
    use crate::{Days, TimeOfDay};
    use proptest::prelude::*;
    use std::vec::Vec;

    fn painted(windows: &[Weekly]) -> WeekTable<4> {
        let mut table = WeekTable::empty();
        paint(&mut table, windows);
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
            paint(&mut table, &windows);
            assert_eq!(table.coarse, if windows.len() > 18 { 2 } else { 0 });
            for minute in (0..MINUTES_PER_WEEK).step_by(if cfg!(miri) { 997 } else { 1 }) {
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
        #[cfg_attr(miri, ignore = "the minutes of a week are minutes for Miri")]
        fn says_the_same_as_the_windows_at_every_minute(windows in proptest::collection::vec(weekly(), 0..5)) {
            let table = painted(&windows);
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
            prop_assert_eq!(Some(painted(&windows).highest(local(minute), local(minute + length))), expected);
        }
    }
}
