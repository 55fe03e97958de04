//! Many targets in many namespaces, and the object that is for all of them.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use futures::stream::{self, TryStreamExt as _};
use jiff::{Timestamp, ToSpan as _};
use kube::api::{Api, DynamicObject, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use super::audit::Audit;
use super::stage::{self, MAKERS, Place, Stage, at, is_ready, reported};

/// The name of the object that is for all of them.
const NAME: &str = "night";
/// The label of their namespaces.
const LABEL: (&str, &str) = ("kyklos.example/sleeps", "at-night");
/// So many targets are in each namespace, where that makes neither fewer nor more namespaces than these.
const IN_EACH: usize = 200;
const NAMESPACES: (usize, usize) = (4, 50);
/// The most targets of a record, by the contract.
const RECORD_MAX: usize = 500;

/// What the targets get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    /// Counts, and nothing is given back: so nothing has to be remembered.
    Counts,
    /// None at night, and by day what they had, as a selection does it that says nothing else.
    Originals,
}

impl Values {
    /// Whether what was there before is given back, so that it has to be remembered.
    pub(crate) fn are_remembered(self) -> bool {
        self == Self::Originals
    }

    /// In the window.
    pub(crate) fn by_night(self) -> u32 {
        match self {
            Self::Counts => 3,
            Self::Originals => 0,
        }
    }

    /// Outside it.
    pub(crate) fn by_day(self) -> u32 {
        match self {
            Self::Counts => 1,
            Self::Originals => 3,
        }
    }
}

/// Which of the two boundaries of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Its start.
    Evening,
    /// Its end.
    Morning,
}

/// The targets.
pub(crate) struct Many<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) count: usize,
    /// With how many of them are in each.
    pub(crate) namespaces: Vec<(String, usize)>,
}

impl<'s> Many<'s> {
    /// Makes so many Deployments with so many replicas.
    pub(crate) async fn make(stage: &'s Stage, count: usize, replicas: u32) -> Result<Self> {
        let spread = (count / IN_EACH).clamp(NAMESPACES.0, NAMESPACES.1);
        let share = |number: usize| count / spread + usize::from(number < count % spread);
        let namespaces: Vec<_> = (0..spread).map(|number| (format!("many-{number:02}"), share(number))).collect();
        let begin = Instant::now();
        let params = PostParams::default();
        let all: Api<DynamicObject> = Api::all_with(stage.admin.clone(), &stage::kind("", "v1", "Namespace"));
        for (name, _) in &namespaces {
            let namespace = json!({
                "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": { LABEL.0: LABEL.1 } },
            });
            all.create(&params, &serde_json::from_value(namespace)?).await?;
        }
        let names = namespaces.iter().flat_map(|(namespace, share)| (0..*share).map(move |number| (namespace, number)));
        let made = stream::iter(names.map(Ok)).try_for_each_concurrent(MAKERS, |(namespace, number)| {
            let params = &params;
            async move {
                let deployments = stage.deployments(&stage.admin, Place::Namespace(namespace));
                let deployment = stage::deployment(&stage::name(number), replicas);
                deployments.create(params, &serde_json::from_value(deployment)?).await?;
                Ok::<_, anyhow::Error>(())
            }
        });
        made.await.with_context(|| format!("making {count} Deployments"))?;
        eprintln!("made {count} Deployments in {spread} namespaces in {:.1} s", begin.elapsed().as_secs_f64());
        Ok(Self { stage, count, namespaces })
    }

    fn object(&self) -> Api<DynamicObject> {
        let kind = stage::kind("kyklos.io", "v1alpha1", "ClusterTimeWindowScaler");
        Api::all_with(self.stage.admin.clone(), &kind)
    }

    /// Has a window begin, or end, at an instant, half a day of it before or after that.
    pub(crate) async fn schedule(&self, values: Values, edge: Edge, boundary: Timestamp) -> Result<()> {
        let (start, end) = match edge {
            Edge::Evening => (boundary, boundary + 12.hours()),
            Edge::Morning => (boundary - 12.hours(), boundary),
        };
        let clock = |at: Timestamp| at.strftime("%H:%M").to_string();
        let mut spec = json!({
            "targets": { "namespaces": { "selector": { "matchLabels": { LABEL.0: LABEL.1 } } } }, "timezone": "Etc/UTC", "gracePeriodSeconds": 0,
            "windows": [{ "name": NAME, "start": clock(start), "end": clock(end), "replicas": values.by_night() }],
        });
        if let (false, Some(fields)) = (values.are_remembered(), spec.as_object_mut()) {
            fields.insert("defaultReplicas".to_owned(), json!(values.by_day()));
            fields.insert("onDelete".to_owned(), json!("keep"));
        }
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "ClusterTimeWindowScaler", "metadata": { "name": NAME },
            "spec": spec,
        });
        let params = PatchParams::apply("kyklos-bench").force();
        self.object().patch(NAME, &params, &Patch::Apply(&object)).await?;
        Ok(())
    }

    /// Whether it has been reported on since an instant.
    pub(crate) fn is_reported(&self, audit: &Audit, since: Timestamp) -> bool {
        reported(audit, "", since) == 1
    }

    /// Fails unless all of them have so many replicas, and the object says that all are as they should be.
    pub(crate) async fn all_have(&self, replicas: u32) -> Result<()> {
        self.stage.deployed(Place::Everywhere, self.count, replicas).await?;
        let found = self.object().get(NAME).await?;
        let status = at(&found.data, "/status");
        let held = at(status, "/targets/held");
        ensure!(is_ready(status) && *held == self.count, "the object should hold {} targets: {status}", self.count);
        Ok(())
    }

    /// How many records each namespace takes.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&str, usize)> {
        self.namespaces.iter().map(|(name, targets)| (name.as_str(), targets.div_ceil(RECORD_MAX)))
    }

    /// Fails unless there are these records, and no others.
    pub(crate) async fn remembered(&self, is_held: bool) -> Result<()> {
        let kind = stage::kind("kyklos.io", "v1alpha1", "ScaleRecord");
        let records: Api<DynamicObject> = Api::all_with(self.stage.admin.clone(), &kind);
        let found = records.list(&Default::default()).await?.items;
        let entries = |record: &DynamicObject| at(&record.data, "/spec/entries").as_object().map_or(0, |all| all.len());
        let entries = found.iter().map(entries).sum::<usize>();
        let wanted = if is_held { self.count } else { 0 };
        ensure!(entries == wanted, "{entries} targets are remembered, and {wanted} should be");
        let right = |entry: &Value| *at(entry, "/original") == Values::Originals.by_day();
        let all = found.iter().filter_map(|record| at(&record.data, "/spec/entries").as_object()).flatten();
        let wrong = all.filter(|(_, entry)| !right(entry)).map(|(name, entry)| format!("{name}: {entry}")).next();
        ensure!(wrong.is_none(), "what is remembered isn't what was there: {}", wrong.unwrap_or_default());
        Ok(())
    }
}
