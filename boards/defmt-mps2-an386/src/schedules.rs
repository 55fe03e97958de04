//! Schedules from JSON, right and wrong.

use kyklos_core::{Cursor, Invalid, Schedule};

use crate::{ZONE, log};

const RIGHT: &[u8] = br#"{
    "timezone": "Europe/Zurich",
    "defaultReplicas": 2,
    "windows": [{"days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10}],
    "holidayMode": "treat-as-closed",
    "gracePeriodSeconds": 60
}"#;

/// A time that is none, a field that nobody knows with a line break in its name, and no replicas.
const WRONG: &[u8] = br#"{"timezone":"Europe/Zurich","windows":[{"start":"9:00","end":"17:00","re\nplicas":10}]}"#;

/// A Monday at noon.
const NOON: i64 = 1_773_054_000;

type Small = Schedule<4, 2, 8>;

pub(crate) fn log_all() -> Result<(), Invalid> {
    let wrong = Small::from_json_in(ZONE, WRONG, |problem| {
        log!("JsonPath": problem.path);
        log!("JsonProblem": problem);
    });
    if let Err(invalid) = wrong {
        log!("Invalid": invalid);
    }
    let schedule = Small::from_json_in(ZONE, RIGHT, |problem| log!("JsonProblem": problem))?;
    log!("Schedule": schedule);
    let mut cursor = Cursor::new(&schedule);
    log!("Evaluation": cursor.evaluate(NOON));
    log!("Cursor": cursor);
    Ok(())
}
