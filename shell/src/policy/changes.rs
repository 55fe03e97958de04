//! What has happened to the targets of a schedule of many, in one namespace and at one boundary: counted, so that it is told once and
//! not for each.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Happening, Reason};
use super::summary::Moved;
use crate::api::ORIGINAL_ANNOTATION;
use crate::target::Size;

/// The most targets that one event names; the others are counted.
const NAMED_MAX: usize = 10;
/// The most targets that have an event of their own because they failed; the others are counted.
const FAILED_MAX: usize = 10;

/// What has happened since it was last told.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// What has happened to all of them, by its mark.
    shared: BTreeMap<(Reason, String), Happening>,
    sums: BTreeMap<Reason, Sum>,
    unknown: Unknown,
    failed: Vec<Happening>,
    more_failed: usize,
}

/// Changes of one kind: how many, and the first of them.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    count: usize,
    /// The first by name.
    named: BTreeMap<Box<str>, (Size, Size)>,
    /// What applied to the last of them.
    outlook: String,
}

/// Targets of which nobody knows what they had.
#[derive(Debug, Clone, Default)]
struct Unknown {
    count: usize,
    /// The first by name.
    named: BTreeSet<Box<str>>,
}

impl Changes {
    /// A target, called `Deployment web`, has another count now.
    pub fn note(&mut self, target: &str, moved: Moved) {
        let sum = self.sums.entry(moved.reason).or_default();
        sum.note(target, moved.from, moved.to);
        sum.outlook = moved.outlook;
    }

    /// Something has happened to a target that is the same happening for the others.
    pub fn note_shared(&mut self, happening: Happening) {
        self.shared.entry((happening.reason, happening.mark.clone())).or_insert(happening);
    }

    /// Nobody knows what a target had before it was held.
    pub fn note_unknown(&mut self, target: &str) {
        let Unknown { count, named } = &mut self.unknown;
        *count += 1;
        named.insert(target.into());
        if named.len() > NAMED_MAX {
            named.pop_last();
        }
    }

    /// Something is wrong with a target, so that it has an event of its own.
    pub fn note_failed(&mut self, target: &str, happening: Happening) {
        if self.failed.len() < FAILED_MAX {
            let mark = format!("{target}/{}", happening.mark);
            self.failed.push(Happening { mark, ..happening });
        } else {
            self.more_failed += 1;
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.shared.is_empty() && self.sums.is_empty() && self.failed.is_empty() && self.unknown.count == 0
    }

    /// What there is to tell, once: an event for what has happened to all, one for each kind of change, one for all of which nobody knows
    /// what they had, and one for each target that failed. `mark` tells this boundary from another.
    pub fn take(&mut self, mark: &str) -> Vec<Happening> {
        let Self { shared, sums, unknown, failed, more_failed } = std::mem::take(self);
        let happening = |reason: Reason, message, mark: String| Happening { reason, message, mark, series: None };
        let counted = sums.into_iter().map(|(reason, sum)| {
            let words = sum.in_words();
            let message = format!("{words}: {}", sum.outlook);
            if reason == Reason::DriftCorrected {
                // What is put back again and again is one event, as long as it is the same.
                return Happening { reason, message, mark: words, series: Some(mark.to_owned()) };
            }
            happening(reason, message, format!("{mark}/{}", sum.count))
        });
        let last = failed.last().map(|failed| failed.reason).filter(|_| more_failed > 0);
        let rest = last.map(|reason| {
            let message =
                format!("{more_failed} more targets that something is wrong with: the status has the first of all");
            happening(reason, message, format!("{mark}/more"))
        });
        let unknown = (unknown.count > 0).then(|| {
            let mark = format!("{mark}/unknown/{}", unknown.count);
            happening(Reason::OriginalUnknown, unknown.in_words(), mark)
        });
        shared.into_values().chain(counted).chain(unknown).chain(failed).chain(rest).collect()
    }
}

impl Sum {
    /// A target, called `Deployment web`, has another count now.
    pub fn note(&mut self, target: &str, from: Size, to: Size) {
        self.count += 1;
        self.named.insert(target.into(), (from, to));
        if self.named.len() > NAMED_MAX {
            self.named.pop_last();
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// `12 changes: Deployment api from 2 to 0, Deployment web from 3 to 0, and 10 more`.
    pub fn in_words(&self) -> String {
        let named = self.named.iter().map(|(target, (from, to))| format!("{target} from {from} to {to}"));
        let named = named.collect::<Vec<_>>().join(", ");
        match (self.count, self.count - self.named.len()) {
            (1, _) => named,
            (count, 0) => format!("{count} changes: {named}"),
            (count, more) => format!("{count} changes: {named}, and {more} more"),
        }
    }
}

impl Unknown {
    /// `nobody knows what 12 targets had before this object held them (Deployment api, Deployment web, and 10 more): annotate ..`.
    fn in_words(&self) -> String {
        let named = self.named.iter().map(|name| &**name).collect::<Vec<_>>().join(", ");
        let (what, them, it) = match (self.count, self.count - self.named.len()) {
            (1, _) => (named, "it", "it"),
            (count, 0) => (format!("{count} targets ({named})"), "them", "each"),
            (count, more) => (format!("{count} targets ({named}, and {more} more)"), "them", "each"),
        };
        format!(
            "nobody knows what {what} had before this object held {them}: annotate {it} with {ORIGINAL_ANNOTATION}: \"COUNT\", the count \
             that it had"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHY: &str = "0 replicas: night until 06:00, then original (OffHours)";

    fn moved(reason: Reason, from: i32, to: i32) -> Moved {
        Moved { reason, from: from.into(), to: to.into(), outlook: WHY.to_owned() }
    }

    #[test]
    fn a_boundary_is_one_event_that_counts_and_names_ten() {
        let mut changes = Changes::default();
        assert!(changes.is_empty() && changes.take("b").is_empty());
        for number in (0..200).rev() {
            changes.note(&format!("Deployment d{number:03}"), moved(Reason::ScaledDown, 3, 0));
        }
        changes.note("StatefulSet db", moved(Reason::ScaledUp, 0, 1));
        let told = changes.take("2026-11-23T20:00:00Z");
        let [up, down] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(up.message, format!("StatefulSet db from 0 to 1: {WHY}"));
        assert_eq!((up.reason, down.reason), (Reason::ScaledUp, Reason::ScaledDown));
        assert!(down.message.starts_with("200 changes: Deployment d000 from 3 to 0, Deployment d001 from 3 to 0, "));
        assert!(
            down.message.ends_with(&format!("Deployment d009 from 3 to 0, and 190 more: {WHY}")),
            "{}",
            down.message
        );
        assert!(down.message.len() < 1_024, "it fits into an event");
        assert!(changes.is_empty(), "it is told once");
    }

    #[test]
    fn a_target_that_changes_twice_is_named_once_and_what_comes_later_has_a_mark_of_its_own() {
        let mut changes = Changes::default();
        changes.note("Deployment web", moved(Reason::DriftCorrected, 5, 3));
        changes.note("Deployment web", moved(Reason::DriftCorrected, 4, 3));
        let first = changes.take("b");
        assert_eq!(first[0].message, format!("2 changes: Deployment web from 4 to 3, and 1 more: {WHY}"));
        changes.note("Deployment web", moved(Reason::DriftCorrected, 5, 3));
        assert_ne!(changes.take("b")[0].mark, first[0].mark);
    }

    #[test]
    fn what_nobody_knows_is_one_event_that_counts_and_says_what_answers_it() {
        let mut changes = Changes::default();
        changes.note_unknown("Deployment web");
        assert!(!changes.is_empty());
        let answer = "with kyklos.io/original-replicas: \"COUNT\", the count that it had";
        let told = changes.take("b");
        let words = format!("nobody knows what Deployment web had before this object held it: annotate it {answer}");
        assert_eq!((told.len(), told[0].reason, &told[0].message), (1, Reason::OriginalUnknown, &words));
        for number in (0..500).rev() {
            changes.note_unknown(&format!("Deployment d{number:03}"));
        }
        let told = changes.take("b");
        let said = &told[0].message;
        assert!(said.starts_with("nobody knows what 500 targets (Deployment d000, Deployment d001, "), "{said}");
        let end = format!("Deployment d009, and 490 more) had before this object held them: annotate each {answer}");
        assert!(said.ends_with(&end) && said.len() < 1_024 && told.len() == 1, "{said}");
        assert!(changes.is_empty(), "it is told once");
    }

    #[test]
    fn what_happens_to_all_is_told_once() {
        let mut changes = Changes::default();
        let happening = |mark: &str| Happening {
            reason: Reason::GracePeriodStarted,
            message: "kept".to_owned(),
            mark: mark.to_owned(),
            series: None,
        };
        for mark in ["a", "a", "b", "a"] {
            changes.note_shared(happening(mark));
        }
        assert!(!changes.is_empty());
        assert_eq!(changes.take("b"), [happening("a"), happening("b")]);
        assert!(changes.is_empty());
    }

    #[test]
    fn each_that_failed_has_its_own_and_not_more_than_ten() {
        let mut changes = Changes::default();
        for number in 0..5_000 {
            let (reason, message) = (Reason::AutoscalerPresent, format!("Deployment d{number} is scaled by others"));
            let happening = Happening { reason, message, mark: "1/new".to_owned(), series: None };
            changes.note_failed(&format!("Deployment d{number}"), happening);
        }
        let told = changes.take("b");
        assert_eq!(told.len(), FAILED_MAX + 1);
        assert_eq!(told[0].message, "Deployment d0 is scaled by others");
        assert_eq!(told[0].mark, "Deployment d0/1/new", "seen again in another process, it is the same");
        assert_eq!(
            told[FAILED_MAX].message,
            "4990 more targets that something is wrong with: the status has the first of all"
        );
    }
}
