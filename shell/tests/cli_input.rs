//! What the commands say of input that is wrong: every error of every file, with its place, and exit status 2.

mod program;

use program::{Run, kyklos};

/// A manifest with this spec below a target and a zone.
fn manifest(spec: &str) -> String {
    format!(
        "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: {{name: web, namespace: shop}}\n\
         spec:\n  targetRef: {{name: web}}\n  timezone: Europe/Zurich\n{spec}"
    )
}

/// Every command refuses a file in the same words.
fn refused(file: &[u8]) -> String {
    let files: [(&str, &[u8]); 1] = [("a.yaml", file)];
    let eval = kyklos(&files, "eval -f a.yaml --at 2026-01-01T00:00:00Z -o json", "");
    assert_eq!((eval.status, eval.out.as_str()), (2, ""), "{}", eval.err);
    for command in ["validate", "plan"] {
        let run = kyklos(&files, &format!("{command} -f a.yaml"), "");
        assert_eq!((run.status, run.err.as_str()), (2, eval.err.as_str()));
    }
    eval.err
}

/// A spec with one thing wrong.
#[track_caller]
fn one_error(spec: &str, expected: &str) {
    assert_eq!(refused(manifest(spec).as_bytes()), format!("a.yaml: {expected}\n"));
}

#[test]
fn an_unknown_zone_with_the_nearest_names() {
    let file = manifest("").replace("Europe/Zurich", "Europe/Zuerich");
    let said = refused(file.as_bytes());
    assert!(said.starts_with("a.yaml: spec.timezone: \"Europe/Zuerich\" is no time zone: write a name of"), "{said}");
    assert!(said.contains("did you mean Europe/Zurich"), "{said}");
    let said = refused(manifest("").replace("Europe/Zurich", "america/new_york").as_bytes());
    assert!(said.ends_with("such as Europe/Zurich; did you mean America/New_York?\n"), "{said}");
    for (given, meant) in [("New York", "America/New_York"), ("Zurich", "Europe/Zurich"), ("UTX", "UTC")] {
        let said = refused(manifest("").replace("Europe/Zurich", given).as_bytes());
        assert!(said.ends_with(&format!("; did you mean {meant}?\n")), "{said}");
    }
}

#[test]
fn times_and_days_that_are_none() {
    one_error(
        "  windows: [{start: 09:00, end: 09:00, replicas: 1}]",
        "spec.windows[0].end: 09:00 is the start as well, so the window is empty: for a whole day write start 00:00 and end 24:00 (00:00-24:00)",
    );
    one_error(
        "  windows: [{start: 09:00, end: 25:00, replicas: 1}]",
        "spec.windows[0].end: \"25:00\" is no time of day: write HH:MM with two digits each, 00:00 to 24:00, such as 17:00",
    );
    one_error(
        "  windows: [{start: 9:00, end: 17:00, replicas: 1}]",
        "spec.windows[0].start: \"9:00\" is no time of day: write HH:MM with two digits each, 00:00 to 23:59, such as 09:00",
    );
    one_error(
        "  windows: [{days: [Mon, Funday], start: 09:00, end: 17:00, replicas: 1}]",
        "spec.windows[0].days[1]: \"Funday\" is no day: write a weekday such as Monday or Mon, or a range such as Mon-Fri",
    );
    one_error(
        "  exceptions: [{start: 2026-02-29T00:00, end: 2026-03-01T00:00, replicas: 1}]",
        "spec.exceptions[0].start: \"2026-02-29T00:00\" is no local date and time: write YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00",
    );
}

#[test]
fn values_that_are_none() {
    let window = |value: &str| format!("  windows: [{{start: 09:00, end: 17:00{value}}}]");
    for (value, expected) in [
        (
            "",
            "spec.windows[0].replicas: missing: write a count, a share of the original count such as \"50%\", or original; or minReplicas, maxReplicas or both",
        ),
        (
            ", replicas: half",
            "spec.windows[0].replicas: the text \"half\" is no number of replicas: write a count, a share of the original count from \"0%\" to \"1000%\", or original",
        ),
        (
            ", replicas: 1001%",
            "spec.windows[0].replicas: the text \"1001%\" is no number of replicas: write a count, a share of the original count from \"0%\" to \"1000%\", or original",
        ),
        (", replicas: -1", "spec.windows[0].replicas: -1 is out of range: write a whole number from 0 to 2147483647"),
        (
            ", replicas: 1, minReplicas: 1",
            "spec.windows[0].replicas: stands beside bounds: write either replicas, or minReplicas, maxReplicas or both",
        ),
        (
            ", minReplicas: 3, maxReplicas: 2",
            "spec.windows[0].maxReplicas: 2 is below minReplicas: write at least 3, or a lower minReplicas",
        ),
        (
            ", maxReplicas: 2147483648",
            "spec.windows[0].maxReplicas: 2147483648 is out of range: write a whole number from 0 to 2147483647",
        ),
        (", minReplicas: 50%", "spec.windows[0].minReplicas: the text \"50%\" where a whole number is expected"),
    ] {
        one_error(&window(value), expected);
    }
    one_error("  onDelete: undo", "spec.onDelete: \"undo\" is none of these: write keep or restore");
    one_error(
        "  holidayReplicas: 1",
        "spec.holidayReplicas: holidays are ignored: write a holidayMode beside it, or leave it out",
    );
    one_error(
        "  holidayMode: treat-as-open\n  windows: [{start: 09:00, end: 17:00, replicas: 1}, {start: 18:00, end: 19:00, maxReplicas: 9}]",
        "spec.holidayReplicas: missing: treat-as-open gives the largest count of the windows, and spec.windows[1] has none: write what a holiday gives",
    );
}

#[test]
fn a_pause_that_has_no_end_or_two() {
    one_error(
        "  pauseUntil: tomorrow",
        "spec.pauseUntil: \"tomorrow\" is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z",
    );
    one_error(
        "  pause: true\n  pauseUntil: 2026-12-01T18:00:00Z",
        "spec.pauseUntil: it stands beside pause: true, which has no end: keep one of the two",
    );
    one_error("  pauseUntil: 5", "spec.pauseUntil: the number 5 where a text is expected: put it in quotes");
}

#[test]
fn fields_and_kinds_that_are_unknown() {
    one_error("  defaultReplica: 3", "spec.defaultReplica: unknown field: did you mean defaultReplicas?");
    let said = refused(b"apiVersion: kyklos.io/v1alpha1\nkind: Deployment\nmetadata: {name: web}\n");
    assert_eq!(
        said,
        "a.yaml: kind: \"Deployment\" is not what this command reads: write TimeWindowScaler or ClusterTimeWindowScaler\n"
    );
    let said = refused(b"just some text\n");
    assert!(said.starts_with("a.yaml: document: the text \"just some text\" where fields are expected"), "{said}");
}

#[test]
fn a_target_in_another_namespace() {
    let file = manifest("").replace("targetRef: {name: web}", "targetRef: {name: web, namespace: other}");
    assert_eq!(
        refused(file.as_bytes()),
        "a.yaml: spec.targetRef.namespace: \"other\" is another namespace than the object's own: write \"shop\" or leave the field out\n"
    );
}

#[test]
fn files_that_are_no_manifests() {
    assert_eq!(refused(b""), "a.yaml: the file is empty: write at least one object\n");
    assert_eq!(refused(b"# only a remark\n"), "a.yaml: the file is empty: write at least one object\n");
    assert_eq!(refused(b"spec: [1\n"), "a.yaml: line 1, column 7: not YAML: unclosed bracket '['\n");
    assert_eq!(refused(b"a: \"open\n"), "a.yaml: line 1, column 4: not YAML: unclosed quote\n");
    assert_eq!(refused(b"a: 1\nb: \xff\n"), "a.yaml: line 2: not UTF-8: save the file as UTF-8 text\n");
    let twice = manifest("  timezone: UTC\n");
    assert_eq!(
        refused(twice.as_bytes()),
        "a.yaml: line 7, column 3: the key \"timezone\" is there twice: keep one of the two\n"
    );
    let run = kyklos(&[], "validate -f nowhere.yaml .", "");
    assert_eq!(run.status, 2);
    let lines: Vec<_> = run.err.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("nowhere.yaml: can't be read: "), "{}", run.err);
    assert!(lines[1].starts_with(".: can't be read: "), "{}", run.err);
}

#[test]
fn too_many_windows_are_told_the_limit_and_not_the_parsers() {
    let window = "  - {days: [Mon, Tue, Wed], start: '09:00', end: '17:00', replicas: 1}\n";
    one_error(
        &format!("  windows:\n{}", window.repeat(10_000)),
        "spec.windows: 10000 entries are too many: write at most 64",
    );
}

#[test]
fn of_too_many_windows_the_first_ones_are_looked_at() {
    for (list, entry) in
        [("windows", "{start: 9:00, end: 25:00, replicas: 1}"), ("exceptions", "{start: x, end: y, replicas: 1}")]
    {
        let said = refused(manifest(&format!("  {list}:\n{}", format!("  - {entry}\n").repeat(10_000))).as_bytes());
        assert_eq!(said.lines().count(), 1 + 2 * 64);
        let first = said.lines().next().unwrap();
        assert_eq!(first, format!("a.yaml: spec.{list}: 10000 entries are too many: write at most 64"));
        assert!(said.contains(&format!("spec.{list}[63].end: ")) && !said.contains(&format!("spec.{list}[64]")));
    }
}

#[test]
fn a_long_text_is_not_said_back_whole() {
    let long = "x".repeat(200_000);
    for file in [
        long.clone(),
        manifest("").replace("Europe/Zurich", &long),
        manifest(&format!(
            "  windows: [{{start: {long}, end: {long}, endDay: {long}, days: [{long}], replicas: {long}}}]\n"
        )),
        manifest(&format!("  exceptions: [{{start: {long}, end: {long}, replicas: 1}}]\n")),
        manifest(&format!("  holidayMode: {long}\n  ? {long}\n  : 1\n")),
        manifest("").replace("name: web, namespace", &format!("name: {long}, namespace")),
        manifest("")
            .replace("namespace: shop", &format!("namespace: shop, annotations: {{kyklos.io/override: {long}}}")),
        manifest("").replace("kind: TimeWindowScaler", &format!("kind: {long}")),
        format!("? '{long}'\n: 1\n? '{long}'\n: 2\n"),
    ] {
        let said = refused(file.as_bytes());
        assert!(said.len() < 8_000, "{} bytes", said.len());
        assert!(said.contains(" more characters ..] "), "{said}");
        for line in said.lines() {
            assert!(line.len() < 1_200, "{line}");
        }
    }
}

#[test]
fn a_file_that_grows_beyond_measure_is_refused_in_plain_words() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", ")));
    }
    let said = refused(bomb.as_bytes());
    assert!(said.ends_with("its aliases (*NAME) stand for too much text: write out what they stand for\n"), "{said}");
    assert!(!said.contains(['{', '_']), "{said}");
}

#[test]
fn names_that_kubernetes_refuses() {
    let file = manifest("  holidayConfigMap: Bad Map\n")
        .replace("{name: web, namespace: shop}", "{name: Bad_Name!, namespace: \"x y\", labelz: 1}")
        .replace("targetRef: {name: web}", "targetRef: {name: \"Bad Name!\"}");
    let said = refused(file.as_bytes());
    let places: Vec<_> = said.lines().map(|line| line.split(": ").nth(1).unwrap()).collect();
    let expected =
        ["metadata.name", "metadata.namespace", "metadata.labelz", "spec.targetRef.name", "spec.holidayConfigMap"];
    assert_eq!(places, expected, "{said}");
    assert!(
        said.contains("metadata.name: \"Bad_Name!\" can't be an object's name: write at most 253 lower-case"),
        "{said}"
    );
    assert!(said.contains("metadata.namespace: \"x y\" can't be a namespace's name: write at most 63"), "{said}");
    assert!(said.contains("metadata.labelz: unknown field: did you mean labels?"), "{said}");
}

#[test]
fn what_the_controller_does_not_scale_is_refused() {
    let run = |target: &str| {
        let manifest = manifest("").replace("targetRef: {", &format!("targetRef: {{{target}, ")).replace("{, ", "{");
        let files: [(&str, &[u8]); 1] = [("a.yaml", manifest.as_bytes())];
        kyklos(&files, "validate -f a.yaml", "")
    };
    let one = "one of the kinds Deployment, StatefulSet, ReplicaSet, HorizontalPodAutoscaler, CronJob, ScaledObject, or a custom kind \
               with scale as GROUP/VERSION and kind";
    for (target, field, words, right) in [
        ("kind: Lease, apiVersion: coordination/v1", "kind", "Lease of coordination/v1", one),
        ("kind: CronJob", "apiVersion", "CronJob of apps/v1", "apiVersion batch/v1 and kind CronJob"),
        (
            "apiVersion: apps/v1beta1",
            "apiVersion",
            "Deployment of apps/v1beta1",
            "apiVersion apps/v1 and kind Deployment",
        ),
        (
            "kind: ScaledObject, apiVersion: keda.sh/v1",
            "apiVersion",
            "ScaledObject of keda.sh/v1",
            "apiVersion keda.sh/v1alpha1 and kind ScaledObject",
        ),
        (
            "kind: HorizontalPodAutoscaler, apiVersion: autoscaling/v1",
            "apiVersion",
            "HorizontalPodAutoscaler of autoscaling/v1",
            "apiVersion autoscaling/v2 and kind HorizontalPodAutoscaler",
        ),
    ] {
        let refused = run(target);
        let said = format!("a.yaml: spec.targetRef.{field}: this version scales no {words}: write {right}\n");
        assert_eq!((refused.status, refused.err), (2, said));
    }
    for (target, words) in [
        ("kind: Job, apiVersion: batch/v1", "a Job has no count that could be scaled, for it runs until it is done"),
        ("kind: DaemonSet", "a DaemonSet has no count that could be scaled, for a Pod of it runs on each node"),
    ] {
        let refused = run(target);
        assert_eq!((refused.status, refused.err), (2, format!("a.yaml: spec.targetRef.kind: {words}: write {one}\n")));
    }
    for target in [
        "",
        "kind: ReplicaSet",
        "kind: Fleet, apiVersion: example.com/v1",
        "kind: StatefulSet, apiVersion: apps.kruise.io/v1",
        "kind: HorizontalPodAutoscaler, apiVersion: autoscaling/v2",
        "kind: ScaledObject, apiVersion: keda.sh/v1alpha1",
    ] {
        let taken = run(target);
        let valid = (0, "a.yaml: shop/web: valid\n", "");
        assert_eq!((taken.status, taken.out.as_str(), taken.err.as_str()), valid, "{target}");
    }
}

/// The least that an autoscaler has is 1, and none is a count.
#[test]
fn a_minimum_of_none_on_an_autoscaler_is_warned_of() {
    let of = |target: &str| {
        format!(
            "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: {{name: web, namespace: shop}}\n\
             spec:\n  targetRef: {{{target}, name: web}}\n  timezone: UTC\n  defaultMinReplicas: 0\n  defaultMaxReplicas: 9\n  windows:\n  \
             - {{start: '09:00', end: '17:00', minReplicas: 10, maxReplicas: 50}}\n  \
             - {{start: '20:00', end: '08:00', minReplicas: 0, maxReplicas: 5}}\n  exceptions:\n  \
             - {{start: '2026-12-24T00:00', end: '2026-12-25T00:00', minReplicas: 0}}\n"
        )
    };
    let said = |target: &str| {
        let manifest = of(target);
        let files: [(&str, &[u8]); 1] = [("a.yaml", manifest.as_bytes())];
        let run = kyklos(&files, "validate -f a.yaml", "");
        assert_eq!((run.status, run.out.as_str()), (0, "a.yaml: shop/web: valid\n"), "{}", run.err);
        run.err
    };
    let words = "0 counts as 1, the least that a HorizontalPodAutoscaler can have: to have none write replicas: 0";
    let fields = ["windows[1].minReplicas", "exceptions[0].minReplicas", "defaultMinReplicas"];
    let wanted: String = fields.iter().map(|field| format!("warning: a.yaml: spec.{field}: {words}\n")).collect();
    assert_eq!(said("kind: HorizontalPodAutoscaler, apiVersion: autoscaling/v2"), wanted);
    assert_eq!(said("kind: ScaledObject, apiVersion: keda.sh/v1alpha1"), "");
    assert_eq!(said("kind: StatefulSet"), "");
}

#[test]
fn a_cron_job_is_warned_of_and_kinds_that_are_none_are_named() {
    let run = |target: &str| {
        let manifest = manifest("").replace("targetRef: {", &format!("targetRef: {{{target}, "));
        let files: [(&str, &[u8]); 1] = [("a.yaml", manifest.as_bytes())];
        kyklos(&files, "validate -f a.yaml", "")
    };
    let job = run("kind: CronJob, apiVersion: batch/v1");
    assert_eq!((job.status, job.out.as_str()), (0, "a.yaml: shop/web: valid\n"));
    let warning = "warning: a.yaml: spec.targetRef: CronJob web is resumed by it: without startingDeadlineSeconds it may start a \
                   missed run at once\n";
    assert_eq!(job.err, warning);
    for strange in ["kind: F/x, apiVersion: example.com/v1", "kind: Fleet, apiVersion: ../example.com/v1"] {
        let said = run(strange).err;
        assert!(
            said.contains("this version scales no") && said.contains("a custom kind with scale"),
            "{strange}: {said}"
        );
    }
}

#[test]
fn all_errors_of_all_files_at_once() {
    let first = manifest(
        "  gracePeriodSeconds: 3601\n  holidayMode: closed\n  windows:\n  - {start: 9:00, end: 25:00, replicas: -1}\n  - nothing\n",
    );
    let second = format!("{}---\nkind: TimeWindowScaler\n---\nb: [1\n", manifest("").replace("web", "api"));
    let files: [(&str, &[u8]); 2] = [("a.yaml", first.as_bytes()), ("b.yaml", second.as_bytes())];
    let run = kyklos(&files, "validate -f a.yaml b.yaml c.yaml", "");
    assert_eq!(run.status, 2);
    // What is right is still said to be.
    assert_eq!(run.out, "b.yaml: shop/api: valid\n");
    let places: Vec<String> =
        run.err.lines().map(|line| line.split(": ").take(3).collect::<Vec<_>>().join(": ")).collect();
    let found = |start: &str| places.iter().any(|place| place.starts_with(start));
    for place in [
        "a.yaml: spec.gracePeriodSeconds",
        "a.yaml: spec.holidayMode",
        "a.yaml: spec.windows[0].start",
        "a.yaml: spec.windows[0].end",
        "a.yaml: spec.windows[0].replicas",
        "a.yaml: spec.windows[1]",
        "b.yaml: document 2: apiVersion",
        "b.yaml: document 2: metadata.name",
        "b.yaml: document 2: spec",
        "b.yaml: document 3: line 10, column 4",
        "c.yaml: can't be read",
    ] {
        assert!(found(place), "{place} in {}", run.err);
    }
    assert_eq!(places.len(), 11, "{}", run.err);
}

#[test]
fn objects_in_lists_have_their_place_in_the_field() {
    let list = "apiVersion: v1\nkind: List\nmetadata: {resourceVersion: ''}\nitems:\n- apiVersion: kyklos.io/v1alpha1\n  kind: TimeWindowScaler\n  metadata: {name: web, creationTimestamp: '2026-01-01T00:00:00Z'}\n  spec: {targetRef: {name: web}, timezone: Mars/Olympus}\n  status: {conditions: []}\n- 7\n";
    let said = refused(list.as_bytes());
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].starts_with("a.yaml: items[0].spec.timezone: \"Mars/Olympus\" is no time zone"), "{said}");
    assert!(lines[1].starts_with("a.yaml: items[1]: the number 7 where fields are expected"), "{said}");
}

#[test]
fn an_entry_that_is_no_window_keeps_its_place() {
    let said = refused(manifest("  windows: [7, {start: 9:00, end: 10:00, replicas: 1}]\n").as_bytes());
    let places: Vec<_> = said.lines().map(|line| line.split(": ").nth(1).unwrap()).collect();
    assert_eq!(places, ["spec.windows[0]", "spec.windows[1].start"]);
}

#[test]
fn an_object_given_twice() {
    let file = manifest("");
    let files: [(&str, &[u8]); 2] = [("a.yaml", file.as_bytes()), ("b.yaml", file.as_bytes())];
    let run = kyklos(&files, "validate -f a.yaml -f b.yaml", "");
    assert_eq!((run.status, run.out.as_str()), (2, "a.yaml: shop/web: valid\n"));
    assert_eq!(run.err, "b.yaml: metadata.name: shop/web is in the input already (a.yaml): give every object once\n");
}

#[test]
fn an_override_that_is_malformed() {
    let file =
        manifest("").replace("namespace: shop", "namespace: shop, annotations: {kyklos.io/override: \"replicas=x\"}");
    let said = refused(file.as_bytes());
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines.iter().all(|line| line.starts_with("a.yaml: metadata.annotations[kyklos.io/override]: ")), "{said}");
}

/// An override object with this below a name; the schedule that it is for allows from 2 to 30, an hour long.
fn overriding(spec: &str) -> Run {
    let bounds = "  overrides: {minReplicas: 2, maxReplicas: 30, maxSeconds: 3600}\n";
    let launch = format!(
        "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowOverride\nmetadata: {{name: launch, namespace: shop}}\nspec:\n{spec}"
    );
    let files: [(&str, &[u8]); 2] = [("a.yaml", &manifest(bounds).into_bytes()), ("b.yaml", launch.as_bytes())];
    kyklos(&files, "validate -f a.yaml b.yaml", "")
}

#[test]
fn an_override_gives_any_value_and_one_alone() {
    let asking = |value: &str| {
        let rest = "from: 2040-12-01T17:00:00Z\n  until: 2040-12-01T18:00:00Z\n  reason: launch\n";
        overriding(&format!("  scalerRef: {{name: web}}\n{value}  {rest}"))
    };
    assert_eq!(asking("  minReplicas: 2\n  maxReplicas: 30\n").status, 0);
    for (value, said) in [
        (
            "",
            "spec.replicas: missing: write a count, a share of the original count such as \"50%\", or original; or minReplicas, maxReplicas or both",
        ),
        (
            "  replicas: half\n",
            "spec.replicas: the text \"half\" is no number of replicas: write a count, a share of the original count from \"0%\" to \"1000%\", or original",
        ),
        (
            "  replicas: 3\n  maxReplicas: 4\n",
            "spec.replicas: stands beside bounds: write either replicas, or minReplicas, maxReplicas or both",
        ),
        (
            "  minReplicas: 5\n  maxReplicas: 4\n",
            "spec.maxReplicas: 4 is below minReplicas: write at least 5, or a lower minReplicas",
        ),
        (
            "  replicas: 50%\n",
            "spec: shop/web: it asks for 50%, which nobody can compare beforehand, and the schedule allows no less than 2 (spec.overrides.minReplicas)",
        ),
        (
            "  minReplicas: 2\n",
            "spec: shop/web: it asks for 2.., and the schedule allows no more than 30 (spec.overrides.maxReplicas)",
        ),
    ] {
        let run = asking(value);
        assert_eq!((run.status, run.err.as_str()), (2, format!("b.yaml: {said}\n").as_str()), "{value}");
    }
}

#[test]
fn an_override_object_and_everything_that_can_be_wrong_with_it() {
    let right = "  scalerRef: {name: web}\n  replicas: 20\n  from: 2040-12-01T17:00:00Z\n  until: 2040-12-01T18:00:00Z\n  reason: launch\n";
    let run = overriding(right);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(run.out, "a.yaml: shop/web: valid\nb.yaml: shop/launch: valid\n");
    for (from, to, said) in [
        ("  reason: launch\n", "", "spec.reason: missing: write why, in a few words"),
        ("reason: launch", "reasons: launch", "spec.reason: missing: write why, in a few words"),
        (
            "replicas: 20",
            "replicas: -1",
            "spec.replicas: -1 is out of range: write a whole number from 0 to 2147483647",
        ),
        (
            "replicas: 20",
            "replicas: 31",
            "spec: shop/web: it asks for 31, and the schedule allows no more than 30 (spec.overrides.maxReplicas)",
        ),
        (
            "replicas: 20",
            "replicas: 1",
            "spec: shop/web: it asks for 1, and the schedule allows no less than 2 (spec.overrides.minReplicas)",
        ),
        (
            "17:00:00Z",
            "16:59:59Z",
            "spec: shop/web: it lasts 3601 s, and the schedule allows 3600 s (spec.overrides.maxSeconds)",
        ),
        ("17:00:00Z", "18:00:00Z", "spec.until: it isn't after from: write a later one"),
        (
            "2040-12-01T18:00:00Z",
            "tonight",
            "spec.until: \"tonight\" is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z",
        ),
        (
            "  until: 2040-12-01T18:00:00Z\n",
            "",
            "spec.until: missing: write an instant such as 2026-12-01T18:00:00Z, or untilNextBoundary: true",
        ),
        (
            "reason: launch",
            "reason: launch\n  untilNextBoundary: true",
            "spec.untilNextBoundary: it stands beside until: keep one of the two",
        ),
        (
            "scalerRef: {name: web}",
            "scalerRef: {name: web}\n  selector: {}",
            "spec.selector: it stands beside scalerRef: keep one of the two",
        ),
        (
            "  scalerRef: {name: web}\n",
            "",
            "spec.scalerRef: missing: write scalerRef with a name, or selector with labels of schedules",
        ),
        ("{name: web}", "{name: Web}", "spec.scalerRef.name: \"Web\" can't be an object's name: "),
        (
            "{name: web}",
            "{kind: Deployment, name: web}",
            "spec.scalerRef.kind: \"Deployment\" is no kind that is overridden: write TimeWindowScaler",
        ),
        (
            "reason: launch",
            "reason: launch\n  ttlSecondsAfterEnd: -1",
            "spec.ttlSecondsAfterEnd: -1 is out of range: write a whole number from 0 to 31536000",
        ),
    ] {
        let run = overriding(&right.replace(from, to));
        assert_eq!(run.status, 2, "{to}: {}", run.out);
        assert!(run.err.contains(&format!("b.yaml: {said}")), "{to}: {}", run.err);
    }
    let run = overriding(
        &right.replace("scalerRef: {name: web}", "selector: {matchExpressions: [{key: a, operator: Near}]}"),
    );
    assert!(run.status == 2 && run.err.contains("b.yaml: spec.selector.matchExpressions[0].operator: "), "{}", run.err);
    let run = overriding(
        &right
            .replace("scalerRef: {name: web}", "selector: {}")
            .replace("  until: 2040-12-01T18:00:00Z\n", "  untilNextBoundary: true\n"),
    );
    assert!(run.err.contains("b.yaml: spec.untilNextBoundary: the next boundary is one schedule's"), "{}", run.err);
}

/// Made now it would never apply, as one of a cluster that was over when it was made never did.
#[test]
fn an_override_that_was_over_before_it_was_made() {
    let run = |metadata: &str, command: &str| {
        let launch = format!(
            "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowOverride\nmetadata: {{name: launch, namespace: shop{metadata}}}\n\
             spec: {{scalerRef: {{name: web}}, replicas: 20, until: '2026-01-01T00:00:00Z', reason: launch}}\n"
        );
        let files: [(&str, &[u8]); 2] = [("a.yaml", &manifest("").into_bytes()), ("b.yaml", launch.as_bytes())];
        let run = kyklos(&files, &format!("{command} -f a.yaml b.yaml"), "");
        (run.status, run.err)
    };
    let refused = (
        2,
        "b.yaml: spec.until: it was over at 2026-01-01T00:00:00Z, before it was made: write a later until\n".to_owned(),
    );
    let right = (0, String::new());
    let made = |at: &str| format!(", creationTimestamp: '{at}'");
    assert_eq!(run("", "validate"), refused);
    assert_eq!(run(&made("2026-01-01T00:00:00Z"), "validate"), refused);
    assert_eq!(run(&made("2025-12-31T23:59:59Z"), "validate"), right, "it has applied, and is over");
    // What applied at an instant is no question of now.
    assert_eq!(run("", "eval --at 2025-12-31T00:00:00Z"), right);
    assert_eq!(run(&made("2026-01-01T00:00:00Z"), "eval --at 2025-12-31T00:00:00Z"), refused);
}

/// Without a beginning it begins when it is made, which is now.
#[test]
fn an_override_up_to_the_next_boundary_begins_when_it_is_made() {
    let run = |windows: &str, more: &str, command: &str| {
        let launch = format!(
            "apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowOverride\nmetadata: {{name: launch, namespace: shop}}\n\
             spec: {{scalerRef: {{name: web}}, replicas: 20, untilNextBoundary: true, reason: launch{more}}}\n"
        );
        let web = manifest(windows);
        let files: [(&str, &[u8]); 2] = [("a.yaml", web.as_bytes()), ("b.yaml", launch.as_bytes())];
        let run = kyklos(&files, &format!("{command} -f a.yaml b.yaml"), "");
        (run.status, run.err)
    };
    let daily = "  windows: [{start: '09:00', end: '17:00', replicas: 10}]\n";
    let said = |words: &str| (2, format!("b.yaml: spec.untilNextBoundary: {words}\n"));
    assert_eq!(run(daily, "", "validate"), (0, String::new()));
    assert_eq!(run(daily, ", from: '2040-12-01T15:00:00Z'", "validate"), (0, String::new()));
    assert_eq!(run("", "", "validate"), said("the schedule of web has no next boundary: write until"));
    let (status, late) = run(daily, ", from: '2025-12-01T15:00:00Z'", "validate");
    let words = "b.yaml: spec.untilNextBoundary: it was over at 2025-12-01T16:00:00Z, before it was made: write a later until\n";
    assert_eq!((status, late.as_str()), (2, words));
    for command in ["plan", "eval --at 2026-12-01T15:00:00Z"] {
        let (status, guess) = run(daily, "", command);
        let words = "warning: b.yaml: spec.untilNextBoundary: it is taken as made now, so it lasts until ";
        assert!(status == 0 && guess.starts_with(words), "{command}: {guess}");
    }
}

#[test]
fn what_overrides_may_ask_for_has_its_own_bounds() {
    one_error(
        "  overrides: {minReplicas: 5, maxReplicas: 4}",
        "spec.overrides.minReplicas: 5 is above maxReplicas, which is 4: write no more than that",
    );
    one_error(
        "  overrides: {maxSeconds: 0}",
        "spec.overrides.maxSeconds: 0 is out of range: write a whole number from 1 to 31536000",
    );
    one_error("  overrides: {maxReplica: 4}", "spec.overrides.maxReplica: unknown field: did you mean maxReplicas?");
    let annotation = "annotations: {kyklos.io/override: \"replicas=20 until=2026-12-01T18:00:00Z\"}";
    let file =
        manifest("  overrides: {maxReplicas: 4}").replace("namespace: shop", &format!("namespace: shop, {annotation}"));
    assert_eq!(
        refused(file.as_bytes()),
        "a.yaml: metadata.annotations[kyklos.io/override]: it asks for 20, and the schedule allows no more than 4 (spec.overrides.maxReplicas)\n"
    );
}

fn with_holidays(holidays: &str) -> Run {
    let web = manifest("  holidayMode: treat-as-open\n  holidayConfigMap: ch\n");
    let files: [(&str, &[u8]); 2] = [("a.yaml", web.as_bytes()), ("ch.yaml", holidays.as_bytes())];
    kyklos(&files, "validate -f a.yaml --holidays ch.yaml", "")
}

#[test]
fn holidays_that_are_none() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ch, namespace: shop}\n";
    let run = with_holidays(&format!("{head}data:\n  2026-08-01: National Day\n  \"2026-12-25\":\n"));
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (0, "a.yaml: shop/web: valid\n", ""));
    let run = with_holidays(&format!(
        "{head}data:\n  2026-13-01: x\n  2206-12-25: x\n  2026-12-26..2026-12-24: x\n  2026-01-01: [x]\n"
    ));
    assert_eq!(run.status, 2);
    assert_eq!(
        run.err,
        "\
warning: ch.yaml: data[2026-12-26..2026-12-24]: 2026-12-24 is before 2026-12-26: write the earlier date first; it is passed over, and the others count
warning: ch.yaml: data[2026-13-01]: \"2026-13-01\" is no date: write 2026-12-25, a range 2026-12-24..2026-12-26, or for every year 12-25 or 12-24..01-02; it is passed over, and the others count
warning: ch.yaml: data[2206-12-25]: no date of the years 2020 to 2099, so it never counts: write one of these; it is passed over, and the others count
ch.yaml: data[2026-01-01]: a list where a text is expected: put it in quotes
"
    );
    // Every second day of the first 28 of each month.
    let odd = (0..1_001).map(|n| (2020 + n / 168, n / 14 % 12 + 1, n % 14 * 2 + 1));
    let days: String = odd.map(|(year, month, day)| format!("  {year}-{month:02}-{day:02}: x\n")).collect();
    let run = with_holidays(&format!("{head}data:\n{days}"));
    let said = "warning: ch.yaml: data: more than 1000 holidays, dates in a row counted once: write at most 1000; until then no day is a \
                holiday\n";
    assert_eq!((run.status, run.err.as_str()), (0, said));
    let run = with_holidays(&format!("{head}data:\n{days}  2020-01-01..2025-12-31: x\n"));
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let run = with_holidays("apiVersion: v1\nkind: Secret\nmetadata: {name: ch, namespace: shop}\n");
    assert!(run.err.contains("ch.yaml: kind: \"Secret\" is no list of holidays: write ConfigMap"), "{}", run.err);
    let run = with_holidays(&format!("{head}---\n{head}"));
    assert!(
        run.err.contains("ch.yaml: document 2: metadata.name: the ConfigMap shop/ch is there twice"),
        "{}",
        run.err
    );
}
