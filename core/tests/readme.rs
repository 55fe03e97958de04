//! The README's table of sizes.

#[path = "common/sizes.rs"]
#[macro_use]
mod sizes;

use kyklos_core::{Calendar, Cursor, Guard, Schedule, ZoneRules};

#[test]
fn the_sizes_are_those_of_the_types() {
    let readme = include_str!("../README.md");
    let mut rows = 0;
    macro_rules! check {
        ($type:ty, $narrow:literal) => {
            let name = stringify!($type).replace(" < ", "<").replace(" >", ">").replace("& ", "&");
            // Each width measures its own column; the other one's is measured where that is built.
            let [narrow, wide] = match usize::BITS {
                32 => [as_aligned(size_of::<$type>(), $narrow).to_string(), String::new()],
                _ => [$narrow.to_string(), format!("{} |", size_of::<$type>())],
            };
            let row = format!("| `{name}` | {narrow} | {wide}");
            assert!(readme.contains(&row), "core/README.md should have this row: {row}");
            rows += 1;
        };
    }
    sizes!(check);
    let written = readme.lines().skip_while(|line| *line != "| | 32 bits | 64 bits |");
    assert_eq!(written.skip(2).take_while(|line| line.starts_with('|')).count(), rows, "a row is of no type");
}

/// What a size is on a processor of 32 bits that aligns 64 of them to eight bytes, as those of microcontrollers do. x86 doesn't: a
/// type that holds some may lack the last bytes there.
fn as_aligned(size: usize, written: usize) -> usize {
    let padded = size.next_multiple_of(8);
    if align_of::<u64>() < 8 && padded == written { padded } else { size }
}
