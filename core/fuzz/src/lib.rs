//! What the fuzz targets check. Each check takes any bytes and panics on a finding, so the committed corpora run as
//! ordinary tests too.

#![allow(clippy::expect_used, reason = "a check that panics is a finding")]

mod clock;
mod contract;
mod find;
mod instants;
mod json;
mod oracle;
mod packs;
mod typed;
mod values;
mod ways;
mod zone_data;

pub use instants::instants;
pub use json::json;
pub use packs::packs;
pub use values::values;

/// A fuzz target: its name, which is also that of its corpus, and its check.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 4] = [("json", json), ("values", values), ("instants", instants), ("packs", packs)];
