//! CRC-32 as in Ethernet, gzip and PNG (ISO/IEC 8802-3, polynomial 0x04C11DB7 reflected).

/// Of each four bits: a table of 64 bytes, where one of each byte would take a kilobyte.
const TABLE: [u32; 16] = table();

#[expect(clippy::indexing_slicing, reason = "when compiling, where it would stop the build")]
const fn table() -> [u32; 16] {
    let mut table = [0; 16];
    let mut index = 0;
    while index < 16 {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 4 {
            value = if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

/// The CRC-32 of bytes that come one after the other, as Ethernet, gzip and PNG have it. It finds damage; who means to deceive can make
/// it right.
///
/// ```
/// use kyklos_core::pack::Crc32;
///
/// assert_eq!(Crc32::new().add(b"1234").add(b"56789").value(), 0xcbf4_3926);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Crc32(u32);

impl Default for Crc32 {
    fn default() -> Self {
        Self::new()
    }
}

impl Crc32 {
    /// That of no bytes.
    pub const fn new() -> Self {
        Self(u32::MAX)
    }

    /// That of these bytes after those before.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "an index of four bits for a table of sixteen")]
    pub const fn add(self, mut bytes: &[u8]) -> Self {
        let mut crc = self.0;
        while let [byte, rest @ ..] = bytes {
            crc ^= *byte as u32;
            crc = TABLE[(crc & 15) as usize] ^ crc >> 4;
            crc = TABLE[(crc & 15) as usize] ^ crc >> 4;
            bytes = rest;
        }
        Self(crc)
    }

    /// The number.
    pub const fn value(self) -> u32 {
        !self.0
    }
}
