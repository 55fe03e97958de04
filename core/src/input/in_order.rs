//! Dates in their order, from a list in any order.
//!
//! Dates in a row take one place, but a list may name them so that they touch only at its end: `24, 26, 28, 25, 27` needs three places on
//! the way to one. Where there is no room for that, a list is gone over again and again, from one stretch of days to the next. That
//! takes longer and next to no memory, and a list that comes in its order never needs it.

use crate::answer::dates::{DatesMut, Run};

/// Days that are looked at together, a bit for each: each stretch of so many that isn't empty costs one going over the list, and where
/// some come every year each stretch of a year.
const STRETCH: u16 = 32;
/// Days of a leap year.
const YEAR: u16 = 366;

/// What goes over a list: it gives each of its runs to a function.
pub(crate) type Each<'e> = &'e mut dyn FnMut(&mut dyn FnMut(Run));

/// Fills a list of dates from nothing; `false` where there is no room for all of them.
#[inline(never)]
pub(crate) fn insert_in_order(dates: &mut DatesMut<'_>, each: Each<'_>) -> bool {
    dates.clear();
    insert_yearly(dates, each) && insert_once(dates, each)
}

/// Those that come once.
#[inline(never)]
fn insert_once(dates: &mut DatesMut<'_>, each: Each<'_>) -> bool {
    let mut base = 0;
    loop {
        let (mut days, mut next) = (0, u16::MAX);
        each(&mut |run| {
            let Run::Once([first, last]) = run else { return };
            if last >= base {
                days |= bits(first.saturating_sub(base), last - base);
            }
            if last >= base + STRETCH {
                next = next.min(first.max(base + STRETCH));
            }
        });
        for day in (0..STRETCH).filter(|day| days >> day & 1 == 1) {
            if !dates.insert(Run::Once([base + day; 2])) {
                return false;
            }
        }
        if next == u16::MAX {
            return true;
        }
        base = next;
    }
}

/// Those of every year, round the year from a day on that isn't one of them: so none is begun twice.
#[inline(never)]
fn insert_yearly(dates: &mut DatesMut<'_>, each: Each<'_>) -> bool {
    let mut gap = 0;
    loop {
        let Some(days) = yearly(each, gap) else { return true };
        gap += days.trailing_ones() as u16;
        if gap >= YEAR {
            return dates.insert(Run::Yearly([0, YEAR - 1]));
        }
        if days != u32::MAX {
            break;
        }
    }
    let mut past = 0;
    while past < YEAR {
        let base = round(gap + past);
        let days = yearly(each, base).unwrap_or(0);
        for day in (0..STRETCH.min(YEAR - past)).filter(|day| days >> day & 1 == 1) {
            if !dates.insert(Run::Yearly([round(base + day); 2])) {
                return false;
            }
        }
        past += STRETCH;
    }
    true
}

/// Which days of a stretch from a day of the year on are of every year; `None` where no day is.
#[inline(never)]
fn yearly(each: Each<'_>, base: u16) -> Option<u32> {
    let mut days = None;
    each(&mut |run| {
        let Run::Yearly([first, last]) = run else { return };
        let begin = round(first + YEAR - base);
        let end = begin + round(last + YEAR - first);
        // Where it is over after a year, it goes on where the stretch begins.
        let again = if end >= YEAR { bits(0, end - YEAR) } else { 0 };
        *days.get_or_insert(0) |= bits(begin, end) | again;
    });
    days
}

/// The bits from one place to another one, both included, of those that there are.
const fn bits(first: u16, last: u16) -> u32 {
    if first >= STRETCH {
        return 0;
    }
    let behind = if last < STRETCH { STRETCH - 1 - last } else { 0 };
    u32::MAX << first & u32::MAX >> behind
}

/// A day of the year, from one that may be of the next year.
const fn round(day: u16) -> u16 {
    if day >= YEAR { day - YEAR } else { day }
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
