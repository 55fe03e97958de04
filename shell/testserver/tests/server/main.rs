//! The server, asked by a plain client of kube.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what is wanted of it"
)]

mod common;
mod faults;
mod lists;
mod many;
mod objects;
mod watches;
