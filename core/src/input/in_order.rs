//! Dates in their order, from a list in any order.
//!
//! Dates in a row take one place, but a list may name them so that they touch only at its end: `24, 26, 28, 25, 27` needs three places on
//! the way to one. Where there is no room for that, a list is gone over again and again, from one stretch of days to the next. That
//! takes longer and little memory, and a list that comes in its order never needs it. Those of every year have room for a bit each.

use crate::answer::dates::{DatesMut, Run};

/// Days that are looked at together: each stretch of so many that isn't empty costs one going over the list.
const STRETCH: u16 = 32;

/// What goes over a list: it gives each of its runs to a function.
pub(crate) type Each<'e> = &'e mut dyn FnMut(&mut dyn FnMut(Run));

/// Fills a list of dates from nothing; `false` where there is no room for all of them.
#[inline(never)]
pub(crate) fn insert_in_order(dates: &mut DatesMut<'_>, each: Each<'_>) -> bool {
    dates.clear();
    let mut has_room = insert_yearly(dates, each);
    let mut base = 0;
    while has_room {
        // A bit for each day.
        let (mut days, mut next) = (0_u32, u16::MAX);
        each(&mut |run| {
            let Run::Once([first, last]) = run else { return };
            for day in first.saturating_sub(base)..STRETCH {
                days |= u32::from(base + day <= last) << day;
            }
            if last >= base + STRETCH {
                next = next.min(first.max(base + STRETCH));
            }
        });
        for day in (0..STRETCH).filter(|day| days >> day & 1 == 1) {
            has_room &= dates.insert(Run::Once([base + day; 2]));
        }
        if next == u16::MAX {
            break;
        }
        base = next;
    }
    has_room
}

/// Those of every year, from one stretch of them to the next.
#[inline(never)]
fn insert_yearly(dates: &mut DatesMut<'_>, each: Each<'_>) -> bool {
    const YEAR: u16 = 366;
    let mut days = [0_u32; YEAR.div_ceil(32) as usize];
    each(&mut |run| {
        let Run::Yearly([first, last]) = run else { return };
        let length = if last < first { last + YEAR - first } else { last - first };
        for day in first..=first + length {
            let day = day % YEAR;
            if let Some(word) = days.get_mut(usize::from(day / 32)) {
                *word |= 1 << (day % 32);
            }
        }
    });
    let has = |day: u16| days.get(usize::from(day / 32)).is_some_and(|word| word >> (day % 32) & 1 == 1);
    let Some(gap) = (0..YEAR).find(|&day| !has(day)) else { return dates.insert(Run::Yearly([0, YEAR - 1])) };
    let (mut first, mut has_room) = (None, true);
    // Round the year, and once more where it began, which ends the last one.
    for day in gap..=gap + YEAR {
        let is_in = has(day % YEAR);
        if let (Some(start), false) = (first, is_in) {
            has_room &= dates.insert(Run::Yearly([start, (day - 1) % YEAR]));
        }
        first = if is_in { first.or(Some(day % YEAR)) } else { None };
    }
    has_room
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::dates::Dates;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn filled<const ROOM: usize>(runs: &[Run]) -> Option<Dates<ROOM>> {
        let mut dates = Dates::none();
        insert_in_order(&mut dates.as_mut(), &mut |take| runs.iter().for_each(|&run| take(run))).then_some(dates)
    }

    #[test]
    fn no_place_more_than_in_the_end() {
        let day = |day| Run::Once([day, day]);
        let runs = [24, 26, 28, 25, 27].map(day);
        assert_eq!(filled::<1>(&runs).unwrap().iter().collect::<Vec<_>>(), [Run::Once([24, 28])]);
        assert_eq!(filled::<1>(&[day(24), day(26)]), None);
        assert_eq!(filled::<1>(&[day(24), Run::Yearly([358, 358])]), None);
        // Far apart, and over the ends of stretches.
        let far = [Run::Once([29_000, 29_221]), day(2), Run::Once([255, 700]), Run::Yearly([0, 0])];
        assert_eq!(filled::<4>(&far).unwrap().iter().count(), 4);
        // Round the year.
        let yearly = [[358, 360], [2, 3], [100, 100], [365, 0], [361, 364], [1, 1]].map(Run::Yearly);
        let kept: Vec<_> = filled::<2>(&yearly).unwrap().iter().collect();
        assert_eq!(kept, [Run::Yearly([100, 100]), Run::Yearly([358, 3])]);
    }

    proptest! {
        #[test]
        fn is_what_one_after_the_other_makes_in_enough_room(
            runs in proptest::collection::vec((2u16..900, 0u16..300, any::<bool>()), 0..20),
        ) {
            let runs: Vec<Run> = runs.into_iter().map(|(first, length, yearly)| match yearly {
                true => Run::Yearly([first % 366, length]),
                false => Run::Once([first, first + length / 20]),
            }).collect();
            let mut roomy = Dates::<20>::none();
            prop_assert!(runs.iter().all(|&run| roomy.as_mut().insert(run)));
            prop_assert_eq!(filled::<20>(&runs), Some(roomy.clone()));
            // And in no more room than it needs.
            let mut runs = runs;
            runs.reverse();
            prop_assert_eq!(filled::<8>(&runs).is_some(), roomy.iter().count() <= 8);
        }
    }
}
