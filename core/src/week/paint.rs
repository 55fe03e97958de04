//! The week is compiled like a wall is painted: a window after the other, each over those before it.
//!
//! So the last window that is active wins, and no list of the windows is needed: what is painted are the boundaries of
//! the [table](super::table) itself. Nothing here depends on the room of a schedule, and all of it runs when compiling as it does
//! on a device: that is why it indexes and loops by hand.

use super::table::{Layer, NONE};
use crate::Window;
use crate::civil::{FRACTION_SLACK, MINUTES_PER_DAY, MINUTES_PER_WEEK, WEEK, bucket_of, in_week};

/// The parts of a [`WeekTable`](super::table::WeekTable) that is being made.
pub(crate) struct Painter<'t> {
    /// Minutes of the week, in their order, and behind them what is no minute of the week.
    pub(crate) ends: &'t mut [u16],
    pub(crate) layers: &'t mut [Layer],
    pub(crate) buckets: &'t mut [u8],
    pub(crate) bucket_shift: &'t mut u8,
    pub(crate) first_next_week: &'t mut u16,
    /// What applies where there is no boundary after it in the week.
    pub(crate) layer_before_first: &'t mut Layer,
}

#[expect(clippy::indexing_slicing, reason = "each index is below a length that is checked beside it")]
impl Painter<'_> {
    /// Takes all windows away. The table is none until it is [finished](Self::finish).
    pub(crate) const fn clear(&mut self) {
        *self.layer_before_first = NONE;
        self.truncate(0);
    }

    /// Paints a window over all that are there. The table is none until it is [finished](Self::finish).
    pub(crate) const fn window(&mut self, layer: Layer, window: Window) {
        let mut day = 0;
        while day < 7 {
            if window.days().bits() >> day & 1 == 1 {
                let start = day * MINUTES_PER_DAY + window.start().minutes();
                self.occurrence(layer, start, window.length(start));
            }
            day += 1;
        }
    }

    const fn occurrence(&mut self, layer: Layer, start: u16, length: u16) {
        let end = (start + length) % MINUTES_PER_WEEK;
        let (before, after) = (self.up_to(start), self.up_to(end + 1));
        // The boundaries within it and at its ends are painted over.
        let (mut at, mut left) = (0, 0);
        while let Some(boundary) = self.boundary(at) {
            if (boundary.0 + MINUTES_PER_WEEK - start) % MINUTES_PER_WEEK > length {
                self.put(left, boundary);
                left += 1;
            }
            at += 1;
        }
        self.truncate(left);
        // A whole week has no ends.
        if length < MINUTES_PER_WEEK {
            self.insert((start, before), layer);
            self.insert((end, layer), after);
        }
        // Where no boundary is left, this window is all there is.
        *self.layer_before_first = layer;
        *self.layer_before_first = self.up_to(0);
    }

    /// What applies in the minute before this one, 0 to 10,080.
    const fn up_to(&self, minute: u16) -> Layer {
        let mut at = 0;
        while let Some((end, layer)) = self.boundary(at) {
            if end >= minute {
                return layer;
            }
            at += 1;
        }
        *self.layer_before_first
    }

    /// Adds a boundary in its place, if it is one. There is room for two an occurrence.
    const fn insert(&mut self, boundary: (u16, Layer), after: Layer) {
        if boundary.1 == after {
            return;
        }
        let mut at = self.count();
        self.truncate(at + 1);
        while at > 0 {
            match self.boundary(at - 1) {
                Some(earlier) if earlier.0 > boundary.0 => self.put(at, earlier),
                _ => break,
            }
            at -= 1;
        }
        self.put(at, boundary);
    }

    /// The boundary of this number, if there are so many.
    const fn boundary(&self, at: usize) -> Option<(u16, Layer)> {
        if at < self.ends.len() && at < self.layers.len() && self.ends[at] < MINUTES_PER_WEEK {
            Some((self.ends[at], self.layers[at]))
        } else {
            None
        }
    }

    /// How many boundaries there are.
    const fn count(&self) -> usize {
        let mut count = 0;
        while self.boundary(count).is_some() {
            count += 1;
        }
        count
    }

    /// Ends the list after so many boundaries.
    const fn truncate(&mut self, count: usize) {
        if count < self.ends.len() {
            self.ends[count] = u16::MAX;
        }
    }

    const fn put(&mut self, at: usize, boundary: (u16, Layer)) {
        if at < self.ends.len() && at < self.layers.len() {
            (self.ends[at], self.layers[at]) = boundary;
        }
    }

    /// Completes the table.
    pub(crate) const fn finish(&mut self) {
        let count = self.count();
        // Without a boundary the next one is one that doesn't come, and each bucket of the week is past all of them.
        let (mut first_next_week, mut before) = (u16::MAX, usize::MAX);
        if let Some((first, _)) = self.boundary(0) {
            (first_next_week, before) = (first + MINUTES_PER_WEEK, 0);
        }
        *self.first_next_week = first_next_week;
        let mut at = count;
        while at < self.ends.len() {
            self.put(at, (first_next_week, *self.layer_before_first));
            at += 1;
        }
        let mut shift = 0;
        while count >> shift > u8::MAX as usize {
            shift += 1;
        }
        *self.bucket_shift = shift;
        let buckets = self.buckets.len();
        let mut bucket = 0;
        while bucket < buckets {
            while let Some((end, _)) = self.boundary(before) {
                if last_bucket_before(end, buckets) >= bucket {
                    break;
                }
                before += 1;
            }
            self.buckets[bucket] = (before >> shift) as u8;
            bucket += 1;
        }
    }

    /// Whether the same applies all week long, in a finished table.
    pub(crate) const fn is_constant(&self) -> bool {
        *self.first_next_week == u16::MAX
    }

    /// In a finished table that has boundaries: the last one up to some local seconds, or 0 where it is earlier.
    pub(crate) const fn since(&self, local: u32) -> u32 {
        let (second, fraction) = in_week(local);
        let bucket = bucket_of(fraction, self.buckets.len());
        let mut next =
            if bucket < self.buckets.len() { (self.buckets[bucket] as usize) << *self.bucket_shift } else { 0 };
        while let Some((end, _)) = self.boundary(next) {
            if end as u32 * 60 > second {
                break;
            }
            next += 1;
        }
        // Before the first one of a week it is the last one of the week before.
        let mut earlier = 0;
        if next == 0 {
            (next, earlier) = (self.count(), WEEK);
        }
        let last = match self.boundary(next.wrapping_sub(1)) {
            Some((end, _)) => end as u32 * 60,
            None => 0,
        };
        (local - second + last).saturating_sub(earlier)
    }
}

/// The last bucket in which the second before a boundary can be, in any week. A boundary at the beginning of the week is before
/// all but the first.
const fn last_bucket_before(end: u16, buckets: usize) -> usize {
    if end == 0 {
        return 0;
    }
    let (_, fraction) = in_week(end as u32 * 60 - 1);
    bucket_of(fraction.saturating_add(FRACTION_SLACK), buckets)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::week::table::WeekTable;
    use crate::{Days, TimeOfDay, Weekday};
    use proptest::prelude::*;

    /// Any window.
    pub(crate) fn any_window() -> impl Strategy<Value = Window> {
        let time = |most: u16| (0..most).prop_map(|minutes| TimeOfDay::from_minutes(minutes).unwrap());
        (1u8..128, time(1_440), time(1_441), prop::option::of(0u8..7)).prop_map(|(bits, start, end, end_day)| {
            let days: Days = Weekday::ALL.into_iter().filter(|day| bits >> day.number() & 1 == 1).collect();
            match end_day.and_then(Weekday::from_number) {
                Some(day) => Window::ending_on(days, start, day, end, 1).unwrap(),
                None if start == end => Window::new(days, start, TimeOfDay::END_OF_DAY, 1).unwrap(),
                None => Window::new(days, start, end, 1).unwrap(),
            }
        })
    }

    /// The last of the windows that cover a minute.
    pub(crate) fn top(windows: &[Window], minute: u16) -> Layer {
        let covers = |window: &Window| {
            window.days().iter().any(|day| {
                let start = u16::from(day.number()) * MINUTES_PER_DAY + window.start().minutes();
                (minute + MINUTES_PER_WEEK - start) % MINUTES_PER_WEEK < window.length(start)
            })
        };
        windows.iter().rposition(covers).map_or(NONE, |index| index as Layer)
    }

    /// The table of these windows, whatever it was before.
    pub(crate) fn paint<const WINDOWS: usize>(table: &mut WeekTable<WINDOWS>, windows: &[Window]) {
        let mut painter = table.painter();
        painter.clear();
        for (layer, window) in (0..).zip(windows) {
            painter.window(layer, *window);
        }
        painter.finish();
    }

    proptest! {
        /// Schedules are equal where their tables are.
        #[test]
        fn what_was_there_before_leaves_no_trace(
            before in proptest::collection::vec(any_window(), 0..5),
            windows in proptest::collection::vec(any_window(), 0..5),
        ) {
            let (mut fresh, mut again) = (WeekTable::<4>::empty(), WeekTable::<4>::empty());
            paint(&mut fresh, &windows);
            paint(&mut again, &before);
            paint(&mut again, &windows);
            prop_assert_eq!(&fresh, &again);
            // One after the other is as good as all at once.
            let mut one_by_one = WeekTable::empty();
            for (layer, window) in (0..).zip(&windows) {
                let mut painter = one_by_one.painter();
                painter.window(layer, *window);
                painter.finish();
            }
            prop_assert_eq!(&fresh, &one_by_one);
            paint(&mut again, &[]);
            prop_assert_eq!(again, WeekTable::empty());
        }
    }
}
