//! Time zones, those of the program and those that come as data, and what can be wrong with the latter.

use kyklos_core::{AllZones, OffsetOf, YearlyRule, ZoneFault, ZoneRules};

use crate::{ZONE, log};

pub(crate) fn log_all() -> Option<()> {
    log!("TimeZone": ZONE);
    log!("ZoneName": ZONE.name());
    log!("AllZones": AllZones);
    let rule = YearlyRule::parse("CET-1CEST,M3.5.0,M10.5.0/3").ok()?;
    log!("YearlyRule": rule);
    log!("ZoneRules": ZoneRules::<4>::new("Europe/Zurich", 3_600, &[], rule).ok()?);
    faults();
    Some(())
}

fn faults() {
    log!("OffsetOf": OffsetOf::First, OffsetOf::Change(2), OffsetOf::Rule);
    log!("ZoneFault":
        ZoneFault::NameEmpty,
        ZoneFault::NameTooLong { bytes: 41 },
        ZoneFault::NameCharacter { at: 3 },
        ZoneFault::OffsetNotQuarter { of: OffsetOf::First, seconds: 75 },
        ZoneFault::OffsetTooLarge { of: OffsetOf::Change(0), seconds: -86_400 },
        ZoneFault::TooManyOffsets { index: 3 },
        ZoneFault::ChangeNotMinute { index: 0 },
        ZoneFault::ChangeOutOfRange { index: 1 },
        ZoneFault::ChangeTooClose { index: 1 },
        ZoneFault::PutBackTooFar { index: 0 },
        ZoneFault::TooManyChanges { changes: 3, room: 2 },
        ZoneFault::RuleDisagrees { offset: 0, rule: 3_600 },
        ZoneFault::RuleTooSoon,
        ZoneFault::RuleText { at: 22, expected: "the end" },
        ZoneFault::RuleDate { at: 8 },
        ZoneFault::RuleTooEarly,
        ZoneFault::RuleTooLate,
        ZoneFault::RuleTooClose,
        ZoneFault::RuleOrder,
        ZoneFault::RuleStep,
    );
}
