//! The typed values that a schedule is made of.

use kyklos_core::{
    Date, Days, Exception, Holiday, HolidayMode, LocalMinute, ParseError, TimeOfDay, Values, Weekday, Window,
    YearlyDate,
};

use crate::log;

pub(crate) fn log_all() -> Option<()> {
    log!("Weekday":
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    );
    log!("Days": Days::NONE, Days::SUN, Days::ALL);
    log!("TimeOfDay": TimeOfDay::END_OF_DAY, TimeOfDay::constant(9, 5));
    log!("Date": Date::constant(2026, 3, 8));
    log!("YearlyDate": YearlyDate::constant(2, 29));
    let start = LocalMinute::new(Date::constant(2026, 12, 1), TimeOfDay::constant(9, 0))?;
    let end = LocalMinute::new(Date::constant(2026, 12, 1), TimeOfDay::constant(18, 0))?;
    log!("LocalMinute": start);
    if let Err(error) = "9:30".parse::<TimeOfDay>() {
        let error: ParseError = error;
        log!("ParseError": error);
    }
    log!("HolidayMode": HolidayMode::Ignore, HolidayMode::TreatAsClosed, HolidayMode::TreatAsOpen);

    let night = Window::constant(Days::FRI, TimeOfDay::constant(22, 0), TimeOfDay::constant(6, 0), 2);
    let windows = [night, night.until(Weekday::Monday)];
    windows.iter().for_each(|window| log!("Window": window));
    let exceptions = [Exception::new(start, end, 20).ok()?];
    exceptions.iter().for_each(|exception| log!("Exception": exception));
    let (first, last) = (Date::constant(2026, 12, 24), Date::constant(2026, 12, 26));
    let holidays = [
        Holiday::date(first).ok()?,
        Holiday::dates(first, last).ok()?,
        Holiday::yearly(YearlyDate::constant(12, 25)),
        Holiday::yearly_range(YearlyDate::constant(12, 24), YearlyDate::constant(1, 2)),
    ];
    holidays.iter().for_each(|holiday| log!("Holiday": holiday));
    let values = Values {
        default_value: 1,
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: HolidayMode::TreatAsOpen,
        holiday_value: Some(3),
        holidays: &holidays,
    };
    log!("Values": values, Values::default());
    Some(())
}
