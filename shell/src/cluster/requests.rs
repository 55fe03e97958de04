//! The requests that write or ask for one object, and what becomes of them.
//!
//! They are built here and not by kube's typed API, so that nothing is read of an answer but what matters, and so that the
//! wait that a 429 asks for (`Retry-After`, RFC 9110, 10.2.3) isn't lost.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Bytes;
use kube::Client;
use kube::client::Body;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::words;
use crate::api::text::plain;

/// How long a write may take. What was accepted after that is seen by the watch.
pub const LIMIT: Duration = Duration::from_secs(15);
/// The longest answer that is read: an object of the API server has 1.5 MB at the most (etcd's own limit).
const ANSWER_MAX: usize = 4 << 20;
/// The longest wait that an answer can ask for; the next boundary is not to be missed for a number that somebody got wrong.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// Everything that an answer to a write has.
const WHOLE: &str = "application/json";
/// The metadata alone, which is all that matters of a status and of an event: the API server takes about a third less time
/// for it. <https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches>
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json";

/// A request, not sent yet.
#[derive(Debug, Clone)]
pub struct Request {
    method: Method,
    path: String,
    content: &'static str,
    accept: &'static str,
    body: Value,
}

/// Why there is no answer that says "done".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The API server says no: nothing was done.
    Refused {
        /// The status code, 400 or more.
        code: u16,
        /// Its own sentence.
        message: String,
        /// How long it asks to be left alone.
        wait: Option<Duration>,
    },
    /// There was no answer, or none that can be read: it may have been done.
    Unanswered {
        /// What went wrong.
        message: String,
    },
    /// It might not be sent any more before there was a connection for it: nothing was done.
    NotSent,
}

impl Failure {
    /// The status code of a refusal.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Unanswered { .. } | Self::NotSent => None,
        }
    }

    /// How long it asks to be left alone.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Refused { wait, .. } => *wait,
            Self::Unanswered { .. } | Self::NotSent => None,
        }
    }

    /// What to say of it.
    pub fn message(&self) -> &str {
        match self {
            Self::Refused { message, .. } | Self::Unanswered { message } => message,
            Self::NotSent => "what it was decided by has changed before there was a connection, so nothing was sent",
        }
    }

    /// Whether to ask again is no use before something has changed: everything from 400 to 499 but 401, which a token that is
    /// renewed ends, 408 and 429.
    pub fn is_final(&self) -> bool {
        self.code().is_some_and(|code| (400..500).contains(&code) && ![401, 408, 429].contains(&code))
    }
}

/// What every object says of itself in an answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    metadata: AnswerMeta,
    spec: AnswerSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AnswerMeta {
    resource_version: String,
    uid: String,
    deletion_timestamp: Option<IgnoredAny>,
    annotations: AnswerAnnotations,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AnswerAnnotations {
    #[serde(rename = "autoscaling.keda.sh/paused-replicas")]
    paused_replicas: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AnswerSpec {
    replicas: Option<i32>,
    suspend: Option<bool>,
    #[serde(alias = "minReplicaCount")]
    min_replicas: Option<u32>,
    #[serde(alias = "maxReplicaCount")]
    max_replicas: Option<u32>,
}

impl Answer {
    /// The object's resource version after the write.
    pub fn version(&self) -> u64 {
        super::seen::version(&self.metadata.resource_version)
    }

    /// The object's identity.
    pub fn uid(&self) -> &str {
        &self.metadata.uid
    }

    /// Whether the object is on its way out.
    pub fn is_deleting(&self) -> bool {
        self.metadata.deletion_timestamp.is_some()
    }

    /// The count that the object has now; a Scale without one has none (C11 of the scenarios: 0 is left out).
    pub fn replicas(&self) -> i32 {
        self.spec.replicas.unwrap_or(0)
    }

    /// The bounds that an autoscaler has now.
    pub fn bounds(&self) -> (Option<u32>, Option<u32>) {
        (self.spec.min_replicas, self.spec.max_replicas)
    }

    /// The count at which KEDA is to hold what it scales.
    pub fn paused_replicas(&self) -> Option<&str> {
        self.metadata.annotations.paused_replicas.as_deref()
    }

    /// Whether the object is suspended now.
    pub fn is_suspended(&self) -> bool {
        self.spec.suspend.unwrap_or(false)
    }
}

/// A refusal in the API server's words.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    message: String,
}

impl Request {
    /// Server-side apply, with force.
    pub fn apply(path: &str, body: Value) -> Self {
        let manager = super::FIELD_MANAGER;
        Self {
            method: Method::PATCH,
            path: format!("{path}?fieldManager={manager}&force=true"),
            content: "application/apply-patch+yaml",
            accept: WHOLE,
            body,
        }
    }

    /// A merge patch (RFC 7386). Its answer has no more than metadata.
    pub fn merge(path: &str, body: Value) -> Self {
        let manager = super::FIELD_MANAGER;
        Self {
            method: Method::PATCH,
            path: format!("{path}?fieldManager={manager}"),
            content: "application/merge-patch+json",
            accept: METADATA,
            body,
        }
    }

    /// The same with a whole answer.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { accept: WHOLE, ..self }
    }

    /// A new object. Its answer has no more than metadata.
    pub fn create(path: &str, body: Value) -> Self {
        let manager = super::FIELD_MANAGER;
        Self {
            method: Method::POST,
            path: format!("{path}?fieldManager={manager}"),
            content: "application/json",
            accept: METADATA,
            body,
        }
    }

    /// Takes an object away, but not another one of its name, nor one that was written since.
    pub fn delete(path: &str, uid: &str, version: u64) -> Self {
        let preconditions = json!({ "uid": uid, "resourceVersion": version.to_string() });
        Self {
            method: Method::DELETE,
            path: path.to_owned(),
            content: "application/json",
            accept: WHOLE,
            body: json!({ "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": preconditions }),
        }
    }

    /// Asks for an object. The answer has no more than metadata.
    pub fn get(path: &str) -> Self {
        Self { method: Method::GET, path: path.to_owned(), content: "", accept: METADATA, body: Value::Null }
    }

    /// Sends it, within [`LIMIT`]. As long as it hasn't left, be it for want of a connection, `may` is asked again whenever
    /// it could.
    ///
    /// # Errors
    ///
    /// A refusal, that there was no answer in time, or that it might not be sent any more.
    pub async fn send(self, client: Client, may: impl Fn() -> bool) -> Result<Answer, Failure> {
        match tokio::time::timeout(LIMIT, self.exchange(client, may)).await {
            Ok(result) => result,
            Err(_) => Err(unanswered(format!("the API server gave no answer within {} s", LIMIT.as_secs()))),
        }
    }

    async fn exchange(self, client: Client, may: impl Fn() -> bool) -> Result<Answer, Failure> {
        let mut request = http::Request::builder()
            .method(self.method)
            .uri(self.path)
            .header(ACCEPT, HeaderValue::from_static(self.accept));
        let mut body = Vec::new();
        if !self.body.is_null() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(self.content));
            body = self.body.to_string().into_bytes();
        }
        let (parcel, left) = Parcel::of(body);
        let request =
            request.body(Body::from(Bytes::from_owner(parcel))).map_err(|error| unanswered(error.to_string()))?;
        let mut sending = pin!(client.send(request));
        let response = poll_fn(|context| {
            if !left.load(Ordering::Relaxed) && !may() {
                return Poll::Ready(Err(Failure::NotSent));
            }
            sending.as_mut().poll(context).map_err(|error| unanswered(words::of_request(&error)))
        })
        .await?;
        let (code, wait) = (response.status(), wait_of(&response));
        let body = Limited::new(response.into_body(), ANSWER_MAX)
            .collect()
            .await
            .map_err(|error| unanswered(format!("the API server's answer broke off: {error}")))?
            .to_bytes();
        if code.is_client_error() || code.is_server_error() {
            let said = serde_json::from_slice::<Status>(&body).unwrap_or_default().message;
            let message = if said.is_empty() { format!("the API server answered {code}") } else { said };
            return Err(Failure::Refused { code: code.as_u16(), message: plain(&message).into_owned(), wait });
        }
        serde_json::from_slice(&body)
            .map_err(|error| unanswered(format!("the API server's answer ({code}) can't be read: {error}")))
    }
}

/// A body that tells when it has left: whoever writes it to a connection drops it then, and nobody keeps a copy to send it
/// again (see [`connect`](super::connect)).
struct Parcel {
    bytes: Vec<u8>,
    left: Arc<AtomicBool>,
}

impl Parcel {
    fn of(bytes: Vec<u8>) -> (Self, Arc<AtomicBool>) {
        let left = Arc::default();
        (Self { bytes, left: Arc::clone(&left) }, left)
    }
}

impl AsRef<[u8]> for Parcel {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        self.left.store(true, Ordering::Relaxed);
    }
}

fn unanswered(message: String) -> Failure {
    Failure::Unanswered { message: plain(&message).into_owned() }
}

fn wait_of<B>(response: &Response<B>) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use kube::Config;
    use serde_json::json;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Over a real connection: what isn't allowed doesn't leave, and what has left is waited for, whatever comes meanwhile.
    #[tokio::test]
    async fn what_may_not_be_sent_is_not_and_what_was_sent_has_its_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = Config::new(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap());
        let (_, client) = super::super::client::client(config, "write").unwrap();
        let write = Request::create("/apis/x", json!({ "note": "x".repeat(100_000) }));
        let refused = write.clone().send(client.clone(), || false).await.unwrap_err();
        assert_eq!(refused, Failure::NotSent);

        let may = Arc::new(AtomicBool::new(true));
        let asked = Arc::clone(&may);
        let sent = tokio::spawn(write.send(client, move || asked.load(Ordering::Relaxed)));
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"x\"}") {
            stream.read_buf(&mut request).await.unwrap();
        }
        may.store(false, Ordering::Relaxed);
        assert!(request.starts_with(b"POST /apis/x?"), "the one that was refused isn't there");
        let answer = json!({ "metadata": { "resourceVersion": "7" } }).to_string();
        let answer = format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{answer}", answer.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        assert_eq!(sent.await.unwrap().unwrap().version(), 7);
    }
}
