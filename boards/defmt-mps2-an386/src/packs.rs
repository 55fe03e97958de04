//! A pack, and what can be wrong with one.

use kyklos_core::pack::{Crc32, Pack, PackField, PackProblem, PackReason};
use kyklos_core::{Field, Reason, WindowField, ZoneFault};

use crate::log;

/// As `kyklos pack` makes it: 170 in Zurich.
const PACK: &[u8] = include_bytes!("zurich.pack");

pub(crate) fn log_all() -> Option<()> {
    log!("pack::Crc32": Crc32::new().add(b"123456789"));
    log!("pack::Pack": Pack::open(PACK).ok()?);
    log!("pack::PackProblem": Pack::open(b"KYK").err()?, Pack::open(b"{}").err()?);
    log!("pack::PackProblem":
        PackProblem { field: PackField::Version, offset: 4, reason: PackReason::OtherVersion { found: 2 } },
    );
    log!("pack::PackField":
        PackField::Magic,
        PackField::Version,
        PackField::Reserved,
        PackField::Length,
        PackField::Checksum,
        PackField::HolidayMode,
        PackField::ZoneName,
        PackField::ZoneOffset,
        PackField::ZoneRule,
        PackField::ZoneChanges,
        PackField::ZoneChange(1),
        PackField::Schedule(Field::Window(2, WindowField::Start)),
    );
    log!("pack::PackReason":
        PackReason::NotAPack,
        PackReason::OtherVersion { found: 2 },
        PackReason::Cut { found: 12, expected: 90 },
        PackReason::Trailing { found: 91, expected: 90 },
        PackReason::Damaged { said: 1, found: 2 },
        PackReason::OtherLength { lists: 86, whole: 90 },
        PackReason::Meaningless { found: 255 },
        PackReason::Zone(ZoneFault::RuleTooSoon),
        PackReason::Schedule(Reason::NoDays),
    );
    Some(())
}
