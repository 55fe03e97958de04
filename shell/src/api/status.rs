//! What the controller says of an object.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use super::Value;

/// What the controller last saw and decided.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TimeWindowScalerStatus {
    /// The generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// What is wanted now, the schedule's or the more that a grace period keeps: a count, or a text such as 50%, original, 2..5,
    /// 2.. or ..5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_replicas: Option<Value>,
    /// The replicas in the target's spec when it was last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_observed_replicas: Option<i32>,
    /// What applies: a window's name or HH:MM-HH:MM, an exception's name or start, OffHours, Holiday-Closed,
    /// Holiday-Open or Override.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_window: Option<String>,
    /// The override that applies: an object's name, or that of the annotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_override: Option<String>,
    /// The next instant at which something else applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_boundary: Option<Time>,
    /// What the schedule gives from then on, like effectiveReplicas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_replicas: Option<Value>,
    /// When the target's replicas were last written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_scale_time: Option<Time>,
    /// Until when a scale-down is delayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_period_expiry: Option<Time>,
    /// The clock that all of this goes by, when it isn't the real one: a rehearsal says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// With targets: how many there are, and the first that aren't as they should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<TargetsStatus>,
    /// Ready, Reconciling, Stalled and Degraded.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".to_owned()]))]
    pub conditions: Vec<Condition>,
}

/// How the targets of an object stand that has many.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TargetsStatus {
    /// Those that this object scales.
    #[serde(default)]
    pub claimed: i64,
    /// Those of them that are as they should be.
    #[serde(default)]
    pub held: i64,
    /// Those of them that aren't.
    #[serde(default)]
    pub different: i64,
    /// Those that another object scales.
    #[serde(default)]
    pub conflict: i64,
    /// Those of the claimed that the API server refuses to change, or about which it doesn't answer.
    #[serde(default)]
    pub failed: i64,
    /// Those that would be picked, but for their name in spec.targets.exclude or an annotation of their own, and what Kyklos runs in.
    #[serde(default)]
    pub excluded: i64,
    /// Those that would be picked, but that another object makes and manages.
    #[serde(default)]
    pub owned: i64,
    /// Those that would be picked, but that are left to autoscalers that are.
    #[serde(default)]
    pub governed: i64,
    /// The generation of this object that waits for its annotation kyklos.io/confirm: too many would be lowered at once.
    #[serde(default)]
    pub unconfirmed: Option<i64>,
    /// The generation of which that annotation is used: what is picked later asks for it to be taken away and set again.
    #[serde(default)]
    pub confirmed: Option<i64>,
    /// What this object did when nothing of it waited for that annotation: whoever acts next tells by it what is new.
    #[serde(default)]
    pub passed: Option<PassedStatus>,
    /// The first twenty that aren't as they should be.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub first: Vec<TargetStatus>,
}

/// What an object of many targets did when nothing of it waited.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct PassedStatus {
    /// A digest of its spec.
    #[serde(default)]
    pub spec: String,
    /// The namespaces in which it acted, where it asks for labels of namespaces; in order.
    #[serde(default)]
    #[schemars(length(max = 10_000))]
    pub namespaces: Vec<String>,
}

impl PassedStatus {
    /// Whether it acted in a namespace.
    pub fn has(&self, namespace: &str) -> bool {
        self.namespaces.binary_search_by(|known| (**known).cmp(namespace)).is_ok()
    }
}

/// A target that isn't as it should be.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TargetStatus {
    /// Its namespace, of a schedule for many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Why, in a word.
    pub reason: String,
    /// Why, in a sentence.
    pub message: String,
}
