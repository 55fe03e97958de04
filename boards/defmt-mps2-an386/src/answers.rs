//! What a schedule answers with, and what a clock is worth.

use kyklos_core::{Cause, Epoch, Evaluation, Guard, Line, Reading, State};

use crate::log;

/// 2026-03-08T08:00:00Z.
const AT: i64 = 1_772_956_800;

pub(crate) fn log_all() {
    log!("Cause": Cause::Default, Cause::Window(3), Cause::Holiday, Cause::Exception(65_535));
    let state = State { cause: Cause::Window(1), value: 4 };
    log!("State": state);
    let answer = Evaluation::new(state, Some(AT));
    log!("Evaluation": answer, Evaluation::new(state, None));
    log!("Line": Line::new("home/valve", Some("night"), AT - 60, &answer), Line::new("home/valve", None, AT - 60, &answer));
    log!("Epoch": Epoch::Unix1970, Epoch::Y2000);
    log!("Guard": Guard::new(AT));
    log!("Reading": Reading::Trusted(AT), Reading::Stepped { back: 30, at: AT }, Reading::Unset, Reading::TooEarly);
}
