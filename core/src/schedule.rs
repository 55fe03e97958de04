//! A checked schedule, compiled for evaluating.

use chrono::NaiveDate;
use heapless::Vec;

use crate::checks::only;
use crate::civil::{DAY, FIRST_MONDAY, SPAN};
use crate::special::Special;
use crate::table::WeekTable;
use crate::validate::{Checked, Lists, Room, check};
use crate::{HolidayMode, Problem, Spec, Zone};

/// The longest name of a window or exception, in characters.
pub const NAME_MAX: usize = 63;
/// The largest number of replicas: the API's field is a signed 32-bit integer.
pub const REPLICAS_MAX: i64 = i32::MAX as i64;
/// The longest grace period, in seconds.
pub const GRACE_PERIOD_MAX: i64 = 3_600;

/// A valid schedule with room for so many windows, exceptions and holidays, all of it inside the value.
///
/// It can't hold an invalid one: what makes it, [`Schedule::new`] and its like, reports everything that is wrong.
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
    /// How many of each a source may have.
    pub(crate) const ROOM: Room = Room {
        windows: WINDOWS,
        exceptions: EXCEPTIONS,
        #[cfg(feature = "json")]
        holidays: HOLIDAYS,
    };

    /// A schedule of no windows, in UTC, with 0 replicas at all times: what a board starts with, before it has another.
    ///
    /// The `set` functions fill it in its place. In the initial value of a `static` it takes as much flash as memory; a
    /// variable is made when the program comes to it, and takes none.
    ///
    /// ```
    /// use kyklos_core::{Cause, Schedule};
    ///
    /// let answer = Schedule::<8, 8, 32>::empty().evaluate(1_773_000_000);
    /// assert_eq!((answer.state.cause, answer.state.replicas, answer.until), (Cause::Default, 0, None));
    /// ```
    // Not inlined it is made where it goes; inlined, parts of it are made beside it and moved.
    #[inline(never)]
    pub const fn empty() -> Self {
        // A layer of the week table is one byte, and 255 is taken.
        const { assert!(WINDOWS < 255, "a schedule holds at most 254 windows") };
        Self {
            zone: Zone::UTC,
            default_replicas: 0,
            holiday_replicas: 0,
            holiday_mode: HolidayMode::Ignore,
            grace_period_seconds: 0,
            replicas: Vec::new(),
            table: WeekTable::empty(),
            special: Special::none(),
        }
    }

    /// Checks and compiles a schedule, with no holidays yet.
    ///
    /// ```
    /// use kyklos_core::{Schedule, Spec, WindowSpec};
    ///
    /// let window = WindowSpec { start: "9:00", end: "17:00", replicas: -1, ..WindowSpec::default() };
    /// let spec = Spec { timezone: "Europe/Zurich", windows: &[window], ..Spec::default() };
    /// let mut fields = Vec::new();
    /// let refused = Schedule::<8, 8, 32>::new(&spec, |problem| fields.push(problem.field.to_string()));
    /// assert_eq!(fields, ["windows[0].start", "windows[0].replicas"]);
    /// assert_eq!(refused.unwrap_err().problems, 2);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] when anything is wrong; `report` has then been called with every [`Problem`] there is, in the order
    /// of the fields.
    #[cfg(feature = "tzdb")]
    pub fn new<'a>(spec: &Spec<'a>, report: impl FnMut(Problem<'a>)) -> Result<Self, Invalid> {
        let mut schedule = Self::empty();
        schedule.set(spec, report)?;
        Ok(schedule)
    }

    /// Checks and compiles a schedule for a program that knows this one zone ([`Zone::named`]).
    ///
    /// It moves the schedule to return it, which takes the stack of two; [`Schedule::set_in`] does without.
    ///
    /// ```
    /// use kyklos_core::{Schedule, Spec, Zone};
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// let spec = Spec { timezone: "Europe/Zurich", default_replicas: 2, ..Spec::default() };
    /// let schedule = Schedule::<16, 8, 32>::new_in(HOME, &spec, |problem| eprintln!("{problem}"))?;
    /// assert_eq!(schedule.zone(), HOME);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Schedule::new`]; a schedule of another zone is refused.
    pub fn new_in<'a>(zone: Zone, spec: &Spec<'a>, report: impl FnMut(Problem<'a>)) -> Result<Self, Invalid> {
        let mut schedule = Self::empty();
        schedule.set_in(zone, spec, report)?;
        Ok(schedule)
    }

    /// Makes this schedule what [`Schedule::new`] would return, in the place where it is. The holidays go, too.
    ///
    /// ```
    /// use kyklos_core::{Schedule, Spec, WindowSpec};
    ///
    /// let mut schedule = Schedule::<8, 8, 32>::empty();
    /// let spec = Spec { timezone: "Europe/Zurich", default_replicas: 2, ..Spec::default() };
    /// schedule.set(&spec, |problem| eprintln!("{problem}"))?;
    ///
    /// // A mistake later on doesn't cost a running program its schedule.
    /// let window = WindowSpec { start: "9:00", end: "17:00", ..WindowSpec::default() };
    /// assert!(schedule.set(&Spec { windows: &[window], ..spec }, |problem| eprintln!("{problem}")).is_err());
    /// assert_eq!(schedule.default_replicas(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Schedule::new`]; the schedule then stays as it was.
    #[cfg(feature = "tzdb")]
    pub fn set<'a>(&mut self, spec: &Spec<'a>, mut report: impl FnMut(Problem<'a>)) -> Result<(), Invalid> {
        let zone = Zone::get(spec.timezone).ok_or(crate::Reason::UnknownZone(spec.timezone));
        self.compile(&mut |lists| check(spec, zone, Self::ROOM, lists, &mut report))
    }

    /// Makes this schedule what [`Schedule::new_in`] would return, in the place where it is. The holidays go, too.
    ///
    /// It is the way for a board: no second schedule is on the stack meanwhile.
    ///
    /// ```
    /// use kyklos_core::{Schedule, Spec, Zone};
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// let mut schedule = Schedule::<16, 8, 32>::empty();
    /// let spec = Spec { timezone: "Europe/Zurich", default_replicas: 2, ..Spec::default() };
    /// schedule.set_in(HOME, &spec, |problem| eprintln!("{problem}"))?;
    /// assert_eq!(schedule.default_replicas(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Schedule::new_in`]; the schedule then stays as it was.
    pub fn set_in<'a>(
        &mut self,
        zone: Zone,
        spec: &Spec<'a>,
        mut report: impl FnMut(Problem<'a>),
    ) -> Result<(), Invalid> {
        let found = only(zone, spec.timezone);
        self.compile(&mut |lists| check(spec, found, Self::ROOM, lists, &mut report))
    }

    /// Compiles what a validation finds right. It is asked once for what is wrong, and, if nothing is, once more to fill
    /// the lists.
    #[inline(never)]
    pub(crate) fn compile(
        &mut self,
        validate: &mut dyn FnMut(&mut Option<Lists<'_>>) -> Result<Checked, Invalid>,
    ) -> Result<(), Invalid> {
        validate(&mut None)?;
        self.replicas.clear();
        self.special.exceptions.clear();
        self.special.holidays.clear();
        let mut lists = Some(Lists {
            week: self.table.painter(),
            replicas: self.replicas.as_mut_view(),
            exceptions: self.special.exceptions.as_mut_view(),
            #[cfg(feature = "json")]
            holidays: self.special.holidays.as_mut_view(),
        });
        let checked = validate(&mut lists)?;
        if let Some(lists) = lists {
            lists.week.finish();
        }
        self.zone = checked.zone;
        self.default_replicas = checked.default_replicas;
        self.holiday_mode = checked.holiday_mode;
        self.holiday_replicas = match self.holiday_mode {
            HolidayMode::TreatAsOpen => self.replicas.iter().copied().max().unwrap_or(self.default_replicas),
            HolidayMode::TreatAsClosed | HolidayMode::Ignore => self.default_replicas,
        };
        self.grace_period_seconds = checked.grace_period_seconds;
        self.refilter();
        Ok(())
    }

    /// Replaces the holidays. A date that comes twice counts once, one outside the years 2020 to 2099 not at all.
    ///
    /// ```
    /// use kyklos_core::{Cause, HolidayMode, Schedule, Spec, parse_date};
    ///
    /// let spec = Spec { timezone: "Europe/Zurich", holiday_mode: HolidayMode::TreatAsClosed, ..Spec::default() };
    /// let mut schedule = Schedule::<8, 8, 32>::new(&spec, |problem| eprintln!("{problem}"))?;
    /// let dates = ["2026-12-25", "2026-01-01", "2026-12-25"].map(|date| parse_date(date).expect("a date"));
    /// schedule.set_holidays(dates).expect("room for 32");
    ///
    /// assert_eq!(schedule.holidays().map(|date| date.to_string()).collect::<Vec<_>>(), ["2026-01-01", "2026-12-25"]);
    /// assert_eq!(schedule.evaluate(1_767_265_200).state.cause, Cause::Holiday); // 1 January 2026, 12:00 in Zurich
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
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
    /// ```
    /// use kyklos_core::{Schedule, TooManyHolidays};
    ///
    /// let mut schedule = Schedule::<8, 8, 2>::empty();
    /// schedule.set_holiday_days([20_454, 20_812])?; // 1 January and 25 December 2026
    /// assert_eq!(schedule.set_holiday_days(20_454..20_457), Err(TooManyHolidays { most: 2 }));
    /// assert_eq!(schedule.holidays().count(), 2);
    /// # Ok::<(), TooManyHolidays>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`set_holidays`](Self::set_holidays).
    pub fn set_holiday_days(&mut self, days: impl IntoIterator<Item = i32>) -> Result<(), TooManyHolidays> {
        self.special
            .set_holidays(days.into_iter().filter_map(known_day))
            .map_err(|_| TooManyHolidays { most: HOLIDAYS })?;
        self.refilter();
        Ok(())
    }

    fn refilter(&mut self) {
        self.special.refilter(self.holiday_mode != HolidayMode::Ignore, &self.table);
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
    ///
    /// ```
    /// use kyklos_core::Schedule;
    ///
    /// let mut schedule = Schedule::<8, 8, 32>::empty();
    /// schedule.set_holiday_days([20_812, 20_454]).expect("room for 32");
    /// assert_eq!(schedule.holidays().next().map(|date| date.to_string()).as_deref(), Some("2026-01-01"));
    /// ```
    pub fn holidays(&self) -> impl Iterator<Item = NaiveDate> {
        self.special.holidays.iter().filter_map(|&day| NaiveDate::from_epoch_days(FIRST_MONDAY + i32::from(day)))
    }
}

/// A holiday as the schedule has it: days from Monday 2019-12-30 on. It is given in days from 1970-01-01.
pub(crate) fn known_day(day: i32) -> Option<u16> {
    let since = day.wrapping_sub(FIRST_MONDAY);
    (2..(SPAN / DAY) as i32).contains(&since).then_some(since as u16)
}
