//! A flash in memory that behaves as one: it erases whole pages to ones, writes turn ones to zeros only, and the power can go at any
//! byte.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

/// A flash of so many bytes, with pages of 256 and words of four.
#[derive(Debug, Clone)]
pub struct SimulatedFlash<const BYTES: usize> {
    bytes: [u8; BYTES],
    /// How many bytes may still change before the power goes; `None` where it stays.
    left: Option<usize>,
}

/// The power is gone, or what was asked is none of the flash's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The power is gone.
    Power,
    /// What can't be asked of a flash.
    Asked(NorFlashErrorKind),
}

impl NorFlashError for Cut {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Power => NorFlashErrorKind::Other,
            Self::Asked(kind) => *kind,
        }
    }
}

impl<const BYTES: usize> Default for SimulatedFlash<BYTES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const BYTES: usize> SimulatedFlash<BYTES> {
    const PAGE: usize = 256;
    const WORD: usize = 4;

    /// As it comes: nothing is written.
    pub const fn new() -> Self {
        Self { bytes: [0xff; BYTES], left: None }
    }

    /// The power goes after so many bytes have changed.
    pub const fn cut_after(&mut self, bytes: usize) {
        self.left = Some(bytes);
    }

    /// How many bytes may still change: what is left of that.
    pub const fn left(&self) -> Option<usize> {
        self.left
    }

    /// The power is there again.
    pub const fn power(&mut self) {
        self.left = None;
    }

    /// Its bytes, to be damaged.
    pub const fn bytes(&mut self) -> &mut [u8; BYTES] {
        &mut self.bytes
    }

    fn change(&mut self, at: usize, to: impl Fn(u8) -> u8) -> Result<(), Cut> {
        if self.left == Some(0) {
            return Err(Cut::Power);
        }
        self.left = self.left.map(|left| left - 1);
        let byte = self.bytes.get_mut(at).ok_or(Cut::Asked(NorFlashErrorKind::OutOfBounds))?;
        *byte = to(*byte);
        Ok(())
    }
}

impl<const BYTES: usize> ErrorType for SimulatedFlash<BYTES> {
    type Error = Cut;
}

impl<const BYTES: usize> ReadNorFlash for SimulatedFlash<BYTES> {
    const READ_SIZE: usize = Self::WORD;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Cut> {
        embedded_storage::nor_flash::check_read(self, offset, bytes.len()).map_err(Cut::Asked)?;
        let from = self.bytes.get(offset as usize..).and_then(|rest| rest.get(..bytes.len()));
        bytes.copy_from_slice(from.ok_or(Cut::Asked(NorFlashErrorKind::OutOfBounds))?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        BYTES
    }
}

impl<const BYTES: usize> NorFlash for SimulatedFlash<BYTES> {
    const WRITE_SIZE: usize = Self::WORD;
    const ERASE_SIZE: usize = Self::PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Cut> {
        embedded_storage::nor_flash::check_erase(self, from, to).map_err(Cut::Asked)?;
        (from as usize..to as usize).try_for_each(|at| self.change(at, |_| 0xff))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Cut> {
        embedded_storage::nor_flash::check_write(self, offset, bytes.len()).map_err(Cut::Asked)?;
        (offset as usize..).zip(bytes).try_for_each(|(at, &byte)| self.change(at, |before| before & byte))
    }
}
