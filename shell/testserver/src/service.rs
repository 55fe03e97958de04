//! The way of a request: arrival, what goes wrong, the answer; each step in the log.

use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use kube::client::Body;
use tokio::time::{Instant, sleep};

use crate::answer::{Answer, AnswerBody};
use crate::fault::Troubles;
use crate::handle::handle;
use crate::log::End;
use crate::request::{Call, json};
use crate::state::Shared;

/// What goes wrong with a connection.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The server as a service, of which `kube::Client::new` makes a client.
#[derive(Clone, Debug)]
pub struct Service {
    pub(crate) shared: Shared,
    pub(crate) agent: Option<HeaderValue>,
}

impl tower_service::Service<Request<Body>> for Service {
    type Response = Response<AnswerBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let shared = self.shared.clone();
        let agent = self.agent.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            if let Some(agent) = agent {
                parts.headers.entry(USER_AGENT).or_insert(agent);
            }
            let call = Call::read(&parts);
            let troubles = shared.lock().faults.of(&call);
            if !troubles.connect.is_zero() {
                sleep(troubles.connect).await;
            }
            // A copy: from here on it has left its sender, who may look at what becomes of his bytes.
            let body = Bytes::copy_from_slice(&body.collect().await?.to_bytes());
            serve(shared, call, body, troubles).await
        })
    }
}

async fn serve(
    shared: Shared,
    call: Call,
    body: Bytes,
    mut troubles: Troubles,
) -> Result<Response<AnswerBody>, BoxError> {
    let mut ticket = {
        let mut state = shared.lock();
        let (at, wall) = (Instant::now(), state.clock.now());
        let number = state.log.arrive(at, wall, call.clone(), json(&body));
        Ticket { shared: shared.clone(), number, done: None, ended: false }
    };
    // A sleep of nothing would still yield, and order would be lost.
    if !troubles.before.is_zero() {
        sleep(troubles.before).await;
    }
    if troubles.no_connection {
        ticket.end(End::Refused);
        return Err(std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "connection refused").into());
    }
    if let Some(time) = troubles.done_late.take() {
        // In a task of its own, because whoever asked may be gone by then.
        tokio::spawn(later(shared.clone(), call, body, troubles, time));
        return pending().await;
    }
    if troubles.hang {
        return pending().await;
    }
    if let Some(id) = troubles.held_by {
        held(&shared, id).await;
    }
    let answer = match troubles.refuse.take() {
        Some(refusal) => Answer::from(refusal),
        None => handle(&shared, &mut shared.lock(), &call, &body, &troubles),
    };
    ticket.done = Some(answer.code);
    if troubles.lose {
        ticket.end(End::Lost(answer.code));
    }
    if !troubles.after.is_zero() {
        sleep(troubles.after).await;
    }
    if troubles.lose {
        return Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "connection reset by peer").into());
    }
    let code = answer.code;
    let response = respond(&shared, if troubles.half { halved(answer) } else { answer })?;
    ticket.end(if troubles.half { End::Lost(code) } else { End::Answered(code) });
    Ok(response)
}

async fn later(shared: Shared, call: Call, body: Bytes, troubles: Troubles, time: Duration) {
    sleep(time).await;
    let _unheard = handle(&shared, &mut shared.lock(), &call, &body, &troubles);
}

/// Waits until a fault is lifted.
async fn held(shared: &Shared, id: u64) {
    loop {
        let lifted = shared.lock().faults.lifted();
        let mut told = pin!(lifted.notified());
        // Asked to be told before looking, so that nothing comes between.
        told.as_mut().enable();
        if !shared.lock().faults.is_on(id) {
            return;
        }
        told.await;
    }
}

fn halved(answer: Answer) -> Answer {
    Answer { body: answer.body.halved(), ..answer }
}

fn respond(shared: &Shared, answer: Answer) -> Result<Response<AnswerBody>, BoxError> {
    let mut response = Response::new(answer.body);
    *response.status_mut() = StatusCode::from_u16(answer.code)?;
    let headers = response.headers_mut();
    headers.insert(DATE, HeaderValue::try_from(shared.lock().clock.date())?);
    let kind = if answer.plain { "text/plain; charset=utf-8" } else { "application/json" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(seconds) = answer.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

/// A line of the log that is filled in whatever happens.
struct Ticket {
    shared: Shared,
    number: usize,
    /// The code with which it was carried out.
    done: Option<u16>,
    ended: bool,
}

impl Ticket {
    fn end(&mut self, end: End) {
        if !self.ended {
            self.ended = true;
            self.shared.lock().log.end(self.number, end, Instant::now());
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.end(self.done.map_or(End::GivenUp, End::Lost));
    }
}
