//! The Rust types of the resource `TimeWindowOverride`, of which its CRD is made.

use std::fmt;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, LabelSelector, Time};
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use super::TTL_DEFAULT;
use crate::api::spec::{ONE_LINE, SUBDOMAIN, instant_schema, value};
use crate::api::value::{bound_schema, replicas_schema};
use crate::api::{Replicas, Value};

/// For some time, another value than a schedule gives.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "kyklos.io",
    version = "v1alpha1",
    kind = "TimeWindowOverride",
    plural = "timewindowoverrides",
    shortname = "two",
    namespaced,
    status = "TimeWindowOverrideStatus",
    derive = "PartialEq",
    doc = "For some time, another value than a schedule gives.",
    category = "kyklos",
    printcolumn(name = "Scaler", type_ = "string", json_path = ".spec.scalerRef.name"),
    printcolumn(name = "Wanted", type_ = "string", json_path = ".spec.replicas"),
    printcolumn(name = "Min", type_ = "integer", json_path = ".spec.minReplicas", priority = 1),
    printcolumn(name = "Max", type_ = "integer", json_path = ".spec.maxReplicas", priority = 1),
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase"),
    printcolumn(name = "Until", type_ = "string", json_path = ".status.until"),
    printcolumn(name = "By", type_ = "string", json_path = ".spec.requestedBy"),
    printcolumn(name = "Reason", type_ = "string", json_path = ".spec.reason"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(
    validation = Rule::new("has(self.scalerRef) != has(self.selector)").message("write either scalerRef or selector"),
    validation = Rule::new("has(self.replicas) != (has(self.minReplicas) || has(self.maxReplicas))").message("write either replicas, or minReplicas, maxReplicas or both"),
    validation = Rule::new("!has(self.minReplicas) || !has(self.maxReplicas) || self.minReplicas <= self.maxReplicas").message("minReplicas is above maxReplicas"),
    validation = Rule::new("has(self.until) != (has(self.untilNextBoundary) && self.untilNextBoundary)").message("write either until or untilNextBoundary: true"),
    validation = Rule::new("!has(self.untilNextBoundary) || !self.untilNextBoundary || has(self.scalerRef)").message("untilNextBoundary is of one schedule: write scalerRef"),
    validation = Rule::new("!has(self.from) || !has(self.until) || timestamp(self.from) < timestamp(self.until)").message("until must be after from"),
    validation = Rule::new("has(self.scalerRef) == has(oldSelf.scalerRef) && (!has(self.scalerRef) || self.scalerRef == oldSelf.scalerRef)").message("whom it is for can't be changed: make another one"),
    validation = Rule::new("has(self.until) || !has(oldSelf.until)").message("one with until keeps one: make another one for the next boundary"),
)]
pub struct TimeWindowOverrideSpec {
    /// The schedule that it is for: one of the same namespace; or one of the cluster, and then for its targets in this namespace
    /// alone. Can't be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaler_ref: Option<ScalerRef>,
    /// The schedules of its namespace that it is for, by their labels, instead of scalerRef; an empty one is for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// What targets get as long as it lasts: a count, a share of their original count such as 50%, or original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "replicas_schema")]
    pub replicas: Option<Replicas>,
    /// Instead of replicas: the least that targets may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub min_replicas: Option<i64>,
    /// Instead of replicas: the most that targets may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub max_replicas: Option<i64>,
    /// From when on, RFC 3339; at once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "instant_schema")]
    pub from: Option<String>,
    /// Until when, RFC 3339, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "instant_schema")]
    pub until: Option<String>,
    /// Instead of until: up to the next boundary of the schedule after from. Which that is is found once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_next_boundary: Option<bool>,
    /// Why.
    #[schemars(length(min = 1, max = 256), regex(pattern = ONE_LINE))]
    pub reason: String,
    /// Who asked for it. `kyklos override` writes what the API server says of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256), regex(pattern = ONE_LINE))]
    pub requested_by: Option<String>,
    /// Seconds after its end, or its creation if that is later, at which it is deleted.
    #[serde(default = "ttl_seconds_after_end")]
    #[schemars(range(min = 0, max = 31_536_000))]
    pub ttl_seconds_after_end: i64,
}

impl TimeWindowOverrideSpec {
    /// What it asks for; `None` where that isn't right.
    pub fn value(&self) -> Option<Value> {
        value(self.replicas.as_ref(), (self.min_replicas, self.max_replicas))
    }
}

/// A schedule.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScalerRef {
    /// Its kind: TimeWindowScaler, which is meant when absent, or ClusterTimeWindowScaler.
    #[serde(default = "scaler_kind")]
    #[schemars(schema_with = "kind_schema")]
    pub kind: String,
    /// Its name.
    #[schemars(length(min = 1, max = 253), regex(pattern = SUBDOMAIN))]
    pub name: String,
}

/// What overrides of a schedule may ask for; beyond it they are refused.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new("!has(self.minReplicas) || !has(self.maxReplicas) || self.minReplicas <= self.maxReplicas").message("minReplicas must not be above maxReplicas"))]
pub struct OverrideBounds {
    /// No less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub min_replicas: Option<i64>,
    /// No more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "bound_schema")]
    pub max_replicas: Option<i64>,
    /// No longer, in seconds. One without a beginning counts only so long before its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 31_536_000))]
    pub max_seconds: Option<i64>,
}

/// What the controller last saw and decided.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TimeWindowOverrideStatus {
    /// The generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Waiting, Active, Ended or Invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Until when it applies; with untilNextBoundary found once, and kept here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The schedules that it is for, the first 20 by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scalers: Vec<String>,
    /// Whether the API server has held people to what requestedBy says of them: Verified or Unverified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<Requester>,
    /// The clock that all of this goes by, when it isn't the real one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// Ready and Stalled.
    #[serde(default)]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".to_owned()]))]
    pub conditions: Vec<Condition>,
}

/// How far an override is.
#[derive(Serialize, Deserialize, schemars::JsonSchema, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its time, or what it is for, hasn't come yet.
    Waiting,
    /// It applies.
    Active,
    /// It is over.
    Ended,
    /// It can't be followed.
    Invalid,
}

/// Whether who asked for it is known.
#[derive(Serialize, Deserialize, schemars::JsonSchema, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    /// The API server has compared it.
    Verified,
    /// Anybody may have written it.
    Unverified,
}

impl Phase {
    /// As the status writes it, and as the condition `Ready` gives its reason.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Active => "Active",
            Self::Ended => "Ended",
            Self::Invalid => "OverrideInvalid",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Invalid { "Invalid" } else { self.as_str() })
    }
}

pub(super) fn ttl_seconds_after_end() -> i64 {
    TTL_DEFAULT
}

pub(super) fn scaler_kind() -> String {
    crate::api::KIND.to_owned()
}

fn kind_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let kinds = crate::api::ScalerKind::ALL.map(crate::api::ScalerKind::as_str);
    schemars::json_schema!({ "type": "string", "enum": kinds })
}
