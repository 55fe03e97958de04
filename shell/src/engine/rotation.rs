//! Who is next: the namespaces in turn, and within one in order.

use std::collections::{HashMap, VecDeque};

use super::ids::{Id, NamespaceId, PolicyId};

/// Those that wait. Whoever puts something in sees to it that it isn't in twice.
#[derive(Debug)]
pub struct Rotation<I = PolicyId> {
    lanes: HashMap<NamespaceId, VecDeque<I>>,
    /// The namespaces in which somebody waits, the next one first.
    order: VecDeque<NamespaceId>,
    waiting: usize,
}

impl<I> Default for Rotation<I> {
    fn default() -> Self {
        Self { lanes: HashMap::new(), order: VecDeque::new(), waiting: 0 }
    }
}

impl<I: Id> Rotation<I> {
    /// Puts something at the end of its namespace's lane.
    pub fn push(&mut self, namespace: NamespaceId, name: I) {
        self.one_more_in(namespace).push_back(name);
    }

    /// The first of the next namespace that has room. That namespace then is the last.
    pub fn next(&mut self, mut has_room: impl FnMut(NamespaceId) -> bool) -> Option<I> {
        let turn = self.order.iter().position(|namespace| has_room(*namespace))?;
        let namespace = self.order.remove(turn)?;
        let lane = self.lanes.get_mut(&namespace)?;
        let name = lane.pop_front();
        if lane.is_empty() {
            self.lanes.remove(&namespace);
        } else {
            self.order.push_back(namespace);
        }
        self.waiting -= usize::from(name.is_some());
        name
    }

    /// Puts something at the beginning of its namespace's lane, which waits for its turn as before.
    pub fn push_next(&mut self, namespace: NamespaceId, name: I) {
        self.one_more_in(namespace).push_front(name);
    }

    /// The lane in which one more waits, whose namespace has a turn.
    fn one_more_in(&mut self, namespace: NamespaceId) -> &mut VecDeque<I> {
        let lane = self.lanes.entry(namespace).or_default();
        if lane.is_empty() {
            self.order.push_back(namespace);
        }
        self.waiting += 1;
        lane
    }

    /// Puts something at the beginning of its namespace's lane, and that in front of all others: it goes on.
    pub fn push_first(&mut self, namespace: NamespaceId, name: I) {
        let lane = self.lanes.entry(namespace).or_default();
        lane.push_front(name);
        self.waiting += 1;
        self.order.retain(|other| *other != namespace);
        self.order.push_front(namespace);
    }

    /// Takes out something that is no more.
    pub fn remove(&mut self, namespace: NamespaceId, name: I) {
        let Some(lane) = self.lanes.get_mut(&namespace) else { return };
        let Some(place) = lane.iter().position(|waiting| *waiting == name) else { return };
        lane.remove(place);
        self.waiting -= 1;
        if lane.is_empty() {
            self.lanes.remove(&namespace);
            self.order.retain(|other| *other != namespace);
        }
    }

    /// Those that wait in a namespace, in order.
    pub fn lane(&self, namespace: NamespaceId) -> impl Iterator<Item = I> {
        self.lanes.get(&namespace).into_iter().flatten().copied()
    }

    /// Whether anybody waits in a namespace of these.
    pub fn waits_in(&self, which: impl Fn(NamespaceId) -> bool) -> bool {
        self.order.iter().any(|namespace| which(*namespace))
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_take_turns_and_what_is_in_one_keeps_its_order() {
        let (big, small, full) = (NamespaceId::new(0), NamespaceId::new(1), NamespaceId::new(2));
        let mut rotation = Rotation::<PolicyId>::default();
        for place in 0..4 {
            rotation.push(big, PolicyId::new(place));
        }
        rotation.push(small, PolicyId::new(10));
        rotation.push(full, PolicyId::new(20));
        rotation.push(small, PolicyId::new(11));
        let mut taken = Vec::new();
        while let Some(policy) = rotation.next(|namespace| namespace != full) {
            taken.push(policy.place());
        }
        assert_eq!(taken, [0, 10, 1, 11, 2, 3]);
        assert!(!rotation.is_empty());
        assert_eq!(rotation.next(|_| true), Some(PolicyId::new(20)));
        assert!(rotation.is_empty() && rotation.next(|_| true).is_none());
    }

    #[test]
    fn what_is_gone_waits_no_longer_and_what_goes_on_comes_first() {
        let (big, small) = (NamespaceId::new(0), NamespaceId::new(1));
        let mut rotation = Rotation::<PolicyId>::default();
        for place in 0..3 {
            rotation.push(big, PolicyId::new(place));
        }
        rotation.push(small, PolicyId::new(10));
        rotation.remove(big, PolicyId::new(1));
        rotation.remove(big, PolicyId::new(1));
        rotation.push_first(small, PolicyId::new(11));
        rotation.push_next(big, PolicyId::new(3));
        assert!(rotation.waits_in(|namespace| namespace == small) && !rotation.waits_in(|_| false));
        let mut taken = Vec::new();
        while let Some(policy) = rotation.next(|_| true) {
            taken.push(policy.place());
        }
        assert_eq!(taken, [11, 3, 10, 0, 2]);
        rotation.push(small, PolicyId::new(12));
        rotation.remove(small, PolicyId::new(12));
        assert!(rotation.is_empty() && rotation.lanes.is_empty() && rotation.order.is_empty());
    }
}
