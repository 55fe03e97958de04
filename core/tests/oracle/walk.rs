//! The wall clock of a zone, read once a minute.

use crate::common::authority::Authority;

/// Minutes at either end that only settle what the others mean. A clock that is put back reads a time again; in two
/// days from any instant it has read it for the last time.
pub(crate) const MARGIN: i32 = 2 * 1_440;

/// All that the wall clock reads in some minutes in a row. Times are minutes since 1970-01-01T00:00, in UTC for
/// instants and local for readings; offsets and clock changes are whole minutes in every zone since 2020.
pub(crate) struct Walk {
    first: i32,
    readings: Vec<i32>,
    /// The latest reading up to each minute.
    latest_until: Vec<i32>,
    /// The earliest reading from each minute on.
    earliest_from: Vec<i32>,
}

impl Walk {
    pub(crate) fn new(authority: &Authority, first: i32, end: i32) -> Self {
        let changes = authority.changes(seconds(first + 1), seconds(end));
        let mut offset = authority.offset_at(seconds(first));
        let mut coming = changes.iter().peekable();
        let mut readings = Vec::with_capacity(usize::try_from(end - first).expect("a walk goes forward"));
        for minute in first..end {
            if let Some(change) = coming.next_if(|change| change.at <= seconds(minute)) {
                assert_eq!(change.at, seconds(minute), "a clock change within a minute");
                offset = change.after;
            }
            assert_eq!(offset % 60, 0, "an offset of odd seconds");
            readings.push(minute + i32::try_from(offset / 60).expect("an offset below a day"));
        }
        let mut latest_until = readings.clone();
        let mut latest = i32::MIN;
        for reading in &mut latest_until {
            latest = latest.max(*reading);
            *reading = latest;
        }
        let mut earliest_from = readings.clone();
        let mut earliest = i32::MAX;
        for reading in earliest_from.iter_mut().rev() {
            earliest = earliest.min(*reading);
            *reading = earliest;
        }
        Self { first, readings, latest_until, earliest_from }
    }

    /// The instant of the first minute.
    pub(crate) fn first(&self) -> i32 {
        self.first
    }

    /// What the wall clock reads in each minute.
    pub(crate) fn readings(&self) -> &[i32] {
        &self.readings
    }

    /// "The *first* instant at which the wall clock reads the start time or later", as an index; the number of
    /// minutes where that is still to come.
    pub(crate) fn first_reading_at_or_after(&self, local: i32) -> usize {
        self.latest_until.partition_point(|&latest| latest < local)
    }

    /// "The instant from which the wall clock *never again* reads earlier than the end time", as an index; the number
    /// of minutes where that is still to come.
    pub(crate) fn never_again_before(&self, local: i32) -> usize {
        self.earliest_from.partition_point(|&earliest| earliest < local)
    }
}

fn seconds(minutes: i32) -> i64 {
    i64::from(minutes) * 60
}
