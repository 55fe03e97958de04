//! Everything behind the one lock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::fault::Faults;
use crate::list::Pages;
use crate::log::Log;
use crate::store::Store;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    /// Lists that are read page by page, by their number.
    pub(crate) pages: HashMap<u64, Pages>,
    pub(crate) numbers: u64,
    /// Whether watches get bookmarks from time to time.
    pub(crate) bookmarks: bool,
    /// Whether lists can be streamed.
    pub(crate) streaming: bool,
}

impl State {
    /// A number that was never given out.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}

/// The state, for all who share it. Nobody waits for anything while they hold it.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub(crate) fn new(wall: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(State {
            store: Store::default(),
            clock: Clock::new(wall),
            faults: Faults::default(),
            log: Log::default(),
            pages: HashMap::new(),
            numbers: 0,
            bookmarks: true,
            streaming: true,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held the lock has failed; the others' end needn't be ugly.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
