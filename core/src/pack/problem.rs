//! What can be wrong with a pack, and where.

use core::fmt;

use crate::{Field, Reason, ZoneFault};

/// The one thing that is wrong with a pack, the first that was found: its `Display` is `field (byte offset): what is wrong`.
///
/// [`PackReason::code`], the field's text and the byte are what a device answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PackProblem {
    /// The field.
    pub field: PackField,
    /// The byte of the pack, counted from 0, at which the field begins.
    pub offset: usize,
    /// What.
    pub reason: PackReason,
}

impl fmt::Display for PackProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}): {}", self.field, self.offset, self.reason)
    }
}

impl core::error::Error for PackProblem {}

/// A field of a pack. Its `Display` is a path, such as `windows[2].start`, as [`Field`] has it for what a schedule consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum PackField {
    /// The first four bytes.
    Magic,
    /// The version of the format.
    Version,
    /// The bytes that have no meaning yet.
    Reserved,
    /// How long the pack is.
    Length,
    /// The check of all bytes.
    Checksum,
    /// What a holiday does.
    HolidayMode,
    /// The name of the zone.
    ZoneName,
    /// The zone's offset before its first change.
    ZoneOffset,
    /// The zone's rule.
    ZoneRule,
    /// The zone's changes, all of them.
    ZoneChanges,
    /// The zone's change of this index.
    ZoneChange(usize),
    /// A field of the schedule.
    Schedule(Field),
}

impl fmt::Display for PackField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Magic => "magic",
            Self::Version => "version",
            Self::Reserved => "reserved",
            Self::Length => "length",
            Self::Checksum => "checksum",
            Self::HolidayMode => "holidayMode",
            Self::ZoneName => "zone.name",
            Self::ZoneOffset => "zone.offset",
            Self::ZoneRule => "zone.rule",
            Self::ZoneChanges => "zone.changes",
            Self::ZoneChange(index) => return write!(f, "zone.changes[{index}]"),
            Self::Schedule(field) => return field.fmt(f),
        })
    }
}

/// What is wrong with a field of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum PackReason {
    /// The bytes don't begin as a pack does.
    NotAPack,
    /// A pack of another version of the format.
    OtherVersion {
        /// Its version.
        found: u16,
    },
    /// It ends too early.
    Cut {
        /// How many bytes there are.
        found: usize,
        /// How many there should be, as far as is known.
        expected: usize,
    },
    /// There are bytes behind it.
    Trailing {
        /// How many bytes there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// The check says that bytes have changed on the way.
    Damaged {
        /// What the pack says.
        said: u32,
        /// What its bytes come to.
        found: u32,
    },
    /// Its lists aren't as long as the whole says.
    OtherLength {
        /// How many bytes the lists come to.
        lists: usize,
        /// How many bytes the pack has.
        whole: usize,
    },
    /// A number that stands for nothing here.
    Meaningless {
        /// The number.
        found: u32,
    },
    /// What the zone's own check says.
    Zone(ZoneFault),
    /// What the validation of a schedule says, from whatever source it comes.
    Schedule(Reason<'static>),
}

impl PackReason {
    /// A short word for it that stays, such as `cut`; of a zone it is [`ZoneFault`]'s and of a schedule [`Reason`]'s.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPack => "not-a-pack",
            Self::OtherVersion { .. } => "other-version",
            Self::Cut { .. } => "cut",
            Self::Trailing { .. } => "trailing",
            Self::Damaged { .. } => "damaged",
            Self::OtherLength { .. } => "other-length",
            Self::Meaningless { .. } => "meaningless",
            Self::Zone(fault) => fault.code(),
            Self::Schedule(reason) => reason.code(),
        }
    }
}

impl fmt::Display for PackReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotAPack => f.write_str("no pack: one begins with the letters KYKP; `kyklos pack` makes one"),
            Self::OtherVersion { found } => {
                write!(f, "version {found}: this program reads version 1, so make the pack with a `kyklos` of its time")
            }
            Self::Cut { found, expected } => {
                write!(f, "the pack ends after {found} bytes of {expected}: send all of it")
            }
            Self::Trailing { found, expected } => {
                write!(f, "there are {found} bytes, and the pack has {expected}: send it alone")
            }
            Self::Damaged { said, found } => {
                write!(f, "the bytes come to {found:08x}, and the pack says {said:08x}: send it again")
            }
            Self::OtherLength { lists, whole } => {
                write!(f, "its lists come to {lists} bytes, and the pack has {whole}: make it anew")
            }
            Self::Meaningless { found } => write!(f, "{found} stands for nothing here: make the pack anew"),
            Self::Zone(fault) => fault.fmt(f),
            Self::Schedule(reason) => reason.fmt(f),
        }
    }
}

impl core::error::Error for PackReason {}
