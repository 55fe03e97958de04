//! A schedule and its last answer, for a caller who asks again and again as time goes by.

use crate::{Cause, Evaluation, Schedule, State};

/// Asks a schedule and remembers the answer: as long as it holds, asking again costs two comparisons.
///
/// ```
/// use kyklos_core::{Cursor, Schedule, Spec, WindowSpec, Zone};
///
/// const HOME: Zone = Zone::named("Europe/Zurich");
/// let windows = [WindowSpec { start: "09:00", end: "17:00", replicas: 10, ..WindowSpec::default() }];
/// let spec = Spec { timezone: "Europe/Zurich", windows: &windows, ..Spec::default() };
/// let schedule = Schedule::<1, 0, 0>::new_in(HOME, &spec, |_| ())?;
/// let mut cursor = Cursor::new(&schedule);
/// for second in 1_773_000_000..1_773_000_100 {
///     assert_eq!(cursor.evaluate(second), schedule.evaluate(second));
/// }
/// # Ok::<(), kyklos_core::Invalid>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cursor<'s, const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> {
    /// The last answer; it holds from `from` on for `length` seconds.
    last: Evaluation,
    from: i64,
    length: u64,
    schedule: &'s Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS>,
}

impl<'s, const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize>
    Cursor<'s, WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    /// A cursor that remembers nothing yet.
    pub const fn new(schedule: &'s Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS>) -> Self {
        let state = State { cause: Cause::Default, replicas: 0 };
        Self { last: Evaluation { state, until: None }, from: 0, length: 0, schedule }
    }

    /// What [`Schedule::evaluate`] says, for any instants in any order.
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
        self.length = self.last.until.unwrap_or(i64::MAX).abs_diff(unix_seconds);
        self.last
    }
}

/// What it remembers changes with every question, and isn't for reading.
#[cfg(feature = "defmt")]
impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> defmt::Format
    for Cursor<'_, WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Cursor {{ schedule: {} }}", self.schedule);
    }
}
