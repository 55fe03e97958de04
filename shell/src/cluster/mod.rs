//! The only room with a client of the API server, and the only one that asks the machine for the time: watches, the
//! requests that write, the lease, and the clock's guard.

pub mod claims;
pub mod client;
pub mod clock;
pub mod compare;
pub mod discovery;
pub mod guard;
pub mod lease;
pub mod overrides;
pub mod patience;
pub mod requests;
pub mod seen;
pub mod time;
pub mod watch;
mod words;
pub mod workloads;

pub use client::connect;
pub use clock::Clock;
pub use compare::Comparison;
pub use guard::{ClockState, Guard, Reading};
pub use lease::{Held, Leadership, LeaseName};
pub use time::{MachineTime, Moment, Time};

/// The name under which the API server files this program's changes.
pub const FIELD_MANAGER: &str = "kyklos";
