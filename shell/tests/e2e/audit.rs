//! The API server's own word on what was asked of it and when.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::stage::Stage;

/// A request that the API server answered.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Such as `deployments/scale`.
    pub(crate) resource: String,
    pub(crate) name: String,
    pub(crate) code: u64,
    pub(crate) received: DateTime<Utc>,
    pub(crate) answered: DateTime<Utc>,
}

/// All writes of a stage's controllers, in order.
pub(crate) fn writes(stage: &Stage) -> Vec<Request> {
    let text = std::fs::read_to_string(&stage.audit_log).unwrap();
    let mut writes: Vec<_> = text
        .lines()
        // The last line may be half written.
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|entry| {
            entry["user"]["username"] == stage.account.user.as_str() && entry["stage"] == "ResponseComplete"
        })
        .filter(|entry| !matches!(entry["verb"].as_str(), Some("get" | "list" | "watch")))
        .map(|entry| Request {
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
    writes.sort_by_key(|request| request.received);
    writes
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The accepted writes of replicas, of which there must be so many; the log may be a moment behind.
pub(crate) async fn scalings(stage: &Stage, count: usize) -> Vec<Request> {
    let begin = Instant::now();
    loop {
        let mut found = writes(stage);
        found.retain(|request| request.resource == "deployments/scale" && request.code == 200);
        if found.len() >= count {
            assert_eq!(found.len(), count, "{found:#?}");
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(10), "{count} writes of replicas: {found:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
