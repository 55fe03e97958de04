//! Reads `targets` from JSON, and finds all that is wrong with it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde_json::Value;

use super::chosen::{Excluded, Selection};
use super::{
    DEFAULT_KINDS, ExcludedSpec, KINDS_MAX, KindRef, KindSpec, NAMES_MAX, Namespaces, NamespacesSpec, Scope,
    TargetsSpec, USUAL,
};
use crate::api::GROUP;
use crate::api::fields::{Fields, describe};
use crate::api::names::{check_name, check_namespace};
use crate::api::problems::{Problems, nearest};
use crate::api::selector::{self, Selector};
use crate::api::supported::countless;
use crate::target::OWN;

/// Reads `targets`. What is wrong goes to `problems`, with something harmless in its place.
pub fn read_targets(value: &Value, path: &str, problems: &mut Problems) -> Option<TargetsSpec> {
    let mut fields = Fields::of(value, path, problems)?;
    let kinds = fields.entries("kinds", KINDS_MAX, problems, read_kind);
    let path = fields.path("namespaces");
    let namespaces = fields.get("namespaces").and_then(|value| read_namespaces(value, &path, problems));
    let selector = read_selector(&mut fields, ANY_WORKLOAD, problems);
    let exclude = fields.entries("exclude", NAMES_MAX, problems, read_excluded);
    fields.finish(problems);
    Some(TargetsSpec { kinds, namespaces, selector, exclude: exclude.unwrap_or_default() })
}

/// Reads its `namespaces`, likewise.
fn read_namespaces(value: &Value, path: &str, problems: &mut Problems) -> Option<NamespacesSpec> {
    let mut fields = Fields::of(value, path, problems)?;
    let names = fields.entries("names", NAMES_MAX, problems, read_namespace);
    if names.as_ref().is_some_and(Vec::is_empty) {
        problems.push(fields.path("names"), NO_NAMES);
    }
    let selector = read_selector(&mut fields, ANY_NAMESPACE, problems);
    let exclude = fields.entries("exclude", NAMES_MAX, problems, read_namespace);
    let excludes_none = exclude.as_ref().is_none_or(Vec::is_empty);
    let says_nothing = excludes_none && ["names", "selector"].into_iter().all(|field| fields.get(field).is_none());
    let before = problems.said();
    fields.finish(problems);
    // A slip of the pen is said already.
    if says_nothing && problems.said() == before {
        problems.push(path, NO_NAMESPACES);
    }
    Some(NamespacesSpec { names: names.unwrap_or_default(), selector, exclude: exclude.unwrap_or_default() })
}

/// What is said of a selector without a word in it. It would take everything, which is more likely a template whose values were empty
/// than what somebody wants. The API server says it, too.
pub(super) const ANY_WORKLOAD: &str = "it asks for no label, so it takes every workload: write matchLabels or matchExpressions, or leave it out \
                            where all of them are meant";
/// The same of namespaces.
pub(super) const ANY_NAMESPACE: &str = "it asks for no label, so it takes every namespace: write matchLabels or matchExpressions, or leave \
                                        it out; where all of them are meant, leave out namespaces";
/// What is said of an empty list of namespaces.
const NO_NAMES: &str =
    "the list is empty: write a name, or leave it out; where all namespaces are meant, leave out namespaces";
/// What is said where neither a name nor a label stands there; the API server says it, too.
pub(super) const NO_NAMESPACES: &str = "it says nothing, so it takes every namespace: write names, selector or exclude, or leave it out where \
                                        all of them are meant";

/// What is said of namespaces in a schedule of one; the API server says it, too.
pub(in crate::api) const OF_ITS_OWN: &str =
    "a TimeWindowScaler is for its own namespace alone: leave it out, or write a ClusterTimeWindowScaler";

/// Reads a selector; `any` is what to say of an empty one.
fn read_selector(fields: &mut Fields<'_>, any: &str, problems: &mut Problems) -> Option<LabelSelector> {
    let (path, before) = (fields.path("selector"), problems.said());
    let selector = selector::read(fields.get("selector")?, &path, problems)?;
    let asks = selector.match_labels.as_ref().is_some_and(|labels| !labels.is_empty())
        || selector.match_expressions.as_ref().is_some_and(|all| !all.is_empty());
    // What stands there and can't be read is said already.
    if !asks && problems.said() == before {
        problems.push(path, any);
    }
    Some(selector)
}

fn read_kind(value: &Value, path: &str, problems: &mut Problems) -> KindSpec {
    let Some(mut fields) = Fields::of(value, path, problems) else {
        return KindSpec { api_version: None, kind: String::new() };
    };
    let kind = KindSpec {
        api_version: fields.text("apiVersion", problems),
        kind: fields.required_text("kind", "such as Deployment", problems),
    };
    fields.finish(problems);
    kind
}

fn read_excluded(value: &Value, path: &str, problems: &mut Problems) -> ExcludedSpec {
    let Some(mut fields) = Fields::of(value, path, problems) else {
        return ExcludedSpec { kind: None, name: String::new() };
    };
    let excluded = ExcludedSpec {
        kind: fields.text("kind", problems),
        name: fields.required_text("name", "the workload's name", problems),
    };
    check_name(&excluded.name, &fields.path("name"), problems);
    fields.finish(problems);
    excluded
}

fn read_namespace(value: &Value, path: &str, problems: &mut Problems) -> String {
    let Value::String(name) = value else {
        problems.push(path, format!("{} where a namespace's name is expected: put it in quotes", describe(value)));
        return String::new();
    };
    check_namespace(name, path, problems);
    name.clone()
}

impl Selection {
    /// Checks what stands at `path`. What is wrong goes to `problems`, and then there is none.
    pub fn of(targets: &TargetsSpec, scope: Scope<'_>, path: &str, problems: &mut Problems) -> Option<Self> {
        let before = problems.said();
        let kinds = kinds(targets, path, problems);
        let selector = match &targets.selector {
            Some(selector) => Selector::of(selector, &format!("{path}.selector"), problems),
            None => Some(Selector::default()),
        };
        let exclude = excluded(targets, &kinds, path, problems);
        let at = format!("{path}.namespaces");
        let namespaces = match (scope, &targets.namespaces) {
            (Scope::Cluster, Some(spec)) => Some(Namespaces::of(spec, &at, problems)?),
            (Scope::Cluster, None) => Some(Namespaces::default()),
            (Scope::Namespace(_), Some(_)) => {
                problems.push(at, OF_ITS_OWN);
                None
            }
            (Scope::Namespace(_), None) => None,
        };
        let selection = Self { kinds: kinds.into(), selector: selector?, exclude: exclude.into(), namespaces };
        (problems.said() == before).then_some(selection)
    }
}

impl Namespaces {
    /// Checks what stands at `path`.
    fn of(spec: &NamespacesSpec, path: &str, problems: &mut Problems) -> Option<Self> {
        let before = problems.said();
        let selector = spec.selector.as_ref();
        let selector = selector.and_then(|selector| Selector::of(selector, &format!("{path}.selector"), problems));
        for (index, name) in spec.exclude.iter().enumerate() {
            // Something empty stands in for what can't be read.
            if !name.is_empty() && spec.names.contains(name) {
                let message = format!("{name:?} stands in names, too: take it out of one of the two");
                problems.push(format!("{path}.exclude[{index}]"), message);
            }
        }
        let sorted = |names: &[String]| {
            let mut names: Vec<Box<str>> = names.iter().map(|name| name.as_str().into()).collect();
            names.sort_unstable();
            names.dedup();
            names.into_boxed_slice()
        };
        let found = Self { names: sorted(&spec.names), selector, exclude: sorted(&spec.exclude) };
        (problems.said() == before).then_some(found)
    }
}

fn kinds(targets: &TargetsSpec, path: &str, problems: &mut Problems) -> Vec<KindRef> {
    let usual = |kind: &str| KindRef::usual(kind).map(|api_version| KindRef::new(api_version, kind));
    let Some(asked) = &targets.kinds else { return DEFAULT_KINDS.into_iter().filter_map(usual).collect() };
    let field = format!("{path}.kinds");
    if asked.is_empty() && !problems.covers(&field) {
        problems.push(&*field, "the list is empty, so nothing is selected: write a kind, or leave the list out for Deployments and StatefulSets");
    }
    let mut kinds: Vec<KindRef> = Vec::with_capacity(asked.len());
    for (index, KindSpec { api_version, kind }) in asked.iter().enumerate() {
        let at = |name: &str| format!("{field}[{index}].{name}");
        if kind.is_empty() {
            if !problems.covers(&at("kind")) {
                problems.push(at("kind"), "the text is empty: write such as Deployment");
            }
            continue;
        }
        let found = match api_version.as_deref() {
            Some("") => {
                problems.push(at("apiVersion"), "the text is empty: write such as apps/v1");
                continue;
            }
            Some(api_version) => KindRef::new(api_version, kind),
            None => match usual(kind) {
                Some(known) => known,
                None => {
                    match countless(kind) {
                        Some(message) => problems.push(at("kind"), message),
                        None if !problems.covers(&at("apiVersion")) => problems.push(at("apiVersion"), unknown(kind)),
                        None => {}
                    }
                    continue;
                }
            },
        };
        if found.group() == GROUP {
            problems.push(at("kind"), format!("{kind} is Kyklos' own and isn't scaled: write the kind of workloads"));
        } else if kinds.iter().any(|known| known.is(&found)) {
            problems.push(at("kind"), format!("{kind} is there already: keep one of the two"));
        } else {
            kinds.push(found);
        }
    }
    kinds
}

fn unknown(kind: &str) -> String {
    let meant = nearest(kind, USUAL.iter().map(|(known, _)| *known));
    let meant = meant.first().map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
    let known: Vec<_> = USUAL.iter().map(|(known, _)| *known).collect();
    let own = OWN.into_iter().find(|own| own.name == kind);
    let right = own.map_or_else(|| "such as argoproj.io/v1alpha1".to_owned(), |own| own.api_version());
    format!("missing: only {} need none, so write that of {kind}, {right}{meant}", known.join(", "))
}

/// What is left out by its name. One of a kind that isn't selected is told of: it would leave out nothing.
fn excluded(targets: &TargetsSpec, kinds: &[KindRef], path: &str, problems: &mut Problems) -> Vec<Excluded> {
    let mut all = Vec::with_capacity(targets.exclude.len());
    for (index, ExcludedSpec { kind, name }) in targets.exclude.iter().enumerate() {
        let at = |field: &str| format!("{path}.exclude[{index}].{field}");
        if name.is_empty() && !problems.covers(&at("name")) {
            problems.push(at("name"), "the text is empty: write a name");
        }
        if let Some(kind) = kind.as_deref().filter(|kind| kinds.iter().all(|known| *known.kind != **kind)) {
            let selected: Vec<_> = kinds.iter().map(|kind| &*kind.kind).collect();
            let message = format!("{kind:?} isn't selected, so it leaves out nothing: write {}", selected.join(" or "));
            if !kinds.is_empty() {
                problems.push(at("kind"), message);
            }
        }
        all.push(Excluded { kind: kind.as_deref().map(Into::into), name: name.as_str().into() });
    }
    all
}

#[cfg(test)]
mod tests;
