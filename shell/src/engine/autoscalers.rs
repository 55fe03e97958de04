//! Autoscalers, and what they scale: who is beside whom, and which of the two is written.

use std::sync::Arc;

use super::ids::TargetId;
use super::state::{Engine, Source};
use crate::api::Range;
use crate::cluster::requests::Request;
use crate::policy::{Beside, Known};
use crate::target::{Kind, OWN, Scaling, Size, Sleeps, TargetKey, TargetRefKey, TargetState};

/// Who is beside a target, with its name in words.
#[derive(Debug)]
pub struct Rival {
    name: String,
    stands_still: bool,
}

impl Rival {
    /// As a decision sees it.
    pub fn seen(&self) -> Beside<'_> {
        Beside { name: &self.name, stands_still: self.stands_still }
    }
}

/// A target as a decision sees it.
#[derive(Debug, Default)]
pub struct View {
    /// As it is, with what it scales in it.
    pub state: Option<TargetState>,
    /// The name of what it scales, where that is what isn't there.
    pub beneath: Option<TargetRefKey>,
}

/// A write, and which of the two is written.
#[derive(Debug)]
pub struct Sent {
    /// That one.
    pub target: TargetId,
    /// Its kind.
    pub kind: Kind,
    /// Its identity.
    pub uid: Box<str>,
    /// The resource version that the decision saw.
    pub version: u64,
    /// What is sent.
    pub request: Request,
}

impl Engine {
    /// Takes note of what an autoscaler scales. Of what isn't one, or is gone, that is nothing.
    pub(super) fn note_scaling(&mut self, id: TargetId) {
        let Some(key) = self.targets.key(id) else { return };
        let namespace = Arc::clone(&key.namespace);
        let state = self.targets.get(id).and_then(|target| target.state.as_ref());
        let what = state.and_then(|state| state.scaling.as_ref()?.what.clone());
        let to = what.map(|TargetRefKey { kind, name }| self.targets.intern(TargetKey { kind, namespace, name }));
        self.watch_beneath(id, to);
        let before = self.targets.scales(id);
        if before == to {
            return;
        }
        self.targets.link(id, to);
        self.choose(id);
        for other in [before, to, Some(id)].into_iter().flatten() {
            // Whoever claims one of those claims all that are one with it.
            self.divide(other);
            self.orphans.insert(other);
        }
        if let Some(before) = before {
            self.targets.tidy(before);
        }
    }

    /// Has what a target scales watched, once somebody claims the target.
    pub(super) fn watch_scaled(&mut self, id: TargetId) {
        self.watch_beneath(id, self.targets.scales(id));
    }

    /// Has what is remembered of those looked at that scale a target, or did, and those told of that have left it as it was.
    pub(super) fn mind_above(&mut self, id: TargetId) {
        let gone = self.targets.bequeathed_by(id).filter(|above| self.targets.scales(*above) != Some(id));
        gone.collect::<Vec<_>>().into_iter().for_each(|above| self.mark_claimants(above));
        let is_remembered = |above: &TargetId| self.targets.get(*above).is_some_and(|target| target.entry.is_some());
        let above = self.targets.scaled_by(id).chain(self.targets.bequeathed_by(id));
        let above: Vec<_> = above.filter(is_remembered).collect();
        above.into_iter().for_each(|above| self.orphans.insert(above));
    }

    fn watch_beneath(&mut self, id: TargetId, beneath: Option<TargetId>) {
        let is_claimed = self.targets.get(id).is_some_and(super::targets::Target::is_wanted);
        if let Some(kind) =
            beneath.filter(|_| is_claimed).and_then(|id| self.targets.key(id)).map(|key| key.kind.clone())
        {
            self.watch_kind(&kind);
        }
    }

    /// The autoscaler beside a target: one that doesn't stand still before all others.
    pub(super) fn beside(&self, id: TargetId) -> Option<Rival> {
        let root = self.targets.scales(id).unwrap_or(id);
        let mut others = self.targets.scaled_by(root).filter(|other| *other != id).peekable();
        others.peek()?;
        let own = self.targets.key(id)?;
        fn name(key: &TargetKey) -> (&str, &str) {
            (key.kind.as_str(), &key.name)
        }
        // In their order, which costs nothing where somebody has made thousands.
        let rivals = others.filter_map(|other| {
            let (key, state) = (self.targets.key(other)?, self.targets.get(other)?.state.as_ref()?);
            // What one has made to scale for it is its own, as KEDA's are.
            let maker = state.owner.as_deref().filter(|owner| makes_autoscalers(owner));
            let stands_still = key.kind.how().stands_still && maker.is_none();
            Some((stands_still, maker.and_then(|maker| maker.split_once(' ')).unwrap_or_else(|| name(key))))
        });
        let is_rival = |(stands_still, rival): &(bool, (&str, &str))| {
            *rival != name(own) && !(own.kind.how().stands_still && *stands_still)
        };
        let (stands_still, (kind, name)) = rivals.filter(is_rival).min()?;
        Some(Rival { name: format!("{kind} {name}"), stands_still })
    }

    /// A target as it is, with what it scales.
    pub(super) fn view(&self, id: TargetId) -> View {
        let Some(state) = self.targets.get(id).and_then(|target| target.state.as_ref()) else { return View::default() };
        match state.scaling.as_deref() {
            Some(Scaling { sleeps, what, .. }) => {
                let beneath = self.targets.scales(id).and_then(|id| self.targets.get(id));
                match beneath.and_then(|beneath| Some((beneath.state.as_ref()?, beneath.before()))) {
                    Some((beneath, before)) => View { state: Some(state.over(beneath, before)), beneath: None },
                    None if *sleeps == Sleeps::Beneath => View { state: None, beneath: what.clone() },
                    None => View { state: Some(state.clone()), beneath: None },
                }
            }
            None => View { state: Some(state.clone()), beneath: None },
        }
    }

    /// What there is to say of a target that hasn't been seen, or that scales what hasn't been.
    pub(super) fn unseen(
        &self,
        id: Option<TargetId>,
        beneath: Option<&TargetRefKey>,
    ) -> Known<'_, &'static TargetState> {
        let own = id.and_then(|id| self.targets.key(id)).map(|key| &key.kind);
        let is_seen = id.and_then(|id| self.targets.get(id)).is_some_and(|target| target.state.is_some());
        if is_seen && beneath.is_none() {
            return Known::Unserved("what it scales is of no kind that has a count: see its scaleTargetRef");
        }
        let kind = id.and_then(|id| self.targets.scales(id)).filter(|_| beneath.is_some());
        let kind = kind.and_then(|id| self.targets.key(id)).map(|key| &key.kind).or(own);
        if let Some(why) = kind.and_then(|kind| self.kinds.unserved(kind)) {
            return Known::Unserved(why);
        }
        let in_namespace = id.and_then(|id| self.targets.key(id)).is_none_or(|key| !key.namespace.is_empty());
        if let Some(why) = kind.and_then(|kind| self.kinds.misplaced(kind, in_namespace)) {
            return Known::Unserved(why);
        }
        match kind.and_then(|kind| self.kinds.get(kind)) {
            Some(source) if source.complete => Known::Missing,
            source => source.and_then(Source::refusal).map_or(Known::Unknown, Known::Unreadable),
        }
    }

    /// The request that takes a target a step further: to what it scales, where that is to have none or to have some again. `None` where
    /// it isn't known how that is served.
    pub(super) fn step_of(&self, id: TargetId, state: &TargetState, to: Size) -> Option<Sent> {
        let wakes = state
            .scaling
            .as_deref()
            .zip(to.range)
            .filter(|(scaling, range)| scaling.sleeps == Sleeps::Beneath && scaling.range.asleep != range.asleep);
        let Some((scaling, range)) = wakes else { return self.write_of(id, state, to) };
        let count = if range.asleep { 0 } else { scaling.woken(range) };
        let beneath = self.targets.scales(id)?;
        self.write_of(beneath, self.targets.get(beneath)?.state.as_ref()?, count.into())
    }

    fn write_of(&self, target: TargetId, state: &TargetState, to: Size) -> Option<Sent> {
        let key = self.targets.key(target)?;
        let request = self.kinds.write(key, state, to)?;
        Some(Sent { target, kind: key.kind.clone(), uid: state.uid.clone(), version: state.version, request })
    }
}

/// Whether an owner is an autoscaler itself.
fn makes_autoscalers(owner: &str) -> bool {
    let kind = owner.split_once(' ').map_or(owner, |(kind, _)| kind);
    OWN.into_iter().any(|own| own.how.ranges && own.name == kind)
}

/// What the target of a decision has, by what the API server says of the one that was written, which may be what that one scales.
pub(super) fn as_target_has(asked: Size, is_beneath: bool, said: Size) -> Size {
    match asked.range.filter(|_| is_beneath) {
        // It goes on from any count but none.
        Some(range) if range.asleep != (said.replicas == 0) => {
            Size { replicas: said.replicas, range: Some(Range { asleep: !range.asleep, ..range }) }
        }
        Some(_) => asked,
        None => said,
    }
}
