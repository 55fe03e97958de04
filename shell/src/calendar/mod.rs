//! Holidays from a ConfigMap: every key is a date or several, its value says what is celebrated.

mod keys;

use kyklos_core::Calendar;

use crate::api::MAX_HOLIDAYS;
use crate::api::problems::Problems;
use keys::Reader;

/// The holidays of a ConfigMap, for all schedules that take theirs from it.
pub type HolidayCalendar = Calendar<MAX_HOLIDAYS>;

/// What a schedule has that takes its holidays from nowhere.
pub static NO_HOLIDAYS: HolidayCalendar = HolidayCalendar::new();

/// The most problems of one ConfigMap that are kept in words; the others are counted.
const PROBLEMS_MAX: usize = 10;

/// What a ConfigMap says, to be shared by all who use it. It is read from the `data` of one without keeping keys or values:
///
/// ```
/// let dates: kyklos::calendar::Dates = serde_json::from_str(r#"{ "2026-12-25": "Christmas", "readme": "x" }"#)?;
/// assert_eq!((dates.calendar.holidays().count(), dates.problems.iter().len()), (1, 1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Dates {
    /// The holidays.
    pub calendar: HolidayCalendar,
    /// The keys that are none, ten of them in words.
    pub problems: Problems,
    /// Whether none counts because there are too many.
    refused: bool,
}

impl Default for Dates {
    /// No holidays and no problems, as of a ConfigMap without `data`.
    fn default() -> Self {
        Self { calendar: HolidayCalendar::new(), problems: Problems::default(), refused: false }
    }
}

impl Dates {
    /// Those of these keys.
    pub fn of<'k>(keys: impl IntoIterator<Item = &'k str>) -> Self {
        let mut problems = Problems::at_most(PROBLEMS_MAX);
        let mut reader = Reader::default();
        keys.into_iter().for_each(|key| reader.read(key, &mut problems));
        let (calendar, refused) = reader.finish(&mut problems);
        Self { calendar, problems: problems.closed(), refused }
    }

    /// Whether none counts because there are too many.
    pub fn is_refused(&self) -> bool {
        self.refused
    }
}

/// The holidays that a ConfigMap's keys are. A key that is none is skipped and reported; with more than a calendar holds, none
/// is left and that is reported.
pub fn dates<'k>(keys: impl IntoIterator<Item = &'k str>, problems: &mut Problems) -> HolidayCalendar {
    let mut reader = Reader::default();
    for key in keys {
        reader.read(key, problems);
    }
    reader.finish(problems).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyklos_core::Date;

    fn read(keys: &[&str]) -> (Vec<String>, Vec<String>) {
        let mut problems = Problems::default();
        let calendar = dates(keys.iter().copied(), &mut problems);
        let holidays = calendar.holidays().map(|holiday| holiday.to_string()).collect();
        (holidays, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn reads_dates_ranges_and_those_of_every_year() {
        let keys = ["12-24..01-02", "2026-12-26", "2026-12-24..2026-12-25", "12-25", "2028-02-29"];
        // What is in another of every year is a part of it.
        let holidays = ["2026-12-24..2026-12-26", "2028-02-29", "12-24..01-02"].map(str::to_owned);
        assert_eq!(read(&keys), (holidays.to_vec(), vec![]));
    }

    #[test]
    fn skips_and_reports_what_is_none_and_what_never_counts() {
        let keys = ["2026-12-25", "2026-13-01", "readme", "2206-12-25", "2026-12-26..2026-12-24", "02-30"];
        let (holidays, problems) = read(&keys);
        assert_eq!(holidays, ["2026-12-25"]);
        let none = |key: &str| {
            format!(
                "data[{key}]: \"{key}\" is no date: write 2026-12-25, a range 2026-12-24..2026-12-26, or for every year 12-25 \
                 or 12-24..01-02"
            )
        };
        assert_eq!(
            problems,
            [
                none("2026-13-01"),
                none("readme"),
                "data[2206-12-25]: no date of the years 2020 to 2099, so it never counts: write one of these"
                    .to_owned(),
                "data[2026-12-26..2026-12-24]: 2026-12-24 is before 2026-12-26: write the earlier date first"
                    .to_owned(),
                none("02-30"),
            ]
        );
    }

    #[test]
    fn refuses_more_than_a_calendar_holds_and_counts_dates_in_a_row_once() {
        let keys = |from: i32, step: usize, count: usize| -> Vec<String> {
            let days = (from..).step_by(step).take(count);
            days.map(|day| Date::from_days_since_1970(day).unwrap().to_string()).collect()
        };
        let read = |keys: &[String]| read(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        let apart = keys(18_262, 2, MAX_HOLIDAYS + 1);
        let (holidays, problems) = read(&apart);
        assert_eq!(holidays, [""; 0]);
        assert_eq!(problems, ["data: more than 1000 holidays, dates in a row counted once: write at most 1000"]);
        let (holidays, problems) = read(&apart[1..]);
        assert_eq!((holidays.len(), problems.len()), (MAX_HOLIDAYS, 0));
        assert_eq!(read(&keys(18_262, 1, 29_000)).0, ["2020-01-01..2099-05-25"]);
        // What lies between comes last.
        let between: Vec<String> = apart.iter().cloned().chain(keys(18_263, 2, MAX_HOLIDAYS + 1)).collect();
        assert_eq!(read(&between).0.len(), 1);
    }
}
