//! Until it is known which days are holidays, what is in effect stays.

use super::Hold;
use crate::policy::facts::Holidays;
use crate::policy::look::Look;

pub(super) fn gate(look: &Look<'_>) -> Option<Hold> {
    (look.facts.holidays == Holidays::Unknown).then(Hold::silent)
}
