//! An exact account of all requests.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::time::Instant;

use crate::filter::Filter;
use crate::request::{Call, Subresource, Verb};
use crate::store::Key;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It hasn't yet. A watch has when its first byte is sent.
    Open,
    /// With an answer of this code.
    Answered(u16),
    /// It was carried out with this code, and the answer got lost on its way.
    Lost(u16),
    /// No connection: it was not carried out.
    Refused,
    /// Whoever sent it waited no longer, and it was not carried out.
    GivenUp,
}

/// A request and what became of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its place among all requests, from 0.
    pub number: usize,
    /// When it arrived, by tokio's clock.
    pub at: Instant,
    /// When it arrived, by the server's wall clock.
    pub wall: DateTime<Utc>,
    /// What was asked for.
    pub call: Call,
    /// The body, where it is JSON.
    pub body: Option<Value>,
    /// How it ended.
    pub end: End,
    /// When it ended, by tokio's clock.
    pub ended: Option<Instant>,
}

impl Seen {
    /// Whether it was carried out: with a code below 400, whether or not the answer arrived.
    pub const fn done(&self) -> bool {
        matches!(self.end, End::Answered(code) | End::Lost(code) if code < 400)
    }

    /// The `spec.replicas` of the body, as in writes to a scale.
    pub fn replicas(&self) -> Option<i64> {
        crate::value::number(self.body.as_ref()?, "/spec/replicas")
    }
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<Seen>,
    /// The number of the first entry that is kept.
    first: usize,
    scale_writes: BTreeMap<Key, usize>,
}

impl Log {
    pub(crate) fn arrive(&mut self, at: Instant, wall: DateTime<Utc>, call: Call, body: Option<Value>) -> usize {
        let number = self.first + self.entries.len();
        if call.subresource == Some(Subresource::Scale) && call.verb != Verb::Get {
            *self.scale_writes.entry((call.namespace.clone(), call.name.clone())).or_default() += 1;
        }
        self.entries.push_back(Seen { number, at, wall, call, body, end: End::Open, ended: None });
        number
    }

    pub(crate) fn end(&mut self, number: usize, end: End, at: Instant) {
        if let Some(entry) = number.checked_sub(self.first).and_then(|index| self.entries.get_mut(index))
            && entry.end == End::Open
        {
            (entry.end, entry.ended) = (end, Some(at));
        }
    }

    pub(crate) fn entries<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = &'a Seen> {
        self.entries.iter().filter(|entry| filter.takes(&entry.call))
    }

    pub(crate) fn scale_writes(&self) -> &BTreeMap<Key, usize> {
        &self.scale_writes
    }

    pub(crate) fn clear(&mut self) {
        self.first += self.entries.len();
        self.entries.clear();
        self.scale_writes.clear();
    }
}
