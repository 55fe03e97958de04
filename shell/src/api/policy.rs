//! What is kept of an object: parsed once, at the watch.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::overrides::Annotation;
use super::problems::Problems;
use super::selection::{Aim, Reach, Scope};
use super::{Compiled, compile, spec};

/// The most problems of one object that are kept in words; the others are counted.
const PROBLEMS_MAX: usize = 10;
/// The most bytes of an override annotation that are kept; of a longer one the beginning is.
pub const OVERRULE_MAX: usize = 1_024;

/// The most labels of an object that are kept.
pub const LABELS_MAX: usize = 64;

/// What an object's `metadata` says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its namespace, shared by all objects in it.
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
    /// Its labels, by which overrides find it; at most [`LABELS_MAX`], the first by their keys.
    pub labels: BTreeMap<String, String>,
}

impl Policy {
    /// Reads an object as the API server gave it, however strange it is: what is wrong is inside.
    pub fn read(identity: Identity, raw: &Value, overrule: Option<&str>) -> Self {
        let spec = read_spec(raw, &identity.namespace);
        // What is wrong with it is said already.
        let reach = Reach::read(raw, Scope::Namespace(&identity.namespace), &mut Problems::at_most(1));
        let aim = reach.and_then(Aim::of);
        Self { identity, spec, aim, overrule: overrule.map(Annotation::of), confirm: None, labels: BTreeMap::new() }
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
    /// `NAMESPACE/NAME`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.identity.namespace, self.identity.name)
    }
}

fn read_spec(raw: &Value, namespace: &str) -> Result<Arc<Compiled>, Arc<Problems>> {
    let mut problems = Problems::at_most(PROBLEMS_MAX);
    let found = spec(raw, &mut problems);
    let compiled = found.and_then(|spec| {
        let schedule = compile(&spec, namespace, &mut problems)?;
        Some(Compiled::of(&spec, schedule))
    });
    match compiled {
        Some(compiled) if problems.is_empty() => Ok(Arc::new(compiled)),
        _ => Err(Arc::new(problems.closed())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Pause;

    fn read(spec: &Value, overrule: Option<&str>) -> Policy {
        let identity = Identity {
            namespace: "shop".into(),
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
