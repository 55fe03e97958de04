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
