//! Values that are one text for people and one number for others.

use core::fmt::{self, Display};
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use super::message::refused;
use crate::civil::MINUTES_PER_DAY;
use crate::{Date, HolidayMode, LocalMinute, ParseError, TimeOfDay, Weekday, YearlyDate};

/// A value with two forms.
trait Scalar: Display + FromStr<Err = ParseError> + Copy {
    /// The form for others than people.
    type Number: Serialize + for<'de> Deserialize<'de>;
    /// What says that a number is none of it.
    const REFUSED: ParseError;

    fn number(self) -> Self::Number;
    fn of(number: Self::Number) -> Option<Self>;
}

fn serialize<T: Scalar, S: Serializer>(value: T, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() { serializer.collect_str(&value) } else { value.number().serialize(serializer) }
}

fn deserialize<'de, T: Scalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    if deserializer.is_human_readable() {
        return deserializer.deserialize_str(Parsed(PhantomData));
    }
    T::of(T::Number::deserialize(deserializer)?).ok_or_else(|| refused(T::REFUSED))
}

struct Parsed<T>(PhantomData<T>);

impl<T: Scalar> Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|error| refused(format_args!("{text:?} is {error}")))
    }
}

macro_rules! scalars {
    ($($type:ty: $number:ty, $refused:expr, $to:expr, $from:expr;)*) => {$(
        impl Scalar for $type {
            type Number = $number;
            const REFUSED: ParseError = $refused;

            fn number(self) -> $number {
                $to(self)
            }

            fn of(number: $number) -> Option<Self> {
                $from(number)
            }
        }

        #[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize(*self, serializer)
            }
        }

        #[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer)
            }
        }
    )*};
}

scalars! {
    // 0 for Monday.
    Weekday: u8, ParseError::WEEKDAY, Weekday::number, Weekday::from_number;
    // Minutes since midnight.
    TimeOfDay: u16, ParseError::TIME_OF_DAY, TimeOfDay::minutes, TimeOfDay::from_minutes;
    // Days since 1970-01-01.
    Date: i32, ParseError::DATE, Date::days_since_1970, Date::from_days_since_1970;
    // Month and day, 1225 for 12-25.
    YearlyDate: u16, ParseError::YEARLY_DATE, month_and_day, yearly;
    // Minutes since 1970-01-01T00:00 on the same clock.
    LocalMinute: i64, ParseError::LOCAL_MINUTE, minutes, local_minute;
    // How much it does, from 0.
    HolidayMode: u8, ParseError::HOLIDAY_MODE, |mode| mode as u8, |number| HolidayMode::ALL.get(usize::from(number)).copied();
}

pub(super) fn month_and_day(date: YearlyDate) -> u16 {
    u16::from(date.month()) * 100 + u16::from(date.day())
}

pub(super) fn yearly(number: u16) -> Option<YearlyDate> {
    YearlyDate::new(u8::try_from(number / 100).ok()?, (number % 100) as u8)
}

fn minutes(local: LocalMinute) -> i64 {
    i64::from(local.date().days_since_1970()) * i64::from(MINUTES_PER_DAY) + i64::from(local.time().minutes())
}

fn local_minute(minutes: i64) -> Option<LocalMinute> {
    let day = i64::from(MINUTES_PER_DAY);
    let date = Date::from_days_since_1970(i32::try_from(minutes.div_euclid(day)).ok()?)?;
    LocalMinute::new(date, TimeOfDay::from_minutes(minutes.rem_euclid(day) as u16)?)
}
