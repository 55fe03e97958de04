//! What can go wrong.

use std::time::Duration;

use chrono::TimeDelta;
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, ListParams, Patch, PatchParams};
use kyklos_testserver::{Chaos, End, Fault, Filter, Kind, Refusal, TestServer, Verb};
use tokio::time::{Instant, sleep, timeout};

use crate::common::{apply_scale, deployments, with_web};

#[tokio::test(start_paused = true)]
async fn a_delay_is_exact_and_in_virtual_time() {
    let server = with_web(2);
    let api = deployments(&server);
    server.fault(Filter::scale_writes(), 1, Fault::Delay(Duration::from_secs(3600)));
    let (start, real) = (Instant::now(), std::time::Instant::now());
    apply_scale(&api, "web", None, None, 5).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(3600));
    apply_scale(&api, "web", None, None, 6).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(3600));
    assert!(real.elapsed() < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_a_write_that_was_done() {
    let server = with_web(2);
    let api = deployments(&server);
    server.fault(Filter::scale_writes(), 1, Fault::LoseAnswer);
    assert!(is_broken(apply_scale(&api, "web", None, None, 5).await));
    assert_eq!(replicas(&server), 5);
    assert_eq!(ends(&server), [End::Lost(200)]);
}

#[tokio::test(start_paused = true)]
async fn no_connection_and_no_answer_do_nothing() {
    let server = with_web(2);
    let api = deployments(&server);
    server.fault(Filter::scale_writes(), 1, Fault::NoConnection);
    assert!(is_broken(apply_scale(&api, "web", None, None, 5).await));
    server.fault(Filter::scale_writes(), 1, Fault::Hang);
    let hung = timeout(Duration::from_secs(15), apply_scale(&api, "web", None, None, 6)).await;
    assert!(hung.is_err());
    assert_eq!(replicas(&server), 2);
    assert_eq!(ends(&server), [End::Refused, End::GivenUp]);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_sender_has_gone_can_be_done_late_or_be_held() {
    let server = with_web(2);
    let api = deployments(&server);
    server.fault(Filter::scale_writes(), 1, Fault::DoneLate(Duration::from_secs(20)));
    assert!(timeout(Duration::from_secs(5), apply_scale(&api, "web", None, None, 5)).await.is_err());
    assert_eq!(replicas(&server), 2);
    sleep(Duration::from_secs(16)).await;
    assert_eq!(replicas(&server), 5);

    let hold = server.fault(Filter::scale_writes(), 1, Fault::Hold);
    let held = tokio::spawn({
        let api = api.clone();
        async move { apply_scale(&api, "web", None, None, 7).await }
    });
    sleep(Duration::from_secs(60)).await;
    // Only one was to be held.
    apply_scale(&api, "web", None, None, 6).await.unwrap();
    assert!(!held.is_finished());
    assert!(server.lift(hold));
    held.await.unwrap().unwrap();
    assert_eq!(replicas(&server), 7);
}

#[tokio::test(start_paused = true)]
async fn every_refusal_arrives_as_kube_reads_it_and_counts_down() {
    let refusals = [
        Refusal::unauthorized(),
        Refusal::forbidden("not you"),
        Refusal::not_found(Kind::Deployment, "web"),
        Refusal::modified(Kind::Deployment, "web"),
        Refusal::expired("too old"),
        Refusal::invalid(Kind::Deployment, "web", "spec.replicas", "Invalid value: 1: no"),
        Refusal::too_many(7),
        Refusal::internal("etcdserver: leader changed"),
        Refusal::unavailable(),
        Refusal::timeout("request did not complete within requested timeout"),
    ];
    let server = with_web(2);
    let api = deployments(&server);
    for wanted in refusals {
        server.fault_after(Filter::scale_writes().name("web"), 1, 1, Fault::Refuse(wanted.clone()));
        apply_scale(&api, "web", None, None, 2).await.unwrap();
        match apply_scale(&api, "web", None, None, 5).await {
            Err(kube::Error::Api(status)) => {
                assert_eq!((status.code, &status.reason), (wanted.code, &wanted.reason));
                assert_eq!(status.message, wanted.message);
                let seconds = status.details.as_ref().map(|details| details.retry_after_seconds).unwrap_or_default();
                assert_eq!(seconds, wanted.retry_after.unwrap_or_default());
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(replicas(&server), 2);
        apply_scale(&api, "web", None, None, 2).await.unwrap();
    }
    server.fault(Filter::all(), 1, Fault::Refuse(Refusal::too_many(7)));
    let request = http::Request::get("/version").body(kube::client::Body::empty()).unwrap();
    let response = server.client("test/1").send(request).await.unwrap();
    assert_eq!(response.headers()["retry-after"], "7");
}

#[tokio::test(start_paused = true)]
async fn a_webhook_caps_whatever_way_the_count_is_written() {
    let server = with_web(2);
    let api = deployments(&server);
    let cap = server.fault(Filter::writes().kind(Kind::Deployment), None, Fault::Cap(5));
    let scale = apply_scale(&api, "web", None, None, 9).await.unwrap();
    assert_eq!(scale.spec.unwrap().replicas, Some(5));
    let patch = Patch::Merge(serde_json::json!({ "spec": { "replicas": 8 } }));
    let object = api.patch("web", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(object.spec.unwrap().replicas, Some(5));
    assert!(server.lift(cap));
    apply_scale(&api, "web", None, None, 9).await.unwrap();
    assert_eq!(replicas(&server), 9);
}

#[tokio::test(start_paused = true)]
async fn faults_can_be_for_one_client_alone_and_for_one_namespace() {
    let server = with_web(2);
    let other: Api<Deployment> = Api::namespaced(server.client("replica-b/1"), "shop");
    server.fault(Filter::all().agent("replica-b"), None, Fault::NoConnection);
    assert!(is_broken(apply_scale(&other, "web", None, None, 5).await));
    apply_scale(&deployments(&server), "web", None, None, 5).await.unwrap();
    server.lift_all();
    server.fault(Filter::all().namespace("elsewhere"), None, Fault::NoConnection);
    apply_scale(&other, "web", None, None, 6).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_answer_breaks_in_the_middle() {
    let server = with_web(2);
    let api = deployments(&server);
    server.fault(Filter::all().verb(Verb::List), 1, Fault::HalfAnswer);
    assert!(is_broken(api.list(&ListParams::default()).await));
    assert_eq!(api.list(&ListParams::default()).await.unwrap().items.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_date_and_the_wall_clock_are_set_apart() {
    let server = with_web(2);
    server.set_date_offset(TimeDelta::seconds(-40));
    server.set_wall("2026-11-01T10:00:00Z".parse().unwrap());
    sleep(Duration::from_secs(5)).await;
    let request = http::Request::get("/version").body(kube::client::Body::empty()).unwrap();
    let response = server.client("test/1").send(request).await.unwrap();
    assert_eq!(response.headers()["date"], "Sun, 01 Nov 2026 09:59:25 GMT");
    let made = crate::common::web(&server, "later", 1);
    assert_eq!(crate::common::text(&made, "/metadata/creationTimestamp"), "2026-11-01T10:00:05Z");
}

#[tokio::test(start_paused = true)]
async fn chance_is_the_same_for_the_same_seed() {
    let mut all = Vec::new();
    for seed in [7, 7, 8] {
        let server = with_web(2);
        server.set_chaos(Some(Chaos::new(seed, Filter::scale_writes(), 500)));
        let api = deployments(&server);
        for replicas in 0..60 {
            let _any = apply_scale(&api, "web", None, None, replicas).await;
        }
        all.push(ends(&server));
    }
    assert_eq!(all[0], all[1]);
    assert_ne!(all[0], all[2]);
    let wrong = all[0].iter().filter(|end| **end != End::Answered(200)).count();
    assert!((10..45).contains(&wrong), "{wrong} of 60");
}

fn is_broken<T>(result: Result<T, kube::Error>) -> bool {
    matches!(result, Err(error) if !matches!(error, kube::Error::Api(_)))
}

fn replicas(server: &TestServer) -> i64 {
    server.get(Kind::Deployment, "shop", "web").unwrap().pointer("/spec/replicas").unwrap().as_i64().unwrap()
}

fn ends(server: &TestServer) -> Vec<End> {
    server.requests(&Filter::scale_writes()).iter().map(|seen| seen.end).collect()
}
