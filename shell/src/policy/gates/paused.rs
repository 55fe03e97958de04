//! A paused object computes and reports, and writes nothing. A pause with an end is over by itself.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::facts::Role;
use crate::policy::look::Look;
use crate::policy::plan::{Happening, Reason};
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let wanted = look.wanted.as_ref().filter(|wanted| wanted.compiled.pause.holds_at(look.now))?;
    let value = wanted.want.value;
    let ready = Said::new(Because::Paused, look.say(&words::paused(look)));
    let before = &look.before;
    // The status says that the same value was left out already.
    let same = look.was(Type::Ready, Because::Paused) && before.effective == Some(value);
    let (differs, told) = match look.facts.role {
        Role::Sole => {
            let differed = before.observed.is_some_and(|observed| look.count_from(observed) != Some(observed));
            (look.differs(), same && differed)
        }
        // It is said once, and not of each.
        Role::Member => (false, true),
        Role::Summary(summary) => (summary.targets.different > 0, same),
    };
    let happening = Happening {
        reason: Reason::ScalingSkipped,
        message: ready.message.clone(),
        mark: format!("{}/{value}/{}", look.facts.policy.identity.generation, words::stamp(before.boundary)),
        series: None,
    };
    Some(Hold {
        ready: Some(ready),
        happening: (differs && !told).then_some(happening),
        wake: wanted.compiled.pause.end(),
        ..Hold::new(Tells::All)
    })
}
