//! A plain client: the same writes with nothing behind them, and a list of what a controller has to know.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures::io::{AsyncBufReadExt as _, AsyncReadExt as _};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use kube::Client;
use kube::api::{DynamicObject, ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::audit::Audit;
use super::stage::{Stage, at};

/// Where a namespace's Deployments and TimeWindowScalers are.
const KINDS: [(&str, &str); 2] = [("/apis/apps/v1", "deployments"), ("/apis/kyklos.io/v1alpha1", "timewindowscalers")];

/// Writes so many replicas to all Deployments of a namespace, so many at a time, by the writes that the controller makes: a
/// server-side apply on `scale` with the uid and the version that it saw. Watches of both kinds are open and drained
/// meanwhile, and nothing is made of what they say. Gives the time from the first request to the last answer, by the
/// API server's log.
pub(crate) async fn write(
    stage: &Stage,
    audit: &mut Audit,
    namespace: &str,
    replicas: u32,
    in_flight: usize,
) -> Result<Duration> {
    let deployments = stage.deployments(&stage.plain, namespace);
    let found = deployments.list(&ListParams::default()).await?;
    let mut watches = Vec::new();
    for (group, plural) in KINDS {
        watches.push(drain(&stage.plain, group, plural, namespace).await?);
    }
    let count = found.items.len();
    let params = PatchParams::apply("kyklos").force();
    let begin = Timestamp::now();
    let written = stream::iter(found.items).map(Ok).try_for_each_concurrent(in_flight, |deployment| {
        let (deployments, params) = (&deployments, &params);
        async move {
            let name = deployment.metadata.name.clone().context("a Deployment without a name")?;
            deployments.patch_scale(&name, params, &Patch::Apply(scale(&deployment, replicas))).await?;
            Ok::<_, anyhow::Error>(())
        }
    });
    let written = written.await.context("a write of the plain client");
    for watch in watches {
        ensure!(!watch.is_finished(), "a watch of the plain client has ended");
        watch.abort();
    }
    written?;
    audit.catch_up(&stage.admin).await?;
    let writes: Vec<_> = audit.since(begin).filter(|request| request.scales()).collect();
    ensure!(writes.len() == count, "{} of {count} writes of the plain client are in the audit log", writes.len());
    let last = writes.iter().map(|request| request.answered).max().context("it wrote nothing")?;
    Ok(last.duration_since(begin).unsigned_abs())
}

fn scale(deployment: &DynamicObject, replicas: u32) -> Value {
    let metadata = &deployment.metadata;
    json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale",
        "metadata": { "name": metadata.name, "uid": metadata.uid, "resourceVersion": metadata.resource_version },
        "spec": { "replicas": replicas },
    })
}

/// Watches everything from now on, and throws it away.
async fn drain(client: &Client, group: &str, plural: &str, namespace: &str) -> Result<JoinHandle<()>> {
    let list: Value = client
        .request(http::Request::get(format!("{group}/namespaces/{namespace}/{plural}?limit=1")).body(Vec::new())?)
        .await?;
    let version = at(&list, "/metadata/resourceVersion").as_str().context("a list without a version")?.to_owned();
    let path = format!(
        "{group}/namespaces/{namespace}/{plural}?watch=true&allowWatchBookmarks=true&resourceVersion={version}"
    );
    let mut stream = client.request_stream(http::Request::get(path).body(Vec::new())?).await?;
    Ok(tokio::spawn(async move {
        let mut bytes = vec![0; 65_536];
        while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
    }))
}

/// How long both kinds take to be listed as a stream, at the same time, by a client that makes nothing of them.
pub(crate) async fn streaming_list(client: &Client, namespace: &str, count: usize) -> Result<Duration> {
    let begin = Instant::now();
    let lists = KINDS.map(|(group, plural)| stream_all(client, group, plural, namespace));
    for listed in futures::future::join_all(lists).await {
        let listed = listed?;
        ensure!(listed == count, "{listed} objects of {count} were listed");
    }
    Ok(begin.elapsed())
}

async fn stream_all(client: &Client, group: &str, plural: &str, namespace: &str) -> Result<usize> {
    let path = format!(
        "{group}/namespaces/{namespace}/{plural}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&\
         resourceVersionMatch=NotOlderThan"
    );
    let mut stream = client.request_stream(http::Request::get(path).body(Vec::new())?).await?;
    let (mut line, mut listed) = (Vec::new(), 0);
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            bail!("the list of {plural} ended before its end was told");
        }
        // Each line is an event of its own, whose type comes first.
        match line.get(..16) {
            Some(br#"{"type":"ADDED","#) => listed += 1,
            _ if line.starts_with(br#"{"type":"BOOKMARK""#) => return Ok(listed),
            _ => bail!("a list of {plural} has {}", String::from_utf8_lossy(&line)),
        }
    }
}
