//! The memory of the image's own build.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, PostParams};
use serde_json::json;

use super::Asked;
use super::outcome::{Line, Outcome};
use super::replica::{Program, Replica};
use super::stage::{Stage, far_schedule, reported};

const NAMESPACE: &str = "memory";
const MEGABYTE: f64 = 1e6;
const JUDGED: usize = 10_000;
pub(crate) const SETTLED: &str = "anonymous memory at rest";
pub(crate) const RELIST: &str = "its peak while all is listed anew";
const KINDS: [&str; 2] = ["deployments", "timewindowscalers"];

pub(crate) async fn measure(asked: &Asked, program: &Program) -> Result<Outcome> {
    let mut outcome = Outcome::new("memory");
    for count in std::iter::once(0).chain(asked.objects.iter().copied()) {
        let (settled, relist) = match count {
            0 => (Some(8.0), None),
            // What is to be reached is said of this number; with fewer it would be reached by anything.
            JUDGED => (Some(48.0), Some(64.0)),
            _ => (None, None),
        };
        let measured =
            of(count, asked.settle, program).await.with_context(|| format!("memory with {count} objects"))?;
        let line = |what, value: u64, bound: Option<f64>| Line {
            at_most: bound,
            ..Line::told(what, count, "MB", value as f64 / MEGABYTE)
        };
        outcome.line(line(SETTLED, measured.settled, settled));
        outcome.line(line(RELIST, measured.relist, relist));
        outcome.line(line("its peak from the start on, first reports included", measured.start, None));
        eprintln!(
            "{count} objects: {:.1} MB at rest, {:.1} MB at most while all is listed anew",
            measured.settled as f64 / MEGABYTE,
            measured.relist as f64 / MEGABYTE
        );
    }
    outcome.note(format!("a megabyte is a million bytes; at rest is {} s after the last list", asked.settle.as_secs()));
    outcome.note("peaks are the larger of what is seen every 20 ms and of the kernel's own less files".to_owned());
    Ok(outcome)
}

struct Measured {
    settled: u64,
    relist: u64,
    start: u64,
}

async fn of(count: usize, settle: Duration, program: &Program) -> Result<Measured> {
    let mut stage = Stage::new(program).await?;
    stage.make(NAMESPACE, count, 1, |_| far_schedule()).await?;
    let mut audit = stage.audit_of_controller();
    let arguments = ["--namespace".to_owned(), NAMESPACE.to_owned()];
    let mut replica = Replica::start(program, &stage.kubeconfig, "kyklos-memory", &arguments)?;
    let sampler = replica.sampler();
    replica.ready()?;
    stage.calm(&mut audit, &mut replica, |audit| reported(audit, NAMESPACE, Timestamp::MIN) == count).await?;
    stage.all_have(NAMESPACE, count, 1).await?;
    let start = sampler.peak().max(replica.peak_of_kernel()?);
    tokio::time::sleep(settle).await;
    let settled = replica.anonymous()?;

    replica.forget_peak()?;
    let sampler = replica.sampler();
    let begin = Timestamp::now();
    // What has changed meanwhile, whatever it is, makes the versions that the watches know too old for an API server
    // that has just been started: it knows of nothing before.
    let markers = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "ConfigMap"));
    let markers: Api<DynamicObject> = Api::namespaced_with(stage.admin.clone(), "default", &markers);
    for number in 0..3 {
        let marker =
            json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": format!("marker-{number}") } });
        markers.create(&PostParams::default(), &serde_json::from_value(marker)?).await?;
    }
    stage.cluster.stop_apiserver()?;
    stage.cluster.start_apiserver()?;
    let listed = |audit: &super::audit::Audit| {
        KINDS.iter().all(|kind| audit.since(begin).any(|request| request.lists() && request.resource == *kind))
    };
    stage.calm(&mut audit, &mut replica, listed).await?;
    ensure!(listed(&audit), "it lists nothing anew after the API server was started again");
    let relist = sampler.peak().max(replica.peak_of_kernel()?);
    stage.all_have(NAMESPACE, count, 1).await?;
    replica.stop()?;
    Ok(Measured { settled, relist, start })
}
