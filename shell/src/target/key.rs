//! A target's name.

use std::sync::Arc;

use super::Kind;

/// A target's name: a StatefulSet is no Deployment of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetKey {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; empty of what lies in none, as the API has it.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Box<str>,
}

/// What stands in front of what a record calls a target that lies in no namespace: no kind is called so, for each has its group behind a
/// dot.
const OF_CLUSTER: &str = "cluster/";

impl TargetKey {
    /// As a ScaleRecord calls it: `deployments.apps/web`, and `cluster/NodePool.karpenter.sh/batch` of what lies in no namespace.
    pub fn recorded_as(&self) -> String {
        let of_cluster = if self.namespace.is_empty() { OF_CLUSTER } else { "" };
        format!("{of_cluster}{}/{}", self.kind.recorded_as(), self.name)
    }

    /// What a record of a namespace calls so; `none` is the namespace of what lies in none, where that is remembered there.
    pub fn of_record(namespace: &Arc<str>, none: Option<&Arc<str>>, called: &str) -> Option<Self> {
        let (namespace, called) = match called.strip_prefix(OF_CLUSTER) {
            Some(called) => (none?, called),
            None => (namespace, called),
        };
        let (kind, name) = called.split_once('/')?;
        Some(Self { kind: Kind::of_record(kind)?, namespace: Arc::clone(namespace), name: name.into() })
    }
}

/// What a policy names as its target, in its own namespace or in none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetRefKey {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: Box<str>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_finds_each_again_and_what_lies_in_no_namespace_where_that_is_remembered() {
        let (shop, none): (Arc<str>, Arc<str>) = ("shop".into(), "".into());
        let pool = Kind::named("karpenter.sh/v1", "NodePool").unwrap();
        let web = TargetKey { kind: Kind::DEPLOYMENT, namespace: Arc::clone(&shop), name: "web".into() };
        let batch = TargetKey { kind: pool, namespace: Arc::clone(&none), name: "batch".into() };
        assert_eq!(
            [web.recorded_as(), batch.recorded_as()],
            ["deployments.apps/web", "cluster/NodePool.karpenter.sh/batch"]
        );
        for key in [web, batch.clone()] {
            assert_eq!(TargetKey::of_record(&shop, Some(&none), &key.recorded_as()), Some(key));
        }
        assert_eq!(TargetKey::of_record(&shop, None, &batch.recorded_as()), None);
        assert_eq!(TargetKey::of_record(&shop, Some(&none), "cluster/web"), None);
    }
}
