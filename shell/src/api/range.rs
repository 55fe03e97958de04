//! What an autoscaler may give what it scales.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use kyklos_core::VALUE_MAX;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

/// What an autoscaler may give what it scales, as its object says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// The least; `None` where the object doesn't say, and the kind's own default counts.
    pub min: Option<u32>,
    /// The most; likewise.
    pub max: Option<u32>,
    /// Whether what it scales is held at none all the same.
    pub asleep: bool,
}

/// Behind the bounds of one that is held at none.
const ASLEEP: &str = " asleep";

impl fmt::Display for Range {
    /// `2..10`, `2..`, `..10` or `..`; with ` asleep` behind it where that is so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.min.iter().try_for_each(|min| write!(f, "{min}"))?;
        f.write_str("..")?;
        self.max.iter().try_for_each(|max| write!(f, "{max}"))?;
        f.write_str(if self.asleep { ASLEEP } else { "" })
    }
}

/// A text that is no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a range such as 2..10, with asleep behind it where it is held at none")]
pub struct NoRange;

impl FromStr for Range {
    type Err = NoRange;

    fn from_str(text: &str) -> Result<Self, NoRange> {
        let (bounds, asleep) = text.strip_suffix(ASLEEP).map_or((text, false), |bounds| (bounds, true));
        let (min, max) = bounds.split_once("..").ok_or(NoRange)?;
        let bound = |digits: &str| match digits {
            "" => Ok(None),
            _ if !digits.bytes().all(|byte| byte.is_ascii_digit()) => Err(NoRange),
            _ => digits.parse().ok().filter(|bound| *bound <= VALUE_MAX).map(Some).ok_or(NoRange),
        };
        Ok(Self { min: bound(min)?, max: bound(max)?, asleep })
    }
}

/// As one text, which a merge patch replaces as a whole.
impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'_, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl schemars::JsonSchema for Range {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Range".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "maxLength": 32, "pattern": r"^[0-9]{0,10}\.\.[0-9]{0,10}( asleep)?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_one_text() {
        let range = |min, max, asleep| Range { min, max, asleep };
        for (range, text) in [
            (range(Some(2), Some(10), false), "2..10"),
            (range(Some(0), Some(VALUE_MAX), true), "0..2147483647 asleep"),
            (range(None, Some(10), false), "..10"),
            (range(Some(2), None, false), "2.."),
            (range(None, None, true), ".. asleep"),
        ] {
            assert_eq!((range.to_string().as_str(), text.parse()), (text, Ok(range)));
            let json = serde_json::to_string(&range).unwrap();
            assert_eq!((serde_json::from_str(&json).ok(), json.len() <= 34), (Some(range), true));
        }
        for none in ["", "2", "2..x", "-1..2", "+1..2", "..2147483648", "2..3 ", "2..3 awake", "asleep"] {
            assert!(none.parse::<Range>().is_err(), "{none}");
        }
    }
}
