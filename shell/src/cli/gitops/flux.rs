//! For Flux: what its Kustomization takes out of what it applies.

use std::collections::BTreeSet;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::Piece;
use super::owned::{Target, notes};
use crate::cli::Failure;
use crate::target::Field;

const KUSTOMIZATION: (&str, &str) = ("kustomize.toolkit.fluxcd.io/v1", "Kustomization");

pub(super) fn pieces(targets: &BTreeSet<Target>) -> Result<[Piece; 2], Failure> {
    Ok([ignoring(targets), patching(targets)?])
}

/// Rules by which Flux gives up fields, which are then those of whoever else has them.
fn ignoring(targets: &BTreeSet<Target>) -> Piece {
    let rules: Vec<_> =
        targets.iter().map(|target| json!({ "paths": target.pointers(), "target": selector(target) })).collect();
    let mut comment = vec![
        "Flux: these belong into the Kustomization that has the targets, where it has the field".to_owned(),
        "(kubectl explain kustomization.spec.ignore); where it doesn't, the next document's.".to_owned(),
    ];
    comment.extend(notes(targets));
    Piece { comment, value: kustomization(json!({ "ignore": rules })) }
}

/// Patches that take the fields out of the manifests: what isn't applied isn't Flux's. An annotation
/// `kustomize.toolkit.fluxcd.io/ssa: Merge` wouldn't do, since it keeps those fields only that a manifest doesn't have.
fn patching(targets: &BTreeSet<Target>) -> Result<Piece, Failure> {
    let mut patches = Vec::new();
    let mut comment = vec![
        "Flux without that field: patches that take the fields out of what it applies. First let Kyklos scale once, so".to_owned(),
        "that it owns them; a field that nobody owns any more falls back to the API server's default. Manifests without a".to_owned(),
        "namespace, which get theirs by targetNamespace, are found without `namespace` here.".to_owned(),
    ];
    comment.extend(notes(targets));
    for target in targets {
        let (fixed, free): (Vec<&Field>, Vec<&Field>) = target.fields().iter().partition(|field| field.required);
        for field in fixed {
            comment.push(format!(
                "{} has to have {}, so this Flux goes on to put it back: use one with spec.ignore.",
                target.words(),
                field.pointer
            ));
        }
        let mut patch = json!({
            "apiVersion": target.api_version(), "kind": target.kind, "metadata": { "name": target.name },
        });
        for field in free {
            take_out(&mut patch, field.pointer);
        }
        let patch = serde_saphyr::to_string(&patch).context("a patch as YAML")?;
        patches.push(json!({ "target": selector(target), "patch": patch }));
    }
    Ok(Piece { comment, value: kustomization(json!({ "patches": patches })) })
}

fn kustomization(spec: Value) -> Value {
    json!({ "apiVersion": KUSTOMIZATION.0, "kind": KUSTOMIZATION.1, "spec": spec })
}

/// Flux reads each of these as a regular expression of the whole text.
fn selector(target: &Target) -> Value {
    let exactly = |text: &str| text.replace('.', "\\.");
    let mut selector = json!({
        "kind": target.kind, "name": exactly(&target.name), "namespace": exactly(&target.namespace),
    });
    if let Some(fields) = selector.as_object_mut() {
        if target.namespace.is_empty() {
            fields.remove("namespace");
        }
        if !target.group.is_empty() {
            fields.insert("group".to_owned(), json!(exactly(&target.group)));
        }
    }
    selector
}

/// Puts a `null` at a pointer, with which a merging patch takes the field away.
fn take_out(patch: &mut Value, pointer: &str) {
    let mut at = patch;
    let parts: Vec<_> = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let Some((last, outer)) = parts.split_last() else { return };
    for part in outer {
        let Some(map) = at.as_object_mut() else { return };
        at = map.entry(part).or_insert_with(|| Value::Object(Map::new()));
    }
    if let Some(map) = at.as_object_mut() {
        map.insert(last.clone(), Value::Null);
    }
}
