//! The Rust type of the resource `ClusterTimeWindowScaler`: a schedule as any other, of many namespaces.

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use super::supported::{NAMED_BY_CLUSTER, NAMED_BY_CLUSTER_WORDS};
use super::{TimeWindowScalerSpec, TimeWindowScalerStatus};

/// Holds the workloads of many namespaces, or one thing that lies in none, at the replicas that its time windows give.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "kyklos.io",
    version = "v1alpha1",
    kind = "ClusterTimeWindowScaler",
    plural = "clustertimewindowscalers",
    shortname = "ctws",
    status = "TimeWindowScalerStatus",
    derive = "PartialEq",
    doc = "Holds the workloads of many namespaces, or one thing that lies in none, at the replicas that its time windows give.",
    category = "kyklos",
    selectable = ".spec.targetRef.name",
    printcolumn(name = "Applies", type_ = "string", json_path = ".status.currentWindow"),
    printcolumn(name = "Wanted", type_ = "string", json_path = ".status.effectiveReplicas"),
    printcolumn(name = "Targets", type_ = "integer", json_path = ".status.targets.claimed"),
    printcolumn(name = "Held", type_ = "integer", json_path = ".status.targets.held"),
    printcolumn(name = "Next", type_ = "string", json_path = ".status.nextBoundary"),
    printcolumn(name = "Then", type_ = "string", json_path = ".status.nextReplicas"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type=='Ready')].reason"),
    printcolumn(name = "Paused", type_ = "boolean", json_path = ".spec.pause"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Observed", type_ = "integer", json_path = ".status.targetObservedReplicas", priority = 1),
    printcolumn(name = "Target", type_ = "string", json_path = ".spec.targetRef.name", priority = 1)
)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new(NAMED_BY_CLUSTER).message(NAMED_BY_CLUSTER_WORDS))]
#[x_kube(validation = Rule::new("!has(self.targetRef) || !has(self.targetRef.__namespace__)").message("targetRef names what lies in no namespace: leave its namespace out"))]
pub struct ClusterTimeWindowScalerSpec {
    /// The schedule, and what it scales, as a TimeWindowScaler has it.
    #[serde(flatten)]
    pub schedule: TimeWindowScalerSpec,
}
