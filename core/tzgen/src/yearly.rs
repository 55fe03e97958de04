//! What a rule does in each kind of year.

use anyhow::{Context as _, ensure};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{SignedDuration, ToSpan as _};

use crate::posix::{Rule, YearDay};
use crate::{FIRST_YEAR, LAST_YEAR};

/// For each kind of year (the weekday, from Thursday on, of the day 59 days before its 1 March): three hours after the first
/// transition, in seconds from the start in UTC of the Wednesday before that Thursday, and how many seconds later the second one is.
/// The eighth place is the first kind's again.
pub(crate) type YearlyTransitions = [[u32; 2]; 8];

/// What never changes: the first change would come later than any year ends.
const FIXED: YearlyTransitions = [[60_000_000, 0]; 8];
/// Clock changes are at least so far from a New Year. The core relies on it.
const CLEAR_OF_NEW_YEAR: SignedDuration = SignedDuration::from_hours(40 * 24);
/// The three hours of [`FOLD_GUARD`].
const FOLD_GUARD_TIME: Time = Time::constant(3, 0, 0, 0);
/// A clock is put back by so many quarters of an hour at the most. The core relies on it.
pub(crate) const MOST_BACK: i8 = 12;
/// The table says when that is over.
const FOLD_GUARD: u32 = 3 * 3_600;

/// A rule as the core has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Yearly {
    pub(crate) transitions: YearlyTransitions,
    /// The offset around New Year and the one in the middle of the year.
    pub(crate) outside: i8,
    pub(crate) between: i8,
}

impl Yearly {
    /// Works out every year from 2020 to 2099 and makes sure that years of a kind are alike.
    pub(crate) fn of(rule: &Rule) -> anyhow::Result<Self> {
        let Some((summer, start, end)) = &rule.summer else {
            return Ok(Self { transitions: FIXED, outside: rule.standard, between: rule.standard });
        };
        ensure!((summer - rule.standard).abs() <= MOST_BACK, "the clocks change by more than three hours");
        let mut kinds: [Option<[u32; 2]>; 7] = [None; 7];
        let mut northern = None;
        for year in FIRST_YEAR..=LAST_YEAR {
            let start = change(start, year, rule.standard)?;
            let end = change(end, year, *summer)?;
            ensure!(
                *northern.get_or_insert(start < end) == (start < end),
                "summer is not always on one side of {year}"
            );
            let (first, second) = if start < end { (start, end) } else { (end, start) };
            let new_year = Date::new(year, 1, 1)?;
            let clear = new_year.to_datetime(Time::midnight()).duration_until(first) >= CLEAR_OF_NEW_YEAR
                && second.duration_until(Date::new(year + 1, 1, 1)?.into()) >= CLEAR_OF_NEW_YEAR;
            ensure!(clear, "a change too close to a New Year in {year}");
            // A century's last year is answered for one that may have a 29 February, up to a week ahead and three hours
            // before a clock is put back.
            let eighth_of_march = Date::new(year, 3, 8)?.to_datetime(FOLD_GUARD_TIME);
            ensure!(first >= eighth_of_march, "a change in the first week of March of {year}");
            // Where a rule had a change before March, leap years would differ from the others of their kind here.
            let counted_from = Date::new(year, 3, 1)?.checked_sub(59.days())?;
            let kind = usize::try_from(counted_from.weekday().since(Weekday::Thursday))?;
            let wednesday = counted_from.checked_sub((i64::try_from(kind)? + 1).days())?;
            let entry = [seconds(wednesday.into(), first)? + FOLD_GUARD, seconds(first, second)?];
            let slot = kinds.get_mut(kind).context("a kind of year")?;
            ensure!(*slot.get_or_insert(entry) == entry, "{year} differs from the years of its kind");
        }
        let mut transitions = FIXED;
        for (slot, kind) in transitions.iter_mut().zip(kinds.into_iter().cycle()) {
            *slot = kind.context("a kind of year that doesn't come")?;
        }
        let (outside, between) =
            if northern == Some(true) { (rule.standard, *summer) } else { (*summer, rule.standard) };
        Ok(Self { transitions, outside, between })
    }
}

/// The change in UTC, from the day and the time on a clock with this offset.
fn change(day: &YearDay, year: i16, offset: i8) -> anyhow::Result<DateTime> {
    let first = Date::new(year, i8::try_from(day.month)?, 1)?;
    let weekday = Weekday::from_sunday_zero_offset(i8::try_from(day.weekday)?)?;
    let date = if day.week == 5 {
        first.nth_weekday_of_month(-1, weekday)?
    } else {
        first.nth_weekday_of_month(i8::try_from(day.week)?, weekday)?
    };
    let minutes = i64::from(day.minutes) - i64::from(offset) * 15;
    Ok(DateTime::from(date).checked_add(minutes.minutes())?)
}

fn seconds(from: DateTime, to: DateTime) -> anyhow::Result<u32> {
    Ok(u32::try_from(from.duration_until(to).as_secs())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posix;

    fn refused(text: &str) -> String {
        Yearly::of(&posix::parse(text).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn refuses_what_the_core_does_not_expect() {
        assert_eq!(refused("UTC0SUM,M3.2.0/2:59,M11.1.0"), "a change in the first week of March of 2020");
        assert!(Yearly::of(&posix::parse("UTC0SUM,M3.2.0/3,M11.1.0").unwrap()).is_ok());
        assert_eq!(refused("EST5EDT,M3.2.0,M11.3.6/21"), "a change too close to a New Year in 2020");
        assert_eq!(refused("EST5EDT,M2.1.0,M11.1.0"), "a change too close to a New Year in 2020");
        assert_eq!(refused("EST5EDT1:45,M3.2.0,M11.1.0"), "the clocks change by more than three hours");
    }
}
