//! An edit that would lower more workloads at once than anybody meant waits until somebody says that it is meant. Meanwhile, and until
//! it is known how many those are, nothing is lowered and nothing taken anew; what is held is still raised. Where it is a namespace's new
//! labels, that is so of what is in it, and the others go on.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::facts::{Braked, Role};
use crate::policy::look::Look;
use crate::policy::memory::Remember;
use crate::policy::plan::{Happening, Reason};

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let brake = look.facts.brake;
    if brake == Braked::No || look.facts.role == Role::Member && may(look) {
        return None;
    }
    let said = |because, words| Said::new(because, look.say(words));
    Some(match (brake, look.facts.role) {
        (Braked::Waits(words), Role::Member) => {
            let ready = Some(said(Because::ConfirmationNeeded, words));
            Hold { ready, happening: told_in_its_namespace(look, words), ..Hold::new(Tells::All) }
        }
        (Braked::Waits(words), _) => {
            let mark = look.facts.policy.identity.generation.to_string();
            Hold::stalled(look, said(Because::ConfirmationNeeded, words), Reason::ConfirmationNeeded, mark)
        }
        // The generation is seen once it is counted: another process has to count it, too.
        (Braked::Counting(Some(words)), Role::Sole | Role::Summary(_)) => {
            let said = said(Because::TargetUpdateFailed, words);
            Hold {
                ready: Some(said.clone()),
                reconciling: Some(Because::ConfigurationChange),
                degraded: Some(said),
                ..Hold::new(Tells::WhatWasKnown)
            }
        }
        (Braked::Counting(_) | Braked::No, _) => Hold::silent(),
    })
}

/// Whoever looks after what waits may have given a namespace its labels, and sees no event of an object of the cluster as a whole.
fn told_in_its_namespace(look: &Look<'_>, words: &str) -> Option<Happening> {
    let identity = &look.facts.policy.identity;
    let is_news = identity.is_of_cluster() && !look.was(Type::Ready, Because::ConfirmationNeeded);
    let (reason, mark) = (Reason::ConfirmationNeeded, identity.generation.to_string());
    is_news.then(|| Happening { reason, message: look.say(words), mark, series: None })
}

/// Whether one of many targets may have what is due: where that is nothing, or more than it has and it is held.
fn may(look: &Look<'_>) -> bool {
    let raises = look.due.is_none_or(|due| due.to.is_more_than(due.from));
    // Where nothing is written down, whoever has given it the count that it has tells.
    let is_ours = look.target().is_some_and(crate::target::TargetState::is_ours);
    let is_held = is_ours || look.wanted.as_ref().is_some_and(|wanted| wanted.memory.is_held());
    let is_idle = look.due.is_none() && !matches!(look.remember, Some(Remember::Keep(_)));
    is_idle || raises && is_held
}
