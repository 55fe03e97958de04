//! `/healthz` and `/readyz`: where they are answered, and how.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::health::Check;
use super::world::World;

/// The port that a Pod's probes ask at.
pub const PORT: u16 = 8081;
/// How many connections are served at the same time; the others wait.
const CONNECTIONS: usize = 16;
/// How long a connection may last.
const LIMIT: Duration = Duration::from_secs(5);
/// The wait after a connection couldn't be accepted.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two knocks at the queue.
const KNOCK: Duration = Duration::from_secs(10);

/// Where probes are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeAddress {
    /// Nowhere.
    Off,
    /// On this port of every address, of IPv6 and of IPv4.
    Everywhere(u16),
    /// Here.
    At(SocketAddr),
}

impl FromStr for ProbeAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let port = text.strip_prefix(':').and_then(|port| port.parse().ok());
        match (text, port) {
            ("off", _) => Ok(Self::Off),
            (_, Some(port)) => Ok(Self::Everywhere(port)),
            _ => text.parse().map(Self::At).map_err(|_| {
                "write an address and a port such as 127.0.0.1:8081 or [::1]:8081, :8081 for the port on every address, or \
                 off"
                .to_owned()
            }),
        }
    }
}

impl std::fmt::Display for ProbeAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Everywhere(port) => write!(f, ":{port}"),
            Self::At(address) => address.fmt(f),
        }
    }
}

impl ProbeAddress {
    /// Starts to listen. `None` where nothing is to be answered.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on; the message says what to do.
    pub async fn listen(self) -> Result<Option<TcpListener>, String> {
        let listener = match self {
            Self::Off => return Ok(None),
            Self::At(address) => TcpListener::bind(address).await,
            // The one of IPv6 takes IPv4 too, where there is an IPv6.
            Self::Everywhere(port) => match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
                Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await
                }
                result => result,
            },
        };
        listener.map(Some).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "--probe-address {self}: another program, maybe another controller, listens there: give another port, or \
                 --probe-address off"
            ),
            _ => format!(
                "--probe-address {self}: can't listen there ({error}): give an address of this machine and a port above 1023, \
                 or --probe-address off"
            ),
        })
    }
}

/// Puts something into the queue now and then, to see whether it still moves.
pub async fn knock(world: Arc<World>) -> Infallible {
    loop {
        if world.health.may_knock() {
            world.knock();
        }
        tokio::time::sleep(KNOCK).await;
    }
}

/// Answers for ever.
pub async fn serve(listener: TcpListener, world: Arc<World>) -> Infallible {
    let turns = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let turn = Arc::clone(&turns).acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    let _turn = turn;
                    // Whoever asks too slowly, or goes, gets no answer.
                    let _ = tokio::time::timeout(LIMIT, connection(stream, world)).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "can't accept a connection for a probe");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, world: Arc<World>) -> hyper::Result<()> {
    let service = service_fn(|request: Request<Incoming>| {
        let response = answer(request.method(), request.uri().path(), &world);
        async move { Ok::<_, Infallible>(response) }
    });
    http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service).await
}

fn answer(method: &Method, path: &str, world: &World) -> Response<String> {
    let checks = match path {
        "/healthz" => world.health.liveness(Instant::now()),
        "/readyz" => world.readiness(Instant::now()),
        _ => return text(StatusCode::NOT_FOUND, "there are /healthz and /readyz\n".to_owned()),
    };
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered\n".to_owned());
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let good = checks.iter().all(|check| check.result.is_ok());
    text(if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, lines(&checks))
}

/// A line for each check, as the API server's own probes have them.
fn lines(checks: &[Check]) -> String {
    checks.iter().fold(String::new(), |mut lines, Check { name, result }| {
        let (sign, Ok(how) | Err(how)) = (if result.is_ok() { '+' } else { '-' }, result);
        // Writing to a text can't fail.
        let _ = writeln!(lines, "[{sign}] {name}: {how}");
        lines
    })
}

fn text(status: StatusCode, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_port_alone_or_off() {
        for (text, expected) in [
            ("off", ProbeAddress::Off),
            (":8081", ProbeAddress::Everywhere(8081)),
            ("127.0.0.1:0", ProbeAddress::At(([127, 0, 0, 1], 0).into())),
            ("[::1]:9", ProbeAddress::At("[::1]:9".parse().unwrap())),
        ] {
            assert_eq!(text.parse(), Ok(expected));
            assert_eq!(expected.to_string(), text);
        }
        for text in ["", "8081", "localhost:8081", ":70000", "0", "OFF"] {
            assert!(text.parse::<ProbeAddress>().unwrap_err().contains(":8081 for the port"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_told_with_what_to_do() {
        let first = ProbeAddress::Everywhere(0).listen().await.unwrap().unwrap();
        let port = first.local_addr().unwrap().port();
        for address in [ProbeAddress::Everywhere(port), ProbeAddress::At(([0, 0, 0, 0], port).into())] {
            let error = address.listen().await.unwrap_err();
            assert!(
                error.contains(&address.to_string()) && error.contains("another port, or --probe-address off"),
                "{error}"
            );
        }
        assert!(ProbeAddress::Off.listen().await.unwrap().is_none());
    }

    #[test]
    fn each_check_is_a_line() {
        let checks = [
            Check { name: "clock", result: Ok("agrees".into()) },
            Check { name: "configmaps", result: Err("not known yet: shop/days".into()) },
        ];
        assert_eq!(lines(&checks), "[+] clock: agrees\n[-] configmaps: not known yet: shop/days\n");
    }
}
