//! The table alone, in Rust and in C, over a clock that reads local time as many a chip's does: it gets the weekday, the hour and the
//! minute, and knows of no zone. What it says is wrong up to the next boundary whenever the clocks are changed, so it isn't asked then; and it is that
//! somebody changes the clock twice a year.

use core::hint::black_box;

use kyklos_counted::{Counter, ZONE, plain};

use crate::by_c;
use crate::week::{DAY, WEEK, listed};

/// What such a clock's registers hold: the weekday, 0 for Monday, the hour, the minute and the second.
pub(crate) type Reading = (u8, u8, u8, u8);

/// The window, and in how many seconds that changes.
#[inline(never)]
fn evaluate((weekday, hour, minute, second): Reading) -> (Option<u16>, u32) {
    let (window, minutes) = listed(u32::from(weekday) * DAY + u32::from(hour) * 60 + u32::from(minute));
    (window, minutes * 60 - u32::from(second))
}

fn reading(at: i64) -> Reading {
    // 1970-01-01 was a Thursday.
    let local = at + i64::from(ZONE.offset_at(at)) + 3 * i64::from(DAY) * 60;
    let second = local.rem_euclid(i64::from(WEEK) * 60) as u32;
    let minute = second / 60;
    ((minute / DAY) as u8, (minute / 60 % 24) as u8, (minute % 60) as u8, (second % 60) as u8)
}

/// Counts them in the same way as the others.
pub(crate) fn count<C: Counter>(counter: &mut C) {
    one(counter, "a table by hand over local time", |window| window, evaluate);
    one(counter, "a table by hand over local time, in C", |window| window.map_or(-1, i32::from), by_c::evaluate);
}

/// One of them, and how it says which window applies.
fn one<C: Counter, W: Copy + PartialEq>(
    counter: &mut C,
    name: &'static str,
    window_of: impl Fn(Option<u16>) -> W,
    ask: impl Fn(Reading) -> (W, u32),
) {
    for answers in plain().chunks(C::MOST_CALLS.min(32)) {
        let mut asked = [((0, 0, 0, 0), (window_of(None), 0)); 32];
        let mut calls = 0;
        for (at, right) in answers {
            let until = right.until().unwrap_or(i64::MAX);
            if ZONE.offset_at(*at) == ZONE.offset_at(until)
                && let Some(place) = asked.get_mut(calls)
            {
                let window = u16::try_from(right.value()).ok().and_then(|value| value.checked_sub(2));
                *place = (reading(*at), (window_of(window), (until - at) as u32));
                calls += 1;
            }
        }
        let asked = asked.get(..calls).unwrap_or_default();
        let mut work = || check(asked, |reading, _| ask(reading));
        let mut harness = || check(asked, |reading, right| (black_box(reading), black_box(right)).1);
        counter.count(name, calls, &mut work, &mut harness);
    }
}

/// The loop of both, around one call.
#[inline(always)]
fn check<F: Copy + PartialEq>(asked: &[(Reading, F)], ask: impl Fn(Reading, F) -> F) {
    let mut wrong = 0;
    for (reading, right) in black_box(asked) {
        if ask(*reading, *right) != *right {
            wrong += 1;
        }
    }
    assert!(wrong == 0, "{wrong} answers are wrong");
}
