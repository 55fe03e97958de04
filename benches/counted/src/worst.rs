//! The slowest answers that are known: what a search over the steps of the core's loops found (`core/src/steps.rs`), and as much as a
//! schedule of the resource's size has room for.
//!
//! That these answers are right is for the core's tests: here they are only counted.

use core::hint::black_box;

use kyklos_core::{
    Date, Days, Evaluation, Exception, Holiday, HolidayMode, Invalid, LocalMinute, Schedule, TimeOfDay, Window,
    YearlyDate,
};

use crate::{Counter, ZONE};

/// 2026-11-03, two days after clocks were put back in New York, and the instant that is asked about.
const TODAY: i32 = 20_760;
const ASKED: i64 = 1_793_669_152;
/// Minutes of every day at which windows start, and how long they are.
const WINDOWS: [(u16, u16); 6] = [(1_378, 1), (1_143, 1), (1_387, 3), (1_120, 2), (1_111, 1), (1_171, 3)];
/// Days from that date on that come every year, and how many more follow.
#[rustfmt::skip]
const YEARLY: [(i32, i32); 31] = [
    (17, 2),
    (-146, 2),
    (21, 1),
    (12, 1),
    (5, 2),
    (43, 2),
    (4, 0),
    (11, 2),
    (21, 0),
    (46, 0),
    (3, 0),
    (21, 2),
    (28, 147),
    (-178, 2),
    (105, 0),
    (143, 0),
    (7, 34),
    (63, 0),
    (80, 0),
    (17, 0),
    (26, 0),
    (12, 2),
    (8, 1),
    (-154, 227),
    (1, 2),
    (24, 0),
    (-2, 118),
    (7, 0),
    (-131, 277),
    (19, 0),
    (-100, 0),
];

/// Counts them.
pub(crate) fn count(counter: &mut impl Counter) -> Result<(), Invalid> {
    found(counter);
    largest(counter);
    let never = Schedule::<16, 8, 32>::new(ZONE);
    counter.count(
        "worst of since: what never changes",
        1,
        &mut || _ = black_box(black_box(&never).since(ASKED)),
        &mut || (),
    );
    Ok(())
}

#[inline(never)]
fn found(counter: &mut impl Counter) {
    let mut schedule = Schedule::<16, 8, 32>::new(ZONE);
    for (start, length) in WINDOWS {
        window(start, length).map(|window| schedule.push_window(window));
    }
    let _ = schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None);
    let days = date(27).zip(date(228)).and_then(|(first, last)| Holiday::dates(first, last).ok());
    let yearly = YEARLY.iter().filter_map(|&(day, more)| Some(Holiday::yearly_range(place(day)?, place(day + more)?)));
    let holidays = days.into_iter().chain(yearly).filter(|holiday| schedule.push_holiday(*holiday).is_ok()).count();
    assert!(holidays == 32, "{holidays} of 32 holidays have room");
    one(counter, "worst of <16, 8, 32>", || black_box(&schedule).evaluate(black_box(ASKED)));
}

/// Dense windows in the hour that comes twice, each of 64 exceptions over the one before it, and all days of the year one by one.
#[inline(never)]
fn largest(counter: &mut impl Counter) {
    let mut schedule = Schedule::<64, 64, 1000>::new(ZONE);
    for index in (0..60).rev() {
        window(60 + index, 1).map(|window| schedule.push_window(window));
    }
    for index in 0..64 {
        let at = |minute| {
            LocalMinute::new(Date::from_days_since_1970(TODAY + 400 - index)?, TimeOfDay::from_minutes(minute)?)
        };
        let exception = at(60).zip(at(120)).and_then(|(start, end)| Exception::new(start, end, 1).ok());
        exception.map(|exception| schedule.push_exception(exception));
    }
    let _ = schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None);
    for day in 0..365 {
        place(day).map(|day| schedule.push_holiday(Holiday::yearly(day)));
    }
    // 634 that come once, every other day before and after.
    let once = (0..634).filter_map(|index| Holiday::date(date(index * 2 - 300)?).ok());
    let holidays = once.filter(|holiday| schedule.push_holiday(*holiday).is_ok()).count();
    assert!(holidays == 634, "{holidays} of 634 holidays have room");
    one(counter, "worst of <64, 64, 1000>", || black_box(&schedule).evaluate(black_box(ASKED)));
}

fn one(counter: &mut impl Counter, name: &'static str, mut ask: impl FnMut() -> Evaluation) {
    counter.count(name, 1, &mut || _ = black_box(ask()), &mut || ());
}

fn window(start: u16, length: u16) -> Option<Window> {
    Window::new(Days::ALL, TimeOfDay::from_minutes(start)?, TimeOfDay::from_minutes(start + length)?, 1).ok()
}

fn date(day: i32) -> Option<Date> {
    Date::from_days_since_1970(TODAY + day)
}

fn place(day: i32) -> Option<YearlyDate> {
    let date = date(day)?;
    YearlyDate::new(date.month(), date.day())
}
