//! The same requests to this server and to the real control plane, and the same answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what is wanted of it"
)]

mod ask;
mod autoscalers;
mod leases_and_events;
mod lists;
mod namespaces;
mod scalers;
mod scales;

use kube::{Client, Config, config::Kubeconfig};
use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
use kyklos_testserver::{Kind, TestServer};

use ask::Asker;

#[tokio::test]
async fn the_same_requests_get_the_same_answers() {
    // Without the controllers nothing else writes, so that versions are as quiet as here.
    let tools = Tools::ensure(&mut progress_on_stderr).unwrap();
    let cluster = DevCluster::start(&tools, Options { controller_manager: false, ..Options::default() }).unwrap();
    let crd = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/crd.yaml");
    for arguments in [
        &["apply", "--server-side", "-f", crd] as &[&str],
        &["wait", "--for=condition=Established", "--timeout=60s", "-f", crd],
    ] {
        assert!(cluster.kubectl().args(arguments).status().unwrap().success(), "{arguments:?}");
    }
    let kubeconfig = Kubeconfig::read_from(cluster.kubeconfig()).unwrap();
    let mut config =
        Config::from_custom_kubeconfig(kubeconfig, &kube::config::KubeConfigOptions::default()).await.unwrap();
    // A refusal is an answer here.
    config.default_retry = false;
    let real = Client::try_from(config).unwrap();
    let server = TestServer::new("2026-03-02T09:00:00Z".parse().unwrap());
    let ours = server.client("same/1");

    let (mut real, mut ours) = (Asker::new(real), Asker::new(ours));
    let crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    assert_eq!(real.send("POST", crds, ask::JSON, &autoscalers::crd()).await.0, 201);
    let established = ["wait", "--for=condition=Established", "--timeout=60s", "crd/scaledobjects.keda.sh"];
    assert!(cluster.kubectl().args(established).status().unwrap().success());
    server.install(Kind::ScaledObject);
    for asker in [&mut real, &mut ours] {
        scales::ask(asker).await;
        scalers::ask(asker).await;
        autoscalers::ask(asker).await;
        leases_and_events::ask(asker).await;
        lists::ask(asker).await;
        namespaces::ask(asker).await;
    }
    let mut watches = (namespaces::watch_kind(&mut real).await, namespaces::watch_kind(&mut ours).await);
    let deleted = cluster.kubectl().args(["delete", "crd", "timewindowscalers.kyklos.io"]).status().unwrap();
    assert!(deleted.success());
    server.uninstall(Kind::TimeWindowScaler);
    namespaces::ask_after_kind(&mut real, &mut watches.0).await;
    namespaces::ask_after_kind(&mut ours, &mut watches.1).await;

    let mut wrong = Vec::new();
    for (real, ours) in real.heard.iter().zip(&ours.heard) {
        if real != ours {
            wrong.push(format!("{}\n  real {}\n  ours {}", real.0, real.1, ours.1));
        }
    }
    assert_eq!(real.heard.len(), ours.heard.len());
    assert!(real.heard.len() > 100, "{} answers compared", real.heard.len());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), real.heard.len(), wrong.join("\n"));
}
