//! A recurring window.

use crate::civil::{MINUTES_PER_DAY, MINUTES_PER_WEEK};
use crate::input::fields::value_of;
use crate::{Days, Reason, TimeOfDay, Weekday};

/// A window that recurs by the week: it can't be one that a schedule would refuse.
///
/// It starts on each of its days and ends on the same day, on the next one where its end is not after its start, or on the day
/// that [`until`](Self::until) names: rule 1 of [the semantics](crate::semantics).
///
/// ```
/// use kyklos_core::{Days, Reason, TimeOfDay, Weekday, Window};
///
/// let office = Window::new(Days::WEEKDAYS, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10)?;
/// let weekend = Window::new(Days::FRI, TimeOfDay::constant(21, 0), TimeOfDay::constant(6, 0), 2)?.until(Weekday::Monday);
/// assert_eq!(weekend.end_day(), Some(Weekday::Monday));
///
/// let empty = Window::new(Days::ALL, TimeOfDay::MIDNIGHT, TimeOfDay::MIDNIGHT, 1);
/// assert_eq!(empty, Err(Reason::SameStartAndEnd(TimeOfDay::MIDNIGHT)));
/// # Ok::<(), Reason>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Window {
    days: Days,
    start: TimeOfDay,
    end: TimeOfDay,
    end_day: Option<Weekday>,
    value: u32,
}

impl Window {
    /// A window that ends on the day on which it starts, or on the next one when `end` is not after `start`.
    ///
    /// `days` are those on which it starts, `start` is 00:00 to 23:59, `end` may be 24:00, `value` is at most
    /// [`VALUE_MAX`](crate::VALUE_MAX).
    ///
    /// # Errors
    ///
    /// The first [`Reason`] that a schedule would have to refuse it: no day, a start of 24:00, an end that equals the start (a
    /// window of whole days ends at 24:00, or [on a day](Self::ending_on)), a value that is too large.
    pub const fn new(days: Days, start: TimeOfDay, end: TimeOfDay, value: u32) -> Result<Self, Reason<'static>> {
        if start.minutes() == end.minutes() {
            return Err(Reason::SameStartAndEnd(start));
        }
        Self::checked(Self { days, start, end, end_day: None, value })
    }

    /// A window that ends on the first date, that of the start included, which has this weekday and makes the end later than the
    /// start: so it may last for up to seven days.
    ///
    /// ```
    /// use kyklos_core::{Days, TimeOfDay, Weekday, Window};
    ///
    /// const NINE: TimeOfDay = TimeOfDay::constant(9, 0);
    /// let day_and_night = Window::ending_on(Days::MON, NINE, Weekday::Tuesday, NINE, 1)?; // 24 hours
    /// # Ok::<(), kyklos_core::Reason>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), but the end may be at the time of the start.
    pub const fn ending_on(
        days: Days,
        start: TimeOfDay,
        end_day: Weekday,
        end: TimeOfDay,
        value: u32,
    ) -> Result<Self, Reason<'static>> {
        Self::checked(Self { days, start, end, end_day: Some(end_day), value })
    }

    const fn checked(window: Self) -> Result<Self, Reason<'static>> {
        if window.days.is_empty() {
            return Err(Reason::NoDays);
        }
        if window.start.minutes() == MINUTES_PER_DAY {
            return Err(Reason::NotAStart("24:00"));
        }
        match value_of(window.value as i64) {
            Ok(_) => Ok(window),
            Err(reason) => Err(reason),
        }
    }

    /// The same window, ending on another day: [`ending_on`](Self::ending_on) for a window that there is already.
    #[must_use]
    pub const fn until(self, end_day: Weekday) -> Self {
        Self { end_day: Some(end_day), ..self }
    }

    /// A window that is known when compiling.
    ///
    /// # Panics
    ///
    /// Where [`new`](Self::new) gives an error, so use it in a `const`: there the panic is a compile error.
    #[expect(clippy::panic, reason = "meant for constants, where it stops the build")]
    pub const fn constant(days: Days, start: TimeOfDay, end: TimeOfDay, value: u32) -> Self {
        match Self::new(days, start, end, value) {
            Ok(window) => window,
            Err(_) => panic!("no window: see what Window::new refuses"),
        }
    }

    /// The days on which it starts, at least one.
    pub const fn days(self) -> Days {
        self.days
    }

    /// When it starts on these days, 00:00 to 23:59, inclusive.
    pub const fn start(self) -> TimeOfDay {
        self.start
    }

    /// When it ends, 00:00 to 24:00, exclusive.
    pub const fn end(self) -> TimeOfDay {
        self.end
    }

    /// The day on which it ends, where that isn't the day of the start or the next one by the end alone.
    pub const fn end_day(self) -> Option<Weekday> {
        self.end_day
    }

    /// What it gives while it is active.
    pub const fn value(self) -> u32 {
        self.value
    }

    /// The minutes of the wall clock, 1 to 10,080, that an occurrence lasts which starts at this minute of the week.
    pub(crate) const fn length(self, start: u16) -> u16 {
        let (from, to) = (self.start.minutes(), self.end.minutes());
        match self.end_day {
            None if to > from => to - from,
            None => to + MINUTES_PER_DAY - from,
            Some(day) => {
                let end = (day.number() as u16 * MINUTES_PER_DAY + to) % MINUTES_PER_WEEK;
                // An end at the minute of the start is the one a week later.
                if end > start { end - start } else { end + MINUTES_PER_WEEK - start }
            }
        }
    }
}
