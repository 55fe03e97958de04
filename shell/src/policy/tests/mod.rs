//! `decide` by tables, with a target that does what it is told and a status that goes through JSON.

mod attempts;
mod autoscalers;
mod conditions;
mod day;
mod edits;
mod fights;
mod kstatus;
mod lowering;
mod many;
mod memory;
mod orders;
mod overrides;
mod ranges;
mod strange;
mod values;

use std::sync::Arc;

use crate::cluster::{ClockState, FIELD_MANAGER};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::*;
use crate::api::overrides::Override;
use crate::api::selection::Aim;
use crate::api::{Identity, Policy, TimeWindowScalerStatus};
use crate::calendar::Dates;
use crate::target::{Kind, Size, TargetKey, TargetState};

/// What an object's ConfigMap is found to be.
#[derive(Debug, Default)]
enum Source {
    #[default]
    NotAsked,
    Unknown,
    Missing,
    Capped(&'static str),
    Unreadable(&'static str),
    Found(Box<Dates>),
}

/// What is known of the records.
#[derive(Debug, Default)]
enum Records {
    #[default]
    Known,
    Unknown,
    Unreadable(&'static str),
    Unwritten(&'static str),
}

/// An object and its target, and an engine that looks when it is told.
struct Stage {
    spec: Value,
    generation: i64,
    deleting: bool,
    overrule: Option<String>,
    overrides: Vec<Arc<Override>>,
    target: Known<'static, TargetState>,
    holidays: Source,
    records: Records,
    entry: Option<crate::api::Entry>,
    /// The entries that were written, none for those that were taken away.
    remembered: Vec<Option<crate::api::Entry>>,
    rival: Option<String>,
    /// Whether the target is what the controller itself runs in.
    is_own: bool,
    /// Of an object of many targets: how those stand.
    summary: Option<summary::Summary>,
    /// Whether it is one target of such an object, of this kind.
    is_member: bool,
    kind: Kind,
    /// What the target has left at none, and how many that had.
    left: Option<(TargetKey, u32)>,
    /// An autoscaler beside the target, and whether it stands still at none.
    autoscaler: Option<(&'static str, bool)>,
    fence: Fence,
    rehearsal: Option<String>,
    history: History,
    status: TimeWindowScalerStatus,
    attempt: Option<Attempt>,
    /// What the API server makes of a count; `None` loses the answer of a write that is done.
    server: fn(i32) -> Option<Outcome>,
    /// Events by reason and mark, each once for each time that it was told.
    events: Vec<Happening>,
    writes: Vec<Write>,
    wake: Option<DateTime<Utc>>,
}

fn takes(replicas: i32) -> Option<Outcome> {
    Some(Outcome::Accepted { size: replicas.into() })
}

fn refuses(_: i32) -> Option<Outcome> {
    Some(Outcome::Refused { message: "admission webhook \"no\" denied\nit".to_owned(), code: 403 })
}

fn caps(asked: i32) -> Option<Outcome> {
    Some(Outcome::Accepted { size: asked.min(5).into() })
}

const OPEN: Fence = Fence { leader: true, clock: ClockState::Right, stopping: false };

fn target(uid: &str, replicas: i32, writer: Option<&str>) -> Known<'static, TargetState> {
    let writer = writer.map(Into::into);
    Known::Known(TargetState { uid: uid.into(), version: 1, replicas, writer, ..TargetState::default() })
}

impl Stage {
    /// Ten from 09:00 to 17:00 in New York, else two; five minutes of grace. The target has one.
    fn new() -> Self {
        Self {
            spec: json!({
                "targetRef": { "name": "web" },
                "timezone": "America/New_York",
                "defaultReplicas": 2,
                "windows": [{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 10 }],
            }),
            generation: 1,
            deleting: false,
            overrule: None,
            overrides: Vec::new(),
            target: target("1", 1, None),
            holidays: Source::NotAsked,
            records: Records::Known,
            entry: None,
            remembered: Vec::new(),
            rival: None,
            is_own: false,
            summary: None,
            is_member: false,
            kind: Kind::DEPLOYMENT,
            left: None,
            autoscaler: None,
            fence: OPEN,
            rehearsal: None,
            history: History::default(),
            status: TimeWindowScalerStatus::default(),
            attempt: None,
            server: takes,
            events: Vec::new(),
            writes: Vec::new(),
            wake: None,
        }
    }

    fn edit(&mut self, field: &str, value: Value) {
        self.spec[field] = value;
        self.generation += 1;
    }

    /// Somebody else writes the count.
    fn somebody(&mut self, replicas: i32, writer: &str) {
        self.target = target("1", replicas, Some(writer));
    }

    /// Another process takes over: it knows what the status says.
    fn restart(&mut self) {
        self.history = History::from_status(&self.status);
        self.attempt = None;
    }

    fn replicas(&self) -> Option<i32> {
        match &self.target {
            Known::Known(target) => Some(target.replicas),
            Known::Unknown | Known::Unreadable(_) | Known::Unserved(_) | Known::Missing => None,
        }
    }

    fn plan(&self, now: DateTime<Utc>) -> Plan {
        self.with_facts(now, decide)
    }

    fn with_facts<R>(&self, now: DateTime<Utc>, of: impl FnOnce(&Facts<'_>) -> R) -> R {
        let identity = Identity {
            namespace: "shop".into(),
            name: "web".into(),
            uid: "u".into(),
            generation: self.generation,
            created: DateTime::UNIX_EPOCH,
            deleting: self.deleting,
        };
        let policy = Policy::read(identity, &self.spec, self.overrule.as_deref());
        let holidays = match &self.holidays {
            Source::NotAsked => Holidays::NotAsked,
            Source::Unknown => Holidays::Unknown,
            Source::Missing => Holidays::Missing,
            Source::Capped(why) => Holidays::Capped(why),
            Source::Unreadable(why) => Holidays::Unreadable(why),
            Source::Found(dates) => Holidays::Found(dates),
        };
        let target = match &self.target {
            Known::Known(target) => Known::Known(target),
            Known::Unknown => Known::Unknown,
            Known::Unreadable(why) => Known::Unreadable(why),
            Known::Unserved(why) => Known::Unserved(why),
            Known::Missing => Known::Missing,
        };
        let named = policy.aim.as_ref().and_then(Aim::named).filter(|_| policy.spec.is_ok()).cloned();
        let key = |kind, name| TargetKey { kind, namespace: "shop".into(), name };
        let member = self.is_member.then(|| key(self.kind.clone(), "web".into()));
        let key = named.map(|named| key(named.kind, named.name)).or(member);
        let facts = Facts {
            policy: &policy,
            holidays,
            role: match &self.summary {
                Some(summary) => Role::Summary(summary),
                None if self.is_member => Role::Member,
                None => Role::Sole,
            },
            key: key.as_ref(),
            target,
            memory: match self.records {
                Records::Unknown => Remembered::Unknown,
                Records::Unreadable(why) => Remembered::Unreadable(why),
                Records::Known | Records::Unwritten(_) => Remembered::Known(self.entry.as_ref()),
            },
            unwritten: match self.records {
                Records::Unwritten(why) => Some(why),
                _ => None,
            },
            beneath: None,
            left: self.left.as_ref().map(|(key, original)| Left { key, original: *original }),
            is_own: self.is_own,
            autoscaler: self.autoscaler.map(|(name, stands_still)| Beside { name, stands_still }),
            brake: Braked::No,
            unsure: None,
            claim: self.rival.as_deref().map_or(Claim::Held, |to| Claim::Lost { to, by: None }),
            fence: self.fence,
            overrides: &self.overrides,
            unlisted: None,
            history: &self.history,
            attempt: self.attempt.as_ref(),
            now,
            rehearsal: self.rehearsal.as_deref(),
            installed: " --watch-namespace shop",
        };
        of(&facts)
    }

    /// Looks once, and does what the plan says. Whether there is more to do at once.
    fn step(&mut self, now: DateTime<Utc>) -> bool {
        let plan = self.plan(now);
        assert!(plan.write.is_none() || plan.report.is_none(), "a write is told about when it is accepted");
        self.history = plan.history;
        self.wake = plan.wake;
        if plan.attempt_done {
            self.attempt = None;
        }
        if let Some(report) = plan.report {
            let text = serde_json::to_string(&report.status).unwrap();
            self.status = serde_json::from_str(&text).unwrap();
            // What outlives the process is all in the status.
            let lasting = History { due: None, target: 0, budget: None, untold: None, ..self.history.clone() };
            let read = History { budget: None, ..History::from_status(&self.status) };
            assert_eq!(read, lasting);
            for happening in &report.happenings {
                assert!(!happening.message.contains(char::is_control), "{}", happening.message);
                assert!(!happening.mark.is_empty());
            }
            self.events.extend(report.happenings);
        }
        if let Some(remember) = plan.remember {
            assert!(plan.write.is_none(), "one thing after the other");
            self.entry = match remember {
                Remember::Keep(entry) => Some(entry),
                Remember::Forget => None,
            };
            self.remembered.push(self.entry.clone());
            return true;
        }
        if let Some(write) = plan.write {
            self.send(write, now);
            return true;
        }
        self.wake.is_some_and(|wake| wake <= now)
    }

    fn send(&mut self, write: Write, now: DateTime<Utc>) {
        self.writes.push(write);
        assert!(write.due <= now && write.from != write.to);
        let Known::Known(target) = &mut self.target else { panic!("a write to a target that isn't there") };
        assert_eq!(target.size(), write.from);
        let outcome = match (self.server)(write.to.replicas) {
            // Of bounds nothing else is ever made here.
            Some(Outcome::Accepted { size }) if size.replicas == write.to.replicas => {
                Some(Outcome::Accepted { size: write.to })
            }
            other => other,
        };
        let has = match outcome {
            Some(Outcome::Accepted { size }) => Some(size),
            None => Some(write.to),
            Some(_) => None,
        };
        if let Some(size) = has {
            ranges::take(target, size);
        }
        let waits = has != Some(write.to);
        let outcome = outcome.unwrap_or(Outcome::Unknown { message: "the connection broke".to_owned() });
        let Write { from, to, prepares, value, cause, due } = write;
        self.attempt =
            Some(Attempt { from, to, prepares, value, cause, due, at: now, outcome, waits, told_to_wait: false });
    }

    /// Looks until there is nothing more to do, and gives the events of it.
    fn look_at(&mut self, now: DateTime<Utc>) -> Vec<&'static str> {
        let told = self.events.len();
        let mut steps = 0;
        while self.step(now) {
            steps += 1;
            assert!(steps < 8, "it never comes to rest");
        }
        let (status, events) = (self.status.clone(), self.events.len());
        assert!(!self.step(now), "a second look at the same must do nothing");
        assert_eq!(
            (&self.status, self.events.len()),
            (&status, events),
            "a second look at the same must say nothing new"
        );
        self.events.iter().skip(told).map(|happening| happening.reason.as_str()).collect()
    }

    /// Looks at a local time of 23 November 2026, a Monday.
    fn look(&mut self, local: &str) -> Vec<&'static str> {
        self.look_at(at(local))
    }

    fn reason(&self, kind: Type) -> &'static str {
        self.history.seen(kind).and_then(|seen| seen.because).map_or("-", Because::as_str)
    }

    /// The count in effect, where it is one.
    fn effective(&self) -> Option<i32> {
        let count = self.status.effective_replicas.and_then(crate::api::Value::count);
        count.map(|count| i32::try_from(count).unwrap())
    }

    /// Effective and observed replicas, and the reasons of all conditions.
    fn state(&self) -> (Option<i32>, Option<i32>, [&'static str; 4]) {
        (self.effective(), self.replicas(), Type::ALL.map(|kind| self.reason(kind)))
    }

    fn message(&self, kind: Type) -> &str {
        self.status.conditions.iter().find(|found| found.type_ == kind.as_str()).map_or("", |found| &found.message)
    }

    fn count(&self, reason: Reason) -> usize {
        self.events.iter().filter(|happening| happening.reason == reason).count()
    }
}

/// A local time of 23 November 2026 in New York.
fn at(local: &str) -> DateTime<Utc> {
    format!("2026-11-23T{local}-05:00").parse().unwrap()
}

const FINE: [&str; 4] = ["Reconciled", "Stable", "Progressing", "OperationalNormal"];
const GRACE: [&str; 4] = ["GracePeriodActive", "Stable", "Progressing", "OperationalNormal"];
