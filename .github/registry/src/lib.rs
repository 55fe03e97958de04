//! What makes the image and its registry what the project promises: which tags an event makes, how an image is
//! published, verified, pruned and copied.

pub mod digest;
pub mod event;
pub mod plan;
pub mod tag;
pub mod version;
