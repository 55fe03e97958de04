//! What a board does for ever: put out what applies, sleep until that changes or something comes, answer.

use embassy_futures::select::{Either, select};
use embassy_time::{Duration, Instant, Timer, with_deadline};
use embedded_io_async::{Read, Write};

use crate::{Clock, Device, Look, Store, Text};

/// After so long what isn't over on the line is given up; and an answer that nobody takes.
const SILENCE: Duration = Duration::from_secs(2);
/// In seconds. A board looks at its clock once a day at least: one that is put right by others than the line is noticed then.
const LONGEST: u64 = 86_400;
/// A line that fails, or that has ended, is asked again after so long: it would be asked again and again otherwise, without sleep.
const FAULT: Duration = Duration::from_millis(100);

/// Runs a board. `put_out` gets what applies, each time that it is looked at.
///
/// While it waits the executor sleeps, so a board wakes at boundaries, and when something comes. A boundary is put out within a second,
/// as a clock is read in whole seconds, whatever comes over the line meanwhile; within three where nobody takes an answer.
///
/// `serial`'s `read` must lose nothing when it is dropped before it is ready, as those of interrupt-driven ("buffered") lines don't.
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
    let mut last_byte = Instant::MIN;
    loop {
        let look = device.look();
        // One point in time for all that comes until then: one that each byte moved on might never be reached.
        let until = Instant::now() + Duration::from_secs(look.seconds.unwrap_or(LONGEST).min(LONGEST));
        put_out(look);
        let mut answered = false;
        // Looked at here, as a timer isn't asked while a line always has something.
        while !answered && Instant::now() < until {
            let given_up = last_byte + SILENCE;
            let wake = if device.is_waiting() { until.min(given_up) } else { until };
            match select(serial.read(&mut bytes), Timer::at(wake)).await {
                Either::First(Ok(count)) if count > 0 => {
                    last_byte = Instant::now();
                    for &byte in bytes.get(..count).unwrap_or_default() {
                        let mut answer = Text::new();
                        // An answer that doesn't fit is longer than any there is.
                        if device.take(byte, &mut answer).unwrap_or_default() {
                            answered = true;
                            say(serial, answer.bytes(), last_byte + SILENCE).await;
                        }
                    }
                    continue;
                }
                // What was lost is seen by what comes after it: a pack by its checksum, a line as one that isn't known.
                Either::First(_) => Timer::at(wake.min(Instant::now() + FAULT)).await,
                Either::Second(()) => {}
            }
            if device.is_waiting() && Instant::now() >= given_up {
                let mut answer = Text::new();
                let _ = device.silence(&mut answer);
                say(serial, answer.bytes(), Instant::now() + SILENCE).await;
            }
        }
    }
}

/// Sends an answer, or as much of it as is taken until then: nobody may listen, and the next boundary comes all the same.
async fn say(serial: &mut impl Write, answer: &[u8], until: Instant) {
    let all = async {
        let mut rest = answer;
        // By hand, as `write_all` panics where nothing is taken.
        while let Ok(count) = serial.write(rest).await
            && count > 0
        {
            rest = rest.get(count..).unwrap_or_default();
            if rest.is_empty() {
                let _ = serial.flush().await;
                break;
            }
        }
    };
    let _ = with_deadline(until, all).await;
}
