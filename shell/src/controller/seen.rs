//! What is seen of a cluster: the names, kinds and states that the other files speak of.

use std::sync::Arc;

use kube::api::{ApiResource, Object};
use serde::{Deserialize, Serialize};

use crate::calendar::Dates;

/// The name of an object in a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Key {
    /// The key of an object.
    pub fn of<K: kube::ResourceExt>(object: &K) -> Self {
        Self { namespace: object.namespace().unwrap_or_default(), name: object.name_any() }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A Deployment without everything that doesn't matter here.
pub type Deployment = Object<DeploymentSpec, DeploymentStatus>;

/// What matters of a Deployment's spec.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct DeploymentSpec {
    /// How many Pods are asked for; the API server writes 1 where nobody has said.
    #[serde(default)]
    pub replicas: Option<i32>,
}

/// What matters of a Deployment's status.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentStatus {
    /// The generation that this status speaks of.
    #[serde(default)]
    pub observed_generation: Option<i64>,
    /// How many Pods there are.
    #[serde(default)]
    pub replicas: Option<i32>,
}

/// A Deployment as the cache shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDeployment {
    /// Its name.
    pub name: String,
    /// Its resource version.
    pub version: String,
    /// Its `spec.replicas`.
    pub replicas: i32,
    /// Whether it has as many Pods as it asks for.
    pub settled: bool,
}

/// What is known of a ConfigMap of holidays.
#[derive(Debug, Clone)]
pub enum Holidays {
    /// The object asks for none.
    NotAsked,
    /// The watch hasn't answered yet.
    Unknown,
    /// It isn't there.
    Missing,
    /// The API server doesn't let it be read.
    Unreadable(String),
    /// It is there.
    Found(Arc<Dates>),
}

/// The TimeWindowScaler as the API server's discovery has it.
pub fn object_resource() -> ApiResource {
    ApiResource::erase::<crate::api::TimeWindowScaler>(&())
}

/// Deployments as the API server's discovery has them.
pub fn deployment_resource() -> ApiResource {
    ApiResource::erase::<k8s_openapi::api::apps::v1::Deployment>(&())
}

/// Whether the clock can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// It agrees with the API server's.
    Right,
    /// It is so many seconds ahead of the API server's, behind when negative.
    Skewed {
        /// More than 30 or less than -30.
        seconds: i64,
    },
}
