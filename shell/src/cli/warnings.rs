//! What the controller would say of the schedules and workloads of the files.

use std::collections::{BTreeMap, BTreeSet};

use super::assigned::{Assigned, LeftBy};
use super::selection_warnings::meant;
use super::subject::Subject;
use super::workload_files::Workload;
use crate::api::Value;
use crate::api::manifest::{Complaint, Origin};
use crate::api::selection::{KindRef, Reach};
use crate::api::text::first_of;
use crate::policy::claims::{Standing, Why};
use crate::target::Kind;

impl Assigned<'_> {
    /// What the controller would warn of, by the schedules in their order and then the workloads.
    pub(super) fn warnings(&self) -> Vec<Complaint> {
        let mut all = Vec::new();
        for (policy, subject) in self.heard() {
            let is_many = subject.object.spec.targets.is_some();
            let field = if is_many { "spec.targets" } else { "spec.targetRef" };
            let say = |words: String| subject.origin.complain(field, words);
            all.extend(self.of_selection(policy, subject));
            let mut aims = self.places(policy).peekable();
            if aims.peek().is_none() {
                all.extend(if is_many { self.picks_none(policy, subject) } else { self.missing(subject) }.map(say));
                all.extend(risk(subject).map(say));
            }
            // What one has lost of many hurts none of the others.
            if !is_many {
                all.extend(self.conflict(policy).map(say));
            }
            for (workload, (name, claims)) in aims {
                let own = claims.are_on_kyklos().then(|| own(&workload.called_here()));
                all.extend(own.or_else(|| self.beside(workload, subject)).map(say));
                let is_first = claims.holder(name).is_some_and(|(holder, _)| holder == policy);
                all.extend(late(workload).filter(|_| is_first));
            }
        }
        let mut seen = BTreeMap::new();
        for (workload, left) in self.workloads.iter().zip(self.left_out()) {
            let first = *seen.entry(workload.id()).or_insert(&workload.origin);
            all.extend(doubled(workload, first));
            all.extend(unreadable(workload, left));
            all.extend(workload.faults().map(|(field, words)| workload.origin.complain(&field, words)));
        }
        all
    }

    /// Of the schedules that name a target those whose target isn't in the files, as far as others are.
    pub(super) fn absent_targets(&self) -> impl Iterator<Item = Complaint> {
        self.heard().filter(|(policy, _)| self.places(*policy).next().is_none()).filter_map(|(_, subject)| {
            let words = self.missing(subject)?;
            Some(subject.origin.complain("spec.targetRef", words))
        })
    }

    /// A selection that picks none of the workloads of its namespace.
    fn picks_none(&self, policy: usize, subject: &Subject) -> Option<String> {
        let namespace = &subject.object.metadata.namespace;
        if !subject.object.kind().is_of_namespace() {
            let why = self.unlabelled(policy).or_else(|| self.elsewhere(subject));
            let why = why.unwrap_or_else(|| "look at namespaces, kinds, selector and exclude".to_owned());
            return (!self.workloads.is_empty())
                .then(|| format!("none of the workloads in the files is picked: {why}"));
        }
        let are_any = self.workloads.iter().any(|workload| workload.namespace == *namespace);
        are_any.then(|| {
            format!("none of the workloads of {namespace} in the files is picked: look at kinds, selector and exclude")
        })
    }

    /// That no workload is in a namespace that a schedule is for, and which name is perhaps meant.
    fn elsewhere(&self, subject: &Subject) -> Option<String> {
        let Some(Reach::Selected { selection, .. }) = &subject.object.reach else { return None };
        let namespaces = selection.namespaces()?;
        let places: BTreeSet<_> = self.workloads.iter().map(|workload| workload.namespace.as_str()).collect();
        if places.iter().any(|place| self.spaces.take(selection, "", place)) {
            return None;
        }
        let meant =
            namespaces.names().map(|name| meant(name, &mut places.iter().copied())).find(|meant| !meant.is_empty());
        Some(format!("none of them is in {namespaces}{}", meant.unwrap_or_default()))
    }

    /// That it hangs on the labels of namespaces whether a schedule picks anything, and of which.
    fn unlabelled(&self, policy: usize) -> Option<String> {
        let is_one = |left: &LeftBy| left.policy == policy && left.is_unlabelled;
        let left = self.workloads.iter().zip(self.left_out()).filter(|(_, left)| left.iter().any(is_one));
        let names: BTreeSet<_> = left.map(|(workload, _)| workload.namespace.clone()).collect();
        let what = if names.len() == 1 { "namespace" } else { "namespaces" };
        let names = first_of(names).join(", ");
        (!names.is_empty()).then(|| {
            format!(
                "the labels of the {what} {names} aren't in the files, by which one is picked: give the Namespace, too"
            )
        })
    }

    /// A target that isn't there, although others of its namespace are; or what Kyklos runs in, which is known by its name.
    fn missing(&self, subject: &Subject) -> Option<String> {
        let (kind, namespace, name) = target(subject)?;
        if self.spaces.is_kyklos(namespace, (kind.group(), &kind.kind), name) {
            return Some(own(&format!("{kind} {name}")));
        }
        let here: Vec<_> = self.workloads.iter().filter(|workload| workload.namespace == namespace).collect();
        let mut names = here.iter().filter(|workload| workload.kind.is(&kind)).map(|workload| workload.name.as_str());
        let meant = meant(name, &mut names);
        let place = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
        (!here.is_empty())
            .then(|| format!("no {kind} {place}{name} is in the files, though other workloads are{meant}"))
    }

    fn conflict(&self, policy: usize) -> Option<String> {
        let lost = self.claimed.iter().find_map(|(name, claims)| {
            let (Standing::Lost { to, why }, on) = claims.standing(policy, name)? else { return None };
            Some((to, why, on))
        });
        let (to, why, on) = lost?;
        let (mine, other) = (self.subjects.get(policy)?, self.subjects.get(to.policy)?);
        let why = self.why(mine, other, why);
        let (other, workload) = (other.name(), on.called());
        Some(format!(
            "{other} scales {workload}, too, and acts instead of this one: {why}: delete one of the two, or give it another target"
        ))
    }

    /// Why another one acts instead. Which of two is older isn't known before either is made.
    pub(super) fn why(&self, mine: &Subject, other: &Subject, why: Why) -> String {
        let is_made = |subject: &Subject| subject.object.metadata.created.is_some();
        if is_made(mine) || is_made(other) {
            why.in_words()
        } else {
            "of two the older acts, and of those that are made in one second the first by name".to_owned()
        }
    }

    /// Who else would change the target's count.
    fn beside(&self, workload: &Workload, subject: &Subject) -> Option<String> {
        let target = workload.called_here();
        if let Some(owner) = &workload.owner {
            return Some(format!("{owner} controls {target}, and would undo what is written: write that here instead"));
        }
        let scaler = self.scaled_by(workload)?;
        // At 0 an autoscaler stands still, and what others make of the original is fine.
        let mut values = subject.object.spec.values();
        let is_still = values.all(|value| matches!(value, Value::Count(0) | Value::Original));
        let consequence = match (scaler.is_scaled_object(), is_still) {
            (true, _) => "so nothing is written",
            (false, true) => return None,
            (false, false) => "so only 0 is written, and the next count after it",
        };
        let (called, KindRef { api_version, kind }) = (scaler.called_here(), &scaler.kind);
        let is_many = subject.object.spec.targets.is_some();
        let remedy = match Kind::named(api_version, kind) {
            Some(_) if is_many => format!("select {kind} as well, or name it in the targetRef of an object of its own"),
            Some(_) => format!("write {{apiVersion: {api_version}, kind: {kind}, name: {}}} here instead", scaler.name),
            None if scaler.is_scaled_object() => format!("take the {kind} away, or name another target"),
            None => "give this object 0 or original only, or take the autoscaler away".to_owned(),
        };
        Some(format!("{called} scales {target}, too, and each would undo the other's counts, {consequence}: {remedy}"))
    }
}

/// What Kyklos itself runs in.
fn own(called: &str) -> String {
    format!("{called} is what Kyklos itself runs in, or scales that, so it is never scaled: name another target")
}

/// What may happen to a target that isn't in the files once it gets more than none, whatever the schedule says.
fn risk(subject: &Subject) -> Option<String> {
    let target = subject.object.spec.target_ref.as_ref()?;
    let kind = Kind::named(&target.api_version, &target.kind)?;
    let risk = kind.how().risk?;
    Some(format!("{} {} is resumed by it: {risk}", kind.as_str(), target.name))
}

/// A CronJob that may start a run that is long over.
fn late(workload: &Workload) -> Option<Complaint> {
    let is_open = workload.is_cron_job() && !workload.has_deadline;
    let words =
        "missing: when it is resumed, a run that it missed may start at once: write how late one may start, such as 60";
    is_open.then(|| workload.origin.complain("spec.startingDeadlineSeconds", words))
}

/// A workload that is there already.
fn doubled(workload: &Workload, first: &Origin) -> Option<Complaint> {
    let words = || format!("{} is in the input already ({first}): give every object once", workload.called());
    (*first != workload.origin).then(|| workload.origin.complain("metadata.name", words()))
}

/// A workload that is left out, for nobody understands what it says of that.
fn unreadable(workload: &Workload, left: &[LeftBy]) -> Option<Complaint> {
    let annotation = left.iter().find_map(|left| left.unreadable)?;
    let words = format!("{}; until then it is left out", annotation.words());
    Some(workload.origin.complain("metadata.annotations", words))
}

/// What a schedule names: its kind, and its name in the schedule's own namespace.
fn target(subject: &Subject) -> Option<(KindRef, &str, &str)> {
    let target = subject.object.spec.target_ref.as_ref()?;
    let kind = KindRef::new(&target.api_version, &target.kind);
    Some((kind, &subject.object.metadata.namespace, &target.name))
}
