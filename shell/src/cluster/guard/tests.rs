mod floor;
mod order;
mod skews;

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
