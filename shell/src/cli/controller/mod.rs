//! `kyklos controller`: its arguments, and how it starts and ends.

mod panics;
mod run;

use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, Utc};
use clap::{Args, value_parser};
use futures::future::FutureExt as _;
use tokio::signal::unix::{SignalKind, signal};

pub use run::{Options, Replica, run};

use super::Failure;
use super::logs::Logs;
use crate::api::instants;
use crate::cluster::{Clock, MachineTime, connect, lease};
use crate::install::NamespaceName;
use crate::report::metrics::Metrics;
use crate::serve::ServeAddress;

/// Watch a cluster and hold its workloads at the replicas of their schedules
///
/// It goes by KUBECONFIG, or by the service account of the Pod that it runs in, until SIGTERM or Ctrl-C; a second one ends it
/// at once. Of several for the same namespace, or for the whole cluster, one acts and the others stand by.
#[derive(Debug, Args)]
pub struct ControllerArgs {
    /// Look at this namespace alone instead of at the whole cluster
    #[arg(long, short, value_name = "NS")]
    namespace: Option<NamespaceName>,
    /// Look at namespaces named kube-*, too, which are otherwise left alone
    #[arg(long, conflicts_with = "namespace")]
    include_kube_namespaces: bool,
    /// Call those who have asked for overrides verified: the policy of `kyklos manifests --verify-requesters` is in force
    #[arg(long)]
    requesters_verified: bool,
    /// Answer /healthz, /readyz and /metrics here: an address and a port, a port of every address, or off
    #[arg(long, value_name = "ADDRESS", env = "KYKLOS_PROBE_ADDRESS", default_value = ":8081")]
    probe_address: ServeAddress,
    /// Whether /metrics has series for single objects
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    metrics_per_object: bool,
    /// Go by a clock that starts at this instant (RFC 3339), to rehearse a schedule: real workloads of the namespace are
    /// scaled by it
    #[arg(long, value_name = "INSTANT", value_parser = instants::read, requires = "namespace")]
    rehearse_from: Option<DateTime<Utc>>,
    /// Seconds that pass on the rehearsed clock in a real second
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..=86_400), requires = "rehearse_from")]
    rehearse_speed: u32,
    /// The real instant at which the rehearsed clock started (default: now), so that another start shares the clock
    #[arg(long, value_name = "INSTANT", value_parser = precise, requires = "rehearse_from")]
    rehearse_anchor: Option<DateTime<Utc>>,
    #[command(flatten)]
    logs: Logs,
}

/// An instant with its fraction, for two processes share a clock by it.
fn precise(text: &str) -> Result<DateTime<Utc>, String> {
    instants::read(text)?;
    DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).map_err(|error| error.to_string())
}

impl ControllerArgs {
    fn clock(&self) -> Clock {
        match self.rehearse_from {
            None => Clock::Real,
            Some(from) => Clock::Rehearsed {
                from,
                speed: self.rehearse_speed,
                anchor: self.rehearse_anchor.unwrap_or_else(Utc::now),
            },
        }
    }

    /// From here on, what the controller logs is written. Nothing else of the program logs anything.
    pub(super) fn start_logs(&self) -> Result<(), Failure> {
        self.logs.start()
    }

    /// Runs the controller until SIGTERM or Ctrl-C.
    ///
    /// # Errors
    ///
    /// When there is no cluster to talk to, the signals can't be listened for, or a rehearsal finds its namespace held by
    /// another controller.
    pub async fn run(self) -> anyhow::Result<()> {
        panics::end_the_process();
        let mut terminate = signal(SignalKind::terminate()).context("can't listen for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("can't listen for SIGINT")?;
        let (config, watching) = connect("watch").await?;
        let (_, writing) = connect("write").await?;
        let (_, leasing) = connect("lease").await?;
        let listener = self.probe_address.listen().await.map_err(|error| anyhow!(error))?;
        if let Some(address) = listener.as_ref().and_then(|listener| listener.local_addr().ok()) {
            tracing::info!(%address, "answering /healthz, /readyz and /metrics");
        }
        // The name of its Pod, where it runs in one.
        let host = std::env::var("HOSTNAME").ok().filter(|name| !name.is_empty());
        let options = Options {
            clock: self.clock(),
            namespace: self.namespace.map(|namespace| namespace.to_string()),
            own_namespace: config.default_namespace,
            kube_namespaces: self.include_kube_namespaces,
            requesters_verified: self.requesters_verified,
            metrics: Arc::new(Metrics::new(self.metrics_per_object)),
            instance: host.unwrap_or_else(|| "kyklos".to_owned()),
            listener,
        };
        let shutdown = async move {
            futures::future::select(terminate.recv().boxed(), interrupt.recv().boxed()).await;
            tracing::info!("asked to stop: what is under way comes to its end");
            tokio::spawn(async move {
                futures::future::select(terminate.recv().boxed(), interrupt.recv().boxed()).await;
                tracing::warn!("asked again: ending at once");
                std::process::exit(1);
            });
        };
        let replica = Replica { watching, writing, leasing, time: Arc::new(MachineTime) };
        match run(replica, options, shutdown).await {
            Ok(()) => Ok(()),
            Err(holder) => bail!(
                "the namespace is held by {holder}, by its lease {}: stop that controller first, or rehearse in another \
                 namespace",
                lease::NAME
            ),
        }
    }
}
