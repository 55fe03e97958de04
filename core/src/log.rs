//! `defmt::Format` where a derived one would print what only the core understands.

use chrono::Weekday;
use defmt::{Format, Formatter, write};

use crate::{Decision, Schedule, Zone, ZoneName};

impl Format for Zone {
    fn format(&self, f: Formatter<'_>) {
        self.name().format(f);
    }
}

impl Format for ZoneName {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str}", self);
    }
}

impl Format for Decision {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Decision {{ state: {}, until: {} }}", self.state, self.until.map(|until| until.timestamp()));
    }
}

/// What its own methods say; the week table isn't for reading.
impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Format
    for Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Schedule {{ zone: {}, default_replicas: {}, holiday_mode: {}, grace_period_seconds: {} }}",
            self.zone(),
            self.default_replicas(),
            self.holiday_mode(),
            self.grace_period_seconds()
        );
    }
}

/// Their short names in the order of the week.
impl Format for crate::Days {
    fn format(&self, f: Formatter<'_>) {
        const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        write!(f, "Days(");
        let mut between = "";
        for (day, name) in (0..).zip(NAMES) {
            if Weekday::try_from(day).is_ok_and(|day| self.contains(day)) {
                write!(f, "{=str}{=str}", between, name);
                between = " ";
            }
        }
        write!(f, ")");
    }
}

impl Format for crate::TimeOfDay {
    fn format(&self, f: Formatter<'_>) {
        let minutes = self.minutes();
        write!(f, "{=u16:02}:{=u16:02}", minutes / 60, minutes % 60);
    }
}

/// Doesn't compile when a public type has no `Format`.
#[expect(dead_code, reason = "it is for the compiler alone")]
fn all_of_them() {
    fn formats<T: Format>() {}
    formats::<crate::Cause>();
    formats::<crate::Cursor<'_, 1, 1, 1>>();
    formats::<crate::Days>();
    formats::<Decision>();
    formats::<crate::Evaluation>();
    formats::<crate::ExceptionField>();
    formats::<crate::ExceptionSpec<'_>>();
    formats::<crate::Field>();
    formats::<crate::HolidayMode>();
    formats::<crate::Invalid>();
    formats::<crate::Problem<'_>>();
    formats::<crate::Reason<'_>>();
    formats::<Schedule<1, 1, 1>>();
    formats::<crate::Spec<'_>>();
    formats::<crate::State>();
    formats::<crate::TargetRef<'_>>();
    formats::<crate::TimeOfDay>();
    formats::<crate::TooManyHolidays>();
    formats::<crate::WindowField>();
    formats::<crate::WindowSpec<'_>>();
    formats::<Zone>();
    formats::<ZoneName>();
    #[cfg(feature = "json")]
    {
        formats::<crate::JsonPath<'_>>();
        formats::<crate::JsonProblem<'_>>();
        formats::<crate::JsonReason<'_>>();
        formats::<crate::JsonType>();
        formats::<crate::Syntax>();
    }
}
