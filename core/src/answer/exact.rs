//! Which state a schedule has at an instant, and when it changes: the way that is right everywhere.
//!
//! A look at an instant says what applies, in the order of rule 6 (exceptions, holidays, windows, default), and up to when that is sure
//! to stay. Whether it changes there another look says.

use core::borrow::Borrow;

use super::calendar::Shared;
use super::dates::earlier;
use super::evaluation::{DEFAULT, EXCEPTION, Evaluation, HOLIDAY};
use super::exceptions::{self, covering};
use crate::HolidayMode;
use crate::civil::{DAY, FROM, NEVER, SPAN, WEEK};
use crate::schedule::Schedule;
use crate::week::table::{Layer, NONE};
use crate::zone::{Equivalent, Era, FoldSegment, Rules, Zone, stand_in};

/// After this no boundary comes: every holiday is before, and no week is without one that has any.
const LAST: u32 = SPAN + 2 * WEEK;

/// What applies at an instant.
struct Resolved {
    /// The code of a part of the schedule.
    applies: u32,
    /// Later than the instant: up to here it stays. [`NEVER`] where it always does.
    next: u32,
    /// Whether it surely changes there.
    sure: bool,
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// The answer for any instant.
    #[cold]
    #[inline(never)]
    pub(crate) fn exact<S: Shared>(&self, unix_seconds: i64, shared: &S) -> Evaluation {
        let Equivalent { instant, era } = stand_in(unix_seconds);
        let (applies, mut end) = self.stretch_from(instant, era, shared);
        let (mut start, mut start_unix) = (instant, unix_seconds);
        // Before 2020 a stretch may last into the years of the tables.
        let ahead = FROM.wrapping_sub(unix_seconds) as u64;
        if era == Era::Before && (end == NEVER || u64::from(end - start) >= ahead) {
            let (then, later) = self.stretch_from(0, Era::Within, shared);
            end = if then == applies { later } else { 0 };
            (start, start_unix) = (0, FROM);
        }
        let until = match end {
            NEVER => i64::MAX,
            end => start_unix.saturating_add(i64::from(end - start)),
        };
        let value = match applies {
            HOLIDAY => self.holiday_value,
            EXCEPTION.. => {
                let index = (applies - EXCEPTION) as usize;
                self.exception_values.get(index).copied().unwrap_or(0)
            }
            layer => self.of_layer(layer.min(u32::from(NONE)) as Layer).1,
        };
        Evaluation::of(applies, value, until)
    }

    /// What applies at an instant of an era, and the first later one at which something else does, or [`NEVER`].
    #[inline(never)]
    fn stretch_from<S: Shared>(&self, instant: u32, era: Era, shared: &S) -> (u32, u32) {
        let view = self.zone.view();
        let rules: &Rules<'_> = view.borrow();
        let mut segment = FoldSegment::plain(0, 0);
        let mut first = u32::MAX;
        let mut at = instant;
        loop {
            if at >= segment.end {
                segment = rules.segment_at(at, era);
            }
            let Resolved { applies, next, sure } = self.resolve(at, &segment, era, (rules, shared));
            if first == u32::MAX {
                first = applies;
            }
            if first != applies {
                return (first, at);
            }
            if sure || next == NEVER {
                return (first, next);
            }
            at = next;
        }
    }

    fn resolve<S: Shared>(
        &self,
        instant: u32,
        segment: &FoldSegment,
        era: Era,
        (rules, shared): (&Rules<'_>, &S),
    ) -> Resolved {
        let reading = segment.reading(instant);
        let (first, last) = segment.readings(instant);
        let (mut layer, lasts) = self.table.at_local(reading);
        if first != last {
            layer = self.table.highest(first, last);
        }
        let (mut applies, _) = self.of_layer(layer);
        let mut sure = segment.is_plain();
        let within = era == Era::Within;
        let (mut start, mut end) = (NEVER, NEVER);
        if within && self.holiday_mode != HolidayMode::Ignore {
            (start, end) = earlier(self.dates.next(first), shared.next(first));
        }
        let mut next;
        if start <= last {
            // Another holiday may follow. And while a clock is put back the date may be over and come again.
            (applies, sure) = (HOLIDAY, false);
            let left = end - first;
            // Whatever the clocks do meanwhile, they read no later date for all but a day of it.
            next = if left > 2 * DAY { instant + left - DAY } else { (instant + left).min(segment.end) };
        } else if self.table.is_constant() {
            // Whatever the clocks do meanwhile, nothing changes before the holiday.
            sure = false;
            next = if start == NEVER { NEVER } else { rules.first_at_or_after(start, era).max(instant + 1) };
        } else {
            next = instant + lasts.min(start - reading);
            next = if next > LAST { NEVER } else { next.min(segment.end) };
            sure &= next < segment.end;
        }
        if within {
            let (index, edge) = covering(self.exceptions(), instant);
            if index == exceptions::NONE {
                next = next.min(edge);
            } else {
                (applies, next, sure) = (EXCEPTION + index, edge, false);
            }
        }
        Resolved { applies, next, sure }
    }
}

const _: () = assert!(
    DEFAULT > NONE as u32 && HOLIDAY < EXCEPTION,
    "codes of windows are the smallest, of exceptions the largest"
);
