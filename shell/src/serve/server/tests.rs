use std::net::SocketAddr;
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

struct Pages;

impl Answers for Pages {
    fn answer(&self, page: Page) -> BoxFuture<'static, Answer> {
        Box::pin(async move {
            match page {
                Page::Alive => Answer { good: true, body: "[+] engine: moves\n".into() },
                Page::Ready => Answer { good: false, body: "[-] clock: is wrong\n".into() },
                Page::Metrics => Answer { good: true, body: "# EOF\n".into() },
            }
        })
    }
}

/// An engine that hangs.
struct Silence;

impl Answers for Silence {
    fn answer(&self, _: Page) -> BoxFuture<'static, Answer> {
        Box::pin(std::future::pending())
    }
}

async fn start(answers: impl Answers) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, Arc::new(answers)));
    address
}

/// The whole answer to a request line and some headers.
async fn ask(address: SocketAddr, line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{line} HTTP/1.1\r\nHost: kyklos\r\n{headers}\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn three_pages_are_answered_and_nothing_else() {
    let address = start(Pages).await;
    let is = |answer: String, status: &str, rest: &[&str]| {
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        assert!(rest.iter().all(|part| answer.contains(part)), "{answer}");
    };
    is(ask(address, "GET /healthz", "").await, "200 OK", &["text/plain; charset=utf-8", "[+] engine: moves\n"]);
    is(ask(address, "GET /readyz", "").await, "503 ", &["[-] clock: is wrong\n"]);
    let openmetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    is(ask(address, "GET /metrics", "").await, "200 OK", &[openmetrics, "\r\n\r\n# EOF\n"]);
    is(ask(address, "GET /", "").await, "404 ", &["/healthz, /readyz and /metrics"]);
    is(ask(address, "POST /metrics", "").await, "405 ", &["allow: GET, HEAD", "only GET and HEAD"]);
    let head = ask(address, "HEAD /healthz", "").await;
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn a_hundred_idle_connections_keep_no_probe_from_its_answer() {
    let address = start(Pages).await;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    let begin = Instant::now();
    let answer = ask(address, "GET /healthz", "").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(begin.elapsed() < HEADER_LIMIT, "it waited for {:?}", begin.elapsed());
    // Those that were put out know it, and the others are put out in turn because they don't ask.
    for mut stream in idle {
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(HEADER_LIMIT * 5, stream.read_to_end(&mut answer)).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "nothing was asked");
    }
}

#[tokio::test]
async fn so_many_that_ask_are_served_at_the_same_time_and_the_oldest_makes_room() {
    let address = start(Silence).await;
    let mut streams = Vec::new();
    for _ in 0..=CONNECTIONS {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\n\r\n").await.unwrap();
        streams.push(stream);
    }
    let mut answers = Vec::new();
    for mut stream in streams {
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answers.push(answer);
    }
    let served = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 503") && answer.contains("stuck")).count();
    assert_eq!((served, answers.first().map(String::as_str)), (CONNECTIONS, Some("")));
}

#[tokio::test]
async fn long_headers_are_cut_short() {
    let address = start(Pages).await;
    let long = format!("x: {}\r\n", "y".repeat(2 * HEADER_BYTES));
    let many = "x: y\r\n".repeat(HEADERS + 1);
    for headers in [long, many] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // The other side may be gone before all is written.
        let _ = stream.write_all(format!("GET /healthz HTTP/1.1\r\n{headers}\r\n").as_bytes()).await;
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}
