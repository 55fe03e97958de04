//! What a test acts on: an API server, the machine's clocks, and controllers.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kyklos::cli::controller::{Options, Replica, run};
use kyklos::cluster::lease::Holder;
use kyklos::cluster::{Clock, Time};
use kyklos::report::metrics::Metrics;
use kyklos_testserver::{Filter, Kind, Seen, TestServer};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// An API server and a machine.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) machine: Arc<Machine>,
}

/// A machine's clocks. They go by tokio's, which the tests have paused.
pub(crate) struct Machine {
    begin: Instant,
    from: DateTime<Utc>,
    off: AtomicI64,
}

impl Machine {
    /// Sets the wall clock by so many seconds.
    pub(crate) fn step(&self, seconds: i64) {
        self.off.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Time for Machine {
    fn wall(&self) -> DateTime<Utc> {
        let off = TimeDelta::seconds(self.off.load(Ordering::SeqCst));
        self.from + TimeDelta::from_std(self.begin.elapsed()).unwrap() + off
    }

    fn boot(&self) -> Duration {
        Duration::from_secs(1_000) + self.begin.elapsed()
    }
}

/// A controller that runs.
pub(crate) struct Controller {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), Holder>>,
}

impl Controller {
    /// Asks it to stop and waits until it has. Says how long that took.
    pub(crate) async fn stop(mut self) -> Duration {
        let begin = Instant::now();
        self.stop.take().unwrap().send(()).unwrap();
        self.task.await.unwrap().unwrap();
        begin.elapsed()
    }

    /// Ends it as SIGKILL does.
    pub(crate) fn kill(self) {
        self.task.abort();
    }

    /// What it ends with by itself.
    pub(crate) async fn end(self) -> Result<(), Holder> {
        let _stop = self.stop;
        self.task.await.unwrap()
    }
}

/// Those of a controller on the real clock.
pub(crate) fn options(namespace: Option<&str>, instance: &str) -> Options {
    Options {
        namespace: namespace.map(str::to_owned),
        own_namespace: "kyklos-system".to_owned(),
        kube_namespaces: false,
        requesters_verified: false,
        metrics: Arc::new(Metrics::new(true)),
        clock: Clock::Real,
        instance: instance.to_owned(),
        listener: None,
    }
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl World {
    /// It is `wall` for everybody.
    pub(crate) fn at(wall: &str) -> Self {
        let wall = at(wall);
        let server = TestServer::new(wall);
        for namespace in ["default", "shop", "other", "kyklos-system"] {
            server.create_namespace(namespace);
        }
        let machine = Machine { begin: Instant::now(), from: wall, off: AtomicI64::new(0) };
        Self { server, machine: Arc::new(machine) }
    }

    /// A controller for the namespace `shop`, on the real clock.
    pub(crate) fn controller(&self) -> Controller {
        self.controller_of(Some("shop"), "pod-1")
    }

    /// A controller for a namespace, or for all of them.
    pub(crate) fn controller_of(&self, namespace: Option<&str>, instance: &str) -> Controller {
        self.start(options(namespace, instance))
    }

    /// A controller.
    pub(crate) fn start(&self, options: Options) -> Controller {
        let client = |role: &str| self.server.client(&format!("{} ({role})", options.instance));
        let time: Arc<dyn Time> = self.machine.clone();
        let replica = Replica { watching: client("watch"), writing: client("write"), leasing: client("lease"), time };
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        // A task of its own, so that it can be killed with all that it has begun.
        let task = tokio::spawn(run(replica, options, stopped));
        Controller { stop: Some(stop), task }
    }

    /// Makes a Deployment.
    pub(crate) fn deploy(&self, name: &str, replicas: i32) {
        self.deploy_in("shop", name, replicas);
    }

    /// Makes a Deployment in a namespace.
    pub(crate) fn deploy_in(&self, namespace: &str, name: &str, replicas: i32) {
        let object = json!({ "metadata": { "namespace": namespace, "name": name }, "spec": { "replicas": replicas } });
        self.server.create(Kind::Deployment, "kubectl", &object).unwrap();
    }

    /// Makes an object.
    pub(crate) fn scaler(&self, name: &str, spec: Value) {
        self.scaler_in("shop", name, spec);
    }

    /// Makes an object in a namespace.
    pub(crate) fn scaler_in(&self, namespace: &str, name: &str, spec: Value) {
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
            "metadata": { "namespace": namespace, "name": name }, "spec": spec,
        });
        self.server.create(Kind::TimeWindowScaler, "kubectl", &object).unwrap();
    }

    /// Makes an override of the schedule `web`, with this in its spec.
    pub(crate) fn overrule(&self, name: &str, spec: &Value) {
        let mut all = json!({ "scalerRef": { "name": "web" }, "reason": "test" });
        for (field, value) in spec.as_object().unwrap() {
            all[field] = value.clone();
        }
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowOverride",
            "metadata": { "namespace": "shop", "name": name }, "spec": all,
        });
        self.server.create(Kind::TimeWindowOverride, "kubectl", &object).unwrap();
    }

    /// The status of an override; `null` where it is gone.
    pub(crate) fn overrule_status(&self, name: &str) -> Value {
        self.server
            .get(Kind::TimeWindowOverride, "shop", name)
            .map(|object| object["status"].clone())
            .unwrap_or_default()
    }

    /// Changes an object's spec.
    pub(crate) fn edit(&self, name: &str, spec: Value) {
        let patch = json!({ "spec": spec });
        self.server.edit(Kind::TimeWindowScaler, "shop", name, "kubectl", &patch).unwrap();
    }

    /// Scales by hand, as a person does.
    pub(crate) fn scale(&self, name: &str, replicas: i64) {
        self.server.scale(Kind::Deployment, "shop", name, "kubectl", replicas).unwrap();
    }

    /// The replicas of a Deployment.
    pub(crate) fn replicas(&self, name: &str) -> i64 {
        self.replicas_in("shop", name)
    }

    /// The replicas of a Deployment in a namespace.
    pub(crate) fn replicas_in(&self, namespace: &str, name: &str) -> i64 {
        self.server.get(Kind::Deployment, namespace, name).unwrap()["spec"]["replicas"].as_i64().unwrap()
    }

    /// The status of an object.
    pub(crate) fn status(&self, name: &str) -> Value {
        self.server.get(Kind::TimeWindowScaler, "shop", name).unwrap()["status"].clone()
    }

    /// The reason of a condition of an object.
    pub(crate) fn reason(&self, name: &str, condition: &str) -> String {
        reason(&self.status(name), condition)
    }

    /// The message of a condition of an object.
    pub(crate) fn message(&self, name: &str, condition: &str) -> String {
        let status = self.status(name);
        let found = find(&status, condition).map(|condition| condition["message"].as_str().unwrap().to_owned());
        found.unwrap_or_default()
    }

    /// The reasons of the events about an object, with the counts of series, sorted.
    pub(crate) fn events(&self, name: &str) -> Vec<String> {
        let events = self.server.list(Kind::Event, "shop");
        let about = events.iter().filter(|event| event["regarding"]["name"] == name);
        let mut reasons: Vec<_> = about
            .map(|event| match event["series"]["count"].as_i64() {
                Some(count) => format!("{} x{count}", event["reason"].as_str().unwrap()),
                None => event["reason"].as_str().unwrap().to_owned(),
            })
            .collect();
        reasons.sort();
        reasons
    }

    /// The writes of a target that were sent, in order.
    pub(crate) fn scalings(&self) -> Vec<Seen> {
        self.server.requests(&Filter::scale_writes())
    }

    /// By whom, in order.
    pub(crate) fn scaled_by(&self) -> Vec<String> {
        self.scalings().into_iter().map(|write| write.call.agent).collect()
    }

    /// Lets so many seconds pass.
    pub(crate) async fn pass(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    /// Lets time pass until the wall clock reads this.
    pub(crate) async fn until(&self, wall: &str) {
        let left = at(wall) - self.server.now();
        tokio::time::sleep(left.to_std().expect("that is in the past")).await;
    }
}

/// The reason of a condition.
pub(crate) fn reason(status: &Value, condition: &str) -> String {
    find(status, condition).map(|found| found["reason"].as_str().unwrap().to_owned()).unwrap_or_default()
}

fn find<'s>(status: &'s Value, condition: &str) -> Option<&'s Value> {
    status["conditions"].as_array()?.iter().find(|found| found["type"] == condition)
}

/// 10 from 09:00 to 17:00 UTC, else 2, at once.
pub(crate) fn office(target: &str) -> Value {
    json!({
        "targetRef": { "name": target }, "timezone": "UTC", "defaultReplicas": 2, "gracePeriodSeconds": 0,
        "windows": [{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 10 }],
    })
}

/// A minute before the office opens, with one object and its target.
pub(crate) fn morning() -> World {
    let world = World::at("2026-11-23T08:59:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    world
}
