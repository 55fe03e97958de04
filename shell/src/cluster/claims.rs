//! Reads of `kyklos claims`.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Client;
use kube::api::{Api, ListParams};
use kube::core::{ClusterResourceScope, DynamicObject, GroupVersionKind, NamespaceResourceScope};
use kube::discovery::pinned_kind;

use super::connect;
use super::seen::{ClusterScaler, Scaler, Seen as _, Space};
use super::words::of_request;
use crate::api::selection::{EXCLUDE_ANNOTATION, EXCLUDE_UNTIL_ANNOTATION, Exclusion, KindRef, Places};
use crate::api::times::to_instant;
use crate::api::{Identity, ScaleRecord};
use crate::policy::claimed::{Claiming, Found, Workload};
use crate::target::{Kind, LabelSet, OWN, TargetRefKey, scales};

/// What claims are told from.
pub struct Ground {
    /// The schedules.
    pub schedules: Vec<Claiming>,
    /// What is remembered of targets.
    pub records: Vec<ScaleRecord>,
    /// The workloads of the kinds that schedules select, and autoscalers.
    pub workloads: Vec<Found>,
    /// The namespaces.
    pub places: Places,
    /// The namespace whose workloads are asked for, unless it is all of them.
    pub namespace: Option<String>,
    /// What couldn't be read, in words: autoscalers, so that what they scale isn't seen through them, or what lies in no namespace.
    pub unknown: Vec<String>,
}

impl Ground {
    /// Reads it from the cluster that the environment names: of a namespace, the kubeconfig's where none is asked for, or of all. Of
    /// `places` it is known where Kyklos is. Who may not see what lies in no namespace is told so, and sees the rest.
    ///
    /// # Errors
    ///
    /// When the environment names none, or what the API server says against it.
    pub async fn read(namespace: Option<String>, everywhere: bool, mut places: Places) -> anyhow::Result<Self> {
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
        let (mut workloads, mut unknown) = (Vec::new(), Vec::new());
        let wide: Vec<ClusterScaler> = list_of_cluster(&client, "ClusterTimeWindowScalers", &mut unknown).await?;
        if !wide.is_empty() {
            let spaces: Vec<Space> = list_of_cluster(&client, "namespaces", &mut unknown).await?;
            spaces.into_iter().for_each(|space| places.insert(space.named(), space.labels.clone()));
        }
        let schedules: Vec<_> =
            scalers.iter().chain(wide.iter().map(|ClusterScaler { scaler }| scaler)).map(claiming).collect();
        let selected: BTreeSet<_> = schedules.iter().flat_map(Claiming::kinds).cloned().collect();
        let above = OWN.into_iter().filter(|own| own.how.ranges);
        let above: BTreeSet<_> = above.map(|own| KindRef::new(&own.api_version(), own.name)).collect();
        for kind in selected.union(&above) {
            match workloads_of(&client, kind, namespace.as_deref()).await {
                Ok(found) => workloads.extend(found),
                Err(error) if selected.contains(kind) => {
                    return Err(error.context(format!("the {}s", kind.kind)));
                }
                Err(error) => unknown.push(format!(
                    "what {}s scale isn't known, so claims aren't seen through them: {error:#}",
                    kind.kind
                )),
            }
        }
        Ok(Self { schedules, records, workloads, places, namespace, unknown })
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
    let error = |error: kube::Error| anyhow!(of_request(&error));
    // What it scales stands in the spec of an autoscaler alone.
    match Kind::named(&kind.api_version, &kind.kind).filter(|kind| kind.how().ranges) {
        Some(own) => {
            let all = api.list(&ListParams::default()).await.map_err(error)?;
            let scaled = |object: &DynamicObject| scales(&own, object.data.get("spec")?);
            Ok(all.items.into_iter().map(|object| found(kind, &object.metadata, scaled(&object))).collect())
        }
        None => {
            let all = api.list_metadata(&ListParams::default()).await.map_err(error)?;
            Ok(all.items.into_iter().map(|object| found(kind, &object.metadata, None)).collect())
        }
    }
}

fn found(kind: &KindRef, meta: &ObjectMeta, scales: Option<TargetRefKey>) -> Found {
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
        scales,
    }
}

/// All of a kind that lies in no namespace; none where there is no such kind, or where it may not be read, which is said.
async fn list_of_cluster<K>(client: &Client, what: &str, unknown: &mut Vec<String>) -> anyhow::Result<Vec<K>>
where
    K: kube::Resource<DynamicType = (), Scope = ClusterResourceScope>
        + Clone
        + std::fmt::Debug
        + serde::de::DeserializeOwned,
{
    match Api::<K>::all(client.clone()).list(&ListParams::default()).await {
        Ok(all) => Ok(all.items),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(Vec::new()),
        Err(kube::Error::Api(status)) if status.code == 403 => {
            unknown.push(format!("the {what} can't be read, so what they claim isn't told: {}", status.message));
            Ok(Vec::new())
        }
        Err(error) => Err(anyhow!(of_request(&error))).with_context(|| format!("the {what}")),
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
