//! `kyklos crd`, and the committed copy of what it prints.

mod program;

use program::kyklos;
use serde_json::json;

#[test]
fn the_committed_crd_is_what_the_program_prints() {
    let printed = kyklos(&[], "crd", "");
    assert_eq!((printed.status, printed.err.as_str()), (0, ""));
    assert_eq!(
        include_str!("../deploy/crd.yaml"),
        printed.out,
        "stale: cargo run -p kyklos -- crd > shell/deploy/crd.yaml"
    );
}

#[test]
fn both_forms_say_the_same() {
    let yaml = kyklos(&[], "crd -o yaml", "").out;
    let json = kyklos(&[], "crd -o json", "").out;
    let yaml: Vec<serde_json::Value> = serde_saphyr::from_multiple(&yaml).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(&json!(yaml), &json["items"]);
}
