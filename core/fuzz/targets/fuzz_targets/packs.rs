//! `kyklos_fuzz::packs` behind libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kyklos_fuzz::packs(bytes));
