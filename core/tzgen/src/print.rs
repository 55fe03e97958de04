//! The tables as Rust source.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::posix::{Rule, YearDay};
use crate::zone::Rules;

/// Equal rules are printed once, under the first name that has them.
pub(crate) fn print(release: &str, names: &BTreeMap<&str, Rules>) -> String {
    let mut text = format!(
        "//! Made by `cargo tzgen` from tzdb {release}: change the generator, not this file.\n\n\
         use super::{{Rule, Rules, Summer, YearDay}};\n\n\
         pub(crate) const RELEASE: &str = \"{release}\";\n\n"
    );
    let mut owners: BTreeMap<&Rules, String> = BTreeMap::new();
    for (name, rules) in names {
        if !owners.contains_key(rules) {
            let owner = constant(name);
            table(&mut text, &owner, rules);
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

fn table(text: &mut String, owner: &str, rules: &Rules) {
    let changes = rules
        .changes
        .iter()
        .map(|(at, offset)| format!("({at}, {offset})"))
        .collect::<Vec<_>>()
        .chunks(8)
        .map(|row| row.join(", "))
        .collect::<Vec<_>>();
    let changes = match changes.as_slice() {
        [] => "&[]".to_owned(),
        [row] => format!("&[{row}]"),
        rows => format!("&[\n        {},\n    ]", rows.join(",\n        ")),
    };
    let _ = writeln!(
        text,
        "static {owner}: Rules = Rules {{\n    first: {},\n    changes: {changes},\n    rule: {},\n}};",
        rules.first,
        rule(&rules.rule)
    );
}

fn rule(rule: &Rule) -> String {
    let summer = match &rule.summer {
        None => "None".to_owned(),
        Some((offset, start, end)) => {
            format!("Some(Summer {{ offset: {offset}, start: {}, end: {} }})", year_day(start), year_day(end))
        }
    };
    format!("Rule {{ standard: {}, summer: {summer} }}", rule.standard)
}

fn year_day(day: &YearDay) -> String {
    format!(
        "YearDay {{ month: {}, week: {}, weekday: {}, minutes: {} }}",
        day.month, day.week, day.weekday, day.minutes
    )
}
