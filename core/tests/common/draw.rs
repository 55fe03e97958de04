//! Random schedules whose times gather around an instant.

use kyklos_core::HolidayMode;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::select;

use super::authority;
use super::written::{DayEntry, Exception, Holiday, Window, Written};

const DAY: i32 = 1_440;

/// Local minutes since 1970 that the wall clock reads at an instant, by the offsets before and after it; the same
/// twice where no clock changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    pub(crate) before: i32,
    pub(crate) after: i32,
}

impl Around {
    /// A reading beside the instant: close to it more often than far away.
    fn reading(self, far: i32) -> BoxedStrategy<i32> {
        let distance = prop_oneof![
            4 => (-8..=8).prop_map(|quarters| quarters * 15),
            2 => -3..=3,
            2 => -180..=180,
            1 => -far..=far,
        ];
        (select(vec![self.before, self.after]), distance).prop_map(|(reading, distance)| reading + distance).boxed()
    }

    fn time_of_day(self) -> BoxedStrategy<i32> {
        prop_oneof![
            6 => self.reading(DAY).prop_map(|reading| reading.rem_euclid(DAY)),
            2 => 0..DAY,
            1 => Just(0),
        ]
        .boxed()
    }
}

/// A schedule of up to five windows, three exceptions and six holidays, each one date or some, once or every year.
pub(crate) fn schedule(around: Around) -> impl Strategy<Value = Written> {
    (
        0..4_u32,
        vec(window(around), 0..=5),
        vec(exception(around), 0..=3),
        select(HolidayMode::ALL.to_vec()),
        option::weighted(0.3, 0..6_u32),
        vec(holiday(around.before.div_euclid(DAY)), 0..=6),
    )
        .prop_map(|(default_value, windows, exceptions, holiday_mode, holiday_value, holidays)| Written {
            default_value,
            windows,
            exceptions,
            holiday_mode,
            // With holidays that are ignored it is refused.
            holiday_value: holiday_value.filter(|_| holiday_mode != HolidayMode::Ignore),
            holidays: holidays.into_iter().filter(|holiday| counts(*holiday)).collect(),
        })
}

/// A holiday about a day, once or every year.
fn holiday(about: i32) -> BoxedStrategy<Holiday> {
    let day = move || (-4..=8).prop_map(move |days| about + days);
    let in_year = |day: i32| {
        let date = authority::date(day);
        (date.month(), date.day())
    };
    let length = || prop_oneof![6 => 0..6_i32, 1 => 6..400_i32];
    prop_oneof![
        6 => day().prop_map(Holiday::Day),
        2 => (day(), length()).prop_map(|(first, more)| Holiday::Days(first, first + more)),
        2 => day().prop_map(move |day| Holiday::Yearly(in_year(day))),
        2 => (day(), length()).prop_map(move |(first, more)| {
            // More than a year later is earlier in the year, or as good as everything: both are ranges.
            Holiday::YearlyRange(in_year(first), in_year(first + more))
        }),
        1 => select(vec![
            Holiday::Yearly((2, 29)),
            Holiday::Yearly((1, 1)),
            Holiday::YearlyRange((12, 24), (1, 2)),
            Holiday::YearlyRange((2, 25), (2, 29)),
            Holiday::YearlyRange((2, 29), (3, 2)),
        ]),
    ]
    .boxed()
}

/// Whether one of its dates is of the years that count: else it is refused.
fn counts(holiday: Holiday) -> bool {
    match holiday {
        Holiday::Day(day) => (2020..=2099).contains(&authority::date(day).year()),
        Holiday::Days(first, last) => authority::date(last).year() >= 2020 && authority::date(first).year() <= 2099,
        Holiday::Yearly(_) | Holiday::YearlyRange(..) => true,
    }
}

pub(crate) fn window(around: Around) -> impl Strategy<Value = Window> {
    (
        option::of(vec(day_entry(), 1..=3)),
        around.time_of_day(),
        prop_oneof![6 => around.time_of_day(), 1 => Just(DAY)],
        option::weighted(0.3, 0..7_u8),
        0..6_u32,
    )
        .prop_map(|(days, start, end, end_day, value)| {
            // The one thing that is refused, see the contract's rule 1.
            let end = if end == start && end_day.is_none() { (start + 45) % DAY } else { end };
            Window { days, start, end, end_day, value }
        })
}

fn day_entry() -> impl Strategy<Value = DayEntry> {
    (0..7_u8, option::of(0..7_u8), any::<u8>()).prop_map(|(from, to, spelling)| DayEntry { from, to, spelling })
}

fn exception(around: Around) -> impl Strategy<Value = Exception> {
    let length = prop_oneof![3 => (1..=12).prop_map(|quarters| quarters * 15), 1 => 1..=3, 1 => 1..=4_000];
    (around.reading(3 * DAY), length, 0..6_u32).prop_map(|(start, length, value)| Exception {
        start,
        end: start + length,
        value,
    })
}
