//! Bytes as typed values: each is one exactly where the contract says so, is read again from what it is written as, and a
//! schedule of them is the one that their texts make.

use arbitrary::{Result, Unstructured};
use jiff::{SignedDuration, civil};
use kyklos_core::{
    Calendar, Date, Days, Exception, Field, Holiday, HolidayMode, LocalMinute, Problem, Reason, TimeOfDay, TimeZone,
    VALUE_MAX, Values, Weekday, Window, YearlyDate,
};

use crate::contract;
use crate::instants::whole;
use crate::oracle::{Dates, YEARS, day_of, runs};
use crate::values::{DAYS, HOLIDAYS, LOCAL, Small, TIMES, text};

const MODES: [&str; 4] = ["ignore", "treat-as-closed", "treat-as-open", "Ignore"];
const DATES: [&str; 6] = ["2026-02-28", "2026-02-29", "2028-02-29", "0000-01-01", "9999-12-31", "12-25"];

pub(crate) fn check(bytes: &mut Unstructured<'_>) -> Result<()> {
    numbers(bytes)?;
    texts(bytes)?;
    schedules(bytes)
}

/// Numbers that make a value, or none.
fn numbers(bytes: &mut Unstructured<'_>) -> Result<()> {
    let (hour, minute): (u8, u8) = (bytes.int_in_range(0..=26)?, bytes.int_in_range(0..=61)?);
    let minutes = u16::from(hour) * 60 + u16::from(minute);
    let time = TimeOfDay::new(hour, minute);
    assert_eq!(time.map(TimeOfDay::minutes), Some(minutes).filter(|&total| minute < 60 && total <= 1_440));
    let minutes: u16 = bytes.int_in_range(0..=1_500)?;
    let time = TimeOfDay::from_minutes(minutes);
    assert_eq!(time.map(TimeOfDay::minutes), Some(minutes).filter(|&minutes| minutes <= 1_440));

    let (year, month, day): (u16, u8, u8) =
        (bytes.arbitrary()?, bytes.int_in_range(0..=13)?, bytes.int_in_range(0..=32)?);
    for year in [year, year % 10_000] {
        let expected = civil_date(year, month, day).filter(|_| year <= 9_999);
        let date = Date::new(year, month, day);
        assert_eq!(date.map(civil_of), expected, "{year}-{month}-{day}");
        if let Some((date, expected)) = date.zip(expected) {
            assert_eq!(date.days_since_1970(), day_of(expected));
            assert_eq!(i8::try_from(date.weekday().number()), Ok(expected.weekday().to_monday_zero_offset()));
            let midnight = LocalMinute::new(date, TimeOfDay::MIDNIGHT);
            assert_eq!(midnight.map(|midnight| (midnight.date(), midnight.time())), Some((date, TimeOfDay::MIDNIGHT)));
            assert_eq!(LocalMinute::new(date, TimeOfDay::END_OF_DAY), None);
        }
    }
    let expected = civil_date(2_000, month, day).map(|date| (date.month(), date.day()));
    let found = YearlyDate::new(month, day).map(|date| (month_day(date.month()), month_day(date.day())));
    assert_eq!(found, expected, "{month}-{day}");

    let days: i32 = bytes.arbitrary()?;
    for days in [days, days % 3_000_000] {
        let since = SignedDuration::from_hours(24 * i64::from(days));
        let expected = civil::date(1970, 1, 1).checked_add(since).ok().filter(|date| date.year() >= 0);
        assert_eq!(Date::from_days_since_1970(days).map(civil_of), expected, "{days}");
    }
    let bits: u8 = bytes.int_in_range(0..=127)?;
    let days: Days = Weekday::ALL.into_iter().filter(|day| bits >> day.number() & 1 == 1).collect();
    assert_eq!(bits_of(days), bits);
    assert_eq!(days.is_empty(), bits == 0);
    if bits > 0 {
        assert_eq!(days.to_string().parse(), Ok(days));
    }
    Ok(())
}

/// Texts that are read where the contract takes them, and written as they were, or in their one way.
fn texts(bytes: &mut Unstructured<'_>) -> Result<()> {
    let day = text(bytes, &DAYS)?;
    assert_eq!(day.parse().ok().map(Weekday::number), contract::day(day), "{day:?}");
    let list = [day, text(bytes, &DAYS)?].join(",");
    let bits = list.split(',').map(contract::days).try_fold(0, |all, days| Some(all | days?));
    assert_eq!(list.parse().ok().map(bits_of), bits, "{list:?}");

    let time = text(bytes, &TIMES)?;
    let found = time.parse().ok().map(|time: TimeOfDay| time.to_string());
    assert_eq!(found.as_deref(), Some(time).filter(|time| contract::is_time(time)), "{time:?}");
    let date = text(bytes, &DATES)?;
    assert_eq!(date.parse().ok().map(civil_of), contract::date(date), "{date:?}");
    let found = date.parse().ok().map(|date: Date| date.to_string());
    assert_eq!(found.as_deref(), contract::date(date).map(|_| date));
    let found = date.parse().ok().map(|date: YearlyDate| date.to_string());
    assert_eq!(found.as_deref(), contract::yearly_date(date).map(|_| date), "{date:?}");
    let local = text(bytes, &LOCAL)?;
    let found = local.parse().ok().map(|local: LocalMinute| local.to_string());
    assert_eq!(found.as_deref(), contract::local_time(local).map(|_| local), "{local:?}");
    let holiday = text(bytes, &HOLIDAYS)?;
    let found = holiday.parse().ok().map(|holiday: Holiday| holiday.to_string());
    // What never counts isn't kept.
    let known = contract::holiday(holiday).map(|dates| runs(&[dates]));
    let found = found.map(|written| contract::holiday(&written).into_iter().collect());
    assert_eq!(found, known, "{holiday:?}");
    let mode = text(bytes, &MODES)?;
    let found = mode.parse().ok().map(|mode: HolidayMode| mode.to_string());
    assert_eq!(found.as_deref(), MODES.get(..3).and_then(|modes| modes.iter().copied().find(|&known| known == mode)));
    Ok(())
}

/// A schedule of typed values, by a list of them and one by one.
fn schedules(bytes: &mut Unstructured<'_>) -> Result<()> {
    let windows = some(bytes, 4, window)?;
    let exceptions = some(bytes, 3, exception)?;
    let holidays = some(bytes, 7, holiday)?;
    let values = Values {
        default_value: value(bytes)?,
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: *bytes.choose(&HolidayMode::ALL)?,
        holiday_value: if bytes.ratio(1, 4)? { Some(value(bytes)?) } else { None },
        holidays: &holidays,
    };
    let known: Vec<_> = holidays.iter().filter_map(|holiday| contract::holiday(&holiday.to_string())).collect();
    assert_eq!(known.len(), holidays.len(), "{holidays:?}");
    let ignored = values.holiday_mode == HolidayMode::Ignore;
    let wrong = [
        (values.default_value > VALUE_MAX, Field::DefaultValue),
        (windows.len() > 3, Field::Windows),
        (exceptions.len() > 2, Field::Exceptions),
        (values.holiday_value.is_some_and(|value| ignored || value > VALUE_MAX), Field::HolidayValue),
        (runs(&known).len() > 4, Field::Holidays),
    ];
    let wrong = wrong.into_iter().find(|(wrong, _)| *wrong).map(|(_, field)| field);
    let zone = *bytes.choose(&[TimeZone::UTC, TimeZone::named("America/New_York"), TimeZone::named("Asia/Gaza")])?;
    let mut schedule = Small::new(TimeZone::UTC);
    let set = schedule.set_values(zone, &values);
    assert_eq!(set.map_err(|Problem { field, .. }| field).err(), wrong, "{values:?}");
    if wrong.is_some() {
        assert!(schedule == Small::new(TimeZone::UTC), "what is refused changes nothing: {values:?}");
        return Ok(());
    }
    let mut pushed = Small::new(zone);
    assert_eq!(pushed.set_default_value(values.default_value), Ok(()));
    assert_eq!(pushed.set_holiday_mode(values.holiday_mode, values.holiday_value), Ok(()));
    assert!(windows.iter().all(|window| pushed.push_window(*window).is_ok()), "{values:?}");
    assert!(exceptions.iter().all(|exception| pushed.push_exception(*exception).is_ok()), "{values:?}");
    let mut calendar = Calendar::<4>::new();
    for (holiday, dates) in std::iter::zip(&holidays, &known) {
        // One by one they may need more room on the way than all of them do.
        let so_far = pushed.holidays().filter_map(|holiday| contract::holiday(&holiday.to_string()));
        let with: Vec<_> = so_far.chain([*dates]).collect();
        let expected = if runs(&with).len() > 4 { Err(*holiday) } else { Ok(()) };
        assert_eq!((pushed.push_holiday(*holiday), calendar.push(*holiday)), (expected, expected), "{values:?}");
    }
    assert!(pushed.holidays().eq(calendar.holidays()), "{values:?}");
    if pushed.holidays().eq(schedule.holidays()) {
        assert!(pushed == schedule, "one by one: {values:?}");
    }
    for second in [bytes.arbitrary()?, i64::from(bytes.arbitrary::<u32>()?), i64::MIN, i64::MAX] {
        whole(&schedule, second, &values);
    }
    assert!(windows.len() < 3 || pushed.push_window(Window::constant(Days::ALL, MORNING, NOON, 1)).is_err());
    Ok(())
}

const MORNING: TimeOfDay = TimeOfDay::constant(6, 0);
const NOON: TimeOfDay = TimeOfDay::constant(12, 0);

/// Up to so many of those that are right.
fn some<T>(
    bytes: &mut Unstructured<'_>,
    most: usize,
    make: impl Fn(&mut Unstructured<'_>) -> Result<Option<T>>,
) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for _ in 0..bytes.int_in_range(0..=most)? {
        all.extend(make(bytes)?);
    }
    Ok(all)
}

fn value(bytes: &mut Unstructured<'_>) -> Result<u32> {
    Ok(*bytes.choose(&[0, 1, 5, VALUE_MAX - 1, VALUE_MAX, VALUE_MAX + 1, u32::MAX])?)
}

fn window(bytes: &mut Unstructured<'_>) -> Result<Option<Window>> {
    let bits: u8 = bytes.int_in_range(0..=127)?;
    let days: Days = Weekday::ALL.into_iter().filter(|day| bits >> day.number() & 1 == 1).collect();
    let time = |bytes: &mut Unstructured<'_>| -> Result<TimeOfDay> {
        let minutes =
            if bytes.arbitrary()? { bytes.int_in_range(0..=1_440)? } else { *bytes.choose(&[0, 540, 1_440])? };
        Ok(TimeOfDay::from_minutes(minutes).unwrap_or(TimeOfDay::MIDNIGHT))
    };
    let (start, end, value) = (time(bytes)?, time(bytes)?, value(bytes)?);
    let whole_week = Weekday::from_number(bytes.int_in_range(0..=13)?);
    // The first of them, in the order of the words.
    let reason = if start == end && whole_week.is_none() {
        Some(Reason::SameStartAndEnd(start))
    } else if bits == 0 {
        Some(Reason::NoDays)
    } else if start == TimeOfDay::END_OF_DAY {
        Some(Reason::NotAStart("24:00"))
    } else {
        out_of_range(value)
    };
    let made = match whole_week {
        Some(day) => Window::ending_on(days, start, day, end, value),
        None => Window::new(days, start, end, value),
    };
    assert_eq!(made.err(), reason, "{days} {start}-{end} {value}");
    if let Ok(window) = made {
        let parts = (window.days(), window.start(), window.end(), window.end_day(), window.value());
        assert_eq!(parts, (days, start, end, whole_week, value));
    }
    Ok(made.ok())
}

fn exception(bytes: &mut Unstructured<'_>) -> Result<Option<Exception>> {
    let minute = |bytes: &mut Unstructured<'_>| -> Result<LocalMinute> {
        let days = match bytes.int_in_range(0..=4)? {
            0 => bytes.int_in_range(-719_528..=2_932_896)?,
            1 => YEARS.start + bytes.int_in_range(-3..=3)?,
            2 => YEARS.end + bytes.int_in_range(-3..=3)?,
            _ => 20_700 + bytes.int_in_range(0..=99)?,
        };
        let date = Date::from_days_since_1970(days).expect("a date of the years 0 to 9999");
        let time = TimeOfDay::from_minutes(bytes.int_in_range(0..=1_439)?).expect("a time");
        Ok(LocalMinute::new(date, time).expect("a minute"))
    };
    let (start, end, value) = (minute(bytes)?, minute(bytes)?, value(bytes)?);
    let written = |minute: LocalMinute| contract::local_time(&minute.to_string()).expect("it is written as it is read");
    let reason = if written(end) <= written(start) {
        Some(Reason::EndNotAfterStart { start, end })
    } else if contract::is_late(written(end)) {
        Some(Reason::TooLate(end))
    } else {
        out_of_range(value)
    };
    let made = Exception::new(start, end, value);
    assert_eq!(made.err(), reason, "{start} to {end}: {value}");
    if let Ok(exception) = made {
        assert_eq!((exception.start(), exception.end(), exception.value()), (start, end, value));
    }
    Ok(made.ok())
}

fn holiday(bytes: &mut Unstructured<'_>) -> Result<Option<Holiday>> {
    let from = *bytes.choose(&[20_800, 20_800, YEARS.start, YEARS.end, 0])?;
    let first = from + bytes.int_in_range(-9..=9)?;
    let last = first + *bytes.choose(&[0, 0, 1, 3, -1, 400, 40_000])?;
    let [first, last] = [first, last].map(|day| Date::from_days_since_1970(day).expect("a date"));
    if bytes.arbitrary()? {
        let [first, last] = [first, last].map(|date| YearlyDate::new(date.month(), date.day()).expect("a date"));
        let made = if first == last { Holiday::yearly(first) } else { Holiday::yearly_range(first, last) };
        assert_eq!(made.to_string().parse(), Ok(made));
        return Ok(Some(made));
    }
    let (from, to) = (first.days_since_1970(), last.days_since_1970());
    let reason = if to < from {
        Some(Reason::LastBeforeFirst { first, last })
    } else if to < YEARS.start || from >= YEARS.end {
        Some(Reason::NeverCounts)
    } else {
        None
    };
    let made = if first == last { Holiday::date(first) } else { Holiday::dates(first, last) };
    assert_eq!(made.err(), reason, "{first}..{last}");
    if let Ok(made) = made {
        assert_eq!(made.to_string().parse(), Ok(made));
        assert_eq!(contract::holiday(&made.to_string()).as_slice(), runs(&[Dates::Once(from, to)]));
    }
    Ok(made.ok())
}

fn out_of_range(value: u32) -> Option<Reason<'static>> {
    let (found, most) = (i64::from(value), i64::from(VALUE_MAX));
    (found > most).then_some(Reason::OutOfRange { found, most })
}

fn bits_of(days: Days) -> u8 {
    days.iter().fold(0, |all, day| all | 1 << day.number())
}

fn civil_date(year: u16, month: u8, day: u8) -> Option<civil::Date> {
    civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn civil_of(date: Date) -> civil::Date {
    civil_date(date.year(), date.month(), date.day()).expect("a date")
}

fn month_day(number: u8) -> i8 {
    number.cast_signed()
}
