//! For Argo CD: differences that are none, and when a schedule is healthy.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Piece;
use super::owned::{Target, notes};
use crate::api::overrides::OVERRIDE_KIND;
use crate::api::selection::CLUSTER_KIND;
use crate::api::{GROUP, KIND};

/// The health of our objects, as Argo CD's own Lua reads it: the language's core and `table`, and no other library.
const HEALTH: &str = include_str!("health.lua");

pub(super) fn pieces(targets: &BTreeSet<Target>) -> [Piece; 2] {
    [application(targets), health()]
}

/// Without RespectIgnoreDifferences a sync for any other reason puts the count back, since what is ignored is only not shown.
fn application(targets: &BTreeSet<Target>) -> Piece {
    let ignored = |target: &Target| {
        let mut ignored = json!({
            "group": target.group, "kind": target.kind, "namespace": target.namespace, "name": target.name,
            "jsonPointers": target.pointers(),
        });
        if let (Some(fields), true) = (ignored.as_object_mut(), target.namespace.is_empty()) {
            fields.remove("namespace");
        }
        ignored
    };
    let ignored: Vec<Value> = targets.iter().map(ignored).collect();
    let mut comment = vec!["Argo CD: these belong into the Application that has the targets.".to_owned()];
    comment.extend(notes(targets));
    let value = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "spec": {
            "ignoreDifferences": ignored,
            "syncPolicy": { "syncOptions": ["RespectIgnoreDifferences=true"] },
        },
    });
    Piece { comment, value }
}

fn health() -> Piece {
    // They all have the conditions that it reads.
    let health = [KIND, CLUSTER_KIND, OVERRIDE_KIND];
    let health = health.map(|kind| (format!("resource.customizations.health.{GROUP}_{kind}"), json!(HEALTH)));
    let comment = [
        "Argo CD: when a schedule and an override are healthy. Three keys of Argo CD's own ConfigMap, which is there already:",
        "kubectl apply --server-side --field-manager=kyklos-health -f FILE",
    ];
    let value = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {
            "name": "argocd-cm", "namespace": "argocd",
            // Argo CD looks at no ConfigMap without it.
            "labels": { "app.kubernetes.io/part-of": "argocd" },
        },
        "data": Map::from_iter(health),
    });
    Piece { comment: comment.map(str::to_owned).into(), value }
}
