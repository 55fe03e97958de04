//! The committed table is the one that the generator makes.

#[test]
fn the_committed_tables_are_those_of_the_pinned_release() {
    let committed = std::fs::read_to_string(kyklos_tzgen::committed_file()).unwrap();
    let made = kyklos_tzgen::generate().unwrap();
    assert!(committed == made, "core/src/zone/data.rs is stale: run `cargo tzgen` and commit it");
}
