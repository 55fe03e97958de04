//! The loop of every board, by a clock that the tests move, and over a line that fails as a real one can but none does when asked to.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use embassy_time::{Duration, Instant, MockDriver};
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use kyklos_app::{Counted, Device, Settings, SimulatedFlash, Slots, Source, run};
use kyklos_core::pack::encode;
use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Values, Window};

/// 2026-11-26T00:00:00Z, a Thursday.
const BUILT: u64 = 1_795_651_200;
/// The clock is set to so many seconds before the window begins, at the beginning of each test.
const BEFORE: u64 = 10;
static WINDOW: Schedule<1, 0, 0> = {
    let mut schedule = Schedule::new(TimeZone::UTC);
    assert!(schedule.set_default_value(170).is_ok());
    let morning = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 210);
    assert!(schedule.push_window(morning).is_ok());
    schedule
};
const SETTINGS: Settings =
    Settings { name: "home/lamp", built_in: &WINDOW, built_in_pack: &[], safe: 99, not_before: BUILT.cast_signed() };

/// There is one clock.
static CLOCK: Mutex<()> = Mutex::new(());
const STEP: Duration = Duration::from_millis(10);
/// Each test lasts so many milliseconds at most.
const END: u64 = 20_000;
/// More readings than this while the clock stands are a board that never sleeps.
const SPIN: usize = 100;

/// What the other end of the line does.
#[derive(Default)]
struct Other {
    /// What comes, each with the millisecond from which on it is there.
    coming: VecDeque<(u64, Result<Vec<u8>, ErrorKind>)>,
    /// What comes whenever the line is read and nothing else is there, until [`END`]. Bytes take a millisecond.
    always: Option<Result<&'static [u8], ErrorKind>>,
    /// What is done with answers: taken, refused, or never taken.
    answers: Answers,
    said: String,
    /// The millisecond of the last reading, and how many there were in it.
    readings: (u64, usize),
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Answers {
    #[default]
    Taken,
    /// `Ok(0)`.
    Refused,
    Never,
}

#[derive(Clone, Default)]
struct Line(Rc<RefCell<Other>>);

impl ErrorType for Line {
    type Error = ErrorKind;
}

impl Read for Line {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        poll_fn(|_| {
            let mut other = self.0.borrow_mut();
            let now = Instant::now().as_millis();
            other.readings = if other.readings.0 == now { (now, other.readings.1 + 1) } else { (now, 1) };
            assert!(other.readings.1 < SPIN, "the line is read again and again at {now} ms");
            let is_there = other.coming.front().is_some_and(|(at, _)| *at <= now);
            let come = match other.coming.pop_front_if(|_| is_there) {
                Some((_, come)) => come,
                None => match other.always.filter(|_| now < END) {
                    None => return Poll::Pending,
                    Some(Err(error)) => return Poll::Ready(Err(error)),
                    Some(Ok(bytes)) => {
                        if !bytes.is_empty() {
                            MockDriver::get().advance(Duration::from_millis(1));
                        }
                        Ok(bytes.to_vec())
                    }
                },
            };
            Poll::Ready(come.map(|mut bytes| {
                let rest = bytes.split_off(bytes.len().min(buffer.len()));
                buffer[..bytes.len()].copy_from_slice(&bytes);
                if !rest.is_empty() {
                    other.coming.push_front((0, Ok(rest)));
                }
                bytes.len()
            }))
        })
        .await
    }
}

impl Write for Line {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let answers = self.0.borrow().answers;
        match answers {
            Answers::Never => std::future::pending().await,
            Answers::Refused => Ok(0),
            Answers::Taken => {
                // In pieces, as a full buffer takes them.
                let piece = &bytes[..bytes.len().min(7)];
                self.0.borrow_mut().said.push_str(std::str::from_utf8(piece).unwrap());
                Ok(piece.len())
            }
        }
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// A board that runs, and what it has put out: when, the value, and whose.
struct Board {
    line: Line,
    out: Rc<RefCell<Vec<(u64, u32, Source)>>>,
    forever: Pin<Box<dyn Future<Output = ()>>>,
    _clock: MutexGuard<'static, ()>,
}

impl Board {
    /// One whose clock is set ten seconds before a boundary.
    fn new() -> Self {
        let clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
        MockDriver::get().reset();
        let (line, out) = (Line::default(), Rc::new(RefCell::new(Vec::new())));
        let (mut serial, seen) = (line.clone(), out.clone());
        let forever = Box::pin(async move {
            let slots = Slots::new(SimulatedFlash::<2048>::new(), 0, 1024).unwrap();
            let clock = Counted::new(|| Instant::now().as_secs());
            let mut device: Device<_, _, 4, 2, 8, 2> = Device::new(SETTINGS, clock, slots);
            device.start().unwrap();
            let put_out = |look: kyklos_app::Look| {
                seen.borrow_mut().push((Instant::now().as_millis(), look.value, look.source));
            };
            run(&mut device, &mut serial, put_out).await
        });
        let board = Self { line, out, forever, _clock: clock };
        board.send(0, format!("time {}\n", BUILT + 6 * 3_600 + 1_800 - BEFORE).into_bytes());
        board
    }

    fn send(&self, at: u64, bytes: impl Into<Vec<u8>>) {
        self.line.0.borrow_mut().coming.push_back((at, Ok(bytes.into())));
    }

    fn fail(&self, at: u64) {
        self.line.0.borrow_mut().coming.push_back((at, Err(ErrorKind::Other)));
    }

    fn always(&self, come: Result<&'static [u8], ErrorKind>) {
        self.line.0.borrow_mut().always = Some(come);
    }

    /// Lets it run until so many milliseconds after its start.
    fn until(&mut self, millis: u64) {
        let mut context = Context::from_waker(Waker::noop());
        while Instant::now().as_millis() < millis {
            let _ = self.forever.as_mut().poll(&mut context);
            MockDriver::get().advance(STEP);
        }
    }

    fn said(&self) -> String {
        self.line.0.borrow().said.clone()
    }

    /// The window's value comes at its beginning, and no later than it may.
    fn assert_on_time(&mut self, latest: u64, what: &str) {
        self.until(END);
        let out = self.out.borrow();
        assert_eq!(out[0].1, 99, "{what}: before there is time");
        let begin = BEFORE * 1_000;
        let first = out.iter().find(|(_, value, _)| *value == 210).map(|(at, ..)| *at);
        assert!(first.is_some_and(|at| (begin..=latest).contains(&at)), "{what}: {first:?} of {out:?}");
        assert!(out.iter().all(|(at, value, _)| *value != 170 || *at < latest), "{what}: {out:?}");
    }
}

/// A second, as the clock has no less, and one step of these tests.
const ON_TIME: u64 = BEFORE * 1_000 + 1_000 + STEP.as_millis();

#[test]
fn a_boundary_comes_on_time_whatever_comes_over_the_line() {
    let quiet = |_: &Board| {};
    let each = |bytes: &'static [u8], millis: usize| {
        move |board: &Board| (1..END as usize / millis).for_each(|count| board.send((count * millis) as u64, bytes))
    };
    type Does = Box<dyn Fn(&Board)>;
    let lines: [(&str, Does); 9] = [
        ("nothing", Box::new(quiet)),
        ("noise without a line feed", Box::new(each(b"\x07\xff", 500))),
        ("letters without a line feed", Box::new(each(b"a", 1_900))),
        ("empty lines", Box::new(each(b"\r\n", 700))),
        ("our answers", Box::new(each(b"ok\nerror unset time 0\nfrom sent\n{}\n", 900))),
        ("commands", Box::new(each(b"show\n", 300))),
        ("half a pack again and again", Box::new(each(b"pack 400\n0123", 1_500))),
        ("a line that fails again and again", Box::new(|board| (1..150).for_each(|count| board.fail(count * 130)))),
        (
            "all of it",
            Box::new(|board| {
                for at in (300..END).step_by(300) {
                    board.send(at, b"\n\x07".as_slice());
                    board.fail(at);
                }
            }),
        ),
    ];
    for (what, does) in lines {
        let mut board = Board::new();
        does(&board);
        board.assert_on_time(ON_TIME, what);
    }
}

/// A timer isn't asked while these come: the loop has to look at the clock by itself.
#[test]
fn a_line_that_always_has_something_keeps_no_boundary_back() {
    for bytes in [b"\x07".as_slice(), b"\n", b"ok\n", b"a", b"show\n"] {
        let mut board = Board::new();
        board.always(Ok(bytes));
        board.assert_on_time(ON_TIME, &format!("{bytes:?}"));
    }
}

/// What is read while the clock stands is counted, in [`SPIN`].
#[test]
fn a_line_that_is_broken_or_at_its_end_is_left_alone_for_a_while() {
    for always in [Err(ErrorKind::Other), Ok(b"".as_slice())] {
        let mut board = Board::new();
        board.send(1_000, b"sho".as_slice());
        board.always(always);
        board.assert_on_time(ON_TIME, &format!("{always:?}"));
        // And what was begun is given up all the same.
        assert_eq!(board.said(), "ok\nerror cut line 3\n", "{always:?}");
    }
}

#[test]
fn answers_that_nobody_takes_hold_it_up_for_two_seconds_at_most() {
    for (answers, latest) in [(Answers::Refused, ON_TIME), (Answers::Never, ON_TIME + 2_000)] {
        let mut board = Board::new();
        board.line.0.borrow_mut().answers = answers;
        // So many at once that each of them waiting would be minutes.
        board.send(BEFORE * 1_000 - 100, b"show\n?\n".repeat(30));
        board.assert_on_time(latest, &format!("{latest}"));
        assert_eq!(board.said(), "");
    }
}

#[test]
fn what_is_not_over_is_given_up_after_two_seconds_without_a_byte() {
    let mut board = Board::new();
    board.send(1_000, b"sh".as_slice());
    board.send(2_500, b"o".as_slice());
    board.until(4_490);
    assert_eq!(board.said(), "ok\n");
    board.until(4_520);
    assert_eq!(board.said(), "ok\nerror cut line 3\n");
    board.send(5_000, b"pack 67\n0123".as_slice());
    board.until(7_020);
    assert_eq!(board.said(), "ok\nerror cut line 3\nok\nerror cut pack 4\n");
}

#[test]
fn a_boundary_in_the_middle_of_a_pack_comes_and_the_pack_goes_on() {
    let mut pack = Vec::new();
    let values = Values { default_value: 42, ..Values::default() };
    encode(TimeZone::UTC, BUILT.cast_signed()..BUILT.cast_signed() + 1, &values, &mut pack).unwrap();
    let mut board = Board::new();
    let begin = BEFORE * 1_000;
    board.send(begin - 1_500, format!("pack {}\n", pack.len()).into_bytes());
    board.send(begin - 500, &pack[..20]);
    board.send(begin + 1_200, &pack[20..]);
    board.until(begin + 3_000);
    assert_eq!(board.said(), "ok\nok\nok\n");
    let first = |value| board.out.borrow().iter().find(|(_, found, _)| *found == value).copied();
    let (at, _, source) = first(210).expect("the window");
    assert!((begin..=ON_TIME).contains(&at) && source == Source::Schedule, "{at}");
    let (at, _, source) = first(42).expect("the pack");
    assert!((begin + 1_200..begin + 1_300).contains(&at) && source == Source::Sent, "{at}");
}
