//! What reaches the engine from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::api::overrides::TimeWindowOverrideStatus;
use crate::calendar::Dates;
use crate::cluster::Comparison;
use crate::cluster::requests::{Answer, Failure};
use crate::cluster::seen::{Record, Scaler, Space, WindowOverride};
use crate::cluster::watch::{Change, Trouble};
use crate::engine::assignments::Assignment;
use crate::engine::calendars::CalendarKey;
use crate::engine::ids::{AssignmentId, NamespaceId, OverrideId, PolicyId, TargetId};
use crate::engine::inquiries::Inquiry;
use crate::engine::orphans::Step;
use crate::engine::policies::Slot;
use crate::engine::records::{Batch, RecordKey};
use crate::policy::History;
use crate::report::events::Telling;
use crate::target::{Kind, Seen, Served, Size};

/// Something that a watch has brought.
#[derive(Debug)]
pub enum Feed {
    /// A TimeWindowScaler.
    Scaler(Change<Scaler>),
    /// A ClusterTimeWindowScaler.
    ClusterScaler(Change<Scaler>),
    /// A namespace.
    Space(Change<Space>),
    /// A TimeWindowOverride.
    Override(Change<WindowOverride>),
    /// How a custom kind is served, or why it isn't.
    Served(Kind, Result<Served, String>),
    /// An object of a kind that can be scaled.
    Target(Kind, Change<Seen>),
    /// A ScaleRecord.
    Record(Change<Record>),
    /// A ConfigMap of holidays, or that there is none.
    Dates(CalendarKey, Result<Option<Arc<Dates>>, Trouble>),
    /// The API server's clock, or why it couldn't be asked.
    Compared(Result<Comparison, String>),
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A schedule.
    Policy(PolicyId),
    /// A target of a schedule.
    Assignment(AssignmentId),
    /// An override.
    Override(OverrideId),
}

/// On whose account a request is made.
#[derive(Debug)]
pub struct Asker {
    /// The object.
    pub whose: Whose,
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its identity, since another may have its name by now.
    pub uid: Box<str>,
}

impl Asker {
    /// Of what is asked for a schedule.
    pub fn policy(id: PolicyId, slot: &Slot) -> Self {
        Self { whose: Whose::Policy(id), namespace: slot.namespace, uid: slot.policy.identity.uid.clone() }
    }

    /// Of what is asked for a target of a schedule.
    pub fn assignment(id: AssignmentId, task: &Assignment, slot: &Slot) -> Self {
        let uid = slot.policy.identity.uid.clone();
        Self { whose: Whose::Assignment(id), namespace: task.namespace, uid }
    }

    /// Of what is asked for no single object.
    pub fn nobody(namespace: NamespaceId) -> Self {
        Self { whose: Whose::Policy(PolicyId::default()), namespace, uid: "".into() }
    }
}

/// Calls back what hasn't left yet, because what it was decided by has changed. What has left is the API server's to refuse.
#[derive(Debug, Clone, Default)]
pub struct Recall(Arc<AtomicBool>);

impl Recall {
    /// From now on it isn't to be sent.
    pub fn call_back(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it isn't to be sent any more.
    pub fn is_called_back(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a request is for.
#[derive(Debug)]
pub enum Asked {
    /// A write of the target's count.
    Scale {
        /// What was known before the decision, for one that turns out to have been made of stale facts.
        before: Box<History>,
        /// The target.
        claimed: TargetId,
        /// Which one is written: the target, or what it scales.
        target: TargetId,
        /// Its kind.
        kind: Kind,
        /// Its identity.
        uid: Box<str>,
        /// The resource version that the decision saw.
        version: u64,
        /// What was asked for.
        to: Size,
        /// When it began.
        begun: Duration,
        /// Whether it may still be sent.
        recall: Recall,
    },
    /// To write down what targets had.
    Record {
        /// Where.
        key: RecordKey,
        /// Of which, and for whom.
        batch: Batch,
    },
    /// To give a target back what it had, or a step of the way there.
    Return {
        /// The target.
        target: TargetId,
        /// What it gets.
        step: Step,
        /// When it began.
        begun: Duration,
    },
    /// Something on behalf of targets whose holder is gone.
    Inquiry {
        /// What.
        inquiry: Inquiry,
        /// When it began.
        begun: Duration,
    },
    /// Something that nobody waits for.
    Aside,
    /// The status.
    Status {
        /// See [`hash`](crate::report::status::hash).
        hash: u64,
    },
    /// An event, or the count of a series.
    Event(Telling),
    /// The status of an override.
    OverrideStatus(Box<TimeWindowOverrideStatus>),
    /// That an override goes.
    OverrideDeletion,
}

impl Asked {
    /// What calls it back, where anything does but the end of the process and the loss of the lease.
    pub fn recall(&self) -> Option<&Recall> {
        match self {
            Self::Scale { recall, .. } => Some(recall),
            Self::Record { .. } | Self::Return { .. } | Self::Inquiry { .. } | Self::Aside => None,
            Self::Status { .. } | Self::Event(_) | Self::OverrideStatus(_) | Self::OverrideDeletion => None,
        }
    }
}

/// A request that has come to its end.
#[derive(Debug)]
pub struct Done {
    /// On whose account.
    pub asker: Asker,
    /// What for.
    pub what: Asked,
    /// How long it took.
    pub took: Duration,
    /// What became of it.
    pub result: Result<Answer, Failure>,
}
