//! What stands above the windows: exceptions and holidays, and a filter that says where neither is near.

use heapless::{Vec, VecView};

use crate::civil::{BIAS, DAY, NEVER, WEEK};
use crate::table::WeekTable;

/// An exception as the two instants that its local times mean, in seconds from 2020 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exception {
    pub(crate) start: u32,
    /// 0 where a clock change leaves it empty.
    pub(crate) end: u32,
    pub(crate) replicas: u32,
}

impl Exception {
    /// From an instant to another one, which isn't later where a clock change leaves it empty.
    pub(crate) const fn new(start: u32, end: u32, replicas: u32) -> Self {
        Self { start, end: if start < end { end } else { 0 }, replicas }
    }
}

/// The exceptions and the holidays that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Special<const EXCEPTIONS: usize, const HOLIDAYS: usize> {
    pub(crate) exceptions: Vec<Exception, EXCEPTIONS>,
    /// Days from Monday 2019-12-30, ascending, each once.
    pub(crate) holidays: Vec<u16, HOLIDAYS>,
    /// A bit for each stretch of `2^17` local seconds, a day and a half, 256 of them round: set where something special may
    /// be in it or before the windows' next boundary. Stretches that share a bit share its cost, never its answer.
    filter: [u32; 8],
}

impl<const EXCEPTIONS: usize, const HOLIDAYS: usize> Special<EXCEPTIONS, HOLIDAYS> {
    /// None yet. The filter is that of windows without a boundary.
    pub(crate) const fn none() -> Self {
        Self { exceptions: Vec::new(), holidays: Vec::new(), filter: [u32::MAX; 8] }
    }

    /// Whether nothing special is about these local seconds and up to the windows' next boundary.
    #[inline]
    pub(crate) fn is_plain(&self, local: u32) -> bool {
        let stretch = local >> STRETCH_BITS;
        let word = self.filter.get((stretch >> 5) as usize % 8).copied().unwrap_or(0);
        word >> (stretch % 32) & 1 == 0
    }

    /// Whether anything special is within some seconds from a moment on, there where each reading comes once. Where the
    /// windows have no boundary, which is when they name more than a week, it may be.
    pub(crate) fn is_near(&self, instant: u32, local: u32, seconds: u32) -> bool {
        seconds > WEEK
            || self.next_holiday(local) < local + seconds
            || self.exceptions_at(instant) < (u32::MAX, instant + seconds)
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

    /// Makes the filter anew, with or without the holidays, for the windows of this table.
    #[inline(never)]
    pub(crate) fn refilter<const WINDOWS: usize>(&mut self, holidays_count: bool, table: &WeekTable<WINDOWS>) {
        if table.is_constant() {
            self.filter = [u32::MAX; 8];
            return;
        }
        self.filter = [0; 8];
        if holidays_count {
            for &day in &self.holidays {
                let start = u32::from(day) * DAY;
                set(&mut self.filter, table.since(start), start + DAY);
            }
        }
        for exception in self.exceptions.iter().filter(|exception| exception.end != 0) {
            // A day is more than any offset.
            let (start, end) = (exception.start + BIAS - DAY, exception.end + BIAS + DAY);
            set(&mut self.filter, table.since(start), end);
        }
    }

    /// The last exception that covers an instant, or [`u32::MAX`], and the next start or end of any after it.
    #[inline(never)]
    pub(crate) fn exceptions_at(&self, instant: u32) -> (u32, u32) {
        let (mut covering, mut next_edge) = (u32::MAX, NEVER);
        for (index, exception) in (0..).zip(&self.exceptions) {
            if instant < exception.end {
                let mut edge = exception.start;
                if edge <= instant {
                    (covering, edge) = (index, exception.end);
                }
                next_edge = next_edge.min(edge);
            }
        }
        (covering, next_edge)
    }

    /// The start of the first holiday that isn't over at some local seconds, in local seconds too.
    #[inline(never)]
    pub(crate) fn next_holiday(&self, local: u32) -> u32 {
        let start = |day: u16| u32::from(day) * DAY;
        let (mut later, mut end) = (0, self.holidays.len());
        while later < end {
            let middle = (later + end) / 2;
            if self.holidays.get(middle).is_some_and(|&day| start(day) + DAY <= local) {
                later = middle + 1;
            } else {
                end = middle;
            }
        }
        self.holidays.get(later).copied().map_or(NEVER, start)
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

/// The stretches of the filter, by their power of two in seconds.
const STRETCH_BITS: u32 = 17;

/// Sets the bits of all stretches from some local seconds to others.
fn set(filter: &mut [u32; 8], from: u32, to: u32) {
    for stretch in (from >> STRETCH_BITS..=to >> STRETCH_BITS).take(256) {
        if let Some(word) = filter.get_mut((stretch >> 5) as usize % 8) {
            *word |= 1 << (stretch % 32);
        }
    }
}
