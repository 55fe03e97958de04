//! Leases on a real API server, with the rights that `kyklos manifests` prints.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use kube::api::{Api, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use kyklos::cluster::lease::{Alive, Leadership, LeaseName, NAME, run, watch_namespaces};
use kyklos::cluster::watch::Recovered;
use kyklos::cluster::{MachineTime, Time as _};
use serde_json::json;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::account::manifests;
use crate::stage::Stage;
use crate::waits::PATIENCE;

async fn client(kubeconfig: &Path) -> Client {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    Client::try_from(config).unwrap()
}

struct Candidate {
    leadership: watch::Receiver<Leadership>,
    release: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Candidate {
    async fn start(stage: &Stage, identity: &str) -> Self {
        let (publish, leadership) = watch::channel(Leadership::default());
        let (release, released) = oneshot::channel();
        let end = async move {
            let _ = released.await;
        };
        let name = LeaseName::of_namespace(&stage.namespace);
        let client = client(&stage.account.kubeconfig).await;
        let task = tokio::spawn(run(client, name, identity.to_owned(), Arc::new(MachineTime), publish, end));
        Self { leadership, release, task }
    }

    fn is_open(&self) -> bool {
        self.leadership.borrow().held.is_open(MachineTime.boot())
    }

    /// How long it takes until it is open, while the namespace is its candidates' all along.
    async fn opens(&self, alive: &watch::Receiver<Alive>, namespace: &str) -> Duration {
        let begin = Instant::now();
        while !self.is_open() {
            assert!(begin.elapsed() < PATIENCE, "{:?}", self.leadership.borrow());
            assert!(!alive.borrow().leaves(namespace), "it fell to the cluster after {:?}", begin.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(!alive.borrow().leaves(namespace));
        begin.elapsed()
    }
}

/// What one for the whole cluster sees, with its rights.
async fn watch_all(stage: &Stage) -> watch::Receiver<Alive> {
    let printed = manifests(&["--without-crd"]);
    let role = printed.into_iter().find(|object| object["kind"] == "ClusterRole").unwrap();
    let mut role: ClusterRole = serde_json::from_value(role).unwrap();
    let name = format!("kyklos-{}", stage.namespace);
    role.metadata.name = Some(name.clone());
    let binding: ClusterRoleBinding = serde_json::from_value(json!({
        "metadata": { "name": name },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name },
        "subjects": [{ "kind": "ServiceAccount", "name": "kyklos", "namespace": stage.namespace }],
    }))
    .unwrap();
    Api::all(stage.client.clone()).create(&PostParams::default(), &role).await.unwrap();
    Api::all(stage.client.clone()).create(&PostParams::default(), &binding).await.unwrap();
    let (publish, alive) = watch::channel(Alive::default());
    let client = client(&stage.account.kubeconfig).await;
    let (_, recovered) = watch::channel(Recovered::default());
    tokio::spawn(watch_namespaces(client, NAME, Arc::new(MachineTime), publish, recovered));
    alive
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_is_handed_over_and_taken_over_and_falls_to_the_cluster_in_the_end() {
    let stage = Stage::new("lease").await;
    let namespace = stage.namespace.as_str();
    let mut alive = watch_all(&stage).await;
    tokio::time::timeout(PATIENCE, alive.wait_for(|alive| alive.leaves(namespace))).await.unwrap().unwrap();
    let first = Candidate::start(&stage, "first").await;
    tokio::time::timeout(PATIENCE, alive.wait_for(|alive| !alive.leaves(namespace))).await.unwrap().unwrap();
    assert!(!first.is_open(), "it waits until the one for the cluster has seen it");
    first.opens(&alive, namespace).await;
    let second = Candidate::start(&stage, "second").await;
    let third = Candidate::start(&stage, "third").await;
    let mut seen = second.leadership.clone();
    let sees = |leadership: &Leadership| leadership.other.as_ref().is_some_and(|other| other.identity == "first");
    tokio::time::timeout(PATIENCE, seen.wait_for(sees)).await.unwrap().unwrap();
    // A renewal of the first, so that the others have seen it move.
    tokio::time::sleep(Duration::from_millis(2_500)).await;

    first.release.send(()).unwrap();
    let begin = Instant::now();
    let leases: Api<Lease> = Api::namespaced(stage.client.clone(), namespace);
    // A second where a request takes 100 ms at most. Other tests are at work beside this one, so it is asked how long one takes now.
    let mut slowest = Duration::from_millis(100);
    let open = |candidate: &Candidate| candidate.is_open();
    while !open(&second) && !open(&third) {
        let asked = Instant::now();
        leases.get(NAME).await.unwrap();
        slowest = slowest.max(asked.elapsed());
        assert!(begin.elapsed() < 10 * slowest, "a planned hand-over, while a request takes {slowest:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    first.task.await.unwrap();

    let (leader, standby) = if second.is_open() { (second, third) } else { (third, second) };
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    leader.task.abort();
    let took = standby.opens(&alive, namespace).await;
    assert!(took < Duration::from_secs(10), "a crash: {took:?}");
    assert!(!leader.is_open());

    standby.task.abort();
    tokio::time::timeout(PATIENCE, alive.wait_for(|alive| alive.leaves(namespace))).await.unwrap().unwrap();
    assert!(!standby.is_open(), "closed long before");
}
