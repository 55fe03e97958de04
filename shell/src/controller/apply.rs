//! Carries out the write of a plan.

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;

use super::memory::Written;
use super::plan::Scale;
use super::seen::Key;
use super::world::World;

/// The name under which the API server files this program's changes.
pub const FIELD_MANAGER: &str = "kyklos";

/// Writes the replicas of a Deployment through its `scale` subresource.
///
/// # Errors
///
/// What the API server says, or that it couldn't be reached.
pub async fn apply(world: &World, key: &Key, target: &str, scale: Scale) -> Result<Written, kube::Error> {
    let api: Api<Deployment> = Api::namespaced(world.client.clone(), &key.namespace);
    let params = PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
    let patch = Patch::Merge(json!({ "spec": { "replicas": scale.to } }));
    let accepted = api.patch_scale(target, &params, &patch).await?;
    Ok(Written {
        target: target.to_owned(),
        version: accepted.metadata.resource_version.unwrap_or_default(),
        replicas: scale.to,
    })
}
