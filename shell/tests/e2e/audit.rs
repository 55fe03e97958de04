//! The API server's own word on what was asked of it and when. Each log is read once, by a thread of its own, for all tests.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, PostParams};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;

use crate::stage::Stage;
use crate::waits::PATIENCE;

/// A request that the API server answered.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) verb: String,
    pub(crate) uri: String,
    pub(crate) agent: String,
    /// The token that it came with, by its number; nothing where it came with something else.
    pub(crate) token: String,
    pub(crate) group: String,
    /// Such as `deployments/scale`; nothing where it concerns no resource.
    pub(crate) resource: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) code: u64,
    pub(crate) received: DateTime<Utc>,
    pub(crate) answered: DateTime<Utc>,
}

/// What is read of a line.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    stage: String,
    verb: String,
    #[serde(default)]
    user: User,
    #[serde(rename = "requestURI")]
    uri: String,
    #[serde(default)]
    user_agent: String,
    #[serde(default)]
    object_ref: Object,
    #[serde(default)]
    response_status: Response,
    request_received_timestamp: DateTime<Utc>,
    stage_timestamp: DateTime<Utc>,
}

/// Of a request whose token isn't taken it has nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct User {
    username: String,
    extra: Extra,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Extra {
    #[serde(rename = "authentication.kubernetes.io/credential-id")]
    credential: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Object {
    api_group: String,
    resource: String,
    subresource: Option<String>,
    namespace: String,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Response {
    code: u64,
}

/// What a log has so far.
#[derive(Debug)]
pub(crate) struct Log {
    /// By user.
    requests: Mutex<HashMap<String, Vec<Request>>>,
    /// The names of the ConfigMaps that were deleted: see [`caught_up`].
    markers: Mutex<Vec<String>>,
    lines: watch::Sender<usize>,
}

/// Between two looks at a log that had nothing new.
const REST: Duration = Duration::from_millis(10);

impl Log {
    /// The log of this path, which somebody reads from now on.
    pub(crate) fn of(path: &Path) -> Arc<Self> {
        static LOGS: Mutex<Option<HashMap<std::path::PathBuf, Arc<Log>>>> = Mutex::new(None);
        let mut logs = LOGS.lock().unwrap();
        let log = logs.get_or_insert_default().entry(path.to_owned()).or_insert_with(|| {
            let (requests, markers) = (Mutex::default(), Mutex::default());
            let log = Arc::new(Self { requests, markers, lines: watch::Sender::new(0) });
            let (log_of_thread, file) = (Arc::clone(&log), File::open(path).unwrap());
            std::thread::spawn(move || log_of_thread.follow(file));
            log
        });
        Arc::clone(log)
    }

    fn follow(&self, file: File) {
        let mut file = BufReader::new(file);
        let mut line = String::new();
        loop {
            // The last line may be half written: its rest comes with another reading.
            file.read_line(&mut line).unwrap();
            if !line.ends_with('\n') {
                std::thread::sleep(REST);
                continue;
            }
            self.take(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")));
            line.clear();
        }
    }

    fn take(&self, line: Line) {
        if line.stage != "ResponseComplete" {
            return;
        }
        let Object { api_group, resource, subresource, namespace, name } = line.object_ref;
        if resource == "configmaps" && line.verb == "delete" {
            self.markers.lock().unwrap().push(name.clone());
        }
        let request = Request {
            verb: line.verb,
            uri: line.uri,
            agent: line.user_agent,
            token: line.user.extra.credential.into_iter().next().unwrap_or_default(),
            group: api_group,
            resource: subresource.map_or_else(|| resource.clone(), |sub| format!("{resource}/{sub}")),
            namespace,
            name,
            code: line.response_status.code,
            received: line.request_received_timestamp,
            answered: line.stage_timestamp,
        };
        self.requests.lock().unwrap().entry(line.user.username).or_default().push(request);
        self.lines.send_modify(|lines| *lines += 1);
    }

    /// Waits until something is in it.
    async fn until<T>(&self, what: impl Fn() -> String, look: impl Fn(&Self) -> Option<T>) -> T {
        let mut lines = self.lines.subscribe();
        let found = async {
            loop {
                if let Some(found) = look(self) {
                    return found;
                }
                lines.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("waited for {}", what()))
    }
}

/// All that a stage's controllers have asked and been answered, in order.
pub(crate) fn requests(stage: &Stage) -> Vec<Request> {
    requests_of(stage, &stage.account.user)
}

/// The same of whoever the API server didn't know.
pub(crate) fn requests_of_nobody(stage: &Stage) -> Vec<Request> {
    requests_of(stage, "")
}

fn requests_of(stage: &Stage, user: &str) -> Vec<Request> {
    let mut requests = stage.audit.requests.lock().unwrap().get(user).cloned().unwrap_or_default();
    requests.sort_by_key(|request| request.received);
    requests
}

/// Waits until all that was answered up to now is in the log, which may be behind: until something that is written now is.
pub(crate) async fn caught_up(stage: &Stage) {
    static MARKERS: AtomicUsize = AtomicUsize::new(0);
    let name = format!("marker-{}", MARKERS.fetch_add(1, Ordering::SeqCst));
    let marker: ConfigMap = serde_json::from_value(json!({ "metadata": { "name": name } })).unwrap();
    let api: Api<ConfigMap> = Api::namespaced(stage.client.clone(), &stage.namespace);
    api.create(&PostParams::default(), &marker).await.unwrap();
    // The name of an object that is created is in the body, of which the log has none; the deletion names it.
    api.delete(&name, &Default::default()).await.unwrap();
    let seen = |log: &Log| log.markers.lock().unwrap().contains(&name).then_some(());
    stage.audit.until(|| format!("{name} in {}", stage.namespace), seen).await;
}

/// The accepted writes of replicas up to now, of which there must be exactly so many.
pub(crate) async fn scalings(stage: &Stage, count: usize) -> Vec<Request> {
    caught_up(stage).await;
    let mut found = requests(stage);
    found.retain(|request| request.resource == "deployments/scale" && request.code == 200);
    assert_eq!(found.len(), count, "{}: {found:#?}", stage.namespace);
    found
}

/// Waits until so many requests of a kind were answered, and gives all that there are.
pub(crate) async fn answered(stage: &Stage, count: usize, what: &str, test: impl Fn(&Request) -> bool) -> Vec<Request> {
    let matching = || {
        let mut found = requests(stage);
        found.retain(&test);
        found
    };
    let words = || format!("{count} {what} in {}: {:#?}", stage.namespace, matching());
    stage.audit.until(words, |_| Some(matching()).filter(|found| found.len() >= count)).await
}
