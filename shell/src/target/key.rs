//! A target's name.

use std::sync::Arc;

use super::Kind;

/// A target's name: a StatefulSet is no Deployment of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetKey {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
}

/// What a policy names as its target, in its own namespace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetRefKey {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: Box<str>,
}

impl TargetKey {
    /// As a ScaleRecord of its namespace calls it, such as `deployments.apps/web`.
    pub fn recorded_as(&self) -> String {
        recorded_as(&self.kind, &self.name)
    }
}

impl TargetRefKey {
    /// As a ScaleRecord calls it, such as `deployments.apps/web`.
    pub fn recorded_as(&self) -> String {
        recorded_as(&self.kind, &self.name)
    }

    /// What a ScaleRecord calls so; `None` where that is no target.
    pub fn of_record(called: &str) -> Option<Self> {
        let (kind, name) = called.split_once('/')?;
        Some(Self { kind: Kind::of_record(kind)?, name: name.into() })
    }

    /// The same in a namespace.
    pub fn within(self, namespace: Arc<str>) -> TargetKey {
        TargetKey { kind: self.kind, namespace, name: self.name }
    }
}

fn recorded_as(kind: &Kind, name: &str) -> String {
    format!("{}/{name}", kind.recorded_as())
}
