//! What comes every year: up to when it lasts, and when it begins again.
//!
//! Days that come every year are kept as stretches of a leap year that never touch, round the year: so the one that covers a day is
//! found by halves, and nothing but a 29 February that isn't there can be between it and the next one.

use crate::civil::{BIAS, DAY, NEVER, SPAN, Year, year_near};

/// 2020-01-01T00:00 and 2100-01-01T00:00 in local seconds.
pub(super) const FIRST: u32 = BIAS;
pub(super) const END: u32 = SPAN;
/// Days from 1 January to 29 February.
const FEBRUARY_29: u32 = 59;

/// Days from 2020 on as if every year had a 29 February: so what comes every year comes after as many of them, and a day that isn't
/// there has no length.
pub(super) mod even {
    use super::{BIAS, DAY, FEBRUARY_29, Year, year_near};

    /// Days of a leap year.
    pub(super) const YEAR: u32 = 366;

    /// The number of the year, 0 for 2020, and the day in it. No processor has to divide: up to 29,700 this is exact.
    pub(in crate::answer) const fn split(day: u32) -> (u32, u32) {
        let number = (day * 22_920) >> 23;
        (number, day - number * YEAR)
    }

    /// The day of local seconds, from 2020 on.
    #[inline(never)]
    pub(in crate::answer) const fn day(local: u32) -> u32 {
        let mut number = year_near(local - BIAS);
        while year(number) > local {
            number -= 1;
        }
        while year(number + 1) <= local {
            number += 1;
        }
        let seconds = local - year(number);
        // By 675 times 128, rounded up: it may be a day too much.
        let mut place = ((seconds >> 7) * 6_214) >> 22;
        if place * DAY > seconds {
            place -= 1;
        }
        number * YEAR + place + (place >= FEBRUARY_29 && !number.is_multiple_of(4)) as u32
    }

    /// The local seconds at which a year begins.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    const fn year(number: u32) -> u32 {
        // It is counted from 59 days before its 1 March: that is 2 January where there is a 29 February.
        BIAS + Year::start(number) - if number.is_multiple_of(4) { DAY } else { 0 }
    }

    /// The local seconds at which a day begins.
    #[inline(never)]
    pub(in crate::answer) const fn start(day: u32) -> u32 {
        let (number, place) = split(day);
        let is_behind = place > FEBRUARY_29 && !number.is_multiple_of(4);
        year(number) + (place - is_behind as u32) * DAY
    }

    /// Whether it is a 29 February, and whether that is there.
    pub(in crate::answer) const fn leap(day: u32) -> (bool, bool) {
        let (number, place) = split(day);
        (place == FEBRUARY_29, number.is_multiple_of(4))
    }

    /// The first 29 February that is there, from a day on.
    pub(super) const fn next_leap(day: u32) -> u32 {
        let (number, place) = split(day);
        let number = number + (place > FEBRUARY_29) as u32 + 3;
        (number & !3) * YEAR + FEBRUARY_29
    }
}

/// A stretch of a year: its first day and its last one, from 1 January of a leap year on. Where the last is before the first, it is of
/// the next year.
pub(super) type Days = [u16; 2];

/// Every day of the year.
const WHOLE: Days = [0, even::YEAR as u16 - 1];

/// A stretch in the one way in which it is kept. Those that end on the day before they begin are all of them the [`WHOLE`] year: so equal
/// lists are equal in memory, and that it never ends is seen.
pub(super) const fn canonical([first, last]: Days) -> Days {
    if first == last + 1 { WHOLE } else { [first, last] }
}

/// Where a stretch begins, and how many days of [even years](even) it has.
const fn first_and_length([first, last]: Days) -> (u32, u32) {
    let over_new_year = if last < first { even::YEAR } else { 0 };
    (first as u32, last as u32 + 1 + over_new_year - first as u32)
}

/// Two stretches as one, where they touch or have a day in common, in the [one way](canonical) in which it is kept.
pub(super) const fn merged(one: Days, other: Days) -> Option<Days> {
    let ((first, length), (other_first, other_length)) = (first_and_length(one), first_and_length(other));
    let later = after(other_first, first);
    let (first, length) = if later <= length {
        (first, longer(length, later + other_length))
    } else {
        let earlier = even::YEAR - later;
        if earlier > other_length {
            return None;
        }
        (other_first, longer(other_length, earlier + length))
    };
    if length >= even::YEAR {
        return Some(WHOLE);
    }
    let last = first + length - 1;
    Some([first as u16, if last < even::YEAR { last } else { last - even::YEAR } as u16])
}

const fn longer(one: u32, other: u32) -> u32 {
    if one > other { one } else { other }
}

/// How many days of an even year one day is after another one.
const fn after(day: u32, other: u32) -> u32 {
    if day >= other { day - other } else { day + even::YEAR - other }
}

/// How many of them begin up to a day of a year.
#[inline(never)]
#[expect(clippy::indexing_slicing, reason = "the index is compared with the length")]
const fn begun(yearly: &[Days], place: u32) -> usize {
    let (mut begun, mut end) = (0, yearly.len());
    while begun < end {
        let middle = (begun + end) / 2;
        if middle < yearly.len() && yearly[middle][0] as u32 <= place {
            begun = middle + 1;
        } else {
            end = middle;
        }
    }
    begun
}

/// The local seconds up to which all days from that of some local seconds on are of every year; 0 where that day isn't.
#[inline(never)]
#[expect(clippy::indexing_slicing, reason = "the index is compared with the length")]
pub(super) const fn covered_until(yearly: &[Days], local: u32) -> u32 {
    if yearly.is_empty() || local >= END {
        return 0;
    }
    let today = even::day(local);
    let mut end = today;
    loop {
        let (year, place) = even::split(end);
        let begun = begun(yearly, place);
        // Before the first one it is that which goes over New Year, if any.
        let at = if begun > 0 { begun - 1 } else { yearly.len() - 1 };
        let [first, last] = if at < yearly.len() { yearly[at] } else { WHOLE };
        let (is_over_new_year, last) = (last < first, last as u32);
        if begun == 0 && !is_over_new_year || last < place && !(is_over_new_year && begun > 0) {
            break;
        }
        if first == WHOLE[0] && last == WHOLE[1] as u32 {
            return END;
        }
        end = year * even::YEAR + last + 1 + if is_over_new_year && begun > 0 { even::YEAR } else { 0 };
        // Where the next day is a 29 February that isn't there, the one after it counts.
        if !matches!(even::leap(end), (true, false)) {
            break;
        }
        end += 1;
    }
    let start = if end > today { even::start(end) } else { 0 };
    if start < END { start } else { END }
}

/// The first of them that begins after the day of some local seconds: where it starts and ends, in local seconds; [`NEVER`] both where
/// none does any more.
#[inline(never)]
pub(super) fn next_after(yearly: &[Days], local: u32) -> (u32, u32) {
    let (mut year, place) = even::split(even::day(local));
    let mut at = begun(yearly, place);
    loop {
        if at >= yearly.len() {
            (at, year) = (0, year + 1);
        }
        let (first, length) = yearly.get(at).copied().map_or((0, 1), first_and_length);
        let mut start = year * even::YEAR + first;
        if length == 1 && even::leap(start) == (true, false) {
            at += 1;
            if yearly.len() > 1 {
                continue;
            }
            start = even::next_leap(start);
        }
        let (start, end) = (even::start(start), even::start(start + length));
        return if start < END { (start, end.min(END)) } else { (NEVER, NEVER) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    #[cfg_attr(miri, ignore = "every day of 80 years is minutes for Miri")]
    fn even_days_are_days() {
        let mut even = 0;
        for day in 0..29_220 {
            let local = BIAS + day * DAY;
            if even::leap(even) == (true, false) {
                assert_eq!(even::start(even), local);
                even += 1;
            }
            for second in [0, 1, DAY / 2, DAY - 1] {
                assert_eq!(even::day(local + second), even);
            }
            assert_eq!(even::start(even), local);
            assert_eq!(even::split(even), (even / 366, even % 366));
            even += 1;
        }
        assert_eq!(even::start(even), END);
    }

    #[test]
    fn of_all_ways_round_the_year_one_is_kept() {
        for first in 0..366 {
            let round = [first, if first == 0 { 365 } else { first - 1 }];
            assert_eq!(canonical(round), WHOLE, "{round:?}");
            for other in [[0, 0], [365, 365], [first, first], [200, 100], [165, 164], WHOLE] {
                assert_eq!(merged(round, other), Some(WHOLE), "{round:?} and {other:?}");
                assert_eq!(merged(other, round), Some(WHOLE), "{other:?} and {round:?}");
            }
            for last in (0..366).filter(|&last| last != round[1]) {
                assert_eq!(canonical([first, last]), [first, last]);
            }
        }
    }

    proptest! {
        #[test]
        fn two_that_touch_are_one(one in (0..366_u16, 0..366_u16), other in (0..366_u16, 0..366_u16)) {
            let (one, other) = ([one.0, one.1], [other.0, other.1]);
            let has = |[first, last]: Days, day: u16| {
                if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
            };
            let either = |day: u16| has(one, day) || has(other, day);
            let next = |day: u16| (day + 1) % 366;
            // Two stretches, with a gap on both sides, are those that begin twice.
            let begin = (0..366).filter(|&day| !either(day) && either(next(day))).count();
            match merged(one, other) {
                Some(both) => {
                    prop_assert!((0..366).all(|day| has(both, day) == either(day)));
                    prop_assert!(begin == 1 || begin == 0 && both == WHOLE);
                }
                None => prop_assert_eq!(begin, 2),
            }
        }
    }
}
