//! Where the demo takes place: a control plane of its own, or a namespace of its own in somebody's cluster.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use chrono::Utc;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{
    Api, ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams, Preconditions,
};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::conditions::{is_crd_established, is_deleted};
use kube::runtime::wait::await_condition;
use kube::{Client, Config, Resource, ResourceExt as _};
use kyklos::api::TimeWindowScaler;
use kyklos::api::overrides::{OVERRIDE_KIND, TimeWindowOverride};
use kyklos::cluster::lease;
use kyklos_devcluster::{Component, DevCluster, Folder, Options, Tools, progress_on_stderr};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::out::say;
use crate::scene::{AUTOSCALED, BOUNDS_BEFORE, LEFT_OUT, NAME, SLEEPERS, SLEEPS};
use crate::workloads::{Kind, Workload};

/// The namespace.
const NAMESPACE: &str = "kyklos-demo";

/// The label of what is made for the whole cluster: with this run's number in it, only this run takes it away.
const RUN: &str = "kyklos.io/demo-run";
/// A namespace goes within seconds, when all that answers for its contents does.
const PATIENCE: Duration = Duration::from_secs(120);

/// A place and what was made in it.
pub(crate) struct Place {
    // Before the folder, which goes last.
    cluster: Option<DevCluster>,
    folder: Folder,
    client: OnceCell<Client>,
    run: String,
}

impl Place {
    /// What is true after [`Place::leave`].
    pub(crate) const GONE: &str = "no process, no namespace and no file is left of it";
    /// What may be there before.
    pub(crate) const MADE: &str = "the namespace kyklos-demo and the CRDs of the group kyklos.io";

    /// Starts a control plane.
    pub(crate) fn own() -> anyhow::Result<Self> {
        let tools = Tools::ensure(&mut progress_on_stderr)?;
        let cluster = DevCluster::start(&tools, Options::default())?;
        Ok(Self { cluster: Some(cluster), ..Self::current()? })
    }

    /// Takes the cluster that the environment names.
    pub(crate) fn current() -> anyhow::Result<Self> {
        let run = format!("{}-{}", std::process::id(), Utc::now().timestamp_millis());
        Ok(Self { cluster: None, folder: Folder::new()?, client: OnceCell::new(), run })
    }

    pub(crate) fn description(&self) -> String {
        match &self.cluster {
            Some(_) => "etcd, kube-apiserver and kube-controller-manager run on loopback".to_owned(),
            None => format!("the current context of your kubeconfig, namespace {NAMESPACE}"),
        }
    }

    pub(crate) fn namespace(&self) -> &'static str {
        NAMESPACE
    }

    pub(crate) fn kubeconfig(&self) -> Option<&Path> {
        self.cluster.as_ref().map(DevCluster::kubeconfig)
    }

    /// For files and processes that are not to outlive us.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    async fn client(&self) -> anyhow::Result<Client> {
        let connect = || async {
            let config = match self.kubeconfig() {
                Some(file) => {
                    Config::from_custom_kubeconfig(Kubeconfig::read_from(file)?, &KubeConfigOptions::default()).await?
                }
                None => {
                    Config::infer().await.context("no cluster to be had: name a kubeconfig that works in KUBECONFIG")?
                }
            };
            anyhow::Ok(Client::try_from(config)?)
        };
        Ok(self.client.get_or_try_init(connect).await?.clone())
    }

    /// Makes the namespace and the CRDs.
    pub(crate) async fn prepare(&self, binary: &Path) -> anyhow::Result<()> {
        let client = self.client().await?;
        let namespace: Namespace =
            serde_json::from_value(json!({ "metadata": { "name": NAMESPACE, "labels": { RUN: self.run } } }))?;
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &namespace).await.with_context(|| {
            format!("can't make the namespace {NAMESPACE}: delete it if it is left from an earlier run")
        })?;
        self.install_crds(&client, binary).await
    }

    /// Waits until the namespace's lease is somebody's, while the controller runs: it is the one who ends where it is another's.
    pub(crate) async fn is_led(&self, controller: &mut Component) -> anyhow::Result<()> {
        let leases: Api<Lease> = Api::namespaced(self.client().await?, NAMESPACE);
        let held = async {
            loop {
                controller.check()?;
                let lease = leases.get_opt(lease::NAME).await?.and_then(|lease| lease.spec);
                if lease.and_then(|lease| lease.holder_identity).is_some_and(|holder| !holder.is_empty()) {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, held).await.context("the controller gets no lease")?
    }

    /// Makes the workloads, an autoscaler of the second one, and the TimeWindowScalers and the override for them.
    pub(crate) async fn furnish(&self, manifests: &[&str]) -> anyhow::Result<()> {
        let of = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": AUTOSCALED });
        let (min, max) = BOUNDS_BEFORE;
        let autoscaler = json!({
            "metadata": { "name": AUTOSCALED }, "spec": { "scaleTargetRef": of, "minReplicas": min, "maxReplicas": max },
        });
        for name in [NAME, AUTOSCALED] {
            let deployment = Workload::new(Kind::Deployment, name, 1);
            self.create(&deployment.kind.resource(), deployment.object(&json!({}))).await?;
        }
        self.create(&ApiResource::erase::<HorizontalPodAutoscaler>(&()), autoscaler).await?;
        for workload in SLEEPERS.iter().chain([&LEFT_OUT]) {
            self.create(&workload.kind.resource(), workload.object(&json!({ SLEEPS.0: SLEEPS.1 }))).await?;
        }
        // As kubectl apply does it, so that the manifests are taken as they were shown.
        for manifest in manifests {
            for object in serde_saphyr::from_multiple::<serde_json::Value>(manifest)? {
                let object: DynamicObject = serde_json::from_value(object)?;
                let resource = match object.types.as_ref().map(|types| types.kind.as_str()) {
                    Some(OVERRIDE_KIND) => ApiResource::erase::<TimeWindowOverride>(&()),
                    _ => ApiResource::erase::<TimeWindowScaler>(&()),
                };
                let api = self.objects(&resource).await?;
                api.patch(&object.name_any(), &PatchParams::apply("kyklos-demo"), &Patch::Apply(&object)).await?;
            }
        }
        Ok(())
    }

    async fn objects(&self, resource: &ApiResource) -> anyhow::Result<Api<DynamicObject>> {
        Ok(Api::namespaced_with(self.client().await?, NAMESPACE, resource))
    }

    async fn create(&self, resource: &ApiResource, object: serde_json::Value) -> anyhow::Result<()> {
        let object = serde_json::from_value(object)?;
        self.objects(resource).await?.create(&PostParams::default(), &object).await?;
        Ok(())
    }

    async fn install_crds(&self, client: &Client, binary: &Path) -> anyhow::Result<()> {
        let api: Api<CustomResourceDefinition> = Api::all(client.clone());
        let output = Command::new(binary).args(["crd", "-o", "json"]).output()?;
        ensure!(output.status.success(), "kyklos crd failed: {}", String::from_utf8_lossy(&output.stderr));
        let mut printed: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let printed = printed.get_mut("items").map(serde_json::Value::take).unwrap_or_default();
        for mut crd in serde_json::from_value::<Vec<CustomResourceDefinition>>(printed)? {
            let name = crd.name_any();
            if api.get_opt(&name).await?.is_some() {
                say(format_args!("   (the CRD {name} is there already and stays as it is)"));
                continue;
            }
            crd.labels_mut().insert(RUN.to_owned(), self.run.clone());
            api.create(&PostParams::default(), &crd).await?;
            await_condition(api.clone(), &name, is_crd_established()).await?;
        }
        Ok(())
    }

    /// What `kyklos plan` says of a manifest.
    pub(crate) fn plan(&self, binary: &Path, manifest: &str) -> anyhow::Result<String> {
        let file = self.folder.path().join("shop.yaml");
        std::fs::write(&file, manifest)?;
        let mut command = Command::new(binary);
        command.args(["plan", "--from", "2026-03-08", "--days", "2", "-f"]).arg(file);
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

    /// The bounds that the autoscaler has now.
    pub(crate) async fn bounds(&self) -> anyhow::Result<(i32, i32)> {
        let api: Api<HorizontalPodAutoscaler> = Api::namespaced(self.client().await?, NAMESPACE);
        let spec = api.get(AUTOSCALED).await?.spec;
        Ok((spec.min_replicas.unwrap_or(1), spec.max_replicas))
    }

    /// What these workloads have now.
    pub(crate) async fn counts(&self, workloads: &[Workload]) -> anyhow::Result<Vec<i64>> {
        let mut found = Vec::new();
        for kind in Kind::ALL {
            let all = self.objects(&kind.resource()).await?.list(&ListParams::default()).await?;
            found.extend(all.into_iter().map(|object| (kind, object)));
        }
        let count = |workload: &Workload| {
            let mut all = found.iter();
            let (kind, object) =
                all.find(|(kind, object)| *kind == workload.kind && object.name_any() == workload.name)?;
            Some(kind.count(object))
        };
        workloads.iter().map(|one| count(one).with_context(|| format!("{} is gone", one.called()))).collect()
    }

    /// The events of a TimeWindowScaler, in order. Each says that it is a `rehearsal`; here that is known.
    pub(crate) async fn events(&self, name: &str, rehearsal: &str) -> anyhow::Result<Vec<String>> {
        let api: Api<Event> = Api::namespaced(self.client().await?, NAMESPACE);
        let mut events = api.list(&ListParams::default()).await?.items;
        events.retain(|event| {
            event.regarding.as_ref().is_some_and(|about| {
                about.kind.as_deref() == Some("TimeWindowScaler") && about.name.as_deref() == Some(name)
            })
        });
        events.sort_by_key(|event| event.event_time.clone());
        let line = |event: Event| {
            let note = event.note.unwrap_or_default().replace(&format!("{rehearsal}: "), "");
            format!("{:<20} {note}", event.reason.unwrap_or_default())
        };
        Ok(events.into_iter().map(line).collect())
    }

    /// Takes away what was made, and waits until it is gone.
    pub(crate) async fn leave(&mut self) -> anyhow::Result<()> {
        match self.cluster.take() {
            Some(cluster) => tokio::task::spawn_blocking(move || cluster.stop()).await??,
            None => {
                let client = self.client().await?;
                let mut gone = self.remove(Api::<Namespace>::all(client.clone()), NAMESPACE).await;
                let crds: Api<CustomResourceDefinition> = Api::all(client);
                let ours = ListParams::default().labels(&format!("{RUN}={}", self.run));
                for crd in crds.list(&ours).await? {
                    // Its objects go with their namespace, or now.
                    gone = gone.and(self.remove(crds.clone(), &crd.name_any()).await);
                }
                gone?;
            }
        }
        Ok(self.folder.remove()?)
    }

    /// Deletes an object when this run has made it. It is asked of the API server and not remembered: a signal may have come
    /// between a request and its answer.
    async fn remove<K>(&self, api: Api<K>, name: &str) -> anyhow::Result<()>
    where
        K: Resource + Clone + std::fmt::Debug + DeserializeOwned + Send + 'static,
    {
        let Some(found) = api.get_opt(name).await? else { return Ok(()) };
        let (Some(run), Some(uid)) = (found.labels().get(RUN), found.uid()) else { return Ok(()) };
        if *run != self.run {
            return Ok(());
        }
        let preconditions = Preconditions { uid: Some(uid.clone()), resource_version: None };
        api.delete(name, &DeleteParams::default().preconditions(preconditions)).await?;
        match tokio::time::timeout(PATIENCE, await_condition(api, name, is_deleted(&uid))).await {
            Ok(gone) => Ok(gone.map(drop)?),
            Err(_) => bail!("{name} is deleted and still there after {} s", PATIENCE.as_secs()),
        }
    }
}
