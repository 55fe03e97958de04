//! Which schedule of the files has which workload of the files.

use std::cell::OnceCell;

use chrono::{DateTime, Utc};

use super::subject::Subject;
use super::workload_files::Workload;
use crate::api::Identity;
use crate::api::selection::{Annotation, Left, Places};
use crate::api::text::first_of;
use crate::policy::claimed::{self, Claimed, Claiming, Claims, Found, LeftOut, claimed, left_out};

/// Who has what.
pub(super) struct Assigned<'a> {
    pub(super) subjects: &'a [Subject],
    pub(super) workloads: &'a [Workload],
    /// The schedules, as claims are told of them.
    schedules: Vec<Claiming>,
    /// The workloads, likewise.
    found: Vec<Found>,
    pub(super) claimed: Claimed,
    /// The namespaces.
    pub(super) spaces: &'a Places,
    /// When that is so, of each schedule.
    at: Vec<DateTime<Utc>>,
    /// Of each workload those that leave it out, once somebody has asked for it.
    left: OnceCell<Vec<Vec<LeftBy>>>,
}

/// That a schedule would pick a workload, and leaves it out.
#[derive(Debug)]
pub(super) struct LeftBy {
    /// The place of the schedule.
    pub(super) policy: usize,
    /// That it does, and why.
    words: String,
    /// The annotation of the workload itself that nobody understands.
    pub(super) unreadable: Option<Annotation>,
    /// Whether it isn't known if it would pick it, for that depends on labels which aren't in the files.
    pub(super) is_unlabelled: bool,
}

impl LeftBy {
    fn of(left: &LeftOut<'_>, name: &str) -> Self {
        let unreadable = match left.why {
            Left::Unreadable(annotation) if !left.with_what_it_scales => Some(annotation),
            _ => None,
        };
        let is_unlabelled = matches!(left.why, Left::Unlabelled);
        Self { policy: left.policy, words: left.in_words(name), unreadable, is_unlabelled }
    }
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
    /// Those that would pick it, and why they don't.
    pub(super) left: Vec<String>,
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
    /// Finds out who has what, now.
    pub(super) fn of(subjects: &'a [Subject], workloads: &'a [Workload], spaces: &'a Places) -> Self {
        let now = Utc::now();
        Self::at(subjects, workloads, spaces, |_| now)
    }

    /// The same at an instant, which may be another one for each schedule.
    pub(super) fn at(
        subjects: &'a [Subject],
        workloads: &'a [Workload],
        spaces: &'a Places,
        at: impl Fn(&Subject) -> DateTime<Utc>,
    ) -> Self {
        let schedules: Vec<_> = subjects.iter().map(claiming).collect();
        let found: Vec<Found> = workloads.iter().map(Workload::found).collect();
        let at: Vec<_> = subjects.iter().map(at).collect();
        let claimed = claimed(&schedules, &found, spaces, |policy| at.get(policy).copied().unwrap_or_default());
        Self { subjects, workloads, schedules, found, claimed, spaces, at, left: OnceCell::new() }
    }

    /// The schedules and the workloads, as claims are told of them, and who claims what.
    pub(super) fn claims(&self) -> (&[Claiming], &[Found], &Claimed) {
        (&self.schedules, &self.found, &self.claimed)
    }

    /// The schedules with their places, without those that lie where Kyklos doesn't look: they claim nothing, which is said of each.
    pub(super) fn heard(&self) -> impl Iterator<Item = (usize, &'a Subject)> {
        let all = self.subjects.iter().enumerate();
        all.filter(|(_, subject)| !self.spaces.passes_over(&subject.object.metadata.namespace))
    }

    fn named(&self) -> impl Iterator<Item = (&'a Workload, &claimed::Workload)> {
        self.workloads.iter().zip(self.found.iter().map(|found| &found.workload))
    }

    /// The same with all claims on each.
    pub(super) fn places(&self, policy: usize) -> impl Iterator<Item = (&'a Workload, (&claimed::Workload, &Claims))> {
        self.named().filter_map(move |(workload, name)| {
            let claims = self.claimed.get(name).filter(|claims| claims.are_of(policy, name))?;
            Some((workload, (name, claims)))
        })
    }

    /// Of each workload the schedules that would pick it and leave it out.
    pub(super) fn left_out(&self) -> &[Vec<LeftBy>] {
        self.left.get_or_init(|| {
            let at = |policy: usize| self.at.get(policy).copied().unwrap_or_default();
            let all = left_out(&self.schedules, &self.found, self.spaces, at);
            let of = |left: &LeftOut<'_>| {
                let subject = self.subjects.get(left.policy)?;
                Some(LeftBy::of(left, &subject.name()))
            };
            all.iter().map(|left| left.iter().filter_map(of).collect()).collect()
        })
    }

    /// The autoscalers of a workload, first the one that never stands still.
    pub(super) fn scaled_by(&self, workload: &Workload) -> Option<&'a Workload> {
        let above = self.workloads.iter().filter(|other| other.scales.is_some() && workload.is_scaled_by(other));
        above.min_by_key(|other| !other.is_scaled_object())
    }

    /// What becomes of each workload, in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.named().zip(self.left_out()).map(move |((workload, name), left)| {
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
            let left = left.iter().map(|left| left.words.clone());
            Row { workload, by, beside, others, left: first_of(left) }
        })
    }
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
