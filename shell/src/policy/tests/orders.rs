//! Whatever the order of looks, edits, repairs, pauses and restarts: count, expiry and events are those of somebody who looks once
//! at each boundary.

use crate::cluster::ClockState;
use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::*;

/// Between two boundaries there is at least so much time, in seconds.
pub(super) const STEP: i64 = 60;

/// The counts of a morning: one for each so many minutes from 10:00 UTC on, then the default.
#[derive(Debug, Clone)]
pub(super) struct Morning {
    pub(super) counts: Vec<(i64, u32)>,
    pub(super) grace: i64,
}

pub(super) fn start() -> DateTime<Utc> {
    "2026-03-09T10:00:00Z".parse().unwrap()
}

impl Morning {
    /// The stretches of equal state: from when, in seconds after ten, and which count.
    fn stretches(&self) -> Vec<(i64, u32)> {
        let mut from = 0;
        let mut all = Vec::new();
        for &(minutes, count) in &self.counts {
            all.push((from, count));
            from += minutes * STEP;
        }
        all.push((from, 1));
        all
    }

    pub(super) fn spec(&self) -> Value {
        let clock = |seconds: i64| (start() + TimeDelta::seconds(seconds)).format("%H:%M").to_string();
        let stretches = self.stretches();
        let windows: Vec<_> = stretches
            .windows(2)
            .map(|pair| json!({ "start": clock(pair[0].0), "end": clock(pair[1].0), "replicas": pair[0].1 }))
            .collect();
        json!({
            "targetRef": { "name": "web" },
            "timezone": "UTC",
            "windows": windows,
            "gracePeriodSeconds": self.grace,
        })
    }

    fn end(&self) -> i64 {
        self.stretches().last().map_or(0, |last| last.0) + 3_601
    }
}

/// Somebody who looks once at each boundary, and at each end of a grace period: no walk, no status, no clock.
#[derive(Debug, Clone)]
struct Reference {
    /// What is in effect from when on, until when it is kept above the schedule, in the order of time.
    states: Vec<(i64, u32, Option<i64>)>,
    started: BTreeSet<i64>,
    cancelled: BTreeSet<i64>,
}

impl Reference {
    fn of(morning: &Morning) -> Self {
        let mut states: Vec<(i64, u32, Option<i64>)> = Vec::new();
        let (mut started, mut cancelled) = (BTreeSet::new(), BTreeSet::new());
        let mut kept: Option<(u32, i64)> = None;
        let mut before = None;
        for (at, count) in morning.stretches() {
            if let Some((_, end)) = kept.filter(|&(_, end)| end < at) {
                states.push((end, before.unwrap_or(count), None));
                kept = None;
            }
            // A boundary just at the end is the last of what the grace period delayed.
            if kept.is_some_and(|(_, end)| end == at) {
                states.push((at, count, None));
                kept = None;
                before = Some(count);
                continue;
            }
            match (kept, before) {
                (Some((high, end)), _) if count < high => states.push((at, high, Some(end))),
                (Some((_, end)), _) => {
                    cancelled.insert(end);
                    kept = None;
                    states.push((at, count, None));
                }
                (None, Some(high)) if count < high && morning.grace > 0 => {
                    let end = at + morning.grace;
                    started.insert(end);
                    kept = Some((high, end));
                    states.push((at, high, Some(end)));
                }
                (None, _) => states.push((at, count, None)),
            }
            before = Some(count);
        }
        if let Some((_, end)) = kept {
            states.push((end, 1, None));
        }
        Self { states, started, cancelled }
    }

    fn at(&self, seconds: i64) -> (u32, Option<i64>) {
        let found = self.states.iter().rev().find(|state| state.0 <= seconds);
        found.map_or((0, None), |&(_, count, end)| (count, end))
    }
}

/// What happens between looks.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Nothing,
    /// Another process takes over.
    Restart,
    /// An exception of next year, which changes nothing now.
    Edit,
    /// Invalid for a while: a look at it, then the repair.
    Typo,
    /// Invalid and mended before anybody has looked.
    UnseenTypo,
    /// Paused, and looked at.
    Pause,
    /// Not paused any more.
    Resume,
    /// The clock isn't right for a look.
    Skew,
    /// Nobody has the lease for a look.
    Follower,
}

fn morning() -> impl Strategy<Value = Morning> {
    let counts = prop::collection::vec((1..40_i64, 1..6_u32), 1..8);
    let grace = prop_oneof![Just(0), 1..=90_i64, 60..=3_600_i64, (1..=60_i64).prop_map(|minutes| minutes * STEP)];
    (counts, grace).prop_map(|(counts, grace)| {
        // Two equal counts in a row are another window, and so a boundary that changes nothing.
        Morning { counts, grace }
    })
}

fn happens() -> impl Strategy<Value = Happens> {
    use Happens as H;
    prop_oneof![
        3 => Just(H::Nothing),
        2 => Just(H::Restart),
        2 => Just(H::Edit),
        1 => Just(H::Typo),
        1 => Just(H::UnseenTypo),
        1 => Just(H::Pause),
        1 => Just(H::Resume),
        1 => Just(H::Skew),
        1 => Just(H::Follower),
    ]
}

pub(super) fn seconds(at: &k8s_openapi::apimachinery::pkg::apis::meta::v1::Time) -> i64 {
    (crate::api::times::to_instant(at) - start()).num_seconds()
}

/// What comes before a look.
fn before_look(stage: &mut Stage, happens: Happens, now: DateTime<Utc>, number: usize) {
    let zone = |stage: &mut Stage, zone: &str| stage.edit("timezone", json!(zone));
    match happens {
        Happens::Nothing => {}
        Happens::Restart => stage.restart(),
        Happens::Edit => {
            let later = json!([{ "name": format!("e{number}"), "start": "2027-01-01T00:00", "end": "2027-01-02T00:00", "replicas": 7 }]);
            stage.edit("exceptions", later);
        }
        Happens::Typo => {
            zone(stage, "UCT+1x");
            stage.look_at(now);
            zone(stage, "UTC");
        }
        Happens::UnseenTypo => {
            zone(stage, "UCT+1x");
            zone(stage, "UTC");
        }
        Happens::Pause => stage.edit("pause", json!(true)),
        Happens::Resume => stage.edit("pause", json!(false)),
        Happens::Skew => {
            stage.fence.clock = ClockState::Skewed { seconds: 86_400 };
            stage.look_at(now + TimeDelta::days(1));
            stage.fence.clock = ClockState::Right;
        }
        Happens::Follower => {
            stage.fence.leader = false;
            stage.look_at(now);
            stage.fence.leader = true;
        }
    }
}

/// Looks at these instants, with these things before them, and compares with the reference each time.
fn compare(morning: &Morning, looks: &[(i64, Happens)]) -> Result<Stage, TestCaseError> {
    let reference = Reference::of(morning);
    let mut stage = Stage::new();
    stage.spec = morning.spec();
    stage.look_at(start());
    for (number, &(at, happens)) in looks.iter().enumerate() {
        let now = start() + TimeDelta::seconds(at);
        before_look(&mut stage, happens, now, number);
        stage.look_at(now);
        let (count, end) = reference.at(at);
        let found = stage.effective().and_then(|count| u32::try_from(count).ok());
        prop_assert_eq!(found, Some(count), "count at {} of {:?}", at, &reference);
        let expiry = stage.status.grace_period_expiry.as_ref().map(seconds);
        prop_assert_eq!(expiry, end, "expiry at {} of {:?}", at, &reference);
        let paused = stage.spec.get("pause") == Some(&json!(true));
        prop_assert!(paused || stage.replicas() == Some(i32::try_from(count).unwrap()));
    }
    // What was told is what happened, each once.
    for (reason, real) in
        [(Reason::GracePeriodStarted, &reference.started), (Reason::GracePeriodCancelled, &reference.cancelled)]
    {
        let told: Vec<i64> = stage
            .events
            .iter()
            .filter(|event| event.reason == reason)
            .map(|event| (event.mark.parse::<DateTime<Utc>>().unwrap() - start()).num_seconds())
            .collect();
        let once: BTreeSet<i64> = told.iter().copied().collect();
        prop_assert_eq!(once.len(), told.len(), "{:?} twice", reason);
        prop_assert!(once.is_subset(real), "{:?}: {:?} of {:?}", reason, once, real);
    }
    prop_assert_eq!(stage.count(Reason::DriftCorrected), 0);
    Ok(stage)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever somebody looks, and however seldom, it is what somebody who looks always would find.
    #[test]
    fn count_and_expiry_do_not_depend_on_who_has_looked(
        morning in morning(),
        looks in prop::collection::btree_map(1..16_000_i64, happens(), 1..14),
    ) {
        let looks: Vec<_> = looks.into_iter().filter(|&(at, _)| at < morning.end()).collect();
        compare(&morning, &looks)?;
    }

    /// With a look at each boundary and each end, every event is there, once, whatever happens in between.
    #[test]
    fn events_are_those_of_one_look_at_each_boundary(
        morning in morning(),
        between in prop::collection::btree_map(1..16_000_i64, happens(), 0..10),
        at_boundaries in prop::collection::vec(happens(), 40),
    ) {
        let reference = Reference::of(&morning);
        let mut looks = between;
        let ends = reference.states.iter().map(|state| state.0).filter(|&at| at > 0);
        for (at, happens) in ends.zip(at_boundaries) {
            looks.insert(at, happens);
        }
        let looks: Vec<_> = looks.into_iter().filter(|&(at, _)| at < morning.end()).collect();
        let stage = compare(&morning, &looks)?;
        prop_assert_eq!(stage.count(Reason::GracePeriodStarted), reference.started.len());
        prop_assert_eq!(stage.count(Reason::GracePeriodCancelled), reference.cancelled.len());
        let paused = looks.iter().any(|(_, happens)| matches!(happens, Happens::Pause));
        if !paused {
            // From the first look on, each change of the count in effect is one event.
            let mut counts: Vec<u32> = reference.states.iter().map(|state| state.1).collect();
            counts.dedup();
            let first = usize::from(counts.first() != Some(&1));
            let changes = counts.len() - 1 + first;
            prop_assert_eq!(stage.count(Reason::ScaledUp) + stage.count(Reason::ScaledDown), changes);
            prop_assert_eq!(stage.writes.len(), changes);
        }
    }

    /// A grace period that is made longer or shorter counts from its boundary, whoever has looked when.
    #[test]
    fn another_grace_period_counts_from_the_same_boundary(
        before in 60..=3_600_i64,
        after in 60..=3_600_i64,
        edit in 1..3_600_i64,
        seen in any::<bool>(),
        late in 0..3_600_i64,
    ) {
        let morning = Morning { counts: vec![(1, 5)], grace: before };
        let mut stage = Stage::new();
        stage.spec = morning.spec();
        stage.look_at(start());
        let fall = start() + TimeDelta::seconds(STEP);
        let edited = fall + TimeDelta::seconds(edit.min(before - 1));
        if seen {
            stage.look_at(fall);
        }
        stage.edit("gracePeriodSeconds", json!(after));
        let now = edited + TimeDelta::seconds(late);
        if seen {
            stage.look_at(edited);
        }
        stage.look_at(now);
        let end = fall + TimeDelta::seconds(after);
        let kept = now < end && (!seen || edited < end);
        prop_assert_eq!(stage.effective(), Some(if kept { 5 } else { 1 }));
        let expiry = stage.status.grace_period_expiry.as_ref().map(crate::api::times::to_instant);
        prop_assert_eq!(expiry, kept.then_some(end));
    }

    /// An end that is further away than a grace period lasts is cut, wherever it came from, and then holds still.
    #[test]
    fn an_end_beyond_the_grace_is_cut(grace in 0..=3_600_i64, beyond in 1..1_000_000_000_i64, later in 1..3_600_i64) {
        let morning = Morning { counts: vec![(600, 2)], grace };
        let mut stage = Stage::new();
        stage.spec = morning.spec();
        stage.look_at(start());
        let end = start() + TimeDelta::seconds(grace + beyond);
        stage.status.effective_replicas = Some(crate::api::Value::Count(9));
        stage.status.grace_period_expiry = Some(crate::api::times::to_time(end));
        stage.restart();
        let now = start() + TimeDelta::seconds(1);
        stage.look_at(now);
        let cut = |stage: &Stage| stage.status.grace_period_expiry.as_ref().map(crate::api::times::to_instant);
        let first = cut(&stage);
        prop_assert_eq!(first, (grace > 0).then(|| now + TimeDelta::seconds(grace)));
        stage.restart();
        let now = now + TimeDelta::seconds(later);
        stage.look_at(now);
        prop_assert_eq!(cut(&stage), first.filter(|&end| end > now));
    }
}

#[test]
fn an_edit_is_not_delayed_but_the_fall_at_the_boundary_that_nobody_saw_is() {
    // Nobody is there from 10:00 on; at 10:01 it falls from 5 to 1. The edit that was missed takes two of the five away.
    let mut stage = Stage::new();
    stage.spec = Morning { counts: vec![(1, 5)], grace: 300 }.spec();
    stage.look_at(start());
    let lower = Morning { counts: vec![(1, 3)], grace: 300 }.spec();
    stage.edit("windows", lower["windows"].clone());
    stage.restart();
    stage.look_at(start() + TimeDelta::seconds(90));
    assert_eq!((stage.replicas(), stage.reason(Type::Ready)), (Some(3), "GracePeriodActive"));
    // The same edit before the boundary isn't delayed at all.
    let mut stage = Stage::new();
    stage.spec = Morning { counts: vec![(10, 5)], grace: 300 }.spec();
    stage.look_at(start());
    let lower = Morning { counts: vec![(10, 3)], grace: 300 }.spec();
    stage.edit("windows", lower["windows"].clone());
    stage.look_at(start() + TimeDelta::seconds(90));
    assert_eq!((stage.replicas(), stage.reason(Type::Ready)), (Some(3), "Reconciled"));
}
