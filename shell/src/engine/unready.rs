//! Whether the morning came up: since when fewer are ready than are wanted.

use chrono::{DateTime, Utc};

/// A write that the target doesn't have yet.
#[derive(Debug, Clone, Copy)]
pub struct Lacking {
    /// The count that it asks for.
    pub to: i32,
    /// When it was due.
    pub due: DateTime<Utc>,
}

/// Since when fewer are ready than are wanted of what has so many and is to have `least` where an autoscaler keeps it at that; `None`
/// where enough are, or it isn't known since when they aren't. What couldn't be written is lacking, too.
pub fn since(
    (ready, has): (i32, i32),
    least: Option<i32>,
    lacking: Option<Lacking>,
    last_scale: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    // At none an autoscaler stands still, or has nothing to do.
    let kept = least.filter(|_| has > 0).map_or(has, |least| least.max(has));
    match lacking {
        Some(Lacking { to, due }) if to > kept && to > ready => Some(due),
        _ => last_scale.filter(|_| ready < kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(second, 0)
    }

    #[test]
    fn fewer_than_the_target_has_are_missing_since_it_was_scaled() {
        assert_eq!(since((2, 5), None, None, at(100)), at(100));
        assert_eq!(since((5, 5), None, None, at(100)), None);
        assert_eq!(since((2, 5), None, None, None), None, "nobody knows since when");
    }

    #[test]
    fn what_could_not_be_written_is_missing_since_it_was_due() {
        let lacking = |to| Some(Lacking { to, due: at(90).unwrap() });
        assert_eq!(since((0, 0), None, lacking(10), at(50)), at(90));
        assert_eq!(since((2, 2), None, lacking(10), None), at(90));
        // A fall that couldn't be written lacks nothing, and more than enough are ready.
        assert_eq!(since((10, 10), None, lacking(0), at(50)), None);
        assert_eq!(since((10, 5), None, lacking(8), at(50)), None);
    }

    #[test]
    fn an_autoscalers_minimum_is_wanted_unless_what_it_scales_has_none() {
        assert_eq!(since((2, 2), Some(6), None, at(100)), at(100));
        assert_eq!(since((6, 6), Some(6), None, at(100)), None);
        assert_eq!(since((7, 8), Some(6), None, at(100)), at(100));
        assert_eq!(since((0, 0), Some(6), None, at(100)), None);
    }
}
