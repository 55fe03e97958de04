//! The engine by itself, in virtual time: what it keeps of many targets, and how much it looks at when one of them changes.

mod costs;
pub(super) mod effort;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use kyklos_testserver::{Kind, TestServer};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::ids::PolicyId;
use super::policies::Slot;
use super::*;
use crate::cluster::lease::{Held, Leadership};
use crate::cluster::time::TestTime;

/// An engine that acts in the whole cluster, and an API server.
struct Bench {
    server: TestServer,
    engine: Engine,
    fed: mpsc::Receiver<feed::Feed>,
    ended: mpsc::UnboundedReceiver<feed::Done>,
}

impl Bench {
    /// At this instant.
    fn at(wall: &str) -> Self {
        let wall = wall.parse().unwrap();
        let server = TestServer::new(wall);
        let held = Leadership { held: Held::always(), ..Leadership::default() };
        let setup = Setup {
            watching: server.client("watch"),
            writing: server.client("write"),
            namespace: None,
            kube_namespaces: false,
            requesters_verified: false,
            time: Arc::new(TestTime::at(wall)),
            clock: Clock::Real,
            own_namespace: "kyklos-system".to_owned(),
            instance: "pod-1".to_owned(),
            lead: Lead { own: watch::channel(held).1, others: None },
            recovered: watch::Sender::default(),
            metrics: Arc::new(Metrics::new(false)),
        };
        let ((feeds, fed), (done, ended)) = (mpsc::channel(FEEDS), mpsc::unbounded_channel());
        let mut engine = Engine::new(setup, feeds, done);
        engine.start_watches();
        Self { server, engine, fed, ended }
    }

    /// Lets so many seconds pass.
    async fn pass(&mut self, seconds: u64) {
        let until = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < until {
            self.engine.work();
            let wake = Instant::now() + self.engine.next_wait();
            tokio::select! {
                biased;
                Some(done) = self.ended.recv() => self.engine.ended(done),
                Some(feed) = self.fed.recv() => self.engine.fed(feed),
                () = tokio::time::sleep_until(wake.min(until)) => {}
            }
        }
    }

    /// Makes so many Deployments of 2 in a namespace, with the label `tier: app`.
    fn deploy(&self, namespace: &str, many: usize) {
        for number in 0..many {
            let metadata =
                json!({ "namespace": namespace, "name": format!("d{number:04}"), "labels": { "tier": "app" } });
            let object = json!({ "metadata": metadata, "spec": { "replicas": 2 } });
            self.server.create(Kind::Deployment, "kubectl", &object).unwrap();
        }
    }

    /// Makes `night` for all with that label: none at night. In the namespace `shop`, or with `namespaces` in those.
    fn night(&self, namespaces: Option<Value>) -> Night {
        let night = Night { is_wide: namespaces.is_some() };
        let mut spec = json!({
            "targets": { "selector": { "matchLabels": { "tier": "app" } } }, "timezone": "UTC", "gracePeriodSeconds": 0,
            "windows": [{ "name": "night", "start": "20:00", "end": "06:00", "replicas": 0 }],
            "holidayMode": "treat-as-closed", "holidayConfigMap": "days",
        });
        if let Some(namespaces) = namespaces {
            spec["targets"]["namespaces"] = namespaces;
        }
        let (kind, namespace) = night.place();
        let days = json!({
            "metadata": { "namespace": if night.is_wide { "kyklos-system" } else { "shop" }, "name": "days" },
            "data": { "2026-12-25": "closed" },
        });
        self.server.create(Kind::ConfigMap, "kubectl", &days).unwrap();
        let metadata = json!({ "namespace": namespace, "name": "night" });
        self.server.create(kind, "kubectl", &json!({ "metadata": metadata, "spec": spec })).unwrap();
        night
    }

    /// Changes `night`.
    fn edit(&self, night: Night, patch: &Value) {
        let (kind, namespace) = night.place();
        self.server.edit(kind, namespace, "night", "kubectl", patch).unwrap();
    }

    /// The one schedule that there is.
    fn slot(&self) -> &Slot {
        let mut all = self.engine.policies.iter();
        let (_, slot): (PolicyId, _) = all.next().unwrap();
        assert!(all.next().is_none());
        slot
    }

    /// How many of its targets are as they should be.
    fn held(&self) -> usize {
        self.slot().many.as_ref().unwrap().tally.of(crate::policy::summary::Stands::Held)
    }
}

/// The schedule `night`.
#[derive(Debug, Clone, Copy)]
struct Night {
    is_wide: bool,
}

impl Night {
    fn place(self) -> (Kind, &'static str) {
        if self.is_wide { (Kind::ClusterTimeWindowScaler, "") } else { (Kind::TimeWindowScaler, "shop") }
    }
}
