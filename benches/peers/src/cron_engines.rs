//! Engines of cron expressions, which know starts and not spans: a window is one expression for its start and one for its
//! end, and what applies follows from which of them comes next. The windows don't overlap, so that is enough.

use std::str::FromStr as _;

use anyhow::{Context as _, Result, anyhow};
use chrono::{DateTime, TimeZone as _, Utc};
use chrono_tz::{America::New_York, Tz};

use crate::asked::{Found, Peer};
use crate::by_hand::{instant, local};

/// Start and end of both windows, as minute, hour and day.
const EXPRESSIONS: [[&str; 3]; 4] =
    [["0", "9", "MON-FRI"], ["0", "17", "MON-FRI"], ["0", "22", "SAT"], ["0", "2", "SUN"]];
/// An instant that an engine has no answer for.
const NEVER: i64 = i64::MAX;

/// From the next instants of the four expressions.
fn found(next: [i64; 4]) -> Found {
    let [start, end, night_start, night_end] = next;
    let window = if end < start { Some(0) } else { (night_end < night_start).then_some(1) };
    Found { window, until: start.min(end).min(night_start).min(night_end) }
}

fn zoned(at: i64) -> DateTime<Tz> {
    DateTime::from_timestamp(at, 0).unwrap_or_default().with_timezone(&New_York)
}

pub(crate) fn croner() -> Result<Peer> {
    let [a, b, c, d] = EXPRESSIONS.map(|[minute, hour, days]| {
        croner::Cron::from_str(&format!("{minute} {hour} * * {days}")).context("an expression of croner's")
    });
    let all = [a?, b?, c?, d?];
    Ok(Peer::new("croner", "4.0.3", "with chrono-tz; four expressions", move |at| {
        let now = zoned(at);
        let next = |cron: &croner::Cron| cron.find_next_occurrence(&now, false).map_or(NEVER, |next| next.timestamp());
        found(all.each_ref().map(next))
    }))
}

pub(crate) fn cron() -> Result<Peer> {
    let [a, b, c, d] = EXPRESSIONS.map(|[minute, hour, days]| {
        cron::Schedule::from_str(&format!("0 {minute} {hour} * * {days} *")).context("an expression of cron's")
    });
    let all = [a?, b?, c?, d?];
    Ok(Peer::new("cron", "0.17.0", "with chrono-tz; four expressions", move |at| {
        let now = zoned(at);
        let next = |cron: &cron::Schedule| cron.after(&now).next().map_or(NEVER, |next| next.timestamp());
        found(all.each_ref().map(next))
    }))
}

/// It knows UTC alone, so it gets the local time as if that were UTC, and its answer is put back.
pub(crate) fn saffron() -> Result<Peer> {
    let [a, b, c, d] = EXPRESSIONS.map(|[minute, hour, days]| {
        let cron: Result<saffron::Cron, _> = format!("{minute} {hour} * * {days}").parse();
        cron.map_err(|_| anyhow!("an expression of saffron's"))
    });
    let all = [a?, b?, c?, d?];
    Ok(Peer::new("saffron", "0.1.0", "UTC only: fed local times by chrono-tz; four expressions", move |at| {
        let now = Utc.from_utc_datetime(&local(at));
        let next = |cron: &saffron::Cron| cron.next_after(now).map_or(NEVER, |next| next.timestamp());
        let mut found = found(all.each_ref().map(next));
        if let Some(until) = DateTime::from_timestamp(found.until, 0) {
            found.until = instant(until.naive_utc());
        }
        found
    }))
}
