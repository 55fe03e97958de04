//! Whether a panic can be reached from the core: its entries are linked for each embedded target, what nobody calls is
//! thrown away, and then the panic handler may not be there. Where it is, the calls that lead to it are named.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SymbolKind};

use crate::command::{cargo, output, run, target_folder};
use crate::tools;

/// What the panic handler of the crate calls.
const HANDLER: &str = "kyklos_panics";
/// The crate that is linked.
const CRATE: &str = ".github/verify/no-panic";
/// Its entries that no capacity makes another, and those that are there once for each of these.
const ENTRIES: [&str; 10] = [
    "kyklos_zone",
    "kyklos_clock",
    "kyklos_rules",
    "kyklos_typed",
    "kyklos_data_clock",
    "kyklos_find",
    "kyklos_guard",
    "kyklos_open",
    "kyklos_pack",
    "kyklos_pack_least",
];
const ENTRIES_OF_EACH: [&str; 11] = [
    "kyklos_set",
    "kyklos_json",
    "kyklos_values",
    "kyklos_push",
    "kyklos_evaluate",
    "kyklos_at",
    "kyklos_calendar",
    "kyklos_calendars",
    "kyklos_since",
    "kyklos_ahead",
    "kyklos_cursor",
];
/// Windows, exceptions and holidays, and where the zone comes from, as the names of the entries end.
const CAPACITIES: [&str; 4] = ["of_16_8_32", "of_64_64_1000", "of_1_0_0", "of_4_2_16_as_data"];
/// Where the deliberate panic is.
const DELIBERATE: &str = "kyklos_evaluate";

pub(crate) fn check(root: &Path) -> Result<()> {
    let targets: Vec<_> = tools::targets(root)?.into_iter().filter(|target| tools::is_bare_metal(target)).collect();
    let first = targets.first().context("there is no target without an operating system")?;
    // A check that can't fail is none.
    let found = ways(&link(root, first, &["--features", "deliberate"])?)?;
    for capacity in CAPACITIES {
        let entry = format!("{DELIBERATE}_{capacity}");
        ensure!(
            found.iter().any(|way| way.first() == Some(&entry)),
            "a deliberate panic in {entry} was not found; found were {found:?}"
        );
    }
    println!("{first}: a deliberate panic is found with each capacity");
    for target in &targets {
        let found = ways(&link(root, target, &[])?)?;
        if !found.is_empty() {
            let found: Vec<_> = found.iter().map(|way| way.join("\n    -> ")).collect();
            bail!("on {target} a panic can be reached:\n  {}", found.join("\n  "));
        }
        println!("{target}: no panic can be reached from any of {} entries", entries().len());
    }
    Ok(())
}

/// All names.
fn entries() -> Vec<String> {
    let of_each = CAPACITIES.iter().flat_map(|capacity| ENTRIES_OF_EACH.map(|entry| format!("{entry}_{capacity}")));
    ENTRIES.map(str::to_owned).into_iter().chain(of_each).collect()
}

/// Builds the entries and links them: the program as bytes.
fn link(root: &Path, target: &str, features: &[&str]) -> Result<Vec<u8>> {
    let folder = root.join(CRATE);
    let built = target_folder(root).join("no-panic");
    let mut command = cargo(&folder, &["build", "--release", "--locked", "--quiet", "--target", target]);
    run(command.args(features).arg("--target-dir").arg(&built))?;
    let program = built.join(format!("{target}.elf"));
    let mut command = Command::new(linker(root)?);
    command.args(["-flavor", "gnu", "--gc-sections", "--emit-relocs", "--entry", "kyklos_zone"]);
    for entry in entries() {
        command.args(["--undefined", &entry]);
    }
    command.arg(built.join(target).join("release/libkyklos_no_panic.a")).arg("-o").arg(&program);
    run(&mut command)?;
    fs::read(&program).with_context(|| format!("reading {}", program.display()))
}

/// The linker that comes with Rust.
fn linker(root: &Path) -> Result<PathBuf> {
    let said = |words: &[&str]| {
        let text = output(Command::new("rustc").current_dir(root).args(words))?;
        text.context("there is no `rustc` on the PATH")
    };
    let sysroot = said(&["--print", "sysroot"])?;
    let host = said(&["--print", "host-tuple"])?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib").join(host.trim()).join("bin/rust-lld"))
}

/// The calls that lead from each entry to the panic handler; none where that is no part of the program.
fn ways(program: &[u8]) -> Result<Vec<Vec<String>>> {
    let file = object::File::parse(program).context("reading what the linker has written")?;
    let functions = functions(&file);
    let entries = entries();
    for entry in &entries {
        ensure!(functions.values().any(|(_, name)| name == entry), "{entry} is no part of the program");
    }
    if !functions.values().any(|(_, name)| name == HANDLER) {
        return Ok(Vec::new());
    }
    let calls = calls(&file, &functions);
    let found: Vec<_> = entries.iter().filter_map(|entry| way(entry, &calls)).collect();
    if found.is_empty() {
        // It is there, so something needs it, and be it through a table that the relocations don't show.
        return Ok(vec![vec![format!("something that leads to {HANDLER}")]]);
    }
    Ok(found)
}

/// Where each function starts, with its end and its name.
fn functions(file: &object::File<'_>) -> BTreeMap<u64, (u64, String)> {
    let text = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0);
    text.filter_map(|symbol| {
        // The lowest bit of an address only says that the code is Thumb.
        let start = symbol.address() & !1;
        let name = format!("{:#}", rustc_demangle::demangle(symbol.name().ok()?));
        Some((start, (start + symbol.size(), name)))
    })
    .collect()
}

/// Which function refers to which others.
fn calls(file: &object::File<'_>, functions: &BTreeMap<u64, (u64, String)>) -> BTreeMap<String, BTreeSet<String>> {
    let containing = |address: u64| {
        let (_, (end, name)) = functions.range(..=address).next_back()?;
        (address < *end).then_some(name)
    };
    let mut calls = BTreeMap::<_, BTreeSet<_>>::new();
    for (address, relocation) in file.sections().flat_map(|section| section.relocations()) {
        let RelocationTarget::Symbol(index) = relocation.target() else { continue };
        let Ok(symbol) = file.symbol_by_index(index) else { continue };
        let (from, to) = (containing(address), containing(symbol.address() & !1));
        if let (Some(from), Some(to)) = (from, to) {
            calls.entry(from.clone()).or_default().insert(to.clone());
        }
    }
    calls
}

/// The shortest way from an entry to the panic handler.
fn way(entry: &str, calls: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![entry.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = way.last()?;
        if last == HANDLER {
            return Some(way);
        }
        if seen.insert(last.clone()) {
            let next = calls.get(last).into_iter().flatten();
            ways.extend(next.map(|next| way.iter().chain([next]).cloned().collect()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the crate has and nobody asks for is thrown away, and so never looked at.
    #[test]
    fn no_entry_of_the_crate_is_forgotten() {
        let text = fs::read_to_string(crate::root().unwrap().join(CRATE).join("src/lib.rs")).unwrap();
        let between = |before: &str, after: char| -> BTreeSet<String> {
            let found = text.split(before).skip(1).filter_map(|rest| rest.split_once(after));
            found.map(|(name, _)| name.to_owned()).collect()
        };
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(between("\nentries!(", ','), set(&CAPACITIES));
        assert_eq!(between("concat!(\"", '"'), ENTRIES_OF_EACH.iter().map(|entry| format!("{entry}_")).collect());
        let functions = between("\npub fn ", '(');
        // One may have lifetimes behind its name.
        let functions = functions.iter().map(|name| name.split('<').next().unwrap_or(name).to_owned()).collect();
        assert_eq!(set(&[&ENTRIES[..], &[HANDLER]].concat()), functions);
    }

    #[test]
    fn the_shortest_way_is_named() {
        let call = |from: &str, to: &[&str]| (from.to_owned(), to.iter().map(|name| name.to_string()).collect());
        let calls = BTreeMap::from([
            call("entry", &["long", "short"]),
            call("long", &["longer"]),
            call("longer", &[HANDLER]),
            call("short", &[HANDLER, "entry"]),
            call("other", &["entry"]),
        ]);
        assert_eq!(way("entry", &calls).unwrap(), ["entry", "short", HANDLER]);
        assert_eq!(way("nowhere", &calls), None);
    }
}
