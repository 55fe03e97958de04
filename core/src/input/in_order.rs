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
    use proptest::collection::{btree_set, vec};
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

    fn one_by_one(runs: &[Run]) -> Dates<20> {
        let mut dates = Dates::none();
        assert!(runs.iter().all(|&run| dates.as_mut().insert(run)));
        dates
    }

    const WHOLE: Run = Run::Yearly([0, 365]);

    #[test]
    fn every_day_of_the_year_is_kept_in_one_way() {
        let lists: [&[[u16; 2]]; 10] = [
            &[[0, 365]],
            &[[165, 164]],
            &[[1, 0]],
            &[[365, 364]],
            &[[0, 200], [201, 365]],
            &[[201, 365], [0, 200]],
            &[[100, 50], [51, 99]],
            &[[165, 164], [3, 4]],
            &[[3, 4], [165, 164]],
            &[[60, 58], [59, 59]],
        ];
        for list in lists {
            let runs: Vec<_> = list.iter().copied().map(Run::Yearly).collect();
            assert_eq!(one_by_one(&runs), one_by_one(&[WHOLE]), "{list:?}");
            assert_eq!(filled::<20>(&runs), Some(one_by_one(&[WHOLE])), "{list:?}");
            assert_eq!(filled::<1>(&runs), filled::<1>(&[WHOLE]), "{list:?}");
        }
        // One day is missing, in leap years alone.
        assert!(one_by_one(&[Run::Yearly([60, 58])]).iter().eq([Run::Yearly([60, 58])]));
    }

    /// Every day of the year, from any day on, in up to five parts, of which each may go on into the others, in any order.
    fn round_the_year() -> impl Strategy<Value = Vec<Run>> {
        (0..366_u16, btree_set(1..366_u16, 0..5), vec(0..200_u16, 5)).prop_map(|(first, cuts, more)| {
            let day = |from_first: u16| (first + from_first) % 366;
            let parts = [0].into_iter().chain(cuts.iter().copied()).zip(cuts.iter().copied().chain([366]));
            // Half of them end where the next one begins.
            let longer =
                parts.zip(more).map(|((begin, end), more)| (begin, (end + more.saturating_sub(100)).min(begin + 366)));
            longer.map(|(begin, end)| Run::Yearly([day(begin), day(end - 1)])).collect()
        })
    }

    fn any_once() -> impl Strategy<Value = Run> {
        (2..900_u16, 0..15_u16).prop_map(|(first, more)| Run::Once([first, first + more]))
    }

    proptest! {
        #[test]
        fn is_so_round_the_year(
            runs in (vec(any_once(), 0..8), round_the_year()).prop_map(|(once, yearly)| [once, yearly].concat()).prop_shuffle(),
        ) {
            let dates = one_by_one(&runs);
            prop_assert_eq!(filled::<20>(&runs), Some(dates.clone()));
            let yearly: Vec<_> = dates.iter().filter(|run| matches!(run, Run::Yearly(_))).collect();
            prop_assert_eq!(yearly, [WHOLE]);
            // As if it had been given in one.
            let mut others: Vec<_> = runs.iter().copied().filter(|run| matches!(run, Run::Once(_))).collect();
            others.push(WHOLE);
            prop_assert_eq!(one_by_one(&others), dates);
        }

        #[test]
        fn is_what_one_after_the_other_makes_in_enough_room(
            runs in vec((2u16..900, 0u16..300, any::<bool>()), 0..20),
        ) {
            let runs: Vec<Run> = runs.into_iter().map(|(first, length, yearly)| match yearly {
                true => Run::Yearly([first % 366, length]),
                false => Run::Once([first, first + length / 20]),
            }).collect();
            let roomy = one_by_one(&runs);
            prop_assert_eq!(filled::<20>(&runs), Some(roomy.clone()));
            // And in no more room than it needs.
            let mut runs = runs;
            runs.reverse();
            prop_assert_eq!(filled::<8>(&runs).is_some(), roomy.iter().count() <= 8);
        }
    }
}
