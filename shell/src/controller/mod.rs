//! The controller: observe, decide, apply, report, a file each.

mod apply;
mod args;
mod clock;
mod decide;
mod failure;
mod guard;
mod health;
mod index;
mod memory;
mod observe;
mod patience;
mod plan;
mod probes;
mod report;
mod seen;
mod watches;
mod world;

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use futures::{FutureExt, StreamExt};
use kube::Client;
use kube::api::DynamicObject;
use kube::runtime::controller::{Action, Config, Error as QueueError, ReconcileRequest, applier};
use kube::runtime::reflector::store::Writer;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub use args::ControllerArgs;
pub use clock::Clock;
use decide::{decide, failed};
use failure::WriteError;
use health::Health;
use memory::Memory;
use observe::observe;
pub use probes::{PORT as PROBE_PORT, ProbeAddress};
use seen::{Deployment, Key, deployment_resource, object_resource};
use world::World;

/// How many objects are looked at at the same time; most of them wait for their turn to write.
const CONCURRENCY: u16 = 2_000;
/// How many targets are written at the same time: from about 50 on the API server answers no more of them a second.
const SCALES_AT_ONCE: usize = 50;
/// How many statuses and events are written at the same time. Few, so that at a boundary of many objects the targets,
/// which somebody waits for, come first.
const REPORTS_AT_ONCE: usize = 8;
/// The wait after a first failure; it doubles with each further one.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// The longest wait after failures.
const LAST_RETRY: Duration = Duration::from_secs(60);

/// How long a write may take. What was accepted after that is seen by the watch.
const WRITE_LIMIT: Duration = Duration::from_secs(15);

/// How long the controller may take to stop: a look that is under way writes a target, then reports, each within its limit.
pub const STOP_LIMIT: Duration = WRITE_LIMIT.saturating_mul(2).saturating_add(Duration::from_secs(5));

/// How to run.
#[derive(Debug)]
pub struct Options {
    /// The one namespace to look at; all of them when absent.
    pub namespace: Option<String>,
    /// The clock to go by.
    pub clock: Clock,
    /// The name of this process in events, such as the Pod's.
    pub instance: String,
    /// Where probes are answered; nowhere when absent.
    pub probes: Option<TcpListener>,
}

/// Turns to write.
struct Turns {
    scales: Semaphore,
    reports: Semaphore,
}

/// A look at an object failed; it comes again.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error("the target could not be scaled: {0}")]
    Scale(#[source] WriteError),
    #[error("the status or an event could not be written: {0}")]
    Report(#[source] WriteError),
}

/// Gives a write its limit.
async fn limited<T>(write: impl Future<Output = Result<T, kube::Error>>) -> Result<T, WriteError> {
    Ok(tokio::time::timeout(WRITE_LIMIT, write).await??)
}

/// Runs until `shutdown`, then finishes what is under way.
pub async fn run(client: Client, options: Options, shutdown: impl Future<Output = ()> + Send + 'static) {
    let shutdown = shutdown.shared();
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        tzdb = kyklos_core::TimeZone::RELEASE,
        namespace = options.namespace.as_deref().unwrap_or("(all)"),
        "starting"
    );
    if let Some(rehearsal) = options.clock.rehearsal() {
        tracing::warn!(now = %options.clock.now(), "{rehearsal}: real workloads are scaled by it");
    }
    let object_writer = Writer::<DynamicObject>::new(object_resource());
    let deployment_writer = Writer::<Deployment>::new(deployment_resource());
    let objects = object_writer.as_reader();
    let Options { namespace, clock, instance, probes } = options;
    let (world, triggered) =
        World::new(client.clone(), clock, instance, objects.clone(), deployment_writer.as_reader());
    let world = Arc::new(world);
    // From the first moment on, so that it can be asked why nothing happens yet.
    let mut background: Vec<_> =
        probes.map(|listener| tokio::spawn(probes::serve(listener, Arc::clone(&world)))).into_iter().collect();
    let first = tokio::select! {
        first = guard::first_comparison(&world) => first,
        () = shutdown.clone() => {
            background.iter().for_each(tokio::task::JoinHandle::abort);
            tracing::info!("stopped");
            return;
        }
    };
    let turns = Turns { scales: Semaphore::new(SCALES_AT_ONCE), reports: Semaphore::new(REPORTS_AT_ONCE) };
    let turns = Arc::new(turns);
    world.set_clock_state(first);
    background.extend([
        tokio::spawn(watches::watch_objects(Arc::clone(&world), client.clone(), namespace.clone(), object_writer)),
        tokio::spawn(watches::watch_deployments(Arc::clone(&world), client, namespace, deployment_writer)),
        tokio::spawn(guard::watch_clock(Arc::clone(&world))),
        tokio::spawn(probes::knock(Arc::clone(&world))),
    ]);
    // The end of the queue lets the looks that are under way come to theirs.
    let queue =
        triggered.map(|object| Ok::<_, Infallible>(ReconcileRequest::from(object))).take_until(shutdown.clone());
    let config = Config::default().concurrency(CONCURRENCY);
    let health = Arc::clone(&world);
    let health = &health.health;
    let looks = applier(
        |object, world| look(object, world, Arc::clone(&turns)).boxed(),
        |_, never, _| match *never {},
        world,
        objects,
        queue,
        config,
    )
    .for_each(|result| async move {
        let knock = matches!(&result, Err(QueueError::ObjectNotFound(object)) if object.name.is_empty());
        health.note_passage(knock);
        match result {
            Err(error) if !knock => tracing::debug!(%error, "a look failed"),
            _ => {}
        }
    });
    tokio::select! {
        () = looks => {}
        () = asked_before_any_look(shutdown, health) => {}
    }
    background.iter().for_each(tokio::task::JoinHandle::abort);
    tracing::info!("stopped");
}

/// Comes back when `shutdown` comes before all objects are known. Until then the queue is held back and doesn't see its own
/// end, which for want of a CRD or a right may be for ever; and no look is under way.
async fn asked_before_any_look(shutdown: impl Future<Output = ()>, health: &Health) {
    shutdown.await;
    if health.objects.is_filled() {
        std::future::pending::<()>().await;
    }
}

/// One look at an object. Whatever fails in it is tried again, less and less often, but the next boundary is never missed
/// for it.
async fn look(object: Arc<DynamicObject>, world: Arc<World>, turns: Arc<Turns>) -> Result<Action, Infallible> {
    let key = Key::of(object.as_ref());
    let mut memory = world.take_memory(&key);
    let (wake, result) = steps(&world, &turns, &key, &object, &mut memory).await;
    let wake = wake.map(|wake| world.clock.real_time_until(wake));
    let retry = match result {
        Ok(()) => {
            memory.failures = 0;
            None
        }
        Err(error) => {
            let wait = (FIRST_RETRY * 2u32.pow(memory.failures.min(10))).min(LAST_RETRY);
            memory.failures = memory.failures.saturating_add(1);
            tracing::warn!(object = %key, %error, wait = ?wait, "will try again");
            Some(wait)
        }
    };
    world.put_memory(key, memory);
    Ok(match [wake, retry].into_iter().flatten().min() {
        Some(wait) => Action::requeue(wait),
        None => Action::await_change(),
    })
}

/// The four steps. Returns when to look again, and what failed.
async fn steps(
    world: &World,
    turns: &Turns,
    key: &Key,
    object: &DynamicObject,
    memory: &mut Memory,
) -> (Option<DateTime<Utc>>, Result<(), LookError>) {
    let (mut plan, target) = {
        let Some(observed) = observe(world, key, object, memory) else { return (None, Ok(())) };
        let target = observed.spec.map(|valid| valid.spec.target_ref.name.clone()).unwrap_or_default();
        (decide(&observed, world.clock.now()), target)
    };
    let mut outcome = Ok(());
    if let Some(scale) = plan.scale {
        let _turn = turns.scales.acquire().await;
        match limited(apply::apply(world, key, &target, scale)).await {
            Ok(written) => memory.written = Some(written),
            Err(error) => {
                plan = failed(plan, scale, &memory.status, &world.say(&error.to_string()), world.clock.now());
                outcome = Err(LookError::Scale(error));
            }
        }
    }
    report::note(key, memory, plan.status, plan.happenings);
    if memory.is_due() {
        let _turn = turns.reports.acquire().await;
        let reported = limited(report::report(world, key, object, memory)).await;
        outcome = outcome.and(reported.map_err(LookError::Report));
    }
    (plan.wake, outcome)
}
