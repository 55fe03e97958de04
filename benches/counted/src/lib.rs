//! The calls whose instructions are counted, the same ones on every processor.
//!
//! Each answer is compared with the right one inside what is counted. The harness, that is the loop and the comparison,
//! is counted by itself as well, around answers that are there already, so that it can be taken off.
#![no_std]

#[rustfmt::skip]
mod answers;
mod building;
mod question;
mod worst;

use core::borrow::Borrow;
use core::hint::black_box;

use kyklos_core::{Cursor, Evaluation, Invalid, LocalInstant, State, TimeZone};
use question::{Room, Window, decoded, schedule, states};

/// The zone of all questions, known when this is built, so that the rules of no other zone get into the program.
pub const ZONE: TimeZone = TimeZone::named("America/New_York");

/// How a processor counts.
pub trait Counter {
    /// The most calls that may be made between two looks at the counter.
    const MOST_CALLS: usize = usize::MAX;

    /// Runs both and tells what they took; `calls` is how often each does its work. The same name may come again: what
    /// it took belongs together, and the most is meant where it is a candidate for the worst.
    fn count(&mut self, name: &'static str, calls: usize, work: &mut dyn FnMut(), harness: &mut dyn FnMut());
}

/// Counts all there is.
///
/// # Errors
///
/// [`Invalid`] where the core refuses one of the schedules.
///
/// # Panics
///
/// At a wrong answer.
pub fn count_all(counter: &mut impl Counter) -> Result<(), Invalid> {
    office(counter)?;
    lists(counter)?;
    steps(counter)?;
    schedules_of_a_zone(counter)?;
    many::<1>(counter, "evaluate 1 window", &answers::WINDOWS_1, &const { decoded(&answers::ANSWERS_1) })?;
    many::<2>(counter, "evaluate 2 windows", &answers::WINDOWS_2, &const { decoded(&answers::ANSWERS_2) })?;
    many::<4>(counter, "evaluate 4 windows", &answers::WINDOWS_4, &const { decoded(&answers::ANSWERS_4) })?;
    many::<8>(counter, "evaluate 8 windows", &answers::WINDOWS_8, &const { decoded(&answers::ANSWERS_8) })?;
    many::<16>(counter, "evaluate 16 windows", &answers::WINDOWS_16, &const { decoded(&answers::ANSWERS_16) })?;
    many::<32>(counter, "evaluate 32 windows", &answers::WINDOWS_32, &const { decoded(&answers::ANSWERS_32) })?;
    many::<64>(counter, "evaluate 64 windows", &answers::WINDOWS_64, &const { decoded(&answers::ANSWERS_64) })?;
    disjoint(counter)?;
    building::count(counter)?;
    worst::count(counter)
}

/// What an engine other than the core is asked, with the right answers: the two windows without holidays.
pub const fn plain() -> &'static [(i64, Evaluation)] {
    const { &decoded(&answers::PLAIN) }
}

/// Counts such an engine as the core is counted.
pub fn count_peer<C: Counter>(counter: &mut C, name: &'static str, ask: impl FnMut(i64) -> Evaluation) {
    one(counter, name, plain(), ask);
}

/// The call that is counted, the same for all schedules of a size: so no row has it inlined and another one not.
#[inline(never)]
fn evaluate<const WINDOWS: usize, const HOLIDAYS: usize>(schedule: &Room<WINDOWS, HOLIDAYS>, at: i64) -> Evaluation {
    schedule.evaluate(at)
}

/// The schedule that other engines are measured with.
#[inline(never)]
fn office(counter: &mut impl Counter) -> Result<(), Invalid> {
    let office: Room<16> = schedule(&answers::OFFICE_WINDOWS, &answers::HOLIDAYS)?;
    one(counter, "evaluate", &const { decoded(&answers::OFFICE) }, |at| evaluate(black_box(&office), at));
    let mut cursor = Cursor::new(&office);
    cursor.evaluate(i64::from(answers::HIT[0].0));
    one(counter, "cursor hit", &const { decoded(&answers::HIT) }, |at| black_box(&mut cursor).evaluate(at));
    let mut cursor = Cursor::new(&office);
    one(counter, "cursor miss", &const { decoded(&answers::MISS) }, |at| black_box(&mut cursor).evaluate(at));
    let plain: Room<16> = schedule(&answers::OFFICE_WINDOWS, &[])?;
    one(counter, "evaluate without holidays", &const { decoded(&answers::PLAIN) }, |at| {
        evaluate(black_box(&plain), at)
    });
    one(counter, "evaluate within hours of a clock change", &const { decoded(&answers::CHANGES) }, |at| {
        evaluate(black_box(&plain), at)
    });
    Ok(())
}

/// Holidays of the years that are asked about.
#[inline(never)]
fn lists(counter: &mut impl Counter) -> Result<(), Invalid> {
    let this_year: Room<16> = schedule(&answers::OFFICE_WINDOWS, &answers::HOLIDAYS_2026)?;
    let answers = &const { decoded(&answers::THIS_YEAR) };
    one(counter, "evaluate in 2026 with its holidays", answers, |at| evaluate(black_box(&this_year), at));
    let five_years: Room<16, 64> = schedule(&answers::OFFICE_WINDOWS, &answers::HOLIDAYS_55)?;
    let answers = &const { decoded(&answers::FIVE_YEARS) };
    one(counter, "evaluate in five years with their 55 holidays", answers, |at| evaluate(black_box(&five_years), at));
    Ok(())
}

/// A boundary, and the state from then on.
type Step = (i64, State);

/// From boundary to boundary.
#[inline(never)]
fn steps(counter: &mut impl Counter) -> Result<(), Invalid> {
    let plain: Room<16> = schedule(&answers::OFFICE_WINDOWS, &[])?;
    let mut transitions = plain.transitions(i64::from(answers::STEPS[0].0) - 1);
    let steps: &'static [Step] = &const { states(&decoded(&answers::STEPS)) };
    for steps in steps.chunks(most_calls(counter)) {
        let mut work = || check_steps(steps, |_| black_box(&mut transitions).next());
        let mut harness = || check_steps(steps, |step| black_box(Some(*step)));
        counter.count("a step of transitions in 2026", steps.len(), &mut work, &mut harness);
    }
    Ok(())
}

/// The loop of both, around one step.
#[inline(always)]
fn check_steps(steps: &[Step], mut step: impl FnMut(&Step) -> Option<Step>) {
    let mut wrong = 0;
    for right in black_box(steps) {
        if step(right) != Some(*right) {
            wrong += 1;
        }
    }
    assert!(wrong == 0, "{wrong} steps are wrong");
}

/// A thousand schedules of one zone, or as many as may be counted at once, are asked about one instant: these are two that take
/// turns.
#[inline(never)]
fn schedules_of_a_zone(counter: &mut impl Counter) -> Result<(), Invalid> {
    let plain: Room<16> = schedule(&answers::OFFICE_WINDOWS, &[])?;
    let all = [plain.clone(), plain];
    let calls = most_calls(counter).min(1_000);
    for (at, right) in (const { decoded(&answers::PLAIN) }).iter().take(4) {
        let mut work = || {
            let now = LocalInstant::new(&ZONE, black_box(*at));
            check_same(calls, right, |turn| evaluate_at(black_box(if turn { &all[0] } else { &all[1] }), &now));
        };
        let mut harness = || check_same(calls, right, |turn| black_box((turn, *right)).1);
        counter.count("evaluate_at, 1,000 schedules of a zone", calls, &mut work, &mut harness);
    }
    Ok(())
}

#[inline(never)]
fn evaluate_at<const WINDOWS: usize>(schedule: &Room<WINDOWS>, now: &LocalInstant<'_>) -> Evaluation {
    schedule.evaluate_at(now)
}

/// The loop of both, around calls that all have one answer.
#[inline(always)]
fn check_same(calls: usize, right: &Evaluation, mut ask: impl FnMut(bool) -> Evaluation) {
    let mut wrong = 0;
    for call in 0..black_box(calls) {
        if ask(call.is_multiple_of(2)) != *right {
            wrong += 1;
        }
    }
    assert!(wrong == 0, "{wrong} answers are wrong");
}

/// As many windows as the resource may have, none of which hides another.
#[inline(never)]
fn disjoint(counter: &mut impl Counter) -> Result<(), Invalid> {
    let disjoint: Room<64> = schedule(&answers::WINDOWS_DISJOINT, &[])?;
    let answers = &const { decoded(&answers::DISJOINT) };
    one(counter, "evaluate 64 disjoint windows", answers, |at| evaluate(black_box(&disjoint), at));
    Ok(())
}

/// Each in a function of its own, so that only one schedule at a time is on a small chip's stack.
#[inline(never)]
fn many<const WINDOWS: usize>(
    counter: &mut impl Counter,
    name: &'static str,
    windows: &[Window],
    answers: &'static [(i64, Evaluation)],
) -> Result<(), Invalid> {
    let schedule: Room<WINDOWS> = schedule(windows, &answers::HOLIDAYS)?;
    one(counter, name, answers, |at| evaluate(black_box(&schedule), at));
    Ok(())
}

/// The most calls between two looks at a counter.
const fn most_calls<C: Counter>(_: &C) -> usize {
    C::MOST_CALLS
}

fn one<C: Counter>(
    counter: &mut C,
    name: &'static str,
    answers: &'static [(i64, Evaluation)],
    mut ask: impl FnMut(i64) -> Evaluation,
) {
    for answers in answers.chunks(C::MOST_CALLS) {
        let mut work = || check(answers, |at, _| ask(at));
        let mut harness = || check(answers, |at, right| (black_box(at), black_box(right)).1);
        counter.count(name, answers.len(), &mut work, &mut harness);
    }
}

/// The loop of both, around one call.
#[inline(always)]
fn check<A: Borrow<Evaluation>>(
    answers: &'static [(i64, Evaluation)],
    mut ask: impl FnMut(i64, &'static Evaluation) -> A,
) {
    let mut wrong = 0;
    for (at, right) in black_box(answers) {
        if ask(*at, right).borrow() != right {
            wrong += 1;
        }
    }
    assert!(wrong == 0, "{wrong} answers are wrong");
}
