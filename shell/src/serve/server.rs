//! Answers, and who has to wait for none.
//!
//! Anybody in the cluster may connect, so everything has a limit: how many connections there are, how long one may take to
//! ask and how much it may say, and how long an answer may take. A connection more than there may be puts out one that
//! hasn't asked anything yet: a probe asks at once, so idle ones can't keep it from its answer, however many they are.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// How many connections are served at the same time.
pub const CONNECTIONS: usize = 64;
/// How long a connection may take to ask.
const HEADER_LIMIT: Duration = Duration::from_secs(1);
/// How many bytes that may take.
const HEADER_BYTES: usize = 8 * 1024;
/// How many headers.
const HEADERS: usize = 64;
/// How long it may take to find the answer: less than a Pod's probes wait, so that they are told what is the matter.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// How long a connection may last: one request and its answer.
const LIMIT: Duration = Duration::from_secs(10);
/// The wait after a connection couldn't be accepted.
const PAUSE: Duration = Duration::from_secs(1);

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// `/healthz`: whether the process is worth keeping.
    Alive,
    /// `/readyz`: whether it could scale at this moment.
    Ready,
    /// `/metrics`, as OpenMetrics has them.
    Metrics,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether all is well: 200, else 503.
    pub good: bool,
    /// The page. Several connections may have the same one.
    pub body: Bytes,
}

/// Whoever knows the answers. Each is asked for anew, and may be waited for for 3 s; silence is answered with a 503.
pub trait Answers: Send + Sync + 'static {
    /// The answer for this page.
    fn answer(&self, page: Page) -> BoxFuture<'static, Answer>;
}

/// Answers for ever.
pub async fn serve(listener: TcpListener, answers: Arc<dyn Answers>) -> Infallible {
    let mut connections = Connections::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.make_room();
                let asked = Arc::new(AtomicBool::new(false));
                let served = connection(stream, Arc::clone(&answers), Arc::clone(&asked));
                let task = tokio::spawn(async move {
                    // Whoever asks too slowly, or goes, gets no answer.
                    let _ = tokio::time::timeout(LIMIT, served).await;
                });
                connections.0.push_back(Connection { task: task.abort_handle(), asked });
            }
            Err(error) => {
                tracing::warn!(%error, "can't accept a connection for probes and metrics");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

struct Connection {
    task: AbortHandle,
    asked: Arc<AtomicBool>,
}

/// Those that are served, the oldest first.
#[derive(Default)]
struct Connections(VecDeque<Connection>);

impl Connections {
    /// Puts out the oldest that hasn't asked yet, or else the oldest, where there are too many.
    fn make_room(&mut self) {
        self.0.retain(|connection| !connection.task.is_finished());
        if self.0.len() < CONNECTIONS {
            return;
        }
        let idle = self.0.iter().position(|connection| !connection.asked.load(Ordering::Relaxed));
        if let Some(connection) = self.0.remove(idle.unwrap_or(0)) {
            connection.task.abort();
        }
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.0.iter().for_each(|connection| connection.task.abort());
    }
}

async fn connection(stream: TcpStream, answers: Arc<dyn Answers>, asked: Arc<AtomicBool>) -> hyper::Result<()> {
    let service = service_fn(|request: Request<Incoming>| {
        asked.store(true, Ordering::Relaxed);
        let response = respond(request.method().clone(), request.uri().path().to_owned(), Arc::clone(&answers));
        async move { Ok::<_, Infallible>(response.await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_LIMIT)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADERS)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

async fn respond(method: Method, path: String, answers: Arc<dyn Answers>) -> Response<Full<Bytes>> {
    let page = match path.as_str() {
        "/healthz" => Page::Alive,
        "/readyz" => Page::Ready,
        "/metrics" => Page::Metrics,
        _ => return text(StatusCode::NOT_FOUND, "there are /healthz, /readyz and /metrics\n".into()),
    };
    if !matches!(method, Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered\n".into());
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let Ok(answer) = tokio::time::timeout(ANSWER_LIMIT, answers.answer(page)).await else {
        let silence = format!("[-] engine: stuck: it has not answered for {} s\n", ANSWER_LIMIT.as_secs());
        return text(StatusCode::SERVICE_UNAVAILABLE, silence.into());
    };
    let status = if answer.good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut response = text(status, answer.body);
    if page == Page::Metrics && answer.good {
        let metrics = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, metrics);
    }
    response
}

fn text(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests;
