//! Reads of `kyklos claims`.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use kube::Client;
use kube::api::{Api, ListParams};
use kube::core::NamespaceResourceScope;

use super::connect;
use super::seen::{Scaler, Seen as _};
use super::words::of_request;
use crate::api::times::to_instant;
use crate::api::{Identity, ScaleRecord};
use crate::policy::claimed::Claiming;

/// What claims are told from.
pub struct Ground {
    /// The schedules.
    pub schedules: Vec<Claiming>,
    /// What is remembered of targets.
    pub records: Vec<ScaleRecord>,
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
        Ok(Self { schedules: scalers.iter().map(claiming).collect(), records })
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
