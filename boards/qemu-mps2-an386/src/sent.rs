//! The same schedule as a device gets it while it runs: as JSON, and with it the rules of its zone, whatever the program was built with.

use cortex_m_semihosting::hprintln;
use kyklos_core::{Schedule, YearlyRule, ZoneFault, ZoneRules};

use crate::{print, said};

/// A zone that changed its rules up to three times between 2020 and now would fit, too.
type Zone = ZoneRules<3>;

/// What the newest tzdb says of a zone: its offset when 2020 began, and the text that its TZif file ends with.
const FIRST_OFFSET: i32 = -5 * 3_600;
const RULE: &str = "EST5EDT,M3.2.0,M11.1.0";
/// As it might come over the network.
const DOCUMENT: &[u8] = include_bytes!("schedule.json");

/// The rule's text stops in its middle.
const WRONG_RULE: &str = "EST5EDT,M3.2.0";
/// A zone that didn't come with it, and a time that is none.
const WRONG_DOCUMENT: &[u8] =
    br#"{"timezone": "Europe/Zurich", "windows": [{"start": "9:00", "end": "17:00", "replicas": 2}]}"#;

pub(crate) fn set_and_print() -> Option<()> {
    let mut schedule = Schedule::<4, 0, 0, Zone>::new(said(zone("Etc/UTC", 0, "UTC0"))?);
    let new_york = said(zone("America/New_York", FIRST_OFFSET, RULE))?;
    said(schedule.set_json(DOCUMENT, &new_york, |problem| hprintln!("{}", problem)))?;

    // What is wrong leaves a schedule and its zone as they were: what is printed below is the right one's.
    if let Err(fault) = zone("America/New_York", FIRST_OFFSET, WRONG_RULE) {
        hprintln!("refused: {}", fault);
    }
    if let Err(invalid) = schedule.set_json(WRONG_DOCUMENT, &new_york, |problem| hprintln!("refused: {}", problem)) {
        hprintln!("refused: {}", invalid);
    }
    print::clock_changes("sent with its zone", &schedule, &|at| schedule.zone().offset_at(at));
    Some(())
}

fn zone(name: &str, first_offset: i32, rule: &str) -> Result<Zone, ZoneFault> {
    Zone::new(name, first_offset, &[], YearlyRule::parse(rule)?)
}
