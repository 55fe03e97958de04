//! Kills, stops, outages and wrong clocks.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, Utc};
use kyklos_devcluster::Options;
use serde_json::{Value, json};

use crate::audit::{Request, answered, requests, scalings};
use crate::clusters::{cluster, crd, install, start};
use crate::controller::{TestClock, at};
use crate::stage::{MACHINE, Stage};
use crate::waits::{message, reason};

fn office() -> Value {
    json!({
        "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 2, "gracePeriodSeconds": 0,
        "windows": [{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 5 }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_controller_killed_over_a_boundary_is_right_at_once_when_it_comes_back() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("sigkill").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", office()).await;
    let first = stage.controller("2026-11-23T08:45:00Z", 60);
    stage.scaled("web", 2).await;
    stage.status_when("web", "a look", |status| status["effectiveReplicas"] == 2).await;
    let boundary = "2026-11-23T09:00:00Z";
    assert!(Utc::now() < first.real(boundary));
    let clock = first.clock;
    first.kill();
    clock.until("2026-11-23T09:01:00Z").await;
    scalings(&stage, 1).await;
    let back = Utc::now();
    let _second = stage.controller_at(clock);
    stage.scaled("web", 5).await;
    let status = stage.status_when("web", "the office", |status| status["currentWindow"] == "office").await;
    assert_eq!(status["nextBoundary"], "2026-11-23T17:00:00Z");
    let up = scalings(&stage, 2).await.pop().unwrap();
    // How long the machine takes to start a program is another matter.
    let back = requests(&stage).into_iter().find(|request| request.received > back).unwrap().received;
    assert!(up.received - back < TimeDelta::seconds(5), "{} after it came back", up.received - back);
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_leaves_soon_and_cleanly() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("sigterm").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", office()).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    stage.scaled("web", 5).await;
    assert!(controller.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_before_it_may_see_anything_it_leaves_too() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("sigterm-early").await;
    stage.account.allow(&[]).await;
    let controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let lists = |request: &Request| request.resource == "timewindowscalers" && request.code == 403;
    answered(&stage, 2, "refused lists", lists).await;
    assert!(controller.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_api_server_over_a_boundary_is_made_up_for() {
    let _shared = MACHINE.read().await;
    let cluster = Box::leak(Box::new(start(Options { controller_manager: false, ..Options::default() })));
    install(cluster, &crd());
    // The cluster is changed while a stage looks at it, so the stage gets a kubeconfig of it and no more.
    let stage = Stage::at(cluster.kubeconfig(), cluster.audit_log(), "outage").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", office()).await;
    let controller = stage.controller("2026-11-23T08:40:00Z", 60);
    stage.scaled("web", 2).await;
    cluster.stop_apiserver().unwrap();
    assert!(Utc::now() < controller.real("2026-11-23T09:00:00Z"), "it was stopped too late for this to say anything");
    controller.until("2026-11-23T09:01:00Z").await;
    cluster.start_apiserver().unwrap();
    stage.scaled("web", 5).await;
    let calm =
        |status: &Value| status["currentWindow"] == "office" && reason(status, "Degraded") == "OperationalNormal";
    stage.status_when("web", "the office", calm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_is_told_about_and_tried_again() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("refused").await;
    let mut rights = stage.account.rights().await;
    // Everything that the controller needs but the write itself, and the holidays.
    let (unread, rest): (Vec<_>, _) = rights.into_iter().partition(|right| right.resource == "configmaps");
    let (writes, looks): (Vec<_>, Vec<_>) = rest.into_iter().partition(|right| right.resource == "deployments/scale");
    assert_eq!((unread.len(), writes.len()), (2, 1));
    rights = looks;
    stage.account.allow(&rights).await;
    stage.deploy("web", 1).await;
    stage.scaler("web", office()).await;
    let _controller = stage.controller("2026-11-23T12:00:00Z", 1);
    let failed = |status: &Value| reason(status, "Degraded") == "TargetUpdateFailed";
    let status = stage.status_when("web", "the refusal", failed).await;
    assert!(message(&status, "Degraded").contains("forbidden"), "{}", message(&status, "Degraded"));
    assert_eq!((reason(&status, "Ready"), &status["targetObservedReplicas"]), ("TargetMismatch", &json!(1)));
    // The second try comes after everything that the first look had to tell.
    let refused = |request: &Request| request.resource == "deployments/scale" && request.code == 403;
    answered(&stage, 2, "refused writes", refused).await;
    let events: Vec<_> = requests(&stage).into_iter().filter(|write| write.resource == "events").collect();
    assert!(events.is_empty(), "nothing was scaled, so there is nothing to tell: {events:#?}");
    rights.extend(writes);
    stage.account.allow(&rights).await;
    stage.scaled("web", 5).await;
    stage.status_when("web", "the end of it", |status| reason(status, "Degraded") == "OperationalNormal").await;
    stage.event("web", "ScaledUp", 1).await;

    // A ConfigMap that may not be read keeps nobody from following the windows. The name is as long as names get.
    let name = format!("{}-{}", "a".repeat(229), "b".repeat(10));
    stage.deploy("api", 1).await;
    let mut spec = office();
    spec["targetRef"] = json!({ "name": "api" });
    spec["holidayMode"] = json!("treat-as-closed");
    spec["holidayConfigMap"] = json!("days");
    stage.scaler(&name, spec).await;
    stage.scaled("api", 5).await;
    let unread = |status: &Value| reason(status, "Degraded") == "HolidaySourceMissing";
    let status = stage.status_when(&name, "the holidays to be missed", unread).await;
    assert!(message(&status, "Degraded").contains("can't be read"), "{}", message(&status, "Degraded"));
    stage.event(&name, "ScaledUp", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_wrong_clock_nothing_is_scaled_until_it_is_right() {
    let _shared = MACHINE.read().await;
    let stage = Stage::new("skew").await;
    stage.deploy("web", 1).await;
    stage.scaler("web", office()).await;
    let server = WrongClock::start(&stage);
    server.off_by(3600);
    let kubeconfig = server.kubeconfig();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), kubeconfig).unwrap();
    let clock = TestClock { from: at("2026-11-23T12:00:00Z"), speed: 1, anchor: Utc::now() };
    let controller = stage.controller_with(clock, file.path());
    let status = stage.status_when("web", "the skew", |status| reason(status, "Degraded") == "ClockSkew").await;
    assert!(message(&status, "Degraded").contains("behind the API server's"), "{}", message(&status, "Degraded"));
    scalings(&stage, 0).await;
    server.off_by(0);
    stage.scaled("web", 5).await;
    stage.status_when("web", "the right time", |status| reason(status, "Degraded") == "OperationalNormal").await;
    assert!(controller.stop().success());
}

/// The API server as seen through a proxy that changes the `Date` of its answers: a fault that the server itself can't be
/// made to show, as it goes by the clock of this machine.
struct WrongClock {
    kubectl: Child,
    port: u16,
    seconds: Arc<AtomicI64>,
}

impl WrongClock {
    fn start(stage: &Stage) -> Self {
        // kubectl's proxy takes care of TLS and credentials, and says on which port it is.
        let mut kubectl = cluster()
            .kubectl()
            .env("KUBECONFIG", &stage.account.kubeconfig)
            .args(["proxy", "--port=0", "--address=127.0.0.1"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(kubectl.stdout.take().unwrap()), &mut line).unwrap();
        let upstream: u16 = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seconds = Arc::new(AtomicI64::new(0));
        let shared = Arc::clone(&seconds);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let server = TcpStream::connect(("127.0.0.1", upstream)).unwrap();
                let (client, shared) = (client.unwrap(), Arc::clone(&shared));
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || pass(from, to, |_| {}));
                std::thread::spawn(move || {
                    pass(server, client, |bytes| shift_date(bytes, shared.load(Ordering::SeqCst)))
                });
            }
        });
        Self { kubectl, port, seconds }
    }

    /// Sets by how much the server's clock is ahead.
    fn off_by(&self, seconds: i64) {
        self.seconds.store(seconds, Ordering::SeqCst);
    }

    fn kubeconfig(&self) -> String {
        json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{ "name": "c", "cluster": { "server": format!("http://127.0.0.1:{}", self.port) } }],
            "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u" } }],
            "users": [{ "name": "u", "user": {} }],
        })
        .to_string()
    }
}

impl Drop for WrongClock {
    fn drop(&mut self) {
        let _ = self.kubectl.kill();
        let _ = self.kubectl.wait();
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8])) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let bytes = &mut buffer[..count];
        change(bytes);
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}

/// Changes a `Date` header in place; its form has a fixed length.
fn shift_date(bytes: &mut [u8], seconds: i64) {
    const NAME: &[u8] = b"\r\nDate: ";
    const FORM: &str = "%a, %d %b %Y %H:%M:%S GMT";
    let Some(at) = bytes.windows(NAME.len()).position(|window| window == NAME) else { return };
    let Some(value) = bytes.get_mut(at + NAME.len()..at + NAME.len() + 29) else { return };
    let date = chrono::NaiveDateTime::parse_from_str(std::str::from_utf8(value).unwrap(), FORM).unwrap();
    value.copy_from_slice((date + TimeDelta::seconds(seconds)).format(FORM).to_string().as_bytes());
}
