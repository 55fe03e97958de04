//! A search for the slowest answers, by their [steps](crate::steps): `benches/counted` has what it found and says how many instructions
//! that is.

use std::vec::Vec;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestCaseError;

use crate::steps::{ANSWERS, LOOKS, Work, bound, counted};
use crate::{
    Date, Days, Exception, Holiday, HolidayMode, LocalMinute, Schedule, TimeOfDay, TimeZone, Window, YearlyDate,
};

/// A schedule around a change of the clocks.
#[derive(Debug, Clone)]
struct Candidate {
    zone: TimeZone,
    /// Minutes of every day, or of the day of the change alone, at which windows start, and how long they are.
    windows: Vec<(bool, u16, u16)>,
    /// The day, the minute, and how many minutes.
    exceptions: Vec<(i32, u16, u32)>,
    /// The day that all others are counted from.
    today: i32,
    /// So many days from that one on are holidays every year and once, turn by turn.
    turns: i32,
    /// Days that come once, or every year, and how many more follow.
    holidays: Vec<(bool, i32, i32)>,
    asked: i64,
}

/// The transitions of 2026 of all zones, one of those that are alike: and where there are none, the middle of the year.
fn transitions() -> Vec<(TimeZone, i64)> {
    const YEAR: core::ops::Range<i64> = 1_767_225_600..1_798_761_600;
    let mut found = std::collections::BTreeMap::new();
    for zone in TimeZone::names().filter_map(|name| TimeZone::get(name.as_str())) {
        let next = |after: i64| zone.next_transition(after).map(|(at, _)| at).filter(|at| YEAR.contains(at));
        let mut all: Vec<_> = std::iter::successors(next(YEAR.start - 1), |at| next(*at)).collect();
        if all.is_empty() {
            all.push(YEAR.start + 15_768_000);
        }
        for at in all {
            // How much there is in the zone's list is a part of its rules, too.
            let list = crate::Zone::view(&zone).changes.len();
            found.entry((at, zone.offset_at(at - 1), zone.offset_at(at), list)).or_insert(zone);
        }
    }
    found.into_iter().map(|((at, ..), zone)| (zone, at)).collect()
}

/// Up to so many windows, exceptions and holidays, and often as many.
fn candidates<const W: usize, const E: usize, const H: usize>() -> impl Strategy<Value = Candidate> {
    let near = prop_oneof![0..240_u16, 0..1_400_u16];
    let window = (any::<bool>(), near.clone(), prop_oneof![1..4_u16, 1..600_u16]);
    let exception = (-2..3_i32, near, prop_oneof![1..60_u32, 1..9_000_u32]);
    let holiday = (any::<bool>(), prop_oneof![-3..30_i32, -180..180_i32], prop_oneof![Just(0), 0..3_i32, 0..300_i32]);
    let asked = prop_oneof![-12_000..12_000_i64, -300_000..300_000_i64];
    let turns = prop_oneof![Just(0), 0..=2 * H as i32, Just(2 * H as i32)];
    (
        proptest::sample::select(transitions()),
        prop_oneof![proptest::collection::vec(window.clone(), W), proptest::collection::vec(window, 0..=W)],
        prop_oneof![proptest::collection::vec(exception.clone(), E), proptest::collection::vec(exception, 0..=E)],
        turns,
        prop_oneof![proptest::collection::vec(holiday.clone(), H), proptest::collection::vec(holiday, 0..=H)],
        asked,
    )
        .prop_map(|((zone, change), windows, exceptions, turns, holidays, after)| Candidate {
            zone,
            windows,
            exceptions,
            today: day_of(change + after),
            turns,
            holidays,
            asked: change + after,
        })
}

/// The day of an instant in Unix seconds.
fn day_of(at: i64) -> i32 {
    (at / 86_400) as i32
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
enum Call {
    Evaluate,
    Since,
    Step,
}

impl Candidate {
    fn schedule<const W: usize, const E: usize, const H: usize>(&self) -> Schedule<W, E, H> {
        let mut schedule = Schedule::<W, E, H>::new(self.zone);
        let date = |day: i32| Date::from_days_since_1970(self.today + day).unwrap();
        for &(daily, start, length) in &self.windows {
            let days = if daily { Days::ALL } else { Days::SUN };
            let time = |minutes: u16| TimeOfDay::from_minutes(minutes % 1_440).unwrap();
            schedule.push_window(Window::new(days, time(start), time(start + length), 1).unwrap()).unwrap();
        }
        for &(day, minute, length) in &self.exceptions {
            let at = |minutes: u32| {
                LocalMinute::new(
                    date(day + (minutes / 1_440) as i32),
                    TimeOfDay::from_minutes((minutes % 1_440) as u16).unwrap(),
                )
            };
            let (start, end) = (at(minute.into()).unwrap(), at(u32::from(minute) + length).unwrap());
            schedule.push_exception(Exception::new(start, end, 1).unwrap()).unwrap();
        }
        schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).unwrap();
        // Every other date of each year that isn't a leap year comes every year.
        let turns =
            (0..self.turns).filter(|day| day % 365 % 2 == 1 || *day < 365).map(|day| (day % 365 % 2 == 0, day, 0));
        for (yearly, day, more) in turns.chain(self.holidays.iter().copied()) {
            let (first, last) = (date(day), date(day + more));
            let place = |date: Date| YearlyDate::new(date.month(), date.day()).unwrap();
            let holiday = if yearly {
                Holiday::yearly_range(place(first), place(last))
            } else {
                Holiday::dates(first, last).unwrap()
            };
            // As many as there is room for.
            let _ = schedule.push_holiday(holiday);
        }
        schedule
    }

    fn cost<const W: usize, const E: usize, const H: usize>(&self, call: Call) -> u32 {
        cost(work(&self.schedule::<W, E, H>(), call, self.asked))
    }
}

/// What is climbed by: on a Cortex-M4 a look without its loops takes about as many instructions as fifty of their rounds.
fn cost(Work { looks, steps }: Work) -> u32 {
    50 * looks + steps
}

fn work<const W: usize, const E: usize, const H: usize>(schedule: &Schedule<W, E, H>, call: Call, at: i64) -> Work {
    let call = || match call {
        Call::Evaluate => drop(schedule.evaluate(at)),
        Call::Since => drop(schedule.since(at)),
        Call::Step => drop(schedule.transitions(at)),
    };
    counted(call).1
}

fn check<const W: usize, const E: usize, const H: usize>(candidate: &Candidate) -> Result<(), TestCaseError> {
    let (bound, schedule) = (const { bound(W, E, H) }, candidate.schedule::<W, E, H>());
    for (call, times) in [(Call::Evaluate, 1), (Call::Step, 2), (Call::Since, ANSWERS)] {
        let Work { looks, steps } = work(&schedule, call, candidate.asked);
        prop_assert!(steps <= times * bound && looks <= times * LOOKS, "{:?}: {} steps, {} looks", call, steps, looks);
    }
    hold_together(&schedule, candidate.asked)
}

/// The three calls are right if one of them is, and others see to that: what the slow ones say here is each other's.
fn hold_together<const W: usize, const E: usize, const H: usize>(
    schedule: &Schedule<W, E, H>,
    at: i64,
) -> Result<(), TestCaseError> {
    let found = schedule.evaluate(at);
    let next = found.until().map(|until| (until, schedule.evaluate(until).state()));
    prop_assert_eq!(schedule.transitions(at).next(), next);
    if let Some((until, state)) = next {
        prop_assert!(state != found.state() && schedule.evaluate(until - 1) == found, "{:?}, then {:?}", found, state);
    }
    if let Some(since) = schedule.since(at) {
        prop_assert_eq!(schedule.evaluate(since), found);
        prop_assert_eq!(schedule.evaluate(since - 1).until(), Some(since));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 2 } else { 2_000 }, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_takes_more_steps_than_the_design_says(candidate in candidates::<16, 8, 32>()) {
        check::<16, 8, 32>(&candidate)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 1 } else { 30 }, ..ProptestConfig::default() })]

    #[test]
    fn nor_does_one_of_the_resources_size(candidate in candidates::<64, 64, 1_000>()) {
        check::<64, 64, 1_000>(&candidate)?;
    }
}

#[test]
#[ignore = "searches for minutes, and prints what it finds"]
fn the_worst() {
    for call in [Call::Evaluate, Call::Step, Call::Since] {
        let mut drawn = drawn::<16, 8, 32>();
        let first = drawn.by_ref().take(20_000).collect();
        climb::<16, 8, 32>(call, first, drawn, 200_000);
    }
}

/// Of the resource's size drawn schedules are far from the worst, as dates that touch become one. So the climb begins with made ones:
/// dense windows in the hours that come twice, exceptions of which none covers, dates turn by turn, also around halves of each year; and
/// with such as a board may have.
#[test]
#[ignore = "searches for minutes, and prints what it finds"]
fn the_worst_of_the_resources_size() {
    for call in [Call::Evaluate, Call::Step, Call::Since] {
        let mut small = drawn::<16, 8, 32>();
        let first = dense(call).into_iter().chain(small.by_ref().take(2_000)).collect();
        climb::<64, 64, 1_000>(
            call,
            first,
            drawn::<64, 64, 1_000>().zip(small).flat_map(|(large, small)| [large, small]),
            10_000,
        );
    }
}

/// Halves of a year that come every year, with days between them that come once.
const HALVES: [(bool, i32, i32); 14] = [
    (true, -104, 193),
    (false, -73, 0),
    (false, -176, 0),
    (false, -84, 1),
    (false, -2, 1),
    (false, -25, 0),
    (true, 24, 109),
    (false, -43, 0),
    (false, -33, 0),
    (false, -167, 2),
    (false, -50, 2),
    (false, -40, 1),
    (false, -94, 1),
    (true, 126, 249),
];

/// Of each zone, distance of the windows, and dates alone or around halves of the year, the one that is asked at its slowest instant.
fn dense(call: Call) -> Vec<Candidate> {
    // A `since` takes as long as some dozens of the others.
    let steps = if matches!(call, Call::Since) { [2_440, 39_080] } else { [61, 977] };
    let mut all = Vec::new();
    for (zone, change) in transitions() {
        for (apart, holidays) in [(1, &[][..]), (2, &[]), (13, &[]), (2, &HALVES)] {
            let mut candidate = Candidate {
                zone,
                windows: (0..64).rev().map(|index| (true, 40 + index * apart, 1)).collect(),
                exceptions: (0..64).map(|index| (400 - index, 60, 60)).collect(),
                today: day_of(change),
                turns: 2_000,
                holidays: holidays.to_vec(),
                asked: change,
            };
            let schedule = candidate.schedule::<64, 64, 1_000>();
            let near = (-12_000..12_000).step_by(steps[0]).chain((-300_000..300_000).step_by(steps[1]));
            let at = near.map(|after: i64| change + after).max_by_key(|at| cost(work(&schedule, call, *at)));
            candidate.asked = at.unwrap_or(change);
            all.push(candidate);
        }
    }
    all
}

/// Candidates without an end, the same ones in each run.
fn drawn<const W: usize, const E: usize, const H: usize>() -> impl Iterator<Item = Candidate> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = candidates::<W, E, H>();
    core::iter::repeat_with(move || strategy.new_tree(&mut runner).unwrap().current())
}

/// Climbs from the best of the first ones to a better one with a part of another, for so many rounds.
fn climb<const W: usize, const E: usize, const H: usize>(
    call: Call,
    first: Vec<Candidate>,
    mut others: impl Iterator<Item = Candidate>,
    rounds: usize,
) {
    let cost = |candidate: &Candidate| candidate.cost::<W, E, H>(call);
    let mut best: Vec<_> = first.into_iter().map(|candidate| (cost(&candidate), candidate)).collect();
    best.sort_by_key(|(cost, _)| core::cmp::Reverse(*cost));
    best.truncate(20);
    for (round, other) in others.by_ref().take(rounds).enumerate() {
        let at = round % best.len();
        let (before, mut candidate) = best[at].clone();
        let place = round / 7;
        match round % 7 {
            0 => candidate.asked = candidate.asked - candidate.asked % 60 + (other.asked - candidate.asked) % 9_000,
            1 if !candidate.windows.is_empty() && !other.windows.is_empty() => {
                let (mine, theirs) = (place % candidate.windows.len(), place % other.windows.len());
                candidate.windows[mine] = other.windows[theirs];
            }
            2 => candidate.exceptions = other.exceptions,
            3 => candidate.turns = other.turns,
            4 if !candidate.holidays.is_empty() && !other.holidays.is_empty() => {
                let (mine, theirs) = (place % candidate.holidays.len(), place % other.holidays.len());
                candidate.holidays[mine] = other.holidays[theirs];
            }
            5 => (candidate.zone, candidate.today, candidate.asked) = (other.zone, other.today, other.asked),
            6 => candidate.today = day_of(candidate.asked) + place as i32 % 3 - 1,
            _ => {}
        }
        let found = cost(&candidate);
        if found > before {
            best[at] = (found, candidate);
        }
    }
    best.sort_by_key(|(cost, _)| core::cmp::Reverse(*cost));
    let (_, candidate) = &best[0];
    let work = work(&candidate.schedule::<W, E, H>(), call, candidate.asked);
    std::println!("{call:?} of <{W}, {E}, {H}>: {work:?}: {candidate:?}");
}
