//! However many targets an object has, there is one schedule and one calendar of it.

use std::sync::{Arc, Weak};

use kyklos_testserver::Kind;
use serde_json::json;

use super::{Bench, Night};
use crate::api::Compiled;
use crate::calendar::Dates;
use crate::engine::calendars::Known;

impl Bench {
    /// What the schedule was compiled to. Nobody but the object has it.
    fn compiled(&self) -> Weak<Compiled> {
        let compiled = self.slot().policy.spec.as_ref().unwrap();
        assert_eq!(Arc::strong_count(compiled), 1, "the targets share it without having it");
        Arc::downgrade(compiled)
    }

    /// Its calendar, of which the same is true.
    fn dates(&self) -> Weak<Dates> {
        assert_eq!(self.engine.calendar_watches.len(), 1);
        let calendar = self.slot().calendar.and_then(|id| self.engine.calendars.get(id)).unwrap();
        assert_eq!(calendar.users.len(), 1);
        let Known::Found(dates) = &calendar.known else { panic!("{:?}", calendar.known) };
        assert_eq!(Arc::strong_count(dates), 1);
        Arc::downgrade(dates)
    }

    fn edit_days(&self, night: Night) {
        let namespace = if night.is_wide { "kyklos-system" } else { "shop" };
        let patch = json!({ "data": { "2026-12-26": "closed" } });
        self.server.edit(Kind::ConfigMap, namespace, "days", "kubectl", &patch).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_workloads_share_one_schedule_and_one_calendar() {
    for namespaces in [None, Some(json!({ "names": ["shop", "other"] }))] {
        let mut bench = Bench::at("2026-11-23T19:58:00Z");
        let night = bench.night(namespaces);
        for (namespace, many) in
            if night.is_wide { [("shop", 500), ("other", 500)] } else { [("shop", 1_000), ("lab", 9)] }
        {
            bench.deploy(namespace, many);
        }
        bench.pass(30).await;
        assert_eq!((bench.engine.assignments.len(), bench.held()), (1_001, 1_000));
        let (compiled, dates) = (bench.compiled(), bench.dates());
        // At a boundary each decision goes by the same.
        bench.pass(120).await;
        assert_eq!((bench.held(), bench.server.scale_writes().len()), (1_000, 1_000));
        assert!(bench.compiled().ptr_eq(&compiled) && bench.dates().ptr_eq(&dates));
        // After an edit there is another one, and nothing is left of what it was.
        bench.edit(night, &json!({ "spec": { "windows": [{ "start": "19:00", "end": "07:00", "replicas": 0 }] } }));
        bench.pass(60).await;
        assert_eq!((compiled.strong_count(), bench.held()), (0, 1_000));
        let edited = bench.compiled();
        assert!(bench.dates().ptr_eq(&dates), "the calendar isn't read anew for it");
        bench.edit_days(night);
        bench.pass(60).await;
        assert_eq!(dates.strong_count(), 0);
        assert!(bench.compiled().ptr_eq(&edited));
        drop(bench.dates());
    }
}

/// Only an edit that waits for somebody's word is compared with what was there before, by one that is kept for all of them.
#[tokio::test(start_paused = true)]
async fn what_an_edit_that_waits_is_compared_with_is_kept_once_and_goes() {
    let mut bench = Bench::at("2026-11-23T12:00:00Z");
    let night = bench.night(None);
    bench.deploy("shop", 1_000);
    bench.pass(30).await;
    let before = bench.compiled();
    bench.edit(night, &json!({ "spec": { "defaultReplicas": 1 } }));
    bench.pass(60).await;
    assert_eq!((before.strong_count(), bench.held()), (1, 0));
    drop(bench.compiled());
    bench.edit(night, &json!({ "metadata": { "annotations": { "kyklos.io/confirm": "2" } } }));
    bench.pass(60).await;
    assert_eq!((before.strong_count(), bench.held()), (0, 1_000));
    drop(bench.compiled());
}
