//! How the targets of a schedule of many stand: how many are as they should be, which aren't, and what is still due.

use std::collections::{BTreeMap, BTreeSet};

use super::conditions::{Because, Said};
use super::facts::Remembered;
use super::gates::{Hold, Tells};
use super::look::Look;
use super::plan::Reason;
use super::words;
use crate::api::{TargetStatus, TargetsStatus};
use crate::target::Size;

/// The most targets that a status names.
pub const NAMED_MAX: usize = 20;

/// How a target of a schedule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stands {
    /// The API server refuses what it is to have, or doesn't answer.
    Failed,
    /// Nobody knows what it had, or what its annotation says of that.
    Unknown,
    /// It hasn't what it is to have, for another reason.
    Different,
    /// Another schedule has it.
    Conflict,
    /// It is as it should be.
    Held,
}

impl Stands {
    const ALL: [Self; 5] = [Self::Failed, Self::Unknown, Self::Different, Self::Conflict, Self::Held];
}

/// The reasons of a write that is due, in the order in which they are told.
const DUE: [Because; 3] = [Because::WindowTransition, Because::ConfigurationChange, Because::DriftCorrection];

/// What counts of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How it stands.
    pub stands: Stands,
    /// Why a write is due that isn't accepted yet.
    pub due: Option<Because>,
    /// The count that it had before it was held.
    pub original: Option<u32>,
}

impl Standing {
    /// Of one that another schedule has.
    pub const LOST: Self = Self { stands: Stands::Conflict, due: None, original: None };

    /// Whether something is on its way, as far as that will come by itself.
    fn is_under_way(&self) -> bool {
        self.due.is_some() && self.stands != Stands::Failed
    }
}

/// What a look at one of many targets comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// What counts of it.
    pub standing: Standing,
    /// Why it isn't as it should be, and in words.
    pub said: Option<(Because, String)>,
    /// That it has another count now.
    pub changed: Option<Moved>,
}

/// What has changed about one of many targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Why.
    pub reason: Reason,
    /// What it had.
    pub from: Size,
    /// What it has.
    pub to: Size,
    /// What applies to it, and until when: in its namespace that may be another thing than elsewhere.
    pub outlook: String,
}

impl Member {
    /// What there is to say of it; `None` where nothing may be said.
    pub(super) fn of(look: &Look<'_>, hold: Option<&Hold>) -> Option<Self> {
        if hold.is_some_and(|hold| hold.tells == Tells::Nothing) {
            return None;
        }
        let wanted = look.wanted.as_ref();
        let due = match hold {
            Some(hold) => hold.reconciling,
            None => look.due.map(|due| due.reconciling()),
        };
        // As long as it can't be read what it had, nobody knows whether it differs.
        let is_unread = matches!(look.facts.memory, Remembered::Unreadable(_));
        let is_other = |said: &Said| {
            look.differs() || look.target().is_none() || is_unread && said.because == Because::TargetUpdateFailed
        };
        let held_up = hold.and_then(|hold| hold.ready.as_ref()).filter(|said| is_other(said));
        let is_missed = wanted.is_some_and(|wanted| wanted.memory.is_missed());
        let misread = wanted.and_then(|wanted| words::misread(look, wanted));
        let said = match (held_up, due) {
            (Some(said), _) => Some((said.because, said.message.clone())),
            (None, Some(due)) => Some((due, look.say(words::WRITE_DUE))),
            (None, None) if is_missed => {
                wanted.map(|wanted| (Because::OriginalUnknown, look.say(&words::original_unknown(look, wanted))))
            }
            (None, None) if misread.is_some() => misread.map(|words| (Because::OriginalUnknown, look.say(&words))),
            (None, None) if look.differs() => {
                let other = look.budget.as_ref().and_then(|budget| budget.other());
                Some((Because::CountReverted, look.say(&words::reverted(look, other))))
            }
            (None, None) => None,
        };
        let stands = match &said {
            Some((Because::TargetUpdateFailed, _)) => Stands::Failed,
            Some((Because::OriginalUnknown, _)) => Stands::Unknown,
            Some(_) => Stands::Different,
            None => Stands::Held,
        };
        let original = wanted.and_then(|wanted| wanted.memory.original());
        let changed = look.settled.change.map(|change| Moved {
            reason: change.reason(),
            from: change.from,
            to: change.to,
            outlook: wanted.map(|wanted| look.say(&words::outlook(wanted))).unwrap_or_default(),
        });
        Some(Self { standing: Standing { stands, due, original }, said, changed })
    }
}

/// How a schedule's targets stand, kept as they change.
#[derive(Debug, Clone)]
pub struct Tally<T> {
    all: BTreeMap<T, Standing>,
    /// How many there are of each of [`Stands::ALL`].
    counts: [usize; 5],
    /// How many have a write due for each of [`DUE`].
    due: [usize; 3],
    under_way: usize,
    /// Those that aren't as they should be.
    others: BTreeSet<(Stands, T)>,
    /// How many have had so many before.
    originals: BTreeMap<u32, usize>,
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self {
            all: BTreeMap::new(),
            counts: [0; 5],
            due: [0; 3],
            under_way: 0,
            others: BTreeSet::new(),
            originals: BTreeMap::new(),
        }
    }
}

impl<T: Ord + Clone> Tally<T> {
    /// A target stands so now; `None` where it isn't this schedule's any more. Says whether that is news.
    pub fn set(&mut self, target: &T, now: Option<Standing>) -> bool {
        let before = match now {
            Some(now) => self.all.insert(target.clone(), now),
            None => self.all.remove(target),
        };
        if before == now {
            return false;
        }
        if let Some(before) = before {
            self.count(target, before, false);
        }
        if let Some(now) = now {
            self.count(target, now, true);
        }
        true
    }

    fn count(&mut self, target: &T, standing: Standing, comes: bool) {
        let change = |count: &mut usize| *count = if comes { *count + 1 } else { count.saturating_sub(1) };
        let Standing { stands, due, original } = standing;
        Stands::ALL
            .iter()
            .zip(&mut self.counts)
            .filter(|(known, _)| **known == stands)
            .for_each(|(_, all)| change(all));
        DUE.iter().zip(&mut self.due).filter(|(known, _)| Some(**known) == due).for_each(|(_, all)| change(all));
        if standing.is_under_way() {
            change(&mut self.under_way);
        }
        if stands != Stands::Held {
            let entry = (stands, target.clone());
            if comes {
                self.others.insert(entry)
            } else {
                self.others.remove(&entry)
            };
        }
        if let Some(original) = original {
            let all = self.originals.entry(original).or_default();
            change(all);
            if *all == 0 {
                self.originals.remove(&original);
            }
        }
    }

    /// How many stand so.
    pub fn of(&self, stands: Stands) -> usize {
        Stands::ALL.iter().zip(self.counts).find(|(known, _)| **known == stands).map_or(0, |(_, count)| count)
    }

    /// How many there are, those that another schedule has among them.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether something is on its way.
    pub fn is_under_way(&self) -> bool {
        self.under_way > 0
    }

    /// Why a write is due that isn't accepted yet.
    pub fn due(&self) -> Option<Because> {
        DUE.iter().zip(self.due).find(|(_, count)| *count > 0).map(|(because, _)| *because)
    }

    /// The smallest and the largest count that any of them had before.
    pub fn originals(&self) -> Option<(u32, u32)> {
        Some((*self.originals.first_key_value()?.0, *self.originals.last_key_value()?.0))
    }

    /// Those of which nobody knows what they had.
    pub fn unknown(&self) -> impl Iterator<Item = &T> {
        self.others.iter().filter(|(stands, _)| *stands == Stands::Unknown).map(|(_, target)| target)
    }

    /// The first that aren't as they should be, at most [`NAMED_MAX`]: what failed first, then what nobody knows, then by what `name`
    /// gives.
    pub fn first<N: Ord>(&self, name: impl Fn(&T) -> N) -> Vec<(&T, Stands)> {
        let mut all: Vec<_> = self.others.iter().map(|(stands, target)| (*stands, name(target), target)).collect();
        if all.len() > NAMED_MAX {
            all.select_nth_unstable(NAMED_MAX);
            all.truncate(NAMED_MAX);
        }
        all.sort_unstable();
        all.into_iter().map(|(stands, _, target)| (target, stands)).collect()
    }
}

/// The targets of a schedule of many, for what is told of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// For the status: how many there are, and the first that aren't as they should be.
    pub targets: TargetsStatus,
    /// Why a write is due that isn't accepted yet.
    pub due: Option<Because>,
    /// The smallest and the largest count that any of them had before.
    pub originals: Option<(u32, u32)>,
    /// What is looked for, in words.
    pub sought: String,
    /// What keeps kinds from being looked at, in words.
    pub troubles: Vec<String>,
    /// Of how many nobody knows what they had.
    pub unknown: usize,
}

impl Summary {
    /// Whether any is claimed, and all that are have failed: only then a schedule of many isn't ready.
    pub(super) fn all_failed(&self) -> bool {
        self.targets.failed > 0 && self.targets.failed == self.targets.claimed
    }

    /// What is wrong with the first that failed, in words.
    pub(super) fn failure(&self) -> Option<&str> {
        self.first(Because::TargetUpdateFailed).map(|line| line.message.as_str())
    }

    /// The first of which nobody knows what it had.
    pub(super) fn first_unknown(&self) -> Option<&TargetStatus> {
        self.first(Because::OriginalUnknown)
    }

    fn first(&self, because: Because) -> Option<&TargetStatus> {
        self.targets.first.iter().find(|line| line.reason == because.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HELD: Standing = Standing { stands: Stands::Held, due: None, original: Some(3) };

    fn stands(stands: Stands) -> Option<Standing> {
        Some(Standing { stands, ..HELD })
    }

    fn counts(tally: &Tally<u32>) -> [usize; 5] {
        Stands::ALL.map(|stands| tally.of(stands))
    }

    #[test]
    fn counts_follow_each_change() {
        let mut tally = Tally::default();
        let due = Standing { stands: Stands::Different, due: Some(Because::WindowTransition), ..HELD };
        for target in 0..3 {
            assert!(tally.set(&target, Some(due)) && !tally.set(&target, Some(due)), "the second time it is no news");
        }
        assert_eq!((counts(&tally), tally.due()), ([0, 0, 3, 0, 0], Some(Because::WindowTransition)));
        tally.set(&0, Some(HELD));
        tally.set(&1, Some(Standing { stands: Stands::Failed, ..due }));
        tally.set(&2, Some(Standing::LOST));
        assert_eq!((counts(&tally), tally.len()), ([1, 0, 0, 1, 1], 3));
        assert!(tally.due().is_some() && !tally.is_under_way(), "what fails is due and keeps nobody waiting");
        tally.set(&1, None);
        assert_eq!((counts(&tally), tally.due()), ([0, 0, 0, 1, 1], None));
    }

    #[test]
    fn the_originals_are_those_of_the_targets_that_there_are() {
        let mut tally = Tally::default();
        assert_eq!(tally.originals(), None);
        for (target, original) in [(1, Some(3)), (2, Some(7)), (3, Some(3)), (4, None)] {
            tally.set(&target, Some(Standing { original, ..HELD }));
        }
        assert_eq!(tally.originals(), Some((3, 7)));
        tally.set(&1, None);
        tally.set(&2, None);
        assert_eq!(tally.originals(), Some((3, 3)));
        tally.set(&3, None);
        assert_eq!(tally.originals(), None);
    }

    #[test]
    fn twenty_are_named_the_failed_first_and_then_by_name() {
        let mut tally = Tally::default();
        for target in 0..1_000_u32 {
            let how = match target % 100 {
                7 => Stands::Failed,
                8 if target < 100 => Stands::Unknown,
                _ => Stands::Different,
            };
            tally.set(&target, stands(how));
        }
        // The name is another order than the number.
        let named: Vec<_> =
            tally.first(|target| std::cmp::Reverse(*target)).into_iter().map(|(target, _)| *target).collect();
        assert_eq!(named.len(), NAMED_MAX);
        assert_eq!(named[..12], [907, 807, 707, 607, 507, 407, 307, 207, 107, 7, 8, 999]);
        assert_eq!(tally.unknown().copied().collect::<Vec<_>>(), [8]);
    }

    proptest! {
        #[test]
        fn whatever_the_order_the_sum_is_the_same(changes in prop::collection::vec((0_u32..6, 0_u8..6), 0..60)) {
            let (mut tally, mut now) = (Tally::default(), BTreeMap::new());
            for (target, to) in changes {
                let to = Stands::ALL.get(usize::from(to)).copied();
                tally.set(&target, to.and_then(stands));
                match to {
                    Some(stands) => now.insert(target, stands),
                    None => now.remove(&target),
                };
            }
            let count = |stands| now.values().filter(|found| **found == stands).count();
            prop_assert_eq!(counts(&tally), Stands::ALL.map(count));
            prop_assert_eq!(tally.len(), now.len());
            prop_assert_eq!(tally.first(|target| *target).len(), now.len() - count(Stands::Held));
        }
    }
}
