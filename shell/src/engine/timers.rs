//! When to look again: one instant for each name, the earliest first.

use std::collections::{BTreeSet, HashMap};

use super::ids::{Id, PolicyId};

/// Instants of one clock.
#[derive(Debug)]
pub struct Timers<T, I = PolicyId> {
    by_time: BTreeSet<(T, I)>,
    by_name: HashMap<I, T>,
}

impl<T, I> Default for Timers<T, I> {
    fn default() -> Self {
        Self { by_time: BTreeSet::new(), by_name: HashMap::new() }
    }
}

impl<T: Copy + Ord, I: Id> Timers<T, I> {
    /// Sets the instant of a name, or takes it away.
    pub fn set(&mut self, name: I, at: Option<T>) {
        let before = match at {
            Some(at) => self.by_name.insert(name, at),
            None => self.by_name.remove(&name),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.by_time.remove(&(before, name));
        }
        if let Some(at) = at {
            self.by_time.insert((at, name));
        }
    }

    /// Sets the instant of a name that has none, or a later one.
    pub fn bring_forward(&mut self, name: I, at: T) {
        if self.by_name.get(&name).is_none_or(|present| at < *present) {
            self.set(name, Some(at));
        }
    }

    /// The earliest instant.
    pub fn earliest(&self) -> Option<T> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes out the earliest name, if its time has come.
    pub fn due(&mut self, now: T) -> Option<I> {
        let (at, name) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.set(name, None);
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one_instant_and_the_earliest_comes_first() {
        let (a, b) = (PolicyId::new(0), PolicyId::new(1));
        let mut timers = Timers::default();
        timers.set(a, Some(5));
        timers.set(b, Some(3));
        timers.set(a, Some(4));
        timers.set(a, Some(4));
        assert_eq!((timers.earliest(), timers.due(2)), (Some(3), None));
        assert_eq!((timers.due(9), timers.due(9), timers.due(9)), (Some(b), Some(a), None));
        timers.set(b, Some(1));
        timers.set(b, None);
        assert_eq!(timers.earliest(), None);
    }

    #[test]
    fn what_comes_earlier_is_not_put_off() {
        let name = PolicyId::new(0);
        let mut timers = Timers::default();
        for (at, earliest) in [(5, 5), (7, 5), (3, 3)] {
            timers.bring_forward(name, at);
            assert_eq!(timers.earliest(), Some(earliest));
        }
        assert_eq!((timers.due(9), timers.due(9)), (Some(name), None));
    }
}
