//! The rules of a zone of the program, and what makes them quicker where there is room for it.

use super::clock::Clock;
use super::rules::Rules;

/// A zone of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BuiltIn {
    pub(super) rules: Rules<'static>,
    #[cfg(all(target_pointer_width = "64", not(kyklos_narrow)))]
    halves: super::halves::Halves,
}

impl BuiltIn {
    pub(super) const fn of(rules: Rules<'static>) -> Self {
        Self {
            #[cfg(all(target_pointer_width = "64", not(kyklos_narrow)))]
            halves: super::halves::Halves::of(&rules),
            rules,
        }
    }

    /// As [`Rules::clock_at`].
    #[inline(always)]
    pub(super) fn clock_at(&self, unix_seconds: i64) -> Option<Clock> {
        #[cfg(all(target_pointer_width = "64", not(kyklos_narrow)))]
        return self.halves.clock_at(unix_seconds);
        #[cfg(any(not(target_pointer_width = "64"), kyklos_narrow))]
        self.rules.clock_at(unix_seconds)
    }
}
