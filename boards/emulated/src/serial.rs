//! The serial line of each machine, asked again and again: no interrupts, as an emulator has nothing to save by sleeping. A byte is
//! read when there is one, so nothing is lost with a reading that is dropped.
#![allow(unsafe_code, reason = "registers are at addresses")]

use core::convert::Infallible;
use core::future::poll_fn;
use core::ptr;
use core::task::Poll;

use embedded_io_async::{ErrorType, Read, Write};

/// A register of 32 bits, or of eight on the `virt` machine.
#[derive(Debug, Clone, Copy)]
struct Register(usize);

#[cfg(target_arch = "arm")]
type Word = u32;
#[cfg(target_arch = "riscv32")]
type Word = u8;

impl Register {
    fn read(self) -> Word {
        // SAFETY: each address is that of a register of the machine that this is built for, aligned and always there.
        unsafe { ptr::read_volatile(self.0 as *const Word) }
    }

    fn write(self, word: Word) {
        // SAFETY: as above; nothing in memory changes by it.
        unsafe { ptr::write_volatile(self.0 as *mut Word, word) }
    }
}

/// CMSDK's, of the MPS2 (Arm DDI 0479).
#[cfg(all(target_arch = "arm", target_has_atomic = "32"))]
mod machine {
    use super::Register;

    const DATA: Register = Register(0x4000_4000);
    const STATE: Register = Register(0x4000_4004);
    const CONTROL: Register = Register(0x4000_4008);
    const DIVIDER: Register = Register(0x4000_4010);

    pub(super) fn open() {
        DIVIDER.write(217);
        CONTROL.write(0b11);
    }

    pub(super) fn read() -> Option<u8> {
        (STATE.read() & 0b10 != 0).then(|| DATA.read() as u8)
    }

    pub(super) fn write(byte: u8) {
        while STATE.read() & 0b01 != 0 {}
        DATA.write(byte.into());
    }
}

/// The nRF51's UART (nRF51 Series Reference Manual, chapter 29).
#[cfg(all(target_arch = "arm", not(target_has_atomic = "32")))]
mod machine {
    use super::Register;

    const START_RX: Register = Register(0x4000_2000);
    const START_TX: Register = Register(0x4000_2008);
    const RX_READY: Register = Register(0x4000_2108);
    const TX_READY: Register = Register(0x4000_211c);
    const ENABLE: Register = Register(0x4000_2500);
    const RXD: Register = Register(0x4000_2518);
    const TXD: Register = Register(0x4000_251c);

    pub(super) fn open() {
        ENABLE.write(4);
        START_RX.write(1);
        START_TX.write(1);
    }

    pub(super) fn read() -> Option<u8> {
        (RX_READY.read() != 0).then(|| {
            RX_READY.write(0);
            RXD.read() as u8
        })
    }

    pub(super) fn write(byte: u8) {
        TXD.write(byte.into());
        while TX_READY.read() == 0 {}
        TX_READY.write(0);
    }
}

/// A 16550, of the `virt` machine.
#[cfg(target_arch = "riscv32")]
mod machine {
    use super::Register;

    const DATA: Register = Register(0x1000_0000);
    const STATUS: Register = Register(0x1000_0005);

    pub(super) fn open() {}

    pub(super) fn read() -> Option<u8> {
        (STATUS.read() & 0x01 != 0).then(|| DATA.read())
    }

    pub(super) fn write(byte: u8) {
        while STATUS.read() & 0x20 == 0 {}
        DATA.write(byte);
    }
}

/// The machine's line.
#[derive(Debug)]
pub struct Serial(());

impl Serial {
    /// Switches it on.
    pub fn open() -> Self {
        machine::open();
        Self(())
    }
}

impl ErrorType for Serial {
    type Error = Infallible;
}

impl Read for Serial {
    async fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|_| match (bytes.first_mut(), machine::read()) {
            (Some(place), Some(byte)) => {
                *place = byte;
                Poll::Ready(Ok(1))
            }
            _ => Poll::Pending,
        })
        .await
    }
}

impl Write for Serial {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        bytes.iter().for_each(|&byte| machine::write(byte));
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
