//! Every input that was worth keeping, through its check: what fuzzing has found stays found.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

use std::path::Path;

#[test]
fn every_committed_input_passes() {
    for (name, check) in kyklos_fuzz::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let file = entry.expect("an entry").path();
            println!("{}", file.display());
            check(&std::fs::read(&file).expect("a file that can be read"));
            count += 1;
        }
        assert!(count >= 20, "the corpus of {name} has {count} inputs");
    }
}
