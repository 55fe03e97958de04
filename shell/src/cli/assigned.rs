//! Which schedule of the files has which workload of the files, and what the controller would say of that.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::subject::Subject;
use super::workload_files::Workload;
use crate::api::Value;
use crate::api::manifest::Complaint;
use crate::api::problems::nearest;
use crate::api::selection::{Candidate, Exclusion, KindRef, Left, Places, Selection};
use crate::policy::claims::{Breadth, Claimant, Claims, Standing};
use crate::target::Kind;

/// Who has what.
pub(super) struct Assigned<'a> {
    subjects: &'a [Subject],
    workloads: &'a [Workload],
    /// Of each workload who claims it, and who would act by its word.
    claims: Vec<Claims<usize>>,
    /// Of each workload the autoscalers of the files that scale it.
    scaled_by: Vec<Vec<usize>>,
    /// Of each schedule the workloads that it names or picks.
    aims: Vec<Vec<usize>>,
    /// Of each workload the schedules that would pick it, and why they leave it out.
    left: Vec<Vec<(usize, Left<'a>)>>,
}

/// What becomes of a workload.
pub(super) struct Row<'a> {
    pub(super) workload: &'a Workload,
    /// The schedule that acts on it.
    pub(super) by: Option<&'a Subject>,
    /// Who else has a hand in it.
    pub(super) beside: Option<Beside<'a>>,
    /// Those that claim it and don't act on it.
    pub(super) others: Vec<&'a Subject>,
    /// Those that would pick it, and why they leave it out.
    pub(super) left: Vec<(&'a Subject, Left<'a>)>,
}

/// Who has a hand in a workload beside its schedule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Beside<'a> {
    /// An autoscaler, which stands still at 0.
    Autoscaler(&'a Workload),
    /// One that never does.
    ScaledObject(&'a Workload),
    /// The autoscaler by which the schedule has it.
    Through(&'a Workload),
    /// The object that controls it.
    Owner(&'a str),
}

/// Namespace, kind and name, by which something is looked for.
type Key<'a> = (&'a str, &'a str, &'a str);

impl<'a> Assigned<'a> {
    /// Finds out who has what.
    pub(super) fn of(subjects: &'a [Subject], workloads: &'a [Workload], namespaces: &Places) -> Self {
        let mut places: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
        for (place, workload) in workloads.iter().enumerate() {
            places.entry((&workload.namespace, &workload.kind.kind, &workload.name)).or_default().push(place);
        }
        let mut scaled_by = vec![Vec::new(); workloads.len()];
        for (place, scaler) in workloads.iter().enumerate() {
            let Some(key) = scaler.scales_key() else { continue };
            for scaled in places.get(&key).into_iter().flatten() {
                if workloads.get(*scaled).is_some_and(|workload| workload.is_scaled_by(scaler))
                    && let Some(all) = scaled_by.get_mut(*scaled)
                {
                    all.push(place);
                }
            }
        }
        let named = |subject: &Subject| {
            let (kind, key) = target(subject)?;
            let mut found = places.get(&key)?.iter().copied();
            found.find(|place| workloads.get(*place).is_some_and(|workload| workload.kind.is(&kind)))
        };
        let now = Utc::now();
        let mut left = vec![Vec::new(); workloads.len()];
        let mut aims = Vec::new();
        for (policy, subject) in subjects.iter().enumerate() {
            let Some(selection) = subject.selection() else {
                aims.push(named(subject).into_iter().collect());
                continue;
            };
            let mut picked = Vec::new();
            for ((place, workload), left) in workloads.iter().enumerate().zip(&mut left) {
                match takes(subject, (selection, namespaces), workload, now) {
                    Ok(()) => picked.push(place),
                    Err(Left::Unasked) => {}
                    Err(why) => left.push((policy, why)),
                }
            }
            aims.push(picked);
        }
        let mut assigned = Self { subjects, workloads, claims: Vec::new(), scaled_by, aims, left };
        assigned.claims = assigned.claimed();
        assigned
    }

    /// The workloads that a schedule names or picks, by its place.
    pub(super) fn aims(&self, policy: usize) -> impl Iterator<Item = &'a Workload> {
        self.aims.get(policy).into_iter().flatten().filter_map(|place| self.workloads.get(*place))
    }

    /// Who claims what: by naming it or picking it, or an autoscaler of it.
    fn claimed(&self) -> Vec<Claims<usize>> {
        let mut claims: Vec<Claims<usize>> = vec![Claims::default(); self.workloads.len()];
        for (policy, aim) in
            self.aims.iter().enumerate().flat_map(|(policy, all)| all.iter().map(move |aim| (policy, *aim)))
        {
            let through = self.scaled_by.iter().enumerate().filter(|(_, by)| by.contains(&aim)).map(|(place, _)| place);
            for place in std::iter::once(aim).chain(through) {
                if let (Some(claims), Some(claimant)) = (claims.get_mut(place), self.claimant(policy)) {
                    claims.insert(claimant);
                }
            }
        }
        claims
    }

    fn claimant(&self, policy: usize) -> Option<Claimant<usize>> {
        let object = &self.subjects.get(policy)?.object;
        let breadth = if object.spec.targets.is_some() { Breadth::selected } else { Breadth::named }(object.kind());
        let metadata = &object.metadata;
        // One that a file makes comes after those that are there.
        let created = metadata.created.unwrap_or(DateTime::<Utc>::MAX_UTC);
        let name = metadata.name.as_str().into();
        Some(Claimant { breadth, invalid: false, created, name, policy })
    }

    /// What a schedule has lost, and to whom: what it names, or what that scales. What one has lost of many hurts none of the others.
    fn lost(&self, policy: usize) -> Option<(&'a Workload, Standing<'_, usize>)> {
        let claimant =
            self.claimant(policy).filter(|claimant| claimant.breadth == Breadth::named(claimant.breadth.kind()))?;
        let mut all =
            self.claims.iter().zip(self.workloads).filter(|(claims, _)| claims.iter().any(|one| *one == claimant));
        all.find_map(|(claims, workload)| match claims.standing(&claimant) {
            lost @ Standing::Lost { .. } => Some((workload, lost)),
            Standing::Held | Standing::Kept => None,
        })
    }

    /// What becomes of each workload, in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let scaled = self.workloads.iter().zip(&self.scaled_by);
        scaled.zip(&self.claims).enumerate().map(move |(place, ((workload, scaled_by), claims))| {
            let holder = claims.holder().map(|claimant| claimant.policy).filter(|policy| self.lost(*policy).is_none());
            let by = holder.and_then(|policy| self.subjects.get(policy));
            let scaler = scaled_by.first().and_then(|scaler| self.workloads.get(*scaler));
            let is_through =
                holder.is_some_and(|policy| self.aims.get(policy).is_some_and(|aims| !aims.contains(&place)));
            let beside = match scaler {
                Some(scaler) if is_through => Some(Beside::Through(scaler)),
                Some(scaler) if scaler.is_scaled_object() => Some(Beside::ScaledObject(scaler)),
                Some(scaler) => Some(Beside::Autoscaler(scaler)),
                None => workload.owner.as_deref().map(Beside::Owner),
            };
            let others = claims.iter().map(|claimant| claimant.policy).filter(|policy| Some(*policy) != holder);
            let others = others.filter_map(|policy| self.subjects.get(policy)).collect();
            let left = self.left.get(place).into_iter().flatten();
            let left = left.filter_map(|(policy, why)| Some((self.subjects.get(*policy)?, *why))).collect();
            Row { workload, by, beside, others, left }
        })
    }

    /// What the controller would warn of, by the schedules in their order and then the workloads.
    pub(super) fn warnings(&self) -> Vec<Complaint> {
        let mut all = Vec::new();
        for (policy, subject) in self.subjects.iter().enumerate() {
            let is_many = subject.object.spec.targets.is_some();
            let field = if is_many { "spec.targets" } else { "spec.targetRef" };
            let say = |words: String| subject.origin.complain(field, words);
            let aims = self.aims.get(policy).map_or(&[][..], Vec::as_slice);
            if aims.is_empty() {
                all.extend(if is_many { self.picks_none(subject) } else { self.missing(subject) }.map(say));
                all.extend(risk(subject).map(say));
            }
            all.extend(self.conflict(policy).map(say));
            for place in aims {
                let Some(workload) = self.workloads.get(*place) else { continue };
                all.extend(self.beside(*place, subject).map(say));
                let is_first = self.claims.get(*place).and_then(Claims::holder).is_some_and(|one| one.policy == policy);
                all.extend(late(workload).filter(|_| is_first));
            }
        }
        all.extend(self.workloads.iter().zip(&self.left).filter_map(|(workload, left)| unreadable(workload, left)));
        all
    }

    /// A selection that picks none of the workloads of its namespace.
    fn picks_none(&self, subject: &Subject) -> Option<String> {
        let namespace = &subject.object.metadata.namespace;
        if !subject.object.kind().is_of_namespace() {
            let words = "none of the workloads in the files is picked: look at namespaces, kinds, selector and exclude";
            return (!self.workloads.is_empty()).then(|| words.to_owned());
        }
        let are_any = self.workloads.iter().any(|workload| workload.namespace == *namespace);
        are_any.then(|| {
            format!("none of the workloads of {namespace} in the files is picked: look at kinds, selector and exclude")
        })
    }

    /// A target that isn't there, although others of its namespace are.
    fn missing(&self, subject: &Subject) -> Option<String> {
        let (kind, (namespace, _, name)) = target(subject)?;
        let here: Vec<_> = self.workloads.iter().filter(|workload| workload.namespace == namespace).collect();
        let names = here.iter().filter(|workload| workload.kind.is(&kind)).map(|workload| workload.name.as_str());
        let meant = nearest(name, names).first().map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        (!here.is_empty())
            .then(|| format!("no {kind} {namespace}/{name} is in the files, though other workloads are{meant}"))
    }

    fn conflict(&self, policy: usize) -> Option<String> {
        let (workload, Standing::Lost { to, why }) = self.lost(policy)? else { return None };
        let (mine, other) = (self.subjects.get(policy)?, self.subjects.get(to.policy)?);
        let is_made = |subject: &Subject| subject.object.metadata.created.is_some();
        let why = if is_made(mine) || is_made(other) {
            why.in_words()
        } else {
            "of two the older acts, and of those that are made in one second the first by name".to_owned()
        };
        let (other, workload) = (other.name(), workload.called_here());
        Some(format!(
            "{other} scales {workload}, too, and acts instead of this one: {why}: delete one of the two, or give it another target"
        ))
    }

    /// Who else would change the target's count.
    fn beside(&self, place: usize, subject: &Subject) -> Option<String> {
        let workload = self.workloads.get(place)?;
        let target = workload.called_here();
        if let Some(owner) = &workload.owner {
            return Some(format!("{owner} controls {target}, and would undo what is written: write that here instead"));
        }
        let scaler = self.scaled_by.get(place)?.first().and_then(|scaler| self.workloads.get(*scaler))?;
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
            Some(_) => {
                let place = if is_many { "as the targetRef of an object of its own" } else { "here instead" };
                format!("write {{apiVersion: {api_version}, kind: {kind}, name: {}}} {place}", scaler.name)
            }
            None if scaler.is_scaled_object() => format!("take the {kind} away, or name another target"),
            None => "give this object 0 or original only, or take the autoscaler away".to_owned(),
        };
        Some(format!("{called} scales {target}, too, and each would undo the other's counts, {consequence}: {remedy}"))
    }
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

/// A workload that is left out, for nobody understands what it says of that.
fn unreadable(workload: &Workload, left: &[(usize, Left<'_>)]) -> Option<Complaint> {
    left.iter().find_map(|(_, why)| match why {
        Left::Unreadable(annotation) => Some(
            workload
                .origin
                .complain("metadata.annotations", format!("{}; until then it is left out", annotation.words())),
        ),
        _ => None,
    })
}

/// Whether a schedule picks a workload, and why it doesn't.
fn takes<'w>(
    subject: &Subject,
    (selection, places): (&Selection, &Places),
    workload: &'w Workload,
    now: DateTime<Utc>,
) -> Result<(), Left<'w>> {
    let spec = &subject.object.spec;
    let exclusion = if spec.allow_exclusion == Some(false) { Exclusion::None } else { workload.exclusion };
    let candidate = Candidate {
        group: workload.kind.group(),
        kind: &workload.kind.kind,
        name: &workload.name,
        label: |key: &str| workload.labels.get(key),
        exclusion,
        owner: workload.owner.as_deref(),
        is_kyklos: false,
    };
    if places.take(selection, &subject.object.metadata.namespace, &workload.namespace) {
        selection.takes(&candidate, now)
    } else {
        Err(Left::Unasked)
    }
}

/// What a schedule names, and by what it is found.
fn target(subject: &Subject) -> Option<(KindRef, Key<'_>)> {
    let target = subject.object.spec.target_ref.as_ref()?;
    let kind = KindRef::new(&target.api_version, &target.kind);
    Some((kind, (&subject.object.metadata.namespace, &target.kind, &target.name)))
}
