//! The slowest answers that are known: what searches over the steps of the core's loops found (`core/src/slowest.rs`), of a board's size
//! and of the resource's.
//!
//! That these answers are right is for the core's tests: here they are only counted.

use core::hint::black_box;

use kyklos_core::{
    Date, Days, Exception, Holiday, HolidayMode, Invalid, LocalMinute, Schedule, TimeOfDay, TimeZone, Window,
    YearlyDate,
};

use crate::{Counter, ZONE};

/// A schedule as the search has it, and the instant that is asked about: the days are counted from that of the instant.
struct Found {
    zone: TimeZone,
    /// Minutes of every day at which windows start, and how long they are.
    windows: &'static [(u16, u16)],
    /// So many days are holidays every year and once, turn by turn.
    turns: i32,
    /// Days that come every year, or once, and how many more follow: as many as there is room for.
    holidays: &'static [(bool, i32, i32)],
    asked: i64,
}

#[rustfmt::skip]
const EVALUATE: Found = Found {
    zone: TimeZone::named("Australia/Lord_Howe"),
    windows: &[
        (483, 2), (509, 2), (544, 2), (1377, 3), (1373, 1), (1395, 2), (471, 3), (490, 3), (536, 2), (532, 3), (452, 2), (1398, 2),
        (513, 3), (502, 1), (495, 3), (527, 2),
    ],
    turns: 64,
    holidays: &[(false, 112, 0), (true, 0, 0)],
    asked: 1_775_515_103,
};
#[rustfmt::skip]
const STEP: Found = Found {
    zone: ZONE,
    windows: &[
        (61, 101), (166, 3), (167, 1), (1391, 4), (173, 42), (192, 72), (184, 3), (159, 1), (181, 2), (163, 2), (195, 2), (170, 2),
        (170, 1), (189, 1), (174, 1), (176, 1),
    ],
    turns: 52,
    holidays: &[(true, 66, 1)],
    asked: 1_773_040_622,
};
#[rustfmt::skip]
const SINCE: Found = Found {
    zone: TimeZone::named("Asia/Gaza"),
    windows: &[
        (1267, 124), (330, 24), (1372, 1), (314, 3), (1393, 162), (309, 2), (1354, 3), (110, 3), (118, 87), (282, 1), (1380, 1),
        (116, 1), (1397, 3), (261, 2), (119, 65), (1392, 2),
    ],
    turns: 62,
    holidays: &[
        (true, -104, 193), (true, 29, 0), (true, 144, 251), (true, -20, 0), (false, 46, 0), (false, 23, 0), (false, 53, 0),
        (true, 68, 0), (false, 70, 0), (false, 106, 273), (false, -84, 1), (true, 29, 2), (false, -2, 1), (false, -25, 0), (true, 17, 0),
        (true, 1, 0), (true, 24, 109), (true, 17, 2), (true, 67, 0), (true, -117, 1), (false, -66, 0), (true, -63, 1), (false, -33, 0),
        (false, -167, 2), (false, -50, 2), (true, -50, 148), (false, -40, 1), (false, -94, 1), (false, 83, 0), (true, -111, 0),
        (false, 76, 0), (true, 126, 249),
    ],
    asked: 1_792_790_240,
};

/// Counts them.
pub(crate) fn count(counter: &mut impl Counter) -> Result<(), Invalid> {
    found(counter, "worst of <16, 8, 32>", &EVALUATE, |schedule, at| _ = black_box(schedule.evaluate(at)));
    found(counter, "worst step of <16, 8, 32>", &STEP, |schedule, at| _ = black_box(schedule.transitions(at)));
    found(counter, "worst since of <16, 8, 32>", &SINCE, |schedule, at| _ = black_box(schedule.since(at)));
    // 2026-03-08, when clocks were put forward in New York, and 2026-04-04, the day before they were put back on Lord Howe.
    large(counter, "worst of <64, 64, 1000>", (ZONE, 20_520, 1_773_038_138), |schedule, at| {
        _ = black_box(schedule.evaluate(at));
    });
    large(counter, "worst step of <64, 64, 1000>", (ZONE, 20_520, 1_773_038_138), |schedule, at| {
        _ = black_box(schedule.transitions(at));
    });
    let island = TimeZone::named("Australia/Lord_Howe");
    large(counter, "worst since of <64, 64, 1000>", (island, 20_547, 1_775_555_081), |schedule, at| {
        _ = black_box(schedule.since(at));
    });
    let never = Schedule::<16, 8, 32>::new(ZONE);
    let mut since = || _ = black_box(black_box(&never).since(black_box(1_793_669_152)));
    counter.count("since of what never changes", 1, &mut since, &mut || ());
    Ok(())
}

/// One of a board's size.
#[inline(never)]
fn found(counter: &mut impl Counter, name: &'static str, found: &Found, ask: impl Fn(&Schedule<16, 8, 32>, i64)) {
    let mut schedule = Schedule::<16, 8, 32>::new(found.zone);
    let today = (found.asked / 86_400) as i32;
    let windows = found.windows.iter().filter_map(|&(start, length)| window(start, length));
    assert!(windows.map(|window| schedule.push_window(window)).filter(Result::is_ok).count() == 16, "16 windows");
    let _ = schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None);
    for (yearly, day, more) in turns(found.turns).chain(found.holidays.iter().copied()) {
        holiday(yearly, today + day, more).map(|holiday| schedule.push_holiday(holiday));
    }
    counter.count(name, 1, &mut || ask(black_box(&schedule), black_box(found.asked)), &mut || ());
}

/// Dense windows in the hours that come twice, exceptions of which none covers, and as many dates turn by turn as there is room for.
#[inline(never)]
fn large(
    counter: &mut impl Counter,
    name: &'static str,
    (zone, today, asked): (TimeZone, i32, i64),
    ask: impl Fn(&Schedule<64, 64, 1000>, i64),
) {
    let mut schedule = Schedule::<64, 64, 1000>::new(zone);
    let windows = (0..64).rev().filter_map(|index| window(40 + index * 2, 1));
    assert!(windows.map(|window| schedule.push_window(window)).filter(Result::is_ok).count() == 64, "64 windows");
    for index in 0..64 {
        let at = |minute| {
            LocalMinute::new(Date::from_days_since_1970(today + 400 - index)?, TimeOfDay::from_minutes(minute)?)
        };
        let exception = at(60).zip(at(120)).and_then(|(start, end)| Exception::new(start, end, 1).ok());
        exception.map(|exception| schedule.push_exception(exception));
    }
    let _ = schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None);
    for (yearly, day, more) in turns(2_000) {
        holiday(yearly, today + day, more).map(|holiday| schedule.push_holiday(holiday));
    }
    counter.count(name, 1, &mut || ask(black_box(&schedule), black_box(asked)), &mut || ());
}

/// Every other date of each year that isn't a leap year comes every year.
fn turns(days: i32) -> impl Iterator<Item = (bool, i32, i32)> {
    (0..days).filter(|day| day % 365 % 2 == 1 || *day < 365).map(|day| (day % 365 % 2 == 0, day, 0))
}

fn window(start: u16, length: u16) -> Option<Window> {
    let end = TimeOfDay::from_minutes((start + length) % 1_440)?;
    Window::new(Days::ALL, TimeOfDay::from_minutes(start)?, end, 1).ok()
}

fn holiday(yearly: bool, day: i32, more: i32) -> Option<Holiday> {
    let (first, last) = (Date::from_days_since_1970(day)?, Date::from_days_since_1970(day + more)?);
    if !yearly {
        return Holiday::dates(first, last).ok();
    }
    let place = |date: Date| YearlyDate::new(date.month(), date.day());
    Some(Holiday::yearly_range(place(first)?, place(last)?))
}
