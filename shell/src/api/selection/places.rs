//! Which namespaces a selection takes, for who knows them from files or from a list.

use std::collections::BTreeMap;

use super::{NAME_LABEL, Namespaces, Selection};
use crate::target::{Kind, LabelSet};

/// What an installation calls its Deployment.
pub const OWN_DEPLOYMENT: &str = "kyklos";
/// The namespace that every cluster has for everybody.
const EVERYBODYS: &str = "default";

/// The namespaces whose names begin so are the cluster's own.
const SYSTEM: &str = "kube-";

/// Whether a namespace is one of the cluster's own, by its name.
pub fn is_systems(name: &str) -> bool {
    name.starts_with(SYSTEM)
}

/// What is known of namespaces. One of which nothing is known has no label but the API server's own.
#[derive(Debug, Clone, Default)]
pub struct Places {
    own: Box<str>,
    /// Whether those of the system are looked at.
    systems: bool,
    labels: BTreeMap<Box<str>, LabelSet>,
}

impl Places {
    /// None yet; `own` is that of Kyklos itself, and `systems` whether it looks at those of the system.
    pub fn new(own: &str, systems: bool) -> Self {
        Self { own: own.into(), systems, labels: BTreeMap::new() }
    }

    /// Whether Kyklos passes over the schedules and overrides of a namespace.
    pub fn passes_over(&self, name: &str) -> bool {
        is_systems(name) && !self.systems
    }

    /// That of Kyklos itself.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// A namespace has these labels.
    pub fn insert(&mut self, name: &str, labels: LabelSet) {
        self.labels.insert(name.into(), labels);
    }

    /// The namespaces of which something is known, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.labels.keys().map(|name| &**name)
    }

    /// Whether a namespace is one of those, or one that is there in every cluster with Kyklos.
    pub fn has(&self, name: &str) -> bool {
        self.labels.contains_key(name) || name == EVERYBODYS || is_systems(name) || *name == *self.own
    }

    /// Whether a workload is what Kyklos itself runs in, as an installation calls it.
    pub fn is_kyklos(&self, namespace: &str, (group, kind): (&str, &str), name: &str) -> bool {
        let is_deployment = (group, kind) == (Kind::DEPLOYMENT.group(), Kind::DEPLOYMENT.as_str());
        is_deployment && *namespace == *self.own && name == OWN_DEPLOYMENT
    }

    /// Whether it can't be said if a selection takes anything in a namespace, for that depends on labels of which nothing is known.
    pub fn may_take(&self, selection: &Selection, name: &str) -> bool {
        let is_unknown = !name.is_empty() && !self.labels.contains_key(name);
        let namespaces = selection.namespaces().filter(|namespaces| is_unknown && namespaces.has_selector());
        namespaces.is_some_and(|namespaces| namespaces.may_take(name, Some(&self.own)))
    }

    /// Whether a selection takes anything in a namespace; `home` is that of its schedule, which is for no other one where it isn't one of
    /// the cluster.
    pub fn take(&self, selection: &Selection, home: &str, name: &str) -> bool {
        match selection.namespaces() {
            // What lies in none is named, and never picked.
            Some(namespaces) => !name.is_empty() && self.take_any(namespaces, name),
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
        let mut places = Places::new("kyklos-system", false);
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
            selection(json!({ "targets": { "namespaces": namespaces } }), Scope::Cluster)
        };
        assert_eq!(of(&labels(json!({ "env": "dev" }))), ["dev", "kube-system"]);
        assert_eq!(of(&labels(json!({ NAME_LABEL: "prod" }))), ["prod", "kube-system"]);
        let unsure = |selection: &Selection| {
            let all = ["dev", "prod", "kube-public", "kyklos-system", ""];
            all.into_iter().filter(|name| places.may_take(selection, name)).collect::<Vec<_>>()
        };
        assert_eq!(unsure(&labels(json!({ "env": "dev" }))), ["prod"], "of dev its labels are known");
        assert!(unsure(&labels(json!({ NAME_LABEL: "lab" }))).is_empty(), "its name is all that is asked");
        assert!(unsure(&selection(json!({ "targets": {} }), Scope::Cluster)).is_empty());
        assert!(!places.take(&selection(json!({ "targets": {} }), Scope::Cluster), "", ""));
    }

    #[test]
    fn what_an_installation_runs_in_is_known_by_its_place_and_name() {
        let places = Places::new("kyklos-system", false);
        let is = |namespace: &str, kind: &str, name: &str| places.is_kyklos(namespace, ("apps", kind), name);
        assert!(is("kyklos-system", "Deployment", "kyklos"));
        assert!(!is("shop", "Deployment", "kyklos") && !is("kyklos-system", "StatefulSet", "kyklos"));
        assert!(!is("kyklos-system", "Deployment", "web"));
        assert!(
            places.has("kyklos-system") && places.has("kube-public") && places.has("default") && !places.has("shop")
        );
        assert!(places.passes_over("kube-public") && !places.passes_over("shop") && !places.passes_over("kubernetes"));
        assert!(!Places::new("kyklos-system", true).passes_over("kube-public"));
    }
}
