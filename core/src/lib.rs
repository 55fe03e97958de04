#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(test)]
extern crate std;

mod checks;
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
mod paint;
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
pub use zone::{Zone, ZoneName};
