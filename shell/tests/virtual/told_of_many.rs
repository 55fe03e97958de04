//! What is told of those that a selection has where something is lacking, as of one that is named.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

use crate::cluster::{counts, evening, night, sleeping};
use crate::world::{World, reason};

/// The lists and watches of a kind.
fn reads(kind: Kind) -> Filter {
    Filter::all().kind(kind).verb(Verb::Watch).verb(Verb::List)
}

/// Whoever begins at night and can't read what is remembered says so, from a minute on, and not that nobody knows it; in the morning
/// nothing is well before it can be read.
#[tokio::test(start_paused = true)]
async fn records_that_can_not_be_read_are_told_as_of_a_named_target() {
    for refusal in [Refusal::forbidden("no records"), Refusal::internal("boom")] {
        let case = format!("{refusal:?}");
        let world = evening();
        world.wide("night", night(&sleeping()));
        let first = world.controller_of(None, "wide");
        world.until("2026-11-23T20:05:00Z").await;
        first.kill();
        let fault = world.server.fault(reads(Kind::ScaleRecord), None, Fault::Refuse(refusal));
        let _second = world.controller_of(None, "wide-2");
        for (when, is_told) in
            [("2026-11-23T20:05:50Z", false), ("2026-11-23T20:10:00Z", true), ("2026-11-23T20:50:00Z", true)]
        {
            world.until(when).await;
            assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([0, 0], [0, 0]), "{case} {when}");
            let status = world.wide_status("night");
            if !is_told {
                assert_eq!(world.wide_stand("night"), [4, 4, 0, 0, 0], "what was known stays: {case}");
                continue;
            }
            assert_eq!(world.wide_stand("night"), [4, 0, 0, 0, 4], "{case} {when}: {status:#}");
            for condition in ["Ready", "Degraded"] {
                let said = world.wide_message("night", condition);
                assert_eq!(reason(&status, condition), "TargetUpdateFailed", "{case} {when}: {said}");
                assert!(
                    said.starts_with(
                        "4 of 4 targets can't be scaled as they should be, the first: the ScaleRecords can't be read"
                    ) && said.contains("`kyklos manifests --targets deployments"),
                    "{case} {when}: {said}"
                );
            }
            let line = &status["targets"]["first"][0];
            assert_eq!((&line["name"], &line["reason"]), (&json!("api"), &json!("TargetUpdateFailed")), "{line:#}");
            assert!(line["message"].as_str().unwrap().contains("ScaleRecords can't be read"), "{line:#}");
            assert!(!world.events_in("shop").contains(&"OriginalUnknown".into()), "{case} {when}");
        }
        world.server.lift(fault);
        world.pass(400).await;
        assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [3, 2]), "{case}");
        let status = world.wide_status("night");
        assert_eq!(
            (world.wide_stand("night"), reason(&status, "Ready")),
            ([4, 4, 0, 0, 0], "Reconciled".into()),
            "{case}"
        );
        assert_eq!(reason(&status, "Degraded"), "OperationalNormal", "{case}");
    }
}

/// Where they may not be read any more after a restart, what overrides ask for stays until the next boundary, and that is said.
#[tokio::test(start_paused = true)]
async fn overrides_that_can_not_be_read_end_nothing_before_the_next_boundary() {
    for is_mended in [true, false] {
        let world = evening();
        world.wide("night", night(&sleeping()));
        let mut picking = night(&json!(null));
        picking["targets"] = json!({});
        world.scaler_in("lab", "mine", picking.clone());
        world.server.create_namespace("solo");
        world.deploy_in("solo", "web", 3);
        picking.as_object_mut().unwrap().remove("targets");
        picking["targetRef"] = json!({ "name": "web" });
        picking["defaultReplicas"] = json!("original");
        world.scaler_in("solo", "mine", picking);
        let wide = json!({ "kind": "ClusterTimeWindowScaler", "name": "night" });
        for (namespace, of) in
            [("other", wide), ("lab", json!({ "name": "mine" })), ("solo", json!({ "name": "mine" }))]
        {
            let spec = json!({ "scalerRef": of, "replicas": 4, "reason": "test", "until": "2026-11-23T20:50:00Z" });
            let object = json!({
                "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowOverride",
                "metadata": { "namespace": namespace, "name": "a" }, "spec": spec,
            });
            world.server.create(Kind::TimeWindowOverride, "kubectl", &object).unwrap();
        }
        let kept = |world: &World| (counts(world, "other"), counts(world, "lab"), world.replicas_in("solo", "web"));
        let first = world.controller_of(None, "wide");
        world.until("2026-11-23T20:05:00Z").await;
        assert_eq!((kept(&world), counts(&world, "shop")), (([4, 4], [4, 4], 4), [0, 0]));
        first.kill();
        let refusal = Refusal::forbidden("no overrides");
        let fault = world.server.fault(reads(Kind::TimeWindowOverride), None, Fault::Refuse(refusal));
        let _second = world.controller_of(None, "wide-2");
        for when in ["2026-11-23T20:05:50Z", "2026-11-23T20:12:00Z", "2026-11-23T20:40:00Z"] {
            world.until(when).await;
            assert_eq!((kept(&world), counts(&world, "shop")), (([4, 4], [4, 4], 4), [0, 0]), "{when}");
        }
        let told = |world: &World| {
            let of = |namespace| world.server.get(Kind::TimeWindowScaler, namespace, "mine").unwrap()["status"].clone();
            [world.wide_status("night"), of("lab"), of("solo")]
        };
        for status in told(&world) {
            let conditions = status["conditions"].as_array().unwrap();
            let degraded = conditions.iter().find(|found| found["type"] == "Degraded").unwrap();
            let said = degraded["message"].as_str().unwrap();
            assert!(
                degraded["status"] == "True"
                    && said.contains("TimeWindowOverrides can't be read")
                    && said.contains("`kyklos manifests --targets deployments"),
                "{said}"
            );
        }
        assert_eq!(told(&world)[2]["currentOverride"], "a", "what was known stays");
        if is_mended {
            world.server.lift(fault);
            world.until("2026-11-23T20:49:00Z").await;
            assert_eq!((kept(&world), counts(&world, "shop")), (([4, 4], [4, 4], 4), [3, 2]));
        }
        world.until("2026-11-23T20:51:00Z").await;
        assert_eq!((kept(&world), counts(&world, "shop")), (([3, 2], [3, 2], 3), [3, 2]), "{is_mended}");
        for namespace in ["shop", "other", "lab", "solo"] {
            let events = world.server.list(Kind::Event, namespace);
            assert!(events.iter().all(|event| event["reason"] != "DriftCorrected"), "{is_mended}: {events:#?}");
        }
        if is_mended {
            for status in told(&world) {
                assert_eq!(reason(&status, "Ready"), "Reconciled", "{status:#}");
                assert_eq!(reason(&status, "Degraded"), "OperationalNormal", "{status:#}");
            }
        }
    }
}

/// What can't be followed claims nothing that another one of its kind has, and says of no boundary in the past that it comes.
#[tokio::test(start_paused = true)]
async fn what_is_invalid_counts_what_another_one_has_as_lost() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let mut late = night(&json!({ "names": ["shop"] }));
    late["windows"][0]["replicas"] = json!(9);
    world.wide("zzz", late);
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:05:00Z").await;
    assert_eq!((world.wide_stand("night"), world.wide_stand("zzz")), ([4, 4, 0, 0, 0], [0, 0, 0, 2, 0]));
    world.edit_wide("night", json!({ "timezone": "Mars/X" }));
    world.pass(20).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([9, 9], [0, 0]));
    assert_eq!((world.wide_stand("night"), world.wide_stand("zzz")), ([2, 0, 2, 2, 0], [2, 2, 0, 0, 0]));
    let status = world.wide_status("night");
    let first = status["targets"]["first"].as_array().unwrap();
    let said: Vec<_> =
        first.iter().map(|line| (line["namespace"].as_str(), line["reason"].as_str().unwrap())).collect();
    let [left, lost] = [(Some("other"), "ConfigurationInvalid"), (Some("shop"), "ScaleConflict")];
    assert_eq!(said, [left, left, lost, lost], "{first:#?}");
    world.until("2026-11-23T20:46:00Z").await;
    world.deploy_in("other", "more", 1);
    world.pass(20).await;
    assert_eq!(world.wide_stand("night"), [3, 0, 3, 2, 0]);
    world.edit_wide("night", json!({ "timezone": "UTC" }));
    world.pass(20).await;
    assert_eq!((counts(&world, "shop"), counts(&world, "other")), ([3, 2], [3, 2]));
    assert_eq!((world.wide_stand("night"), world.wide_stand("zzz")), ([5, 5, 0, 0, 0], [0, 0, 0, 2, 0]));
}

/// Whoever fights for a target of an object of the cluster is told what can be done by those who own the target.
#[tokio::test(start_paused = true)]
async fn a_fight_with_an_object_of_the_cluster_is_ended_by_those_who_may() {
    let own = "or annotate Deployment web with kyklos.io/exclude: \"true\", which leaves it out";
    let others =
        "or have whoever may edit the ClusterTimeWindowScaler night leave Deployment web out in spec.targets.exclude";
    for (may, says) in [(true, own), (false, others)] {
        let world = evening();
        let mut spec = night(&sleeping());
        spec["allowExclusion"] = json!(may);
        world.wide("night", spec);
        let _controller = world.controller_of(None, "wide");
        world.until("2026-11-23T20:02:00Z").await;
        for _ in 0..8 {
            world.server.scale(Kind::Deployment, "shop", "web", "argocd", 3).unwrap();
            world.pass(60).await;
        }
        let events = world.server.list(Kind::Event, "shop");
        let told = events.iter().find(|event| event["reason"] == "CountReverted").expect("it is told");
        assert!(told["note"].as_str().unwrap().ends_with(says), "{told:#}");
        let first = &world.wide_status("night")["targets"]["first"][0];
        assert!(first["message"].as_str().unwrap().ends_with(says), "{first:#}");
    }
}

/// What somebody scales back again and again is one event that counts, as it is of a named target; what he does to another is another one.
#[tokio::test(start_paused = true)]
async fn drift_that_comes_again_is_a_series_in_its_namespace() {
    let world = evening();
    world.wide("night", night(&sleeping()));
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:02:00Z").await;
    for _ in 0..4 {
        world.server.scale(Kind::Deployment, "shop", "web", "argocd", 3).unwrap();
        world.pass(70).await;
    }
    assert_eq!(counts(&world, "shop"), [0, 0]);
    assert_eq!(world.events("night"), ["DriftCorrected x4", "ScaledDown"]);
    world.server.scale(Kind::Deployment, "shop", "api", "argocd", 3).unwrap();
    world.pass(30).await;
    assert_eq!(world.events("night"), ["DriftCorrected", "DriftCorrected x4", "ScaledDown"]);
}
