//! What a schedule is for: one workload by its name, or those that a selection takes; in its own namespace, or in the whole cluster.

use serde_json::Value as Json;

use super::{KindRef, Selection, read_targets};
use crate::api::fields::Fields;
use crate::api::names::check_name;
use crate::api::problems::Problems;
use crate::api::spec::{target_api_version, target_kind};
use crate::api::{OnDelete, Value};
use crate::target::Kind;

/// How many workloads an edit may newly lower at once where the schedule says nothing else.
pub const MAX_NEW_TARGETS: u32 = 200;
/// The most that `maxNewTargets` may be.
pub const NEW_TARGETS_MAX: i64 = 10_000;

/// The kind of a schedule for the whole cluster.
pub const CLUSTER_KIND: &str = "ClusterTimeWindowScaler";

/// Where a schedule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// In this namespace, and for what is in it.
    Namespace(&'a str),
    /// In none, and for the whole cluster.
    Cluster,
}

impl<'a> Scope<'a> {
    /// That of what lies in a namespace, or in none where that is empty.
    pub const fn of(namespace: &'a str) -> Self {
        if namespace.is_empty() { Self::Cluster } else { Self::Namespace(namespace) }
    }

    /// Why a schedule of this scope can't name a target, by the fields of `targetRef` that are wrong, in their order.
    pub(in crate::api) fn refusals(
        self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = (&'static str, String)> {
        let is_in_one = self == Self::Cluster && Kind::named(api_version, kind).is_some_and(|kind| kind.is_own());
        let of_kind = is_in_one.then(|| {
            let message = format!(
                "a {kind} is in a namespace, and a {CLUSTER_KIND} names what is in none, such as NodePool of karpenter.sh/v1: write \
                 targets with namespaces instead"
            );
            ("kind", message)
        });
        let of_namespace = match (self, namespace) {
            (Self::Namespace(own), Some(asked)) if asked != own => Some(format!(
                "{asked:?} is another namespace than the object's own: write {own:?} or leave the field out"
            )),
            (Self::Cluster, Some(_)) => {
                Some(format!("a {CLUSTER_KIND} names what is in no namespace: leave it out, or write targets"))
            }
            (Self::Namespace(_) | Self::Cluster, _) => None,
        };
        of_kind.into_iter().chain(of_namespace.map(|message| ("namespace", message)))
    }
}

/// What a schedule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The one of this kind and name.
    Named {
        /// Its kind.
        kind: KindRef,
        /// Its name.
        name: Box<str>,
    },
    /// Those that a selection takes.
    Selected {
        /// Which.
        selection: Selection,
        /// Whether a workload's own annotation keeps it out.
        allow_exclusion: bool,
        /// How many an edit may newly lower at once before somebody has to confirm it.
        max_new_targets: u32,
    },
}

impl Reach {
    /// The fields of a `spec` that it is read from.
    pub const FIELDS: [&'static str; 4] = ["targetRef", "targets", "allowExclusion", "maxNewTargets"];

    /// Reads what a schedule is for out of its `spec`, and passes over what says when. What is wrong goes to `problems`, and then there
    /// is none; of a schedule that is wrong elsewhere it is known nevertheless.
    pub fn read(spec: &Json, scope: Scope<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(spec, "spec", problems)?;
        let before = problems.said();
        read_either(&mut fields, scope, problems).filter(|_| problems.said() == before)
    }

    /// What applies where nothing else does and the schedule says nothing of it: what is selected keeps what it had.
    pub const fn default_value(&self) -> Value {
        match self {
            Self::Named { .. } => Value::Count(1),
            Self::Selected { .. } => Value::Original,
        }
    }

    /// What becomes of a target when the schedule is deleted and says nothing of it.
    pub const fn on_delete(&self) -> OnDelete {
        match self {
            Self::Named { .. } => OnDelete::Keep,
            Self::Selected { .. } => OnDelete::Restore,
        }
    }
}

fn read_either(fields: &mut Fields<'_>, scope: Scope<'_>, problems: &mut Problems) -> Option<Reach> {
    match (fields.get("targetRef"), fields.get("targets")) {
        (Some(target), None) => {
            of_many_alone(fields, problems);
            read_named(target, &fields.path("targetRef"), scope, problems)
        }
        (None, Some(targets)) => read_selected(fields, targets, scope, problems),
        (Some(_), Some(_)) => {
            problems.push(fields.path("targets"), "it stands beside targetRef: keep one of the two");
            None
        }
        (None, None) => {
            let message = "missing: write targetRef with a name, or targets for all of some kinds and labels";
            problems.push(fields.path("targetRef"), message);
            None
        }
    }
}

/// The fields that go with `targets`.
fn read_many(fields: &mut Fields<'_>, problems: &mut Problems) -> (bool, u32) {
    let allow = fields.flag("allowExclusion", problems).unwrap_or(true);
    let most = fields.number("maxNewTargets", problems);
    let most = most.map_or(Some(MAX_NEW_TARGETS), |found| {
        let right = u32::try_from(found).ok().filter(|_| (1..=NEW_TARGETS_MAX).contains(&found));
        if right.is_none() {
            let message = format!("{found} is out of range: write a whole number from 1 to {NEW_TARGETS_MAX}");
            problems.push(fields.path("maxNewTargets"), message);
        }
        right
    });
    (allow, most.unwrap_or(MAX_NEW_TARGETS))
}

/// Those fields beside `targetRef`, where they have no effect.
fn of_many_alone(fields: &mut Fields<'_>, problems: &mut Problems) {
    for field in ["allowExclusion", "maxNewTargets"] {
        if fields.get(field).is_some() {
            problems.push(fields.path(field), "it goes with targets and has no effect beside targetRef: leave it out");
        }
    }
}

fn read_selected(fields: &mut Fields<'_>, targets: &Json, scope: Scope<'_>, problems: &mut Problems) -> Option<Reach> {
    let (allow_exclusion, max_new_targets) = read_many(fields, problems);
    let path = fields.path("targets");
    let targets = read_targets(targets, &path, problems)?;
    let selection = Selection::of(&targets, scope, &path, problems)?;
    Some(Reach::Selected { selection, allow_exclusion, max_new_targets })
}

fn read_named(value: &Json, path: &str, scope: Scope<'_>, problems: &mut Problems) -> Option<Reach> {
    let mut fields = Fields::of(value, path, problems)?;
    let api_version = fields.text("apiVersion", problems).unwrap_or_else(target_api_version);
    let kind = fields.text("kind", problems).unwrap_or_else(target_kind);
    let name = fields.required_text("name", "the target's name", problems);
    check_name(&name, &fields.path("name"), problems);
    for (field, text) in [("apiVersion", &api_version), ("kind", &kind), ("name", &name)] {
        let path = fields.path(field);
        if text.is_empty() && !problems.covers(&path) {
            problems.push(path, "the text is empty: write a name");
        }
    }
    let asked = fields.text("namespace", problems);
    for (field, message) in scope.refusals(&api_version, &kind, asked.as_deref()) {
        problems.push(fields.path(field), message);
    }
    fields.finish(problems);
    Some(Reach::Named { kind: KindRef::new(&api_version, &kind), name: name.into() })
}

#[cfg(test)]
mod tests;
