//! What `kyklos eval -o json` prints is what the vectors say, byte by byte: so a board that passes them prints the same lines.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test whose data are wrong is a test that fails")]

mod program;

use program::kyklos;
use serde_json::{Value, json};

const ANSWERS: &str = include_str!("../../core/vectors/answers.txt");

/// A schedule with what is asked of it.
#[derive(Default)]
struct Case {
    name: &'static str,
    document: &'static str,
    calendar: &'static str,
    lines: Vec<&'static str>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in ANSWERS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(schedule) = line.strip_prefix("schedule ") {
            let (name, document) = schedule.split_once(' ').unwrap();
            cases.push(Case { name, document, ..Case::default() });
        } else if let Some(dates) = line.strip_prefix("calendar ") {
            cases.last_mut().unwrap().calendar = dates;
        } else if line.starts_with('{') {
            cases.last_mut().unwrap().lines.push(line);
        }
    }
    cases
}

#[test]
fn eval_prints_the_lines_of_the_vectors() {
    let (mut schedules, mut lines) = (0, 0);
    for case in cases() {
        let mut spec: Value = serde_json::from_str(case.document).unwrap();
        let spec = spec.as_object_mut().unwrap();
        // In a cluster all dates are in a ConfigMap.
        let own = spec.remove("holidays").unwrap();
        let own = own.as_array().unwrap().iter().map(|date| date.as_str().unwrap());
        let shared = case.calendar.split(' ').filter(|date| !date.is_empty());
        let dates: Value = own.chain(shared).map(|date| (date.to_owned(), json!(""))).collect();
        if dates != json!({}) {
            spec.insert("holidayConfigMap".to_owned(), json!("holidays"));
        }
        spec.insert("targetRef".to_owned(), json!({"name": "web"}));
        let (namespace, name) = case.name.split_once('/').unwrap();
        let of = |name| json!({"namespace": namespace, "name": name});
        let scaler =
            json!({"apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": of(name), "spec": spec});
        let holidays = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": of("holidays"), "data": dates});
        // JSON is YAML, too.
        let files = [("scaler.yaml", scaler.to_string()), ("holidays.yaml", holidays.to_string())];
        let files = files.each_ref().map(|(name, text)| (*name, text.as_bytes()));
        let instant = |line: &&str| serde_json::from_str::<Value>(line).unwrap()["at"].as_str().unwrap().to_owned();
        let instants: Vec<String> = case.lines.iter().map(instant).collect();
        let run =
            kyklos(&files, "eval -f scaler.yaml --holidays holidays.yaml --at-stdin -o json", &instants.join("\n"));
        let printed: Vec<&str> = run.out.lines().collect();
        assert_eq!((run.status, run.err.as_str(), printed), (0, "", case.lines.clone()), "{}", case.name);
        schedules += 1;
        lines += case.lines.len();
    }
    assert!(schedules > 35 && lines > 350, "{schedules} schedules, {lines} lines");
}
