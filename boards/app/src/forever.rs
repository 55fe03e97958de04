//! What a board does for ever: put out what applies, sleep until that changes or something comes, answer.

use embassy_futures::select::{Either, select};
use embassy_time::Timer;
use embedded_io_async::{Read, Write};

use crate::{Clock, Device, Look, Store, Text};

/// After so many seconds what isn't over on the line is given up.
const SILENCE: u64 = 2;
/// A board looks at its clock once a day at least: one that is put right by others than the line is noticed then.
const LONGEST: u64 = 86_400;

/// Runs a board. `put_out` gets what applies, each time that it is looked at.
///
/// While it waits the executor sleeps, so a board wakes at boundaries, and when something comes.
pub async fn run<C, S, const W: usize, const E: usize, const H: usize, const CH: usize, const P: usize>(
    device: &mut Device<C, S, W, E, H, CH, P>,
    serial: &mut (impl Read + Write),
    mut put_out: impl FnMut(Look),
) -> !
where
    C: Clock,
    S: Store,
{
    let mut bytes = [0; 32];
    loop {
        let look = device.look();
        put_out(look);
        let mut answered = false;
        while !answered {
            let wait = if device.is_waiting() { SILENCE } else { look.seconds.unwrap_or(LONGEST).min(LONGEST) };
            let mut answer = Text::new();
            match select(serial.read(&mut bytes), Timer::after_secs(wait)).await {
                Either::First(Ok(count)) => {
                    for &byte in bytes.get(..count).unwrap_or_default() {
                        // An answer that doesn't fit is longer than any there is.
                        if device.take(byte, &mut answer).unwrap_or_default() {
                            answered = true;
                            let _ = serial.write_all(answer.bytes()).await;
                            answer = Text::new();
                        }
                    }
                }
                // What was lost is seen by what comes after it.
                Either::First(Err(_)) => answered = true,
                Either::Second(()) => {
                    answered = true;
                    let _ = device.silence(&mut answer);
                    let _ = serial.write_all(answer.bytes()).await;
                }
            }
        }
        let _ = serial.flush().await;
    }
}
