//! Two replicas, and the one that leads goes away at a boundary.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams};
use rustix::process::Signal;
use serde_json::json;

use super::Asked;
use super::audit::Audit;
use super::lag::{minute, whole_minute_after};
use super::outcome::{Line, Outcome};
use super::replica::{Program, Replica};
use super::stage::{Place, Stage, at, reported};

/// How long a lease may take to be there.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long all may take to be done after the boundary.
const TO_BE_DONE: Duration = Duration::from_secs(120);
const HOSTS: [&str; 2] = ["kyklos-a", "kyklos-b"];
/// When the leader gets its signal, in milliseconds after the boundary: shortly before it, and in the midst of the writes.
const AT: [i64; 2] = [-100, 40];

pub(crate) async fn measure(asked: &Asked, program: &Program) -> Result<Outcome> {
    let mut outcome = Outcome::new("takeover");
    let stage = Stage::new(program).await?;
    let signals = [(Signal::KILL, "SIGKILL", 10.0), (Signal::TERM, "SIGTERM", 1.0)];
    for (signal, name, bound) in signals {
        for at in AT {
            let namespace = format!("takeover-{}-{}", name.to_lowercase(), at.unsigned_abs());
            let when = if at < 0 { "before" } else { "after" };
            let what = format!("lateness of the last target, {name} {} ms {when} the boundary", at.abs());
            let round = round(&stage, program, &namespace, asked.due, (signal, at)).await;
            match round.with_context(|| what.clone())? {
                Some(late) => outcome.line(Line::at_most(&what, asked.due, "s", late.as_secs_f64(), bound)),
                None => {
                    outcome.note("not measured: this controller has no lease, so there can't be two of it".to_owned());
                    return Ok(outcome);
                }
            }
        }
    }
    outcome.note("each target was changed exactly once in each of these, by the two together".to_owned());
    Ok(outcome)
}

/// How late the last target was. None where there is no lease.
async fn round(
    stage: &Stage,
    program: &Program,
    namespace: &str,
    count: usize,
    (signal, at): (Signal, i64),
) -> Result<Option<Duration>> {
    let boundary = whole_minute_after(Duration::from_secs(25) + Duration::from_millis(20 * count as u64))?;
    let window = (minute(boundary), minute(boundary + 1.hour()));
    let spec = |_| {
        json!({
            "timezone": "Etc/UTC", "defaultReplicas": 1, "gracePeriodSeconds": 0,
            "exceptions": [{ "start": window.0, "end": window.1, "replicas": 2 }],
        })
    };
    stage.make(namespace, count, 1, spec).await?;
    let mut audit = stage.audit_of_controller();
    let arguments = ["--namespace".to_owned(), namespace.to_owned()];
    let start = |host| Replica::start(program, &stage.kubeconfig, host, &arguments);
    let mut first = start(HOSTS[0])?;
    first.ready()?;
    if holder(stage, namespace).await?.is_none() {
        return Ok(None);
    }
    // A follower needn't call itself ready.
    let mut second = start(HOSTS[1])?;
    stage.calm(&mut audit, &mut first, |audit| reported(audit, namespace, Timestamp::MIN) == count).await?;
    stage.all_have(namespace, count, 1).await?;
    second.check()?;
    let leader = holder(stage, namespace).await?.context("the lease has no holder any more")?;
    let (leads, follows) = match HOSTS.iter().position(|host| leader.contains(host)) {
        Some(0) => (&mut first, &mut second),
        Some(_) => (&mut second, &mut first),
        None => bail!("the lease is held by {leader}, which is neither of {}", HOSTS.join(" and ")),
    };
    let moment = (boundary + SignedDuration::from_millis(at)).duration_since(Timestamp::now());
    ensure!(moment.is_positive(), "the boundary came while all was looked at");
    tokio::time::sleep(moment.unsigned_abs()).await;
    leads.signal(signal)?;
    leads.ended()?;
    all_done(stage, &mut audit, follows, namespace, count, boundary).await?;

    let mut accepted = BTreeMap::new();
    for write in audit.since(Timestamp::MIN).filter(|request| request.is_scaling() && request.namespace == namespace) {
        ensure!(write.received >= boundary, "{} was written before the boundary", write.name);
        if write.scales() {
            ensure!(accepted.insert(&write.name, write.answered).is_none(), "{} was written twice", write.name);
        }
    }
    let last = accepted.values().max().context("no target was written")?.duration_since(boundary).unsigned_abs();
    let unheard = count - accepted.len();
    eprintln!(
        "{namespace}: the last of {count} targets was written {:.2} s after the boundary; of {unheard} nobody heard the answer",
        last.as_secs_f64()
    );
    Ok(Some(last))
}

/// Waits until all targets have their count and all objects say so, and sees that each was changed once. A write that is under way
/// when its client is killed may have been done, and the log may say that it failed: only the target knows.
async fn all_done(
    stage: &Stage,
    audit: &mut Audit,
    follows: &mut Replica,
    namespace: &str,
    count: usize,
    boundary: Timestamp,
) -> Result<()> {
    let begin = Instant::now();
    loop {
        audit.read("")?;
        let asked = audit.since(boundary).filter(|request| request.is_scaling() && request.namespace == namespace);
        let asked: BTreeSet<_> = asked.map(|request| &request.name).collect();
        // It is asked only when it can be so: to list costs the API server time.
        let done = if asked.len() >= count {
            stage.all_have(namespace, count, 2).await
        } else {
            Err(anyhow::anyhow!("{} of {count} targets have been asked for", asked.len()))
        };
        match done {
            Ok(()) => break,
            Err(error) => ensure!(begin.elapsed() < TO_BE_DONE, "{error:#}"),
        }
        follows.check()?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    stage.calm(audit, follows, |_| true).await?;
    audit.catch_up(&stage.admin).await?;
    stage.all_have(namespace, count, 2).await?;
    for target in stage.deployments(&stage.admin, Place::Namespace(namespace)).list(&ListParams::default()).await?.items
    {
        let name = target.metadata.name.unwrap_or_default();
        ensure!(target.metadata.generation == Some(2), "{name} was changed more than once");
    }
    Ok(())
}

/// Who has the namespace's lease, once anybody has it.
async fn holder(stage: &Stage, namespace: &str) -> Result<Option<String>> {
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("coordination.k8s.io", "v1", "Lease"));
    let leases: Api<DynamicObject> = Api::namespaced_with(stage.admin.clone(), namespace, &kind);
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        let lease = leases.get_opt("kyklos").await?;
        let holder = lease.and_then(|lease| at(&lease.data, "/spec/holderIdentity").as_str().map(str::to_owned));
        if let Some(holder) = holder.filter(|holder| !holder.is_empty()) {
            return Ok(Some(holder));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(None)
}
