//! `kyklos validate --strict` of selections: what is right and still isn't what somebody meant.

mod program;

use program::{Run, kyklos};

const NIGHT: &str = "
apiVersion: kyklos.io/v1alpha1
kind: ClusterTimeWindowScaler
metadata: { name: night }
spec:
  targets:
    namespaces: { names: [shop], selector: { matchLabels: { sleeps: nightly } }, exclude: [prod] }
    exclude: [{ name: edge }]
  timezone: UTC
  windows: [{ name: night, start: '20:00', end: '06:00', replicas: 0 }]
";

fn namespace(name: &str, sleeps: &str) -> String {
    format!("---\napiVersion: v1\nkind: Namespace\nmetadata: {{ name: {name}, labels: {{ sleeps: {sleeps} }} }}\n")
}

fn deployment(namespace: &str, name: &str, more: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name}, namespace: {namespace}{more} }}\nspec: {{ replicas: 3 }}\n"
    )
}

/// Files with which nothing is wrong.
fn right() -> String {
    [
        NIGHT.to_owned(),
        namespace("shop", "never"),
        namespace("prod", "never"),
        deployment("shop", "web", ""),
        deployment("shop", "edge", ""),
    ]
    .concat()
}

fn validate(files: &str) -> Run {
    kyklos(&[], "validate --strict -f -", files)
}

/// What is said, which without `--strict` is a warning and no more.
#[track_caller]
fn said(files: &str) -> String {
    let (strict, lax) = (validate(files), kyklos(&[], "validate -f -", files));
    assert_eq!((strict.status, lax.status), (2, 0), "{}{}", strict.err, lax.err);
    let warned: Vec<_> = lax.err.lines().filter_map(|line| line.strip_prefix("warning: ")).collect();
    assert_eq!(warned, strict.err.lines().collect::<Vec<_>>());
    strict.err
}

#[test]
fn names_that_no_object_of_the_files_has_are_told() {
    assert_eq!((validate(&right()).status, validate(&right()).err.as_str()), (0, ""));
    let wrong = right().replace("names: [shop]", "names: [shop, shpo, kube-system, kyklos-system, default]");
    let wrong = wrong.replace("exclude: [prod]", "exclude: [prd]");
    let wrong = wrong.replace("sleeps: never", "sleeps: nightly");
    let told = [
        "spec.targets.namespaces.names: no Namespace shpo is in the files, though others are; did you mean shop?",
        "spec.targets.namespaces.exclude: no Namespace prd is in the files, though others are; did you mean prod?",
    ];
    let told: String = told.iter().map(|line| format!("standard input: document 1: {line}\n")).collect();
    assert_eq!(said(&wrong), told);
    let wrong = right().replace("name: edge }]", "name: egde }]");
    let told = "spec.targets.exclude[0].name: no workload egde is in the files, though other workloads are, so this leaves out nothing; did \
                you mean edge?";
    assert_eq!(said(&wrong), format!("standard input: document 1: {told}\n"));
    // Files without any are of a chart that is for whichever there are, and where a workload is there is a namespace.
    let bare = [NIGHT, &deployment("shop", "web", ""), &deployment("shop", "edge", "")].concat();
    assert_eq!(validate(&bare).err, "");
    assert_eq!(validate(&(bare + &namespace("prod", "never"))).err, "");
    let of_kind = right().replace("[{ name: edge }]", "[{ kind: StatefulSet, name: edge }]");
    assert!(said(&of_kind).contains("spec.targets.exclude[0].name: no StatefulSet edge is in the files"));
}

#[test]
fn an_original_that_is_no_count_is_told() {
    let with = |value: &str| {
        right() + &deployment("shop", "api", &format!(", annotations: {{ kyklos.io/original-replicas: {value} }}"))
    };
    assert_eq!(validate(&with("'4'")).err, "");
    let place = "standard input: document 6: metadata.annotations[kyklos.io/original-replicas]: ";
    for (value, words) in [
        (
            "four",
            "\"four\" is no count, so it counts for nothing: write a whole number from 0 to 2147483647, such as \"3\", or take it away",
        ),
        ("4", "the number 4 where a text is expected: put it in quotes"),
    ] {
        assert_eq!(said(&with(value)), format!("{place}{words}\n"));
    }
    let flag = right() + &deployment("shop", "api", ", annotations: { kyklos.io/exclude: true }");
    assert!(said(&flag).contains("metadata.annotations[kyklos.io/exclude]: true where a text is expected: put it in"));
}

#[test]
fn an_override_where_its_schedule_is_not_is_told() {
    let overruled = |namespace: &str, scaler: &str| {
        right()
            + &format!(
                "---\napiVersion: kyklos.io/v1alpha1\nkind: TimeWindowOverride\nmetadata: {{ name: launch, namespace: {namespace} }}\n\
                 spec: {{ scalerRef: {{ kind: ClusterTimeWindowScaler, name: {scaler} }}, replicas: 5, reason: x, \
                 until: '2040-11-23T22:00:00Z' }}\n"
            )
    };
    assert_eq!(validate(&overruled("shop", "night")).err, "");
    assert_eq!(validate(&overruled("elsewhere", "night")).err, "", "nobody knows its labels");
    let words = "standard input: document 6: metadata.namespace: ClusterTimeWindowScaler night isn't for prod, so it applies to nothing \
                 there: write it into a namespace of night's\n";
    assert_eq!(said(&overruled("prod", "night")), words);
    let pools = "---\napiVersion: kyklos.io/v1alpha1\nkind: ClusterTimeWindowScaler\nmetadata: { name: pools }\nspec: { timezone: UTC, \
                 targetRef: { apiVersion: karpenter.sh/v1, kind: NodePool, name: batch } }\n";
    let words = "spec.scalerRef: ClusterTimeWindowScaler pools names what lies in no namespace, which no override is for: annotate it with \
                 kyklos.io/override instead";
    assert!(said(&(overruled("shop", "pools") + pools)).contains(words));
}

#[test]
fn more_than_an_edit_may_lower_at_once_is_told_as_the_brake_will_have_it() {
    let of = |most: usize, fields: &str| {
        right().replace("  timezone: UTC", &format!("  timezone: UTC\n  maxNewTargets: {most}{fields}"))
            + &deployment("shop", "api", "")
            + &deployment("shop", "asleep", "").replace("replicas: 3", "replicas: 0")
    };
    assert_eq!(validate(&of(2, "")).err, "", "web and api, while edge is left out and one sleeps already");
    let words = "standard input: document 1: spec.maxNewTargets: 2 workloads of the files would be lowered at once, which is more than 1: \
                 an edit at such a time, the first included, lowers none of them until the object is annotated with kyklos.io/confirm: \
                 write at least 2, if all of them are meant\n";
    assert_eq!(said(&of(1, "")), words);
    assert_eq!(validate(&of(1, "\n  pause: true")).err, "");
    assert_eq!(validate(&of(1, "").replace("replicas: 0 }]", "replicas: 3 }]")).err, "", "none is lowered");
    // What a schedule of its own has isn't lowered by this one.
    let web = "---\napiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: { name: web, namespace: shop }\n\
               spec: { targetRef: { name: web }, timezone: UTC }\n";
    assert_eq!(validate(&(of(1, "") + web)).err, "");
    // Nor is what is held by its autoscaler counted twice.
    let hpa = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web, namespace: shop }\n\
               spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }\n";
    let kinds = "targets: { kinds: [{ kind: Deployment }, { kind: HorizontalPodAutoscaler }], ";
    assert_eq!(validate(&(of(2, "") + hpa).replace("targets: { ", kinds)).err, "");
}

#[test]
fn kyklos_itself_is_never_scaled_and_whoever_names_it_is_told() {
    let own = deployment("kyklos-system", "kyklos", "");
    let picked = right().replace("names: [shop]", "names: [shop, kyklos-system]") + &own;
    let plan = kyklos(&[], "plan -f - --days 1", &picked);
    let row = plan.row("Deployment kyklos-system/kyklos ").join(" ");
    assert_eq!(row, "Deployment kyklos-system/kyklos 3 - - - night leaves it out: it is Kyklos itself");
    let claims = kyklos(&[], "claims -f -", &picked);
    let row = claims.row("kyklos-system/kyklos").join(" ");
    assert_eq!(row, "Deployment kyklos-system/kyklos - - - night leaves it out: it is Kyklos itself");
    let named = "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: { name: own, namespace: kyklos-system }\n\
                 spec: { targetRef: { name: kyklos }, timezone: UTC }\n";
    let words = "spec.targetRef: Deployment kyklos is what Kyklos itself runs in, or scales that, so it is never scaled: name another target";
    assert!(said(&[named, &own].concat()).contains(words));
    let row = kyklos(&[], "claims -f -", &[named, &own].concat()).row("kyklos-system/kyklos").join(" ");
    assert_eq!(row, "Deployment kyklos-system/kyklos - - - it is Kyklos itself, which is never scaled");
}
