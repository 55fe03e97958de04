//! A kind of target.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{OWN, Served, Size, TargetKey, TargetState, apps, custom, hpa, scaled_object};
use crate::cluster::requests::{Answer, Request};
use crate::cluster::workloads::Watching;

/// A kind of target. Two are the same if their API groups and their names are: which version of the group somebody writes doesn't
/// say which object is meant.
#[derive(Debug, Clone)]
pub enum Kind {
    /// One with a file of its own.
    Own(&'static Own),
    /// Another one, with `scale`.
    Custom(Arc<Custom>),
}

/// A kind with a file of its own.
#[derive(Debug)]
pub struct Own {
    /// Its API group.
    pub group: &'static str,
    /// The version of its API group.
    pub version: &'static str,
    /// As a `targetRef` writes its `kind`.
    pub name: &'static str,
    /// As it stands in the API's paths.
    pub plural: &'static str,
    /// As `--targets` takes it for short.
    pub short: Option<&'static str>,
    /// How its objects are scaled.
    pub how: How,
    /// The fields of its objects that are written.
    pub fields: &'static [Field],
    /// The verbs that it takes, on its objects and on parts of them, as rules write those.
    pub rights: &'static [(&'static str, &'static [&'static str])],
    /// The kinds to which it takes the rights, too.
    pub adds: &'static [&'static Own],
    /// What the right to it amounts to beyond the count, where that is more than it seems.
    pub amounts_to: Option<&'static str>,
    /// Whether an API server may not serve it, which is then nobody's trouble but of those who name it.
    pub is_optional: bool,
}

/// A field that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Where it is: a JSON pointer (RFC 6901).
    pub pointer: &'static str,
    /// Whether the API server takes no object without it, so that it can't be left out of a manifest.
    pub required: bool,
}

impl Field {
    /// Of what has `scale`; where a custom kind has its count is in its CRD (`specReplicasPath`).
    pub const OF_SCALE: &'static [Self] = &[Self::optional("/spec/replicas")];

    /// One that a manifest may leave out.
    pub const fn optional(pointer: &'static str) -> Self {
        Self { pointer, required: false }
    }
}

/// A kind that is found by discovery.
#[derive(Debug)]
pub struct Custom {
    /// Its API group.
    pub group: Box<str>,
    /// The version of its API group, as somebody has written it first; empty where nobody has.
    pub version: Box<str>,
    /// As a `targetRef` writes its `kind`.
    pub name: Box<str>,
}

/// How the objects of a kind are scaled.
#[derive(Debug)]
pub struct How {
    /// The most that an object of it can have.
    pub most: u32,
    /// Whether it scales others inside of bounds, which are what is written: an autoscaler. What it was allowed is always remembered.
    pub ranges: bool,
    /// Whether it stands still while what it scales has none, so that none can be written beside it.
    pub stands_still: bool,
    /// What may happen once an object of it gets more than none, where its manifest doesn't say otherwise.
    pub risk: Option<&'static str>,
    /// Watches its objects.
    pub watch: fn(Watching) -> futures::future::BoxFuture<'static, ()>,
    /// The write of a size. With the identity and the resource version that the decision saw, it is refused once anybody has written
    /// since.
    pub write: fn(&Served, &TargetKey, &TargetState, Size) -> Request,
    /// The size that the answer to the write of one says.
    pub answered: fn(&Answer, Size) -> Size,
}

impl Kind {
    /// The Deployments.
    pub const DEPLOYMENT: Self = Self::Own(&apps::DEPLOYMENT);
    /// The HorizontalPodAutoscalers.
    pub const HPA: Self = Self::Own(&hpa::HPA);
    /// KEDA's ScaledObjects.
    pub const SCALED_OBJECT: Self = Self::Own(&scaled_object::SCALED_OBJECT);

    /// The kind that a `targetRef` names, however it is served; `None` where the name can't be one's. A group without a dot is
    /// Kubernetes' own, and of those the kinds with a file are all there are.
    pub fn named(api_version: &str, name: &str) -> Option<Self> {
        let own = OWN.into_iter().find(|own| own.name == name && own.api_version() == api_version);
        if let Some(own) = own {
            return Some(Self::Own(own));
        }
        let (group, version) = api_version.split_once('/')?;
        Self::custom(group, version, name).filter(|_| custom::is_version(version))
    }

    /// The kind of a group, by whatever version of it; `None` where the name can't be one's.
    pub fn of_group(group: &str, name: &str) -> Option<Self> {
        let own = OWN.into_iter().find(|own| own.group == group && own.name == name);
        own.map(Self::Own).or_else(|| Self::custom(group, "", name))
    }

    /// Whether it has a file of its own.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }

    /// How its objects are scaled.
    pub fn how(&self) -> &'static How {
        match self {
            Self::Own(own) => &own.how,
            Self::Custom(_) => &custom::HOW,
        }
    }

    /// Its API group.
    pub fn group(&self) -> &str {
        match self {
            Self::Own(own) => own.group,
            Self::Custom(custom) => &custom.group,
        }
    }

    /// As a `targetRef` writes its `kind`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Own(own) => own.name,
            Self::Custom(custom) => &custom.name,
        }
    }

    /// As `kyklos manifests --targets` takes it, which asks for the resource of a custom kind.
    pub fn granted_as(&self) -> String {
        match self {
            Self::Own(own) => own.short.unwrap_or(own.plural).to_owned(),
            Self::Custom(custom) => format!("RESOURCE.{}", custom.group),
        }
    }

    /// As a ScaleRecord calls it: what has a file by its resource, `deployments.apps`, another one by what it is,
    /// `Fleet.example.com`.
    pub fn recorded_as(&self) -> String {
        match self {
            Self::Own(own) => format!("{}.{}", own.plural, own.group),
            Self::Custom(custom) => format!("{}.{}", custom.name, custom.group),
        }
    }

    /// The kind that a ScaleRecord calls so.
    pub fn of_record(called: &str) -> Option<Self> {
        let is_it = |own: &&Own| called.split_once('.') == Some((own.plural, own.group));
        if let Some(own) = OWN.into_iter().find(is_it) {
            return Some(Self::Own(own));
        }
        let (name, group) = called.split_once('.')?;
        Self::custom(group, "", name)
    }

    fn custom(group: &str, version: &str, name: &str) -> Option<Self> {
        // Another version of one with a file isn't found by its `scale`, which it may not have.
        let is_own = OWN.into_iter().any(|own| own.group == group && own.name == name);
        let is_named = custom::is_group(group) && custom::is_kind(name) && !is_own;
        is_named
            .then(|| Self::Custom(Arc::new(Custom { group: group.into(), version: version.into(), name: name.into() })))
    }

    fn id(&self) -> (&str, &str) {
        (self.group(), self.as_str())
    }
}

impl Own {
    /// As a `targetRef` writes its `apiVersion`.
    pub fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Kind {}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id().cmp(&other.id())
    }
}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_no_other_kind_and_a_record_finds_each_again() {
        let fleet = Kind::named("example.com/v1", "Fleet").unwrap();
        assert_eq!(fleet, Kind::named("example.com/v1beta1", "Fleet").unwrap());
        assert_ne!(fleet, Kind::named("example.org/v1", "Fleet").unwrap());
        assert_eq!(fleet.recorded_as(), "Fleet.example.com");
        assert_eq!(Kind::of_group("apps", "Deployment"), Some(Kind::DEPLOYMENT));
        let own = OWN.into_iter().map(Kind::Own);
        for kind in own.chain([fleet]) {
            assert_eq!(Kind::of_record(&kind.recorded_as()), Some(kind));
        }
        for none in [
            "",
            "deployments",
            "pods.core",
            "a.b",
            "..",
            "Fleet.",
            "Fleet.nodot",
            "Fle/et.example.com",
            "Fleet.e.com/x",
        ] {
            assert!(Kind::of_record(none).is_none(), "{none}");
        }
    }

    #[test]
    fn what_cannot_be_a_kind_or_is_none_that_is_scaled_has_no_name() {
        assert_eq!(Kind::named("apps/v1", "StatefulSet").unwrap().as_str(), "StatefulSet");
        assert!(Kind::named("apps.kruise.io/v1alpha1", "StatefulSet").is_some(), "another group's");
        assert_eq!(Kind::named("autoscaling/v2", "HorizontalPodAutoscaler"), Some(Kind::HPA));
        assert_eq!(Kind::named("keda.sh/v1alpha1", "ScaledObject"), Some(Kind::SCALED_OBJECT));
        for (version, name) in [
            ("apps/v1beta1", "Deployment"),
            ("apps/v1", "DaemonSet"),
            ("v1", "Pod"),
            ("batch/v1", "Job"),
            ("autoscaling/v1", "HorizontalPodAutoscaler"),
            ("keda.sh/v2", "ScaledObject"),
            ("example.com/../v1", "Fleet"),
            ("example.com/v1/x", "Fleet"),
            ("EXAMPLE.com/v1", "Fleet"),
            ("example.com/V1", "Fleet"),
            ("example.com/v1", "Fle/et"),
            ("example.com/v1", ""),
            ("example.com/v1", "Fleet?x"),
            ("", "Deployment"),
        ] {
            assert!(Kind::named(version, name).is_none(), "{version} {name}");
        }
    }
}
