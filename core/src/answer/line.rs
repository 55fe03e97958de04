//! One answer as a line of JSON.

use core::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::civil::DAY;
use crate::{Cause, Date, Evaluation};

/// One answer with what it is about: in JSON it is one line of `kyklos eval -o json`, byte for byte, whoever writes it.
///
/// `at` and `until` are RFC 3339 in UTC to the second; `until` is null where nothing changes again, `index` where there is none.
/// In formats for machines, such as postcard's, instants are Unix seconds and `kind` is 0 to 3, in the order of [`Cause`]'s variants.
///
/// A year beyond 0 to 9999, which RFC 3339 doesn't have, is written with its sign as ISO 8601 does: `+10000-01-01T00:00:00Z`. Of
/// control characters, which no name of Kubernetes has, serde-json-core writes some escapes with capitals (`\u001F`), serde_json with
/// small letters.
///
/// ```
/// use kyklos_core::{Days, Line, Schedule, TimeOfDay, TimeZone, Window};
///
/// let mut valve = Schedule::<1, 0, 0>::new(TimeZone::UTC);
/// let morning = Window::constant(Days::ALL, TimeOfDay::constant(6, 0), TimeOfDay::constant(8, 0), 21);
/// valve.push_window(morning).expect("room for one");
///
/// let at = 1_780_293_600; // 2026-06-01T06:00:00Z
/// let mut text = [0; 256];
/// let line = Line::new("home/valve", Some("morning"), at, &valve.evaluate(at));
/// let length = serde_json_core::to_slice(&line, &mut text)?;
/// assert_eq!(
///     text[..length],
///     *br#"{"name":"home/valve","at":"2026-06-01T06:00:00Z","kind":"window","index":0,"label":"morning","replicas":21,"until":"2026-06-01T08:00:00Z"}"#
/// );
/// # Ok::<(), serde_json_core::ser::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
pub struct Line<'a> {
    name: &'a str,
    label: Option<&'a str>,
    at: i64,
    answer: Evaluation,
}

impl<'a> Line<'a> {
    /// The answer of the schedule `name` for an instant in Unix seconds. `label` is what the program calls the window or exception that
    /// applies, or whatever else does; `eval` has `OffHours` for the default.
    pub const fn new(name: &'a str, label: Option<&'a str>, at: i64, answer: &Evaluation) -> Self {
        Self { name, label, at, answer: *answer }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cause = self.answer.cause();
        let index = match cause {
            Cause::Window(index) | Cause::Exception(index) => Some(index),
            Cause::Default | Cause::Holiday => None,
        };
        let mut line = serializer.serialize_struct("Line", 7)?;
        line.serialize_field("name", self.name)?;
        line.serialize_field("at", &Instant(self.at))?;
        line.serialize_field("kind", &Kind(cause))?;
        line.serialize_field("index", &index)?;
        line.serialize_field("label", &self.label)?;
        line.serialize_field("replicas", &self.answer.value())?;
        line.serialize_field("until", &self.answer.until().map(Instant))?;
        line.end()
    }
}

/// Which part of a schedule applies, without its index.
struct Kind(Cause);

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (number, name) = match self.0 {
            Cause::Default => (0, "default"),
            Cause::Window(_) => (1, "window"),
            Cause::Holiday => (2, "holiday"),
            Cause::Exception(_) => (3, "exception"),
        };
        serializer.serialize_unit_variant("Kind", number, name)
    }
}

/// An instant in Unix seconds.
struct Instant(i64);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { serializer.serialize_i64(self.0) }
    }
}

/// The calendar repeats after so many years, which have so many days.
const CYCLE: (i64, i64) = (400, 146_097);

/// RFC 3339 in UTC, to the second.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, second) = (self.0.div_euclid(DAY.into()), self.0.rem_euclid(DAY.into()));
        // A day of the years 1970 to 2369 stands in for the others, which differ by whole cycles.
        let (years, days) = CYCLE;
        let like = i32::try_from(day.rem_euclid(days)).ok().and_then(Date::from_days_since_1970).ok_or(fmt::Error)?;
        let year = i64::from(like.year()) + day.div_euclid(days) * years;
        match year {
            0..=9_999 => write!(f, "{year:04}")?,
            _ => write!(f, "{year:+05}")?,
        }
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        write!(f, "-{:02}-{:02}T{hour:02}:{minute:02}:{:02}Z", like.month(), like.day(), second % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use std::string::ToString;

    #[test]
    fn years_of_more_digits_have_a_sign() {
        for (at, text) in [
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (-62_167_219_201, "-0001-12-31T23:59:59Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "+10000-01-01T00:00:00Z"),
            // As chrono and Go have them.
            (i64::MAX, "+292277026596-12-04T15:30:07Z"),
            (i64::MIN, "-292277022657-01-27T08:29:52Z"),
        ] {
            assert_eq!(Instant(at).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(at in -62_167_219_200_i64..=253_402_207_200) {
            prop_assert_eq!(Instant(at).to_string(), Timestamp::from_second(at).unwrap().to_string());
        }
    }
}
