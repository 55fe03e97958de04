//! Who watches what. A change costs those that it concerns, not those that watch something else.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;

use crate::selector::Selector;
use crate::store::{Change, Key};

/// What goes to a watch.
#[derive(Debug)]
pub(crate) enum News {
    Change(Arc<Change>),
    /// From here on nothing comes through, and no end of it.
    Silence,
    /// A last line of the type ERROR, and the end.
    Error(Bytes),
    /// The end: as when the API server closes the watch, or torn with half a line sent.
    End {
        torn: bool,
    },
}

/// A watch.
#[derive(Debug)]
pub(crate) struct Subscriber {
    pub(crate) id: u64,
    pub(crate) selector: Selector,
    pub(crate) news: UnboundedSender<News>,
}

/// The watches of a kind, by what they watch. In one order, so that those that end together end in the same one each time.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    everything: Vec<Subscriber>,
    namespaces: BTreeMap<String, Vec<Subscriber>>,
    names: BTreeMap<Key, Vec<Subscriber>>,
    /// Those that nothing reaches any more.
    mute: Vec<Subscriber>,
}

impl Hub {
    pub(crate) fn add(&mut self, subscriber: Subscriber) {
        let Selector { namespace, name, .. } = &subscriber.selector;
        let list = match (namespace.as_str(), name.as_str()) {
            ("", _) => &mut self.everything,
            (namespace, "") => self.namespaces.entry(namespace.to_owned()).or_default(),
            (namespace, name) => self.names.entry((namespace.to_owned(), name.to_owned())).or_default(),
        };
        list.push(subscriber);
    }

    pub(crate) fn remove(&mut self, id: u64) {
        self.end(|subscriber| subscriber.id == id, || None);
    }

    pub(crate) fn tell(&self, change: &Arc<Change>) {
        let of_namespace = self.namespaces.get(&change.key.0).into_iter().flatten();
        let of_name = self.names.get(&change.key).into_iter().flatten();
        for subscriber in self.everything.iter().chain(of_namespace).chain(of_name) {
            // One that has gone meanwhile is removed when its answer is dropped.
            let _gone = subscriber.news.send(News::Change(Arc::clone(change)));
        }
    }

    /// Ends watches, each with a last word.
    pub(crate) fn end(&mut self, which: impl Fn(&Subscriber) -> bool, last: impl Fn() -> Option<News>) -> usize {
        let mut ended = 0;
        let mut keep = |list: &mut Vec<Subscriber>| {
            list.retain(|subscriber| {
                let ends = which(subscriber);
                if ends {
                    ended += 1;
                    if let Some(news) = last() {
                        let _gone = subscriber.news.send(news);
                    }
                }
                !ends
            });
            !list.is_empty()
        };
        keep(&mut self.everything);
        keep(&mut self.mute);
        self.namespaces.retain(|_, list| keep(list));
        self.names.retain(|_, list| keep(list));
        ended
    }

    /// Lets nothing reach the watches any more, which stay open.
    pub(crate) fn silence(&mut self) -> usize {
        let before = self.mute.len();
        self.mute.append(&mut self.everything);
        self.mute.extend(mem::take(&mut self.namespaces).into_values().flatten());
        self.mute.extend(mem::take(&mut self.names).into_values().flatten());
        for subscriber in self.mute.iter().skip(before) {
            let _gone = subscriber.news.send(News::Silence);
        }
        self.mute.len() - before
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Subscriber> {
        self.everything.iter().chain(self.namespaces.values().flatten()).chain(self.names.values().flatten())
    }
}
