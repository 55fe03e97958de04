//! How much a target has, or is to have.

use std::fmt;

use crate::api::Range;

/// How much a target has, or is to have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Its count: of an autoscaler its minimum, or none while what it scales is held at none.
    pub replicas: i32,
    /// Of an autoscaler, what it may give.
    pub range: Option<Range>,
}

impl From<i32> for Size {
    fn from(replicas: i32) -> Self {
        Self { replicas, range: None }
    }
}

impl Size {
    /// Whether it is more than another one: by the count, then by whether it is awake, and then by the most.
    pub fn is_more_than(self, other: Self) -> bool {
        let most = |size: Self| size.range.map(|range| range.max.unwrap_or(u32::MAX));
        (self.replicas, !self.is_asleep(), most(self)) > (other.replicas, !other.is_asleep(), most(other))
    }

    /// Whether what an autoscaler scales is held at none.
    pub fn is_asleep(self) -> bool {
        self.range.is_some_and(|range| range.asleep)
    }
}

impl fmt::Display for Size {
    /// `3`, or `2..10` of an autoscaler, `0` where what it scales is held at none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.range {
            Some(range) if !range.asleep => range.fmt(f),
            _ => self.replicas.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_more_at_least_or_then_more_at_most() {
        let size = |min, max, asleep| {
            let replicas = if asleep { 0 } else { i32::try_from(min).unwrap() };
            Size { replicas, range: Some(Range { min: Some(min), max: Some(max), asleep }) }
        };
        assert!(Size::from(3).is_more_than(2.into()) && !Size::from(2).is_more_than(2.into()));
        assert!(size(3, 5, false).is_more_than(size(2, 9, false)) && size(2, 9, false).is_more_than(size(2, 5, false)));
        assert!(size(1, 2, false).is_more_than(size(9, 9, true)));
        assert!(size(0, 2, false).is_more_than(size(0, 9, true)) && !size(0, 9, true).is_more_than(size(0, 2, false)));
        let texts = [size(2, 10, false), size(2, 10, true), 4.into()].map(|size| size.to_string());
        assert_eq!(texts, ["2..10", "0", "4"]);
    }
}
