//! Lists and watches.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt as _;
use kube::api::{Api, ListParams, WatchEvent, WatchParams};
use kube::runtime::watcher::{Config, Event, watcher};
use kyklos_testserver::{Filter, Kind, Verb};
use serde_json::json;

use crate::common::{deployments, server, web};

#[tokio::test(start_paused = true)]
async fn pages_are_of_one_instant() {
    let server = server();
    for index in 0..5 {
        web(&server, &format!("w{index}"), 1);
    }
    let api = deployments(&server);
    let first = api.list(&ListParams::default().limit(2)).await.unwrap();
    assert_eq!(first.metadata.remaining_item_count, Some(3));
    server.delete(Kind::Deployment, "shop", "w4").unwrap();
    web(&server, "w5", 1);
    let mut names: Vec<String> = first.items.iter().map(kube::ResourceExt::name_any).collect();
    let mut token = first.metadata.continue_.clone();
    while let Some(next) = token.filter(|token| !token.is_empty()) {
        let page = api.list(&ListParams::default().limit(2).continue_token(&next)).await.unwrap();
        assert_eq!(page.metadata.resource_version, first.metadata.resource_version);
        names.extend(page.items.iter().map(kube::ResourceExt::name_any));
        token = page.metadata.continue_;
    }
    assert_eq!(names, ["w0", "w1", "w2", "w3", "w4"]);
}

#[tokio::test(start_paused = true)]
async fn both_ways_of_listing_see_all_and_then_each_change() {
    for (config, lists) in [(Config::default().page_size(2), 2), (Config::default().streaming_lists(), 0)] {
        let server = server();
        for index in 0..3 {
            web(&server, &format!("w{index}"), 1);
        }
        let mut events = Box::pin(watcher(deployments(&server), config));
        assert!(matches!(events.next().await, Some(Ok(Event::Init))));
        for _ in 0..3 {
            assert!(matches!(events.next().await, Some(Ok(Event::InitApply(_)))));
        }
        assert!(matches!(events.next().await, Some(Ok(Event::InitDone))));
        server.scale(Kind::Deployment, "shop", "w1", "hand", 4).unwrap();
        match events.next().await {
            Some(Ok(Event::Apply(object))) => assert_eq!(object.spec.unwrap().replicas, Some(4)),
            other => panic!("{other:?}"),
        }
        server.delete(Kind::Deployment, "shop", "w1").unwrap();
        assert!(matches!(events.next().await, Some(Ok(Event::Delete(object))) if object.name_any() == "w1"));
        // Beyond the end of that watch, and nothing is lost between it and the next.
        tokio::time::sleep(Duration::from_secs(1_000)).await;
        web(&server, "w9", 1);
        assert!(matches!(events.next().await, Some(Ok(Event::Apply(object))) if object.name_any() == "w9"));
        assert_eq!(server.count(&Filter::all().verb(Verb::List)), lists);
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_name_is_watched_and_nothing_else_is_told() {
    let server = server();
    let map = |name: &str| json!({ "metadata": { "namespace": "shop", "name": name }, "data": { "2026-12-25": "" } });
    server.create(Kind::ConfigMap, "kubectl", &map("days")).unwrap();
    server.create(Kind::ConfigMap, "kubectl", &map("other")).unwrap();
    let api: Api<ConfigMap> = Api::namespaced(server.client("test/1"), "shop");
    let mut events = Box::pin(watcher(api, Config::default().fields("metadata.name=days").streaming_lists()));
    assert!(matches!(events.next().await, Some(Ok(Event::Init))));
    assert!(matches!(events.next().await, Some(Ok(Event::InitApply(map))) if map.name_any() == "days"));
    assert!(matches!(events.next().await, Some(Ok(Event::InitDone))));
    server.edit(Kind::ConfigMap, "shop", "other", "kubectl", &json!({ "data": { "2026-12-26": "" } })).unwrap();
    server.edit(Kind::ConfigMap, "shop", "days", "kubectl", &json!({ "data": { "2026-12-27": "" } })).unwrap();
    assert!(matches!(events.next().await, Some(Ok(Event::Apply(map))) if map.name_any() == "days"));
    assert_eq!(server.open_watches(Kind::ConfigMap), 1);
    drop(events);
    assert_eq!(server.open_watches(Kind::ConfigMap), 0);
}

#[tokio::test(start_paused = true)]
async fn a_watch_gets_bookmarks_each_minute_and_ends_in_time() {
    let server = server();
    let api = deployments(&server);
    let version = api.list(&ListParams::default()).await.unwrap().metadata.resource_version.unwrap();
    server.create_namespace("elsewhere");
    let stream = api.watch(&WatchParams::default().timeout(150), &version).await.unwrap();
    let start = tokio::time::Instant::now();
    let seen: Vec<(u64, u64)> = stream
        .map_ok(|event| match event {
            WatchEvent::Bookmark(mark) => (start.elapsed().as_secs(), mark.metadata.resource_version.parse().unwrap()),
            other => panic!("{other:?}"),
        })
        .try_collect()
        .await
        .unwrap();
    let last = version.parse::<u64>().unwrap() + 1;
    assert_eq!(seen, [(60, last), (120, last), (148, last)]);
    assert_eq!(start.elapsed().as_secs(), 150);
}
