//! Clocks of devices: unset, reset, or put back.

/// Where a device's clock counts its seconds from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Epoch {
    /// 1970-01-01T00:00:00Z, as Unix and NTP libraries count.
    Unix1970,
    /// 2000-01-01T00:00:00Z, as many clock chips and BACnet, Zigbee and Matter devices count.
    Y2000,
}

impl Epoch {
    /// The Unix second of its beginning.
    const fn unix(self) -> i64 {
        match self {
            Self::Unix1970 => 0,
            Self::Y2000 => 946_684_800,
        }
    }
}

/// What a reading of a clock is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Reading {
    /// The time, in Unix seconds: evaluate at it.
    Trusted(i64),
    /// The clock was put back since the last reading. The time is trusted like any other, so evaluate at it; what a program has worked
    /// out for later, a sleep or a transition, it works out anew. The next reading is [`Trusted`](Self::Trusted).
    Stepped {
        /// By how many seconds it is earlier than the last reading.
        back: u64,
        /// The time, in Unix seconds.
        at: i64,
    },
    /// There is no time: put out the value that is safe.
    Unset,
    /// The clock is before all that can be true, as after a loss of power: put out the value that is safe.
    TooEarly,
}

/// Tells whether a device's clock can be trusted.
///
/// A schedule answers for any instant, also for that of a clock which began at 1970 when the power came back. A program knows
/// better: it can't run before it was built. Nothing latches: each reading is judged anew, a clock that is set right is trusted
/// at once, and one that was far in the future by mistake may come back.
///
/// ```
/// use kyklos_core::{Epoch, Guard, Reading};
///
/// const BUILT: i64 = 1_795_651_200; // 2026-11-26
/// let mut guard = Guard::new(BUILT);
/// assert_eq!(guard.read(None, Epoch::Unix1970), Reading::Unset);
/// assert_eq!(guard.read(Some(12), Epoch::Unix1970), Reading::TooEarly); // twelve seconds after power came back
/// assert_eq!(guard.read(Some(848_966_500), Epoch::Y2000), Reading::Trusted(1_795_651_300));
/// assert_eq!(guard.read(Some(1_795_651_240), Epoch::Unix1970), Reading::Stepped { back: 60, at: 1_795_651_240 });
/// assert_eq!(guard.read(Some(1_795_651_241), Epoch::Unix1970), Reading::Trusted(1_795_651_241));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Guard {
    not_before: i64,
    /// The last time that was trusted; `not_before` where none was yet.
    last: i64,
}

impl Guard {
    /// A guard that trusts no time before this one, in Unix seconds: that of the program's build, or of the last time a device kept.
    pub const fn new(not_before: i64) -> Self {
        Self { not_before, last: not_before }
    }

    /// Judges a reading: seconds since an epoch, or `None` where the clock says that it isn't set. More seconds than an `i64` has room
    /// for, as a chip gives whose registers are all ones, are no time either.
    pub const fn read(&mut self, seconds: Option<u64>, epoch: Epoch) -> Reading {
        let Some(seconds) = seconds else { return Reading::Unset };
        if seconds > (i64::MAX - epoch.unix()) as u64 {
            return Reading::Unset;
        }
        let at = seconds as i64 + epoch.unix();
        if at < self.not_before {
            return Reading::TooEarly;
        }
        let last = self.last;
        self.last = at;
        if at < last { Reading::Stepped { back: last.abs_diff(at), at } } else { Reading::Trusted(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOR: i64 = 1_795_651_200;

    #[test]
    fn what_is_no_time() {
        let mut guard = Guard::new(FLOOR);
        for epoch in [Epoch::Unix1970, Epoch::Y2000] {
            assert_eq!(guard.read(None, epoch), Reading::Unset);
            assert_eq!(guard.read(Some(u64::MAX), epoch), Reading::Unset);
            assert_eq!(guard.read(Some(0), epoch), Reading::TooEarly);
        }
        assert_eq!(guard.read(Some(i64::MAX as u64), Epoch::Y2000), Reading::Unset);
        assert_eq!(guard.read(Some(i64::MAX as u64), Epoch::Unix1970), Reading::Trusted(i64::MAX));
        assert_eq!(guard.read(Some(FLOOR as u64 - 1), Epoch::Unix1970), Reading::TooEarly);
    }

    #[test]
    fn nothing_latches() {
        let mut guard = Guard::new(FLOOR);
        let mut read = |at: i64| guard.read(Some(at as u64), Epoch::Unix1970);
        assert_eq!(read(FLOOR), Reading::Trusted(FLOOR));
        // A clock that loses its time is not trusted, and is again once it has it.
        assert_eq!(read(100), Reading::TooEarly);
        assert_eq!(read(FLOOR + 5), Reading::Trusted(FLOOR + 5));
        // One that was ahead by mistake comes back: told once.
        assert_eq!(read(FLOOR + 1_000_000), Reading::Trusted(FLOOR + 1_000_000));
        assert_eq!(read(FLOOR + 10), Reading::Stepped { back: 999_990, at: FLOOR + 10 });
        assert_eq!(read(FLOOR + 10), Reading::Trusted(FLOOR + 10));
        assert_eq!(read(FLOOR + 9), Reading::Stepped { back: 1, at: FLOOR + 9 });
    }
}
