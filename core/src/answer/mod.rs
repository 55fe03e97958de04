//! What a schedule says: the short way for nearly every instant, the exact one for all others, and what is built on them.

/// Dates that several schedules share.
mod calendar;
/// An answer that is remembered.
mod cursor;
/// The dates that are holidays.
pub(crate) mod dates;
/// The answer itself.
mod evaluation;
/// What comes every year.
mod every_year;
/// The way that is right everywhere.
mod exact;
/// Spans that happen once.
pub(crate) mod exceptions;
/// Where neither a holiday nor an exception is near.
pub(crate) mod filter;
/// Clocks of devices that may be unset.
mod guard;
/// One answer as a line of JSON.
#[cfg(feature = "serde")]
mod line;
/// One instant for many schedules.
mod local_instant;
/// The way that is quick, nearly always.
mod short;
/// Since when a state holds.
mod since;
/// From boundary to boundary.
mod step;
/// One state after the other.
mod transitions;

pub use calendar::{Calendar, WithCalendar};
pub use cursor::Cursor;
pub use evaluation::{Cause, Evaluate, Evaluation, State};
pub use guard::{Epoch, Guard, Reading};
#[cfg(feature = "serde")]
pub use line::Line;
pub use local_instant::LocalInstant;
pub use transitions::{Spans, Transitions};
