//! A schedule on a Raspberry Pi Pico 2: the LED is as bright as the value says, and a serial line on GPIO 0 and 1 sets the time, which
//! the chip counts while it has power.
#![no_std]
#![no_main]

use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_rp::bind_interrupts;
use embassy_rp::peripherals::UART0;
use embassy_rp::pwm::{Config as PwmConfig, Pwm};
use embassy_rp::uart::{BufferedInterruptHandler, BufferedUart, Config as UartConfig};
use embassy_time::Instant;
use kyklos_app::{Counted, Device, NoStore, Settings, run};
use panic_probe as _;

bind_interrupts!(struct Irqs {
    UART0_IRQ => BufferedInterruptHandler<UART0>;
});

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let chip = embassy_rp::init(Default::default());
    let (mut to, mut from) = ([0; 64], [0; 256]);
    let mut serial =
        BufferedUart::new(chip.UART0, chip.PIN_0, chip.PIN_1, Irqs, &mut to, &mut from, UartConfig::default());
    // The LED of the Pico 2 is GPIO 25.
    let mut bright = PwmConfig::default();
    bright.top = 999;
    let mut led = Pwm::new_output_b(chip.PWM_SLICE4, chip.PIN_25, bright.clone());

    let clock = Counted::new(|| Instant::now().as_secs());
    let mut device: Device<_, _> = Device::new(Settings::HOME, clock, NoStore);
    if let Err(problem) = device.start() {
        defmt::warn!("a pack was passed over: {}", problem);
    }
    run(&mut device, &mut serial, |look| {
        defmt::info!("{}", look);
        bright.compare_b = u16::try_from(look.value.min(1_000)).unwrap_or_default();
        led.set_config(&bright);
    })
    .await
}
