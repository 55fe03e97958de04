//! Watches to which something happens.

use std::time::Duration;

use futures::{Stream, StreamExt as _};
use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt as _;
use kube::runtime::reflector;
use kube::runtime::watcher::{Config, Error, Event, watcher};
use kyklos_testserver::{Chaos, End, Fault, Filter, Kind, TestServer, Verb};
use serde_json::json;

use crate::common::{deployments, refusal, scaler, scalers, server, web, with_web};

/// Reads a watch until its list is done: the names that it had.
async fn listed(events: &mut (impl Stream<Item = Result<Event<Deployment>, Error>> + Unpin)) -> Vec<String> {
    let mut names = Vec::new();
    loop {
        match events.next().await.unwrap() {
            Ok(Event::InitApply(object)) => names.push(object.name_any()),
            Ok(Event::InitDone) => return names,
            Ok(Event::Init) => names.clear(),
            Ok(other) => panic!("{other:?}"),
            Err(_) => {}
        }
    }
}

fn watched(server: &TestServer) -> impl Stream<Item = Result<Event<Deployment>, Error>> + Unpin + use<> {
    Box::pin(watcher(deployments(server), Config::default().streaming_lists()))
}

#[tokio::test(start_paused = true)]
async fn a_closed_or_torn_watch_is_taken_up_where_it_ended() {
    for torn in [false, true] {
        let server = with_web(2);
        let mut events = watched(&server);
        assert_eq!(listed(&mut events).await, ["web"]);
        assert_eq!(server.close_watches(Kind::Deployment, torn), 1);
        server.scale(Kind::Deployment, "shop", "web", "hand", 4).unwrap();
        let next = loop {
            match events.next().await.unwrap() {
                Ok(event) => break event,
                Err(error) => assert!(torn, "{error}"),
            }
        };
        assert!(matches!(next, Event::Apply(_)), "{next:?}");
        assert_eq!(server.count(&Filter::all().verb(Verb::Watch)), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_compacted_is_listed_anew() {
    let server = with_web(2);
    let mut events = watched(&server);
    listed(&mut events).await;
    let away = server.outage();
    web(&server, "new", 1);
    server.delete(Kind::Deployment, "shop", "web").unwrap();
    server.compact();
    let lifted = tokio::spawn({
        let server = server.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(30)).await;
            server.lift(away)
        }
    });
    let mut expired = false;
    let names = loop {
        match events.next().await.unwrap() {
            Ok(Event::Init) => break listed(&mut events).await,
            Ok(other) => panic!("{other:?}"),
            Err(Error::WatchError(status)) => expired = status.code == 410,
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    };
    assert!(expired);
    assert_eq!(names, ["new"]);
    assert!(lifted.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_watch_can_be_told_that_it_is_too_old_or_be_cut_in_a_line() {
    let server = server();
    for name in ["a", "b", "c"] {
        web(&server, name, 1);
    }
    let watches = || Filter::all().verb(Verb::Watch).kind(Kind::Deployment);
    server.fault(watches(), 1, Fault::Expire);
    server.fault_after(watches(), 1, 1, Fault::CutWatch { after: 2, torn: true });
    server.fault_after(watches(), 2, 1, Fault::CutWatch { after: 1, torn: false });
    let mut events = watched(&server);
    assert_eq!(listed(&mut events).await, ["a", "b", "c"]);
    assert_eq!(server.count(&watches()), 4);
}

#[tokio::test(start_paused = true)]
async fn without_bookmarks_a_quiet_watch_falls_behind_what_is_compacted() {
    let server = with_web(2);
    server.set_bookmarks(false);
    let mut events = watched(&server);
    listed(&mut events).await;
    for index in 0..3 {
        server.create_namespace(&format!("n{index}"));
    }
    server.compact();
    let next = tokio::time::timeout(Duration::from_secs(400), events.next()).await.unwrap().unwrap();
    assert!(matches!(next, Err(Error::WatchError(status)) if status.code == 410));
    assert_eq!(listed(&mut events).await, ["web"]);
}

#[tokio::test(start_paused = true)]
async fn without_the_feature_gate_a_streaming_list_is_refused() {
    let server = with_web(2);
    server.set_streaming_lists(false);
    let next = watched(&server).next().await.unwrap();
    assert!(matches!(next, Err(Error::WatchStartFailed(kube::Error::Api(status))) if status.code == 422));
}

#[tokio::test(start_paused = true)]
async fn a_kind_goes_with_its_crd_and_comes_again_empty() {
    let server = server();
    scaler(&server, "web");
    let api = scalers(&server);
    let mut events = Box::pin(watcher(api.clone(), Config::default().streaming_lists()));
    while !matches!(events.next().await, Some(Ok(Event::InitDone))) {}
    server.uninstall(Kind::TimeWindowScaler);
    assert!(matches!(events.next().await, Some(Ok(Event::Delete(_)))));
    assert!(matches!(events.next().await, Some(Err(Error::WatchStartFailed(_)))));
    assert_eq!(refusal(api.get("web").await).0, 404);
    server.install(Kind::TimeWindowScaler);
    assert_eq!(refusal(api.get("web").await), (404, "NotFound".to_owned()));
    scaler(&server, "web");
    let again = loop {
        if let Some(Ok(event)) = events.next().await {
            break event;
        }
    };
    assert!(matches!(again, Event::Apply(_)), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn an_older_etcd_put_back_gives_the_same_versions_again() {
    let server = with_web(2);
    let before = server.snapshot();
    let version = |server: &TestServer| {
        let object = server.get(Kind::Deployment, "shop", "web").unwrap();
        object["metadata"]["resourceVersion"].as_str().unwrap().parse::<u64>().unwrap()
    };
    let old = version(&server);
    server.scale(Kind::Deployment, "shop", "web", "hand", 9).unwrap();
    web(&server, "new", 1);
    let mut events = watched(&server);
    listed(&mut events).await;
    server.restore(&before);
    assert_eq!(version(&server), old);
    assert!(server.get(Kind::Deployment, "shop", "new").is_none());
    // The watch goes on from a version that is still to come, and hears nothing of what has that one's number.
    server.scale(Kind::Deployment, "shop", "web", "hand", 3).unwrap();
    assert_eq!(version(&server), old + 1);
    assert!(tokio::time::timeout(Duration::from_secs(1), events.next()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn what_leaves_the_selected_labels_is_deleted_for_the_watch() {
    let server = server();
    for (name, team) in [("a", "red"), ("b", "blue")] {
        web(&server, name, 1);
        let labels = json!({ "metadata": { "labels": { "team": team } } });
        server.edit(Kind::Deployment, "shop", name, "kubectl", &labels).unwrap();
    }
    let config = Config::default().labels("team=red").streaming_lists();
    let mut events = Box::pin(watcher(deployments(&server), config));
    assert_eq!(listed(&mut events).await, ["a"]);
    for (name, team) in [("b", "red"), ("a", "blue"), ("a", "green")] {
        let labels = json!({ "metadata": { "labels": { "team": team } } });
        server.edit(Kind::Deployment, "shop", name, "kubectl", &labels).unwrap();
    }
    assert!(matches!(events.next().await, Some(Ok(Event::Apply(object))) if object.name_any() == "b"));
    assert!(matches!(events.next().await, Some(Ok(Event::Delete(object))) if object.name_any() == "a"));
    assert!(tokio::time::timeout(Duration::from_secs(9), events.next()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn the_first_line_of_a_watch_breaks() {
    let server = with_web(2);
    server.fault(Filter::all().verb(Verb::Watch), 1, Fault::HalfAnswer);
    let mut events = watched(&server);
    assert!(matches!(events.next().await, Some(Ok(Event::Init))));
    assert!(matches!(events.next().await, Some(Err(Error::WatchFailed(_)))));
    assert_eq!(listed(&mut events).await, ["web"]);
}

#[tokio::test(start_paused = true)]
async fn a_watcher_in_a_storm_of_faults_ends_with_the_truth() {
    for seed in 0..20 {
        let server = server();
        for index in 0..8 {
            web(&server, &format!("w{index}"), 1);
        }
        server.set_chaos(Some(Chaos::new(seed, Filter::all(), 500)));
        let (store, writer) = reflector::store();
        let task = tokio::spawn(reflector(writer, watched(&server)).for_each(|event| async move {
            if event.is_err() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }));
        for step in 0..200_u64 {
            let name = format!("w{}", (step * 7 + seed) % 8);
            let count = i64::try_from(step % 5 + seed % 3).unwrap();
            match step % 10 {
                9 if server.delete(Kind::Deployment, "shop", &name).is_ok() => {}
                _ if server.scale(Kind::Deployment, "shop", &name, "hand", count).is_ok() => {}
                _ => drop(web(&server, &name, count)),
            }
            if step % 50 == 49 {
                server.compact();
            }
            server.close_watches(Kind::Deployment, step % 2 == 0);
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
        server.set_chaos(None);
        tokio::time::sleep(Duration::from_secs(600)).await;
        let mut seen: Vec<(String, i64)> = store
            .state()
            .iter()
            .map(|object| (object.name_any(), i64::from(object.spec.as_ref().unwrap().replicas.unwrap())))
            .collect();
        seen.sort();
        let there: Vec<(String, i64)> = server
            .list(Kind::Deployment, "shop")
            .iter()
            .map(|object| {
                let name = object["metadata"]["name"].as_str().unwrap().to_owned();
                (name, object["spec"]["replicas"].as_i64().unwrap())
            })
            .collect();
        assert_eq!(seen, there, "seed {seed}");
        let wrong = server.requests(&Filter::all()).iter().filter(|seen| seen.end != End::Answered(200)).count();
        assert!(wrong > 20, "{wrong} faults with seed {seed}");
        task.abort();
    }
}
