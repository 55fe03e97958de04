//! What is written down about one target and the object that scales it.

use std::collections::{BTreeSet, VecDeque};

use crate::patience::Patience;
use crate::tellings::Tellings;
use crate::wanted::Wanted;

/// So much of an object's past is told with a fault.
const PAST: usize = 16;

/// A target and the object that scales it.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) name: String,
    pub(crate) wanted: Wanted,
    pub(crate) grace: i64,
    pub(crate) paused: bool,
    /// What the target has.
    pub(crate) actual: i64,
    /// When it last became due that the target has what is wanted.
    pub(crate) since: i64,
    /// Writes that have neither been answered nor failed.
    pub(crate) in_flight: usize,
    pub(crate) vague: Option<Vague>,
    pub(crate) patience: Patience,
    /// Whether the write that is due is a boundary's and nothing else, in which everybody agrees on what to call it.
    pub(crate) by_boundary: bool,
    pub(crate) tellings: Tellings,
    /// What happened last, for whoever reads of a fault: when, in words, and a count.
    past: VecDeque<(i64, &'static str, i64)>,
}

/// It isn't known what the controller knows: the object was edited while it couldn't see that, or in a grace period. Then one of
/// some counts is right, until the schedule has been still for long enough.
#[derive(Debug)]
pub(crate) struct Vague {
    pub(crate) over: i64,
    pub(crate) counts: BTreeSet<i64>,
}

impl Book {
    /// Of a target that has `actual`, and an object that is seen for the first time.
    pub(crate) fn new(name: String, wanted: Wanted, (grace, paused): (i64, bool), actual: i64, at: i64) -> Self {
        Self {
            name,
            wanted,
            grace,
            paused,
            actual,
            since: at,
            in_flight: 0,
            vague: None,
            patience: Patience::default(),
            by_boundary: false,
            tellings: Tellings::default(),
            past: VecDeque::new(),
        }
    }

    /// Something has happened.
    pub(crate) fn note(&mut self, at: i64, what: &'static str, count: i64) {
        if self.past.len() == PAST {
            self.past.pop_front();
        }
        self.past.push_back((at, what, count));
    }

    /// What happened last, a line each.
    pub(crate) fn past(&self) -> String {
        self.past.iter().map(|(at, what, count)| format!("\n    {}: {what} {count}", shown(*at))).collect()
    }
}

/// An instant in words.
pub(crate) fn shown(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}
