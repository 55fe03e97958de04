//! What the wall clock of a zone reads at an instant, where it is hours away from being changed: what nearly every answer begins with.

use super::rules::{FOLD_GUARD, Rules};
use crate::civil::{FROM, place_in_years};

/// An instant as a zone's wall clock has it.
///
/// It is public for the trait [`Zone`](super::Zone) alone, and nobody can name it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// What it reads, in local seconds.
    pub(crate) local: u32,
    /// The [place in years](place_in_years) of what it would read outside the year's two transitions.
    pub(crate) place: u32,
    /// For so many seconds it goes on like that, and for three hours more.
    sure: Sure,
}

/// Where a register holds it, less what follows, and negative where nothing is sure.
#[cfg(all(target_pointer_width = "64", not(kyklos_narrow)))]
type Sure = i64;
#[cfg(any(not(target_pointer_width = "64"), kyklos_narrow))]
type Sure = u32;

/// So much sooner than up to three hours after a transition is three hours before it; where it is added each time some more, a number
/// that instructions have room for.
const MARGIN: u32 = if cfg!(all(target_pointer_width = "64", not(kyklos_narrow))) { 2 * FOLD_GUARD } else { 0x6000 };
const _: () = assert!(MARGIN >= 2 * FOLD_GUARD);

impl Clock {
    /// Nothing is sure.
    pub(crate) const UNSURE: Self = Self { local: 0, place: 0, sure: 0 };
}

#[cfg(all(target_pointer_width = "64", not(kyklos_narrow)))]
impl Clock {
    /// Sure for so many seconds.
    #[inline(always)]
    pub(super) const fn sure_for(local: u32, place: u32, sure: i64) -> Self {
        Self { local, place, sure }
    }

    /// So many seconds remain up to three hours after the next transition.
    #[inline(always)]
    const fn with_remaining(local: u32, place: u32, remaining: u32) -> Self {
        Self { local, place, sure: remaining as i64 - MARGIN as i64 }
    }

    /// Whether it goes on for so many seconds, which are some, and three hours more.
    #[inline(always)]
    pub(crate) const fn is_sure_for(&self, seconds: usize) -> bool {
        self.sure >= seconds as i64
    }

    /// For how many seconds it does. After the last transition of a year that may be as good as infinite.
    #[cfg(all(test, feature = "tzdb"))]
    pub(super) const fn sure(&self) -> u32 {
        if self.sure > 0 { self.sure as u32 } else { 0 }
    }
}

#[cfg(any(not(target_pointer_width = "64"), kyklos_narrow))]
impl Clock {
    /// So many seconds remain up to three hours after the next transition.
    #[inline(always)]
    const fn with_remaining(local: u32, place: u32, remaining: u32) -> Self {
        Self { local, place, sure: remaining }
    }

    /// Whether it goes on for so many seconds, which are some, and three hours more.
    #[inline(always)]
    pub(crate) const fn is_sure_for(&self, seconds: usize) -> bool {
        self.sure >= seconds as u32 + MARGIN
    }
}

impl Rules<'_> {
    /// What the wall clock reads at an instant in Unix seconds; `None` where that isn't by the yearly rule, or outside the tables'
    /// years.
    ///
    /// What remains is up to three hours after the next transition: within the three hours after one the side of it is
    /// wrong, and at most three hours remain. After the last transition of a year that is as good as infinite.
    #[inline(always)]
    pub(crate) fn clock_at(&self, unix_seconds: i64) -> Option<Clock> {
        if !self.by_rule.has(unix_seconds) {
            return None;
        }
        let instant = unix_seconds.wrapping_sub(FROM) as u32;
        let outside = instant.wrapping_add(self.outside);
        // Local seconds begin two days before the years do, so within three days of a New Year this may be the other one.
        let place = place_in_years(outside);
        let (first, length) = self.transitions_of(place >> 8);
        // Since three hours after the first transition. Before that it is negative, that is, more than any length.
        let since = instant.wrapping_sub(first);
        let between = since < length;
        let local = if between { instant.wrapping_add(self.between) } else { outside };
        let remaining = if between { length } else { 0 }.wrapping_sub(since);
        Some(Clock::with_remaining(local, place, remaining))
    }
}
