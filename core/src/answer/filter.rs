//! A filter that says where neither a holiday nor an exception is near.
//!
//! A bit for each 256th of the mean year, a day and ten hours: set where something may be in it or before the next boundary of
//! the windows, in whatever year. So dates of every year take few more bits than others, and those that are on about the same
//! day in each of several years share theirs. Years that share a bit share its cost, never its answer.
//!
//! It is asked by [places in years](place_in_years), which are a product that finds the year anyway. They are those of what the wall
//! clock would read without summer time, so a reading is up to [`SUMMER`] away from the one that is asked by.

use crate::civil::{BIAS, DAY, WIDE, Year, place_in_years};
use crate::zone::FOLD_GUARD;

/// A bit for each 256th of the mean year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter([u32; 8]);

/// The most by which a rule's offset between its two transitions differs from the one outside: no clock is put back by more.
const SUMMER: u32 = FOLD_GUARD;
/// A leap year in the middle of those of the tables, by its number.
const LIKE_ALL: u32 = 40;
/// By how much a day's place in its own year may differ from that in this year: three quarters of a day for where years start,
/// and as much again for a 29 February. Without a wide product another day, for what that loses.
const YEARS_DIFFER: u32 = if WIDE { DAY } else { 2 * DAY };

impl Filter {
    /// Something may be near everywhere.
    pub(crate) const ALL: Self = Self([u32::MAX; 8]);

    /// Whether something may be near everywhere, or nowhere.
    pub(crate) const fn everywhere(near: bool) -> Self {
        Self([if near { u32::MAX } else { 0 }; 8])
    }

    /// Whether nothing is at this place in the year, nor from then up to the windows' next boundary.
    #[inline]
    pub(crate) fn is_clear(&self, place: u32) -> bool {
        let bit = place % 256;
        let word = self.0.get((bit >> 5) as usize).copied().unwrap_or(0);
        word >> (bit % 32) & 1 == 0
    }

    /// Whether nothing is from these local seconds on for so many more, a week at the most.
    pub(crate) fn is_clear_for(&self, local: u32, seconds: u32) -> bool {
        let (mut place, last) = (place_in_years(local), place_in_years(local + seconds));
        while place <= last {
            if !self.is_clear(place) {
                return false;
            }
            place += 1;
        }
        true
    }

    /// Sets where something is from some local seconds to others.
    #[inline(never)]
    pub(crate) const fn add_once(&mut self, from: u32, to: u32) {
        self.set(from.saturating_sub(SUMMER), to + SUMMER);
    }

    /// Sets where something is every year, from so many seconds before one day up to the end of another one, both counted from
    /// 1 January of a leap year.
    #[inline(never)]
    pub(crate) const fn add_yearly(&mut self, [first, last]: [u16; 2], before: u32) {
        let margin = SUMMER + YEARS_DIFFER;
        // What a year is counted from is 2 January, where there is a 29 February.
        let start = Year::start(LIKE_ALL) + BIAS - DAY - before - margin;
        let end = start + before + 2 * margin + DAY;
        let mut first = first;
        // In two parts of the same year, so that it sets what its days would one by one: whatever they come from, equal lists have
        // equal filters.
        if last < first {
            self.set(start + first as u32 * DAY, end + 365 * DAY);
            first = 0;
        }
        self.set(start + first as u32 * DAY, end + last as u32 * DAY);
    }

    /// Sets the bits from some local seconds to others.
    #[inline(never)]
    #[expect(clippy::indexing_slicing, reason = "eight divides what the index is a remainder of")]
    const fn set(&mut self, from: u32, to: u32) {
        let (mut place, last) = (place_in_years(from), place_in_years(to));
        // While the week isn't finished the beginning may be any; all is set anew when it is.
        if place > last {
            return;
        }
        if last - place >= 256 {
            *self = Self::ALL;
            return;
        }
        while place <= last {
            self.0[(place >> 5) as usize % 8] |= 1 << (place % 32);
            place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, YearlyDate};

    /// The local seconds at which a date starts.
    fn start(date: Date) -> u32 {
        (date.days_since_1970() - crate::civil::FIRST_MONDAY) as u32 * DAY
    }

    #[test]
    #[cfg_attr(miri, ignore = "every day of 80 years is minutes for Miri")]
    fn a_day_of_every_year_is_found_in_every_year() {
        let dates = (0..29_220).filter_map(|day| Date::from_days_since_1970(18_262 + day));
        let filters = [59, 60, 0, 1, 365, 180].map(|place| {
            let mut filter = Filter::everywhere(false);
            filter.add_yearly([place; 2], 0);
            (place, filter)
        });
        let mut clear = 0;
        for date in dates {
            let asked = start(date);
            let places = [asked.saturating_sub(SUMMER), asked, asked + DAY / 2, asked + DAY - 1, asked + DAY + SUMMER]
                .map(place_in_years);
            for (place, filter) in &filters {
                let is_it = YearlyDate::new(date.month(), date.day()) == Some(YearlyDate::at(*place));
                assert!(!is_it || places.iter().all(|place| !filter.is_clear(*place)), "{date}");
                clear += usize::from(filter.is_clear(places[1]));
            }
        }
        // It hides no more than a week.
        assert!(clear > 29_220 * 6 * 358 / 365, "{clear}");
    }

    #[test]
    #[cfg_attr(miri, ignore = "every stretch of a year is minutes for Miri")]
    fn a_stretch_sets_what_its_days_do() {
        for before in [0, DAY / 3, 6 * DAY] {
            for first in 0..366 {
                let (mut by_days, mut place) = (Filter::everywhere(false), first);
                for more in 0..366 {
                    by_days.add_yearly([place; 2], before);
                    if more % 5 == 0 || more > 360 {
                        let mut at_once = Filter::everywhere(false);
                        at_once.add_yearly([first, place], before);
                        assert_eq!(at_once, by_days, "{first} to {place}");
                    }
                    place = (place + 1) % 366;
                }
            }
        }
        for first in 30..400 {
            let mut by_days = Filter::everywhere(false);
            for day in first..first + 300 {
                by_days.add_once(day * DAY, (day + 1) * DAY);
                let mut at_once = Filter::everywhere(false);
                at_once.add_once(first * DAY, (day + 1) * DAY);
                assert_eq!(at_once, by_days, "{first} to {day}");
            }
        }
    }

    #[test]
    fn a_stretch_is_found_from_its_beginning_to_its_end() {
        let mut filter = Filter::everywhere(false);
        let (from, to) = (6 * 365 * DAY, 6 * 365 * DAY + 20 * DAY);
        filter.add_once(from, to);
        for second in (from - SUMMER..to + SUMMER).step_by(599) {
            assert!(!filter.is_clear(place_in_years(second)));
        }
        assert!(filter.is_clear_for(from - 10 * DAY, 7 * DAY) && !filter.is_clear_for(from - 6 * DAY, 7 * DAY));
        filter.add_once(from, from + 366 * DAY);
        assert_eq!(filter, Filter::ALL);
    }
}
