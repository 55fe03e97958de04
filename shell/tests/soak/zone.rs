//! What the clocks of a zone do, by jiff and the tzdb release that it brings along: offsets, and nothing else of it.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Zones in which something is out of the ordinary: half an hour or two of daylight saving, a negative one, changes at
/// midnight, on other days each year, or none.
const ODD: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Asuncion",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Etc/GMT+5",
    "Europe/Dublin",
    "Europe/Zurich",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
];

/// The names to draw from: half of them those above, half all that there are.
pub(crate) fn names(dice: &mut crate::dice::Dice) -> String {
    if dice.chance(50) {
        return (*dice.one(&ODD)).to_owned();
    }
    static ALL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let names = BUNDLED.available().map(|name| name.as_str().to_owned());
        names.filter(|name| name.contains('/')).collect()
    });
    dice.one(&ALL).clone()
}

/// An instant at which the clocks of one of the odd zones change, the next one to an instant in between.
pub(crate) fn some_change(dice: &mut crate::dice::Dice, (from, to): (i64, i64)) -> i64 {
    loop {
        let (name, from) = (*dice.one(&ODD), dice.within(from, to));
        let zone = Zone::of(name, from, from + 200 * 86_400);
        if let Some((at, _)) = zone.pieces.get(1) {
            return *at;
        }
    }
}

/// The offsets of a zone from one instant to another.
#[derive(Debug)]
pub(crate) struct Zone {
    /// From when on an offset is in force, both in seconds. The first one begins where the span does.
    pieces: Vec<(i64, i64)>,
}

impl Zone {
    pub(crate) fn of(name: &str, from: i64, to: i64) -> Self {
        let zone = BUNDLED.get(name).unwrap_or_else(|error| panic!("jiff doesn't know {name}: {error}"));
        let instant = |second| Timestamp::from_second(second).expect("an instant that jiff knows");
        let mut pieces = vec![(from, i64::from(zone.to_offset(instant(from)).seconds()))];
        for change in zone.following(instant(from)) {
            let at = change.timestamp().as_second();
            if at >= to {
                break;
            }
            pieces.push((at, i64::from(change.offset().seconds())));
        }
        Self { pieces }
    }

    fn end(&self, piece: usize) -> i64 {
        self.pieces.get(piece + 1).map_or(i64::MAX / 2, |(next, _)| *next)
    }

    /// The first instant at which the wall clock reads this or later, local seconds since 1970.
    pub(crate) fn first_reading(&self, local: i64) -> i64 {
        let found = (0..self.pieces.len()).find(|piece| self.end(*piece) + self.pieces[*piece].1 > local);
        let (from, offset) = self.pieces[found.expect("the last piece has no end")];
        from.max(local - offset)
    }

    /// The instant from which the wall clock never again reads earlier than this.
    pub(crate) fn no_earlier_reading(&self, local: i64) -> i64 {
        let found = (0..self.pieces.len()).rev().find(|piece| self.pieces[*piece].0 + self.pieces[*piece].1 < local);
        let Some(piece) = found else { return self.pieces[0].0 };
        self.end(piece).min(local - self.pieces[piece].1)
    }

    /// What the wall clock reads.
    pub(crate) fn local(&self, at: i64) -> i64 {
        let piece = self.pieces.partition_point(|(from, _)| *from <= at).saturating_sub(1);
        at + self.pieces[piece].1
    }
}

#[test]
fn reads_the_clocks_as_the_contract_says() {
    // New York, 2026: the clocks go from 02:00 to 03:00 on 8 March (07:00 UTC), and from 02:00 to 01:00 on 1 November (06:00 UTC).
    let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
    let zone = Zone::of("America/New_York", second("2026-01-01T00:00:00Z"), second("2027-01-01T00:00:00Z"));
    let span = |start: &str, end: &str| {
        let local = |text: &str| second(&format!("{text}:00Z"));
        (zone.first_reading(local(start)), zone.no_earlier_reading(local(end)))
    };
    let is = |start: &str, end: &str| (second(&format!("{start}:00Z")), second(&format!("{end}:00Z")));
    let (start, end) = span("2026-03-08T02:00", "2026-03-08T03:00");
    assert_eq!(start, end, "the skipped hour does not happen");
    assert_eq!(span("2026-03-08T02:30", "2026-03-08T03:30"), is("2026-03-08T07:00", "2026-03-08T07:30"));
    assert_eq!(span("2026-03-08T01:30", "2026-03-08T02:30"), is("2026-03-08T06:30", "2026-03-08T07:00"));
    assert_eq!(span("2026-11-01T01:00", "2026-11-01T01:30"), is("2026-11-01T05:00", "2026-11-01T06:30"));
    assert_eq!(span("2026-10-31T22:00", "2026-11-01T01:30"), is("2026-11-01T02:00", "2026-11-01T06:30"));
    assert_eq!(span("2026-11-01T01:30", "2026-11-01T02:30"), is("2026-11-01T05:30", "2026-11-01T07:30"));
    assert_eq!(zone.local(second("2026-11-01T05:59:59Z")), second("2026-11-01T01:59:59Z"));
}
