//! What counts to the brake of a selection.

use super::*;
use crate::api::{Compiled, Entry, OnDelete};

/// One of many targets, which has three, and none in the office's hours.
fn one() -> Stage {
    let mut day = Stage { is_member: true, target: target("1", 3, Some("kubectl")), ..Stage::new() };
    day.edit("targetRef", Value::Null);
    day.edit("targets", json!({}));
    day.edit("defaultReplicas", json!("original"));
    day.edit("windows", json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 0 }]));
    day
}

/// What is changed about it, and whether it counts then.
type Case = (&'static str, fn(&mut Stage), Option<bool>);

/// What is written down of it.
fn held_by(holder: &str, held: u32) -> Option<Entry> {
    Some(Entry {
        uid: "1".into(),
        original: 3,
        held,
        ranges: None,
        beneath: None,
        holder: holder.into(),
        holder_kind: crate::api::ScalerKind::default(),
        on_delete: OnDelete::Restore,
        left: None,
    })
}

impl Stage {
    fn lowers(&self, local: &str, span: Span) -> Option<bool> {
        self.with_facts(at(local), |facts| lowers_newly(facts, None, span))
    }

    fn compiled(&self) -> Arc<Compiled> {
        self.with_facts(at("12:00:00"), |facts| Arc::clone(facts.policy.spec.as_ref().unwrap()))
    }
}

#[test]
fn what_would_newly_be_lowered_counts() {
    let (yes, no, unknown) = (Some(true), Some(false), None);
    let cases: [Case; 17] = [
        ("at once", |_| {}, yes),
        ("it has none", |day| day.target = target("1", 0, None), no),
        ("it is held at that", |day| day.entry = held_by("web", 0), no),
        ("it is held at more", |day| day.entry = held_by("web", 2), yes),
        ("another one holds it", |day| day.entry = held_by("other", 0), yes),
        ("after a pause", |day| day.edit("pauseUntil", json!("2026-11-24T00:00:00Z")), yes),
        ("never, in a pause", |day| day.edit("pause", json!(true)), no),
        (
            "beneath an override",
            |day| day.overrule = Some("replicas=9 until=2026-11-24T00:00:00Z reason=x".into()),
            yes,
        ),
        (
            "by an override",
            |day| {
                day.edit("windows", json!([]));
                day.overrule = Some("replicas=1 until=2026-11-24T00:00:00Z reason=x".into());
            },
            yes,
        ),
        ("it stands still beside it", |day| day.autoscaler = Some(("HorizontalPodAutoscaler web", true)), yes),
        ("KEDA's own", |day| day.autoscaler = Some(("ScaledObject web", false)), no),
        ("another one's", |day| day.rival = Some("shop/other".into()), no),
        ("it is gone", |day| day.target = Known::Missing, no),
        ("it isn't known", |day| day.target = Known::Unknown, unknown),
        ("the holidays aren't", |day| day.holidays = Source::Unknown, unknown),
        ("there are none", |day| day.holidays = Source::Missing, yes),
        ("the records aren't", |day| day.records = Records::Unknown, unknown),
    ];
    for (name, change, wanted) in cases {
        let mut day = one();
        change(&mut day);
        assert_eq!(day.lowers("12:00:00", Span::Now), wanted, "{name}");
    }
    let day = one();
    assert_eq!((day.lowers("08:00:00", Span::Now), day.lowers("08:00:00", Span::Ever)), (no, yes));
    // In a grace period it keeps what it has, and won't afterwards.
    let mut day = one();
    day.look("08:59:00");
    day.look("09:01:00");
    assert_eq!((day.reason(Type::Ready), day.replicas()), ("GracePeriodActive", Some(3)));
    assert_eq!(day.lowers("09:01:00", Span::Now), yes);
}

#[test]
fn what_was_about_to_be_without_the_edit_does_not_count() {
    let before = |change: fn(&mut Stage)| {
        let mut day = one();
        change(&mut day);
        day.compiled()
    };
    let window = |day: &mut Stage, replicas: Value| {
        day.edit("windows", json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": replicas }]));
    };
    for (name, former, now, ever) in [
        ("the same", before(|_| {}), false, false),
        ("it was to have more", before(|day| day.edit("windows", json!([]))), true, true),
        ("it was paused until an edit", before(|day| day.edit("pause", json!(true))), true, true),
    ] {
        let day = one();
        let lowers = |span| {
            let former = Former { compiled: &former, holidays: Holidays::NotAsked };
            day.with_facts(at("12:00:00"), |facts| lowers_newly(facts, Some(former), span))
        };
        assert_eq!((lowers(Span::Now), lowers(Span::Ever)), (Some(now), Some(ever)), "{name}");
    }
    // What it is held at tells nothing where it is known what it was about to have.
    let (former, mut day) = (before(|_| {}), one());
    window(&mut day, json!("50%"));
    day.entry = held_by("web", 0);
    let lowers = |day: &Stage| {
        let former = Former { compiled: &former, holidays: Holidays::NotAsked };
        day.with_facts(at("12:00:00"), |facts| lowers_newly(facts, Some(former), Span::Now))
    };
    assert_eq!(lowers(&day), Some(false), "it rises");
}
