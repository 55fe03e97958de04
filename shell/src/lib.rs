//! The shell around the core: reads resources, and runs as a command line and as a Kubernetes controller.
//!
//! The way of the data in the controller: a watch parses what it brings once into small facts, which go to the engine. The
//! engine holds everything that is known in one task. When a turn to write is free, it reads the facts of whoever is next,
//! [decides](policy::decide) and sends, without a wait between. What becomes of the request is a fact of the next look, which
//! tells what has happened. Statuses and events wait in a queue of their own behind the targets.
//!
//! Each room has a reason to be opened:
//!
//! - [`api`]: what a resource means, how it is read and called; no client
//! - [`calendar`]: where holidays come from
//! - [`policy`]: what is decided and said, from facts alone
//! - [`target`]: what can be scaled, and how it is written
//! - [`cluster`]: everything that talks to the API server or asks for the time
//! - [`engine`]: who is looked at when
//! - [`report`]: status, events and metrics, as they are written
//! - [`serve`]: probes and metrics over HTTP
//! - [`install`]: the manifests of an installation
//! - [`cli`]: the commands, the controller's too
//!
//! `SEMANTICS.md` beside it has the rules, each with the name of its test.

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
