//! Schedules from JSON, right and wrong.

use kyklos_core::{Calendar, Cursor, LocalInstant, Schedule};

use crate::{ZONE, log};

const RIGHT: &[u8] = br#"{
    "timezone": "Europe/Zurich",
    "defaultReplicas": 2,
    "windows": [{"days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10}],
    "holidayMode": "treat-as-closed",
    "holidayReplicas": 3
}"#;

/// A time that is none, a field that nobody knows with a line break in its name, and no replicas.
const WRONG: &[u8] = br#"{"timezone":"Europe/Zurich","windows":[{"start":"9:00","end":"17:00","re\nplicas":10}]}"#;

/// A Monday at noon.
const NOON: i64 = 1_773_054_000;
const HOUR: i64 = 3_600;

pub(crate) fn log_all() -> Option<()> {
    let mut schedule = Schedule::<4, 2, 8>::new(ZONE);
    let wrong = schedule.set_json(WRONG, ZONE, |problem| {
        log!("json::JsonPath": problem.path);
        log!("json::JsonProblem": problem);
    });
    if let Err(invalid) = wrong {
        log!("Invalid": invalid);
    }
    schedule.set_json(RIGHT, ZONE, |problem| log!("json::JsonProblem": problem)).ok()?;
    log!("Schedule": schedule);
    let mut cursor = Cursor::new(&schedule);
    log!("Evaluation": cursor.evaluate(NOON));
    log!("Cursor": cursor);
    log!("Transitions": schedule.transitions(NOON));
    log!("Spans": schedule.spans(NOON..NOON + HOUR));
    log!("LocalInstant": LocalInstant::new(&ZONE, NOON));
    let mut calendar = Calendar::<2>::new();
    calendar.push("12-25".parse().ok()?).ok()?;
    log!("Calendar": calendar);
    log!("WithCalendar": schedule.with(&calendar));
    Some(())
}
