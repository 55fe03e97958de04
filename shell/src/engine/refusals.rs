//! What fails that is done on nobody's account: to give targets back what they had. Whoever looks after them finds it in an event, once
//! until it has succeeded.

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use super::feed::{Asked, Asker};
use super::ids::{NamespaceId, TargetId};
use super::inquiries::Inquiry;
use super::orphans::Step;
use super::policies::PolicyKey;
use super::state::Engine;
use crate::api::ScalerKind;
use crate::api::text::plain;
use crate::cluster::requests::{Failure, Request};
use crate::policy::{granted_by, refused};
use crate::report::events::{self, About};
use crate::target::Kind;

/// What may be over by itself is told once it has failed so often in a row.
const TIMES: u32 = 3;

/// Whether what has failed so often in a row is to be told: at once where to try again is no use before somebody has changed something.
pub(super) fn lasts(failure: &Failure, times: u32) -> bool {
    // What is another than it was comes with the watch.
    let is_late = matches!(failure.code(), Some(404 | 409));
    times >= TIMES || failure.is_final() && !is_late
}

/// What was tried for a target.
#[derive(Debug)]
pub(super) enum Tried {
    /// To write it.
    Write(Step),
    /// To find out whether it may be written.
    Inquiry(Inquiry),
}

/// Targets of one schedule that can't be given back what they had.
#[derive(Debug, Default)]
pub(super) struct Refused {
    count: usize,
    /// What there is to say of the first, and the event about that.
    first: Option<(String, Request)>,
}

impl Engine {
    /// A target can't be given back what it had: in the log at once, and told with the others.
    pub(super) fn note_refused(&mut self, id: TargetId, tried: &Tried, failure: &Failure, boot: Duration) {
        let is_to_tell = self.orphans.is_to_tell(id, failure);
        let (Some(target), Some(key)) = (self.targets.get(id), self.targets.key(id)) else { return };
        let Some((entry, _)) = target.entry.as_deref() else { return };
        let called = format!("{} {}", key.kind.as_str(), key.name);
        let held = format!("{} {}", entry.holder_kind.as_str(), entry.holder);
        let (instead, why) = match tried {
            Tried::Write(Step { from, to, written, prepares }) => {
                let had = if *prepares { "what".to_owned() } else { format!("{to}, which") };
                let beneath = self.targets.key(*written).map(|key| &key.kind).filter(|kind| **kind != key.kind);
                let why = self.in_words(failure, [&key.kind].into_iter().chain(beneath));
                (format!("keeps {from} instead of {had} it had before {held} held it"), why)
            }
            Tried::Inquiry(inquiry) => {
                let what = match inquiry {
                    Inquiry::Holder(_) => format!("{held} is gone"),
                    Inquiry::Namespace(_) => "its namespace is on its way out".to_owned(),
                };
                let instead = format!("keeps what it has, as it can't be asked whether {what}");
                (instead, self.in_words(failure, iter::empty()))
            }
        };
        let words = plain(&format!("{called} {instead}; it is tried again: {why}")).into_owned();
        let object = format!("{}/{}", key.namespace, key.name);
        let object = object.trim_start_matches('/');
        if !is_to_tell {
            tracing::debug!(object, message = words.as_str());
            return;
        }
        tracing::warn!(object, reason = events::REFUSED, message = words.as_str());
        let api_version = self.kinds.api_version(&key.kind).unwrap_or_default();
        let uid = target.state.as_ref().map(|state| state.uid.clone()).unwrap_or_default();
        let about = About::target(key, &api_version, &uid);
        let event = events::refused(&about, &self.instance, &words, self.time.wall());
        let (holder, place) = ((entry.holder_kind, entry.holder.as_str().into()), Arc::clone(&key.namespace));
        let (namespace, _) = self.namespaces.intern(&place);
        let refused = &mut self.orphans.returns.group(namespace, holder, boot).refused;
        refused.count += 1;
        refused.first.get_or_insert((words, event));
    }

    /// One event for all that a schedule held in a namespace: about that, as long as it is there.
    pub(super) fn tell_refused(&mut self, namespace: NamespaceId, (kind, name): (ScalerKind, &str), refused: Refused) {
        let Refused { count, first: Some((first, event)) } = refused else { return };
        let Some(place) = self.namespaces.name(namespace) else { return };
        let uid = self.uid_of(kind, name, place);
        let about = About { uid: &uid, ..About::holder(kind, name, place) };
        let told = |words: &str| events::refused(&about, &self.instance, words, self.time.wall());
        let request = match count {
            1 if uid.is_empty() => event,
            1 => told(&first),
            _ => {
                let had = format!("what they had before {} {name} held them", kind.as_str());
                told(&format!("{count} targets can't be given back {had}, the first: {first}"))
            }
        };
        self.tell_aside(namespace, request);
    }

    /// Sends an event that is no object's of its own.
    pub(super) fn tell_aside(&mut self, namespace: NamespaceId, request: Request) {
        self.turns.begin_report(namespace);
        self.spawn(Asker::nobody(namespace), request, Asked::Aside);
    }

    /// The identity of a schedule that holds something in a namespace; empty where it is gone.
    pub(super) fn uid_of(&self, kind: ScalerKind, name: &str, place: &str) -> Box<str> {
        let namespace = if kind.is_of_namespace() { place } else { "" };
        let id = self.policies.find(&PolicyKey { namespace: namespace.into(), name: name.into() });
        id.and_then(|id| self.policies.get(id)).map(|slot| slot.policy.identity.uid.clone()).unwrap_or_default()
    }

    /// Why a request has come to nothing, and what grants the right to these kinds where that may be it.
    pub(super) fn in_words<'k>(&self, failure: &Failure, kinds: impl IntoIterator<Item = &'k Kind>) -> String {
        let Failure::Refused { code, message, .. } = failure else {
            return format!("there was no answer to it: {}", failure.message());
        };
        let mut kinds = kinds.into_iter().peekable();
        refused(*code, message, || match kinds.peek() {
            Some(_) => format!("; {}", granted_by(kinds, &self.installed)),
            None => String::new(),
        })
    }
}
