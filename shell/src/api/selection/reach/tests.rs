use serde_json::{Map, json};

use super::*;

fn reach(spec: &Json, scope: Scope<'_>) -> Result<Reach, String> {
    let mut problems = Problems::default();
    let reach = Reach::read(spec, scope, &mut problems);
    assert_eq!(reach.is_some(), problems.is_empty(), "{problems}");
    reach.ok_or_else(|| problems.to_string())
}

const SHOP: Scope<'_> = Scope::Namespace("shop");

fn merged(one: Json, other: Json) -> Json {
    let maps = [one, other].into_iter().filter_map(|value| value.as_object().cloned());
    maps.flatten().collect::<Map<_, _>>().into()
}

#[test]
fn a_schedule_is_for_one_by_its_name_or_for_many() {
    let one = reach(&json!({ "targetRef": { "name": "web", "namespace": "shop" } }), SHOP).unwrap();
    assert_eq!(one, Reach::Named { kind: KindRef::new("apps/v1", "Deployment"), name: "web".into() });
    assert_eq!((one.default_value(), one.on_delete()), (Value::Count(1), OnDelete::Keep));
    let many = reach(&json!({ "targets": {} }), SHOP).unwrap();
    assert_eq!((many.default_value(), many.on_delete()), (Value::Original, OnDelete::Restore));
    let Reach::Selected { selection, allow_exclusion, max_new_targets } = many else { panic!("it selects") };
    assert_eq!((allow_exclusion, max_new_targets, selection.namespaces()), (true, 200, None));
    let strict =
        json!({ "targets": { "namespaces": { "names": ["lab"] } }, "allowExclusion": false, "maxNewTargets": 10_000 });
    let Ok(Reach::Selected { selection, allow_exclusion, max_new_targets }) = reach(&strict, Scope::Cluster) else {
        panic!("it selects")
    };
    assert_eq!((allow_exclusion, max_new_targets), (false, 10_000));
    assert!(selection.namespaces().unwrap().take("lab", None, |_| None));
    let all = reach(&json!({ "targets": {} }), Scope::Cluster).unwrap();
    let Reach::Selected { selection, .. } = all else { panic!("it selects") };
    assert!(selection.namespaces().unwrap().take("any", None, |_| None), "the whole cluster");
    let pool = json!({ "targetRef": { "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch" } });
    let Reach::Named { kind, name } = reach(&pool, Scope::Cluster).unwrap() else { panic!("it names one") };
    assert_eq!((kind.to_string().as_str(), &*name), ("NodePool of karpenter.sh/v1", "batch"));
}

#[test]
fn what_is_wrong_is_said_once_and_says_what_would_be_right() {
    let web = json!({ "targetRef": { "name": "web" } });
    let of_shop = |spec: Json| reach(&spec, SHOP).unwrap_err();
    for (spec, said) in [
        (
            json!({}),
            "spec.targetRef: missing: write targetRef with a name, or targets for all of some kinds and labels",
        ),
        (
            merged(web.clone(), json!({ "targets": {}, "maxNewTargets": 5 })),
            "spec.targets: it stands beside targetRef: keep one of the two",
        ),
        (
            merged(web.clone(), json!({ "allowExclusion": false })),
            "spec.allowExclusion: it goes with targets and has no effect beside targetRef: leave it out",
        ),
        (
            json!({ "targets": { "namespaces": { "names": ["lab"] } } }),
            "spec.targets.namespaces: a TimeWindowScaler is for its own namespace alone: leave it out, or write a ClusterTimeWindowScaler",
        ),
        (
            json!({ "targets": {}, "maxNewTargets": 0 }),
            "spec.maxNewTargets: 0 is out of range: write a whole number from 1 to 10000",
        ),
        (
            json!({ "targets": {}, "allowExclusion": "no" }),
            "spec.allowExclusion: the text \"no\" where true or false is expected",
        ),
        (json!({ "targetRef": { "name": "" } }), "spec.targetRef.name: the text is empty: write a name"),
        (
            json!({ "targetRef": { "name": "web", "namespace": "lab" } }),
            "spec.targetRef.namespace: \"lab\" is another namespace than the object's own: write \"shop\" or leave the field out",
        ),
    ] {
        assert_eq!(of_shop(spec), said);
    }
    assert!(of_shop(json!({ "targetRef": { "name": "Web!" } })).starts_with("spec.targetRef.name: \"Web!\" can't be"));
    for (target, said) in [
        (
            json!({ "name": "web" }),
            "spec.targetRef.kind: a Deployment is in a namespace, and a ClusterTimeWindowScaler names what is in none, such as NodePool \
             of karpenter.sh/v1: write targets with namespaces instead",
        ),
        (
            json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch", "namespace": "shop" }),
            "spec.targetRef.namespace: a ClusterTimeWindowScaler names what is in no namespace: leave it out, or write targets",
        ),
    ] {
        assert_eq!(reach(&json!({ "targetRef": target }), Scope::Cluster).unwrap_err(), said);
    }
}

#[test]
fn what_a_schedule_of_the_cluster_can_not_name_is_said_with_its_namespace() {
    let target = json!({ "name": "web", "namespace": "shop" });
    let said = reach(&json!({ "targetRef": target }), Scope::Cluster).unwrap_err();
    let (kind, namespace) = said.split_once("; ").unwrap();
    assert!(kind.starts_with("spec.targetRef.kind: a Deployment is in a namespace"), "{said}");
    assert!(namespace.starts_with("spec.targetRef.namespace: a ClusterTimeWindowScaler names what is in no"), "{said}");
}

/// What it is for is known although something else is wrong: then wider schedules are kept away.
#[test]
fn it_is_known_although_something_else_is_wrong() {
    let spec = json!({ "targets": { "selector": { "matchLabels": { "app": "web" } } }, "timezone": "Mars/Olympus" });
    let mut problems = Problems::default();
    problems.push("spec.timezone", "no time zone");
    assert!(matches!(Reach::read(&spec, SHOP, &mut problems), Some(Reach::Selected { .. })));
}
