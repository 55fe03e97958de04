//! Ten thousand objects.

use std::time::Duration;

use futures::{StreamExt as _, stream};
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::Api;
use kube::runtime::watcher::{Config, Event, watcher};
use kyklos_testserver::{Filter, Kind};

use crate::common::{apply_scale, server, web};

const MANY: usize = 10_000;

/// Writes that are measured.
const WRITES: usize = 1_000;

#[tokio::test(start_paused = true)]
async fn a_write_among_ten_thousand_costs_what_one_among_a_hundred_does() {
    let few = cost(100).await;
    let many = cost(MANY).await;
    println!("{few:?} a write among 100, {many:?} among {MANY}");
    assert!(many < few * 4, "{few:?} among 100, {many:?} among {MANY}");
}

/// Real time of a write among that many objects, a watch of them all and its reading included.
async fn cost(objects: usize) -> Duration {
    let server = server();
    for index in 0..objects {
        web(&server, &format!("w{index}"), 1);
    }
    let api: Api<Deployment> = Api::namespaced(server.client("test/1"), "shop");
    let mut events = Box::pin(watcher(api.clone(), Config::default().streaming_lists()));
    let mut seen = 0;
    loop {
        match events.next().await.unwrap().unwrap() {
            Event::InitApply(_) => seen += 1,
            Event::InitDone => break,
            Event::Init | Event::Apply(_) | Event::Delete(_) => {}
        }
    }
    assert_eq!(seen, objects);
    let begin = std::time::Instant::now();
    // Objects from all over the list, each with a count that it doesn't have.
    let step = (objects / WRITES).max(1);
    stream::iter(0..WRITES)
        .for_each_concurrent(64, |write| {
            let name = format!("w{}", write * step % objects);
            let count = i64::try_from(2 + write).unwrap();
            let api = api.clone();
            async move {
                apply_scale(&api, &name, None, None, count).await.unwrap();
            }
        })
        .await;
    for _ in 0..WRITES {
        assert!(matches!(events.next().await.unwrap().unwrap(), Event::Apply(_)));
    }
    let took = begin.elapsed();
    assert_eq!(server.count(&Filter::scale_writes()), WRITES);
    assert_eq!(server.scale_writes().values().sum::<usize>(), WRITES);
    assert_eq!(server.list(Kind::Deployment, "shop").len(), objects);
    took / u32::try_from(WRITES).unwrap()
}
