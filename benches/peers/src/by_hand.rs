//! What a programmer writes with a library of dates: the wall clock's reading, the next boundary on it, and the instant
//! that this is. Once for a list of windows, and once with the two windows written into the program, which is as fast as
//! it gets, and answers no other question.

use anyhow::Result;
use chrono::{DateTime, Datelike as _, LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::America::New_York;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

use crate::asked::{Found, Peer};

const LISTED: &str = "by hand, for a list of windows";
const WRITTEN: &str = "by hand, these two windows written into the program";
const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

/// A window on one day of the week: its number, its first minute of the week, and its length in minutes.
#[derive(Clone, Copy)]
struct Weekly(u8, u32, u32);

fn windows() -> Vec<Weekly> {
    let office = (0..5).map(|day| Weekly(0, day * DAY + 9 * 60, 8 * 60));
    office.chain([Weekly(1, 5 * DAY + 22 * 60, 4 * 60)]).collect()
}

/// For a minute of the week: the last window that is active, and in how many minutes anything starts or ends.
fn listed(windows: &[Weekly], minute: u32) -> (Option<u8>, u32) {
    let mut found = (None, WEEK);
    for &Weekly(window, start, length) in windows {
        let since = (minute + WEEK - start) % WEEK;
        if since < length {
            found = (Some(window), found.1.min(length - since));
        } else {
            found.1 = found.1.min(WEEK - since);
        }
    }
    found
}

/// For a day of the week, 0 for Monday, and an hour: the window, and in how many days and at what hour that changes.
fn written(day: u8, hour: u8) -> (Option<u8>, i64, u8) {
    match (day, hour) {
        (0..=4, 0..9) => (None, 0, 9),
        (0..=4, 9..17) => (Some(0), 0, 17),
        (0..=3, _) => (None, 1, 9),
        (4, _) => (None, 1, 22),
        (5, 0..22) => (None, 0, 22),
        (5, _) => (Some(1), 1, 2),
        (_, 0..2) => (Some(1), 0, 2),
        _ => (None, 1, 9),
    }
}

pub(crate) fn local(at: i64) -> NaiveDateTime {
    New_York.from_utc_datetime(&DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc()).naive_local()
}

/// The last instant of that local time; of a skipped one, the hour after it.
pub(crate) fn instant(local: NaiveDateTime) -> i64 {
    match New_York.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(_, at) => at.timestamp(),
        LocalResult::None => {
            New_York.from_local_datetime(&(local + TimeDelta::hours(1))).latest().map_or(i64::MAX, |at| at.timestamp())
        }
    }
}

pub(crate) fn chrono_tz() -> Peer {
    let windows = windows();
    Peer::new("chrono-tz", "0.10.4", LISTED, move |at| {
        let now = local(at);
        let minute = now.weekday().num_days_from_monday() * DAY + now.hour() * 60 + now.minute();
        let (window, minutes) = listed(&windows, minute);
        let until = now - TimeDelta::seconds(now.second().into()) + TimeDelta::minutes(minutes.into());
        Found { window, until: instant(until) }
    })
}

pub(crate) fn chrono_tz_written() -> Peer {
    Peer::new("chrono-tz, hard-coded", "0.10.4", WRITTEN, |at| {
        let now = local(at);
        let (window, days, hour) = written(now.weekday().num_days_from_monday() as u8, now.hour() as u8);
        let until = now.date().and_hms_opt(hour.into(), 0, 0).map_or(now, |until| until + TimeDelta::days(days));
        Found { window, until: instant(until) }
    })
}

pub(crate) fn jiff_civil() -> Result<Peer> {
    let (zone, windows) = (TimeZone::get("America/New_York")?, windows());
    let until = move |now: jiff::civil::DateTime, minutes: u32, zone: &TimeZone| {
        let minute = now.with().second(0).build()?;
        zone.to_timestamp(minute.checked_add(i64::from(minutes).minutes())?)
    };
    Ok(Peer::new("jiff, civil", "1.0.1", LISTED, move |at| {
        let now = zone.to_datetime(Timestamp::from_second(at).unwrap_or_default());
        let (window, minutes) = listed(&windows, minute_of_week(now));
        Found { window, until: until(now, minutes, &zone).map_or(i64::MAX, |until| until.as_second()) }
    }))
}

pub(crate) fn jiff_civil_written() -> Result<Peer> {
    let zone = TimeZone::get("America/New_York")?;
    Ok(Peer::new("jiff, hard-coded", "1.0.1", WRITTEN, move |at| {
        let now = zone.to_datetime(Timestamp::from_second(at).unwrap_or_default());
        let (window, days, hour) = written(now.weekday().to_monday_zero_offset() as u8, now.hour() as u8);
        let date = now.date().checked_add(days.days()).unwrap_or(now.date());
        let until = zone.to_timestamp(date.at(hour as i8, 0, 0, 0)).map_or(i64::MAX, |until| until.as_second());
        Found { window, until }
    }))
}

/// Arithmetic on a zoned time goes by the wall clock in days and by the hour glass in minutes, so the boundary is some days
/// later, at a time of day.
pub(crate) fn jiff_zoned() -> Result<Peer> {
    let (zone, windows) = (TimeZone::get("America/New_York")?, windows());
    let until = |now: &ZonedDateTime, minutes: u32| {
        let since_midnight = now.hour() as u32 * 60 + now.minute() as u32 + minutes;
        let (days, minute) = (since_midnight / DAY, since_midnight % DAY);
        let time = Time::constant((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        now.checked_add(i64::from(days).days())?.with().time(time).build()
    };
    Ok(Peer::new("jiff, zoned", "1.0.1", LISTED, move |at| {
        let now = Timestamp::from_second(at).unwrap_or_default().to_zoned_datetime(zone.clone());
        let (window, minutes) = listed(&windows, minute_of_week(now.datetime()));
        Found { window, until: until(&now, minutes).map_or(i64::MAX, |until| until.timestamp().as_second()) }
    }))
}

fn minute_of_week(now: jiff::civil::DateTime) -> u32 {
    now.weekday().to_monday_zero_offset() as u32 * DAY + now.hour() as u32 * 60 + now.minute() as u32
}
