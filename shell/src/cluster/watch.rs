//! A watch: what it brings goes to the engine, what keeps it from doing so is told about and waited out.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use futures::{Stream, StreamExt as _};
use kube::runtime::watcher::{self, Config, Event};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, watch};

use super::patience::Patience;
use super::words;

/// Objects of a page where the API server has no streaming lists: small pages keep the memory of a first list low.
const PAGE: u32 = 100;
/// So many seconds a watch lasts; then it is taken up where it was, which costs one request. One whose connection is none any
/// more falls silent, and is believed for so long and the five seconds that kube gives it.
pub(super) const WATCH_SECONDS: u32 = 60;
/// And one whose list took longer than that: as long as kube's own.
const LONG_SECONDS: u32 = 290;
/// A list that was under way for so long and ended in order before it was complete had no more time. The API server's clock for
/// it began earlier than this one.
const RAN_OUT: Duration = Duration::from_secs(30);

/// Of which the CRDs are ours.
const OURS: [&str; 4] = ["TimeWindowScalers", "ClusterTimeWindowScalers", "TimeWindowOverrides", "ScaleRecords"];

/// What a watch has to tell.
#[derive(Debug)]
pub enum Change<K> {
    /// A list begins; what isn't in it up to [`Complete`](Self::Complete) is gone.
    Restarted,
    /// An object of the list.
    Listed(K),
    /// The list is complete.
    Complete,
    /// An object is new or another.
    Applied(K),
    /// An object is gone.
    Deleted(K),
    /// The watch was interrupted. It goes on by itself.
    Interrupted(Trouble),
    /// It goes on after an interruption.
    Through,
}

impl<K> Change<K> {
    /// The same with something else of the object.
    pub fn map<T>(self, of: impl FnOnce(K) -> T) -> Change<T> {
        match self {
            Self::Restarted => Change::Restarted,
            Self::Listed(object) => Change::Listed(of(object)),
            Self::Complete => Change::Complete,
            Self::Applied(object) => Change::Applied(of(object)),
            Self::Deleted(object) => Change::Deleted(of(object)),
            Self::Interrupted(trouble) => Change::Interrupted(trouble),
            Self::Through => Change::Through,
        }
    }
}

/// What keeps a watch from going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// In words.
    pub what: String,
    /// The status code, where the API server itself refuses the watch.
    pub refused: Option<u16>,
}

impl Trouble {
    /// Whether what was asked for isn't there.
    pub fn is_missing(&self) -> bool {
        self.refused == Some(404)
    }

    /// Whether it is a no that stands: from 400 to 499, but for 401, which speaks of our token and of nothing that was asked
    /// for, 408 and 429, which ask to come again, and 410, after which the list is made anew.
    pub fn is_refusal(&self) -> bool {
        self.refused.is_some_and(|code| (400..500).contains(&code) && ![401, 408, 410, 429].contains(&code))
    }
}

/// How often the API server was found to answer again after an outage. Told to all watches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// After it had refused or not answered: what waits for its next try has it now.
    pub answers: u32,
    /// After nothing had reached it: what is silent may be a connection that is none any more, and begins anew.
    pub reachable: u32,
}

impl Recovered {
    /// It answers again.
    pub fn note_answers(&mut self) {
        self.answers = self.answers.wrapping_add(1);
    }

    /// Something reaches it again.
    pub fn note_reachable(&mut self) {
        self.reachable = self.reachable.wrapping_add(1);
    }
}

/// Watches, and sends on what `news` makes of everything, which waits while the engine is busy. Ends when nobody receives it.
pub async fn watch<K, N>(
    api: Api<K>,
    fields: Option<String>,
    what: String,
    to: mpsc::Sender<N>,
    recovered: watch::Receiver<Recovered>,
    mut news: impl FnMut(Change<K>) -> Option<N> + Send,
) where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
    N: Send,
{
    let tell = |change| {
        let (news, to) = (news(change), &to);
        async move {
            match news {
                Some(news) => to.send(news).await.is_ok(),
                None => true,
            }
        }
    };
    watch_and(api, What { name: what, fields, is_optional: false }, recovered, tell).await;
}

/// What is watched.
#[derive(Debug)]
pub struct What {
    /// What it is called in the log.
    pub name: String,
    /// The fields that it goes by.
    pub fields: Option<String>,
    /// Whether it is nobody's trouble where it isn't served: then it is asked for as often as a watch that goes on would be.
    pub is_optional: bool,
}

/// The same, with everything told to `tell`, which says whether anybody still receives it.
pub async fn watch_and<K, F>(
    api: Api<K>,
    What { name: what, fields, is_optional }: What,
    mut recovered: watch::Receiver<Recovered>,
    mut tell: impl FnMut(Change<K>) -> F + Send,
) where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
    F: Future<Output = bool> + Send,
{
    let config = || {
        let config = Config::default();
        match &fields {
            Some(fields) => config.fields(fields),
            None => config,
        }
    };
    let begin = |streams, seconds| {
        let config = config().timeout(seconds);
        stream(api.clone(), if streams { config.streaming_lists() } else { config.page_size(PAGE) })
    };
    let mut streams = true;
    let mut events = begin(streams, WATCH_SECONDS);
    // Since when a list is under way.
    let mut listing: Option<tokio::time::Instant> = None;
    let mut patience = Patience::default();
    let mut interrupted = false;
    loop {
        let reachable = recovered.borrow_and_update().reachable;
        let event = tokio::select! {
            biased;
            event = events.next() => event,
            () = told(&mut recovered, |now| now.reachable != reachable) => {
                (events, listing) = (begin(streams, WATCH_SECONDS), None);
                continue;
            }
        };
        if let Some(Ok(Event::Init)) = event {
            if listing.is_some_and(|begun| begun.elapsed() >= RAN_OUT) && !interrupted {
                // The next one's time would be over, too.
                (events, listing) = (begin(streams, LONG_SECONDS), None);
                continue;
            }
            listing = Some(tokio::time::Instant::now());
        }
        let change = match event {
            Some(Ok(event)) => {
                // The first comes before each list, whether or not that is let through.
                let through = !matches!(event, Event::Init);
                if through && interrupted {
                    interrupted = false;
                    if patience.is_over() {
                        tracing::info!("the watch of {what} goes on");
                    }
                    if !tell(Change::Through).await {
                        return;
                    }
                }
                match event {
                    Event::Init => Change::Restarted,
                    Event::InitApply(object) => Change::Listed(object),
                    Event::InitDone => {
                        listing = None;
                        Change::Complete
                    }
                    Event::Apply(object) => Change::Applied(object),
                    Event::Delete(object) => Change::Deleted(object),
                }
            }
            Some(Err(error)) => {
                let trouble = trouble(&error, &what);
                if streams && trouble.refused == Some(422) {
                    // An API server without streaming lists (before Kubernetes 1.32) says so in this way.
                    tracing::info!("the API server streams no list of {what}, so it is asked for pages");
                    streams = false;
                    (events, listing) = (begin(streams, WATCH_SECONDS), None);
                    continue;
                }
                if matches!(trouble.refused, Some(404 | 410)) {
                    // Kube's watcher would ask for a version that is refused as too old from the start again and again; and where
                    // there is nothing to watch, what comes to be there instead has to be listed.
                    (events, listing) = (begin(streams, WATCH_SECONDS), None);
                }
                interrupted = true;
                let is_absent = is_optional && trouble.is_missing();
                let wait = if is_absent { Duration::from_secs(WATCH_SECONDS.into()) } else { patience.wait() };
                if is_absent || !patience.tells(&trouble.what, Instant::now()) {
                    tracing::debug!(error = trouble.what, ?wait, "the watch of {what} is still interrupted");
                } else if trouble.refused == Some(410) {
                    tracing::info!("the watch of {what} begins anew: {}", trouble.what);
                } else {
                    tracing::warn!(error = trouble.what, "the watch of {what} was interrupted and is taken up again");
                }
                if !tell(Change::Interrupted(trouble)).await {
                    return;
                }
                let answers = recovered.borrow_and_update().answers;
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = told(&mut recovered, |now| now.answers != answers) => {}
                }
                continue;
            }
            // A watcher never ends.
            None => return,
        };
        if !tell(change).await {
            return;
        }
    }
}

/// Waits until something has recovered.
pub async fn told(recovered: &mut watch::Receiver<Recovered>, what: impl FnMut(&Recovered) -> bool) {
    if recovered.wait_for(what).await.is_err() {
        // Nobody is left to tell.
        std::future::pending::<()>().await;
    }
}

type Events<K> = std::pin::Pin<Box<dyn Stream<Item = watcher::Result<Event<K>>> + Send>>;

fn stream<K>(api: Api<K>, config: Config) -> Events<K>
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    Box::pin(watcher::watcher(api, config))
}

/// In words, with the API server's code where it is one of its answers.
fn trouble(error: &watcher::Error, what: &str) -> Trouble {
    let refused = words::answer(error).map(|status| status.code);
    let what = if refused == Some(404) { missing(what) } else { words::of_watch(error) };
    Trouble { what, refused }
}

fn missing(what: &str) -> String {
    let install = ": install the CRD with `kyklos crd | kubectl apply --server-side -f -`";
    format!("the API server knows no {what}{}", if OURS.contains(&what) { install } else { "" })
}
