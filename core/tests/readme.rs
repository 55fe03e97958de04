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
            let row = format!("| `{name}` | {} | {} |", $narrow, size_of::<$type>());
            assert!(readme.contains(&row), "core/README.md should have this row: {row}");
            rows += 1;
        };
    }
    sizes!(check);
    let written = readme.lines().skip_while(|line| *line != "| | 32 bits | 64 bits |");
    assert_eq!(written.skip(2).take_while(|line| line.starts_with('|')).count(), rows, "a row is of no type");
}
