//! How a schedule is given: typed values, text, JSON; and what can be wrong with it.

/// A word for each thing that can be wrong.
mod code;
mod date;
mod exception;
/// What each field may be.
pub(crate) mod fields;
/// From text and numbers to a schedule.
pub(crate) mod from_spec;
/// From typed values to a schedule.
mod from_values;
mod holiday;
/// Dates in their order, from a list in any order.
pub(crate) mod in_order;
#[cfg(feature = "json")]
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
pub mod json;
mod local_minute;
/// Why a text is no value.
mod parse_error;
/// What can be wrong with a schedule, and where.
mod problem;
/// Typed values, and a schedule of them, in formats of serde.
#[cfg(feature = "serde")]
mod serde;
/// A schedule as text and numbers.
mod spec;

pub use date::{Date, YearlyDate};
pub use exception::Exception;
pub use from_values::Values;
pub use holiday::Holiday;
pub use local_minute::LocalMinute;
pub use parse_error::ParseError;
pub use problem::{ExceptionField, Field, Invalid, Problem, Reason, WindowField};
#[cfg(feature = "serde")]
pub use serde::Plan;
pub use spec::{ExceptionSpec, HolidayMode, Spec, WindowSpec};
