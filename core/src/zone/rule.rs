//! The recurring rule of a zone: the footer of its TZif file, a POSIX `TZ` string without the names.
//!
//! Source: RFC 9636 section 3.3 and POSIX.1-2024 section 8.3. Every rule of the tzdb names its days as
//! `Mm.w.d`, so that form is the only one here; the generator refuses any other.

use crate::civil::{SECONDS_PER_DAY, day_of_week, days_from_civil, days_in_month, year_of};

/// An offset from UTC in quarters of an hour, east positive: every offset in force since 2020 is one.
pub(crate) type Quarters = i8;

/// Seconds of an offset.
pub(crate) const fn seconds(offset: Quarters) -> i64 {
    offset as i64 * 900
}

/// What the clocks of a zone do year after year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule {
    /// The offset outside the summer, or always.
    pub(crate) standard: Quarters,
    /// The summer, where there is one.
    pub(crate) summer: Option<Summer>,
}

/// The part of the year with another offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summer {
    /// The offset in it.
    pub(crate) offset: Quarters,
    /// When it starts, read on a clock at the standard offset.
    pub(crate) start: YearDay,
    /// When it ends, read on a clock at the summer's offset.
    pub(crate) end: YearDay,
}

/// `Mm.w.d/time`: the `week`th `weekday` of `month`, where week 5 is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearDay {
    /// 1 to 12.
    pub(crate) month: u8,
    /// 1 to 5.
    pub(crate) week: u8,
    /// 0 (Sunday) to 6.
    pub(crate) weekday: u8,
    /// Minutes from the day's midnight; may be negative or beyond a day (Gaza has 50 hours).
    pub(crate) minutes: i16,
}

/// A clock change: from `at` on the offset is `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) at: i64,
    pub(crate) offset: Quarters,
}

impl YearDay {
    /// Local seconds since 1970-01-01T00:00 of this day and time in `year`.
    fn local_seconds(self, year: i64) -> i64 {
        let first = days_from_civil(year, self.month, 1);
        // `day_of_week` counts from Monday, POSIX from Sunday.
        let ahead = (i64::from(self.weekday) + 6 - day_of_week(first)).rem_euclid(7);
        let mut day = ahead + 7 * (i64::from(self.week) - 1);
        if day >= i64::from(days_in_month(year, self.month)) {
            day -= 7;
        }
        (first + day) * SECONDS_PER_DAY + i64::from(self.minutes) * 60
    }
}

impl Rule {
    /// The last change at or before `t` and the first one after it, both `None` without a summer.
    pub(crate) fn around(&self, t: i64) -> Option<(Change, Change)> {
        let summer = self.summer?;
        let year = year_of(t.saturating_add(seconds(self.standard)));
        let mut before = self.changes_of(&summer, year - 1).1;
        for y in [year - 1, year, year + 1] {
            let (first, second) = self.changes_of(&summer, y);
            for change in [first, second] {
                if change.at > t {
                    return Some((before, change));
                }
                before = change;
            }
        }
        // Three whole years lie around `t`, so a later change has been met above.
        Some((before, before))
    }

    /// The two changes of a year in their order.
    fn changes_of(&self, summer: &Summer, year: i64) -> (Change, Change) {
        let start = Change { at: summer.start.local_seconds(year) - seconds(self.standard), offset: summer.offset };
        let end = Change { at: summer.end.local_seconds(year) - seconds(summer.offset), offset: self.standard };
        if start.at < end.at { (start, end) } else { (end, start) }
    }
}
