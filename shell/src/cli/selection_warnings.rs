//! What is right about a selection of the files and still isn't what somebody meant, as far as the files tell.

use std::collections::BTreeSet;

use super::assigned::Assigned;
use super::subject::Subject;
use super::workload_files::Workload;
use crate::api::manifest::Complaint;
use crate::api::problems::nearest;
use crate::api::selection::{ExcludedSpec, NEW_TARGETS_MAX, Namespaces, Reach, Selection};
use crate::api::{Pause, Value};
use crate::policy::brake::CONFIRM_ANNOTATION;
use crate::policy::claims::{Standing, Why};

impl Assigned<'_> {
    /// What is said where the files don't tell whether anything is wrong: names that leave out nothing as far as is known.
    pub(super) fn notes(&self) -> Vec<Complaint> {
        let of = |subject: &Subject| match &subject.object.reach {
            Some(Reach::Selected { selection, .. }) if !self.knows_all(subject, selection) => {
                let absent = self.absent(
                    subject,
                    selection,
                    "nor are all workloads that this is for, so this may leave out nothing",
                );
                absent.into_iter().map(|(field, words)| subject.origin.complain(&field, words)).collect()
            }
            _ => Vec::new(),
        };
        let absent = self.heard().flat_map(|(_, subject)| of(subject));
        let eclipsed = self.heard().filter_map(|(policy, subject)| {
            let (_, words) = self.eclipsed(policy, subject).filter(|(is_equal, _)| !is_equal)?;
            Some(subject.origin.complain("spec.targets", words))
        });
        absent.chain(eclipsed).collect()
    }

    /// All of that, in the order of the fields.
    pub(super) fn of_selection(&self, policy: usize, subject: &Subject) -> Vec<Complaint> {
        let Some(Reach::Selected { selection, max_new_targets, .. }) = &subject.object.reach else { return Vec::new() };
        let is_sure = self.knows_all(subject, selection);
        let absent =
            is_sure.then(|| self.absent(subject, selection, "though other workloads are, so this leaves out nothing"));
        let namespaces = self.absent_namespaces(selection);
        let brake = self.brake(policy, subject, *max_new_targets).map(|words| ("spec.maxNewTargets".to_owned(), words));
        let eclipsed = self.eclipsed(policy, subject).filter(|(is_equal, _)| *is_equal);
        let eclipsed = eclipsed.map(|(_, words)| ("spec.targets".to_owned(), words));
        let all = eclipsed.into_iter().chain(absent.into_iter().flatten()).chain(namespaces).chain(brake);
        all.map(|(field, words)| subject.origin.complain(&field, words)).collect()
    }

    /// Whether of each namespace of which it is known that a selection is for it workloads are in the files.
    fn knows_all(&self, subject: &Subject, selection: &Selection) -> bool {
        let home = &subject.object.metadata.namespace;
        let named = selection.namespaces().into_iter().flat_map(Namespaces::names);
        let known = self.spaces.names().chain(named).chain([home.as_str()]);
        let known: BTreeSet<_> = known.filter(|name| self.spaces.take(selection, home, name)).collect();
        let with: BTreeSet<_> = self.workloads.iter().map(|workload| workload.namespace.as_str()).collect();
        !known.is_empty() && known.is_subset(&with)
    }

    /// What is left out by its name and isn't there, although other workloads are; `rest` is what follows.
    fn absent(&self, subject: &Subject, selection: &Selection, rest: &str) -> Vec<(String, String)> {
        let home = &subject.object.metadata.namespace;
        let is_here = |workload: &&Workload| {
            self.spaces.take(selection, home, &workload.namespace)
                || self.spaces.may_take(selection, &workload.namespace)
        };
        let here: Vec<_> = self.workloads.iter().filter(is_here).collect();
        let excluded = subject.object.spec.targets.iter().flat_map(|targets| &targets.exclude).enumerate();
        let absent = excluded.filter_map(|(index, ExcludedSpec { kind, name })| {
            let of_kind = |workload: &&&Workload| kind.as_ref().is_none_or(|kind| **kind == *workload.kind.kind);
            let mut names = here.iter().filter(of_kind).map(|workload| workload.name.as_str());
            if self.workloads.is_empty() || names.clone().any(|known| known == name) {
                return None;
            }
            let (kind, meant) = (kind.as_deref().unwrap_or("workload"), meant(name, &mut names));
            let words = format!("no {kind} {name} is in the files, {rest}{meant}");
            Some((format!("spec.targets.exclude[{index}].name"), words))
        });
        absent.collect()
    }

    /// That all that a selection picks is that of others which are as narrow, so that it does nothing as far as the files tell; and
    /// whether the first of them picks the same whatever there is. What has lost some of many hurts none of the others.
    fn eclipsed(&self, policy: usize, subject: &Subject) -> Option<(bool, String)> {
        let mut first = None;
        for (workload, (name, claims)) in self.places(policy) {
            match claims.standing(policy, name)?.0 {
                Standing::Lost { to, why: why @ (Why::Older | Why::Name) } => {
                    first = first.or(Some((workload, to, why)))
                }
                _ => return None,
            }
        }
        let (workload, to, why) = first?;
        let other = self.subjects.get(to.policy)?;
        let why = self.why(subject, other, why);
        let (other, is_equal) = (other.name(), other.object.reach == subject.object.reach);
        let (picks, right) = if is_equal {
            ("what this one picks".to_owned(), "delete one of the two, or have them pick other workloads")
        } else {
            let all = "all that this one picks of the files is that of others which are as narrow";
            (format!("{}, and {all}", workload.called()), "have them pick other workloads, if that isn't meant")
        };
        Some((is_equal, format!("{other} picks {picks}, and acts instead: {why}: {right}")))
    }

    /// Namespaces that stand there by their names and aren't in the files, although others are.
    fn absent_namespaces(&self, selection: &Selection) -> Vec<(String, String)> {
        let Some(namespaces) = selection.namespaces().filter(|_| self.spaces.names().next().is_some()) else {
            return Vec::new();
        };
        let is_known =
            |name: &str| self.spaces.has(name) || self.workloads.iter().any(|workload| workload.namespace == name);
        let told = |field: &str, name: &str| {
            let meant = meant(name, &mut self.spaces.names());
            (
                format!("spec.targets.namespaces.{field}"),
                format!("no Namespace {name} is in the files, though others are{meant}"),
            )
        };
        let named = namespaces.names().filter(|name| !is_known(name)).map(|name| told("names", name));
        let excluded = namespaces.excluded().filter(|name| !is_known(name)).map(|name| told("exclude", name));
        named.chain(excluded).collect()
    }

    /// More workloads than an edit may lower at once: whenever it gives least, what it gives waits for somebody's word.
    fn brake(&self, policy: usize, subject: &Subject, most: u32) -> Option<String> {
        let spec = &subject.object.spec;
        let held = self.places(policy).filter(|(_, (name, claims))| claims.holder(name) == Some((policy, None)));
        let held: Vec<_> = held.map(|(workload, _)| (workload, self.scaled_by(workload))).collect();
        let lowered = |value: Value| held.iter().filter(|(workload, above)| lowers(value, workload, *above)).count();
        let lowered = spec.values().map(lowered).max().unwrap_or_default();
        let is_too_many = usize::try_from(most).is_ok_and(|most| lowered > most);
        if !is_too_many || Pause::of(spec) == Pause::Always {
            return None;
        }
        let right = match i64::try_from(lowered) {
            Ok(count @ ..=NEW_TARGETS_MAX) => format!("write at least {count}, if all of them are meant"),
            _ => "pick fewer".to_owned(),
        };
        Some(format!(
            "{lowered} workloads of the files would be lowered at once, which is more than {most}: an edit at such a time, the first \
             included, lowers none of them until the object is annotated with {CONFIRM_ANNOTATION}: {right}"
        ))
    }
}

/// Whether a value lowers a workload. Beside an autoscaler only none is written, and beside one that never stands still nothing.
fn lowers(value: Value, workload: &Workload, above: Option<&Workload>) -> bool {
    let present = workload.present;
    let original = workload.original.or_else(|| u32::try_from(present).ok());
    let is_lower = value.of(present, original).is_some_and(|count| count < present);
    let is_written = above.is_none_or(|above| value == Value::Count(0) && !above.is_scaled_object());
    is_lower && is_written
}

/// Which of these names is meant, where one is near: the end of a sentence.
pub(super) fn meant(name: &str, names: &mut dyn Iterator<Item = &str>) -> String {
    nearest(name, names).first().map(|meant| format!("; did you mean {meant}?")).unwrap_or_default()
}
