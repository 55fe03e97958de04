//! What is decided about one digest by its own tags and its age.

use jiff::{SignedDuration, Timestamp};

use super::{Occasion, PullRequest};
use crate::digest::Digest;
use crate::prune::inventory::Entry;
use crate::tag::{Branch, Tag};

/// How long a push to `main` is kept.
const MAIN: Days = Days(30);
/// How long a push to a release's branch, or a pre-release, is kept.
const RELEASE: Days = Days(90);
/// How long what has no tag is kept.
const UNTAGGED: Days = Days(14);

#[derive(Clone, Copy)]
struct Days(i64);

impl Days {
    fn are_over(self, since: Timestamp, now: Timestamp) -> bool {
        now.duration_since(since) > SignedDuration::from_hours(24 * self.0)
    }
}

/// What is decided about one digest.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) delete: bool,
    pub(super) reason: String,
    pub(super) unaccounted: bool,
}

impl Verdict {
    pub(super) fn keep(reason: impl Into<String>) -> Self {
        Self { delete: false, reason: reason.into(), unaccounted: false }
    }

    pub(super) fn delete(reason: impl Into<String>) -> Self {
        Self { delete: true, reason: reason.into(), unaccounted: false }
    }

    pub(super) fn report(reason: impl Into<String>) -> Self {
        Self { delete: false, reason: reason.into(), unaccounted: true }
    }
}

/// What one tag means for its digest.
pub(super) fn of_tag(
    digest: &Digest,
    name: &str,
    tag: Option<&Tag>,
    entry: &Entry,
    occasion: &Occasion,
    now: Timestamp,
) -> Verdict {
    let known = match occasion {
        Occasion::Weekly(known) => known,
        Occasion::Asked { digest: asked, tag: named } => return of_asked(digest == asked, named.as_deref(), name, tag),
        Occasion::Closed(numbers) => {
            return match tag {
                Some(Tag::PullRequest(number)) if numbers.contains(number) => closed(*number),
                _ => Verdict::keep(format!("`{name}` is not of this pull request")),
            };
        }
    };
    let (what, days) = match tag {
        None => return Verdict::report(format!("`{name}` is unknown: no event of the project makes it")),
        Some(Tag::Rolling(_)) => return Verdict::keep(format!("`{name}` is a rolling tag")),
        Some(Tag::Release(version)) if version.is_stable() => {
            return Verdict::keep(format!("`{name}` is a stable release"));
        }
        Some(Tag::PullRequest(number)) => return of_pull_request(*number, known.get(number)),
        Some(Tag::Attached(..)) => return Verdict::keep(format!("`{name}` speaks of an image")),
        Some(Tag::Release(_)) => ("pre-release", RELEASE),
        Some(Tag::Commit(Branch::Main, _)) => ("push to main", MAIN),
        Some(Tag::Commit(Branch::Release(..), _)) => ("push to a release's branch", RELEASE),
    };
    by_age(&format!("`{name}` is a {what}"), days, entry, now)
}

fn of_pull_request(number: u64, known: Option<&PullRequest>) -> Verdict {
    match known {
        Some(PullRequest::Closed) => closed(number),
        Some(PullRequest::Open) => Verdict::keep(format!("pull request {number} is open")),
        Some(PullRequest::Unknown) => Verdict::report(format!("pull request {number} is unknown to GitHub")),
        None => Verdict::keep(format!("pull request {number} is not known to be closed")),
    }
}

/// Whoever asks for an image to go knows what a tag of any other kind was for; but releases are promised.
fn of_asked(is_it: bool, named: Option<&str>, name: &str, tag: Option<&Tag>) -> Verdict {
    match tag {
        _ if !is_it => Verdict::keep("not asked for"),
        Some(Tag::Rolling(_)) => Verdict::keep(format!("`{name}` is a rolling tag, and kept for ever")),
        Some(Tag::Release(version)) if version.is_stable() => Verdict::keep(format!(
            "`{name}` is a stable release, and kept for ever: what is wrong with it is mended in the next"
        )),
        _ if named.is_some_and(|named| named != name) => Verdict::keep(format!(
            "it has the tag `{name}`, too, which would go with it: ask for the digest, if that is right"
        )),
        _ => asked_for(),
    }
}

pub(super) fn asked_for() -> Verdict {
    Verdict::delete("it was asked for")
}

fn closed(number: u64) -> Verdict {
    Verdict::delete(format!("pull request {number} is closed"))
}

pub(super) fn untagged(digest: &Digest, entry: &Entry, occasion: &Occasion, now: Timestamp) -> Verdict {
    match occasion {
        Occasion::Weekly(_) => by_age("it has no tag", UNTAGGED, entry, now),
        Occasion::Closed(_) => Verdict::keep("not of this pull request"),
        Occasion::Asked { digest: asked, .. } if asked == digest => asked_for(),
        Occasion::Asked { .. } => Verdict::keep("not asked for"),
    }
}

fn by_age(what: &str, days: Days, entry: &Entry, now: Timestamp) -> Verdict {
    let Some(date) = entry.date else {
        return Verdict::report(format!("{what}, and has no date to go by"));
    };
    let age = now.duration_since(date).as_hours() / 24;
    if days.are_over(date, now) {
        Verdict::delete(format!("{what}, {age} days old, and kept {}", days.0))
    } else {
        Verdict::keep(format!("{what}, {} days old, and kept {}", age.max(0), days.0))
    }
}

/// A digest stays as long as one of its tags does.
pub(super) fn together(verdicts: &[Verdict], tags: &[(&String, Option<Tag>)]) -> Verdict {
    let kept: Vec<_> = verdicts.iter().filter(|verdict| !verdict.delete).collect();
    let Some(first) = kept.first() else {
        let reasons: Vec<_> = verdicts.iter().map(|verdict| verdict.reason.as_str()).collect();
        return Verdict::delete(reasons.join("; "));
    };
    let unaccounted = kept.iter().any(|verdict| verdict.unaccounted);
    // The one that asks for attention is the one to read.
    let shown = kept.iter().find(|verdict| verdict.unaccounted).unwrap_or(first);
    let mut reason = shown.reason.clone();
    if kept.len() < verdicts.len() {
        let others: Vec<_> = tags
            .iter()
            .filter(|(name, _)| !reason.contains(&format!("`{name}`")))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        reason.push_str(&format!(", which shares its digest with {}", others.join(", ")));
    }
    Verdict { delete: false, reason, unaccounted }
}
