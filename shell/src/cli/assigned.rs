//! Which schedule of the files has which workload of the files, and what the controller would say of that.

use chrono::{DateTime, Utc};

use super::subject::Subject;
use super::workload_files::Workload;
use crate::api::manifest::Complaint;
use crate::api::problems::nearest;
use crate::api::selection::{KindRef, Left, Places};
use crate::api::{Identity, Value};
use crate::policy::claimed::{self, Claimed, Claiming, Claims, Found, LeftOut, claimed, left_out};
use crate::policy::claims::Standing;
use crate::target::Kind;

/// Who has what.
pub(super) struct Assigned<'a> {
    subjects: &'a [Subject],
    workloads: &'a [Workload],
    /// The schedules, as claims are told of them.
    schedules: Vec<Claiming>,
    /// The workloads, likewise.
    found: Vec<Found>,
    claimed: Claimed,
    /// The namespaces.
    spaces: &'a Places,
    now: DateTime<Utc>,
}

/// What becomes of a workload.
pub(super) struct Row<'a> {
    pub(super) workload: &'a Workload,
    /// The schedule that acts on it.
    pub(super) by: Option<&'a Subject>,
    /// Who else has a hand in it.
    pub(super) beside: Option<Beside<'a>>,
    /// Why others that claim it don't act on it.
    pub(super) others: Vec<String>,
    /// Those that would pick it, and why they leave it out.
    pub(super) left: Vec<(&'a Subject, String)>,
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

impl<'a> Assigned<'a> {
    /// Finds out who has what.
    pub(super) fn of(subjects: &'a [Subject], workloads: &'a [Workload], spaces: &'a Places) -> Self {
        let schedules: Vec<_> = subjects.iter().map(claiming).collect();
        let found: Vec<Found> = workloads.iter().map(Workload::found).collect();
        let now = Utc::now();
        let claimed = claimed(&schedules, &found, spaces, now);
        Self { subjects, workloads, schedules, found, claimed, spaces, now }
    }

    /// The schedules, and what they claim.
    pub(super) fn claims(&self) -> (&[Claiming], &Claimed) {
        (&self.schedules, &self.claimed)
    }

    /// The workloads that a schedule names or picks, by its place.
    pub(super) fn aims(&self, policy: usize) -> impl Iterator<Item = &'a Workload> {
        self.places(policy).map(|(workload, _)| workload)
    }

    fn named(&self) -> impl Iterator<Item = (&'a Workload, &claimed::Workload)> {
        self.workloads.iter().zip(self.found.iter().map(|found| &found.workload))
    }

    /// The same with all claims on each.
    fn places(&self, policy: usize) -> impl Iterator<Item = (&'a Workload, (&claimed::Workload, &Claims))> {
        self.named().filter_map(move |(workload, name)| {
            let claims = self.claimed.get(name).filter(|claims| claims.are_of(policy, name))?;
            Some((workload, (name, claims)))
        })
    }

    /// The autoscalers of a workload, first the one that never stands still.
    fn scaled_by(&self, workload: &Workload) -> Option<&'a Workload> {
        let above = self.workloads.iter().filter(|other| other.scales.is_some() && workload.is_scaled_by(other));
        above.min_by_key(|other| !other.is_scaled_object())
    }

    /// What becomes of each workload, in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let left = left_out(&self.schedules, &self.found, self.spaces, self.now);
        self.named().zip(left).map(move |((workload, name), left)| {
            let claims = self.claimed.get(name);
            let holder = claims.and_then(|claims| claims.holder(name));
            let by = holder.and_then(|(policy, _)| self.subjects.get(policy));
            let through = holder.and_then(|(_, by)| by);
            let through = through.and_then(|by| self.found.iter().position(|found| found.workload == *by));
            let beside = match (through.and_then(|place| self.workloads.get(place)), self.scaled_by(workload)) {
                (Some(scaler), _) => Some(Beside::Through(scaler)),
                (None, Some(scaler)) if scaler.is_scaled_object() => Some(Beside::ScaledObject(scaler)),
                (None, Some(scaler)) => Some(Beside::Autoscaler(scaler)),
                (None, None) => workload.owner.as_deref().map(Beside::Owner),
            };
            let others = claims.map(|claims| claims.lost(name, &self.schedules)).unwrap_or_default();
            let left = left.iter().filter_map(|left| Some((self.subjects.get(left.policy)?, left.to_string())));
            Row { workload, by, beside, others, left: left.collect() }
        })
    }

    /// What the controller would warn of, by the schedules in their order and then the workloads.
    pub(super) fn warnings(&self) -> Vec<Complaint> {
        let mut all = Vec::new();
        for (policy, subject) in self.subjects.iter().enumerate() {
            let is_many = subject.object.spec.targets.is_some();
            let field = if is_many { "spec.targets" } else { "spec.targetRef" };
            let say = |words: String| subject.origin.complain(field, words);
            let mut aims = self.places(policy).peekable();
            if aims.peek().is_none() {
                all.extend(if is_many { self.picks_none(subject) } else { self.missing(subject) }.map(say));
                all.extend(risk(subject).map(say));
            }
            // What one has lost of many hurts none of the others.
            if !is_many {
                all.extend(self.conflict(policy).map(say));
            }
            for (workload, (name, claims)) in aims {
                all.extend(self.beside(workload, subject).map(say));
                let is_first = claims.holder(name).is_some_and(|(holder, _)| holder == policy);
                all.extend(late(workload).filter(|_| is_first));
            }
        }
        let left = left_out(&self.schedules, &self.found, self.spaces, self.now);
        all.extend(self.workloads.iter().zip(left).filter_map(|(workload, left)| unreadable(workload, &left)));
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
        let (kind, namespace, name) = target(subject)?;
        let here: Vec<_> = self.workloads.iter().filter(|workload| workload.namespace == namespace).collect();
        let names = here.iter().filter(|workload| workload.kind.is(&kind)).map(|workload| workload.name.as_str());
        let meant = nearest(name, names).first().map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        (!here.is_empty())
            .then(|| format!("no {kind} {namespace}/{name} is in the files, though other workloads are{meant}"))
    }

    fn conflict(&self, policy: usize) -> Option<String> {
        let lost = self.claimed.iter().find_map(|(name, claims)| {
            let (Standing::Lost { to, why }, on) = claims.standing(policy, name)? else { return None };
            Some((to, why, on))
        });
        let (to, why, on) = lost?;
        let (mine, other) = (self.subjects.get(policy)?, self.subjects.get(to.policy)?);
        let is_made = |subject: &Subject| subject.object.metadata.created.is_some();
        let why = if is_made(mine) || is_made(other) {
            why.in_words()
        } else {
            "of two the older acts, and of those that are made in one second the first by name".to_owned()
        };
        let (other, workload) = (other.name(), on.called());
        Some(format!(
            "{other} scales {workload}, too, and acts instead of this one: {why}: delete one of the two, or give it another target"
        ))
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
fn unreadable(workload: &Workload, left: &[LeftOut<'_>]) -> Option<Complaint> {
    left.iter().filter(|left| !left.with_what_it_scales).find_map(|left| match left.why {
        Left::Unreadable(annotation) => {
            let words = format!("{}; until then it is left out", annotation.words());
            Some(workload.origin.complain("metadata.annotations", words))
        }
        _ => None,
    })
}

/// A schedule, as claims are told of it.
fn claiming(subject: &Subject) -> Claiming {
    let metadata = &subject.object.metadata;
    let identity = Identity {
        namespace: metadata.namespace.as_str().into(),
        name: metadata.name.as_str().into(),
        uid: "".into(),
        generation: 0,
        // One that a file makes comes after those that are there.
        created: metadata.created.unwrap_or(DateTime::<Utc>::MAX_UTC),
        deleting: false,
    };
    Claiming::valid(identity, subject.object.reach.clone())
}

/// What a schedule names: its kind, and its name in the schedule's own namespace.
fn target(subject: &Subject) -> Option<(KindRef, &str, &str)> {
    let target = subject.object.spec.target_ref.as_ref()?;
    let kind = KindRef::new(&target.api_version, &target.kind);
    Some((kind, &subject.object.metadata.namespace, &target.name))
}
