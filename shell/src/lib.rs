//! The shell around the core: reads resources, and runs as a command line and as a Kubernetes controller.

pub mod api;
pub mod calendar;
pub mod cli;
pub mod cluster;
pub mod engine;
pub mod install;
pub mod policy;
pub mod report;
pub mod serve;
pub mod target;
