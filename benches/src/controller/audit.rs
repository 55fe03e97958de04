//! The API server's own word on what was asked of it, by whom and when.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use serde::Deserialize;

/// How long the log may be behind.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request of one user that the API server answered, or a watch that it began.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) verb: String,
    /// Such as `deployments/scale`, or a path such as `/version`.
    pub(crate) resource: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// Whether the answer to a watch begins with all that there is.
    pub(crate) streams_list: bool,
    pub(crate) code: u16,
    pub(crate) received: Timestamp,
    pub(crate) answered: Timestamp,
}

impl Request {
    pub(crate) fn is_write(&self) -> bool {
        !matches!(self.verb.as_str(), "get" | "list" | "watch")
    }

    /// Leases are renewed whether anything is to be done or not.
    pub(crate) fn is_of_lease(&self) -> bool {
        self.resource == "leases"
    }

    /// A write of a target's count, whatever became of it.
    pub(crate) fn is_scaling(&self) -> bool {
        self.is_write() && self.resource == "deployments/scale"
    }

    /// An accepted write of a target's count.
    pub(crate) fn scales(&self) -> bool {
        self.is_scaling() && self.code < 300
    }

    pub(crate) fn reports(&self) -> bool {
        let is_status = matches!(&*self.resource, "timewindowscalers/status" | "clustertimewindowscalers/status");
        self.is_write() && is_status && self.code < 300
    }

    /// An accepted write of what targets had.
    pub(crate) fn remembers(&self) -> bool {
        self.is_write() && self.resource == "scalerecords" && self.code < 300
    }

    /// An accepted event.
    pub(crate) fn tells(&self) -> bool {
        self.is_write() && self.resource == "events" && self.code < 300
    }

    /// Whether it asks for everything of a kind.
    pub(crate) fn lists(&self) -> bool {
        self.code < 300 && (self.verb == "list" || self.streams_list)
    }

    fn kind(&self) -> String {
        format!("{} {}", self.verb, self.resource)
    }
}

/// A line of the log.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    stage: String,
    #[serde(rename = "requestURI")]
    request_uri: String,
    verb: String,
    user: User,
    object_ref: Option<ObjectRef>,
    response_status: Option<ResponseStatus>,
    request_received_timestamp: Timestamp,
    stage_timestamp: Timestamp,
}

#[derive(Deserialize)]
struct User {
    username: String,
}

#[derive(Deserialize)]
struct ObjectRef {
    #[serde(default)]
    resource: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    subresource: String,
}

#[derive(Deserialize)]
struct ResponseStatus {
    #[serde(default)]
    code: u16,
}

impl Entry {
    /// A watch counts when it begins, or is refused; everything else when it is answered.
    fn counts(&self) -> bool {
        let refused = self.response_status.as_ref().is_some_and(|status| status.code >= 400);
        match self.stage.as_str() {
            "ResponseStarted" => self.verb == "watch",
            "ResponseComplete" => self.verb != "watch" || refused,
            _ => false,
        }
    }

    fn into_request(self) -> Request {
        let streams_list = self.verb == "watch" && self.request_uri.contains("sendInitialEvents=true");
        let (resource, namespace, name) = match self.object_ref {
            Some(ObjectRef { resource, namespace, name, subresource }) if subresource.is_empty() => {
                (resource, namespace, name)
            }
            Some(ObjectRef { resource, namespace, name, subresource }) => {
                (format!("{resource}/{subresource}"), namespace, name)
            }
            None => {
                let path = self.request_uri.split('?').next().unwrap_or_default();
                (path.to_owned(), String::new(), String::new())
            }
        };
        Request {
            verb: self.verb,
            resource,
            namespace,
            name,
            streams_list,
            code: self.response_status.map_or(0, |status| status.code),
            received: self.request_received_timestamp,
            answered: self.stage_timestamp,
        }
    }
}

/// The requests of one user. The log is read once, from where it was read last.
pub(crate) struct Audit {
    path: PathBuf,
    user: String,
    position: u64,
    markers: u32,
    requests: Vec<Request>,
}

impl Audit {
    pub(crate) fn new(path: PathBuf, user: &str) -> Self {
        Self { path, user: user.to_owned(), position: 0, markers: 0, requests: Vec::new() }
    }

    /// What has been read so far and was received from an instant on.
    pub(crate) fn since(&self, from: Timestamp) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(move |request| request.received >= from)
    }

    /// Reads what is new. Whether a text is in it.
    pub(crate) fn read(&mut self, marker: &str) -> Result<bool> {
        let mut text = Vec::new();
        let mut file = File::open(&self.path).with_context(|| format!("opening {}", self.path.display()))?;
        file.seek(SeekFrom::Start(self.position))?;
        file.read_to_end(&mut text)?;
        // The last line may be half written.
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        text.truncate(whole);
        self.position += whole as u64;
        let text = String::from_utf8(text).context("the audit log isn't UTF-8")?;
        for line in text.lines().filter(|line| line.contains(&self.user)) {
            let entry: Entry =
                serde_json::from_str(line).with_context(|| format!("a line of the audit log: {line}"))?;
            if entry.user.username == self.user && entry.counts() {
                self.requests.push(entry.into_request());
            }
        }
        Ok(!marker.is_empty() && text.contains(marker))
    }

    /// Reads until all that was answered up to now has been read: until a request that is made now is in the log.
    pub(crate) async fn catch_up(&mut self, client: &kube::Client) -> Result<()> {
        self.markers += 1;
        let marker = format!("/marker-of-{}-{}", self.user.rsplit(':').next().unwrap_or_default(), self.markers);
        // Nothing is there, and the log says that it was asked for.
        let request = http::Request::get(&marker).body(Vec::new())?;
        let _ = client.request_text(request).await;
        let begin = Instant::now();
        while !self.read(&marker)? {
            if begin.elapsed() > PATIENCE {
                bail!("{marker} doesn't come into the audit log");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

/// How many of each kind there are.
pub(crate) fn by_kind<'a>(requests: impl Iterator<Item = &'a Request>) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for request in requests {
        *kinds.entry(request.kind()).or_default() += 1;
    }
    kinds
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use jiff::Timestamp;

    use super::{Audit, by_kind};

    const ME: &str = "system:serviceaccount:kyklos:kyklos";

    fn line(user: &str, stage: &str, verb: &str, resource: &str, uri: &str) -> String {
        let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        let entry = serde_json::json!({
            "stage": stage, "requestURI": uri, "verb": verb, "user": { "username": user },
            "objectRef": { "resource": resource, "subresource": subresource, "namespace": "a", "name": "web" },
            "responseStatus": { "code": 200 },
            "requestReceivedTimestamp": "2026-11-23T14:00:00.000001Z", "stageTimestamp": "2026-11-23T14:00:00.000400Z",
        });
        format!("{entry}\n")
    }

    #[test]
    fn a_request_counts_once_and_a_half_written_line_when_it_is_whole() {
        let file = std::env::temp_dir().join(format!("kyklos-audit-{}.log", std::process::id()));
        let mut log = std::fs::File::create(&file).unwrap();
        let mut audit = Audit::new(file.clone(), ME);
        let list = "/apis/apps/v1/deployments?sendInitialEvents=true&watch=true";
        let scale = line(ME, "ResponseComplete", "patch", "deployments/scale", "/x");
        let (half, rest) = scale.split_at(60);
        let first = [
            line(ME, "ResponseStarted", "watch", "deployments", list),
            line(ME, "ResponseComplete", "watch", "deployments", list),
            line(&format!("{ME}-2"), "ResponseComplete", "patch", "deployments/scale", "/x"),
            line("another", "ResponseComplete", "get", "pods", &format!("/marker?{ME}")),
            half.to_owned(),
        ];
        log.write_all(first.concat().as_bytes()).unwrap();
        assert!(audit.read("/marker?").unwrap());
        let seen: Vec<_> = audit.since(Timestamp::MIN).collect();
        assert_eq!(seen.len(), 1);
        assert!(seen[0].lists() && !seen[0].is_write());
        log.write_all(rest.as_bytes()).unwrap();
        assert!(!audit.read("/marker?").unwrap());
        let seen: Vec<_> = audit.since(Timestamp::MIN).filter(|request| request.scales()).collect();
        assert_eq!((seen.len(), seen[0].name.as_str(), seen[0].namespace.as_str()), (1, "web", "a"));
        let kinds = by_kind(audit.since(Timestamp::MIN));
        assert_eq!(
            kinds.into_iter().collect::<Vec<_>>(),
            [("patch deployments/scale".into(), 1), ("watch deployments".into(), 1)]
        );
        std::fs::remove_file(file).unwrap();
    }
}
