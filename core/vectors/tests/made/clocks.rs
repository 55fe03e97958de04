//! Readings of clocks, and what the words of the guard say of them.

use std::fmt::Write;

/// 2026-11-26, the time of a build.
const BUILT: i64 = 1_795_651_200;
const Y2000: i64 = 946_684_800;

/// Epoch and seconds.
const READINGS: [(i64, Option<u64>); 22] = [
    (0, None),
    (Y2000, None),
    (0, Some(0)),
    (0, Some(12)),
    (Y2000, Some(0)),
    (Y2000, Some(59)),
    (0, Some(BUILT as u64 - 1)),
    (0, Some(BUILT as u64)),
    (0, Some(BUILT as u64 + 60)),
    (Y2000, Some((BUILT - Y2000) as u64 + 61)),
    (0, Some(BUILT as u64 + 31)),
    (0, Some(BUILT as u64 + 31)),
    (0, Some(0)),
    (0, None),
    (0, Some(BUILT as u64 + 32)),
    (0, Some(4_102_444_800)),
    (0, Some(BUILT as u64 + 100)),
    (0, Some(i64::MAX as u64)),
    (Y2000, Some(i64::MAX as u64 - Y2000 as u64)),
    (Y2000, Some(i64::MAX as u64 - Y2000 as u64 + 1)),
    (0, Some(u64::MAX)),
    (0, Some(BUILT as u64 + 101)),
];

pub(crate) fn text() -> String {
    let mut text = "# Made of the guard's words: see README.md.\n".to_owned();
    for floor in [BUILT, 0] {
        writeln!(text, "\nguard {floor}").unwrap();
        let mut last = None;
        for (epoch, seconds) in READINGS {
            let said = seconds.map_or("none".to_owned(), |seconds| seconds.to_string());
            writeln!(text, "read {} {said}", if epoch == 0 { 1970 } else { 2000 }).unwrap();
            // More than an i64 of Unix seconds is no time; before the floor none is trusted; one before the last is a step.
            let at =
                seconds.map(|seconds| i128::from(seconds) + i128::from(epoch)).filter(|&at| at <= i128::from(i64::MAX));
            match (at, last) {
                (None, _) => writeln!(text, "unset"),
                (Some(at), _) if at < i128::from(floor) => writeln!(text, "too-early"),
                (Some(at), Some(before)) if at < before => {
                    last = Some(at);
                    writeln!(text, "stepped {at} {}", before - at)
                }
                (Some(at), _) => {
                    last = Some(at);
                    writeln!(text, "trusted {at}")
                }
            }
            .unwrap();
        }
    }
    text
}
