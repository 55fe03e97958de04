//! The candidate against a double of the API server that has one lease, in paused time: a real one can't be made to keep
//! silent on time.

use std::convert::Infallible;
use std::sync::Mutex;

use futures::stream;
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use kube::client::Body;
use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::cluster::time::TestTime;

type Reply = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// One lease.
#[derive(Default)]
struct Server {
    lease: Mutex<Option<Value>>,
    /// Each state of it, for watches.
    events: Mutex<Vec<String>>,
    happened: Notify,
    /// Requests that aren't watches, since the last look at them.
    requests: Mutex<Vec<String>>,
    silent: Mutex<bool>,
    /// There is no such namespace.
    nowhere: Mutex<bool>,
}

fn json_response(code: StatusCode, body: &Value) -> Reply {
    let body = Full::new(Bytes::from(body.to_string()));
    Response::builder().status(code).body(body.boxed_unsync()).unwrap()
}

fn status(code: StatusCode, reason: &str) -> Reply {
    let message = format!("the lease: {reason}");
    let body = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code.as_u16(), "message": message });
    json_response(code, &body)
}

impl Server {
    fn version(&self) -> usize {
        self.events.lock().unwrap().len()
    }

    fn put(&self, mut lease: Value) -> Value {
        let version = self.version() + 1;
        lease["metadata"]["resourceVersion"] = json!(version.to_string());
        lease["metadata"]["namespace"] = json!("shop");
        self.events.lock().unwrap().push(json!({ "type": "MODIFIED", "object": lease }).to_string() + "\n");
        *self.lease.lock().unwrap() = Some(lease.clone());
        self.happened.notify_waiters();
        lease
    }

    async fn answer(self: Arc<Self>, request: Request<Body>) -> Reply {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        if *self.silent.lock().unwrap() {
            std::future::pending::<()>().await;
        }
        let query = uri.query().unwrap_or_default().to_owned();
        if query.contains("watch=true") {
            assert!(query.contains("fieldSelector=metadata.name%3Dkyklos"), "{query}");
            return self.watch();
        }
        self.requests.lock().unwrap().push(format!("{method} {}", uri.path()));
        // A round trip.
        sleep(Duration::from_millis(5)).await;
        let now = self.lease.lock().unwrap().clone();
        let is_list = uri.path().ends_with("/leases");
        match (method, now) {
            (Method::GET, now) if is_list => {
                let items: Vec<_> = now.into_iter().collect();
                let version = self.version().to_string();
                json_response(StatusCode::OK, &json!({ "items": items, "metadata": { "resourceVersion": version } }))
            }
            (Method::GET, None) => status(StatusCode::NOT_FOUND, "NotFound"),
            (Method::GET, Some(lease)) => json_response(StatusCode::OK, &lease),
            (Method::POST, None) if *self.nowhere.lock().unwrap() => {
                status(StatusCode::NOT_FOUND, "namespaces \"shop\" not found")
            }
            (Method::POST, Some(_)) => status(StatusCode::CONFLICT, "AlreadyExists"),
            (Method::PUT, None) => status(StatusCode::NOT_FOUND, "NotFound"),
            (method, now) => {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let new: Value = serde_json::from_slice(&body).unwrap();
                let refused = method == Method::PUT
                    && now.is_some_and(|now| now["metadata"]["resourceVersion"] != new["metadata"]["resourceVersion"]);
                if refused {
                    status(StatusCode::CONFLICT, "Conflict")
                } else {
                    json_response(StatusCode::OK, &self.put(new))
                }
            }
        }
    }

    fn watch(self: Arc<Self>) -> Reply {
        let next = self.version();
        let lines = stream::unfold((self, next), |(server, next)| async move {
            loop {
                let happened = server.happened.notified();
                let line = server.events.lock().unwrap().get(next).cloned();
                if let Some(line) = line {
                    drop(happened);
                    return Some((Ok::<_, Infallible>(Frame::data(Bytes::from(line))), (server, next + 1)));
                }
                happened.await;
            }
        });
        Response::new(StreamBody::new(lines).boxed_unsync())
    }

    fn client(self: &Arc<Self>) -> Client {
        let server = Arc::clone(self);
        let service = tower::service_fn(move |request| {
            let server = Arc::clone(&server);
            async move { Ok::<_, Infallible>(server.answer(request).await) }
        });
        Client::new(service, "default")
    }

    fn spec(&self) -> Value {
        self.lease.lock().unwrap().as_ref().map(|lease| lease["spec"].clone()).unwrap_or_default()
    }
}

struct Process {
    leadership: watch::Receiver<Leadership>,
    release: oneshot::Sender<()>,
    task: JoinHandle<()>,
    time: Arc<TestTime>,
}

impl Process {
    fn start(server: &Arc<Server>, name: LeaseName, identity: &str, time: &Arc<TestTime>) -> Self {
        let (publish, leadership) = watch::channel(Leadership::default());
        let (release, released) = oneshot::channel();
        let end = async move {
            let _ = released.await;
        };
        let clock: Arc<dyn Time> = Arc::<TestTime>::clone(time);
        let task = tokio::spawn(run(server.client(), name, identity.to_owned(), clock, publish, end));
        Self { leadership, release, task, time: Arc::clone(time) }
    }

    fn is_open(&self) -> bool {
        self.leadership.borrow().held.is_open(self.time.boot())
    }

    /// How long it takes until it is open.
    async fn opens(&self) -> Duration {
        let begin = Instant::now();
        let open = async {
            while !self.is_open() {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(60), open).await.unwrap();
        begin.elapsed()
    }
}

fn time_of_test() -> Arc<TestTime> {
    Arc::new(TestTime::at("2026-11-23T12:00:00.25Z".parse().unwrap()))
}

fn shop() -> LeaseName {
    LeaseName::of_namespace("shop")
}

#[tokio::test(start_paused = true)]
async fn it_is_made_renewed_on_time_and_says_who_has_it() {
    let (server, time) = (Arc::new(Server::default()), time_of_test());
    let me = Process::start(&server, shop(), "me", &time);
    let waited = me.opens().await;
    assert!((2_000..2_100).contains(&waited.as_millis()), "{waited:?}");
    server.requests.lock().unwrap().clear();
    for _ in 0..600 {
        sleep(Duration::from_millis(100)).await;
        assert!(me.is_open());
    }
    let requests = server.requests.lock().unwrap().clone();
    let renewals =
        requests.iter().filter(|request| *request == "PUT /apis/coordination.k8s.io/v1/namespaces/shop/leases/kyklos");
    let renewals = renewals.count();
    assert_eq!(renewals, requests.len(), "nothing else: {requests:?}");
    assert!((29..=30).contains(&renewals), "one every two seconds, not {renewals} a minute");
    let spec = server.spec();
    assert_eq!((&spec["holderIdentity"], &spec["leaseDurationSeconds"]), (&json!("me"), &json!(8)));
    assert_eq!(spec["acquireTime"].as_str().map(|at| &at[..19]), Some("2026-11-23T12:00:00"));
    let standby = Process::start(&server, shop(), "standby", &time);
    sleep(Duration::from_secs(1)).await;
    let other = standby.leadership.borrow().other.clone().unwrap();
    assert_eq!(other.to_string(), "me since 2026-11-23T12:00:00Z");
    assert!(!standby.is_open());
}

#[tokio::test(start_paused = true)]
async fn a_planned_hand_over_takes_less_than_a_second() {
    for name in [shop(), LeaseName::of_cluster("shop")] {
        let (server, time) = (Arc::new(Server::default()), time_of_test());
        // The double has one lease, by whatever name; its watch is asked for by the name's beginning.
        let old = Process::start(&server, name.clone(), "old", &time);
        old.opens().await;
        let new = Process::start(&server, name.clone(), "new", &time);
        sleep(Duration::from_secs(7)).await;
        old.release.send(()).unwrap();
        let took = new.opens().await;
        assert!(took < Duration::from_secs(1), "{name}: {took:?}");
        old.task.await.unwrap();
        assert_eq!(*old.leadership.borrow(), Leadership::default());
        assert_eq!(server.spec()["leaseTransitions"], json!(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_is_taken_over_within_ten_seconds_and_not_before_the_old_one_is_closed() {
    for name in [shop(), LeaseName::of_cluster("shop")] {
        let (server, time) = (Arc::new(Server::default()), time_of_test());
        let old = Process::start(&server, name.clone(), "old", &time);
        old.opens().await;
        let new = Process::start(&server, name.clone(), "new", &time);
        // Right after a renewal, the worst moment.
        sleep(Duration::from_secs(6)).await;
        server.requests.lock().unwrap().clear();
        while server.requests.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
        sleep(Duration::from_millis(20)).await;
        old.task.abort();
        let crash = Instant::now();
        while old.is_open() {
            assert!(!new.is_open());
            sleep(Duration::from_millis(1)).await;
        }
        new.opens().await;
        let took = crash.elapsed();
        assert!((7_900..10_000).contains(&took.as_millis()), "{name}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_closes_it_five_seconds_after_the_last_renewal_began() {
    let (server, time) = (Arc::new(Server::default()), time_of_test());
    let me = Process::start(&server, LeaseName::of_cluster("shop"), "me", &time);
    me.opens().await;
    sleep(Duration::from_secs(10)).await;
    *server.silent.lock().unwrap() = true;
    let begin = Instant::now();
    while me.is_open() {
        sleep(Duration::from_millis(1)).await;
    }
    assert!(begin.elapsed() <= Duration::from_secs(5), "{:?}", begin.elapsed());
    let trouble = me.leadership.borrow().trouble.clone().unwrap();
    assert_eq!(trouble, "lease shop/kyklos-cluster: the API server gave no answer within 2 s");
    *server.silent.lock().unwrap() = false;
    assert!(me.opens().await < Duration::from_secs(6), "within a request's limit, a wait, and what a gap costs");
    assert_eq!(me.leadership.borrow().trouble, None);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_not_there_is_said_and_asked_for_every_two_seconds() {
    let (server, time) = (Arc::new(Server::default()), time_of_test());
    *server.nowhere.lock().unwrap() = true;
    let me = Process::start(&server, shop(), "me", &time);
    sleep(Duration::from_secs(60)).await;
    let trouble = me.leadership.borrow().trouble.clone().unwrap();
    assert_eq!(trouble, "lease shop/kyklos: the lease: namespaces \"shop\" not found");
    let writes = server.requests.lock().unwrap().iter().filter(|request| request.starts_with("POST")).count();
    assert!((25..=31).contains(&writes), "{writes} in a minute");
    *server.nowhere.lock().unwrap() = false;
    assert!(me.opens().await < Duration::from_secs(5), "a wait, and the one after it is got");
    assert_eq!(me.leadership.borrow().trouble, None);
}

/// Asked to stop in the middle of a renewal, it takes one request's limit for that and the lease's return.
#[tokio::test(start_paused = true)]
async fn a_silent_server_keeps_nobody_from_ending_for_longer_than_one_request() {
    for after in [0, 500, 1_900] {
        let (server, time) = (Arc::new(Server::default()), time_of_test());
        let me = Process::start(&server, shop(), "me", &time);
        me.opens().await;
        *server.silent.lock().unwrap() = true;
        sleep(Duration::from_millis(2_000 + after)).await;
        let begin = Instant::now();
        me.release.send(()).unwrap();
        me.task.await.unwrap();
        assert!(begin.elapsed() <= REQUEST_LIMIT, "{after}: {:?}", begin.elapsed());
    }
}
