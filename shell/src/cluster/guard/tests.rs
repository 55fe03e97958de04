use proptest::prelude::*;

use super::*;

const FLOOR: i64 = 1_700_000_000;
const START: i64 = 1_800_000_000;

fn instant(seconds: f64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis((seconds * 1_000.0).round() as i64).unwrap()
}

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

/// A machine whose wall clock is `off` seconds ahead of the API server's, which has the true time.
struct Machine {
    guard: Guard,
    /// True seconds since it started.
    passed: f64,
    off: f64,
    server_off: f64,
}

impl Machine {
    fn new(off: f64) -> Self {
        let floor = DateTime::from_timestamp(FLOOR, 0).unwrap();
        Self { guard: Guard::new(floor), passed: 0.0, off, server_off: 0.0 }
    }

    /// One whose clock was compared and is right.
    fn right() -> Self {
        let mut machine = Self::new(0.0);
        machine.compare();
        assert_eq!(machine.read().state, ClockState::Right);
        machine
    }

    fn moment(&self) -> Moment {
        let boot = Duration::from_millis((self.passed * 1_000.0).round() as u64) + Duration::from_secs(100);
        Moment { wall: instant(START as f64 + self.passed + self.off), boot }
    }

    fn pass(&mut self, seconds: f64) {
        self.passed += seconds;
    }

    fn read(&mut self) -> Reading {
        let at = self.moment();
        self.guard.read(at)
    }

    fn state(&mut self) -> ClockState {
        self.read().state
    }

    fn ask(&mut self) -> Moment {
        let at = self.moment();
        self.guard.asking(at.boot);
        at
    }

    /// The answer to a question that was put at `asked`; the server read its clock just now.
    fn answer(&mut self, asked: Moment) {
        let date = instant((START as f64 + self.passed + self.server_off).floor());
        let answered = self.moment();
        self.guard.compared(&Comparison { asked, answered, date });
    }

    fn compare(&mut self) {
        let asked = self.ask();
        self.answer(asked);
    }

    fn fail(&mut self) {
        let at = self.ask();
        self.guard.failed(at.boot);
    }
}

#[test]
fn nothing_is_decided_before_a_first_comparison() {
    let mut machine = Machine::new(0.0);
    let reading = machine.read();
    assert_eq!((reading.state, reading.compare_due, reading.stepped), (ClockState::Unknown, true, false));
    machine.ask();
    assert!(!machine.read().compare_due, "it is being asked");
    machine.fail();
    assert_eq!(machine.state(), ClockState::Unknown);
    assert_eq!(machine.guard.next_reading(machine.moment().boot), HURRY);
    machine.compare();
    assert_eq!(machine.state(), ClockState::Right);
}

#[test]
fn more_than_thirty_seconds_are_too_many() {
    for (off, state) in [
        (0.0, ClockState::Right),
        (30.5, ClockState::Right),
        (-29.5, ClockState::Right),
        (31.0, ClockState::Skewed { seconds: 30 }),
        (31.5, ClockState::Skewed { seconds: 31 }),
        (-31.0, ClockState::Skewed { seconds: -31 }),
        (-1.8e9 + 60.0, ClockState::Skewed { seconds: -1_799_999_940 }),
    ] {
        let mut machine = Machine::new(off);
        machine.compare();
        assert_eq!(machine.state(), state, "{off}");
    }
}

#[test]
fn of_a_slow_answer_the_middle_counts() {
    let mut machine = Machine::right();
    let asked = machine.ask();
    machine.pass(4.0);
    let date = instant(START as f64 + machine.passed + 31.0);
    let answered = machine.moment();
    machine.guard.compared(&Comparison { asked, answered, date });
    // 33 s behind the middle, and 29 s behind the beginning.
    assert!(matches!(machine.state(), ClockState::Skewed { seconds: -33 }));
}

#[test]
fn a_comparison_is_due_every_thirty_seconds_and_more_often_when_something_is_wrong() {
    let mut machine = Machine::right();
    let due = |machine: &mut Machine, after: f64| {
        machine.pass(after);
        machine.read().compare_due
    };
    assert!(!due(&mut machine, 29.9) && due(&mut machine, 0.1));
    machine.fail();
    assert_eq!(machine.state(), ClockState::Right, "out of reach, the API server takes no writes either");
    assert!(!due(&mut machine, 4.9) && due(&mut machine, 0.1));
    machine.server_off = 60.0;
    machine.compare();
    assert!(!due(&mut machine, 4.9) && due(&mut machine, 0.1));
    machine.ask();
    assert!(!due(&mut machine, 19.9) && due(&mut machine, 0.1), "whoever asked was lost");
}

#[test]
fn a_step_holds_first_and_goes_on_only_once_a_comparison_has_agreed() {
    for step in [-3_600.0, -31.0, -20.0, -0.3, 0.3, 20.0, 3_600.0] {
        let mut machine = Machine::right();
        machine.off += step;
        let reading = machine.read();
        assert_eq!(
            (reading.state, reading.compare_due, reading.stepped),
            (ClockState::Comparing, true, true),
            "{step}"
        );
        assert!(!machine.read().stepped, "it is told once");
        for _ in 0..100 {
            machine.fail();
            machine.pass(1.0);
            assert_eq!(machine.state(), ClockState::Comparing, "{step}");
        }
        machine.compare();
        let agrees = step.abs() < 30.0;
        assert_eq!(machine.state() == ClockState::Right, agrees, "{step}");
    }
}

#[test]
fn small_steps_add_up() {
    let mut machine = Machine::right();
    for _ in 0..2 {
        machine.off += 0.12;
        machine.pass(1.0);
        assert_eq!(machine.state(), ClockState::Right);
        // A comparison in between doesn't hide them from the timers.
        machine.compare();
    }
    machine.off += 0.12;
    assert!(machine.read().stepped);
}

#[test]
fn a_step_while_the_question_is_under_way_makes_the_answer_worth_nothing() {
    let mut machine = Machine::right();
    machine.pass(30.0);
    let asked = machine.ask();
    machine.off = 50.0;
    machine.answer(asked);
    let reading = machine.read();
    assert_eq!((reading.state, reading.compare_due, reading.stepped), (ClockState::Comparing, true, true));
    // So does one between the answer and the news of it.
    let mut machine = Machine::right();
    let asked = machine.ask();
    let answered = machine.moment();
    machine.off = 50.0;
    assert_eq!(machine.state(), ClockState::Comparing);
    machine.guard.compared(&Comparison { asked, answered, date: instant(START as f64) });
    assert_eq!(machine.state(), ClockState::Comparing);
}

#[test]
fn a_step_back_replays_nothing() {
    let mut machine = Machine::right();
    machine.pass(10.0);
    let decided = machine.read().now;
    machine.off -= 15.0;
    machine.compare();
    for passed in 1..15 {
        machine.pass(1.0);
        let reading = machine.read();
        assert_eq!((reading.state, reading.now), (ClockState::Right, decided), "{passed}");
    }
    machine.pass(2.0);
    assert_eq!(machine.read().now, decided + seconds(1));
    // Beyond the tolerance the clock was wrong before, together with the API server's.
    machine.off -= 100.0;
    machine.server_off -= 100.0;
    machine.compare();
    let reading = machine.read();
    assert_eq!((reading.state, reading.now), (ClockState::Right, machine.moment().wall));
}

#[test]
fn an_instant_of_a_clock_that_was_wrong_is_none_that_was_decided_for() {
    let mut machine = Machine::right();
    machine.off = 25.0;
    assert_eq!(machine.read().now, machine.moment().wall);
    machine.off = 0.0;
    machine.compare();
    assert_eq!(machine.read().now, machine.moment().wall, "nothing was decided for in between");
}

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

/// What may happen to a machine.
#[derive(Debug, Clone)]
enum Step {
    Pass(f64),
    Set(f64),
    Compare(f64),
    Fail,
    SetWhileAsking(f64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0.0..40.0).prop_map(Step::Pass),
        2 => (-60.0..60.0).prop_map(Step::Set),
        1 => (-0.2..0.2).prop_map(Step::Set),
        4 => (0.0..10.0).prop_map(Step::Compare),
        1 => Just(Step::Fail),
        1 => (-60.0..60.0).prop_map(Step::SetWhileAsking),
    ]
}

proptest! {
    /// Whatever is set and asked in whatever order: nothing is decided by a clock that is off by more than the tolerance
    /// (and half an answer's time, and half of the header's second, and what steps may add up to unseen), nor after a step
    /// that no comparison has followed, nor for an instant before one that was decided for.
    #[test]
    fn only_what_was_compared_is_gone_by(steps in prop::collection::vec(step(), 1..60)) {
        let mut machine = Machine::new(0.0);
        let mut decided: Option<DateTime<Utc>> = None;
        let mut unseen = 0.0_f64;
        let mut verified = false;
        machine.read();
        for step in steps {
            match step {
                Step::Pass(seconds) => machine.pass(seconds),
                Step::Set(by) => {
                    machine.off += by;
                    unseen += by;
                    verified &= unseen.abs() <= 0.252;
                }
                Step::Compare(takes) => {
                    let asked = machine.ask();
                    machine.pass(takes);
                    machine.answer(asked);
                    verified = true;
                }
                Step::Fail => machine.fail(),
                Step::SetWhileAsking(by) => {
                    let asked = machine.ask();
                    machine.off += by;
                    unseen += by;
                    machine.answer(asked);
                    // So little doesn't matter, and that the answer is about the clock as it is now does.
                    verified = by.abs() <= 0.252;
                }
            }
            let reading = machine.read();
            if reading.stepped {
                unseen = 0.0;
            }
            prop_assert!(verified || reading.state != ClockState::Right, "decides without a comparison");
            if reading.state == ClockState::Right {
                prop_assert!(machine.off.abs() <= 30.0 + 5.0 + 0.5 + 0.26, "decides by a clock that is {} s off", machine.off);
                if let Some(before) = decided {
                    prop_assert!(reading.now >= before || before - reading.now > TOLERANCE, "{} after {before}", reading.now);
                }
                prop_assert!((reading.now - machine.moment().wall).abs() <= TOLERANCE);
                decided = Some(reading.now);
            }
            prop_assert!(machine.guard.next_reading(machine.moment().boot) <= TICK);
        }
    }
}
