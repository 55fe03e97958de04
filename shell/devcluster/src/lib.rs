#![doc = include_str!("../README.md")]

mod cache;
mod cluster;
mod component;
mod error;
mod flags;
mod folder;
mod gobuild;
mod janitor;
mod pki;
mod port;
mod tools;

pub use cluster::{DevCluster, Options};
pub use component::Component;
pub use error::Error;
pub use folder::Folder;
pub use tools::{Tools, progress_on_stderr};
