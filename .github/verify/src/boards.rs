//! The programs for processors without an operating system: what people flash, and what measures. Each is built in its folder,
//! where its targets are configured.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::command::{cargo, in_words, run, rustup, target_folder};
use crate::{board_table, emulated};

/// Where they are: a folder for each.
const FOLDERS: [&str; 2] = ["boards", "benches/rigs"];
/// The runner of the boards that log.
pub(crate) const FRAMES: &str = ".github/verify/frames";
/// What a board on QEMU has to print.
const EXPECTED: &str = "expected.txt";
/// They print a page within a second; a processor that has lost its way never ends.
const LIMIT: Duration = Duration::from_secs(60);
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// The chips that people flash. Those of each change, and those of the night: what builds with embassy on one Cortex-M mostly does on the
/// others.
const CHIPS: [&str; 2] = ["esp32c3", "rp2040"];
const CHIPS_OF_THE_NIGHT: [&str; 3] = ["nrf52840", "rp2350", "stm32f411"];

/// Builds the rigs and the boards that aren't a chip's, runs those that have an expected output, and talks to the emulated ones.
pub(crate) fn check(root: &Path) -> Result<()> {
    // As the boards' settings have it, and beforehand: building it takes some of the time that a board gets.
    run(&mut cargo(&root.join(FRAMES), &["build", "--locked", "--target", "host-tuple"]))?;
    each(root, |board| {
        let target = built(root);
        if is_chip(board) {
            return Ok(());
        }
        run(cargo(board, &["build", "--release", "--locked", "--target-dir"]).arg(&target))?;
        // The emulated ones are asked by themselves, for each processor.
        if board.join(EXPECTED).is_file() && !board.ends_with(emulated::CRATE) {
            compare(board, &target, &[])
        } else {
            Ok(())
        }
    })?;
    emulated::check(root)
}

/// Builds the chips of each change.
pub(crate) fn chips(root: &Path) -> Result<()> {
    build_chips(root, &CHIPS)
}

/// Builds all chips, and holds those to clippy that no change builds.
pub(crate) fn all_chips(root: &Path) -> Result<()> {
    let all: Vec<&str> = CHIPS.into_iter().chain(CHIPS_OF_THE_NIGHT).collect();
    run(rustup(root).args(["target", "add", "thumbv8m.main-none-eabihf"]))?;
    for chip in &all {
        let mut command = cargo(&root.join("boards").join(chip), &["clippy", "--release", "--locked", "--target-dir"]);
        run(command.arg(built(root)).args(["--", "-Dwarnings"]))?;
    }
    build_chips(root, &all)
}

fn build_chips(root: &Path, chips: &[&str]) -> Result<()> {
    for chip in chips {
        let mut command = cargo(&root.join("boards").join(chip), &["build", "--release", "--locked", "--target-dir"]);
        run(command.arg(built(root)))?;
    }
    board_table::check(root, chips)
}

/// Whether a folder is a chip's, which takes its time to build.
pub(crate) fn is_chip(board: &Path) -> bool {
    let name = board.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| CHIPS.contains(&name) || CHIPS_OF_THE_NIGHT.contains(&name))
}

/// Does something in the folder of each.
pub(crate) fn each(root: &Path, mut act: impl FnMut(&Path) -> Result<()>) -> Result<()> {
    for folder in FOLDERS {
        let folder = root.join(folder);
        let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        let mut boards = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        // The application is a member of the workspace, and built and tested with it.
        boards.retain(|board| board.join("Cargo.toml").is_file() && !board.ends_with("boards/app"));
        ensure!(!boards.is_empty(), "{} has no crate", folder.display());
        boards.sort();
        for board in boards {
            println!("{}:", board.strip_prefix(root).unwrap_or(&board).display());
            act(&board)?;
        }
    }
    Ok(())
}

/// One folder for all, so that they share their dependencies, and apart from the workspace's, which they would lock.
pub(crate) fn built(root: &Path) -> PathBuf {
    target_folder(root).join("firmware")
}

/// Runs a board with more arguments for cargo, and compares what it prints with what it should.
pub(crate) fn compare(board: &Path, target: &Path, more: &[&str]) -> Result<()> {
    let file = target.join("output.txt");
    let output = File::create(&file).with_context(|| format!("making {}", file.display()))?;
    let mut command = cargo(board, &["run", "--release", "--locked", "--quiet", "--target-dir"]);
    command.arg(target).args(more).stdout(output);
    println!("$ {}", in_words(&command));
    let child = command.spawn().with_context(|| format!("running `{}`", in_words(&command)))?;
    let status = wait(child)?;
    let found = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    print!("{found}");
    ensure!(status.success(), "the program ended with {status}");
    let file = board.join(EXPECTED);
    let expected = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    if let Some(difference) = difference(&found, &expected) {
        bail!("not as in {}: {difference}", file.display());
    }
    println!("as in {EXPECTED}");
    Ok(())
}

/// cargo becomes the program that it runs, so ending it ends QEMU.
fn wait(mut child: Child) -> Result<ExitStatus> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("waiting for the board")? {
            return Ok(status);
        }
        if begin.elapsed() > LIMIT {
            child.kill().context("ending the board")?;
            child.wait().context("ending the board")?;
            bail!("the board was still running after {} s", LIMIT.as_secs());
        }
        thread::sleep(POLL);
    }
}

/// The first line in which two texts differ.
fn difference(found: &str, expected: &str) -> Option<String> {
    let (mut found, mut expected) = (found.lines(), expected.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (found.next(), expected.next()) {
            (None, None) => return None,
            (found, expected) if found == expected => {}
            (found, expected) => {
                let said = |line: Option<&str>| line.map_or_else(|| "nothing".to_owned(), |line| format!("`{line}`"));
                return Some(format!("line {number} is {}, and should be {}", said(found), said(expected)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::difference;

    /// The core's public types, and the variants of its enums, from the list of its public items: each by its path in the crate.
    fn public_types(items: &str) -> (Vec<&str>, Vec<(&str, &str)>) {
        let names = |kind: &'static str| {
            let items = items.lines().map(|line| line.strip_prefix("#[non_exhaustive] ").unwrap_or(line));
            let lines = items.filter_map(move |line| line.strip_prefix(kind)?.strip_prefix(" kyklos_core::"));
            lines.map(|rest| rest.split(['<', '(', ' ']).next().unwrap_or(rest))
        };
        let enums: Vec<_> = names("pub enum").collect();
        // Of all that isn't named a kind, what is right below an enum is a variant, and what is below that a field.
        let variants = names("pub").filter_map(|path| path.rsplit_once("::").filter(|(of, _)| enums.contains(of)));
        let variants = variants.collect();
        (enums.iter().copied().chain(names("pub struct")).collect(), variants)
    }

    #[test]
    fn the_log_has_a_line_for_every_public_type_and_variant() {
        let file = |name| fs::read_to_string(crate::root().unwrap().join(name)).unwrap();
        let (items, log) = (file("core/api.txt"), file("boards/defmt-mps2-an386/expected.txt"));
        let (types, variants) = public_types(&items);
        assert!(types.len() > 45 && variants.len() > 100, "{types:?}, {variants:?}");
        let logged = |start: &str| {
            let whole = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric());
            log.lines().any(|line| line.strip_prefix(start).is_some_and(whole))
        };
        for name in types {
            assert!(log.lines().any(|line| line.starts_with(&format!("{name}: "))), "no {name} is logged");
        }
        for (name, variant) in variants {
            assert!(logged(&format!("{name}: {variant}")), "no {name}::{variant} is logged");
        }
    }

    #[test]
    fn types_and_variants_of_a_list() {
        let items = "pub mod kyklos_core\npub mod kyklos_core::m\n#[non_exhaustive] pub enum kyklos_core::m::A<'a>\n\
                     pub kyklos_core::m::A::One(&'a str)\npub kyklos_core::m::A::Two\n\
                     pub kyklos_core::m::A::Two::field: u8\npub fn kyklos_core::m::A<'a>::call()\n\
                     pub enum kyklos_core::B\npub kyklos_core::B::Three\npub const kyklos_core::B::ALL: u8\n\
                     pub struct kyklos_core::C\npub kyklos_core::C::field: u8\n\
                     #[non_exhaustive] pub struct kyklos_core::m::D(_)\npub struct kyklos_core::E<const N: usize>\n";
        let variants = vec![("m::A", "One"), ("m::A", "Two"), ("B", "Three")];
        assert_eq!(public_types(items), (vec!["m::A", "B", "C", "m::D", "E"], variants));
    }

    #[test]
    fn the_first_different_line_is_named() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nx\n", "a\nb\n").unwrap(), "line 2 is `x`, and should be `b`");
        assert_eq!(difference("a\n", "a\nb\n").unwrap(), "line 2 is nothing, and should be `b`");
    }
}
