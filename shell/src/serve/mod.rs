//! The one HTTP server: probes and metrics, with limits.

mod address;
mod server;

pub use address::{PORT, ServeAddress};
pub use server::{Answer, Answers, Page, serve};
