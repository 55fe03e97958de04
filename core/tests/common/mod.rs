//! What several of the test programs need: jiff as the authority on zones, schedules drawn at random, and how many.

pub(crate) mod authority;
pub(crate) mod draw;
pub(crate) mod effort;
pub(crate) mod ways;
pub(crate) mod written;
