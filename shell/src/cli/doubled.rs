//! Names that stand in a list twice, which is right and still a slip: somebody meant another one, or takes one away and wonders.

use std::collections::BTreeMap;

use crate::api::Object;
use crate::api::selection::ExcludedSpec;

/// Those of a schedule, each by its second place, with what is to be said of it.
pub(super) fn of(object: &Object) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let path = "spec.targets.namespaces";
    let namespaces = object.spec.targets.as_ref().and_then(|targets| targets.namespaces.as_ref());
    if let Some(namespaces) = namespaces.filter(|_| !object.kind().is_of_namespace()) {
        all.extend(named(&namespaces.names, &format!("{path}.names")));
        all.extend(named(&namespaces.exclude, &format!("{path}.exclude")));
    }
    all.extend(excluded(object));
    all
}

fn named(names: &[String], path: &str) -> Vec<(String, String)> {
    let mut first = BTreeMap::new();
    let twice = names.iter().enumerate().filter_map(|(index, name)| {
        let before = *first.entry(name).or_insert(index);
        (before != index).then(|| (format!("{path}[{index}]"), told(name, path, before)))
    });
    twice.collect()
}

/// One that names no kind is for all of them.
fn excluded(object: &Object) -> Vec<(String, String)> {
    let path = "spec.targets.exclude";
    let mut first: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    let mut all = Vec::new();
    let excluded = object.spec.targets.iter().flat_map(|targets| &targets.exclude);
    for (index, ExcludedSpec { kind, name }) in excluded.enumerate() {
        let kind = kind.as_deref();
        match first.get(&(name, None)).or_else(|| first.get(&(name, kind))) {
            Some(before) => all.push((format!("{path}[{index}]"), told(name, path, *before))),
            None => drop(first.insert((name, kind), index)),
        }
    }
    all
}

fn told(name: &str, path: &str, before: usize) -> String {
    format!("{name} stands in {path}[{before}] already: take one of the two away")
}
