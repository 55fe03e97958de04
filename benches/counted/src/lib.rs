//! The calls whose instructions are counted, the same ones on every processor.
//!
//! Each answer is compared with the right one inside what is counted. The harness, that is the loop and the comparison,
//! is counted by itself as well, around answers that are there already, so that it can be taken off.
#![no_std]

#[rustfmt::skip]
mod answers;
mod question;

use core::borrow::Borrow;
use core::hint::black_box;

use kyklos_core::{Cursor, Evaluation, Invalid, TimeZone};
use question::{Room, Window, decoded, schedule};

/// The zone of all questions, known when this is built, so that the rules of no other zone get into the program.
pub const ZONE: TimeZone = TimeZone::named("America/New_York");

/// How a processor counts.
pub trait Counter {
    /// The most calls that may be made between two looks at the counter.
    const MOST_CALLS: usize = usize::MAX;

    /// Runs both and tells what they took; `calls` is how often each does its work. The same name may come again.
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
    many::<1>(counter, "evaluate 1 window", &answers::WINDOWS_1, &const { decoded(&answers::ANSWERS_1) })?;
    many::<2>(counter, "evaluate 2 windows", &answers::WINDOWS_2, &const { decoded(&answers::ANSWERS_2) })?;
    many::<4>(counter, "evaluate 4 windows", &answers::WINDOWS_4, &const { decoded(&answers::ANSWERS_4) })?;
    many::<8>(counter, "evaluate 8 windows", &answers::WINDOWS_8, &const { decoded(&answers::ANSWERS_8) })?;
    many::<16>(counter, "evaluate 16 windows", &answers::WINDOWS_16, &const { decoded(&answers::ANSWERS_16) })?;
    many::<32>(counter, "evaluate 32 windows", &answers::WINDOWS_32, &const { decoded(&answers::ANSWERS_32) })?;
    many::<64>(counter, "evaluate 64 windows", &answers::WINDOWS_64, &const { decoded(&answers::ANSWERS_64) })
}

/// The schedule that other engines are measured with, in all ways of asking.
#[inline(never)]
fn office(counter: &mut impl Counter) -> Result<(), Invalid> {
    let office: Room<16> = schedule(&answers::OFFICE_WINDOWS, &answers::HOLIDAYS)?;
    one(counter, "evaluate", &const { decoded(&answers::OFFICE) }, |at| black_box(&office).evaluate(at));
    let mut cursor = Cursor::new(&office);
    cursor.evaluate(i64::from(answers::HIT[0].0));
    one(counter, "cursor hit", &const { decoded(&answers::HIT) }, |at| black_box(&mut cursor).evaluate(at));
    let mut cursor = Cursor::new(&office);
    one(counter, "cursor miss", &const { decoded(&answers::MISS) }, |at| black_box(&mut cursor).evaluate(at));
    let plain: Room<16> = schedule(&answers::OFFICE_WINDOWS, &[])?;
    one(counter, "evaluate without holidays", &const { decoded(&answers::PLAIN) }, |at| black_box(&plain).evaluate(at));
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
    one(counter, name, answers, |at| black_box(&schedule).evaluate(at));
    Ok(())
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
