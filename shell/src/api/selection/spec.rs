//! The Rust types of `targets`, as a CRD has them.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use super::read::{ANY_NAMESPACE, ANY_WORKLOAD, NO_NAMESPACES};
use crate::api::spec::SUBDOMAIN;

/// That a selector asks for a label, where there is one, as CEL has it.
const ASKS: &str = "!has(self.selector) || has(self.selector.matchLabels) && size(self.selector.matchLabels) > 0 || \
     has(self.selector.matchExpressions) && size(self.selector.matchExpressions) > 0";

/// The workloads that a schedule is for, instead of one by its name.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new(ASKS).message(ANY_WORKLOAD))]
pub struct TargetsSpec {
    /// Their kinds; Deployments and StatefulSets when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 16))]
    pub kinds: Option<Vec<KindSpec>>,
    /// Of a schedule of the cluster alone: the namespaces that they are in; all but Kyklos' own and those of the system when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespaces: Option<NamespacesSpec>,
    /// Their labels, at least one; all of those kinds when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// Those that are left out by their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub exclude: Vec<ExcludedSpec>,
}

/// A kind.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KindSpec {
    /// Its API version; not needed for Deployment, StatefulSet, HorizontalPodAutoscaler, CronJob and ScaledObject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 317))]
    pub api_version: Option<String>,
    /// Its name.
    #[schemars(length(min = 1, max = 63))]
    pub kind: String,
}

/// A workload that is left out.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExcludedSpec {
    /// Its kind; whatever kind it is when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub kind: Option<String>,
    /// Its name.
    #[schemars(length(min = 1, max = 253), regex(pattern = SUBDOMAIN))]
    pub name: String,
}

/// The namespaces of a schedule for the whole cluster.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(validation = Rule::new("has(self.names) || has(self.selector) || has(self.exclude) && size(self.exclude) > 0").message(NO_NAMESPACES))]
#[x_kube(validation = Rule::new(ASKS).message(ANY_NAMESPACE))]
pub struct NamespacesSpec {
    /// These; those of the system (`kube-`) and Kyklos' own are in it only if they stand here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 256))]
    pub names: Vec<String>,
    /// And those with such labels, at least one. Without names and without a selector it is all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// But not these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub exclude: Vec<String>,
}
