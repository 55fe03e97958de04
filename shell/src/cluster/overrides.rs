//! Reads and single writes of `kyklos override`.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::api::{Api, DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams, Preconditions};
use kube::{Client, Resource as _, ResourceExt as _};
use serde_json::json;

use super::time::MachineTime;
use super::{FIELD_MANAGER, compare, connect};
use crate::api::instants;
use crate::api::overrides::{TimeWindowOverride, TimeWindowOverrideSpec};
use crate::api::text::plain;
use crate::api::times::to_instant;

const SECOND: TimeDelta = TimeDelta::seconds(1);

/// A cluster in which somebody overrides.
pub struct Overriding {
    client: Client,
    namespace: String,
}

/// What became of an override that was to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It ends at this instant.
    At(DateTime<Utc>),
    /// It had ended before.
    Before(DateTime<Utc>),
    /// It hadn't begun, and is gone.
    Deleted,
}

impl Overriding {
    /// The cluster that the environment names, and a namespace in it: the kubeconfig's, where none is asked for.
    ///
    /// # Errors
    ///
    /// When the environment names none.
    pub async fn connect(namespace: Option<String>) -> anyhow::Result<Self> {
        let (config, client) = connect("override").await?;
        Ok(Self { client, namespace: namespace.unwrap_or(config.default_namespace) })
    }

    fn api(&self) -> Api<TimeWindowOverride> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Now, by the API server's clock: the one that counts for the controller as well.
    ///
    /// # Errors
    ///
    /// When it gives no answer.
    pub async fn now(&self) -> anyhow::Result<DateTime<Utc>> {
        let asked = compare::ask(&self.client, &MachineTime).await;
        asked.map(|answer| answer.date).context("the API server's clock")
    }

    /// Who we are, in the API server's own word.
    ///
    /// # Errors
    ///
    /// When it doesn't say.
    pub async fn whoami(&self) -> anyhow::Result<String> {
        let reviews: Api<SelfSubjectReview> = Api::all(self.client.clone());
        let review = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await;
        let status = review.map_err(|error| said(&error)).context("who this is (SelfSubjectReview)")?.status;
        let user = status.and_then(|status| status.user_info).and_then(|user| user.username);
        user.filter(|user| !user.is_empty()).ok_or_else(|| anyhow!("the API server doesn't say who this is"))
    }

    /// Makes an override, under a name of its own or one that begins with the schedule's.
    ///
    /// # Errors
    ///
    /// What the API server says against it.
    pub async fn create(
        &self,
        scaler: &str,
        name: Option<&str>,
        spec: TimeWindowOverrideSpec,
    ) -> anyhow::Result<TimeWindowOverride> {
        let metadata = ObjectMeta {
            name: name.map(str::to_owned),
            generate_name: name.is_none().then(|| format!("{scaler}-")),
            ..ObjectMeta::default()
        };
        let made = TimeWindowOverride { metadata, spec, status: None };
        let params = PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
        self.api().create(&params, &made).await.map_err(|error| said(&error))
    }

    /// The overrides of the namespace, or of all, by their names.
    ///
    /// # Errors
    ///
    /// What the API server says against it.
    pub async fn list(&self, everywhere: bool) -> anyhow::Result<Vec<TimeWindowOverride>> {
        let api = if everywhere { Api::all(self.client.clone()) } else { self.api() };
        Ok(api.list(&ListParams::default()).await.map_err(|error| said(&error))?.items)
    }

    /// Ends an override: it is over since a second ago, so that a controller, whose clock may be a little behind, finds that somebody
    /// has ended it and not that its time has come, over which there is grace. One that has just begun is given that time first.
    ///
    /// # Errors
    ///
    /// What the API server says against it, somebody else's edit in between for one.
    pub async fn end(&self, name: &str) -> anyhow::Result<Ended> {
        loop {
            match self.try_end(name).await? {
                Ok(ended) => return Ok(ended),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// The same, or how long it is too early for that.
    async fn try_end(&self, name: &str) -> anyhow::Result<Result<Ended, Duration>> {
        let now = self.now().await?;
        let found = self.api().get(name).await.map_err(|error| said(&error))?;
        let read = |text: &Option<String>| text.as_deref().and_then(|text| instants::read(text).ok());
        let kept = found.status.as_ref().and_then(|status| status.until.as_ref()).map(to_instant);
        if let Some(until) = read(&found.spec.until).or(kept).filter(|until| *until <= now) {
            return Ok(Ok(Ended::Before(until)));
        }
        let from = read(&found.spec.from);
        if from.is_some_and(|from| from > now) {
            let preconditions =
                Preconditions { uid: found.uid(), resource_version: found.meta().resource_version.clone() };
            let params = DeleteParams::default().preconditions(preconditions);
            self.api().delete(name, &params).await.map_err(|error| said(&error))?;
            return Ok(Ok(Ended::Deleted));
        }
        let made = found.meta().creation_timestamp.as_ref().map(to_instant);
        let begun = from.max(made);
        let until = begun.map_or(now - SECOND, |begun| (now - SECOND).max(begun + SECOND));
        if let Ok(wait) = (until + SECOND - now).to_std()
            && !wait.is_zero()
        {
            return Ok(Err(wait));
        }
        let patch = json!({
            "metadata": { "resourceVersion": found.meta().resource_version },
            "spec": {
                "until": instants::write(until), "untilNextBoundary": null, "requestedBy": self.whoami().await?,
            },
        });
        let params = PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
        self.api().patch(name, &params, &Patch::Merge(patch)).await.map_err(|error| said(&error))?;
        Ok(Ok(Ended::At(until)))
    }
}

/// The API server's own sentence, where it is one.
fn said(error: &kube::Error) -> anyhow::Error {
    match error {
        kube::Error::Api(status) => anyhow!("{}", plain(&status.message)),
        other => anyhow!("{}", plain(&other.to_string())),
    }
}
