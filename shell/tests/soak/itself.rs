//! The checker itself: that it sees what is wrong, missed and twice, and sees nothing where there is nothing.

use std::rc::Rc;

use crate::ledger::Ledger;
use crate::oracle::Timeline;
use crate::run::{Sabotage, Soak, run};
use crate::schedule::{Mode, Schedule, Window};
use crate::tally::Tally;

/// 2026-11-23, a Monday.
const DAY: i64 = 1_795_392_000;

fn at(hour: i64, minute: i64, millis: i64) -> i64 {
    (DAY + hour * 3_600 + minute * 60) * 1_000 + millis
}

/// 10 from 09:00 to 17:00 UTC, else 2, which is what the target has at 08:00.
fn office(grace: i64) -> Ledger {
    let window = Window { days: vec![(0, 4)], start: 540, end: 1_020, end_day: None, replicas: 10 };
    let schedule = Schedule {
        zone: "UTC".to_owned(),
        default: 2,
        windows: vec![window],
        exceptions: vec![],
        mode: Mode::Ignore,
        calendar: None,
        grace,
        pause: false,
    };
    let timeline = Rc::new(Timeline::new(&schedule, &[], DAY, DAY + 86_400));
    let mut ledger = Ledger::new(1);
    ledger.open("shop/web".to_owned(), timeline, (grace, false), 2, at(8, 0, 0));
    ledger
}

/// A write that is carried out, and told of where it has changed anything.
fn write(ledger: &mut Ledger, at: i64, count: i64) {
    let before = ledger.actual(0).unwrap();
    write_untold(ledger, at, count);
    if before != count {
        ledger.told_of(0, at, count > before);
    }
}

fn write_untold(ledger: &mut Ledger, at: i64, count: i64) {
    ledger.sent(0, at, count);
    ledger.ended(0, at, count, Some(count));
}

/// Wrong, missed, twice.
fn faults(ledger: &mut Ledger, end: i64) -> (u64, u64, u64) {
    ledger.audit(end);
    let Tally { wrong, missed, twice, .. } = ledger.tally;
    (wrong, missed, twice)
}

#[test]
fn a_day_as_it_should_be_has_no_fault() {
    let mut ledger = office(300);
    write(&mut ledger, at(9, 0, 1), 10);
    ledger.overwrite(0, at(12, 0, 500), 4);
    write(&mut ledger, at(12, 0, 501), 10);
    write(&mut ledger, at(17, 5, 4_900), 2);
    assert_eq!(faults(&mut ledger, at(23, 0, 0)), (0, 0, 0), "{:?}", ledger.said);
    assert_eq!((ledger.tally.boundaries, ledger.tally.exact, ledger.tally.latest), (2, 2, 4_900));
}

#[test]
fn what_is_not_there_in_time_is_missed() {
    let mut never = office(0);
    assert_eq!(faults(&mut never, at(9, 0, 4_999)), (0, 0, 0));
    assert_eq!(faults(&mut never, at(9, 0, 5_000)), (0, 1, 0));
    let mut late = office(0);
    write(&mut late, at(9, 0, 5_001), 10);
    assert_eq!(faults(&mut late, at(10, 0, 0)), (0, 1, 0));
    let mut refused = office(0);
    refused.sent(0, at(9, 0, 0), 10);
    refused.ended(0, at(9, 0, 0), 10, None);
    assert_eq!(faults(&mut refused, at(10, 0, 0)), (0, 1, 0));
    // Neither a grace period nor somebody else's write is forgotten.
    let mut kept = office(300);
    write(&mut kept, at(9, 0, 0), 10);
    assert_eq!(faults(&mut kept, at(17, 5, 5_000)), (0, 1, 0));
    let mut overwritten = office(0);
    overwritten.overwrite(0, at(8, 30, 0), 3);
    assert_eq!(faults(&mut overwritten, at(8, 31, 0)), (0, 1, 0));
}

#[test]
fn a_count_that_is_not_wanted_is_wrong() {
    let mut early = office(0);
    write(&mut early, at(8, 59, 59_999), 10);
    assert_eq!(faults(&mut early, at(9, 1, 0)), (1, 0, 0), "never before it is due");
    let mut other = office(0);
    write(&mut other, at(9, 0, 0), 9);
    assert_eq!(faults(&mut other, at(9, 0, 1)), (1, 0, 0));
    let mut cut = office(300);
    write(&mut cut, at(9, 0, 0), 10);
    write(&mut cut, at(17, 0, 0), 2);
    assert_eq!(faults(&mut cut, at(17, 0, 1)), (1, 0, 0), "within the grace period");
    let mut paused = office(0);
    paused.adjust(0, at(8, 30, 0), 0, true);
    write(&mut paused, at(9, 0, 0), 10);
    assert_eq!(faults(&mut paused, at(9, 0, 1)), (1, 0, 0));
}

#[test]
fn a_count_that_the_target_has_already_is_twice() {
    let mut ledger = office(0);
    write(&mut ledger, at(9, 0, 0), 10);
    write(&mut ledger, at(9, 0, 100), 10);
    assert_eq!(faults(&mut ledger, at(9, 1, 0)), (0, 0, 1));
    let mut capped = office(0);
    for second in 0..3 {
        capped.sent(0, at(9, 0, second * 1_000), 10);
        capped.ended(0, at(9, 0, second * 1_000), 10, Some(5));
    }
    assert_eq!(capped.tally.twice, 0, "each try is another one where admission makes 5 of it");
}

#[test]
fn each_boundary_is_told_of_once_and_soon() {
    let mut never = office(0);
    write_untold(&mut never, at(9, 0, 0), 10);
    assert_eq!(faults(&mut never, at(9, 0, 4_999)), (0, 0, 0));
    assert_eq!(faults(&mut never, at(9, 0, 5_000)), (0, 1, 0));
    assert_eq!(faults(&mut never, at(9, 30, 0)), (0, 1, 0), "that is said once");
    let mut again = office(0);
    write(&mut again, at(9, 0, 0), 10);
    again.told_of(0, at(9, 0, 1), true);
    assert_eq!((faults(&mut again, at(9, 30, 0)), again.tally.told), ((0, 0, 1), 1));
    let mut other = office(0);
    write_untold(&mut other, at(9, 0, 0), 10);
    other.told_of(0, at(9, 0, 1), false);
    assert_eq!(faults(&mut other, at(9, 30, 0)), (0, 1, 1), "a rise is no fall");
    let mut excused = office(0);
    write_untold(&mut excused, at(9, 0, 0), 10);
    excused.trouble(at(9, 0, 1), at(9, 10, 0), true, true);
    excused.told_of(0, at(9, 5, 0), true);
    excused.told_of(0, at(9, 5, 1), true);
    assert_eq!(faults(&mut excused, at(9, 30, 0)), (0, 0, 0), "{:?}", excused.said);
    assert_eq!((excused.tally.told, excused.tally.told_again), (0, 1));
    // A correction is told of in its own way.
    let mut corrected = office(0);
    write(&mut corrected, at(9, 0, 0), 10);
    corrected.overwrite(0, at(12, 0, 0), 4);
    write_untold(&mut corrected, at(12, 0, 1), 10);
    assert_eq!(faults(&mut corrected, at(13, 0, 0)), (0, 0, 0), "{:?}", corrected.said);
    // Also where one of a moment ago could be told of in the same way.
    corrected.trouble(at(15, 0, 0), at(16, 59, 30), true, true);
    corrected.overwrite(0, at(16, 50, 0), 12);
    write_untold(&mut corrected, at(16, 50, 1), 10);
    write(&mut corrected, at(17, 0, 0), 2);
    assert_eq!((faults(&mut corrected, at(17, 30, 0)), corrected.tally.told), ((0, 0, 0), 2), "{:?}", corrected.said);
    // And each is the last one for a while, but not where something is wrong.
    assert_eq!(corrected.scaled(0, at(17, 30, 0)), Some(at(17, 0, 0)));
    assert_eq!((again.scaled(0, at(9, 0, 5)), excused.scaled(0, at(13, 0, 0))), (None, None));
}

#[test]
fn a_fault_excuses_what_is_late_and_nothing_else() {
    let mut ledger = office(0);
    ledger.trouble(at(8, 59, 0), at(9, 10, 0), true, true);
    write(&mut ledger, at(9, 8, 0), 10);
    assert_eq!(faults(&mut ledger, at(9, 30, 0)), (0, 0, 0));
    let mut never = office(0);
    never.trouble(at(8, 59, 0), at(9, 10, 0), true, true);
    assert_eq!(faults(&mut never, at(9, 10, 5_000)), (0, 1, 0), "it doesn't excuse for ever");
    let mut wrong = office(0);
    wrong.trouble(at(8, 59, 0), at(9, 10, 0), true, true);
    write(&mut wrong, at(9, 8, 0), 2);
    assert_eq!((wrong.tally.wrong, wrong.tally.twice), (1, 1));
    let mut before = office(0);
    before.trouble(at(9, 0, 6_000), at(9, 10, 0), true, true);
    assert_eq!(before.tally.missed, 1, "what had been missed before it began");
}

#[test]
fn whatever_is_written_by_a_wrong_clock_is_wrong() {
    let mut ledger = office(0);
    ledger.trouble(at(8, 50, 0), at(9, 10, 0), true, true);
    ledger.silence(at(8, 50, 0), at(9, 9, 0));
    write(&mut ledger, at(9, 9, 0), 10);
    assert_eq!(faults(&mut ledger, at(9, 30, 0)), (0, 0, 0), "{:?}", ledger.said);
    let mut early = office(0);
    early.trouble(at(8, 50, 0), at(9, 10, 0), true, true);
    early.silence(at(8, 50, 0), at(9, 9, 0));
    write(&mut early, at(9, 0, 1), 10);
    assert_eq!(faults(&mut early, at(9, 30, 0)), (1, 0, 0), "though it is the right count");
}

/// Somebody who has put the count back every second from 12:00 on, and got it again so many minutes after that.
fn fight(minutes: &[i64]) -> Ledger {
    let mut ledger = office(0);
    write(&mut ledger, at(9, 0, 1), 10);
    ledger.fight(0, at(12, 0, 0));
    let mut last = at(12, 0, 0);
    for minute in minutes {
        ledger.overwrite(0, last + 1_000, 25);
        last = last.max(at(12, *minute, 0)) + 2_000;
        write(&mut ledger, last, 10);
    }
    ledger
}

#[test]
fn a_fight_is_neither_lost_nor_fought() {
    let mut ledger = fight(&[0, 0, 0, 0, 1, 3, 7, 15]);
    ledger.overwrite(0, at(12, 16, 0), 25);
    write(&mut ledger, at(12, 26, 4_000), 10);
    assert_eq!(faults(&mut ledger, at(16, 0, 0)), (0, 0, 0), "{:?}", ledger.said);
    assert_eq!(ledger.tally.latest, 1, "what is held back is not late");
    let mut lost = fight(&[0, 0, 0, 0, 1]);
    lost.overwrite(0, at(12, 2, 0), 25);
    assert_eq!(faults(&mut lost, at(12, 12, 4_999)), (0, 0, 0), "{:?}", lost.said);
    assert_eq!(faults(&mut lost, at(12, 12, 5_000)), (0, 1, 0));
    let mut fought = fight(&[0; 9]);
    assert_eq!(faults(&mut fought, at(13, 0, 0)), (1, 0, 0), "{:?}", fought.said);
    let mut late = fight(&[0, 0, 0, 0, 1]);
    late.overwrite(0, at(16, 59, 0), 25);
    assert_eq!(faults(&mut late, at(16, 59, 5_000)), (0, 1, 0), "that was another day's");
    let mut boundary = fight(&[0, 0, 0, 0, 1]);
    boundary.fight(0, at(16, 50, 0));
    boundary.overwrite(0, at(16, 59, 0), 25);
    assert_eq!(faults(&mut boundary, at(17, 0, 4_999)), (0, 0, 0), "{:?}", boundary.said);
    assert_eq!(faults(&mut boundary, at(17, 0, 5_000)), (0, 1, 0), "a boundary is never delayed");
}

fn small(rehearsed: Option<u32>, sabotage: Sabotage) -> Tally {
    run(Soak { seed: 3, objects: 60, seconds: 6 * 3_600, rehearsed, sabotage }).tally
}

#[test]
fn a_soak_of_which_something_is_broken_fails() {
    assert!(small(Some(6), Sabotage::OracleAMinuteOff).faults() > 0);
    assert!(small(Some(6), Sabotage::WritesThatNobodyCarriesOut).missed > 0);
    assert!(small(Some(6), Sabotage::EventsThatNobodyTakes).missed > 0);
}

#[test]
fn the_same_seed_gives_the_same_writes() {
    let [first, second] = [(); 2].map(|()| small(None, Sabotage::None));
    assert_eq!((first.faults(), first), (0, second));
    assert!(first.exact > 5 && first.accepted > 60, "{first:?}");
}
