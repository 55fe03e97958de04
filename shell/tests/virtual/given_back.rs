//! What a target has back when its schedule goes, and when not.

use std::time::Duration;

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

use crate::records::{down, held};

/// C12, the first half.
#[tokio::test(start_paused = true)]
async fn a_target_gets_back_what_it_had_within_a_second_of_the_deletion() {
    let (world, _controller) = held().await;
    world.delete_scaler("web");
    world.pass(1).await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
    assert_eq!(world.events("web"), ["Restored", "ScaledDown"]);
}

#[tokio::test(start_paused = true)]
async fn a_target_gets_back_what_it_had_also_when_nobody_was_there_at_the_deletion() {
    let (world, controller) = held().await;
    controller.kill();
    world.delete_scaler("web");
    world.pass(600).await;
    assert_eq!(world.replicas("web"), 0);
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(15).await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn a_schedule_that_keeps_leaves_the_count_as_it_is() {
    let (world, _controller) = held().await;
    world.edit("web", json!({ "onDelete": "keep" }));
    world.pass(2).await;
    world.delete_scaler("web");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records()), (0, 1));
}

/// The first condition: that the schedule is gone.
#[tokio::test(start_paused = true)]
async fn nothing_is_given_back_while_the_schedule_is_there() {
    let (world, controller) = held().await;
    controller.kill();
    // A list that lacks it isn't enough: it is replaced by force.
    world.delete_scaler("web");
    let asks = Filter::all().verb(Verb::Get).kind(Kind::TimeWindowScaler);
    let hold = world.server.fault(asks.clone(), None, Fault::Hold);
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(12).await;
    assert_eq!(world.server.count(&asks), 1, "it asks before it gives back");
    world.scaler("web", down("web"));
    world.server.lift(hold);
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
    assert!(world.scalings().iter().all(|write| write.replicas() != Some(5)));
}

/// The second: that nobody else claims the target.
#[tokio::test(start_paused = true)]
async fn nothing_is_given_back_that_another_schedule_claims() {
    let (world, _controller) = held().await;
    let plain =
        json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "defaultReplicas": 0, "gracePeriodSeconds": 0 });
    world.scaler("younger", plain);
    world.pass(2).await;
    world.server.clear_requests();
    world.delete_scaler("web");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.scalings().len()), (0, 0));
    assert_eq!(world.entry("web").unwrap()["holder"], "younger");
}

/// The third: that it has what it was given, and nobody else owns that.
#[tokio::test(start_paused = true)]
async fn nothing_is_given_back_to_what_somebody_else_has_scaled() {
    let (world, controller) = held().await;
    controller.kill();
    world.delete_scaler("web");
    world.scale("web", 2);
    let _second = world.controller_of(Some("shop"), "pod-2");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records()), (2, 0));
}

/// The fourth: that the namespace isn't on its way out.
#[tokio::test(start_paused = true)]
async fn nothing_is_given_back_in_a_namespace_that_goes_and_nothing_keeps_it_from_going() {
    let (world, controller) = held().await;
    controller.kill();
    world.server.clear_requests();
    world.server.terminate_namespace("shop");
    world.delete_scaler("web");
    let _second = world.controller_of(None, "pod-2");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records(), world.scalings().len()), (0, 0, 0));
}

/// Without the lease nobody may look at it, and with time that doesn't pass for whoever never rests this would not end.
#[tokio::test(start_paused = true)]
async fn one_that_loses_its_lease_rests_while_something_is_to_be_given_back() {
    let (world, _controller) = held().await;
    let refused = world.server.fault(Filter::scale_writes(), None, Fault::Refuse(Refusal::internal("no")));
    world.delete_scaler("web");
    world.pass(5).await;
    let silent = world.server.fault(Filter::all().kind(Kind::Lease), None, Fault::Hang);
    world.pass(120).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
    world.server.lift(refused);
    world.server.lift(silent);
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
}

/// Whether the schedule is gone is asked right before: what was found out under an earlier lease counts for nothing.
#[tokio::test(start_paused = true)]
async fn that_the_schedule_is_gone_is_asked_anew_after_a_time_without_the_lease() {
    let (world, _controller) = held().await;
    let asks = Filter::all().verb(Verb::Get).kind(Kind::TimeWindowScaler);
    let of_namespaces = Filter::all().verb(Verb::Get).kind(Kind::Namespace);
    world.server.fault(of_namespaces, 1, Fault::AnswerLate(Duration::from_secs(12)));
    let silent = world.server.fault(Filter::all().kind(Kind::Lease), None, Fault::Hang);
    world.delete_scaler("web");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.server.count(&asks)), (0, 1));
    world.server.lift(silent);
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records(), world.server.count(&asks)), (5, 0, 2));
}

/// An admission webhook makes less of it: that is tried once, and said.
#[tokio::test(start_paused = true)]
async fn what_the_api_server_makes_of_what_is_given_back_is_left_as_it_is() {
    let (world, _controller) = held().await;
    world.server.fault(Filter::scale_writes(), None, Fault::Cap(4));
    world.server.clear_requests();
    world.delete_scaler("web");
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.records(), world.scalings().len()), (4, 0, 1));
    let notes: Vec<_> = world.server.list(Kind::Event, "shop").iter().map(|event| event["note"].clone()).collect();
    let words = "Deployment web from 0 to 4 instead of 5, which it had before TimeWindowScaler web held it";
    assert!(notes.contains(&json!(words)), "{notes:#?}");
}

/// A slip of the pen is no deletion.
#[tokio::test(start_paused = true)]
async fn an_edit_that_can_not_be_followed_gives_nothing_back() {
    let (world, _controller) = held().await;
    world.edit("web", json!({ "timezone": "CEST" }));
    world.pass(60).await;
    assert_eq!((world.replicas("web"), world.original("web")), (0, Some(5)));
    assert_eq!(world.reason("web", "Ready"), "ConfigurationInvalid");
    world.delete_scaler("web");
    world.pass(1).await;
    assert_eq!((world.replicas("web"), world.records()), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn a_target_that_its_schedule_no_longer_names_gets_back_what_it_had() {
    let (world, _controller) = held().await;
    world.deploy("api", 3);
    world.edit("web", json!({ "targetRef": { "name": "api" } }));
    world.pass(3).await;
    assert_eq!((world.replicas("web"), world.replicas("api"), world.original("api")), (5, 0, Some(3)));
}

#[tokio::test(start_paused = true)]
async fn an_annotation_outranks_what_is_remembered() {
    let (world, _controller) = held().await;
    let annotation = json!({ "metadata": { "annotations": { "kyklos.io/original-replicas": "7" } } });
    world.server.edit(Kind::Deployment, "shop", "web", "kubectl", &annotation).unwrap();
    world.pass(2).await;
    world.delete_scaler("web");
    world.pass(2).await;
    assert_eq!(world.replicas("web"), 7);
}
