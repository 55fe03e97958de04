//! `kyklos send` over a pseudo-terminal, whose other end is the boards' own application: what a board does is what it does there.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test whose board doesn't work is a test that fails"
)]

mod program;

use std::fs::File;
use std::io::{Read, Write};
use std::thread::{self, JoinHandle};

use kyklos_app::{Counted, Device, NoStore, Settings, SimulatedFlash, Slots, Store};
use kyklos_core::{Schedule, TimeZone};
use program::kyklos_bytes;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

static EMPTY: Schedule<0, 0, 0> = Schedule::new(TimeZone::UTC);
/// 2026-01-01: this test's clock is the computer's.
const SETTINGS: Settings =
    Settings { name: "test/board", built_in: &EMPTY, built_in_pack: &[], safe: 0, not_before: 1_767_225_600 };

/// A board behind a terminal: the terminal's name, and what ends with the value that it puts out once `count` commands were answered.
fn board(store: impl Store + Send + 'static, before: &'static [u8], count: usize) -> (String, JoinHandle<u32>) {
    let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&line).unwrap();
    unlockpt(&line).unwrap();
    let mut settings = tcgetattr(&line).unwrap();
    settings.make_raw();
    tcsetattr(&line, OptionalActions::Now, &settings).unwrap();
    let name = ptsname(&line, Vec::new()).unwrap().into_string().unwrap();
    // While this is open the line isn't hung up.
    let kept = File::options().read(true).write(true).open(&name).unwrap();
    let work = move || {
        let _kept = kept;
        let mut line = File::from(line);
        let mut device: Device<_, _> = Device::new(SETTINGS, Counted::new(|| 0), store);
        device.start().unwrap();
        let mut answered = 0;
        let mut answers = String::new();
        for &byte in before {
            device.take(byte, &mut answers).unwrap();
        }
        let mut byte = [0];
        while answered < count {
            line.read_exact(&mut byte).unwrap();
            let mut answer = String::new();
            answered += usize::from(device.take(byte[0], &mut answer).unwrap());
            line.write_all(answer.as_bytes()).unwrap();
        }
        device.look().value
    };
    (name, thread::spawn(work))
}

fn heating() -> Vec<u8> {
    let manifest = b"apiVersion: kyklos.io/v1alpha1\nkind: TimeWindowScaler\nmetadata: {name: heating}\n\
                     spec: {targetRef: {name: heating}, timezone: Europe/Zurich, defaultReplicas: 170}\n";
    let (status, pack, err) = kyklos_bytes(&[("heating.yaml", manifest)], "pack -f heating.yaml", "");
    assert_eq!((status, err.as_str()), (0, ""));
    pack
}

fn slots() -> Slots<SimulatedFlash<2048>> {
    Slots::new(SimulatedFlash::new(), 0, 1024).unwrap()
}

#[test]
fn a_pack_gets_in_force() {
    // What is not known, time, the length, the pack, what applies.
    let (port, board) = board(slots(), b"", 5);
    let (status, out, err) = kyklos_bytes(&[("heating.pack", &heating())], &format!("send {port} heating.pack"), "");
    assert_eq!((status, err.as_str()), (0, ""));
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with(r#"{"name":"test/board","at":"20"#) && out.contains(r#""replicas":170"#), "{out}");
    assert_eq!(board.join().unwrap(), 170);
}

#[test]
fn what_was_begun_before_is_ended_first() {
    let (port, board) = board(slots(), b"tim\x07", 6);
    let (status, _, err) = kyklos_bytes(&[("heating.pack", &heating())], &format!("send {port} heating.pack"), "");
    assert_eq!((status, err.as_str()), (0, ""));
    assert_eq!(board.join().unwrap(), 170);
}

#[test]
fn a_board_that_keeps_nothing_says_so() {
    let (port, board) = board(NoStore, b"", 3);
    let (status, out, err) = kyklos_bytes(&[("heating.pack", &heating())], &format!("send {port} heating.pack"), "");
    let expected = format!("error: {port}: the board refuses a pack of this length: no-store pack 5\n");
    assert_eq!((status, out.len(), err), (1, 0, expected));
    assert_eq!(board.join().unwrap(), 0);
}

#[test]
fn what_is_no_pack_or_no_line_is_told_before_anything_is_sent() {
    let mut damaged = heating();
    damaged[20] ^= 1;
    let files = [("damaged.pack", damaged.as_slice()), ("heating.pack", &heating())];
    let (status, _, err) = kyklos_bytes(&files, "send none damaged.pack", "");
    assert!(status == 2 && err.starts_with("damaged.pack: checksum (byte "), "{err}");
    let (status, _, err) = kyklos_bytes(&files, "send none none.pack", "");
    assert!(status == 2 && err.starts_with("none.pack: can't be read"), "{err}");
    let (status, _, err) = kyklos_bytes(&files, "send none heating.pack", "");
    assert!(status == 1 && err.starts_with("error: none: "), "{err}");
    let (status, _, err) = kyklos_bytes(&files, "send heating.pack heating.pack", "");
    assert!(status == 1 && err.starts_with("error: heating.pack: no serial line"), "{err}");
}
