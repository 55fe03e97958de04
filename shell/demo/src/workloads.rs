//! The workloads of the demo: what is made of them, and what they have.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::CronJob;
use kube::api::{ApiResource, DynamicObject};
use serde_json::{Value, json};

/// What kind of workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Deployment,
    StatefulSet,
    /// It counts as one while it isn't suspended.
    CronJob,
}

/// A workload, and what it has before anybody scales it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Workload {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) count: i64,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Deployment, Self::StatefulSet, Self::CronJob];

    pub(crate) fn resource(self) -> ApiResource {
        match self {
            Self::Deployment => ApiResource::erase::<Deployment>(&()),
            Self::StatefulSet => ApiResource::erase::<StatefulSet>(&()),
            Self::CronJob => ApiResource::erase::<CronJob>(&()),
        }
    }

    /// What an object of this kind has.
    pub(crate) fn count(self, object: &DynamicObject) -> i64 {
        let spec = |field: &str| object.data.get("spec").and_then(|spec| spec.get(field));
        match self {
            Self::Deployment | Self::StatefulSet => spec("replicas").and_then(Value::as_i64).unwrap_or(1),
            Self::CronJob => i64::from(spec("suspend").and_then(Value::as_bool) != Some(true)),
        }
    }

    /// A count in words.
    pub(crate) fn say(self, count: i64) -> String {
        match (self, count) {
            (Self::CronJob, 0) => "suspended".to_owned(),
            (Self::CronJob, _) => "running".to_owned(),
            _ => count.to_string(),
        }
    }
}

impl Workload {
    pub(crate) const fn new(kind: Kind, name: &'static str, count: i64) -> Self {
        Self { kind, name, count }
    }

    /// `Deployment cart`.
    pub(crate) fn called(&self) -> String {
        format!("{:?} {}", self.kind, self.name)
    }

    /// The object that is made of it, with these labels. Its Pods do nothing.
    pub(crate) fn object(&self, labels: &Value) -> Value {
        let (kind, name) = (self.kind.resource(), self.name);
        let of_pods = json!({ "app": name });
        let pods = |restart: &str| {
            let container = json!({ "name": name, "image": "registry.k8s.io/pause:3.10" });
            let spec = json!({ "restartPolicy": restart, "containers": [container] });
            json!({ "metadata": { "labels": of_pods }, "spec": spec })
        };
        let spec = match self.kind {
            Kind::Deployment => json!({
                "replicas": self.count, "selector": { "matchLabels": of_pods }, "template": pods("Always"),
            }),
            Kind::StatefulSet => json!({
                "replicas": self.count, "selector": { "matchLabels": of_pods }, "template": pods("Always"),
                "serviceName": name,
            }),
            // A run that was missed for longer than a minute isn't made up for.
            Kind::CronJob => json!({
                "schedule": "30 6 * * *", "startingDeadlineSeconds": 60, "suspend": self.count == 0,
                "jobTemplate": { "spec": { "template": pods("Never") } },
            }),
        };
        json!({
            "apiVersion": kind.api_version, "kind": kind.kind,
            "metadata": { "name": name, "labels": labels }, "spec": spec,
        })
    }
}
