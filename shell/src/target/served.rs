//! How the API server serves a kind.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::Own;

/// How the API server serves a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its API group.
    pub group: Cow<'static, str>,
    /// The version of its API group by which its objects are watched and written.
    pub version: Cow<'static, str>,
    /// As objects write their `kind`.
    pub name: Cow<'static, str>,
    /// As it stands in the API's paths.
    pub plural: Cow<'static, str>,
    /// Whether its objects lie in namespaces.
    pub namespaced: bool,
    /// Where its objects have their counts.
    pub count: CountPath,
}

impl Served {
    /// One with a file of its own.
    pub fn own(own: &'static Own) -> Self {
        Self {
            group: own.group.into(),
            version: own.version.into(),
            name: own.name.into(),
            plural: own.plural.into(),
            namespaced: true,
            count: CountPath::default(),
        }
    }

    /// As objects write their `apiVersion`.
    pub fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }

    /// The path of an object; its namespace is empty where it lies in none.
    pub fn path(&self, namespace: &str, name: &str) -> String {
        let (api_version, plural) = (self.api_version(), &self.plural);
        if namespace.is_empty() {
            format!("/apis/{api_version}/{plural}/{name}")
        } else {
            format!("/apis/{api_version}/namespaces/{namespace}/{plural}/{name}")
        }
    }

    /// Why it can't be scaled for a schedule that looks for it elsewhere, in words.
    pub fn misplaced(&self) -> String {
        let (name, api_version) = (&self.name, self.api_version());
        if self.namespaced {
            format!(
                "{name} of {api_version} is a kind of namespaces, and a ClusterTimeWindowScaler names what lies in none: write targets \
                 with namespaces"
            )
        } else {
            format!(
                "{name} of {api_version} is a kind of the cluster, and a schedule is for its own namespace: name it in the targetRef of a \
                 ClusterTimeWindowScaler"
            )
        }
    }
}

/// Where the objects of a kind have their counts: below `spec`, as the CRD's `scale` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountPath(Arc<[Box<str>]>);

impl Default for CountPath {
    /// `.spec.replicas`.
    fn default() -> Self {
        Self(Arc::from([Box::from("replicas")]))
    }
}

impl CountPath {
    /// Reads a `specReplicasPath`, such as `.spec.size`; `None` where it isn't below `.spec` or goes through lists, which no API
    /// server takes.
    pub fn read(text: &str) -> Option<Self> {
        let parts: Arc<[Box<str>]> = text.strip_prefix(".spec.")?.split('.').map(Box::from).collect();
        let is_field = |part: &str| !part.is_empty() && !part.contains(['[', ']', '*', '\'', '"']);
        parts.iter().all(|part| is_field(part)).then_some(Self(parts))
    }

    /// The count in a `spec`. What is absent is 0; what is no count counts as the nearest one.
    pub fn count(&self, spec: &Value) -> i32 {
        let found = self.0.iter().try_fold(spec, |value, part| value.get(&**part)).and_then(Value::as_i64);
        i32::try_from(found.unwrap_or(0).max(0)).unwrap_or(i32::MAX)
    }

    /// Whether it is one of the fields of `spec`, as managedFields write those (`f:NAME`).
    pub fn is_owned(&self, spec: &Value) -> bool {
        self.0.iter().try_fold(spec, |value, part| value.get(format!("f:{part}"))).is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_count_lies_where_the_crd_says() {
        let path = CountPath::read(".spec.pool.size").unwrap();
        for (spec, count) in [
            (json!({ "pool": { "size": 3 }, "replicas": 7 }), 3),
            (json!({ "pool": {} }), 0),
            (json!({}), 0),
            (Value::Null, 0),
            (json!({ "pool": [3] }), 0),
            (json!({ "pool": { "size": "3" } }), 0),
            (json!({ "pool": { "size": -4 } }), 0),
            (json!({ "pool": { "size": 5_000_000_000_i64 } }), i32::MAX),
        ] {
            assert_eq!(path.count(&spec), count, "{spec}");
        }
        assert!(path.is_owned(&json!({ "f:pool": { ".": {}, "f:size": {} } })));
        assert!(!path.is_owned(&json!({ "f:pool": { ".": {} }, "f:replicas": {} })));
        assert_eq!(CountPath::read(".spec.replicas"), Some(CountPath::default()));
        for none in ["", ".spec", ".spec.", "spec.size", ".status.size", ".spec.a..b", ".spec.a[0]", ".spec['a']"] {
            assert_eq!(CountPath::read(none), None, "{none}");
        }
    }
}
