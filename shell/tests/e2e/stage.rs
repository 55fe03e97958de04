//! What the tests share: one control plane, a namespace for each test, and controllers to start and stop in it.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, ApiResource, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
use serde_json::{Value, json};

use crate::account::Account;

/// How long anything may take that isn't measured.
const PATIENCE: Duration = Duration::from_secs(40);

/// The control plane with the CRD as users install it.
pub(crate) fn cluster() -> &'static DevCluster {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = start(Options::default());
        install(&cluster, &crd());
        cluster
    })
}

/// A control plane of its own.
pub(crate) fn start(options: Options) -> DevCluster {
    let tools = Tools::ensure(&mut progress_on_stderr).unwrap();
    DevCluster::start(&tools, options).unwrap()
}

/// The CRD as the program prints it.
pub(crate) fn crd() -> Vec<u8> {
    let crd = Command::new(env!("CARGO_BIN_EXE_kyklos")).arg("crd").output().unwrap();
    assert!(crd.status.success());
    crd.stdout
}

/// Installs a CRD and waits until it is served.
pub(crate) fn install(cluster: &DevCluster, crd: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crd.yaml");
    std::fs::write(&file, crd).unwrap();
    kubectl(cluster, &["apply", "--server-side", "-f", file.to_str().unwrap()]);
    kubectl(cluster, &["wait", "--for=condition=Established", "--timeout=30s", "crd/timewindowscalers.kyklos.io"]);
}

/// Runs kubectl, which has to succeed.
pub(crate) fn kubectl(cluster: &DevCluster, arguments: &[&str]) -> String {
    let output = cluster.kubectl().args(arguments).output().unwrap();
    assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A namespace of a test's own, and a service account for its controllers.
pub(crate) struct Stage {
    cluster: Option<&'static DevCluster>,
    pub(crate) namespace: String,
    pub(crate) account: Account,
    pub(crate) audit_log: PathBuf,
    pub(crate) client: Client,
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) async fn new(name: &str) -> Self {
        Self::on(cluster(), name).await
    }

    pub(crate) async fn on(cluster: &'static DevCluster, name: &str) -> Self {
        let stage = Self::at(cluster.kubeconfig(), cluster.audit_log(), name).await;
        Self { cluster: Some(cluster), ..stage }
    }

    /// A stage by the administrator's kubeconfig.
    pub(crate) async fn at(admin: &Path, audit_log: PathBuf, name: &str) -> Self {
        let admin = Kubeconfig::read_from(admin).unwrap();
        let config = Config::from_custom_kubeconfig(admin.clone(), &KubeConfigOptions::default()).await.unwrap();
        let client = Client::try_from(config).unwrap();
        let namespace =
            Namespace { metadata: serde_json::from_value(json!({ "name": name })).unwrap(), ..Namespace::default() };
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &namespace).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let account = Account::make(&client, &admin, name, folder.path()).await;
        Self { cluster: None, namespace: name.to_owned(), account, audit_log, client, folder }
    }

    pub(crate) fn cluster(&self) -> &'static DevCluster {
        self.cluster.unwrap()
    }

    pub(crate) fn deployments(&self) -> Api<Deployment> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    pub(crate) fn scalers(&self) -> Api<DynamicObject> {
        let resource = ApiResource::erase::<kyklos::resource::TimeWindowScaler>(&());
        Api::namespaced_with(self.client.clone(), &self.namespace, &resource)
    }

    /// Makes a Deployment.
    pub(crate) async fn deploy(&self, name: &str, replicas: i32) {
        let deployment = json!({
            "metadata": { "name": name },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": { "app": name } },
                "template": {
                    "metadata": { "labels": { "app": name } },
                    "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
                },
            },
        });
        let deployment = serde_json::from_value(deployment).unwrap();
        self.deployments().create(&PostParams::default(), &deployment).await.unwrap();
    }

    /// The replicas that a Deployment's spec has.
    pub(crate) async fn replicas(&self, name: &str) -> Option<i32> {
        let deployment = self.deployments().get_opt(name).await.unwrap()?;
        deployment.spec.and_then(|spec| spec.replicas)
    }

    /// Scales by hand, as a person would.
    pub(crate) fn scale_by_hand(&self, name: &str, replicas: i32) {
        let (deployment, count) = (format!("deployment/{name}"), format!("--replicas={replicas}"));
        kubectl(self.cluster(), &["-n", &self.namespace, "scale", &deployment, &count]);
    }

    /// Makes a TimeWindowScaler or says why the API server refuses it.
    pub(crate) async fn try_scaler(&self, name: &str, spec: Value) -> Result<DynamicObject, String> {
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1",
            "kind": "TimeWindowScaler",
            "metadata": { "name": name },
            "spec": spec,
        });
        let object: DynamicObject = serde_json::from_value(object).unwrap();
        self.scalers().create(&PostParams::default(), &object).await.map_err(|error| error.to_string())
    }

    /// Makes a TimeWindowScaler.
    pub(crate) async fn scaler(&self, name: &str, spec: Value) {
        self.try_scaler(name, spec).await.unwrap();
    }

    /// Changes a TimeWindowScaler's spec by a merge patch.
    pub(crate) async fn edit(&self, name: &str, spec: Value) {
        let patch = Patch::Merge(json!({ "spec": spec }));
        self.scalers().patch(name, &PatchParams::default(), &patch).await.unwrap();
    }

    /// The status of a TimeWindowScaler, `null` before there is one.
    pub(crate) async fn status(&self, name: &str) -> Value {
        self.scalers().get(name).await.unwrap().data.get("status").cloned().unwrap_or_default()
    }

    /// Makes or replaces a ConfigMap of holidays.
    pub(crate) async fn holidays(&self, name: &str, days: &[(&str, &str)]) {
        let data: serde_json::Map<_, _> = days.iter().map(|(day, text)| ((*day).to_owned(), json!(text))).collect();
        let api: Api<ConfigMap> = Api::namespaced(self.client.clone(), &self.namespace);
        let config_map: ConfigMap =
            serde_json::from_value(json!({ "metadata": { "name": name }, "data": data })).unwrap();
        if api.get_opt(name).await.unwrap().is_some() {
            api.replace(name, &PostParams::default(), &config_map).await.unwrap();
        } else {
            api.create(&PostParams::default(), &config_map).await.unwrap();
        }
    }

    pub(crate) async fn delete_holidays(&self, name: &str) {
        Api::<ConfigMap>::namespaced(self.client.clone(), &self.namespace)
            .delete(name, &Default::default())
            .await
            .unwrap();
    }

    /// The reasons of the events about an object, sorted.
    pub(crate) async fn events(&self, name: &str) -> Vec<String> {
        let api: Api<Event> = Api::namespaced(self.client.clone(), &self.namespace);
        let events = api.list(&ListParams::default()).await.unwrap().items;
        let about = |event: &Event| {
            event.regarding.as_ref().is_some_and(|regarding| {
                regarding.kind.as_deref() == Some("TimeWindowScaler") && regarding.name.as_deref() == Some(name)
            })
        };
        let mut reasons: Vec<_> = events.into_iter().filter(about).filter_map(|event| event.reason).collect();
        reasons.sort();
        reasons
    }

    /// Starts a controller on a clock that reads `from` now.
    pub(crate) fn controller(&self, from: &str, speed: u32) -> Controller {
        self.controller_at(TestClock { from: at(from), speed, anchor: Utc::now() })
    }

    /// Starts a controller on a clock that may have been running for a while.
    pub(crate) fn controller_at(&self, clock: TestClock) -> Controller {
        self.controller_with(clock, &self.account.kubeconfig)
    }

    /// Starts a controller with another kubeconfig.
    pub(crate) fn controller_with(&self, clock: TestClock, kubeconfig: &Path) -> Controller {
        let TestClock { from, speed, anchor } = clock;
        let log = self.folder.path().join(format!("{}.log", Utc::now().timestamp_micros()));
        let child = Command::new(env!("CARGO_BIN_EXE_kyklos"))
            .args(["controller", "--namespace", &self.namespace, "--probe-address", "127.0.0.1:0"])
            .args(["--rehearse-from", &from.to_rfc3339(), "--rehearse-speed", &speed.to_string()])
            .args(["--rehearse-anchor", &anchor.to_rfc3339()])
            .env("KUBECONFIG", kubeconfig)
            .env("RUST_LOG", "info,kyklos=debug,kube_runtime=warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Controller { child, log, clock }
    }

    /// Waits until the status of an object passes a test, and gives it.
    pub(crate) async fn status_when(&self, name: &str, what: &str, test: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let status = self.status(name).await;
            if test(&status) {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: waited for {what}, and the status is {status:#}", self.namespace);
            pause().await;
        }
    }

    /// Waits until a Deployment has so many replicas.
    pub(crate) async fn scaled(&self, name: &str, replicas: i32) {
        let begin = Instant::now();
        loop {
            let found = self.replicas(name).await;
            if found == Some(replicas) {
                return;
            }
            let status = self.scalers().list(&ListParams::default()).await.unwrap().items;
            let status: Vec<_> = status.iter().map(|object| object.data.get("status")).collect();
            assert!(
                begin.elapsed() < PATIENCE,
                "{}: {name} has {found:?} instead of {replicas}: {status:#?}",
                self.namespace
            );
            pause().await;
        }
    }

    /// Waits until so many TimeWindowScalers of the stage pass a test, by one request at a time for all of them.
    pub(crate) async fn many(&self, count: usize, what: &str, test: impl Fn(&Value) -> bool) {
        let begin = Instant::now();
        loop {
            let all = self.scalers().list(&ListParams::default()).await.unwrap().items;
            let found = all.iter().filter(|object| test(&object.data["status"])).count();
            if found == count {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{}: waited for {what}: {found} of {count}", self.namespace);
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// Waits until an event of this reason is there so many times, and no oftener.
    pub(crate) async fn event(&self, name: &str, reason: &str, times: usize) {
        let begin = Instant::now();
        loop {
            let events = self.events(name).await;
            let found = events.iter().filter(|found| *found == reason).count();
            if found == times {
                return;
            }
            assert!(found < times && begin.elapsed() < PATIENCE, "{}: {reason} x {times}: {events:?}", self.namespace);
            pause().await;
        }
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(25)).await;
}

/// The reason of a condition.
pub(crate) fn reason<'s>(status: &'s Value, condition: &str) -> &'s str {
    find(status, condition).and_then(|c| c["reason"].as_str()).unwrap_or("-")
}

/// The message of a condition.
pub(crate) fn message<'s>(status: &'s Value, condition: &str) -> &'s str {
    find(status, condition).and_then(|c| c["message"].as_str()).unwrap_or("-")
}

fn find<'s>(status: &'s Value, condition: &str) -> Option<&'s Value> {
    status["conditions"].as_array()?.iter().find(|c| c["type"] == condition)
}

/// A rehearsed clock.
#[derive(Clone, Copy)]
pub(crate) struct TestClock {
    pub(crate) from: DateTime<Utc>,
    pub(crate) speed: u32,
    pub(crate) anchor: DateTime<Utc>,
}

impl TestClock {
    /// The real instant at which it reads `rehearsed`.
    pub(crate) fn real(&self, rehearsed: &str) -> DateTime<Utc> {
        let micros = (at(rehearsed) - self.from).num_microseconds().unwrap();
        self.anchor + TimeDelta::microseconds(micros / i64::from(self.speed))
    }

    /// Waits until it reads `rehearsed`.
    pub(crate) async fn until(&self, rehearsed: &str) {
        let left = (self.real(rehearsed) - Utc::now()).to_std().unwrap_or_default();
        tokio::time::sleep(left).await;
    }
}

/// A running controller and its clock.
pub(crate) struct Controller {
    child: Child,
    log: PathBuf,
    pub(crate) clock: TestClock,
}

impl Controller {
    /// The real instant at which its clock reads `rehearsed`.
    pub(crate) fn real(&self, rehearsed: &str) -> DateTime<Utc> {
        self.clock.real(rehearsed)
    }

    /// Waits until its clock reads `rehearsed`.
    pub(crate) async fn until(&self, rehearsed: &str) {
        self.clock.until(rehearsed).await;
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Where it answers probes, once it does.
    pub(crate) fn probes(&self) -> SocketAddr {
        let begin = Instant::now();
        loop {
            let address = |log: String| log.split("address=").nth(1)?.split_whitespace().next()?.parse().ok();
            if let Some(address) = address(self.log()) {
                return address;
            }
            assert!(begin.elapsed() < PATIENCE, "it answers no probes: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks as a kubelet does. The status and the body.
    pub(crate) fn probe(&self, path: &str) -> (u16, String) {
        self.ask("GET", path)
    }

    /// The status and the body of an answer.
    pub(crate) fn ask(&self, method: &str, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.probes()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: probes\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Kills it without a warning.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "the controller doesn't stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(40)..];
            eprintln!("--- the end of the controller's log\n{}", tail.join("\n"));
        }
    }
}

/// Held by tests that measure time: they want the machine to themselves. The others share it.
pub(crate) static MACHINE: tokio::sync::RwLock<()> = tokio::sync::RwLock::const_new(());
