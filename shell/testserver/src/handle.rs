//! Carries out a request, under the lock and without waiting for anything.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::answer::{Answer, AnswerBody, WatchBody};
use crate::fault::Troubles;
use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::request::{Call, Subresource, Verb};
use crate::scale::{self, ScaleWrite};
use crate::state::{Shared, State};
use crate::store::{Key, Stored};
use crate::value::{merge, metadata_mut, text};
use crate::write::Author;
use crate::{discovery, list, watch};

const APPLY: &str = "application/apply-patch+yaml";
const MERGE: &str = "application/merge-patch+json";

/// The answer to a request.
pub(crate) fn handle(shared: &Shared, state: &mut State, call: &Call, body: &Bytes, troubles: &Troubles) -> Answer {
    let answer = match call.kind {
        Some(kind) if state.store.shelf(kind).served => resource(shared, state, kind, call, body, troubles),
        Some(_) => Err(Refusal::unknown_path()),
        None => path(state, call),
    };
    answer.unwrap_or_else(Answer::from)
}

fn path(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    if let Some(found) = discovery::answer(&mut state.store, &call.path) {
        return Ok(ok(&found));
    }
    match call.path.as_str() {
        "/version" => Ok(ok(&json!({
            "major": "1",
            "minor": "36",
            "emulationMajor": "1",
            "emulationMinor": "36",
            "minCompatibilityMajor": "1",
            "minCompatibilityMinor": "35",
            "gitVersion": "v1.36.4",
            "gitCommit": "",
            "gitTreeState": "clean",
            "buildDate": "2026-01-01T00:00:00Z",
            "goVersion": "go1.26",
            "compiler": "gc",
            "platform": "linux/amd64",
        }))),
        "/livez" | "/readyz" | "/healthz" => Ok(Answer { plain: true, ..Answer::new(200, Bytes::from_static(b"ok")) }),
        _ => Err(Refusal::unknown_path()),
    }
}

fn ok(value: &Value) -> Answer {
    Answer::new(200, Bytes::from(value.to_string()))
}

fn resource(
    shared: &Shared,
    state: &mut State,
    kind: Kind,
    call: &Call,
    body: &Bytes,
    troubles: &Troubles,
) -> Result<Answer, Refusal> {
    let about = kind.about();
    let served = match call.subresource {
        Some(Subresource::Other) => false,
        Some(Subresource::Scale) => about.scale,
        Some(Subresource::Status) => about.status,
        None => true,
    };
    // The real one looks for custom resources by another way, and says another thing.
    match (served, kind) {
        (true, _) => {}
        (false, kind) if kind.is_custom() => {
            return Err(Refusal::not_found(kind, &call.name));
        }
        (false, _) => return Err(Refusal::unknown_part()),
    }
    let key = (call.namespace.clone(), call.name.clone());
    let author = Author {
        subresource: call.subresource,
        apply: call.content_type == APPLY,
        force: call.asks("force"),
        put: call.verb == Verb::Update,
        dry: call.ask("dryRun") == Some("All"),
        cap: troubles.cap,
        ..Author::new(&call.manager(), state.clock.stamp())
    };
    match call.verb {
        Verb::Get => {
            let object = state.store.get(kind, &key).ok_or_else(|| Refusal::not_found(kind, &key.1))?;
            let is_scale = call.subresource == Some(Subresource::Scale);
            match scale::absent(kind, &object.value).filter(|_| is_scale) {
                Some(refusal) => Err(refusal),
                None => Ok(shown(call, &object, 200)),
            }
        }
        Verb::List => Ok(Answer::new(200, list::list(state, kind, call)?)),
        Verb::Watch if troubles.expire => {
            let why = Refusal::expired(&format!("too old resource version: {}", state.store.version));
            Ok(Answer::new(200, watch::error(&why)))
        }
        Verb::Watch => {
            let cut = troubles.cut.or(troubles.half.then_some((0, true)));
            let watch = watch::open(shared, state, kind, call, cut, troubles.pace)?;
            let body = AnswerBody::Watch(WatchBody(Box::new(watch)));
            Ok(Answer { code: 200, retry_after: None, plain: false, body })
        }
        Verb::Create if call.subresource.is_some() || !call.name.is_empty() => Err(not_allowed()),
        Verb::Create => {
            let object = state.store.create(kind, &call.namespace, parsed(body)?, &author)?;
            Ok(shown(call, &object, 201))
        }
        Verb::Update => {
            let wanted = parsed(body)?;
            named(&call.name, &wanted)?;
            let (object, code) = replace(state, kind, &key, wanted, &author)?;
            Ok(shown(call, &object, code))
        }
        Verb::Patch => {
            let (object, code) = patch(state, kind, &key, call, &parsed(body)?, &author)?;
            Ok(shown(call, &object, code))
        }
        Verb::Delete => {
            let options = if body.is_empty() { Value::Null } else { parsed(body)? };
            if kind == Kind::Namespace {
                let space = state.end_namespace(&key.1, &author)?;
                return Ok(shown(call, &space, 200));
            }
            let object = state.store.delete(kind, &key, &options, &author)?;
            Ok(deleted(state, kind, &key, &object))
        }
        Verb::Other => Err(not_allowed()),
    }
}

fn not_allowed() -> Refusal {
    Refusal::new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
}

fn parsed(body: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::bad_request(&format!("the body is no JSON: {error}")))
}

fn named(name: &str, value: &Value) -> Result<(), Refusal> {
    let given = text(value, "/metadata/name");
    if given.is_empty() || given == name {
        return Ok(());
    }
    let message = format!("the name of the object ({given}) does not match the name on the URL ({name})");
    Err(Refusal::bad_request(&message))
}

fn replace(
    state: &mut State,
    kind: Kind,
    key: &Key,
    mut wanted: Value,
    author: &Author,
) -> Result<(Arc<Stored>, u16), Refusal> {
    if author.subresource == Some(Subresource::Scale) {
        return Ok((state.store.scale(kind, key, author, &ScaleWrite::Put(&wanted))?, 200));
    }
    let missing = state.store.get(kind, key).is_none();
    if missing && kind.about().create_on_update && author.subresource.is_none() {
        if !text(&wanted, "/metadata/resourceVersion").is_empty() || !text(&wanted, "/metadata/uid").is_empty() {
            return Err(Refusal::not_found(kind, &key.1));
        }
        metadata_mut(&mut wanted).insert("name".to_owned(), key.1.as_str().into());
        return Ok((state.store.create(kind, &key.0, wanted, author)?, 201));
    }
    metadata_mut(&mut wanted).remove("managedFields");
    Ok((state.store.change(kind, key, author, |_| Ok(wanted))?, 200))
}

fn patch(
    state: &mut State,
    kind: Kind,
    key: &Key,
    call: &Call,
    patch: &Value,
    author: &Author,
) -> Result<(Arc<Stored>, u16), Refusal> {
    if !patch.is_object() {
        return Err(Refusal::bad_request("a patch of this type is an object"));
    }
    named(&key.1, patch)?;
    let scale = author.subresource == Some(Subresource::Scale);
    match call.content_type.as_str() {
        MERGE if scale => Ok((state.store.scale(kind, key, author, &ScaleWrite::Merge(patch))?, 200)),
        APPLY if scale => {
            managed(call)?;
            Ok((state.store.scale(kind, key, author, &ScaleWrite::Apply(patch))?, 200))
        }
        MERGE => {
            let object = state.store.change(kind, key, author, |old| {
                let mut new = old.clone();
                merge(&mut new, patch);
                Ok(new)
            })?;
            Ok((object, 200))
        }
        APPLY => {
            managed(call)?;
            let missing = state.store.get(kind, key).is_none();
            Ok((state.store.apply(kind, key, patch, author)?, if missing { 201 } else { 200 }))
        }
        _ => Err(Refusal::new(415, "UnsupportedMediaType", "415: Unsupported Media Type")),
    }
}

fn managed(call: &Call) -> Result<(), Refusal> {
    if call.ask("fieldManager").is_some_and(|manager| !manager.is_empty()) {
        return Ok(());
    }
    let why = "Required value: is required for apply patch";
    Err(Refusal::invalid_as(("meta.k8s.io", "PatchOptions"), "", "fieldManager", why))
}

fn shown(call: &Call, object: &Stored, code: u16) -> Answer {
    if let (Some(Subresource::Scale), Some(kind)) = (call.subresource, call.kind) {
        return Answer { code, ..ok(&scale::of(kind, &object.value)) };
    }
    Answer::new(code, object.json().clone())
}

fn deleted(state: &mut State, kind: Kind, key: &Key, object: &Stored) -> Answer {
    if state.store.get(kind, key).is_some() {
        // Held by a finalizer.
        return Answer::new(200, object.json().clone());
    }
    let about = kind.about();
    ok(&json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {
            "name": key.1,
            "group": about.group,
            "kind": about.plural,
            "uid": text(&object.value, "/metadata/uid"),
        },
    }))
}
