//! Which objects a list or a watch is about.

use std::sync::Arc;

use crate::refusal::Refusal;
use crate::request::Call;
use crate::store::{Change, Happened, Key, Stored};

/// A namespace, a name and labels; what is empty takes all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selector {
    pub(crate) namespace: String,
    pub(crate) name: String,
    labels: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq)]
enum Requirement {
    Is(String, String),
    IsNot(String, String),
    Exists(String),
    Absent(String),
}

impl Selector {
    /// # Errors
    ///
    /// 400 for fields that can't be selected by, and for labels in a form that isn't known here.
    pub(crate) fn read(call: &Call) -> Result<Self, Refusal> {
        let mut selector = Self { namespace: call.namespace.clone(), ..Self::default() };
        for (key, value) in pairs(call.ask("fieldSelector"))? {
            match key {
                "metadata.name" => selector.name = value.to_owned(),
                "metadata.namespace" if selector.namespace.is_empty() || selector.namespace == value => {
                    selector.namespace = value.to_owned();
                }
                // Another namespace than that of the path: nothing is in both.
                "metadata.namespace" => selector.name = "/".to_owned(),
                _ => {
                    let message = format!(
                        "\"{key}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    );
                    return Err(Refusal::bad_request(&message));
                }
            }
        }
        for part in call.ask("labelSelector").unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
            selector.labels.push(requirement(part)?);
        }
        Ok(selector)
    }

    pub(crate) fn matches(&self, key: &Key, object: &Stored) -> bool {
        (self.namespace.is_empty() || self.namespace == key.0)
            && (self.name.is_empty() || self.name == key.1)
            && self.labels.iter().all(|requirement| requirement.is_met(object))
    }

    /// What a watch with this selector is told of a change, if anything: an object that leaves the selection is deleted.
    pub(crate) fn sees(&self, change: &Change) -> Option<Happened> {
        let before = change.before.as_ref().is_some_and(|before| self.matches(&change.key, before));
        let after = change.what != Happened::Deleted && self.matches(&change.key, &change.object);
        match (before, after) {
            (false, false) => None,
            (false, true) => Some(Happened::Added),
            (true, true) => Some(Happened::Modified),
            (true, false) => Some(Happened::Deleted),
        }
    }

    /// Those of a kind's objects that match, in order.
    pub(crate) fn pick<'a>(
        &'a self,
        objects: impl Iterator<Item = (&'a Key, &'a Arc<Stored>)> + 'a,
    ) -> impl Iterator<Item = (&'a Key, &'a Arc<Stored>)> + 'a {
        objects.filter(|(key, object)| self.matches(key, object))
    }
}

impl Requirement {
    fn is_met(&self, object: &Stored) -> bool {
        let label = |key: &str| object.value.pointer("/metadata/labels").and_then(|labels| labels.get(key));
        match self {
            Self::Is(key, value) => label(key).is_some_and(|label| label == value),
            Self::IsNot(key, value) => label(key).is_none_or(|label| label != value),
            Self::Exists(key) => label(key).is_some(),
            Self::Absent(key) => label(key).is_none(),
        }
    }
}

fn pairs(text: Option<&str>) -> Result<Vec<(&str, &str)>, Refusal> {
    text.unwrap_or_default()
        .split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').ok_or_else(|| {
                Refusal::bad_request(&format!("invalid selector: '{part}'; can't understand '{part}'"))
            })?;
            Ok((key, value.trim_start_matches('=')))
        })
        .collect()
}

fn requirement(part: &str) -> Result<Requirement, Refusal> {
    let part = part.trim();
    if part.contains(['(', ' ']) {
        return Err(Refusal::bad_request(&format!("sets in label selectors aren't known to this server: {part}")));
    }
    Ok(if let Some((key, value)) = part.split_once("!=") {
        Requirement::IsNot(key.to_owned(), value.to_owned())
    } else if let Some((key, value)) = part.split_once('=') {
        Requirement::Is(key.to_owned(), value.trim_start_matches('=').to_owned())
    } else if let Some(key) = part.strip_prefix('!') {
        Requirement::Absent(key.to_owned())
    } else {
        Requirement::Exists(part.to_owned())
    })
}
