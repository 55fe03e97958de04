//! Holidays from a ConfigMap: every key is a date, its value says what is celebrated.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kyklos_core::parse_date;

use crate::problems::Problems;
use crate::resource::{MAX_HOLIDAYS, ShellSchedule};

/// The holidays of a ConfigMap.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// The dates.
    pub days: BTreeSet<NaiveDate>,
    /// The keys that are none.
    pub problems: Problems,
}

/// The dates of a ConfigMap's keys. A key that is no date is skipped and reported; with more dates than a schedule
/// holds, none is left and that is reported.
pub fn dates<'k>(keys: impl IntoIterator<Item = &'k str>, problems: &mut Problems) -> BTreeSet<NaiveDate> {
    let mut dates = BTreeSet::new();
    for key in keys {
        match parse_date(key) {
            Some(date) => {
                dates.insert(date);
            }
            None => problems.push(
                format!("data[{key}]"),
                format!("{key:?} is no date of the calendar: write YYYY-MM-DD, such as 2026-12-25"),
            ),
        }
    }
    if dates.len() > MAX_HOLIDAYS {
        problems.push("data", too_many(dates.len()));
        dates.clear();
    }
    dates
}

/// Gives a schedule its holidays, or says that they are too many for it.
pub fn set_holidays(schedule: &mut ShellSchedule, days: &BTreeSet<NaiveDate>) -> Result<(), String> {
    // The core stops at the first that is too many, and can't tell how many there are.
    schedule.set_holidays(days.iter().copied()).map_err(|_| too_many(days.len()))
}

fn too_many(found: usize) -> String {
    format!("{found} holidays are too many: write at most {MAX_HOLIDAYS}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_and_reports_what_is_no_date() {
        let mut problems = Problems::default();
        let dates = dates(["2026-12-25", "2026-13-01", "readme"], &mut problems);
        assert_eq!(dates.len(), 1);
        assert_eq!(problems.iter().len(), 2);
        assert!(problems.iter().next().unwrap().to_string().starts_with("data[2026-13-01]: \"2026-13-01\" is no date"));
    }

    #[test]
    fn refuses_more_than_a_schedule_holds() {
        let first = NaiveDate::from_epoch_days(20_000).unwrap();
        let keys: Vec<_> = first.iter_days().take(MAX_HOLIDAYS + 1).map(|date| date.to_string()).collect();
        let mut problems = Problems::default();
        assert!(dates(keys.iter().map(String::as_str), &mut problems).is_empty());
        assert_eq!(problems.iter().len(), 1);
        let mut problems = Problems::default();
        assert_eq!(dates(keys.iter().skip(1).map(String::as_str), &mut problems).len(), MAX_HOLIDAYS);
        assert!(problems.is_empty());
    }
}
