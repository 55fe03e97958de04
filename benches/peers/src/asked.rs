//! What is asked of an engine, and how its answers are kept.

use std::hint::black_box;

use anyhow::{Result, ensure};
use kyklos_bench::{Answer, Layer};
use kyklos_core::{Cause, Evaluation};

/// What an engine answers: the window that applies, and when that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) window: Option<u8>,
    pub(crate) until: i64,
}

/// An answer that can be compared with the oracle's.
pub(crate) trait Comparable: Copy + PartialEq {
    /// Whether the state is right, and whether the boundary is.
    fn right(&self, answer: &Answer) -> (bool, bool);
}

impl Comparable for Found {
    fn right(&self, answer: &Answer) -> (bool, bool) {
        let window = self.window.map(|index| Layer::Window(index.into()));
        (window == answer.layer, self.until == answer.until)
    }
}

impl Comparable for Evaluation {
    fn right(&self, answer: &Answer) -> (bool, bool) {
        let layer = match self.cause() {
            Cause::Default => None,
            Cause::Window(index) => Some(Layer::Window(index.into())),
            _ => Some(Layer::Holiday),
        };
        (layer == answer.layer, self.until() == Some(answer.until))
    }
}

/// The wrong answers of an engine.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wrong {
    pub(crate) asked: usize,
    pub(crate) states: usize,
    pub(crate) boundaries: usize,
    /// Answers in which either is wrong.
    pub(crate) answers: usize,
}

/// An engine and how it is asked.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// What a reader has to know about how it is asked.
    pub(crate) note: &'static str,
    /// Whether it is asked with holidays: the others answer the question without.
    pub(crate) holidays: bool,
    pub(crate) asked: Box<dyn Asked>,
}

/// The closure that asks, with answers of its own type, so that neither is in the way of the compiler.
pub(crate) trait Asked {
    /// Asks all questions once and keeps the answers for the passes; counts those that the oracle doesn't give.
    fn prepare(&mut self, answers: &[Answer]) -> Wrong;

    /// Asks all of them again; each answer has to be the one that was given before.
    fn pass(&mut self) -> Result<()>;

    /// The same loop around answers that are there already.
    fn loop_alone(&self) -> Result<()>;
}

struct Asking<F, A> {
    ask: F,
    answers: Vec<(i64, A)>,
}

impl<A: Comparable, F: FnMut(i64) -> A> Asked for Asking<F, A> {
    fn prepare(&mut self, answers: &[Answer]) -> Wrong {
        let mut wrong = Wrong { asked: answers.len(), ..Wrong::default() };
        self.answers.clear();
        for answer in answers {
            let found = (self.ask)(answer.at);
            let (state, boundary) = found.right(answer);
            wrong.states += usize::from(!state);
            wrong.boundaries += usize::from(!boundary);
            wrong.answers += usize::from(!state || !boundary);
            self.answers.push((answer.at, found));
        }
        wrong
    }

    fn pass(&mut self) -> Result<()> {
        let mut others = 0;
        for (at, before) in black_box(&self.answers) {
            if (self.ask)(black_box(*at)) != *before {
                others += 1;
            }
        }
        ensure!(others == 0, "{others} answers are not the ones given before");
        Ok(())
    }

    fn loop_alone(&self) -> Result<()> {
        let mut others = 0;
        for (at, before) in black_box(&self.answers) {
            if black_box((black_box(*at), *before)).1 != *before {
                others += 1;
            }
        }
        ensure!(others == 0, "{others} answers are not themselves");
        Ok(())
    }
}

impl Peer {
    pub(crate) fn new<A: Comparable + 'static>(
        name: &'static str,
        version: &'static str,
        note: &'static str,
        ask: impl FnMut(i64) -> A + 'static,
    ) -> Self {
        Self { name, version, note, holidays: false, asked: Box::new(Asking { ask, answers: Vec::new() }) }
    }

    /// The same, asked with holidays.
    pub(crate) fn with_holidays(self) -> Self {
        Self { holidays: true, ..self }
    }
}
