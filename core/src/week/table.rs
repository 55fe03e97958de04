//! The week, compiled: which window applies at each minute of it.

use super::paint::Painter;
use crate::civil::{MINUTES_PER_WEEK, bucket_of, in_week};
use crate::zone::FOLD_GUARD;

/// The index of the window that applies, or [`NONE`]. Where several do, the highest one wins.
pub(crate) type Layer = u8;

/// No window.
pub(crate) const NONE: Layer = u8::MAX;

/// Boundaries of the week in their order, each with what applies up to it. Neighbours differ, the last and the first too:
/// after the last boundary of the week what applies is what does up to the first one of the next.
///
/// A window has an occurrence a day at the most and each has two ends, so `[[_; 14]; WINDOWS]` always has room. The page of
/// [the design](crate::design) has a picture of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WeekTable<const WINDOWS: usize> {
    /// Minutes of the week; where there are no more boundaries, `first_next_week`.
    ends: [[u16; 14]; WINDOWS],
    /// What applies up to that boundary; where there are no more, `layer_before_first`.
    layers: [[Layer; 14]; WINDOWS],
    /// For each [bucket](bucket_of) of the week, four for each window, the number of boundaries before it, without its
    /// `bucket_shift` lowest bits. Without boundaries it is past all of them.
    buckets: [[u8; 4]; WINDOWS],
    /// As many bits as keep the number of boundaries within eight: the search then starts up to so many of them early.
    bucket_shift: u8,
    /// The first boundary a week later, 10,080 or more: what follows the last one. `u16::MAX` without a boundary.
    first_next_week: u16,
    /// What applies up to the first boundary.
    layer_before_first: Layer,
}

/// A boundary of a table that has any, where someone is who goes from one to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Boundary {
    place: u16,
    /// Of the week.
    minute: u16,
}

impl<const WINDOWS: usize> WeekTable<WINDOWS> {
    /// Whether there may be more boundaries than eight bits hold.
    const MANY: bool = WINDOWS * 14 > u8::MAX as usize;

    /// A table of no windows.
    pub(crate) const fn empty() -> Self {
        Self {
            ends: [[u16::MAX; 14]; WINDOWS],
            layers: [[NONE; 14]; WINDOWS],
            buckets: [[u8::MAX; 4]; WINDOWS],
            bucket_shift: 0,
            first_next_week: u16::MAX,
            layer_before_first: NONE,
        }
    }

    /// What paints more windows over those that are there.
    pub(crate) const fn painter(&mut self) -> Painter<'_> {
        Painter {
            ends: self.ends.as_flattened_mut(),
            layers: self.layers.as_flattened_mut(),
            buckets: self.buckets.as_flattened_mut(),
            bucket_shift: &mut self.bucket_shift,
            first_next_week: &mut self.first_next_week,
            layer_before_first: &mut self.layer_before_first,
        }
    }

    /// Whether the same applies all week long.
    pub(crate) const fn is_constant(&self) -> bool {
        self.first_next_week == u16::MAX
    }

    /// What applies at local seconds, and for how many seconds. In a constant table that is more than a month.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn at_local(&self, local: u32) -> (Layer, u32) {
        let (layer, lasts) = self.at(in_week(local));
        (layer, lasts as u32)
    }

    /// The same at a second of the week, and how much of the week has [passed](in_week).
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn at(&self, (second, fraction): (u32, u32)) -> (Layer, usize) {
        let bucket = bucket_of(fraction, 4 * WINDOWS);
        let before = self.buckets.as_flattened().get(bucket).copied().unwrap_or(0);
        let mut next = usize::from(before);
        if Self::MANY {
            next <<= self.bucket_shift;
        }
        let (ends, layers) = (self.ends.as_flattened(), self.layers.as_flattened());
        // As wide as a register, as what is added to an instant is.
        let second = second as usize;
        while let Some(&end) = ends.get(next) {
            let end = usize::from(end) * 60;
            if end > second {
                return (layers.get(next).copied().unwrap_or(self.layer_before_first), end - second);
            }
            next += 1;
            #[cfg(any(test, fuzzing))]
            crate::steps::take(1);
        }
        (self.layer_before_first, usize::from(self.first_next_week) * 60 - second)
    }

    /// What applies up to the boundary of a place, and its minute of the week. Behind the last boundary that is the first one of the next
    /// week, and in a full table there is nothing.
    #[inline]
    pub(crate) fn at_place(&self, place: usize) -> Option<(Layer, u16)> {
        #[cfg(any(test, fuzzing))]
        crate::steps::take(1);
        Some((*self.layers.as_flattened().get(place)?, *self.ends.as_flattened().get(place)?))
    }

    /// What applies from a boundary on, for how many seconds, and the boundary where that ends.
    fn after(&self, boundary: Boundary) -> (Layer, u32, Boundary) {
        let place = boundary.place + 1;
        let lasts = |end: u16| u32::from(end.wrapping_sub(boundary.minute)) * 60;
        if let Some((layer, end)) = self.at_place(place.into())
            && end < MINUTES_PER_WEEK
        {
            return (layer, lasts(end), Boundary { place, minute: end });
        }
        // Behind the last one comes the first one of the next week, and from then on it is counted from there.
        let end = self.first_next_week;
        (self.layer_before_first, lasts(end), Boundary { place: 0, minute: end.wrapping_sub(MINUTES_PER_WEEK) })
    }

    /// For how many seconds what applies lasts, and the boundary where it ends, which a constant table doesn't have.
    fn boundary_at(&self, (second, fraction): (u32, u32)) -> (u32, Boundary) {
        let (_, lasts) = self.at((second, fraction));
        let lasts = lasts as u32;
        let minute = ((second + lasts) / 60) as u16;
        let minute = if minute < MINUTES_PER_WEEK { minute } else { minute - MINUTES_PER_WEEK };
        (lasts, Boundary { place: self.place_from(minute) as u16, minute })
    }

    /// The place of the first boundary later than a second of the week, behind all of them where none is.
    pub(crate) fn place_behind(&self, second: u32) -> usize {
        self.place_from((second / 60) as u16 + 1)
    }

    /// The place of the first boundary from a minute of the week on.
    fn place_from(&self, minute: u16) -> usize {
        // Places are in the order of their minutes.
        self.ends.as_flattened().partition_point(|&end| end < minute)
    }

    /// The highest of all that apply from one local second to another one, both included, and for how many seconds it is that while
    /// one of the two, which is `moving`, goes forward. More than a few hours may be too much.
    pub(crate) fn highest(&self, (first, last): (u32, u32), moving: u32) -> (Layer, u32) {
        const ENOUGH: u32 = 4 * FOLD_GUARD;
        let (layer, lasts) = self.at_local(first);
        let (_, mut boundary) = self.boundary_at(in_week(first));
        let (mut highest, mut end, mut next) = (layer, first + lasts, first + lasts);
        loop {
            if next > last && (moving == first || next - moving > ENOUGH) {
                break;
            }
            let (layer, lasts, following) = self.after(boundary);
            let start = next;
            (next, boundary) = (next + lasts, following);
            let is_higher = layer.wrapping_add(1) > highest.wrapping_add(1);
            if start > last && is_higher {
                // It comes into reach of the end that moves.
                return (highest, start - moving);
            }
            if is_higher || layer == highest {
                (highest, end) = (layer, next);
            }
        }
        // It is left behind by the beginning that moves.
        (highest, if moving == first { end - moving } else { next - moving })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::WEEK;
    use crate::week::paint::tests::{any_window, paint, top};
    use crate::{Days, TimeOfDay, Weekday, Window};
    use proptest::prelude::*;
    use std::fmt::Write as _;
    use std::string::String;
    use std::vec::Vec;

    fn painted(windows: &[Window]) -> WeekTable<4> {
        let mut table = WeekTable::empty();
        paint(&mut table, windows);
        table
    }

    /// The table as the design's page draws it.
    fn drawn<const WINDOWS: usize>(table: &WeekTable<WINDOWS>, names: &[&str]) -> String {
        let layer = |layer: Layer| match names.get(usize::from(layer)) {
            Some(name) => std::format!("{layer:<5}{name}"),
            None => std::format!("{layer:<5}no window"),
        };
        let mut drawn = String::from("place   ends                layers\n");
        let (ends, layers) = (table.ends.as_flattened(), table.layers.as_flattened());
        for (place, (&end, &before)) in ends.iter().zip(layers).enumerate() {
            let day = Weekday::from_number((end / 1_440 % 7) as u8).unwrap();
            let time = TimeOfDay::from_minutes(end % 1_440).unwrap();
            let week = if end < MINUTES_PER_WEEK { "" } else { ", a week later" };
            writeln!(drawn, "{place:>5}  {end:>5}  {day} {time}    {}{week}", layer(before)).unwrap();
            if end >= MINUTES_PER_WEEK {
                writeln!(drawn, "          the same up to place {}", ends.len() - 1).unwrap();
                break;
            }
        }
        let buckets: Vec<_> = table.buckets.as_flattened().iter().map(|before| std::format!("{before:>2}")).collect();
        writeln!(drawn, "\nbuckets  {}", buckets.join(" ")).unwrap();
        drawn
    }

    #[test]
    fn the_designs_picture_of_a_week_is_the_table_of_it() {
        let time = TimeOfDay::constant;
        let windows = [
            Window::constant(Days::WEEKDAYS, time(9, 0), time(17, 0), 10),
            Window::constant(Days::SAT, time(22, 0), time(2, 0), 4),
        ];
        let mut table = WeekTable::<2>::empty();
        paint(&mut table, &windows);
        let drawn = drawn(&table, &["office", "night"]);
        assert!(include_str!("../../DESIGN.md").contains(&drawn), "core/DESIGN.md should have this:\n{drawn}");
        assert_eq!((table.first_next_week, table.layer_before_first, table.bucket_shift), (10_620, NONE, 0));
    }

    /// So many windows of some minutes every day, with as many minutes between their starts.
    fn spread(count: u16, apart: u16, length: u16) -> Vec<Window> {
        let time = |minutes| TimeOfDay::from_minutes(minutes).unwrap();
        let window = |index| Window::new(Days::ALL, time(index * apart), time(index * apart + length), 0).unwrap();
        (0..count).map(window).collect()
    }

    fn check_every_minute<const WINDOWS: usize>(table: &WeekTable<WINDOWS>, windows: &[Window]) {
        for minute in (0..MINUTES_PER_WEEK).step_by(if cfg!(miri) { 997 } else { 1 }) {
            let (layer, lasts) = table.at_local(u32::from(minute) * 60);
            assert_eq!(layer, top(windows, minute));
            let next = ((u32::from(minute) * 60 + lasts) / 60 % u32::from(MINUTES_PER_WEEK)) as u16;
            assert_ne!(top(windows, next), layer);
            assert_eq!(top(windows, (next + MINUTES_PER_WEEK - 1) % MINUTES_PER_WEEK), layer);
        }
    }

    #[test]
    fn more_boundaries_than_a_byte_counts() {
        // Two boundaries a day each: 252, 266 and 560 of them.
        for (count, shift) in [(18, 0), (19, 1), (40, 2)] {
            let windows = spread(count, 35, 20);
            let mut table = WeekTable::<40>::empty();
            paint(&mut table, &windows);
            assert_eq!(table.bucket_shift, shift);
            check_every_minute(&table, &windows);
        }
    }

    #[test]
    fn as_many_boundaries_as_there_can_be() {
        let windows = spread(254, 5, 3);
        let mut table = WeekTable::<254>::empty();
        paint(&mut table, &windows);
        // 3,556 boundaries.
        assert_eq!(table.bucket_shift, 4);
        check_every_minute(&table, &windows);
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "the minutes of a week are minutes for Miri")]
        fn says_the_same_as_the_windows_at_every_minute(windows in proptest::collection::vec(any_window(), 0..5)) {
            let mut table = painted(&windows);
            let mut since = None;
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
                    let last = table.painter().since(local);
                    prop_assert!(last <= local && last + WEEK > local && table.at_local(last - 1).0 != layer);
                    prop_assert!(since.is_none_or(|since| since == last || last == local));
                    since = Some(last);
                    prop_assert!(next > local && next <= local + WEEK && next.is_multiple_of(60));
                    let next = (next / 60 % u32::from(MINUTES_PER_WEEK)) as u16;
                    prop_assert_ne!(top(&windows, next), layer);
                    prop_assert_eq!(top(&windows, (next + MINUTES_PER_WEEK - 1) % MINUTES_PER_WEEK), layer);
                }
            }
        }

        #[test]
        fn the_highest_of_a_stretch_is_the_highest_of_its_minutes(
            windows in proptest::collection::vec(any_window(), 0..5),
            minute in 0..MINUTES_PER_WEEK,
            length in 0u16..400,
        ) {
            let expected = (minute..=minute + length).map(|m| top(&windows, m % MINUTES_PER_WEEK)).max_by_key(|layer| layer.wrapping_add(1));
            let local = |minute: u16| 60 * u32::from(minute);
            let table = painted(&windows);
            let (first, last) = (local(minute), local(minute + length));
            for (moving, forward) in [(first, (1, 0)), (last, (0, 1))] {
                let (highest, lasts) = table.highest((first, last), moving);
                prop_assert_eq!(Some(highest), expected);
                // It is the same as long as it says, up to the end of what counts.
                for second in (0..lasts.min(4 * 3_600)).step_by(613) {
                    let (from, to) = (first + forward.0 * second, last + forward.1 * second);
                    let moving = if moving == first { from } else { to };
                    prop_assert!(from > last || table.highest((from, to), moving).0 == highest, "{} s later", second);
                }
            }
        }
    }
}
