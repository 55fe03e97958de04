//! The workloads of the files: of each what matters to a schedule, read without a word on the rest, which is Kubernetes' own business.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::Value;

use super::file_kinds::{namespace, text};
use crate::api::ORIGINAL_ANNOTATION;
use crate::api::manifest::{Document, Origin};
use crate::api::selection::{EXCLUDE_ANNOTATION, EXCLUDE_UNTIL_ANNOTATION, Exclusion, KindRef};
use crate::policy::claimed::{self, Found};
use crate::target::{Kind, LabelSet, TargetRefKey, scales};

/// A workload of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Workload {
    /// Where it stands.
    pub(super) origin: Origin,
    pub(super) kind: KindRef,
    pub(super) namespace: String,
    pub(super) name: String,
    /// The count that it asks for; `None` where it says none.
    pub(super) replicas: Option<i32>,
    /// What its annotation says that its original count is.
    pub(super) original: Option<u32>,
    pub(super) labels: LabelSet,
    /// Whether it says that no selection is to take it.
    pub(super) exclusion: Exclusion,
    /// What it scales itself, in its own namespace.
    pub(super) scales: Option<TargetRefKey>,
    /// Kind and name of the object that controls it.
    pub(super) owner: Option<String>,
    /// Whether it is a CronJob that says how late a run may start.
    pub(super) has_deadline: bool,
}

impl Workload {
    /// Reads one; `None` where it has no name to be called by.
    pub(super) fn of(document: &Document, kind: KindRef) -> Option<Self> {
        let value = &document.value;
        let count = |pointer: &str| value.pointer(pointer).and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok());
        let annotations = value.pointer("/metadata/annotations");
        let annotation = |name: &str| annotations.and_then(|all| all.get(name)).and_then(Value::as_str);
        let original = annotation(ORIGINAL_ANNOTATION);
        Some(Self {
            origin: document.origin.clone(),
            namespace: namespace(value).to_owned(),
            name: text(value, "/metadata/name").filter(|name| !name.is_empty())?.to_owned(),
            replicas: count("/spec/replicas").filter(|_| has_count(&kind)),
            original: original.and_then(|text| text.parse::<i32>().ok()).and_then(|count| u32::try_from(count).ok()),
            labels: labels(value),
            exclusion: Exclusion::of(annotation(EXCLUDE_ANNOTATION), annotation(EXCLUDE_UNTIL_ANNOTATION)),
            scales: Kind::named(&kind.api_version, &kind.kind)
                .and_then(|kind| scales(&kind, value.get("spec").unwrap_or(&Value::Null))),
            owner: owner(value),
            has_deadline: value.pointer("/spec/startingDeadlineSeconds").is_some_and(|seconds| !seconds.is_null()),
            kind,
        })
    }

    /// `Deployment shop/web`.
    pub(super) fn called(&self) -> String {
        format!("{} {}/{}", self.kind, self.namespace, self.name)
    }

    /// `Deployment web`, to whoever knows the namespace.
    pub(super) fn called_here(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    /// Whether it has a count of its own, and not bounds or a switch.
    pub(super) fn has_count(&self) -> bool {
        has_count(&self.kind)
    }

    /// Whether it is what an autoscaler scales.
    pub(super) fn is_scaled_by(&self, other: &Self) -> bool {
        let is_it = |scaled: &TargetRefKey| {
            scaled.kind.group() == self.kind.group()
                && scaled.kind.as_str() == &*self.kind.kind
                && *scaled.name == *self.name
        };
        other.namespace == self.namespace && other.scales.as_ref().is_some_and(is_it)
    }

    /// As claims are told of it.
    pub(super) fn claimed(&self) -> claimed::Workload {
        claimed::Workload {
            namespace: self.namespace.as_str().into(),
            kind: self.kind.clone(),
            name: self.name.as_str().into(),
        }
    }

    /// What schedules may select of it.
    pub(super) fn found(&self) -> Found {
        Found {
            workload: self.claimed(),
            labels: self.labels.clone(),
            exclusion: self.exclusion,
            owner: self.owner.as_deref().map(Into::into),
            scales: self.scales.clone(),
        }
    }

    /// Whether it is a ScaledObject, beside which nothing is ever written.
    pub(super) fn is_scaled_object(&self) -> bool {
        self.kind.group() == SCALED_OBJECT.0 && *self.kind.kind == *SCALED_OBJECT.1
    }

    /// Whether it is a CronJob.
    pub(super) fn is_cron_job(&self) -> bool {
        self.kind.group() == CRON_JOB.0 && *self.kind.kind == *CRON_JOB.1
    }
}

/// The labels of an object, as far as they are texts.
pub(super) fn labels(value: &Value) -> LabelSet {
    let labels = value.pointer("/metadata/labels").and_then(|labels| BTreeMap::deserialize(labels).ok());
    labels.as_ref().map(LabelSet::of).unwrap_or_default()
}

const AUTOSCALER: (&str, &str) = ("autoscaling", "HorizontalPodAutoscaler");
const SCALED_OBJECT: (&str, &str) = ("keda.sh", "ScaledObject");
const CRON_JOB: (&str, &str) = ("batch", "CronJob");

fn has_count(kind: &KindRef) -> bool {
    ![AUTOSCALER, SCALED_OBJECT, CRON_JOB].contains(&(kind.group(), &*kind.kind))
}

fn owner(value: &Value) -> Option<String> {
    let owners = value.pointer("/metadata/ownerReferences")?.as_array()?;
    let owner = owners.iter().find(|owner| owner.get("controller").and_then(Value::as_bool) == Some(true))?;
    Some(format!("{} {}", text(owner, "/kind")?, text(owner, "/name")?))
}
