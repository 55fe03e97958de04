//! From a [`Spec`] to a schedule that can't be wrong, with every problem on the way.
//!
//! A source is gone over twice. The first time it is only looked at, and a schedule that is in use stays as it is as long
//! as anything is wrong. The second time nothing is, and the schedule's own lists are filled: no copy of them is needed.

use core::borrow::Borrow;

use super::fields;
use super::in_order::insert_in_order;
use crate::answer::dates::{Dates, DatesMut, Run};
use crate::answer::exceptions::Instants;
use crate::build::Parts;
use crate::zone::{Rules, Zone, Zones};
use crate::{
    Days, Exception, ExceptionField, ExceptionSpec, Field, HolidayMode, Invalid, Problem, Reason, Schedule, Spec,
    Window, WindowField, WindowSpec,
};

/// How many of each there may be.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) windows: usize,
    pub(crate) exceptions: usize,
    pub(crate) holidays: usize,
}

/// What finds a zone by its name and keeps it.
pub(crate) trait Find {
    /// Whether there is one.
    fn zone(&mut self, name: &str) -> bool;

    /// Why there is none.
    fn refusal<'t>(&self, name: &'t str) -> Reason<'t>;
}

struct Finding<'z, S: Zones> {
    zones: &'z S,
    zone: Option<S::Zone>,
}

impl<S: Zones> Find for Finding<'_, S> {
    fn zone(&mut self, name: &str) -> bool {
        self.zone = self.zones.get(name);
        self.zone.is_some()
    }

    fn refusal<'t>(&self, name: &'t str) -> Reason<'t> {
        self.zones.refusal(name)
    }
}

/// It has been found before.
struct Found;

impl Find for Found {
    fn zone(&mut self, _name: &str) -> bool {
        true
    }

    fn refusal<'t>(&self, name: &'t str) -> Reason<'t> {
        Reason::UnknownZone(name)
    }
}

/// What a source is gone over for.
pub(crate) enum Target<'p, 't> {
    /// To report what is wrong.
    Look,
    /// To fill the windows and exceptions of a schedule, for a zone with these rules.
    Fill(&'p mut Parts<'t>, &'p Rules<'p>),
}

impl Target<'_, '_> {
    #[inline(never)]
    pub(crate) fn window(&mut self, window: Window) {
        if let Self::Fill(parts, ..) = self {
            parts.window(window);
        }
    }

    #[inline(never)]
    pub(crate) fn exception(&mut self, exception: Exception) {
        if let Self::Fill(parts, rules) = self {
            parts.exception(Instants::of(exception, rules), exception.value());
        }
    }
}

/// The rest of a valid schedule, but its dates.
pub(crate) struct Header {
    pub(crate) default_value: u32,
    pub(crate) holiday_mode: HolidayMode,
    pub(crate) holiday_value: Option<u32>,
}

/// What a schedule is made from.
pub(crate) trait Source {
    /// Goes over every field, reports all that is wrong, and gives windows and exceptions to the target.
    fn check(&mut self, find: &mut dyn Find, target: &mut Target<'_, '_>) -> Result<Header, Invalid>;

    /// Gives each date that is right to a function, once all has been checked. Apart from the other fields, as it is done with a list of
    /// dates on the stack.
    fn dates(&mut self, take: &mut dyn FnMut(Run));

    /// Reports that there is no room for so many dates.
    fn refuse_dates(&mut self);
}

/// The zone of a source, when nothing is wrong with all of it.
pub(crate) fn look<const HOLIDAYS: usize, Z: Zone>(
    zones: &impl Zones<Zone = Z>,
    source: &mut dyn Source,
) -> Result<Z, Invalid> {
    let mut find = Finding { zones, zone: None };
    let checked = source.check(&mut find, &mut Target::Look);
    if !has_room::<HOLIDAYS>(source) {
        // Dates are the last field, so this is the last problem.
        source.refuse_dates();
        return Err(Invalid { problems: checked.map_or_else(|invalid| invalid.problems, |_| 0) + 1 });
    }
    checked?;
    find.zone.ok_or(Invalid { problems: 1 })
}

/// Whether the dates of a source have room. Apart from what goes over all of it, so that the list is not on the stack meanwhile.
#[inline(never)]
fn has_room<const HOLIDAYS: usize>(source: &mut dyn Source) -> bool {
    insert(&mut Dates::<HOLIDAYS>::none().as_mut(), source)
}

/// Fills an empty list with the dates of a source, in as little room as they take; `false` where that is too little.
#[inline(never)]
fn insert(dates: &mut DatesMut<'_>, source: &mut dyn Source) -> bool {
    let mut has_room = true;
    source.dates(&mut |run| has_room &= dates.insert(run));
    has_room || insert_in_order(dates, &mut |take| source.dates(take))
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// How many of each a source may have.
    pub(crate) const ROOM: Room = Room { windows: WINDOWS, exceptions: EXCEPTIONS, holidays: HOLIDAYS };

    /// Checks and compiles a schedule.
    ///
    /// It moves the schedule to return it, which takes the stack of two; [`Schedule::set`] does without.
    ///
    /// ```
    /// use kyklos_core::{Schedule, Spec, TimeZone, WindowSpec};
    ///
    /// let window = WindowSpec { start: "9:00", end: "17:00", value: -1, ..WindowSpec::default() };
    /// let spec = Spec { timezone: "Etc/UTC", windows: &[window], ..Spec::default() };
    /// let mut fields = Vec::new();
    /// let refused = Schedule::<8, 8, 32>::from_spec(&spec, TimeZone::UTC, |problem| fields.push(problem.field.to_string()));
    /// assert_eq!(fields, ["windows[0].start", "windows[0].replicas"]);
    /// assert_eq!(refused.unwrap_err().problems, 2);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] when anything is wrong; `report` has then been called with every [`Problem`] there is, in the order
    /// of the fields.
    pub fn from_spec<'a>(
        spec: &Spec<'a>,
        zones: impl Zones<Zone = Z>,
        mut report: impl FnMut(Problem<'a>),
    ) -> Result<Self, Invalid> {
        let mut source = OfSpec { spec, room: Self::ROOM, report: &mut report };
        let mut schedule = Self::new(look::<HOLIDAYS, Z>(&zones, &mut source)?);
        schedule.fill(None, &mut source)?;
        Ok(schedule)
    }

    /// Makes this schedule what a text says, in one step and in the place where it is: its windows, exceptions, holidays and its zone.
    ///
    /// `zones` are those that it may have: `AllZones` with the feature `tzdb`, or one zone, [built in](crate::TimeZone) or [as
    /// data](crate::ZoneRules).
    ///
    /// ```
    /// use kyklos_core::{Schedule, Spec, TimeZone, WindowSpec};
    ///
    /// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
    /// let mut schedule = Schedule::<8, 8, 32>::new(HOME);
    /// let spec = Spec { timezone: "Europe/Zurich", default_value: 2, ..Spec::default() };
    /// schedule.set(&spec, HOME, |problem| eprintln!("{problem}"))?;
    ///
    /// // A mistake later on doesn't cost a running program its schedule.
    /// let window = WindowSpec { start: "9:00", end: "17:00", ..WindowSpec::default() };
    /// assert!(schedule.set(&Spec { windows: &[window], ..spec }, HOME, |problem| eprintln!("{problem}")).is_err());
    /// assert_eq!(schedule.default_value(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Schedule::from_spec`]; the schedule then stays as it was.
    pub fn set<'a>(
        &mut self,
        spec: &Spec<'a>,
        zones: impl Zones<Zone = Z>,
        mut report: impl FnMut(Problem<'a>),
    ) -> Result<(), Invalid> {
        let mut source = OfSpec { spec, room: Self::ROOM, report: &mut report };
        let zone = look::<HOLIDAYS, Z>(&zones, &mut source)?;
        self.fill(Some(zone), &mut source)
    }

    /// Fills the schedule from a source with which nothing is wrong, for another zone or the one it has.
    pub(crate) fn fill(&mut self, zone: Option<Z>, source: &mut dyn Source) -> Result<(), Invalid> {
        let zone = zone.unwrap_or_else(|| self.zone.clone());
        {
            let view = zone.view();
            let mut parts = self.parts();
            parts.clear();
            let header = source.check(&mut Found, &mut Target::Fill(&mut parts, view.borrow()))?;
            insert(&mut parts.dates, source);
            let _ = parts.set_default_value(header.default_value);
            let _ = parts.set_holiday_mode(header.holiday_mode, header.holiday_value);
            parts.finish_week();
        }
        self.zone = zone;
        Ok(())
    }
}

/// A text with its room and its reporter.
struct OfSpec<'s, 'a> {
    spec: &'s Spec<'a>,
    room: Room,
    report: &'s mut dyn FnMut(Problem<'a>),
}

impl Source for OfSpec<'_, '_> {
    #[inline(never)]
    fn check(&mut self, find: &mut dyn Find, target: &mut Target<'_, '_>) -> Result<Header, Invalid> {
        let Self { spec, room, .. } = *self;
        let mut problems = Problems { report: self.report, count: 0 };
        if !find.zone(spec.timezone) {
            problems.say(Field::Timezone, find.refusal(spec.timezone));
        }
        let default_value = problems.value(Field::DefaultValue, spec.default_value);
        problems.take(Field::Windows, fields::room(spec.windows.len(), room.windows));
        for (index, window) in spec.windows.iter().enumerate() {
            if let Some(window) = problems.window(index, window) {
                target.window(window);
            }
        }
        problems.take(Field::Exceptions, fields::room(spec.exceptions.len(), room.exceptions));
        for (index, exception) in spec.exceptions.iter().enumerate() {
            if let Some(exception) = problems.exception(index, exception) {
                target.exception(exception);
            }
        }
        let holiday_value = fields::holiday_value(spec.holiday_mode, spec.holiday_value);
        let holiday_value = problems.take(Field::HolidayValue, holiday_value);
        problems.holidays(spec.holidays);
        let (Some(default_value), Some(holiday_value), 0) = (default_value, holiday_value, problems.count) else {
            return Err(Invalid { problems: problems.count });
        };
        Ok(Header { default_value, holiday_mode: spec.holiday_mode, holiday_value })
    }

    fn dates(&mut self, take: &mut dyn FnMut(Run)) {
        for holiday in self.spec.holidays.iter().filter_map(|text| fields::holiday(text).ok()) {
            take(holiday.run());
        }
    }

    fn refuse_dates(&mut self) {
        (self.report)(Problem { field: Field::Holidays, reason: Reason::TooManyHolidays { most: self.room.holidays } });
    }
}

/// The reporter and how often it was called.
struct Problems<'r, 'a> {
    report: &'r mut dyn FnMut(Problem<'a>),
    count: usize,
}

impl<'a> Problems<'_, 'a> {
    /// What is right; what isn't is reported.
    fn take<T>(&mut self, field: Field, result: Result<T, Reason<'a>>) -> Option<T> {
        result.map_err(|reason| self.say(field, reason)).ok()
    }

    #[inline(never)]
    fn say(&mut self, field: Field, reason: Reason<'a>) {
        self.count += 1;
        (self.report)(Problem { field, reason });
    }

    #[inline(never)]
    fn name(&mut self, field: Field, name: Option<&str>) {
        self.take(field, fields::name(name.map_or(0, fields::characters)));
    }

    #[inline(never)]
    fn value(&mut self, field: Field, found: i64) -> Option<u32> {
        self.take(field, fields::value_of(found))
    }

    #[inline(never)]
    fn window(&mut self, index: usize, window: &WindowSpec<'a>) -> Option<Window> {
        let at = |field| Field::Window(index, field);
        self.name(at(WindowField::Name), window.name);
        let days = self.days(index, window.days);
        let start = self.take(at(WindowField::Start), fields::start(window.start));
        let end = self.take(at(WindowField::End), fields::end(window.end));
        let end_day = window.end_day.map(|day| self.take(at(WindowField::EndDay), fields::end_day(day)));
        let value = self.value(at(WindowField::Value), window.value);
        // Days and value stand in where they are wrong by themselves: what is wrong with the times is told all the same.
        let times = (start?, end?, end_day.map_or(Some(None), |day| day.map(Some))?);
        let whole = fields::window(days.unwrap_or(Days::ALL), times, value.unwrap_or(0));
        let window = self.take(at(WindowField::End), whole)?;
        (days.is_some() && value.is_some()).then_some(window)
    }

    #[inline(never)]
    fn days(&mut self, window: usize, days: Option<&'a [&'a str]>) -> Option<Days> {
        let Some(list) = days else { return Some(Days::ALL) };
        let mut all = self.take(Field::Window(window, WindowField::Days), fields::some_days(list.len()));
        for (index, &text) in list.iter().enumerate() {
            let days = self.take(Field::Window(window, WindowField::Day(index)), fields::day(text));
            all = all.zip(days).map(|(all, days)| all.union(days));
        }
        all
    }

    #[inline(never)]
    fn holidays(&mut self, list: &[&'a str]) {
        for (index, text) in list.iter().enumerate() {
            self.take(Field::Holiday(index), fields::holiday(text));
        }
    }

    #[inline(never)]
    fn exception(&mut self, index: usize, exception: &ExceptionSpec<'a>) -> Option<Exception> {
        let at = |field| Field::Exception(index, field);
        self.name(at(ExceptionField::Name), exception.name);
        let start = self.take(at(ExceptionField::Start), fields::local_time(exception.start));
        let end = self.take(at(ExceptionField::End), fields::local_time(exception.end));
        let value = self.value(at(ExceptionField::Value), exception.value);
        let whole = fields::exception(start?, end?, value.unwrap_or(0));
        let exception = self.take(at(ExceptionField::End), whole)?;
        value.is_some().then_some(exception)
    }
}
