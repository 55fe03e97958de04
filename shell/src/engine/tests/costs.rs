//! What a change costs: as much as there is to do about it, however many other targets there are.

use kyklos_testserver::{Filter, Kind};
use serde_json::{Value, json};

use super::Bench;
use super::effort::{self, Effort};

/// Those with the label `sleeps: nightly`.
fn sleeping() -> Value {
    json!({ "selector": { "matchLabels": { "sleeps": "nightly" } } })
}

impl Bench {
    fn relabel(&self, deployment: &str, tier: &str) {
        let patch = json!({ "metadata": { "labels": { "tier": tier } } });
        self.server.edit(Kind::Deployment, "shop", deployment, "kubectl", &patch).unwrap();
    }

    fn relabel_namespace(&self, namespace: &str, sleeps: Option<&str>) {
        self.server.create_namespace(namespace);
        let patch = json!({ "metadata": { "labels": { "sleeps": sleeps } } });
        self.server.edit(Kind::Namespace, "", namespace, "kubectl", &patch).unwrap();
    }

    fn exclude(&self) {
        let patch = json!({ "metadata": { "annotations": { "kyklos.io/exclude": "true" } } });
        self.server.edit(Kind::Deployment, "shop", "d0003", "kubectl", &patch).unwrap();
    }

    fn say_something_else(&self) {
        let patch = json!({ "metadata": { "labels": { "team": "a" } } });
        self.server.edit(Kind::Namespace, "", "shop", "kubectl", &patch).unwrap();
    }

    /// What is done, and how often something is written, in the twenty seconds after something.
    async fn costs(&mut self, change: impl FnOnce(&Self)) -> (Effort, usize) {
        self.server.clear_requests();
        effort::take();
        change(self);
        self.pass(20).await;
        (effort::take(), self.server.count(&Filter::writes()))
    }
}

/// So many in `shop`, and so many beside them: in `other` where it is one schedule for both, else in `shop`, too. By day, or at night
/// with none of each.
async fn bench(is_wide: bool, at_night: bool, many: usize, beside: usize) -> Bench {
    let mut bench = Bench::at("2026-11-23T19:58:00Z");
    bench.night(is_wide.then(sleeping));
    if is_wide {
        bench.relabel_namespace("shop", Some("nightly"));
        bench.relabel_namespace("other", Some("nightly"));
        bench.deploy("shop", many);
        bench.deploy("other", beside);
    } else {
        bench.deploy("shop", many + beside);
    }
    bench.pass(if at_night { 240 } else { 60 }).await;
    let written = bench.server.scale_writes().len();
    assert_eq!((bench.held(), written), (many + beside, if at_night { many + beside } else { 0 }));
    bench
}

#[tokio::test(start_paused = true)]
async fn a_change_of_labels_of_one_costs_the_same_whatever_there_is_beside_it() {
    for (is_wide, at_night) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut all = Vec::new();
        for beside in [90, 1_990] {
            let mut bench = bench(is_wide, at_night, 10, beside).await;
            let leaves = bench.costs(|bench| bench.relabel("d0007", "tool")).await;
            assert_eq!(bench.held(), 9 + beside);
            let comes = bench.costs(|bench| bench.relabel("d0007", "app")).await;
            assert_eq!(bench.held(), 10 + beside);
            let says = bench.costs(Bench::exclude).await;
            assert_eq!(bench.held(), 9 + beside);
            all.push([leaves, comes, says]);
        }
        let decisions = all[0].map(|(effort, _)| effort.decisions);
        assert_eq!(all[0], all[1], "wide {is_wide}, at night {at_night}");
        assert!(decisions.iter().all(|decisions| (1..=6).contains(decisions)), "{decisions:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_namespaces_labels_costs_what_is_in_it() {
    let mut costs = Vec::new();
    for (many, beside) in [(20, 80), (20, 1_980), (80, 80)] {
        let mut bench = bench(true, true, many, beside).await;
        let leaves = bench.costs(|bench| bench.relabel_namespace("shop", None)).await;
        assert_eq!(bench.held(), beside);
        let comes = bench.costs(|bench| bench.relabel_namespace("shop", Some("nightly"))).await;
        assert_eq!(bench.held(), many + beside);
        // What nobody asks for concerns nobody.
        let says = bench.costs(Bench::say_something_else).await;
        assert_eq!(says.1, 0);
        costs.push([leaves, comes, says]);
    }
    assert_eq!(costs[0], costs[1], "the others have no part in it");
    for (few, many) in costs[0].iter().zip(&costs[2]) {
        assert!(many.0.lookups <= 5 * few.0.lookups && many.0.decisions <= 5 * few.0.decisions, "{costs:?}");
    }
}
