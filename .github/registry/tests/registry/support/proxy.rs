//! A proxy before a registry that makes the faults which a real one can't be made to show.

use std::process::Child;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What happens to a request.
pub enum Fault {
    /// It is passed on.
    None,
    /// It is never answered, and not passed on.
    Freeze,
    /// It is answered with this instead.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// The connection ends in the middle of the request's body.
    Break,
    /// It is passed on, and the connection ends before its answer.
    Swallow,
}

/// The number of a request, from 0, and what it is.
pub struct Asked<'a> {
    pub index: usize,
    pub method: &'a Method,
    pub path: &'a str,
    pub query: &'a str,
    pub authorization: &'a str,
    /// Where it was sent: this proxy.
    pub host: &'a str,
}

type Faults = dyn Fn(&Asked<'_>) -> Fault + Send + Sync;
type Upstream = Client<HttpConnector, Full<Bytes>>;

pub struct Proxy {
    pub port: u16,
    frozen: Mutex<mpsc::Receiver<()>>,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

struct Shared {
    upstream: u16,
    client: Upstream,
    faults: Box<Faults>,
    count: AtomicUsize,
    log: Mutex<Vec<(Instant, String)>>,
    freezes: mpsc::Sender<()>,
}

impl Proxy {
    /// Starts one before the registry on this port.
    pub fn start(upstream: u16, faults: impl Fn(&Asked<'_>) -> Fault + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (freezes, frozen) = mpsc::channel();
        let client = {
            let _inside = runtime.enter();
            Client::builder(TokioExecutor::new()).build_http()
        };
        let (count, log) = (AtomicUsize::new(0), Mutex::default());
        let shared = Arc::new(Shared { upstream, client, faults: Box::new(faults), count, log, freezes });
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(accept(listener, Arc::clone(&shared)));
        Self { port, frozen: Mutex::new(frozen), shared, _runtime: runtime }
    }

    /// Starts one that lets somebody else do something just before the n-th list of tags, from 0, is answered: after what
    /// was decided by the lists before it, and before what is decided by this one.
    pub fn racing(upstream: u16, list: usize, race: impl Fn() + Send + Sync + 'static) -> Self {
        let lists = AtomicUsize::new(0);
        Self::start(upstream, move |asked| {
            if asked.path.ends_with("/tags/list") && lists.fetch_add(1, Ordering::SeqCst) == list {
                race();
            }
            Fault::None
        })
    }

    /// Starts one that never answers the n-th request, from 0, of those that this is true of.
    pub fn freezing(upstream: u16, step: usize, of: fn(&Asked<'_>) -> bool) -> Self {
        let count = AtomicUsize::new(0);
        Self::start(upstream, move |asked| {
            let freeze = of(asked) && count.fetch_add(1, Ordering::SeqCst) == step;
            if freeze { Fault::Freeze } else { Fault::None }
        })
    }

    pub fn repository(&self) -> String {
        format!("127.0.0.1:{}/{}", self.port, super::server::NAME)
    }

    /// Waits until a request has been frozen; whether one was.
    pub fn wait_for_freeze(&self, longest: Duration) -> bool {
        self.frozen.lock().unwrap().recv_timeout(longest).is_ok()
    }

    /// Kills the program as soon as a request of its was frozen; whether one was before it ended by itself.
    pub fn kill_when_frozen(&self, mut process: Child) -> bool {
        let killed = loop {
            if self.wait_for_freeze(Duration::from_millis(20)) {
                break true;
            }
            if process.try_wait().unwrap().is_some() {
                break false;
            }
        };
        process.kill().unwrap();
        process.wait().unwrap();
        killed
    }

    /// How many requests there have been.
    pub fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// When each request came, and what it was.
    pub fn log(&self) -> Vec<(Instant, String)> {
        self.shared.log.lock().unwrap().clone()
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let answer = service_fn(move |request| serve(Arc::clone(&shared), request));
            // Ends with an error where a fault has ended it.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

/// An error ends the connection.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken on purpose")
    }
}

impl std::error::Error for Broken {}

async fn serve(shared: Arc<Shared>, mut request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Broken> {
    let index = shared.count.fetch_add(1, Ordering::SeqCst);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    shared.log.lock().unwrap().push((Instant::now(), format!("{method} {path}")));
    let query = request.uri().query().unwrap_or_default().to_owned();
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (authorization, host) = (header("authorization"), header("host"));
    let asked =
        Asked { index, method: &method, path: &path, query: &query, authorization: &authorization, host: &host };
    match (shared.faults)(&asked) {
        Fault::None => Ok(forward(&shared, request).await),
        Fault::Freeze => {
            shared.freezes.send(()).unwrap();
            std::future::pending().await
        }
        Fault::Answer(status, headers, body) => {
            // Read to its end, or the client would see a broken connection and not this answer.
            let _ = request.into_body().collect().await;
            let mut answer = Response::builder().status(status);
            for (name, value) in headers {
                answer = answer.header(name, value);
            }
            Ok(answer.body(Full::from(body)).unwrap())
        }
        Fault::Break => {
            let _ = request.body_mut().frame().await;
            Err(Broken)
        }
        Fault::Swallow => {
            forward(&shared, request).await;
            Err(Broken)
        }
    }
}

async fn forward(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().clone();
    // The host stays ours, so that the addresses in the registry's answers lead here, too.
    parts.uri = format!("http://127.0.0.1:{}{path}", shared.upstream).parse().unwrap();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let answer = shared.client.request(Request::from_parts(parts, Full::from(body))).await.unwrap();
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, Full::from(body.collect().await.unwrap().to_bytes()))
}
