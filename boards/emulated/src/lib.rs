//! The processors that QEMU emulates: where a program begins there, its serial line and its clock.
#![no_std]

/// The serial line.
pub mod serial;
/// The clock.
mod time;

/// Begins the program with a function that never comes back.
#[macro_export]
macro_rules! begin {
    ($main:path) => {
        #[cfg(target_arch = "arm")]
        #[cortex_m_rt::entry]
        fn begin() -> ! {
            $main()
        }

        #[cfg(target_arch = "riscv32")]
        #[riscv_rt::entry]
        fn begin() -> ! {
            $main()
        }
    };
}
