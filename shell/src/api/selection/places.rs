//! Which namespaces a selection takes, for who knows them from files or from a list.

use std::collections::BTreeMap;

use super::{Namespaces, Selection};
use crate::target::LabelSet;

/// The label that the API server gives every namespace: its name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// What is known of namespaces. One of which nothing is known has no label but the API server's own.
#[derive(Debug, Clone, Default)]
pub struct Places {
    own: Box<str>,
    labels: BTreeMap<Box<str>, LabelSet>,
}

impl Places {
    /// None yet; `own` is that of Kyklos itself.
    pub fn new(own: &str) -> Self {
        Self { own: own.into(), labels: BTreeMap::new() }
    }

    /// That of Kyklos itself.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// A namespace has these labels.
    pub fn insert(&mut self, name: &str, labels: LabelSet) {
        self.labels.insert(name.into(), labels);
    }

    /// Whether a selection takes anything in a namespace; `home` is that of its schedule, which is for no other one where it isn't one of
    /// the cluster.
    pub fn take(&self, selection: &Selection, home: &str, name: &str) -> bool {
        match selection.namespaces() {
            Some(namespaces) => self.take_any(namespaces, name),
            None => home == name,
        }
    }

    fn take_any(&self, namespaces: &Namespaces, name: &str) -> bool {
        let labels = self.labels.get(name);
        let label = |key: &str| if key == NAME_LABEL { Some(name) } else { labels.and_then(|labels| labels.get(key)) };
        namespaces.take(name, Some(&self.own), label)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::problems::Problems;
    use crate::api::selection::{Reach, Scope};

    #[test]
    fn a_selection_of_the_cluster_takes_those_that_it_asks_for_and_another_its_own() {
        let selection = |spec: serde_json::Value, scope| {
            let reach = Reach::read(&spec, scope, &mut Problems::default());
            let Some(Reach::Selected { selection, .. }) = reach else { panic!("it selects") };
            selection
        };
        let mut places = Places::new("kyklos-system");
        places.insert("dev", LabelSet::of(&[("env".to_owned(), "dev".to_owned())].into()));
        let of = |selection: &Selection| {
            let all = ["dev", "prod", "kube-system", "kyklos-system"];
            all.into_iter().filter(|name| places.take(selection, "prod", name)).collect::<Vec<_>>()
        };
        let targets = json!({ "targets": {} });
        assert_eq!(of(&selection(targets.clone(), Scope::Namespace("prod"))), ["prod"]);
        assert_eq!(of(&selection(targets, Scope::Cluster)), ["dev", "prod"]);
        let labels = |labels: serde_json::Value| {
            let namespaces = json!({ "selector": { "matchLabels": labels }, "names": ["kube-system"] });
            selection(json!({ "targets": {}, "namespaces": namespaces }), Scope::Cluster)
        };
        assert_eq!(of(&labels(json!({ "env": "dev" }))), ["dev", "kube-system"]);
        assert_eq!(of(&labels(json!({ NAME_LABEL: "prod" }))), ["prod", "kube-system"]);
    }
}
