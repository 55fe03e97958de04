//! What stands above the windows: exceptions and holidays, and a filter that says where neither is near.

use heapless::{Vec, VecView};

use crate::civil::{BIAS, DAY, Moment, NEVER, WEEK, day_of};

/// An exception as the two instants that its local times mean, in seconds from 2020 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exception {
    pub(crate) start: u32,
    /// Not after the start where a clock change leaves it empty.
    pub(crate) end: u32,
    pub(crate) replicas: u32,
}

/// The exceptions and the holidays that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Special<const EXCEPTIONS: usize, const HOLIDAYS: usize> {
    pub(crate) exceptions: Vec<Exception, EXCEPTIONS>,
    /// Days from Monday 2019-12-30, ascending, each once.
    pub(crate) holidays: Vec<u16, HOLIDAYS>,
    /// A bit for each local day, a byte for each week, by the lowest five bits of its number: set where something special
    /// may be on that day or before the windows' next boundary. Days that share a bit share its cost, never its answer.
    filter: [u8; 32],
}

impl<const EXCEPTIONS: usize, const HOLIDAYS: usize> Special<EXCEPTIONS, HOLIDAYS> {
    /// None yet. The filter is that of windows without a boundary.
    pub(crate) const fn none() -> Self {
        Self { exceptions: Vec::new(), holidays: Vec::new(), filter: [u8::MAX; 32] }
    }

    /// Whether nothing special is on this day and up to the windows' next boundary.
    #[inline]
    pub(crate) fn is_plain(&self, moment: Moment) -> bool {
        let days = self.filter.get(moment.week as usize & 31).copied().unwrap_or(0);
        u32::from(days) >> moment.weekday() & 1 == 0
    }

    /// Whether anything special is within some seconds from a moment on, there where each reading comes once. Where the
    /// windows have no boundary, which is when they name more than a week, it may be.
    #[inline]
    pub(crate) fn is_near(&self, instant: u32, local: u32, seconds: u32) -> bool {
        let later = self.holidays.partition_point(|&day| u32::from(day) * DAY <= local.wrapping_sub(DAY));
        let holiday = self.holidays.get(later).is_some_and(|&day| u32::from(day) * DAY < local + seconds);
        let exception = |exception: &Exception| exception.start < instant + seconds && instant < exception.end;
        holiday || seconds > WEEK || self.exceptions.iter().any(exception)
    }

    /// Replaces the holidays, unless there are more than there is room for.
    pub(crate) fn set_holidays(&mut self, days: impl Iterator<Item = u16>) -> Result<(), u16> {
        let mut holidays = Vec::<u16, HOLIDAYS>::new();
        for day in days {
            add_holiday(&mut holidays, day)?;
        }
        self.holidays.clear();
        for &day in &holidays {
            self.holidays.push(day)?;
        }
        Ok(())
    }

    /// Makes the filter anew, with or without the holidays. A stretch without a boundary of the windows crosses so many
    /// midnights at the most, or never ends.
    #[inline(never)]
    pub(crate) fn refilter(&mut self, holidays_count: bool, most_midnights: Option<u32>) {
        self.filter = [if most_midnights.is_none() { u8::MAX } else { 0 }; 32];
        let Some(ahead) = most_midnights else { return };
        if holidays_count {
            for &day in &self.holidays {
                set(&mut self.filter, u32::from(day), u32::from(day), ahead);
            }
        }
        for exception in self.exceptions.iter().filter(|exception| exception.start < exception.end) {
            // A day is more than any offset.
            set(&mut self.filter, day_of(exception.start + BIAS - DAY), day_of(exception.end + BIAS + DAY), ahead);
        }
    }

    /// The last exception that covers an instant, with its replicas, and the next start or end of any after it.
    pub(crate) fn exceptions_at(&self, instant: u32) -> (Option<(u16, u32)>, u32) {
        let (mut covering, mut next_edge) = (None, NEVER);
        for (index, &Exception { start, end, replicas }) in (0..).zip(&self.exceptions) {
            if start < end && instant < end {
                let covers = start <= instant;
                next_edge = next_edge.min(if covers { end } else { start });
                covering = if covers { Some((index, replicas)) } else { covering };
            }
        }
        (covering, next_edge)
    }

    /// The first run of holidays that isn't over at some local seconds: the start of the first of them that isn't, and
    /// the end of the run, in local seconds too.
    pub(crate) fn next_run(&self, local: u32) -> Option<(u32, u32)> {
        let later = self.holidays.partition_point(|&day| u32::from(day) * DAY <= local.wrapping_sub(DAY));
        let mut days = self.holidays.get(later..).unwrap_or_default().iter().map(|&day| u32::from(day) * DAY);
        let start = days.next()?;
        let mut end = start + DAY;
        while days.next() == Some(end) {
            end += DAY;
        }
        Some((start, end))
    }
}

/// Adds a holiday in its place, once.
pub(crate) fn add_holiday(holidays: &mut VecView<u16>, day: u16) -> Result<(), u16> {
    let mut carried = day;
    for place in holidays.iter_mut().filter(|place| **place >= day) {
        if *place == day {
            return Ok(());
        }
        // Every later one moves up by one place.
        core::mem::swap(place, &mut carried);
    }
    holidays.push(carried)
}

/// Sets the bits from so many days ahead of the first day up to the last.
fn set(filter: &mut [u8; 32], first: u32, last: u32, ahead: u32) {
    // The lowest bits of weeks and days go round once in 32 weeks.
    let first = first.saturating_sub(ahead);
    let mut day = first;
    while day <= last && day - first < 32 * 7 {
        let (week, weekday) = (day / 7, day % 7);
        if let Some(days) = filter.get_mut(week as usize & 31) {
            *days |= 1 << weekday;
        }
        day += 1;
    }
}
