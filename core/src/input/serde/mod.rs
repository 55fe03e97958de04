//! `Serialize` and `Deserialize` of the typed values, and a schedule as a field of a larger document.
//!
//! In a format for people, as JSON is one, each is what the resource's `spec` has; in others (postcard) it is numbers in a fixed
//! order. What is read is checked as by the constructors, so that nothing can come in that they would refuse.
//!
//! Serde's derive isn't used for it: it makes messages of a kind that panics in serde-json-core with its feature
//! `custom-error-messages`, fills a list beside the one that it is to be in, and knows one form for all formats.

mod days;
mod exception;
mod holiday;
mod members;
mod message;
mod plan;
mod scalars;
mod text;
mod window;

pub use plan::Plan;
