//! A schedule as numbers, made in every way in that the core has: all of them come to the same schedule.

use jiff::civil;
use kyklos_core::{
    Calendar, Date, Days, Exception, ExceptionSpec, Holiday, HolidayMode, LocalMinute, Plan, Schedule, Spec, TimeOfDay,
    TimeZone, Values, Weekday, Window, WindowSpec, YearlyDate, Zone, Zones,
};
use serde_json::json;

use crate::oracle::{self, DAY, Dates, Numbers, date};

/// Room for all that [`instants`](crate::instants) comes up with.
pub(crate) type Roomy<Z = TimeZone> = Schedule<7, 4, 12, Z>;
pub(crate) type Shared = Calendar<12>;

const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The numbers as typed values.
struct Typed {
    windows: Vec<Window>,
    exceptions: Vec<Exception>,
    holidays: Vec<Holiday>,
}

impl Typed {
    fn of(numbers: &Numbers) -> Self {
        Self {
            windows: numbers.windows.iter().map(window).collect(),
            exceptions: numbers.exceptions.iter().map(exception).collect(),
            holidays: numbers.holidays.iter().copied().map(holiday).collect(),
        }
    }

    fn values(&self, numbers: &Numbers) -> Values<'_> {
        Values {
            default_value: numbers.default_value,
            windows: &self.windows,
            exceptions: &self.exceptions,
            holiday_mode: numbers.holiday_mode,
            holiday_value: numbers.holiday_value,
            holidays: &self.holidays,
        }
    }
}

/// The schedule, in every way in.
pub(crate) fn schedule<Z: Zone + Zones<Zone = Z>>(numbers: &Numbers, zone: &Z, push: Push<Z>) -> Roomy<Z> {
    let schedule = from_values(numbers, zone);
    assert!(pushed(numbers, zone, push) == schedule, "one by one: {numbers:?}");
    // What was there before leaves no trace, and what is refused changes nothing.
    let mut used = Roomy::new(zone.clone());
    let always = Window::constant(Days::ALL, TimeOfDay::MIDNIGHT, TimeOfDay::END_OF_DAY, 7);
    for _ in 0..7 {
        assert_eq!(used.push_window(always), Ok(()));
    }
    assert_eq!(used.push_holiday(holiday(Dates::Yearly((1, 1), (12, 31)))), Ok(()));
    let typed = Typed::of(numbers);
    assert_eq!(used.set_values(zone.clone(), &typed.values(numbers)), Ok(()), "{numbers:?}");
    assert!(used == schedule, "after another schedule: {numbers:?}");
    let json = json(numbers);
    spec(numbers, |spec| {
        let mut problems = Vec::new();
        let made = Roomy::from_spec(spec, zone, |problem| problems.push(problem.to_string()));
        assert!(made.as_ref() == Ok(&schedule), "from text: {problems:?} in {numbers:?}");
        assert!(used.set(&Spec { default_value: -1, ..*spec }, zone, |_| ()).is_err());
        assert!(used == schedule, "after text that was refused: {numbers:?}");
        assert_eq!(used.set(spec, zone, |_| ()), Ok(()));
        assert!(used == schedule, "set by text: {numbers:?}");
    });
    let mut problems = Vec::new();
    let made = Roomy::from_json(json.as_bytes(), zone, |problem| problems.push(problem.to_string()));
    assert!(made.as_ref() == Ok(&schedule), "{problems:?} in {json}");
    assert!(used.set_json(json.replace("timezone", "zone").as_bytes(), zone, |_| ()).is_err());
    assert!(used == schedule, "after JSON that was refused: {json}");
    assert_eq!(used.set_json(json.as_bytes(), zone, |_| ()), Ok(()));
    assert!(used == schedule, "set by JSON: {json}");
    let plan: Plan<7, 4, 12> = serde_json::from_str(&json).expect("a plan");
    used.clear();
    assert_eq!(used.set_plan(&plan, zone), Ok(()), "{json}");
    assert!(used == schedule, "set by a plan: {json}");
    schedule
}

fn from_values<Z: Zone>(numbers: &Numbers, zone: &Z) -> Roomy<Z> {
    let mut schedule = Roomy::new(zone.clone());
    let typed = Typed::of(numbers);
    assert_eq!(schedule.set_values(zone.clone(), &typed.values(numbers)), Ok(()), "{numbers:?}");
    schedule
}

/// [`Schedule::push_exception`], which each kind of zone has of its own.
pub(crate) type Push<Z> = fn(&mut Roomy<Z>, Exception) -> Result<(), Exception>;

/// The schedule of typed values one by one, the holidays backwards.
fn pushed<Z: Zone>(numbers: &Numbers, zone: &Z, push_exception: Push<Z>) -> Roomy<Z> {
    let typed = Typed::of(numbers);
    let mut schedule = Roomy::new(zone.clone());
    let (first, rest) = typed.holidays.split_at(typed.holidays.len() / 2);
    for holiday in rest.iter().rev() {
        assert_eq!(schedule.push_holiday(*holiday), Ok(()), "{numbers:?}");
    }
    for exception in &typed.exceptions {
        assert_eq!(push_exception(&mut schedule, *exception), Ok(()), "{numbers:?}");
    }
    assert_eq!(schedule.set_holiday_mode(numbers.holiday_mode, numbers.holiday_value), Ok(()));
    for window in &typed.windows {
        assert_eq!(schedule.push_window(*window), Ok(()), "{numbers:?}");
    }
    for holiday in first.iter().rev() {
        assert_eq!(schedule.push_holiday(*holiday), Ok(()), "{numbers:?}");
    }
    assert_eq!(schedule.set_default_value(numbers.default_value), Ok(()));
    schedule
}

/// The schedule with those of its holidays whose bits are set in a calendar.
pub(crate) fn shared<Z: Zone>(numbers: &Numbers, zone: &Z, bits: u16) -> (Roomy<Z>, Shared) {
    let mut calendar = Shared::new();
    let mut own = Numbers { holidays: Vec::new(), ..numbers.clone() };
    for (index, &dates) in numbers.holidays.iter().enumerate() {
        if bits >> index & 1 == 1 {
            assert_eq!(calendar.push(holiday(dates)), Ok(()), "{numbers:?}");
        } else {
            own.holidays.push(dates);
        }
    }
    (from_values(&own, zone), calendar)
}

pub(crate) fn window(window: &oracle::Window) -> Window {
    let days: Days = Weekday::ALL.into_iter().filter(|day| window.days >> day.number() & 1 == 1).collect();
    let [start, end] = [window.start, window.end].map(|minutes| TimeOfDay::from_minutes(minutes).expect("a time"));
    let Some(day) = window.end_day else {
        return Window::new(days, start, end, window.value).expect("a window");
    };
    let day = Weekday::from_number(day).expect("a day");
    let ending = Window::ending_on(days, start, day, end, window.value).expect("a window");
    if start != end {
        assert_eq!(Window::new(days, start, end, window.value).map(|window| window.until(day)), Ok(ending));
    }
    ending
}

pub(crate) fn exception(exception: &oracle::Exception) -> Exception {
    Exception::new(minute(exception.start), minute(exception.end), exception.value).expect("an exception")
}

/// The minute of local seconds since 1970-01-01T00:00.
pub(crate) fn minute(seconds: i64) -> LocalMinute {
    let date = i32::try_from(seconds.div_euclid(DAY)).ok().and_then(Date::from_days_since_1970);
    let time = u16::try_from(seconds.rem_euclid(DAY) / 60).ok().and_then(TimeOfDay::from_minutes);
    LocalMinute::new(date.expect("a date"), time.expect("a time")).expect("a minute")
}

pub(crate) fn holiday(dates: Dates) -> Holiday {
    match dates {
        Dates::Once(first, last) => {
            let [first, last] = [first, last].map(|day| Date::from_days_since_1970(day).expect("a date"));
            let holiday = Holiday::dates(first, last).expect("a holiday");
            assert!(first != last || Holiday::date(first) == Ok(holiday));
            holiday
        }
        Dates::Yearly(first, last) => {
            let [first, last] = [first, last].map(|(month, day)| {
                YearlyDate::new(month.unsigned_abs(), day.unsigned_abs()).expect("a date of some year")
            });
            let holiday = Holiday::yearly_range(first, last);
            assert!(first != last || Holiday::yearly(first) == holiday);
            holiday
        }
    }
}

/// The schedule as text.
fn spec(numbers: &Numbers, mut with: impl FnMut(&Spec<'_>)) {
    let days: Vec<_> = numbers.windows.iter().map(|window| day_names(window.days)).collect();
    let times: Vec<_> = numbers.windows.iter().map(|window| [window.start, window.end].map(time)).collect();
    let windows: Vec<_> = std::iter::zip(&numbers.windows, std::iter::zip(&days, &times))
        .map(|(window, (days, [start, end]))| WindowSpec {
            name: None,
            days: Some(days),
            start,
            end,
            end_day: window.end_day.and_then(|day| DAY_NAMES.get(usize::from(day)).copied()),
            value: i64::from(window.value),
        })
        .collect();
    let local: Vec<_> =
        numbers.exceptions.iter().map(|exception| [exception.start, exception.end].map(local_time)).collect();
    let exceptions: Vec<_> = std::iter::zip(&numbers.exceptions, &local)
        .map(|(exception, [start, end])| ExceptionSpec { name: None, start, end, value: i64::from(exception.value) })
        .collect();
    let holidays: Vec<_> = numbers.holidays.iter().copied().map(dates).collect();
    let holidays: Vec<_> = holidays.iter().map(String::as_str).collect();
    with(&Spec {
        timezone: &numbers.zone,
        default_value: i64::from(numbers.default_value),
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: numbers.holiday_mode,
        holiday_value: numbers.holiday_value.map(i64::from),
        holidays: &holidays,
    });
}

/// The schedule as JSON, written by serde_json.
fn json(numbers: &Numbers) -> String {
    let windows: Vec<_> = numbers
        .windows
        .iter()
        .map(|window| {
            json!({
                "days": day_names(window.days),
                "start": time(window.start),
                "end": time(window.end),
                "endDay": window.end_day.and_then(|day| DAY_NAMES.get(usize::from(day))),
                "replicas": window.value,
            })
        })
        .collect();
    let exceptions: Vec<_> = numbers
        .exceptions
        .iter()
        .map(|exception| {
            let (start, end) = (local_time(exception.start), local_time(exception.end));
            json!({ "start": start, "end": end, "replicas": exception.value })
        })
        .collect();
    let holidays: Vec<_> = numbers.holidays.iter().copied().map(dates).collect();
    json!({
        "timezone": numbers.zone,
        "defaultReplicas": numbers.default_value,
        "windows": windows,
        "exceptions": exceptions,
        "holidayMode": match numbers.holiday_mode {
            HolidayMode::Ignore => "ignore",
            HolidayMode::TreatAsClosed => "treat-as-closed",
            HolidayMode::TreatAsOpen => "treat-as-open",
        },
        "holidayReplicas": numbers.holiday_value,
        "holidays": holidays,
    })
    .to_string()
}

fn day_names(days: u8) -> Vec<&'static str> {
    (0..).zip(DAY_NAMES).filter(|(day, _)| days >> day & 1 == 1).map(|(_, name)| name).collect()
}

fn time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn local_time(seconds: i64) -> String {
    let minutes = seconds.rem_euclid(DAY) / 60;
    format!("{}T{:02}:{:02}", date(seconds.div_euclid(DAY)), minutes / 60, minutes % 60)
}

fn dates(dates: Dates) -> String {
    let of_year = |(month, day): (i8, i8)| format!("{month:02}-{day:02}");
    let of_day = |day: i32| -> civil::Date { date(day.into()) };
    match dates {
        Dates::Once(first, last) if first == last => of_day(first).to_string(),
        Dates::Once(first, last) => format!("{}..{}", of_day(first), of_day(last)),
        Dates::Yearly(first, last) if first == last => of_year(first),
        Dates::Yearly(first, last) => format!("{}..{}", of_year(first), of_year(last)),
    }
}
