//! From a [`Spec`] to a schedule that can't be wrong, with every problem on the way.
//!
//! A source is gone over twice. The first time it is only looked at, and a schedule that is in use stays as it is as long
//! as anything is wrong. The second time nothing is, and the schedule's own lists are filled: no copy of them is needed.

use heapless::VecView;

use crate::checks;
use crate::paint::{End, Painter, Weekly};
#[cfg(feature = "json")]
use crate::schedule::known_day;
use crate::special::Exception;
#[cfg(feature = "json")]
use crate::special::add_holiday;
use crate::table::Layer;
use crate::zone::Era;
use crate::{
    Days, ExceptionField, ExceptionSpec, Field, HolidayMode, Invalid, Problem, Reason, Spec, TargetRef, TimeOfDay,
    WindowField, WindowSpec, Zone,
};

/// How many of each there may be.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) windows: usize,
    pub(crate) exceptions: usize,
    #[cfg(feature = "json")]
    pub(crate) holidays: usize,
}

/// The lists of a schedule, empty, to be filled. There is room for what is added: too many have been reported.
pub(crate) struct Lists<'l> {
    pub(crate) week: Painter<'l>,
    /// The replicas of each window.
    pub(crate) replicas: &'l mut VecView<u32>,
    pub(crate) exceptions: &'l mut VecView<Exception>,
    #[cfg(feature = "json")]
    pub(crate) holidays: &'l mut VecView<u16>,
}

impl Lists<'_> {
    pub(crate) fn window(&mut self, index: usize, weekly: Weekly, replicas: u32) {
        self.week.window(index as Layer, weekly);
        let _ = self.replicas.push(replicas);
    }

    /// Rule 5 of the semantics: both ends, in local seconds, become instants by rule 3.
    pub(crate) fn exception(&mut self, (first, last): (u32, u32), zone: Zone, replicas: u32) {
        let start = zone.rules.first_at_or_after(first, Era::Within);
        let end = zone.rules.never_again_before(last);
        let _ = self.exceptions.push(Exception::new(start, end, replicas));
    }

    /// Days from 1970-01-01. A holiday outside the years of the tables is none.
    #[cfg(feature = "json")]
    pub(crate) fn holiday(&mut self, day: i32) {
        if let Some(day) = known_day(day) {
            let _ = add_holiday(self.holidays, day);
        }
    }
}

/// The rest of a valid schedule.
pub(crate) struct Checked {
    pub(crate) zone: Zone,
    pub(crate) default_replicas: u32,
    pub(crate) holiday_mode: HolidayMode,
    pub(crate) grace_period_seconds: u16,
}

/// Checks every field and reports all that is wrong. Fills the lists, if there are any.
#[inline(never)]
pub(crate) fn check<'a>(
    spec: &Spec<'a>,
    zone: Result<Zone, Reason<'a>>,
    room: Room,
    lists: &mut Option<Lists<'_>>,
    report: &mut dyn FnMut(Problem<'a>),
) -> Result<Checked, Invalid> {
    let mut problems = Problems { report, count: 0 };
    if let Some(target) = &spec.target {
        problems.target(target);
    }
    // UTC stands in for a zone that isn't known.
    let zone = problems.take(Field::Timezone, zone).unwrap_or(Zone::UTC);
    let default_replicas = problems.replicas(Field::DefaultReplicas, spec.default_replicas);
    problems.take(Field::Windows, checks::room(spec.windows.len(), room.windows));
    for (index, window) in spec.windows.iter().enumerate() {
        problems.window(index, window, lists);
    }
    problems.take(Field::Exceptions, checks::room(spec.exceptions.len(), room.exceptions));
    for (index, exception) in spec.exceptions.iter().enumerate() {
        problems.exception(index, exception, zone, lists);
    }
    if let Some(name) = spec.holiday_config_map {
        problems.take(Field::HolidayConfigMap, checks::not_empty(name));
    }
    let grace_period = problems.take(Field::GracePeriodSeconds, checks::grace_period(spec.grace_period_seconds));
    let (Some(default_replicas), Some(grace_period_seconds), 0) = (default_replicas, grace_period, problems.count)
    else {
        return Err(Invalid { problems: problems.count });
    };
    Ok(Checked { zone, default_replicas, holiday_mode: spec.holiday_mode, grace_period_seconds })
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

    fn target(&mut self, target: &TargetRef<'a>) {
        self.take(Field::TargetApiVersion, checks::not_empty(target.api_version));
        self.take(Field::TargetKind, checks::not_empty(target.kind));
        self.take(Field::TargetName, checks::not_empty(target.name));
        if let Some(asked) = target.namespace
            && asked != target.own_namespace
        {
            self.say(Field::TargetNamespace, Reason::ForeignNamespace { asked, own: target.own_namespace });
        }
    }

    #[inline(never)]
    fn name(&mut self, field: Field, name: Option<&str>) {
        self.take(field, checks::name(name.map_or(0, checks::characters)));
    }

    #[inline(never)]
    fn replicas(&mut self, field: Field, found: i64) -> Option<u32> {
        self.take(field, checks::replicas(found))
    }

    fn window(&mut self, index: usize, window: &WindowSpec<'a>, lists: &mut Option<Lists<'_>>) {
        let at = |field| Field::Window(index, field);
        self.name(at(WindowField::Name), window.name);
        let days = self.days(index, window.days);
        let start = self.take(at(WindowField::Start), checks::start(window.start));
        let end = self.take(at(WindowField::End), checks::end(window.end));
        let end_day = window.end_day.map(|day| self.take(at(WindowField::EndDay), checks::end_day(day)));
        let end = window_end(start, end, end_day).and_then(|end| self.take(at(WindowField::End), end));
        let replicas = self.replicas(at(WindowField::Replicas), window.replicas);
        if let (Some(lists), Some(weekly), Some(replicas)) = (lists, weekly(days, start, end), replicas) {
            lists.window(index, weekly, replicas);
        }
    }

    fn days(&mut self, window: usize, days: Option<&'a [&'a str]>) -> Option<Days> {
        let Some(list) = days else { return Some(Days::ALL) };
        let mut all = self.take(Field::Window(window, WindowField::Days), checks::some_days(list.len()));
        for (index, &text) in list.iter().enumerate() {
            let days = self.take(Field::Window(window, WindowField::Day(index)), checks::day(text));
            all = all.zip(days).map(|(all, days)| all.union(days));
        }
        all
    }

    fn exception(&mut self, index: usize, exception: &ExceptionSpec<'a>, zone: Zone, lists: &mut Option<Lists<'_>>) {
        let at = |field| Field::Exception(index, field);
        self.name(at(ExceptionField::Name), exception.name);
        let start = self.take(at(ExceptionField::Start), checks::local_time(exception.start));
        let end = self.take(at(ExceptionField::End), checks::local_time(exception.end));
        let span = start.zip(end).and_then(|(start, end)| {
            let span = checks::span(start, end).map_err(|wrong| wrong.reason(exception.start, exception.end));
            self.take(at(ExceptionField::End), span)
        });
        let replicas = self.replicas(at(ExceptionField::Replicas), exception.replicas);
        if let (Some(lists), Some(span), Some(replicas)) = (lists, span, replicas) {
            lists.exception(span, zone, replicas);
        }
    }
}

/// The end of a window, once start, end and end day are right by themselves.
pub(crate) fn window_end<'a>(
    start: Option<TimeOfDay>,
    end: Option<TimeOfDay>,
    end_day: Option<Option<u8>>,
) -> Option<Result<End, Reason<'a>>> {
    let end_day = match end_day {
        None => None,
        Some(day) => Some(day?),
    };
    Some(checks::window_end(start?, end?, end_day))
}

/// A window, once all of it is right.
pub(crate) fn weekly(days: Option<Days>, start: Option<TimeOfDay>, end: Option<End>) -> Option<Weekly> {
    Some(Weekly { days: days?, start: start?, end: end? })
}
