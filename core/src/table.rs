//! The week, compiled: which window applies at each minute of it.

use chrono::Weekday;

use crate::civil::{MINUTES_PER_DAY, MINUTES_PER_WEEK};
use crate::{Days, TimeOfDay};

/// The window that applies: 0 is none, `n` is the window of index `n - 1`. The higher one wins.
pub(crate) type Layer = u8;

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
    pub(crate) fn on(day: Weekday, time: TimeOfDay) -> Self {
        let day = day.num_days_from_monday() as u16;
        Self::On((day * MINUTES_PER_DAY + time.minutes()) % MINUTES_PER_WEEK)
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

/// Boundaries of the week in their order, each with what applies from it to the next. Neighbours differ, the last and
/// the first too; before the first boundary of the week the last one of the week before goes on.
///
/// A window has an occurrence a day at the most and each has two ends, so `[[_; 14]; WINDOWS]` always has room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WeekTable<const WINDOWS: usize> {
    starts: [[u16; 14]; WINDOWS],
    layers: [[Layer; 14]; WINDOWS],
    len: u16,
    /// What applies all week long when there is no boundary.
    constant: Layer,
}

impl<const WINDOWS: usize> WeekTable<WINDOWS> {
    /// The table of these windows, at most `WINDOWS` of them.
    pub(crate) fn new(windows: &[Weekly]) -> Self {
        let mut table =
            Self { starts: [[0; 14]; WINDOWS], layers: [[0; 14]; WINDOWS], len: 0, constant: top(windows, 0) };
        // Every boundary is an end of an occurrence. The smallest one later than the last gives the order.
        let mut last = None;
        let mut layer = top(windows, MINUTES_PER_WEEK - 1);
        while let Some(minute) = next_end(windows, last) {
            let now = top(windows, minute);
            if now != layer {
                table.push(minute, now);
                layer = now;
            }
            last = Some(minute);
        }
        table
    }

    fn push(&mut self, start: u16, layer: Layer) {
        let at = usize::from(self.len);
        if let (Some(s), Some(l)) =
            (self.starts.as_flattened_mut().get_mut(at), self.layers.as_flattened_mut().get_mut(at))
        {
            *s = start;
            *l = layer;
            self.len += 1;
        }
    }

    /// Whether the same applies all week long.
    pub(crate) const fn is_constant(&self) -> bool {
        self.len == 0
    }

    /// What applies at a minute of the week, and the minutes from there to the next boundary, which is 0 minutes away
    /// never and no boundary at all in a constant table.
    pub(crate) fn at(&self, minute: u16) -> (Layer, Option<u16>) {
        let starts = self.starts.as_flattened().get(..usize::from(self.len)).unwrap_or_default();
        let later = starts.partition_point(|&start| start <= minute);
        let current = later.checked_sub(1).unwrap_or(starts.len().saturating_sub(1));
        let Some(&first) = starts.first() else { return (self.constant, None) };
        let layer = self.layers.as_flattened().get(current).copied().unwrap_or(self.constant);
        let next = starts.get(later).copied().unwrap_or(first + MINUTES_PER_WEEK);
        (layer, Some(next - minute))
    }

    /// The highest of all that apply from `minute` on for `length` minutes, both ends included.
    pub(crate) fn highest(&self, minute: u16, length: u16) -> Layer {
        let (mut highest, mut next) = self.at(minute % MINUTES_PER_WEEK);
        let mut passed = 0u16;
        while let Some(step) = next {
            passed = passed.saturating_add(step);
            if passed > length {
                break;
            }
            let (layer, after) = self.at((minute + passed) % MINUTES_PER_WEEK);
            highest = highest.max(layer);
            next = after;
        }
        highest
    }
}

/// The last of the windows that cover a minute.
fn top(windows: &[Weekly], minute: u16) -> Layer {
    windows.iter().rposition(|window| window.covers(minute)).map_or(0, |index| (index + 1) as Layer)
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
    use proptest::prelude::*;

    fn weekly() -> impl Strategy<Value = Weekly> {
        let end = prop_oneof![(1..=MINUTES_PER_DAY).prop_map(End::After), (0..MINUTES_PER_WEEK).prop_map(End::On)];
        (1u8..128, 0..MINUTES_PER_DAY, end).prop_map(|(days, start, end)| {
            let days = (0..7)
                .filter(|day| days & (1 << day) != 0)
                .fold(Days::NONE, |all, day| all.union(Days::from(Weekday::try_from(day).unwrap())));
            let text = std::format!("{:02}:{:02}", start / 60, start % 60);
            Weekly { days, start: TimeOfDay::parse(&text).unwrap(), end }
        })
    }

    proptest! {
        #[test]
        fn says_the_same_as_the_windows_at_every_minute(windows in proptest::collection::vec(weekly(), 0..5)) {
            let table = WeekTable::<4>::new(&windows);
            for minute in 0..MINUTES_PER_WEEK {
                let (layer, next) = table.at(minute);
                prop_assert_eq!(layer, top(&windows, minute));
                if let Some(next) = next {
                    prop_assert!(next > 0);
                    prop_assert_ne!(top(&windows, (minute + next) % MINUTES_PER_WEEK), layer);
                    prop_assert_eq!(top(&windows, (minute + next - 1) % MINUTES_PER_WEEK), layer);
                } else {
                    prop_assert!(table.is_constant());
                }
            }
        }

        #[test]
        fn the_highest_of_a_stretch_is_the_highest_of_its_minutes(
            windows in proptest::collection::vec(weekly(), 0..5),
            minute in 0..MINUTES_PER_WEEK,
            length in 0u16..400,
        ) {
            let table = WeekTable::<4>::new(&windows);
            let expected = (minute..=minute + length).map(|m| top(&windows, m % MINUTES_PER_WEEK)).max();
            prop_assert_eq!(Some(table.highest(minute, length)), expected);
        }
    }
}
