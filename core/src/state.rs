//! What applies at an instant.

use chrono::{DateTime, Utc};

/// What applies, and the replicas it gives. Two instants with equal states have no boundary to tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct State {
    /// Which of the schedule's parts applies.
    pub cause: Cause,
    /// The replicas that it gives, at most 2,147,483,647.
    pub replicas: u32,
}

/// Which of a schedule's parts applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Cause {
    /// None of the others.
    Default,
    /// The window of this index.
    Window(u16),
    /// A holiday, by the schedule's [`HolidayMode`](crate::HolidayMode).
    Holiday,
    /// The exception of this index.
    Exception(u16),
}

/// The state at an instant and how long it lasts, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Evaluation {
    /// What applies.
    pub state: State,
    /// The first later instant with another state, in Unix seconds; `None` when there is none any more.
    pub until: Option<i64>,
}

/// The state at an instant and how long it lasts, in chrono's form: an [`Evaluation`] for programs that use chrono.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decision {
    /// What applies.
    pub state: State,
    /// The first later instant with another state; `None` when there is none any more.
    pub until: Option<DateTime<Utc>>,
}
