//! A schedule on a Raspberry Pi Pico: the LED is as bright as the value says, the time is the chip's own clock, a serial line on GPIO 0
//! and 1 takes packs, and the last 8 KiB of the flash keep them.
#![no_std]
#![no_main]

use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_rp::bind_interrupts;
use embassy_rp::flash::{Blocking, Flash};
use embassy_rp::peripherals::{FLASH, RTC, UART0};
use embassy_rp::pwm::{Config as PwmConfig, Pwm};
use embassy_rp::rtc::{DateTime, DayOfWeek, InterruptHandler, Rtc};
use embassy_rp::uart::{BufferedInterruptHandler, BufferedUart, Config as UartConfig};
use kyklos_app::{Clock, Device, LocalTime, Settings, Slots, run};
use panic_probe as _;

bind_interrupts!(struct Irqs {
    UART0_IRQ => BufferedInterruptHandler<UART0>;
    RTC_IRQ => InterruptHandler;
});

/// As `memory.x` leaves them.
const FLASH_SIZE: usize = 2 * 1024 * 1024;
const SLOT: u32 = 4096;

/// The chip's clock, kept in UTC. It runs as long as there is power, and says so when it doesn't.
struct Chip(Rtc<'static, RTC>);

impl Clock for Chip {
    fn unix(&mut self) -> Option<u64> {
        let DateTime { year, month, day, hour, minute, second, .. } = self.0.now().ok()?;
        LocalTime { year, month, day, weekday: 0, hour, minute, second }.unix()
    }

    /// It takes years up to 4095.
    fn set(&mut self, unix: u64) -> bool {
        let Some(LocalTime { year, month, day, weekday, hour, minute, second }) = LocalTime::of(unix) else {
            return false;
        };
        const DAYS: [DayOfWeek; 7] = [
            DayOfWeek::Monday,
            DayOfWeek::Tuesday,
            DayOfWeek::Wednesday,
            DayOfWeek::Thursday,
            DayOfWeek::Friday,
            DayOfWeek::Saturday,
            DayOfWeek::Sunday,
        ];
        let day_of_week = DAYS.get(usize::from(weekday)).copied().unwrap_or(DayOfWeek::Monday);
        self.0.set_datetime(DateTime { year, month, day, day_of_week, hour, minute, second }).is_ok()
    }
}

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let chip = embassy_rp::init(Default::default());
    let flash: Flash<'_, FLASH, Blocking, FLASH_SIZE> = Flash::new_blocking(chip.FLASH);
    let Some(slots) = Slots::new(flash, FLASH_SIZE as u32 - 2 * SLOT, SLOT) else {
        return defmt::error!("no room for two slots");
    };
    let (mut to, mut from) = ([0; 64], [0; 256]);
    let mut serial =
        BufferedUart::new(chip.UART0, chip.PIN_0, chip.PIN_1, Irqs, &mut to, &mut from, UartConfig::default());
    // The LED of the Pico is GPIO 25.
    let mut bright = PwmConfig::default();
    bright.top = 999;
    let mut led = Pwm::new_output_b(chip.PWM_SLICE4, chip.PIN_25, bright.clone());

    let mut device: Device<_, _> = Device::new(Settings::HOME, Chip(Rtc::new(chip.RTC, Irqs)), slots);
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
