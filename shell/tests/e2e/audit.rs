//! The API server's own word on what was asked of it and when.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use chrono::{DateTime, Utc};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, PostParams};
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::waits::{PATIENCE, pause};

/// A request that the API server answered.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) verb: String,
    /// Such as `deployments/scale`.
    pub(crate) resource: String,
    pub(crate) name: String,
    pub(crate) code: u64,
    pub(crate) received: DateTime<Utc>,
    pub(crate) answered: DateTime<Utc>,
}

/// The lines of the log that speak of a text. The last line may be half written.
fn lines(stage: &Stage, text: &str) -> Vec<Value> {
    let log = std::fs::read_to_string(&stage.audit_log).unwrap();
    log.lines().filter(|line| line.contains(text)).filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// All that a stage's controllers have asked and been answered, in order.
pub(crate) fn requests(stage: &Stage) -> Vec<Request> {
    let user = stage.account.user.as_str();
    let mut requests: Vec<_> = lines(stage, user)
        .into_iter()
        .filter(|entry| entry["user"]["username"] == user && entry["stage"] == "ResponseComplete")
        .map(|entry| Request {
            verb: text_of(&entry["verb"]),
            resource: match entry["objectRef"]["subresource"].as_str() {
                Some(sub) => format!("{}/{sub}", text_of(&entry["objectRef"]["resource"])),
                None => text_of(&entry["objectRef"]["resource"]),
            },
            name: text_of(&entry["objectRef"]["name"]),
            code: entry["responseStatus"]["code"].as_u64().unwrap(),
            received: text_of(&entry["requestReceivedTimestamp"]).parse().unwrap(),
            answered: text_of(&entry["stageTimestamp"]).parse().unwrap(),
        })
        .collect();
    requests.sort_by_key(|request| request.received);
    requests
}

/// All writes of a stage's controllers, in order.
pub(crate) fn writes(stage: &Stage) -> Vec<Request> {
    let mut writes = requests(stage);
    writes.retain(|request| !matches!(request.verb.as_str(), "get" | "list" | "watch"));
    writes
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Waits until all that was answered up to now is in the log, which may be behind: until something that is written now is.
pub(crate) async fn caught_up(stage: &Stage) {
    static MARKERS: AtomicUsize = AtomicUsize::new(0);
    let name = format!("marker-{}", MARKERS.fetch_add(1, Ordering::SeqCst));
    let marker: ConfigMap = serde_json::from_value(json!({ "metadata": { "name": name } })).unwrap();
    let api: Api<ConfigMap> = Api::namespaced(stage.client.clone(), &stage.namespace);
    api.create(&PostParams::default(), &marker).await.unwrap();
    let begin = Instant::now();
    // The name of an object that is created is in the body, of which the log has none; the deletion names it.
    api.delete(&name, &Default::default()).await.unwrap();
    let marked = |entry: &Value| entry["objectRef"]["name"] == name && entry["stage"] == "ResponseComplete";
    while !lines(stage, &name).iter().any(marked) {
        assert!(begin.elapsed() < PATIENCE, "{}: {name} doesn't come into the audit log", stage.namespace);
        pause().await;
    }
}

/// The accepted writes of replicas up to now, of which there must be exactly so many.
pub(crate) async fn scalings(stage: &Stage, count: usize) -> Vec<Request> {
    caught_up(stage).await;
    let begin = Instant::now();
    loop {
        let mut found = writes(stage);
        found.retain(|request| request.resource == "deployments/scale" && request.code == 200);
        if found.len() >= count {
            assert_eq!(found.len(), count, "{}: {found:#?}", stage.namespace);
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "{}: {count} writes of replicas: {found:#?}", stage.namespace);
        pause().await;
    }
}

/// Waits until so many requests of a kind were answered, and gives all that there are.
pub(crate) async fn answered(stage: &Stage, count: usize, what: &str, test: impl Fn(&Request) -> bool) -> Vec<Request> {
    let begin = Instant::now();
    loop {
        let mut found = requests(stage);
        found.retain(&test);
        if found.len() >= count {
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "{}: {count} {what}: {found:#?}", stage.namespace);
        pause().await;
    }
}
