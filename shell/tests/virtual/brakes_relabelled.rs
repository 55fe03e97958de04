//! Namespaces whose labels change are counted whoever acts, and a word is for what was picked when it was given.

use kyklos_testserver::Kind;
use serde_json::{Value, json};

use crate::cluster::{counts, evening, night, sleeping};
use crate::world::{Controller, World, reason};

/// The night, which may newly lower ten at once, and twenty Deployments in `lab` beside its two.
pub(crate) fn ten() -> World {
    let world = evening();
    fill(&world, "lab");
    world.wide("night", spec());
    world
}

fn spec() -> Value {
    let mut spec = night(&sleeping());
    spec["maxNewTargets"] = json!(10);
    spec
}

pub(crate) fn fill(world: &World, namespace: &str) {
    for number in 0..20 {
        world.deploy_in(namespace, &format!("d{number:02}"), 2);
    }
}

/// The same with counts alone, of which nothing is remembered.
fn counts_alone() -> Value {
    let mut spec = spec();
    spec["defaultReplicas"] = json!(2);
    spec["onDelete"] = json!("keep");
    spec
}

pub(crate) fn awake(world: &World, namespace: &str) -> usize {
    (0..20).filter(|number| world.replicas_in(namespace, &format!("d{number:02}")) == 2).count()
}

pub(crate) fn ready(world: &World) -> String {
    reason(&world.wide_status("night"), "Ready")
}

pub(crate) fn confirm(world: &World, what: Option<&str>) {
    let patch = json!({ "metadata": { "annotations": { "kyklos.io/confirm": what } } });
    world.server.edit(Kind::ClusterTimeWindowScaler, "", "night", "kubectl", &patch).unwrap();
}

#[tokio::test(start_paused = true)]
async fn one_that_is_relabelled_while_nobody_acts_waits_like_any_other() {
    for plain in [false, true] {
        let world = evening();
        fill(&world, "lab");
        world.wide("night", if plain { counts_alone() } else { spec() });
        let controller = world.controller_of(None, "wide");
        world.until("2026-11-23T20:10:00Z").await;
        assert_eq!((counts(&world, "shop"), world.wide_stand("night")), ([0, 0], [4, 4, 0, 0, 0]));
        controller.kill();
        world.relabel("lab", Some("nightly"));
        let _next = world.controller_of(None, "wide-2");
        world.pass(60).await;
        assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"), "{plain}");
        assert_eq!(world.wide_status("night")["targets"]["unconfirmed"], 1);
        confirm(&world, Some("1"));
        world.pass(30).await;
        assert_eq!((awake(&world, "lab"), world.wide_stand("night")), (0, [26, 26, 0, 0, 0]), "{plain}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_relabelled_while_another_takes_over_waits_too() {
    let world = ten();
    let first = world.controller_of(None, "wide");
    world.pass(10).await;
    let _second = world.controller_of(None, "wide-2");
    world.until("2026-11-23T20:10:00Z").await;
    assert_eq!(world.wide_stand("night"), [4, 4, 0, 0, 0]);
    first.kill();
    world.pass(1).await;
    world.relabel("lab", Some("nightly"));
    world.pass(90).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    assert_eq!(counts(&world, "shop"), [0, 0]);
}

/// What its status speaks of already is no news to the next process.
#[tokio::test(start_paused = true)]
async fn a_boundary_that_comes_while_nobody_acts_is_no_edit() {
    for plain in [false, true] {
        let world = evening();
        fill(&world, "lab");
        world.relabel("lab", Some("nightly"));
        world.wide("night", if plain { counts_alone() } else { spec() });
        let controller = world.controller_of(None, "wide");
        world.until("2026-11-23T19:59:50Z").await;
        controller.kill();
        world.until("2026-11-23T20:05:00Z").await;
        let _next = world.controller_of(None, "wide-2");
        world.pass(60).await;
        assert_eq!((awake(&world, "lab"), world.wide_stand("night")), (0, [26, 26, 0, 0, 0]), "{plain}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_word_is_for_what_was_picked_then_and_is_given_again() {
    let world = ten();
    world.server.create_namespace("attic");
    fill(&world, "attic");
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    world.relabel("lab", Some("nightly"));
    world.pass(20).await;
    assert_eq!(ready(&world), "ConfirmationNeeded");
    confirm(&world, Some("1"));
    world.pass(30).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (0, "Reconciled"));
    assert_eq!(world.wide_status("night")["targets"]["confirmed"], 1);
    world.relabel("attic", Some("nightly"));
    world.pass(30).await;
    assert_eq!((awake(&world, "attic"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    let said = world.wide_message("night", "Ready");
    assert!(said.starts_with("20 workloads would be lowered at once"), "{said}");
    let typed = "`kubectl annotate clustertimewindowscaler night kyklos.io/confirm-` and then `kubectl annotate \
                 clustertimewindowscaler night kyklos.io/confirm=1`";
    assert!(said.contains(typed), "{said}");
    // The next process doesn't take the old word for a new one, and it isn't the same again before it was taken away.
    controller.kill();
    let _next = world.controller_of(None, "wide-2");
    world.pass(60).await;
    confirm(&world, Some("1"));
    world.pass(30).await;
    assert_eq!((awake(&world, "attic"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    confirm(&world, None);
    world.pass(30).await;
    assert_eq!(awake(&world, "attic"), 20);
    confirm(&world, Some("1"));
    world.pass(30).await;
    assert_eq!((awake(&world, "attic"), ready(&world).as_str()), (0, "Reconciled"));
}

/// The labels of `lab` have changed, and it waits for a word.
async fn waiting() -> (World, Controller) {
    let world = ten();
    let controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    world.relabel("lab", Some("nightly"));
    world.pass(30).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"));
    (world, controller)
}

/// Whoever has mistyped a label puts it right; what was picked before is no news to another edit either.
#[tokio::test(start_paused = true)]
async fn labels_that_are_put_back_end_the_wait() {
    let (world, _controller) = waiting().await;
    world.relabel("lab", None);
    world.pass(30).await;
    assert_eq!((ready(&world).as_str(), world.wide_stand("night")), ("Reconciled", [4, 4, 0, 0, 0]));
    assert_eq!(world.wide_status("night")["targets"].get("unconfirmed"), None);
    world.relabel("lab", Some("nightly"));
    world.until("2026-11-23T20:46:00Z").await;
    assert_eq!(
        (awake(&world, "lab"), counts(&world, "shop"), ready(&world).as_str()),
        (20, [3, 2], "ConfirmationNeeded")
    );
}

/// As its labels could be put back, it may be deleted.
#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_deleted_ends_the_wait() {
    let (world, _controller) = waiting().await;
    world.server.delete(Kind::Namespace, "", "lab").unwrap();
    world.pass(5).await;
    world.server.finish_namespace("lab");
    world.pass(60).await;
    assert_eq!((ready(&world).as_str(), world.wide_stand("night")), ("Reconciled", [4, 4, 0, 0, 0]));
    assert_eq!(world.wide_status("night")["targets"].get("unconfirmed"), None);
}

/// Both commands come within a moment of each other.
#[tokio::test(start_paused = true)]
async fn a_word_that_is_taken_away_and_given_again_at_once_is_heard() {
    let world = ten();
    let _controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:10:00Z").await;
    confirm(&world, Some("1"));
    world.pass(20).await;
    world.relabel("lab", Some("nightly"));
    world.pass(30).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (20, "ConfirmationNeeded"), "it was given before");
    confirm(&world, None);
    confirm(&world, Some("1"));
    world.pass(30).await;
    assert_eq!((awake(&world, "lab"), ready(&world).as_str()), (0, "Reconciled"));
}
