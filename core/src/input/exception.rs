//! A span that happens once.

use super::fields::value_of;
use crate::{LocalMinute, Reason};

/// A span of local time that happens once, above windows and holidays: it can't be one that a schedule would refuse.
///
/// ```
/// use kyklos_core::Exception;
///
/// let launch = Exception::new("2026-12-01T09:00".parse()?, "2026-12-01T18:00".parse()?, 20)?;
/// assert_eq!(launch.value(), 20);
/// assert!(Exception::new(launch.end(), launch.start(), 20).is_err());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Exception {
    start: LocalMinute,
    end: LocalMinute,
    value: u32,
}

impl Exception {
    /// From a local time, inclusive, to a later one, exclusive; `value` is at most [`VALUE_MAX`](crate::VALUE_MAX).
    ///
    /// # Errors
    ///
    /// The first [`Reason`] that a schedule would have to refuse it: an end that is not after the start, one after
    /// 2100-01-01T00:00, a value that is too large.
    pub const fn new(start: LocalMinute, end: LocalMinute, value: u32) -> Result<Self, Reason<'static>> {
        if !start.is_before(end) {
            return Err(Reason::EndNotAfterStart { start, end });
        }
        if end.local_seconds().is_none() {
            return Err(Reason::TooLate(end));
        }
        match value_of(value as i64) {
            Ok(value) => Ok(Self { start, end, value }),
            Err(reason) => Err(reason),
        }
    }

    /// When it starts, inclusive.
    pub const fn start(self) -> LocalMinute {
        self.start
    }

    /// When it ends, exclusive.
    pub const fn end(self) -> LocalMinute {
        self.end
    }

    /// What it gives.
    pub const fn value(self) -> u32 {
        self.value
    }
}
