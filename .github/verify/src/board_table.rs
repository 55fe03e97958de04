//! The table of the chips in the boards' README: what is measured in it is that of the programs as they are built here.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use object::elf::SHF_ALLOC;
use object::{Object, ObjectSection, SectionFlags};

use crate::boards;

const README: &str = "boards/README.md";
const BEGIN: &str = "<!-- chips: begin, made by `KYKLOS_CHIPS=write cargo verify --only chips_all` -->\n";
const END: &str = "<!-- chips: end -->\n";
/// Texts with the paths of a computer's folders are in the programs, so they aren't to the byte the same everywhere.
const TOLERANCE: usize = 3;
/// No program that answers is smaller than so many bytes.
const LEAST: usize = 16 * 1_024;

/// A chip's program, and what isn't measured but known of it.
struct Chip {
    name: &'static str,
    what: &'static str,
    target: &'static str,
    /// Packs are kept in flash.
    keeps: bool,
    /// Where the time is from.
    clock: &'static str,
    /// How often a day the timer of the HAL wakes the processor by itself, and why.
    timer: f64,
    /// The current of the sleep that the program is in, in microamperes, where the data sheet has one.
    sleep: Option<f64>,
}

/// The home's schedule has 24 boundaries a week: two on each of five mornings and of seven evenings.
const BOUNDARIES: f64 = 24.0 / 7.0;
/// The instructions of a look on a Cortex-M4, at most: counted by `boards/emulated`, which `emulated` holds to this.
pub(crate) const LOOK: f64 = 223.0;
/// The nRF52840's current while it computes, in microamperes: PS 1.11, CoreMark from flash at 64 MHz by the LDO, as the program leaves
/// the DC/DC converter off. And its instructions a second at two cycles each, which is more than they take.
const NRF_RUN: (f64, f64) = (6_300.0, 32e6);

const CHIPS: [Chip; 5] = [
    Chip {
        name: "rp2040",
        what: "Raspberry Pi Pico",
        target: "thumbv6m-none-eabi",
        keeps: true,
        clock: "the chip's RTC, lost without power",
        // The alarm compares 32 bits of microseconds.
        timer: 86_400.0 / 4_294.97,
        sleep: None,
    },
    Chip {
        name: "rp2350",
        what: "Raspberry Pi Pico 2",
        target: "thumbv8m.main-none-eabihf",
        keeps: false,
        clock: "the line, counted on",
        timer: 86_400.0 / 4_294.97,
        sleep: None,
    },
    Chip {
        name: "nrf52840",
        what: "nRF52840 DK",
        target: "thumbv7em-none-eabihf",
        keeps: true,
        clock: "the line, counted on",
        // 24 bits at 32,768 Hz, told at the half and at the whole.
        timer: 86_400.0 / 256.0,
        // PS 1.11, ION_RAMON_RTC: System ON, all RAM retained, wake on RTC.
        sleep: Some(3.16),
    },
    Chip {
        name: "stm32f411",
        what: "Nucleo-F411RE",
        target: "thumbv7em-none-eabihf",
        keeps: false,
        clock: "the chip's RTC",
        // 16 bits at 32,768 Hz, told at the half and at the whole.
        timer: 86_400.0,
        sleep: None,
    },
    Chip {
        name: "esp32c3",
        what: "ESP32-C3-DevKit",
        target: "riscv32imc-unknown-none-elf",
        keeps: false,
        clock: "the line, counted on",
        // A timer of 54 bits.
        timer: 0.0,
        sleep: None,
    },
];

/// Holds the rows of these chips to their programs, or writes the whole table where that is asked for.
pub(crate) fn check(root: &Path, chips: &[&str]) -> Result<()> {
    let file = root.join(README);
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("{README} has no table of the chips"))?;
    let (table, after) =
        rest.split_once(END).with_context(|| format!("{README}: the table of the chips has no end"))?;
    let sizes = CHIPS.iter().filter(|chip| chips.contains(&chip.name)).map(|chip| Ok((chip, size(root, chip)?)));
    let sizes = sizes.collect::<Result<Vec<_>>>()?;
    if std::env::var("KYKLOS_CHIPS").is_ok_and(|what| what == "write") && chips.len() == CHIPS.len() {
        let rows: String = sizes.iter().map(|(chip, size)| row(chip, *size)).collect();
        fs::write(&file, format!("{before}{BEGIN}{HEADING}{rows}{END}{after}"))?;
        return Ok(());
    }
    for (chip, (flash, memory)) in sizes {
        let expected = row(chip, (flash, memory));
        let start = format!("| [`{}`]", chip.name);
        let found = table
            .lines()
            .find(|line| line.starts_with(&start))
            .with_context(|| format!("{README} has no {}", chip.name))?;
        if !is_like(found, &expected) {
            bail!("{README}: the row is\n{found}\nand should be\n{expected}To write it: {BEGIN}");
        }
        println!("{}: {flash} bytes of flash, {memory} of RAM, as {README} says", chip.name);
    }
    Ok(())
}

const HEADING: &str = "\
| chip | | flash | RAM | keeps packs | time from | wakes a day | charge a day, **computed** |\n\
|---|---|---:|---:|---|---|---:|---:|\n";

fn row(chip: &Chip, (flash, memory): (usize, usize)) -> String {
    let wakes = BOUNDARIES + chip.timer;
    let charge = chip.sleep.map_or_else(
        || "no figure".to_owned(),
        |sleep| {
            let (run, speed) = NRF_RUN;
            format!("{:.0} µAh", sleep * 24.0 + wakes * LOOK / speed * run / 3_600.0)
        },
    );
    let Chip { name, what, clock, .. } = chip;
    let keeps = if chip.keeps { "yes" } else { "no" };
    format!(
        "| [`{name}`](#{name}) | {what} | {} | {} | {keeps} | {clock} | {wakes:.0} | {charge} |\n",
        kibibytes(flash),
        kibibytes(memory)
    )
}

fn kibibytes(bytes: usize) -> String {
    format!("{:.1} KiB", bytes as f64 / 1_024.0)
}

/// Whether two rows are the same but for a little in their sizes.
fn is_like(found: &str, expected: &str) -> bool {
    let cells = |row: &str| row.trim().split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let (found, expected) = (cells(found), cells(expected));
    let size = |cell: &str| cell.strip_suffix(" KiB").and_then(|number| number.parse::<f64>().ok());
    found.len() == expected.len()
        && found.iter().zip(&expected).all(|(found, expected)| match (size(found), size(expected)) {
            (Some(a), Some(b)) => (a - b).abs() * 100.0 <= b * TOLERANCE as f64,
            _ => found == expected,
        })
}

/// Bytes in flash and in memory, the stack not among them.
fn size(root: &Path, chip: &Chip) -> Result<(usize, usize)> {
    let name = format!("kyklos-{}", chip.name);
    let file = boards::built(root).join(chip.target).join("release").join(name);
    let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    let program = object::File::parse(bytes.as_slice()).with_context(|| format!("reading {}", file.display()))?;
    let (mut flash, mut memory) = (0, 0);
    for section in program.sections() {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else { continue };
        let name = section.name().unwrap_or_default();
        let in_memory = [".data", ".bss", ".uninit", ".rwtext", ".noinit"].iter().any(|start| name.starts_with(start));
        if (sh_flags & SHF_ALLOC).0 == 0 || name.starts_with(".stack") || name.contains("dummy") {
            continue;
        }
        let size = usize::try_from(section.size())?;
        flash += if section.kind() == object::SectionKind::UninitializedData { 0 } else { size };
        memory += if in_memory { size } else { 0 };
    }
    // Linked without its script a program is nothing, and links.
    ensure!(flash > LEAST, "{}: only {flash} bytes of flash", file.display());
    Ok((flash, memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_may_differ_by_a_little_in_its_sizes_alone() {
        let chip = &CHIPS[2];
        let row = row(chip, (60_000, 5_000));
        assert_eq!(
            row,
            "| [`nrf52840`](#nrf52840) | nRF52840 DK | 58.6 KiB | 4.9 KiB | yes | the line, counted on | 341 | 76 µAh |\n"
        );
        assert!(is_like(&row, &super::row(chip, (60_500, 5_050))));
        assert!(!is_like(&row, &super::row(chip, (64_000, 5_000))));
        assert!(!is_like(&row, &row.replace("341", "340")));
        assert!(!is_like(&row, &row.replace(" | yes", "")));
    }
}
