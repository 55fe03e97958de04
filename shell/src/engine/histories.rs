//! What is known of one of an object's targets before anybody has looked at it: by what is known of the object, and by who held it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ids::{PolicyId, TargetId};
use super::policies::Slot;
use super::state::Engine;
use crate::api::overrides::Override;
use crate::api::{Entry, TargetStatus, TargetsStatus};
use crate::policy::summary::NAMED_MAX;
use crate::policy::{Because, History, Type};
use crate::target::{TargetKey, TargetState};

/// The targets of an object of which nobody knew what they had when it was last told of.
#[derive(Debug, Default)]
pub struct Missed {
    /// Each by its namespace, kind and name.
    named: BTreeSet<[Box<str>; 3]>,
    /// Whether there may be more than a status names.
    are_more: bool,
}

impl Missed {
    /// Those that the status of an object of this namespace names.
    pub fn of_status(status: Option<&TargetsStatus>, namespace: &str) -> Self {
        let Some(status) = status else { return Self::default() };
        let is_missed = |line: &&TargetStatus| line.reason == Because::OriginalUnknown.as_str();
        let named = status.first.iter().filter(is_missed).map(|line| {
            let namespace = line.namespace.as_deref().unwrap_or(namespace);
            [namespace, &line.kind, &line.name].map(Into::into)
        });
        // They stand before all but those that failed.
        let are_more = status.first.len() >= NAMED_MAX && status.first.last().is_some_and(|line| is_missed(&line));
        Self { named: named.collect(), are_more }
    }

    /// These.
    fn of<'k>(keys: impl Iterator<Item = &'k TargetKey>) -> Self {
        Self { named: keys.map(called).collect(), are_more: false }
    }

    /// Whether it is one of them. Of those that nobody names it may be what has been left at none.
    fn has(&self, key: &TargetKey, state: Option<&TargetState>) -> bool {
        let is_none = || state.is_some_and(|state| state.replicas == 0);
        !self.named.is_empty() && (self.named.contains(&called(key)) || self.are_more && is_none())
    }
}

fn called(key: &TargetKey) -> [Box<str>; 3] {
    [&*key.namespace, key.kind.as_str(), &*key.name].map(Into::into)
}

impl Engine {
    /// What is known of a target by what is known of the object alone.
    ///
    /// What an earlier process held is told by the record, or by who wrote it last where nothing had to be remembered. What this process
    /// itself has seen come is nobody's, whoever wrote it last: what was given back was written by us, too. But for what the object named
    /// until it picked.
    pub(super) fn history_of_member(&self, policy: PolicyId, target: TargetId) -> Option<History> {
        let slot = self.policies.get(policy)?;
        let (key, found) = (self.targets.key(target)?, self.targets.get(target)?);
        let (state, entry) = (found.state.as_ref(), found.kept());
        let identity = &slot.policy.identity;
        let is_holder = |entry: &Entry| entry.holder == *identity.name && entry.holder_kind == identity.kind();
        let was_named = slot.named == Some(target);
        let is_ours = (was_named || !slot.followed) && state.is_some_and(TargetState::is_ours);
        let is_held = is_ours || entry.is_some_and(is_holder);
        let known = &self.head(slot)?.history;
        let is_missed = was_named && known.was(Type::Degraded, Because::OriginalUnknown)
            || !slot.followed && slot.missed.has(key, state);
        let history = known.of_member(state, is_held, is_held && is_missed);
        let overrides = self.overrides_apart(slot, target);
        if overrides.is_empty() {
            return Some(history);
        }
        let now = self.clock.at(self.time.wall());
        Some(history.overridden(&slot.policy, self.holidays(slot), &overrides, now))
    }

    /// The overrides of an object of the cluster that are for its targets in one namespace alone.
    fn overrides_apart(&self, slot: &Slot, target: TargetId) -> Vec<Arc<Override>> {
        let name = self.targets.key(target).map(|key| &key.namespace);
        let namespace =
            name.filter(|_| slot.policy.identity.is_of_cluster()).and_then(|name| self.namespaces.find(name));
        namespace.map(|namespace| self.standings.given_to(namespace, &slot.policy)).unwrap_or_default()
    }

    /// What this process knows of an object is what the API has of it, from now on.
    pub(super) fn unfollow(&mut self, id: PolicyId) {
        let Some(slot) = self.policies.get_mut(id) else { return };
        if let Some(many) = slot.many.as_ref().filter(|_| slot.followed) {
            slot.missed = Missed::of(many.tally.unknown().filter_map(|target| self.targets.key(*target)));
        }
        slot.followed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Kind;

    fn line(namespace: Option<&str>, name: &str, because: Because) -> TargetStatus {
        let (kind, reason) = ("Deployment".to_owned(), because.as_str().to_owned());
        TargetStatus {
            namespace: namespace.map(str::to_owned),
            kind,
            name: name.to_owned(),
            reason,
            ..Default::default()
        }
    }

    fn key(namespace: &str, name: &str) -> TargetKey {
        TargetKey { kind: Kind::DEPLOYMENT, namespace: namespace.into(), name: name.into() }
    }

    #[test]
    fn those_that_a_status_names_are_missed_and_no_others() {
        let none = TargetState::default();
        assert!(!Missed::of_status(None, "shop").has(&key("shop", "web"), Some(&none)));
        let first = vec![
            line(None, "bad", Because::TargetUpdateFailed),
            line(None, "web", Because::OriginalUnknown),
            line(Some("other"), "api", Because::OriginalUnknown),
        ];
        let missed = Missed::of_status(Some(&TargetsStatus { first, ..TargetsStatus::default() }), "shop");
        assert!(missed.has(&key("shop", "web"), None) && missed.has(&key("other", "api"), None));
        for (namespace, name) in [("shop", "bad"), ("shop", "api"), ("other", "web")] {
            assert!(!missed.has(&key(namespace, name), Some(&none)), "{namespace}/{name}");
        }
    }

    #[test]
    fn where_a_status_has_no_room_for_more_what_was_left_at_none_is_missed_too() {
        let first: Vec<_> =
            (0..NAMED_MAX).map(|number| line(None, &format!("d{number}"), Because::OriginalUnknown)).collect();
        let missed = Missed::of_status(Some(&TargetsStatus { first, ..TargetsStatus::default() }), "shop");
        let some = TargetState { replicas: 2, ..TargetState::default() };
        assert!(missed.has(&key("shop", "web"), Some(&TargetState::default())));
        assert!(!missed.has(&key("shop", "web"), Some(&some)) && missed.has(&key("shop", "d1"), Some(&some)));
    }
}
