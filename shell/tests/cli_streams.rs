//! Streams of manifests of every kind, as `helm template` and `kustomize build` print them: what is read of them, and what is passed over.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics is a test that fails")]

mod program;

use program::{Run, kyklos};

/// A schedule of these fields: 0 by night, `office` by day.
fn scaler(name: &str, target: &str, office: &str) -> String {
    format!(
        "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: {{name: {name}}}\nspec:\n  targetRef: {target}\n  \
         timezone: Europe/Zurich\n  defaultReplicas: 0\n  \
         windows: [{{name: office, days: [Mon-Fri], start: 08:00, end: 18:00, replicas: {office}}}]\n---\n"
    )
}

fn workload(api_version: &str, kind: &str, name: &str, spec: &str) -> String {
    format!(
        "# Source: shop/templates/{name}.yaml\napiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n"
    )
}

fn deployment(name: &str, replicas: usize) -> String {
    workload("apps/v1", "Deployment", name, &format!("replicas: {replicas}, template: {{}}"))
}

fn autoscaler(name: &str, target: &str) -> String {
    let target = format!("scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}");
    workload("autoscaling/v2", "HorizontalPodAutoscaler", name, &format!("{target}, minReplicas: 2, maxReplicas: 9"))
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n---\n";

/// What a command says of a stream on standard input.
fn of(command: &str, stream: &str) -> Run {
    kyklos(&[], command, stream)
}

/// The table of the workloads in a plan that begins on a Monday at 09:00 of the wall clock.
fn table(stream: &str) -> (String, String) {
    table_at("08:00:00Z", stream)
}

fn table_at(time: &str, stream: &str) -> (String, String) {
    let run = of(&format!("plan -f - --days 1 --from 2026-11-23T{time}"), stream);
    assert_eq!(run.status, 0, "{}", run.err);
    let (_, table) = run.out.split_once("Workloads of the files, to begin with\n\n").unwrap();
    (table.to_owned(), run.err)
}

/// Its rows, with one blank between two columns.
fn rows(table: &str) -> Vec<String> {
    let row = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    table.lines().skip(1).map(row).collect()
}

#[test]
fn of_a_whole_chart_each_workload_is_told_what_it_gets() {
    let stream = [
        SERVICE,
        &deployment("web", 4),
        &deployment("api", 3),
        &workload("apps/v1", "StatefulSet", "db", ""),
        &workload("batch/v1", "CronJob", "report", "schedule: '* * * * *', startingDeadlineSeconds: 60"),
        &scaler("web", "{name: web}", "50%"),
        &scaler("db", "{kind: StatefulSet, name: db}", "2"),
    ]
    .concat();
    let (table, said) = table(&stream);
    assert_eq!(
        (table.as_str(), said.as_str()),
        (
            "\
WORKLOAD                HAS  BY           APPLIES  GETS  NOTE
Deployment default/web    4  default/web  office      2  50% of 4
Deployment default/api    3  -            -           -
StatefulSet default/db    -  default/db   office      2
CronJob default/report    -  -            -           -
",
            ""
        )
    );
}

#[test]
fn an_autoscaler_beside_the_target_is_told() {
    let beside = [deployment("web", 4), autoscaler("web", "web"), scaler("web", "{name: web}", "3")].concat();
    let warning = "warning: standard input: document 3: spec.targetRef: HorizontalPodAutoscaler web scales Deployment web, too, and \
                   each would undo the other's counts, so only 0 is written, and the next count after it: write {apiVersion: \
                   autoscaling/v2, kind: HorizontalPodAutoscaler, name: web} here instead\n";
    let (day, said) = table(&beside);
    assert_eq!(said, warning);
    let row = |table: &str| rows(table).swap_remove(0);
    assert_eq!(row(&day), "Deployment default/web 4 default/web office - left to HorizontalPodAutoscaler web");
    // From 0 on the next count is the schedule's.
    let asleep = beside.replace("replicas: 4,", "replicas: 0,");
    assert_eq!(row(&table(&asleep).0), "Deployment default/web 0 default/web office 3");
    assert_eq!(row(&table_at("20:00:00Z", &beside).0), "Deployment default/web 4 default/web OffHours 0");
    assert_eq!(table(&beside.replace("replicas: 3}", "replicas: original}")).1, "", "there is nothing to undo");
    let keda = "scaleTargetRef: {name: web}";
    let scaled = [
        deployment("web", 4),
        workload("keda.sh/v1alpha1", "ScaledObject", "so", keda),
        scaler("web", "{name: web}", "0"),
    ];
    let (table_of_it, said) = table(&scaled.concat());
    assert!(said.contains(
        "ScaledObject so scales Deployment web, too, and each would undo the other's counts, so nothing is written"
    ));
    assert!(table_of_it.contains("left to ScaledObject so"), "{table_of_it}");
}

#[test]
fn a_schedule_of_an_autoscaler_has_what_that_scales() {
    let hpa = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: web}";
    let named = [deployment("web", 4), autoscaler("web", "web"), scaler("hpa", hpa, "6")].concat();
    let (day, said) = table(&named);
    assert!(!said.contains("undo each other"), "{said}");
    let expected = [
        "Deployment default/web 4 default/hpa office - left to HorizontalPodAutoscaler web",
        "HorizontalPodAutoscaler default/web - default/hpa office 6",
    ];
    assert_eq!(rows(&day), expected);
    let asleep =
        "Deployment default/web 4 default/hpa OffHours 0 for HorizontalPodAutoscaler web, which stands still at 0";
    assert_eq!(rows(&table_at("20:00:00Z", &named).0)[0], asleep);
    // Who loses what it scales acts on neither.
    let (both, said) = table(&[named, scaler("first", "{name: web}", "3")].concat());
    assert_eq!(
        rows(&both)[1],
        "HorizontalPodAutoscaler default/web - - - - default/hpa doesn't act, default/first comes first by Deployment web: it was made in \
         the same second and comes first by name"
    );
    assert!(
        said.contains(
            "document 3: spec.targetRef: default/first scales Deployment web, too, and acts instead of this one"
        ),
        "{said}"
    );
}

#[test]
fn of_two_schedules_for_one_workload_one_acts() {
    let both = [deployment("web", 4), scaler("b", "{name: web}", "3"), scaler("a", "{name: web}", "2")].concat();
    let (made_now, said) = table(&both);
    let words =
        "default/a  office      2  default/b doesn't act, default/a comes first: it was made in the same second";
    assert!(made_now.contains(words), "{made_now}");
    let rest = "delete one of the two, or give it another target\n";
    assert_eq!(
        said,
        format!(
            "warning: standard input: document 2: spec.targetRef: default/a scales Deployment web, too, and acts instead of this one: \
             of two the older acts, and of those that are made in one second the first by name: {rest}"
        )
    );
    // Of those that come from a cluster it is known which is older.
    let aged = |name: &str, at: &str| {
        let named = format!("metadata: {{name: {name}");
        scaler(name, "{name: web}", "3").replace(&named, &format!("{named}, creationTimestamp: '{at}'"))
    };
    let aged = [deployment("web", 4), aged("b", "2026-01-01T00:00:00Z"), aged("a", "2026-01-02T00:00:00Z")].concat();
    let (table, said) = table(&aged);
    let words = "default/b  office      3  default/a doesn't act, default/b comes first: it is older";
    assert!(table.contains(words), "{table}");
    assert_eq!(
        said,
        format!(
            "warning: standard input: document 3: spec.targetRef: default/b scales Deployment web, too, and acts instead of this one: \
             it is older: {rest}"
        )
    );
}

#[test]
fn other_kinds_are_passed_over_and_told_of_when_asked() {
    let stream = [
        SERVICE,
        "kind: ClusterRole\napiVersion: rbac.authorization.k8s.io/v1\nrules: []\n---\n",
        &scaler("web", "{name: web}", "3"),
    ];
    let run = of("validate -f -", &stream.concat());
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (0, "standard input: default/web: valid\n", ""));
    let run = of("validate -v -f -", &stream.concat());
    let passed = "standard input: document 1: passed over: Service web\nstandard input: document 2: passed over: ClusterRole without a name\n";
    assert_eq!((run.status, run.err.as_str()), (0, passed));
    let list =
        "kind: List\napiVersion: v1\nitems:\n- { kind: Service, apiVersion: v1, metadata: { name: web } }\n---\n";
    let run = of("validate -v -f -", &[list, &scaler("web", "{name: web}", "3")].concat());
    assert_eq!(run.err, "standard input: document 1: items[0]: passed over: Service web\n");
    let run = of("validate -f -", &[SERVICE, &deployment("web", 1)].concat());
    let none = "standard input: no TimeWindowScaler or ClusterTimeWindowScaler is there, only other kinds: give a file that has one\n";
    assert_eq!((run.status, run.err.as_str()), (2, none));
    // What is nearly ours isn't another kind.
    for (from, to, said) in [
        (
            "kind: TimeWindowScaler",
            "kind: TimeWindowScaller",
            "kind: \"TimeWindowScaller\" is not what this command reads",
        ),
        ("kyklos.io/v1alpha1", "kyklos.io/v1beta1", "apiVersion: \"kyklos.io/v1beta1\" is not what this command reads"),
        (
            "kyklos.io/v1alpha1",
            "kyclos.io/v1alpha1",
            "apiVersion: \"kyclos.io/v1alpha1\" is not what this command reads",
        ),
    ] {
        let run = of("validate -f -", &stream.concat().replace(from, to));
        assert!(run.status == 2 && run.err.contains(said), "{}", run.err);
    }
}

#[test]
fn config_maps_of_the_stream_are_the_holidays_of_those_that_name_them() {
    let map = |name: &str, key: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{{key}: x}}\n---\n")
    };
    let web = scaler("web", "{name: web}", "3")
        .replace("  timezone", "  holidayMode: treat-as-closed\n  holidayConfigMap: days\n  timezone");
    let stream = [map("settings", "log.level"), web.clone(), map("days", "2026-11-23")].concat();
    let run = of("eval -f - --at 2026-11-23T08:00:00Z", &stream);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "a ConfigMap that nobody names is nobody's holidays");
    assert!(run.out.contains("Holiday-Closed"), "{}", run.out);
    let run = of("validate -f -", &[web.clone(), map("days", "monday")].concat());
    assert!(
        run.status == 0
            && run.err.starts_with("warning: standard input: document 2: data[monday]: \"monday\" is no date"),
        "{}",
        run.err
    );
    let run = of("validate -f -", &[web.clone(), map("days", "2026-11-23"), map("days", "2026-11-24")].concat());
    assert!(run.err.contains("document 3: metadata.name: the ConfigMap default/days is there twice"), "{}", run.err);
    let run = of("validate -f -", &web);
    let missing = "warning: standard input: spec.holidayConfigMap: the ConfigMap default/days is not given, so no day is a holiday: \
                   give its file as well, or with --holidays\n";
    assert_eq!((run.status, run.err.as_str()), (0, missing));
}

#[test]
fn objects_without_a_namespace_are_where_they_will_be_applied() {
    let other = deployment("web", 2).replace("name: web}", "name: web, namespace: other}");
    let stream = [deployment("web", 4), other, scaler("web", "{name: web, namespace: shop}", "3")].concat();
    let run = of("validate -n shop -f -", &stream);
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (0, "standard input: shop/web: valid\n", ""));
    let run = of("plan -n shop -f - --days 1 --from 2026-11-23T08:00:00Z", &stream);
    let (_, table) = run.out.split_once("Workloads of the files, to begin with\n\n").unwrap();
    assert_eq!(rows(table), ["Deployment shop/web 4 shop/web office 3", "Deployment other/web 2 - - -"]);
    assert!(of("validate -f -", &stream).err.contains("spec.targetRef.namespace: \"shop\" is another namespace"));
    let run = of("validate -n Shop -f -", &stream);
    assert!(run.status == 2 && run.err.contains("no namespace's name"), "{}", run.err);
}

#[test]
fn strict_is_wrong_what_is_else_only_warned_of() {
    let web = scaler("web", "{name: web}", "3");
    let cases = [
        (
            "two schedules",
            [deployment("web", 4), web.clone(), scaler("late", "{name: web}", "2")].concat(),
            "acts instead of this one",
        ),
        (
            "an autoscaler",
            [deployment("web", 4), autoscaler("web", "web"), web.clone()].concat(),
            "HorizontalPodAutoscaler web scales",
        ),
        (
            "a slip of the pen",
            [deployment("storefornt", 4), scaler("web", "{name: storefront}", "3")].concat(),
            "no Deployment default/storefront is in the files, though other workloads are; did you mean storefornt?",
        ),
        (
            "an owner",
            [
                deployment("web", 4)
                    .replace("name: web}", "name: web, ownerReferences: [{kind: Shop, name: main, controller: true}]}"),
                web.clone(),
            ]
            .concat(),
            "Shop main controls Deployment web, and would undo what is written",
        ),
        (
            "an override for nothing",
            format!(
                "{web}apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowOverride\nmetadata: {{name: launch}}\nspec: {{scalerRef: {{name: wep}}, \
                 replicas: 1, until: 2026-12-01T18:00:00Z, reason: x}}\n"
            ),
            "no TimeWindowScaler default/wep is in the files",
        ),
    ];
    for (what, stream, words) in cases {
        let run = of("validate -f -", &stream);
        assert!(
            run.status == 0 && run.err.contains("warning: standard input") && run.err.contains(words),
            "{what}: {}",
            run.err
        );
        let strict = of("validate --strict -f -", &stream);
        assert!(
            strict.status == 2 && strict.err.contains(words) && !strict.err.contains("warning: "),
            "{what}: {}",
            strict.err
        );
        let valid = |run: &Run| run.out.lines().count();
        assert_eq!(valid(&strict) + 1, valid(&run), "{what}: what is wrong isn't called valid: {}", strict.out);
    }
    let run = of("validate --strict -f -", &[deployment("web", 4), web].concat());
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (0, "standard input: default/web: valid\n", ""));
}

#[test]
fn a_cron_job_that_may_start_late_is_told_of() {
    let cron = |deadline: &str| {
        let job = workload("batch/v1", "CronJob", "report", &format!("schedule: '* * * * *'{deadline}"));
        [job, scaler("report", "{apiVersion: batch/v1, kind: CronJob, name: report}", "1")].concat()
    };
    let words = "document 1: spec.startingDeadlineSeconds: missing: when it is resumed, a run that it missed may start at once: write how \
                 late one may start, such as 60";
    assert!(of("validate -f -", &cron("")).err.contains(words));
    assert!(!of("validate -f -", &cron(", startingDeadlineSeconds: 60")).err.contains("startingDeadlineSeconds"));
}

#[test]
fn whatever_stands_in_other_kinds_is_nobodys_business_here() {
    for strange in [
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: 7\nspec: [1]\n---\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: [x]}\n---\n",
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: web}\n---\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b, ownerReferences: {}, annotations: []}\nspec: {replicas: -1e9}\n---\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 7}\ndata: [x]\n---\n",
        "apiVersion: []\nkind: []\n---\n",
    ] {
        let run = of("plan -f - --days 1", &[strange, &scaler("web", "{name: web}", "3")].concat());
        let is_ours = strange.starts_with("apiVersion: []");
        assert_eq!(run.status, if is_ours { 2 } else { 0 }, "{strange}: {}", run.err);
    }
}
