//! What the controller itself runs in is never scaled.

use super::Hold;
use crate::policy::conditions::{Because, Said};
use crate::policy::look::Look;
use crate::policy::plan::Reason;
use crate::policy::words;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    if !look.facts.is_own {
        return None;
    }
    let said = Said::new(Because::ConfigurationInvalid, look.say(&words::own(look)));
    let mark = look.facts.policy.identity.generation.to_string();
    Some(Hold::stalled(look, said, Reason::InvalidSchedule, mark))
}
