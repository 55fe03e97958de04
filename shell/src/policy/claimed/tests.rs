use serde_json::json;

use super::*;
use crate::target::Kind;

/// When all of it is asked.
fn epoch(_: usize) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn schedule(name: &str, second: i64, spec: &serde_json::Value) -> Claiming {
    let identity = Identity {
        namespace: "shop".into(),
        name: name.into(),
        uid: name.into(),
        generation: 1,
        created: DateTime::from_timestamp(second, 0).unwrap(),
        deleting: false,
    };
    Claiming::read(identity, spec)
}

#[test]
fn each_claim_has_its_reason() {
    let web = |zone: &str| json!({ "targetRef": { "name": "web" }, "timezone": zone });
    let mut all = vec![
        schedule("old", 1, &web("UTC")),
        schedule("young", 2, &web("UTC")),
        schedule("broken", 0, &web("Mars/Olympus")),
        schedule("api", 9, &json!({ "targetRef": { "name": "api" }, "timezone": "Mars/Olympus" })),
        schedule("nothing", 9, &json!([1])),
    ];
    let found = claimed(&all, &[], &Places::default(), epoch);
    let names: Vec<_> = found.keys().map(|workload| (&*workload.kind.kind, &*workload.name)).collect();
    assert_eq!(names, [("Deployment", "api"), ("Deployment", "web")]);
    let said: Vec<_> = found.iter().map(|(workload, claims)| claims.reasons(workload, &all)).collect();
    assert_eq!(said[0], ["shop/api claims it and can't be followed, so nobody acts"]);
    assert_eq!(
        said[1],
        [
            "shop/young doesn't act, shop/old comes first: it is older",
            "shop/broken doesn't act, shop/old comes first: this one can't be followed",
        ]
    );
    let holder = |found: &Claimed| {
        let (workload, claims) = found.last_key_value().unwrap();
        claims.holder(workload).map(|(policy, _)| policy)
    };
    assert_eq!(holder(&found), Some(0));
    all[0].identity.deleting = true;
    assert_eq!(holder(&claimed(&all, &[], &Places::default(), epoch)), Some(1), "one on its way out claims nothing");
}

#[test]
fn what_a_selection_picks_is_claimed_and_what_says_no_is_not() {
    let found = |name: &str, tier: &str, exclude: Option<&str>| Found {
        workload: Workload { namespace: "shop".into(), kind: KindRef::new("apps/v1", "Deployment"), name: name.into() },
        labels: LabelSet::of(&[("tier".to_owned(), tier.to_owned())].into()),
        exclusion: Exclusion::of(exclude, None),
        owner: None,
        scales: None,
    };
    let workloads = [found("api", "app", None), found("db", "tool", None), found("kept", "app", Some("true"))];
    let targets = json!({ "selector": { "matchLabels": { "tier": "app" } } });
    let night = schedule("night", 1, &json!({ "targets": targets, "timezone": "UTC" }));
    let api = schedule("api", 2, &json!({ "targetRef": { "name": "api" }, "timezone": "UTC" }));
    let all = [night, api];
    let claims = claimed(&all, &workloads, &Places::default(), epoch);
    let names: Vec<_> = claims.keys().map(|workload| &*workload.name).collect();
    assert_eq!(names, ["api"]);
    let said: Vec<_> = claims.iter().flat_map(|(workload, claims)| claims.reasons(workload, &all)).collect();
    assert_eq!(said, ["shop/night doesn't act, shop/api comes first: it names the target, which is narrower"]);
}

fn object(api_version: &str, kind: &str, name: &str, scales: Option<&str>) -> Found {
    let scales = scales.map(|name| TargetRefKey { kind: Kind::DEPLOYMENT, name: name.into() });
    let workload = Workload { namespace: "shop".into(), kind: KindRef::new(api_version, kind), name: name.into() };
    Found { workload, labels: LabelSet::default(), exclusion: Exclusion::None, owner: None, scales }
}

fn deployment(name: &str) -> Found {
    object("apps/v1", "Deployment", name, None)
}

fn hpa(name: &str, scales: &str) -> Found {
    object("autoscaling/v2", "HorizontalPodAutoscaler", name, Some(scales))
}

/// Each workload, who acts on it, and what there is to say.
fn told(schedules: &[Claiming], workloads: &[Found]) -> Vec<(String, Option<String>, String)> {
    let all = claimed(schedules, workloads, &Places::default(), epoch);
    let row = |(workload, claims): (&Workload, &Claims)| {
        let holder = claims.holder(workload).map(|(policy, _)| schedules[policy].name().to_owned());
        (workload.called(), holder, claims.reasons(workload, schedules).join("; "))
    };
    all.iter().map(row).collect()
}

fn row(workload: &str, by: Option<&str>, said: &str) -> (String, Option<String>, String) {
    (workload.to_owned(), by.map(str::to_owned), said.to_owned())
}

#[test]
fn a_claim_on_an_autoscaler_is_one_on_what_it_scales() {
    let named = |name: &str, second, target: serde_json::Value| {
        schedule(name, second, &json!({ "targetRef": target, "timezone": "UTC" }))
    };
    let of_hpa = json!({ "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "h" });
    let night = schedule("night", 1, &json!({ "targets": { "kinds": [{ "kind": "Deployment" }] }, "timezone": "UTC" }));
    let workloads = [deployment("web"), deployment("api"), hpa("h", "web")];
    assert_eq!(
        told(&[night.clone(), named("floor", 2, of_hpa.clone())], &workloads),
        [
            row("Deployment api", Some("night"), ""),
            row(
                "Deployment web",
                Some("floor"),
                "by HorizontalPodAutoscaler h, which scales it; shop/night doesn't act, shop/floor comes first by \
                 HorizontalPodAutoscaler h: it names the target, which is narrower"
            ),
            row("HorizontalPodAutoscaler h", Some("floor"), ""),
        ]
    );
    // And the other way round.
    let web = named("web", 1, json!({ "name": "web" }));
    assert_eq!(
        told(&[web, named("floor", 2, of_hpa)], &workloads),
        [
            row("Deployment web", Some("web"), ""),
            row(
                "HorizontalPodAutoscaler h",
                None,
                "shop/floor doesn't act, shop/web comes first by Deployment web: it is older"
            ),
        ]
    );
}

#[test]
fn what_an_autoscaler_scales_is_left_to_it_where_both_are_picked() {
    let kinds = json!([{ "kind": "Deployment" }, { "kind": "HorizontalPodAutoscaler" }, { "kind": "ScaledObject" }]);
    let spec = |exclude| json!({ "targets": { "kinds": kinds, "exclude": exclude }, "timezone": "UTC" });
    let night = schedule("night", 1, &spec(json!([])));
    let workloads = [
        deployment("web"),
        deployment("queue"),
        hpa("a", "web"),
        hpa("b", "web"),
        hpa("q", "queue"),
        object("keda.sh/v1alpha1", "ScaledObject", "z", Some("queue")),
    ];
    let left = |by: &str| format!("it is left to {by}, which scales it and is picked as well");
    let of_web = left("HorizontalPodAutoscaler a");
    let of_queue = left("ScaledObject z");
    let all = told(std::slice::from_ref(&night), &workloads);
    assert_eq!(
        all,
        [
            row("Deployment queue", Some("night"), &of_queue),
            row("Deployment web", Some("night"), &of_web),
            row("HorizontalPodAutoscaler a", Some("night"), ""),
            row("HorizontalPodAutoscaler b", None, "HorizontalPodAutoscaler a scales the same, too, and comes first"),
            row("HorizontalPodAutoscaler q", None, "ScaledObject z scales the same, too, and comes first"),
            row("ScaledObject z", Some("night"), ""),
        ]
    );
    // What is left out has its autoscalers left out, too; one that is left out itself governs nothing.
    let night = schedule("night", 1, &spec(json!([{ "kind": "Deployment", "name": "web" }, { "name": "z" }])));
    assert_eq!(
        told(&[night], &workloads),
        [
            row("Deployment queue", Some("night"), &left("HorizontalPodAutoscaler q")),
            row("HorizontalPodAutoscaler q", Some("night"), ""),
        ]
    );
}
