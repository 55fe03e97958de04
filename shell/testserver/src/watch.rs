//! The answer to a watch: a stream that goes on until its time is over or somebody ends it.

use std::collections::VecDeque;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::hub::{News, Subscriber};
use crate::kind::Kind;
use crate::list;
use crate::refusal::Refusal;
use crate::request::Call;
use crate::selector::Selector;
use crate::state::{Shared, State};
use crate::store::{Change, Happened, Stored};

/// How often the real one sends a bookmark.
const BOOKMARK: Duration = Duration::from_secs(60);

/// How long before the end of a watch the real one sends the last bookmark.
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// How long a watch lasts that doesn't say it; the real one takes 30 to 60 minutes.
const LONGEST: Duration = Duration::from_secs(45 * 60);

/// Bytes that are sent at a time.
const CHUNK: usize = 64 * 1024;

/// How far a watch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// What was to be sent is; next the connection breaks.
    Breaking,
    Over,
}

/// A watch that is open.
#[derive(Debug)]
pub(crate) struct Watch {
    shared: Shared,
    kind: Kind,
    id: u64,
    selector: Selector,
    initial: VecDeque<Arc<Stored>>,
    /// The line after the initial objects of a streaming list.
    ready: Option<Bytes>,
    news: UnboundedReceiver<News>,
    until: Pin<Box<Sleep>>,
    bookmark: Option<Pin<Box<Sleep>>>,
    end: Instant,
    cut: Option<(usize, bool)>,
    pace: Option<Pace>,
    silent: bool,
    stage: Stage,
}

/// How slowly the objects of a streaming list come.
#[derive(Debug)]
struct Pace {
    each: Duration,
    next: Pin<Box<Sleep>>,
}

/// Opens a watch.
pub(crate) fn open(
    shared: &Shared,
    state: &mut State,
    kind: Kind,
    call: &Call,
    cut: Option<(usize, bool)>,
    pace: Option<Duration>,
) -> Result<Watch, Refusal> {
    let selector = Selector::read(call)?;
    let asked = call.ask("resourceVersion").unwrap_or_default();
    let version: u64 = if asked.is_empty() { 0 } else { asked.parse().map_err(|_| list::bad_version(asked))? };
    let streaming = streaming(state, kind, call)?;
    let now = state.store.version;
    if streaming && version > now {
        return Err(list::too_large(version, now));
    }
    let bookmarks = state.bookmarks && call.asks("allowWatchBookmarks");
    let id = state.number();
    let shelf = state.store.shelf(kind);
    let (sender, news) = unbounded_channel();
    let mut initial = VecDeque::new();
    let mut ready = None;
    if streaming || (version == 0 && call.ask("sendInitialEvents").is_none()) {
        initial.extend(selector.pick(shelf.range(&selector.namespace)).map(|(_, object)| Arc::clone(object)));
        if streaming {
            ready = Some(bookmark(kind, now, true));
        }
    } else if version > 0 {
        if version < shelf.compacted {
            let why = Refusal::expired(&format!("too old resource version: {version} ({})", shelf.compacted));
            let _open = sender.send(News::Error(error(&why)));
        } else {
            let from = shelf.history.partition_point(|change| change.object.version <= version);
            for change in shelf.history.range(from..) {
                let _open = sender.send(News::Change(Arc::clone(change)));
            }
        }
    }
    shelf.hub.add(Subscriber { id, selector: selector.clone(), news: sender });
    let seconds = call.ask("timeoutSeconds").and_then(|seconds| seconds.parse().ok()).filter(|seconds| *seconds > 0);
    let end = Instant::now() + seconds.map_or(LONGEST, Duration::from_secs);
    Ok(Watch {
        shared: shared.clone(),
        kind,
        id,
        selector,
        initial,
        ready,
        news,
        until: Box::pin(sleep_until(end)),
        bookmark: bookmarks.then(|| Box::pin(sleep_until(next_bookmark(end)))),
        end,
        cut,
        pace: pace.map(|each| Pace { each, next: Box::pin(sleep_until(Instant::now() + each)) }),
        silent: false,
        stage: Stage::Open,
    })
}

fn streaming(state: &State, kind: Kind, call: &Call) -> Result<bool, Refusal> {
    if call.ask("sendInitialEvents") != Some("true") {
        return Ok(false);
    }
    let invalid = |field: &str, why: &str| Err(Refusal::invalid(kind, "", field, why));
    if !state.streaming {
        return invalid(
            "sendInitialEvents",
            "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
        );
    }
    if call.ask("resourceVersionMatch") != Some("NotOlderThan") {
        return invalid(
            "resourceVersionMatch",
            "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        );
    }
    Ok(true)
}

fn next_bookmark(end: Instant) -> Instant {
    let now = Instant::now();
    let last = end.checked_sub(LAST_BOOKMARK).unwrap_or(end);
    if now < last { last.min(now + BOOKMARK) } else { end + BOOKMARK }
}

impl Watch {
    /// The next bytes; none at the end.
    ///
    /// # Errors
    ///
    /// The connection breaks.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Torn>>> {
        let mut bytes = Vec::new();
        if self.stage == Stage::Open {
            match self.gather(&mut bytes, context) {
                Some(true) => self.stage = Stage::Breaking,
                Some(false) => self.stage = Stage::Over,
                None if bytes.is_empty() => return Poll::Pending,
                None => {}
            }
        }
        if !bytes.is_empty() {
            return Poll::Ready(Some(Ok(Bytes::from(bytes))));
        }
        let broken = self.stage == Stage::Breaking;
        self.stage = Stage::Over;
        Poll::Ready(broken.then_some(Err(Torn)))
    }

    /// Puts together what is there to send. Some at the end: whether it is torn.
    fn gather(&mut self, bytes: &mut Vec<u8>, context: &mut Context<'_>) -> Option<bool> {
        while bytes.len() < CHUNK {
            if let Some(pace) = self.pace.as_mut().filter(|_| !self.initial.is_empty()) {
                if self.until.as_mut().poll(context).is_ready() {
                    return Some(false);
                }
                if pace.next.as_mut().poll(context).is_pending() {
                    return None;
                }
                pace.next.as_mut().reset(Instant::now() + pace.each);
            }
            if let Some(object) = self.initial.pop_front() {
                if let Some(torn) = self.say(bytes, &line(Happened::Added, object.json())) {
                    return Some(torn);
                }
                continue;
            }
            if let Some(ready) = self.ready.take() {
                if let Some(torn) = self.say(bytes, &ready) {
                    return Some(torn);
                }
                continue;
            }
            match self.news.poll_recv(context) {
                Poll::Ready(Some(News::Change(change))) => {
                    if let Some(line) = self.tell(&change)
                        && let Some(torn) = self.say(bytes, &line)
                    {
                        return Some(torn);
                    }
                }
                Poll::Ready(Some(News::Error(line))) => {
                    bytes.extend_from_slice(&line);
                    return Some(false);
                }
                Poll::Ready(Some(News::End { torn })) => return Some(torn),
                Poll::Ready(Some(News::Silence)) => self.silent = true,
                Poll::Ready(None) => return Some(false),
                Poll::Pending if self.silent => return None,
                Poll::Pending => {
                    if self.until.as_mut().poll(context).is_ready() {
                        return Some(false);
                    }
                    if !self.mark(bytes, context) {
                        return None;
                    }
                }
            }
        }
        context.waker().wake_by_ref();
        None
    }

    fn tell(&self, change: &Change) -> Option<Bytes> {
        self.selector.sees(change).map(|what| line(what, change.object.json()))
    }

    /// Sends a line, or half of it where the watch is cut here.
    fn say(&mut self, bytes: &mut Vec<u8>, line: &[u8]) -> Option<bool> {
        match &mut self.cut {
            Some((0, torn)) => {
                if *torn {
                    bytes.extend_from_slice(line.get(..line.len() / 2).unwrap_or_default());
                }
                return Some(*torn);
            }
            Some((left, torn)) => {
                *left -= 1;
                bytes.extend_from_slice(line);
                if *left == 0 && !*torn {
                    return Some(false);
                }
            }
            None => bytes.extend_from_slice(line),
        }
        None
    }

    /// Sends a bookmark if it is time for one. Whether there was any.
    fn mark(&mut self, bytes: &mut Vec<u8>, context: &mut Context<'_>) -> bool {
        let Some(sleep) = self.bookmark.as_mut() else { return false };
        if sleep.as_mut().poll(context).is_pending() {
            return false;
        }
        sleep.as_mut().reset(next_bookmark(self.end));
        // Changes are told under this lock: what isn't in the channel now comes after this version.
        let state = self.shared.lock();
        if self.news.is_empty() && state.bookmarks {
            bytes.extend_from_slice(&bookmark(self.kind, state.store.version, false));
        }
        true
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.lock().store.shelf(self.kind).hub.remove(self.id);
    }
}

/// The connection broke.
#[derive(Debug, thiserror::Error)]
#[error("connection reset by peer")]
pub(crate) struct Torn;

fn line(what: Happened, object: &Bytes) -> Bytes {
    let mut line = Vec::with_capacity(object.len() + 40);
    line.extend_from_slice(b"{\"type\":\"");
    line.extend_from_slice(what.word().as_bytes());
    line.extend_from_slice(b"\",\"object\":");
    line.extend_from_slice(object);
    line.extend_from_slice(b"}\n");
    Bytes::from(line)
}

pub(crate) fn error(why: &Refusal) -> Bytes {
    said(&json!({ "type": "ERROR", "object": why.body() }))
}

fn bookmark(kind: Kind, version: u64, initial: bool) -> Bytes {
    let mut metadata = json!({ "resourceVersion": version.to_string(), "creationTimestamp": null });
    if initial && let Some(metadata) = metadata.as_object_mut() {
        metadata.insert("annotations".to_owned(), json!({ "k8s.io/initial-events-end": "true" }));
    }
    let object = json!({ "kind": kind.about().name, "apiVersion": kind.api_version(), "metadata": metadata });
    said(&json!({ "type": "BOOKMARK", "object": object }))
}

fn said(line: &Value) -> Bytes {
    Bytes::from(format!("{line}\n"))
}
