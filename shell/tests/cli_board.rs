//! What a board prints by serde-json-core is what `kyklos eval -o json` prints for the same schedule and instants.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that panics is a test that fails")]

mod program;

use program::kyklos;
use serde_json::{Value, json};

/// The configuration of the board, with the schedule in it, and what the board prints: the verification compares it with that.
const CONFIG: &str = include_str!("../../boards/qemu-serde-mps2-an386/src/config.json");
const PRINTED: &str = include_str!("../../boards/qemu-serde-mps2-an386/expected.txt");

#[test]
fn a_board_prints_the_lines_of_eval() {
    let config: Value = serde_json::from_str(CONFIG).unwrap();
    let mut spec = config["schedule"].as_object().unwrap().clone();
    // In a cluster the dates are in a ConfigMap.
    let dates = spec.remove("holidays").unwrap();
    let dates: Value =
        dates.as_array().unwrap().iter().map(|date| (date.as_str().unwrap().to_owned(), json!(""))).collect();
    spec.insert("holidayConfigMap".to_owned(), json!("holidays"));
    spec.insert("targetRef".to_owned(), json!({"name": "shop"}));
    let (namespace, name) = config["name"].as_str().unwrap().split_once('/').unwrap();
    let of = |name| json!({"namespace": namespace, "name": name});
    let scaler =
        json!({"apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": of(name), "spec": spec});
    let holidays = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": of("holidays"), "data": dates});
    // JSON is YAML, too.
    let files = [("shop.yaml", scaler.to_string()), ("holidays.yaml", holidays.to_string())];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_bytes()));

    let instants: Vec<Value> = PRINTED.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Some(instants.len()), config["report"]["instants"].as_array().map(Vec::len));
    let instants: String = instants.iter().map(|line| format!("{}\n", line["at"].as_str().unwrap())).collect();

    let run = kyklos(&files, "eval -f shop.yaml --holidays holidays.yaml --at-stdin -o json", &instants);
    assert_eq!((run.status, run.err.as_str(), run.out.as_str()), (0, "", PRINTED));
}
