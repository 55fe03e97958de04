//! Waiting for what a controller does, instead of sleeping.

use std::time::{Duration, Instant};

use kube::api::{Api, ApiResource, DynamicObject, ListParams};
use serde_json::Value;

use crate::stage::Stage;

/// How long anything may take that isn't measured: what is wrong stays wrong for longer, and a busy machine takes its time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

impl Stage {
    /// Waits until the status of an object passes a test, and gives it.
    pub(crate) async fn status_when(&self, name: &str, what: &str, test: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let status = self.status(name).await;
            if test(&status) {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: waited for {what}, and the status is {status:#}", self.namespace);
            pause().await;
        }
    }

    /// Waits until a Deployment has so many replicas.
    pub(crate) async fn scaled(&self, name: &str, replicas: i32) {
        let begin = Instant::now();
        loop {
            let found = self.replicas(name).await;
            if found == Some(replicas) {
                return;
            }
            let status = self.scalers().list(&ListParams::default()).await.unwrap().items;
            let status: Vec<_> = status.iter().map(|object| object.data.get("status")).collect();
            assert!(
                begin.elapsed() < PATIENCE,
                "{}: {name} has {found:?} instead of {replicas}: {status:#?}",
                self.namespace
            );
            pause().await;
        }
    }

    /// Waits until so many TimeWindowScalers of the stage pass a test, by one request at a time for all of them.
    pub(crate) async fn many(&self, count: usize, what: &str, test: impl Fn(&Value) -> bool) {
        let begin = Instant::now();
        loop {
            let all = self.scalers().list(&ListParams::default()).await.unwrap().items;
            let found = all.iter().filter(|object| test(&object.data["status"])).count();
            if found == count {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: waited for {what}: {found} of {count}", self.namespace);
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// Waits until nothing is remembered any more.
    pub(crate) async fn no_records(&self) {
        let resource = ApiResource::erase::<kyklos::api::ScaleRecord>(&());
        let api: Api<DynamicObject> = Api::namespaced_with(self.client.clone(), &self.namespace, &resource);
        let begin = Instant::now();
        while let Some(left) = api.list(&ListParams::default()).await.unwrap().items.first() {
            assert!(begin.elapsed() < PATIENCE, "{}: {left:#?}", self.namespace);
            pause().await;
        }
    }

    /// Waits until what is remembered of a Deployment passes a test, and gives it; `null` where that is nothing.
    pub(crate) async fn entry_when(&self, name: &str, what: &str, test: impl Fn(&Value) -> bool) -> Value {
        let resource = ApiResource::erase::<kyklos::api::ScaleRecord>(&());
        let api: Api<DynamicObject> = Api::namespaced_with(self.client.clone(), &self.namespace, &resource);
        let key = format!("deployments.apps/{name}");
        let begin = Instant::now();
        loop {
            let records = api.list(&ListParams::default()).await.unwrap().items;
            let entry = records.iter().find_map(|record| record.data["spec"]["entries"].get(&key));
            let entry = entry.cloned().unwrap_or_default();
            if test(&entry) {
                return entry;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: waited for {what} of {name}: {entry:#}", self.namespace);
            pause().await;
        }
    }

    /// Waits until an event of this reason is there so many times. That it doesn't come oftener later is shown in virtual time.
    pub(crate) async fn event(&self, name: &str, reason: &str, times: usize) {
        let begin = Instant::now();
        loop {
            let events = self.events(name).await;
            let found = events.iter().filter(|found| *found == reason).count();
            if found == times {
                return;
            }
            assert!(found < times && begin.elapsed() < PATIENCE, "{}: {reason} x {times}: {events:?}", self.namespace);
            pause().await;
        }
    }

    /// Waits until one event of this reason counts so many happenings.
    pub(crate) async fn series(&self, name: &str, reason: &str, count: i32) {
        let begin = Instant::now();
        loop {
            let events = self.events_about(name).await;
            let of_reason = events.iter().filter(|event| event.reason.as_deref() == Some(reason));
            let counts: Vec<_> = of_reason.map(|event| event.series.as_ref().map(|series| series.count)).collect();
            if counts == [Some(count)] {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: {reason} x {count} in one: {counts:?}", self.namespace);
            pause().await;
        }
    }
}

/// Between two looks at something that is waited for.
pub(crate) async fn pause() {
    tokio::time::sleep(Duration::from_millis(25)).await;
}

/// The reason of a condition.
pub(crate) fn reason<'s>(status: &'s Value, condition: &str) -> &'s str {
    find(status, condition).and_then(|c| c["reason"].as_str()).unwrap_or("-")
}

/// The message of a condition.
pub(crate) fn message<'s>(status: &'s Value, condition: &str) -> &'s str {
    find(status, condition).and_then(|c| c["message"].as_str()).unwrap_or("-")
}

fn find<'s>(status: &'s Value, condition: &str) -> Option<&'s Value> {
    status["conditions"].as_array()?.iter().find(|c| c["type"] == condition)
}
