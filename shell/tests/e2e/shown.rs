//! What `kubectl get` and `kubectl describe` show of schedules of many.

use std::collections::BTreeMap;
use std::time::Instant;

use kyklos_devcluster::DevCluster;
use serde_json::{Value, json};

use crate::clusters::kubectl;
use crate::stage::Stage;
use crate::waits::{PATIENCE, pause, reason};

/// A table as kubectl prints it: of each row its cells by the names of their columns, which begin where those do.
pub(crate) fn rows(table: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = table.lines();
    let header = lines.next().unwrap();
    let names: Vec<_> = header.split_whitespace().collect();
    let mut begins: Vec<_> = names
        .iter()
        .scan(0, |from, name| {
            let begin = *from + header[*from..].find(name).unwrap();
            *from = begin + name.len();
            Some(begin)
        })
        .collect();
    begins.push(usize::MAX);
    let row = |line: &str| {
        let cells = begins.windows(2).map(|span| {
            let (begin, end) = (span[0].min(line.len()), span[1].min(line.len()));
            line[begin..end].trim().to_owned()
        });
        names.iter().map(|name| (*name).to_owned()).zip(cells).collect()
    };
    lines.map(row).collect()
}

/// What is described, with one blank between two words.
pub(crate) fn described(cluster: &DevCluster, arguments: &[&str]) -> Vec<String> {
    let text = kubectl(cluster, &[&["describe"], arguments].concat());
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Says which of these lines are missing, each of which follows the one before.
pub(crate) fn assert_in_order(lines: &[String], wanted: &[&str]) {
    let mut rest = lines.iter();
    for wanted in wanted {
        assert!(rest.any(|line| line == wanted), "no line {wanted:?} in its place: {lines:#?}");
    }
}

/// Counts, those that aren't as they should be, and one event for all that a boundary does.
#[tokio::test(flavor = "multi_thread")]
async fn kubectl_shows_how_the_targets_of_a_namespaces_schedule_stand() {
    let stage = Stage::new("shown").await;
    for (name, replicas) in [("web", 3), ("api", 2), ("kept", 4), ("named", 5)] {
        stage.deploy(name, replicas).await;
    }
    stage.scaler("named", json!({ "targetRef": { "name": "named" }, "timezone": "UTC", "defaultReplicas": 5 })).await;
    let night = json!({
        "targets": { "exclude": [{ "name": "kept" }] }, "timezone": "UTC", "gracePeriodSeconds": 0,
        "windows": [{ "name": "night", "start": "20:00", "end": "06:00", "replicas": 0 }],
    });
    stage.scaler("night", night).await;
    let controller = stage.controller("2026-11-23T21:00:00Z", 1);
    let settled = |status: &Value| status["targets"]["held"] == 2 && reason(status, "Ready") == "Reconciled";
    stage.status_when("night", "two held", settled).await;
    stage.event("night", "ScaledDown", 1).await;

    let table = kubectl(stage.cluster(), &["-n", "shown", "get", "tws"]);
    let all = rows(&table);
    let row = |name: &str| all.iter().find(|row| row["NAME"] == name).unwrap_or_else(|| panic!("{name}: {table}"));
    let columns = ["APPLIES", "WANTED", "OBSERVED", "NEXT", "THEN", "READY", "PAUSED"];
    let cells = |name: &str| columns.map(|column| row(name)[column].clone());
    assert_eq!(
        cells("night"),
        ["night", "0", "", "2026-11-24T06:00:00Z", "original", "Reconciled", "false"],
        "no count is that of many: {table}"
    );
    assert_eq!(cells("named"), ["OffHours", "5", "5", "", "", "Reconciled", "false"], "{table}");
    let wide = rows(&kubectl(stage.cluster(), &["-n", "shown", "get", "tws", "night", "-o", "wide"]));
    let counts = ["TARGET", "TARGETS", "HELD"].map(|column| wide[0][column].as_str());
    assert_eq!(counts, ["", "2", "2"], "{wide:?}");

    let lines = described(stage.cluster(), &["-n", "shown", "tws", "night"]);
    let counts = ["Targets:", "Claimed: 2", "Conflict: 1", "Different: 0", "Excluded: 1", "Failed: 0"];
    assert_in_order(&lines, &counts);
    let first = [
        "First:",
        "Kind: Deployment",
        "Message: TimeWindowScaler named has it: it names the target, which is narrower",
        "Name: named",
        "Reason: ScaleConflict",
        "Governed: 0",
        "Held: 2",
        "Owned: 0",
    ];
    assert_in_order(&lines, &first);
    let event =
        lines.iter().find(|line| line.starts_with("Normal ScaledDown ")).unwrap_or_else(|| panic!("{lines:#?}"));
    assert!(event.contains("2 changes: Deployment api from 2 to 0, Deployment web from 3 to 0"), "{event}");
    assert!(controller.stop().success());
}

/// Of one of the cluster, which these namespaces sleep by: `kubectl get` and `kubectl describe` of it, and the events of a team.
pub(crate) async fn of_the_cluster(cluster: &'static DevCluster, pools: &str, team: &str) {
    let table = kubectl(cluster, &["get", "ctws"]);
    let all = rows(&table);
    let columns = ["APPLIES", "WANTED", "TARGETS", "HELD", "NEXT", "THEN", "READY", "PAUSED"];
    let cells = |name: &str| {
        let row = all.iter().find(|row| row["NAME"] == name).unwrap_or_else(|| panic!("{name}: {table}"));
        columns.map(|column| row[column].clone())
    };
    assert_eq!(cells("night"), ["always", "0", "2", "2", "", "", "Reconciled", "false"], "{table}");
    assert_eq!(cells(pools), ["OffHours", "50%", "", "", "", "", "Reconciled", "false"], "{table}");
    let wide = rows(&kubectl(cluster, &["get", "ctws", pools, "-o", "wide"]));
    assert_eq!((wide[0]["OBSERVED"].as_str(), wide[0]["TARGET"].as_str()), ("3", "batch"), "{wide:?}");
    assert_in_order(&described(cluster, &["ctws", "night"]), &["Targets:", "Claimed: 2", "Conflict: 0", "Held: 2"]);
    // What happens to itself, and in each namespace what happens there.
    let begin = Instant::now();
    loop {
        let lines = described(cluster, &["ctws", pools]);
        let told = lines.iter().find(|line| line.starts_with("Normal ScaledDown "));
        if told.is_some_and(|told| told.contains("from 6 to 3")) {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "{lines:#?}");
        pause().await;
    }
    let of_team = kubectl(cluster, &["-n", team, "events", "--for", "clustertimewindowscaler/night"]);
    assert!(of_team.contains("ScaledDown") && of_team.contains("Deployment web from 3 to 0"), "{of_team}");
}
