//! Somebody who puts the count back again and again.

use chrono::TimeDelta;

use super::*;

/// Scenario C03: night is 20:00 to 08:00 of 0, and 3 by day.
fn night() -> Stage {
    let mut day = Stage::new();
    day.spec = json!({
        "targetRef": { "name": "web" },
        "timezone": "UTC",
        "defaultReplicas": 3,
        "gracePeriodSeconds": 0,
        "windows": [{ "start": "20:00", "end": "08:00", "replicas": 0 }],
    });
    day.somebody(3, "argocd-controller");
    day
}

fn utc(minutes: i64, seconds: i64) -> DateTime<Utc> {
    "2026-03-09T20:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds)
}

/// Lets time pass, and looks whenever a plan asks for it.
fn until(day: &mut Stage, end: DateTime<Utc>) {
    while let Some(wake) = day.wake.filter(|&wake| wake < end) {
        day.look_at(wake);
    }
}

/// Twenty minutes to nine: the other one applies its 3 every minute from 20:10 to 20:40.
fn half_an_hour(day: &mut Stage) {
    day.look_at(utc(0, 0));
    for minute in 10..=40 {
        until(day, utc(minute, 0));
        day.somebody(3, "argocd-controller");
        day.look_at(utc(minute, 0));
    }
}

#[test]
fn self_heal_is_seen_and_not_fought() {
    let mut day = night();
    half_an_hour(&mut day);
    assert!(day.writes.len() - 1 < 12, "{} writes in half an hour", day.writes.len() - 1);
    assert_eq!((day.count(Reason::CountReverted), day.count(Reason::ScaledDown)), (1, 1));
    assert_eq!((day.reason(Type::Degraded), day.reason(Type::Reconciling)), ("CountReverted", "Stable"));
    assert!(day.message(Type::Degraded).contains("\"argocd-controller\""));
    // Then it stops, and all is calm by itself.
    until(&mut day, utc(61, 0));
    assert_eq!(day.state(), (Some(0), Some(0), FINE));
    let marks: std::collections::BTreeSet<_> = day.events.iter().map(|event| (event.reason, &event.mark)).collect();
    assert_eq!(marks.len(), 3, "one event each: {marks:?}");
}

#[test]
fn a_writer_that_answers_at_once_gets_five_answers_and_then_rare_ones() {
    let mut day = night();
    day.look_at(utc(0, 0));
    let mut writes = Vec::new();
    for second in 0..3_600 {
        let now = utc(10, second);
        if day.replicas() == Some(0) {
            day.somebody(3, "loop");
        }
        let before = day.writes.len();
        day.step(now);
        day.step(now);
        if day.writes.len() > before {
            writes.push(second);
        }
    }
    assert!(writes.len() <= 14, "{writes:?}");
    let gaps: Vec<_> = writes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().rev().take(2).all(|&gap| gap == 600), "{gaps:?}");
}

/// Many loops in one namespace wait for its turns, so that each is back before the look that follows our write.
#[test]
fn a_writer_that_is_back_before_the_next_look_is_counted_each_time() {
    let fought = |day: &mut Stage| {
        let before = day.writes.len();
        for tenth in 0..600 {
            day.step(utc(10, tenth / 10));
            day.somebody(3, "loop");
        }
        assert_eq!((day.count(Reason::CountReverted), day.reason(Type::Degraded)), (1, "CountReverted"));
        day.writes.len() - before
    };
    let mut day = night();
    day.look_at(utc(0, 0));
    assert_eq!(fought(&mut day), 4, "in a minute");
    // A first sight, an edit and a boundary are one write more.
    assert_eq!(fought(&mut night()), 5, "from the first sight on");
    let mut day = night();
    day.look_at(utc(0, 0));
    day.edit("defaultReplicas", json!(4));
    assert_eq!(fought(&mut day), 4, "an edit that changes nothing now");
    day.edit("windows", json!([{ "start": "20:00", "end": "08:00", "replicas": 1 }]));
    let before = day.writes.len();
    day.step(utc(12, 0));
    day.somebody(3, "loop");
    day.step(utc(12, 0));
    day.step(utc(12, 1));
    assert_eq!(day.writes.len() - before, 1, "an edit in a fight is written once");
    let mut day = night();
    day.look_at(utc(-2, 0));
    assert_eq!(fought(&mut day), 5, "from a boundary on");
    // The same where each of them is seen once more before it is put back.
    let mut day = night();
    day.look_at(utc(0, 0));
    for minute in [10, 12, 14, 16] {
        day.somebody(3, "kubectl");
        day.step(utc(minute, 0));
        day.step(utc(minute, 0));
        day.step(utc(minute, 1));
    }
    assert_eq!((day.writes.len() - 1, day.reason(Type::Degraded)), (4, "OperationalNormal"));
}

#[test]
fn a_boundary_an_edit_and_a_resume_are_never_delayed() {
    let mut day = night();
    half_an_hour(&mut day);
    assert_eq!(day.replicas(), Some(3));
    day.edit("windows", json!([{ "start": "20:00", "end": "08:00", "replicas": 1 }]));
    assert_eq!(day.look_at(utc(41, 0)), ["ScaledDown"]);
    day.somebody(3, "argocd-controller");
    day.look_at(utc(42, 0));
    assert_eq!(day.replicas(), Some(3), "the fight goes on");
    day.edit("pause", json!(true));
    day.look_at(utc(43, 0));
    day.edit("pause", json!(false));
    assert_eq!(day.look_at(utc(44, 0)), ["ScaledDown"]);
    day.somebody(5, "argocd-controller");
    day.look_at(utc(45, 0));
    assert_eq!(day.replicas(), Some(5));
    // 08:00.
    assert_eq!(day.look_at(utc(12 * 60, 0)), ["ScaledDown"]);
    assert_eq!(day.replicas(), Some(3));
}

#[test]
fn a_fight_outlives_the_process_and_is_told_once() {
    let mut day = night();
    half_an_hour(&mut day);
    let writes = day.writes.len();
    day.restart();
    day.look_at(utc(41, 0));
    assert_eq!((day.writes.len(), day.reason(Type::Degraded)), (writes, "CountReverted"));
    assert_eq!(day.count(Reason::CountReverted), 1);
}

/// What a clock that was wrong has left in `lastScaleTime`.
#[test]
fn a_fight_whose_last_try_is_still_to_come_ends_like_any_other() {
    let mut day = night();
    half_an_hour(&mut day);
    day.status.last_scale_time = Some(crate::api::times::to_time("9999-01-01T00:00:00Z".parse().unwrap()));
    day.restart();
    day.look_at(utc(41, 0));
    assert_eq!(day.replicas(), Some(3), "it is held back");
    until(&mut day, utc(62, 0));
    assert_eq!(day.state(), (Some(0), Some(0), FINE));
}

#[test]
fn four_reverts_are_no_fight() {
    let mut day = night();
    day.look_at(utc(0, 0));
    for minute in [10, 12, 14, 16, 30, 32] {
        day.somebody(3, "kubectl");
        assert_eq!(day.look_at(utc(minute, 0)), ["DriftCorrected"]);
        assert_eq!((day.replicas(), day.reason(Type::Degraded)), (Some(0), "OperationalNormal"));
    }
}

#[test]
fn what_a_budget_holds_back_is_current() {
    let mut day = night();
    half_an_hour(&mut day);
    assert_eq!((day.replicas(), day.effective()), (Some(3), Some(0)));
    assert_eq!(day.kstatus(), super::kstatus::Kstatus::Current);
}
