//! Holidays: one text for people, three numbers for others.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::message::refused;
use super::scalars::{month_and_day, yearly};
use super::text::Text;
use crate::input::fields;
use crate::{Date, Holiday, ParseError};

/// Whether it is of every year, and its first and last date as numbers.
type Numbers = (bool, i32, i32);

/// Its text, such as `12-24..01-02`; in formats for machines whether it is of every year, and first and last date as days since
/// 1970-01-01, or as 1225 for 12-25.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl Serialize for Holiday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        let numbers: Numbers = match self.ends() {
            Ok([first, last]) => (false, first.days_since_1970(), last.days_since_1970()),
            Err([first, last]) => (true, month_and_day(first).into(), month_and_day(last).into()),
        };
        numbers.serialize(serializer)
    }
}

/// What is written by `Serialize`.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl<'de> Deserialize<'de> for Holiday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_str(Text::new(fields::holiday));
        }
        let (of_every_year, first, last) = Numbers::deserialize(deserializer)?;
        if of_every_year {
            let date = |number| yearly(u16::try_from(number).ok()?);
            let ends = date(first).zip(date(last)).ok_or_else(|| refused(ParseError::YEARLY_DATE))?;
            return Ok(Self::yearly_range(ends.0, ends.1));
        }
        let ends = Date::from_days_since_1970(first).zip(Date::from_days_since_1970(last));
        let (first, last) = ends.ok_or_else(|| refused(ParseError::DATE))?;
        Self::dates(first, last).map_err(refused)
    }
}
