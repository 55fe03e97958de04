//! Time zones: every name and link of one tzdb release, as offsets and transitions, and zones that come as data.
//!
//! - `time_zone`: the zones of the program. `data` is what `cargo tzgen` makes of the release, `packed_names` finds and
//!   spells its names, `name` is one of them.
//! - `zone_rules`: the zones that come as data, made of changes and a rule. `yearly` is that rule, `posix` reads it, `fault`
//!   says what is wrong with either.
//! - `dates`: a rule as the days and times it consists of, for packs.
//! - `rules`: what both kinds of zones come to, and the transition after an instant, which all else asks for.
//! - `clock`: what the wall clock reads, where that is simple. `built_in` has it quicker, by `halves` of years.
//! - `fold`: which readings of the wall clock an instant stands for while the clock is put back.
//! - `era`: instants outside the tables' years.
//! - `unix`: the questions from outside.
//! - `find`: what may be a schedule's zone, and where it is found.

mod built_in;
mod clock;
mod code;
#[rustfmt::skip]
mod data;
#[cfg(feature = "pack")]
mod dates;
mod era;
mod fault;
mod find;
mod fold;
// `kyklos_narrow`: the tests of a processor that has no room for them, see `civil`.
#[cfg(all(target_pointer_width = "64", not(kyklos_narrow)))]
mod halves;
mod name;
#[cfg(feature = "tzdb")]
mod packed_names;
mod posix;
mod rules;
mod time_zone;
mod unix;
mod yearly;
mod zone_rules;

pub(crate) use clock::Clock;
#[cfg(feature = "pack")]
pub(crate) use dates::{Dated, dates_of};
pub(crate) use era::{Equivalent, Era, stand_in};
pub use fault::{OffsetOf, ZoneFault};
#[cfg(feature = "tzdb")]
pub use find::AllZones;
pub use find::{Zone, Zones};
pub(crate) use fold::FoldSegment;
pub use name::ZoneName;
pub(crate) use rules::{FOLD_GUARD, OVER_NEW_YEAR, Rules};
pub use time_zone::TimeZone;
#[cfg(feature = "pack")]
pub(crate) use yearly::MonthDay;
pub use yearly::YearlyRule;
pub use zone_rules::ZoneRules;
#[cfg(feature = "pack")]
pub(crate) use zone_rules::{END, meets};
