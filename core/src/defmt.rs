//! `defmt::Format` where a derived one would print what only the core understands, or would bring the formatting of `core` along.

use defmt::{Format, Formatter, write};

use crate::zone::Zone;
use crate::{
    Calendar, Cursor, Date, Days, Evaluation, LocalInstant, LocalMinute, Schedule, Spans, TimeOfDay, TimeZone,
    Transitions, Weekday, WithCalendar, YearlyDate, ZoneName,
};

impl Format for TimeZone {
    fn format(&self, f: Formatter<'_>) {
        self.name().format(f);
    }
}

impl Format for ZoneName {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str}", self.as_str());
    }
}

impl Format for Evaluation {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Evaluation {{ state: {}, until: {} }}", self.state(), self.until());
    }
}

/// How they go on is for themselves.
impl<E: Format> Format for Transitions<E> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Transitions {{ schedule: {}, next: {} }}", self.schedule, self.next);
    }
}

impl<E: Format> Format for Spans<E> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Spans {{ schedule: {}, left: {} }}", self.schedule, self.left);
    }
}

impl<Z: Zone + Format> Format for LocalInstant<'_, Z> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "LocalInstant {{ zone: {}, unix_seconds: {} }}", self.zone(), self.unix_seconds());
    }
}

/// What its own methods say; the week table isn't for reading.
impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone + Format> Format
    for Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Schedule {{ zone: {}, default_value: {}, holiday_mode: {}, holiday_value: {} }}",
            self.zone(),
            self.default_value(),
            self.holiday_mode(),
            self.holiday_value()
        );
    }
}

impl<const HOLIDAYS: usize> Format for Calendar<HOLIDAYS> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Calendar {{ holidays: {=usize} }}", self.holidays().count());
    }
}

impl<const W: usize, const E: usize, const H: usize, const S: usize, Z: Zone + Format> Format
    for WithCalendar<'_, W, E, H, S, Z>
{
    fn format(&self, f: Formatter<'_>) {
        write!(f, "WithCalendar {{ schedule: {}, calendar: {} }}", self.schedule, self.calendar);
    }
}

/// What it remembers changes with every question, and isn't for reading.
impl<S: Format> Format for Cursor<S> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Cursor {{ schedule: {} }}", self.get());
    }
}

/// Their short names in the order of the week. In the text, and not beside it: within a structure such would be quoted.
impl Format for Days {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Days(");
        for (index, day) in self.iter().enumerate() {
            if index > 0 {
                write!(f, " ");
            }
            match day {
                Weekday::Monday => write!(f, "Mon"),
                Weekday::Tuesday => write!(f, "Tue"),
                Weekday::Wednesday => write!(f, "Wed"),
                Weekday::Thursday => write!(f, "Thu"),
                Weekday::Friday => write!(f, "Fri"),
                Weekday::Saturday => write!(f, "Sat"),
                Weekday::Sunday => write!(f, "Sun"),
            }
        }
        write!(f, ")");
    }
}

impl Format for TimeOfDay {
    fn format(&self, f: Formatter<'_>) {
        let minutes = self.minutes();
        write!(f, "{=u16:02}:{=u16:02}", minutes / 60, minutes % 60);
    }
}

impl Format for Date {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u16:04}-{=u8:02}-{=u8:02}", self.year(), self.month(), self.day());
    }
}

impl Format for YearlyDate {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u8:02}-{=u8:02}", self.month(), self.day());
    }
}

impl Format for LocalMinute {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{}T{}", self.date(), self.time());
    }
}

/// Doesn't compile when a public type has no `Format`.
#[expect(dead_code, reason = "it is for the compiler alone")]
fn all_of_them() {
    fn formats<T: Format>() {}
    #[cfg(feature = "tzdb")]
    formats::<crate::AllZones>();
    formats::<Calendar<1>>();
    formats::<crate::Cause>();
    formats::<Cursor<Schedule<1, 1, 1>>>();
    formats::<Date>();
    formats::<Days>();
    formats::<crate::Epoch>();
    formats::<Evaluation>();
    formats::<crate::Exception>();
    formats::<crate::ExceptionField>();
    formats::<crate::ExceptionSpec<'_>>();
    formats::<crate::Field>();
    formats::<crate::Guard>();
    formats::<crate::Holiday>();
    formats::<crate::HolidayMode>();
    formats::<crate::Invalid>();
    formats::<LocalMinute>();
    formats::<crate::ParseError>();
    formats::<crate::Problem<'_>>();
    formats::<crate::Reading>();
    formats::<crate::Reason<'_>>();
    formats::<Schedule<1, 1, 1>>();
    formats::<crate::Spans<&Schedule<1, 1, 1>>>();
    formats::<crate::Spec<'_>>();
    formats::<crate::State>();
    formats::<TimeOfDay>();
    formats::<TimeZone>();
    formats::<crate::Transitions<&Schedule<1, 1, 1>>>();
    formats::<crate::Values<'_>>();
    formats::<Weekday>();
    formats::<crate::Window>();
    formats::<crate::WindowField>();
    formats::<crate::WindowSpec<'_>>();
    formats::<WithCalendar<'_, 1, 1, 1, 1>>();
    formats::<YearlyDate>();
    formats::<ZoneName>();
    formats::<crate::ZoneRules<1>>();
    formats::<crate::OffsetOf>();
    formats::<crate::YearlyRule>();
    formats::<crate::ZoneFault>();
    #[cfg(feature = "serde")]
    {
        formats::<crate::Line<'_>>();
        formats::<crate::Plan<1, 1, 1>>();
    }
    #[cfg(feature = "json")]
    {
        formats::<crate::json::JsonPath<'_>>();
        formats::<crate::json::JsonProblem<'_>>();
        formats::<crate::json::JsonReason<'_>>();
        formats::<crate::json::JsonType>();
        formats::<crate::json::Syntax>();
    }
}
