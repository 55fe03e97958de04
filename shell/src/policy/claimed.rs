//! Who claims which workload, and why: the ground that the controller goes by, for whoever asks.
//!
//! A claim on an autoscaler is one on what it scales, and the other way round: of all that claim either the first acts.

mod ground;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::ground::{Ground, scales};
use super::claims::{Breadth, Claimant, Standing};
use crate::api::problems::Problems;
use crate::api::selection::{Exclusion, KindRef, Left, Places, Reach};
use crate::api::text::first_of;
use crate::api::{Identity, Policy};
use crate::target::{LabelSet, TargetRefKey};

/// A schedule and what it is for, which is known of one that can't be followed, too.
#[derive(Debug, Clone)]
pub struct Claiming {
    identity: Identity,
    reach: Option<Reach>,
    invalid: bool,
}

/// A workload's name, in the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workload {
    /// Its namespace; empty of what lies in none.
    pub namespace: Arc<str>,
    /// Its kind.
    pub kind: KindRef,
    /// Its name.
    pub name: Box<str>,
}

/// A workload that schedules may select.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub workload: Workload,
    /// Its labels.
    pub labels: LabelSet,
    /// Whether it says that no selection is to take it.
    pub exclusion: Exclusion,
    /// Kind and name of the object that controls it.
    pub owner: Option<Box<str>>,
    /// Of an autoscaler, what it scales.
    pub scales: Option<TargetRefKey>,
}

/// That a schedule would pick a workload, and leaves it out.
#[derive(Debug, Clone, Copy)]
pub struct LeftOut<'f> {
    /// The place of the schedule.
    pub policy: usize,
    /// Why.
    pub why: Left<'f>,
    /// Whether that is said of what it scales.
    pub with_what_it_scales: bool,
}

impl LeftOut<'_> {
    /// As a sentence on the schedule of this name: `night leaves it out: it stands in spec.targets.exclude`.
    pub fn in_words(&self, name: &str) -> String {
        // What files don't say the cluster does.
        let verb = if matches!(self.why, Left::Unlabelled) { "may pick it" } else { "leaves it out" };
        format!("{name} {verb}: {self}")
    }
}

impl fmt::Display for LeftOut<'_> {
    /// As part of a sentence: `it stands in spec.targets.exclude`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.with_what_it_scales {
            f.write_str("what it scales is left out: ")?;
        }
        self.why.fmt(f)
    }
}

/// What becomes of the claims on a workload.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// All on it, on its autoscalers, or on what it scales and the autoscalers of that; the first one first. The numbers are the places
    /// of the schedules.
    all: BTreeSet<(Claimant<usize>, Workload)>,
    /// Those that pick it and leave it to an autoscaler that they pick, too.
    left: BTreeSet<usize>,
    /// Its own autoscalers.
    scaled_by: BTreeSet<Workload>,
    /// Whether it is what Kyklos itself runs in, or scales that, so that nobody acts on it.
    is_kyklos: bool,
}

/// The workloads that schedules claim, or leave to the autoscalers of those.
pub type Claimed = BTreeMap<Workload, Claims>;

impl Workload {
    /// `Deployment web`, to whoever knows the namespace.
    pub fn called(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    /// What it is in whichever version of its group.
    fn id(&self) -> Id<'_> {
        (&self.namespace, self.kind.group(), &self.kind.kind, &self.name)
    }
}

/// Namespace, group, kind and name.
type Id<'a> = (&'a str, &'a str, &'a str, &'a str);

impl Claiming {
    /// Reads a schedule as the API server gave it, however strange it is.
    pub fn read(identity: Identity, spec: &serde_json::Value) -> Self {
        let reach = Reach::read(spec, identity.scope(), &mut Problems::at_most(1));
        let invalid = Policy::read(identity.clone(), spec, None).spec.is_err();
        Self { identity, reach, invalid }
    }

    /// A schedule that can be followed.
    pub fn valid(identity: Identity, reach: Option<Reach>) -> Self {
        Self { identity, reach, invalid: false }
    }

    /// As its [identity](Identity) is written.
    pub fn called(&self) -> String {
        self.identity.to_string()
    }

    /// The schedule's name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Whether it lies where Kyklos doesn't look, so that it claims nothing.
    pub fn is_passed_over(&self, spaces: &Places) -> bool {
        spaces.passes_over(&self.identity.namespace)
    }

    /// The kinds that it selects.
    pub fn kinds(&self) -> &[KindRef] {
        match &self.reach {
            Some(Reach::Selected { selection, .. }) => selection.kinds(),
            Some(Reach::Named { .. }) | None => &[],
        }
    }

    fn claimant(&self, breadth: Breadth, policy: usize) -> Claimant<usize> {
        let Identity { created, name, .. } = &self.identity;
        Claimant { breadth, invalid: self.invalid, created: *created, name: name.clone(), policy }
    }
}

/// Who claims what, of all workloads that schedules name, and of these that schedules select; `at` is the instant for which that is asked of
/// each schedule, by its place.
pub fn claimed(
    schedules: &[Claiming],
    workloads: &[Found],
    spaces: &Places,
    at: impl Fn(usize) -> DateTime<Utc>,
) -> Claimed {
    let ground = Ground::of(workloads, spaces);
    let mut direct: BTreeMap<Workload, Vec<Claimant<usize>>> = BTreeMap::new();
    let mut left: BTreeMap<Workload, BTreeSet<usize>> = BTreeMap::new();
    let counts = |schedule: &Claiming| !schedule.identity.deleting && !schedule.is_passed_over(spaces);
    for (place, schedule) in schedules.iter().enumerate().filter(|(_, schedule)| counts(schedule)) {
        match &schedule.reach {
            Some(Reach::Named { kind, name }) => {
                let namespace = Arc::clone(&schedule.identity.namespace);
                let named = Workload { namespace, kind: kind.clone(), name: name.clone() };
                let workload = ground.at(&named.id()).map_or(named.clone(), |found| found.workload.clone());
                direct
                    .entry(workload)
                    .or_default()
                    .push(schedule.claimant(Breadth::named(schedule.identity.kind()), place));
            }
            Some(Reach::Selected { .. }) => {
                let now = at(place);
                for found in workloads.iter().filter(|found| ground.takes(schedule, found, now)) {
                    let workload = found.workload.clone();
                    if ground.is_governed(schedule, found, now) {
                        left.entry(workload).or_default().insert(place);
                    } else {
                        direct
                            .entry(workload)
                            .or_default()
                            .push(schedule.claimant(Breadth::selected(schedule.identity.kind()), place));
                    }
                }
            }
            None => {}
        }
    }
    together(&ground, &direct, left)
}

/// Of each workload the schedules that would pick it and leave it out, each at its instant.
pub fn left_out<'f>(
    schedules: &[Claiming],
    workloads: &'f [Found],
    spaces: &'f Places,
    at: impl Fn(usize) -> DateTime<Utc>,
) -> Vec<Vec<LeftOut<'f>>> {
    let ground = Ground::of(workloads, spaces);
    let of = |found: &'f Found| {
        let schedules = schedules.iter().enumerate().filter(|(_, schedule)| !schedule.is_passed_over(spaces));
        let left = schedules.filter_map(|(policy, schedule)| match ground.weigh(schedule, found, at(policy)) {
            Ok(()) | Err((Left::Unasked, _)) => None,
            Err((why, with_what_it_scales)) => Some(LeftOut { policy, why, with_what_it_scales }),
        });
        left.collect()
    };
    workloads.iter().map(of).collect()
}

/// Puts together what is one: an autoscaler and what it scales.
fn together(
    ground: &Ground<'_>,
    direct: &BTreeMap<Workload, Vec<Claimant<usize>>>,
    mut left: BTreeMap<Workload, BTreeSet<usize>>,
) -> Claimed {
    let root = |workload: &Workload| {
        let found = ground.at(&workload.id()).and_then(scales);
        found.and_then(|root| Some(ground.at(&root)?.workload.clone())).unwrap_or_else(|| workload.clone())
    };
    let scaled = direct.keys().map(root);
    let all: BTreeSet<Workload> = direct.keys().cloned().chain(scaled).chain(left.keys().cloned()).collect();
    let claims = |workload: Workload| {
        let above =
            |of: &Workload| ground.above(&of.id()).into_iter().map(|found| found.workload.clone()).collect::<Vec<_>>();
        let root = root(&workload);
        let one = std::iter::once(root.clone()).chain(above(&root));
        let claims = one.flat_map(|on| {
            let claimants = direct.get(&on).into_iter().flatten().cloned();
            claimants.map(|claimant| (claimant, on.clone())).collect::<Vec<_>>()
        });
        let left = left.remove(&workload).unwrap_or_default();
        let scaled_by = above(&workload).into_iter().collect();
        let claims = Claims { all: claims.collect(), left, scaled_by, is_kyklos: ground.is_kyklos(&workload) };
        (workload, claims)
    };
    all.into_iter().map(claims).collect()
}

impl Claims {
    /// Who acts on it, and by which autoscaler of it where he does so by one; nobody where the first of all can't be followed, or acts on
    /// what it scales, nor on Kyklos itself.
    pub fn holder(&self, workload: &Workload) -> Option<(usize, Option<&Workload>)> {
        let (first, on) = self.all.first().filter(|(first, _)| !first.invalid && !self.is_kyklos)?;
        if on == workload {
            return Some((first.policy, None));
        }
        self.scaled_by.contains(on).then_some((first.policy, Some(on)))
    }

    /// Whether it is what Kyklos itself runs in, or scales that.
    pub fn are_on_kyklos(&self) -> bool {
        self.is_kyklos
    }

    /// Whether a schedule claims the workload itself.
    pub fn are_of(&self, policy: usize, workload: &Workload) -> bool {
        self.all.iter().any(|(claimant, on)| claimant.policy == policy && on == workload)
    }

    /// What becomes of a schedule's claim on the workload itself, and on which one is the claim that comes first.
    pub fn standing(&self, policy: usize, workload: &Workload) -> Option<(Standing<'_, usize>, &Workload)> {
        let (mine, _) = self.all.iter().find(|(claimant, on)| claimant.policy == policy && on == workload)?;
        let (first, on) = self.all.first()?;
        Some((Standing::of(mine, Some(first)), on))
    }

    /// Why each claim on the workload comes to what it does, in words; of one that acts by the workload's own name there is nothing to
    /// say.
    pub fn reasons(&self, workload: &Workload, schedules: &[Claiming]) -> Vec<String> {
        let mut all = Vec::new();
        if self.is_kyklos {
            all.push(format!("{}, which is never scaled", Left::Kyklos));
        }
        if let Some((first, by)) = self.all.first().filter(|(_, by)| by != workload) {
            let (is_scaled, is_left) = (self.scaled_by.contains(by), self.left.contains(&first.policy));
            match (is_scaled, is_left) {
                (true, true) => all.push(Left::Governed(&by.called()).to_string()),
                (true, false) if !first.invalid => all.push(format!("by {}, which scales it", by.called())),
                (false, true) => all.push(format!("{} scales the same, too, and comes first", by.called())),
                _ => {}
            }
        }
        all.append(&mut self.lost(workload, schedules));
        all
    }

    /// The same of those that don't act, of the first of them in words.
    pub fn lost(&self, workload: &Workload, schedules: &[Claiming]) -> Vec<String> {
        let called = |place: usize| schedules.get(place).map(Claiming::called).unwrap_or_default();
        let mine = self.all.iter().filter(|(_, on)| on == workload);
        let lost = mine.filter_map(|(claimant, _)| {
            let mine = called(claimant.policy);
            match self.standing(claimant.policy, workload)? {
                (Standing::Held, _) => None,
                (Standing::Kept, _) => Some(format!("{mine} claims it and can't be followed, so nobody acts")),
                (Standing::Lost { to, why }, on) => {
                    let by = if on == workload { String::new() } else { format!(" by {}", on.called()) };
                    let (other, why) = (called(to.policy), why.in_words());
                    Some(format!("{mine} doesn't act, {other} comes first{by}: {why}"))
                }
            }
        });
        first_of(lost)
    }
}

#[cfg(test)]
mod tests;
