//! The sentences of what is lacking: the target, a right to it, or that anybody knows what it had.

use kyklos_core::VALUE_MAX;

use super::target;
use crate::api::{ORIGINAL_ANNOTATION, Value};
use crate::policy::facts::{Attempt, Claim, Known, Role};
use crate::policy::look::{Look, Wanted};
use crate::policy::summary::Summary;
use crate::target::{Kind, Sleeps};

/// What grants the rights to kinds, as the end of a sentence. `installed` is what the command takes beside them for this installation.
pub fn granted_by<'k>(kinds: impl IntoIterator<Item = &'k Kind>, installed: &str) -> String {
    let kinds: Vec<_> = kinds.into_iter().map(Kind::granted_as).collect();
    format!(
        "where it is a right that is missing, `kyklos manifests --targets {}{installed}` grants it, with the kinds that are scaled \
         already in the same list",
        kinds.join(",")
    )
}

/// The same after a write that was refused: of none, and of the next count from none, what an autoscaler scales is written.
pub(super) fn right_to_write(look: &Look<'_>, attempt: &Attempt) -> String {
    let kind = look.facts.key.map_or(&Kind::DEPLOYMENT, |key| &key.kind);
    let wakes = attempt.from.is_asleep() != attempt.to.is_asleep();
    let scaling = look.target().and_then(|target| target.scaling.as_deref());
    let beneath = scaling.filter(|scaling| wakes && scaling.sleeps == Sleeps::Beneath);
    let beneath = beneath.and_then(|scaling| scaling.what.as_ref()).map(|what| &what.kind);
    format!("; {}", granted_by([kind].into_iter().chain(beneath), look.facts.installed))
}

pub(in crate::policy) fn target_not_found(look: &Look<'_>) -> String {
    match look.facts.target {
        Known::Known(_) => {
            format!("{} is being deleted; its successor will be scaled as soon as it is there", target(look))
        }
        Known::Unreadable(why) => {
            let kind = look.facts.key.map_or(&Kind::DEPLOYMENT, |key| &key.kind);
            let kinds = [kind].into_iter().chain(look.facts.beneath.map(|beneath| &beneath.kind));
            let right = granted_by(kinds, look.facts.installed);
            format!("{} can't be read, so nothing is scaled: {why}; {right}", absent(look))
        }
        Known::Unserved(why) => format!("{why}, so nothing is scaled; {} will be as soon as it is there", target(look)),
        Known::Unknown | Known::Missing => {
            let left = left_asleep(look).unwrap_or_default();
            format!("There is no {}; it will be scaled as soon as it is there{left}", absent(look))
        }
    }
}

/// What isn't there: the target, or what it scales.
fn absent(look: &Look<'_>) -> String {
    match look.facts.beneath {
        Some(beneath) => format!("{} {}, which {} scales", beneath.kind.as_str(), beneath.name, target(look)),
        None => target(look),
    }
}

/// What an autoscaler has left at none when it went, and what there is to do about it.
fn left_asleep(look: &Look<'_>) -> Option<String> {
    let left = look.facts.left?;
    let (what, had, autoscaler) =
        (format!("{} {}", left.key.kind.as_str(), left.key.name), left.original, target(look));
    Some(format!(
        "; meanwhile {what}, which it scaled, stays at 0, to which this object has put it, and had {had} before: make {autoscaler} again, \
         which wakes it when more than 0 is due, or scale {what} yourself"
    ))
}

/// What is remembered of the target, and can't be read.
pub(in crate::policy) fn records_unread(look: &Look<'_>, why: &str) -> String {
    let kind = look.facts.key.map_or(&Kind::DEPLOYMENT, |key| &key.kind);
    format!(
        "the ScaleRecords can't be read, which say what {} had before, so it is left as it is: {why}; {}",
        target(look),
        granted_by([kind], look.facts.installed)
    )
}

/// Overrides that nobody can see.
pub(in crate::policy) fn unlisted(look: &Look<'_>) -> Option<String> {
    let why = look.facts.unlisted.filter(|_| look.wanted.is_some())?;
    let kind = look.facts.key.map_or(&Kind::DEPLOYMENT, |key| &key.kind);
    Some(format!(
        "TimeWindowOverrides can't be read, so none but an annotation counts, and what one may ask for stays as it is until the next \
         boundary: {why}; {}",
        granted_by([kind], look.facts.installed)
    ))
}

/// What is left as it is, as an override may ask for it.
pub(in crate::policy) fn kept_unlisted(look: &Look<'_>) -> String {
    let until =
        look.before.boundary.map(|end| format!(" until {}", crate::api::instants::write(end))).unwrap_or_default();
    let kept = match (look.facts.role, look.target()) {
        (Role::Summary(_), _) => "the targets are left as they are".to_owned(),
        (_, Some(seen)) => format!("{} is left at {}", target(look), seen.size()),
        (_, None) => format!("{} is left as it is", target(look)),
    };
    format!("{kept}{until}, as a TimeWindowOverride may ask for that and none can be read")
}

/// A value that needs what nobody knows.
pub(in crate::policy) fn original_unknown(look: &Look<'_>, wanted: &Wanted<'_>) -> String {
    let consequence = if wanted.want.value.needs_original() { ", so it is left as it is" } else { "" };
    format!(
        "nobody knows what {} had before this object held it{consequence}: annotate it with {ORIGINAL_ANNOTATION}: \"COUNT\", the \
         count that it had",
        target(look)
    )
}

/// Those of many targets of which nobody knows what they had, or whose annotation can't be read that says so.
pub(in crate::policy) fn originals_unknown(summary: &Summary) -> Option<String> {
    let (unknown, claimed) = (summary.unknown, summary.targets.claimed);
    let first = summary.first_unknown();
    let place =
        first.and_then(|first| first.namespace.as_deref()).map(|name| format!(", in {name}")).unwrap_or_default();
    let first = first.map(|first| format!(", the first{place}: {}", first.message)).unwrap_or_default();
    (unknown > 0).then(|| format!("somebody has to say what {unknown} of {claimed} targets had before{first}"))
}

/// An annotation that is no count, where its answer matters: while the target is held at something, or nobody knows what it had. One
/// that is left to others needs no answer.
pub(in crate::policy) fn misread(look: &Look<'_>, wanted: &Wanted<'_>) -> Option<String> {
    let is_held_at = matches!(wanted.want.value, Value::Count(_) | Value::PerCent(_))
        && wanted.memory.remembers()
        && wanted.memory.is_held();
    let matters = look.facts.claim == Claim::Held && (is_held_at || wanted.memory.is_missed());
    look.target().filter(|target| matters && target.misread)?;
    Some(format!(
        "the annotation {ORIGINAL_ANNOTATION} of {} is no count, so it counts for nothing: write a whole number from 0 to {VALUE_MAX}, \
         such as \"3\", or take it away",
        target(look)
    ))
}
