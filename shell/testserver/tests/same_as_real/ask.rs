//! Asks a server and keeps what can be compared of its answers.

use http::Request;
use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::timeout;

pub(crate) const APPLY: &str = "application/apply-patch+yaml";
pub(crate) const MERGE: &str = "application/merge-patch+json";
pub(crate) const JSON: &str = "application/json";

/// How long an answer or a line of a watch may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// One server, and what it has said so far.
pub(crate) struct Asker {
    pub(crate) client: Client,
    pub(crate) heard: Vec<(String, Value)>,
}

impl Asker {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client, heard: Vec::new() }
    }

    /// Sends a request: code and body.
    pub(crate) async fn send(&self, method: &str, path: &str, content: &str, body: &Value) -> (u16, Value) {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("Content-Type", content)
            .header("User-Agent", "same/1")
            .body(Body::from(bytes))
            .unwrap();
        let answer = async {
            let response = self.client.send(request).await.unwrap();
            let (parts, body) = response.into_parts();
            (parts, body.collect().await.unwrap().to_bytes())
        };
        let (parts, bytes) = timeout(PATIENCE, answer).await.unwrap_or_else(|_| panic!("no answer: {method} {path}"));
        assert!(parts.headers.contains_key("date"), "{method} {path}");
        let code = parts.status.as_u16();
        (code, serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).trim().into()))
    }

    /// Sends a request and keeps what is comparable; the whole body comes back.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, content: &str, body: Value) -> Value {
        let (code, answer) = self.send(method, path, content, &body).await;
        self.note(&format!("{method} {path}"), json!({ "code": code, "body": comparable(&answer) }));
        answer
    }

    pub(crate) fn note(&mut self, what: &str, heard: Value) {
        self.heard.push((plain(what), heard));
    }
}

/// A text without uids and versions, which are each server's own.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_hexdigit() || letter == '-' {
            run.push(letter);
            continue;
        }
        let uid = run.len() == 36 && run.matches('-').count() == 4;
        let version = !uid && run.len() >= 3 && run.parse::<u64>().is_ok();
        out.push_str(if uid {
            "UID"
        } else if version {
            "N"
        } else {
            &run
        });
        run.clear();
        out.push(letter);
    }
    out.trim_end().to_owned()
}

/// What has to be the same of an answer.
pub(crate) fn comparable(answer: &Value) -> Value {
    match answer.get("kind").and_then(Value::as_str) {
        Some("Status") => status(answer),
        Some("Scale") => {
            let mut scale = json!({
                "apiVersion": answer["apiVersion"], "spec": answer["spec"], "status": answer["status"],
            });
            scale["metadata"] = metadata(answer);
            scale
        }
        Some("Deployment") => json!({ "replicas": answer["spec"]["replicas"], "metadata": metadata(answer) }),
        // What the API server makes of metrics and behaviour is its own.
        Some("HorizontalPodAutoscaler" | "ScaledObject") => {
            let mut spec = answer["spec"].as_object().cloned().unwrap_or_default();
            spec.retain(|field, _| field == "scaleTargetRef" || COUNTS.contains(&field.as_str()));
            json!({ "spec": spec, "annotations": answer["metadata"]["annotations"], "metadata": metadata(answer) })
        }
        Some(kind) if kind.ends_with("List") => {
            let names: Vec<&Value> =
                answer["items"].as_array().unwrap().iter().map(|item| &item["metadata"]["name"]).collect();
            json!({
                "names": names,
                "left": answer["metadata"]["remainingItemCount"],
                "more": answer["metadata"].get("continue").is_some(),
                "version": answer["metadata"]["resourceVersion"].is_string(),
            })
        }
        Some(_) => {
            let mut rest = answer.as_object().cloned().unwrap_or_default();
            rest.remove("metadata");
            if answer["kind"] == "TimeWindowScaler" {
                // Nothing is defaulted here.
                rest.insert("spec".to_owned(), answer["spec"]["timezone"].clone());
            }
            if let Some(status) = rest.get_mut("status").and_then(Value::as_object_mut) {
                status.retain(|_, value| *value != json!([]));
            }
            rest.retain(|key, value| !(key.starts_with("deprecated") || value.is_null()));
            json!({ "rest": rest, "metadata": metadata(answer) })
        }
        None => answer.clone(),
    }
}

fn status(answer: &Value) -> Value {
    json!({
        "status": answer["status"],
        "reason": answer["reason"],
        "code": answer["code"],
        "message": plain(answer["message"].as_str().unwrap_or_default()),
        "name": answer["details"]["name"],
        "kind": answer["details"]["kind"],
        "group": answer["details"]["group"],
        "retry": answer["details"]["retryAfterSeconds"],
        "causes": answer["details"]["causes"].as_array().map(|causes| {
            // The real one says some of them twice.
            let mut causes: Vec<Value> = causes.iter().map(|cause| json!([cause["reason"], cause["field"]])).collect();
            causes.dedup();
            causes
        }),
    })
}

/// The fields that are written of a `spec`.
const COUNTS: [&str; 5] = ["replicas", "minReplicas", "maxReplicas", "minReplicaCount", "maxReplicaCount"];

/// Which of them are among those that somebody owns.
fn counts(entry: &Value) -> Vec<&'static str> {
    let is_owned = |count: &&str| entry.pointer(&format!("/fieldsV1/f:spec/f:{count}")).is_some();
    COUNTS.into_iter().filter(is_owned).collect()
}

/// Which system fields are there, and who owns the count, or the bounds.
fn metadata(answer: &Value) -> Value {
    let metadata = &answer["metadata"];
    let mut seen = Map::new();
    for field in ["name", "namespace", "generation"] {
        seen.insert(field.to_owned(), metadata[field].clone());
    }
    for field in ["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp"] {
        seen.insert(field.to_owned(), metadata.get(field).is_some_and(|field| !field.is_null()).into());
    }
    let owners: Vec<Value> = metadata["managedFields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|entry| !counts(entry).is_empty())
        .map(|entry| {
            json!([
                entry["manager"],
                entry["operation"],
                entry["apiVersion"],
                entry["subresource"],
                counts(entry),
                entry.get("time").is_some()
            ])
        })
        .collect();
    seen.insert("owners".to_owned(), owners.into());
    seen.into()
}
