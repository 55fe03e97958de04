//! What a schedule of time windows means: the core of Kyklos.
//!
//! A [`Spec`] is a schedule as it is written. [`Schedule::new`] checks it, reporting every [`Problem`] it has, and
//! compiles it; [`Schedule::evaluate`] then says for any instant which state applies and when that next changes, in Unix
//! seconds. [`Schedule::decision_at`] and its likes are the same for programs that use chrono, and a [`Cursor`] is for a
//! caller who asks again and again. Time is an argument: nothing here reads a clock. There is no allocation, no floating
//! point and no unsafe code, and nothing panics, whatever the instant.
//!
//! How it works, and what it can't do, is in `DESIGN.md` beside the crate.
//!
//! # Features
//!
//! - `tzdb` (default): looks zones up by name when running ([`Zone::get`]), which brings the rules of all of them into
//!   the program. A board without it names the zone it needs when it is built ([`Zone::named`]).
#![no_std]

#[cfg(test)]
extern crate std;

mod civil;
mod cursor;
mod days;
mod evaluate;
mod exact;
mod local;
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
pub use local::{parse_date, parse_local_time};
pub use problem::{ExceptionField, Field, Problem, Reason, WindowField};
pub use schedule::{GRACE_PERIOD_MAX, Invalid, NAME_MAX, REPLICAS_MAX, Schedule, TooManyHolidays};
pub use spec::{ExceptionSpec, HolidayMode, Spec, TargetRef, WindowSpec};
pub use state::{Cause, Decision, Evaluation, State};
pub use time_of_day::TimeOfDay;
pub use zone::Zone;
