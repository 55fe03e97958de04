//! The shell around the core: reads resources, and runs as a command line and as a Kubernetes controller.

pub mod cli;
pub mod controller;
pub mod holidays;
pub mod install;
mod instants;
pub mod manifest;
pub mod overrides;
pub mod problems;
pub mod resource;
pub mod times;
