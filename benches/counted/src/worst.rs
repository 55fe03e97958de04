//! The slowest answers that are known: what searches over the steps and the looks of the core found (`core/src/slowest.rs`), of a board's
//! size and of the resource's. Each is counted, and the one that takes the most instructions is the figure.
//!
//! That these answers are right is for the core's tests: here they are only counted.

use core::hint::black_box;

use kyklos_core::{
    Date, Days, Exception, Holiday, HolidayMode, Invalid, LocalMinute, Schedule, TimeOfDay, TimeZone, Values, Window,
    YearlyDate,
};

use crate::{Counter, ZONE};

type Small = Schedule<16, 8, 32>;
type Large = Schedule<64, 64, 1000>;

/// What is asked.
#[derive(Debug, Clone, Copy)]
enum Call {
    Evaluate,
    Step,
    Since,
}

/// A schedule as the search has it, and the instant that is asked about.
struct Found {
    call: Call,
    zone: TimeZone,
    /// Minutes of every day, or of Sunday alone, at which windows start, and how long they are.
    windows: &'static [(bool, u16, u16)],
    /// The day, the minute, and how many minutes.
    exceptions: &'static [(i32, u16, u32)],
    /// The day that all others are counted from.
    today: i32,
    /// So many days from that one on are holidays every year and once, turn by turn.
    turns: i32,
    /// Days that come every year, or once, and how many more follow: as many as there is room for.
    holidays: &'static [(bool, i32, i32)],
    asked: i64,
}

/// Of a board's size: of each call the one with the most steps and the one with the most of steps and looks together.
#[rustfmt::skip]
const FOUND: [Found; 6] = [
    Found {
        call: Call::Evaluate,
        zone: TimeZone::named("Australia/Lord_Howe"),
        windows: &[
            (true, 483, 2), (true, 509, 2), (true, 544, 2), (true, 1377, 3), (true, 1373, 1), (true, 1395, 2), (true, 471, 3),
            (true, 490, 3), (true, 536, 2), (true, 532, 3), (true, 452, 2), (true, 1398, 2), (true, 513, 3), (true, 502, 1),
            (true, 495, 3), (true, 527, 2),
        ],
        exceptions: &[],
        today: 20_549,
        turns: 64,
        holidays: &[(false, 112, 0), (true, 0, 0)],
        asked: 1_775_515_103,
    },
    Found {
        call: Call::Evaluate,
        zone: TimeZone::named("Asia/Gaza"),
        windows: &[
            (false, 1167, 3), (true, 58, 3), (true, 461, 532), (true, 59, 1), (false, 8, 188), (true, 77, 2), (true, 549, 553),
            (true, 53, 2), (true, 147, 400), (true, 585, 2), (true, 1341, 1), (true, 46, 1), (true, 1078, 1), (true, 1391, 3),
        ],
        exceptions: &[(-2, 1170, 1177), (-1, 103, 31), (-2, 1236, 1977), (-1, 117, 1459)],
        today: 20_748,
        turns: 0,
        holidays: &[
            (false, 0, 2), (false, -140, 62), (true, 17, 2), (false, -35, 0), (false, 11, 126), (false, 4, 0), (false, 152, 0),
            (true, 8, 20), (false, 16, 0), (true, 164, 0), (true, -135, 0), (true, -153, 0), (true, 6, 2),
        ],
        asked: 1_792_657_797,
    },
    Found {
        call: Call::Step,
        zone: ZONE,
        windows: &[
            (true, 61, 101), (true, 166, 3), (true, 167, 1), (true, 1391, 4), (true, 173, 42), (true, 192, 72), (true, 184, 3),
            (true, 159, 1), (true, 181, 2), (true, 163, 2), (true, 195, 2), (true, 170, 2), (true, 170, 1), (true, 189, 1),
            (true, 174, 1), (true, 176, 1),
        ],
        exceptions: &[],
        today: 20_521,
        turns: 52,
        holidays: &[(true, 66, 1)],
        asked: 1_773_040_622,
    },
    Found {
        call: Call::Step,
        zone: TimeZone::named("Asia/Gaza"),
        windows: &[(false, 154, 2), (true, 254, 3), (true, 1133, 518), (true, 56, 3), (false, 410, 1), (true, 52, 3)],
        exceptions: &[
            (-2, 997, 57), (-2, 409, 2466), (1, 202, 38), (-2, 189, 15), (-1, 0, 11), (0, 222, 591), (0, 130, 28),
            (0, 298, 1305),
        ],
        today: 20_539,
        turns: 64,
        holidays: &[(false, 22, 189), (false, 14, 0)],
        asked: 1_774_660_797,
    },
    Found {
        call: Call::Since,
        zone: TimeZone::named("Asia/Gaza"),
        windows: &[
            (true, 1267, 124), (true, 330, 24), (true, 1372, 1), (true, 314, 3), (true, 1393, 162), (true, 309, 2),
            (true, 1354, 3), (true, 110, 3), (true, 118, 87), (true, 282, 1), (true, 1380, 1), (true, 116, 1), (true, 1397, 3),
            (true, 261, 2), (true, 119, 65), (true, 1392, 2),
        ],
        exceptions: &[],
        today: 20_749,
        turns: 62,
        holidays: &[
            (true, -104, 193), (true, 29, 0), (true, 144, 251), (true, -20, 0), (false, 46, 0), (false, 23, 0), (false, 53, 0),
            (true, 68, 0), (false, 70, 0), (false, 106, 273), (false, -84, 1), (true, 29, 2), (false, -2, 1), (false, -25, 0),
            (true, 17, 0), (true, 1, 0), (true, 24, 109), (true, 17, 2), (true, 67, 0), (true, -117, 1), (false, -66, 0),
            (true, -63, 1), (false, -33, 0), (false, -167, 2), (false, -50, 2), (true, -50, 148), (false, -40, 1),
            (false, -94, 1), (false, 83, 0), (true, -111, 0), (false, 76, 0), (true, 126, 249),
        ],
        asked: 1_792_790_240,
    },
    Found {
        call: Call::Since,
        zone: TimeZone::named("Asia/Gaza"),
        windows: &[
            (true, 114, 3), (true, 110, 2), (true, 145, 3), (true, 119, 2), (true, 100, 1), (true, 93, 3), (true, 111, 2),
            (true, 1390, 3), (false, 1342, 548),
        ],
        exceptions: &[(0, 140, 6)],
        today: 20_540,
        turns: 9,
        holidays: &[
            (true, 134, 226), (false, 151, 269), (false, 16, 2), (false, 127, 0), (false, -2, 0), (false, -92, 0),
            (false, 141, 0), (false, -44, 2), (false, -180, 0), (false, -32, 0), (false, 23, 0), (false, -46, 0),
            (false, -26, 0), (false, 21, 0), (false, -144, 2), (false, 25, 100), (false, 130, 1), (false, 12, 0), (false, 14, 0),
            (false, 10, 0), (false, -111, 0), (false, -129, 0), (true, -118, 288), (false, -104, 0), (false, -22, 2),
            (false, 136, 0), (false, -18, 2),
        ],
        asked: 1_774_635_070,
    },
];

/// Of the resource's size: windows in the hours that come twice, each a minute long and two after the next one, exceptions of which none
/// covers, and as many dates turn by turn as there is room for.
struct Dense {
    calls: &'static [Call],
    zone: TimeZone,
    /// The minute at which the last window starts.
    minute: u16,
    /// The day that all others are counted from.
    today: i32,
    /// Days that come every year, or once, and how many more follow: the dates go on around them.
    holidays: &'static [(bool, i32, i32)],
    asked: i64,
}

#[rustfmt::skip]
const DENSE: [Dense; 4] = [
    Dense {
        calls: &[Call::Evaluate, Call::Step],
        zone: ZONE,
        minute: 40,
        today: 20_520,
        holidays: &[],
        asked: 1_773_038_138,
    },
    Dense {
        calls: &[Call::Evaluate, Call::Step],
        zone: TimeZone::named("America/Ciudad_Juarez"),
        minute: 40,
        today: 20_520,
        holidays: &[],
        asked: 1_773_043_038,
    },
    Dense {
        calls: &[Call::Since],
        zone: TimeZone::named("Australia/Lord_Howe"),
        minute: 40,
        today: 20_547,
        holidays: &[],
        asked: 1_775_555_081,
    },
    // Half of each year is a holiday, and among it and around it are dates that come once.
    Dense {
        calls: &[Call::Evaluate, Call::Step, Call::Since],
        zone: TimeZone::named("Africa/Blantyre"),
        minute: 20,
        today: 20_637,
        holidays: &[
            (true, -104, 193), (false, -73, 0), (false, -176, 0), (false, -84, 1), (false, -2, 1), (false, -25, 0), (true, 24, 109),
            (false, -43, 0), (false, -33, 0), (false, -167, 2), (false, -50, 2), (false, -40, 1), (false, -94, 1), (true, 126, 249),
        ],
        asked: 1_783_017_103,
    },
];

/// Counts them.
pub(crate) fn count(counter: &mut impl Counter) -> Result<(), Invalid> {
    FOUND.iter().for_each(|found| found.count(counter));
    DENSE.iter().for_each(|dense| dense.count(counter));
    let never = Small::new(ZONE);
    let mut since = || _ = black_box(black_box(&never).since(black_box(1_793_669_152)));
    counter.count("since of what never changes", 1, &mut since, &mut || ());
    Ok(())
}

impl Call {
    fn of_small(self) -> &'static str {
        match self {
            Call::Evaluate => "worst of <16, 8, 32>",
            Call::Step => "worst step of <16, 8, 32>",
            Call::Since => "worst since of <16, 8, 32>",
        }
    }

    fn of_large(self) -> &'static str {
        match self {
            Call::Evaluate => "worst of <64, 64, 1000>",
            Call::Step => "worst step of <64, 64, 1000>",
            Call::Since => "worst since of <64, 64, 1000>",
        }
    }

    #[inline(never)]
    fn count<const W: usize, const E: usize, const H: usize>(
        self,
        counter: &mut impl Counter,
        name: &'static str,
        schedule: &Schedule<W, E, H>,
        at: i64,
    ) {
        let asked = || (black_box(schedule), black_box(at));
        let work: &mut dyn FnMut() = match self {
            Call::Evaluate => &mut || {
                let (schedule, at) = asked();
                _ = black_box(schedule.evaluate(at));
            },
            Call::Step => &mut || {
                let (schedule, at) = asked();
                _ = black_box(schedule.transitions(at));
            },
            Call::Since => &mut || {
                let (schedule, at) = asked();
                _ = black_box(schedule.since(at));
            },
        };
        counter.count(name, 1, work, &mut || ());
    }
}

impl Found {
    /// In both sizes, as what a board has room for the resource has room for as well.
    #[inline(never)]
    fn count(&self, counter: &mut impl Counter) {
        let mut small = Small::new(self.zone);
        self.fill(&mut small);
        push_holidays(&mut small, self.today, self.turns, self.holidays);
        self.call.count(counter, self.call.of_small(), &small, self.asked);
        let mut large = Large::new(self.zone);
        self.fill(&mut large);
        let _ = large.set_holiday_mode(HolidayMode::TreatAsClosed, None);
        // Those that the small one had room for, and no more.
        assert!(small.holidays().all(|holiday| large.push_holiday(holiday).is_ok()), "more holidays than fit");
        self.call.count(counter, self.call.of_large(), &large, self.asked);
    }

    /// With all but its holidays.
    fn fill<const W: usize, const E: usize, const H: usize>(&self, schedule: &mut Schedule<W, E, H>) {
        let windows = self.windows.iter();
        set_windows(
            schedule,
            self.zone,
            windows.map(|&(daily, start, length)| (if daily { Days::ALL } else { Days::SUN }, start, length)),
        );
        for &(day, minute, length) in self.exceptions {
            push_exception(schedule, self.today + day, minute, length);
        }
    }
}

impl Dense {
    #[inline(never)]
    fn count(&self, counter: &mut impl Counter) {
        let mut schedule = Large::new(self.zone);
        let windows = (0..64).rev().map(|index| (Days::ALL, self.minute + index * 2, 1));
        set_windows(&mut schedule, self.zone, windows);
        for index in 0..64 {
            push_exception(&mut schedule, self.today + 400 - index, 60, 60);
        }
        push_holidays(&mut schedule, self.today, 2_000, self.holidays);
        for call in self.calls {
            call.count(counter, call.of_large(), &schedule, self.asked);
        }
    }
}

/// Every other date of each year that isn't a leap year comes every year.
fn turns(days: i32) -> impl Iterator<Item = (bool, i32, i32)> {
    (0..days).filter(|day| day % 365 % 2 == 1 || *day < 365).map(|day| (day % 365 % 2 == 0, day, 0))
}

/// All at once, which completes the table of the week once: under callgrind all is built anew for each call.
fn set_windows<const W: usize, const E: usize, const H: usize>(
    schedule: &mut Schedule<W, E, H>,
    zone: TimeZone,
    windows: impl Iterator<Item = (Days, u16, u16)>,
) {
    let Some(any) = window(Days::ALL, 0, 1) else { return };
    let mut all = [any; 64];
    let mut count = 0;
    for ((days, start, length), place) in windows.zip(&mut all) {
        let found = window(days, start, length);
        assert!(found.is_some(), "a window");
        *place = found.unwrap_or(any);
        count += 1;
    }
    let values = Values { windows: all.get(..count).unwrap_or_default(), ..Values::default() };
    assert!(schedule.set_values(zone, &values).is_ok(), "{count} windows");
}

fn window(days: Days, start: u16, length: u16) -> Option<Window> {
    let time = |minutes: u16| TimeOfDay::from_minutes(minutes % 1_440);
    Window::new(days, time(start)?, time(start + length)?, 1).ok()
}

fn push_exception<const W: usize, const E: usize, const H: usize>(
    schedule: &mut Schedule<W, E, H>,
    day: i32,
    minute: u16,
    length: u32,
) {
    let at = |minutes: u32| {
        let date = Date::from_days_since_1970(day + (minutes / 1_440) as i32)?;
        LocalMinute::new(date, TimeOfDay::from_minutes((minutes % 1_440) as u16)?)
    };
    let exception = at(minute.into()).zip(at(u32::from(minute) + length));
    let exception = exception.and_then(|(start, end)| Exception::new(start, end, 1).ok());
    assert!(exception.is_some_and(|exception| schedule.push_exception(exception).is_ok()), "an exception");
}

/// As many as there is room for.
fn push_holidays<const W: usize, const E: usize, const H: usize>(
    schedule: &mut Schedule<W, E, H>,
    today: i32,
    dates: i32,
    more: &[(bool, i32, i32)],
) {
    let _ = schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None);
    for (yearly, day, more) in turns(dates).chain(more.iter().copied()) {
        holiday(yearly, today + day, more).map(|holiday| schedule.push_holiday(holiday));
    }
}

fn holiday(yearly: bool, day: i32, more: i32) -> Option<Holiday> {
    let (first, last) = (Date::from_days_since_1970(day)?, Date::from_days_since_1970(day + more)?);
    if !yearly {
        return Holiday::dates(first, last).ok();
    }
    let place = |date: Date| YearlyDate::new(date.month(), date.day());
    Some(Holiday::yearly_range(place(first)?, place(last)?))
}
