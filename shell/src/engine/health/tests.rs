//! The pages, against an engine that is asked, and one that has a lease and isn't let see the others.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::DateTime;
use futures::future::join_all;
use kyklos_testserver::{Fault, Filter, Kind, Refusal, TestServer};
use tokio::sync::watch;

use super::*;
use crate::cluster::lease::{Alive, CLUSTER_NAME, Held, Holder, Leadership, NAME, watch_namespaces};
use crate::cluster::time::TestTime;
use crate::cluster::{Clock, Time};
use crate::engine::{Lead, Others, Setup};

const WALL: &str = "2026-11-23T12:00:00Z";

/// Pages of an engine that has one object, and how often it was asked for what there is to say of it.
fn pages(silent: bool) -> (Pages, Arc<AtomicUsize>) {
    let (ask, mut questions) = questions();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Some(question) = questions.recv().await {
            let Question::Rows(reply) = question else { continue };
            let times = count.fetch_add(1, Ordering::SeqCst);
            if silent && times == 0 {
                held.push(reply);
                continue;
            }
            let row = Row {
                namespace: "shop".into(),
                name: "web".into(),
                effective: u32::try_from(times).ok(),
                observed: None,
                next_boundary: None,
                unready: None,
                saved: 0.0,
                grace: false,
                degraded: false,
                paused: false,
            };
            // It takes a while, in which others come.
            tokio::time::sleep(Duration::from_millis(100)).await;
            drop(reply.send(Some(vec![row])));
        }
    });
    (Pages::new(ask, Arc::new(Metrics::new(true))), asked)
}

#[tokio::test(start_paused = true)]
async fn figures_are_made_once_in_five_seconds_for_all_who_ask() {
    let (pages, asked) = pages(false);
    let all = join_all((0..100).map(|_| pages.answer(Page::Metrics))).await;
    assert_eq!(asked.load(Ordering::SeqCst), 1, "whoever comes meanwhile gets the same");
    let first = &all[0].body;
    assert!(all.iter().all(|answer| answer.good && answer.body.as_ptr() == first.as_ptr()), "not even a copy of it");
    assert!(first.starts_with(b"# HELP ") && first.ends_with(b"# EOF\n"), "{first:?}");
    tokio::time::sleep(FRESH - Duration::from_secs(1)).await;
    assert_eq!(pages.answer(Page::Metrics).await.body.as_ptr(), first.as_ptr());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let second = pages.answer(Page::Metrics).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_ne!(second.body, *first, "it is made anew");
    for _ in 0..600 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(pages.answer(Page::Metrics).await.good);
    }
    let times = asked.load(Ordering::SeqCst) - 2;
    assert!((10..=13).contains(&times), "{times} in a minute");
}

/// Whoever has asked first may be gone before the answer comes: the next one asks again.
#[tokio::test(start_paused = true)]
async fn one_that_waits_no_longer_keeps_nobody_from_the_figures() {
    let (pages, asked) = pages(true);
    let first = tokio::time::timeout(Duration::from_secs(3), pages.answer(Page::Metrics));
    let second = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        tokio::time::timeout(Duration::from_secs(3), pages.answer(Page::Metrics)).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err() && second.unwrap().good);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// An engine that has its own lease, and sees those of namespaces as far as it is let.
struct Wide {
    server: TestServer,
    engine: Engine,
    own: watch::Sender<Leadership>,
}

impl Wide {
    fn new(server: &TestServer) -> Self {
        let time: Arc<dyn Time> = Arc::new(TestTime::at(WALL.parse::<DateTime<chrono::Utc>>().unwrap()));
        let (own, own_seen) = watch::channel(Leadership::default());
        let recovered = watch::Sender::default();
        let [narrow, wide] = [NAME, CLUSTER_NAME].map(|name| {
            let (publish, alive) = watch::channel(Alive::default());
            let (client, time, recovered) = (server.client("wide"), Arc::clone(&time), recovered.subscribe());
            tokio::spawn(watch_namespaces(client, name, time, publish, recovered));
            alive
        });
        let setup = Setup {
            watching: server.client("watch"),
            writing: server.client("write"),
            namespace: None,
            kube_namespaces: false,
            requesters_verified: false,
            time,
            clock: Clock::Real,
            own_namespace: "kyklos-system".to_owned(),
            instance: "pod".to_owned(),
            lead: Lead { own: own_seen, others: Some(Others { narrow, wide, namespace: "kyklos-system".into() }) },
            recovered,
            metrics: Arc::new(Metrics::new(true)),
        };
        let engine = Engine::new(setup, mpsc::channel(1).0, mpsc::unbounded_channel().0);
        Self { server: server.clone(), engine, own }
    }

    /// What is said of the lease.
    fn line(&mut self) -> Result<String, String> {
        let checks = self.engine.readiness();
        checks.into_iter().find(|check| check.name == "lease").unwrap().result
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_see_the_leases_of_namespaces_is_not_ready_and_says_why() {
    let server = TestServer::new(WALL.parse().unwrap());
    let no = "leases.coordination.k8s.io is forbidden: User \"kyklos\" cannot list resource \"leases\"";
    let refused = server.fault(Filter::all().kind(Kind::Lease), None, Fault::Refuse(Refusal::forbidden(no)));
    let mut wide = Wide::new(&server);
    assert_eq!(wide.line(), Err("not held yet".to_owned()));
    wide.own.send_modify(|own| own.held = Held::always());
    assert_eq!(wide.line(), Err("the leases of namespaces aren't known yet".to_owned()));
    tokio::time::sleep(Duration::from_secs(10)).await;
    let said = wide.line().unwrap_err();
    assert!(said.starts_with("leases called kyklos: ") && said.contains(no), "{said}");
    assert!(wide.engine.lead.leaves_alone("shop"), "it acts nowhere");
    // One that stands by is ready whatever it can't see.
    let other = Holder { identity: "other".to_owned(), since: None };
    wide.own.send_modify(|own| (own.held, own.other) = (Held::default(), Some(other)));
    assert_eq!(wide.line(), Ok("held by other; this process stands by".to_owned()));
    wide.own.send_modify(|own| (own.held, own.other) = (Held::always(), None));
    wide.server.lift(refused);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(wide.line(), Ok("held by this process".to_owned()));
    assert!(!wide.engine.lead.leaves_alone("shop"));
}
