//! From the texts of a resource that was checked to the core's typed values.

use kyklos_core::{Days, Exception, Holiday, HolidayMode, TimeOfDay, Values, Weekday, Window};

use crate::api::{ExceptionSpec, Replicas, Value, WindowSpec};
use crate::cli::subject::Subject;

/// All that a device gets.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) timezone: String,
    pub(super) default_value: u32,
    pub(super) windows: Vec<Window>,
    pub(super) exceptions: Vec<Exception>,
    pub(super) holiday_mode: HolidayMode,
    pub(super) holiday_value: Option<u32>,
    pub(super) holidays: Vec<Holiday>,
}

impl Typed {
    /// `None` where it wasn't checked.
    pub(super) fn of(subject: &Subject) -> Option<Self> {
        let spec = &subject.object.spec;
        Some(Self {
            timezone: spec.timezone.clone(),
            default_value: spec.default_value().and_then(Value::count)?,
            windows: spec.windows.iter().map(window).collect::<Option<_>>()?,
            exceptions: spec.exceptions.iter().map(exception).collect::<Option<_>>()?,
            holiday_mode: spec.holiday_mode.into(),
            holiday_value: spec.holiday_replicas.as_ref().and_then(Replicas::value).and_then(Value::count),
            holidays: subject.holidays.iter().flat_map(|calendar| calendar.holidays()).collect(),
        })
    }

    pub(super) fn values(&self) -> Values<'_> {
        Values {
            default_value: self.default_value,
            windows: &self.windows,
            exceptions: &self.exceptions,
            holiday_mode: self.holiday_mode,
            holiday_value: self.holiday_value,
            holidays: &self.holidays,
        }
    }
}

fn window(window: &WindowSpec) -> Option<Window> {
    let days = match &window.days {
        None => Days::ALL,
        Some(days) => days.iter().try_fold(Days::NONE, |all, days| Some(all | days.parse::<Days>().ok()?))?,
    };
    let (start, end): (TimeOfDay, TimeOfDay) = (window.start.parse().ok()?, window.end.parse().ok()?);
    let value = window.value().and_then(Value::count)?;
    match &window.end_day {
        None => Window::new(days, start, end, value).ok(),
        Some(day) => Window::ending_on(days, start, day.parse::<Weekday>().ok()?, end, value).ok(),
    }
}

fn exception(exception: &ExceptionSpec) -> Option<Exception> {
    let (start, end) = (exception.start.parse().ok()?, exception.end.parse().ok()?);
    Exception::new(start, end, exception.value().and_then(Value::count)?).ok()
}
