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
    zone: &'static str,
    /// Minutes of every day, or of the day of the change alone, at which windows start, and how long they are.
    windows: Vec<(bool, u16, u16)>,
    /// Days from that of the change, the minute, and how many minutes.
    exceptions: Vec<(i32, u16, u32)>,
    /// So many days from that of the change on are holidays every year and once, turn by turn.
    turns: i32,
    /// Days from that of the change that come once, or every year, and how many more follow.
    holidays: Vec<(bool, i32, i32)>,
    asked: i64,
}

/// Transitions back and forth, of a rule, of lists, of half an hour and of two hours.
const CHANGES: [(&str, i64); 6] = [
    ("America/New_York", 1_793_512_800),
    ("America/New_York", 1_772_953_200),
    ("Australia/Lord_Howe", 1_775_314_800),
    ("Antarctica/Troll", 1_792_890_000),
    ("Africa/Casablanca", 1_771_120_800),
    ("Asia/Gaza", 1_792_796_400),
];

/// Up to so many windows, exceptions and holidays, and often as many.
fn candidates<const W: usize, const E: usize, const H: usize>() -> impl Strategy<Value = Candidate> {
    let near = prop_oneof![0..240_u16, 0..1_400_u16];
    let window = (any::<bool>(), near.clone(), prop_oneof![1..4_u16, 1..600_u16]);
    let exception = (-2..3_i32, near, prop_oneof![1..60_u32, 1..9_000_u32]);
    let holiday = (any::<bool>(), prop_oneof![-3..30_i32, -180..180_i32], prop_oneof![Just(0), 0..3_i32, 0..300_i32]);
    let asked = prop_oneof![-12_000..12_000_i64, -300_000..300_000_i64];
    let turns = prop_oneof![Just(0), 0..=2 * H as i32, Just(2 * H as i32)];
    (
        proptest::sample::select(&CHANGES[..]),
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
            turns,
            holidays,
            asked: change + after,
        })
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
        let mut schedule = Schedule::<W, E, H>::new(TimeZone::named(self.zone));
        let today = (self.asked / 86_400) as i32;
        let date = |day: i32| Date::from_days_since_1970(today + day).unwrap();
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

    fn work<const W: usize, const E: usize, const H: usize>(&self, call: Call) -> Work {
        work(&self.schedule::<W, E, H>(), call, self.asked)
    }
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
    let bound = const { bound(W, E, H) };
    for (call, times) in [(Call::Evaluate, 1), (Call::Step, 2), (Call::Since, ANSWERS)] {
        let Work { looks, steps } = candidate.work::<W, E, H>(call);
        prop_assert!(steps <= times * bound && looks <= times * LOOKS, "{:?}: {} steps, {} looks", call, steps, looks);
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
#[ignore = "searches for a minute, and prints what it finds"]
fn the_worst() {
    for call in [Call::Evaluate, Call::Step, Call::Since] {
        search::<16, 8, 32>(call, 20_000, 200_000);
    }
}

/// Of the resource's size drawn schedules are far from the worst, as dates that touch become one. So it is made: dense windows in the
/// hours that come twice, exceptions of which none covers, dates turn by turn; and asked at instants around each change.
#[test]
#[ignore = "searches for a minute, and prints what it finds"]
fn the_worst_of_the_resources_size() {
    let mut best = [Call::Evaluate, Call::Step, Call::Since].map(|call| (call, 0));
    for (zone, change) in CHANGES {
        for apart in [1, 2, 13] {
            let asked = change - change % 86_400;
            let candidate = Candidate {
                zone,
                windows: (0..64).rev().map(|index| (true, 40 + index * apart, 1)).collect(),
                exceptions: (0..64).map(|index| (400 - index, 60, 60)).collect(),
                turns: 2_000,
                holidays: Vec::new(),
                asked,
            };
            let schedule = candidate.schedule::<64, 64, 1_000>();
            let near = (-12_000..12_000).step_by(61).chain((-300_000..300_000).step_by(977));
            for at in near.map(|after: i64| change + after) {
                for (call, most) in &mut best {
                    let steps = work(&schedule, *call, at).steps;
                    if steps > *most {
                        *most = steps;
                        std::println!("{call:?}: {steps} steps, {zone}, {apart} apart, at {at}");
                    }
                }
            }
        }
    }
}

/// Climbs from the best of many to a better one with a part of another, until none is found any more.
fn search<const W: usize, const E: usize, const H: usize>(call: Call, many: usize, rounds: usize) {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = candidates::<W, E, H>();
    let mut draw = || strategy.new_tree(&mut runner).unwrap().current();
    let steps = |candidate: &Candidate| candidate.work::<W, E, H>(call).steps;
    let mut best: Vec<_> = (0..many).map(|_| draw()).map(|candidate| (steps(&candidate), candidate)).collect();
    best.sort_by_key(|(steps, _)| core::cmp::Reverse(*steps));
    best.truncate(20);
    for round in 0..rounds {
        let (other, at) = (draw(), round % best.len());
        let (before, mut candidate) = best[at].clone();
        let place = round / 7;
        match round % 5 {
            0 => candidate.asked = candidate.asked - candidate.asked % 60 + (other.asked - candidate.asked) % 9_000,
            1 if !candidate.windows.is_empty() && !other.windows.is_empty() => {
                let (mine, theirs) = (place % candidate.windows.len(), place % other.windows.len());
                candidate.windows[mine] = other.windows[theirs];
            }
            2 => candidate.exceptions = other.exceptions,
            3 => candidate.turns = other.turns,
            _ if !candidate.holidays.is_empty() && !other.holidays.is_empty() => {
                let (mine, theirs) = (place % candidate.holidays.len(), place % other.holidays.len());
                candidate.holidays[mine] = other.holidays[theirs];
            }
            _ => {}
        }
        let found = steps(&candidate);
        if found > before {
            best[at] = (found, candidate);
        }
    }
    best.sort_by_key(|(steps, _)| core::cmp::Reverse(*steps));
    let (steps, candidate) = &best[0];
    std::println!("{call:?} of <{W}, {E}, {H}>: {steps} steps: {candidate:?}");
}
