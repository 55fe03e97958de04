//! An autoscaler that somebody has paused by its own means is left alone.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::look::Look;
use crate::policy::plan::{Happening, Reason};
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let how = look.target()?.scaling.as_ref()?.paused.as_deref()?;
    let ready = Said::new(Because::Paused, look.say(&words::paused_by_others(look, how)));
    let told = look.was(Type::Ready, Because::Paused);
    let happening = Happening {
        reason: Reason::ScalingSkipped,
        message: ready.message.clone(),
        mark: format!("{how}/{}", words::stamp(look.before.seen(Type::Ready).map(|seen| seen.since))),
        series: None,
    };
    Some(Hold { ready: Some(ready), happening: (!told).then_some(happening), ..Hold::new(Tells::All) })
}
