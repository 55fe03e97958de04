//! Labels of namespaces that come and go, or come one after the other, go round no brake.

use std::time::Duration;

use crate::brakes_relabelled::{awake, confirm, ready, ten};
use crate::cluster::counts;
use crate::world::World;

#[tokio::test(start_paused = true)]
async fn what_is_picked_later_because_its_labels_flap_is_counted_too() {
    let world = ten();
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    for _ in 0..45 {
        world.relabel("lab", Some("nightly"));
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.relabel("lab", None);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    world.relabel("lab", Some("nightly"));
    world.pass(400).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    let said = world.wide_message("night", "Ready");
    assert!(said.starts_with("22 workloads would be lowered at once by new labels of the namespace lab, "), "{said}");
    // Nor is it what was there before to the next process.
    controller.kill();
    let _controller = world.controller_of(None, "wide-2");
    world.pass(60).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    world.relabel("lab", None);
    world.pass(60).await;
    assert_eq!((ready(&world).as_str(), world.wide_stand("night")), ("Reconciled", [4, 4, 0, 0, 0]));
}

/// `attic` and `dev` with two Deployments each, as `lab` has, of which the night may newly lower three at once.
fn three() -> World {
    let world = ten();
    for namespace in ["attic", "dev"] {
        world.server.create_namespace(namespace);
        world.deploy_in(namespace, "web", 3);
        world.deploy_in(namespace, "api", 2);
    }
    for number in 0..20 {
        world.server.delete(kyklos_testserver::Kind::Deployment, "lab", &format!("d{number:02}")).unwrap();
    }
    let night = serde_json::json!([{ "name": "night", "start": "20:00", "end": "23:00", "replicas": 0 }]);
    world.edit_wide("night", serde_json::json!({ "maxNewTargets": 3, "windows": night }));
    world
}

#[tokio::test(start_paused = true)]
async fn namespaces_that_are_relabelled_one_after_the_other_count_together_for_an_hour() {
    let world = three();
    let _controller = world.controller_of(None, "wide");
    // There are four before.
    world.pass(10).await;
    world.until("2026-11-23T20:30:00Z").await;
    assert_eq!(ready(&world), "Reconciled");
    world.relabel("lab", Some("nightly"));
    world.pass(60).await;
    assert_eq!((counts(&world, "lab"), ready(&world).as_str()), ([0, 0], "Reconciled"));
    world.until("2026-11-23T21:00:00Z").await;
    world.relabel("attic", Some("nightly"));
    world.pass(60).await;
    assert_eq!((counts(&world, "attic"), ready(&world).as_str()), ([3, 2], "ConfirmationNeeded"));
    let said = world.wide_message("night", "Ready");
    assert!(
        said.starts_with("4 workloads would be lowered within an hour by new labels of the namespaces attic, lab, "),
        "{said}"
    );
    // What was lowered before is held on, and goes as it came.
    assert_eq!(counts(&world, "lab"), [0, 0]);
    world.relabel("lab", None);
    world.pass(60).await;
    assert_eq!(
        (counts(&world, "lab"), counts(&world, "attic"), ready(&world).as_str()),
        ([3, 2], [0, 0], "Reconciled")
    );
    world.relabel("lab", Some("nightly"));
    world.pass(60).await;
    assert_eq!((counts(&world, "lab"), ready(&world).as_str()), ([3, 2], "ConfirmationNeeded"));
    confirm(&world, Some("2"));
    world.pass(60).await;
    assert_eq!((counts(&world, "lab"), ready(&world).as_str()), ([0, 0], "Reconciled"));
    // What somebody has said of them is said of no other, but they count no more.
    world.relabel("dev", Some("nightly"));
    world.pass(60).await;
    assert_eq!((counts(&world, "dev"), ready(&world).as_str()), ([0, 0], "Reconciled"));
}

#[tokio::test(start_paused = true)]
async fn after_an_hour_they_count_no_more() {
    let world = three();
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:30:00Z").await;
    world.relabel("lab", Some("nightly"));
    world.until("2026-11-23T21:31:00Z").await;
    world.relabel("attic", Some("nightly"));
    world.pass(60).await;
    let stand = (counts(&world, "lab"), counts(&world, "attic"), ready(&world));
    assert_eq!(stand, ([0, 0], [0, 0], "Reconciled".to_owned()));
}
