//! What can be scaled: its kinds, and what is seen of one.

mod key;
pub mod scale;

pub use key::TargetKey;

/// A kind of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `apps/v1` `Deployment`, by its `scale` subresource.
    Deployment,
    /// `apps/v1` `StatefulSet`, likewise.
    StatefulSet,
}

impl Kind {
    /// Every kind that this version scales.
    pub const ALL: [Self; 2] = [Self::Deployment, Self::StatefulSet];

    /// The kind that a `targetRef` names, if this version scales it.
    pub fn named(api_version: &str, kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.api_version() == api_version && known.as_str() == kind)
    }

    /// The kind of a resource, as `kubectl` names that: `deployments.apps`.
    pub fn of_resource(resource: &str) -> Option<Self> {
        let (plural, group) = resource.split_once('.')?;
        Self::ALL.into_iter().find(|known| known.plural() == plural && known.group() == group)
    }

    /// Its resource, as `kubectl` names it.
    pub fn resource(self) -> String {
        format!("{}.{}", self.plural(), self.group())
    }

    /// Its API group.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet => "apps",
        }
    }

    /// The version of its API group.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet => "v1",
        }
    }

    /// As a `targetRef` writes its `apiVersion`.
    pub const fn api_version(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet => "apps/v1",
        }
    }

    /// As a `targetRef` writes its `kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
        }
    }

    /// As it stands in the API's paths.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Deployment => "deployments",
            Self::StatefulSet => "statefulsets",
        }
    }
}

/// What a policy names as its target, in its own namespace. A StatefulSet is no Deployment of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetRefKey {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: Box<str>,
}

/// A target as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetState {
    /// Another object of the same name has another one.
    pub uid: Box<str>,
    /// Its resource version, an ordered whole number (Kubernetes 1.35, KEP-5504).
    pub version: u64,
    /// How many replicas it asks for.
    pub replicas: i32,
    /// The field manager that owns the count: a foreign one before our own, which is `kyklos`; `None` where the API server
    /// records none.
    pub writer: Option<Box<str>>,
    /// What its annotation says that its original count is.
    pub original: Option<u32>,
    /// Whether it has a deletion timestamp.
    pub deleting: bool,
}
