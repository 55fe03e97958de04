//! What is kept of an object: parsed once, at the watch.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::overrides::Annotation;
use super::problems::Problems;
use super::selection::{Aim, Reach, Scope};
use super::{Compiled, Identity, by_fields, compile, spec};

/// The most problems of one object that are kept in words; the others are counted.
const PROBLEMS_MAX: usize = 10;
/// The most bytes of an override annotation that are kept; of a longer one the beginning is.
pub const OVERRULE_MAX: usize = 1_024;

/// The most labels of an object that are kept.
pub const LABELS_MAX: usize = 64;

/// What is kept of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Which object it is.
    pub identity: Identity,
    /// What it asks for, or what is wrong with that.
    pub spec: Result<Arc<Compiled>, Arc<Problems>>,
    /// What it is for, which may be known of one that can't be followed, too.
    pub aim: Option<Aim>,
    /// The override annotation.
    pub overrule: Option<Annotation>,
    /// What its annotation `kyklos.io/confirm` says.
    pub confirm: Option<Box<str>>,
    /// A digest of what it asks for, of one of many targets, by which another process knows that again; else empty.
    pub digest: Box<str>,
    /// Its labels, by which overrides find it; at most [`LABELS_MAX`], the first by their keys.
    pub labels: BTreeMap<String, String>,
}

impl Policy {
    /// Reads an object as the API server gave it, however strange it is: what is wrong is inside.
    pub fn read(identity: Identity, raw: &Value, overrule: Option<&str>) -> Self {
        let spec = read_spec(raw, identity.scope());
        // What is wrong with it is said already.
        let reach = Reach::read(raw, identity.scope(), &mut Problems::at_most(1));
        let aim = reach.and_then(Aim::of);
        let is_of_many = aim.as_ref().is_some_and(|aim| aim.selecting().is_some());
        let digest = if is_of_many { digest(raw).into() } else { Box::default() };
        let overrule = overrule.map(Annotation::of);
        Self { identity, spec, aim, overrule, confirm: None, digest, labels: BTreeMap::new() }
    }

    /// The same with labels.
    #[must_use]
    pub fn labelled(self, labels: Option<&BTreeMap<String, String>>) -> Self {
        let kept = labels.into_iter().flatten().take(LABELS_MAX);
        Self { labels: kept.map(|(key, value)| (key.clone(), value.clone())).collect(), ..self }
    }

    /// What it asks for, when it can be followed.
    pub fn compiled(&self) -> Option<&Compiled> {
        self.spec.as_deref().ok()
    }
}

impl fmt::Display for Policy {
    /// As its [identity](Identity) is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.identity.fmt(f)
    }
}

/// Enough of a digest to tell one spec from another.
fn digest(raw: &Value) -> String {
    let whole = Sha256::digest(raw.to_string());
    whole.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn read_spec(raw: &Value, scope: Scope<'_>) -> Result<Arc<Compiled>, Arc<Problems>> {
    let mut problems = Problems::at_most(PROBLEMS_MAX);
    let found = spec(raw, &mut problems);
    let compiled = found.and_then(|spec| {
        let schedule = compile(&spec, scope, &mut problems)?;
        Some(Compiled::of(&spec, schedule))
    });
    match compiled {
        Some(compiled) if problems.is_empty() => Ok(Arc::new(compiled)),
        _ => {
            by_fields(&mut problems);
            Err(Arc::new(problems.closed()))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::api::Pause;

    fn read(spec: &Value, overrule: Option<&str>) -> Policy {
        read_in("shop", spec, overrule)
    }

    fn read_in(namespace: &str, spec: &Value, overrule: Option<&str>) -> Policy {
        let identity = Identity {
            namespace: namespace.into(),
            name: "web".into(),
            uid: "1".into(),
            generation: 1,
            created: DateTime::UNIX_EPOCH,
            deleting: false,
        };
        Policy::read(identity, spec, overrule)
    }

    #[test]
    fn whatever_stands_there_is_read() {
        use serde_json::json;
        for strange in [
            Value::Null,
            json!([1]),
            json!("x"),
            json!({}),
            json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "windows": {} }),
        ] {
            let said = read(&strange, None).spec.unwrap_err().to_string();
            assert!(said.starts_with("spec"), "{said}");
        }
        let policy = read(&json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "gracePeriodSeconds": 7 }), None);
        let compiled = policy.compiled().unwrap();
        assert_eq!((compiled.grace.num_seconds(), compiled.pause), (7, Pause::Never));
        let broken = read(&json!({ "targetRef": { "name": "web" }, "timezone": "Mars/Olympus" }), None);
        assert!(broken.spec.is_err());
        for policy in [policy, broken] {
            assert_eq!(policy.aim.as_ref().and_then(Aim::named).map(|target| &*target.name), Some("web"));
        }
    }

    #[test]
    fn one_of_the_cluster_is_for_namespaces_or_names_what_lies_in_none() {
        use serde_json::json;
        let read = |spec: &Value| read_in("", spec, None);
        let night = read(&json!({ "targets": { "namespaces": { "names": ["shop"] } }, "timezone": "UTC" }));
        let selecting = night.aim.as_ref().and_then(Aim::selecting).unwrap();
        assert!(selecting.selection.namespaces().unwrap().take("shop", None, |_| None));
        assert_eq!(
            (night.to_string().as_str(), night.compiled().unwrap().on_delete),
            ("web", crate::api::OnDelete::Restore)
        );
        let pool = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch" });
        let pools = read(&json!({ "targetRef": pool, "timezone": "UTC" }));
        assert!(pools.spec.is_ok() && pools.aim.as_ref().and_then(Aim::named).is_some());
        for (spec, said) in [
            (
                json!({ "targets": { "namespaces": { "names": ["Shop!"] } } }),
                "spec.targets.namespaces.names[0]: \"Shop!\" can't be a namespace's name",
            ),
            (
                json!({ "targets": { "namespaces": { "names": ["lab"], "exclude": ["lab"] } } }),
                "spec.targets.namespaces.exclude[0]: \"lab\" stands in names, too",
            ),
            (json!({ "targets": { "namespaces": { "name": "lab" } } }), "spec.targets.namespaces.name: unknown field"),
            (
                json!({ "targets": {}, "namespaces": {} }),
                "spec.namespaces: unknown field: it belongs elsewhere: write spec.targets.namespaces, in a ClusterTimeWindowScaler",
            ),
            (json!({ "targetRef": { "name": "web" } }), "spec.targetRef.kind: a Deployment is in a namespace"),
            (
                json!({ "targetRef": { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web" } }),
                "spec.targetRef.kind: a ReplicaSet is in a namespace",
            ),
            (
                json!({ "targetRef": { "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "x", "namespace": "y" } }),
                "spec.targetRef.namespace: a ClusterTimeWindowScaler names what is in no namespace",
            ),
        ] {
            let mut spec = spec;
            spec["timezone"] = json!("UTC");
            let problems = read(&spec).spec.unwrap_err();
            assert_eq!(problems.iter().count(), 1, "{problems}");
            assert!(problems.to_string().starts_with(said), "{problems}");
        }
    }

    #[test]
    fn days_are_as_many_as_there_can_be() {
        let spec = |days: usize| {
            let window =
                serde_json::json!({ "days": vec!["Mon"; days], "start": "09:00", "end": "17:00", "replicas": 1 });
            serde_json::json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "windows": [window] })
        };
        assert!(read(&spec(14), None).spec.is_ok());
        let said = read(&spec(200_000), None).spec.unwrap_err().to_string();
        assert_eq!(said, "spec.windows[0].days: 200000 entries are too many: write at most 14");
    }

    #[test]
    fn what_somebody_piles_up_is_not_kept() {
        let windows: Vec<_> =
            (0..64).map(|_| serde_json::json!({ "name": "x".repeat(10_000), "start": 1, "end": 2 })).collect();
        let spec = serde_json::json!({ "targetRef": { "name": "web" }, "timezone": "UTC", "windows": windows });
        let policy = read(&spec, Some(&"é".repeat(100_000)));
        assert_eq!(policy.overrule.as_ref().map(|kept| kept.text.len()), Some(OVERRULE_MAX));
        let said = policy.spec.unwrap_err().to_string();
        assert!(said.len() < 16_384 && said.ends_with(" more"), "{said}");
        let fields: serde_json::Map<_, _> =
            (0..100_000).map(|index| (format!("a{index}"), Value::Bool(true))).collect();
        let said = read(&Value::Object(fields), None).spec.unwrap_err().to_string();
        assert!(said.len() < 16_384 && said.ends_with("and 99992 more"), "{said}");
    }
}
