//! A paused object computes and reports, and writes nothing.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::look::Look;
use crate::policy::plan::{Happening, Reason};
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let wanted = look.wanted.as_ref().filter(|wanted| wanted.compiled.pause)?;
    let count = wanted.want.count();
    let ready = Said::new(Because::Paused, look.say(&words::paused(look)));
    let before = &look.before;
    // The status says that the same count was left out already.
    let told = look.was(Type::Ready, Because::Paused)
        && before.effective == Some(count)
        && before.observed.is_some_and(|observed| observed != count);
    let happening = Happening {
        reason: Reason::ScalingSkipped,
        message: ready.message.clone(),
        mark: format!("{}/{count}/{}", look.facts.policy.identity.generation, words::stamp(before.boundary)),
        series: None,
    };
    Some(Hold {
        ready: Some(ready),
        happening: (look.differs() && !told).then_some(happening),
        ..Hold::new(Tells::All)
    })
}
