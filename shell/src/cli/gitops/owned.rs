//! Which fields of a target Kyklos writes.

use crate::api::Object;
use crate::api::text::plain;

/// A field that Kyklos writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Where it is: a JSON pointer (RFC 6901).
    pub(super) pointer: &'static str,
    /// Whether the API server takes no object without it, so that it can't be left out of a manifest.
    pub(super) required: bool,
}

const fn optional(pointer: &'static str) -> Field {
    Field { pointer, required: false }
}

/// Of everything that has `scale`; where a custom kind has its count is in its CRD (`specReplicasPath`).
const SCALE: &[Field] = &[optional("/spec/replicas")];
const AUTOSCALER: &[Field] = &[optional("/spec/minReplicas"), Field { pointer: "/spec/maxReplicas", required: true }];
const SCALED_OBJECT: &[Field] = &[
    optional("/spec/minReplicaCount"),
    optional("/spec/maxReplicaCount"),
    optional("/metadata/annotations/autoscaling.keda.sh~1paused-replicas"),
];
const CRON_JOB: &[Field] = &[optional("/spec/suspend")];

/// A target as other tools name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    pub(super) namespace: String,
    pub(super) kind: String,
    pub(super) name: String,
    /// Empty for Kubernetes' core.
    pub(super) group: String,
    pub(super) version: String,
}

impl Target {
    /// What an object scales.
    pub(super) fn of(object: &Object) -> Self {
        let target = &object.spec.target_ref;
        let (group, version) = target.api_version.split_once('/').unwrap_or(("", &target.api_version));
        Self {
            namespace: object.metadata.namespace.clone(),
            kind: target.kind.clone(),
            name: target.name.clone(),
            group: group.to_owned(),
            version: version.to_owned(),
        }
    }

    /// As a manifest has it.
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// For a comment, on one line.
    pub(super) fn words(&self) -> String {
        plain(&format!("{} {}/{}", self.kind, self.namespace, self.name)).into_owned()
    }

    /// The fields of it that Kyklos writes.
    pub(super) fn fields(&self) -> &'static [Field] {
        match (self.group.as_str(), self.kind.as_str()) {
            ("autoscaling", "HorizontalPodAutoscaler") => AUTOSCALER,
            ("keda.sh", "ScaledObject") => SCALED_OBJECT,
            ("batch", "CronJob") => CRON_JOB,
            _ => SCALE,
        }
    }

    /// Whether it is of a kind whose count may lie elsewhere.
    pub(super) fn is_custom(&self) -> bool {
        self.fields() == SCALE && self.group != "apps"
    }

    /// The pointers of its fields.
    pub(super) fn pointers(&self) -> Vec<&'static str> {
        self.fields().iter().map(|field| field.pointer).collect()
    }
}

/// What is to be said of the kinds whose count may lie elsewhere.
pub(super) fn custom<'t>(targets: impl IntoIterator<Item = &'t Target>) -> Option<String> {
    let custom: Vec<_> = targets.into_iter().filter(|target| target.is_custom()).map(Target::words).collect();
    let words = "where its CRD's `scale` names another specReplicasPath than .spec.replicas, write that";
    (!custom.is_empty()).then(|| format!("{}: {words}", custom.join(", ")))
}
