//! From one boundary to the next one, as long as nothing but the windows makes any.

use core::borrow::Borrow;

use super::calendar::Shared;
use super::dates::earlier;
use super::evaluation::Evaluation;
use super::exceptions::{self, covering};
use crate::build::HolidayRule;
use crate::civil::{DAY, FROM, in_week};
use crate::schedule::Schedule;
use crate::week::table::Boundary;
use crate::zone::{Clock, Era, FOLD_GUARD, Zone};

/// Where the last answer ends, if it ends at a boundary of the windows, and how long no other is near: who asks at one boundary after
/// the other need not look for them.
///
/// It is public for the trait [`Evaluate`](crate::Evaluate) alone, and nobody can name it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Step {
    boundary: Boundary,
    /// Up to this instant in Unix seconds nothing but the windows makes a boundary.
    sure_until: i64,
}

impl Step {
    /// Before the first answer.
    pub(crate) const NONE: Self = Self { boundary: Boundary::NONE, sure_until: i64::MIN };
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// The answer at an instant, which has to be the boundary of the answer before it, if there was one.
    #[inline]
    pub(crate) fn step_to<S: Shared + Copy>(&self, unix_seconds: i64, step: &mut Step, shared: S) -> Evaluation {
        let (layer, lasts, boundary) = self.table.after(step.boundary);
        let until = unix_seconds.wrapping_add(i64::from(lasts));
        if until > step.sure_until {
            return self.first_step(unix_seconds, step, shared);
        }
        step.boundary = boundary;
        let (code, value) = self.of_layer(layer);
        Evaluation::of(code, value, until)
    }

    /// The answer at any instant, and how to go on from there.
    #[cold]
    #[inline(never)]
    fn first_step<S: Shared + Copy>(&self, unix_seconds: i64, step: &mut Step, shared: S) -> Evaluation {
        let answer = self.answer(unix_seconds, shared);
        *step = Step::NONE;
        let view = self.zone.view();
        if let Some(Clock { local, remaining, .. }) = view.borrow().clock_at(unix_seconds) {
            let (lasts, boundary) = self.table.boundary_at(in_week(local));
            let mut sure = remaining.saturating_sub(2 * FOLD_GUARD);
            if remaining > 366 * DAY {
                // As good as infinite, after the last transition of a year: that of the next year says how long.
                let instant = unix_seconds.wrapping_sub(FROM) as u32;
                sure = (view.borrow().change_after(instant, Era::Within).0 - instant).saturating_sub(FOLD_GUARD);
            }
            let clear = sure.min(self.nothing_for(unix_seconds, local, shared));
            // So the answer is that of the windows, up to their boundary.
            if !self.table.is_constant() && lasts <= clear {
                *step = Step { boundary, sure_until: unix_seconds.saturating_add(i64::from(clear)) };
            }
        }
        answer
    }

    /// For how many seconds neither a holiday nor an exception is there.
    fn nothing_for<S: Shared + Copy>(&self, unix_seconds: i64, local: u32, shared: S) -> u32 {
        let instant = unix_seconds.wrapping_sub(FROM) as u32;
        let (exception, edge) = covering(self.exceptions(), instant);
        if exception != exceptions::NONE {
            return 0;
        }
        let mut clear = edge - instant;
        if self.holiday_rule != HolidayRule::Ignore {
            let (start, _) = earlier(self.dates.next(local), shared.next(local));
            clear = clear.min(start.saturating_sub(local));
        }
        clear
    }
}
