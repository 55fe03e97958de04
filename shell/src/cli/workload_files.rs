//! The workloads of the files: of each what matters to a schedule, read without a word on the rest, which is Kubernetes' own business.

use std::collections::BTreeMap;

use kyklos_core::VALUE_MAX;
use serde::Deserialize as _;
use serde_json::Value;

use super::file_kinds::text;
use crate::api::ORIGINAL_ANNOTATION;
use crate::api::fields::describe;
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
    /// How many it has if nobody has scaled it: of an autoscaler its minimum, of a CronJob one, or none while it is suspended.
    pub(super) present: i32,
    /// What its annotation says that its original count is.
    pub(super) original: Option<u32>,
    /// The annotations of ours that say nothing that they could, and what is wrong.
    faults: Vec<(&'static str, String)>,
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
    /// Reads one, which lies in no namespace where it names none; `None` where it has no name to be called by.
    pub(super) fn of(document: &Document, kind: KindRef) -> Option<Self> {
        let value = &document.value;
        let annotations = value.pointer("/metadata/annotations");
        let annotation = |name: &str| annotations.and_then(|all| all.get(name)).and_then(Value::as_str);
        let original = annotation(ORIGINAL_ANNOTATION);
        let replicas = count(value, "/spec/replicas").filter(|_| has_count(&kind));
        Some(Self {
            origin: document.origin.clone(),
            namespace: text(value, "/metadata/namespace").unwrap_or_default().to_owned(),
            name: text(value, "/metadata/name").filter(|name| !name.is_empty())?.to_owned(),
            replicas,
            present: replicas.unwrap_or_else(|| usual(value, &kind)),
            original: original.and_then(count_of),
            faults: faults(annotations),
            labels: labels(value),
            exclusion: Exclusion::of(annotation(EXCLUDE_ANNOTATION), annotation(EXCLUDE_UNTIL_ANNOTATION)),
            scales: Kind::named(&kind.api_version, &kind.kind)
                .and_then(|kind| scales(&kind, value.get("spec").unwrap_or(&Value::Null))),
            owner: owner(value),
            has_deadline: value.pointer("/spec/startingDeadlineSeconds").is_some_and(|seconds| !seconds.is_null()),
            kind,
        })
    }

    /// `Deployment shop/web`, or the kind and the name alone of what lies in no namespace.
    pub(super) fn called(&self) -> String {
        if self.namespace.is_empty() {
            return self.called_here();
        }
        format!("{} {}/{}", self.kind, self.namespace, self.name)
    }

    /// What it is in whichever version of its group: namespace, group, kind and name.
    pub(super) fn id(&self) -> (&str, &str, &str, &str) {
        (&self.namespace, self.kind.group(), &self.kind.kind, &self.name)
    }

    /// The annotations that say nothing that they could, and what is wrong with them.
    pub(super) fn faults(&self) -> impl Iterator<Item = (String, &str)> {
        self.faults.iter().map(|(name, words)| (format!("metadata.annotations[{name}]"), words.as_str()))
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

fn count(value: &Value, pointer: &str) -> Option<i32> {
    value.pointer(pointer)?.as_i64().and_then(|count| i32::try_from(count).ok())
}

/// How many one has that says no count.
fn usual(value: &Value, kind: &KindRef) -> i32 {
    match (kind.group(), &*kind.kind) {
        // An autoscaler that sleeps has at least one when it is awake.
        AUTOSCALER => count(value, "/spec/minReplicas").unwrap_or(1).max(1),
        SCALED_OBJECT => count(value, "/spec/minReplicaCount").unwrap_or(1).max(1),
        CRON_JOB => i32::from(value.pointer("/spec/suspend").and_then(Value::as_bool) != Some(true)),
        // Kubernetes gives its own one, and a custom kind has none.
        _ => Kind::named(&kind.api_version, &kind.kind).is_none_or(|kind| kind.is_own()).into(),
    }
}

/// What an annotation says that a count is.
fn count_of(text: &str) -> Option<u32> {
    text.parse::<i32>().ok().and_then(|count| u32::try_from(count).ok())
}

/// What is wrong with annotations of ours. Of those that leave a workload out somebody says that who would pick it.
fn faults(annotations: Option<&Value>) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for name in [EXCLUDE_ANNOTATION, EXCLUDE_UNTIL_ANNOTATION, ORIGINAL_ANNOTATION] {
        match annotations.and_then(|all| all.get(name)) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if name == ORIGINAL_ANNOTATION && count_of(text).is_none() => {
                let words = format!(
                    "{text:?} is no count, so it counts for nothing: write a whole number from 0 to {VALUE_MAX}, such as \"3\", or take \
                     it away"
                );
                all.push((name, words));
            }
            Some(Value::String(_)) => {}
            Some(other) => all.push((name, format!("{} where a text is expected: put it in quotes", describe(other)))),
        }
    }
    all
}

fn owner(value: &Value) -> Option<String> {
    let owners = value.pointer("/metadata/ownerReferences")?.as_array()?;
    let owner = owners.iter().find(|owner| owner.get("controller").and_then(Value::as_bool) == Some(true))?;
    Some(format!("{} {}", text(owner, "/kind")?, text(owner, "/name")?))
}
