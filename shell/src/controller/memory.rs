//! What the controller remembers of an object between two looks.

use std::sync::Arc;

use kube::api::DynamicObject;

use super::plan::Happening;
use super::seen::SeenDeployment;
use crate::calendar::Dates;
use crate::api::problems::Problems;
use crate::api::{OVERRIDE_ANNOTATION, ShellSchedule, TimeWindowScalerSpec, TimeWindowScalerStatus};

/// What is remembered of an object. What has to outlive the process is in its status.
#[derive(Debug, Default)]
pub struct Memory {
    uid: String,
    /// What was last decided. The API server may not have it yet: see `status_due`.
    pub status: TimeWindowScalerStatus,
    /// Whether `status` still has to be written.
    pub status_due: bool,
    /// The object's resource version after the last write of its status, 0 before the first.
    pub status_version: u128,
    /// Events that still have to be written.
    pub events_due: Vec<Happening>,
    /// The override annotation.
    pub annotation: Option<String>,
    /// The schedule, compiled once for each generation.
    pub compiled: Option<Compiled>,
    /// What its ConfigMap said at the last look.
    pub dates: Option<Arc<Dates>>,
    /// The last accepted write to the target.
    pub written: Option<Written>,
    /// How often in a row a look has failed.
    pub failures: u32,
}

/// A compiled schedule and what it was made from.
#[derive(Debug)]
pub struct Compiled {
    /// The generation of the spec.
    pub generation: i64,
    /// The schedule, or what is wrong with the spec.
    pub result: Result<(TimeWindowScalerSpec, Box<ShellSchedule>), Problems>,
}

/// A write that the API server accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The target's name.
    pub target: String,
    /// The target's resource version after it.
    pub version: String,
    /// The replicas written.
    pub replicas: i32,
}

impl Written {
    /// Whether it is newer than what the cache shows of the same Deployment.
    ///
    /// Resource versions of one resource are ordered whole numbers (Kubernetes 1.35, KEP-5504).
    pub fn is_after(&self, seen: &SeenDeployment) -> bool {
        self.target == seen.name
            && match (self.version.parse::<u128>(), seen.version.parse::<u128>()) {
                (Ok(written), Ok(seen)) => written > seen,
                _ => false,
            }
    }
}

impl Memory {
    /// Takes note of a newer version of the object, and says whether somebody else has written its status, which is then
    /// due again.
    pub fn is_overwritten(&mut self, object: &DynamicObject) -> bool {
        if self.status_due || version_of(object) <= self.status_version {
            return false;
        }
        self.status_due = status_of(object) != self.status;
        self.status_due
    }

    /// Whether anything still has to be written.
    pub fn is_due(&self) -> bool {
        self.status_due || !self.events_due.is_empty()
    }

    /// Takes note of an object as the cache has it. Another object of the same name is a new one.
    pub fn see(&mut self, object: &DynamicObject) {
        let uid = object.metadata.uid.as_deref().unwrap_or_default();
        if self.uid != uid {
            *self = Self { uid: uid.to_owned(), status: status_of(object), ..Self::default() };
        }
        self.annotation = override_annotation(object).map(str::to_owned);
    }
}

/// The status of an object. One that can't be read is as good as none: it is written anew.
fn status_of(object: &DynamicObject) -> TimeWindowScalerStatus {
    object.data.get("status").cloned().and_then(|status| serde_json::from_value(status).ok()).unwrap_or_default()
}

/// The resource version of an object, an ordered whole number; 0 where it isn't.
pub fn version_of(object: &DynamicObject) -> u128 {
    object.metadata.resource_version.as_deref().and_then(|version| version.parse().ok()).unwrap_or_default()
}

/// The override annotation of an object.
pub fn override_annotation(object: &DynamicObject) -> Option<&str> {
    object.metadata.annotations.as_ref()?.get(OVERRIDE_ANNOTATION).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_newer_than_an_older_version_of_the_same_target() {
        let written = Written { target: "web".into(), version: "1000".into(), replicas: 3 };
        let seen = |name: &str, version: &str| SeenDeployment {
            name: name.into(),
            version: version.into(),
            replicas: 1,
            settled: true,
        };
        assert!(written.is_after(&seen("web", "999")));
        assert!(!written.is_after(&seen("web", "1000")));
        assert!(!written.is_after(&seen("web", "10000")));
        assert!(!written.is_after(&seen("api", "999")));
        assert!(!written.is_after(&seen("web", "opaque")));
    }
}
