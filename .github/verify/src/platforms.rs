//! Platforms that the image doesn't have: that Kyklos builds for them, and answers as it does elsewhere. Too much for each
//! change, so these run every night.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use object::elf::{FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader as _};
use object::{Endianness, FileKind};

use crate::command::{cargo, output, run, rustup, target_folder};

/// One that may come into the image: static, by musl, under an emulator that runs single programs.
struct Planned {
    platform: &'static str,
    triple: &'static str,
    emulator: &'static str,
    /// For ring, which has parts in C.
    compiler: &'static str,
    /// What has the compiler and its headers, on Debian.
    packages: [&'static str; 2],
}

const PLANNED: [Planned; 3] = [
    Planned {
        platform: "linux/arm/v7",
        triple: "armv7-unknown-linux-musleabihf",
        emulator: "qemu-arm-static",
        compiler: "arm-linux-gnueabihf-gcc",
        packages: ["gcc-arm-linux-gnueabihf", "libc6-dev-armhf-cross"],
    },
    Planned {
        platform: "linux/riscv64",
        triple: "riscv64gc-unknown-linux-musl",
        emulator: "qemu-riscv64-static",
        compiler: "riscv64-linux-gnu-gcc",
        packages: ["gcc-riscv64-linux-gnu", "libc6-dev-riscv64-cross"],
    },
    Planned {
        platform: "linux/ppc64le",
        triple: "powerpc64le-unknown-linux-musl",
        emulator: "qemu-ppc64le-static",
        compiler: "powerpc64le-linux-gnu-gcc",
        packages: ["gcc-powerpc64le-linux-gnu", "libc6-dev-ppc64el-cross"],
    },
];

/// The big-endian one. Rust has glibc alone there, so that there are tests and no image.
const S390X: &str = "s390x-unknown-linux-gnu";
/// 32 bits, which a 64-bit processor runs by itself.
const I686: &str = "i686-unknown-linux-musl";

/// The Debian package of the emulators that run single programs.
const EMULATORS: &str = "qemu-user-static";
/// The Debian packages of the compilers and their headers.
const FOR_S390X: [&str; 2] = ["gcc-s390x-linux-gnu", "libc6-dev-s390x-cross"];
const FOR_I686: [&str; 2] = ["gcc-i686-linux-gnu", "libc6-dev-i386-cross"];

/// Builds each that is planned, and has it answer all vectors.
pub(crate) fn planned(root: &Path) -> Result<()> {
    for one in &PLANNED {
        println!("{}:", one.platform);
        wanted(one.compiler, &one.packages)?;
        wanted(one.emulator, &[EMULATORS])?;
        target(root, one.triple)?;
        let mut build = cargo(root, &["build", "--quiet", "--locked", "--package", "kyklos", "--target", one.triple]);
        run(for_target(&mut build, one.triple).env(variable("CC_", one.triple), one.compiler))?;
        let program = target_folder(root).join(one.triple).join("debug/kyklos");
        is_static(&program)?;
        run(Command::new(one.emulator).arg(&program).arg("--version"))?;
        let mut test = cargo(root, &["test", "--quiet", "--locked", "--package", "kyklos", "--test", "cli_vectors"]);
        run(test.env("KYKLOS_PROGRAM", format!("{} {}", one.emulator, program.display())))?;
    }
    Ok(())
}

/// The core's tests where the most significant byte comes first: those of its parts, and the vectors. What draws thousands of
/// cases takes an emulator too long.
pub(crate) fn s390x(root: &Path) -> Result<()> {
    let compiler = "s390x-linux-gnu-gcc";
    wanted(compiler, &FOR_S390X)?;
    wanted("qemu-s390x-static", &[EMULATORS])?;
    target(root, S390X)?;
    let tests = ["--lib", "--test", "answers", "--test", "pack", "--test", "json", "--features", "json,pack,serde"];
    let mut test = cargo(root, &["test", "--locked", "--package", "kyklos-core", "--target", S390X]);
    test.args(tests).env(variable_of_cargo(S390X, "LINKER"), compiler);
    run(test.env(variable_of_cargo(S390X, "RUNNER"), "qemu-s390x-static -L /usr/s390x-linux-gnu"))
}

/// The tests of core and shell that need no control plane, with words of 32 bits.
pub(crate) fn i686(root: &Path) -> Result<()> {
    ensure!(std::env::consts::ARCH == "x86_64", "a program for i686 runs on an x86-64 processor alone");
    let compiler = "i686-linux-gnu-gcc";
    wanted(compiler, &FOR_I686)?;
    target(root, I686)?;
    for package in [&["kyklos-core", "--features", "json,pack,serde"][..], &["kyklos"]] {
        let mut test = cargo(root, &["test", "--quiet", "--locked", "--target", I686, "--package"]);
        for_target(&mut test, I686).args(package).env(variable("CC_", I686), compiler);
        run(test.arg("--no-fail-fast"))?;
    }
    Ok(())
}

/// A linker that is part of Rust, and a program that needs no other file.
fn for_target<'a>(command: &'a mut Command, triple: &str) -> &'a mut Command {
    command.env(variable_of_cargo(triple, "LINKER"), "rust-lld");
    command.env(variable_of_cargo(triple, "RUSTFLAGS"), "-Ctarget-feature=+crt-static")
}

fn variable(start: &str, triple: &str) -> String {
    format!("{start}{}", triple.replace('-', "_"))
}

fn variable_of_cargo(triple: &str, name: &str) -> String {
    variable("CARGO_TARGET_", &triple.to_uppercase()) + "_" + name
}

fn target(root: &Path, triple: &str) -> Result<()> {
    run(rustup(root).args(["target", "add", triple]))
}

/// These are for the night alone, so that nobody gets them who doesn't ask for these steps.
fn wanted(program: &str, packages: &[&str]) -> Result<()> {
    if output(Command::new(program).arg("--version"))?.is_none() {
        bail!(
            "there is no `{program}` on the PATH; on Debian and Ubuntu: sudo apt-get install --no-install-recommends {}",
            packages.join(" ")
        );
    }
    Ok(())
}

/// The Debian packages of these steps.
pub(crate) fn packages() -> Vec<&'static str> {
    PLANNED.iter().flat_map(|one| one.packages).chain([EMULATORS]).chain(FOR_S390X).chain(FOR_I686).collect()
}

/// A program that asks for a loader asks for a file that the image hasn't.
fn is_static(program: &Path) -> Result<()> {
    let bytes = fs::read(program).with_context(|| format!("reading {}", program.display()))?;
    let loader = loader(&bytes).with_context(|| format!("{} as ELF", program.display()))?;
    ensure!(loader.is_none(), "{} wants the loader {}", program.display(), loader.unwrap_or_default());
    Ok(())
}

/// The loader that an executable names.
fn loader(bytes: &[u8]) -> Result<Option<String>> {
    match FileKind::parse(bytes)? {
        FileKind::Elf32 => interpreter::<FileHeader32<Endianness>>(bytes),
        FileKind::Elf64 => interpreter::<FileHeader64<Endianness>>(bytes),
        other => bail!("it is {other:?}"),
    }
}

fn interpreter<E: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> Result<Option<String>> {
    let header = E::parse(bytes)?;
    let endian = header.endian()?;
    let segments = header.program_headers(endian, bytes)?;
    ensure!(!segments.is_empty(), "it has no segments");
    for segment in segments {
        if let Some(name) = segment.interpreter(endian, bytes)? {
            return Ok(Some(String::from_utf8_lossy(name).into_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_wants_a_loader_is_told_from_one_that_does_not() {
        // This one is linked to a libc.
        let own = fs::read(std::env::current_exe().unwrap()).unwrap();
        let named = loader(&own).unwrap().unwrap();
        assert!(named.starts_with("/lib") && named.contains("ld-"), "{named}");
        // The same without its wish: what asks for a loader is a segment of the type 3.
        let header = FileHeader64::<Endianness>::parse(own.as_slice()).unwrap();
        let endian = header.endian().unwrap();
        let (place, size) = (header.e_phoff(endian) as usize, usize::from(header.e_phentsize(endian)));
        let mut without = own.clone();
        for at in (place..).step_by(size).take(usize::from(header.e_phnum(endian))) {
            if without[at..at + 4] == [3, 0, 0, 0] {
                without[at] = 0;
            }
        }
        assert_eq!(loader(&without).unwrap(), None);
        for wrong in [&b""[..], b"#!/bin/sh\n", &own[..40]] {
            assert!(loader(wrong).is_err(), "{wrong:?}");
        }
    }

    /// The strategy says of each that it is tried at night, and isn't in the index.
    #[test]
    fn the_strategy_has_those_that_are_planned() {
        let strategy = fs::read_to_string(crate::root().unwrap().join(".github/registry/STRATEGY.md")).unwrap();
        let row = strategy.lines().find(|line| line.starts_with("| `linux/arm/v7`")).unwrap();
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let named: Vec<_> = PLANNED.iter().map(|one| format!("`{}`", one.platform)).collect();
        assert_eq!(cells[1..3], [named.join(", ").as_str(), "no"]);
        assert!(cells[3].starts_with("each night: built with musl"), "{row}");
    }
}
