//! Whatever comes in whatever order.

use proptest::prelude::*;

use super::*;

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
