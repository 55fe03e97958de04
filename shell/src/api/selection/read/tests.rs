use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::api::selection::{Candidate, Exclusion};

fn selection(targets: &Value, namespaces: Option<&Value>) -> Result<Selection, String> {
    let (mut targets, mut problems) = (targets.clone(), Problems::default());
    let scope = namespaces.map_or(Scope::Namespace("shop"), |namespaces| {
        targets["namespaces"] = namespaces.clone();
        Scope::Cluster
    });
    let targets = read_targets(&targets, "spec.targets", &mut problems);
    let found = targets.and_then(|targets| Selection::of(&targets, scope, "spec.targets", &mut problems));
    found
        .filter(|_| problems.is_empty())
        .filter(|found| found.namespaces().is_some() == (scope == Scope::Cluster))
        .ok_or_else(|| problems.to_string())
}

fn refused(targets: &Value) -> String {
    selection(targets, None).unwrap_err()
}

fn now() -> DateTime<Utc> {
    crate::api::instants::read("2026-12-01T18:00:00Z").unwrap()
}

/// Finds a label.
type Label = fn(&str) -> Option<&'static str>;

/// A workload without anything special.
fn workload<'a>(kind: &'a KindRef, name: &'a str) -> Candidate<'a, Label> {
    let label: Label = |key| (key == "app").then_some("web");
    Candidate {
        group: kind.group(),
        kind: &kind.kind,
        name,
        label,
        exclusion: Exclusion::None,
        owner: None,
        is_kyklos: false,
    }
}

#[test]
fn without_a_word_it_is_all_deployments_and_statefulsets() {
    let all = selection(&json!({}), None).unwrap();
    let kinds: Vec<_> = all.kinds().iter().map(ToString::to_string).collect();
    assert_eq!(kinds, ["Deployment", "StatefulSet"]);
    for (api_version, kind, taken) in [
        ("apps/v1", "Deployment", true),
        ("apps/v1beta1", "StatefulSet", true),
        ("batch/v1", "CronJob", false),
        ("example.com/v1", "Deployment", false),
    ] {
        let kind = KindRef::new(api_version, kind);
        assert_eq!(all.takes(&workload(&kind, "web"), now()).is_ok(), taken, "{kind}");
    }
}

#[test]
fn labels_lists_annotations_and_owners_leave_out() {
    let targets = json!({
        "kinds": [{ "kind": "Deployment" }, { "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout" }],
        "selector": { "matchLabels": { "app": "web" } },
        "exclude": [{ "name": "edge" }, { "kind": "Rollout", "name": "canary" }],
    });
    let some = selection(&targets, None).unwrap();
    let (deployment, rollout) =
        (KindRef::new("apps/v1", "Deployment"), KindRef::new("argoproj.io/v1alpha1", "Rollout"));
    assert_eq!(
        (deployment.to_string(), rollout.to_string()),
        ("Deployment".into(), "Rollout of argoproj.io/v1alpha1".into())
    );
    let said = |candidate: &Candidate<'_, Label>| some.takes(candidate, now()).err().map(|left| left.to_string());
    let takes = |kind: &KindRef, name: &str| said(&workload(kind, name));
    let listed = Some("it stands in spec.targets.exclude".to_owned());
    assert_eq!(takes(&deployment, "web"), None);
    assert_eq!((takes(&deployment, "edge"), takes(&rollout, "edge")), (listed.clone(), listed.clone()));
    assert_eq!((takes(&deployment, "canary"), takes(&rollout, "canary")), (None, listed));
    let web = workload(&deployment, "web");
    assert_eq!(said(&Candidate { label: |_| None, ..web }).as_deref(), Some("nobody has asked for it"));
    assert_eq!(said(&Candidate { is_kyklos: true, ..web }).as_deref(), Some("it is Kyklos itself"));
    assert_eq!(
        said(&Candidate { owner: Some("Database main"), ..web }).as_deref(),
        Some("Database main controls it, and would undo what is written: select that instead")
    );
    let with = |exclude: Option<&str>, until: Option<&str>| {
        said(&Candidate { exclusion: Exclusion::of(exclude, until), ..web })
    };
    assert_eq!(with(Some("true"), None).as_deref(), Some("its annotation kyklos.io/exclude says so"));
    assert_eq!(
        with(None, Some("2026-12-02T06:00:00Z")).as_deref(),
        Some("its annotation kyklos.io/exclude-until says so until 2026-12-02T06:00:00Z")
    );
    assert_eq!(with(None, Some("2026-12-01T18:00:00Z")), None, "it is over");
    assert!(with(Some("yes"), None).unwrap().starts_with("its annotation kyklos.io/exclude is neither"));
}

#[test]
fn namespaces_of_the_system_and_kyklos_own_are_in_it_by_name_alone() {
    let taken = |namespaces: Value| {
        let selection = selection(&json!({}), Some(&namespaces)).unwrap();
        let all = ["shop", "lab", "kube-system", "kyklos"];
        let label = |name: &str| if name == "lab" || name.starts_with("kube") { Some("dev") } else { None };
        let takes = |name: &&str| {
            selection.namespaces().unwrap().take(name, Some("kyklos"), |key| label(name).filter(|_| key == "env"))
        };
        all.into_iter().filter(takes).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(taken(json!({ "exclude": ["attic"] })), "shop lab");
    assert_eq!(taken(json!({ "exclude": ["lab"] })), "shop");
    assert_eq!(taken(json!({ "names": ["kube-system", "kyklos"] })), "kube-system kyklos");
    assert_eq!(taken(json!({ "selector": { "matchLabels": { "env": "dev" } } })), "lab");
    let both = json!({ "names": ["shop"], "selector": { "matchLabels": { "env": "dev" } } });
    assert_eq!(taken(both), "shop lab");
}

/// A template whose values are empty: that isn't everything, unless somebody says so by leaving it out.
#[test]
fn what_is_there_and_says_nothing_is_refused() {
    let of_namespaces = |namespaces: Value| selection(&json!({}), Some(&namespaces)).unwrap_err();
    let names = "spec.targets.namespaces.names: the list is empty: write a name, or leave it out; where all namespaces are meant, leave out \
                 namespaces";
    assert_eq!(of_namespaces(json!({ "names": [] })), names);
    assert_eq!(of_namespaces(json!({ "names": [], "selector": { "matchLabels": { "env": "dev" } } })), names);
    let nothing = "spec.targets.namespaces: it says nothing, so it takes every namespace: write names, selector or exclude, or leave it out where \
                   all of them are meant";
    assert_eq!(of_namespaces(json!({})), nothing);
    assert_eq!(of_namespaces(json!({ "names": null })), nothing, "as the API server stores it");
    assert_eq!(of_namespaces(json!({ "exclude": [] })), nothing);
    for empty in [json!({}), json!({ "matchLabels": {} }), json!({ "matchLabels": null, "matchExpressions": [] })] {
        assert_eq!(
            of_namespaces(json!({ "names": ["lab"], "selector": empty })),
            "spec.targets.namespaces.selector: it asks for no label, so it takes every namespace: write matchLabels or matchExpressions, or leave \
             it out; where all of them are meant, leave out namespaces"
        );
        assert_eq!(
            refused(&json!({ "selector": empty })),
            "spec.targets.selector: it asks for no label, so it takes every workload: write matchLabels or matchExpressions, or leave it \
             out where all of them are meant"
        );
    }
    let expressions = json!({ "matchExpressions": [{ "key": "env", "operator": "Exists" }] });
    assert!(selection(&json!({ "selector": expressions }), Some(&json!({ "selector": expressions }))).is_ok());
}

#[test]
fn all_that_is_wrong_with_namespaces_is_said_at_once() {
    let namespaces = json!({
        "names": ["Lab", "shop"], "exclude": ["shop", 7], "selector": { "matchLabels": { "a b": "x", "c": 1 } },
    });
    let mut problems = Problems::default();
    let targets = read_targets(&json!({ "namespaces": namespaces }), "spec.targets", &mut problems).unwrap();
    Selection::of(&targets, Scope::Cluster, "spec.targets", &mut problems);
    let fields: Vec<_> = problems.iter().map(|problem| &*problem.field).collect();
    assert_eq!(
        fields,
        [
            "spec.targets.namespaces.names[0]",
            "spec.targets.namespaces.selector.matchLabels[c]",
            "spec.targets.namespaces.exclude[1]",
            "spec.targets.namespaces.selector.matchLabels[a b]",
            "spec.targets.namespaces.exclude[0]",
        ]
    );
}

#[test]
fn kinds_that_are_none() {
    for (kinds, said) in [
        (
            json!([]),
            "spec.targets.kinds: the list is empty, so nothing is selected: write a kind, or leave the list out for Deployments \
             and StatefulSets",
        ),
        (json!("Deployment"), "spec.targets.kinds: the text \"Deployment\" where a list is expected"),
        (
            json!(["Deployment"]),
            "spec.targets.kinds[0]: the text \"Deployment\" where fields are expected: write field: value pairs",
        ),
        (json!([{}]), "spec.targets.kinds[0].kind: missing: write such as Deployment"),
        (
            json!([{ "kind": "Deploymnet" }]),
            "spec.targets.kinds[0].apiVersion: missing: only Deployment, StatefulSet, HorizontalPodAutoscaler, CronJob, \
             ScaledObject need none, so write that of Deploymnet, such as argoproj.io/v1alpha1; did you mean Deployment?",
        ),
        (
            json!([{ "kind": "CronJob" }, { "kind": "CronJob", "apiVersion": "batch/v1beta1" }]),
            "spec.targets.kinds[1].kind: CronJob is there already: keep one of the two",
        ),
        (
            json!([{ "kind": "ReplicaSet" }]),
            "spec.targets.kinds[0].apiVersion: missing: only Deployment, StatefulSet, HorizontalPodAutoscaler, CronJob, \
             ScaledObject need none, so write that of ReplicaSet, apps/v1",
        ),
        (
            json!([{ "kind": "DaemonSet" }]),
            "spec.targets.kinds[0].kind: a DaemonSet has no count that could be scaled, for a Pod of it runs on each node: write one of \
             the kinds Deployment, StatefulSet, ReplicaSet, HorizontalPodAutoscaler, CronJob, ScaledObject, or a custom kind with scale \
             as GROUP/VERSION and kind",
        ),
        (
            json!([{ "kind": "ScaleRecord", "apiVersion": "kyklos.io/v1alpha1" }]),
            "spec.targets.kinds[0].kind: ScaleRecord is Kyklos' own and isn't scaled: write the kind of workloads",
        ),
        (
            json!([{ "kind": "CronJob", "apiVersion": "" }]),
            "spec.targets.kinds[0].apiVersion: the text is empty: write such as apps/v1",
        ),
    ] {
        assert_eq!(refused(&json!({ "kinds": kinds })), said);
    }
    let many: Vec<_> = (0..17).map(|index| json!({ "kind": format!("K{index}"), "apiVersion": "a.io/v1" })).collect();
    assert_eq!(refused(&json!({ "kinds": many })), "spec.targets.kinds: 17 entries are too many: write at most 16");
}

#[test]
fn what_is_left_out_has_a_name_and_a_kind_that_is_selected() {
    for (targets, said) in [
        (json!({ "exclude": [{}] }), "spec.targets.exclude[0].name: missing: write the workload's name"),
        (
            json!({ "exclude": [{ "name": "web", "kind": "CronJob" }] }),
            "spec.targets.exclude[0].kind: \"CronJob\" isn't selected, so it leaves out nothing: write Deployment or StatefulSet",
        ),
        (json!({ "excludes": [] }), "spec.targets.excludes: unknown field: did you mean exclude?"),
        (json!(["web"]), "spec.targets: a list where fields are expected: write field: value pairs"),
    ] {
        assert_eq!(refused(&targets), said);
    }
    assert!(
        refused(&json!({ "exclude": [{ "name": "Web!" }] }))
            .starts_with("spec.targets.exclude[0].name: \"Web!\" can't be")
    );
    for (namespaces, said) in [
        (
            json!({ "names": ["shop"], "exclude": ["lab", "shop"] }),
            "spec.targets.namespaces.exclude[1]: \"shop\" stands in names, too: take it out of one of the two",
        ),
        (
            json!({ "names": [7] }),
            "spec.targets.namespaces.names[0]: the number 7 where a namespace's name is expected: put it in quotes",
        ),
        (json!({ "name": ["shop"] }), "spec.targets.namespaces.name: unknown field: did you mean names?"),
    ] {
        assert_eq!(selection(&json!({}), Some(&namespaces)).unwrap_err(), said);
    }
}

#[test]
fn what_ours_takes_serde_takes_as_the_same() {
    for targets in [
        json!({}),
        json!({ "kinds": [{ "kind": "CronJob" }], "selector": { "matchLabels": { "a": "b" } }, "exclude": [{ "name": "x" }] }),
        json!({ "selector": { "matchExpressions": [{ "key": "a", "operator": "In", "values": ["b"] }] } }),
        json!({ "namespaces": { "names": ["a"], "selector": { "matchLabels": { "c": "d" } }, "exclude": ["b"] } }),
    ] {
        let mut problems = Problems::default();
        let ours = read_targets(&targets, "spec.targets", &mut problems).unwrap();
        assert_eq!((ours, problems.is_empty()), (serde_json::from_value(targets).unwrap(), true));
    }
}
