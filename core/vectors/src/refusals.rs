//! Documents that are no schedules, and all that is said of them.

use kyklos_core::{AllZones, Schedule, TimeZone};

use crate::{Judge, Written};

pub(crate) fn run(text: &'static str, judge: &mut Judge<'_>) {
    let mut schedule = Schedule::<16, 8, 32>::new(TimeZone::UTC);
    let _ = schedule.set_default_value(7);
    let before = *schedule.zone();
    let mut lines = Judge::lines(text).peekable();
    while let Some((number, line)) = lines.next() {
        judge.line = number;
        let Some(document) = line.strip_prefix("document ") else {
            judge.judge(false, format_args!("no document"));
            continue;
        };
        let result = schedule.set_json(document.as_bytes(), AllZones, |problem| {
            let (code, path, byte) = (problem.reason.code(), problem.path, problem.offset);
            let found = Written::new(format_args!("refused {code} {path} {byte}"));
            let expected = lines.next_if(|(_, line)| line.starts_with("refused ")).map(|(_, line)| line);
            judge.judge(expected == Some(found.text()), format_args!("{}", found.text()));
        });
        // All of them were said, and what was there before goes on.
        let kept = *schedule.zone() == before && schedule.default_value() == 7;
        judge.judge(result.is_err() && kept, format_args!("{result:?}, and the schedule before it: {kept}"));
        while lines.next_if(|(_, line)| line.starts_with("refused ")).is_some() {
            judge.judge(false, format_args!("less than is wrong"));
        }
    }
}
