//! The tables as Rust source.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::shape::Shape;
use crate::zone::Rules;

/// Equal rules are printed once, under the first name that has them, and equal shapes too.
pub(crate) fn print(release: &str, names: &BTreeMap<&str, Rules>) -> String {
    let mut text = format!(
        "//! Made by `cargo tzgen` from tzdb {release}: change the generator, not this file.\n\n\
         use super::rules::{{Rules, Shape, lead}};\n\n\
         pub(crate) const RELEASE: &str = \"{release}\";\n\n"
    );
    let mut shapes: BTreeMap<&Shape, String> = BTreeMap::new();
    let mut owners: BTreeMap<&Rules, String> = BTreeMap::new();
    for (name, rules) in names {
        if !owners.contains_key(rules) {
            let owner = constant(name);
            let shape = shapes.entry(&rules.yearly.shape).or_insert_with(|| {
                let shape_name = format!("LIKE_{owner}");
                shape(&mut text, &shape_name, &rules.yearly.shape);
                shape_name
            });
            table(&mut text, &owner, rules, shape);
            owners.insert(rules, owner);
        }
    }
    // A `String` takes every write.
    let _ = writeln!(text, "\npub(crate) static NAMES: [(&str, &Rules); {}] = [", names.len());
    for (name, rules) in names {
        let owner = owners.get(rules).map_or("", String::as_str);
        let _ = writeln!(text, "    (\"{name}\", &{owner}),");
    }
    text.push_str("];\n");
    text
}

fn constant(name: &str) -> String {
    name.replace('+', "_PLUS_").replace('-', "_MINUS_").replace('/', "_").to_ascii_uppercase()
}

fn shape(text: &mut String, name: &str, shape: &Shape) {
    let kinds = list(shape.iter().map(|[first, length]| format!("[{first}, {length}]")), ", ");
    let _ = writeln!(text, "static {name}: Shape = [\n    {kinds},\n];");
}

fn table(text: &mut String, owner: &str, rules: &Rules, shape: &str) {
    let rows = rules.changes.chunks(12).map(|row| list(row.iter().map(u32::to_string), ", "));
    let changes = match list(rows, ",\n        ") {
        rows if rows.contains('\n') => format!("&[\n        {rows},\n    ]"),
        rows => format!("&[{rows}]"),
    };
    let _ = writeln!(
        text,
        "static {owner}: Rules = Rules {{\n    changes: {changes},\n    offsets: {:?},\n    settled: {},\n    \
         shape: &{shape},\n    leads: [lead({}), lead({})],\n}};",
        rules.offsets, rules.settled, rules.yearly.outer, rules.yearly.inner
    );
}

fn list(items: impl Iterator<Item = String>, separator: &str) -> String {
    items.collect::<Vec<_>>().join(separator)
}
