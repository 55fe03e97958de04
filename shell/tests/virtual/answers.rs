//! What the API server answers counts: lost, refused, capped, late.

use std::sync::Arc;
use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::json;

use crate::world::{World, morning, office, options};

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_told_of_once_and_written_once() {
    let world = morning();
    world.server.fault(Filter::scale_writes(), 1, Fault::LoseAnswer);
    let options = options(Some("shop"), "pod-1");
    let metrics = Arc::clone(&options.metrics);
    let _controller = world.start(options);
    world.until("2026-11-23T09:01:00Z").await;
    let figures = metrics.encode(None).unwrap();
    for figure in
        ["scale_operations_total{direction=\"up\"} 1", "boundary_lag_seconds_count 1", "scale_failures_total 1"]
    {
        assert!(figures.contains(&format!("kyklos_{figure}\n")), "{figure}: {figures}");
    }
    assert_eq!(world.replicas("web"), 10);
    assert_eq!((world.scalings().len(), world.events("web")), (1, vec!["ScaledUp".to_owned()]));
    assert_eq!(world.status("web")["lastScaleTime"], "2026-11-23T09:00:00Z");
    assert_eq!(world.reason("web", "Degraded"), "OperationalNormal");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_between_the_write_and_the_report_leaves_both_to_the_next() {
    let world = morning();
    world.server.fault(Filter::scale_writes(), 1, Fault::AnswerLate(Duration::from_secs(5)));
    let first = world.controller();
    world.until("2026-11-23T09:00:01Z").await;
    first.kill();
    assert_eq!((world.replicas("web"), world.events("web")), (10, vec![]));
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(30).await;
    assert_eq!(world.scalings().len(), 1);
    assert_eq!(world.events("web"), ["ScaledUp"]);
    assert_ne!(world.status("web")["lastScaleTime"], json!(null));
}

#[tokio::test(start_paused = true)]
async fn what_admission_caps_is_told_as_what_it_is() {
    let world = morning();
    let cap = world.server.fault(Filter::scale_writes(), None, Fault::Cap(5));
    let _controller = world.controller();
    world.until("2026-11-23T09:10:00Z").await;
    let status = world.status("web");
    assert_eq!((&status["targetObservedReplicas"], &status["effectiveReplicas"]), (&json!(5), &json!(10)));
    assert_eq!(world.reason("web", "Ready"), "TargetUpdateFailed");
    assert_eq!(world.reason("web", "Degraded"), "TargetUpdateFailed");
    assert!(!world.events("web").iter().any(|event| event.starts_with("DriftCorrected")), "{:?}", world.events("web"));
    assert!(world.scalings().len() < 30, "{} writes in ten minutes", world.scalings().len());
    world.server.lift(cap);
    world.pass(120).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (10, "Reconciled"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_of_and_tried_again_less_and_less_often() {
    let world = morning();
    let refusal = world.server.fault(Filter::scale_writes(), None, Fault::Refuse(Refusal::forbidden("no")));
    let _controller = world.controller();
    world.until("2026-11-23T09:05:00Z").await;
    assert_eq!(world.reason("web", "Degraded"), "TargetUpdateFailed");
    assert!(world.message("web", "Degraded").contains("no"), "{}", world.message("web", "Degraded"));
    assert_eq!(world.reason("web", "Reconciling"), "WindowTransition");
    assert_eq!(world.events("web"), Vec::<String>::new(), "nothing was scaled");
    let tries = world.scalings().len();
    assert!((6..=14).contains(&tries), "{tries}");
    world.server.lift(refusal);
    world.pass(75).await;
    assert_eq!((world.replicas("web"), world.events("web")), (10, vec!["ScaledUp".to_owned()]));
}

/// An admission webhook may answer with any code. One that calls everything a conflict refuses it.
#[tokio::test(start_paused = true)]
async fn a_conflict_that_does_not_end_is_a_refusal_like_any_other() {
    let world = morning();
    let conflict = Refusal::new(409, "Conflict", "admission webhook \"no\" denied the request: not now");
    let refusal = world.server.fault(Filter::scale_writes(), None, Fault::Refuse(conflict));
    let _controller = world.controller();
    world.until("2026-11-23T09:00:05Z").await;
    assert_eq!(world.reason("web", "Degraded"), "OperationalNormal", "the watch may bring what is newer");
    world.until("2026-11-23T09:05:00Z").await;
    assert_eq!(world.reason("web", "Degraded"), "TargetUpdateFailed");
    assert!(world.message("web", "Degraded").contains("not now"), "{}", world.message("web", "Degraded"));
    let tries = world.scalings().len();
    assert!((15..=25).contains(&tries), "{tries}");
    world.server.lift(refusal);
    world.pass(75).await;
    assert_eq!((world.replicas("web"), world.events("web")), (10, vec!["ScaledUp".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_tried_before_the_instant_that_a_429_asks_for() {
    let world = morning();
    world.server.fault(Filter::scale_writes(), None, Fault::Refuse(Refusal::too_many(5)));
    let _controller = world.controller();
    world.until("2026-11-23T09:00:32Z").await;
    let times: Vec<_> = world.scalings().iter().map(|write| write.at).collect();
    assert!(times.len() >= 3, "{}", times.len());
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_secs(5), "{:?}", pair[1] - pair[0]);
    }
    world.server.lift_all();
    world.until("2026-11-23T09:02:00Z").await;
    assert_eq!((world.replicas("web"), world.events("web")), (10, vec!["ScaledUp".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_status_that_is_refused_silences_no_event_and_an_event_no_status() {
    let world = morning();
    world.server.fault(Filter::status_writes(), None, Fault::Refuse(Refusal::forbidden("no")));
    let options = options(Some("shop"), "pod-1");
    let metrics = Arc::clone(&options.metrics);
    let _controller = world.start(options);
    world.until("2026-11-23T09:05:00Z").await;
    assert_eq!((world.replicas("web"), world.events("web")), (10, vec!["ScaledUp".to_owned()]));
    let tries = world.server.count(&Filter::status_writes());
    assert!(tries < 20, "{tries} statuses");
    let figures = metrics.encode(None).unwrap();
    assert!(figures.contains(&format!("kyklos_reconcile_errors_total {tries}\n")), "{tries}: {figures}");
    // And the other way round.
    let world = morning();
    world.server.fault(Filter::writes().kind(Kind::Event), None, Fault::Refuse(Refusal::internal("no")));
    let _controller = world.controller();
    world.until("2026-11-23T09:05:00Z").await;
    assert_eq!((&world.status("web")["effectiveReplicas"], world.events("web")), (&json!(10), vec![]));
    let tries = world.server.count(&Filter::writes().kind(Kind::Event));
    assert!((6..=14).contains(&tries), "{tries} events");
    world.server.lift_all();
    world.pass(75).await;
    assert_eq!(world.events("web"), ["ScaledUp"]);
}

/// Events that can't be written are kept, but no more of them than somebody could want to read.
#[tokio::test(start_paused = true)]
async fn events_that_cannot_be_written_do_not_pile_up() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 10);
    world.scaler("web", office("web"));
    let unavailable =
        world.server.fault(Filter::writes().kind(Kind::Event), None, Fault::Refuse(Refusal::unavailable()));
    let _controller = world.controller();
    world.pass(10).await;
    for count in 20..80 {
        world.edit("web", json!({ "windows": [{ "start": "09:00", "end": "17:00", "replicas": count }] }));
        world.pass(10).await;
        assert_eq!(world.replicas("web"), count);
    }
    assert!(world.events("web").is_empty());
    world.server.lift(unavailable);
    world.pass(120).await;
    let events = world.server.list(Kind::Event, "shop");
    // Sixteen that wait, and the one that is tried.
    assert!((16..=17).contains(&events.len()), "{:?}", world.events("web"));
    assert!(
        events.iter().any(|event| event["note"].as_str().is_some_and(|note| note.contains("79"))),
        "the latest are there"
    );
}
