//! What isn't there, or is on its way out, isn't written.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said, Type};
use crate::policy::facts::{Known, Role};
use crate::policy::look::Look;
use crate::policy::plan::{Happening, Reason};
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    if let Role::Summary(_) = look.facts.role {
        return None;
    }
    let is_known = match look.facts.target {
        Known::Known(target) if !target.deleting => return None,
        Known::Unknown => return Some(Hold::silent()),
        Known::Unreadable(_) => false,
        Known::Known(_) | Known::Unserved(_) | Known::Missing => true,
    };
    let ready = Said::new(Because::TargetNotFound, look.say(&words::target_not_found(look)));
    // Whether it is missing isn't known where nothing can be read.
    let told = !is_known || look.was(Type::Ready, Because::TargetNotFound);
    let happening = Happening {
        reason: Reason::MissingTarget,
        message: ready.message.clone(),
        mark: words::stamp(look.before.seen(Type::Ready).map(|seen| seen.since)),
        series: None,
    };
    Some(Hold { ready: Some(ready), happening: (!told).then_some(happening), ..Hold::new(Tells::All) })
}
