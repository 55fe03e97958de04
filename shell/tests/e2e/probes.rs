//! What the controller answers to those who ask how it is.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kyklos_devcluster::Options;
use serde_json::json;

use crate::stage::{Controller, MACHINE, Stage, crd, install, reason, start};

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

/// The names of the checks that fail.
fn missing(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.strip_prefix("[-] ")?.split(':').next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_when_it_can_scale_and_alive_all_the_time() {
    let _shared = MACHINE.read().await;
    let cluster = Box::leak(Box::new(start(Options { controller_manager: false, ..Options::default() })));
    // The cluster is changed while a stage looks at it, so the stage gets a kubeconfig of it and no more.
    let stage = Stage::at(cluster.kubeconfig(), cluster.audit_log(), "probes").await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let begin = Instant::now();
    let lines = loop {
        let lines = readiness(&controller, 503, 10).await;
        if missing(&lines) == ["timewindowscalers"] && lines.concat().contains("install the CRD") {
            break lines;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{lines:#?}");
    };
    assert!(lines.iter().any(|line| line == "[-] timewindowscalers: the API server knows no TimeWindowScalers: install the CRD with `kyklos crd | kubectl apply --server-side -f -`"), "{lines:#?}");
    assert_eq!(controller.probe("/healthz"), (200, "[+] queue: waits for the first list of objects\n".to_owned()));

    install(cluster, &crd());
    let lines = readiness(&controller, 200, 60).await;
    assert_eq!(lines.len(), 5, "{lines:#?}");
    assert!(lines.iter().all(|line| line.starts_with("[+] ")), "{lines:#?}");
    stage.deploy("web", 1).await;
    let spec = json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "holidayMode": "treat-as-open", "holidayConfigMap": "days",
        "windows": [{ "start": "00:00", "end": "24:00", "replicas": 4 }],
    });
    stage.scaler("web", spec).await;
    stage.scaled("web", 4).await;
    stage.status_when("web", "the holidays", |status| reason(status, "Degraded") == "HolidaySourceMissing").await;
    // A ConfigMap that isn't there was asked for and answered.
    readiness(&controller, 200, 5).await;
    let moves = controller.probe("/healthz").1;
    assert!(moves.starts_with("[+] queue: passed ") || moves == "[+] queue: has work\n", "{moves}");

    cluster.stop_apiserver().unwrap();
    let lines = readiness(&controller, 503, 90).await;
    assert_eq!(missing(&lines), ["api-server"], "{lines:#?}");
    assert!(lines[0].starts_with("[-] api-server: has not answered for 6"), "{lines:#?}");
    assert_eq!(controller.probe("/healthz").0, 200);
    cluster.start_apiserver().unwrap();
    readiness(&controller, 200, 40).await;
    assert!(controller.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_questions_are_answered_too() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("questions").await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    readiness(&controller, 200, 40).await;
    assert_eq!(controller.ask("GET", "/metricz"), (404, "there are /healthz and /readyz\n".to_owned()));
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
