//! Whatever state an object is in, it costs nothing while nothing changes.

use std::collections::BTreeSet;

use kyklos_testserver::{Fault, Filter, Kind, Refusal, Verb};
use serde_json::{Value, json};

use crate::world::{World, office};

fn with(field: &str, value: Value) -> Value {
    let mut spec = office("web");
    spec[field] = value;
    spec
}

/// Ten minutes without a boundary: what is written, but for leases, and what is asked, but for watches and the time.
async fn a_while(state: &str, world: &World, most_writes: usize) {
    let controller = world.controller();
    world.pass(120).await;
    world.server.clear_requests();
    world.pass(600).await;
    let all = world.server.requests(&Filter::all());
    let of = |verbs: &[Verb]| {
        all.iter().filter(|seen| seen.call.kind != Some(Kind::Lease) && verbs.contains(&seen.call.verb)).count()
    };
    let writes = of(&[Verb::Create, Verb::Update, Verb::Patch, Verb::Delete]);
    assert!(writes <= most_writes, "{state}: {writes} writes");
    let reads = all.iter().filter(|seen| seen.call.kind.is_some() && seen.call.verb == Verb::Get).count();
    let lists = of(&[Verb::List]);
    assert_eq!((reads, lists), (0, 0), "{state}: reads, lists");
    // A watch lasts a minute, or is tried again in half of one where it is refused; the clock is compared every 30 s, the lease
    // renewed every 2 s.
    let watched: BTreeSet<_> = all.iter().filter_map(|seen| seen.call.kind).collect();
    let watches = of(&[Verb::Watch]);
    assert!(watches <= 22 * (watched.len() - 1), "{state}: {watches} watches of {watched:?}");
    let renewals = all.iter().filter(|seen| seen.call.kind == Some(Kind::Lease)).count();
    assert!(renewals <= 330, "{state}: {renewals} requests about the lease");
    assert!(all.len() <= 520, "{state}: {} requests", all.len());
    controller.kill();
}

#[tokio::test(start_paused = true)]
async fn no_state_is_a_hot_loop() {
    let plain = || {
        let world = World::at("2026-11-23T12:00:00Z");
        world.deploy("web", 2);
        world
    };
    let of = |spec: Value| {
        let world = plain();
        world.scaler("web", spec);
        world
    };
    a_while("settled", &of(office("web")), 0).await;
    a_while("paused", &of(with("pause", json!(true))), 0).await;
    a_while("invalid", &of(with("timezone", json!("CEST"))), 0).await;
    a_while("without a target", &of(office("none")), 0).await;
    let missing = of(with("holidayMode", json!("treat-as-closed")));
    missing.edit("web", json!({ "holidayConfigMap": "none" }));
    a_while("without holidays", &missing, 0).await;
    let rival = of(office("web"));
    rival.scaler("young", office("web"));
    a_while("with a rival", &rival, 0).await;
    let annotated = of(office("web"));
    let annotation = json!({ "metadata": { "annotations": { "kyklos.io/override": "nonsense" } } });
    annotated.server.edit(Kind::TimeWindowScaler, "shop", "web", "kubectl", &annotation).unwrap();
    a_while("with an override", &annotated, 0).await;
    let leaving = of(office("web"));
    let finalizer = json!({ "metadata": { "finalizers": ["example.com/hold"] } });
    leaving.server.edit(Kind::TimeWindowScaler, "shop", "web", "kubectl", &finalizer).unwrap();
    leaving.server.delete(Kind::TimeWindowScaler, "shop", "web").unwrap();
    a_while("on its way out", &leaving, 0).await;
    assert_eq!(leaving.replicas("web"), 2, "it scales nothing any more");
    // What is refused is tried once a minute, more or less.
    let refused = of(office("web"));
    refused.server.fault(Filter::scale_writes(), None, Fault::Refuse(Refusal::forbidden("no")));
    a_while("refused", &refused, 20).await;
    let unread = of(with("holidayMode", json!("treat-as-closed")));
    unread.edit("web", json!({ "holidayConfigMap": "days" }));
    let days = Filter::all().kind(Kind::ConfigMap);
    unread.server.fault(days, None, Fault::Refuse(Refusal::forbidden("no")));
    a_while("with holidays that can't be read", &unread, 1).await;
}

/// A clock that is wrong is compared every five seconds, and nothing else.
#[tokio::test(start_paused = true)]
async fn a_wrong_clock_costs_comparisons_alone() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    world.server.set_date_offset(chrono::TimeDelta::seconds(300));
    a_while("skewed", &world, 0).await;
}

/// Deployments that may not be read: the object says so, and is right as soon as they may.
#[tokio::test(start_paused = true)]
async fn without_a_right_to_read_deployments_the_object_says_so() {
    let world = World::at("2026-11-23T12:00:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    let refusal = Refusal::forbidden("deployments.apps is forbidden");
    world.server.fault(Filter::all().kind(Kind::Deployment), None, Fault::Refuse(refusal));
    let _controller = world.controller();
    world.pass(30).await;
    assert_eq!(
        world.status("web")["conditions"],
        json!(null),
        "rights are loaded late, so there is nothing to say yet"
    );
    world.pass(120).await;
    assert_eq!(world.reason("web", "Ready"), "TargetNotFound");
    assert!(world.message("web", "Ready").contains("deployments.apps is forbidden"), "{:#}", world.status("web"));
    assert!(world.events("web").is_empty(), "whether it is missing isn't known");
    world.server.lift_all();
    world.pass(90).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Ready").as_str()), (10, "Reconciled"));
}
