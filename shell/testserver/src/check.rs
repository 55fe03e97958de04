//! What the API server refuses: validation of the fields that Kyklos writes, and of everybody's names and versions.

use serde_json::{Value, json};

use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::request::Subresource;
use crate::store::{Key, Stored};
use crate::value::{number, text};
use crate::write::Author;

pub(crate) fn type_of(kind: Kind, value: &Value) -> Result<(), Refusal> {
    let (given, named) = (text(value, "/apiVersion"), text(value, "/kind"));
    let (wanted, name) = (kind.api_version(), kind.about().name);
    if (!given.is_empty() && given != wanted) || (!named.is_empty() && named != name) {
        let message = format!(
            "the API version in the data ({given}, {named}) does not match the expected API version ({wanted}, {name})"
        );
        return Err(Refusal::bad_request(&message));
    }
    Ok(())
}

pub(crate) fn namespace(kind: Kind, namespace: &str, value: &Value) -> Result<(), Refusal> {
    let given = text(value, "/metadata/namespace");
    if kind.about().namespaced && !given.is_empty() && given != namespace {
        return Err(Refusal::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    Ok(())
}

/// A DNS subdomain.
pub(crate) fn name(kind: Kind, name: &str) -> Result<(), Refusal> {
    let inner = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let part = |part: &str| {
        part.starts_with(inner) && part.ends_with(inner) && part.chars().all(|letter| inner(letter) || letter == '-')
    };
    if name.len() <= 253 && name.split('.').all(part) {
        return Ok(());
    }
    let why = format!(
        "Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    );
    Err(Refusal::invalid(kind, name, "metadata.name", &why))
}

pub(crate) fn generated(kind: Kind, prefix: &str, version: u64) -> Result<String, Refusal> {
    if prefix.is_empty() {
        return Err(Refusal::invalid(kind, "", "metadata.name", "Required value: name or generateName is required"));
    }
    Ok(format!("{prefix}{version:05x}"))
}

pub(crate) fn terminating(kind: Kind, namespace: &str, name: &str) -> Refusal {
    let mut refusal = Refusal::forbidden(&format!(
        "{} \"{name}\" is forbidden: unable to create new content in namespace {namespace} because it is being terminated",
        kind.qualified()
    ));
    refusal.details = Some(json!({
        "name": name,
        "group": kind.about().group,
        "kind": kind.about().plural,
        "causes": [{
            "reason": "NamespaceTerminating",
            "message": format!("namespace {namespace} is being terminated"),
            "field": "metadata.namespace",
        }],
    }));
    refusal
}

/// The uid and resourceVersion that a write names are the present ones.
pub(crate) fn preconditions(kind: Kind, author: &Author, name: &str, old: &Stored, new: &Value) -> Result<(), Refusal> {
    let about = kind.about();
    let uid = text(new, "/metadata/uid");
    let present = text(&old.value, "/metadata/uid");
    let other = !uid.is_empty() && uid != present;
    match (kind, author.subresource) {
        (_, Some(Subresource::Scale)) if other => {
            let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {present}");
            return Err(Refusal::conflict_as((about.group, &format!("{}/scale", about.plural)), name, &why));
        }
        // What the status of a custom resource comes with is forgotten before it is looked at.
        (
            Kind::ClusterTimeWindowScaler | Kind::TimeWindowOverride | Kind::TimeWindowScaler,
            Some(Subresource::Status),
        ) => {}
        _ if other && author.put => {
            let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {present}");
            return Err(Refusal::conflict(kind, name, &why));
        }
        _ if other => {
            let why = format!("Invalid value: \"{uid}\": field is immutable");
            return Err(Refusal::invalid(kind, name, "metadata.uid", &why));
        }
        _ => {}
    }
    let version = text(new, "/metadata/resourceVersion");
    if version.is_empty() || version == "0" {
        if kind.about().unconditional_update {
            return Ok(());
        }
        let why = "Invalid value: 0: must be specified for an update";
        return Err(Refusal::invalid_as((about.group, about.plural), name, "metadata.resourceVersion", why));
    }
    if version != old.version.to_string() {
        return Err(Refusal::modified(kind, name));
    }
    Ok(())
}

/// The same for DeleteOptions.
pub(crate) fn deletion(kind: Kind, name: &str, old: &Stored, options: &Value) -> Result<(), Refusal> {
    let uid = text(options, "/preconditions/uid");
    let present = text(&old.value, "/metadata/uid");
    if !uid.is_empty() && uid != present {
        let why = format!(
            "the UID in the precondition ({uid}) does not match the UID in record ({present}). The object might have been deleted and then recreated"
        );
        return Err(Refusal::conflict_as((kind.about().group, kind.about().name), name, &why));
    }
    let version = text(options, "/preconditions/resourceVersion");
    if !version.is_empty() && version != old.version.to_string() {
        let why = format!(
            "the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({}). The object might have been modified",
            old.version
        );
        return Err(Refusal::conflict_as((kind.about().group, kind.about().name), name, &why));
    }
    Ok(())
}

/// What a kind's fields have to be.
pub(crate) fn content(kind: Kind, key: &Key, value: &Value, old: Option<&Value>) -> Result<(), Refusal> {
    match kind {
        Kind::Deployment | Kind::StatefulSet => replicas((kind.about().group, kind.about().name), &key.1, value),
        Kind::Event => event(&key.1, value, old),
        Kind::Lease => lease(&key.1, value),
        Kind::HorizontalPodAutoscaler => autoscaler(&key.1, value),
        Kind::ClusterTimeWindowScaler
        | Kind::ConfigMap
        | Kind::CronJob
        | Kind::Fleet
        | Kind::Namespace
        | Kind::NodePool
        | Kind::ScaleRecord
        | Kind::ScaledObject
        | Kind::TimeWindowOverride
        | Kind::TimeWindowScaler => Ok(()),
    }
}

pub(crate) fn replicas(of: (&str, &str), name: &str, value: &Value) -> Result<(), Refusal> {
    match number(value, "/spec/replicas") {
        Some(replicas) if replicas < 0 => {
            let why = format!("Invalid value: {replicas}: must be greater than or equal to 0");
            Err(Refusal::invalid_as(of, name, "spec.replicas", &why))
        }
        Some(replicas) if i32::try_from(replicas).is_err() => {
            Err(Refusal::bad_request(&format!("json: cannot unmarshal number {replicas} into Go value of type int32")))
        }
        _ => Ok(()),
    }
}

/// Without the feature gate by which it scales to none itself.
fn autoscaler(name: &str, value: &Value) -> Result<(), Refusal> {
    let (min, max) = (number(value, "/spec/minReplicas").unwrap_or(1), number(value, "/spec/maxReplicas").unwrap_or(0));
    let mut wrong = Vec::new();
    if min < 1 {
        wrong.push(("spec.minReplicas", format!("Invalid value: {min}: must be greater than or equal to 1")));
    }
    if max < 1 {
        wrong.push(("spec.maxReplicas", "Required value: must be set and greater than 0".to_owned()));
    }
    if max < min {
        wrong.push((
            "spec.maxReplicas",
            format!("Invalid value: {max}: must be greater than or equal to `minReplicas`"),
        ));
    }
    if min == 0 {
        let why = "Forbidden: must specify at least one Object or External metric to support scaling to zero replicas";
        wrong.push(("spec.metrics", why.to_owned()));
    }
    let about = Kind::HorizontalPodAutoscaler.about();
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::all_invalid_as((about.group, about.name), name, &wrong)) }
}

fn lease(name: &str, value: &Value) -> Result<(), Refusal> {
    let invalid = |field: &str, why: &str| Err(Refusal::invalid(Kind::Lease, name, field, why));
    if let Some(seconds) = number(value, "/spec/leaseDurationSeconds")
        && seconds <= 0
    {
        return invalid("spec.leaseDurationSeconds", &format!("Invalid value: {seconds}: must be greater than 0"));
    }
    if let Some(transitions) = number(value, "/spec/leaseTransitions")
        && transitions < 0
    {
        let why = format!("Invalid value: {transitions}: must be greater than or equal to 0");
        return invalid("spec.leaseTransitions", &why);
    }
    Ok(())
}

fn event(name: &str, value: &Value, old: Option<&Value>) -> Result<(), Refusal> {
    let invalid = |field: &str, why: &str| Err(Refusal::invalid(Kind::Event, name, field, why));
    if let Some(series) = value.get("series").filter(|series| !series.is_null()) {
        if number(series, "/count").is_none_or(|count| count < 2) {
            return invalid("series.count", "Invalid value: should be at least 2");
        }
        if text(series, "/lastObservedTime").is_empty() {
            return invalid("series.lastObservedTime", "Required value");
        }
    }
    if let Some(old) = old {
        let fixed = [
            "eventTime",
            "reportingController",
            "reportingInstance",
            "action",
            "reason",
            "regarding",
            "related",
            "note",
            "type",
        ];
        for field in fixed {
            if value.get(field) != old.get(field) {
                return invalid(field, "Invalid value: field is immutable");
            }
        }
        return Ok(());
    }
    if text(value, "/eventTime").is_empty() {
        return invalid("eventTime", "Required value");
    }
    for (field, most) in [("reportingController", 0), ("reportingInstance", 128), ("action", 128), ("reason", 128)] {
        let given = value.get(field).and_then(Value::as_str).unwrap_or_default();
        if given.is_empty() {
            return invalid(field, "Required value");
        }
        if most > 0 && given.len() > most {
            return invalid(field, &format!("Invalid value: \"\": can have at most {most} characters"));
        }
    }
    // Of what lies in no namespace it is told in one of two.
    let (about, place) = (text(value, "/regarding/namespace"), text(value, "/metadata/namespace"));
    if about.is_empty() && !["default", "kube-system"].contains(&place) {
        let why = format!("Invalid value: \"{about}\": does not match event.namespace");
        return invalid("involvedObject.namespace", &why);
    }
    if text(value, "/note").len() > 1_024 {
        return invalid("note", "Invalid value: \"\": can have at most 1024 characters");
    }
    if !["Normal", "Warning"].contains(&text(value, "/type")) {
        return invalid("type", "Invalid value: \"\": has invalid value");
    }
    Ok(())
}
