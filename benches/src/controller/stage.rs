//! A control plane of a part's own, with the objects that it measures.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
use rustix::process::Signal;
use serde_json::{Value, json};

use super::audit::Audit;
use super::replica::{Program, Replica};

/// Both are service accounts to the API server, so that they share one level of priority with each other.
pub(crate) const CONTROLLER: &str = "system:serviceaccount:kyklos:kyklos";
const PLAIN: &str = "system:serviceaccount:kyklos:plain";
/// Objects that are made at the same time.
pub(crate) const MAKERS: usize = 32;
/// Nothing was written for so long: nothing is on its way any more.
const QUIET: Duration = Duration::from_secs(3);
/// The API server's soft limit of memory in MiB, with many objects: with less it does nothing but collect garbage.
const APISERVER_MEMORY: u32 = 2_048;
/// What may be wrong for longer than this is wrong.
const PATIENCE: Duration = Duration::from_secs(1_200);

const TO_BE_LISTED: Duration = Duration::from_secs(60);
const KYKLOS: &str = "/apis/kyklos.io/v1alpha1";

/// Where something is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'n> {
    Namespace(&'n str),
    Everywhere,
}

impl Place<'_> {
    /// The path of a kind there.
    pub(crate) fn path(self, group: &str, plural: &str) -> String {
        match self {
            Self::Namespace(namespace) => format!("{group}/namespaces/{namespace}/{plural}"),
            Self::Everywhere => format!("{group}/{plural}"),
        }
    }
}

pub(crate) struct Stage {
    pub(crate) cluster: DevCluster,
    /// An administrator, who makes what is measured and looks at it.
    pub(crate) admin: Client,
    pub(crate) plain: Client,
    /// The controller's kubeconfig.
    pub(crate) kubeconfig: PathBuf,
}

impl Stage {
    /// A control plane without controller manager, with the CRD of the program.
    pub(crate) async fn new(program: &Program) -> Result<Self> {
        let tools = Tools::ensure(&mut progress_on_stderr)?;
        let options =
            Options { controller_manager: false, apiserver_memory_mib: APISERVER_MEMORY, ..Options::default() };
        let cluster = DevCluster::start(&tools, options)?;
        let crd = cluster.folder().join("crd.json");
        let printed = std::process::Command::new(&program.path).arg("crd").output()?;
        ensure!(printed.status.success(), "`kyklos crd` fails: {}", String::from_utf8_lossy(&printed.stderr));
        std::fs::write(&crd, printed.stdout)?;
        kubectl(&cluster, &["apply", "--server-side", "-f", &crd.to_string_lossy()])?;
        kubectl(&cluster, &["wait", "--for=condition=Established", "--timeout=120s", "-f", &crd.to_string_lossy()])?;
        for (name, user) in [("controller", CONTROLLER), ("plain", PLAIN)] {
            let user = format!("--user={user}");
            kubectl(&cluster, &["create", "clusterrolebinding", name, "--clusterrole=cluster-admin", &user])?;
        }
        let groups = ["system:serviceaccounts"];
        let kubeconfig = cluster.user_kubeconfig(CONTROLLER, &groups)?;
        let plain = client(&cluster.user_kubeconfig(PLAIN, &groups)?).await?;
        let admin = client(cluster.kubeconfig()).await?;
        are_listed(&admin).await?;
        Ok(Self { cluster, admin, plain, kubeconfig })
    }

    pub(crate) fn audit_of_controller(&self) -> Audit {
        Audit::new(self.cluster.audit_log(), CONTROLLER)
    }

    pub(crate) fn audit_of_plain(&self) -> Audit {
        Audit::new(self.cluster.audit_log(), PLAIN)
    }

    pub(crate) fn namespace(&self, name: &str) -> Result<()> {
        kubectl(&self.cluster, &["create", "namespace", name])
    }

    pub(crate) fn deployments(&self, client: &Client, place: Place<'_>) -> Api<DynamicObject> {
        let kind = kind("apps", "v1", "Deployment");
        match place {
            Place::Namespace(namespace) => Api::namespaced_with(client.clone(), namespace, &kind),
            Place::Everywhere => Api::all_with(client.clone(), &kind),
        }
    }

    pub(crate) fn scalers(&self, client: &Client, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(client.clone(), namespace, &kind("kyklos.io", "v1alpha1", "TimeWindowScaler"))
    }

    /// Makes so many pairs of an object and its Deployment, by name in their order.
    pub(crate) async fn make(
        &self,
        namespace: &str,
        count: usize,
        replicas: u32,
        spec: impl Fn(usize) -> Value,
    ) -> Result<()> {
        self.namespace(namespace)?;
        let begin = Instant::now();
        let place = Place::Namespace(namespace);
        let (deployments, scalers) = (self.deployments(&self.admin, place), self.scalers(&self.admin, namespace));
        let params = PostParams::default();
        let made = stream::iter((0..count).map(|number| (name(number), spec(number)))).map(Ok).try_for_each_concurrent(
            MAKERS,
            |(name, mut spec)| {
                let (deployments, scalers, params) = (&deployments, &scalers, &params);
                async move {
                    if let Some(fields) = spec.as_object_mut() {
                        fields.insert("targetRef".to_owned(), json!({ "name": name }));
                    }
                    let scaler = json!({
                        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
                        "metadata": { "name": name }, "spec": spec,
                    });
                    deployments.create(params, &serde_json::from_value(deployment(&name, replicas))?).await?;
                    scalers.create(params, &serde_json::from_value(scaler)?).await?;
                    Ok::<_, anyhow::Error>(())
                }
            },
        );
        made.await.with_context(|| format!("making {count} objects"))?;
        eprintln!("made {count} objects and as many Deployments in {:.1} s", begin.elapsed().as_secs_f64());
        Ok(())
    }

    /// Waits until a controller has written at least so much since an instant, and then nothing for a while.
    pub(crate) async fn calm(
        &self,
        audit: &mut Audit,
        replica: &mut Replica,
        enough: impl Fn(&Audit) -> bool,
    ) -> Result<()> {
        let begin = Instant::now();
        let (mut seen, mut last) = (usize::MAX, Instant::now());
        loop {
            audit.read("")?;
            let writes = audit.since(jiff::Timestamp::MIN).filter(|r| r.is_write() && !r.is_of_lease()).count();
            if writes != seen {
                (seen, last) = (writes, Instant::now());
            }
            if last.elapsed() >= QUIET && enough(audit) {
                return Ok(());
            }
            replica.check()?;
            ensure!(begin.elapsed() < PATIENCE, "the controller isn't done after {} s", PATIENCE.as_secs());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Fails unless all Deployments have so many replicas, and all objects say so and that they are ready.
    pub(crate) async fn all_have(&self, namespace: &str, count: usize, replicas: u32) -> Result<()> {
        self.deployed(Place::Namespace(namespace), count, replicas).await?;
        let scalers = self.scalers(&self.admin, namespace).list(&ListParams::default()).await?.items;
        let right = scalers.iter().filter(|found| says(at(&found.data, "/status"), replicas)).count();
        let other = scalers.iter().find(|found| !says(at(&found.data, "/status"), replicas));
        let other = other.map(|found| at(&found.data, "/status").to_string()).unwrap_or_default();
        ensure!(right == count, "{right} of {count} objects say that they hold {replicas} replicas; another: {other}");
        Ok(())
    }

    /// Fails unless there are so many Deployments, all with so many replicas.
    pub(crate) async fn deployed(&self, place: Place<'_>, count: usize, replicas: u32) -> Result<()> {
        let deployments = self.deployments(&self.admin, place).list(&ListParams::default()).await?.items;
        let right = deployments.iter().filter(|found| *at(&found.data, "/spec/replicas") == replicas).count();
        ensure!(
            right == count && deployments.len() == count,
            "{right} of {} Deployments have {replicas} replicas, and {count} should be there",
            deployments.len()
        );
        Ok(())
    }

    /// Starts a controller, waits until all is as it should be, reports included, and stops it.
    pub(crate) async fn settle(&self, program: &Program, namespace: &str, count: usize, replicas: u32) -> Result<()> {
        let mut audit = self.audit_of_controller();
        let arguments = ["--namespace".to_owned(), namespace.to_owned()];
        let mut replica = Replica::start(program, &self.kubeconfig, "kyklos-settles", &arguments)?;
        replica.ready()?;
        self.calm(&mut audit, &mut replica, |audit| reported(audit, namespace, jiff::Timestamp::MIN) >= count).await?;
        self.all_have(namespace, count, replicas).await?;
        replica.signal(Signal::TERM)?;
        replica.ended()
    }
}

/// How many objects of a namespace have been reported on since an instant.
pub(crate) fn reported(audit: &Audit, namespace: &str, since: jiff::Timestamp) -> usize {
    let reports = audit.since(since).filter(|request| request.reports());
    let names: std::collections::BTreeSet<_> =
        reports.filter(|request| request.namespace == namespace).map(|request| request.name.as_str()).collect();
    names.len()
}

/// The name of an object and of its target.
pub(crate) fn name(number: usize) -> String {
    format!("web-{number:05}")
}

/// A schedule as people have them, with no boundary in the next five hours.
pub(crate) fn far_schedule() -> Value {
    let hour = jiff::Timestamp::now().as_second() / 3_600;
    let at = |hours: i64| format!("{:02}:00", (hour + hours) % 24);
    json!({
        "timezone": "Etc/UTC", "defaultReplicas": 1, "gracePeriodSeconds": 0,
        "windows": [
            { "days": ["Mon-Fri"], "start": at(6), "end": at(8), "replicas": 3 },
            { "days": ["Sat-Sun"], "start": at(7), "end": at(8), "replicas": 2 },
        ],
    })
}

/// What is there, or null.
pub(crate) fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

/// Whether a status says that all is as it should be.
pub(crate) fn is_ready(status: &Value) -> bool {
    at(status, "/conditions").as_array().is_some_and(|conditions| {
        conditions.iter().any(|condition| *at(condition, "/type") == "Ready" && *at(condition, "/status") == "True")
    })
}

/// What a status says, be the count a number or a text.
fn says(status: &Value, replicas: u32) -> bool {
    let effective = at(status, "/effectiveReplicas");
    is_ready(status) && (*effective == replicas || *effective == replicas.to_string().as_str())
}

pub(crate) fn deployment(name: &str, replicas: u32) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
            },
        },
    })
}

pub(crate) fn kind(group: &str, version: &str, kind: &str) -> ApiResource {
    ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
}

async fn client(kubeconfig: &std::path::Path) -> Result<Client> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    // What is refused is told, and not tried again in silence.
    config.default_retry = false;
    config.read_timeout = None;
    Ok(Client::try_from(config)?)
}

/// Waits until all kinds of Kyklos can be listed: an API server that has just heard of them refuses that for a while.
async fn are_listed(admin: &Client) -> Result<()> {
    let get = |path: &str| http::Request::get(path).body(Vec::new());
    let kinds: Value = admin.request(get(KYKLOS)?).await?;
    let names = at(&kinds, "/resources").as_array().into_iter().flatten().filter_map(|kind| kind.get("name")?.as_str());
    let begin = Instant::now();
    for name in names.filter(|name| !name.contains('/')) {
        while let Err(error) = admin.request_text(get(&format!("{KYKLOS}/{name}?limit=1"))?).await {
            ensure!(begin.elapsed() < TO_BE_LISTED, "{name} can't be listed: {error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}

/// Runs kubectl, which has to succeed.
fn kubectl(cluster: &DevCluster, arguments: &[&str]) -> Result<()> {
    let output = cluster.kubectl().args(arguments).output().context("running kubectl")?;
    ensure!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
