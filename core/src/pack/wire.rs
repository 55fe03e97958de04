//! The places of a pack's head, and numbers in its bytes. All numbers are little-endian. What is outside is 0: nobody reads there, as
//! the lengths are compared before.

/// A pack's first bytes.
pub(super) const MAGIC: [u8; 4] = *b"KYKP";
/// The version of the format that this reads and writes.
pub(super) const VERSION: u16 = 1;
/// No value of holidays.
pub(super) const NONE: u32 = u32::MAX;
/// No end day of a window.
pub(super) const NO_DAY: u8 = u8::MAX;

// Where the fields of the head are.
pub(super) const AT_VERSION: usize = 4;
pub(super) const AT_RESERVED: usize = 6;
pub(super) const AT_LENGTH: usize = 8;
pub(super) const AT_GOOD_UNTIL: usize = 12;
pub(super) const AT_DEFAULT: usize = 16;
pub(super) const AT_HOLIDAY_VALUE: usize = 20;
pub(super) const AT_HOLIDAY_MODE: usize = 24;
pub(super) const AT_RULE: usize = 25;
pub(super) const AT_DATES: usize = 28;
pub(super) const AT_OFFSET: usize = 40;
pub(super) const AT_NAME_LENGTH: usize = 41;
pub(super) const AT_COUNTS: usize = 42;
/// How long the head is: behind it come the lists.
pub(super) const HEAD: usize = 50;

/// How long one entry of each list is, and the check at the end.
pub(super) const DATE: usize = 6;
pub(super) const CHANGE: usize = 5;
pub(super) const WINDOW: usize = 10;
pub(super) const EXCEPTION: usize = 12;
pub(super) const HOLIDAY: usize = 5;
pub(super) const CHECK: usize = 4;

/// Bytes with numbers in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wire<'p>(pub(super) &'p [u8]);

impl<'p> Wire<'p> {
    pub(super) fn bytes(self, at: usize, length: usize) -> &'p [u8] {
        self.0.get(at..).and_then(|rest| rest.get(..length)).unwrap_or_default()
    }

    pub(super) fn u8(self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or_default()
    }

    pub(super) fn i8(self, at: usize) -> i8 {
        self.u8(at).cast_signed()
    }

    pub(super) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes([self.u8(at), self.u8(at.wrapping_add(1))])
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        u32::from(self.u16(at)) | u32::from(self.u16(at.wrapping_add(2))) << 16
    }
}
