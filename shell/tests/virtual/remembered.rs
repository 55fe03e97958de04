//! C02 of the scenarios for many: what is remembered is never overwritten, whatever happens at night.

use std::collections::{BTreeMap, BTreeSet};

use kyklos_testserver::{Filter, Kind};
use serde_json::json;

use crate::cluster::{night, sleeping};
use crate::world::World;

impl World {
    /// What was ever written down as the original of each target, by its namespace and what the records call it.
    pub(crate) fn originals(&self) -> BTreeMap<(String, String), BTreeSet<i64>> {
        let mut all: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for write in self.server.requests(&Filter::writes().kind(Kind::ScaleRecord)) {
            let entries = write.body.as_ref().and_then(|body| body["spec"]["entries"].as_object());
            for (called, entry) in entries.into_iter().flatten() {
                if let Some(original) = entry["original"].as_i64() {
                    all.entry((write.call.namespace.clone(), called.clone())).or_default().insert(original);
                }
            }
        }
        all
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_in_five_namespaces_keep_their_originals_through_restarts_and_rollouts() {
    let world = World::at("2026-11-23T19:59:00Z");
    let places: Vec<_> = (0..5).map(|number| format!("team-{number}")).collect();
    let names: Vec<_> = (0..20).map(|number| format!("d{number:02}")).collect();
    let had = |place: usize, name: usize| i64::try_from((place + name) % 7).unwrap();
    let each = || (0..places.len()).flat_map(|place| (0..names.len()).map(move |name| (place, name)));
    for (place, name) in each() {
        world.deploy_in(&places[place], &names[name], i32::try_from(had(place, name)).unwrap());
    }
    places.iter().for_each(|place| world.relabel(place, Some("nightly")));
    world.wide("night", night(&sleeping()));
    let mut controller = world.controller_of(None, "wide");
    world.until("2026-11-23T20:00:20Z").await;
    for round in 0..3 {
        let patch =
            json!({ "spec": { "template": { "metadata": { "annotations": { "round": round.to_string() } } } } });
        for (place, name) in each().filter(|(_, name)| name % 3 == round) {
            world.server.edit(Kind::Deployment, &places[place], &names[name], "argocd", &patch).unwrap();
        }
        // Somebody's own count is none that it had when it was taken.
        world.server.scale(Kind::Deployment, &places[round], &names[5], "kubectl", 9).unwrap();
        controller.kill();
        // One leaves while nobody is there, and comes back.
        world.relabel(&places[4], None);
        controller = world.controller_of(None, &format!("wide-{round}"));
        world.pass(60).await;
        assert_eq!(world.replicas_in(&places[4], &names[1]), had(4, 1), "round {round}");
        world.relabel(&places[4], Some("nightly"));
        world.pass(30).await;
        assert!(each().all(|(place, name)| world.replicas_in(&places[place], &names[name]) == 0), "round {round}");
        assert!(places.iter().all(|place| world.remembered(place).len() == names.len()), "round {round}");
    }
    world.until("2026-11-23T20:45:30Z").await;
    let written = world.originals();
    for (place, name) in each() {
        assert_eq!(world.replicas_in(&places[place], &names[name]), had(place, name), "{place} {name}");
        let key = (places[place].clone(), format!("deployments.apps/{}", names[name]));
        assert_eq!(written.get(&key), Some(&BTreeSet::from([had(place, name)])), "{key:?}");
    }
    assert!(places.iter().all(|place| world.remembered(place).is_empty()));
}
