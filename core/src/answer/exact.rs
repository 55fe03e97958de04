//! Which state a schedule has at an instant, and when it changes: the way that is right everywhere.
//!
//! A look at an instant says what applies, in the order of rule 6 (exceptions, holidays, windows, default), and up to when that is sure
//! to stay. Whether it changes there another look says.

use core::borrow::Borrow;

use super::calendar::Shared;
use super::dates::earlier;
use super::evaluation::{DEFAULT, EXCEPTION, Evaluation, HOLIDAY};
use super::exceptions::{self, covering};
use crate::build::HolidayRule;
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

/// What was found of holidays and exceptions at the last look, which holds for most that follow.
struct Special {
    /// The local seconds at which the holiday was looked for: it is the next one up to its end.
    from: u32,
    holiday: (u32, u32),
    /// The exception and up to where it is the one.
    exception: (u32, u32),
}

impl Special {
    const UNKNOWN: Self = Self { from: NEVER, holiday: (0, 0), exception: (0, 0) };
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// The answer for any instant.
    #[cold]
    #[inline(never)]
    pub(crate) fn exact<S: Shared + Copy>(&self, unix_seconds: i64, shared: S) -> Evaluation {
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
            EXCEPTION.. => self.exception_value(applies - EXCEPTION),
            layer => self.of_layer(layer.min(u32::from(NONE)) as Layer).1,
        };
        Evaluation::of(applies, value, until)
    }

    /// What applies at an instant of an era, and the first later one at which something else does, or [`NEVER`].
    #[inline(never)]
    fn stretch_from<S: Shared + Copy>(&self, instant: u32, era: Era, shared: S) -> (u32, u32) {
        let view = self.zone.view();
        let rules: &Rules<'_> = view.borrow();
        let mut segment = FoldSegment::plain(0, 0);
        let mut special = Special::UNKNOWN;
        let mut first = u32::MAX;
        let mut at = instant;
        loop {
            if at >= segment.end {
                segment = rules.segment_at(at, era);
                // Three looks for the next change, each by halves.
                #[cfg(any(test, fuzzing))]
                crate::steps::take(3 * (1 + rules.changes.len().checked_ilog2().map_or(0, |log| log + 1)));
            }
            let Resolved { applies, next, sure } = self.resolve(at, &segment, era, (rules, shared), &mut special);
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

    fn resolve<S: Shared + Copy>(
        &self,
        instant: u32,
        segment: &FoldSegment,
        era: Era,
        (rules, shared): (&Rules<'_>, S),
        special: &mut Special,
    ) -> Resolved {
        #[cfg(any(test, fuzzing))]
        crate::steps::take_look();
        let reading = segment.reading(instant);
        let (first, last) = segment.readings(instant);
        let (layer, lasts) =
            if first == last { self.table.at_local(reading) } else { self.table.highest((first, last), reading) };
        let (mut applies, _) = self.of_layer(layer);
        let mut sure = segment.is_plain();
        let within = era == Era::Within;
        let (mut start, mut end) = (NEVER, NEVER);
        if within && self.holiday_rule != HolidayRule::Ignore {
            if first < special.from || first >= special.holiday.1 {
                (special.from, special.holiday) = (first, earlier(self.dates.next(first), shared.next(first)));
            }
            (start, end) = special.holiday;
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
            if instant >= special.exception.1 {
                special.exception = covering(self.exceptions(), instant);
            }
            let (index, edge) = special.exception;
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
    DEFAULT == NONE as u32 && DEFAULT < HOLIDAY && HOLIDAY < EXCEPTION,
    "codes of windows are the smallest, of exceptions the largest"
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exception, Holiday, HolidayMode, TimeZone};
    use std::format;

    /// 2026-01-05T12:00:00Z.
    const NOW: i64 = 1_767_614_400;

    fn looks<const W: usize, const E: usize, const H: usize>(schedule: &Schedule<W, E, H>) -> (Evaluation, u32) {
        let (answer, work) = crate::steps::counted(|| schedule.evaluate(NOW));
        (answer, work.looks)
    }

    #[test]
    fn nothing_up_to_a_far_holiday_is_looked_at() {
        for zone in ["America/New_York", "Asia/Gaza", "Africa/Casablanca"] {
            let mut schedule = Schedule::<1, 0, 1>::new(TimeZone::named(zone));
            schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).unwrap();
            schedule.push_holiday("2099-12-25".parse().unwrap()).unwrap();
            let (answer, looks) = looks(&schedule);
            assert!(answer.until().is_some() && looks <= 3, "{zone}: {looks} looks");
        }
    }

    #[test]
    fn a_row_of_a_thousand_holidays_is_looked_over_at_once() {
        let mut schedule = Schedule::<1, 0, 1_000>::new(TimeZone::named("America/New_York"));
        schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).unwrap();
        let first = crate::Date::constant(2026, 1, 1).days_since_1970();
        for day in first..first + 1_000 {
            let date = crate::Date::from_days_since_1970(day).unwrap();
            schedule.push_holiday(Holiday::date(date).unwrap()).unwrap();
        }
        let (answer, looks) = looks(&schedule);
        assert!(answer.until().is_some() && looks <= 4, "{looks} looks");
    }

    #[test]
    fn a_year_of_days_that_come_every_year_is_looked_over_at_once() {
        let mut schedule = Schedule::<1, 0, 366>::new(TimeZone::named("Europe/Zurich"));
        schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).unwrap();
        for place in 0..366 {
            schedule.push_holiday(Holiday::yearly(crate::YearlyDate::at(place))).unwrap();
        }
        // 2100-01-01 in Zurich.
        let (answer, looks) = looks(&schedule);
        assert!(answer.until() == Some(4_102_441_200) && looks <= 4, "{looks} looks up to {answer:?}");
        let mut gap = Schedule::<1, 0, 366>::new(TimeZone::UTC);
        gap.set_holiday_mode(HolidayMode::TreatAsClosed, None).unwrap();
        gap.push_holiday("03-01..02-28".parse().unwrap()).unwrap();
        let (answer, looks) = self::looks(&gap);
        // 2028-02-29 is the first one.
        assert!(answer.until() == Some(1_835_395_200) && looks <= 4, "{looks} looks up to {answer:?}");
    }

    #[test]
    fn what_the_last_exception_covers_is_not_looked_at() {
        let mut schedule = Schedule::<1, 64, 0>::new(TimeZone::UTC);
        let exception =
            |start: &str, end: &str| Exception::new(start.parse().unwrap(), end.parse().unwrap(), 1).unwrap();
        for day in 1..64 {
            let date = crate::Date::from_days_since_1970(20_458 + day).unwrap();
            schedule.push_exception(exception(&format!("{date}T08:00"), &format!("{date}T18:00"))).unwrap();
        }
        schedule.push_exception(exception("2026-01-01T00:00", "2026-12-31T00:00")).unwrap();
        let (answer, looks) = looks(&schedule);
        assert!(answer.until() == Some(1_798_675_200) && looks <= 2, "{looks} looks");
    }
}
