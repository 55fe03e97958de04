//! A schedule and its last answer, for a caller who asks again and again as time goes by.

use crate::{Cause, Evaluate, Evaluation, State};

/// Asks a schedule and remembers the answer: as long as it holds, asking again costs two comparisons.
///
/// It owns what it asks: a schedule, a reference to one, or [one with a calendar](crate::Schedule::with). So both fit into a
/// `struct` or a `static`, and a new schedule can be set while it runs.
///
/// ```
/// use kyklos_core::{Cursor, Days, Schedule, TimeOfDay, TimeZone, Window};
///
/// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
/// const OFFICE: Window = Window::constant(Days::ALL, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
/// let mut cursor = Cursor::new(Schedule::<2, 0, 0>::new(HOME));
/// assert_eq!(cursor.evaluate(1_773_000_000).value(), 0); // Sunday 2026-03-08, 21:00 in Zurich
///
/// cursor.update(|schedule| schedule.push_window(Window::constant(Days::SUN, OFFICE.end(), OFFICE.start(), 3))).expect("room");
/// assert_eq!(cursor.evaluate(1_773_000_000).value(), 3);
/// ```
#[derive(Clone)]
pub struct Cursor<S> {
    /// The last answer; it holds from `from` on for `length` seconds.
    last: Evaluation,
    from: i64,
    length: u64,
    schedule: S,
}

impl<S> Cursor<S> {
    /// A cursor that remembers nothing yet.
    pub const fn new(schedule: S) -> Self {
        let last = Evaluation::new(State { cause: Cause::Default, value: 0 }, None);
        Self { last, from: 0, length: 0, schedule }
    }

    /// What it asks.
    pub const fn get(&self) -> &S {
        &self.schedule
    }

    /// Changes what it asks, and forgets the answer.
    pub fn update<R>(&mut self, change: impl FnOnce(&mut S) -> R) -> R {
        self.length = 0;
        change(&mut self.schedule)
    }

    /// What it asked.
    pub fn into_inner(self) -> S {
        self.schedule
    }
}

impl<S: Evaluate> Cursor<S> {
    /// What [`Evaluate::evaluate`] says, for any instants in any order.
    #[inline]
    pub fn evaluate(&mut self, unix_seconds: i64) -> Evaluation {
        // The distance is as good as unsigned: an earlier instant is further away than any answer holds.
        if (unix_seconds.wrapping_sub(self.from) as u64) < self.length {
            return self.last;
        }
        self.miss(unix_seconds)
    }

    #[cold]
    #[inline(never)]
    fn miss(&mut self, unix_seconds: i64) -> Evaluation {
        self.last = self.schedule.evaluate(unix_seconds);
        self.from = unix_seconds;
        // Without a boundary it holds for all that is later.
        self.length = self.last.until().unwrap_or(i64::MAX).abs_diff(unix_seconds);
        self.last
    }
}

/// What it remembers changes with every question, and isn't for reading.
impl<S: core::fmt::Debug> core::fmt::Debug for Cursor<S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Cursor").field("schedule", &self.schedule).finish_non_exhaustive()
    }
}
