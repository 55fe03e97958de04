//! What is asked in other ways than `evaluate` says the same: transitions, spans, since when, a cursor, a list of schedules of several
//! capacities, and a schedule with a calendar.
//!
//! Not for Miri, to which thousands of answers are minutes: `chain` and `seconds` ask there.
#![cfg(not(miri))]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

#[allow(dead_code, reason = "each test program uses its own part")]
mod common;

use std::ops::Range;

use common::authority::{Authority, shown, year};
use common::draw::{self, Around};
use common::effort::{cases, draw as draw_cases, every_zone};
use common::ways;
use common::written::{Compiled, Written};
use kyklos_core::{
    Calendar, Cause, Cursor, Days, Evaluate, Evaluation, HolidayMode, LocalInstant, Schedule, Spans, State, TimeOfDay,
    TimeZone, Transitions, Window,
};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq, prop_oneof};

const DAY: i64 = 86_400;

/// A second of the years that count or not far from them, and a schedule around it.
fn around(name: &str) -> impl Strategy<Value = (i64, Written)> {
    let authority = Authority::of(name);
    let usual = year(2020) + 20 * DAY..year(2099);
    let seconds = prop_oneof![
        6 => usual,
        1 => (-12 * DAY..12 * DAY).prop_map(|by| year(2020) + by),
        1 => (-12 * DAY..12 * DAY).prop_map(|by| year(2100) + by),
    ];
    seconds.prop_flat_map(move |second| {
        let reading = (second + authority.offset_at(second)).div_euclid(60);
        // What is drawn around an instant has to end before 2100.
        let reading = reading.min(year(2100) / 60 - 20 * 1_440);
        let reading = i32::try_from(reading).expect("a minute of these years");
        (Just(second), draw::schedule(Around { before: reading, after: reading }))
    })
}

/// Instants about one, and the ends of all.
fn instants(about: i64) -> impl Strategy<Value = Vec<i64>> {
    let instant = prop_oneof![
        8 => (-9 * DAY..9 * DAY).prop_map(move |by| about + by),
        1 => any::<i64>(),
        1 => (0..400 * DAY).prop_map(|by| i64::MIN + by),
        1 => (0..400 * DAY).prop_map(|by| i64::MAX - by),
    ];
    vec(instant, 16).prop_map(|instants| [instants, vec![i64::MIN, i64::MAX, i64::MIN + 1, i64::MAX - 1]].concat())
}

fn for_every_zone(usual: u32, check: impl Fn(&str, &Written, i64, &[i64]) -> TestCaseResult + Sync) {
    every_zone(|name| {
        let drawn = around(name).prop_flat_map(|(second, written)| (Just(second), Just(written), instants(second)));
        draw_cases(name, cases(usual), &drawn, |(second, written, instants)| check(name, &written, second, &instants))
    });
}

/// Each later boundary by asking again and again, with the state from there on.
fn chain(schedule: &dyn Evaluate, from: i64) -> impl Iterator<Item = (i64, State)> {
    std::iter::successors(schedule.evaluate(from).until(), |&at| schedule.evaluate(at).until())
        .map(|at| (at, schedule.evaluate(at).state()))
}

#[test]
fn transitions_are_the_chain_of_answers() {
    for_every_zone(2, |name, written, _, instants| {
        let schedule = written.compile(name);
        for &from in instants {
            let expected: Vec<_> = chain(&schedule, from).take(12).collect();
            let found: Vec<_> = schedule.transitions(from).take(12).collect();
            prop_assert_eq!(&found, &expected, "after {}", shown(from));
            let of_any = Transitions::new(&schedule as &dyn Evaluate, from);
            prop_assert!(of_any.take(12).eq(expected), "after {}", shown(from));
        }
        Ok(())
    });
}

/// Neither a gap nor an overlap, each with the state of its first and of its last second, no two alike in a row.
fn tiles(
    schedule: &dyn Evaluate,
    stretch: Range<i64>,
    spans: impl Iterator<Item = (Range<i64>, State)>,
) -> TestCaseResult {
    let (mut end, mut last) = (stretch.start, None);
    for (span, state) in spans {
        prop_assert_eq!(span.start, end, "of {:?}", &stretch);
        prop_assert!(span.start < span.end && span.end <= stretch.end, "{span:?} of {stretch:?}");
        prop_assert_eq!(schedule.evaluate(span.start).state(), state, "from {}", shown(span.start));
        prop_assert_eq!(schedule.evaluate(span.end - 1).state(), state, "up to {}", shown(span.end));
        prop_assert!(last.replace(state) != Some(state), "{state:?} twice in a row, at {}", shown(span.start));
        end = span.end;
    }
    prop_assert_eq!(end, stretch.start.max(stretch.end), "the end of {:?}", &stretch);
    Ok(())
}

#[test]
fn spans_tile_a_stretch_of_time() {
    for_every_zone(2, |name, written, _, instants| {
        let schedule = written.compile(name);
        for &from in instants {
            for length in [0, 1, 3_600, 9 * DAY] {
                let stretch = from..from.saturating_add(length);
                tiles(&schedule, stretch.clone(), schedule.spans(stretch.clone()))?;
                tiles(&schedule, stretch.clone(), Spans::new(&schedule, stretch))?;
            }
            let back = from..from.saturating_sub(1);
            prop_assert_eq!(schedule.spans(back).count(), 0);
        }
        Ok(())
    });
}

/// The last boundary up to an instant, by walking there from two weeks before; `None` where that shows none.
fn walked(schedule: &dyn Evaluate, at: i64) -> Option<i64> {
    let boundaries = std::iter::successors(schedule.evaluate(at.saturating_sub(15 * DAY)).until(), |&boundary| {
        schedule.evaluate(boundary).until()
    });
    boundaries.take_while(|&boundary| boundary <= at).last()
}

fn since_is_right(schedule: &dyn Evaluate, at: i64) -> TestCaseResult {
    let (since, answer) = (schedule.since(at), schedule.evaluate(at));
    if let Some(walked) = walked(schedule, at) {
        prop_assert_eq!(since, Some(walked), "at {}", shown(at));
    }
    let Some(since) = since else {
        prop_assert_eq!(schedule.evaluate(i64::MIN), answer, "always, at {}", shown(at));
        return Ok(());
    };
    prop_assert!(i64::MIN < since && since <= at, "{since} at {at}");
    prop_assert_eq!(schedule.evaluate(since), answer, "since {}, at {}", shown(since), shown(at));
    let before = schedule.evaluate(since - 1);
    prop_assert_eq!(before.until(), Some(since), "before {}", shown(since));
    prop_assert!(before.state() != answer.state(), "{} changes nothing", shown(since));
    Ok(())
}

#[test]
fn since_is_the_last_boundary() {
    for_every_zone(2, |name, written, _, instants| {
        let schedule = written.compile(name);
        for &at in instants {
            since_is_right(&schedule, at)?;
            if let Some(boundary) = schedule.evaluate(at).until() {
                prop_assert_eq!(schedule.since(boundary), Some(boundary));
                prop_assert_eq!(schedule.since(boundary - 1), schedule.since(at));
            }
        }
        Ok(())
    });
}

/// States that began long ago, or always were.
#[test]
fn since_long_ago() {
    let mut schedule = Schedule::<2, 2, 2>::new(TimeZone::named("America/New_York"));
    for at in [i64::MIN, -1, 0, 1_780_300_800, i64::MAX] {
        assert_eq!(schedule.since(at), None, "{at}");
    }
    schedule.push_holiday("2020-03-08".parse().expect("a holiday")).expect("room");
    schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).expect("no value");
    let end = common::authority::second("America/New_York", "2020-03-09T00:00-04:00");
    for at in [end, end + 1, 4_000_000_000, i64::MAX - 1, i64::MAX] {
        assert_eq!(schedule.since(at), Some(end), "{at}");
    }
    assert_eq!(schedule.since(end - 1), Some(end - 23 * 3_600));
    assert_eq!(schedule.since(end - 23 * 3_600 - 1), None);
}

#[test]
fn a_cursor_forgets_what_is_changed() {
    every_zone(|name| {
        let drawn = (around(name), around(name)).prop_flat_map(|(one, other)| {
            let asked = instants(one.0);
            (Just(one.1), Just(other.1), asked)
        });
        draw_cases(name, cases(2), &drawn, |(one, other, instants)| {
            let (one, other) = (one.compile(name), other.compile(name));
            let mut cursor = Cursor::new(one.clone());
            for (turn, &at) in instants.iter().enumerate() {
                let (now, then) = if turn.is_multiple_of(2) { (&one, &other) } else { (&other, &one) };
                for _ in 0..2 {
                    prop_assert_eq!(cursor.evaluate(at), now.evaluate(at), "at {}", shown(at));
                }
                let old = cursor.update(|schedule| std::mem::replace(schedule, then.clone()));
                prop_assert_eq!(&old, now);
                prop_assert_eq!(cursor.evaluate(at), then.evaluate(at), "after the update, at {}", shown(at));
                prop_assert_eq!(cursor.get(), then);
            }
            let last = cursor.get().clone();
            prop_assert_eq!(cursor.into_inner(), last);
            Ok(())
        })
    });
}

/// The dates in a row with each other, and those of every year, on both sides: the same as all of them in the schedule.
#[test]
fn a_calendar_counts_as_the_schedules_own_dates() {
    every_zone(|name| {
        let drawn = (around(name), any::<[bool; 6]>(), any::<bool>())
            .prop_flat_map(|((second, written), own, one)| (Just((second, written, own, one)), instants(second)));
        draw_cases(name, cases(4), &drawn, |((_, written, own, one), instants)| {
            let (mut all, mut mine, mut others) = (written.clone(), written.clone(), written);
            mine.holidays.clear();
            others.holidays.clear();
            for (holiday, own) in all.holidays.iter().zip(own) {
                if own { &mut mine } else { &mut others }.holidays.push(*holiday);
            }
            if one {
                // A date on both sides counts once as well.
                others.holidays.extend(mine.holidays.first());
            }
            let mut calendar = Calendar::<8>::new();
            others.holidays.iter().for_each(|&holiday| calendar.push(ways::holiday(holiday)).expect("room"));
            for mode in HolidayMode::ALL {
                // One calendar for several schedules.
                (all.holiday_mode, mine.holiday_mode) = (mode, mode);
                let value = all.holiday_value.filter(|_| mode != HolidayMode::Ignore);
                (all.holiday_value, mine.holiday_value) = (value, value);
                same(&all.compile(name), &mine.compile(name), &calendar, &instants)?;
            }
            Ok(())
        })
    });
}

fn same(all: &Compiled, mine: &Compiled, calendar: &Calendar<8>, instants: &[i64]) -> TestCaseResult {
    let with = mine.with(calendar);
    for &at in instants {
        let expected: Vec<_> = all.transitions(at).take(8).collect();
        prop_assert!(with.transitions(at).take(8).eq(expected.iter().copied()), "after {}", shown(at));
        let near = expected.iter().flat_map(|&(boundary, _)| [boundary - 1, boundary]);
        for at in near.chain([at]) {
            prop_assert_eq!(with.evaluate(at), all.evaluate(at), "at {}", shown(at));
            prop_assert_eq!(with.since(at), all.since(at), "since when, at {}", shown(at));
        }
        let stretch = at..at.saturating_add(9 * DAY);
        prop_assert!(with.spans(stretch.clone()).eq(all.spans(stretch)), "spans from {}", shown(at));
    }
    Ok(())
}

/// A calendar that is cleared, and filled again.
#[test]
fn a_calendar_that_changes() {
    let christmas = common::authority::second("Europe/Zurich", "2026-12-25T12:00+01:00");
    let mut schedule = Schedule::<1, 0, 0>::new(TimeZone::named("Europe/Zurich"));
    schedule.set_holiday_mode(HolidayMode::TreatAsClosed, Some(4)).expect("valid");
    let mut calendar = Calendar::<1>::new();
    for text in ["12-25", "2026-12-25", "2026-12-20..2027-01-02"] {
        assert_eq!(schedule.with(&calendar).evaluate(christmas), schedule.evaluate(christmas));
        calendar.push(text.parse().expect("a holiday")).expect("room");
        assert_eq!(schedule.with(&calendar).evaluate(christmas).cause(), Cause::Holiday, "{text}");
        assert_eq!(schedule.with(&calendar).evaluate(christmas).value(), 4, "{text}");
        let refused = "07-04".parse().expect("a holiday");
        assert_eq!(calendar.push(refused), Err(refused));
        calendar.clear();
        assert!(calendar == Calendar::new());
    }
}

/// Of the schedule's zone, and of another one.
#[test]
fn an_instant_that_is_local_already_has_the_same_answer() {
    let other = TimeZone::named("Australia/Lord_Howe");
    for_every_zone(2, |name, written, _, instants| {
        let schedule = written.compile(name);
        for &at in instants {
            for zone in [schedule.zone(), &other] {
                let now = LocalInstant::new(zone, at);
                prop_assert_eq!(schedule.evaluate_at(&now), schedule.evaluate(at), "at {}", shown(at));
            }
        }
        Ok(())
    });
}

/// Schedules of several capacities, with a calendar and behind references, in one list.
#[test]
fn schedules_of_all_kinds_are_in_one_list() {
    let time = |hour| TimeOfDay::new(hour, 0).expect("a time of day");
    let office = Window::new(Days::WEEKDAYS, time(9), time(17), 10).expect("a window");
    let mut small = Schedule::<1, 0, 0>::new(TimeZone::named("Asia/Kathmandu"));
    small.push_window(office).expect("room");
    small.set_holiday_mode(HolidayMode::TreatAsOpen, Some(3)).expect("valid");
    let mut large = Schedule::<64, 64, 1_000>::new(TimeZone::named("America/Havana"));
    large.push_window(office).expect("room");
    let mut calendar = Calendar::<2>::new();
    calendar.push("06-02".parse().expect("a holiday")).expect("room");
    let (with, behind) = (small.with(&calendar), &&small);
    let list: [&dyn Evaluate; 4] = [&small, &large, &with, &behind];
    let from = 1_780_272_000; // Monday 2026-06-01T00:00:00Z
    for at in (from..from + 8 * DAY).step_by(1_800) {
        let expected: [Evaluation; 4] =
            [small.evaluate(at), large.evaluate(at), small.with(&calendar).evaluate(at), small.evaluate(at)];
        assert_eq!(list.map(|schedule| schedule.evaluate(at)), expected);
        let expected = [small.since(at), large.since(at), small.with(&calendar).since(at), small.since(at)];
        assert_eq!(list.map(|schedule| schedule.since(at)), expected);
        let mut cursors = list.map(Cursor::new);
        assert_eq!(cursors.each_mut().map(|cursor| cursor.evaluate(at)), list.map(|schedule| schedule.evaluate(at)));
    }
    let causes = list.map(|schedule| schedule.evaluate(from + DAY + 12 * 3_600).cause());
    assert_eq!(causes, [Cause::Default, Cause::Default, Cause::Holiday, Cause::Default]);
}

#[test]
fn seconds_left() {
    let state = State { cause: Cause::Default, value: 1 };
    for (until, now, left) in [
        (Some(100), 40, Some(60)),
        (Some(100), 100, Some(0)),
        (Some(100), 160, Some(0)),
        (Some(i64::MAX - 1), i64::MIN, Some(u64::MAX - 1)),
        (None, 40, None),
    ] {
        let answer = Evaluation::new(state, until);
        assert_eq!((answer.seconds_left(now), answer.until(), answer.state()), (left, until, state));
    }
}
