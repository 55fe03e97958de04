//! A rule that goes on year after year, worked out for each kind of year.

use super::fault::{OffsetOf, ZoneFault};
use super::posix::{self, or_return};
use super::rules::{ByRule, FOLD_GUARD, Quarters, Rules, YearlyTransitions, local_offset};
use crate::civil::DAY;

/// What the clocks of a zone do every year: nothing, or two transitions on days such as the second Sunday of March.
///
/// It is what a TZif file ends with and what the `TZ` variable of POSIX holds.
///
/// ```
/// use kyklos_core::YearlyRule;
///
/// const ZURICH: YearlyRule = match YearlyRule::parse("CET-1CEST,M3.5.0,M10.5.0/3") {
///     Ok(rule) => rule,
///     Err(_) => panic!(),
/// };
/// assert_eq!(YearlyRule::parse("UTC0"), YearlyRule::fixed(0));
/// assert_ne!(YearlyRule::fixed(3_600), Ok(ZURICH));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct YearlyRule {
    pub(super) transitions: YearlyTransitions,
    /// Before the first transition of a year and from the second one on.
    pub(super) outside: Quarters,
    /// Between the two.
    pub(super) between: Quarters,
}

/// In a zone that never changes the first transition is one that no year reaches.
const NONE: YearlyTransitions = [[60_000_000, 0]; 8];
/// Clocks are put back by so many quarters of an hour at the most: the three hours of [`FOLD_GUARD`].
pub(super) const MOST_BACK: i16 = 12;
/// From the start of a [`Year`](crate::civil::Year), which is 59 days before 1 March, to 8 March: an instant of a
/// century's last year may be answered for one with a 29 February, and is up to a week ahead.
const EARLIEST: i32 = 66 * DAY as i32 + FOLD_GUARD as i32;
/// To 40 days before the next New Year: so the year of an instant may be guessed, and what lies beyond a New Year is
/// never the next transition of an answer that is less than 40 days long.
const LATEST: i32 = 325 * DAY as i32;

/// A day of each year at a time of the wall clock: `Mm.w.d/time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MonthDay {
    /// 3 to 12.
    pub(crate) month: u8,
    /// 1 to 5, the last one.
    pub(crate) week: u8,
    /// 0 is Sunday.
    pub(crate) weekday: u8,
    /// Since that day's midnight; it may be negative, and more than a day.
    pub(crate) minutes: i32,
}

impl YearlyRule {
    /// Always this offset from UTC, in seconds, east positive.
    ///
    /// # Errors
    ///
    /// [`ZoneFault`] where the offset isn't a whole number of quarters of an hour, or a day or more.
    pub const fn fixed(offset: i32) -> Result<Self, ZoneFault> {
        Ok(Self::unchanging(or_return!(quarters(offset, OffsetOf::Rule))))
    }

    /// Reads a POSIX `TZ` string whose dates are of the form `Mm.w.d`, as those of the tzdb are, with the times from
    /// -167 to 167 hours that RFC 9636 allows.
    ///
    /// # Errors
    ///
    /// [`ZoneFault`] where the text isn't such a string; and where the clocks would change before 8 March or after 21
    /// November, by more than three hours, or twice within a day, which no zone has done since 2020.
    pub const fn parse(text: &str) -> Result<Self, ZoneFault> {
        posix::parse(text)
    }

    pub(crate) const fn unchanging(offset: Quarters) -> Self {
        Self { transitions: NONE, outside: offset, between: offset }
    }

    /// Works every kind of year out.
    pub(crate) const fn of(
        standard: Quarters,
        summer: Quarters,
        start: MonthDay,
        end: MonthDay,
    ) -> Result<Self, ZoneFault> {
        if standard == summer {
            return Ok(Self::unchanging(standard));
        }
        if (standard as i16 - summer as i16).abs() > MOST_BACK {
            return Err(ZoneFault::RuleStep);
        }
        let northern = start.in_year(0, standard) < end.in_year(0, summer);
        let mut transitions = NONE;
        let mut place = 0;
        while place < transitions.len() {
            // The eighth is the first one again.
            let kind = place % 7;
            let (start, end) = (start.in_year(kind as i32, standard), end.in_year(kind as i32, summer));
            let (first, second) = if northern { (start, end) } else { (end, start) };
            let fault = if first < EARLIEST {
                Some(ZoneFault::RuleTooEarly)
            } else if second > LATEST {
                Some(ZoneFault::RuleTooLate)
            } else if first > second {
                Some(ZoneFault::RuleOrder)
            } else if second - first <= DAY as i32 {
                Some(ZoneFault::RuleTooClose)
            } else {
                None
            };
            if let Some(fault) = fault {
                return Err(fault);
            }
            let first_in_week = (kind as u32 + 1) * DAY + first as u32 + FOLD_GUARD;
            Self::set(&mut transitions, place, [first_in_week, (second - first) as u32]);
            place += 1;
        }
        let (outside, between) = if northern { (standard, summer) } else { (summer, standard) };
        Ok(Self { transitions, outside, between })
    }

    #[expect(clippy::indexing_slicing, reason = "the index is compared with the length")]
    const fn set(transitions: &mut YearlyTransitions, place: usize, of_kind: [u32; 2]) {
        if place < transitions.len() {
            transitions[place] = of_kind;
        }
    }

    /// The rule alone, as if it always held.
    pub(crate) const fn rules(&self) -> Rules<'_> {
        Rules {
            changes: &[],
            offsets: [self.outside; 4],
            by_rule: ByRule::since(0),
            transitions: &self.transitions,
            outside: local_offset(self.outside),
            between: local_offset(self.between),
        }
    }
}

impl core::str::FromStr for YearlyRule {
    type Err = ZoneFault;

    fn from_str(text: &str) -> Result<Self, ZoneFault> {
        Self::parse(text)
    }
}

impl MonthDay {
    /// Seconds from the start of a year of this kind in UTC, while the clocks have an offset.
    pub(super) const fn in_year(self, kind: i32, offset: Quarters) -> i32 {
        let month = self.month as i32 - 3;
        let before = days_before(month);
        let length = days_before(month + 1) - before;
        // From Monday on, of the month's first day; the kinds are counted from Thursday on.
        let first = (kind + 3 + 59 + before) % 7;
        let mut day = (self.weekday as i32 + 6 + 7 - first) % 7 + 7 * (self.week as i32 - 1);
        // The fifth is the last one.
        if day >= length {
            day -= 7;
        }
        (59 + before + day) * DAY as i32 + self.minutes * 60 - offset as i32 * 900
    }
}

/// The days from 1 March to the first day of a month, 0 for March: 153 is the length of any five months in a row.
const fn days_before(month: i32) -> i32 {
    (153 * month + 2) / 5
}

/// An offset in quarters of an hour.
pub(super) const fn quarters(seconds: i32, of: OffsetOf) -> Result<Quarters, ZoneFault> {
    if seconds % 900 != 0 {
        return Err(ZoneFault::OffsetNotQuarter { of, seconds });
    }
    if seconds <= -(DAY as i32) || seconds >= DAY as i32 {
        return Err(ZoneFault::OffsetTooLarge { of, seconds });
    }
    Ok((seconds / 900) as Quarters)
}
