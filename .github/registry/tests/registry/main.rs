//! The program against a real registry.

mod crash;
mod faults;
mod refused;
mod scenarios;
mod support;
