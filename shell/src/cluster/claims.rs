//! Reads of `kyklos claims`.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Client;
use kube::api::{Api, ListParams};
use kube::core::{DynamicObject, GroupVersionKind, NamespaceResourceScope};
use kube::discovery::pinned_kind;

use super::connect;
use super::seen::{Scaler, Seen as _};
use super::words::of_request;
use crate::api::selection::{EXCLUDE_ANNOTATION, EXCLUDE_UNTIL_ANNOTATION, Exclusion, KindRef};
use crate::api::times::to_instant;
use crate::api::{Identity, ScaleRecord};
use crate::policy::claimed::{Claiming, Found, Workload};
use crate::target::LabelSet;

/// What claims are told from.
pub struct Ground {
    /// The schedules.
    pub schedules: Vec<Claiming>,
    /// What is remembered of targets.
    pub records: Vec<ScaleRecord>,
    /// The workloads of the kinds that schedules select.
    pub workloads: Vec<Found>,
}

impl Ground {
    /// Reads it from the cluster that the environment names: of a namespace, the kubeconfig's where none is asked for, or of all.
    ///
    /// # Errors
    ///
    /// When the environment names none, or what the API server says against it.
    pub async fn read(namespace: Option<String>, everywhere: bool) -> anyhow::Result<Self> {
        let (config, client) = connect("claims").await?;
        let namespace = (!everywhere).then(|| namespace.unwrap_or(config.default_namespace));
        let scalers: Vec<Scaler> = list(&client, namespace.as_deref()).await.context("the TimeWindowScalers")?;
        let records = list(&client, namespace.as_deref()).await.context("the ScaleRecords")?;
        let claiming = |scaler: &Scaler| {
            let identity = Identity {
                namespace: Arc::from(scaler.in_namespace()),
                name: scaler.named().into(),
                uid: scaler.uid_text().into(),
                generation: scaler.generation(),
                created: scaler.created().map(to_instant).unwrap_or_default(),
                deleting: scaler.is_deleting(),
            };
            Claiming::read(identity, &scaler.spec)
        };
        let schedules: Vec<_> = scalers.iter().map(claiming).collect();
        let kinds: BTreeSet<_> = schedules.iter().flat_map(Claiming::kinds).collect();
        let mut workloads = Vec::new();
        for kind in kinds {
            let found = workloads_of(&client, kind, namespace.as_deref()).await;
            workloads.extend(found.with_context(|| format!("the {}s", kind.kind))?);
        }
        Ok(Self { schedules, records, workloads })
    }
}

/// The workloads of a kind; none of one that isn't served.
async fn workloads_of(client: &Client, kind: &KindRef, namespace: Option<&str>) -> anyhow::Result<Vec<Found>> {
    let version = kind.api_version.rsplit('/').next().unwrap_or_default();
    let named = GroupVersionKind::gvk(kind.group(), version, &kind.kind);
    let resource = match pinned_kind(client, &named).await {
        Ok((resource, _)) => resource,
        Err(kube::Error::Discovery(_)) => return Ok(Vec::new()),
        Err(kube::Error::Api(status)) if status.code == 404 => return Ok(Vec::new()),
        Err(error) => return Err(anyhow!(of_request(&error))),
    };
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let all = api.list_metadata(&ListParams::default()).await.map_err(|error| anyhow!(of_request(&error)))?;
    Ok(all.items.into_iter().map(|object| found(kind, &object.metadata)).collect())
}

fn found(kind: &KindRef, meta: &ObjectMeta) -> Found {
    let annotation = |name: &str| meta.annotations.as_ref()?.get(name).map(String::as_str);
    let owner = meta.owner_references.iter().flatten().find(|owner| owner.controller == Some(true));
    Found {
        workload: Workload {
            namespace: meta.namespace.as_deref().unwrap_or_default().into(),
            kind: kind.clone(),
            name: meta.name.as_deref().unwrap_or_default().into(),
        },
        labels: meta.labels.as_ref().map(LabelSet::of).unwrap_or_default(),
        exclusion: Exclusion::of(annotation(EXCLUDE_ANNOTATION), annotation(EXCLUDE_UNTIL_ANNOTATION)),
        owner: owner.map(|owner| format!("{} {}", owner.kind, owner.name).into()),
    }
}

async fn list<K>(client: &Client, namespace: Option<&str>) -> anyhow::Result<Vec<K>>
where
    K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + std::fmt::Debug
        + serde::de::DeserializeOwned,
{
    let api: Api<K> = match namespace {
        Some(namespace) => Api::namespaced(client.clone(), namespace),
        None => Api::all(client.clone()),
    };
    Ok(api.list(&ListParams::default()).await.map_err(|error| anyhow!(of_request(&error)))?.items)
}
