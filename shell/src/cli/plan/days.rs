//! Local days: which instants the readings of the wall clock stand for.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use kyklos_core::TimeZone;

use super::first_instant;
use super::spans::Span;
use crate::api::times::{from_seconds, offset_at, to_offset};

/// A local day, from the first instant of its date to that of the next one.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
    pub(super) changes: Vec<ClockChange>,
    strips: Vec<Strip>,
}

/// A clock change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockChange {
    pub(super) at: DateTime<Utc>,
    pub(super) before: FixedOffset,
    pub(super) after: FixedOffset,
}

/// A stretch of a day in which the wall clock runs steadily.
#[derive(Debug, Clone, Copy)]
struct Strip {
    start: i64,
    end: i64,
    offset: i64,
    /// Whether the clock has read all of it before.
    again: bool,
}

impl ClockChange {
    /// By how much the clocks are put back; less than nothing when they are put forward.
    pub(super) fn back(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.before.local_minus_utc() - self.after.local_minus_utc()))
    }
}

impl Day {
    /// The day of this date; `None` beyond the years 0 to 9999.
    pub(super) fn of(zone: &TimeZone, date: NaiveDate) -> Option<Self> {
        let start = first_instant(zone, date)?;
        let end = first_instant(zone, date.succ_opt()?)?;
        let mut changes = Vec::new();
        // A change that skips midnight is the day's first instant.
        let mut at = start.timestamp() - 1;
        let mut before = zone.offset_at(at);
        while let Some((change, after)) = zone.next_transition(at).filter(|(change, _)| *change < end.timestamp()) {
            changes.push(ClockChange { at: from_seconds(change), before: to_offset(before), after: to_offset(after) });
            (at, before) = (change, after);
        }
        Some(Self { date, start, end, strips: strips(zone, start, end, &changes), changes })
    }

    /// How long it lasts.
    pub(super) fn length(&self) -> TimeDelta {
        self.end - self.start
    }

    /// Whether the clock reads some of it twice.
    pub(super) fn repeats(&self) -> bool {
        self.strips.iter().any(|strip| strip.again)
    }

    /// The span that fills most of the readings from `from` to `to`, in seconds after midnight; with `again`, of those
    /// that come for the second time. `None` where the clock reads none of them.
    pub(super) fn span_of(&self, spans: &[Span], from: i64, to: i64, again: bool) -> Option<usize> {
        let midnight = self.date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        let mut best: Option<(i64, usize)> = None;
        for strip in self.strips.iter().filter(|strip| strip.again == again) {
            let start = (midnight + from - strip.offset).max(strip.start);
            let end = (midnight + to - strip.offset).min(strip.end);
            let first = spans.partition_point(|span| span.end.timestamp() <= start);
            let inside = spans.iter().enumerate().skip(first).take_while(|(_, span)| span.start.timestamp() < end);
            for (index, span) in inside {
                let length = span.end.timestamp().min(end) - span.start.timestamp().max(start);
                if length > best.map_or(0, |(length, _)| length) {
                    best = Some((length, index));
                }
            }
        }
        best.map(|(_, index)| index)
    }
}

fn strips(zone: &TimeZone, start: DateTime<Utc>, end: DateTime<Utc>, changes: &[ClockChange]) -> Vec<Strip> {
    let mut strips = Vec::new();
    let mut push = |start: DateTime<Utc>, end: DateTime<Utc>, offset: FixedOffset, again| {
        let (start, end) = (start.timestamp(), end.timestamp());
        if start < end {
            strips.push(Strip { start, end, offset: i64::from(offset.local_minus_utc()), again });
        }
    };
    let mut at = start;
    for change in changes {
        push(at, change.at, change.before, false);
        let repeated_until = (change.at + change.back().max(TimeDelta::zero())).min(end);
        push(change.at, repeated_until, change.after, true);
        at = repeated_until;
    }
    push(at, end, changes.last().map_or_else(|| offset_at(zone, start), |change| change.after), false);
    strips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Value;

    fn day(zone: &str, date: &str) -> Day {
        Day::of(&TimeZone::get(zone).unwrap(), date.parse().unwrap()).unwrap()
    }

    /// An hour each, so that the index of a span is the hour since the day's start.
    fn hours(day: &Day) -> Vec<Span> {
        (0..25)
            .map(|hour| {
                let start = day.start + TimeDelta::hours(hour);
                Span { start, end: start + TimeDelta::hours(1), label: String::new(), value: Value::Count(0) }
            })
            .collect()
    }

    fn first_half_hours(day: &Day, again: bool) -> Vec<Option<usize>> {
        let spans = hours(day);
        (0..4).map(|hour| day.span_of(&spans, hour * 3_600, hour * 3_600 + 1_800, again)).collect()
    }

    #[test]
    fn an_hour_that_is_skipped_has_no_span() {
        let day = day("America/New_York", "2026-03-08");
        assert_eq!((day.length().num_hours(), day.repeats()), (23, false));
        assert_eq!(first_half_hours(&day, false), [Some(0), Some(1), None, Some(2)]);
    }

    #[test]
    fn an_hour_that_is_repeated_has_two() {
        let day = day("America/New_York", "2026-11-01");
        assert_eq!((day.length().num_hours(), day.repeats()), (25, true));
        assert_eq!(first_half_hours(&day, false), [Some(0), Some(1), Some(3), Some(4)]);
        assert_eq!(first_half_hours(&day, true), [None, Some(2), None, None]);
    }

    #[test]
    fn changes_of_half_an_hour() {
        let forward = day("Australia/Lord_Howe", "2026-10-04");
        assert_eq!(forward.length().num_minutes(), 23 * 60 + 30);
        assert_eq!(first_half_hours(&forward, false), [Some(0), Some(1), None, Some(2)]);
        let back = day("Australia/Lord_Howe", "2026-04-05");
        assert_eq!(back.length().num_minutes(), 24 * 60 + 30);
        let spans = hours(&back);
        assert_eq!(back.span_of(&spans, 5_400, 7_200, false), Some(1));
        assert_eq!(back.span_of(&spans, 5_400, 7_200, true), Some(2));
        assert_eq!(back.span_of(&spans, 3_600, 5_400, true), None);
    }

    #[test]
    fn changes_at_midnight_belong_to_the_day_whose_hours_they_touch() {
        let forward = day("Asia/Beirut", "2026-03-29");
        assert_eq!((forward.length().num_hours(), forward.changes.len()), (23, 1));
        assert_eq!(first_half_hours(&forward, false), [None, Some(0), Some(1), Some(2)]);
        assert!(day("Asia/Beirut", "2026-03-28").changes.is_empty());
        let back = day("Asia/Beirut", "2026-10-24");
        assert_eq!((back.length().num_hours(), back.changes.len()), (25, 1));
        assert_eq!(back.span_of(&hours(&back), 23 * 3_600, 24 * 3_600, true), Some(24));
    }
}
