#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(test, fuzzing))]
extern crate std;

/// What a schedule says, and since and until when.
mod answer;
/// How a schedule is filled, by every way in.
mod build;
/// Conversions from and to chrono's types.
#[cfg(feature = "chrono")]
mod chrono;
/// The calendar as plain integers.
mod civil;
/// What boards log.
#[cfg(feature = "defmt")]
mod defmt;
/// How a schedule is given: typed values, text, JSON; and what can be wrong with it.
mod input;
/// Schedules as bytes: made on a computer, with the rules of their zone, for devices.
#[cfg(feature = "pack")]
#[cfg_attr(docsrs, doc(cfg(feature = "pack")))]
pub mod pack;
/// The schedule itself.
mod schedule;
/// The slowest answers: a search for them, and that none is beyond the bound.
#[cfg(test)]
mod slowest;
/// How much work an answer is, and the most that it may be: for tests, and for the fuzz targets, which are another crate.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod steps;
/// What windows are made of, and the table that they are compiled into.
mod week;
/// Time zones: those of the tzdb release, and those that come as data.
mod zone;

#[cfg(feature = "serde")]
pub use answer::Line;
pub use answer::{
    Calendar, Cause, Cursor, Epoch, Evaluate, Evaluation, Guard, LocalInstant, Reading, Spans, State, Transitions,
    WithCalendar,
};
#[cfg(feature = "serde")]
pub use input::Plan;
#[cfg(feature = "json")]
pub use input::json;
pub use input::{
    Date, Exception, ExceptionField, ExceptionSpec, Field, Holiday, HolidayMode, Invalid, LocalMinute, ParseError,
    Problem, Reason, Spec, Values, WindowField, WindowSpec, YearlyDate,
};
pub use schedule::{NAME_MAX, Schedule, VALUE_MAX};
pub use week::{Days, TimeOfDay, Weekday, Window};
#[cfg(feature = "tzdb")]
pub use zone::AllZones;
pub use zone::{OffsetOf, TimeZone, YearlyRule, Zone, ZoneFault, ZoneName, ZoneRules, Zones};

#[doc = include_str!("../SEMANTICS.md")]
pub mod semantics {}

#[doc = include_str!("../DESIGN.md")]
pub mod design {}
