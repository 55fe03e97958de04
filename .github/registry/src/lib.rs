//! What makes the image and its registry what the project promises: which tags an event makes, how an image is
//! published, verified, pruned and copied.

pub mod annotations;
pub mod branch;
pub mod cli;
pub mod compare;
pub mod copy;
pub mod digest;
pub mod event;
pub mod history;
pub mod inspect;
pub mod layout;
pub mod plan;
pub mod prune;
pub mod publish;
pub mod published;
pub mod registry;
pub mod source;
pub mod tag;
pub mod verify;
pub mod version;
