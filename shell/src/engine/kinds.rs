//! The kinds of targets that are watched: one watch each, from when the first object or record names one.
//!
//! How a custom kind is served is asked first, and again and again where it isn't, so that one that appears later is found. Whoever
//! names many that don't exist makes those wait for each other that aren't found yet, and nobody else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kube::Client;
use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio::task::AbortHandle;

use super::feed::Feed;
use super::health::Check;
use super::state::{Engine, Source};
use crate::cluster::discovery;
use crate::cluster::patience::Patience;
use crate::cluster::requests::Request;
use crate::cluster::watch::{Change, Recovered, Trouble, told};
use crate::cluster::workloads::Watching;
use crate::target::{Custom, Kind, Own, Served, Size, TargetKey, TargetState};

/// Between two questions for kinds that aren't found: those that many names wait for come one after the other.
const BETWEEN: Duration = Duration::from_millis(200);

/// A kind that somebody has named.
#[derive(Debug, Default)]
struct Known {
    source: Source,
    /// How it is served, once that is known.
    served: Option<Arc<Served>>,
    /// Why it isn't, as far as the API server has said so.
    unserved: Option<String>,
    /// What there is to say to those who look for it in namespaces where it lies in none, or the other way round.
    misplaced: Option<String>,
    task: Option<AbortHandle>,
}

/// What is known of the objects of each kind; nothing of one that nobody has named.
#[derive(Debug, Default)]
pub struct Kinds {
    all: BTreeMap<Kind, Known>,
    /// Whose turn it is to ask for a custom kind.
    turn: Arc<Mutex<()>>,
}

impl Kinds {
    /// What is known of a kind's objects.
    pub(super) fn get(&self, kind: &Kind) -> Option<&Source> {
        self.all.get(kind).map(|known| &known.source)
    }

    /// The same, to change it.
    pub(super) fn get_mut(&mut self, kind: &Kind) -> Option<&mut Source> {
        self.all.get_mut(kind).map(|known| &mut known.source)
    }

    /// What the API server has said of a kind that it doesn't serve.
    pub(super) fn unserved(&self, kind: &Kind) -> Option<&str> {
        self.all.get(kind)?.unserved.as_deref()
    }

    /// What there is to say of a kind to those who look for it in a namespace, or in none, where it isn't.
    pub(super) fn misplaced(&self, kind: &Kind, in_namespace: bool) -> Option<&str> {
        let known = self.all.get(kind)?;
        let is_elsewhere = known.served.as_ref().is_some_and(|served| served.namespaced != in_namespace);
        known.misplaced.as_deref().filter(|_| is_elsewhere)
    }

    /// Those with a file of their own that are watched. Nobody else waits for a custom one, whose trouble is that of those who name
    /// it.
    fn own(&self) -> impl Iterator<Item = (&'static Own, &Known)> {
        self.all.iter().filter_map(|(kind, known)| match kind {
            Kind::Own(own) => Some((*own, known)),
            Kind::Custom(_) => None,
        })
    }

    /// Whether of each of those all are known, or known to stay unknown for a while.
    pub(super) fn are_known(&self) -> bool {
        self.own().all(|(_, known)| known.source.complete || known.source.trouble.is_some() || known.unserved.is_some())
    }

    /// A line about each of those. One that may not be read keeps nobody from scaling the others, and those who name it say so: whoever
    /// names one would else make it look as if nothing could be scaled. But without the autoscalers nobody knows what may be written.
    pub(super) fn checks(&self) -> impl Iterator<Item = Check> {
        self.own().map(|(own, known)| match (&known.unserved, &known.source.trouble) {
            (Some(why), _) => Check { name: own.plural, result: Ok(why.clone()) },
            (None, Some(trouble)) if trouble.is_refusal() && !own.how.ranges => {
                Check { name: own.plural, result: Ok(format!("can't be read, so none is scaled: {}", trouble.what)) }
            }
            _ => known.source.check(own.plural),
        })
    }

    /// Whether all of a kind are known.
    pub(super) fn is_complete(&self, kind: &Kind) -> bool {
        self.get(kind).is_some_and(|source| source.complete)
    }

    /// As objects of a kind write their `apiVersion`; none where it isn't known how it is served.
    pub(super) fn api_version(&self, kind: &Kind) -> Option<String> {
        self.all.get(kind)?.served.as_ref().map(|served| served.api_version())
    }

    /// The write of a target's size; `None` where it isn't known how it is served.
    pub(super) fn write(&self, key: &TargetKey, seen: &TargetState, size: Size) -> Option<Request> {
        let served = self.all.get(&key.kind)?.served.as_deref()?;
        Some((key.kind.how().write)(served, key, seen, size))
    }

    /// It is served in this way.
    fn found(&mut self, kind: &Kind, served: Served) {
        if let Some(known) = self.all.get_mut(kind) {
            known.misplaced = Some(served.misplaced());
            (known.served, known.unserved) = (Some(Arc::new(served)), None);
        }
    }

    /// It isn't served. Says whether that is news.
    fn lost(&mut self, kind: &Kind, why: String) -> bool {
        let Some(known) = self.all.get_mut(kind) else { return false };
        let is_news = known.unserved.as_ref() != Some(&why) || known.source.complete;
        known.source.complete = false;
        (known.served, known.unserved) = (None, Some(why));
        is_news
    }
}

impl Engine {
    /// Has a kind watched, if it isn't yet.
    pub(super) fn watch_kind(&mut self, kind: &Kind) {
        if self.kinds.all.contains_key(kind) {
            return;
        }
        let follow = Follow {
            kind: kind.clone(),
            client: self.watching.clone(),
            namespace: self.namespace.clone(),
            feeds: self.feeds.clone(),
            recovered: self.recovered.subscribe(),
        };
        let mut known = Known::default();
        let task = match kind {
            Kind::Own(own) => {
                let served = Served::own(own);
                known.served = Some(Arc::new(served.clone()));
                self.watches.spawn(follow.watch(served, own.is_optional.then_some(Lost::Said)))
            }
            Kind::Custom(custom) => {
                self.watches.spawn(follow.find_and_watch(Arc::clone(custom), Arc::clone(&self.kinds.turn)))
            }
        };
        known.task = Some(task);
        self.kinds.all.insert(kind.clone(), known);
    }

    /// Gives up a custom kind of which nothing is there and that nobody names any more.
    pub(super) fn tidy_kind(&mut self, kind: &Kind) {
        if kind.is_own() || self.targets.are_any_of(kind) || self.selects_any_of(kind) {
            return;
        }
        if let Some(task) = self.kinds.all.remove(kind).and_then(|known| known.task) {
            task.abort();
        }
        // Those that have ended are still held until somebody asks.
        while self.watches.try_join_next().is_some() {}
    }

    /// The API server has said how a kind is served, or that it isn't, after which nothing of it is there.
    pub(super) fn note_served(&mut self, kind: &Kind, served: Result<Served, String>) {
        match served {
            Ok(served) => self.kinds.found(kind, served),
            Err(why) => {
                if self.kinds.lost(kind, why) {
                    for id in self.targets.of(kind) {
                        self.lose_target(id);
                        self.mark_claimants(id);
                    }
                    self.settle_selecting(kind);
                    if kind.how().ranges {
                        // What waited for it to be known which autoscalers there are goes on.
                        self.mark_all();
                    }
                }
            }
        }
    }
}

/// What becomes of a kind that isn't served any more.
enum Lost {
    /// It is asked how it is served.
    Asked(Arc<Notify>),
    /// That is said, and the watch goes on until it is served again, in the one way in which it is.
    Said,
}

/// Who follows a kind.
struct Follow {
    kind: Kind,
    client: Client,
    namespace: Option<String>,
    feeds: mpsc::Sender<Feed>,
    recovered: watch::Receiver<Recovered>,
}

impl Follow {
    /// Watches it; `lost` is what becomes of it while it isn't served.
    fn watch(&self, served: Served, lost: Option<Lost>) -> BoxFuture<'static, ()> {
        let (kind, feeds) = (self.kind.clone(), self.feeds.clone());
        let is_optional = matches!(lost, Some(Lost::Said));
        let (name, api_version) = (served.name.clone(), served.api_version());
        let told = served.clone();
        let tell = move |change| {
            let is_missing = matches!(&change, Change::Interrupted(trouble) if trouble.is_missing());
            // How it is served is said before what there is of it.
            let served = match (&lost, &change) {
                (Some(Lost::Said), Change::Complete) => Some(Ok(told.clone())),
                (Some(Lost::Said), _) if is_missing => {
                    Some(Err(format!("the API server serves no {name} of {api_version}")))
                }
                _ => None,
            };
            if let (Some(Lost::Asked(lost)), true) = (&lost, is_missing) {
                lost.notify_one();
            }
            let is_said = is_missing && served.is_some();
            let served = served.map(|served| Feed::Served(kind.clone(), served));
            let target = (!is_said).then(|| Feed::Target(kind.clone(), change));
            let feeds = feeds.clone();
            async move {
                for feed in served.into_iter().chain(target) {
                    if feeds.send(feed).await.is_err() {
                        return false;
                    }
                }
                true
            }
            .boxed()
        };
        (self.kind.how().watch)(Watching {
            client: self.client.clone(),
            namespace: self.namespace.clone(),
            served: Arc::new(served),
            recovered: self.recovered.clone(),
            is_optional,
            tell: Box::new(tell),
        })
    }

    /// Who looks at one namespace alone may see nothing that lies in none.
    fn within_reach(&self, served: Served) -> Result<Served, Trouble> {
        if served.namespaced || self.namespace.is_none() {
            return Ok(served);
        }
        Err(Trouble { what: served.misplaced(), refused: Some(404) })
    }

    /// Asks how it is served until it is, and watches it then, for as long.
    async fn find_and_watch(mut self, custom: Arc<Custom>, turn: Arc<Mutex<()>>) {
        let mut patience = Patience::default();
        loop {
            let found = {
                let _turn = turn.lock().await;
                let found = discovery::find(&self.client, &custom).await;
                let found = found.and_then(|served| self.within_reach(served));
                if found.is_err() {
                    tokio::time::sleep(BETWEEN).await;
                }
                found
            };
            let feed = match &found {
                Ok(served) => Feed::Served(self.kind.clone(), Ok(served.clone())),
                Err(trouble) if trouble.is_missing() => Feed::Served(self.kind.clone(), Err(trouble.what.clone())),
                Err(trouble) => Feed::Target(self.kind.clone(), Change::Interrupted(trouble.clone())),
            };
            if self.feeds.send(feed).await.is_err() {
                return;
            }
            match found {
                Ok(served) => {
                    patience.is_over();
                    let lost = Arc::new(Notify::new());
                    let watch = self.watch(served, Some(Lost::Asked(Arc::clone(&lost))));
                    tokio::select! {
                        () = watch => return,
                        () = lost.notified() => {}
                    }
                }
                Err(trouble) => {
                    let name = self.kind.as_str();
                    if patience.tells(&trouble.what, std::time::Instant::now()) {
                        tracing::warn!(error = trouble.what, "{name}s can't be watched, which is tried again");
                    }
                    let answers = self.recovered.borrow_and_update().answers;
                    tokio::select! {
                        () = tokio::time::sleep(patience.wait()) => {}
                        () = told(&mut self.recovered, |now| now.answers != answers) => {}
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_may_not_be_read_keeps_nobody_from_being_ready_but_autoscalers_do() {
        let refused = |code| Trouble { what: "forbidden".to_owned(), refused: Some(code) };
        let checked = |kind: Kind, trouble: Trouble| {
            let source = Source { trouble: Some(trouble), ..Source::default() };
            let all = BTreeMap::from([(kind, Known { source, ..Known::default() })]);
            let kinds = Kinds { all, ..Kinds::default() };
            assert!(kinds.are_known());
            kinds.checks().next().unwrap().result
        };
        let words = "can't be read, so none is scaled: forbidden".to_owned();
        assert_eq!(checked(Kind::DEPLOYMENT, refused(403)), Ok(words));
        assert_eq!(checked(Kind::DEPLOYMENT, refused(500)), Err("forbidden".to_owned()), "that will pass");
        for autoscaler in [Kind::HPA, Kind::SCALED_OBJECT] {
            assert_eq!(checked(autoscaler, refused(403)), Err("forbidden".to_owned()));
        }
    }
}
