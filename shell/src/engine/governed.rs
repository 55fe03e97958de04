//! Which autoscalers an object picks, and which of its other workloads it leaves to those: what an autoscaler scales is that one's, and
//! of several over one workload the first has it.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::TargetId;
use super::state::Engine;
use crate::target::TargetKey;

/// The autoscalers that an object picks.
#[derive(Debug, Default)]
pub struct Governing {
    /// Those of each workload that they scale; the first has it.
    above: BTreeMap<TargetId, BTreeSet<Place>>,
    /// Of each of them what it scales, and its place there.
    places: BTreeMap<TargetId, (TargetId, Place)>,
}

/// The place of an autoscaler among those of one workload: whoever never stands still before whoever does, then by kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    stands_still: bool,
    key: TargetKey,
    id: TargetId,
}

impl Governing {
    /// An autoscaler is picked, and scales this; or isn't any more. Says for which others that means something.
    pub fn set(&mut self, autoscaler: TargetId, now: Option<(TargetId, Place)>) -> BTreeSet<TargetId> {
        let before = self.places.get(&autoscaler);
        if before == now.as_ref() {
            return BTreeSet::new();
        }
        let roots: BTreeSet<_> = before.into_iter().chain(&now).map(|(root, _)| *root).collect();
        let was: Vec<_> = roots.into_iter().map(|root| (root, self.first(root))).collect();
        if let Some((root, place)) = self.places.remove(&autoscaler) {
            let all = self.above.entry(root).or_default();
            all.remove(&place);
            if all.is_empty() {
                self.above.remove(&root);
            }
        }
        if let Some((root, place)) = now {
            self.above.entry(root).or_default().insert(place.clone());
            self.places.insert(autoscaler, (root, place));
        }
        let mut others = BTreeSet::new();
        for (root, was) in was {
            let is = self.first(root);
            if was != is {
                others.extend([Some(root), was, is].into_iter().flatten());
            }
        }
        others.remove(&autoscaler);
        others
    }

    /// The autoscaler to which a target is left.
    pub fn by(&self, target: TargetId) -> Option<TargetId> {
        let root = self.places.get(&target).map_or(target, |(root, _)| *root);
        self.first(root).filter(|first| *first != target)
    }

    fn first(&self, root: TargetId) -> Option<TargetId> {
        self.above.get(&root)?.first().map(|place| place.id)
    }
}

/// Why a workload is left that an object would pick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Somebody has said so.
    Excluded,
    /// Another object makes and manages it.
    Owned,
    /// An autoscaler scales it that is picked, too.
    Governed,
}

/// The workloads that an object would pick and leaves.
#[derive(Debug, Default)]
pub struct LeftOut {
    sets: [BTreeSet<TargetId>; 3],
}

impl LeftOut {
    const ALL: [Why; 3] = [Why::Excluded, Why::Owned, Why::Governed];

    /// A target is left for this reason now. Says whether that is news.
    pub fn set(&mut self, target: TargetId, now: Option<Why>) -> bool {
        let mut is_news = false;
        for (why, set) in Self::ALL.into_iter().zip(&mut self.sets) {
            is_news |= if now == Some(why) { set.insert(target) } else { set.remove(&target) };
        }
        is_news
    }

    /// How many are left for a reason.
    pub fn of(&self, why: Why) -> usize {
        self.found(why).map_or(0, BTreeSet::len)
    }

    /// Those that are left for a reason.
    pub fn iter(&self, why: Why) -> impl Iterator<Item = &TargetId> {
        self.found(why).into_iter().flatten()
    }

    fn found(&self, why: Why) -> Option<&BTreeSet<TargetId>> {
        Self::ALL.into_iter().zip(&self.sets).find(|(known, _)| *known == why).map(|(_, set)| set)
    }
}

impl Engine {
    /// What an autoscaler scales, and its place there; `None` of what is none.
    pub(super) fn place(&self, id: TargetId) -> Option<(TargetId, Place)> {
        let (root, key) = (self.targets.scales(id)?, self.targets.key(id)?);
        Some((root, Place { stands_still: key.kind.how().stands_still, key: key.clone(), id }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ids::Id as _;
    use crate::target::Kind;

    fn id(place: u32) -> TargetId {
        TargetId::new(place)
    }

    fn place(root: u32, kind: Kind, name: &str, of: u32) -> Option<(TargetId, Place)> {
        let stands_still = kind.how().stands_still;
        let key = TargetKey { kind, namespace: "shop".into(), name: name.into() };
        Some((id(root), Place { stands_still, key, id: id(of) }))
    }

    fn ids<const N: usize>(places: [u32; N]) -> BTreeSet<TargetId> {
        places.map(id).into()
    }

    #[test]
    fn a_workload_is_left_to_the_first_of_its_autoscalers() {
        let mut governing = Governing::default();
        assert_eq!(governing.by(id(1)), None);
        assert_eq!(governing.set(id(7), place(1, Kind::HPA, "b", 7)), ids([1]));
        assert_eq!((governing.by(id(1)), governing.by(id(7))), (Some(id(7)), None));
        // The first by name, and one that never stands still before both.
        assert_eq!(governing.set(id(8), place(1, Kind::HPA, "a", 8)), ids([1, 7]));
        assert_eq!(governing.set(id(9), place(1, Kind::SCALED_OBJECT, "z", 9)), ids([1, 8]));
        assert!(governing.set(id(9), place(1, Kind::SCALED_OBJECT, "z", 9)).is_empty(), "no news");
        for (target, by) in [(1, Some(9)), (7, Some(9)), (8, Some(9)), (9, None)] {
            assert_eq!(governing.by(id(target)), by.map(id), "{target}");
        }
        assert!(governing.set(id(7), None).is_empty(), "it had nothing");
        // It scales another one now.
        assert_eq!(governing.set(id(9), place(2, Kind::SCALED_OBJECT, "z", 9)), ids([1, 2, 8]));
        assert_eq!((governing.by(id(1)), governing.by(id(2))), (Some(id(8)), Some(id(9))));
        assert_eq!(governing.set(id(9), None), ids([2]));
        assert_eq!(governing.set(id(8), None), ids([1]));
        assert_eq!((governing.by(id(1)), governing.above.len(), governing.places.len()), (None, 0, 0));
    }

    #[test]
    fn each_is_left_for_one_reason() {
        let mut left = LeftOut::default();
        assert!(left.set(id(1), Some(Why::Excluded)) && !left.set(id(1), Some(Why::Excluded)));
        assert!(left.set(id(2), Some(Why::Governed)) && left.set(id(1), Some(Why::Governed)));
        assert_eq!([Why::Excluded, Why::Owned, Why::Governed].map(|why| left.of(why)), [0, 0, 2]);
        assert!(left.set(id(1), None) && !left.set(id(1), None));
        assert_eq!(left.of(Why::Governed), 1);
    }
}
