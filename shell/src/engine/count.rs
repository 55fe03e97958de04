//! One count of the brake: what there is to count, what it has come to, and what isn't known without which it can't be made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::given::Targets;
use super::ids::{AssignmentId, TargetId};
use crate::policy::Span;
use crate::target::Kind;

/// For so long it is waited for each target to be known; one that isn't then counts as lowered. What else isn't known for as long is told.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// What there is to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// All that is picked, after an edit.
    Edit(Span),
    /// What wasn't there before by what the status says: this process acts from now on, and labels of namespaces may have changed.
    Begin,
    /// What labels have given to the object.
    Given,
    /// What waits, once more: labels have changed since, or may have.
    Again,
}

/// Which targets are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// Those of these namespaces alone; `None` for all.
    pub(super) places: Option<BTreeSet<Arc<str>>>,
    /// And these.
    pub(super) targets: Targets,
}

impl Scope {
    /// Whether it leaves others out.
    pub(super) fn is_part(&self) -> bool {
        self.places.is_some()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.places.as_ref().is_some_and(BTreeSet::is_empty) && self.targets.is_empty()
    }

    /// Whether a target of a namespace is one of them.
    pub(super) fn has(&self, target: TargetId, place: &str) -> bool {
        self.places.as_ref().is_none_or(|places| places.contains(place)) || self.targets.contains_key(&target)
    }
}

/// How many would newly be lowered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// So many in all; `None` where that wasn't counted by this process.
    pub(super) lowered: Option<u32>,
    /// So many of each namespace whose labels have given them.
    pub(super) by: BTreeMap<Arc<str>, u32>,
    /// The namespaces that have given others in the last hour, which are counted with them.
    pub(super) lately: BTreeSet<Arc<str>>,
}

/// What isn't known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missing {
    /// Which days are holidays.
    Holidays,
    /// All of a kind.
    Kind(Kind),
    /// What one of the targets is to have.
    Of(AssignmentId),
}

/// What keeps an object from being counted.
#[derive(Debug)]
pub(super) struct Lacks {
    /// What it waits for.
    pub(super) what: Missing,
    /// Which count.
    pub(super) count: Count,
    /// Which targets, of which nothing is lowered or taken anew meanwhile; the others go on.
    pub(super) scope: Scope,
    /// The generation.
    pub(super) of: i64,
    /// Since when, on the schedule's clock.
    pub(super) since: DateTime<Utc>,
    /// The same by the time that passes.
    pub(super) begun: Duration,
    /// Why, where there is something to say.
    pub(super) words: Option<Box<str>>,
    /// Whether something else may be missing by now.
    pub(super) is_stale: bool,
}

impl Lacks {
    /// This isn't known, from now on.
    pub(super) fn new(
        what: Missing,
        (count, scope): (Count, Scope),
        of: i64,
        since: (DateTime<Utc>, Duration),
    ) -> Self {
        let (since, begun) = since;
        Self { what, count, scope, of, since, begun, words: None, is_stale: false }
    }

    /// Whether it lasts for so long that it is told.
    pub(super) fn is_overdue(&self, boot: Duration) -> bool {
        boot >= self.begun + PATIENCE
    }

    /// Whether others than its targets go on.
    pub(super) fn leaves(&self, generation: i64, member: Option<(TargetId, &str)>) -> bool {
        let leaves_others = self.of == generation && self.scope.is_part();
        leaves_others && member.is_none_or(|(target, place)| !self.scope.has(target, place))
    }
}
