//! Autoscalers as targets.

use crate::api::{Beneath, Entry, Range, Ranges};
use crate::target::{Defaults, Ours, Scaling, Sleeps, TargetRefKey, Under};

use super::*;

/// The target has this size now, by us.
pub(super) fn take(target: &mut TargetState, size: Size) {
    target.note_written(target.version, size);
    if let (Some(scaling), Some(range)) = (&mut target.scaling, size.range) {
        // What it scales is seen in it here.
        scaling.ours.asleep |= scaling.range.asleep != range.asleep;
        scaling.range.asleep = range.asleep;
        target.replicas = scaling.size(scaling.range).replicas;
    }
}

fn range(min: u32, max: u32) -> Range {
    open(Some(min), Some(max))
}

/// One whose object may leave a bound unsaid.
fn open(min: Option<u32>, max: Option<u32>) -> Range {
    Range { min, max, asleep: false }
}

fn asleep(min: u32, max: u32) -> Range {
    Range { asleep: true, ..range(min, max) }
}

impl Stage {
    /// An autoscaler as the target.
    fn of(range: Range, (sleeps, defaults, least): (Sleeps, Defaults, u32)) -> Self {
        let mut day = Self::new();
        let kind = match sleeps {
            Sleeps::Beneath => {
                json!({ "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": "web" })
            }
            Sleeps::Itself => json!({ "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "web" }),
        };
        day.edit("targetRef", kind);
        day.edit("gracePeriodSeconds", json!(0));
        let Known::Known(target) = &mut day.target else { panic!("it is there") };
        let scaling =
            Scaling { what: None, range, ours: Ours::default(), defaults, least, sleeps, paused: None, under: None };
        target.replicas = scaling.size(range).replicas;
        target.scaling = Some(Box::new(scaling));
        day
    }

    fn hpa(range: Range) -> Self {
        Self::of(range, (Sleeps::Beneath, Defaults { min: 1, max: 1 }, 1))
    }

    fn scaled_object(range: Range, idle: Option<u32>) -> Self {
        Self::of(range, (Sleeps::Itself, Defaults { min: 0, max: 100 }, idle.map_or(0, |idle| idle + 1)))
    }

    fn scaling(&mut self) -> &mut Scaling {
        let Known::Known(target) = &mut self.target else { panic!("it is there") };
        target.scaling.as_deref_mut().unwrap()
    }

    /// Somebody else gives it other bounds.
    fn bounds(&mut self, min: Option<u32>, max: Option<u32>) {
        let scaling = self.scaling();
        scaling.ours.min &= scaling.range.min == min;
        scaling.ours.max &= scaling.range.max == max;
        (scaling.range.min, scaling.range.max) = (min, max);
        let replicas = scaling.size(scaling.range).replicas;
        let Known::Known(target) = &mut self.target else { panic!("it is there") };
        target.replicas = replicas;
    }

    /// Somebody else scales what it scales.
    fn beneath(&mut self, asleep: bool) {
        let scaling = self.scaling();
        (scaling.range.asleep, scaling.ours.asleep) = (asleep, false);
        let replicas = scaling.size(scaling.range).replicas;
        let Known::Known(target) = &mut self.target else { panic!("it is there") };
        target.replicas = replicas;
    }

    fn range(&mut self) -> Range {
        self.scaling().range
    }

    fn original(&self) -> Option<Range> {
        Some(self.entry.as_ref()?.ranges?.original)
    }
}

/// C05: two, six by day, eleven at noon, none by night.
fn floors() -> Stage {
    let mut day = Stage::hpa(range(2, 10));
    day.edit("defaultReplicas", json!(2));
    day.edit(
        "windows",
        json!([
            { "name": "day", "start": "09:00", "end": "17:00", "replicas": 6 },
            { "name": "peak", "start": "12:00", "end": "13:00", "replicas": 11 },
            { "name": "night", "start": "22:00", "end": "06:00", "replicas": 0 },
        ]),
    );
    day
}

#[test]
fn a_count_is_a_floor_and_raises_the_ceiling_for_as_long() {
    let mut day = floors();
    assert!(day.look("08:00:00").is_empty());
    assert_eq!((day.range(), day.original(), day.writes.len()), (range(2, 10), Some(range(2, 10)), 0));
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    assert_eq!(day.look("12:00:00"), ["ScaledUp"]);
    assert_eq!((day.range(), day.effective()), (range(11, 11), Some(11)));
    assert!(day.events.last().unwrap().message.contains("from 6..10 to 11..11"), "{:?}", day.events.last());
    day.restart();
    assert!(day.look("12:30:00").is_empty());
    assert_eq!(day.look("13:00:00"), ["ScaledDown"]);
    assert_eq!((day.range(), day.state()), (range(6, 10), (Some(6), Some(6), FINE)));
    let causes: Vec<_> = day.writes.iter().map(|write| (write.cause, write.due, write.prepares)).collect();
    let wanted = ["09:00:00", "12:00:00", "13:00:00"].map(|time| (WriteCause::Boundary, at(time), false));
    assert_eq!(causes, wanted);
}

#[test]
fn what_somebody_sets_in_between_is_the_new_original_of_that_part() {
    let mut day = floors();
    day.look("12:00:00");
    day.bounds(Some(11), Some(20));
    assert!(day.look("12:40:00").is_empty(), "a higher ceiling is fine");
    assert_eq!((day.range(), day.original()), (range(11, 20), Some(range(2, 20))));
    assert_eq!(day.look("13:00:00"), ["ScaledDown"]);
    assert_eq!(day.range(), range(6, 20));
    // One that is lower than what is asked for is put back, and kept for later.
    day.bounds(Some(1), Some(4));
    assert_eq!(day.look("13:30:00"), ["DriftCorrected"]);
    assert_eq!((day.range(), day.original()), (range(6, 6), Some(range(1, 4))));
    day.edit("defaultReplicas", json!("original"));
    assert_eq!(day.look("17:00:00"), ["ScaledDown"]);
    assert_eq!((day.range(), day.entry.is_none()), (range(1, 4), true));
}

#[test]
fn none_is_written_to_what_it_scales_and_it_wakes_with_its_bounds_in_place() {
    let mut day = floors();
    day.edit("windows", json!([{ "name": "night", "start": "22:00", "end": "06:00", "replicas": 0 }]));
    day.edit("defaultReplicas", json!(4));
    assert_eq!(day.look("21:00:00"), ["ScaledUp"]);
    assert_eq!(day.look("22:00:00"), ["ScaledDown"]);
    assert_eq!((day.range(), day.replicas()), (asleep(4, 10), Some(0)));
    assert!(day.events.last().unwrap().message.contains("from 4..10 to 0"), "{:?}", day.events.last());
    // Somebody wakes it: that is drift, and no original.
    day.beneath(false);
    assert_eq!(day.look("23:00:00"), ["DriftCorrected"]);
    assert_eq!((day.range(), day.original()), (asleep(4, 10), Some(range(2, 10))));
    // What is edited by night is in place before it wakes; the second write is the one that is told.
    day.bounds(Some(3), Some(12));
    let night = at("23:30:00");
    assert!(day.look_at(night).is_empty());
    assert_eq!((day.range(), day.original()), (asleep(3, 12), Some(range(3, 12))));
    let (morning, writes) = (at("06:00:00") + chrono::TimeDelta::days(1), day.writes.len());
    assert_eq!(day.look_at(morning), ["ScaledUp"]);
    assert_eq!(day.range(), range(4, 12));
    let steps: Vec<_> =
        day.writes.iter().skip(writes).map(|write| (write.to.range, write.prepares, write.due)).collect();
    assert_eq!(steps, [(Some(asleep(4, 12)), true, morning), (Some(range(4, 12)), false, morning)]);
    assert!(day.events.last().unwrap().message.contains("from 0 to 4..12"), "{:?}", day.events.last());
}

/// The Deployment `web`, which has so many.
fn web(replicas: u32, before: Option<u32>) -> (Option<TargetRefKey>, Option<Under>) {
    let what = TargetRefKey { kind: Kind::DEPLOYMENT, name: "web".into() };
    (Some(what), Some(Under { replicas, before }))
}

fn beneath(original: u32) -> Option<Beneath> {
    Some(Beneath { target: "deployments.apps/web".to_owned(), original })
}

/// None at night, else what it had.
fn nights(range: Range) -> Stage {
    let mut day = Stage::hpa(range);
    day.edit("defaultReplicas", json!("original"));
    day.edit("windows", json!([{ "name": "night", "start": "22:00", "end": "06:00", "replicas": 0 }]));
    day
}

impl Stage {
    /// What is remembered of what it scales.
    fn beneath_it(&self) -> Option<Beneath> {
        self.entry.as_ref().unwrap().beneath.clone()
    }
}

#[test]
fn what_it_scales_is_written_down_with_it_before_that_has_none() {
    let mut day = nights(range(2, 10));
    (day.scaling().what, day.scaling().under) = web(7, None);
    let night = at("22:00:00");
    // It is written down, and the autoscaler is faster than the write that follows.
    assert!(day.step(night));
    day.scaling().under = web(9, None).1;
    assert_eq!(day.look_at(night), ["ScaledDown"]);
    assert_eq!((day.beneath_it(), day.remembered.len()), (beneath(7), 1), "once");
    day.scaling().under = web(0, None).1;
    assert!(day.look("23:00:00").is_empty());
    assert_eq!(day.beneath_it(), beneath(7));
    // By day what it scales is its own.
    day.look_at(at("06:00:00") + chrono::TimeDelta::days(1));
    assert_eq!((day.range(), day.entry.is_none()), (range(2, 10), true));
    day.edit("defaultReplicas", json!(4));
    day.scaling().under = web(5, None).1;
    day.look_at(at("07:00:00") + chrono::TimeDelta::days(1));
    assert_eq!(day.beneath_it(), None);
}

#[test]
fn what_was_held_at_none_by_its_own_name_was_awake_before() {
    let mut day = nights(asleep(2, 10));
    (day.scaling().what, day.scaling().under) = web(0, Some(3));
    assert!(day.look("23:00:00").is_empty());
    assert_eq!((day.original(), day.writes.len(), day.beneath_it()), (Some(range(2, 10)), 0, beneath(3)));
    // With the autoscaler it is remembered from now on.
    day.scaling().under = web(0, None).1;
    day.restart();
    assert_eq!(day.look_at(at("06:00:00") + chrono::TimeDelta::days(1)), ["ScaledUp"]);
    assert_eq!((day.range(), day.replicas(), day.entry.is_none()), (range(2, 10), Some(2), true));
    // A team's own none stays none.
    let mut day = nights(asleep(2, 10));
    (day.scaling().what, day.scaling().under) = web(0, None);
    day.look("23:00:00");
    assert_eq!(day.beneath_it(), None);
    day.look_at(at("06:00:00") + chrono::TimeDelta::days(1));
    assert_eq!((day.range(), day.writes.len()), (asleep(2, 10), 0));
}

/// What it scales is another's by now, by that one's own name.
#[test]
fn one_that_is_left_without_what_it_scales_gets_back_its_bounds_alone() {
    let given = |mut day: Stage, original: Range, is_apart: bool| {
        let scaling = day.scaling().clone();
        let ranges = Some(Ranges { original, held: scaling.range });
        let target = TargetState { uid: "1".into(), scaling: Some(Box::new(scaling)), ..TargetState::default() };
        let entry = Entry {
            uid: "1".to_owned(),
            original: 2,
            held: 6,
            ranges,
            beneath: None,
            holder_kind: crate::api::ScalerKind::default(),
            holder: "web".to_owned(),
            on_delete: crate::api::OnDelete::Restore,
            left: None,
        };
        restored(&target, &entry, u32::MAX, is_apart).and_then(|size| size.range)
    };
    for (present, original, left) in [
        (range(6, 10), range(2, 10), range(2, 10)),
        (asleep(6, 10), range(2, 10), asleep(2, 10)),
        (range(6, 10), asleep(2, 10), range(2, 10)),
    ] {
        assert_eq!(given(Stage::hpa(present), original, true), Some(left), "{present:?} {original:?}");
        assert_eq!(given(Stage::hpa(present), original, false), Some(original), "{present:?} {original:?}");
    }
    // KEDA's own pause is given back all the same.
    assert_eq!(given(Stage::scaled_object(asleep(6, 10), None), range(2, 10), true), Some(range(2, 10)));
}

/// What is lost on the way to a waking target is taken up where it was.
#[test]
fn a_lost_answer_or_a_restart_between_two_steps_wakes_it_all_the_same_and_tells_once() {
    for is_restart in [false, true] {
        let mut day = Stage::hpa(asleep(2, 10));
        day.edit("defaultReplicas", json!(0));
        day.edit("windows", json!([{ "name": "day", "start": "09:00", "end": "17:00", "replicas": 6 }]));
        assert!(day.look("08:00:00").is_empty());
        let now = at("09:00:00");
        if !is_restart {
            day.server = |_| None;
        }
        while day.writes.is_empty() {
            assert!(day.step(now));
        }
        assert_eq!(day.range(), asleep(6, 10));
        if is_restart {
            day.restart();
        }
        day.server = takes;
        assert_eq!(day.look_at(now), ["ScaledUp"], "{is_restart}");
        assert_eq!((day.range(), day.writes.len()), (range(6, 10), 2), "{is_restart}");
        assert_eq!(day.original(), Some(asleep(2, 10)));
        // It was asleep before anybody took it.
        day.edit("windows", json!([]));
        day.edit("defaultReplicas", json!("original"));
        day.look("10:00:00");
        assert_eq!((day.range(), day.entry.is_none()), (asleep(2, 10), true), "{is_restart}");
    }
}

/// W03: two to five by night, ten to fifty by day.
#[test]
fn a_floor_and_a_ceiling_by_time_are_its_bounds() {
    let mut day = Stage::hpa(range(3, 30));
    day.edit("defaultReplicas", json!("original"));
    assert!(day.look("07:00:00").is_empty());
    assert!(day.entry.is_none(), "it is left to others");
    day.edit(
        "windows",
        json!([
            { "name": "night", "start": "20:00", "end": "08:00", "minReplicas": 2, "maxReplicas": 5 },
            { "name": "day", "start": "08:00", "end": "20:00", "minReplicas": 10, "maxReplicas": 50 },
        ]),
    );
    assert_eq!(day.look("07:30:00"), ["ScaledDown"]);
    assert_eq!(day.range(), range(2, 5));
    assert_eq!(day.look("08:00:00"), ["ScaledUp"]);
    assert_eq!((day.range(), day.original()), (range(10, 50), Some(range(3, 30))));
    day.restart();
    assert!(day.look("12:00:00").is_empty());
    assert_eq!(day.look("20:00:00"), ["ScaledDown"]);
    assert_eq!(day.range(), range(2, 5));
    day.edit("windows", json!([]));
    assert_eq!(day.look("21:00:00"), ["ScaledUp"]);
    assert_eq!((day.range(), day.entry.is_none(), day.reason(Type::Ready)), (range(3, 30), true, "Reconciled"));
    // From then on it is left to others.
    day.bounds(Some(1), Some(2));
    assert!(day.look("21:30:00").is_empty());
    assert_eq!(day.range(), range(1, 2));
}

#[test]
fn a_lone_bound_moves_the_other_as_far_as_needed() {
    for (bounds, had, wanted) in [
        (json!({ "minReplicas": 4 }), range(2, 10), range(4, 10)),
        (json!({ "minReplicas": 12 }), range(2, 10), range(12, 12)),
        (json!({ "maxReplicas": 4 }), range(2, 10), range(2, 4)),
        (json!({ "maxReplicas": 1 }), range(2, 10), range(1, 1)),
        (json!({ "maxReplicas": 4 }), asleep(2, 10), asleep(2, 4)),
        (json!({ "minReplicas": 0, "maxReplicas": 4 }), range(2, 10), range(1, 4)),
        (json!({ "minReplicas": 0 }), asleep(2, 10), range(1, 10)),
        (json!({ "replicas": "50%" }), range(5, 10), range(3, 10)),
        (json!({ "replicas": "300%" }), range(5, 10), range(15, 15)),
        (json!({ "replicas": "50%" }), asleep(5, 10), asleep(5, 10)),
        (json!({ "replicas": "0%" }), range(5, 10), asleep(5, 10)),
        (json!({ "replicas": 1 }), range(5, 10), range(1, 10)),
    ] {
        let mut day = Stage::hpa(had);
        let mut window = json!({ "start": "08:00", "end": "17:00" });
        window.as_object_mut().unwrap().extend(bounds.as_object().unwrap().clone());
        day.edit("defaultReplicas", json!("original"));
        day.edit("windows", json!([window]));
        day.look("09:00:00");
        assert_eq!(day.range(), wanted, "{bounds} of {had}");
        day.look("17:00:00");
        assert_eq!((day.range(), day.entry.is_none()), (had, true), "{bounds} of {had}");
    }
}

#[test]
fn an_annotation_outranks_the_minimum_that_is_remembered() {
    let mut day = floors();
    day.look("09:00:00");
    let Known::Known(target) = &mut day.target else { panic!("it is there") };
    target.original = Some(5);
    day.edit("defaultReplicas", json!("original"));
    assert!(day.look("10:00:00").is_empty());
    assert_eq!(day.look("17:00:00"), ["ScaledDown"]);
    assert_eq!(day.range(), range(5, 10));
}

/// One that was made anew has an original of its own, unless it is as it was held.
#[test]
fn one_that_was_made_anew_like_that_has_the_original_of_the_one_before() {
    for (made, original) in [(range(6, 10), range(2, 10)), (range(4, 8), range(4, 8))] {
        let mut day = floors();
        day.look("09:00:00");
        let Known::Known(target) = &mut day.target else { panic!("it is there") };
        target.uid = "2".into();
        day.scaling().ours = Ours::default();
        day.bounds(made.min, made.max);
        day.look("10:00:00");
        assert_eq!((day.original(), day.range().min), (Some(original), Some(6)), "{made}");
    }
}

/// A lone maximum doesn't say whether it sleeps: what we had sleep wakes, what somebody else has sleep stays so, and neither is written down
/// again and again.
#[test]
fn by_a_lone_maximum_it_wakes_if_it_was_us_who_had_it_sleep() {
    for is_ours in [true, false] {
        let mut day = nights(range(2, 10));
        day.edit("defaultReplicas", Value::Null);
        day.edit("defaultMaxReplicas", json!(8));
        (day.scaling().what, day.scaling().under) = web(7, None);
        if !is_ours {
            day.look("20:00:00");
            day.beneath(true);
            assert!(day.look("21:00:00").is_empty());
            assert_eq!((day.range(), day.beneath_it()), (asleep(2, 8), None));
            continue;
        }
        day.look("22:00:00");
        day.scaling().under = web(0, None).1;
        // Nobody says any more who has scaled it.
        day.beneath(true);
        day.restart();
        assert!(day.look("23:00:00").is_empty());
        assert_eq!(day.look_at(at("06:00:00") + chrono::TimeDelta::days(1)), ["ScaledUp"]);
        assert_eq!((day.range(), day.beneath_it()), (range(2, 8), None));
    }
}

/// One that went while what it scales was asleep, and was made anew with other bounds.
#[test]
fn one_that_is_made_anew_wakes_what_the_one_before_it_has_left_at_none() {
    let default = |day: &mut Stage, field: &str, value: Value| {
        day.edit("defaultReplicas", Value::Null);
        day.edit(field, value);
    };
    for (field, value, by_day, woken) in [
        ("defaultReplicas", json!("original"), range(3, 30), range(3, 30)),
        ("defaultReplicas", json!(4), range(3, 30), range(4, 30)),
        ("defaultReplicas", json!("200%"), range(3, 30), range(6, 30)),
        ("defaultMaxReplicas", json!(8), range(3, 30), range(3, 8)),
    ] {
        for is_seen_at_night in [true, false] {
            let mut day = nights(range(2, 10));
            default(&mut day, field, value.clone());
            (day.scaling().what, day.scaling().under) = web(7, None);
            day.look("22:00:00");
            let Known::Known(target) = &mut day.target else { panic!("it is there") };
            target.uid = "2".into();
            (day.scaling().ours, day.scaling().under) = (Ours::default(), web(0, None).1);
            day.bounds(by_day.min, by_day.max);
            if is_seen_at_night {
                assert!(day.look("23:00:00").is_empty());
                assert_eq!((day.original(), day.beneath_it()), (Some(by_day), beneath(7)), "{value}");
            }
            assert_eq!(day.look_at(at("06:00:00") + chrono::TimeDelta::days(1)), ["ScaledUp"], "{value}");
            assert_eq!(day.range(), woken, "{value}");
        }
    }
    // Of another workload nothing was remembered: a team's own none stays none.
    let mut day = nights(range(2, 10));
    (day.scaling().what, day.scaling().under) = web(7, None);
    day.look("22:00:00");
    let Known::Known(target) = &mut day.target else { panic!("it is there") };
    target.uid = "2".into();
    let api = TargetRefKey { kind: Kind::DEPLOYMENT, name: "api".into() };
    (day.scaling().ours, day.scaling().what, day.scaling().under) = (Ours::default(), Some(api), web(0, None).1);
    day.bounds(Some(3), Some(30));
    day.look_at(at("06:00:00") + chrono::TimeDelta::days(1));
    assert_eq!((day.range(), day.entry.is_none()), (asleep(3, 30), true));
}

#[test]
fn what_keda_does_not_say_stays_unsaid_and_is_put_back() {
    let mut day = Stage::scaled_object(open(None, None), Some(1));
    day.edit("defaultReplicas", json!("original"));
    day.edit(
        "windows",
        json!([
            { "name": "day", "start": "09:00", "end": "17:00", "replicas": 5 },
            { "name": "peak", "start": "12:00", "end": "13:00", "replicas": 150 },
            { "name": "low", "start": "17:00", "end": "18:00", "replicas": 1 },
            { "name": "night", "start": "22:00", "end": "23:00", "replicas": 0 },
        ]),
    );
    assert!(day.look("08:00:00").is_empty());
    assert_eq!(day.look("09:00:00"), ["ScaledUp"]);
    assert_eq!(day.range(), open(Some(5), None));
    day.look("12:00:00");
    assert_eq!(day.range(), range(150, 150));
    day.look("17:00:00");
    assert_eq!(day.range(), open(Some(2), None), "above the idle count");
    assert_eq!(day.look("18:00:00"), ["ScaledDown"]);
    assert_eq!((day.range(), day.entry.is_none()), (open(None, None), true));
    assert_eq!(day.look("22:00:00"), ["ScaledDown"]);
    assert_eq!(day.range(), Range { asleep: true, ..open(None, None) });
    let writes = day.writes.len();
    day.look("23:00:00");
    assert_eq!((day.range(), day.writes.len(), day.entry.is_none()), (open(None, None), writes + 1, true));
}

#[test]
fn one_that_a_person_has_paused_is_left_alone() {
    let mut day = Stage::scaled_object(range(1, 10), None);
    day.scaling().paused = Some("autoscaling.keda.sh/paused-replicas: \"3\"".into());
    assert_eq!(day.look("10:00:00"), ["ScalingSkipped"]);
    assert_eq!((day.reason(Type::Ready), day.reason(Type::Stalled)), ("Paused", "Progressing"));
    assert!(day.message(Type::Ready).contains("is paused by somebody (autoscaling.keda.sh/paused-replicas: \"3\")"));
    assert!(day.look("17:00:00").is_empty());
    assert_eq!((day.range(), day.writes.len(), day.entry.is_none()), (range(1, 10), 0, true));
    day.scaling().paused = None;
    assert_eq!(day.look("18:00:00"), ["ScaledUp"]);
    assert_eq!(day.writes.last().map(|write| write.cause), Some(WriteCause::Resume));
}
