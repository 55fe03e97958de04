//! What a soak acts on: an API server, the machine's clocks, and controllers that come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kyklos::cli::controller::{Options, Replica, run};
use kyklos::cluster::lease::Holder;
use kyklos::cluster::{Clock, Time};
use kyklos::report::metrics::Metrics;
use kyklos_testserver::TestServer;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::dice::Dice;

/// What the machine's clock reads under a rehearsal: 2030-05-01.
const REHEARSAL: i64 = 1_903_824_000;

/// Everything that isn't the oracle's.
pub(crate) struct Stage {
    pub(crate) server: TestServer,
    pub(crate) namespaces: Vec<String>,
    machine: Arc<Machine>,
    clock: Clock,
    /// The one namespace that is watched; none: all.
    scope: Option<String>,
    pods: Vec<Pod>,
    started: u64,
}

/// A controller that runs.
struct Pod {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Holder>>,
}

/// A machine's clocks. They go by tokio's, which are paused.
struct Machine {
    begin: Instant,
    from: DateTime<Utc>,
    /// By how many seconds the wall clock is wrong.
    off: AtomicI64,
}

impl Time for Machine {
    fn wall(&self) -> DateTime<Utc> {
        let off = TimeDelta::seconds(self.off.load(Ordering::Relaxed));
        self.from + TimeDelta::from_std(self.begin.elapsed()).expect("a few weeks") + off
    }

    fn boot(&self) -> Duration {
        Duration::from_secs(1_000) + self.begin.elapsed()
    }
}

impl Stage {
    /// An empty cluster whose schedules' clock reads `from`, in Unix seconds. Under a rehearsal it runs so many times as fast as
    /// the machine's.
    pub(crate) fn new(from: i64, rehearsed: Option<u32>, dice: &mut Dice) -> Self {
        let instant = |second| DateTime::from_timestamp(second, 0).expect("a second of these years");
        let wall = instant(if rehearsed.is_some() { REHEARSAL } else { from });
        let rehearsal = |speed| Clock::Rehearsed { from: instant(from), speed, anchor: wall };
        let clock = rehearsed.map_or(Clock::Real, rehearsal);
        // A rehearsal is of one namespace.
        let wide = rehearsed.is_none() && dice.chance(50);
        let namespaces: Vec<_> = (0..if wide { 4 } else { 1 }).map(|place| format!("shop-{place}")).collect();
        let server = TestServer::new(wall);
        for namespace in namespaces.iter().map(String::as_str).chain(["kyklos-system"]) {
            server.create_namespace(namespace);
        }
        let machine = Arc::new(Machine { begin: Instant::now(), from: wall, off: AtomicI64::new(0) });
        let scope = (!wide).then(|| namespaces[0].clone());
        Self { server, namespaces, machine, clock, scope, pods: Vec::new(), started: 0 }
    }

    /// In words.
    pub(crate) fn shown(&self) -> String {
        let clock = match self.clock {
            Clock::Real => "the real clock".to_owned(),
            Clock::Rehearsed { speed, .. } => format!("a rehearsed clock that runs {speed} times as fast"),
        };
        let scope = self.scope.as_deref().map_or("the cluster", |_| "one namespace");
        format!("{} of {scope} by {clock}", self.replicas())
    }

    /// Sets the machine's wall clock by so many seconds.
    pub(crate) fn step(&self, seconds: i64) {
        self.machine.off.fetch_add(seconds, Ordering::Relaxed);
    }

    /// What the schedules' clock is to read, in milliseconds: by the server's, which is right.
    pub(crate) fn now(&self) -> i64 {
        self.clock.at(self.server.now()).timestamp_millis()
    }

    /// The same of an instant of the server's.
    pub(crate) fn at(&self, wall: DateTime<Utc>) -> i64 {
        self.clock.at(wall).timestamp_millis()
    }

    /// How many times as fast the schedules' clock runs as the machine's.
    pub(crate) fn speed(&self) -> i64 {
        match self.clock {
            Clock::Real => 1,
            Clock::Rehearsed { speed, .. } => i64::from(speed),
        }
    }

    /// Lets time pass until the schedules' clock reads this.
    pub(crate) async fn until(&self, at: i64) {
        let left = u64::try_from(at - self.now()).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(left.div_ceil(self.speed().unsigned_abs()))).await;
    }

    fn replicas(&self) -> &'static str {
        if self.pods.len() > 1 { "two replicas" } else { "one replica" }
    }

    /// Starts one more controller.
    pub(crate) fn start(&mut self) {
        self.started += 1;
        let instance = format!("pod-{}", self.started);
        let client = |role: &str| self.server.client(&format!("{instance} ({role})"));
        let time: Arc<dyn Time> = Arc::<Machine>::clone(&self.machine);
        let replica = Replica { watching: client("watch"), writing: client("write"), leasing: client("lease"), time };
        let options = Options {
            namespace: self.scope.clone(),
            own_namespace: "kyklos-system".to_owned(),
            kube_namespaces: false,
            requesters_verified: false,
            metrics: Arc::new(Metrics::new(true)),
            clock: self.clock,
            instance,
            listener: None,
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        self.pods.push(Pod { stop, task: tokio::spawn(run(replica, options, stopped)) });
    }

    /// Two replicas where that is possible: a rehearsal doesn't stand by.
    pub(crate) fn start_all(&mut self) {
        self.start();
        if self.clock == Clock::Real {
            self.start();
        }
    }

    /// Ends a controller, as SIGKILL or SIGTERM does, and starts another one.
    pub(crate) async fn restart(&mut self, dice: &mut Dice) {
        let pod = self.pods.remove(dice.place(self.pods.len()));
        if dice.chance(50) {
            pod.task.abort();
            // Until then its last requests may be under way.
            let _aborted = pod.task.await;
        } else {
            pod.stop.send(()).expect("it runs");
            pod.task.await.expect("it doesn't panic").expect("it is alone");
        }
        self.start();
    }

    /// Whether all controllers run.
    pub(crate) fn runs(&self) -> bool {
        self.pods.iter().all(|pod| !pod.task.is_finished())
    }
}
