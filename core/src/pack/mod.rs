#![doc = include_str!("../../PACK.md")]

//! - `problem`: what can be wrong with a pack, and at which byte.
//! - `wire`: the bytes, as numbers at their places.
//! - `open`: whether bytes are a pack at all, and its parts.
//! - `decode`: from a pack to a schedule. `encode`: from values to a pack.
//! - `crc`: the check against damage.

mod crc;
mod decode;
mod encode;
mod open;
mod problem;
mod wire;

pub use crc::Crc32;
pub use encode::encode;
pub use open::Pack;
pub use problem::{PackField, PackProblem, PackReason};
