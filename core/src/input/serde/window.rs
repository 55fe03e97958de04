//! Windows: the object of the resource for people, five values for others.

use core::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::members::{Members, required};
use super::message::refused;
use super::text::Name;
use crate::input::fields;
use crate::{Days, TimeOfDay, Weekday, Window};

const NAMES: [&str; 6] = ["name", "days", "start", "end", "endDay", "replicas"];

/// Days, start, end, end day, value.
type Values = (Days, TimeOfDay, TimeOfDay, Option<Weekday>, u32);

/// `{"days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10}`, with `endDay` where it has one; in formats for machines
/// days, start, end, end day and value.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let values: Values = (self.days(), self.start(), self.end(), self.end_day(), self.value());
            return values.serialize(serializer);
        }
        let members = 4 + usize::from(self.end_day().is_some());
        let mut object = serializer.serialize_struct("Window", members)?;
        object.serialize_field("days", &self.days())?;
        object.serialize_field("start", &self.start())?;
        object.serialize_field("end", &self.end())?;
        match self.end_day() {
            Some(day) => object.serialize_field("endDay", &day)?,
            None => object.skip_field("endDay")?,
        }
        object.serialize_field("replicas", &self.value())?;
        object.end()
    }
}

/// What is written by `Serialize`, and what the resource has besides: `days` may be left out, which is every day, and a `name` is
/// checked and then left out, as a typed window has none.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_struct("Window", &NAMES, Object);
        }
        let (days, start, end, end_day, value) = Values::deserialize(deserializer)?;
        fields::window(days, (start, end, end_day), value).map_err(refused)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Window;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a window")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Window, A::Error> {
        let mut members = Members::new(map, &NAMES);
        let (mut days, mut start, mut end, mut end_day, mut value) = (None, None, None, None, None);
        while let Some(name) = members.next()? {
            match name {
                "days" => days = members.value()?,
                "start" => start = members.value()?,
                "end" => end = members.value()?,
                "endDay" => end_day = members.value()?,
                "replicas" => value = members.value()?,
                _ => {
                    let _: Option<Name> = members.value()?;
                }
            }
        }
        let start = required(start, "start", "HH:MM, such as 09:00")?;
        let end = required(end, "end", "HH:MM, such as 17:00")?;
        let value = required(value, "replicas", "a whole number from 0 up")?;
        fields::window(days.unwrap_or(Days::ALL), (start, end, end_day), value).map_err(refused)
    }
}
