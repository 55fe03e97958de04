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
use kube::core::{DynamicResourceScope, NamespaceResourceScope};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::api::overrides::OVERRIDE_KIND;
use crate::api::{
    Entry, GROUP, KIND, LABELS_MAX, ORIGINAL_ANNOTATION, OVERRIDE_ANNOTATION, OVERRULE_MAX, RECORD_KIND, Value as Asked,
};
use crate::calendar;
use crate::target::Kind;

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

/// A workload, whatever its kind: the Deployments and their like have their count at the same place.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "RawWorkload")]
pub struct Workload {
    metadata: ObjectMeta,
    /// `spec.replicas`; the API server writes 1 where nobody has said.
    pub replicas: i32,
    /// The field manager that owns the count, a foreign one before our own.
    pub writer: Option<Box<str>>,
    /// What its annotation says that its original count is; `None` where that is no count.
    pub original: Option<u32>,
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
        Self { metadata: raw.metadata.split().0, entries, strange }
    }
}

/// The metadata that matter.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawMeta {
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
    managed_fields: Vec<RawManager>,
}

/// The annotations that matter.
#[derive(Debug, Default)]
struct RawAnnotations {
    overrule: Option<String>,
    original: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawManager {
    manager: Option<Box<str>>,
    #[serde(rename = "fieldsV1")]
    fields: RawFields,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawFields {
    #[serde(rename = "f:spec")]
    spec: RawSpecFields,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawSpecFields {
    #[serde(rename = "f:replicas")]
    replicas: Option<IgnoredAny>,
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

#[derive(Deserialize)]
struct RawWorkload {
    #[serde(default)]
    metadata: RawMeta,
    #[serde(default)]
    spec: RawWorkloadSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawWorkloadSpec {
    replicas: Option<i32>,
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
                    }
                    _ => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(found)
        }
    }
    deserializer.deserialize_any(Few)
}

impl RawMeta {
    fn split(self) -> (ObjectMeta, Vec<RawManager>, Option<u32>) {
        let original = self.annotations.original;
        let annotations = self.annotations.overrule.map(|text| [(OVERRIDE_ANNOTATION.to_owned(), text)].into());
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
        (metadata, self.managed_fields, original)
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
        let metadata = ObjectMeta { labels, ..raw.metadata.split().0 };
        Self { metadata, spec: raw.spec, status: raw.status }
    }
}

impl From<RawScaler> for WindowOverride {
    fn from(raw: RawScaler) -> Self {
        Self { metadata: raw.metadata.split().0, spec: raw.spec, status: raw.status }
    }
}

impl From<RawWorkload> for Workload {
    fn from(raw: RawWorkload) -> Self {
        let (metadata, managers, original) = raw.metadata.split();
        let owners = managers.into_iter().filter(|entry| entry.fields.spec.replicas.is_some());
        let mut writer: Option<Box<str>> = None;
        for owner in owners.filter_map(|entry| entry.manager) {
            if writer.as_deref().is_none_or(|known| known == super::FIELD_MANAGER) {
                writer = Some(owner);
            }
        }
        Self { metadata, replicas: raw.spec.replicas.unwrap_or(1), writer, original }
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
        impl Resource for $type {
            type DynamicType = ();
            type Scope = NamespaceResourceScope;

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
                &self.metadata
            }

            fn meta_mut(&mut self) -> &mut ObjectMeta {
                &mut self.metadata
            }
        }
    };
}

resource!(Scaler, GROUP, "v1alpha1", KIND, "timewindowscalers");
resource!(Record, GROUP, "v1alpha1", RECORD_KIND, "scalerecords");
resource!(WindowOverride, GROUP, "v1alpha1", OVERRIDE_KIND, "timewindowoverrides");
resource!(Dates, "", "v1", "ConfigMap", "configmaps");

impl Resource for Workload {
    type DynamicType = Kind;
    type Scope = DynamicResourceScope;

    fn kind(kind: &Kind) -> Cow<'_, str> {
        kind.as_str().into()
    }

    fn group(kind: &Kind) -> Cow<'_, str> {
        kind.group().into()
    }

    fn version(kind: &Kind) -> Cow<'_, str> {
        kind.version().into()
    }

    fn plural(kind: &Kind) -> Cow<'_, str> {
        kind.plural().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

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
        Self { metadata: raw.metadata.split().0, dates: Arc::new(raw.data) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_leaves_its_count_and_who_owns_it() {
        let owned = |manager: &str, fields: &str| {
            format!(r#"{{"manager":"{manager}","operation":"Apply","fieldsV1":{fields}}}"#)
        };
        let read = |managers: &[String]| -> Workload {
            let text = format!(
                r#"{{"metadata":{{"name":"web","namespace":"shop","uid":"u","resourceVersion":"12","labels":{{"a":"b"}},
                "annotations":{{"a":"b"}},"managedFields":[{}]}},"spec":{{"replicas":3,"template":{{"x":[1]}}}},"status":{{"replicas":1}}}}"#,
                managers.join(",")
            );
            serde_json::from_str(&text).unwrap()
        };
        let count = r#"{"f:spec":{"f:replicas":{}}}"#;
        let ours = owned("kyklos", count);
        let theirs = owned("argocd", r#"{"f:spec":{"f:replicas":{},"f:template":{".":{}}},"f:metadata":{}}"#);
        let other = owned("kubectl", r#"{"f:spec":{"f:template":{}}}"#);
        let seen = read(&[other.clone(), ours.clone()]);
        assert_eq!((seen.replicas, seen.version(), seen.writer.as_deref()), (3, 12, Some("kyklos")));
        assert_eq!((seen.in_namespace(), seen.named(), seen.uid_text()), ("shop", "web", "u"));
        assert_eq!(read(&[ours, theirs, other.clone()]).writer.as_deref(), Some("argocd"));
        assert_eq!(read(&[other]).writer, None);
        assert!(seen.metadata.labels.is_none() && seen.metadata.annotations.is_none());
    }

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
