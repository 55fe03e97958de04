//! Tells what was decided and done: in the status, in events and in the log.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::Utc;
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::Timestamp;
use kube::api::{Api, DynamicObject, ObjectMeta, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use super::apply::FIELD_MANAGER;
use super::memory::{Memory, version_of};
use super::plan::{Happening, Reason};
use super::seen::{Key, object_resource};
use super::world::World;
use crate::api::{API_VERSION, KIND, TimeWindowScalerStatus};

/// The longest note that the API takes for an event.
const NOTE_MAX: usize = 1_024;

/// Takes note of a decision. Nothing is written yet, so nothing can fail: what is due stays due until it is written.
pub fn note(key: &Key, memory: &mut Memory, status: TimeWindowScalerStatus, happenings: Vec<Happening>) {
    for happening in &happenings {
        let reason = happening.reason.as_str();
        if happening.reason.is_warning() {
            tracing::warn!(object = %key, reason, "{}", happening.message);
        } else {
            tracing::info!(object = %key, reason, "{}", happening.message);
        }
    }
    memory.events_due.extend(happenings);
    if memory.status != status {
        memory.status = status;
        memory.status_due = true;
    }
}

/// Writes what is due.
///
/// # Errors
///
/// What the API server says, or that it couldn't be reached; what wasn't written stays due.
pub async fn report(world: &World, key: &Key, object: &DynamicObject, memory: &mut Memory) -> Result<(), kube::Error> {
    if memory.status_due {
        let api: Api<DynamicObject> = Api::namespaced_with(world.client.clone(), &key.namespace, &object_resource());
        let params = PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
        match api.patch_status(&key.name, &params, &Patch::Merge(patch_of(&memory.status))).await {
            Ok(written) => memory.status_version = version_of(&written),
            Err(error) if !is_gone(&error) => return Err(error),
            Err(_) => {}
        }
        memory.status_due = false;
    }
    let api: Api<Event> = Api::namespaced(world.client.clone(), &key.namespace);
    while let Some(happening) = memory.events_due.first() {
        match api.create(&PostParams::default(), &event(world, key, object, happening)).await {
            // The same happening, told about before.
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            // Refused for good; only 429 (too many requests) asks to come again.
            Err(kube::Error::Api(status)) if (400..500).contains(&status.code) && status.code != 429 => {
                tracing::warn!(object = %key, error = status.message, "an event was refused");
            }
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        memory.events_due.remove(0);
    }
    Ok(())
}

/// Whether the object has been deleted meanwhile.
fn is_gone(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}

/// A merge patch that removes every field that has no value now.
fn patch_of(status: &TimeWindowScalerStatus) -> Value {
    let mut fields = json!({
        "observedGeneration": null,
        "effectiveReplicas": null,
        "targetObservedReplicas": null,
        "currentWindow": null,
        "nextBoundary": null,
        "nextReplicas": null,
        "lastScaleTime": null,
        "gracePeriodExpiry": null,
    });
    if let (Some(all), Ok(Value::Object(known))) = (fields.as_object_mut(), serde_json::to_value(status)) {
        all.extend(known);
    }
    json!({ "apiVersion": API_VERSION, "kind": KIND, "status": fields })
}

/// The event of a happening. Its name is made from what happened, so that the API server takes it only once.
fn event(world: &World, key: &Key, object: &DynamicObject, happening: &Happening) -> Event {
    let reason = happening.reason.as_str();
    let mut hasher = DefaultHasher::new();
    (object.metadata.uid.as_deref(), reason, &happening.mark).hash(&mut hasher);
    let mut note = world.rehearsal.as_ref().map_or_else(String::new, |rehearsal| format!("{rehearsal}: "));
    note.push_str(&happening.message);
    note.truncate(note.floor_char_boundary(NOTE_MAX));
    // Names have at most 253 characters, and the parts between their dots end in letters or digits (RFC 1123).
    let prefix: String = key.name.chars().take(230).collect();
    let prefix = prefix.trim_end_matches(['-', '.']);
    Event {
        metadata: ObjectMeta {
            name: Some(format!("{prefix}.{:016x}", hasher.finish())),
            namespace: Some(key.namespace.clone()),
            ..ObjectMeta::default()
        },
        event_time: Some(MicroTime(Timestamp::from_microsecond(Utc::now().timestamp_micros()).unwrap_or_default())),
        reporting_controller: Some("kyklos.io/controller".to_owned()),
        reporting_instance: Some(world.instance.clone()),
        action: Some(action(happening.reason).to_owned()),
        reason: Some(reason.to_owned()),
        note: Some(note),
        type_: Some(if happening.reason.is_warning() { "Warning" } else { "Normal" }.to_owned()),
        regarding: Some(ObjectReference {
            api_version: Some(API_VERSION.to_owned()),
            kind: Some(KIND.to_owned()),
            name: Some(key.name.clone()),
            namespace: Some(key.namespace.clone()),
            uid: object.metadata.uid.clone(),
            ..ObjectReference::default()
        }),
        ..Event::default()
    }
}

/// What was being done, in the word that the events API asks for.
const fn action(reason: Reason) -> &'static str {
    match reason {
        Reason::ScaledUp | Reason::ScaledDown | Reason::DriftCorrected => "Scale",
        Reason::ScalingSkipped | Reason::GracePeriodStarted | Reason::GracePeriodCancelled => "Wait",
        Reason::MissingTarget | Reason::InvalidSchedule | Reason::ScaleConflict => "Check",
    }
}
