//! What can be scaled: a file a kind, and what is seen of an object of any of them.
//!
//! A kind says what is read of an object, which request writes a count, what the answer to that says, and which rights it takes.
//! Another one is a file and a line in [`OWN`]; a custom kind is found by discovery and takes neither.

mod apps;
mod cron_job;
mod custom;
mod hpa;
mod key;
mod kind;
mod labels;
mod resource;
mod scaled_object;
mod scaling;
mod served;
mod size;
mod state;

pub use key::{TargetKey, TargetRefKey};
pub use kind::{Custom, Field, How, Kind, Own};
pub use labels::LabelSet;
pub use resource::Resource;
pub use scaled_object::{PAUSED, PAUSED_REPLICAS};
pub use scaling::{Defaults, Ours, Scaling, Sleeps, Under};
pub use served::{CountPath, Served};
pub use size::Size;
pub use state::{Seen, TargetState};

/// What an object of a kind scales, by its `spec`; `None` where that is no autoscaler, or scales what has no count.
pub fn scales(kind: &Kind, spec: &serde_json::Value) -> Option<TargetRefKey> {
    if *kind == Kind::HPA {
        hpa::scales(spec)
    } else if *kind == Kind::SCALED_OBJECT {
        scaled_object::scales(spec)
    } else {
        None
    }
}

/// The kinds that have a file of their own. What they are called is said in their order.
pub const OWN: [&Own; 6] = [
    &apps::DEPLOYMENT,
    &apps::STATEFUL_SET,
    &apps::REPLICA_SET,
    &hpa::HPA,
    &cron_job::CRON_JOB,
    &scaled_object::SCALED_OBJECT,
];
