//! Reads a TimeWindowOverride from JSON, as it came from a file or the API server, and finds all that is wrong with it.

use serde_json::Value;

use super::spec::{scaler_kind, ttl_seconds_after_end};
use super::{OVERRIDE_KIND, ScalerRef, TimeWindowOverrideSpec, TimeWindowOverrideStatus};
use crate::api::fields::Fields;
use crate::api::names::check_name;
use crate::api::problems::Problems;
use crate::api::read::{Metadata, read_required};
use crate::api::{API_VERSION, selector};

/// A TimeWindowOverride as a manifest has it.
#[derive(Debug, Clone, PartialEq)]
pub struct OverrideObject {
    /// What its `metadata` says.
    pub metadata: Metadata,
    /// Its spec, with the right types but nothing else checked.
    pub spec: TimeWindowOverrideSpec,
    /// What the controller has said, in a manifest that comes from a cluster.
    pub status: TimeWindowOverrideStatus,
}

/// Reads a manifest of that kind. What is wrong goes to `problems`.
pub fn override_object(value: &Value, problems: &mut Problems) -> Option<OverrideObject> {
    let mut fields = Fields::of(value, "", problems)?;
    let api_version = fields.required_text("apiVersion", API_VERSION, problems);
    if api_version != API_VERSION && !problems.covers("apiVersion") {
        problems.push("apiVersion", format!("{api_version:?} is not what this command reads: write {API_VERSION}"));
    }
    fields.required_text("kind", OVERRIDE_KIND, problems);
    let metadata = Metadata::of(fields.get("metadata"), problems);
    let status = fields.get("status").and_then(|status| serde::Deserialize::deserialize(status).ok());
    let found = fields.get("spec");
    fields.finish(problems);
    let spec = override_spec(found.unwrap_or(&Value::Null), problems)?;
    Some(OverrideObject { metadata, spec, status: status.unwrap_or_default() })
}

/// Reads a `spec`. What is wrong goes to `problems`, with something harmless in its place.
pub fn override_spec(value: &Value, problems: &mut Problems) -> Option<TimeWindowOverrideSpec> {
    if value.is_null() {
        problems.push("spec", "missing: write what it asks for, at least scalerRef, replicas, until and reason");
        return None;
    }
    let mut fields = Fields::of(value, "spec", problems)?;
    let scaler_ref = fields.get("scalerRef").and_then(|value| read_scaler_ref(value, problems));
    let selector = fields.get("selector").and_then(|value| selector::read(value, "spec.selector", problems));
    let given = read_required(&mut fields, problems);
    let spec = TimeWindowOverrideSpec {
        scaler_ref,
        selector,
        replicas: given.replicas,
        min_replicas: given.min,
        max_replicas: given.max,
        from: fields.text("from", problems),
        until: fields.text("until", problems),
        until_next_boundary: fields.flag("untilNextBoundary", problems),
        reason: fields.required_text("reason", "why, in a few words", problems),
        requested_by: fields.text("requestedBy", problems),
        ttl_seconds_after_end: fields.number("ttlSecondsAfterEnd", problems).unwrap_or_else(ttl_seconds_after_end),
    };
    fields.finish(problems);
    Some(spec)
}

fn read_scaler_ref(value: &Value, problems: &mut Problems) -> Option<ScalerRef> {
    let mut fields = Fields::of(value, "spec.scalerRef", problems)?;
    let scaler = ScalerRef {
        kind: fields.text("kind", problems).unwrap_or_else(scaler_kind),
        name: fields.required_text("name", "the schedule's name", problems),
    };
    check_name(&scaler.name, "spec.scalerRef.name", problems);
    fields.finish(problems);
    Some(scaler)
}
