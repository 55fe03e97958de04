//! What has become of writes: told by the API server's answer, or, where that was lost or nobody was left to hear it, by what is
//! different.

use chrono::{DateTime, Utc};

use super::conditions::{Because, Type};
use super::facts::{Attempt, Claim, Outcome};
use super::look::Look;
use super::plan::{Happening, Reason, WriteCause};
use super::words;
use crate::api::Value;
use crate::target::Size;

/// What has become of writes that nobody has told about yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Settled {
    /// A write that was done.
    pub(super) change: Option<Change>,
    /// What was in effect by it.
    pub(super) effective: Option<Value>,
    /// Whether the attempt has no more part in anything.
    pub(super) done: bool,
}

/// A change of the target's size by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) from: Size,
    pub(super) to: Size,
    /// What was asked for, where an admission made something else of it.
    pub(super) asked: Size,
    pub(super) drift: bool,
    pub(super) at: DateTime<Utc>,
}

/// What has become of the last write, and of one that an earlier process made.
pub(super) fn settle(look: &Look<'_>) -> Settled {
    match look.facts.attempt {
        Some(attempt) => of(attempt, look),
        None => Settled { change: unheard(look), ..Settled::default() },
    }
}

fn of(attempt: &Attempt, look: &Look<'_>) -> Settled {
    let change = |to| Change {
        from: attempt.from,
        to,
        asked: attempt.to,
        drift: attempt.cause == WriteCause::Drift,
        at: attempt.at,
    };
    let fits = !look.differs() && look.target().is_some() && look.wanted.is_some();
    // What only prepares another write is told with that.
    let effective = Some(attempt.value).filter(|_| !attempt.prepares);
    // The bounds of one that sleeps change nothing that anybody sees.
    let is_seen = !(attempt.from.is_asleep() && attempt.to.is_asleep());
    match attempt.outcome {
        Outcome::Accepted { size } if size == attempt.to => {
            Settled { change: effective.filter(|_| is_seen).map(|_| change(size)), effective, done: true }
        }
        Outcome::Accepted { size } => {
            // Each try is accepted again, and changes nothing any more. What somebody has taken back meanwhile is past, and is told
            // of no more: with nothing to see of it, it would be told of for ever.
            let is_there = look.target().is_some_and(|target| target.size() == size);
            let is_new = is_there && size != attempt.from && look.before.observed != Some(size.replicas);
            Settled { change: is_new.then(|| change(size)), effective: None, done: fits }
        }
        // An error of the server, too, may come after the deed.
        Outcome::Refused { .. } | Outcome::Unknown { .. } => {
            let ours = look.target().is_some_and(|target| target.size() == attempt.to && target.may_be_ours());
            let was_done = ours && attempt.from != attempt.to;
            let effective = effective.filter(|_| was_done);
            let seen = effective.filter(|_| is_seen);
            Settled { change: seen.map(|_| change(attempt.to)), effective, done: fits || was_done }
        }
    }
}

/// A write that an earlier process made and couldn't tell about: something else is in effect than it last told, the target has it,
/// and we are the ones who wrote it.
fn unheard(look: &Look<'_>) -> Option<Change> {
    let (target, to, from) = (look.target()?, look.goal()?, look.before.observed?);
    let value = look.wanted.as_ref()?.want.value;
    let news = look.before.effective.is_some_and(|effective| effective != value)
        || Type::Reconciling.reasons().0.iter().any(|reason| look.was(Type::Reconciling, *reason));
    let ours = target.is_ours() && !look.is_other_target();
    // While it was invalid it claimed nothing, so another object may have had the target.
    let others = [Because::ScaleConflict, Because::ConfigurationInvalid];
    let held = look.facts.claim == Claim::Held && !others.into_iter().any(|because| look.was(Type::Ready, because));
    let told = from == to.replicas || target.size() != to;
    let drift = look.was(Type::Reconciling, Because::DriftCorrection);
    let change = Change { from: from.into(), to, asked: to, drift, at: look.now };
    (news && ours && held && !told).then_some(change)
}

impl Change {
    /// What kind of change it is.
    pub(super) fn reason(&self) -> Reason {
        match (self.drift, self.to.is_more_than(self.from)) {
            (true, _) => Reason::DriftCorrected,
            (false, true) => Reason::ScaledUp,
            (false, false) => Reason::ScaledDown,
        }
    }

    /// For events and the log.
    pub(super) fn happening(&self, look: &Look<'_>) -> Happening {
        let reason = self.reason();
        // A correction is the same happening again; another change is one of its own, whoever of us tells it: the status still
        // has the time of the change before.
        let mark = if self.drift {
            format!("{}/{}", look.facts.policy.identity.generation, self.to)
        } else {
            format!("{}/{}/{}", words::stamp(look.before.last_scale), self.from, self.to)
        };
        let series = self.drift.then(|| words::stamp(look.before.last_scale));
        Happening { reason, message: look.say(&words::changed(look, self)), mark, series }
    }
}
