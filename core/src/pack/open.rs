//! Whether bytes are a pack, and where its lists are.

use super::crc::Crc32;
use super::problem::{PackField, PackProblem, PackReason};
use super::wire::{
    AT_COUNTS, AT_GOOD_UNTIL, AT_LENGTH, AT_NAME_LENGTH, AT_RESERVED, AT_VERSION, CHANGE, CHECK, EXCEPTION, HEAD,
    HOLIDAY, MAGIC, VERSION, WINDOW, Wire,
};

/// Bytes that are a pack, undamaged, of a version that this reads. What it says isn't checked before it is
/// [set](crate::Schedule::set_pack).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pack<'p> {
    pub(super) wire: Wire<'p>,
    pub(super) lists: Lists,
}

#[cfg(feature = "defmt")]
impl defmt::Format for Pack<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Pack({=usize} bytes)", self.wire.0.len());
    }
}

/// Where each list begins and how many entries it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lists {
    pub(super) name: List,
    pub(super) changes: List,
    pub(super) windows: List,
    pub(super) exceptions: List,
    pub(super) holidays: List,
    end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct List {
    pub(super) at: usize,
    pub(super) count: usize,
}

impl List {
    /// Where the entries of this length begin.
    pub(super) fn places(self, length: usize) -> impl Iterator<Item = (usize, usize)> + Clone {
        (0..self.count).map(move |index| (index, self.at + index * length))
    }
}

impl<'p> Pack<'p> {
    /// How many bytes the shortest pack has. A buffer that holds a pack with room for so many of each needs
    /// [`longest`](Self::longest).
    pub const SHORTEST: usize = HEAD + 1 + CHECK;

    /// How many bytes the longest pack has that fits into a schedule with room for so many windows, exceptions, holidays and single
    /// changes of its zone.
    ///
    /// ```
    /// use kyklos_core::pack::Pack;
    ///
    /// static mut BUFFER: [u8; Pack::longest(16, 8, 32, 16)] = [0; Pack::longest(16, 8, 32, 16)];
    /// assert_eq!(Pack::longest(16, 8, 32, 16), 590);
    /// ```
    pub const fn longest(windows: usize, exceptions: usize, holidays: usize, changes: usize) -> usize {
        HEAD + 40 + changes * CHANGE + windows * WINDOW + exceptions * EXCEPTION + holidays * HOLIDAY + CHECK
    }

    /// Takes bytes for a pack: they begin with `KYKP`, the version is this program's, the length is theirs, and none has changed.
    ///
    /// # Errors
    ///
    /// The first [`PackProblem`].
    pub fn open(bytes: &'p [u8]) -> Result<Self, PackProblem> {
        let wire = Wire(bytes);
        let there = bytes.get(..MAGIC.len()).unwrap_or(bytes);
        if !MAGIC.starts_with(there) {
            return Err(problem(PackField::Magic, 0, PackReason::NotAPack));
        }
        let cut = |expected| problem(PackField::Length, AT_LENGTH, PackReason::Cut { found: bytes.len(), expected });
        if bytes.len() < AT_LENGTH {
            return Err(cut(Self::SHORTEST));
        }
        let found = wire.u16(AT_VERSION);
        if found != VERSION {
            return Err(problem(PackField::Version, AT_VERSION, PackReason::OtherVersion { found }));
        }
        if bytes.len() < Self::SHORTEST {
            return Err(cut(Self::SHORTEST));
        }
        let expected = wire.u32(AT_LENGTH) as usize;
        if bytes.len() < expected {
            return Err(cut(expected));
        }
        if bytes.len() > expected {
            let reason = PackReason::Trailing { found: bytes.len(), expected };
            return Err(problem(PackField::Length, AT_LENGTH, reason));
        }
        let end = bytes.len() - CHECK;
        let (said, found) = (wire.u32(end), Crc32::new().add(wire.bytes(0, end)).value());
        if said != found {
            return Err(problem(PackField::Checksum, end, PackReason::Damaged { said, found }));
        }
        let reserved = wire.u16(AT_RESERVED).into();
        if reserved != 0 {
            return Err(problem(PackField::Reserved, AT_RESERVED, PackReason::Meaningless { found: reserved }));
        }
        let lists = Lists::of(wire);
        if lists.end != end {
            let reason = PackReason::OtherLength { lists: lists.end + CHECK, whole: bytes.len() };
            return Err(problem(PackField::Length, AT_LENGTH, reason));
        }
        Ok(Self { wire, lists })
    }

    /// The Unix second up to which the pack says what the zone's clocks do; later the zone's rule goes on, which may not be what the
    /// clocks do then. A pack has to be made anew before. Where the rule says everything it is the end of the tables' years,
    /// 2100-01-01T00:00:00Z.
    ///
    /// Also where governments decide something else, a pack has to be made anew.
    pub fn zone_known_until(&self) -> i64 {
        i64::from(self.wire.u32(AT_GOOD_UNTIL)) * 60
    }

    /// The name of its zone, as it stands there.
    pub fn zone_name(&self) -> &'p str {
        str::from_utf8(self.wire.bytes(self.lists.name.at, self.lists.name.count)).unwrap_or_default()
    }

    /// How many single changes of the zone it has, which want room in the schedule's [`ZoneRules`](crate::ZoneRules).
    pub fn zone_changes(&self) -> u16 {
        self.wire.u16(AT_COUNTS)
    }

    /// Its CRC-32: with it a device says which pack it has.
    pub fn checksum(&self) -> u32 {
        self.wire.u32(self.lists.end)
    }
}

impl Lists {
    fn of(wire: Wire<'_>) -> Self {
        let mut end = HEAD;
        // Four lists of 65,535 entries are less than two million bytes.
        let mut list = |count: usize, length| {
            let at = end;
            end += count * length;
            List { at, count }
        };
        let name = list(wire.u8(AT_NAME_LENGTH).into(), 1);
        let changes = list(wire.u16(AT_COUNTS).into(), CHANGE);
        let windows = list(wire.u16(AT_COUNTS + 2).into(), WINDOW);
        let exceptions = list(wire.u16(AT_COUNTS + 4).into(), EXCEPTION);
        let holidays = list(wire.u16(AT_COUNTS + 6).into(), HOLIDAY);
        Self { name, changes, windows, exceptions, holidays, end }
    }
}

pub(super) const fn problem(field: PackField, offset: usize, reason: PackReason) -> PackProblem {
    PackProblem { field, offset, reason }
}
