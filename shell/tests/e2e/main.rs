//! The controller as users run it: the real binary against a real API server, on a rehearsed clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what is wanted of it"
)]

mod account;
mod admission;
mod afterwards;
mod audit;
mod authorize;
mod autoscalers;
mod boundaries;
mod cluster;
mod clusters;
mod conditions;
mod configured;
mod controller;
mod fights;
mod gitops;
mod holidays;
mod hostile;
mod install;
mod invalid;
mod invalid_overrides;
mod kinds;
mod lease;
mod overrides;
mod piled;
mod probes;
mod reader;
mod readme;
mod records;
mod relay;
mod rights;
mod rules;
mod select;
mod shown;
mod stage;
mod targets;
mod token;
mod two;
mod waits;
