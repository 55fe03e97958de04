//! Rights that are missing: who needs them says which command grants them.

use kyklos_testserver::{Fault, Filter, Kind, Refusal};
use serde_json::json;

use crate::select::{evening, night};
use crate::world::{World, office, options};

fn forbidden() -> Fault {
    Fault::Refuse(Refusal::forbidden("deployments.apps \"web\" is forbidden: User \"kyklos\" cannot patch resource"))
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_refused_names_the_command_that_grants_the_right() {
    let world = World::at("2026-11-23T09:30:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    let fault = world.server.fault(Filter::scale_writes(), None, forbidden());
    let _controller = world.controller();
    world.pass(20).await;
    let command = "where it is a right that is missing, `kyklos manifests --targets deployments --watch-namespace shop` grants it, with \
                   the kinds that are scaled already in the same list";
    for condition in ["Ready", "Degraded"] {
        let said = world.message("web", condition);
        assert!(said.contains("refuses it (403)") && said.ends_with(command), "{said}");
    }
    world.server.lift(fault);
    world.pass(90).await;
    assert_eq!((world.replicas("web"), world.reason("web", "Degraded").as_str()), (10, "OperationalNormal"));
    // Another refusal is no question of rights.
    let world = World::at("2026-11-23T09:30:00Z");
    world.deploy("web", 2);
    world.scaler("web", office("web"));
    world.server.fault(
        Filter::scale_writes(),
        None,
        Fault::Refuse(Refusal::invalid(Kind::Deployment, "web", "spec.replicas", "no")),
    );
    let _controller = world.controller();
    world.pass(20).await;
    let said = world.message("web", "Ready");
    assert!(said.contains("refuses it (422)") && !said.contains("kyklos manifests"), "{said}");
}

/// What an autoscaler scales is written to put it to sleep, which takes the right to that.
#[tokio::test(start_paused = true)]
async fn of_an_autoscaler_the_right_to_what_it_scales_is_named_where_that_is_refused() {
    let world = World::at("2026-11-23T19:59:00Z");
    let set = json!({ "metadata": { "namespace": "shop", "name": "db" }, "spec": { "replicas": 3 } });
    world.server.create(Kind::StatefulSet, "kubectl", &set).unwrap();
    let of = json!({ "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db" });
    let spec = json!({ "scaleTargetRef": of, "minReplicas": 2, "maxReplicas": 10 });
    let hpa = json!({ "metadata": { "namespace": "shop", "name": "db" }, "spec": spec });
    world.server.create(Kind::HorizontalPodAutoscaler, "kubectl", &hpa).unwrap();
    world.scaler(
        "night",
        json!({
            "targetRef": { "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "db" }, "timezone": "UTC",
            "gracePeriodSeconds": 0, "defaultReplicas": 4,
            "windows": [{ "name": "night", "start": "20:00", "end": "21:00", "replicas": 0 }],
        }),
    );
    let bounds = world.server.fault(Filter::writes().kind(Kind::HorizontalPodAutoscaler), None, forbidden());
    world.server.fault(Filter::scale_writes().kind(Kind::StatefulSet), None, forbidden());
    world.server.create_namespace("kyklos");
    let mut wide = options(None, "pod-1");
    (wide.own_namespace, wide.kube_namespaces) = ("kyklos".to_owned(), true);
    let _controller = world.start(wide);
    world.pass(20).await;
    let said = world.message("night", "Ready");
    let installed = "--namespace kyklos --include-kube-namespaces";
    assert!(said.contains(&format!("`kyklos manifests --targets hpas {installed}` grants it")), "{said}");
    world.server.lift(bounds);
    world.until("2026-11-23T20:00:30Z").await;
    let said = world.message("night", "Ready");
    assert!(said.contains(&format!("`kyklos manifests --targets hpas,statefulsets {installed}` grants it")), "{said}");
}

/// Of a selection also in the event.
#[tokio::test(start_paused = true)]
async fn one_of_many_tells_it_in_its_event_too() {
    let world = evening(night());
    world.app("web", 3);
    world.server.fault(Filter::scale_writes(), None, forbidden());
    let _controller = world.controller();
    world.until("2026-11-23T20:00:20Z").await;
    let command = "`kyklos manifests --targets deployments --watch-namespace shop` grants it";
    assert!(world.message("night", "Degraded").contains(command), "{}", world.message("night", "Degraded"));
    let events = world.server.list(Kind::Event, "shop").into_iter();
    let notes: Vec<_> = events.filter(|event| event["reason"] == "TargetUpdateFailed").collect();
    assert_eq!(notes.len(), 1, "{notes:#?}");
    assert!(notes[0]["note"].as_str().unwrap().contains(command), "{notes:#?}");
}
