//! The steps of loops that an answer takes, and a search for the most.
//!
//! Counted is each round of a loop whose length depends on the schedule: boundaries looked at, exceptions, runs of holidays, changes
//! of a zone, looks. Each is some instructions, so the most steps are the slowest answer; `benches/counted` has that one and says how
//! many instructions it is.

use core::cell::Cell;
use std::vec::Vec;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use crate::{
    Date, Days, Exception, Holiday, HolidayMode, LocalMinute, Schedule, TimeOfDay, TimeZone, Window, YearlyDate,
};

std::thread_local! {
    static LOOKS: Cell<u32> = const { Cell::new(0) };
    static STEPS: Cell<u32> = const { Cell::new(0) };
}

pub(crate) fn take(steps: u32) {
    STEPS.set(STEPS.get() + steps);
}

/// A look at an instant, which is a step as well.
pub(crate) fn take_look() {
    LOOKS.set(LOOKS.get() + 1);
    take(1);
}

/// A schedule of 16 windows, 8 exceptions and 32 holidays around a change of the clocks.
#[derive(Debug, Clone)]
struct Candidate {
    zone: &'static str,
    /// Minutes of every day, or of the day of the change alone, at which windows start, and how long they are.
    windows: Vec<(bool, u16, u16)>,
    /// Days from that of the change, the minute, and how many minutes.
    exceptions: Vec<(i32, u16, u32)>,
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

fn candidates() -> impl Strategy<Value = Candidate> {
    let near = prop_oneof![0..240_u16, 0..1_400_u16];
    let window = (any::<bool>(), near.clone(), prop_oneof![1..4_u16, 1..600_u16]);
    let exception = (-2..3_i32, near, prop_oneof![1..60_u32, 1..9_000_u32]);
    let holiday = (any::<bool>(), prop_oneof![-3..30_i32, -180..180_i32], prop_oneof![Just(0), 0..3_i32, 0..300_i32]);
    let asked = prop_oneof![-12_000..12_000_i64, -300_000..300_000_i64];
    (
        proptest::sample::select(&CHANGES[..]),
        prop_oneof![proptest::collection::vec(window.clone(), 16), proptest::collection::vec(window, 0..=16)],
        prop_oneof![proptest::collection::vec(exception.clone(), 8), proptest::collection::vec(exception, 0..=8)],
        prop_oneof![proptest::collection::vec(holiday.clone(), 32), proptest::collection::vec(holiday, 0..=32)],
        asked,
    )
        .prop_map(|((zone, change), windows, exceptions, holidays, after)| Candidate {
            zone,
            windows,
            exceptions,
            holidays,
            asked: change + after,
        })
}

impl Candidate {
    fn schedule(&self) -> Schedule<16, 8, 32> {
        let mut schedule = Schedule::new(TimeZone::named(self.zone));
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
        for &(yearly, day, more) in &self.holidays {
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

    fn steps(&self) -> u32 {
        let schedule = self.schedule();
        STEPS.set(0);
        LOOKS.set(0);
        let _ = schedule.evaluate(self.asked);
        STEPS.get()
    }
}

/// The most that is argued for in the design, with sixteen windows, eight exceptions and 32 holidays: eight looks, each of them with two
/// walks over the week's boundaries, the exceptions, a search among the holidays, each holiday three times, and three looks for the
/// next change among 256 of them.
const BOUND: u32 = 8 * (1 + 2 * 14 * 16 + 8 + 5 + 3 * 32 + 3 * 9);

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 2 } else { 2_000 }, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_takes_more_steps_than_the_design_says(candidate in candidates()) {
        let steps = candidate.steps();
        prop_assert!(steps <= BOUND && LOOKS.get() <= 8, "{} steps, {} looks", steps, LOOKS.get());
    }
}

/// Climbs from the best of many to a better one with a part of another, until none is found any more.
#[test]
#[ignore = "searches for a minute, and prints what it finds"]
fn the_worst() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = candidates();
    let mut draw = || strategy.new_tree(&mut runner).unwrap().current();
    let mut best: Vec<_> = (0..20_000).map(|_| draw()).map(|candidate| (candidate.steps(), candidate)).collect();
    best.sort_by_key(|(steps, _)| core::cmp::Reverse(*steps));
    best.truncate(20);
    for round in 0..200_000_usize {
        let (other, at) = (draw(), round % best.len());
        let (steps, mut candidate) = best[at].clone();
        let place = round / 7;
        match round % 4 {
            0 => candidate.asked = candidate.asked - candidate.asked % 60 + (other.asked - candidate.asked) % 9_000,
            1 if !candidate.windows.is_empty() && !other.windows.is_empty() => {
                let (mine, theirs) = (place % candidate.windows.len(), place % other.windows.len());
                candidate.windows[mine] = other.windows[theirs];
            }
            2 => candidate.exceptions = other.exceptions,
            _ if !candidate.holidays.is_empty() && !other.holidays.is_empty() => {
                let (mine, theirs) = (place % candidate.holidays.len(), place % other.holidays.len());
                candidate.holidays[mine] = other.holidays[theirs];
            }
            _ => {}
        }
        let found = candidate.steps();
        if found > steps {
            best[at] = (found, candidate);
        }
    }
    best.sort_by_key(|(steps, _)| core::cmp::Reverse(*steps));
    let (steps, candidate) = &best[0];
    std::println!("{steps} steps: {candidate:?}");
}
