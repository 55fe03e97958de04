//! Everything that a decision depends on.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::history::History;
use super::plan::WriteCause;
use super::summary::Summary;
use crate::api::overrides::Override;
use crate::api::{Entry, Policy, Value};
use crate::calendar::Dates;
use crate::cluster::ClockState;
use crate::target::{Size, TargetKey, TargetRefKey, TargetState};

/// Everything that a decision depends on; there is nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The object.
    pub policy: &'a Policy,
    /// Its holidays.
    pub holidays: Holidays<'a>,
    /// What it is a decision about.
    pub role: Role<'a>,
    /// Which target it is; none where the object leaves that open.
    pub key: Option<&'a TargetKey>,
    /// What is known of that.
    pub target: Known<'a, &'a TargetState>,
    /// What is remembered of the target.
    pub memory: Remembered<'a>,
    /// Why what is to be remembered couldn't be written, while the wait before the next try runs.
    pub unwritten: Option<&'a str>,
    /// What the target scales, where that is what isn't there.
    pub beneath: Option<&'a TargetRefKey>,
    /// What the target has left at none when it went.
    pub left: Option<Left<'a>>,
    /// Whether the target, or what it scales, is what the controller itself runs in.
    pub is_own: bool,
    /// An autoscaler that scales the target, too.
    pub autoscaler: Option<Beside<'a>>,
    /// Of one of many targets, and of all of them: whether anything may be lowered or taken anew.
    pub brake: Braked<'a>,
    /// Why it isn't known whether an autoscaler scales the target, where nothing may be written before it is.
    pub unsure: Option<&'a str>,
    /// Whether the target is this object's to scale.
    pub claim: Claim<'a>,
    /// Whether anything may be written at all.
    pub fence: Fence,
    /// The overrides that are for it, in any order, but for its annotation.
    pub overrides: &'a [Arc<Override>],
    /// Why those that are objects can't be listed, where that lasts: any of them may be for it.
    pub unlisted: Option<&'a str>,
    /// What earlier looks came to.
    pub history: &'a History,
    /// The last write of the target that hasn't been told about yet.
    pub attempt: Option<&'a Attempt>,
    /// Now, on the schedule's clock.
    pub now: DateTime<Utc>,
    /// What to say of the clock when it is a rehearsed one. It goes into `status.clock` as well, so two clocks need two texts.
    pub rehearsal: Option<&'a str>,
    /// What `kyklos manifests` takes beside the kinds for an installation like this one.
    pub installed: &'a str,
}

impl Facts<'_> {
    /// The most that the target can have.
    pub(super) fn most(&self) -> u32 {
        self.key.map_or(kyklos_core::VALUE_MAX, |key| key.kind.how().most)
    }
}

/// Something that a watch tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'w, T> {
    /// It is there.
    Known(T),
    /// The watch hasn't told yet.
    Unknown,
    /// The API server has refused the watch for a while, in these words.
    Unreadable(&'w str),
    /// Its kind isn't served, in these words.
    Unserved(&'w str),
    /// It isn't there.
    Missing,
}

/// What a decision is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role<'a> {
    /// An object and its only target.
    Sole,
    /// One of the targets of an object: what is told of the object is told elsewhere.
    Member,
    /// An object of many targets, each of which is decided about by itself.
    Summary(&'a Summary),
}

/// What is remembered of a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Remembered<'a> {
    /// The records aren't known yet.
    Unknown,
    /// They can't be listed, which lasts for a while, in these words.
    Unreadable(&'a str),
    /// This, or nothing.
    Known(Option<&'a Entry>),
}

/// What is known of a policy's holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holidays<'a> {
    /// The object asks for none.
    NotAsked,
    /// There is no answer yet: what is in effect stays.
    Unknown,
    /// The ConfigMap isn't there.
    Missing,
    /// The API server has refused it for a while, in these words.
    Unreadable(&'a str),
    /// It isn't watched because there are too many, in these words.
    Capped(&'a str),
    /// It is there.
    Found(&'a Dates),
}

/// An autoscaler that scales what somebody else is to scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside<'a> {
    /// Its kind and name.
    pub name: &'a str,
    /// Whether it stands still while what it scales has none.
    pub stands_still: bool,
}

/// A workload that was put to sleep by its autoscaler, which is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left<'a> {
    /// Its name.
    pub key: &'a TargetKey,
    /// The count that it had before.
    pub original: u32,
}

/// Whether a schedule of many may lower anything, or take anything that it doesn't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Braked<'a> {
    /// It may.
    No,
    /// It isn't known yet how much it would lower: why, in words, where that lasts.
    Counting(Option<&'a str>),
    /// It would lower more than anybody meant, in these words.
    Waits(&'a str),
}

/// Who scales a target that several objects name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim<'a> {
    /// This one.
    Held,
    /// Another one.
    Lost {
        /// `NAMESPACE/NAME` of the one that does.
        to: &'a str,
        /// Its target in words, where that is another one: an autoscaler and what it scales are one to those who name them.
        by: Option<&'a str>,
    },
}

/// What may forbid every write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// Whether this process has the lease.
    pub leader: bool,
    /// Whether the clock can be trusted.
    pub clock: ClockState,
    /// Whether the process is about to end.
    pub stopping: bool,
}

/// A write of the target and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What the target had.
    pub from: Size,
    /// What was written.
    pub to: Size,
    /// Whether another write has to follow, which is the one that is told about.
    pub prepares: bool,
    /// The value that asked for it.
    pub value: Value,
    /// Why.
    pub cause: WriteCause,
    /// The instant at which it was due, on the schedule's clock.
    pub due: DateTime<Utc>,
    /// When it was sent, on the schedule's clock.
    pub at: DateTime<Utc>,
    /// What the API server said.
    pub outcome: Outcome,
    /// Whether the wait before the next try still runs; it is the engine's, on the real clock. It begins with every outcome but an
    /// `Accepted` of what was asked for.
    pub waits: bool,
    /// Whether that wait is the API server's own (`Retry-After`), before which nothing may be tried.
    pub told_to_wait: bool,
}

/// What the API server said to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It took it.
    Accepted {
        /// What it says that the target has now.
        size: Size,
    },
    /// It didn't.
    Refused {
        /// In its words.
        message: String,
        /// The HTTP status.
        code: u16,
    },
    /// There was no answer: it may have been done.
    Unknown {
        /// What happened instead.
        message: String,
    },
}
