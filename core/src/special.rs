//! What stands above the windows: exceptions and holidays, and a filter that says where neither is near.

use heapless::Vec;

use crate::civil::{BIAS, DAY, SPAN};

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
    /// A bit for each local day, by its lowest eight bits: set where something special may be on that day or the next.
    /// Days that share a bit share its cost, never its answer.
    filter: [u32; 8],
}

impl<const EXCEPTIONS: usize, const HOLIDAYS: usize> Special<EXCEPTIONS, HOLIDAYS> {
    pub(crate) const NONE: Self = Self { exceptions: Vec::new(), holidays: Vec::new(), filter: [0; 8] };

    /// Whether nothing special is on a day or the next.
    #[inline]
    pub(crate) fn is_plain(&self, day: u32) -> bool {
        let bits = self.filter.get((day >> 5 & 7) as usize).copied().unwrap_or(0);
        bits >> (day & 31) & 1 == 0
    }

    /// Replaces the holidays, unless there are more than there is room for.
    pub(crate) fn set_holidays(&mut self, days: impl Iterator<Item = u16>) -> Result<(), u16> {
        let mut holidays = Vec::<u16, HOLIDAYS>::new();
        for day in days {
            if holidays.contains(&day) {
                continue;
            }
            // Every later one moves up by one place.
            let mut carried = day;
            for place in &mut holidays {
                if *place > carried {
                    core::mem::swap(place, &mut carried);
                }
            }
            holidays.push(carried)?;
        }
        self.holidays = holidays;
        Ok(())
    }

    /// Makes the filter anew, with or without the holidays.
    pub(crate) fn refilter(&mut self, holidays_count: bool) {
        self.filter = [0; 8];
        if holidays_count {
            for &day in &self.holidays {
                set(&mut self.filter, u32::from(day));
                set(&mut self.filter, u32::from(day).wrapping_sub(1));
            }
        }
        for exception in self.exceptions.iter().filter(|exception| exception.start < exception.end) {
            // A day is more than any offset.
            let first = (exception.start + BIAS - DAY) / DAY - 1;
            let last = (exception.end.min(SPAN) + BIAS + DAY) / DAY;
            for day in first..=last.min(first + 255) {
                set(&mut self.filter, day);
            }
        }
    }

    /// The last exception that covers an instant, and its replicas.
    pub(crate) fn exception_at(&self, instant: u32) -> Option<(u16, u32)> {
        let covers = |exception: &Exception| exception.start <= instant && instant < exception.end;
        let index = self.exceptions.iter().rposition(covers)?;
        Some((index as u16, self.exceptions.get(index)?.replicas))
    }

    /// The end of the run of holidays that a day belongs to: the day after it.
    pub(crate) fn end_of_run(&self, first: u32, last: u32) -> Option<u32> {
        let later = self.holidays.partition_point(|&day| u32::from(day) <= last);
        let mut end = u32::from(*self.holidays.get(later.checked_sub(1)?)?);
        if end < first {
            return None;
        }
        end += 1;
        for &day in self.holidays.get(later..).unwrap_or_default() {
            if u32::from(day) != end {
                break;
            }
            end += 1;
        }
        Some(end)
    }

    /// The first holiday after a day.
    pub(crate) fn holiday_after(&self, day: u32) -> Option<u32> {
        let later = self.holidays.partition_point(|&holiday| u32::from(holiday) <= day);
        self.holidays.get(later).map(|&day| u32::from(day))
    }
}

fn set(filter: &mut [u32; 8], day: u32) {
    if let Some(bits) = filter.get_mut((day >> 5 & 7) as usize) {
        *bits |= 1 << (day & 31);
    }
}
