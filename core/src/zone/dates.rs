//! What a rule is made of: the days of the year and the times of the wall clock that its tables were worked out from.

use super::rules::{FOLD_GUARD, Quarters, Rules, offset_seconds};
use super::yearly::{MonthDay, YearlyRule};
use crate::civil::DAY;

/// A rule as it is written: an offset for good, or two, and when each of them ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dated {
    /// Before the first date of a year and from the second one on.
    pub(crate) outside: Quarters,
    /// Between the two.
    pub(crate) between: Quarters,
    /// The two dates; of a rule without changes there are none.
    pub(crate) dates: Option<[MonthDay; 2]>,
}

/// The longest time of a date, 167:59 (RFC 9636).
const LONGEST: i32 = 167 * 60 + 59;
/// Kinds of years.
const KINDS: i32 = 7;

impl Dated {
    /// The rule itself.
    pub(crate) const fn rule(self) -> Result<YearlyRule, super::ZoneFault> {
        match self.dates {
            None => Ok(YearlyRule::unchanging(self.outside)),
            Some([first, second]) => YearlyRule::of(self.outside, self.between, first, second),
        }
    }
}

/// The dates that make the same rule: the tables are made of such dates, so there are some. A text that names them may name others, as
/// "four weeks and two days after the last Thursday" and a Saturday can be the same; of these the nearest to a time of day is taken.
pub(crate) fn dates_of(rules: &Rules<'_>) -> Option<Dated> {
    let quarters = |local| Quarters::try_from(offset_seconds(local) / 900).ok();
    let (outside, between) = (quarters(rules.outside)?, quarters(rules.between)?);
    if outside == between {
        return Some(Dated { outside, between, dates: None });
    }
    // Seconds from the start of a year of each kind, in UTC.
    let firsts = |kind: i32| {
        let [first, _] = rules.transitions.get(usize::try_from(kind).ok()?)?;
        i32::try_from(*first).ok().map(|first| first - FOLD_GUARD as i32 - (kind + 1) * DAY as i32)
    };
    let seconds = |kind: i32| {
        let [_, length] = rules.transitions.get(usize::try_from(kind).ok()?)?;
        Some(firsts(kind)? + i32::try_from(*length).ok()?)
    };
    let dates = [date_of(outside, firsts)?, date_of(between, seconds)?];
    Some(Dated { outside, between, dates: Some(dates) })
}

/// The date on which clocks that have an offset are changed at this second of each kind of year.
fn date_of(offset: Quarters, at: impl Fn(i32) -> Option<i32>) -> Option<MonthDay> {
    let mut best: Option<MonthDay> = None;
    let target = at(0)?;
    for month in 3..=12 {
        for week in 1..=5 {
            for weekday in 0..7 {
                let midnight = MonthDay { month, week, weekday, minutes: 0 };
                let seconds = target - midnight.in_year(0, offset);
                if seconds % 60 != 0 || (seconds / 60).abs() > LONGEST {
                    continue;
                }
                let date = MonthDay { minutes: seconds / 60, ..midnight };
                let of_all = (0..KINDS).all(|kind| at(kind) == Some(date.in_year(kind, offset)));
                if of_all && best.is_none_or(|best| beyond_a_day(date) < beyond_a_day(best)) {
                    best = Some(date);
                }
            }
        }
    }
    best
}

/// How far a time is from being one of the day itself.
fn beyond_a_day(date: MonthDay) -> i32 {
    (-date.minutes).max(date.minutes - 1_440).max(0)
}

#[cfg(all(test, feature = "tzdb"))]
mod tests {
    use super::*;
    use crate::TimeZone;

    #[test]
    fn every_rule_of_the_release_is_made_of_dates() {
        let step = if cfg!(miri) { 29 } else { 1 };
        let mut changing = 0;
        for name in TimeZone::names().step_by(step) {
            let zone = TimeZone::get(name.as_str()).unwrap();
            let rules = zone.rules();
            let dated = dates_of(rules).unwrap_or_else(|| panic!("{name}"));
            let rule = dated.rule().unwrap_or_else(|fault| panic!("{name}: {fault}"));
            assert_eq!(rule.rules().outside, rules.outside, "{name}");
            assert_eq!(rule.rules().between, rules.between, "{name}");
            if let Some(dates) = dated.dates {
                assert_eq!(rule.transitions, *rules.transitions, "{name}: {dates:?}");
                changing += 1;
            }
        }
        assert!(changing > 100 / step, "{changing}");
        let zurich = dates_of(TimeZone::named("Europe/Zurich").rules()).unwrap();
        let sunday = |month, minutes| MonthDay { month, week: 5, weekday: 0, minutes };
        assert_eq!(zurich, Dated { outside: 4, between: 8, dates: Some([sunday(3, 120), sunday(10, 180)]) });
    }
}
