//! `kyklos controller`: its arguments, and how it starts and ends.

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, Utc};
use clap::{Args, value_parser};
use futures::future::FutureExt as _;
use kube::config::KubeConfigOptions;
use kube::{Client, Config};
use tokio::signal::unix::{SignalKind, signal};

use super::{Clock, Options, ProbeAddress, run};

/// Watch a cluster and hold its workloads at the replicas of their schedules
///
/// It goes by KUBECONFIG, or by the service account of the Pod that it runs in, until SIGTERM or Ctrl-C.
#[derive(Debug, Args)]
pub struct ControllerArgs {
    /// Look at this namespace alone instead of at the whole cluster
    #[arg(long, short, value_name = "NS", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    namespace: Option<String>,
    /// Answer /healthz and /readyz here: an address and a port, a port of every address, or off
    #[arg(long, value_name = "ADDRESS", env = "KYKLOS_PROBE_ADDRESS", default_value = ":8081")]
    probe_address: ProbeAddress,
    /// Go by a clock that starts at this instant (RFC 3339), to rehearse a schedule: real workloads of the namespace are
    /// scaled by it
    #[arg(long, value_name = "INSTANT", value_parser = instant, requires = "namespace")]
    rehearse_from: Option<DateTime<Utc>>,
    /// Seconds that pass on the rehearsed clock in a real second
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..=86_400), requires = "rehearse_from")]
    rehearse_speed: u32,
    /// The real instant at which the rehearsed clock started (default: now), so that another start shares the clock
    #[arg(long, value_name = "INSTANT", value_parser = instant, requires = "rehearse_from")]
    rehearse_anchor: Option<DateTime<Utc>>,
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_| "write an instant as in RFC 3339, such as 2026-03-08T06:50:00Z".to_owned())
}

/// A client for the cluster that the environment names.
async fn client() -> anyhow::Result<Client> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(path) = set("KUBECONFIG") {
        return from_kubeconfig().await.map_err(|error| anyhow!("KUBECONFIG={path} leads to no cluster: {error}"));
    }
    if std::env::home_dir().is_some_and(|home| home.join(".kube/config").exists()) {
        return from_kubeconfig().await.map_err(|error| anyhow!("~/.kube/config leads to no cluster: {error}"));
    }
    if set("KUBERNETES_SERVICE_HOST").is_some() {
        let pod = Config::incluster().map_err(anyhow::Error::from).and_then(|config| Ok(Client::try_from(config)?));
        return pod.map_err(|error| anyhow!("the service account of this Pod leads to no cluster: {error}"));
    }
    Err(anyhow!(
        "no cluster is configured: set KUBECONFIG to a kubeconfig file, or run in a Pod with a service account"
    ))
}

async fn from_kubeconfig() -> anyhow::Result<Client> {
    let config = Config::from_kubeconfig(&KubeConfigOptions::default()).await?;
    Ok(Client::try_from(config)?)
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

    /// Runs the controller until SIGTERM or Ctrl-C.
    ///
    /// # Errors
    ///
    /// When there is no cluster to talk to, or the signals can't be listened for.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate()).context("can't listen for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("can't listen for SIGINT")?;
        let client = client().await?;
        let probes = self.probe_address.listen().await.map_err(|error| anyhow!(error))?;
        if let Some(address) = probes.as_ref().and_then(|listener| listener.local_addr().ok()) {
            tracing::info!(%address, "answering /healthz and /readyz");
        }
        // The name of its Pod, where it runs in one.
        let instance = std::env::var("HOSTNAME").ok().filter(|name| !name.is_empty());
        let options = Options {
            clock: self.clock(),
            namespace: self.namespace,
            instance: instance.unwrap_or_else(|| "kyklos".to_owned()),
            probes,
        };
        let shutdown = async move {
            futures::future::select(terminate.recv().boxed(), interrupt.recv().boxed()).await;
            tracing::info!("asked to stop: finishing what is under way");
        };
        run(client, options, shutdown).await;
        Ok(())
    }
}
