//! What the brake of an object of many targets knows: what was counted, what isn't known yet, and what waits for somebody's word.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::ids::{AssignmentId, TargetId};
use super::policies::Slot;
use crate::api::{Compiled, TimeWindowScalerStatus};
use crate::policy::Braked;

/// For so long it is waited for each target to be known; one that isn't then counts as lowered.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an object's brake knows.
#[derive(Debug, Default)]
pub struct Brakes {
    /// The generation that was counted.
    pub(super) counted: Option<i64>,
    /// Whether what the annotation says was heard since it was changed.
    pub(super) is_heard: bool,
    /// Those that a change of a namespace's labels has given to the object, and that aren't counted yet.
    pub(super) unweighed: BTreeSet<TargetId>,
    /// Whether such a change has taken some away from it since.
    pub(super) is_relieved: bool,
    /// What it did before an edit that isn't counted yet, or before what waits.
    pub(super) former: Option<Box<Former>>,
    /// What isn't known yet without which there is nothing to count.
    pub(super) missing: Option<Missing>,
    /// Until when it is waited for targets.
    pub(super) patience: Option<Duration>,
    /// Why nothing is lowered or taken anew, while that waits for somebody's word.
    pub(super) words: Option<Box<str>>,
}

/// An object before it was edited.
#[derive(Debug)]
pub(super) struct Former {
    pub(super) compiled: Arc<Compiled>,
    pub(super) picked: BTreeSet<TargetId>,
}

/// What isn't known yet.
#[derive(Debug)]
pub(super) enum Missing {
    /// Which days are holidays.
    Holidays,
    /// All of a kind; why, where that lasts.
    Kind(Option<Box<str>>),
    /// What one of the targets is to have.
    Of(AssignmentId),
}

/// What an object's status says that its brake goes by, in this process and in the next one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Basis {
    /// The generation that waits for somebody's word.
    pub unconfirmed: Option<i64>,
    /// The generation of which that word is used.
    pub confirmed: Option<i64>,
    /// How many it has picked, those that another object has among them.
    pub(super) picked: i64,
}

impl Basis {
    /// What a status says.
    pub fn of(status: &TimeWindowScalerStatus) -> Self {
        let targets = status.targets.as_ref();
        let mut basis = Self {
            unconfirmed: targets.and_then(|targets| targets.unconfirmed),
            confirmed: targets.and_then(|targets| targets.confirmed),
            picked: 0,
        };
        basis.note(status);
        basis
    }

    /// This is told now.
    pub fn note(&mut self, status: &TimeWindowScalerStatus) {
        let targets = status.targets.as_ref();
        self.picked = targets.map_or(0, |targets| targets.claimed.saturating_add(targets.conflict));
    }
}

impl Brakes {
    /// What it comes to for each decision.
    pub fn braked(&self) -> Braked<'_> {
        match (&self.missing, &self.words) {
            (Some(Missing::Kind(words)), _) => Braked::Counting(words.as_deref()),
            (Some(Missing::Holidays | Missing::Of(_)), _) => Braked::Counting(None),
            (None, Some(words)) => Braked::Waits(words),
            (None, None) => Braked::No,
        }
    }

    /// A change of a namespace's labels has given these to the object, or has taken some away.
    pub fn note_relabelled(&mut self, before: &BTreeSet<TargetId>, now: &BTreeSet<TargetId>) {
        self.unweighed.extend(now.difference(before));
        self.is_relieved |= !before.is_subset(now);
    }

    /// Whether it waits for what it knows to be more than what was there before.
    pub(super) fn waits_for_more(&self) -> bool {
        self.words.is_some() && self.former.is_some()
    }

    pub(super) fn note_missing(&mut self, missing: Missing, boot: Duration) {
        if matches!(missing, Missing::Of(_)) {
            self.patience.get_or_insert(boot + PATIENCE);
        }
        self.missing = Some(missing);
    }

    /// Whether it is still waited for targets.
    pub(super) fn is_patient(&self, boot: Duration) -> bool {
        self.patience.is_none_or(|until| boot < until)
    }

    fn is_open(&self, generation: i64) -> bool {
        self.counted == Some(generation) && self.missing.is_none() && self.words.is_none()
    }

    pub(super) fn is_done(&self, generation: i64) -> bool {
        let is_counted = self.counted == Some(generation) && self.missing.is_none() && self.unweighed.is_empty();
        is_counted && self.is_heard && !(self.is_relieved && self.waits_for_more())
    }
}

impl Slot {
    /// The object is about to be another one: what it did until now is what an edit is compared with, and an annotation that is changed is
    /// a new word.
    pub(super) fn note_before(&mut self, generation: i64, confirm: Option<&str>) {
        let Some(many) = &mut self.many else { return };
        if self.policy.confirm.as_deref() != confirm {
            self.basis.confirmed = None;
            many.brakes.is_heard = false;
        }
        let known = self.policy.identity.generation;
        if let (true, Ok(compiled)) = (generation != known && many.brakes.is_open(known), &self.policy.spec) {
            let picked = many.picked.difference(&many.brakes.unweighed).copied().collect();
            many.brakes.former = Some(Box::new(Former { compiled: Arc::clone(compiled), picked }));
        }
    }
}
