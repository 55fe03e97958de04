//! Where a board's time comes from.

use kyklos_core::{Date, TimeOfDay};

/// A clock that can be set. What its readings are worth is judged elsewhere.
pub trait Clock {
    /// The Unix second that it reads; `None` where it knows that it isn't set.
    fn unix(&mut self) -> Option<u64>;
    /// Sets it; `false` where it can't be set to that, and goes on as before.
    fn set(&mut self, unix: u64) -> bool;
}

/// A clock of a board that has none: the time that it was told, and the seconds since. It forgets it without power, and says so.
#[derive(Debug)]
pub struct Counted<U> {
    uptime: U,
    /// The Unix second of the start.
    start: Option<u64>,
}

impl<U: FnMut() -> u64> Counted<U> {
    /// By what counts the seconds since the board's start.
    pub const fn new(uptime: U) -> Self {
        Self { uptime, start: None }
    }
}

impl<U: FnMut() -> u64> Clock for Counted<U> {
    fn unix(&mut self) -> Option<u64> {
        self.start?.checked_add((self.uptime)())
    }

    fn set(&mut self, unix: u64) -> bool {
        let Some(start) = unix.checked_sub((self.uptime)()) else { return false };
        self.start = Some(start);
        true
    }
}

/// What the registers of a clock chip read, which is kept in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 for Monday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

impl LocalTime {
    /// The Unix second; `None` for registers that read no time, as those of a chip without power do.
    pub fn unix(self) -> Option<u64> {
        let date = Date::new(self.year, self.month, self.day)?;
        let minutes = TimeOfDay::new(self.hour, self.minute).filter(|time| *time != TimeOfDay::END_OF_DAY)?.minutes();
        let seconds = i64::from(date.days_since_1970()) * 86_400 + i64::from(minutes) * 60 + i64::from(self.second);
        u64::try_from(seconds).ok().filter(|_| self.second < 60)
    }

    /// What the registers have to read at a Unix second; `None` beyond the year 9999.
    pub fn of(unix: u64) -> Option<Self> {
        let date = Date::from_days_since_1970(i32::try_from(unix / 86_400).ok()?)?;
        let second = unix % 86_400;
        let part = |unit: u64, of: u64| u8::try_from(second / unit % of).ok();
        Some(Self {
            year: date.year(),
            month: date.month(),
            day: date.day(),
            weekday: date.weekday().number(),
            hour: part(3_600, 24)?,
            minute: part(60, 60)?,
            second: part(1, 60)?,
        })
    }
}
