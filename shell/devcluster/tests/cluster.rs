//! What a cluster does: Deployments get Pods, users are told apart in the audit log, outages end well.

// clippy.toml allows this in test functions, and these have helpers, too.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::{run, start, stderr, wait_for};
use kyklos_devcluster::{DevCluster, Error, Options, Tools, progress_on_stderr};
use serde_json::Value;

/// Shared by the tests that don't disturb it. Never dropped: the janitor is for this, too.
static CLUSTER: LazyLock<DevCluster> = LazyLock::new(start);

fn kubectl(arguments: &[&str]) -> Command {
    let mut command = CLUSTER.kubectl();
    command.args(arguments);
    command
}

#[test]
fn a_deployment_gets_its_pods_and_scales() {
    run(&mut kubectl(&["create", "namespace", "scaling"]));
    run(&mut kubectl(&["-n", "scaling", "create", "deployment", "web", "--image=web", "--replicas=2"]));
    let phases = || run(&mut kubectl(&["-n", "scaling", "get", "pods", "-o", "jsonpath={.items[*].status.phase}"]));
    wait_for("two pods", || (phases() == "Pending Pending").then_some(()));
    run(&mut kubectl(&["-n", "scaling", "scale", "deployment/web", "--replicas=3"]));
    wait_for("three pods", || (phases() == "Pending Pending Pending").then_some(()));
    run(&mut kubectl(&["-n", "scaling", "scale", "deployment/web", "--replicas=0"]));
    wait_for("no pod", || phases().is_empty().then_some(()));
}

#[test]
fn a_deleted_namespace_goes_away() {
    run(&mut kubectl(&["create", "namespace", "short"]));
    run(&mut kubectl(&["delete", "namespace", "short", "--wait=false"]));
    let find = || run(&mut kubectl(&["get", "namespace", "short", "--ignore-not-found", "-o", "name"]));
    wait_for("the namespace to go", || find().is_empty().then_some(()));
}

#[test]
fn it_is_kubernetes_1_36_on_both_sides() {
    let versions: Value = serde_json::from_str(&run(&mut kubectl(&["version", "-o", "json"]))).unwrap();
    for side in ["clientVersion", "serverVersion"] {
        assert_eq!((&versions[side]["major"], &versions[side]["minor"]), (&"1".into(), &"36".into()), "{side}");
        assert!(versions[side]["gitVersion"].as_str().unwrap().starts_with("v1.36."));
    }
}

#[test]
fn a_user_has_its_name_and_groups_in_the_audit_log_and_no_rights() {
    let kubeconfig = CLUSTER.user_kubeconfig("system:some one's", &["testers", "guests"]).unwrap();
    let mut list = kubectl(&["-n", "default", "get", "pods"]);
    let output = list.env("KUBECONFIG", &kubeconfig).output().unwrap();
    assert!(stderr(&output).contains("Forbidden"), "{}", stderr(&output));

    let event = wait_for("the audit log to tell", || {
        let log = fs::read_to_string(CLUSTER.audit_log()).unwrap();
        let mut events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        events
            .find(|event| event["user"]["username"] == "system:some one's" && event["objectRef"]["resource"] == "pods")
    });
    assert_eq!(event["verb"], "list");
    assert_eq!(event["objectRef"]["namespace"], "default");
    assert_eq!(event["responseStatus"]["code"], 403);
    assert_eq!(event["user"]["groups"], serde_json::json!(["testers", "guests", "system:authenticated"]));
    assert!(event["userAgent"].as_str().unwrap().starts_with("kubectl/v1.36."));
    assert!(event["stage"] != "RequestReceived" && event["level"] == "Metadata");
}

#[test]
fn the_api_server_stops_starts_hangs_and_goes_on() {
    let mut cluster = start();
    let (url, address) = (cluster.url(), cluster.url().replace("https://", ""));
    run(cluster.kubectl().args(["create", "configmap", "kept", "--from-literal=a=b"]));
    // An open watch, as every controller has, must not make the stop a long one.
    let mut watch =
        cluster.kubectl().args(["get", "configmaps", "--watch", "-o", "name"]).stdout(Stdio::piped()).spawn().unwrap();
    BufReader::new(watch.stdout.as_mut().unwrap()).read_line(&mut String::new()).unwrap();

    let begin = Instant::now();
    cluster.stop_apiserver().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert_eq!(TcpStream::connect(&address).unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(matches!(cluster.stop_apiserver(), Err(Error::Stopped)));

    cluster.start_apiserver().unwrap();
    assert_eq!(cluster.url(), url);
    assert!(matches!(cluster.start_apiserver(), Err(Error::RunsAlready)));
    let get = ["get", "configmap", "kept", "-o", "jsonpath={.data.a}", "--request-timeout=2s"];
    assert_eq!(run(cluster.kubectl().args(get)), "b");

    cluster.pause_apiserver().unwrap();
    assert!(!cluster.kubectl().args(get).output().unwrap().status.success());
    cluster.resume_apiserver().unwrap();
    wait_for("an answer after the pause", || {
        cluster.kubectl().args(get).output().unwrap().status.success().then_some(())
    });
    // The controller manager has lived through it.
    run(cluster.kubectl().args(["create", "deployment", "web", "--image=web"]));
    wait_for("a pod", || (!run(cluster.kubectl().args(["get", "pods", "-o", "name"])).is_empty()).then_some(()));
    // Even a paused one ends with the cluster.
    cluster.pause_apiserver().unwrap();
    cluster.stop().unwrap();
}

#[test]
fn an_api_server_that_ends_at_once_says_why() {
    let tools = Tools::ensure(&mut progress_on_stderr).unwrap();
    let options = Options {
        apiserver_arguments: vec!["--feature-gates=NoSuchGate=true".into()],
        controller_manager: false,
        audit: false,
        ..Options::default()
    };
    let error = DevCluster::start(&tools, options).unwrap_err();
    assert!(matches!(error, Error::Ended { component: "kube-apiserver", .. }), "{error}");
    assert!(error.to_string().contains("NoSuchGate"), "{error}");
}
