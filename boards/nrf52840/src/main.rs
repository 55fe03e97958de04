//! A schedule on an nRF52840 (its development kit): LED 1 is lit while the value is above the default, a serial line by the kit's own
//! USB takes the time and packs, and the last 8 KiB of the flash keep these.
#![no_std]
#![no_main]

use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_nrf::bind_interrupts;
use embassy_nrf::buffered_uarte::{BufferedUarte, InterruptHandler};
use embassy_nrf::config::{Config, LfclkSource};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::nvmc::Nvmc;
use embassy_nrf::peripherals::UARTE0;
use embassy_nrf::uarte::Config as UartConfig;
use embassy_time::Instant;
use kyklos_app::{Counted, Device, Settings, Slots, run};
use panic_probe as _;

bind_interrupts!(struct Irqs {
    UARTE0 => InterruptHandler<UARTE0>;
});

/// As `memory.x` leaves them.
const SLOT: u32 = 4096;
const SLOTS: u32 = 1024 * 1024 - 2 * SLOT;

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let mut config = Config::default();
    // The time is counted by the kit's crystal of 32,768 Hz. By itself the HAL takes the chip's oscillator, which it doesn't calibrate.
    config.lfclk_source = LfclkSource::ExternalXtal;
    let chip = embassy_nrf::init(config);
    let Some(slots) = Slots::new(Nvmc::new(chip.NVMC), SLOTS, SLOT) else {
        return defmt::error!("no room for two slots");
    };
    let (mut from, mut to) = ([0; 256], [0; 64]);
    let mut serial = BufferedUarte::new(
        chip.UARTE0,
        chip.TIMER0,
        chip.PPI_CH0,
        chip.PPI_CH1,
        chip.PPI_GROUP0,
        chip.P0_08,
        chip.P0_06,
        Irqs,
        UartConfig::default(),
        &mut from,
        &mut to,
    );
    // LED 1 of the kit is lit by a low level.
    let mut led = Output::new(chip.P0_13, Level::High, OutputDrive::Standard);

    let clock = Counted::new(|| Instant::now().as_secs());
    let mut device: Device<_, _> = Device::new(Settings::HOME, clock, slots);
    if let Err(problem) = device.start() {
        defmt::warn!("a pack was passed over: {}", problem);
    }
    run(&mut device, &mut serial, |look| {
        defmt::info!("{}", look);
        led.set_level(if look.value > Settings::HOME.safe { Level::Low } else { Level::High });
    })
    .await
}
