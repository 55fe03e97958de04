//! Bytes as a valid schedule and some instants: the core and the oracle agree on the state and the next boundary from
//! 2020 to 2099, and everywhere else the core's answers hold together.

use arbitrary::{Result, Unstructured};
use jiff::{ToSpan, civil};
use kyklos_core::{Cursor, Evaluation, ExceptionSpec, HolidayMode, Schedule, Spec, WindowSpec, Zone, ZoneName};

use crate::oracle::{Around, Clocks, DAY, Exception, Numbers, Window};

type Roomy = Schedule<6, 4, 12>;

/// 2020-01-20, as a window of a week may have begun in the year before, to 2099-12-01, as a boundary may be weeks away.
const KNOWN: std::ops::Range<i64> = 1_579_478_400..4_099_766_400;
const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Checks any bytes.
pub fn instants(bytes: &[u8]) {
    // Too few bytes are no case.
    let _ = check(&mut Unstructured::new(bytes));
}

fn check(bytes: &mut Unstructured<'_>) -> Result<()> {
    let names: Vec<_> = Zone::names().collect();
    let zone = *bytes.choose(&names)?;
    let clocks = Clocks::of(&zone);
    assert!(clocks.is_some(), "jiff doesn't know {zone}");
    let Some(clocks) = clocks else { return Ok(()) };
    let anchor = anchor(bytes, &clocks)?;
    let numbers = numbers(bytes, zone, anchor + clocks.offset(anchor))?;
    let schedule = compile(&numbers);
    let mut cursor = Cursor::new(&schedule);
    for _ in 0..bytes.int_in_range(1..=4)? {
        let second = anchor + distance(bytes)?;
        let found = schedule.evaluate(second);
        assert_eq!(cursor.evaluate(second), found, "the cursor at {second} of {numbers:?}");
        whole(&schedule, second);
        if KNOWN.contains(&second) {
            compare(&numbers, &clocks, second, found, &schedule);
        }
    }
    let any: i64 = bytes.arbitrary()?;
    whole(&schedule, any);
    assert_eq!(cursor.evaluate(any), schedule.evaluate(any), "the cursor at {any} of {numbers:?}");
    Ok(())
}

/// An instant, close to a clock change half of the time.
fn anchor(bytes: &mut Unstructured<'_>, clocks: &Clocks) -> Result<i64> {
    let any = bytes.int_in_range(KNOWN.start..=KNOWN.end)?;
    let change = clocks.change_after(any).filter(|change| KNOWN.contains(change));
    Ok(if bytes.arbitrary()? { change.unwrap_or(any) } else { any })
}

/// Seconds: few more often than many.
fn distance(bytes: &mut Unstructured<'_>) -> Result<i64> {
    Ok(match bytes.int_in_range(0..=3)? {
        0 => bytes.int_in_range(-2..=2)?,
        1 => bytes.int_in_range(-8..=8)? * 900,
        2 => bytes.int_in_range(-2 * DAY..=2 * DAY)?,
        _ => bytes.int_in_range(-8 * DAY..=8 * DAY)?,
    })
}

fn numbers(bytes: &mut Unstructured<'_>, zone: ZoneName, local: i64) -> Result<Numbers> {
    let today = i32::try_from(local.div_euclid(DAY)).unwrap_or_default();
    let mut numbers = Numbers {
        zone,
        default_replicas: bytes.int_in_range(0..=3)?,
        windows: Vec::new(),
        exceptions: Vec::new(),
        holiday_mode: *bytes.choose(&HolidayMode::ALL)?,
        holidays: Vec::new(),
    };
    for _ in 0..bytes.int_in_range(0..=6)? {
        numbers.windows.push(window(bytes, local)?);
    }
    for _ in 0..bytes.int_in_range(0..=3)? {
        let start = (local + distance(bytes)?).div_euclid(60) * 60;
        let length = 60 * (1 + bytes.int_in_range(0..=4_000)?);
        numbers.exceptions.push(Exception { start, end: start + length, replicas: bytes.int_in_range(0..=5)? });
    }
    for _ in 0..bytes.int_in_range(0..=5)? {
        numbers.holidays.push(today + bytes.int_in_range(-3..=9)?);
    }
    Ok(numbers)
}

fn window(bytes: &mut Unstructured<'_>, local: i64) -> Result<Window> {
    let time = |bytes: &mut Unstructured<'_>| -> Result<u16> {
        let near = (local + distance(bytes)?).rem_euclid(DAY) / 60;
        Ok(u16::try_from(near).unwrap_or_default())
    };
    let start = time(bytes)?;
    let end = if bytes.ratio(1, 8)? { 1_440 } else { time(bytes)? };
    let end_day = if bytes.ratio(1, 3)? { Some(bytes.int_in_range(0..=6)?) } else { None };
    let end = if end == start && end_day.is_none() { (start + 45) % 1_440 } else { end };
    Ok(Window { days: bytes.int_in_range(1..=127)?, start, end, end_day, replicas: bytes.int_in_range(0..=5)? })
}

/// The core's schedule of the same meaning.
fn compile(numbers: &Numbers) -> Roomy {
    let days: Vec<Vec<&str>> = numbers
        .windows
        .iter()
        .map(|window| {
            (0..).zip(DAY_NAMES).filter(|(day, _)| window.days >> day & 1 == 1).map(|(_, name)| name).collect()
        })
        .collect();
    let times: Vec<_> = numbers.windows.iter().map(|window| [window.start, window.end].map(time)).collect();
    let windows: Vec<_> = std::iter::zip(&numbers.windows, std::iter::zip(&days, &times))
        .map(|(window, (days, [start, end]))| WindowSpec {
            name: None,
            days: Some(days),
            start,
            end,
            end_day: window.end_day.and_then(|day| DAY_NAMES.get(usize::from(day)).copied()),
            replicas: i64::from(window.replicas),
        })
        .collect();
    let local: Vec<_> =
        numbers.exceptions.iter().map(|exception| [exception.start, exception.end].map(local_time)).collect();
    let exceptions: Vec<_> = std::iter::zip(&numbers.exceptions, &local)
        .map(|(exception, [start, end])| ExceptionSpec {
            name: None,
            start,
            end,
            replicas: i64::from(exception.replicas),
        })
        .collect();
    let spec = Spec {
        timezone: &numbers.zone,
        default_replicas: i64::from(numbers.default_replicas),
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: numbers.holiday_mode,
        ..Spec::default()
    };
    let mut problems = Vec::new();
    let schedule = Roomy::new(&spec, |problem| problems.push(problem.to_string()));
    assert!(schedule.is_ok(), "{problems:?} in {numbers:?}");
    let Ok(mut schedule) = schedule else { unreachable!() };
    assert_eq!(schedule.set_holiday_days(numbers.holidays.iter().copied()), Ok(()));
    schedule
}

fn time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn local_time(seconds: i64) -> String {
    let date = civil::date(1970, 1, 1).saturating_add(seconds.div_euclid(DAY).days());
    let minutes = seconds.rem_euclid(DAY) / 60;
    format!("{date}T{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What holds at every instant there is: the boundary is later, the state holds up to it and not longer.
pub(crate) fn whole<const W: usize, const E: usize, const H: usize>(schedule: &Schedule<W, E, H>, second: i64) {
    let Evaluation { state, until } = schedule.evaluate(second);
    let Some(until) = until else {
        for later in [second.saturating_add(DAY), second.saturating_add(400 * DAY), i64::MAX] {
            assert_eq!(
                schedule.evaluate(later).state,
                state,
                "at {second} it never changes, but at {later} {schedule:?}"
            );
        }
        return;
    };
    assert!(until > second, "the boundary {until} is not after {second}: {schedule:?}");
    let before = schedule.evaluate(until - 1);
    assert_eq!(before, Evaluation { state, until: Some(until) }, "just before {until}, and at {second}: {schedule:?}");
    assert_ne!(schedule.evaluate(until).state, state, "at the boundary {until} after {second}: {schedule:?}");
}

fn compare(numbers: &Numbers, clocks: &Clocks, second: i64, found: Evaluation, schedule: &Roomy) {
    let around = Around::new(numbers, clocks, second);
    assert_eq!(found.state, around.state(second), "the state at {second} of {numbers:?}");
    match around.next(second) {
        Some(next) => assert_eq!(found.until, Some(next), "the boundary after {second} of {numbers:?}"),
        None => {
            let later = found.until.unwrap_or(i64::MAX);
            assert!(later >= around.end(), "a boundary {later} after {second} that there isn't: {numbers:?}");
            // It is further away than the oracle has looked, so it is looked at from nearby.
            if KNOWN.contains(&later) {
                let around = Around::new(numbers, clocks, later - 1);
                assert_eq!(around.state(later - 1), found.state, "before {later} of {numbers:?}");
                assert_eq!(around.next(later - 1), Some(later), "the boundary {later} of {numbers:?}");
                assert_eq!(schedule.evaluate(later).state, around.state(later), "at {later} of {numbers:?}");
            }
        }
    }
}
