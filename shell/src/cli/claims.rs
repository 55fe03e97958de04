//! `kyklos claims`: who claims which workload, and why.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::Utc;
use clap::Args;

use super::Failure;
use super::assigned::Assigned;
use super::failure::say;
use super::input::Input;
use super::tables::columns;
use crate::api::Entry;
use crate::api::manifest::printable;
use crate::cluster::claims::Ground;
use crate::policy::claimed::{Claimed, Claiming, Workload, claimed};
use crate::target::{Kind, TargetKey};

/// Say which schedule acts on which workload, who else claims it and why he doesn't, and what is remembered of it
///
/// It takes the right to list TimeWindowScalers and ScaleRecords, autoscalers, and the workloads of the kinds that schedules select, which
/// the cluster's role view has, but for ScaledObjects, which KEDA's own roles have; and for what is claimed by ClusterTimeWindowScalers the
/// right to list those, and namespaces.
#[derive(Debug, Args)]
pub(super) struct Claims {
    /// Of these manifests, of schedules and of workloads, instead of a cluster; - is standard input
    #[arg(short = 'f', long = "filename", num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Of this namespace, of the kubeconfig's by default; of files the one of objects that name none
    #[arg(long, short, value_name = "NS", conflicts_with = "all_namespaces")]
    namespace: Option<String>,
    /// Of every namespace, as those of files are in any case
    #[arg(long, short = 'A')]
    all_namespaces: bool,
    /// The namespace that Kyklos is in, which ClusterTimeWindowScalers leave alone unless they name it
    #[arg(long, value_name = "NS", default_value = "kyklos-system")]
    kyklos_namespace: String,
}

/// What stands where there is nothing.
const NOTHING: &str = "-";

impl Claims {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let table = if self.files.is_empty() {
            let ground = Ground::read(self.namespace, self.all_namespaces, &self.kyklos_namespace).await?;
            ground.unknown.iter().for_each(|why| say(format_args!("warning: {}", printable(why))));
            of_cluster(&ground)
        } else {
            let mut loaded = Input::of(self.files, self.namespace, self.kyklos_namespace)?.load();
            let (workloads, places) = (std::mem::take(&mut loaded.workloads), std::mem::take(&mut loaded.places));
            let subjects = loaded.all()?;
            let assigned = Assigned::of(&subjects, &workloads, &places);
            let (schedules, claimed) = assigned.claims();
            table(schedules, claimed, (Entries::new(), places.own()))
        };
        Ok(io::stdout().lock().write_all(table.as_bytes())?)
    }
}

/// By namespace and what a record calls a target.
type Entries<'g> = BTreeMap<(String, String), &'g Entry>;

fn of_cluster(ground: &Ground) -> String {
    let mut entries = Entries::new();
    for record in &ground.records {
        let namespace = record.metadata.namespace.as_deref().unwrap_or_default();
        let all = record.spec.entries.iter();
        entries.extend(all.map(|(called, entry)| ((namespace.to_owned(), called.clone()), entry)));
    }
    let now = Utc::now();
    let claimed = claimed(&ground.schedules, &ground.workloads, &ground.places, |_| now);
    table(&ground.schedules, &claimed, (entries, ground.places.own()))
}

/// `own` is the namespace in which it is remembered what lies in none.
fn table(schedules: &[Claiming], claimed: &Claimed, (mut entries, own): (Entries<'_>, &str)) -> String {
    let mut rows = Vec::new();
    for (workload, claims) in claimed {
        let entry = recorded(workload, own).and_then(|place| entries.remove(&place));
        let holder = claims.holder(workload).and_then(|(holder, _)| schedules.get(holder));
        let notes = claims.reasons(workload, schedules).join("; ");
        let by = holder.map_or_else(|| NOTHING.to_owned(), |holder| printable(&holder.called()));
        rows.push(row(&words(workload), by, entry, &notes));
    }
    // What nobody claims any more is still remembered for a while.
    for ((namespace, called), entry) in entries {
        let notes = format!("was {}'s, which doesn't claim it any more", entry.holder);
        rows.push(row(&format!("{called} of {namespace}"), NOTHING.to_owned(), Some(entry), &notes));
    }
    columns(&["WORKLOAD", "BY", "ORIGINAL", "HELD", "NOTE"], &[2, 3], rows)
}

fn row(workload: &str, by: String, entry: Option<&Entry>, notes: &str) -> [String; 5] {
    let count = |count: Option<u32>| count.map_or_else(|| NOTHING.to_owned(), |count| count.to_string());
    let (original, held) = (count(entry.map(|entry| entry.original)), count(entry.map(|entry| entry.held)));
    [printable(workload), by, original, held, printable(notes)]
}

fn words(Workload { namespace, kind, name }: &Workload) -> String {
    if namespace.is_empty() { format!("{kind} {name}") } else { format!("{kind} {namespace}/{name}") }
}

/// In which namespace, and as what, a workload is remembered.
fn recorded(workload: &Workload, own: &str) -> Option<(String, String)> {
    let Workload { namespace, kind, name } = workload;
    let kind = Kind::named(&kind.api_version, &kind.kind)?;
    let key = TargetKey { kind, namespace: namespace.clone(), name: name.clone() };
    let place = if namespace.is_empty() { own } else { namespace };
    Some((place.to_owned(), key.recorded_as()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::{Identity, ScaleRecord, ScaleRecordSpec};
    use crate::policy::claimed::Claiming;

    #[test]
    fn who_acts_what_is_remembered_and_what_is_left() {
        let schedule = |name: &str, second: i64, target: &str| {
            let identity = Identity {
                namespace: "shop".into(),
                name: name.into(),
                uid: name.into(),
                generation: 1,
                created: chrono::DateTime::from_timestamp(second, 0).unwrap(),
                deleting: false,
            };
            Claiming::read(identity, &json!({ "targetRef": { "name": target }, "timezone": "UTC" }))
        };
        let entry =
            |holder: &str| json!({ "uid": "1", "original": 5, "held": 0, "holder": holder, "onDelete": "restore" });
        let entries = json!({ "deployments.apps/web": entry("old"), "deployments.apps/gone": entry("late") });
        let spec: ScaleRecordSpec = serde_json::from_value(json!({ "entries": entries })).unwrap();
        let mut record = ScaleRecord::new("kyklos", spec);
        record.metadata.namespace = Some("shop".to_owned());
        let ground = Ground {
            schedules: vec![schedule("old", 1, "web"), schedule("young", 2, "web"), schedule("api", 3, "api")],
            records: vec![record],
            workloads: Vec::new(),
            places: crate::api::selection::Places::default(),
            unknown: Vec::new(),
        };
        assert_eq!(
            of_cluster(&ground),
            "\
WORKLOAD                       BY        ORIGINAL  HELD  NOTE
Deployment shop/api            shop/api         -     -
Deployment shop/web            shop/old         5     0  shop/young doesn't act, shop/old comes first: it is older
deployments.apps/gone of shop  -                5     0  was late's, which doesn't claim it any more
"
        );
    }
}
