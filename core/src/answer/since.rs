//! Since when a state holds.

use crate::civil::{FROM, WEEK};
use crate::{Evaluate, Evaluation};

/// Windows that have boundaries have one in so many seconds, whatever the clocks do.
const LONG: i64 = 4 * WEEK as i64;

/// Since when the state at an instant has held; `None` when it always has.
///
/// An earlier instant has the same state all the way when its answer lasts beyond this one, and all instants that have are behind all
/// that haven't: so it is looked for by halves, once an instant is found that hasn't. Answers on the way name boundaries, and the one
/// looked for is one of them.
#[inline(never)]
pub(crate) fn since(evaluate: &dyn Fn(i64) -> Evaluation, at: i64) -> Option<i64> {
    let boundary_after = |instant: i64| evaluate(instant).until().filter(|&boundary| boundary <= at);
    let (mut holds, mut step) = (at, 6 * 3_600_i64);
    let mut boundary = loop {
        let earlier = holds.saturating_sub(step);
        if let Some(boundary) = boundary_after(earlier) {
            break boundary;
        }
        // Before 2020 there are no dates: where nothing changes for that long there, nothing ever did.
        if earlier < FROM - LONG && at.saturating_sub(earlier) > LONG || earlier == i64::MIN {
            return None;
        }
        (holds, step) = (earlier, step.saturating_mul(2));
    };
    while let Some(later) = boundary_after(boundary) {
        boundary = later;
        // `holds` is behind `boundary`, as it has the state and `boundary` begins at most that.
        let middle = boundary + holds.saturating_sub(boundary) / 2;
        if middle > boundary {
            match boundary_after(middle) {
                Some(later) => boundary = later,
                None => holds = middle,
            }
        }
    }
    Some(boundary)
}

/// The same for whatever can be evaluated.
pub(crate) fn since_of(schedule: &impl Evaluate, at: i64) -> Option<i64> {
    since(&|instant| schedule.evaluate(instant), at)
}
