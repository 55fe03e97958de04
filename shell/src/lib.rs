//! The shell around the core: reads resources, and runs as a command line and as a Kubernetes controller.

pub mod controller;
pub mod holidays;
pub mod problems;
pub mod resource;
pub mod times;
