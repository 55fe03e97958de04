//! The tables as Rust source.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::names::{BLOCK, Names};
use crate::yearly::YearlyTransitions;
use crate::zone::Rules;

/// Equal rules are printed once, under the first name that has them, and equal tables of the kinds of years too.
pub(crate) fn print(release: &str, names: &BTreeMap<&str, Rules>) -> anyhow::Result<String> {
    let mut text = format!(
        "//! Made by `cargo tzgen` from tzdb {release}: change the generator, not this file.\n\n\
         use super::built_in::BuiltIn;\n\
         #[cfg(feature = \"tzdb\")]\n\
         use super::packed_names::Code;\n\
         use super::rules::{{ByRule, Rules, YearlyTransitions, local_offset}};\n\n\
         pub(super) const RELEASE: &str = \"{release}\";\n\n"
    );
    let mut shared: BTreeMap<&YearlyTransitions, String> = BTreeMap::new();
    let mut numbers: BTreeMap<&Rules, usize> = BTreeMap::new();
    let mut owners: Vec<String> = Vec::new();
    for (name, rules) in names {
        if !numbers.contains_key(rules) {
            let owner = constant(name);
            let transitions = shared.entry(&rules.yearly.transitions).or_insert_with(|| {
                let name = format!("LIKE_{owner}");
                yearly(&mut text, &name, &rules.yearly.transitions);
                name
            });
            table(&mut text, &owner, rules, transitions);
            numbers.insert(rules, owners.len());
            owners.push(owner);
        }
    }
    let number = |rules: &Rules| numbers.get(rules).copied().unwrap_or_default();
    let owner = |number: usize| owners.get(number).map_or("", String::as_str);
    let rows = names.iter().map(|(name, rules)| format!("(\"{name}\", &{})", owner(number(rules))));
    let rows = list(rows, ",\n    ");
    // A `String` takes every write.
    let _ = writeln!(
        text,
        "\n/// For [`TimeZone::named`](super::TimeZone::named): a constant, so that a program has none of it.\n\
         pub(super) const NAMES: [(&str, &BuiltIn); {}] = [\n    {rows},\n];",
        names.len()
    );

    let numbered = names
        .iter()
        .map(|(name, rules)| Ok((*name, u8::try_from(number(rules))?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let packed = Names::pack(&numbered)?;
    let _ = writeln!(
        text,
        "/// The letters of the longest of them.\n#[cfg(feature = \"tzdb\")]\npub(super) const LONGEST: usize = {};\n\n\
         #[cfg(feature = \"tzdb\")]\npub(super) const BLOCK: usize = {BLOCK};",
        packed.longest
    );
    code(&mut text, "SHARED", &packed.shared.counts, &packed.shared.symbols);
    code(&mut text, "LETTERS", &packed.letters.counts, &packed.letters.symbols);
    // The rules' own table is in the order of their words.
    code(&mut text, "NUMBERS", &packed.rules.counts, &[]);
    let in_order = packed.rules.symbols.iter().map(|symbol| owner(usize::from(*symbol)).to_owned());
    array(&mut text, "RULES", "BuiltIn", in_order.collect());
    array(&mut text, "BLOCKS", "u16", packed.blocks.iter().map(u16::to_string).collect());
    array(&mut text, "BITS", "u8", packed.bits.iter().map(u8::to_string).collect());
    Ok(text)
}

fn constant(name: &str) -> String {
    name.replace('+', "_PLUS_").replace('-', "_MINUS_").replace('/', "_").to_ascii_uppercase()
}

fn yearly(text: &mut String, name: &str, transitions: &YearlyTransitions) {
    let kinds = list(transitions.iter().map(|[first, length]| format!("[{first}, {length}]")), ", ");
    let _ = writeln!(text, "static {name}: YearlyTransitions = [\n    {kinds},\n];");
}

fn table(text: &mut String, owner: &str, rules: &Rules, transitions: &str) {
    let rows = rules.changes.chunks(12).map(|row| list(row.iter().map(u32::to_string), ", "));
    let changes = match list(rows, ",\n        ") {
        rows if rows.contains('\n') => format!("&[\n        {rows},\n    ]"),
        rows => format!("&[{rows}]"),
    };
    let _ = writeln!(
        text,
        "static {owner}: BuiltIn = BuiltIn::of(Rules {{\n    changes: {changes},\n    offsets: {:?},\n    by_rule: ByRule::since({}),\n    \
         transitions: &{transitions},\n    outside: local_offset({}),\n    between: local_offset({}),\n}});",
        rules.offsets, rules.rule_from, rules.yearly.outside, rules.yearly.between
    );
}

fn code(text: &mut String, name: &str, counts: &[u8], symbols: &[u8]) {
    let _ = writeln!(
        text,
        "#[cfg(feature = \"tzdb\")]\npub(super) static {name}: Code = Code {{\n    counts: &{counts:?},\n    \
         symbols: &[{}],\n}};",
        filled(symbols.iter().map(u8::to_string), "    ")
    );
}

fn array(text: &mut String, name: &str, of: &str, items: Vec<String>) {
    let _ = writeln!(
        text,
        "#[cfg(feature = \"tzdb\")]\npub(super) static {name}: [{of}; {}] = [{}];",
        items.len(),
        filled(items.into_iter(), "")
    );
}

fn list(items: impl Iterator<Item = String>, separator: &str) -> String {
    items.collect::<Vec<_>>().join(separator)
}

/// As many items to a line as it holds, in lines that are indented by a step more than `indent`; all in one where they fit.
fn filled(items: impl Iterator<Item = String>, indent: &str) -> String {
    const WIDTH: usize = 110;
    let mut lines = vec![String::new()];
    for item in items {
        match lines.last_mut() {
            Some(line) if line.is_empty() => *line = item,
            Some(line) if line.len() + item.len() < WIDTH => *line += &format!(", {item}"),
            _ => lines.push(item),
        }
    }
    if lines.len() == 1 {
        return lines.concat();
    }
    let lines = lines.iter().map(|line| format!("{indent}    {line},\n"));
    format!("\n{}{indent}", lines.collect::<String>())
}
