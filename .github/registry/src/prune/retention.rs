//! What is kept and what goes. Pure: what there is and what time it is are arguments.

mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::inventory::{Entry, Inventory};
use crate::digest::Digest;
use crate::tag::{Attachment, Tag};
use verdict::{Verdict, asked_for, of_tag, together, untagged};

/// Why it is pruned now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// Everything is looked at, with what is known of these pull requests.
    Weekly(PullRequests),
    /// These pull requests are closed; nothing else is looked at.
    Closed(BTreeSet<u64>),
    /// Somebody asks for this one to go, before its time; nothing else is looked at.
    Asked {
        /// What is to go.
        digest: Digest,
        /// The tag by which it was named: other tags keep it.
        tag: Option<String>,
    },
}

/// What is known of pull requests by their numbers.
pub type PullRequests = BTreeMap<u64, PullRequest>;

/// What is known of a pull request, where somebody was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullRequest {
    /// Somebody works on it.
    Open,
    /// Merged or not, it is done.
    Closed,
    /// There is none of this number, or none that may be seen.
    Unknown,
}

/// What becomes of a digest, and why. With it go all its tags, since registries delete by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The digest.
    pub digest: Digest,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether it is deleted.
    pub delete: bool,
    /// Why.
    pub reason: String,
    /// Whether somebody should look: a tag that no event of the project makes, or an image without a date.
    pub unaccounted: bool,
    /// Whether it stands for itself: no part of another, and nothing that speaks of one.
    pub image: bool,
    /// How old it is.
    #[serde(skip)]
    pub date: Option<Timestamp>,
}

/// What becomes of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// A line for each digest that the occasion concerns, those that go in the order of index, part, and what speaks of them.
    pub lines: Vec<Line>,
    /// How many images there are, concerned or not.
    pub images: usize,
}

impl Plan {
    /// How many images go.
    pub fn images_to_go(&self) -> usize {
        self.lines.iter().filter(|line| line.delete && line.image).count()
    }
}

/// The plan.
pub fn plan(inventory: &Inventory, occasion: &Occasion, now: Timestamp) -> Plan {
    let graph = Graph::of(inventory);
    let mut verdicts: BTreeMap<&Digest, Verdict> = BTreeMap::new();
    let (mut queue, mut images) = (Vec::new(), BTreeSet::new());
    // Those that stand for themselves.
    for (digest, entry) in inventory.entries() {
        if let Some(verdict) = graph.own_verdict(digest, entry, occasion, now) {
            if !verdict.delete {
                queue.push(digest);
            }
            verdicts.insert(digest, verdict);
            images.insert(digest);
        }
    }
    // All that a kept one needs is kept, whatever else would become of it.
    while let Some(digest) = queue.pop() {
        for (other, relation) in graph.depends(digest) {
            let kept = verdicts.get(other).is_some_and(|verdict| !verdict.delete);
            if !kept {
                verdicts.insert(other, Verdict::keep(format!("{relation} {}", inventory.name(digest))));
                queue.push(other);
            }
        }
    }
    // What is left goes with what it belongs to.
    for digest in inventory.entries().map(|(digest, _)| digest) {
        verdicts.entry(digest).or_insert_with(|| Verdict::delete(graph.belongs_to(digest)));
    }
    let line = |(digest, verdict)| line(inventory, digest, verdict, images.contains(digest));
    let mut lines: Vec<_> = verdicts.into_iter().map(line).collect();
    lines.retain(|line| concerns(occasion, line));
    lines.sort_by_cached_key(|line| graph.order(line));
    Plan { lines, images: images.len() }
}

/// A digest, and all that has to stay where it stays.
pub(super) fn needed_by(inventory: &Inventory, digest: &Digest) -> BTreeSet<Digest> {
    let graph = Graph::of(inventory);
    let mut needed = BTreeSet::from([digest.clone()]);
    let mut queue: Vec<_> = inventory.entry(digest).map(|(digest, _)| digest).into_iter().collect();
    while let Some(digest) = queue.pop() {
        queue.extend(graph.depends(digest).map(|(other, _)| other).filter(|other| needed.insert((*other).clone())));
    }
    needed
}

fn line(inventory: &Inventory, digest: &Digest, verdict: Verdict, image: bool) -> Line {
    let entry = inventory.get(digest);
    let tags = entry.map(|entry| entry.tags.iter().cloned().collect()).unwrap_or_default();
    let Verdict { delete, reason, unaccounted } = verdict;
    let date = entry.and_then(|entry| entry.date);
    Line { digest: digest.clone(), tags, delete, reason, unaccounted, image, date }
}

fn concerns(occasion: &Occasion, line: &Line) -> bool {
    let numbers = match occasion {
        Occasion::Weekly(_) => return true,
        Occasion::Asked { digest, .. } => return line.delete || line.digest == *digest,
        Occasion::Closed(numbers) => numbers,
    };
    let closed = |tag: &String| matches!(Tag::parse(tag), Some(Tag::PullRequest(number)) if numbers.contains(&number));
    line.delete || line.tags.iter().any(closed)
}

/// Who refers to whom.
pub(super) struct Graph<'a> {
    inventory: &'a Inventory,
    parents: BTreeMap<&'a Digest, BTreeSet<&'a Digest>>,
    /// What is said about a digest, and what kind of thing that is.
    about: BTreeMap<&'a Digest, Vec<(&'a Digest, &'static str)>>,
    subjects: BTreeMap<&'a Digest, BTreeSet<Digest>>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let mut graph = Self { inventory, parents: BTreeMap::new(), about: BTreeMap::new(), subjects: BTreeMap::new() };
        for (digest, entry) in inventory.entries() {
            for child in &entry.refers_to {
                graph.parents.entry(child).or_default().insert(digest);
            }
            for (subject, kind) in subjects(entry) {
                if let Some((subject, _)) = inventory.entry(&subject) {
                    graph.about.entry(subject).or_default().push((digest, kind));
                }
                graph.subjects.entry(digest).or_default().insert(subject);
            }
        }
        graph
    }

    /// What is decided about a digest that neither is a part of another nor speaks of one; or that has tags of its own.
    fn own_verdict(&self, digest: &Digest, entry: &Entry, occasion: &Occasion, now: Timestamp) -> Option<Verdict> {
        let own: Vec<_> = entry.tags.iter().map(|tag| (tag, Tag::parse(tag))).collect();
        let verdicts: Vec<_> = own
            .iter()
            .filter(|(_, tag)| !matches!(tag, Some(Tag::Attached(..))))
            .map(|(name, tag)| of_tag(digest, name, tag.as_ref(), entry, occasion, now))
            .collect();
        if !verdicts.is_empty() {
            return Some(together(&verdicts, &own));
        }
        if self.parents.contains_key(digest) {
            return None;
        }
        if let Some(subjects) = self.subjects.get(digest) {
            let gone = subjects.iter().all(|subject| self.inventory.get(subject).is_none());
            return gone.then(|| match occasion {
                Occasion::Weekly(_) => Verdict::delete("what it speaks of is gone"),
                Occasion::Closed(_) => Verdict::keep("not of this pull request"),
                Occasion::Asked { digest: asked, .. } if asked == digest => asked_for(),
                Occasion::Asked { .. } => Verdict::keep("not asked for"),
            });
        }
        Some(untagged(digest, entry, occasion, now))
    }

    /// What has to stay where this stays.
    fn depends(&self, digest: &'a Digest) -> impl Iterator<Item = (&'a Digest, &'static str)> {
        self.parts(digest).map(|part| (part, "part of")).chain(self.about.get(digest).into_iter().flatten().copied())
    }

    /// What it lists, of what there is.
    pub(super) fn parts(&self, digest: &Digest) -> impl Iterator<Item = &'a Digest> + use<'a> {
        let (inventory, entry) = (self.inventory, self.inventory.get(digest));
        let parts = entry.into_iter().flat_map(|entry| &entry.refers_to);
        parts.filter_map(|part| inventory.entry(part)).map(|(part, _)| part)
    }

    /// What speaks of it.
    pub(super) fn speaking_of(&self, digest: &Digest) -> impl Iterator<Item = &'a Digest> {
        self.about.get(digest).into_iter().flatten().map(|(other, _)| *other)
    }

    /// What lists it and what it speaks of, of what there was.
    pub(super) fn holders(&self, digest: &Digest) -> impl Iterator<Item = &Digest> {
        let subjects = self.subjects.get(digest).into_iter().flatten();
        let subjects = subjects.filter(|subject| self.inventory.get(subject).is_some());
        self.parents.get(digest).into_iter().flatten().copied().chain(subjects)
    }

    /// Why something goes that has no reason of its own.
    fn belongs_to(&self, digest: &Digest) -> String {
        let parent = self.parents.get(digest).and_then(|parents| parents.first().copied());
        let subject = self.subjects.get(digest).and_then(BTreeSet::first);
        match (parent, subject) {
            (Some(parent), _) => format!("part of {}, which goes", self.inventory.name(parent)),
            (_, Some(subject)) => format!("speaks of {}, which goes", self.inventory.name(subject)),
            (None, None) => "belongs to nothing".to_owned(),
        }
    }

    /// Kept ones first; then an index before its parts, so that nobody pulls half an image by its tag; then what speaks
    /// of it, whose tags lead the next run there if this one is cut short.
    fn order(&self, line: &Line) -> (bool, u8, Option<String>, Digest) {
        let rank = match (self.subjects.contains_key(&line.digest), self.parents.contains_key(&line.digest)) {
            (true, _) => 2,
            (_, true) => 1,
            _ => 0,
        };
        (line.delete, rank, line.tags.first().cloned(), line.digest.clone())
    }
}

/// What an entry speaks of: by its tags, and by its own word.
fn subjects(entry: &Entry) -> impl Iterator<Item = (Digest, &'static str)> {
    let by_tag = entry.tags.iter().filter_map(|tag| match Tag::parse(tag)? {
        Tag::Attached(subject, kind) => Some((subject, name_of(kind))),
        _ => None,
    });
    by_tag.chain(entry.about.clone().map(|subject| (subject, "speaks of")))
}

fn name_of(kind: Attachment) -> &'static str {
    match kind {
        Attachment::Signature => "signature of",
        Attachment::Attestation => "attestation of",
        Attachment::Sbom => "SBOM of",
        Attachment::Referrers => "referrers of",
    }
}

#[cfg(test)]
mod tests;
