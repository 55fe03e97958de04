//! What every board does with a schedule, whatever its chip: it [loads](Device::start) one, [looks](Device::look) what applies and
//! how long it may sleep, and answers over a [line](Line). A chip's `main` brings a [clock](Clock), a [store](Store) and a pin.
//!
//! Nothing here reads a clock or waits: a board asks when it wakes, so a power cut costs no more than the time it takes to start.
#![no_std]

/// Where the time comes from.
mod clock;
/// A board: schedule, clock, line and store together.
mod device;
/// A loop for executors of embassy.
#[cfg(feature = "embassy")]
mod forever;
/// What the boards are built with.
mod home;
/// Commands as bytes.
mod line;
/// A flash in memory.
#[cfg(feature = "simulated")]
mod simulated;
/// Packs in flash, that survive a power cut.
mod slots;
/// Room for an answer.
mod text;

pub use clock::{Clock, Counted, LocalTime};
pub use device::{Device, Look, Settings, Source};
#[cfg(feature = "embassy")]
pub use forever::run;
pub use line::{Command, Line, LineProblem};
#[cfg(feature = "simulated")]
pub use simulated::{Cut, SimulatedFlash};
pub use slots::{NoStore, Slots, Store, StoreFault};
pub use text::Text;
