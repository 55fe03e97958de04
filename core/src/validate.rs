//! The one validation: from a [`Spec`] to parts that can't be wrong, with every problem on the way.
//!
//! It goes over a source twice. The first time it only looks, and a schedule that is in use stays as it is as long as
//! anything is wrong. The second time nothing is, and the schedule's own lists are filled: no copy of them is needed.

use heapless::VecView;

use crate::civil::MINUTES_PER_DAY;
use crate::days::parse_day;
use crate::local::LocalMinute;
use crate::paint::{End, Painter, Weekly};
#[cfg(feature = "json")]
use crate::schedule::known_day;
use crate::schedule::{GRACE_PERIOD_MAX, Invalid, NAME_MAX, REPLICAS_MAX};
use crate::special::Exception;
#[cfg(feature = "json")]
use crate::special::add_holiday;
use crate::table::Layer;
use crate::zone::Era;
use crate::{
    Days, ExceptionField, ExceptionSpec, Field, HolidayMode, Problem, Reason, Spec, TargetRef, TimeOfDay, WindowField,
    Zone,
};

/// How many of each there may be.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) windows: usize,
    pub(crate) exceptions: usize,
    #[cfg(feature = "json")]
    pub(crate) holidays: usize,
}

/// The lists of a schedule, empty, to be filled.
pub(crate) struct Lists<'l> {
    pub(crate) week: Painter<'l>,
    /// The replicas of each window.
    pub(crate) replicas: &'l mut VecView<u32>,
    pub(crate) exceptions: &'l mut VecView<Exception>,
    #[cfg(feature = "json")]
    pub(crate) holidays: &'l mut VecView<u16>,
}

#[cfg(feature = "json")]
impl Lists<'_> {
    /// Adds a holiday, the days from 1970-01-01 to it, unless it is outside the years of the tables.
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

/// The parts of a window; those are `None` that aren't right, which has been reported.
pub(crate) struct WindowParts {
    pub(crate) days: Option<Days>,
    pub(crate) start: Option<TimeOfDay>,
    pub(crate) end: Option<TimeOfDay>,
    /// Where there is one.
    pub(crate) end_day: Option<Option<u8>>,
    pub(crate) replicas: i64,
}

/// The one zone of a program, if it is the one asked for.
pub(crate) fn only(zone: Zone, asked: &str) -> Result<Zone, Reason<'_>> {
    if asked == zone.name() { Ok(zone) } else { Err(Reason::OtherZone { asked, built: zone }) }
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
    let mut problems = Problems::new(report);
    if let Some(target) = &spec.target {
        problems.target(target);
    }
    let zone = problems.zone(zone);
    let default_replicas = problems.replicas(Field::DefaultReplicas, spec.default_replicas);
    problems.room(Field::Windows, spec.windows.len(), room.windows);
    for (index, window) in spec.windows.iter().enumerate() {
        problems.name(Field::Window(index, WindowField::Name), window.name.map_or(0, characters));
        let parts = WindowParts {
            days: problems.days(index, window.days),
            start: problems.start(index, window.start),
            end: problems.end(index, window.end),
            end_day: window.end_day.map(|day| problems.end_day(index, day)),
            replicas: window.replicas,
        };
        problems.window(index, parts, lists);
    }
    problems.room(Field::Exceptions, spec.exceptions.len(), room.exceptions);
    for (index, exception) in spec.exceptions.iter().enumerate() {
        problems.name(Field::Exception(index, ExceptionField::Name), exception.name.map_or(0, characters));
        problems.exception(index, exception, zone, lists);
    }
    problems.not_empty(Field::HolidayConfigMap, spec.holiday_config_map == Some(""));
    let grace_period_seconds = problems.grace_period(spec.grace_period_seconds);
    if problems.count > 0 {
        return Err(Invalid { problems: problems.count });
    }
    Ok(Checked { zone, default_replicas, holiday_mode: spec.holiday_mode, grace_period_seconds })
}

/// The number of characters.
pub(crate) fn characters(text: &str) -> usize {
    // Every byte but the later ones of a character.
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

/// The reporter and how often it was called. Its methods are the validation, a part of the resource each, so that a
/// source that has no [`Spec`] as a whole goes through the same.
pub(crate) struct Problems<'r, 'a> {
    report: &'r mut dyn FnMut(Problem<'a>),
    count: usize,
}

impl<'r, 'a> Problems<'r, 'a> {
    pub(crate) fn new(report: &'r mut dyn FnMut(Problem<'a>)) -> Self {
        Self { report, count: 0 }
    }

    fn say(&mut self, field: Field, reason: Reason<'a>) {
        self.count += 1;
        (self.report)(Problem { field, reason });
    }

    fn target(&mut self, target: &TargetRef<'a>) {
        for (field, text) in [
            (Field::TargetApiVersion, target.api_version),
            (Field::TargetKind, target.kind),
            (Field::TargetName, target.name),
        ] {
            self.not_empty(field, text.is_empty());
        }
        if let Some(asked) = target.namespace
            && asked != target.own_namespace
        {
            self.say(Field::TargetNamespace, Reason::ForeignNamespace { asked, own: target.own_namespace });
        }
    }

    pub(crate) fn not_empty(&mut self, field: Field, empty: bool) {
        if empty {
            self.say(field, Reason::Empty);
        }
    }

    /// UTC stands in for a zone that isn't known.
    pub(crate) fn zone(&mut self, found: Result<Zone, Reason<'a>>) -> Zone {
        found.unwrap_or_else(|reason| {
            self.say(Field::Timezone, reason);
            Zone::UTC
        })
    }

    /// A name of so many characters.
    pub(crate) fn name(&mut self, field: Field, found: usize) {
        if found > NAME_MAX {
            self.say(field, Reason::NameTooLong { found });
        }
    }

    pub(crate) fn room(&mut self, field: Field, found: usize, most: usize) {
        if found > most {
            self.say(field, Reason::TooMany { found, most });
        }
    }

    pub(crate) fn replicas(&mut self, field: Field, found: i64) -> u32 {
        self.number(field, found, REPLICAS_MAX)
    }

    fn number(&mut self, field: Field, found: i64, most: i64) -> u32 {
        if !(0..=most).contains(&found) {
            self.say(field, Reason::OutOfRange { found, most });
        }
        u32::try_from(found).unwrap_or(0)
    }

    pub(crate) fn grace_period(&mut self, found: i64) -> u16 {
        let seconds = self.number(Field::GracePeriodSeconds, found, GRACE_PERIOD_MAX);
        u16::try_from(seconds).unwrap_or(0)
    }

    pub(crate) fn start(&mut self, window: usize, text: &'a str) -> Option<TimeOfDay> {
        let start = TimeOfDay::parse(text).filter(|&start| start < TimeOfDay::END_OF_DAY);
        if start.is_none() {
            self.say(Field::Window(window, WindowField::Start), Reason::NotAStart(text));
        }
        start
    }

    pub(crate) fn end(&mut self, window: usize, text: &'a str) -> Option<TimeOfDay> {
        let end = TimeOfDay::parse(text);
        if end.is_none() {
            self.say(Field::Window(window, WindowField::End), Reason::NotAnEnd(text));
        }
        end
    }

    /// 0 for Monday to 6.
    pub(crate) fn end_day(&mut self, window: usize, text: &'a str) -> Option<u8> {
        let day = parse_day(text.as_bytes());
        if day.is_none() {
            self.say(Field::Window(window, WindowField::EndDay), Reason::NotASingleDay(text));
        }
        day
    }

    /// Adds a window whose parts have been checked by themselves.
    pub(crate) fn window(&mut self, index: usize, parts: WindowParts, lists: &mut Option<Lists<'_>>) {
        let weekly = self.weekly(index, &parts);
        let replicas = self.replicas(Field::Window(index, WindowField::Replicas), parts.replicas);
        if let (Some(weekly), Some(lists)) = (weekly, lists) {
            // There is room: too many have been reported.
            lists.week.window(index as Layer, weekly);
            let _ = lists.replicas.push(replicas);
        }
    }

    /// Rule 1 of the semantics: on which days a window starts and how long it is on the wall clock.
    fn weekly(&mut self, index: usize, parts: &WindowParts) -> Option<Weekly> {
        let &WindowParts { days, start, end, end_day, .. } = parts;
        if let (Some(start), Some(end), None) = (start, end, end_day)
            && start == end
        {
            self.say(Field::Window(index, WindowField::End), Reason::SameStartAndEnd(start));
            return None;
        }
        let (days, start, end) = (days?, start?, end?);
        let end = match end_day {
            None if end > start => End::After(end.minutes() - start.minutes()),
            None => End::After(MINUTES_PER_DAY + end.minutes() - start.minutes()),
            Some(end_day) => End::on(end_day?, end),
        };
        Some(Weekly { days, start, end })
    }

    fn days(&mut self, window: usize, days: Option<&'a [&'a str]>) -> Option<Days> {
        let Some(list) = days else { return Some(Days::ALL) };
        let mut all = self.some_days(window, list.len());
        for (index, &text) in list.iter().enumerate() {
            let days = self.day(window, index, text);
            all = all.zip(days).map(|(all, days)| all.union(days));
        }
        all
    }

    /// The beginning of a list of so many entries: no day yet.
    pub(crate) fn some_days(&mut self, window: usize, entries: usize) -> Option<Days> {
        if entries == 0 {
            self.say(Field::Window(window, WindowField::Days), Reason::NoDays);
            return None;
        }
        Some(Days::NONE)
    }

    /// One entry of such a list.
    pub(crate) fn day(&mut self, window: usize, index: usize, text: &'a str) -> Option<Days> {
        let days = Days::parse(text);
        if days.is_none() {
            self.say(Field::Window(window, WindowField::Day(index)), Reason::NotADay(text));
        }
        days
    }

    /// Adds an exception.
    pub(crate) fn exception(
        &mut self,
        index: usize,
        exception: &ExceptionSpec<'a>,
        zone: Zone,
        lists: &mut Option<Lists<'_>>,
    ) {
        let span = self.span(index, exception);
        let replicas = self.replicas(Field::Exception(index, ExceptionField::Replicas), exception.replicas);
        if let (Some((first, last)), Some(lists)) = (span, lists) {
            // Rule 5: both ends by rule 3.
            let start = zone.rules.first_at_or_after(first, Era::Within);
            let end = zone.rules.never_again_before(last);
            let _ = lists.exceptions.push(Exception { start, end, replicas });
        }
    }

    /// The local seconds of both ends of an exception.
    fn span(&mut self, index: usize, exception: &ExceptionSpec<'a>) -> Option<(u32, u32)> {
        let at = |field| Field::Exception(index, field);
        let start = LocalMinute::parse(exception.start);
        if start.is_none() {
            self.say(at(ExceptionField::Start), Reason::NotALocalTime(exception.start));
        }
        let end = LocalMinute::parse(exception.end);
        if end.is_none() {
            self.say(at(ExceptionField::End), Reason::NotALocalTime(exception.end));
        }
        let (start, end) = (start?, end?);
        if end <= start {
            let reason = Reason::EndNotAfterStart { start: exception.start, end: exception.end };
            self.say(at(ExceptionField::End), reason);
            return None;
        }
        let Some(last) = end.local_seconds() else {
            self.say(at(ExceptionField::End), Reason::TooLate(exception.end));
            return None;
        };
        Some((start.local_seconds()?, last))
    }
}
