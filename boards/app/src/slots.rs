//! Two places in flash for packs. A new pack goes into the one that isn't in force: first it is erased, then the pack is written, and
//! last of all the mark that makes it count. So whenever the power goes, the old or the new pack is there, and whole.
//!
//! ```text
//! 0   4 bytes   the letters KYS1
//! 4   u32       a number, one more than that of the pack before it
//! 8   u32       the pack's length
//! 12  u32       the CRC-32 of these twelve bytes and of the pack
//! 16            the pack
//! ```

use embedded_storage::nor_flash::NorFlash;
use kyklos_core::pack::Crc32;

const MAGIC: [u8; 4] = *b"KYS1";
const MARK: usize = 16;
/// The longest unit that a flash writes in, here.
const UNIT: usize = 16;

/// Why a pack isn't kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StoreFault {
    /// This board has no place for it.
    None,
    /// It is longer than a slot.
    TooLong,
    /// The flash has refused, or doesn't read what was written.
    Flash,
}

impl StoreFault {
    /// A short word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "no-store",
            Self::TooLong => "too-long",
            Self::Flash => "flash",
        }
    }
}

/// Where a board keeps the pack that it was sent.
pub trait Store {
    /// Whether a pack of so many bytes has a place.
    ///
    /// # Errors
    ///
    /// [`StoreFault::None`] and [`StoreFault::TooLong`].
    fn welcome(&self, length: usize) -> Result<(), StoreFault>;
    /// Reads the newest pack that is whole, and returns its length; `None` where there is none, or no room for it.
    fn load(&mut self, room: &mut [u8]) -> Option<usize>;
    /// Keeps a pack.
    ///
    /// # Errors
    ///
    /// What was kept before is there still.
    fn keep(&mut self, pack: &[u8]) -> Result<(), StoreFault>;
}

/// A board that keeps nothing, and says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStore;

impl Store for NoStore {
    fn welcome(&self, _: usize) -> Result<(), StoreFault> {
        Err(StoreFault::None)
    }

    fn load(&mut self, _: &mut [u8]) -> Option<usize> {
        None
    }

    fn keep(&mut self, _: &[u8]) -> Result<(), StoreFault> {
        Err(StoreFault::None)
    }
}

/// Two slots of a flash.
#[derive(Debug)]
pub struct Slots<F> {
    flash: F,
    start: u32,
    size: u32,
}

/// What a slot says of itself.
#[derive(Debug, Clone, Copy)]
struct Mark {
    number: u32,
    length: usize,
    check: u32,
}

impl<F: NorFlash> Slots<F> {
    /// Two slots of `size` bytes each, one behind the other, from `start` on. `None` where that isn't in the flash, or isn't what it can
    /// erase.
    pub fn new(flash: F, start: u32, size: u32) -> Option<Self> {
        const {
            assert!(
                UNIT.is_multiple_of(F::WRITE_SIZE) && UNIT.is_multiple_of(F::READ_SIZE),
                "16 bytes are written at once"
            )
        };
        let unit = u32::try_from(F::ERASE_SIZE).ok()?;
        let end = size.checked_mul(2).and_then(|both| both.checked_add(start))?;
        let fits = usize::try_from(end).is_ok_and(|end| end <= flash.capacity());
        let whole = start.is_multiple_of(unit) && size.is_multiple_of(unit) && size as usize > MARK;
        (fits && whole).then_some(Self { flash, start, size })
    }

    /// The flash.
    pub fn into_inner(self) -> F {
        self.flash
    }

    fn at(&self, slot: u32) -> u32 {
        self.start + slot * self.size
    }

    /// The mark of a slot, where it has one. Whether it is right only the pack tells.
    fn mark(&mut self, slot: u32) -> Option<Mark> {
        let mut bytes = [0; MARK];
        self.flash.read(self.at(slot), &mut bytes).ok()?;
        let [magic, number, length, check] = [0, 4, 8, 12].map(|at| word(&bytes, at));
        let length = usize::try_from(length).ok()?;
        (magic == u32::from_le_bytes(MAGIC) && length > 0 && length <= self.room()).then_some(Mark {
            number,
            length,
            check,
        })
    }

    fn room(&self) -> usize {
        self.size as usize - MARK
    }

    /// Whether the pack behind a mark is the one that it was set for, read in pieces.
    fn is_whole(&mut self, slot: u32, mark: Mark) -> bool {
        let mut crc = Crc32::new().add(&head(mark.number, mark.length));
        let (mut at, mut piece) = (0, [0; UNIT]);
        while at < mark.length {
            let Ok(place) = u32::try_from(MARK + at) else { return false };
            if self.flash.read(self.at(slot) + place, &mut piece).is_err() {
                return false;
            }
            crc = crc.add(piece.get(..mark.length - at).unwrap_or(&piece));
            at += UNIT;
        }
        crc.value() == mark.check
    }

    /// The slot in force: of those that are whole the one with the later number.
    fn newest(&mut self) -> Option<(u32, Mark)> {
        let [first, second] = [0, 1].map(|slot| {
            let mark = self.mark(slot)?;
            self.is_whole(slot, mark).then_some((slot, mark))
        });
        match (first, second) {
            // Numbers go round, and never are far apart.
            (Some(a), Some(b)) if b.1.number.wrapping_sub(a.1.number).cast_signed() > 0 => Some(b),
            (Some(a), _) => Some(a),
            (None, b) => b,
        }
    }

    fn write(&mut self, slot: u32, number: u32, pack: &[u8]) -> Result<(), F::Error> {
        let at = self.at(slot);
        self.flash.erase(at, at + self.size)?;
        let mut place = at + MARK as u32;
        for piece in pack.chunks(UNIT) {
            let mut whole = [0xff; UNIT];
            if let Some(part) = whole.get_mut(..piece.len()) {
                part.copy_from_slice(piece);
            }
            self.flash.write(place, &whole)?;
            place += UNIT as u32;
        }
        let head = head(number, pack.len());
        let mut mark = [0; MARK];
        let check = Crc32::new().add(&head).add(pack).value();
        for (byte, from) in mark.iter_mut().zip(head.into_iter().chain(check.to_le_bytes())) {
            *byte = from;
        }
        self.flash.write(at, &mark)
    }
}

impl<F: NorFlash> Store for Slots<F> {
    fn welcome(&self, length: usize) -> Result<(), StoreFault> {
        // It is written in whole units.
        if length.div_ceil(UNIT) * UNIT <= self.room() { Ok(()) } else { Err(StoreFault::TooLong) }
    }

    fn load(&mut self, room: &mut [u8]) -> Option<usize> {
        let (slot, mark) = self.newest()?;
        let room = room.get_mut(..mark.length)?;
        let (mut at, mut piece) = (self.at(slot) + MARK as u32, [0; UNIT]);
        for part in room.chunks_mut(UNIT) {
            self.flash.read(at, &mut piece).ok()?;
            part.copy_from_slice(piece.get(..part.len())?);
            at += UNIT as u32;
        }
        Some(mark.length)
    }

    fn keep(&mut self, pack: &[u8]) -> Result<(), StoreFault> {
        self.welcome(pack.len())?;
        let (slot, number) = self.newest().map_or((0, 1), |(slot, mark)| (1 - slot, mark.number.wrapping_add(1)));
        self.write(slot, number, pack).map_err(|_| StoreFault::Flash)?;
        // What can't be read again isn't kept.
        let mark = self.mark(slot).filter(|mark| mark.number == number).ok_or(StoreFault::Flash)?;
        if self.is_whole(slot, mark) { Ok(()) } else { Err(StoreFault::Flash) }
    }
}

fn head(number: u32, length: usize) -> [u8; 12] {
    let mut head = [0; 12];
    let words = [MAGIC, number.to_le_bytes(), (length as u32).to_le_bytes()];
    for (byte, from) in head.iter_mut().zip(words.into_iter().flatten()) {
        *byte = from;
    }
    head
}

fn word(bytes: &[u8; MARK], at: usize) -> u32 {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    u32::from_le_bytes([byte(at), byte(at + 1), byte(at + 2), byte(at + 3)])
}
