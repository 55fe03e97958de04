//! Gets a lease, renews it, and gives it back.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _, pin_mut};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::Timestamp;
use kube::api::PostParams;
use kube::runtime::watcher::{self, watcher};
use kube::{Api, Client};
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::time::Time;
use super::super::words;
use super::election::{Act, Election, Intent};
use super::{DURATION, Leadership, LeaseName, REQUEST_LIMIT, Record};

/// How long a watch that was interrupted rests.
pub(super) const REST: Duration = Duration::from_secs(2);

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{}", words::of_request(.0))]
    Kube(#[from] kube::Error),
    #[error("the API server gave no answer within {} s", REQUEST_LIMIT.as_secs())]
    NoAnswer(#[from] tokio::time::error::Elapsed),
}

/// One candidate.
struct Candidate {
    api: Api<Lease>,
    name: LeaseName,
    identity: String,
    time: Arc<dyn Time>,
    since: DateTime<Utc>,
    election: Election,
    publish: watch::Sender<Leadership>,
}

/// Tries to get the lease, renews it while it has it and follows it while another has it, until `release` comes, which is to
/// be when nothing is in flight any more; then it gives the lease back, so that another has it at once, all of which takes
/// [`REQUEST_LIMIT`] at the most. `client` must be used for nothing else: a renewal must not wait behind anything. `identity`
/// must be no other process'.
pub async fn run(
    client: Client,
    name: LeaseName,
    identity: String,
    time: Arc<dyn Time>,
    publish: watch::Sender<Leadership>,
    release: impl Future<Output = ()>,
) {
    let api = Api::<Lease>::namespaced(client, name.namespace());
    let config = watcher::Config::default().fields(&format!("metadata.name={}", name.name()));
    let begin = || watcher(api.clone(), config.clone()).boxed();
    let mut events = begin();
    let election = Election::new(identity.clone());
    let since = time.wall();
    let mut candidate = Candidate { api: api.clone(), name, identity, time, since, election, publish };
    pin_mut!(release);
    let mut found = false;
    let mut rests_until = Duration::ZERO;
    // Why it can't be, as it was last said.
    let mut unwatched = None;
    let by = loop {
        let boot = candidate.time.boot();
        let until = match candidate.election.next(boot) {
            Act::Wait(until) => until,
            act => {
                if let Some(by) = candidate.act_unless(act, release.as_mut()).await {
                    break by;
                }
                candidate.publish();
                boot
            }
        };
        let wait = until.saturating_sub(candidate.time.boot());
        tokio::select! {
            biased;
            () = &mut release => break Instant::now() + REQUEST_LIMIT,
            event = events.try_next(), if boot >= rests_until => {
                let boot = candidate.time.boot();
                match event {
                    Ok(Some(watcher::Event::Init)) => found = false,
                    Ok(Some(watcher::Event::InitApply(lease) | watcher::Event::Apply(lease))) => {
                        found = true;
                        candidate.election.told(boot, Some(Record::of(&lease)));
                    }
                    Ok(Some(watcher::Event::InitDone)) if found => {}
                    Ok(Some(watcher::Event::InitDone | watcher::Event::Delete(_))) => candidate.election.told(boot, None),
                    Ok(None) => rests_until = boot + REST,
                    Err(error) => {
                        rests_until = boot + REST;
                        // It leads without: only a hand-over is seen later. It begins from a list, because a watcher whose
                        // version is refused as too old would ask for it again and again.
                        events = begin();
                        let error = words::of_watch(&error);
                        if unwatched.as_ref() != Some(&error) {
                            tracing::warn!(lease = %candidate.name, error, "the lease can't be watched");
                            unwatched = Some(error);
                        }
                    }
                }
                candidate.publish();
            }
            () = tokio::time::sleep(wait.min(REST)) => {}
        }
    };
    candidate.give_back(by).await;
}

impl Candidate {
    /// It isn't cut by the release, for that would leave open whose the lease is. From then on this and what comes after it
    /// have one limit, which is what comes back.
    async fn act_unless(&mut self, act: Act, release: impl Future<Output = ()>) -> Option<Instant> {
        let acting = self.act(act);
        pin_mut!(acting);
        tokio::select! {
            biased;
            () = &mut acting => return None,
            () = release => {}
        }
        let by = Instant::now() + REQUEST_LIMIT;
        // Without an answer it ends by itself.
        let _ = tokio::time::timeout_at(by, acting).await;
        Some(by)
    }

    async fn act(&mut self, act: Act) {
        let started = self.time.boot();
        let result = match act {
            Act::Wait(_) => return,
            Act::Look => match limited(self.api.get_opt(self.name.name())).await {
                Ok(lease) => {
                    self.election.looked(self.time.boot(), lease.as_ref().map(Record::of));
                    Ok(())
                }
                Err(error) => Err(error),
            },
            Act::Write(intent) => {
                if intent.acquires {
                    self.since = self.time.wall();
                }
                match self.write(&intent, Some(&self.identity)).await {
                    Ok(record) => {
                        self.election.wrote(started, self.time.boot(), record, intent.acquires);
                        Ok(())
                    }
                    // Another was faster, or somebody has deleted it. What can't be made because it isn't found has no namespace.
                    Err(Failure::Kube(kube::Error::Api(status)))
                        if status.code == 409 || status.code == 404 && intent.version.is_some() =>
                    {
                        self.election.outdated(self.time.boot());
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }
        };
        if let Err(error) = result {
            self.election.failed(self.time.boot(), format!("lease {}: {error}", self.name));
        }
    }

    async fn write(&self, intent: &Intent, holder: Option<&str>) -> Result<Record, Failure> {
        let lease = self.lease(intent, holder);
        let params = PostParams::default();
        let written = match intent.version {
            None => limited(self.api.create(&params, &lease)).await?,
            Some(_) => limited(self.api.replace(self.name.name(), &params, &lease)).await?,
        };
        Ok(Record::of(&written))
    }

    fn lease(&self, intent: &Intent, holder: Option<&str>) -> Lease {
        let mut lease = Lease::default();
        lease.metadata.name = Some(self.name.name().to_owned());
        lease.metadata.resource_version.clone_from(&intent.version);
        lease.spec = Some(LeaseSpec {
            acquire_time: Some(time(self.since)),
            holder_identity: Some(holder.unwrap_or_default().to_owned()),
            lease_duration_seconds: i32::try_from(DURATION.as_secs()).ok(),
            lease_transitions: Some(intent.transitions),
            renew_time: Some(time(self.time.wall())),
            ..LeaseSpec::default()
        });
        lease
    }

    async fn give_back(mut self, by: Instant) {
        let intent = self.election.give_back();
        // Closed before it is anybody else's.
        self.publish();
        let Some(intent) = intent.filter(|_| Instant::now() < by) else { return };
        let given = tokio::time::timeout_at(by, self.write(&intent, None)).await;
        match given.map_err(Failure::from).flatten() {
            Ok(_) => tracing::info!(lease = %self.name, "gave the lease back"),
            Err(error) => tracing::warn!(lease = %self.name, %error, "can't give the lease back: it ends by itself"),
        }
    }

    fn publish(&self) {
        let now = self.election.leadership();
        let boot = self.time.boot();
        self.publish.send_if_modified(|last| {
            let (had, has) = (last.held.is_held(boot), now.held.is_held(boot));
            if has && last.held.until.is_none() {
                tracing::info!(lease = %self.name, "has the lease");
            } else if now.held.until.is_none() && last.held.until.is_some() {
                tracing::warn!(lease = %self.name, had, "has lost the lease, or given it back");
            }
            if let Some(other) = now.other.as_ref().filter(|_| now.other != last.other) {
                tracing::info!(lease = %self.name, holder = %other, "another has the lease");
            }
            if let Some(trouble) = now.trouble.as_ref().filter(|_| now.trouble != last.trouble) {
                tracing::warn!(%trouble, "can't get or renew the lease");
            }
            let modified = *last != now;
            *last = now;
            modified
        });
    }
}

async fn limited<T>(request: impl Future<Output = Result<T, kube::Error>>) -> Result<T, Failure> {
    Ok(tokio::time::timeout(REQUEST_LIMIT, request).await??)
}

fn time(at: DateTime<Utc>) -> MicroTime {
    MicroTime(Timestamp::from_microsecond(at.timestamp_micros()).unwrap_or_default())
}

#[cfg(test)]
mod tests;
