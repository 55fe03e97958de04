//! The week is compiled like a wall is painted: a window after the other, each over those before it.
//!
//! So the last window that is active wins, and no list of the windows is needed: what is painted are the boundaries of
//! the [table](crate::table) itself. Nothing here depends on the room of a schedule.

use crate::civil::{MINUTES_PER_DAY, MINUTES_PER_WEEK, in_week};
use crate::table::{Layer, Parts};
use crate::{Days, TimeOfDay};

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
    /// The minutes of the week at which it starts, each with its length in minutes, 1 to 10,080.
    fn occurrences(self) -> impl Iterator<Item = (u16, u16)> {
        let Self { days, start, end } = self;
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

/// The parts of a [`WeekTable`](crate::table::WeekTable) that is being made.
pub(crate) struct Painter<'t> {
    /// Minutes of the week, in their order as far as `count`.
    pub(crate) ends: &'t mut [u16],
    pub(crate) layers: &'t mut [Layer],
    /// How many boundaries there are yet.
    pub(crate) count: usize,
    /// What applies where there is no boundary after it in the week.
    pub(crate) round: &'t mut Layer,
    pub(crate) wrap: &'t mut u16,
    pub(crate) parts: &'t mut Parts,
    /// 0; 2 in a table that has more boundaries than eight bits hold.
    pub(crate) coarse: &'t mut u8,
}

impl Painter<'_> {
    /// Paints a window over all that are there.
    pub(crate) fn window(&mut self, layer: Layer, weekly: Weekly) {
        for (start, length) in weekly.occurrences() {
            self.occurrence(layer, start, length);
        }
    }

    fn occurrence(&mut self, layer: Layer, start: u16, length: u16) {
        let end = (start + length) % MINUTES_PER_WEEK;
        let (before, after) = (self.up_to(start), self.up_to(end + 1));
        // The boundaries within it and at its ends are painted over.
        let (mut at, mut left) = (0, 0);
        while let Some(boundary) = self.get(at) {
            if (boundary.0 + MINUTES_PER_WEEK - start) % MINUTES_PER_WEEK > length {
                self.put(left, boundary);
                left += 1;
            }
            at += 1;
        }
        self.count = left;
        // A whole week has no ends.
        if length < MINUTES_PER_WEEK {
            self.insert((start, before), layer);
            self.insert((end, layer), after);
        }
        // Where no boundary is left, this window is all there is.
        *self.round = layer;
        *self.round = self.up_to(0);
    }

    /// What applies in the minute before this one, 0 to 10,080.
    fn up_to(&self, minute: u16) -> Layer {
        let mut at = 0;
        while let Some((end, layer)) = self.get(at) {
            if end >= minute {
                return layer;
            }
            at += 1;
        }
        *self.round
    }

    /// Adds a boundary in its place, if it is one. There is room for two an occurrence.
    fn insert(&mut self, boundary: (u16, Layer), after: Layer) {
        if boundary.1 == after {
            return;
        }
        let mut at = self.count;
        while let Some(earlier) = at.checked_sub(1).and_then(|at| self.get(at)).filter(|other| other.0 > boundary.0) {
            self.put(at, earlier);
            at -= 1;
        }
        self.put(at, boundary);
        self.count += 1;
    }

    /// The boundary of this number, if there are so many yet.
    fn get(&self, at: usize) -> Option<(u16, Layer)> {
        if at >= self.count {
            return None;
        }
        Some((*self.ends.get(at)?, *self.layers.get(at)?))
    }

    fn put(&mut self, at: usize, boundary: (u16, Layer)) {
        if let (Some(end), Some(layer)) = (self.ends.get_mut(at), self.layers.get_mut(at)) {
            (*end, *layer) = boundary;
        }
    }

    /// Completes the table.
    pub(crate) fn finish(self) {
        // Without a boundary the next one is one that doesn't come, and each part of the week is past all of them.
        let (mut wrap, mut before) = (u16::MAX, usize::MAX);
        if let Some((first, _)) = self.get(0) {
            (wrap, before) = (first + MINUTES_PER_WEEK, 0);
        }
        *self.wrap = wrap;
        for (at, (end, layer)) in self.ends.iter_mut().zip(self.layers.iter_mut()).enumerate() {
            if at >= self.count {
                (*end, *layer) = (wrap, *self.round);
            }
        }
        *self.coarse = if self.count > usize::from(u8::MAX) { 2 } else { 0 };
        for (part, place) in self.parts.0.iter_mut().enumerate() {
            // A boundary is before all parts later than that of the second which it ends.
            let is_before = |&end: &u16| end == 0 || in_week(u32::from(end) * 60 - 1).1 < part;
            while before < self.count && self.ends.get(before).is_some_and(is_before) {
                before += 1;
            }
            *place = (before >> *self.coarse) as u8;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::table::{NONE, WeekTable};
    use chrono::Weekday;
    use proptest::prelude::*;

    /// Any window.
    pub(crate) fn weekly() -> impl Strategy<Value = Weekly> {
        let end = prop_oneof![(1..=MINUTES_PER_DAY).prop_map(End::After), (0..MINUTES_PER_WEEK).prop_map(End::On)];
        (1u8..128, 0..MINUTES_PER_DAY, end).prop_map(|(days, start, end)| {
            let days = (0..7)
                .filter(|day| days & (1 << day) != 0)
                .fold(Days::NONE, |all, day| all.union(Days::from(Weekday::try_from(day as u8).unwrap())));
            let text = std::format!("{:02}:{:02}", start / 60, start % 60);
            Weekly { days, start: TimeOfDay::parse(&text).unwrap(), end }
        })
    }

    /// The last of the windows that cover a minute.
    pub(crate) fn top(windows: &[Weekly], minute: u16) -> Layer {
        let covers = |(start, length)| (minute + MINUTES_PER_WEEK - start) % MINUTES_PER_WEEK < length;
        windows.iter().rposition(|window| window.occurrences().any(covers)).map_or(NONE, |index| index as Layer)
    }

    /// The table of these windows, whatever it was before.
    pub(crate) fn paint<const WINDOWS: usize>(table: &mut WeekTable<WINDOWS>, windows: &[Weekly]) {
        let mut painter = table.painter();
        for (layer, window) in (0..).zip(windows) {
            painter.window(layer, *window);
        }
        painter.finish();
    }

    proptest! {
        /// Schedules are equal where their tables are.
        #[test]
        fn what_was_there_before_leaves_no_trace(
            before in proptest::collection::vec(weekly(), 0..5),
            windows in proptest::collection::vec(weekly(), 0..5),
        ) {
            let (mut fresh, mut again) = (WeekTable::<4>::empty(), WeekTable::<4>::empty());
            paint(&mut fresh, &windows);
            paint(&mut again, &before);
            paint(&mut again, &windows);
            prop_assert_eq!(&fresh, &again);
            paint(&mut again, &[]);
            prop_assert_eq!(again, WeekTable::empty());
        }
    }
}
