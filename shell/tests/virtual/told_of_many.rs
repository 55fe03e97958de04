//! What is told of those that a selection has where something is lacking, as of one that is named.

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::json;

use crate::cluster::{counts, evening, night, sleeping};
use crate::world::reason;

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
                    ) && said.contains("`kyklos manifests --targets deployments.apps"),
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
