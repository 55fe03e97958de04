//! The files of vectors are what the oracle says, and the core on this computer answers as they say.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod answers;
mod clocks;
#[allow(dead_code, reason = "the core's tests use the rest")]
#[path = "../../../tests/common/mod.rs"]
mod common;
mod packs;
mod refusals;
#[allow(dead_code, reason = "the core's tests use the rest")]
#[path = "../../../tests/oracle/timeline.rs"]
mod timeline;
#[path = "../../../tests/oracle/walk.rs"]
mod walk;

use std::path::Path;

use kyklos_vectors::FILES;

#[test]
fn the_files_are_what_the_oracle_says() {
    let cases = answers::cases();
    let made = [answers::text(&cases), refusals::text(), clocks::text(), packs::text(&cases)];
    for (file, made) in FILES.iter().zip(made) {
        if std::env::var("KYKLOS_VECTORS").is_ok_and(|what| what == "write") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file.name).with_extension("txt");
            std::fs::write(path, made).expect("a file that can be written");
        } else if file.text != made {
            let (number, (old, new)) =
                (1..).zip(file.text.lines().zip(made.lines())).find(|(_, (a, b))| a != b).unwrap();
            panic!("{}.txt, line {number} is\n{old}\nand should be\n{new}", file.name);
        }
    }
}

#[test]
fn the_core_answers_as_they_say() {
    for (file, least) in FILES.iter().zip([600, 150, 25, 250]) {
        let mut wrong = Vec::new();
        match file.run(&mut |what| wrong.push(what.to_string())) {
            Ok(right) => assert!(right >= least, "{} has only {right}", file.name),
            Err(count) => panic!("{count} wrong in {}:\n{}", file.name, wrong.join("\n")),
        }
    }
}

/// A runner that calls everything right is none.
#[test]
fn what_is_wrong_is_told() {
    for file in FILES {
        // A digit in an answer, another word in a refusal.
        let broken = file.text.replace("\"replicas\":1,", "\"replicas\":9,").replace("refused ", "refused x-");
        let broken: &'static str = broken.replace("trusted 1", "trusted 2").leak();
        let mut told = 0;
        let count = file.with(broken).run(&mut |_| told += 1);
        assert!(count.is_err_and(|count| count == told && count > 0), "{}: {count:?}", file.name);
    }
}
