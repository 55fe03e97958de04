//! Days of the week: a list of days and ranges for people, a bit for each day for others.

use core::fmt;
use core::iter;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::message::refused;
use super::text::Text;
use crate::input::fields;
use crate::{Days, ParseError};

/// A list of days and ranges, such as `["Mon-Fri", "Sun"]`; a bit for each day, the lowest one Monday, in formats for machines.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_u8(self.bits());
        }
        let mut list = serializer.serialize_seq(Some(entries(*self).count()))?;
        entries(*self).try_for_each(|entry| list.serialize_element(&entry))?;
        list.end()
    }
}

/// What is written by `Serialize`: the list may be empty, and in any order.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_seq(List);
        }
        Days::from_bits(u8::deserialize(deserializer)?).ok_or_else(|| refused(ParseError::DAYS))
    }
}

/// One entry of the list: a day, or three and more in a row, which are written as a range.
struct Entry(Days);

fn entries(days: Days) -> impl Iterator<Item = Entry> {
    let mut left = days.bits();
    iter::from_fn(move || {
        let first = left.trailing_zeros();
        let days = match left.checked_shr(first)?.trailing_ones() {
            many @ 3.. => (1_u8 << many) - 1,
            _ => 1,
        };
        let entry = days << first;
        left &= !entry;
        Days::from_bits(entry).map(Entry)
    })
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text::new(fields::day)).map(Entry)
    }
}

struct List;

impl<'de> Visitor<'de> for List {
    type Value = Days;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of days")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Days, A::Error> {
        let mut days = Days::NONE;
        while let Some(Entry(entry)) = list.next_element()? {
            days |= entry;
        }
        Ok(days)
    }
}
