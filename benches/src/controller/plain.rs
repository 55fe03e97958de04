//! A plain client: the same writes with nothing behind them, and a list of what a controller has to know.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use kube::Client;
use kube::api::{DynamicObject, ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::audit::Audit;
use super::stage::{Place, Stage, at};

/// Where a namespace's Deployments and TimeWindowScalers are.
const KINDS: [(&str, &str); 2] = [("/apis/apps/v1", "deployments"), ("/apis/kyklos.io/v1alpha1", "timewindowscalers")];

/// What is tried in flight at once.
const IN_FLIGHT: [usize; 4] = [8, 16, 32, 64];

/// An answer's metadata alone.
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json";

/// With how many in flight the writes are done soonest. They go from the second of these counts to the first and back, and in the end
/// all have the second again.
pub(crate) async fn best_in_flight(
    stage: &Stage,
    audit: &mut Audit,
    place: Place<'_>,
    counts: [u32; 2],
) -> Result<usize> {
    let mut best = (Duration::MAX, 0);
    // An even number of turns.
    for (in_flight, to) in IN_FLIGHT.into_iter().zip(counts.into_iter().cycle()) {
        let took = write(stage, audit, place, to, in_flight).await?;
        eprintln!("plain client, {in_flight} in flight: {:.2} s", took.as_secs_f64());
        best = best.min((took, in_flight));
    }
    Ok(best.1)
}

/// Writes so many replicas to all Deployments of a place, so many at a time, by the writes that the controller makes: a
/// server-side apply on `scale` with the uid and the version that it saw. Watches of both kinds are open and drained
/// meanwhile, and nothing is made of what they say. Gives the time from the first request to the last answer, by the
/// API server's log.
pub(crate) async fn write(
    stage: &Stage,
    audit: &mut Audit,
    place: Place<'_>,
    replicas: u32,
    in_flight: usize,
) -> Result<Duration> {
    let found = stage.deployments(&stage.plain, place).list(&ListParams::default()).await?;
    let watches = Drain::both(&stage.plain, place).await?;
    let count = found.items.len();
    let params = PatchParams::apply("kyklos").force();
    let begin = Timestamp::now();
    let written = stream::iter(found.items).map(Ok).try_for_each_concurrent(in_flight, |deployment| {
        let params = &params;
        async move {
            let metadata = &deployment.metadata;
            let name = metadata.name.clone().context("a Deployment without a name")?;
            let namespace = metadata.namespace.as_deref().context("a Deployment without a namespace")?;
            let deployments = stage.deployments(&stage.plain, Place::Namespace(namespace));
            deployments.patch_scale(&name, params, &Patch::Apply(scale(&deployment, replicas))).await?;
            Ok::<_, anyhow::Error>(())
        }
    });
    let written = written.await.context("a write of the plain client");
    watches.into_iter().for_each(Drain::end);
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

/// Makes a controller's reports of a boundary of all objects of a namespace, so many objects at a time: an event, and then the
/// status, by a merge patch with the version that it saw. Answers are asked for as metadata, as the controller does. Gives
/// the time from the first request to the last answer, by the API server's log.
pub(crate) async fn report(stage: &Stage, audit: &mut Audit, namespace: &str, in_flight: usize) -> Result<Duration> {
    let found = stage.scalers(&stage.plain, namespace).list(&ListParams::default()).await?;
    let watches = Drain::both(&stage.plain, Place::Namespace(namespace)).await?;
    let count = found.items.len();
    let begin = Timestamp::now();
    let written = stream::iter(found.items).map(Ok).try_for_each_concurrent(in_flight, |scaler| async move {
        for request in reports(&scaler, namespace, begin)? {
            stage.plain.request_text(request).await?;
        }
        Ok::<_, anyhow::Error>(())
    });
    let written = written.await.context("a report of the plain client");
    watches.into_iter().for_each(Drain::end);
    written?;
    audit.catch_up(&stage.admin).await?;
    let events = audit.since(begin).filter(|request| request.tells()).count();
    let statuses: Vec<_> = audit.since(begin).filter(|request| request.reports()).collect();
    ensure!(
        statuses.len() == count && events == count,
        "{} statuses and {events} events of {count} each of the plain client are in the audit log",
        statuses.len()
    );
    let last = statuses.iter().map(|request| request.answered).max().context("it reported nothing")?;
    Ok(last.duration_since(begin).unsigned_abs())
}

/// An event and a status as the controller writes them. The status says another time of the last write, so that it's a change.
fn reports(scaler: &DynamicObject, namespace: &str, now: Timestamp) -> Result<[http::Request<Vec<u8>>; 2]> {
    let name = scaler.metadata.name.as_deref().context("an object without a name")?;
    let micros = format!("{now:.6}");
    let event = json!({
        "apiVersion": "events.k8s.io/v1", "kind": "Event",
        "metadata": { "name": format!("{name}.{:016x}", now.as_microsecond()), "namespace": namespace },
        "eventTime": micros, "reportingController": "kyklos.io/controller", "reportingInstance": "plain",
        "action": "Scale", "reason": "ScaledDown", "type": "Normal",
        "note": format!("scaled Deployment {name} from 3 to 1, as OffHours says since {micros}"),
        "regarding": {
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
            "name": name, "namespace": namespace, "uid": scaler.metadata.uid,
        },
    });
    let mut status = at(&scaler.data, "/status").clone();
    if let Some(fields) = status.as_object_mut() {
        fields.insert("lastScaleTime".to_owned(), json!(format!("{now:.0}")));
    }
    let status = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
        "metadata": { "resourceVersion": scaler.metadata.resource_version }, "status": status,
    });
    let events = format!("/apis/events.k8s.io/v1/namespaces/{namespace}/events");
    let statuses = format!("/apis/kyklos.io/v1alpha1/namespaces/{namespace}/timewindowscalers/{name}/status");
    Ok([
        http::Request::post(events)
            .header("content-type", "application/json")
            .header("accept", METADATA)
            .body(serde_json::to_vec(&event)?)?,
        http::Request::patch(statuses)
            .header("content-type", "application/merge-patch+json")
            .header("accept", METADATA)
            .body(serde_json::to_vec(&status)?)?,
    ])
}

/// A watch of everything from now on, thrown away. The API server ends the watches that it is too busy to serve; such a one is begun
/// again from then on, without what came in between, which a controller can't do.
struct Drain {
    task: JoinHandle<Result<()>>,
    plural: &'static str,
    ends: Arc<AtomicUsize>,
}

impl Drain {
    /// Of both kinds.
    async fn both(client: &Client, place: Place<'_>) -> Result<Vec<Self>> {
        let mut both = Vec::new();
        for (group, plural) in KINDS {
            both.push(Self::begin(client, plural, place.path(group, plural)).await?);
        }
        Ok(both)
    }

    async fn begin(client: &Client, plural: &'static str, path: String) -> Result<Self> {
        let client = client.clone();
        let mut stream = watch(&client, &path).await?;
        let ends = Arc::new(AtomicUsize::new(0));
        let counted = ends.clone();
        let task = tokio::spawn(async move {
            let mut bytes = vec![0; 65_536];
            loop {
                while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
                counted.fetch_add(1, Ordering::Relaxed);
                stream = watch(&client, &path).await?;
            }
        });
        Ok(Self { task, plural, ends })
    }

    fn end(self) {
        self.task.abort();
        match self.ends.load(Ordering::Relaxed) {
            0 => {}
            ends => eprintln!("plain client: its watch of {} was ended {ends} times by the API server", self.plural),
        }
    }
}

async fn watch(client: &Client, path: &str) -> Result<impl AsyncBufRead + use<>> {
    let list: Value = client.request(http::Request::get(format!("{path}?limit=1")).body(Vec::new())?).await?;
    let version = at(&list, "/metadata/resourceVersion").as_str().context("a list without a version")?.to_owned();
    let path = format!("{path}?watch=true&allowWatchBookmarks=true&resourceVersion={version}");
    Ok(client.request_stream(http::Request::get(path).body(Vec::new())?).await?)
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
    let path = Place::Namespace(namespace).path(group, plural);
    let path =
        format!("{path}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
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
