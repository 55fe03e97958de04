//! What applies at an instant, and until when.

use super::step::Step;
use crate::week::table::NONE;

/// What applies, and the value it gives. Two instants with equal states have no boundary to tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct State {
    /// Which of the schedule's parts applies.
    pub cause: Cause,
    /// The value that it gives, at most [`VALUE_MAX`](crate::VALUE_MAX).
    pub value: u32,
}

/// Which of a schedule's parts applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Cause {
    /// None of the others.
    Default,
    /// The window of this index.
    Window(u16),
    /// A holiday, by the schedule's [`HolidayMode`](crate::HolidayMode).
    Holiday,
    /// The exception of this index.
    Exception(u16),
}

/// The state at an instant and how long it lasts.
///
/// ```
/// use kyklos_core::{Cause, Days, Schedule, TimeOfDay, TimeZone, Window};
///
/// let mut schedule = Schedule::<1, 0, 0>::new(TimeZone::UTC);
/// let office = Window::constant(Days::ALL, TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0), 10);
/// schedule.push_window(office).expect("room for one");
///
/// let answer = schedule.evaluate(1_780_300_800); // 2026-06-01T08:00:00Z
/// assert_eq!((answer.cause(), answer.value()), (Cause::Default, 0));
/// assert_eq!(answer.until(), Some(1_780_304_400));
/// assert_eq!(answer.seconds_left(1_780_300_800), Some(3_600));
/// ```
// Two words of 64 bits, so that it is returned in registers where these are as wide.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Evaluation {
    /// `i64::MAX` where nothing changes any more: a boundary is on a whole minute, which that isn't.
    until: i64,
    /// The code of what applies, and in the lower half the value.
    applies: u64,
}

/// The parts of a schedule as one number: the index of a window, or one of these. The default's is the layer of no window, which
/// so needs no translation.
pub(crate) const DEFAULT: u32 = NONE as u32;
/// What is added to the one index of a window, of none that a schedule has, that would be taken for the default.
const OTHER: u32 = 1 << 16;
pub(crate) const HOLIDAY: u32 = 2 << 16;
/// The first exception; the others follow.
pub(crate) const EXCEPTION: u32 = 3 << 16;

impl Evaluation {
    /// This state, up to an instant in Unix seconds, or for ever.
    pub const fn new(state: State, until: Option<i64>) -> Self {
        let code = match state.cause {
            Cause::Default => DEFAULT,
            Cause::Window(index) if index as u32 == DEFAULT => OTHER | DEFAULT,
            Cause::Window(index) => index as u32,
            Cause::Holiday => HOLIDAY,
            Cause::Exception(index) => EXCEPTION | index as u32,
        };
        Self::of(
            code,
            state.value,
            match until {
                Some(until) => until,
                None => i64::MAX,
            },
        )
    }

    /// `until` is `i64::MAX` for ever.
    #[inline]
    pub(crate) const fn of(code: u32, value: u32, until: i64) -> Self {
        Self { until, applies: (code as u64) << 32 | value as u64 }
    }

    /// What applies, and the value it gives.
    pub const fn state(self) -> State {
        State { cause: self.cause(), value: self.value() }
    }

    /// Which of the schedule's parts applies.
    pub const fn cause(self) -> Cause {
        let code = (self.applies >> 32) as u32;
        let index = code as u16;
        // In the order in which they are likely.
        if code < DEFAULT {
            return Cause::Window(index);
        }
        if code == DEFAULT {
            return Cause::Default;
        }
        match code & !0xffff {
            0 | OTHER => Cause::Window(index),
            HOLIDAY => Cause::Holiday,
            _ => Cause::Exception(index),
        }
    }

    /// The value that applies, at most [`VALUE_MAX`](crate::VALUE_MAX).
    #[inline]
    pub const fn value(self) -> u32 {
        self.applies as u32
    }

    /// The first later instant with another state, in Unix seconds; `None` when there is none any more.
    #[inline]
    pub const fn until(self) -> Option<i64> {
        if self.until == i64::MAX { None } else { Some(self.until) }
    }

    /// Its state, and up to when: `i64::MAX` for ever.
    pub(crate) const fn state_and_until(self) -> (State, i64) {
        (self.state(), self.until)
    }

    /// How many seconds after `now`, in Unix seconds, the state changes: so long a program may sleep. 0 where that is in the past
    /// by now; `None` when it never changes again.
    pub const fn seconds_left(self, now: i64) -> Option<u64> {
        match self.until() {
            Some(until) if until > now => Some(until.abs_diff(now)),
            Some(_) => Some(0),
            None => None,
        }
    }
}

impl core::fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Evaluation").field("state", &self.state()).field("until", &self.until()).finish()
    }
}

/// Whatever says what applies at an instant: a [`Schedule`](crate::Schedule) of any room, one [with a
/// calendar](crate::Schedule::with), a reference to either. Through `&dyn Evaluate` schedules of several capacities are in one
/// list.
///
/// ```
/// use kyklos_core::{Evaluate, Schedule, TimeZone};
///
/// let (small, large) = (Schedule::<1, 0, 0>::new(TimeZone::UTC), Schedule::<64, 64, 1000>::new(TimeZone::UTC));
/// let valves: [&dyn Evaluate; 2] = [&small, &large];
/// assert!(valves.iter().all(|valve| valve.evaluate(1_780_300_800).value() == 0));
/// ```
pub trait Evaluate {
    /// What applies at an instant and until when, both in Unix seconds.
    fn evaluate(&self, unix_seconds: i64) -> Evaluation;

    /// Since when the state at an instant has held, both in Unix seconds; `None` when it always has.
    fn since(&self, unix_seconds: i64) -> Option<i64>;

    /// [`evaluate`](Self::evaluate) for who asks at one boundary after the other: an instant has to be the boundary of the answer
    /// before it. The state, and up to when: `i64::MAX` for ever.
    #[doc(hidden)]
    fn step(&self, unix_seconds: i64, step: &mut Step) -> (State, i64) {
        let _ = step;
        self.evaluate(unix_seconds).state_and_until()
    }
}

impl<E: Evaluate + ?Sized> Evaluate for &E {
    fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        (**self).evaluate(unix_seconds)
    }

    fn since(&self, unix_seconds: i64) -> Option<i64> {
        (**self).since(unix_seconds)
    }

    #[inline]
    fn step(&self, unix_seconds: i64, step: &mut Step) -> (State, i64) {
        (**self).step(unix_seconds, step)
    }
}
