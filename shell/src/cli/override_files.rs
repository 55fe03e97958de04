//! TimeWindowOverrides of the files, and the schedules there that they are for.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::input::PASSED_OVER;
use super::scaler_files::called;
use super::subject::Subject;
use crate::api::manifest::{Complaint, Document, Origin};
use crate::api::overrides::{Asked, End, Override, OverrideObject, Whom, override_object};
use crate::api::problems::Problems;
use crate::api::selection::{CLUSTER_KIND, Places, Reach};
use crate::api::times::{from_seconds, to_instant};
use crate::api::{KIND, Metadata, OVERRIDE_ANNOTATION, ScalerKind, by_fields, instants};

/// An override of a file.
pub(super) struct FileOverride {
    origin: Origin,
    object: OverrideObject,
    asked: Asked,
    /// When it was made, or is as far as is known.
    made: Option<DateTime<Utc>>,
    /// When it begins: where it doesn't say, when it is made, and where nobody knows when that is, now.
    begins: DateTime<Utc>,
}

impl FileOverride {
    /// Whether its end goes by when it is made.
    fn ends_by_its_making(&self) -> bool {
        self.asked.end == End::NextBoundary && self.asked.from.is_none()
    }

    /// One up to the next boundary after it was made wasn't there before.
    fn begun(&self, given: Arc<Override>) -> Arc<Override> {
        if !self.ends_by_its_making() {
            return given;
        }
        let begins = given.from.map_or(self.begins, |from| from.max(self.begins));
        Arc::new(Override { from: Some(begins), ..Override::clone(&given) })
    }

    /// That it is taken as made now, where its end goes by that.
    fn guess(&self, until: DateTime<Utc>) -> Option<Complaint> {
        let is_guess = self.ends_by_its_making() && self.made.is_none() && self.object.status.until.is_none();
        is_guess.then(|| {
            let until = instants::write(until);
            let words = format!("it is taken as made now, so it lasts until {until}: write from, or until");
            self.origin.complain("spec.untilNextBoundary", words)
        })
    }
}

/// Reads an override, and says everything that is wrong with it. `made` is when one is made of the file, where somebody asks for
/// that; one that a cluster has was made when it says.
pub(super) fn read(
    document: &Document,
    made: Option<DateTime<Utc>>,
    complaints: &mut Vec<Complaint>,
) -> Option<FileOverride> {
    let mut problems = Problems::default();
    let found = override_object(&document.value, &mut problems);
    let asked = found.as_ref().and_then(|object| Asked::of(&object.spec, &mut problems));
    let made = found.as_ref().and_then(|object| object.metadata.created).or(made);
    if let (Some(asked), Some(made)) = (&asked, made)
        && let End::At(until) = asked.end
        && let Some(late) = asked.late(until, made)
    {
        problems.push(late.field, late.message);
    }
    by_fields(&mut problems);
    complaints.extend(document.origin.complain_of(&problems));
    let (object, asked) = found.zip(asked).filter(|_| problems.is_empty())?;
    let begins = asked.from.or(made).unwrap_or_else(|| from_seconds(Utc::now().timestamp()));
    Some(FileOverride { origin: document.origin.clone(), object, asked, made, begins })
}

/// Gives each schedule the overrides that are for it. What goes beyond a schedule's bounds is a complaint, and one that is for none a
/// warning. `given` are the namespaces and names of all schedules of the files, those among them that are wrong; `places` the namespaces.
///
/// Returns where the others stand, and their names.
pub(super) fn give(
    overrides: Vec<FileOverride>,
    subjects: &mut [Subject],
    (given, places): (&BTreeMap<(String, String), Origin>, &Places),
    warnings: &mut Vec<Complaint>,
    complaints: &mut Vec<Complaint>,
) -> Vec<(Origin, String)> {
    let mut right = Vec::new();
    for found in overrides {
        let FileOverride { origin, object, asked, made, .. } = &found;
        let metadata = &object.metadata;
        // One that a file makes comes after those that are there.
        let created = metadata.created.unwrap_or(DateTime::<Utc>::MAX_UTC);
        if places.passes_over(&metadata.namespace) {
            warnings.push(origin.complain("metadata.namespace", PASSED_OVER));
            right.push((origin.clone(), called(metadata)));
            continue;
        }
        let mut is_for_any = false;
        let mut refused = Problems::default();
        for subject in subjects.iter_mut() {
            let scaler = &subject.object.metadata;
            let kind = subject.object.kind();
            let is_elsewhere = kind.is_of_namespace() && scaler.namespace != metadata.namespace;
            if is_elsewhere || !asked.whom.takes(kind, &scaler.name, &scaler.labels) {
                continue;
            }
            is_for_any = true;
            let elsewhere = apart(subject, &metadata.namespace, places);
            let is_elsewhere = elsewhere.is_some();
            warnings.extend(elsewhere.map(|(field, words)| origin.complain(field, words)));
            let until = match end(&found, subject) {
                Ok(until) => until,
                Err(words) => {
                    refused.push("spec.untilNextBoundary", words);
                    continue;
                }
            };
            // Of one that says its end itself that was seen when it was read.
            if asked.end == End::NextBoundary
                && let Some(late) = made.and_then(|made| asked.late(until, made))
            {
                refused.push(late.field, late.message);
                continue;
            }
            let given = asked.with_end(&metadata.name, created, until);
            if let Some(words) = subject.bounds().refusal(&given) {
                refused.push_of_itself("spec", format!("{}: {words}", subject.name()));
                continue;
            }
            let given = found.begun(bounded(subject, given));
            warnings.extend(found.guess(until));
            match kind {
                ScalerKind::TimeWindowScaler => subject.overrides.push(given),
                // What isn't for its namespace applies to nothing there.
                ScalerKind::ClusterTimeWindowScaler if is_elsewhere => {}
                ScalerKind::ClusterTimeWindowScaler => subject.apart.push((metadata.namespace.clone(), given)),
            }
        }
        complaints.extend(origin.complain_of(&refused));
        if refused.is_empty() {
            right.push((origin.clone(), called(metadata)));
        }
        if !is_for_any && !may_be_for_wrong(metadata, &asked.whom, subjects, given) {
            let (field, whom) = match &asked.whom {
                Whom::Named(name) => ("spec.scalerRef", format!("{KIND} {}/{name}", metadata.namespace)),
                Whom::OfCluster(name) => ("spec.scalerRef", format!("{CLUSTER_KIND} {name}")),
                Whom::Selected(_) => ("spec.selector", format!("{KIND} of {} with such labels", metadata.namespace)),
            };
            let message = format!("no {whom} is in the files, so it applies to nothing: give its file as well");
            warnings.push(origin.complain(field, message));
        }
    }
    for subject in subjects {
        subject.overrides.sort_by(|one, other| Reverse(one.rank()).cmp(&Reverse(other.rank())));
    }
    right
}

/// Why an override of a namespace is for no target of a schedule of the cluster, as far as that is known.
fn apart(subject: &Subject, namespace: &str, places: &Places) -> Option<(&'static str, String)> {
    let name = subject.name();
    match &subject.object.reach {
        _ if subject.object.kind().is_of_namespace() => None,
        Some(Reach::Named { .. }) => {
            let words = format!(
                "{CLUSTER_KIND} {name} names what lies in no namespace, which no override is for: annotate it with \
                 {OVERRIDE_ANNOTATION} instead"
            );
            Some(("spec.scalerRef", words))
        }
        Some(Reach::Selected { selection, .. }) => {
            let is_known = !places.take(selection, "", namespace) && !places.may_take(selection, namespace);
            let words = format!(
                "{CLUSTER_KIND} {name} isn't for {namespace}, so it applies to nothing there: write it into a namespace of {name}'s"
            );
            is_known.then_some(("metadata.namespace", words))
        }
        None => None,
    }
}

/// Whether it may be for a schedule of the files that is wrong, of which that is said already.
fn may_be_for_wrong(
    metadata: &Metadata,
    whom: &Whom,
    subjects: &[Subject],
    given: &BTreeMap<(String, String), Origin>,
) -> bool {
    let is_right = |namespace: &str, name: &str| {
        subjects
            .iter()
            .map(|subject| &subject.object.metadata)
            .any(|one| one.namespace == namespace && one.name == name)
    };
    given.keys().any(|(namespace, name)| {
        let (place, is_meant) = match whom {
            Whom::Named(meant) => (metadata.namespace.as_str(), **meant == **name),
            Whom::Selected(_) => (metadata.namespace.as_str(), true),
            Whom::OfCluster(meant) => ("", **meant == **name),
        };
        namespace == place && is_meant && !is_right(namespace, name)
    })
}

/// Its end: as it says, as its status says, or the next boundary after its beginning. Or why there is none.
fn end(found: &FileOverride, subject: &Subject) -> Result<DateTime<Utc>, String> {
    let kept = found.object.status.until.as_ref().map(to_instant);
    let until = match found.asked.end {
        End::At(until) => Some(until),
        End::NextBoundary => kept,
    };
    if let Some(until) = until {
        return Ok(until);
    }
    let next = subject.timetable().evaluate(found.begins.timestamp()).until().map(from_seconds);
    let name = &subject.object.metadata.name;
    next.ok_or_else(|| format!("the schedule of {name} has no next boundary: write until"))
}

/// One without a beginning counts as long as it may.
pub(super) fn bounded(subject: &Subject, given: Arc<Override>) -> Arc<Override> {
    match subject.bounds().earliest(&given) {
        Some(earliest) => Arc::new(Override { from: Some(earliest), ..Override::clone(&given) }),
        None => given,
    }
}
