//! Dates in their order, from a list in any order.
//!
//! Dates in a row take one place, but a list may name them so that they touch only at its end: `24, 26, 28, 25, 27` needs three places on
//! the way to one. Where there is no room for that, a list is gone over again and again, from one stretch of days to the next. That
//! takes longer and no memory, and a list that comes in its order never needs it.

use crate::answer::dates::{DatesMut, Run};

/// Days that are looked at together: each stretch of so many that isn't empty costs one going over the list.
const STRETCH: u16 = 32;

/// What goes over a list: it gives each of its runs to a function.
pub(crate) type Each<'e> = &'e mut dyn FnMut(&mut dyn FnMut(Run));

/// Fills a list of dates from nothing; `false` where there is no room for all of them.
#[inline(never)]
pub(crate) fn insert_in_order(dates: &mut DatesMut<'_>, each: Each<'_>) -> bool {
    dates.clear();
    let mut has_room = true;
    // Those of every year never become one with others.
    each(&mut |run| has_room &= matches!(run, Run::Once(_)) || dates.insert(run));
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
