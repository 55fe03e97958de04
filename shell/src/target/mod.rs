//! What can be scaled: a file a kind, and what is seen of an object of any of them.
//!
//! A kind says what is read of an object, which request writes a count, what the answer to that says, and which rights it takes.
//! Another one is a file and a line in [`OWN`]; a custom kind is found by discovery and takes neither.

mod apps;
mod cron_job;
mod custom;
mod key;
mod kind;
mod labels;
mod resource;
mod served;
mod state;

pub use key::{TargetKey, TargetRefKey};
pub use kind::{Custom, How, Kind, Own};
pub use labels::LabelSet;
pub use resource::Resource;
pub use served::{CountPath, Served};
pub use state::{Seen, TargetState};

/// The kinds that have a file of their own. What they are called is said in their order.
pub const OWN: [&Own; 4] = [&apps::DEPLOYMENT, &apps::STATEFUL_SET, &apps::REPLICA_SET, &cron_job::CRON_JOB];
