//! A schedule on an ESP32-C3: GPIO 8 is high while the value is above the default, and a serial line on GPIO 20 and 21 sets the time,
//! which the chip counts while it has power.
#![no_std]
#![no_main]

use embassy_executor::Spawner;
use embassy_time::Instant;
use esp_backtrace as _;
use esp_hal::gpio::{Level, Output, OutputConfig};
use esp_hal::timer::timg::TimerGroup;
use esp_hal::uart::{Config as UartConfig, Uart};
use esp_println as _;
use kyklos_app::{Counted, Device, NoStore, Settings, run};

// What the chip's loader wants to know of a program.
esp_bootloader_esp_idf::esp_app_desc!();

#[esp_rtos::main]
async fn main(_spawner: Spawner) {
    let chip = esp_hal::init(esp_hal::Config::default());
    esp_rtos::start(TimerGroup::new(chip.TIMG0).timer0, chip.FROM_CPU_INTR0);
    let serial = match Uart::new(chip.UART0, UartConfig::default()) {
        Ok(serial) => serial.with_rx(chip.GPIO20).with_tx(chip.GPIO21),
        Err(_) => return defmt::error!("no such speed"),
    };
    let mut serial = serial.into_async();
    let mut pin = Output::new(chip.GPIO8, Level::Low, OutputConfig::default());

    let clock = Counted::new(|| Instant::now().as_secs());
    let mut device: Device<_, _> = Device::new(Settings::HOME, clock, NoStore);
    if let Err(problem) = device.start() {
        defmt::warn!("a pack was passed over: {}", problem);
    }
    run(&mut device, &mut serial, |look| {
        defmt::info!("{}", look);
        pin.set_level(if look.value > Settings::HOME.safe { Level::High } else { Level::Low });
    })
    .await
}
