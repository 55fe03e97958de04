//! A filter that says where neither a holiday nor an exception is near.
//!
//! A bit for each stretch of `2^17` seconds, a day and a half, of the year: set where something may be in it or before the next
//! boundary of the windows, in whatever year. So dates of every year take no more bits than others, and neither do those that
//! are on about the same day in each of several years. Years that share a bit share its cost, never its answer.

use crate::civil::{BIAS, DAY, Year, year_near};

/// A bit for each stretch of the year, those that there are in 388 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter([u32; 8]);

/// The stretches by their power of two in seconds.
const STRETCH_BITS: u32 = 17;
/// How far from both of its ends an instant may be answered by the neighbour of its year: a day for the guess of the year, a day
/// for where it is counted from, and what an offset is.
const MARGIN: u32 = 3 * DAY;
/// The last year by its number, that of 2101: a date of 2099 may be asked about as one before it.
const LAST_YEAR: u32 = 81;
/// The last place in a year, counted from its start in local seconds.
const LAST_PLACE: u32 = BIAS + 366 * DAY + MARGIN;

impl Filter {
    /// Something may be near everywhere.
    pub(crate) const ALL: Self = Self([u32::MAX; 8]);

    /// Whether something may be near everywhere, or nowhere.
    pub(crate) const fn everywhere(near: bool) -> Self {
        Self([if near { u32::MAX } else { 0 }; 8])
    }

    /// Whether nothing is about these local seconds of the year that starts there, nor from then up to the windows' next boundary.
    #[inline]
    pub(crate) fn is_clear(&self, local: u32, year: u32) -> bool {
        let stretch = local.wrapping_sub(year) >> STRETCH_BITS;
        let word = self.0.get((stretch >> 5) as usize % 8).copied().unwrap_or(0);
        word >> (stretch % 32) & 1 == 0
    }

    /// Whether nothing is from these local seconds on for so many more, a week at the most.
    pub(crate) fn is_clear_for(&self, local: u32, year: u32, seconds: u32) -> bool {
        let mut from = local;
        let end = local + seconds;
        while from < end {
            if !self.is_clear(from, year) {
                return false;
            }
            from += 1 << STRETCH_BITS;
        }
        self.is_clear(end, year)
    }

    /// Sets where something is from some local seconds to others, in these years alone.
    #[inline(never)]
    pub(crate) const fn add_once(&mut self, from: u32, to: u32) {
        let mut number = year_near(from.saturating_sub(BIAS)).saturating_sub(2);
        while number <= LAST_YEAR {
            let year = Year::of(number).start();
            if year > to + MARGIN {
                return;
            }
            // The part of it that may be asked about in this year.
            let (first, last) = (year.saturating_sub(MARGIN), year + LAST_PLACE);
            let first = if from > first { from } else { first };
            let last = if to < last { to } else { last };
            self.set(first.wrapping_sub(year) as i32, last.wrapping_sub(year) as i32);
            number += 1;
        }
    }

    /// Sets where something is every year, from so many seconds before one day up to the end of another one, both counted from
    /// 1 January of a leap year.
    #[inline(never)]
    pub(crate) const fn add_yearly(&mut self, [first, last]: [u16; 2], before: u32) {
        // Where a year has no 29 February, its days in January and February have places one higher: both are set.
        let day = DAY as i32;
        let from = BIAS as i32 + (first as i32 - 1) * day - before as i32;
        let days = last as i32 + 1 + if last < first { 366 } else { 0 };
        let to = BIAS as i32 + days * day;
        // And the same of the years before and after, as far as they reach into this one.
        self.set(from - 366 * day, to - 365 * day);
        self.set(from, to);
        self.set(from + 365 * day, to + 366 * day);
    }

    /// Sets the bits from one place of a year to another one, as far as these can be asked about.
    #[inline(never)]
    #[expect(clippy::indexing_slicing, reason = "eight divides what the index is a remainder of")]
    const fn set(&mut self, from: i32, to: i32) {
        // What is asked for may be some seconds less: it has the year's kind in it.
        let from = if from < -(MARGIN as i32) { -(MARGIN as i32) } else { from - 8 };
        let to = if to > LAST_PLACE as i32 { LAST_PLACE as i32 } else { to };
        let (mut stretch, last) = (from >> STRETCH_BITS, to >> STRETCH_BITS);
        while stretch <= last {
            let bit = stretch as u32;
            self.0[(bit >> 5) as usize % 8] |= 1 << (bit % 32);
            stretch += 1;
        }
    }
}
