//! Readings of clocks, and what a guard says of them.

use kyklos_core::{Epoch, Guard, Reading};

use crate::{Judge, Written};

pub(crate) fn run(text: &'static str, judge: &mut Judge<'_>) {
    let mut guard = Guard::new(0);
    let mut reading = Reading::Unset;
    for (number, line) in Judge::lines(text) {
        judge.line = number;
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("guard"), Some(floor), None) => {
                let floor = floor.parse();
                judge.judge(floor.is_ok(), format_args!("no instant"));
                guard = Guard::new(floor.unwrap_or_default());
            }
            (Some("read"), Some(epoch), Some(seconds)) => {
                let epoch = if epoch == "2000" { Epoch::Y2000 } else { Epoch::Unix1970 };
                reading = guard.read(seconds.parse().ok(), epoch);
            }
            _ => {
                let found = match reading {
                    Reading::Trusted(at) => Written::new(format_args!("trusted {at}")),
                    Reading::Unset => Written::new(format_args!("unset")),
                    Reading::TooEarly => Written::new(format_args!("too-early")),
                    Reading::Stepped { at, back } => Written::new(format_args!("stepped {at} {back}")),
                };
                judge.judge(found.text() == line, format_args!("{}", found.text()));
            }
        }
    }
}
