//! What the controller answers to those who ask how it is.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use kyklos_devcluster::Options;
use serde_json::json;

use crate::audit::{Request, answered};
use crate::clusters::{crd, install, start};
use crate::controller::Controller;
use crate::stage::Stage;
use crate::waits::{PATIENCE, reason};

/// Waits until `/readyz` has this status, and gives its lines.
async fn readiness(controller: &Controller, wanted: u16, patience: u64) -> Vec<String> {
    let begin = Instant::now();
    loop {
        let (code, body) = controller.probe("/readyz");
        if code == wanted {
            return body.lines().map(str::to_owned).collect();
        }
        assert!(begin.elapsed() < Duration::from_secs(patience), "waited for {wanted}: {code} {body}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until the kinds of Kyklos alone are missing, for this reason, and gives the lines.
async fn readiness_with(controller: &Controller, why: &str) -> Vec<String> {
    let begin = Instant::now();
    loop {
        let lines = readiness(controller, 503, 120).await;
        if missing(&lines) == ["timewindowscalers", "timewindowoverrides"] && lines.concat().contains(why) {
            return lines;
        }
        assert!(begin.elapsed() < PATIENCE, "{lines:#?}");
    }
}

/// The names of the checks that fail.
fn missing(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.strip_prefix("[-] ")?.split(':').next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_when_it_can_scale_and_alive_all_the_time() {
    let cluster = Box::leak(Box::new(start(Options { controller_manager: false, ..Options::default() })));
    // The cluster is changed while a stage looks at it, so the stage gets a kubeconfig of it and no more.
    let stage = Stage::at(cluster.kubeconfig(), &cluster.audit_log(), "probes").await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let begin = Instant::now();
    let lines = readiness_with(&controller, "install the CRD").await;
    assert!(lines.iter().any(|line| line == "[-] timewindowscalers: the API server knows no TimeWindowScalers: install the CRD with `kyklos crd | kubectl apply --server-side -f -`"), "{lines:#?}");
    assert_eq!(controller.probe("/healthz"), (200, "[+] engine: answers\n".to_owned()));

    // It waits longer and longer, by itself, and says only once what it waits for.
    let lists = |request: &Request| request.resource == "timewindowscalers" && request.code == 404;
    let lists = answered(&stage, 4, "lists of what isn't there", lists).await;
    for (pair, floor) in lists.windows(2).zip([800, 1_600, 3_200]) {
        let wait = pair[1].received - pair[0].received;
        assert!(wait >= TimeDelta::milliseconds(floor), "{wait} is less than {floor} ms");
    }
    let told = controller
        .log()
        .lines()
        .filter(|line| line.contains(" WARN ") && line.contains("no TimeWindowScalers: install the CRD"))
        .count();
    let minutes = begin.elapsed().as_secs() / 60;
    assert!((1..=1 + minutes).contains(&(told as u64)), "told {told} times in {minutes} minutes");
    // A second one is asked to stop while it waits.
    let second = stage.controller("2026-11-23T12:00:00Z", 1);
    readiness_with(&second, "install the CRD").await;
    assert!(second.stop().success());

    install(cluster, &crd());
    let lines = readiness(&controller, 200, 120).await;
    assert_eq!(lines.len(), 10, "{lines:#?}");
    assert!(lines.iter().all(|line| line.starts_with("[+] ")), "{lines:#?}");
    stage.deploy("web", 1).await;
    let spec = json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "holidayMode": "treat-as-open", "holidayConfigMap": "days",
        "windows": [{ "start": "00:00", "end": "24:00", "replicas": 4 }],
    });
    stage.scaler("web", spec).await;
    stage.scaled("web", 4).await;
    stage.status_when("web", "the holidays", |status| reason(status, "Degraded") == "HolidaySourceMissing").await;
    // A ConfigMap that isn't there was asked for and answered. Who needs no records is ready before it has seen that they are served.
    let begin = Instant::now();
    while !readiness(&controller, 200, 120).await.iter().any(|line| line == "[+] scalerecords: all are known") {
        assert!(begin.elapsed() < PATIENCE, "{}", controller.probe("/readyz").1);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    cluster.stop_apiserver().unwrap();
    // Who can't renew its lease can't act; that the API server is away altogether is said after a minute of it.
    let lines = readiness(&controller, 503, 150).await;
    assert_eq!(missing(&lines), ["lease"], "{lines:#?}");
    assert_eq!(controller.probe("/healthz").0, 200);
    cluster.start_apiserver().unwrap();
    readiness(&controller, 200, 150).await;
    assert!(controller.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_questions_are_answered_too() {
    let stage = Stage::new("questions").await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    readiness(&controller, 200, 150).await;
    assert_eq!(controller.ask("GET", "/metricz"), (404, "there are /healthz, /readyz and /metrics\n".to_owned()));
    assert_eq!(controller.ask("POST", "/readyz").0, 405);
    assert_eq!(controller.ask("HEAD", "/readyz"), (200, String::new()));
    assert_eq!(controller.ask("GET", "/readyz?verbose").0, 200);
    // Nonsense, silence and more connections than are served at once keep nobody from an answer for long.
    let idle: Vec<_> = (0..40).map(|_| std::net::TcpStream::connect(controller.probes()).unwrap()).collect();
    assert_eq!(controller.ask("\r\n\r\n\0", "/").0, 400);
    drop(idle);
    assert_eq!(controller.probe("/healthz").0, 200);

    let taken = Command::new(env!("CARGO_BIN_EXE_kyklos"))
        .args(["controller", "--namespace", "questions", "--probe-address", &controller.probes().to_string()])
        .env("KUBECONFIG", &stage.account.kubeconfig)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let error = String::from_utf8(taken.stderr).unwrap();
    assert_eq!(taken.status.code(), Some(1), "{error}");
    assert!(error.contains("another program, maybe another controller, listens there"), "{error}");
    assert!(error.contains("or --probe-address off"), "{error}");
}
