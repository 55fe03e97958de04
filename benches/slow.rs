//! What is slow: the table of the core's design page. Each answer is compared with the right one before it is measured.

use std::hint::black_box;

use anyhow::{Result, ensure};
use criterion::Criterion;
use jiff::Timestamp;
use kyklos_core::{
    Calendar, Date, Days, Exception, Holiday, HolidayMode, LocalMinute, Schedule, TimeOfDay, TimeZone, Values, Window,
    YearlyDate,
};

type Room = Schedule<254, 64, 1000>;
const NEW_YORK: TimeZone = TimeZone::named("America/New_York");
const GAZA: TimeZone = TimeZone::named("Asia/Gaza");
/// Monday, 08:00 in New York and 15:00 in Gaza.
const MONDAY: &str = "2026-06-01T12:00:00Z";

fn main() -> Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    evaluating(&mut criterion)?;
    dates(&mut criterion)?;
    since(&mut criterion)?;
    for windows in [16, 64, 254] {
        building(&mut criterion, windows)?;
    }
    criterion.final_summary();
    Ok(())
}

fn evaluating(criterion: &mut Criterion) -> Result<()> {
    one(criterion, "the short way", &office(NEW_YORK)?, MONDAY, Some("2026-06-01T13:00:00Z"))?;
    one(criterion, "a clock change", &office(NEW_YORK)?, "2026-03-08T06:30:00Z", Some("2026-03-08T07:00:00Z"))?;
    one(criterion, "Gaza", &office(GAZA)?, MONDAY, Some("2026-06-01T14:00:00Z"))?;
    let mut covered = office(NEW_YORK)?;
    for slot in 0..63 {
        let at = |minute| LocalMinute::new(Date::constant(2026, 6, 1), TimeOfDay::from_minutes(minute)?);
        push_exception(&mut covered, at(slot * 20), at(slot * 20 + 10))?;
    }
    let at = |month| LocalMinute::new(Date::constant(2026, month, 1), TimeOfDay::MIDNIGHT);
    push_exception(&mut covered, at(5), at(7))?;
    one(criterion, "the last of 64 exceptions", &covered, MONDAY, Some("2026-07-01T04:00:00Z"))?;
    let mut dense = Room::new(NEW_YORK);
    dense.set_values(NEW_YORK, &Values { windows: &spread(254)?, ..Values::default() })?;
    one(criterion, "254 windows", &dense, MONDAY, Some("2026-06-01T12:03:00Z"))
}

fn push_exception(schedule: &mut Room, start: Option<LocalMinute>, end: Option<LocalMinute>) -> Result<()> {
    if let (Some(start), Some(end)) = (start, end) {
        ensure!(schedule.push_exception(Exception::new(start, end, 1)?).is_ok(), "no room for an exception");
    }
    Ok(())
}

fn dates(criterion: &mut Criterion) -> Result<()> {
    for (name, zone, until) in [("", NEW_YORK, "2099-06-01T04:00:00Z"), (" in Gaza", GAZA, "2099-05-31T21:00:00Z")] {
        let far = closed(Room::new(zone), ["2099-06-01".parse()?])?;
        one(criterion, &format!("no windows, a holiday in 2099{name}"), &far, MONDAY, Some(until))?;
    }
    let row = closed(office(NEW_YORK)?, ["2026-05-01..2029-05-01".parse()?])?;
    one(criterion, "a thousand holidays in a row", &row, MONDAY, Some("2029-05-02T04:00:00Z"))?;
    let year = closed(office(NEW_YORK)?, ["01-01..12-31".parse()?])?;
    one(criterion, "a range of every year, all year", &year, MONDAY, Some("2100-01-01T05:00:00Z"))?;
    let days = (1..=12).flat_map(|month| (1..=31).filter_map(move |day| YearlyDate::new(month, day)));
    let year = closed(office(NEW_YORK)?, days.map(Holiday::yearly))?;
    one(criterion, "366 dates of every year", &year, MONDAY, Some("2100-01-01T05:00:00Z"))?;

    // Every other day of a thousand from 2026-05-27 on, and those between.
    let every_other = |first: i32| (0..500).filter_map(move |day| Date::from_days_since_1970(first + 2 * day));
    let own = every_other(20_600).map(Holiday::date).collect::<Result<Vec<_>, _>>()?;
    let schedule = closed(office(NEW_YORK)?, own)?;
    let mut calendar = Calendar::<500>::new();
    for date in every_other(20_601) {
        ensure!(calendar.push(Holiday::date(date)?).is_ok(), "no room for a holiday");
    }
    let (at, until) = (second(MONDAY)?, second("2029-02-20T05:00:00Z")?);
    let both = schedule.with(&calendar);
    ensure!(both.evaluate(at).until() == Some(until), "a schedule and its calendar: {:?}", both.evaluate(at));
    criterion.bench_function("a schedule and its calendar", |bencher| {
        bencher.iter(|| black_box(both).evaluate(black_box(at)));
    });
    Ok(())
}

fn since(criterion: &mut Criterion) -> Result<()> {
    let never = Room::new(NEW_YORK);
    let begun = Some(second("2026-05-31T06:00:00Z")?);
    for (name, schedule, right) in [("office", &office(NEW_YORK)?, begun), ("never", &never, None)] {
        let at = second(MONDAY)?;
        ensure!(schedule.since(at) == right, "since, {name}: {:?}", schedule.since(at));
        criterion.bench_function(&format!("since, {name}"), |bencher| {
            bencher.iter(|| black_box(schedule).since(black_box(at)));
        });
    }
    Ok(())
}

fn building(criterion: &mut Criterion, windows: u16) -> Result<()> {
    let spread = spread(windows)?;
    let mut room = Room::new(NEW_YORK);
    room.set_values(NEW_YORK, &Values { windows: &spread, ..Values::default() })?;
    criterion.bench_function(&format!("building, {windows} windows"), |bencher| {
        bencher.iter(|| {
            black_box(&mut room).set_values(NEW_YORK, &Values { windows: black_box(&spread), ..Values::default() })
        });
    });
    Ok(())
}

fn one(criterion: &mut Criterion, name: &str, schedule: &Room, at: &str, until: Option<&str>) -> Result<()> {
    let (at, until) = (second(at)?, until.map(second).transpose()?);
    let answer = schedule.evaluate(at);
    ensure!(answer.until() == until, "{name}: {answer:?}");
    criterion.bench_function(name, |bencher| bencher.iter(|| black_box(schedule).evaluate(black_box(at))));
    Ok(())
}

fn second(text: &str) -> Result<i64> {
    Ok(text.parse::<Timestamp>()?.as_second())
}

/// Monday to Friday 09:00-17:00 and Saturday 22:00-02:00.
fn office(zone: TimeZone) -> Result<Room> {
    const TIME: fn(u8, u8) -> TimeOfDay = TimeOfDay::constant;
    let windows = [
        Window::new(Days::WEEKDAYS, TIME(9, 0), TIME(17, 0), 10)?,
        Window::new(Days::SAT, TIME(22, 0), TIME(2, 0), 4)?,
    ];
    let mut schedule = Room::new(zone);
    schedule.set_values(zone, &Values { windows: &windows, ..Values::default() })?;
    Ok(schedule)
}

/// So many windows of every day, each of three minutes, five minutes apart.
fn spread(windows: u16) -> Result<Vec<Window>> {
    let times = (0..windows)
        .filter_map(|index| Some((TimeOfDay::from_minutes(index * 5)?, TimeOfDay::from_minutes(index * 5 + 3)?)));
    Ok(times.map(|(start, end)| Window::new(Days::ALL, start, end, 1)).collect::<Result<_, _>>()?)
}

fn closed(mut schedule: Room, holidays: impl IntoIterator<Item = Holiday>) -> Result<Room> {
    schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None)?;
    for holiday in holidays {
        ensure!(schedule.push_holiday(holiday).is_ok(), "no room for a holiday");
    }
    Ok(schedule)
}
