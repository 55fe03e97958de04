//! Which fields of a target Kyklos writes.

use crate::api::text::plain;
use crate::api::{Object, TargetRef};
use crate::target::{Field, Kind};

/// A target as other tools name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// Empty of what lies in none.
    pub(super) namespace: String,
    pub(super) kind: String,
    pub(super) name: String,
    /// Empty for Kubernetes' core.
    pub(super) group: String,
    pub(super) version: String,
}

impl Target {
    /// What an object names.
    pub(super) fn of(object: &Object) -> Option<Self> {
        let TargetRef { api_version, kind, name, .. } = object.spec.target_ref.as_ref()?;
        Some(Self::new(&object.metadata.namespace, api_version, kind, name))
    }

    /// The one of this name.
    pub(super) fn new(namespace: &str, api_version: &str, kind: &str, name: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let [namespace, kind, name, group, version] = [namespace, kind, name, group, version].map(str::to_owned);
        Self { namespace, kind, name, group, version }
    }

    /// As a manifest has it.
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// For a comment, on one line.
    pub(super) fn words(&self) -> String {
        let place = if self.namespace.is_empty() { String::new() } else { format!("{}/", self.namespace) };
        plain(&format!("{} {place}{}", self.kind, self.name)).into_owned()
    }

    /// The fields of it that Kyklos writes; those of whatever has `scale` where it is of no kind of its own.
    pub(super) fn fields(&self) -> &'static [Field] {
        match self.kind() {
            Some(Kind::Own(own)) => own.fields,
            Some(Kind::Custom(_)) | None => Field::OF_SCALE,
        }
    }

    /// Whether it is of a kind whose count may lie elsewhere.
    pub(super) fn is_custom(&self) -> bool {
        !self.kind().is_some_and(|kind| kind.is_own())
    }

    /// Whether none is written to what it scales instead.
    pub(super) fn stands_still(&self) -> bool {
        self.kind().is_some_and(|kind| kind.how().stands_still)
    }

    /// Its kind, by whatever version.
    fn kind(&self) -> Option<Kind> {
        Kind::of_group(&self.group, &self.kind)
    }

    /// The pointers of its fields.
    pub(super) fn pointers(&self) -> Vec<&'static str> {
        self.fields().iter().map(|field| field.pointer).collect()
    }
}

/// What is to be said of the kinds whose count may lie elsewhere, and of those that sleep by what they scale.
pub(super) fn notes<'t>(targets: impl IntoIterator<Item = &'t Target> + Clone) -> Vec<String> {
    let those = |is: fn(&Target) -> bool, words: &str| {
        let names: Vec<_> = targets.clone().into_iter().filter(|target| is(target)).map(Target::words).collect();
        (!names.is_empty()).then(|| format!("{}: {words}", names.join(", ")))
    };
    let custom = "where its CRD's `scale` names another specReplicasPath than .spec.replicas, write that";
    let sleeps =
        "0 is written to the /spec/replicas of what it scales, which belongs to no manifest beside an autoscaler";
    [those(Target::is_custom, custom), those(Target::stands_still, sleeps)].into_iter().flatten().collect()
}
