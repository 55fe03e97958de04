//! The controller put together: the leases, the engine and the server.

use std::sync::Arc;

use futures::FutureExt as _;
use kube::Client;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::cluster::lease::{self, Alive, Holder, Leadership, LeaseName};
use crate::cluster::{Clock, Time};
use crate::engine::{self, Lead, Others, Setup};
use crate::report::metrics::Metrics;
use crate::serve;

/// How to run.
#[derive(Debug)]
pub struct Options {
    /// The one namespace to look at; all of them when absent.
    pub namespace: Option<String>,
    /// The namespace that the controller itself is in, for the lease of the whole cluster.
    pub own_namespace: String,
    /// Whether namespaces named `kube-*` are looked at, too.
    pub kube_namespaces: bool,
    /// Whether the API server holds people to what overrides say of who asked for them.
    pub requesters_verified: bool,
    /// Where it counts what it does, and what `/metrics` says.
    pub metrics: Arc<Metrics>,
    /// The schedule's clock.
    pub clock: Clock,
    /// The name of this process in events, such as the Pod's.
    pub instance: String,
    /// Where probes and metrics are answered; nowhere when absent.
    pub listener: Option<TcpListener>,
}

/// What one process is made of.
pub struct Replica {
    /// For watches.
    pub watching: Client,
    /// For writes.
    pub writing: Client,
    /// For the lease alone.
    pub leasing: Client,
    /// The machine's clocks.
    pub time: Arc<dyn Time>,
}

/// Runs until `shutdown`; then what is under way comes to its end and the lease is given back.
///
/// # Errors
///
/// A rehearsal doesn't stand by: it says who has its namespace's lease.
pub async fn run(replica: Replica, options: Options, shutdown: impl Future<Output = ()>) -> Result<(), Holder> {
    let Replica { watching, writing, leasing, time } = replica;
    let Options { namespace, own_namespace, kube_namespaces, requesters_verified, .. } = options;
    let Options { metrics, clock, instance, listener, .. } = options;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        tzdb = kyklos_core::TimeZone::RELEASE,
        namespace = namespace.as_deref().unwrap_or("(all)"),
        "starting"
    );
    let rehearsal = clock.rehearsal();
    if let Some(rehearsal) = &rehearsal {
        tracing::warn!(now = %clock.at(time.wall()), "{rehearsal}: real workloads are scaled by it");
    }
    let name = match &namespace {
        Some(namespace) => LeaseName::of_namespace(namespace),
        None => LeaseName::of_cluster(&own_namespace),
    };
    let (publish, own) = watch::channel(Leadership::default());
    let (release, released) = oneshot::channel::<()>();
    let identity = lease::identity(&instance);
    // Dropped with this future, as SIGKILL would end them, too.
    let (mut holding, mut aside) = (JoinSet::new(), JoinSet::new());
    holding.spawn({
        let (client, time) = (leasing.clone(), Arc::clone(&time));
        async move {
            let released = async {
                // Also when whoever was to release it is gone.
                let _ = released.await;
            };
            lease::run(client, name, identity, time, publish, released).await;
        }
    });
    let recovered = watch::Sender::default();
    let others = namespace.is_none().then(|| {
        let mut alive = |name| {
            let (publish, alive) = watch::channel(Alive::default());
            let (client, time, recovered) = (watching.clone(), Arc::clone(&time), recovered.subscribe());
            aside.spawn(lease::watch_namespaces(client, name, time, publish, recovered));
            alive
        };
        Others {
            narrow: alive(lease::NAME),
            wide: alive(lease::CLUSTER_NAME),
            namespace: own_namespace.as_str().into(),
        }
    });
    let (ask, questions) = engine::questions();
    if let Some(listener) = listener {
        let answers = engine::Pages::new(ask, Arc::clone(&metrics));
        aside.spawn(serve::serve(listener, Arc::new(answers)).map(|never| match never {}));
    }
    let setup = Setup {
        watching,
        writing,
        namespace,
        kube_namespaces,
        requesters_verified,
        time,
        clock,
        own_namespace,
        instance,
        lead: Lead { own: own.clone(), others },
        recovered,
        metrics,
    };
    let refused = async {
        match rehearsal {
            Some(_) => somebody_else(own).await,
            None => std::future::pending().await,
        }
    };
    let result = tokio::select! {
        () = engine::run(setup, questions, shutdown) => Ok(()),
        holder = refused => Err(holder),
    };
    // Nothing is in flight any more.
    let _ = release.send(());
    let _ = holding.join_next().await;
    tracing::info!("stopped");
    result
}

/// Comes back with who has the lease, if that is somebody else who lives: one that was killed renews it no more, and it is
/// ours once its time is over.
async fn somebody_else(mut own: watch::Receiver<Leadership>) -> Holder {
    loop {
        let leadership = own.borrow_and_update().clone();
        if let (Some(holder), true) = (leadership.other, leadership.renews) {
            return holder;
        }
        if own.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
