//! An object of many targets, and each of those.

use crate::target::Kind;

use super::summary::Summary;
use super::*;

/// Half of what each had in the office's hours, else three, with five minutes of grace.
fn halves() -> Stage {
    let mut day = Stage::new();
    day.edit("targetRef", Value::Null);
    day.edit("targets", json!({}));
    day.edit("defaultReplicas", json!(3));
    day.edit("windows", json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": "50%" }]));
    day
}

/// One of its targets, which had so many.
fn one(original: i32) -> Stage {
    Stage { is_member: true, target: target("1", original, None), ..halves() }
}

/// What is told of all of them.
fn all(originals: Option<(u32, u32)>) -> Stage {
    Stage { summary: Some(Summary { originals, ..Summary::default() }), target: Known::Unknown, ..halves() }
}

/// Each compares by its own original whether it falls, and what any of them keeps is what is told of all.
#[test]
fn the_grace_of_many_is_that_of_any_of_them() {
    let morning = |time: &str| at(time) + chrono::TimeDelta::days(1);
    // The smallest and the largest original, and whether any keeps what it has in the evening, and in the morning.
    for (originals, evening, dawn) in [
        ([10, 10], true, false),
        ([2, 2], false, true),
        ([2, 10], true, true),
        ([6, 6], false, false),
        ([0, 5], false, true),
    ] {
        let bounds = originals.map(|original| u32::try_from(original).unwrap());
        let mut head = all(Some((bounds[0], bounds[1])));
        let mut members = originals.map(one);
        head.look("16:00:00");
        members.iter_mut().for_each(|member| {
            member.look("16:00:00");
        });
        let mut keeps = |now: DateTime<Utc>| {
            head.look_at(now);
            let kept = members.each_mut().map(|member| {
                member.look_at(now);
                member.status.grace_period_expiry.clone()
            });
            assert_eq!(head.status.grace_period_expiry, kept.into_iter().flatten().next(), "{originals:?} {now}");
            let active = head.reason(Type::Ready) == "GracePeriodActive";
            assert_eq!(active, head.status.grace_period_expiry.is_some(), "{originals:?} {now}");
            (active, head.status.effective_replicas.map(|value| value.to_string()).unwrap())
        };
        let said = |kept: bool, before: &str, after: &str| (kept, if kept { before } else { after }.to_owned());
        assert_eq!(keeps(at("17:00:10")), said(evening, "50%", "3"), "{originals:?}");
        assert_eq!(keeps(at("17:05:00")), (false, "3".to_owned()), "{originals:?}");
        assert_eq!(keeps(morning("09:00:10")), said(dawn, "3", "50%"), "{originals:?}");
        assert_eq!(keeps(morning("09:05:00")), (false, "50%".to_owned()), "{originals:?}");
        for (member, original) in members.iter().zip(originals) {
            assert_eq!(member.replicas(), Some((original + 1) / 2), "{originals:?}");
        }
    }
}

/// What the object says of all is nobody's own: one that comes is unknown where that is said of it, and else it isn't.
#[test]
fn what_nobody_knows_of_some_is_told_of_all_and_is_theirs_alone() {
    let mut head = all(None);
    let summary = head.summary.as_mut().unwrap();
    (summary.unknown, summary.targets.claimed) = (2, 5);
    head.look("16:00:00");
    assert_eq!(head.reason(Type::Degraded), "OriginalUnknown");
    assert_eq!(head.message(Type::Degraded), "somebody has to say what 2 of 5 targets had before");
    assert_eq!(
        (head.reason(Type::Ready), head.status.effective_replicas.map(|value| value.to_string())),
        ("Reconciled", Some("50%".to_owned()))
    );
    head.edit("windows", json!([]));
    head.edit("defaultReplicas", json!("original"));
    head.look("16:10:00");
    for (is_unknown, reason, told) in [(true, "OriginalUnknown", 0), (false, "OperationalNormal", 0)] {
        let mut member = one(4);
        (member.spec, member.generation) = (head.spec.clone(), head.generation);
        member.somebody(4, FIELD_MANAGER);
        let Known::Known(target) = &member.target else { panic!("it is there") };
        member.history = head.history.of_member(Some(target), true, is_unknown);
        member.look("16:20:00");
        assert_eq!((member.reason(Type::Degraded), member.count(Reason::OriginalUnknown)), (reason, told));
    }
}

/// Those that rise do so at once, while others keep what they have.
#[test]
fn one_that_rises_does_not_wait_for_those_that_fall() {
    let (mut small, mut large) = (one(2), one(10));
    for member in [&mut small, &mut large] {
        member.look("16:00:00");
    }
    assert_eq!((small.replicas(), large.replicas()), (Some(1), Some(5)));
    small.look("17:00:10");
    large.look("17:00:10");
    assert_eq!((small.replicas(), large.replicas()), (Some(3), Some(5)));
    large.look("17:05:00");
    assert_eq!(large.replicas(), Some(3));
    assert_eq!(
        large.writes.last().map(|write| (write.cause, write.due)),
        Some((WriteCause::GraceOver, at("17:05:00")))
    );
}

/// A suspended CronJob counts as none and another one as one, whatever the value is.
#[test]
fn a_cron_job_among_them_falls_from_one_to_none() {
    let mut job = one(1);
    job.kind = Kind::named("batch/v1", "CronJob").unwrap();
    job.edit("defaultReplicas", json!(0));
    job.edit("windows", json!([{ "name": "office", "start": "09:00", "end": "17:00", "replicas": 7 }]));
    job.look("16:00:00");
    job.look("17:00:10");
    assert_eq!((job.replicas(), job.reason(Type::Ready)), (Some(1), "GracePeriodActive"));
    job.look("17:05:00");
    assert_eq!(job.replicas(), Some(0));
}
