//! The core: what an answer costs, with the answer checked inside what is measured. The first line is the loop and that check
//! alone, which all others have in them.

use std::hint::black_box;

use anyhow::Result;
use criterion::Criterion;
use kyklos_bench::{Answer, INSTANTS, Question};
use kyklos_core::{Cursor, Evaluation};

fn main() -> Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let office = Question::office()?;
    let schedule = office.schedule()?;
    alone(&mut criterion, &office.answers(INSTANTS)?);
    one(&mut criterion, "evaluate/office", &office.answers(INSTANTS)?, |at| black_box(&schedule).evaluate(at));
    let mut cursor = Cursor::new(&schedule);
    one(&mut criterion, "cursor/hit", &office.one_span(INSTANTS)?, |at| black_box(&mut cursor).evaluate(at));
    let mut cursor = Cursor::new(&schedule);
    one(&mut criterion, "cursor/miss", &office.boundaries(2_000)?, |at| black_box(&mut cursor).evaluate(at));

    let plain = Question::plain()?;
    let schedule = plain.schedule()?;
    one(&mut criterion, "evaluate/no holidays", &plain.answers(INSTANTS)?, |at| black_box(&schedule).evaluate(at));
    for windows in [1, 2, 4, 8, 16, 32, 64] {
        let question = Question::random(windows)?;
        let schedule = question.schedule()?;
        let name = format!("evaluate/{windows} window{}", if windows == 1 { "" } else { "s" });
        one(&mut criterion, &name, &question.answers(INSTANTS)?, |at| black_box(&schedule).evaluate(at));
    }
    criterion.final_summary();
    Ok(())
}

fn one(criterion: &mut Criterion, name: &str, answers: &[Answer], mut ask: impl FnMut(i64) -> Evaluation) {
    all(criterion, name, answers, |at, _| ask(at));
}

/// The same with answers that are there already.
fn alone(criterion: &mut Criterion, answers: &[Answer]) {
    all(criterion, "loop alone", answers, |_, right| black_box(right));
}

/// One instant after the other, so that neither the answer nor the branches to it can be guessed.
fn all(criterion: &mut Criterion, name: &str, answers: &[Answer], mut ask: impl FnMut(i64, Evaluation) -> Evaluation) {
    let answers: Vec<_> = answers.iter().map(|answer| (answer.at, answer.evaluation())).collect();
    let mut answers = answers.iter().cycle();
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            if let Some((at, right)) = answers.next() {
                assert_eq!(ask(black_box(*at), *right), *right);
            }
        });
    });
}
