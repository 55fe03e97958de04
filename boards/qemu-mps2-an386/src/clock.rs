//! What a device puts out for what its clock reads. The emulated machine has no clock, so here are readings that one would give.

use cortex_m_semihosting::hprintln;
use kyklos_core::{Cursor, Epoch, Guard, Reading};

use crate::built::SCHEDULE;
use crate::print::Said;

/// No clock that is right reads less than when the program was built: 2026-03-01T00:00:00Z.
const BUILT: i64 = 1_772_323_200;
/// What is put out where there is no time.
const SAFE: u32 = 0;

/// Around 09:00 of Monday 9 March in New York, 1,773,061,200, by a clock chip that counts from 2000, then by NTP.
const READINGS: [(&str, Option<u64>, Epoch); 7] = [
    ("the chip says that it isn't set", None, Epoch::Y2000),
    ("12 s after power came back", Some(12), Epoch::Y2000),
    ("set, a minute before nine", Some(826_376_340), Epoch::Y2000),
    ("nine", Some(826_376_400), Epoch::Y2000),
    ("put back by NTP", Some(1_773_061_170), Epoch::Unix1970),
    ("a second later", Some(1_773_061_171), Epoch::Unix1970),
    ("all registers ones", Some(u64::MAX), Epoch::Y2000),
];

pub(crate) fn read_all() {
    let mut guard = Guard::new(BUILT);
    let mut schedule = Cursor::new(&SCHEDULE);
    for (what, seconds, epoch) in READINGS {
        let reading = guard.read(seconds, epoch);
        match reading {
            Reading::Trusted(at) | Reading::Stepped { at, .. } => {
                let answer = schedule.evaluate(at);
                let left = answer.seconds_left(at).unwrap_or(u64::MAX);
                hprintln!("{}: {:?}, so {} for {} s", what, reading, Said(answer.state()), left);
            }
            Reading::Unset | Reading::TooEarly => hprintln!("{}: {:?}, so {} to be safe", what, reading, SAFE),
        }
    }
}
