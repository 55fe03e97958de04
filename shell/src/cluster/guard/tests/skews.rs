//! API servers that differ, and when a skew is over.

use super::*;

#[test]
fn api_servers_that_differ_bring_few_turns() {
    let mut machine = Machine::right();
    let mut turns = 0;
    let mut last = machine.state();
    let mut answers = 0;
    // Each answer comes from another of three, one of which is 40 s off.
    for _ in 0..3_600 {
        machine.pass(1.0);
        if machine.read().compare_due {
            answers += 1;
            machine.server_off = if answers % 3 == 0 { 40.0 } else { 0.0 };
            machine.compare();
        }
        let state = machine.state();
        turns += u32::from(state != last);
        last = state;
    }
    // Two that agree are ten seconds at the first time, and too few ever after.
    assert!((1..=4).contains(&turns), "{turns}");
    assert!(matches!(last, ClockState::Skewed { seconds: -40 }));
}

#[test]
fn a_skew_is_over_at_once_where_this_clock_was_set_and_soon_where_another_was() {
    let mut machine = Machine::right();
    machine.off = 45.0;
    machine.compare();
    assert!(matches!(machine.state(), ClockState::Skewed { seconds: 44 | 45 }));
    machine.off = 0.0;
    assert_eq!(machine.state(), ClockState::Comparing);
    machine.compare();
    assert_eq!(machine.state(), ClockState::Right);
    machine.server_off = 45.0;
    // The longer the more often.
    for calm in [10, 20, 40, 80, 160, 320, 600, 600] {
        machine.server_off = 45.0;
        machine.compare();
        assert!(matches!(machine.state(), ClockState::Skewed { .. }));
        machine.server_off = 0.0;
        let mut waited = 0;
        loop {
            machine.compare();
            if machine.state() == ClockState::Right {
                break;
            }
            machine.pass(5.0);
            waited += 5;
        }
        assert_eq!(waited, calm);
    }
    // And it is forgiven.
    machine.pass(3_601.0);
    machine.server_off = 45.0;
    machine.compare();
    machine.server_off = 0.0;
    for _ in 0..3 {
        machine.compare();
        machine.pass(5.0);
    }
    assert_eq!(machine.state(), ClockState::Right);
}

#[test]
fn what_is_told_of_a_skew_stays_while_it_changes_little() {
    let mut machine = Machine::right();
    machine.server_off = -100.0;
    machine.compare();
    let first = machine.state();
    for change in [5.0, 20.0, -29.0] {
        machine.server_off = -100.0 + change;
        machine.compare();
        assert_eq!(machine.state(), first);
    }
    machine.server_off = -140.0;
    machine.compare();
    assert_ne!(machine.state(), first);
    assert!(machine.state().trouble().unwrap().contains("s ahead of the API server's"));
}
