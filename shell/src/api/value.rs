//! What a window, an exception, a holiday or the default gives a target.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use kyklos_core::VALUE_MAX;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// The largest share of an original count that can be asked for, in per cent.
pub const PER_CENT_MAX: u16 = 1_000;

/// What a target gets. The core keeps numbers; which value a state of it stands for is the shell's to say. Their order is there to
/// sort by and says nothing of how much they give: see [`level`](Self::level).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// It is held at this count, at most [`VALUE_MAX`]: any other is put back.
    Count(u32),
    /// It is held at so much of its original count, rounded up, at most [`PER_CENT_MAX`].
    PerCent(u16),
    /// It gets its original count back once, and is then left to others.
    Original,
    /// It is kept inside: raised to the minimum, lowered to the maximum, else left alone. At least one of the two is there, and
    /// the maximum is neither 0 nor below the minimum.
    Bounds {
        /// The least.
        min: Option<u32>,
        /// The most.
        max: Option<u32>,
    },
}

impl Value {
    /// Bounds that were checked; `None` without any. To be at most 0 is the count 0.
    pub const fn within(min: Option<u32>, max: Option<u32>) -> Option<Self> {
        match (min, max) {
            (None, None) => None,
            (_, Some(0)) => Some(Self::Count(0)),
            (min, max) => Some(Self::Bounds { min, max }),
        }
    }

    /// The count, where it is one.
    pub const fn count(self) -> Option<u32> {
        match self {
            Self::Count(count) => Some(count),
            Self::PerCent(_) | Self::Original | Self::Bounds { .. } => None,
        }
    }

    /// What it asks for: `10 replicas`, `2 to 5 replicas`, `50% of the original count`.
    pub fn in_words(self) -> String {
        let replicas = |count: u32| format!("{count} replica{}", if count == 1 { "" } else { "s" });
        match self {
            Self::Count(count) => replicas(count),
            Self::PerCent(share) => format!("{share}% of the original count"),
            Self::Original => "the original count".to_owned(),
            Self::Bounds { min: Some(min), max: Some(max) } => format!("{min} to {}", replicas(max)),
            Self::Bounds { min: Some(min), max: None } => format!("at least {}", replicas(min)),
            Self::Bounds { min: None, max } => format!("at most {}", replicas(max.unwrap_or(u32::MAX))),
        }
    }

    /// As a spec has it: replicas, or the least and the most.
    pub fn fields(self) -> (Option<Replicas>, Option<i64>, Option<i64>) {
        match self {
            Self::Count(count) => (Some(Replicas::Count(count.into())), None, None),
            Self::PerCent(_) | Self::Original => (Some(Replicas::Text(self.to_string())), None, None),
            Self::Bounds { min, max } => (None, min.map(Into::into), max.map(Into::into)),
        }
    }

    /// The largest count that it lets a target have, where it says one.
    pub const fn most(self) -> Option<u32> {
        match self {
            Self::Count(count) => Some(count),
            Self::Bounds { max, .. } => max,
            Self::PerCent(_) | Self::Original => None,
        }
    }

    /// Whether it can't be followed without the count that the target had before anybody took it away from others.
    pub const fn needs_original(self) -> bool {
        matches!(self, Self::PerCent(_) | Self::Original)
    }

    /// The count that a target of `present` replicas is to have, whose original count is `original`; `None` where that isn't
    /// known and has to be.
    pub fn of(self, present: i32, original: Option<u32>) -> Option<i32> {
        let counted = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        match self {
            Self::Count(count) => Some(counted(count)),
            Self::PerCent(_) | Self::Original => Some(counted(self.level(original?))),
            Self::Bounds { min, max } => Some(present.max(min.map_or(0, counted)).min(max.map_or(i32::MAX, counted))),
        }
    }

    /// What it comes to when one value is compared with another: bounds count as their maximum, none as without end.
    pub fn level(self, original: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::PerCent(share) => {
                let rounded_up = (u64::from(original) * u64::from(share)).div_ceil(100);
                u32::try_from(rounded_up).unwrap_or(u32::MAX).min(VALUE_MAX)
            }
            Self::Original => original,
            Self::Bounds { max, .. } => max.unwrap_or(u32::MAX),
        }
    }
}

impl fmt::Display for Value {
    /// `3`, `50%`, `original`, `2..5`, `2..` or `..5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::PerCent(share) => write!(f, "{share}%"),
            Self::Original => f.write_str(ORIGINAL),
            Self::Bounds { min, max } => {
                min.iter().try_for_each(|min| write!(f, "{min}"))?;
                f.write_str("..")?;
                max.iter().try_for_each(|max| write!(f, "{max}"))
            }
        }
    }
}

/// As people write it.
const ORIGINAL: &str = "original";

/// A text that is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a count, a share of the original count from \"0%\" to \"1000%\", or original")]
pub struct NoValue;

/// Reads what people write as a text: `50%` or `original`. A count is a number and no text.
pub(super) fn asked(text: &str) -> Result<Value, NoValue> {
    if text == ORIGINAL {
        return Ok(Value::Original);
    }
    let share = text.strip_suffix('%').and_then(number).and_then(|share| u16::try_from(share).ok());
    share.filter(|share| *share <= PER_CENT_MAX).map(Value::PerCent).ok_or(NoValue)
}

/// Without signs, blanks and needless zeros, so that a value has one text.
fn number(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|number| plain && *number <= VALUE_MAX)
}

impl FromStr for Value {
    type Err = NoValue;

    /// Reads what [`Display`](fmt::Display) writes, as a status has it.
    fn from_str(text: &str) -> Result<Self, NoValue> {
        let Some((min, max)) = text.split_once("..") else {
            return number(text).map_or_else(|| asked(text), |count| Ok(Self::Count(count)));
        };
        let bound = |text: &str| if text.is_empty() { Ok(None) } else { number(text).map(Some).ok_or(NoValue) };
        let (min, max) = (bound(min)?, bound(max)?);
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            return Err(NoValue);
        }
        Self::within(min, max).ok_or(NoValue)
    }
}

/// A number for a count, else a text.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u32(*count),
            Self::PerCent(_) | Self::Original | Self::Bounds { .. } => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a count, or a text such as 50%, original or 2..5")
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Value, E> {
                let count = u32::try_from(count).ok().filter(|count| *count <= VALUE_MAX);
                count.map(Value::Count).ok_or_else(|| E::custom(NoValue))
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Value, E> {
                u64::try_from(count).map_err(|_| E::custom(NoValue)).and_then(|count| self.visit_u64(count))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// As a status has it.
impl schemars::JsonSchema for Value {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "x-kubernetes-int-or-string": true })
    }
}

/// What `replicas` says, before its range is checked: a count, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Replicas {
    /// A count.
    Count(i64),
    /// A share of the original count, or `original`.
    Text(String),
}

impl Replicas {
    /// The value, where it is one.
    pub fn value(&self) -> Option<Value> {
        match self {
            Self::Count(count) => number(&count.to_string()).map(Value::Count),
            Self::Text(text) => asked(text).ok(),
        }
    }
}

/// What the API server takes for `replicas`.
pub(super) fn replicas_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "x-kubernetes-int-or-string": true,
        "minimum": 0,
        "maximum": i32::MAX,
        "maxLength": 8,
        "pattern": "^(original|(0|[1-9][0-9]{0,2}|1000)%)$",
    })
}

/// What the API server takes for a bound.
pub(super) fn bound_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "format": "int32", "minimum": 0, "maximum": i32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn bounds(min: Option<u32>, max: Option<u32>) -> Value {
        Value::Bounds { min, max }
    }

    const ALL: [(Value, &str); 9] = [
        (Value::Count(0), "0"),
        (Value::Count(2_147_483_647), "2147483647"),
        (Value::PerCent(0), "0%"),
        (Value::PerCent(1_000), "1000%"),
        (Value::Original, "original"),
        (bounds(Some(2), Some(5)), "2..5"),
        (bounds(Some(2), None), "2.."),
        (bounds(None, Some(5)), "..5"),
        (bounds(Some(0), Some(5)), "0..5"),
    ];

    #[test]
    fn each_has_one_text_and_a_count_is_a_number() {
        for (value, text) in ALL {
            assert_eq!((value.to_string().as_str(), text.parse()), (text, Ok(value)));
            let json = serde_json::to_string(&value).unwrap();
            let is_count = value.count().is_some();
            assert_eq!(json, if is_count { text.to_owned() } else { format!("{text:?}") });
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
        }
        for none in ["", "..", "-1", "+1", "01", "2147483648", "1001%", "50", "%", "5..2", "2...5", " 3", "Original"] {
            assert!(asked(none).is_err(), "{none}");
            assert!(none == "50" || none.parse::<Value>().is_err(), "{none}");
        }
        for none in ["-1", "2147483648", "1.5", "true", "null", "{}", "\"x\""] {
            assert!(serde_json::from_str::<Value>(none).is_err(), "{none}");
        }
    }

    #[test]
    fn to_be_at_most_none_is_the_count_0() {
        assert_eq!(Value::within(None, Some(0)), Some(Value::Count(0)));
        assert_eq!(Value::within(Some(0), Some(0)), Some(Value::Count(0)));
        assert_eq!(Value::within(Some(0), None), Some(bounds(Some(0), None)));
        assert_eq!(Value::within(None, None), None);
    }

    #[test]
    fn bounds_raise_and_lower_and_leave_the_rest_alone() {
        let of = |min, max| [0, 1, 2, 4, 5, 9].map(|present| bounds(min, max).of(present, None).unwrap());
        assert_eq!(of(Some(2), Some(5)), [2, 2, 2, 4, 5, 5]);
        assert_eq!(of(None, Some(1)), [0, 1, 1, 1, 1, 1], "a team's own 0 is never raised");
        assert_eq!(of(Some(5), None), [5, 5, 5, 5, 5, 9]);
        assert_eq!(bounds(Some(3), Some(3)).of(7, None), Some(3));
    }

    #[test]
    fn a_share_is_rounded_up_and_of_none_is_none() {
        let of = |share| [0, 1, 3, 10].map(|original| Value::PerCent(share).of(7, Some(original)).unwrap());
        assert_eq!(of(0), [0, 0, 0, 0]);
        assert_eq!(of(50), [0, 1, 2, 5]);
        assert_eq!(of(1_000), [0, 10, 30, 100]);
        assert_eq!(Value::PerCent(1_000).of(7, Some(VALUE_MAX)), Some(i32::MAX));
        assert_eq!((Value::PerCent(50).of(7, None), Value::Original.of(7, None)), (None, None));
        assert_eq!(Value::Original.of(7, Some(3)), Some(3));
    }

    #[test]
    fn they_are_compared_by_the_most_that_they_let_a_target_have() {
        let rising = [Value::Count(0), Value::PerCent(50), Value::Original, bounds(Some(1), Some(5)), Value::Count(6)];
        let levels = rising.map(|value| value.level(4));
        assert_eq!(levels, [0, 2, 4, 5, 6]);
        assert_eq!(bounds(Some(2), None).level(4), u32::MAX);
    }
}
