//! `kyklos claims`: who claims which workload, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::Utc;
use clap::Args;

use super::Failure;
use super::assigned::Assigned;
use super::failure::say;
use super::input::{Input, warn};
use super::tables::columns;
use crate::api::Entry;
use crate::api::manifest::printable;
use crate::api::selection::Places;
use crate::api::text::first_of;
use crate::cluster::claims::Ground;
use crate::policy::claimed::{Claimed, Claiming, Found, Workload, claimed, left_out};
use crate::target::{Kind, TargetKey};

/// Say which schedule acts on which workload, who else claims it or leaves it out and why, and what is remembered of it
///
/// It takes the right to list TimeWindowScalers and ScaleRecords, autoscalers, and the workloads of the kinds that schedules select, which
/// the cluster's role view has, but for ScaledObjects, which KEDA's own roles have; and for what is claimed by ClusterTimeWindowScalers the
/// right to list those, and namespaces.
#[derive(Debug, Args)]
pub(super) struct Claims {
    /// Of these manifests, of schedules and of workloads, instead of a cluster; - is standard input
    #[arg(short = 'f', long = "filename", num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Of this namespace; by default of the kubeconfig's, or of every one of files. Objects of files that name none are in it
    #[arg(long, short, value_name = "NS", conflicts_with = "all_namespaces")]
    namespace: Option<String>,
    /// Of every namespace, and of what lies in none
    #[arg(long, short = 'A')]
    all_namespaces: bool,
    /// The namespace that Kyklos is in, which ClusterTimeWindowScalers leave alone unless they name it
    #[arg(long, value_name = "NS", default_value = "kyklos-system")]
    kyklos_namespace: String,
    /// Kyklos looks at namespaces named kube-*, too, as its controller does with the same option
    #[arg(long)]
    include_kube_namespaces: bool,
}

/// What stands where there is nothing.
const NOTHING: &str = "-";

impl Claims {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Self { files, namespace, all_namespaces, kyklos_namespace, include_kube_namespaces } = self;
        let rows = if files.is_empty() {
            let places = Places::new(&kyklos_namespace, include_kube_namespaces);
            let ground = Ground::read(namespace.clone(), all_namespaces, places).await?;
            let warnings = ground.unknown.iter().cloned().chain(first_of(passed_over(&ground)));
            warnings.for_each(|why| say(format_args!("warning: {}", printable(&why))));
            of_cluster(&ground)
        } else {
            let kyklos = (kyklos_namespace, include_kube_namespaces);
            let mut loaded = Input::of(files, namespace.clone(), kyklos)?.load();
            let (workloads, places) = (std::mem::take(&mut loaded.workloads), std::mem::take(&mut loaded.places));
            let subjects = loaded.all()?;
            let assigned = Assigned::of(&subjects, &workloads, &places);
            warn(&assigned.absent_targets().collect::<Vec<_>>());
            let (schedules, found, claimed) = assigned.claims();
            let left = left_of(schedules, found, &places);
            rows(schedules, (claimed, &left), (Entries::new(), places.own()), namespace.as_deref())
        };
        if rows.is_empty() {
            let place = namespace.map(|namespace| format!(" of {namespace}")).unwrap_or_default();
            say(format_args!("note: no schedule claims any workload{}", printable(&place)));
        }
        Ok(io::stdout().lock().write_all(table(rows).as_bytes())?)
    }
}

/// What is to be said of schedules that claim nothing, for Kyklos doesn't look where they lie.
fn passed_over(ground: &Ground) -> impl Iterator<Item = String> {
    let all = ground.schedules.iter().filter(|schedule| schedule.is_passed_over(&ground.places));
    all.map(|schedule| {
        format!(
            "{} claims nothing, for Kyklos passes over namespaces named kube-*: where its controller is told to look at them, give \
             --include-kube-namespaces, too",
            schedule.called()
        )
    })
}

/// A row of the table.
type Row = [String; 5];

/// By namespace and what a record calls a target.
type Entries<'g> = BTreeMap<(String, String), &'g Entry>;

fn of_cluster(ground: &Ground) -> Vec<Row> {
    let mut entries = Entries::new();
    for record in &ground.records {
        let namespace = record.metadata.namespace.as_deref().unwrap_or_default();
        let all = record.spec.entries.iter();
        entries.extend(all.map(|(called, entry)| ((namespace.to_owned(), called.clone()), entry)));
    }
    let now = Utc::now();
    let claimed = claimed(&ground.schedules, &ground.workloads, &ground.places, |_| now);
    let left = left_of(&ground.schedules, &ground.workloads, &ground.places);
    rows(&ground.schedules, (&claimed, &left), (entries, ground.places.own()), ground.namespace.as_deref())
}

/// The workloads that schedules would pick and leave out, with who does so and why.
type LeftOut<'g> = BTreeMap<&'g Workload, Vec<String>>;

fn left_of<'g>(schedules: &[Claiming], found: &'g [Found], places: &Places) -> LeftOut<'g> {
    let now = Utc::now();
    let all = found.iter().zip(left_out(schedules, found, places, |_| now));
    let in_words = all.map(|(found, left)| {
        let words = left.iter().filter_map(|left| Some(left.in_words(&schedules.get(left.policy)?.called())));
        (&found.workload, first_of(words))
    });
    in_words.filter(|(_, words)| !words.is_empty()).collect()
}

/// `own` is the namespace in which it is remembered what lies in none, and `only` the one whose workloads are asked for, if it is one.
fn rows(
    schedules: &[Claiming],
    (claimed, left): (&Claimed, &LeftOut<'_>),
    (mut entries, own): (Entries<'_>, &str),
    only: Option<&str>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let all: BTreeSet<&Workload> = claimed.keys().chain(left.keys().copied()).collect();
    for workload in all {
        let entry = recorded(workload, own).and_then(|place| entries.remove(&place));
        if only.is_some_and(|only| *only != *workload.namespace) {
            continue;
        }
        let claims = claimed.get(workload);
        let holder = claims.and_then(|claims| claims.holder(workload)).and_then(|(holder, _)| schedules.get(holder));
        let reasons = claims.map(|claims| claims.reasons(workload, schedules)).unwrap_or_default();
        let left = left.get(workload).into_iter().flatten().cloned();
        let notes = reasons.into_iter().chain(left).collect::<Vec<_>>().join("; ");
        let by = holder.map_or_else(|| NOTHING.to_owned(), |holder| printable(&holder.called()));
        rows.push(row(&words(workload), by, entry, &notes));
    }
    // What nobody claims any more is still remembered for a while.
    for ((namespace, called), entry) in entries {
        let notes = format!("was {}'s, which doesn't claim it any more", entry.holder);
        rows.push(row(&format!("{called} of {namespace}"), NOTHING.to_owned(), Some(entry), &notes));
    }
    rows
}

fn table(rows: Vec<Row>) -> String {
    columns(&["WORKLOAD", "BY", "ORIGINAL", "HELD", "NOTE"], &[2, 3], rows)
}

fn row(workload: &str, by: String, entry: Option<&Entry>, notes: &str) -> Row {
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
            places: Places::default(),
            namespace: None,
            unknown: Vec::new(),
        };
        assert_eq!(
            table(of_cluster(&ground)),
            "\
WORKLOAD                       BY        ORIGINAL  HELD  NOTE
Deployment shop/api            shop/api         -     -
Deployment shop/web            shop/old         5     0  shop/young doesn't act, shop/old comes first: it is older
deployments.apps/gone of shop  -                5     0  was late's, which doesn't claim it any more
"
        );
    }
}
