//! The shell around the core: reads resources, and runs as a command line and as a Kubernetes controller.

pub mod api;
pub mod calendar;
pub mod cli;
pub mod controller;
pub mod install;
