//! What changes of namespaces' labels have given to an object of the cluster, and what has come to it later than it would have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::ids::TargetId;

/// What one namespace after the other gives within so long counts together.
const LATELY: Duration = Duration::from_secs(3_600);

/// Targets, and whose labels have given them, where it was those of their namespace.
pub type Targets = BTreeMap<TargetId, Option<Arc<str>>>;

/// What labels have given to an object.
#[derive(Debug, Default)]
pub struct Given {
    /// The namespaces that aren't counted yet.
    places: BTreeSet<Arc<str>>,
    /// Targets that were put off before they were picked, and aren't counted yet.
    targets: Targets,
    /// Those that come again too soon, and are picked later.
    put_off: Targets,
    /// Whether a namespace was taken away since the last count.
    is_relieved: bool,
    /// How many of each namespace were let through without a word, and when.
    lately: BTreeMap<Arc<str>, (Duration, u32)>,
}

impl Given {
    /// A namespace's labels give it to the object, with these targets.
    pub fn gives(&mut self, place: &Arc<str>, targets: &[TargetId]) {
        self.places.insert(Arc::clone(place));
        for target in targets {
            if let Some(cause) = self.put_off.get_mut(target) {
                *cause = Some(Arc::clone(place));
            }
        }
    }

    /// They take it away again.
    pub fn takes_away(&mut self, place: &str) {
        self.places.remove(place);
        self.lately.remove(place);
        self.is_relieved = true;
    }

    /// A target isn't picked yet, for it comes again and again.
    pub fn puts_off(&mut self, target: TargetId) {
        self.put_off.entry(target).or_default();
    }

    /// A target is picked. Says whether it was put off, so that it is still to be counted.
    pub fn picks(&mut self, target: TargetId) -> bool {
        let Some(cause) = self.put_off.remove(&target) else { return false };
        self.targets.insert(target, cause);
        true
    }

    /// A target isn't to be picked any more.
    pub fn forgets(&mut self, target: TargetId) {
        self.put_off.remove(&target);
        self.targets.remove(&target);
    }

    /// Whether nothing of it is still to be counted.
    pub fn is_counted(&self) -> bool {
        self.places.is_empty() && self.targets.is_empty()
    }

    /// Whether a namespace was taken away since the last count.
    pub fn is_relieved(&self) -> bool {
        self.is_relieved
    }

    /// The namespaces that aren't counted yet.
    pub fn places(&self) -> &BTreeSet<Arc<str>> {
        &self.places
    }

    /// The targets that aren't counted yet, beside those of these namespaces.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Whether a target of a namespace isn't counted yet.
    pub fn has(&self, target: TargetId, place: &str) -> bool {
        self.places.contains(place) || self.targets.contains_key(&target)
    }

    /// The namespaces of which not everything is counted.
    pub fn open_places(&self) -> impl Iterator<Item = &Arc<str>> {
        let later = self.targets.values().chain(self.put_off.values()).flatten();
        self.places.iter().chain(later)
    }

    /// All of it is counted.
    pub fn note_counted(&mut self) {
        self.places.clear();
        self.targets.clear();
        self.is_relieved = false;
    }

    /// So many of each namespace go through at `boot`, without a word.
    pub fn let_through(&mut self, by: &BTreeMap<Arc<str>, u32>, boot: Duration) {
        self.lately.retain(|_, (at, _)| boot < *at + LATELY);
        for (place, count) in by {
            let (at, all) = self.lately.entry(Arc::clone(place)).or_default();
            (*at, *all) = (boot, all.saturating_add(*count));
        }
    }

    /// Somebody has said that what went through is meant.
    pub fn forget_lately(&mut self) {
        self.lately.clear();
    }

    /// What went through in the last hour.
    pub fn lately(&self, boot: Duration) -> impl Iterator<Item = (&Arc<str>, u32)> {
        let late = self.lately.iter().filter(move |(_, (at, _))| boot < *at + LATELY);
        late.map(|(place, (_, count))| (place, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ids::Id as _;

    #[test]
    fn what_is_put_off_is_counted_once_it_is_picked() {
        let (mut given, lab) = (Given::default(), Arc::from("lab"));
        let [one, other, gone] = [1, 2, 3].map(TargetId::new);
        assert!(!given.picks(one) && given.is_counted());
        [one, other, gone].into_iter().for_each(|target| given.puts_off(target));
        given.gives(&lab, &[one]);
        given.forgets(gone);
        given.note_counted();
        assert!(given.is_counted() && given.open_places().eq([&lab]), "there is more to come of it");
        assert!(given.picks(one) && given.picks(other) && !given.picks(gone));
        assert_eq!(given.targets(), &Targets::from([(one, Some(Arc::clone(&lab))), (other, None)]));
        assert!(given.has(other, "shop") && !given.has(gone, "shop"));
        given.note_counted();
        assert_eq!((given.is_counted(), given.open_places().count()), (true, 0));
    }

    #[test]
    fn what_goes_through_counts_for_an_hour_unless_its_labels_are_put_back() {
        let (mut given, second) = (Given::default(), Duration::from_secs);
        let through = |name: &str, count| BTreeMap::from([(Arc::from(name), count)]);
        given.let_through(&through("lab", 3), second(10));
        given.let_through(&through("lab", 2), second(20));
        given.let_through(&through("attic", 4), second(100));
        let sum = |given: &Given, boot| given.lately(boot).map(|(_, count)| count).sum::<u32>();
        assert_eq!((sum(&given, second(3_600)), sum(&given, second(3_620)), sum(&given, second(3_700))), (9, 4, 0));
        given.takes_away("attic");
        assert_eq!((sum(&given, second(200)), given.is_relieved()), (5, true));
        given.forget_lately();
        assert_eq!(sum(&given, second(200)), 0);
    }
}
