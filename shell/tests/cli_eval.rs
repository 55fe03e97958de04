//! `kyklos eval`, line by line of the contract's section on the command line.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics is a test that fails")]

mod program;

use program::kyklos;

const WEB: &[u8] = b"\
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowScaler
metadata:
  name: web
  namespace: shop
spec:
  targetRef:
    name: web
  timezone: America/New_York
  windows:
    - {name: night, start: 22:00, end: 03:00, replicas: 3}
    - {days: [Mon-Fri], start: 09:00, end: 17:00, replicas: 10}
  exceptions:
    - {start: 2026-07-03T12:00, end: 2026-07-03T14:00, replicas: 0}
";

const HOLIDAYS: &[u8] = b"\
apiVersion: v1
kind: ConfigMap
metadata:
  name: us
  namespace: shop
data:
  2026-12-24:
  2026-12-25: Christmas
";

/// WEB with more in its spec.
fn web_with(more: &str) -> Vec<u8> {
    format!("{}  {more}\n", String::from_utf8_lossy(WEB)).into_bytes()
}

/// WEB with an override annotation.
fn web_overridden(annotation: &str) -> Vec<u8> {
    let annotation = format!("  namespace: shop\n  annotations: {{kyklos.io/override: \"{annotation}\"}}\n");
    String::from_utf8_lossy(WEB).replace("  namespace: shop\n", &annotation).into_bytes()
}

fn lines(out: &str) -> Vec<&str> {
    out.lines().collect()
}

#[test]
fn the_contracts_own_example() {
    let run = kyklos(&[("web.yaml", WEB)], "eval -f web.yaml --at 2026-03-08T06:45:00Z -o json", "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(
        run.out,
        r#"{"name":"shop/web","at":"2026-03-08T06:45:00Z","kind":"window","index":0,"label":"night","replicas":3,"until":"2026-03-08T07:00:00Z"}
"#
    );
}

#[test]
fn every_kind_with_its_index_and_label() {
    let web = web_with("holidayMode: treat-as-closed\n  holidayConfigMap: us\n  defaultReplicas: 2");
    let at =
        "--at 2026-07-03T16:00:00Z --at 2026-12-24T12:00:00-05:00 --at 2026-07-03T21:00:00Z --at 2026-07-03T13:00:00Z";
    let args = format!("eval -f web.yaml --holidays us.yaml {at} -o json");
    let run = kyklos(&[("web.yaml", &web), ("us.yaml", HOLIDAYS)], &args, "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(
        lines(&run.out),
        [
            r#"{"name":"shop/web","at":"2026-07-03T16:00:00Z","kind":"exception","index":0,"label":"2026-07-03T12:00","replicas":0,"until":"2026-07-03T18:00:00Z"}"#,
            // Two holidays in a row are one state, and Saturday's first window is Friday's night.
            r#"{"name":"shop/web","at":"2026-12-24T17:00:00Z","kind":"holiday","index":null,"label":"Holiday-Closed","replicas":2,"until":"2026-12-26T05:00:00Z"}"#,
            r#"{"name":"shop/web","at":"2026-07-03T21:00:00Z","kind":"default","index":null,"label":"OffHours","replicas":2,"until":"2026-07-04T02:00:00Z"}"#,
            r#"{"name":"shop/web","at":"2026-07-03T13:00:00Z","kind":"window","index":1,"label":"09:00-17:00","replicas":10,"until":"2026-07-03T16:00:00Z"}"#,
        ]
    );
}

#[test]
fn values_that_are_no_counts_are_texts() {
    let web = b"\
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowScaler
metadata:
  name: web
  namespace: shop
spec:
  targetRef: {name: web}
  timezone: UTC
  defaultMinReplicas: 2
  defaultMaxReplicas: 5
  holidayMode: treat-as-open
  holidayReplicas: original
  holidayConfigMap: us
  windows:
    - {start: 06:00, end: 08:00, minReplicas: 2}
    - {start: 09:00, end: 17:00, replicas: 50%}
    - {start: 18:00, end: 19:00, maxReplicas: 0}
  exceptions:
    - {start: 2026-07-03T12:00, end: 2026-07-03T14:00, maxReplicas: 5}
";
    let at = [
        "2026-07-02T00:00:00Z",
        "2026-07-02T07:00:00Z",
        "2026-07-02T12:00:00Z",
        "2026-07-02T18:00:00Z",
        "2026-07-03T12:00:00Z",
        "2026-12-25T12:00:00Z",
    ];
    let args = format!("eval -f web.yaml --holidays us.yaml --at {} -o json", at.join(" --at "));
    let run = kyklos(&[("web.yaml", web), ("us.yaml", HOLIDAYS)], &args, "");
    assert_eq!(run.status, 0, "{}", run.err);
    let replicas: Vec<_> = lines(&run.out)
        .into_iter()
        .map(|line| line.split("\"replicas\":").nth(1).unwrap().split(",\"until").next().unwrap())
        .collect();
    assert_eq!(replicas, ["\"2..5\"", "\"2..\"", "\"50%\"", "0", "\"..5\"", "\"original\""]);
    // In a table they are not in quotes.
    let run = kyklos(&[("web.yaml", web), ("us.yaml", HOLIDAYS)], &args.replace(" -o json", ""), "");
    assert!(run.out.contains("  50%  ") && run.out.contains("  2..5  "), "{}", run.out);
}

#[test]
fn holidays_in_ranges_and_of_every_year() {
    let web = web_with("holidayMode: treat-as-closed\n  holidayConfigMap: us\n  defaultReplicas: 2");
    let days = String::from_utf8_lossy(HOLIDAYS).replace("  2026-12-24:\n  2026-12-25: Christmas\n", "");
    let days = format!("{days}  2026-07-06..2026-07-10: Summer\n  12-31..01-01: New Year\n  02-29: Leap day\n");
    let at = ["2026-07-08T14:00:00Z", "2031-12-31T12:00:00Z", "2028-02-29T12:00:00Z", "2027-03-01T14:00:00Z"];
    let args = format!("eval -f web.yaml --holidays us.yaml --at {} -o json", at.join(" --at "));
    let run = kyklos(&[("web.yaml", &web), ("us.yaml", days.as_bytes())], &args, "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let ends: Vec<_> = lines(&run.out).into_iter().map(|line| line.split("\"kind\":").nth(1).unwrap()).collect();
    assert_eq!(
        ends,
        [
            r#""holiday","index":null,"label":"Holiday-Closed","replicas":2,"until":"2026-07-11T04:00:00Z"}"#,
            r#""holiday","index":null,"label":"Holiday-Closed","replicas":2,"until":"2032-01-02T05:00:00Z"}"#,
            r#""holiday","index":null,"label":"Holiday-Closed","replicas":2,"until":"2028-03-01T05:00:00Z"}"#,
            r#""window","index":1,"label":"09:00-17:00","replicas":10,"until":"2027-03-01T22:00:00Z"}"#,
        ]
    );
}

#[test]
fn an_override_applies_at_every_instant_before_its_end() {
    let web = web_overridden("replicas=20 until=2026-12-01T19:00:00.5+01:00 reason=launch of the shop");
    let at = "--at 1971-01-01T00:00:00Z --at 2026-12-01T17:59:59.999Z --at 2026-12-01T18:00:00Z";
    let run = kyklos(&[("web.yaml", &web)], &format!("eval -f web.yaml {at} -o json"), "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(
        lines(&run.out),
        [
            r#"{"name":"shop/web","at":"1971-01-01T00:00:00Z","kind":"override","index":null,"label":"Override","replicas":20,"until":"2026-12-01T18:00:00Z"}"#,
            r#"{"name":"shop/web","at":"2026-12-01T17:59:59Z","kind":"override","index":null,"label":"Override","replicas":20,"until":"2026-12-01T18:00:00Z"}"#,
            r#"{"name":"shop/web","at":"2026-12-01T18:00:00Z","kind":"window","index":1,"label":"09:00-17:00","replicas":10,"until":"2026-12-01T22:00:00Z"}"#,
        ]
    );
}

const LAUNCH: &str = "\
apiVersion: kyklos.io/v1alpha1
kind: TimeWindowOverride
metadata:
  name: launch
  namespace: shop
spec:
  scalerRef: {name: web}
  replicas: 20
  from: 2026-12-01T15:00:00Z
  until: 2026-12-01T18:00:00Z
  reason: launch
";

/// The kind, the replicas and the end of what applies, at these instants.
fn applies(files: &[(&str, &[u8])], at: &[&str]) -> Vec<String> {
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    let args = format!("eval -f {} --at {} -o json", names.join(" "), at.join(" --at "));
    let run = kyklos(files, &args, "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let short = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| line[field].as_str().unwrap_or("forever").to_owned();
        format!("{} {} {}", text("kind"), line["replicas"], text("until"))
    };
    run.out.lines().map(short).collect()
}

#[test]
fn an_override_object_counts_from_its_beginning_to_its_end() {
    let at = ["2026-12-01T14:59:59Z", "2026-12-01T15:00:00Z", "2026-12-01T17:59:59Z", "2026-12-01T18:00:00Z"];
    let wanted = [
        "window 10 2026-12-01T15:00:00Z",
        "override 20 2026-12-01T18:00:00Z",
        "override 20 2026-12-01T18:00:00Z",
        "window 10 2026-12-01T22:00:00Z",
    ];
    assert_eq!(applies(&[("web.yaml", WEB), ("launch.yaml", LAUNCH.as_bytes())], &at), wanted);
    // By labels, whichever file comes first; and it outranks the annotation.
    let labelled = String::from_utf8(web_overridden("replicas=7 until=2026-12-01T17:00:00Z")).unwrap();
    let labelled = labelled.replace("  namespace: shop\n", "  namespace: shop\n  labels: {tier: front}\n");
    let selecting = LAUNCH.replace("scalerRef: {name: web}", "selector: {matchLabels: {tier: front}}");
    let files = [("launch.yaml", selecting.as_bytes()), ("web.yaml", labelled.as_bytes())];
    let wanted = [
        "override 7 2026-12-01T15:00:00Z",
        "override 20 2026-12-01T18:00:00Z",
        "override 20 2026-12-01T18:00:00Z",
        "window 10 2026-12-01T22:00:00Z",
    ];
    assert_eq!(applies(&files, &at), wanted);
    // Up to the next boundary after its beginning.
    let next = LAUNCH.replace("  until: 2026-12-01T18:00:00Z\n", "  untilNextBoundary: true\n");
    let files = [("web.yaml", WEB), ("launch.yaml", next.as_bytes())];
    assert_eq!(applies(&files, &at[1..2]), ["override 20 2026-12-01T22:00:00Z"]);
    // What comes from a cluster knows its end.
    let found = next.replace("  from: 2026-12-01T15:00:00Z\n", "");
    let found = format!("{found}status: {{until: 2026-12-01T16:00:00Z}}\n");
    let files = [("web.yaml", WEB), ("launch.yaml", found.as_bytes())];
    assert_eq!(applies(&files, &at[..1]), ["override 20 2026-12-01T16:00:00Z"]);
}

#[test]
fn an_override_gives_any_value() {
    for (value, wanted) in [
        ("replicas: 50%", "50%"),
        ("replicas: original", "original"),
        ("minReplicas: 2, maxReplicas: 5", "2..5"),
        ("maxReplicas: 5", "..5"),
        ("maxReplicas: 0", "0"),
    ] {
        let launch = LAUNCH.replace("replicas: 20", &value.replace(", ", "\n  "));
        let files = [("web.yaml", WEB), ("launch.yaml", launch.as_bytes())];
        let until = "2026-12-01T18:00:00Z";
        let wanted_line = [format!("override {wanted} {until}")];
        let plain = |lines: Vec<String>| lines.iter().map(|line| line.replace('"', "")).collect::<Vec<_>>();
        assert_eq!(plain(applies(&files, &["2026-12-01T15:00:00Z"])), wanted_line);
        let annotated = web_overridden(&format!("replicas={wanted} until={until}"));
        assert_eq!(plain(applies(&[("web.yaml", &annotated)], &["2026-12-01T15:00:00Z"])), wanted_line);
    }
}

#[test]
fn of_two_override_objects_the_later_one_counts() {
    let made = |name: &str, created: &str, replicas: u32, until: &str| {
        let text = LAUNCH.replace("name: launch", &format!("name: {name}\n  creationTimestamp: {created}"));
        text.replace("replicas: 20", &format!("replicas: {replicas}")).replace("2026-12-01T18:00:00Z", until)
    };
    let early = made("early", "2026-12-01T08:00:00Z", 3, "2026-12-01T20:00:00Z");
    let late = made("late", "2026-12-01T09:00:00Z", 4, "2026-12-01T17:00:00Z");
    let both = format!("{late}---\n{early}");
    let at = ["2026-12-01T15:00:00Z", "2026-12-01T17:00:00Z", "2026-12-01T20:00:00Z"];
    let wanted =
        ["override 4 2026-12-01T17:00:00Z", "override 3 2026-12-01T20:00:00Z", "window 10 2026-12-01T22:00:00Z"];
    assert_eq!(applies(&[("web.yaml", WEB), ("both.yaml", both.as_bytes())], &at), wanted);
}

#[test]
fn an_override_without_its_schedule_is_warned_of() {
    let run = kyklos(&[("launch.yaml", LAUNCH.as_bytes())], "eval -f launch.yaml --at 2026-12-01T15:00:00Z", "");
    assert_eq!(run.status, 0);
    assert_eq!(
        run.err,
        "warning: launch.yaml: spec.scalerRef: no TimeWindowScaler shop/web is in the files, so it applies to nothing: give its file as well\n"
    );
}

/// What is wrong with the schedule is said, and not that it isn't there.
#[test]
fn an_override_whose_schedule_is_wrong_is_not_said_to_lack_it() {
    let wrong = "{apiVersion: kyklos.io/v1alpha1, kind: TimeWindowScaler, metadata: {name: web, namespace: shop}, spec: {targetRef: {name: x}, timezone: Mars/Olympus}}";
    let by_labels = LAUNCH.replace("scalerRef: {name: web}", "selector: { matchLabels: { a: b } }");
    assert_ne!(by_labels, LAUNCH);
    for launch in [LAUNCH, &by_labels] {
        let files = [("launch.yaml", launch.as_bytes()), ("web.yaml", wrong.as_bytes())];
        let run = kyklos(&files, "eval -f launch.yaml -f web.yaml --at 2026-12-01T15:00:00Z", "");
        assert_eq!(run.status, 2);
        assert!(run.err.starts_with("web.yaml: spec.timezone: ") && run.err.lines().count() == 1, "{}", run.err);
    }
}

#[test]
fn nothing_changes_again_without_windows() {
    let still = "{apiVersion: kyklos.io/v1alpha1, kind: TimeWindowScaler, metadata: {name: still}, spec: {targetRef: {name: x}, timezone: Asia/Tokyo}}";
    let run = kyklos(&[("still.yaml", still.as_bytes())], "eval -f still.yaml --at 2026-01-01T00:00:00Z -o json", "");
    assert_eq!(
        run.out,
        r#"{"name":"default/still","at":"2026-01-01T00:00:00Z","kind":"default","index":null,"label":"OffHours","replicas":1,"until":null}
"#
    );
}

#[test]
fn objects_in_the_order_of_files_and_documents_and_instants_as_asked() {
    let object = |name: &str| {
        format!(
            "{{apiVersion: kyklos.io/v1alpha1, kind: TimeWindowScaler, metadata: {{name: {name}}}, spec: {{targetRef: {{name: x}}, timezone: UTC}}}}\n"
        )
    };
    let two = format!("{}---\n{}", object("z"), object("a"));
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {}- {}", object("m"), object("l"));
    let json = object("j").replace('{', "{\"").replace('}', "\"}").replace(": ", "\": \"").replace(", ", "\", \"");
    let json = json.replace("\"{", "{").replace("}\"", "}");
    let files: [(&str, &[u8]); 3] =
        [("two.yaml", two.as_bytes()), ("list.yaml", list.as_bytes()), ("one.json", json.as_bytes())];
    let stdin = "2026-01-03T00:00:00Z\n\n  2026-01-02T00:00:00+00:00  \r\n";
    let args = "eval -f two.yaml list.yaml -f one.json --at-stdin --at 2026-01-04T00:00:00Z -o json";
    let run = kyklos(&files, args, stdin);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let found: Vec<String> = run
        .out
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            format!("{} {}", line["name"].as_str().unwrap(), &line["at"].as_str().unwrap()[8..10])
        })
        .collect();
    let expected: Vec<String> = ["z", "a", "m", "l", "j"]
        .iter()
        .flat_map(|name| ["04", "03", "02"].map(|day| format!("default/{name} {day}")))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn now_is_asked_for_only_where_no_instant_is_given() {
    let run = kyklos(&[("web.yaml", WEB)], "eval -f web.yaml -o json", "");
    assert_eq!(lines(&run.out).len(), 1);
    let run = kyklos(&[("web.yaml", WEB)], "eval -f web.yaml --at-stdin -o json", "");
    assert_eq!((run.status, run.out.as_str()), (0, ""));
}

#[test]
fn the_manifest_may_come_on_standard_input() {
    let run = kyklos(&[], "eval -f - --at 2026-03-08T06:45:00Z", &String::from_utf8_lossy(WEB));
    assert_eq!(
        run.out,
        "\
NAME      AT                    KIND    LABEL  REPLICAS  UNTIL
shop/web  2026-03-08T06:45:00Z  window  night         3  2026-03-08T07:00:00Z
"
    );
}

#[test]
fn bad_instants_are_errors_with_their_line_and_nothing_is_answered() {
    let stdin = "2026-01-03T00:00:00Z\n\nyesterday\n2026-02-30T00:00:00Z\n";
    let run = kyklos(&[("web.yaml", WEB)], "eval -f web.yaml --at-stdin -o json", stdin);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert_eq!(
        run.err,
        "\
standard input: line 3: \"yesterday\" is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z
standard input: line 4: \"2026-02-30T00:00:00Z\" is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z
"
    );
    let run = kyklos(&[("web.yaml", WEB)], "eval -f web.yaml --at 2026-01-03", "");
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert!(run.err.contains("\"2026-01-03\" is no instant"), "{}", run.err);
}

#[test]
fn standard_input_is_read_once() {
    for args in ["eval -f - --at-stdin", "eval -f - -", "eval -f - --holidays -"] {
        let run = kyklos(&[], args, "");
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{args}");
        assert!(run.err.starts_with("standard input: asked for"), "{}", run.err);
    }
}

#[test]
fn a_configmap_that_is_not_given_is_a_warning_once_and_no_holiday() {
    let web = web_with("holidayMode: treat-as-closed\n  holidayConfigMap: us");
    let args = "eval -f web.yaml --at 2026-12-25T17:00:00Z --at 2026-12-25T18:00:00Z -o json";
    let run = kyklos(&[("web.yaml", &web)], args, "");
    assert_eq!(run.status, 0);
    assert_eq!(
        run.err,
        "warning: web.yaml: spec.holidayConfigMap: the ConfigMap shop/us is not given, so no day is a holiday: give its file as well, or with --holidays\n"
    );
    assert!(lines(&run.out)[0].contains(r#""kind":"window""#), "{}", run.out);
    // The one of another namespace is another one.
    let elsewhere = String::from_utf8_lossy(HOLIDAYS).replace("namespace: shop", "namespace: other");
    let files: [(&str, &[u8]); 2] = [("web.yaml", &web), ("us.yaml", elsewhere.as_bytes())];
    assert!(kyklos(&files, &format!("{args} --holidays us.yaml"), "").err.starts_with("warning: web.yaml"));
    // Ignored, it isn't missed.
    let ignored = web_with("holidayConfigMap: us");
    assert_eq!(kyklos(&[("web.yaml", &ignored)], args, "").err, "");
}

#[test]
fn instants_far_away_are_answered() {
    let far = "0000-01-01T00:00:00+23:59\n0001-01-01T00:00:00Z\n9999-12-31T23:59:59-23:59\n9999-12-31T23:59:60Z\n";
    let run = kyklos(&[("web.yaml", WEB)], "eval -f web.yaml --at-stdin -o json", far);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(lines(&run.out).len(), 4);
    assert!(lines(&run.out)[2].contains(r#""at":"+10000-01-01T23:58:59Z""#), "{}", run.out);
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.yaml");
    std::fs::write(&file, WEB).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kyklos"))
        .args(["eval", "--at-stdin", "-o", "json", "-f"])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let instants = "2026-01-01T00:00:00Z\n".repeat(50_000);
    child.stdin.take().unwrap().write_all(instants.as_bytes()).unwrap();
    let mut first = [0; 8];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
}

#[test]
fn no_instants_are_said_to_be_none() {
    let files: [(&str, &[u8]); 1] = [("web.yaml", WEB)];
    let run = kyklos(&files, "eval -f web.yaml --at-stdin -o json", "\n");
    assert_eq!((run.status, run.out.as_str()), (0, ""));
    assert_eq!(run.err, "warning: standard input: no instants came, so nothing is answered: write one a line\n");
    let run = kyklos(&files, "eval -f web.yaml --at-stdin --at 2026-01-01T00:00:00Z -o json", "");
    assert_eq!((run.out.lines().count(), run.err.as_str()), (1, ""));
}
