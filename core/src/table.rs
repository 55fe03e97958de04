//! The week, compiled: which window applies at each minute of it.

use crate::civil::{MINUTES_PER_DAY, Moment, WEEK};
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
    /// For each part of the week the number of boundaries before it, or, where that needs more than eight bits, a quarter
    /// of it: then the search starts up to three boundaries early. Without boundaries it is past all of them.
    parts: Parts,
    /// The first boundary a week later: what follows the last one.
    wrap: u16,
    /// What applies up to the first boundary.
    round: Layer,
}

/// A number for each part of the week; a part is a power of two in seconds, about four and a half hours. It is aligned, so
/// that an empty table is filled by the same function as other memory, and not by one more that counts in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[repr(align(4))]
pub(crate) struct Parts(pub(crate) [u8; (WEEK >> PART_BITS) as usize + 1]);
/// Of these parts, in bits.
pub(crate) const PART_BITS: u32 = 14;

impl<const WINDOWS: usize> WeekTable<WINDOWS> {
    /// By how many bits the numbers of `parts` are short.
    const PART_SHIFT: u32 = if WINDOWS * 14 > u8::MAX as usize { 2 } else { 0 };

    /// A table of no windows.
    pub(crate) const fn empty() -> Self {
        Self {
            ends: [[u16::MAX; 14]; WINDOWS],
            layers: [[NONE; 14]; WINDOWS],
            parts: Parts([u8::MAX; (WEEK >> PART_BITS) as usize + 1]),
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
            part_shift: Self::PART_SHIFT,
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
        let part = self.parts.0.get((second >> PART_BITS) as usize).copied().unwrap_or(0);
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
        most_midnights(self.ends.as_flattened(), self.wrap)
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

/// Between two boundaries next to each other; behind the last one they are all `wrap`.
fn most_midnights(ends: &[u16], wrap: u16) -> Option<u32> {
    let (&first, later) = ends.split_first()?;
    let (mut start, mut most) = (first, 0);
    for &end in later.iter().chain([&wrap]) {
        most = most.max(((end - 1) / MINUTES_PER_DAY).saturating_sub(start / MINUTES_PER_DAY));
        start = end;
    }
    Some(u32::from(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::{DAY, MINUTES_PER_WEEK};
    use crate::paint::Weekly;
    use crate::paint::tests::{paint, top, weekly};
    use proptest::prelude::*;

    fn painted(windows: &[Weekly]) -> WeekTable<4> {
        let mut table = WeekTable::empty();
        paint(&mut table, windows);
        table
    }

    proptest! {
        #[test]
        fn says_the_same_as_the_windows_at_every_minute(windows in proptest::collection::vec(weekly(), 0..5)) {
            let table = painted(&windows);
            let mut longest = 0;
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
                    longest = longest.max((next - 1) / DAY - local / DAY);
                    let next = (next / 60 % u32::from(MINUTES_PER_WEEK)) as u16;
                    prop_assert_ne!(top(&windows, next), layer);
                    prop_assert_eq!(top(&windows, (next + MINUTES_PER_WEEK - 1) % MINUTES_PER_WEEK), layer);
                }
            }
            prop_assert_eq!(table.most_midnights(), if table.is_constant() { None } else { Some(longest) });
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
