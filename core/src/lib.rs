//! What a schedule of time windows means: the core of Kyklos.
//!
//! A [`Spec`] is a schedule as it is written. [`Schedule::new`] checks it, reporting every [`Problem`] it has, and
//! compiles it; the [`Schedule`] then answers two questions for any instant: which state applies
//! ([`Schedule::state_at`]), and when that next changes ([`Schedule::next_boundary`]). Time is an argument: nothing
//! here reads a clock. There is no allocation, no panic, no floating point and no unsafe code.
//!
//! # Features
//!
//! - `tzdb` (default): looks zones up by name when running ([`Zone::get`]), which brings the rules of all of them into
//!   the program. A board without it names the zone it needs when it is built ([`Zone::named`]).
//! - `json`: reads schedules from JSON on the device (`Schedule::from_json`), without allocation.
//! - `defmt`: `defmt::Format` for every public type.
#![no_std]

#[cfg(test)]
extern crate std;

mod civil;
mod cursor;
mod days;
mod evaluate;
mod exact;
#[cfg(feature = "json")]
mod json;
mod local;
#[cfg(feature = "defmt")]
mod log;
mod problem;
mod schedule;
mod spec;
mod special;
mod state;
mod table;
mod time_of_day;
mod validate;
mod zone;

pub use cursor::Cursor;
pub use days::Days;
#[cfg(feature = "json")]
pub use json::{JsonPath, JsonProblem, JsonReason, JsonType, Syntax};
pub use local::{parse_date, parse_local_time};
pub use problem::{ExceptionField, Field, Problem, Reason, WindowField};
pub use schedule::{GRACE_PERIOD_MAX, Invalid, NAME_MAX, REPLICAS_MAX, Schedule, TooManyHolidays};
pub use spec::{ExceptionSpec, HolidayMode, Spec, TargetRef, WindowSpec};
pub use state::{Cause, Decision, Evaluation, State};
pub use time_of_day::TimeOfDay;
pub use zone::Zone;
