//! How much is tried, and from which seed.
//!
//! - `KYKLOS_CASES`: how many times as many random cases as usual, a whole number; 1 where it isn't set.
//! - `KYKLOS_SEED`: another number draws other cases; 0 where it isn't set, so that a run repeats the one before.
//!
//! Miri is a hundred times slower than a processor, and looks at how memory is used, not at answers: it gets a few zones and
//! one case of each kind.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use kyklos_core::TimeZone;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};

/// Failures shown; each is shrunk, which takes its time.
const FAILURES_SHOWN: usize = 3;
/// What Miri gets: a list of clock changes, and a rule.
const MIRIS_ZONES: [&str; 2] = ["Africa/Casablanca", "America/New_York"];

/// A usual number of cases, raised by `KYKLOS_CASES`.
pub(crate) fn cases(usual: u32) -> u32 {
    unless_miri(usual, 1) * u32::try_from(number("KYKLOS_CASES", 1)).expect("KYKLOS_CASES is too large").max(1)
}

/// What is usual, or what Miri has the time for.
pub(crate) const fn unless_miri<T: Copy>(usual: T, for_miri: T) -> T {
    if cfg!(miri) { for_miri } else { usual }
}

/// Runs a check for every name and link of the core's release, none left to chance, on all processors.
pub(crate) fn every_zone(check: impl Fn(&str) -> Result<(), String> + Sync) {
    let names: Vec<_> = TimeZone::names().filter(|name| !cfg!(miri) || MIRIS_ZONES.contains(&name.as_str())).collect();
    let next = AtomicUsize::new(0);
    let checked = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let work = || {
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(failure) = check(name.as_str()) {
                let mut failures = failures.lock().expect("no check panics while it holds the list");
                failures.push(format!("{name}: {failure}"));
                if failures.len() >= FAILURES_SHOWN {
                    next.store(names.len(), Ordering::Relaxed);
                }
            } else {
                checked.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let failures = failures.into_inner().expect("no check panics while it holds the list");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert_eq!(checked.into_inner(), names.len(), "zones checked");
}

/// Draws so many values and checks each; a failure is shrunk and says which seed it came from.
pub(crate) fn draw<S: Strategy>(
    label: &str,
    cases: u32,
    strategy: &S,
    check: impl Fn(S::Value) -> TestCaseResult,
) -> Result<(), String> {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let seed = number("KYKLOS_SEED", 0);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes(seed, label));
    TestRunner::new_with_rng(config, rng)
        .run(strategy, check)
        .map_err(|failure| format!("{label}, KYKLOS_SEED={seed}: {failure}"))
}

/// A seed of its own for each label, the same in every run and on every platform: FNV-1a.
fn seed_bytes(seed: u64, label: &str) -> [u8; 32] {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for byte in label.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let mut bytes = [0; 32];
    for (byte, value) in bytes.iter_mut().zip(hash.to_le_bytes().into_iter().chain(seed.to_le_bytes())) {
        *byte = value;
    }
    bytes
}

fn number(variable: &str, otherwise: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable}={text:?} is no whole number")),
        Err(_) => otherwise,
    }
}
