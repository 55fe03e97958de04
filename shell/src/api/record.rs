//! What Kyklos remembers of the targets that it has taken from others.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::{CustomResource, KubeSchema};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::value::bound_schema;
use super::{Range, ScalerKind};

/// The kind.
pub const RECORD_KIND: &str = "ScaleRecord";
/// The most targets of one record: an object of the API server has an end, and each is some 300 bytes.
pub const RECORD_MAX: usize = 500;
/// The annotation of a target that says what its original count is, above what is remembered.
pub const ORIGINAL_ANNOTATION: &str = "kyklos.io/original-replicas";

/// What the targets of a namespace had before Kyklos took them from others. Written by Kyklos alone.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "kyklos.io",
    version = "v1alpha1",
    kind = "ScaleRecord",
    plural = "scalerecords",
    namespaced,
    derive = "PartialEq",
    doc = "What the targets of a namespace had before Kyklos took them from others. Written by Kyklos alone.",
    category = "kyklos",
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScaleRecordSpec {
    /// By resource and name of the target, such as deployments.apps/web.
    #[serde(default)]
    #[schemars(schema_with = "entries_schema")]
    pub entries: BTreeMap<String, Entry>,
}

/// What is remembered of a target.
// What a later version may have beside this is passed over, and stays where it is.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Which object it is: another one of its name had another count.
    #[schemars(length(max = 64))]
    pub uid: String,
    /// The count that it had when it was last left to others; of an autoscaler its minimum, or 0 where what it scales was held at none.
    #[schemars(schema_with = "bound_schema")]
    pub original: u32,
    /// The count that it was given since, or is about to be.
    #[schemars(schema_with = "bound_schema")]
    pub held: u32,
    /// Of an autoscaler, what it was allowed when it was last left to others, and is since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Ranges>,
    /// Of an autoscaler that is held at none, what it scales: that has it back if the autoscaler goes meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneath: Option<Beneath>,
    /// The name of the object that holds it.
    #[schemars(length(max = 253))]
    pub holder: String,
    /// The kind of that, where it isn't TimeWindowScaler.
    #[serde(default, skip_serializing_if = "ScalerKind::is_of_namespace")]
    pub holder_kind: ScalerKind,
    /// What becomes of it when its holder is deleted.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Since when its holder is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Time>,
}

/// What an autoscaler was allowed, and what it was given.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ranges {
    /// What it had when it was last left to others, such as 2..10.
    pub original: Range,
    /// What it was given since, or is about to be.
    pub held: Range,
}

/// What an autoscaler scales that is held at none.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Beneath {
    /// By resource and name, such as deployments.apps/web.
    #[schemars(length(max = 570))]
    pub target: String,
    /// The count that it had before.
    #[schemars(schema_with = "bound_schema")]
    pub original: u32,
}

/// What becomes of a target when its object is deleted: it keeps its count (so when absent), or gets its original one back.
#[derive(Serialize, Deserialize, schemars::JsonSchema, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    /// It keeps the count that it has.
    #[default]
    Keep,
    /// It gets its original count back.
    Restore,
}

fn entries_schema(generator: &mut SchemaGenerator) -> Schema {
    let entry = generator.subschema_for::<Entry>();
    json_schema!({ "type": "object", "maxProperties": RECORD_MAX, "additionalProperties": entry })
}
