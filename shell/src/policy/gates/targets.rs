//! An object of many targets writes nothing itself; how those stand is what it has to say. Only if all fail it isn't ready.

use super::{Hold, Tells};
use crate::policy::conditions::{Because, Said};
use crate::policy::facts::Role;
use crate::policy::look::Look;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    let Role::Summary(summary) = look.facts.role else { return None };
    let failed = words::failed_of_many(summary).map(|words| Said::new(Because::TargetUpdateFailed, look.say(&words)));
    Some(Hold {
        ready: failed.clone().filter(|_| summary.all_failed()),
        reconciling: summary.due,
        degraded: failed,
        ..Hold::new(Tells::All)
    })
}
