//! Reads keys as they come, and keeps none of them.

use std::fmt;

use kyklos_core::{Holiday, Reason};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Dates, HolidayCalendar, PROBLEMS_MAX};
use crate::api::MAX_HOLIDAYS;
use crate::api::problems::Problems;

/// The holidays that were read so far.
#[derive(Default)]
pub(super) struct Reader {
    holidays: Vec<Holiday>,
}

impl Reader {
    pub(super) fn read(&mut self, key: &str, problems: &mut Problems) {
        match Holiday::parse(key) {
            Ok(holiday) => self.holidays.push(holiday),
            // Nobody needs to be told ten thousand times.
            Err(_) if problems.is_full() => problems.count(),
            Err(reason) => problems.push(format!("data[{key}]"), reason.to_string()),
        }
    }

    /// The calendar, and whether it is empty because there are too many.
    pub(super) fn finish(mut self, problems: &mut Problems) -> (HolidayCalendar, bool) {
        // In their order dates in a row become one as they come, and never take more room on the way than at the end; but what comes
        // every year over New Year is two up to its last day.
        self.holidays.sort_unstable();
        let mut calendar = HolidayCalendar::new();
        let refused = self.holidays.into_iter().try_for_each(|holiday| calendar.push(holiday)).is_err();
        if refused {
            let message = Reason::TooManyHolidays { most: MAX_HOLIDAYS }.to_string();
            if problems.is_full() {
                // This one matters more than any key.
                problems.push_first("data", message);
            } else {
                problems.push("data", message);
            }
            calendar.clear();
        }
        (calendar, refused)
    }
}

impl<'de> Deserialize<'de> for Dates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Data)
    }
}

/// The `data` of a ConfigMap, or `null`.
struct Data;

impl<'de> Visitor<'de> for Data {
    type Value = Dates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dates and what they are called")
    }

    fn visit_unit<E>(self) -> Result<Dates, E> {
        Ok(Dates::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Dates, A::Error> {
        let mut reader = Reader::default();
        let mut problems = Problems::at_most(PROBLEMS_MAX);
        while map.next_key_seed(Key { reader: &mut reader, problems: &mut problems })?.is_some() {
            map.next_value::<IgnoredAny>()?;
        }
        let (calendar, refused) = reader.finish(&mut problems);
        Ok(Dates { calendar, problems: problems.closed(), refused })
    }
}

/// A key, read where it stands.
struct Key<'r> {
    reader: &'r mut Reader,
    problems: &'r mut Problems,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date")
    }

    fn visit_str<E>(self, key: &str) -> Result<(), E> {
        self.reader.read(key, self.problems);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_thousand_keys_that_are_no_dates_leave_ten_and_a_count() {
        let keys: Vec<_> = (0..60_000).map(|index| format!("\"no date {index}\":\"\"")).collect();
        let data = format!("{{{},\"2026-12-25\":\"Christmas\"}}", keys.join(","));
        let dates: Dates = serde_json::from_str(&data).unwrap();
        assert_eq!((dates.calendar.holidays().count(), dates.problems.iter().len()), (1, 10));
        let said = dates.problems.to_string();
        assert!(said.len() < 4_096 && said.ends_with("; and 59990 more"), "{said}");
        assert!(!dates.is_refused());
    }

    #[test]
    fn no_data_is_no_holidays() {
        for data in ["null", "{}"] {
            let dates: Dates = serde_json::from_str(data).unwrap();
            assert_eq!((dates.calendar.holidays().count(), dates.problems.is_empty()), (0, true), "{data}");
        }
    }

    #[test]
    fn too_many_holidays_are_said_first_however_many_keys_are_none() {
        let day = |index: i32| kyklos_core::Date::from_days_since_1970(18_262 + 2 * index).unwrap();
        let keys =
            (0..20).map(|index| format!("no date {index}")).chain((0..1_001).map(|index| day(index).to_string()));
        let data: serde_json::Map<_, _> = keys.map(|key| (key, serde_json::Value::from(""))).collect();
        let dates: Dates = serde_json::from_value(data.into()).unwrap();
        assert!(dates.is_refused() && dates.calendar.holidays().count() == 0);
        assert!(dates.problems.to_string().starts_with("data: more than 1000 holidays"), "{}", dates.problems);
    }
}
