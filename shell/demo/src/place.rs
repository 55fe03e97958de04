//! Where the demo takes place: a control plane of its own, or a namespace of its own in somebody's cluster.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, ensure};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use kyklos::resource::TimeWindowScaler;
use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
use serde_json::json;
use tokio::sync::OnceCell;

use crate::scene::NAME;

/// The name of the CRD.
const CRD: &str = "timewindowscalers.kyklos.io";
/// The namespace.
const NAMESPACE: &str = "kyklos-demo";

/// A place and what was made in it.
pub(crate) struct Place {
    cluster: Mutex<Option<DevCluster>>,
    kubeconfig: Option<PathBuf>,
    client: OnceCell<Client>,
    made_crd: AtomicBool,
    made_namespace: AtomicBool,
}

impl Place {
    /// What is true after [`Place::leave`].
    pub(crate) const GONE: &str = "no process, no namespace and no file is left of it";

    /// Starts a control plane.
    pub(crate) fn own() -> anyhow::Result<Self> {
        let tools = Tools::ensure(&mut progress_on_stderr)?;
        let cluster = DevCluster::start(&tools, Options::default())?;
        Ok(Self {
            kubeconfig: Some(cluster.kubeconfig().to_owned()),
            cluster: Mutex::new(Some(cluster)),
            ..Self::none()
        })
    }

    /// Takes the cluster that the environment names.
    pub(crate) fn current() -> Self {
        Self::none()
    }

    fn none() -> Self {
        Self {
            cluster: Mutex::new(None),
            kubeconfig: None,
            client: OnceCell::new(),
            made_crd: AtomicBool::new(false),
            made_namespace: AtomicBool::new(false),
        }
    }

    pub(crate) fn description(&self) -> String {
        match &self.kubeconfig {
            Some(_) => "etcd, kube-apiserver and kube-controller-manager run on loopback".to_owned(),
            None => format!("the current context of your kubeconfig, namespace {NAMESPACE}"),
        }
    }

    pub(crate) fn namespace(&self) -> &'static str {
        NAMESPACE
    }

    pub(crate) fn kubeconfig(&self) -> Option<&Path> {
        self.kubeconfig.as_deref()
    }

    async fn client(&self) -> anyhow::Result<Client> {
        let connect = || async {
            let config = match &self.kubeconfig {
                Some(file) => {
                    Config::from_custom_kubeconfig(Kubeconfig::read_from(file)?, &KubeConfigOptions::default()).await?
                }
                None => Config::infer().await.context("no cluster is configured: set KUBECONFIG")?,
            };
            anyhow::Ok(Client::try_from(config)?)
        };
        Ok(self.client.get_or_try_init(connect).await?.clone())
    }

    /// Makes the namespace, the CRD, the Deployment and the TimeWindowScaler.
    pub(crate) async fn furnish(&self, binary: &Path, manifest: &str) -> anyhow::Result<()> {
        let client = self.client().await?;
        let namespace: Namespace = serde_json::from_value(json!({ "metadata": { "name": NAMESPACE } }))?;
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &namespace).await.with_context(|| {
            format!("can't make the namespace {NAMESPACE}: delete it if it is left from an earlier run")
        })?;
        self.made_namespace.store(true, Ordering::SeqCst);
        self.install_crd(&client, binary).await?;
        let deployment: Deployment = serde_json::from_value(json!({
            "metadata": { "name": NAME },
            "spec": {
                "replicas": 1,
                "selector": { "matchLabels": { "app": NAME } },
                "template": {
                    "metadata": { "labels": { "app": NAME } },
                    "spec": { "containers": [{ "name": NAME, "image": "registry.k8s.io/pause:3.10" }] },
                },
            },
        }))?;
        Api::namespaced(client.clone(), NAMESPACE).create(&PostParams::default(), &deployment).await?;
        // As kubectl apply does it, so that the manifest is taken as it was shown.
        let object: serde_json::Value = serde_saphyr::from_str(manifest)?;
        let api: Api<TimeWindowScaler> = Api::namespaced(client, NAMESPACE);
        api.patch(NAME, &PatchParams::apply("kyklos-demo"), &Patch::Apply(object)).await?;
        Ok(())
    }

    async fn install_crd(&self, client: &Client, binary: &Path) -> anyhow::Result<()> {
        let api: Api<CustomResourceDefinition> = Api::all(client.clone());
        if api.get_opt(CRD).await?.is_some() {
            println!("   (the CRD is there already and stays as it is)");
            return Ok(());
        }
        let output = Command::new(binary).args(["crd", "-o", "json"]).output()?;
        ensure!(output.status.success(), "kyklos crd failed: {}", String::from_utf8_lossy(&output.stderr));
        api.create(&PostParams::default(), &serde_json::from_slice(&output.stdout)?).await?;
        self.made_crd.store(true, Ordering::SeqCst);
        let established = kube::runtime::conditions::is_crd_established();
        kube::runtime::wait::await_condition(api, CRD, established).await?;
        Ok(())
    }

    /// What `kyklos plan` says of a manifest.
    pub(crate) fn plan(&self, binary: &Path, manifest: &str) -> anyhow::Result<String> {
        let file = tempfile::Builder::new().suffix(".yaml").tempfile()?;
        std::fs::write(file.path(), manifest)?;
        let mut command = Command::new(binary);
        command.args(["plan", "--from", "2026-03-08", "--days", "2", "-f"]).arg(file.path());
        if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
            command.args(["--color", "always"]);
        }
        let output = command.output()?;
        ensure!(output.status.success(), "kyklos plan failed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The TimeWindowScaler as it is now.
    pub(crate) async fn scaler(&self) -> anyhow::Result<TimeWindowScaler> {
        Ok(Api::namespaced(self.client().await?, NAMESPACE).get(NAME).await?)
    }

    /// The replicas that the Deployment has now.
    pub(crate) async fn replicas(&self) -> anyhow::Result<i32> {
        let deployment: Deployment = Api::namespaced(self.client().await?, NAMESPACE).get(NAME).await?;
        Ok(deployment.spec.and_then(|spec| spec.replicas).unwrap_or_default())
    }

    /// The events of the TimeWindowScaler, in order.
    pub(crate) async fn events(&self) -> anyhow::Result<Vec<String>> {
        let api: Api<Event> = Api::namespaced(self.client().await?, NAMESPACE);
        let mut events = api.list(&ListParams::default()).await?.items;
        events.retain(|event| event.regarding.as_ref().is_some_and(|r| r.kind.as_deref() == Some("TimeWindowScaler")));
        events.sort_by_key(|event| event.event_time.clone());
        let line = |event: Event| {
            let note = event.note.unwrap_or_default();
            // Each says that it is a rehearsal; here that is known.
            let note = note.split_once(": ").map(|(_, rest)| rest.to_owned()).unwrap_or(note);
            format!("{:<20} {note}", event.reason.unwrap_or_default())
        };
        Ok(events.into_iter().map(line).collect())
    }

    /// Takes away what was made.
    pub(crate) async fn leave(&self) -> anyhow::Result<()> {
        let cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(cluster) = cluster {
            tokio::task::spawn_blocking(move || cluster.stop()).await??;
            return Ok(());
        }
        let client = self.client().await?;
        if self.made_namespace.load(Ordering::SeqCst) {
            Api::<Namespace>::all(client.clone()).delete(NAMESPACE, &DeleteParams::default()).await?;
        }
        if self.made_crd.load(Ordering::SeqCst) {
            Api::<CustomResourceDefinition>::all(client).delete(CRD, &DeleteParams::default()).await?;
        }
        Ok(())
    }
}
