//! A schedule on an STM32F411 (the Nucleo board): the LED is lit while the value is above the default, the time is the chip's own
//! clock, and a serial line by the board's own USB sets it.
#![no_std]
#![no_main]

use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_stm32::bind_interrupts;
use embassy_stm32::gpio::{Level, Output, Speed};
use embassy_stm32::peripherals::USART2;
use embassy_stm32::rcc::LsConfig;
use embassy_stm32::rtc::{DateTime, DayOfWeek, Rtc, RtcConfig, RtcTimeProvider};
use embassy_stm32::usart::{BufferedInterruptHandler, BufferedUart, Config as UartConfig};
use kyklos_app::{Clock, Device, LocalTime, NoStore, Settings, run};
use panic_probe as _;

bind_interrupts!(struct Irqs {
    USART2 => BufferedInterruptHandler<USART2>;
});

/// The chip's clock, kept in UTC. Without power it begins with 2000 again, which the application doesn't take for the time.
struct Chip(Rtc, RtcTimeProvider);

impl Clock for Chip {
    fn unix(&mut self) -> Option<u64> {
        let now = self.1.now().ok()?;
        let (year, month, day) = (now.year(), now.month(), now.day());
        LocalTime { year, month, day, weekday: 0, hour: now.hour(), minute: now.minute(), second: now.second() }.unix()
    }

    /// Its registers have two digits for the year, of this century.
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
        let now = DateTime::from(year, month, day, day_of_week, hour, minute, second, 0).ok();
        let now = now.filter(|_| (2000..2100).contains(&year));
        now.is_some_and(|now| self.0.set_datetime(now).is_ok())
    }
}

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let mut config = embassy_stm32::Config::default();
    // The clock goes by the board's crystal of 32,768 Hz. By itself the HAL takes the chip's oscillator, which may be wrong by half.
    config.rcc.ls = LsConfig::default_lse();
    let chip = embassy_stm32::init(config);
    let (mut to, mut from) = ([0; 64], [0; 256]);
    let serial = BufferedUart::new(chip.USART2, chip.PA3, chip.PA2, &mut to, &mut from, Irqs, UartConfig::default());
    let Ok(mut serial) = serial else { return defmt::error!("no such speed") };
    let mut led = Output::new(chip.PA5, Level::Low, Speed::Low);

    let (rtc, time) = Rtc::new(chip.RTC, RtcConfig::default());
    let mut device: Device<_, _> = Device::new(Settings::HOME, Chip(rtc, time), NoStore);
    if let Err(problem) = device.start() {
        defmt::warn!("a pack was passed over: {}", problem);
    }
    run(&mut device, &mut serial, |look| {
        defmt::info!("{}", look);
        led.set_level(if look.value > Settings::HOME.safe { Level::High } else { Level::Low });
    })
    .await
}
