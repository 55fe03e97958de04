//! The line, byte by byte; packs that are kept over power cuts at any byte; noise.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::cell::Cell;

use kyklos_app::{
    Clock, Counted, Device, LocalTime, NoStore, Settings, SimulatedFlash, Slots, Source, Store, StoreFault,
};
use kyklos_core::pack::encode;
use kyklos_core::{Reading, Schedule, TimeZone, Values};
use proptest::prelude::*;

/// 2026-11-26.
const BUILT: i64 = 1_795_651_200;
static FIXED: Schedule<0, 0, 0> = {
    let mut schedule = Schedule::new(TimeZone::UTC);
    assert!(schedule.set_default_value(1).is_ok());
    schedule
};

type Flash = SimulatedFlash<2048>;
type Board<S> = Device<Counted<fn() -> u64>, S, 4, 2, 8, 2>;

fn settings() -> Settings {
    Settings { name: "home/lamp", built_in: &FIXED, built_in_pack: &[], safe: 99, not_before: BUILT }
}

fn slots(flash: Flash) -> Slots<Flash> {
    Slots::new(flash, 0, 1024).expect("two slots of four pages")
}

fn board<S: Store>(store: S) -> Board<S> {
    Board::new(settings(), Counted::new(|| 0), store)
}

/// A pack whose only sign is its value, of a length that changes with it.
fn pack(value: u32) -> Vec<u8> {
    const ZONES: [TimeZone; 3] =
        [TimeZone::UTC, TimeZone::named("Europe/Zurich"), TimeZone::named("America/Argentina/ComodRivadavia")];
    let zone = ZONES[value as usize % 3];
    let mut pack = Vec::new();
    encode(zone, BUILT..BUILT + 1, &Values { default_value: value, ..Values::default() }, &mut pack).unwrap();
    pack
}

/// Sends bytes, and what is answered.
fn send<C: Clock, S: Store, const W: usize, const E: usize, const H: usize, const Z: usize>(
    board: &mut Device<C, S, W, E, H, Z>,
    bytes: &[u8],
) -> String {
    let mut out = String::new();
    for &byte in bytes {
        board.take(byte, &mut out).unwrap();
    }
    out
}

fn send_pack<S: Store>(board: &mut Board<S>, pack: &[u8]) -> String {
    let offer = send(board, format!("pack {}\n", pack.len()).as_bytes());
    if offer == "ok\n" { send(board, pack) } else { offer }
}

#[test]
fn the_line_as_it_is_typed() {
    let mut board = board(slots(Flash::new()));
    board.start().unwrap();
    let set = format!("time {}\r\n", BUILT + 60);
    let shown = "from schedule\n{\"name\":\"home/lamp\",\"at\":\"2026-11-26T00:01:00Z\",\"kind\":\"default\",\"index\":null,\"label\":null,\
                 \"replicas\":1,\"until\":null}\nok\n";
    for (typed, answered) in [
        ("\n\r\n", ""),
        ("show\n", "from schedule\nerror unset time 0\n"),
        ("time 12\n", "error too-early time 5\n"),
        ("time\n", "error unknown line 0\n"),
        ("time \n", "error not-a-number time 5\n"),
        ("time 17x\n", "error not-a-number time 7\n"),
        ("time -1\n", "error not-a-number time 5\n"),
        ("time 18446744073709551615\n", "error number-too-large time 5\n"),
        ("time 18446744073709551616\n", "error number-too-large time 5\n"),
        (&set, "ok\n"),
        ("show\n", shown),
        ("shows\n", "error unknown line 0\n"),
        ("SHOW\n", "error unknown line 0\n"),
        ("pack 0\n", "error empty pack 5\n"),
        ("pack 641\n", "error too-long pack 5\n"),
        ("pack 99999999999\n", "error too-long pack 5\n"),
        ("ok\n", ""),
        ("from schedule\r\n", ""),
        ("error unknown line 0\r\n", ""),
        ("error out-of-range windows[12].replicas 345\n", ""),
        ("{\"name\":\"home/lamp\",\"at\":\"2026-11-26T00:01:00Z\",\"kind\":\"default\"}\r\n", ""),
        ("sh\x07ow\n", "error noise line 2\n"),
        ("0123456789012345678901234567890123456789\n", "error too-long line 32\n"),
        ("show\n", shown),
    ] {
        assert_eq!(send(&mut board, typed.as_bytes()), answered, "{typed:?}");
    }
    // A pack of which the half comes, and then nothing.
    assert_eq!(send(&mut board, b"pack 67\n0123"), "ok\n");
    assert!(board.is_waiting());
    let mut out = String::new();
    board.silence(&mut out).unwrap();
    assert_eq!(out, "error cut pack 4\n");
    assert!(!board.is_waiting());
    assert_eq!(send(&mut board, b"show\n"), shown);
}

/// A terminal that was just opened sends back what it gets: a board that answered that would never stop.
#[test]
fn answers_that_come_back_are_not_answered() {
    let mut board = board(slots(Flash::new()));
    board.start().unwrap();
    let mut come = format!("nonsense\n\x01\ntime {BUILT}\nshow\n0123456789012345678901234567890123456789\npack 0\n");
    for round in 0.. {
        come = send(&mut board, come.replace('\n', "\r\n").as_bytes());
        if round > 0 {
            assert_eq!(come, "");
            break;
        }
        assert_eq!(come.lines().count(), 8);
    }
}

#[test]
fn a_pack_is_in_force_at_once_and_what_is_wrong_changes_nothing() {
    let mut board = board(slots(Flash::new()));
    board.start().unwrap();
    send(&mut board, format!("time {BUILT}\n").as_bytes());
    assert_eq!(board.look().value, 1);
    assert_eq!(send_pack(&mut board, &pack(42)), "ok\n");
    assert_eq!((board.look().value, board.look().seconds), (42, None));
    let mut damaged = pack(43);
    damaged[20] ^= 1;
    assert_eq!(send_pack(&mut board, &damaged), format!("error damaged checksum {}\n", damaged.len() - 4));
    assert_eq!(send_pack(&mut board, &pack(43)[..60]), "error cut length 8\n");
    assert_eq!(send_pack(&mut board, &[0; 60]), "error not-a-pack magic 0\n");
    assert_eq!(board.look().value, 42);
}

#[test]
fn a_board_without_a_store_says_no() {
    let mut board = board(NoStore);
    board.start().unwrap();
    assert_eq!(send(&mut board, b"pack 67\n"), "error no-store pack 5\n");
    assert_eq!(send(&mut board, b"show\n"), "from schedule\nerror unset time 0\n");
}

#[test]
fn without_time_there_is_the_safe_value() {
    let now = Cell::new(None);
    struct Chip<'c>(&'c Cell<Option<u64>>);
    impl Clock for Chip<'_> {
        fn unix(&mut self) -> Option<u64> {
            self.0.get()
        }
        fn set(&mut self, unix: u64) -> bool {
            // As a chip that has two digits for the year.
            let is_set = unix < 4_102_444_800;
            if is_set {
                self.0.set(Some(unix));
            }
            is_set
        }
    }
    let mut board: Device<_, _, 0, 0, 0, 0> = Device::new(settings(), Chip(&now), NoStore);
    board.start().unwrap();
    let built = u64::try_from(BUILT).unwrap();
    for (clock, value, seconds, reading) in [
        (None, 99, Some(60), Reading::Unset),
        (Some(0), 99, Some(60), Reading::TooEarly),
        (Some(946_684_800), 99, Some(60), Reading::TooEarly),
        (Some(built + 100), 1, None, Reading::Trusted(BUILT + 100)),
        (Some(built + 40), 1, None, Reading::Stepped { at: BUILT + 40, back: 60 }),
        (None, 99, Some(60), Reading::Unset),
    ] {
        now.set(clock);
        let look = board.look();
        assert_eq!((look.value, look.seconds, look.reading), (value, seconds, reading), "{clock:?}");
    }
    // What the clock can't be set to is said, and the time goes on.
    now.set(Some(built + 50));
    assert_eq!(send(&mut board, b"time 4102444800\n"), "error out-of-range time 5\n");
    assert_eq!(now.get(), Some(built + 50));
    assert_eq!(send(&mut board, b"time 4102444799\n"), "ok\n");
    assert_eq!(now.get(), Some(4_102_444_799));
}

#[test]
fn the_programs_own_pack_goes_before_its_schedule_and_a_sent_one_before_both() {
    let own: &'static [u8] = pack(5).leak();
    let with = |built_in_pack, flash| {
        let mut board: Board<_> =
            Device::new(Settings { built_in_pack, ..settings() }, Counted::new((|| 0) as fn() -> u64), slots(flash));
        let started = board.start();
        send(&mut board, format!("time {BUILT}\n").as_bytes());
        let shown = send(&mut board, b"show\n");
        let source = board.look().source;
        assert_eq!(shown.lines().next(), Some(format!("from {}", source.word()).as_str()));
        (board.look().value, source, started.map_err(|problem| problem.reason.code()))
    };
    assert_eq!(with(own, Flash::new()), (5, Source::Pack, Ok(())));
    assert_eq!(with(&own[..30], Flash::new()), (1, Source::Schedule, Err("cut")));
    let mut kept = slots(Flash::new());
    kept.keep(&pack(6)).unwrap();
    let flash = flash_of(kept);
    assert_eq!(with(own, flash.clone()), (6, Source::Sent, Ok(())));
    // What was kept and is no pack of this program's is told, and passed over.
    let mut other = slots(Flash::new());
    other.keep(b"KYKP\x02\0\0\0").unwrap();
    assert_eq!(with(own, flash_of(other)), (5, Source::Pack, Err("other-version")));
}

fn flash_of(slots: Slots<Flash>) -> Flash {
    slots.into_inner()
}

#[test]
fn after_a_power_cut_at_any_byte_the_old_or_the_new_pack_is_there() {
    let load = |flash: Flash| {
        let mut room = [0; 640];
        let length = slots(flash).load(&mut room)?;
        Some(room[..length].to_vec())
    };
    // The first of all, then one over another, in both slots.
    let mut flash = Flash::new();
    for value in 0..5 {
        let before = load(flash.clone());
        let mut changed = 0;
        let mut kept = (0, 0);
        loop {
            let mut cut = flash.clone();
            cut.cut_after(changed);
            let mut store = slots(cut);
            let result = store.keep(&pack(value));
            let mut cut = flash_of(store);
            let over = cut.left().is_some_and(|left| left > 0);
            cut.power();
            let after = load(cut.clone());
            if after.as_deref() == Some(&pack(value)) {
                kept.1 += 1;
            } else {
                assert_eq!(after, before, "cut after {changed} bytes");
                assert_eq!(result, Err(StoreFault::Flash));
                kept.0 += 1;
            }
            // And the next one is kept as if nothing had been.
            let mut store = slots(cut);
            store.keep(&pack(77)).expect("power");
            assert_eq!(load(flash_of(store)).as_deref(), Some(pack(77).as_slice()));
            if over {
                break;
            }
            changed += 1;
        }
        // A slot of 1,024 bytes, the pack in units of 16, the mark.
        assert!(kept.0 > 1_024 + 64 && kept.1 >= 1, "{kept:?}");
        let mut store = slots(flash);
        store.keep(&pack(value)).unwrap();
        flash = flash_of(store);
    }
}

#[test]
fn damage_in_flash_is_found() {
    let mut store = slots(Flash::new());
    store.keep(&pack(1)).unwrap();
    store.keep(&pack(2)).unwrap();
    let flash = flash_of(store);
    let mut room = [0; 640];
    for at in 0..16 + pack(2).len() {
        let mut flash = flash.clone();
        flash.bytes()[1024 + at] ^= 4;
        let length = slots(flash).load(&mut room).expect("the older one");
        assert_eq!(room[..length], pack(1), "byte {at}");
    }
    // A slot that isn't in the flash, one that can't be erased alone, one without room.
    assert!(Slots::new(Flash::new(), 0, 2048).is_none());
    assert!(Slots::new(Flash::new(), 128, 256).is_none());
    assert!(Slots::new(Flash::new(), 0, 100).is_none());
    assert!(Slots::new(Flash::new(), 0, u32::MAX).is_none());
    let mut small = Slots::new(Flash::new(), 0, 256).unwrap();
    assert_eq!(small.welcome(241), Err(StoreFault::TooLong));
    assert_eq!(small.keep(&[1; 300]), Err(StoreFault::TooLong));
    assert_eq!(small.keep(&[1; 240]), Ok(()));
}

#[test]
fn a_flash_that_fails_leaves_what_was_in_force() {
    let mut flash = Flash::new();
    flash.cut_after(3_000);
    let mut board = board(slots(flash));
    board.start().unwrap();
    send(&mut board, format!("time {BUILT}\n").as_bytes());
    assert_eq!(send_pack(&mut board, &pack(8)), "ok\n");
    assert_eq!(send_pack(&mut board, &pack(9)), "ok\n");
    assert_eq!(send_pack(&mut board, &pack(10)), "error flash pack 0\n");
    assert_eq!(board.look().value, 9);
}

#[test]
fn registers_of_a_clock_chip_are_a_time_or_none() {
    let noon = LocalTime { year: 2026, month: 11, day: 26, weekday: 3, hour: 12, minute: 34, second: 56 };
    assert_eq!(noon.unix(), Some(1_795_696_496));
    assert_eq!(LocalTime::of(1_795_696_496), Some(noon));
    for wrong in [
        LocalTime { month: 0, ..noon },
        LocalTime { month: 2, day: 30, ..noon },
        LocalTime { hour: 24, minute: 0, ..noon },
        LocalTime { minute: 60, ..noon },
        LocalTime { second: 60, ..noon },
        LocalTime { year: 1969, ..noon },
        LocalTime { year: u16::MAX, ..noon },
    ] {
        assert_eq!(wrong.unix(), None, "{wrong:?}");
    }
    assert_eq!(LocalTime::of(u64::MAX), None);
}

/// Bytes, or what looks like a command.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words =
        ["pack 9\n", "pack ", "time ", "show", "\n", "1795651300", "\r\n", "KYKP"].map(|word| word.as_bytes().to_vec());
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..20), proptest::sample::select(words.to_vec())]
}

proptest! {
    /// Whatever comes over the line: no panic, every answer is one of the protocol, and afterwards all is as before.
    #[test]
    fn noise(pieces in proptest::collection::vec(piece(), 0..60)) {
        let bytes = pieces.concat();
        let mut board = board(slots(Flash::new()));
        board.start().unwrap();
        prop_assert_eq!(send_pack(&mut board, &pack(42)), "ok\n");
        let answers = send(&mut board, &bytes);
        for line in answers.lines() {
            let words: Vec<_> = line.split(' ').collect();
            let is_error = words.len() == 4 && words[0] == "error" && words[3].parse::<usize>().is_ok();
            let is_shown = line == "from sent" || line.starts_with("{\"name\":\"home/lamp\"");
            prop_assert!(is_error || is_shown || line == "ok", "{}", line);
        }
        board.silence(&mut String::new()).unwrap();
        send(&mut board, format!("time {}\n", BUILT + 5).as_bytes());
        prop_assert_eq!(board.look().value, 42);
    }

    #[test]
    fn registers_and_seconds(unix in 0_u64..253_402_300_800) {
        prop_assert_eq!(LocalTime::of(unix).unwrap().unix(), Some(unix));
    }
}
