//! A checked schedule, compiled for evaluating.

use chrono::NaiveDate;
use heapless::Vec;

use crate::civil::{DAY, FIRST_MONDAY, SPAN};
use crate::special::Special;
use crate::table::{WeekTable, Weekly};
use crate::validate::{Checked, Parts, check};
use crate::{HolidayMode, Problem, Reason, Spec, Zone};

/// The longest name of a window or exception, in characters.
pub const NAME_MAX: usize = 63;
/// The largest number of replicas: the API's field is a signed 32-bit integer.
pub const REPLICAS_MAX: i64 = i32::MAX as i64;
/// The longest grace period, in seconds.
pub const GRACE_PERIOD_MAX: i64 = 3_600;

/// A valid schedule with room for so many windows, exceptions and holidays, all of it inside the value.
///
/// It can't hold an invalid one: [`Schedule::new`] is the only way to it and reports everything that is wrong.
///
/// ```
/// use kyklos_core::{Cause, Schedule, Spec, WindowSpec};
/// use chrono::DateTime;
///
/// let spec = Spec {
///     timezone: "America/New_York",
///     windows: &[WindowSpec { days: Some(&["Mon-Fri"]), start: "09:00", end: "17:00", replicas: 10, ..WindowSpec::default() }],
///     ..Spec::default()
/// };
/// let schedule = Schedule::<8, 8, 32>::new(&spec, |problem| eprintln!("{problem}"))?;
///
/// let sunday_noon = DateTime::from_timestamp(1_772_985_600, 0).unwrap(); // 2026-03-08T16:00:00Z
/// let decision = schedule.decision_at(sunday_noon);
/// assert_eq!(decision.state.cause, Cause::Default);
/// assert_eq!(decision.until, DateTime::from_timestamp(1_773_061_200, 0)); // Monday 09:00 EDT
/// # Ok::<(), kyklos_core::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> {
    pub(crate) zone: Zone,
    pub(crate) default_replicas: u32,
    /// The replicas of a holiday, where those count.
    pub(crate) holiday_replicas: u32,
    pub(crate) holiday_mode: HolidayMode,
    grace_period_seconds: u16,
    /// The replicas of each window.
    pub(crate) replicas: Vec<u32, WINDOWS>,
    pub(crate) table: WeekTable<WINDOWS>,
    pub(crate) special: Special<EXCEPTIONS, HOLIDAYS>,
}

/// A [`Spec`] was refused; the problems went to the reporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Invalid {
    /// How many problems were reported, at least one.
    pub problems: usize,
}

impl core::fmt::Display for Invalid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "the schedule has {} problem{}", self.problems, if self.problems == 1 { "" } else { "s" })
    }
}

impl core::error::Error for Invalid {}

/// A list of holidays was longer than the schedule's room for it; the schedule keeps the ones it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TooManyHolidays {
    /// How many there may be.
    pub most: usize,
}

impl core::fmt::Display for TooManyHolidays {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "there are more than {} holidays: write at most {}", self.most, self.most)
    }
}

impl core::error::Error for TooManyHolidays {}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// Checks and compiles a schedule, with no holidays yet.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when anything is wrong; `report` has then been called with every [`Problem`] there is, in the order
    /// of the fields.
    #[cfg(feature = "tzdb")]
    pub fn new<'a>(spec: &Spec<'a>, mut report: impl FnMut(Problem<'a>)) -> Result<Self, Invalid> {
        let zone = Zone::get(spec.timezone).ok_or(Reason::UnknownZone(spec.timezone));
        let mut schedule = Self::empty();
        schedule.fill(|parts| check(spec, zone, parts, &mut report))?;
        Ok(schedule)
    }

    /// Checks and compiles a schedule for a program that knows this one zone ([`Zone::named`]).
    ///
    /// # Errors
    ///
    /// As [`Schedule::new`]; a schedule of another zone is refused.
    pub fn new_in<'a>(zone: Zone, spec: &Spec<'a>, mut report: impl FnMut(Problem<'a>)) -> Result<Self, Invalid> {
        let asked = spec.timezone;
        let found = if asked == zone.name() { Ok(zone) } else { Err(Reason::OtherZone { asked, built: zone }) };
        let mut schedule = Self::empty();
        schedule.fill(|parts| check(spec, found, parts, &mut report))?;
        Ok(schedule)
    }

    /// Not a constant, which would be a copy of all that room in the program.
    pub(crate) fn empty() -> Self {
        Self {
            zone: Zone::UTC,
            default_replicas: 0,
            holiday_replicas: 0,
            holiday_mode: HolidayMode::Ignore,
            grace_period_seconds: 0,
            replicas: Vec::new(),
            table: WeekTable::empty(),
            special: Special::NONE,
        }
    }

    /// Compiles what a validation finds right.
    pub(crate) fn fill(
        &mut self,
        validate: impl FnOnce(&mut Parts<'_, WINDOWS, EXCEPTIONS>) -> Result<Checked, Invalid>,
    ) -> Result<(), Invalid> {
        // A layer of the week table is one byte, and 0 is taken.
        const { assert!(WINDOWS < 255, "a schedule holds at most 254 windows") };
        let mut windows = Vec::<Weekly, WINDOWS>::new();
        let mut parts =
            Parts { windows: &mut windows, replicas: &mut self.replicas, exceptions: &mut self.special.exceptions };
        let checked = validate(&mut parts)?;
        self.zone = checked.zone;
        self.default_replicas = checked.default_replicas;
        self.holiday_mode = checked.holiday_mode;
        self.holiday_replicas = match self.holiday_mode {
            HolidayMode::TreatAsOpen => self.replicas.iter().copied().max().unwrap_or(self.default_replicas),
            HolidayMode::TreatAsClosed | HolidayMode::Ignore => self.default_replicas,
        };
        self.grace_period_seconds = checked.grace_period_seconds;
        self.table.fill(&windows);
        self.special.refilter(false, &self.table);
        Ok(())
    }

    /// Replaces the holidays. A date that comes twice counts once, one outside the years 2020 to 2099 not at all.
    ///
    /// # Errors
    ///
    /// [`TooManyHolidays`] when there are more than there is room for; the old ones then stay.
    pub fn set_holidays(&mut self, dates: impl IntoIterator<Item = NaiveDate>) -> Result<(), TooManyHolidays> {
        self.set_holiday_days(dates.into_iter().map(|date| date.to_epoch_days()))
    }

    /// Replaces the holidays, each the number of days from 1970-01-01 to it: [`set_holidays`](Self::set_holidays) without
    /// chrono.
    ///
    /// # Errors
    ///
    /// As [`set_holidays`](Self::set_holidays).
    pub fn set_holiday_days(&mut self, days: impl IntoIterator<Item = i32>) -> Result<(), TooManyHolidays> {
        let since = days.into_iter().map(|day| day.wrapping_sub(FIRST_MONDAY));
        let known = since.filter(|since| (2..(SPAN / DAY) as i32).contains(since)).map(|since| since as u16);
        self.special.set_holidays(known).map_err(|_| TooManyHolidays { most: HOLIDAYS })?;
        self.special.refilter(self.holiday_mode != HolidayMode::Ignore, &self.table);
        Ok(())
    }

    /// The zone whose wall clock the schedule goes by.
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// Seconds by which a scale-down is delayed, 0 to 3,600. Evaluating doesn't apply them: they need history.
    pub const fn grace_period_seconds(&self) -> u16 {
        self.grace_period_seconds
    }

    /// The replicas where nothing else applies.
    pub const fn default_replicas(&self) -> u32 {
        self.default_replicas
    }

    /// What a holiday does.
    pub const fn holiday_mode(&self) -> HolidayMode {
        self.holiday_mode
    }

    /// The holidays in their order.
    pub fn holidays(&self) -> impl Iterator<Item = NaiveDate> {
        self.special.holidays.iter().filter_map(|&day| NaiveDate::from_epoch_days(FIRST_MONDAY + i32::from(day)))
    }
}
