//! What is read of an object when a watch brings it: the few fields that matter, the rest is passed over while it is parsed.
//!
//! An object of a megabyte leaves as little behind as one of a kilobyte, and nothing here fails because of what somebody has
//! written into a field that isn't read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::Resource;
use kube::core::{ClusterResourceScope, NamespaceResourceScope};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::workloads::Meta;
use crate::api::overrides::OVERRIDE_KIND;
use crate::api::selection::CLUSTER_KIND;
use crate::api::selection::{EXCLUDE_ANNOTATION, EXCLUDE_UNTIL_ANNOTATION, Exclusion};
use crate::api::{
    Entry, GROUP, KIND, LABELS_MAX, ORIGINAL_ANNOTATION, OVERRIDE_ANNOTATION, OVERRULE_MAX, RECORD_KIND, Value as Asked,
};
use crate::calendar;
use crate::policy::brake::CONFIRM_ANNOTATION;
use crate::target::{LabelSet, PAUSED, PAUSED_REPLICAS};

/// A TimeWindowScaler.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "RawScaler")]
pub struct Scaler {
    metadata: ObjectMeta,
    /// As it is written, however strange.
    pub spec: Value,
    /// Likewise.
    pub status: Value,
}

/// A ClusterTimeWindowScaler, which is read as a TimeWindowScaler without a namespace.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct ClusterScaler {
    /// As that.
    pub scaler: Scaler,
}

/// A namespace.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "RawSpace")]
pub struct Space {
    metadata: ObjectMeta,
    /// Its labels.
    pub labels: LabelSet,
}

#[derive(Deserialize)]
struct RawSpace {
    #[serde(default)]
    metadata: RawMeta,
}

impl From<RawSpace> for Space {
    fn from(raw: RawSpace) -> Self {
        let Parted { metadata, labels, .. } = raw.metadata.split();
        Self { metadata, labels }
    }
}

/// A TimeWindowOverride.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "RawScaler")]
pub struct WindowOverride {
    metadata: ObjectMeta,
    /// As it is written, however strange.
    pub spec: Value,
    /// Likewise.
    pub status: Value,
}

/// A ScaleRecord.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "RawRecord")]
pub struct Record {
    metadata: ObjectMeta,
    /// What is remembered, by resource and name of the target.
    pub entries: Vec<(Box<str>, Entry)>,
    /// Of which targets something is that can't be read: somebody else's, or another version's.
    pub strange: Vec<Box<str>>,
}

#[derive(Deserialize)]
struct RawRecord {
    #[serde(default)]
    metadata: RawMeta,
    #[serde(default)]
    spec: RawEntries,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawEntries {
    entries: serde_json::Map<String, Value>,
}

impl From<RawRecord> for Record {
    fn from(raw: RawRecord) -> Self {
        let (mut entries, mut strange) = (Vec::new(), Vec::new());
        for (key, entry) in raw.spec.entries {
            match serde_json::from_value(entry) {
                Ok(entry) => entries.push((key.into(), entry)),
                Err(_) => strange.push(key.into()),
            }
        }
        Self { metadata: raw.metadata.split().metadata, entries, strange }
    }
}

/// The most bytes of what somebody confirms that are kept: no number is longer.
const CONFIRM_MAX: usize = 32;

/// The metadata that matter, and who owns which fields, of which `F` reads what matters.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "F: Deserialize<'de> + Default"))]
pub(super) struct RawMeta<F = IgnoredAny> {
    name: Option<String>,
    namespace: Option<String>,
    uid: Option<String>,
    resource_version: Option<String>,
    generation: Option<i64>,
    creation_timestamp: Option<Time>,
    deletion_timestamp: Option<Time>,
    labels: Option<BTreeMap<String, String>>,
    #[serde(deserialize_with = "those_that_matter")]
    annotations: RawAnnotations,
    owner_references: Vec<RawOwner>,
    managed_fields: Vec<RawManager<F>>,
}

/// The annotations that matter.
#[derive(Debug, Default)]
struct RawAnnotations {
    overrule: Option<String>,
    confirm: Option<String>,
    original: Option<u32>,
    misread: bool,
    exclusion: Exclusion,
    paused: Option<Box<str>>,
    paused_replicas: Option<Box<str>>,
}

/// The longest text of a pause that is kept.
const PAUSE_MAX: usize = 32;

/// Who has made an object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawOwner {
    controller: Option<bool>,
    kind: String,
    name: String,
}

/// Who owns which fields.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "F: Deserialize<'de> + Default"))]
pub(super) struct RawManager<F> {
    pub(super) manager: Option<Box<str>>,
    #[serde(rename = "fieldsV1")]
    pub(super) fields: RawFields<F>,
}

/// The fields of a `spec` that somebody owns.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "F: Deserialize<'de> + Default"))]
pub(super) struct RawFields<F> {
    #[serde(rename = "f:spec")]
    pub(super) spec: F,
    #[serde(rename = "f:metadata")]
    metadata: RawOwnedMeta,
}

/// The fields of metadata that somebody owns.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawOwnedMeta {
    #[serde(rename = "f:annotations")]
    annotations: RawOwnedAnnotations,
}

/// The annotations that somebody owns.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawOwnedAnnotations {
    #[serde(rename = "f:autoscaling.keda.sh/paused-replicas")]
    paused_replicas: Option<IgnoredAny>,
}

impl<F> RawFields<F> {
    /// Whether the count at which KEDA holds is among them.
    pub(super) fn has_paused_replicas(&self) -> bool {
        self.metadata.annotations.paused_replicas.is_some()
    }
}

#[derive(Deserialize)]
struct RawScaler {
    #[serde(default)]
    metadata: RawMeta,
    #[serde(default)]
    spec: Value,
    #[serde(default)]
    status: Value,
}

/// Takes the annotations that matter out of all of them, which may be a quarter of a megabyte.
fn those_that_matter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RawAnnotations, D::Error> {
    struct Few;
    impl<'de> Visitor<'de> for Few {
        type Value = RawAnnotations;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("annotations")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(RawAnnotations::default())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = RawAnnotations::default();
            let (mut exclude, mut until) = (None::<String>, None::<String>);
            while let Some(key) = map.next_key::<Cow<'_, str>>()? {
                match &*key {
                    OVERRIDE_ANNOTATION => {
                        let mut text: String = map.next_value()?;
                        text.truncate(text.floor_char_boundary(OVERRULE_MAX));
                        text.shrink_to_fit();
                        found.overrule = Some(text);
                    }
                    ORIGINAL_ANNOTATION => {
                        let count = map.next_value::<Cow<'_, str>>()?.parse::<Asked>();
                        found.original = count.ok().and_then(Asked::count);
                        found.misread = found.original.is_none();
                    }
                    CONFIRM_ANNOTATION => {
                        let mut text: String = map.next_value()?;
                        text.truncate(text.floor_char_boundary(CONFIRM_MAX));
                        found.confirm = Some(text);
                    }
                    EXCLUDE_ANNOTATION => exclude = Some(map.next_value()?),
                    EXCLUDE_UNTIL_ANNOTATION => until = Some(map.next_value()?),
                    PAUSED => found.paused = Some(short(map.next_value()?)),
                    PAUSED_REPLICAS => found.paused_replicas = Some(short(map.next_value()?)),
                    _ => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            found.exclusion = Exclusion::of(exclude.as_deref(), until.as_deref());
            Ok(found)
        }
    }
    deserializer.deserialize_any(Few)
}

fn short(mut text: String) -> Box<str> {
    text.truncate(text.floor_char_boundary(PAUSE_MAX));
    text.into()
}

/// What is read of an object's metadata.
pub(super) struct Parted<F> {
    pub(super) metadata: ObjectMeta,
    /// What its annotation says that its original count is; `None` where that is no count.
    pub(super) original: Option<u32>,
    /// Whether that annotation is there and is no count.
    pub(super) misread: bool,
    /// Who has made it and manages it, such as `Deployment web`.
    pub(super) owner: Option<Box<str>>,
    pub(super) labels: LabelSet,
    /// Whether it says that no selection is to take it.
    pub(super) exclusion: Exclusion,
    pub(super) managers: Vec<RawManager<F>>,
    /// What its annotations say to those kinds that go by them.
    pub(super) meta: Meta,
}

impl<F> RawMeta<F> {
    pub(super) fn split(self) -> Parted<F> {
        let overrule = self.annotations.overrule.map(|text| (OVERRIDE_ANNOTATION.to_owned(), text));
        let confirm = self.annotations.confirm.map(|text| (CONFIRM_ANNOTATION.to_owned(), text));
        let annotations: BTreeMap<_, _> = overrule.into_iter().chain(confirm).collect();
        let annotations = (!annotations.is_empty()).then_some(annotations);
        let owner = self.owner_references.into_iter().find(|owner| owner.controller == Some(true));
        let metadata = ObjectMeta {
            name: self.name,
            namespace: self.namespace,
            uid: self.uid,
            resource_version: self.resource_version,
            generation: self.generation,
            creation_timestamp: self.creation_timestamp,
            deletion_timestamp: self.deletion_timestamp,
            annotations,
            ..ObjectMeta::default()
        };
        Parted {
            metadata,
            original: self.annotations.original,
            misread: self.annotations.misread,
            owner: owner.map(|owner| format!("{} {}", owner.kind, owner.name).into()),
            labels: self.labels.as_ref().map(LabelSet::of).unwrap_or_default(),
            exclusion: self.annotations.exclusion,
            managers: self.managed_fields,
            meta: Meta {
                paused: self.annotations.paused,
                paused_replicas: self.annotations.paused_replicas,
                paused_by_us: false,
            },
        }
    }
}

impl From<RawScaler> for Scaler {
    fn from(mut raw: RawScaler) -> Self {
        // Overrides find it by these.
        let mut labels = raw.metadata.labels.take();
        if let Some(labels) = &mut labels
            && let Some((first, _)) = labels.iter().nth(LABELS_MAX)
        {
            let first = first.clone();
            labels.split_off(&first);
        }
        let metadata = ObjectMeta { labels, ..raw.metadata.split().metadata };
        Self { metadata, spec: raw.spec, status: raw.status }
    }
}

impl From<RawScaler> for WindowOverride {
    fn from(raw: RawScaler) -> Self {
        Self { metadata: raw.metadata.split().metadata, spec: raw.spec, status: raw.status }
    }
}

/// What every object has that a watch brings.
pub trait Seen: Resource {
    /// Its resource version: an ordered whole number (Kubernetes 1.35, KEP-5504), 0 where it isn't.
    fn version(&self) -> u64 {
        self.meta().resource_version.as_deref().map_or(0, version)
    }

    /// Its namespace.
    fn in_namespace(&self) -> &str {
        self.meta().namespace.as_deref().unwrap_or_default()
    }

    /// Its name.
    fn named(&self) -> &str {
        self.meta().name.as_deref().unwrap_or_default()
    }

    /// How often its spec was edited, from 1.
    fn generation(&self) -> i64 {
        self.meta().generation.unwrap_or_default()
    }

    /// Its identity.
    fn uid_text(&self) -> &str {
        self.meta().uid.as_deref().unwrap_or_default()
    }

    /// When it was made, by the API server's clock.
    fn created(&self) -> Option<&Time> {
        self.meta().creation_timestamp.as_ref()
    }

    /// Whether it is on its way out.
    fn is_deleting(&self) -> bool {
        self.meta().deletion_timestamp.is_some()
    }
}

impl<K: Resource> Seen for K {}

/// A resource version as a number.
pub fn version(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

/// What kube asks of a type that a watch brings.
macro_rules! resource {
    ($type:ty, $group:expr, $version:literal, $kind:expr, $plural:literal) => {
        resource!($type, $group, $version, $kind, $plural, NamespaceResourceScope, metadata);
    };
    ($type:ty, $group:expr, $version:literal, $kind:expr, $plural:literal, $scope:ty, $($meta:ident).+) => {
        impl Resource for $type {
            type DynamicType = ();
            type Scope = $scope;

            fn kind((): &()) -> Cow<'_, str> {
                $kind.into()
            }

            fn group((): &()) -> Cow<'_, str> {
                $group.into()
            }

            fn version((): &()) -> Cow<'_, str> {
                $version.into()
            }

            fn plural((): &()) -> Cow<'_, str> {
                $plural.into()
            }

            fn meta(&self) -> &ObjectMeta {
                &self.$($meta).+
            }

            fn meta_mut(&mut self) -> &mut ObjectMeta {
                &mut self.$($meta).+
            }
        }
    };
}

resource!(Scaler, GROUP, "v1alpha1", KIND, "timewindowscalers");
resource!(Record, GROUP, "v1alpha1", RECORD_KIND, "scalerecords");
resource!(WindowOverride, GROUP, "v1alpha1", OVERRIDE_KIND, "timewindowoverrides");
resource!(Dates, "", "v1", "ConfigMap", "configmaps");
resource!(Space, "", "v1", "Namespace", "namespaces", ClusterResourceScope, metadata);
resource!(
    ClusterScaler,
    GROUP,
    "v1alpha1",
    CLUSTER_KIND,
    "clustertimewindowscalers",
    ClusterResourceScope,
    scaler.metadata
);

/// A ConfigMap of holidays: its keys alone are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "RawDates")]
pub struct Dates {
    metadata: ObjectMeta,
    /// What the keys say.
    pub dates: Arc<calendar::Dates>,
}

#[derive(Deserialize)]
struct RawDates {
    #[serde(default)]
    metadata: RawMeta,
    #[serde(default)]
    data: calendar::Dates,
}

impl From<RawDates> for Dates {
    fn from(raw: RawDates) -> Self {
        Self { metadata: raw.metadata.split().metadata, dates: Arc::new(raw.data) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_annotations_one_is_kept_and_that_is_cut() {
        let long = "é".repeat(2_000);
        let text = format!(r#"{{"metadata":{{"annotations":{{"a":"b","{OVERRIDE_ANNOTATION}":"{long}"}}}}}}"#);
        let seen: Scaler = serde_json::from_str(&text).unwrap();
        let kept = seen.metadata.annotations.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[OVERRIDE_ANNOTATION].len(), 1_024);
        assert_eq!((seen.spec, seen.status), (Value::Null, Value::Null));
    }
}
