//! The program against a real registry.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod asked;
mod auth;
mod compared;
mod copied;
mod crash;
mod deleted;
mod faults;
mod github;
mod inspected;
mod pruned;
mod pull_requests;
mod refused;
mod refusing;
mod releases;
mod scenarios;
mod signed;
mod stale;
mod strategy;
mod support;
mod three;
