//! Exceptions: the object of the resource for people, three values for others.

use core::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::members::{Members, required};
use super::message::refused;
use super::text::Name;
use crate::{Exception, LocalMinute};

const NAMES: [&str; 4] = ["name", "start", "end", "replicas"];
const LIKE: &str = "YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00";

/// Start, end, value.
type Values = (LocalMinute, LocalMinute, u32);

/// `{"start": "2026-12-24T18:00", "end": "2026-12-26T06:00", "replicas": 2}`; start, end and value in formats for machines.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl Serialize for Exception {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let values: Values = (self.start(), self.end(), self.value());
            return values.serialize(serializer);
        }
        let mut object = serializer.serialize_struct("Exception", 3)?;
        object.serialize_field("start", &self.start())?;
        object.serialize_field("end", &self.end())?;
        object.serialize_field("replicas", &self.value())?;
        object.end()
    }
}

/// What is written by `Serialize`, and a `name`, which is checked and then left out, as a typed exception has none.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl<'de> Deserialize<'de> for Exception {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_struct("Exception", &NAMES, Object);
        }
        let (start, end, value) = Values::deserialize(deserializer)?;
        Exception::new(start, end, value).map_err(refused)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Exception;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an exception")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Exception, A::Error> {
        let mut members = Members::new(map, &NAMES);
        let (mut start, mut end, mut value) = (None, None, None);
        while let Some(name) = members.next()? {
            match name {
                "start" => start = members.value()?,
                "end" => end = members.value()?,
                "replicas" => value = members.value()?,
                _ => {
                    let _: Option<Name> = members.value()?;
                }
            }
        }
        let value = required(value, "replicas", "a whole number from 0 up")?;
        Exception::new(required(start, "start", LIKE)?, required(end, "end", LIKE)?, value).map_err(refused)
    }
}
