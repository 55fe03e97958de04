//! The core: what an answer costs, with the answer checked inside what is measured.

use std::hint::black_box;

use anyhow::Result;
use chrono::{DateTime, Utc};
use criterion::Criterion;
use kyklos_bench::Question;
use kyklos_core::Decision;

fn main() -> Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    all(&mut criterion, "office", &Question::office()?);
    for windows in [1, 16, 64] {
        all(&mut criterion, &format!("{windows} windows"), &Question::random(windows)?);
    }
    criterion.final_summary();
    Ok(())
}

fn all(criterion: &mut Criterion, name: &str, question: &Question) {
    let schedule = &question.schedule;
    one(criterion, "state_at", name, question, |at, expected| {
        assert_eq!(schedule.state_at(at), expected.state);
    });
    one(criterion, "next_boundary", name, question, |at, expected| {
        assert_eq!(schedule.next_boundary(at), expected.until);
    });
    one(criterion, "decision_at", name, question, |at, expected| {
        assert_eq!(schedule.decision_at(at), *expected);
    });
}

/// One instant after the other, so that neither the answer nor the branches to it can be guessed.
fn one(
    criterion: &mut Criterion,
    method: &str,
    name: &str,
    question: &Question,
    check: impl Fn(DateTime<Utc>, &Decision),
) {
    let mut answers = question.answers.iter().cycle();
    criterion.bench_function(&format!("{method}/{name}"), |bencher| {
        bencher.iter(|| {
            if let Some((at, expected)) = answers.next() {
                check(black_box(*at), expected);
            }
        });
    });
}
