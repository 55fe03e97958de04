//! What the command line says of schedules of the cluster.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod program;

use program::kyklos;

const NIGHT: &str = "
apiVersion: kyklos.io/v1alpha1
kind: ClusterTimeWindowScaler
metadata: { name: night }
spec:
  targets: { namespaces: { selector: { matchLabels: { sleeps: nightly } }, names: [lab] } }
  timezone: UTC
  windows: [{ name: night, start: '20:00', end: '06:00', replicas: 0 }]
";
/// What it picks.
const TARGETS: &str = "targets: { namespaces: { selector: { matchLabels: { sleeps: nightly } }, names: [lab] } }";

const POOLS: &str = "
apiVersion: kyklos.io/v1alpha1
kind: ClusterTimeWindowScaler
metadata: { name: pools }
spec:
  targetRef: { apiVersion: karpenter.sh/v1, kind: NodePool, name: batch }
  timezone: UTC
  defaultReplicas: 2
";

fn namespace(name: &str, sleeps: &str) -> String {
    format!("---\napiVersion: v1\nkind: Namespace\nmetadata: {{ name: {name}, labels: {{ sleeps: {sleeps} }} }}\n")
}

fn deployment(namespace: &str, name: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name}, namespace: {namespace} }}\nspec: {{ replicas: 3 }}\n"
    )
}

#[test]
fn each_workload_of_the_files_is_told_what_it_gets_by_its_namespace() {
    let web = "---\napiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: { name: web, namespace: shop }\n\
               spec: { targetRef: { name: web }, timezone: UTC, defaultReplicas: 7 }\n";
    let overrule = "---\napiVersion: kyklos.io/v1alpha1\nkind: TimeWindowOverride\nmetadata: { name: release, namespace: lab }\n\
                    spec: { scalerRef: { kind: ClusterTimeWindowScaler, name: night }, replicas: 5, reason: release, \
                    from: '2026-11-23T20:30:00Z', until: '2026-11-23T22:00:00Z' }\n";
    let mut files = vec![NIGHT.to_owned(), web.to_owned(), overrule.to_owned()];
    files.extend([namespace("shop", "nightly"), namespace("prod", "never")]);
    files.extend(["shop", "prod", "lab", "kube-system", "kyklos-system"].map(|namespace| deployment(namespace, "api")));
    files.push(deployment("shop", "web"));
    let said = kyklos(&[], "plan -f - --from 2026-11-23T21:00:00Z --days 1", &files.concat());
    let row = |name: &str| said.row(&format!("Deployment {name} "));
    assert_eq!(row("shop/api")[2..6], ["3", "night", "night", "0"], "{}", said.out);
    assert_eq!(row("shop/web")[2..6], ["3", "shop/web", "OffHours", "7"], "{}", said.out);
    let note = "night doesn't act, shop/web comes first: it names the target, which is narrower";
    assert!(row("shop/web").join(" ").ends_with(note), "{}", said.out);
    assert_eq!(
        row("lab/api")[2..6],
        ["3", "night", "Override", "5"],
        "an override is for its own namespace: {}",
        said.out
    );
    for name in ["prod/api", "kube-system/api", "kyklos-system/api"] {
        assert_eq!(row(name)[2..6], ["3", "-", "-", "-"], "{}", said.out);
    }
    let elsewhere = kyklos(
        &[],
        "plan -f - --from 2026-11-23T21:00:00Z --days 1 --kyklos-namespace lab",
        &files.concat().replace("names: [lab]", "exclude: [prod]").replace(", names: [lab]", ""),
    );
    assert!(
        elsewhere.out.lines().any(|line| line.contains("Deployment lab/api") && line.contains("  -  ")),
        "{}",
        elsewhere.out
    );
}

#[test]
fn it_is_evaluated_by_its_name_alone_and_finds_its_holidays_where_kyklos_is() {
    let days = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: days, namespace: kyklos-system }\ndata: { '2026-12-25': x }\n";
    let pools =
        format!("{POOLS}  holidayMode: treat-as-closed\n  holidayReplicas: 0\n  holidayConfigMap: days\n{days}");
    let said = kyklos(&[], "eval -f - --at 2026-12-24T12:00:00Z --at 2026-12-25T12:00:00Z -o json", &pools);
    let lines: Vec<serde_json::Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((said.err.as_str(), lines.len()), ("", 2));
    assert_eq!((&lines[0]["name"], &lines[0]["replicas"]), (&"pools".into(), &2.into()));
    assert_eq!((&lines[1]["kind"], &lines[1]["replicas"]), (&"holiday".into(), &0.into()));
    let said = kyklos(&[], "validate -f - --strict", NIGHT);
    assert_eq!((said.status, said.out.as_str()), (0, "standard input: night: valid\n"), "{}", said.err);
}

#[test]
fn what_is_wrong_with_one_is_said() {
    let wrong = [
        (
            "metadata: { name: night }",
            "metadata: { name: night, namespace: shop }",
            "metadata.namespace: a ClusterTimeWindowScaler is in no namespace: leave it out",
        ),
        ("names: [lab]", "names: [Lab]", "spec.targets.namespaces.names[0]: \"Lab\" can't be a namespace's name"),
        ("names: [lab]", "name: [lab]", "spec.targets.namespaces.name: unknown field: did you mean names?"),
        (
            "targets: {",
            "targetRef: { name: web }\n  targets: {",
            "spec.targets: it stands beside targetRef: keep one of the two",
        ),
        (
            TARGETS,
            "targetRef: { name: web }",
            "spec.targetRef.kind: a Deployment is in a namespace, and a ClusterTimeWindowScaler names what is in none",
        ),
        (TARGETS, "targets: {}\n  namespaces: { names: [lab] }", "spec.namespaces: unknown field"),
        ("kind: ClusterTimeWindowScaler", "kind: ClusterScaler", "write TimeWindowScaler or ClusterTimeWindowScaler"),
    ];
    for (what, with, words) in wrong {
        let said = kyklos(&[], "validate -f -", &NIGHT.replacen(what, with, 1));
        assert!(said.status == 2 && said.err.contains(words), "{words}: {}", said.err);
    }
    let twice = kyklos(&[], "validate -f -", &format!("{NIGHT}---{NIGHT}"));
    assert!(twice.err.contains("metadata.name: night is in the input already"), "{}", twice.err);
    let picks_none = kyklos(&[], "validate --strict -f -", &format!("{NIGHT}{}", deployment("prod", "api")));
    assert!(
        picks_none.err.contains(
            "spec.targets: none of the workloads in the files is picked: the labels of the namespace prod aren't in the files, by which \
             one is picked: give the Namespace, too"
        ),
        "{}",
        picks_none.err
    );
    let awake = format!("{NIGHT}{}{}", namespace("prod", "never"), deployment("prod", "api"));
    let picks_none = kyklos(&[], "validate -f -", &awake);
    assert!(
        picks_none
            .err
            .contains("is picked: none of them is in the namespaces lab and those with the labels sleeps=nightly"),
        "{}",
        picks_none.err
    );
}

#[test]
fn other_tools_are_told_of_what_lies_in_no_namespace() {
    for tool in ["argo-cd", "flux"] {
        let said = kyklos(&[], &format!("gitops --for {tool} -f -"), POOLS);
        assert!(said.out.contains("name: batch") && !said.out.contains("namespace: ''"), "{}", said.out);
        assert!(said.out.contains("NodePool batch: where its CRD's"), "{}", said.out);
    }
}

#[test]
fn what_lies_in_no_namespace_is_shown_in_none() {
    let pool = |name: &str| {
        format!("---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {{ name: {name} }}\nspec: {{}}\n")
    };
    let said = kyklos(&[], "plan -f - --days 1", &format!("{POOLS}{}", pool("batch")));
    let row = said.row("NodePool of karpenter.sh/v1 ").join(" ");
    assert_eq!(row, "NodePool of karpenter.sh/v1 batch - pools OffHours 2", "{}", said.out);
    let said = kyklos(&[], "validate --strict -f -", &format!("{POOLS}{}", pool("bacth")));
    let words = "spec.targetRef: no NodePool of karpenter.sh/v1 batch is in the files, though other workloads are; did you mean bacth?";
    assert!(said.err.contains(words), "{}", said.err);
}

#[test]
fn where_labels_of_namespaces_are_missing_it_is_said_whose() {
    let unnamed = NIGHT.replace(", names: [lab]", "");
    let files: String = ["shop", "prod", "kube-system"].map(|namespace| deployment(namespace, "api")).concat();
    let said = kyklos(&[], "plan -f - --days 1", &format!("{unnamed}{files}"));
    let words = "is picked: the labels of the namespaces prod, shop aren't in the files, by which one is picked: give the Namespace, too";
    assert!(said.err.contains(words), "{}", said.err);
    for name in ["shop/api", "prod/api"] {
        let row = said.row(&format!("Deployment {name} ")).join(" ");
        assert!(row.ends_with("night may pick it: the labels of its namespace aren't known"), "{row}");
    }
    assert!(said.row("kube-system/api").join(" ").ends_with("3 - - -"), "{}", said.out);
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_in_the_order_of_the_fields() {
    let wrong = NIGHT
        .replace("names: [lab]", "names: [Lab, shop], exclude: [shop]")
        .replace("{ sleeps: nightly }", "{ 'a b': x }")
        .replace("targets: {", "targets: { kinds: [{ kind: DaemonSet }], selector: {},")
        .replace("timezone: UTC", "timezone: Mars/Olympus\n  gracePeriodSeconds: 9999\n  pause: 7");
    let said = kyklos(&[], "validate -f -", &wrong).err;
    let fields: Vec<_> =
        said.lines().filter_map(|line| line.strip_prefix("standard input: ")?.split(": ").next()).collect();
    assert_eq!(
        fields,
        [
            "spec.targets.kinds[0].kind",
            "spec.targets.namespaces.names[0]",
            "spec.targets.namespaces.selector.matchLabels[a b]",
            "spec.targets.namespaces.exclude[0]",
            "spec.targets.selector",
            "spec.timezone",
            "spec.gracePeriodSeconds",
            "spec.pause",
        ],
        "{said}"
    );
    let named = NIGHT.replace(TARGETS, "targetRef: { name: web, namespace: shop }");
    let said = kyklos(&[], "validate -f -", &named).err;
    let fields: Vec<_> =
        said.lines().filter_map(|line| line.strip_prefix("standard input: ")?.split(": ").next()).collect();
    assert_eq!(fields, ["spec.targetRef.kind", "spec.targetRef.namespace"], "{said}");
}
