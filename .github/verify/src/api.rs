//! The core's public items against the list of them that is committed: no change of the interface goes unseen, and
//! one that breaks users asks for a new version.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::command::{cargo, run, target_folder};

const ACCEPTED: &str = "core/api.txt";

pub(crate) fn check(root: &Path) -> Result<()> {
    let target = target_folder(root);
    let folder = target.join("api");
    let arguments =
        ["rustdoc", "--locked", "--package", "kyklos-core", "--lib", "--all-features", "--quiet", "--target-dir"];
    let mut command = cargo(root, &arguments);
    command.arg(&folder).args(["--", "-Zunstable-options", "--output-format=json"]);
    // The format is not stable; this Rust and the crate that reads it are both pinned, and know the same one.
    run(command.env("RUSTC_BOOTSTRAP", "1"))?;
    let found = public_api::Builder::from_rustdoc_json(folder.join("doc/kyklos_core.json"))
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .context("reading what rustdoc has written")?;
    let found: String =
        [version(root)?].into_iter().chain(found.items().map(ToString::to_string)).map(|line| line + "\n").collect();
    let file = root.join(ACCEPTED);
    let accepted = fs::read_to_string(&file).unwrap_or_default();
    if found == accepted {
        println!("{} public items, as in {ACCEPTED}", found.lines().count().saturating_sub(1));
        return Ok(());
    }
    let written = target.join("api.txt");
    fs::write(&written, &found).with_context(|| format!("writing {}", written.display()))?;
    let verdict = verdict(&accepted, &found)?;
    bail!("the public items are not those of {ACCEPTED}: {verdict}\nTo accept: cp {} {ACCEPTED}", written.display());
}

/// The name and version of the core, the first line of the list.
fn version(root: &Path) -> Result<String> {
    let file = root.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let version =
        text.lines().find_map(|line| line.strip_prefix("version = ")).context("the workspace has no version")?;
    Ok(format!("kyklos-core {}", version.trim_matches('"')))
}

/// What the difference is, and what version it wants.
fn verdict(accepted: &str, found: &str) -> Result<String> {
    ensure!(!accepted.is_empty(), "there is no list yet");
    let lines = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<BTreeSet<_>>();
    let (before, after) = (lines(accepted), lines(found));
    let gone: Vec<_> = before.difference(&after).map(|line| format!("\n- {line}")).collect();
    let new: Vec<_> = after.difference(&before).map(|line| format!("\n+ {line}")).collect();
    let grown = after.difference(&before).any(|line| completes(line, &before));
    let (old_version, version) = (accepted.lines().next(), found.lines().next());
    let what = if gone.is_empty() { "a type that users match or fill in has grown" } else { "something is gone" };
    let wanted = match (gone.is_empty() && !grown, breaks(old_version, version)) {
        (true, _) => "nothing is gone, so users go on as before".to_owned(),
        (false, true) => format!("{what}, and the version says so"),
        (false, false) => format!("{what}, and the version doesn't say so: raise it"),
    };
    Ok(format!("{wanted}{}{}", gone.concat(), new.concat()))
}

/// Whether a new line is a variant or a field of something that was there before: users match and fill in all there are.
fn completes(line: &str, before: &BTreeSet<String>) -> bool {
    let of = path(line).and_then(|path| path.rsplit_once("::"));
    of.is_some_and(|(parent, _)| before.iter().any(|line| path(line) == Some(parent)))
}

/// The path of a type, a variant or a field.
fn path(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub ")?;
    let rest = rest.strip_prefix("enum ").or_else(|| rest.strip_prefix("struct ")).unwrap_or(rest);
    let path = rest.split(['<', '(', ' ']).next()?.trim_end_matches(':');
    path.starts_with("kyklos_core::").then_some(path)
}

/// Whether Cargo takes the second version for another interface than the first.
fn breaks(old: Option<&str>, new: Option<&str>) -> bool {
    let parts = |line: Option<&str>| {
        let version = line.and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
        let mut parts = version.split('.').map(str::to_owned);
        let major = parts.next().unwrap_or_default();
        if major == "0" { (major, parts.next()) } else { (major, None) }
    };
    parts(old) != parts(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_wants_a_new_version() {
        let old = "kyklos-core 0.1.0\npub fn a()\npub fn b()\n";
        let said = |new: &str| verdict(old, new).unwrap();
        assert!(said("kyklos-core 0.1.0\npub fn a()\npub fn b()\npub fn c()\n").ends_with("as before\n+ pub fn c()"));
        assert!(said("kyklos-core 0.1.1\npub fn a()\n").ends_with("raise it\n- pub fn b()"));
        assert!(said("kyklos-core 0.2.0\npub fn a()\n").contains("the version says so\n- pub fn b()"));
        assert!(breaks(Some("kyklos-core 1.9.0"), Some("kyklos-core 2.0.0")));
        assert!(!breaks(Some("kyklos-core 1.9.0"), Some("kyklos-core 1.10.0")));
    }
    #[test]
    fn what_users_match_or_fill_in_may_not_grow() {
        let old = "kyklos-core 0.1.0\npub enum kyklos_core::A<'a>\npub kyklos_core::A::One(&'a str)\npub kyklos_core::A::Two\n\
                   pub struct kyklos_core::B\npub kyklos_core::B::field: u8\n";
        let said = |more: &str| verdict(old, &format!("{old}{more}\n")).unwrap();
        for more in ["pub kyklos_core::A::Three", "pub kyklos_core::A::Two::field: u8", "pub kyklos_core::B::more: u8"]
        {
            assert_eq!(
                said(more),
                format!(
                    "a type that users match or fill in has grown, and the version doesn't say so: raise it\n+ {more}"
                )
            );
        }
        for more in ["pub fn kyklos_core::B::call()", "pub enum kyklos_core::C\npub kyklos_core::C::One"] {
            assert!(said(more).starts_with("nothing is gone"));
        }
    }
}
