//! What is told of a decision and of what became of it: status, events, metrics and the log.

pub mod events;
pub mod metrics;
pub mod overrides;
pub mod status;
