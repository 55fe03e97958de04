//! What is past for certain.

use super::*;

#[test]
fn no_clock_is_right_before_the_floor() {
    // A machine alone: both clocks are one, and it is 1970.
    let epoch = 60.0 - START as f64;
    let mut machine = Machine::new(epoch);
    machine.server_off = epoch;
    machine.compare();
    let floor = DateTime::from_timestamp(FLOOR, 0).unwrap();
    assert_eq!(machine.state(), ClockState::BeforeFloor { floor });
    assert!(machine.state().trouble().unwrap().contains("before 2023-11-14T22:13:20Z"));
    machine.off = 0.0;
    machine.server_off = 0.0;
    assert_eq!(machine.state(), ClockState::Comparing);
    machine.compare();
    assert_eq!(machine.state(), ClockState::Right);
}

#[test]
fn the_newest_creation_is_past_for_certain_unless_it_is_a_day_ahead() {
    let day = seconds(86_400);
    let start = instant(START as f64);
    // Before the API server's date is known, and after.
    for known in [false, true] {
        let mut machine = Machine::new(0.0);
        if known {
            machine.compare();
        }
        machine.guard.seen_creation(start - day);
        machine.guard.seen_creation(start + day * 2_000);
        machine.guard.seen_creation(start + TOLERANCE);
        machine.compare();
        assert_eq!(machine.state(), ClockState::Right, "a clock may be ahead by the tolerance: {known}");
        machine.guard.seen_creation(start + day - seconds(1));
        assert_eq!(machine.state(), ClockState::BeforeFloor { floor: start + day - seconds(31) }, "{known}");
    }
    // What lay too far ahead counts once the date has come.
    let mut machine = Machine::right();
    machine.guard.seen_creation(start + day * 3);
    machine.pass(2.5 * 86_400.0);
    machine.compare();
    assert_eq!(machine.state(), ClockState::BeforeFloor { floor: start + day * 3 - TOLERANCE });
    machine.pass(0.5 * 86_400.0);
    machine.compare();
    assert_eq!(machine.state(), ClockState::Right);
}

#[test]
fn of_creations_that_are_ahead_only_so_many_are_kept() {
    let mut machine = Machine::right();
    for hour in 0..10_000 {
        machine.guard.seen_creation(instant(START as f64) + TimeDelta::days(5) + TimeDelta::hours(hour));
    }
    assert_eq!(machine.guard.floor.later.len(), KEPT);
}

#[test]
fn the_build_is_no_older_than_its_time_zones() {
    let zones: i32 = kyklos_core::TimeZone::RELEASE[..4].parse().unwrap();
    assert!(built().year() >= zones && built() < Utc::now(), "{}", built());
}
