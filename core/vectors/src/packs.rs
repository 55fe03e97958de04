//! Packs: right ones with answers, and broken ones.

use kyklos_core::pack::Pack;
use kyklos_core::{Schedule, TimeZone, ZoneRules};

use crate::answers::{instant, judge_line};
use crate::{Judge, Written};

/// The longest pack that has room.
const LONGEST: usize = Pack::longest(16, 8, 32, 16);

pub(crate) fn run(text: &'static str, judge: &mut Judge<'_>) {
    let Ok(utc) = ZoneRules::<16>::of(TimeZone::UTC) else { return };
    let mut schedule = Schedule::<16, 8, 32, _>::new(utc);
    // With some room for what is too long.
    let mut bytes = [0; LONGEST + 64];
    let (mut name, mut at) = ("", 0);
    let mut result = Ok(());
    for (number, line) in Judge::lines(text) {
        judge.line = number;
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "pack" => {
                let hex;
                (name, hex) = rest.split_once(' ').unwrap_or((rest, ""));
                let pack = read(hex, &mut bytes);
                judge.judge(pack.is_some(), format_args!("no pack of at most {} bytes", LONGEST + 64));
                let pack = pack.unwrap_or_default();
                result = Pack::open(pack).and_then(|pack| schedule.set_pack(&pack));
            }
            "taken" => judge.judge(result.is_ok(), format_args!("{result:?}")),
            "refused" => match result {
                Ok(()) => judge.judge(false, format_args!("that it is taken")),
                Err(problem) => {
                    let (code, field, byte) = (problem.reason.code(), problem.field, problem.offset);
                    let found = Written::new(format_args!("refused {code} {field} {byte}"));
                    judge.judge(found.text() == line, format_args!("{}", found.text()));
                }
            },
            "at" => at = instant(rest, judge),
            _ => judge_line(line, name, None, at, &schedule.evaluate(at), judge),
        }
    }
}

/// Reads pairs of digits.
fn read<'b>(hex: &str, bytes: &'b mut [u8]) -> Option<&'b [u8]> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let length = hex.len() / 2;
    let room = bytes.get_mut(..length)?;
    for (byte, pair) in room.iter_mut().zip(hex.as_bytes().chunks(2)) {
        let [high, low] = pair else { return None };
        *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    }
    Some(room)
}
