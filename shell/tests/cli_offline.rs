//! What the commands say of files where the controller goes on, passes something over, or counts something in silence.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod program;

use std::process::Command;

use program::{Run, kyklos};

/// What a command says of a stream on standard input.
fn of(command: &str, stream: &str) -> Run {
    kyklos(&[], command, stream)
}

/// A schedule that gives none by night.
fn scaler(namespace: &str, name: &str, spec: &str) -> String {
    let (kind, place) = match namespace {
        "" => ("ClusterTimeWindowScaler", String::new()),
        namespace => ("TimeWindowScaler", format!(", namespace: {namespace}")),
    };
    format!(
        "---\napiVersion: kyklos.io/v1alpha1\nkind: {kind}\nmetadata: {{ name: {name}{place} }}\nspec:\n  {spec}\n  timezone: UTC\n  \
         windows: [{{ name: night, start: '20:00', end: '06:00', replicas: 0 }}]\n"
    )
}

fn overriding(namespace: &str, scaler: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: kyklos.io/v1alpha1\nkind: TimeWindowOverride\nmetadata: {{ name: launch, namespace: {namespace} }}\nspec: {{ \
         scalerRef: {scaler}, replicas: 7, reason: launch, {spec} }}\n"
    )
}

fn deployment(namespace: &str, name: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name}, namespace: {namespace} }}\nspec: {{ replicas: 3 }}\n"
    )
}

/// What `validate` warns of and `--strict` calls wrong, without the place of the document.
#[track_caller]
fn warned(stream: &str) -> Vec<String> {
    let (lax, strict) = (of("validate -f -", stream), of("validate --strict -f -", stream));
    assert_eq!((lax.status, strict.status), (0, 2), "{}{}", lax.err, strict.err);
    let said: Vec<_> = lax.err.lines().filter_map(|line| line.strip_prefix("warning: ")).collect();
    let wrong: Vec<_> = strict.err.lines().filter(|line| !line.starts_with("note: ")).collect();
    assert_eq!(said, wrong);
    let words = |line: &&str| {
        let rest = line.trim_start_matches("standard input: ");
        let of_several = rest.strip_prefix("document ").and_then(|rest| rest.split_once(": "));
        of_several.map_or(rest, |(_, rest)| rest).to_owned()
    };
    said.iter().map(words).collect()
}

const PASSED_OVER: &str = "metadata.namespace: Kyklos passes over what lies in namespaces named kube-*, so this does nothing: write it into \
                           another namespace; or have the controller look at them with --include-kube-namespaces, and give that here, too";

#[test]
fn what_lies_where_kyklos_does_not_look_is_told_and_claims_nothing() {
    let web = scaler("kube-system", "web", "targetRef: { name: web }");
    let stream = [web.clone(), deployment("kube-system", "web"), deployment("shop", "web")].concat();
    assert_eq!(warned(&stream), [PASSED_OVER]);
    let strict = of("validate --strict -f -", &stream);
    assert_eq!(strict.out, "", "it isn't called valid");
    let looked_at = of("validate --strict --include-kube-namespaces -f -", &stream);
    assert_eq!((looked_at.status, looked_at.err.as_str()), (0, ""));
    // Nothing of it is promised, asked of other tools, or held against others.
    let row = of("plan -f - --days 1", &stream).row("Deployment kube-system/web ").join(" ");
    assert_eq!(row, "Deployment kube-system/web 3 - - -");
    let row = of("plan -f - --days 1 --include-kube-namespaces", &stream).row("Deployment kube-system/web ").join(" ");
    assert!(row.contains("kube-system/web 3 kube-system/web "), "{row}");
    assert!(!of("claims -f -", &stream).out.contains("kube-system"));
    assert!(of("claims -f - --include-kube-namespaces", &stream).out.contains("kube-system"));
    assert!(!of("gitops -f -", &stream).out.contains("kube-system"));
    // One of the cluster that names the namespace is followed there, but no override in it.
    let night = scaler("", "night", "targets: { namespaces: { names: [kube-system] } }");
    let cluster = [night, deployment("kube-system", "web")].concat();
    assert_eq!(of("validate --strict -f -", &cluster).status, 0);
    let launch = overriding(
        "kube-system",
        "{ kind: ClusterTimeWindowScaler, name: night }",
        "from: '2026-11-23T20:00:00Z', until: '2040-11-23T22:00:00Z'",
    );
    assert_eq!(warned(&[cluster.clone(), launch.clone()].concat()), [PASSED_OVER]);
    let row = of("plan -f - --days 1 --from 2026-11-23T21:00:00Z", &[cluster, launch].concat());
    assert_eq!(row.row("Deployment kube-system/web ").join(" "), "Deployment kube-system/web 3 night night 0");
}

#[test]
fn a_holiday_that_is_none_keeps_no_other_from_counting() {
    let web = scaler(
        "shop",
        "web",
        "targetRef: { name: web }\n  defaultReplicas: 5\n  holidayMode: treat-as-closed\n  holidayReplicas: 1\n  holidayConfigMap: days",
    );
    let map = |data: &str| {
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: days, namespace: shop }}\ndata: {data}\n")
    };
    let stream = [web.clone(), deployment("shop", "web"), map("{ 2026-11-23: x, 2026-13-01: x, readme: x }")].concat();
    let none = |key: &str| {
        format!(
            "data[{key}]: \"{key}\" is no date: write 2026-12-25, a range 2026-12-24..2026-12-26, or for every year 12-25 or 12-24..01-02; \
             it is passed over, and the others count"
        )
    };
    assert_eq!(warned(&stream), [none("2026-13-01"), none("readme")]);
    for command in
        ["plan -f - --days 1 --from 2026-11-23", "eval -f - --at 2026-11-23T12:00:00Z", "claims -f -", "gitops -f -"]
    {
        let run = of(command, &stream);
        assert_eq!(run.status, 0, "{command}: {}", run.err);
        let said = format!("warning: standard input: document 3: {}\n", none("readme"));
        assert!(run.err.ends_with(&said), "{command}: {}", run.err);
    }
    let row = of("plan -f - --days 1 --from 2026-11-23T12:00:00Z", &stream).row("Deployment shop/web ").join(" ");
    assert_eq!(row, "Deployment shop/web 3 shop/web Holiday-Closed 1");
    // What no API server takes is wrong.
    let list = of("plan -f - --days 1", &[web, map("{ 2026-11-23: [x] }")].concat());
    assert!(list.status == 2 && list.err.contains("data[2026-11-23]: a list where a text is expected"), "{}", list.err);
}

#[test]
fn of_many_keys_that_are_none_three_are_named_and_the_others_counted() {
    let web =
        scaler("shop", "web", "targetRef: { name: web }\n  holidayMode: treat-as-closed\n  holidayConfigMap: days");
    let warned = |keys: usize| {
        let keys: String = (0..keys).map(|number| format!("  key{number}: x\n")).collect();
        let head = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: days, namespace: shop }\ndata:\n";
        warned(&[&web, head, &keys].concat())
    };
    let begins =
        |warned: &[String]| warned.iter().map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(begins(&warned(3)), ["data[key0]", "data[key1]", "data[key2]"]);
    let counted = |count: &str| format!("data: {count} no holiday: what is none is passed over, and the others count");
    assert_eq!(warned(4)[3..], [counted("1 more key is")]);
    assert_eq!(warned(9)[3..], [counted("6 more keys are")]);
}

#[test]
fn a_target_that_is_in_none_of_the_files_is_told_where_claims_are() {
    let named = |target: &str| scaler("shop", "web", &format!("targetRef: {{ name: {target} }}"));
    let said = |target: &str| of("claims -f -", &[named(target), deployment("shop", "web")].concat());
    let run = said("webb");
    let told =
        "spec.targetRef: no Deployment shop/webb is in the files, though other workloads are; did you mean web?\n";
    assert!(run.status == 0 && run.err.ends_with(told) && run.err.starts_with("warning: "), "{}", run.err);
    assert_eq!(said("web").err, "");
    assert_eq!(of("claims -f -", &named("webb")).err, "", "nobody knows without any workload");
}

#[test]
fn overrides_of_a_namespace_that_begin_in_the_days_of_a_plan_are_shown() {
    let night = scaler("", "night", "targets: { namespaces: { names: [shop, lab] } }");
    let of_cluster = "{ kind: ClusterTimeWindowScaler, name: night }";
    let launch = |namespace: &str, day: u32| {
        let day = format!("2026-11-{day}");
        overriding(namespace, of_cluster, &format!("from: '{day}T21:00:00Z', until: '{day}T23:00:00Z'"))
    };
    let files = [night, launch("shop", 25), launch("lab", 30), launch("prod", 25)].concat();
    let said = of("plan -f - --days 3 --from 2026-11-24", &files);
    assert_eq!(said.status, 0, "{}", said.err);
    let heads: Vec<_> = said.out.lines().filter(|line| line.contains(" to ")).collect();
    let days = "UTC  Tue 2026-11-24 to Thu 2026-11-26";
    assert_eq!(heads, [format!("night  {days}"), format!("night in shop  {days}")], "{}", said.out);
    let (all, shop) = said.out.split_once("night in shop").unwrap();
    assert!(!all.contains("Override"), "{all}");
    let row = shop.lines().find(|line| line.contains("Override")).unwrap();
    assert!(row.contains("2026-11-25T21:00:00Z  Override") && row.contains(" 7 "), "{shop}");
    // One of a namespaced schedule is told in the same words.
    let one = [
        scaler("shop", "night", "targets: {}"),
        overriding("shop", "{ name: night }", "from: '2026-11-25T21:00:00Z', until: '2026-11-25T23:00:00Z'"),
    ];
    let one = of("plan -f - --days 3 --from 2026-11-24", &one.concat());
    let (_, rest) = one.out.split_once(days).unwrap();
    assert_eq!(shop.split_once(days).unwrap().1, rest);
}

/// The controller takes one as made when somebody makes it, and so do all commands.
#[test]
fn an_override_up_to_the_next_boundary_is_taken_as_made_now() {
    let web = "  windows: [{ name: always, start: '00:00', end: '24:00', replicas: 1 }]\n  exceptions: [{ start: 2099-01-01T00:00, end: \
               2099-02-01T00:00, replicas: 2 }]\n";
    let web = format!(
        "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: {{ name: web, namespace: shop }}\nspec:\n  targetRef: {{ name: \
         web }}\n  timezone: UTC\n{web}"
    );
    let stream = [web, overriding("shop", "{ name: web }", "untilNextBoundary: true")].concat();
    let strict = of("validate --strict -f -", &stream);
    assert_eq!((strict.status, strict.err.as_str()), (0, ""));
    let guess = "warning: standard input: document 2: spec.untilNextBoundary: it is taken as made now, so it lasts until \
                 2099-01-01T00:00:00Z: write from, or until\n";
    let plan = of("plan -f - --days 1", &stream);
    assert_eq!((plan.status, plan.err.as_str()), (0, guess));
    assert!(plan.out.contains("Override"), "{}", plan.out);
    let eval = of("eval -f - --at 2020-01-01T00:00:00Z --at 2098-12-31T00:00:00Z --at 2099-01-01T00:00:00Z", &stream);
    assert_eq!((eval.status, eval.err.as_str()), (0, guess));
    let kinds: Vec<_> = eval.out.lines().skip(1).filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(kinds, ["window", "override", "exception"], "before it was made it didn't apply: {}", eval.out);
    for command in ["claims -f -", "gitops -f -"] {
        assert_eq!(of(command, &stream).status, 0, "{command}");
    }
}

#[test]
fn what_is_wrong_with_entries_of_lists_is_told_by_their_index() {
    let many = |entry: &str| [entry; 11].join(", ");
    let spec = format!(
        "targets: {{ exclude: [{}], namespaces: {{ exclude: [{}], names: [{}] }}, kinds: [{}] }}",
        many("{ name: C, kind: CronJob }"),
        many("B"),
        many("A"),
        many("{ kind: DaemonSet }")
    );
    let said = of("validate -f -", &scaler("", "night", &spec)).err;
    let fields: Vec<_> = said.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    let by_index = |field: &str, of: &[&str]| {
        (0..11).flat_map(|index| of.iter().map(move |of| format!("spec.{field}[{index}]{of}"))).collect::<Vec<_>>()
    };
    let right = [
        by_index("targets.kinds", &[".kind"]),
        by_index("targets.namespaces.names", &[""]),
        by_index("targets.namespaces.exclude", &[""]),
        by_index("targets.exclude", &[".name"]),
    ];
    assert_eq!(fields, right.concat(), "{said}");
    let launch = overriding("shop", "{ name: web }", "until: never, from: never, ttlSecondsAfterEnd: -1")
        .replace("replicas: 7", "replicas: x");
    let said = of("validate -f -", &launch).err;
    let fields: Vec<_> = said.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(fields, ["spec.replicas", "spec.from", "spec.until", "spec.ttlSecondsAfterEnd"], "{said}");
}

#[test]
fn names_that_stand_in_a_list_twice_are_told_with_both_places() {
    let night = scaler(
        "",
        "night",
        "targets: { exclude: [{ name: web }, { kind: Deployment, name: api }, { kind: Deployment, name: web }, { kind: StatefulSet, name: \
         api }], namespaces: { names: [shop, lab, shop], exclude: [a, b, b] } }",
    );
    let twice = |field: &str, at: usize, name: &str, before: usize| {
        format!("spec.{field}[{at}]: {name} stands in spec.{field}[{before}] already: take one of the two away")
    };
    let said = of("validate --strict -f -", &night);
    let told: String = [
        twice("targets.namespaces.names", 2, "shop", 0),
        twice("targets.namespaces.exclude", 2, "b", 1),
        twice("targets.exclude", 2, "web", 0),
    ]
    .map(|line| format!("standard input: {line}\n"))
    .concat();
    assert_eq!((said.status, said.err.as_str()), (2, told.as_str()));
    let lax = of("validate -f -", &night);
    assert_eq!((lax.status, lax.err.lines().count()), (0, 3), "{}", lax.err);
}

#[test]
fn claims_of_a_namespace_are_of_its_workloads_alone() {
    let night = scaler("", "night", "targets: { namespaces: { names: [a, b] } }");
    let pools = scaler("", "pools", "targetRef: { apiVersion: karpenter.sh/v1, kind: NodePool, name: batch }");
    let web = scaler("b", "web", "targetRef: { name: web }");
    let nameless = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: here }\n".to_owned();
    let files = [night, pools, web, nameless, deployment("a", "web"), deployment("b", "web")].concat();
    let rows = |command: &str| {
        let said = of(command, &files);
        assert_eq!(said.status, 0, "{}", said.err);
        let rows = said.out.lines().skip(1).map(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" "));
        (rows.collect::<Vec<_>>(), said.err)
    };
    let (of_a, err) = rows("claims -n a -f -");
    assert_eq!(
        (of_a, err.as_str()),
        (vec!["Deployment a/here night".to_owned(), "Deployment a/web night".to_owned()], "")
    );
    assert_eq!(rows("claims -n b -f -").0, ["Deployment b/here night", "Deployment b/web b/web"]);
    assert_eq!(rows("claims -f -").0.len(), 3, "and what lies in no namespace");
    let note = "note: no schedule claims any workload of c\n";
    assert_eq!(rows("claims -n c -f -"), (vec![], note.to_owned()));
}

#[test]
fn what_kyklos_runs_in_is_known_by_its_name_where_it_is_in_no_file() {
    let own = |kind: &str| scaler("kyklos-system", "own", &format!("targetRef: {{ {kind}name: kyklos }}"));
    let words = "is what Kyklos itself runs in, or scales that, so it is never scaled: name another target";
    assert_eq!(warned(&own("")), [format!("spec.targetRef: Deployment kyklos {words}")]);
    for right in [
        own("kind: StatefulSet, "),
        own("").replace("kyklos-system", "shop"),
        own("").replace("name: kyklos }", "name: web }"),
    ] {
        assert_eq!(of("validate --strict -f -", &right).err, "");
    }
    assert_eq!(of("validate --strict -f - --kyklos-namespace ops", &own("")).err, "");
    assert!(of("claims -f -", &own("")).out.contains("it is Kyklos itself, which is never scaled"));
    // Nor by an autoscaler of it, although what that scales is in no file.
    let hpa = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: top, namespace: kyklos-system }\n\
               spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: kyklos }, maxReplicas: 3 }\n";
    let named =
        own("apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, ").replace("name: kyklos }", "name: top }");
    assert_eq!(warned(&(named + hpa)), [format!("spec.targetRef: HorizontalPodAutoscaler top {words}")]);
}

/// Only where its workloads are in the files it is known that a name is of none of them.
#[test]
fn what_is_left_out_and_is_in_no_file_is_wrong_where_all_of_its_namespaces_are() {
    let night = |namespaces: &str| {
        let spec = format!("targets: {{ exclude: [{{ name: egde }}], namespaces: {{ {namespaces} }} }}");
        scaler("", "night", &spec) + &deployment("shop", "edge")
    };
    let sure = "spec.targets.exclude[0].name: no workload egde is in the files, though other workloads are, so this leaves out nothing; did \
                you mean edge?";
    assert_eq!(warned(&night("names: [shop]")), [sure]);
    let unsure = "note: standard input: document 1: spec.targets.exclude[0].name: no workload egde is in the files, nor are all workloads \
                  that this is for, so this may leave out nothing";
    for (namespaces, meant) in [("names: [shop, prod]", "; did you mean edge?"), ("names: [prod]", "")] {
        for command in ["validate --strict -f -", "validate -f -", "plan -f - --days 1"] {
            let said = of(command, &night(namespaces));
            assert_eq!(said.status, i32::from(meant.is_empty() && command.contains("strict")) * 2, "{}", said.err);
            assert!(said.err.lines().any(|line| line == format!("{unsure}{meant}")), "{command}: {}", said.err);
        }
    }
    let elsewhere = scaler("prod", "night", "targets: { exclude: [{ name: egde }] }") + &deployment("shop", "edge");
    let said = of("validate --strict -f -", &elsewhere);
    assert_eq!((said.status, said.err.trim_end()), (0, unsure));
    // Without any workload nobody asks.
    let alone = scaler("prod", "night", "targets: { exclude: [{ name: egde }] }");
    assert_eq!(of("validate --strict -f -", &alone).err, "");
}

/// What is left out, and why, is asked once for all schedules: with a question for each that picks nothing this takes a minute of the
/// processor, and with one a second or two.
#[test]
fn many_selections_that_pick_nothing_ask_once_what_is_left_out() {
    let night = |index: usize| {
        let labels = format!("selector: {{ matchLabels: {{ team: t{index} }} }}");
        scaler("", &format!("night-{index}"), &format!("targets: {{ namespaces: {{ {labels} }} }}"))
    };
    let schedules: String = (0..200).map(night).collect();
    let workloads: String = (0..1_000).map(|index| deployment("shop", &format!("w{index}"))).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("all.yaml"), schedules + &workloads).unwrap();
    let limited = Command::new("sh")
        .args(["-c", "ulimit -t 15 && exec \"$0\" validate -f all.yaml", env!("CARGO_BIN_EXE_kyklos")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(limited.stderr).unwrap();
    assert_eq!(limited.status.code(), Some(0), "{said}");
    assert_eq!(said.matches("none of the workloads in the files is picked").count(), 200, "{said}");
}
