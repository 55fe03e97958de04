//! Which object it is: the two kinds of schedules, and where one of them lies.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::API_VERSION;
use super::selection::Scope;

/// The kinds of schedules.
#[derive(
    Serialize, Deserialize, schemars::JsonSchema, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
)]
pub enum ScalerKind {
    /// Of a namespace.
    #[default]
    TimeWindowScaler,
    /// Of the cluster.
    ClusterTimeWindowScaler,
}

impl ScalerKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::TimeWindowScaler, Self::ClusterTimeWindowScaler];

    /// That of what lies in a namespace, or in none where that is empty.
    pub const fn in_namespace(namespace: &str) -> Self {
        if namespace.is_empty() { Self::ClusterTimeWindowScaler } else { Self::TimeWindowScaler }
    }

    /// As an object writes its `kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TimeWindowScaler => "TimeWindowScaler",
            Self::ClusterTimeWindowScaler => "ClusterTimeWindowScaler",
        }
    }

    /// The one that is written so.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it is that of a namespace, which is meant where nothing else is said.
    pub fn is_of_namespace(&self) -> bool {
        *self == Self::TimeWindowScaler
    }

    /// The path of an object in the API; `namespace` counts for what lies in one.
    pub fn path(self, namespace: &str, name: &str) -> String {
        match self {
            Self::TimeWindowScaler => format!("/apis/{API_VERSION}/namespaces/{namespace}/timewindowscalers/{name}"),
            Self::ClusterTimeWindowScaler => format!("/apis/{API_VERSION}/clustertimewindowscalers/{name}"),
        }
    }
}

/// What an object's `metadata` says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its namespace, shared by all objects in it; empty of what lies in none, as the API has it.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
    /// Another object of the same name has another one.
    pub uid: Box<str>,
    /// How often its spec was edited, from 1.
    pub generation: i64,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Whether it has a deletion timestamp.
    pub deleting: bool,
}

impl Identity {
    /// Of a schedule: which kind.
    pub fn kind(&self) -> ScalerKind {
        ScalerKind::in_namespace(&self.namespace)
    }

    /// Of a schedule: whether it is one of the cluster.
    pub fn is_of_cluster(&self) -> bool {
        self.namespace.is_empty()
    }

    /// Of a schedule: where it is.
    pub fn scope(&self) -> Scope<'_> {
        Scope::of(&self.namespace)
    }
}

impl fmt::Display for Identity {
    /// `NAMESPACE/NAME`, or the name alone of what lies in no namespace.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name_and_says_where_an_object_lies() {
        for kind in ScalerKind::ALL {
            assert_eq!(ScalerKind::read(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(ScalerKind::read("TimeWindowOverride"), None);
        let [one, all] = ScalerKind::ALL;
        assert_eq!(one.path("shop", "web"), "/apis/kyklos.io/v1alpha1/namespaces/shop/timewindowscalers/web");
        assert_eq!(all.path("", "night"), "/apis/kyklos.io/v1alpha1/clustertimewindowscalers/night");
        assert_eq!((ScalerKind::in_namespace("shop"), ScalerKind::in_namespace("")), (one, all));
    }
}
