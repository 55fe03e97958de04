//! What is told of a target's scalings: an event for each, once and soon, and the time of the last one.

use std::collections::VecDeque;

/// For so many times as long as what is due may take, something may still be told that doesn't have to be.
const PATIENCE: i64 = 12;

/// What is told of one target, and what is still to be told. Instants are milliseconds on the schedule's clock.
#[derive(Debug, Default)]
pub(crate) struct Tellings {
    untold: VecDeque<Change>,
    /// When it was scaled the last time, where that has to be said.
    scaled: Option<i64>,
}

/// A write that has changed the count.
#[derive(Debug, Clone, Copy)]
struct Change {
    at: i64,
    up: bool,
    /// Whether it has to be told of: a boundary's write, with nothing wrong before it is told.
    must: bool,
}

/// An event that tells of a scaling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// One that had to be told of.
    Due,
    /// Another one.
    Change,
    /// None that isn't told of already.
    Again,
}

impl Tellings {
    /// A write has changed the count. `calm` says that nothing goes wrong.
    pub(crate) fn changed(&mut self, at: i64, up: bool, calm: bool, boundary: bool) {
        self.untold.push_back(Change { at, up, must: calm && boundary });
        self.scaled = calm.then_some(at);
    }

    /// An event says that the count rose, or fell. What nobody had to tell of, such as a correction, may never be told in this way.
    pub(crate) fn told(&mut self, up: bool) -> Told {
        let find = |must: bool| self.untold.iter().position(|change| change.up == up && change.must >= must);
        let told = find(true).or_else(|| find(false)).and_then(|place| self.untold.remove(place));
        match told {
            Some(Change { must: true, .. }) => Told::Due,
            Some(Change { must: false, .. }) => Told::Change,
            None => Told::Again,
        }
    }

    /// Something begins to go wrong, or the object goes: what isn't told yet may be told late, or by nobody.
    pub(crate) fn excuse(&mut self, at: i64, in_time: i64) {
        self.untold.iter_mut().for_each(|change| change.must = false);
        self.scaled = self.scaled.filter(|scaled| scaled + in_time < at);
    }

    /// Another object has the target, and knows nothing of the one before.
    pub(crate) fn replaced(&mut self) {
        self.untold.iter_mut().for_each(|change| change.must = false);
        self.scaled = None;
    }

    /// Forgets what nobody will tell of any more, where nothing goes wrong since `calm_from`. When that was which had to be told of.
    pub(crate) fn overdue(&mut self, at: i64, calm_from: i64, in_time: i64) -> Option<i64> {
        let late = self.untold.iter().find(|change| change.must && change.at + in_time <= at).map(|change| change.at);
        let is_past = |change: &Change| {
            let patience = if change.must { 1 } else { PATIENCE };
            change.at.max(calm_from) + patience * in_time <= at
        };
        self.untold.retain(|change| !is_past(change));
        late
    }

    /// When the target was scaled the last time, where the status has to say it by now.
    pub(crate) fn scaled(&self, at: i64, in_time: i64) -> Option<i64> {
        self.scaled.filter(|scaled| scaled + in_time < at)
    }
}
