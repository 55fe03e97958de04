//! What somebody is told who tries the commands on what is at hand, much of which is wrong.

mod program;

use program::{Run, kyklos};

fn of(command: &str, stream: &str) -> Run {
    kyklos(&[], command, stream)
}

/// A schedule of the cluster for the namespaces of these names.
fn night(name: &str, namespaces: &str) -> String {
    format!(
        "---\napiVersion: kyklos.io/v1alpha1\nkind: ClusterTimeWindowScaler\nmetadata: {{ name: {name} }}\nspec:\n  targets: {{ namespaces: {{ names: [{namespaces}] }} }}\n  timezone: UTC\n  \
         windows: [{{ name: night, start: '20:00', end: '06:00', replicas: 0 }}]\n"
    )
}

fn deployment(namespace: &str, name: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name}, namespace: {namespace} }}\nspec: {{ replicas: 3 }}\n"
    )
}

/// Every command says the same of a stream without a schedule, and does nothing.
#[test]
fn a_stream_without_a_schedule_is_wrong_whatever_it_is() {
    let crds = kyklos(&[], "crd", "").out;
    let none = |instead: &str| {
        format!(
            "standard input: no TimeWindowScaler or ClusterTimeWindowScaler is there{instead}: give a file that has one\n"
        )
    };
    let others = none(", only other kinds");
    for (stream, said) in [
        ("", "standard input: the file is empty: write at least one object\n"),
        ("kind: List\napiVersion: v1\nitems: []\n", &none("")),
        (&crds, &others),
        (&deployment("shop", "web"), &others),
        (
            "hello\n",
            "standard input: document: the text \"hello\" where fields are expected: write field: value pairs\n",
        ),
        (
            "metadata: { name: {{ .Values.name }} }\n",
            "standard input: line 1, column 20: not YAML: expected string scalar; where {{ }} is a template's, give what helm template \
             prints of it\n",
        ),
    ] {
        for command in ["validate --strict", "plan", "eval", "gitops", "claims -n shop"] {
            let run = of(&format!("{command} -f -"), stream);
            assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (2, "", said), "{command}");
        }
    }
}

#[test]
fn of_two_that_pick_the_same_one_never_acts() {
    let files = [night("a", "shop"), night("b", "shop"), deployment("shop", "web")].concat();
    let words = "document 2: spec.targets: a picks what this one picks, and acts instead: of two the older acts, and of those that are made \
                 in one second the first by name: delete one of the two, or have them pick other workloads\n";
    let (lax, strict) = (of("validate -f -", &files), of("validate --strict -f -", &files));
    assert_eq!((lax.status, lax.err), (0, format!("warning: standard input: {words}")));
    assert_eq!((strict.status, strict.err), (2, format!("standard input: {words}")));
    let many: String = (10..110).map(|index| night(&format!("n{index}"), "shop")).collect();
    let strict = of("validate --strict -f -", &(many + &deployment("shop", "web")));
    assert_eq!((strict.err.lines().count(), strict.out.as_str()), (99, "standard input: n10: valid\n"));
    // Whether one that picks more has anything left the files don't tell.
    let wider = [night("a", "shop"), night("b", "shop, prod"), deployment("shop", "web")].concat();
    let strict = of("validate --strict -f -", &wider);
    let words = "note: standard input: document 2: spec.targets: a picks Deployment shop/web, and all that this one picks of the files is \
                 that of others which are as narrow, and acts instead: ";
    assert!(strict.status == 0 && strict.err.starts_with(words), "{}", strict.err);
    assert_eq!(of("validate --strict -f -", &(wider + &deployment("prod", "api"))).err, "");
}

#[test]
fn a_workload_that_is_there_twice_is_told() {
    let files =
        [night("a", "shop"), deployment("shop", "web"), deployment("prod", "web"), deployment("shop", "web")].concat();
    let words = "document 4: metadata.name: Deployment shop/web is in the input already (standard input: document 2): give every object once\n";
    assert_eq!(of("validate --strict -f -", &files).err, format!("standard input: {words}"));
    assert_eq!(of("plan --days 1 -f -", &files).err, format!("warning: standard input: {words}"));
}

#[test]
fn a_namespace_that_no_workload_of_the_files_is_in_is_named() {
    let words = "standard input: document 1: spec.targets: none of the workloads in the files is picked: none of them is in the namespaces ";
    for (named, rest) in [("shpo", "shpo; did you mean shop?"), ("lab, prod", "lab, prod")] {
        let files = [night("a", named), deployment("shop", "web")].concat();
        assert_eq!(of("validate --strict -f -", &files).err, format!("{words}{rest}\n"));
    }
    let none = of("claims -n prod -f -", &[night("a", "shop"), deployment("shop", "web")].concat());
    assert_eq!((none.status, none.err.as_str()), (0, "note: no schedule claims any workload of prod\n"));
}
