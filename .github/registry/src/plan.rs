//! Where the tags of an event belong. Pure: what the registry has is an argument, and nothing is read or written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::digest::Digest;
use crate::event::Event;
use crate::tag::{Rolling, Tag};
use crate::version::Version;

/// What an event means for one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagPlan {
    /// The tag.
    pub tag: String,
    /// How it may change.
    pub kind: Kind,
    /// Whether this event's image gets it.
    pub given: bool,
    /// Why.
    pub reason: String,
}

/// How a tag may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Never.
    Immutable,
    /// With each higher stable release.
    Rolling,
    /// With each push to its pull request.
    Replaced,
}

/// The tags of an event, where the registry has these versions.
pub fn tags(event: &Event, existing: &BTreeSet<Version>) -> Vec<TagPlan> {
    let own = event.own_tag();
    let (kind, reason) = match event {
        Event::Release(version) if !version.is_stable() => {
            (Kind::Immutable, "a pre-release moves no other tag".to_owned())
        }
        Event::PullRequest(_) => (Kind::Replaced, "the last push to the pull request".to_owned()),
        _ => (Kind::Immutable, format!("the {event}")),
    };
    let mut plans = vec![TagPlan { tag: own.to_string(), kind, given: true, reason }];
    if let Event::Release(version) = event {
        plans.extend(event.rolling().into_iter().map(|rolling| rolling_plan(rolling, version, existing)));
    }
    plans
}

fn rolling_plan(rolling: Rolling, version: &Version, existing: &BTreeSet<Version>) -> TagPlan {
    let highest = rolling.highest(existing.iter().chain([version])).unwrap_or(version);
    let given = highest == version;
    let range = match rolling {
        Rolling::Latest => "stable release of all".to_owned(),
        Rolling::Major(_) | Rolling::Minor(..) => format!("stable release of {rolling}"),
    };
    let reason = if given { format!("the highest {range}") } else { format!("{highest} is the highest {range}") };
    TagPlan { tag: rolling.to_string(), kind: Kind::Rolling, given, reason }
}

/// A rolling tag that has to be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The tag.
    pub tag: Rolling,
    /// Where it belongs.
    pub to: Version,
    /// The digest which that has.
    pub digest: Digest,
}

/// Which of these rolling tags are not where they belong, going by all that the registry has.
///
/// The same whoever asks and whenever: so jobs that run twice, late or beside another agree, and each may put right what
/// another left.
pub fn astray(rolling: &[Rolling], registry: &BTreeMap<Tag, Digest>) -> Vec<Move> {
    let versions = releases(registry.keys());
    rolling
        .iter()
        .filter_map(|&tag| {
            let to = tag.highest(&versions)?;
            let digest = registry.get(&Tag::Release(to.clone()))?;
            let right = registry.get(&Tag::Rolling(tag)) == Some(digest);
            (!right).then(|| Move { tag, to: to.clone(), digest: digest.clone() })
        })
        .collect()
}

/// The versions among the tags.
pub fn releases<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> BTreeSet<Version> {
    tags.into_iter()
        .filter_map(|tag| match tag {
            Tag::Release(version) => Some(version.clone()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn versions(texts: &[&str]) -> BTreeSet<Version> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn given(tag: &str, existing: &[&str]) -> Vec<String> {
        let plans = tags(&Event::tag(tag).unwrap(), &versions(existing));
        plans.into_iter().filter(|plan| plan.given).map(|plan| plan.tag).collect()
    }

    #[test]
    fn a_release_moves_what_it_is_highest_of() {
        assert_eq!(given("v0.1.0", &[]), ["v0.1.0", "v0.1", "v0", "latest"]);
        assert_eq!(given("v0.1.1", &["v0.1.0", "v0.2.0"]), ["v0.1.1", "v0.1"]);
        assert_eq!(given("v0.1.0", &["v0.1.1"]), ["v0.1.0"]);
        assert_eq!(given("v1.9.0", &["v1.10.0", "v2.0.0"]), ["v1.9.0", "v1.9"]);
        assert_eq!(given("v1.11.0", &["v1.10.0", "v2.0.0"]), ["v1.11.0", "v1.11", "v1"]);
        assert_eq!(given("v0.1.0", &["v0.2.0-rc.1"]), ["v0.1.0", "v0.1", "v0", "latest"]);
        assert_eq!(given("v0.2.0-rc.1", &["v0.1.0"]), ["v0.2.0-rc.1"]);
        assert_eq!(given("v0.1.0", &["v0.1.0"]), ["v0.1.0", "v0.1", "v0", "latest"]);
    }

    #[test]
    fn the_reason_names_who_is_higher() {
        let plans = tags(&Event::tag("v0.1.1").unwrap(), &versions(&["v0.2.0"]));
        let latest = plans.iter().find(|plan| plan.tag == "latest").unwrap();
        assert!(!latest.given);
        assert_eq!(latest.reason, "v0.2.0 is the highest stable release of all");
    }

    /// A registry as a map, and a release job's writes to it.
    #[derive(Default)]
    struct Shelf(BTreeMap<Tag, Digest>);

    impl Shelf {
        fn release(&mut self, version: &Version) {
            self.0.insert(Tag::Release(version.clone()), Digest::of(version.to_string().as_bytes()));
        }

        fn put_right(&mut self, version: &Version) {
            for step in astray(&Event::Release(version.clone()).rolling(), &self.0) {
                self.0.insert(Tag::Rolling(step.tag), step.digest);
            }
        }
    }

    fn any_version() -> impl Strategy<Value = Version> {
        (0u64..3, 0u64..3, 0u64..3, 0u64..5).prop_map(|(major, minor, patch, stage)| {
            let stage = ["", "", "", "-beta.1", "-rc.1"][stage as usize];
            format!("v{major}.{minor}.{patch}{stage}").parse().unwrap()
        })
    }

    /// The contract in its own words: the highest patch of X.Y, the highest stable of X, the highest stable of all.
    fn contract(released: &[Version]) -> BTreeMap<Tag, Digest> {
        let mut best: BTreeMap<Rolling, &Version> = BTreeMap::new();
        for version in released.iter().filter(|version| version.is_stable()) {
            for tag in
                [Rolling::Minor(version.major(), version.minor()), Rolling::Major(version.major()), Rolling::Latest]
            {
                let entry = best.entry(tag).or_insert(version);
                *entry = (*entry).max(version);
            }
        }
        best.into_iter().map(|(tag, version)| (Tag::Rolling(tag), Digest::of(version.to_string().as_bytes()))).collect()
    }

    fn rolling_of(shelf: &Shelf) -> BTreeMap<Tag, Digest> {
        shelf
            .0
            .iter()
            .filter(|(tag, _)| matches!(tag, Tag::Rolling(_)))
            .map(|(tag, digest)| (tag.clone(), digest.clone()))
            .collect()
    }

    proptest! {
        #[test]
        fn after_any_releases_in_any_order_rolling_tags_are_where_the_contract_says(
            released in prop::collection::vec(any_version(), 1..12)
        ) {
            let mut shelf = Shelf::default();
            for (index, version) in released.iter().enumerate() {
                let before = rolling_of(&shelf);
                shelf.release(version);
                shelf.put_right(version);
                prop_assert_eq!(rolling_of(&shelf), contract(&released[..=index]));
                if !version.is_stable() {
                    prop_assert_eq!(rolling_of(&shelf), before);
                }
                prop_assert!(astray(&Event::Release(version.clone()).rolling(), &shelf.0).is_empty());
            }
        }

        /// Jobs as a registry sees them: each reads, then writes by what it read, however late, and reads again until
        /// what it reads is right. `order` says whose turn it is.
        #[test]
        fn jobs_beside_each_other_end_where_the_contract_says(
            released in prop::collection::btree_set(any_version(), 1..5),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
        ) {
            let released: Vec<_> = released.into_iter().collect();
            let mut shelf = Shelf::default();
            let mut jobs: Vec<Job> = released.iter().map(|version| Job::Begins(version.clone())).collect();
            let turns = order.iter().map(|turn| turn.index(jobs.len())).collect::<Vec<_>>();
            // Whoever isn't done after the drawn order finishes in turn.
            for turn in turns.into_iter().chain((0..jobs.len()).cycle().take(jobs.len() * 100)) {
                let job = std::mem::replace(&mut jobs[turn], Job::Done);
                jobs[turn] = job.step(&mut shelf);
            }
            prop_assert!(jobs.iter().all(|job| matches!(job, Job::Done)));
            prop_assert_eq!(rolling_of(&shelf), contract(&released));
        }

        /// Whatever part of its releases a registry lists: a job knows its own, and what the rolling tags point to.
        #[test]
        fn lists_that_lag_move_nothing_wrong(
            released in prop::collection::vec((any_version(), any::<u64>()), 0..12),
        ) {
            let mut shelf = Shelf::default();
            for (version, listed) in &released {
                shelf.release(version);
                let own = Tag::Release(version.clone());
                let rolling: BTreeSet<_> = rolling_of(&shelf).into_values().collect();
                let seen = shelf.0.iter().enumerate().filter(|(number, (tag, digest))| match tag {
                    Tag::Release(_) => **tag == own || rolling.contains(*digest) || listed >> (number % 64) & 1 == 1,
                    _ => true,
                });
                let seen = seen.map(|(_, (tag, digest))| (tag.clone(), digest.clone())).collect();
                for step in astray(&Event::Release(version.clone()).rolling(), &seen) {
                    shelf.0.insert(Tag::Rolling(step.tag), step.digest);
                }
                let known: Vec<_> = plan_releases(&shelf);
                prop_assert_eq!(rolling_of(&shelf), contract(&known));
            }
        }

        #[test]
        fn what_is_planned_is_what_the_loop_does(released in prop::collection::btree_set(any_version(), 0..8), version in any_version()) {
            let mut shelf = Shelf::default();
            for earlier in &released {
                shelf.release(earlier);
                shelf.put_right(earlier);
            }
            let planned = tags(&Event::Release(version.clone()), &released);
            shelf.release(&version);
            shelf.put_right(&version);
            for plan in planned {
                let there = shelf.0.get(&Tag::parse(&plan.tag).unwrap()) == shelf.0.get(&Tag::Release(version.clone()));
                prop_assert_eq!(there, plan.given, "{}", plan.tag);
            }
        }
    }

    fn plan_releases(shelf: &Shelf) -> Vec<Version> {
        releases(shelf.0.keys()).into_iter().collect()
    }

    enum Job {
        Begins(Version),
        Reads(Version),
        Writes(Version, Vec<Move>),
        Done,
    }

    impl Job {
        /// One request to the registry.
        fn step(self, shelf: &mut Shelf) -> Self {
            match self {
                Self::Begins(version) => {
                    shelf.release(&version);
                    Self::Reads(version)
                }
                Self::Reads(version) => match astray(&Event::Release(version.clone()).rolling(), &shelf.0) {
                    moves if moves.is_empty() => Self::Done,
                    moves => Self::Writes(version, moves),
                },
                Self::Writes(version, mut moves) => {
                    if let Some(step) = moves.pop() {
                        shelf.0.insert(Tag::Rolling(step.tag), step.digest);
                    }
                    if moves.is_empty() { Self::Reads(version) } else { Self::Writes(version, moves) }
                }
                Self::Done => Self::Done,
            }
        }
    }
}
