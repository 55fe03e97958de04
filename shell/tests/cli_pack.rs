//! `kyklos pack`: the bytes, the Rust and the C say the same, and what has no room is refused with its number.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test whose data are wrong is a test that fails"
)]

mod program;

use kyklos_core::pack::Pack;
use kyklos_core::{Schedule, TimeZone, ZoneRules};
use program::kyklos_bytes;

const HEATING: (&str, &[u8]) = ("heating.yaml", include_bytes!("pack/heating.yaml"));
const HOLIDAYS: (&str, &[u8]) = ("holidays.yaml", include_bytes!("pack/holidays.yaml"));
const OF: &str = "pack -f heating.yaml --holidays holidays.yaml --from 2026-01-01";

// What `--format rust` has printed: it compiles.
include!("pack/heating.rs");

fn run(args: &str) -> (i32, Vec<u8>, String) {
    kyklos_bytes(&[HEATING, HOLIDAYS], args, "")
}

fn packed(bytes: &[u8]) -> Schedule<16, 8, 32, ZoneRules<16>> {
    let mut schedule = Schedule::new(ZoneRules::of(TimeZone::UTC).unwrap());
    schedule.set_pack(&Pack::open(bytes).unwrap()).unwrap();
    schedule
}

#[test]
fn the_bytes_and_the_rust_are_the_same_schedule() {
    let (status, pack, err) = run(OF);
    assert_eq!((status, err.as_str()), (0, ""));
    assert_eq!(Pack::open(&pack).unwrap().zone_name(), "Europe/Zurich");
    let (status, rust, _) = run(&format!("{OF} --format rust"));
    assert_eq!((status, String::from_utf8(rust).unwrap().as_str()), (0, include_str!("pack/heating.rs")));
    let packed = packed(&pack);
    // 2026 and 2027, every boundary of either.
    let spans = 1_767_225_600..1_830_297_600;
    assert!(packed.spans(spans.clone()).eq(SCHEDULE.spans(spans.clone())));
    assert!(packed.spans(spans).count() > 700);
    assert_eq!(packed.evaluate(1_798_156_800).value(), 220); // 2026-12-25T00:00:00Z, a guest's exception
    assert_eq!(packed.evaluate(1_798_200_000).value(), 170); // noon of Christmas
}

#[test]
fn the_array_of_c_is_the_pack() {
    let (_, pack, _) = run(OF);
    let (status, c, _) = run(&format!("{OF} --format c"));
    let c = String::from_utf8(c).unwrap();
    let (_, rest) = c.split_once("{\n").unwrap();
    let (body, _) = rest.split_once("};").unwrap();
    let bytes = body.split(',').map(str::trim).filter(|byte| !byte.is_empty());
    let bytes: Vec<u8> = bytes.map(|byte| u8::from_str_radix(byte.strip_prefix("0x").unwrap(), 16).unwrap()).collect();
    assert_eq!((status, bytes), (0, pack.clone()));
    assert!(c.contains(&format!("const unsigned char kyklos_pack[{}] = {{", pack.len())));
}

#[test]
fn what_has_no_room_is_refused_with_its_number() {
    let (status, out, err) = run(&format!("{OF} --capacity 2,0,1"));
    assert_eq!((status, out.len()), (2, 0));
    let said: Vec<_> = err.lines().collect();
    assert_eq!(
        said,
        [
            "heating.yaml: spec.windows: 3 windows and room for 2: write fewer, or give a larger --capacity",
            "heating.yaml: spec.exceptions: 1 exceptions and room for 0: write fewer, or give a larger --capacity",
            "heating.yaml: spec.holidayConfigMap: 2 holidays, dates in a row counted once, and room for 1: write fewer, \
             or give a larger --capacity",
        ]
    );
    for (capacity, why) in [("16", "three or four"), ("a,b,c", "three or four"), ("255,1,1", "at most 254")] {
        let (status, _, err) = run(&format!("{OF} --capacity {capacity}"));
        assert!(status == 2 && err.contains(why), "{capacity}: {err}");
    }
    for from in ["1969-12-31", "2100-01-01", "tomorrow"] {
        let (status, _, err) = run(&format!("pack -f heating.yaml --holidays holidays.yaml --from {from}"));
        assert!(status == 2 && err.contains("from 2020-01-01 to 2099-12-31"), "{from}: {err}");
    }
}

#[test]
fn a_zone_without_a_rule_for_ever_says_until_when() {
    let gaza = String::from_utf8_lossy(HEATING.1).replace("Europe/Zurich", "Asia/Gaza");
    let files = [("gaza.yaml", gaza.as_bytes()), HOLIDAYS];
    let of = "pack -f gaza.yaml --holidays holidays.yaml --from 2026-01-01";
    let (status, pack, err) = kyklos_bytes(&files, &format!("{of} --capacity 16,8,32,64 --years 2"), "");
    assert_eq!(status, 0, "{err}");
    assert!(err.starts_with("note: home/heating: the pack says what the clocks of Asia/Gaza do up to 2028-"), "{err}");
    assert!(Pack::open(&pack).unwrap().zone_known_until() >= 1_830_297_600);
    let (status, _, err) = kyklos_bytes(&files, &format!("{of} --years 20"), "");
    assert!(status == 2 && err.contains("single changes of the zone's clocks and room for 16"), "{err}");
}

#[test]
fn bad_input_is_told() {
    let (status, _, err) = run("pack -f heating.yaml heating.yaml --holidays holidays.yaml");
    assert!(status == 2 && err.contains("is in the input already"), "{err}");
    let (status, _, err) = run("pack -f holidays.yaml");
    assert!(status == 2 && !err.is_empty(), "{err}");
    let (status, _, err) = run(&format!("{OF} --output none/such.pack"));
    assert!(status == 1 && err.starts_with("error: none/such.pack: can't be written"), "{err}");
    let (status, _, err) = run(&format!("{OF} --years 71"));
    assert!(status == 2 && err.contains("71"), "{err}");
}

#[test]
fn what_is_no_count_is_refused_with_its_field() {
    let heating = String::from_utf8(HEATING.1.to_vec()).unwrap();
    let bounds = heating.replacen("spec:\n", "spec:\n  defaultMinReplicas: 1\n", 1);
    let bounds: String =
        bounds.lines().filter(|line| !line.contains("defaultReplicas:")).map(|line| format!("{line}\n")).collect();
    let (status, _, err) = kyklos_bytes(&[("heating.yaml", bounds.as_bytes()), HOLIDAYS], OF, "");
    let said =
        "heating.yaml: spec.defaultReplicas: a device knows counts alone: write a whole number from 0 to 2147483647\n";
    assert_eq!((status, err.as_str()), (2, said));
}
