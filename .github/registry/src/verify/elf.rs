//! What an executable says about itself, against the platform that it is published for.

use object::elf::{self, FileHeader32, FileHeader64, Machine};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, FileKind};

/// What the ELF header of a platform's executable has to say.
struct Expected {
    platform: &'static str,
    machine: Machine,
    wide: bool,
    big: bool,
}

/// The platforms of the contract, the planned ones included.
const EXPECTED: [Expected; 6] = [
    Expected { platform: "linux/amd64", machine: elf::EM_X86_64, wide: true, big: false },
    Expected { platform: "linux/arm64", machine: elf::EM_AARCH64, wide: true, big: false },
    Expected { platform: "linux/arm/v7", machine: elf::EM_ARM, wide: false, big: false },
    Expected { platform: "linux/riscv64", machine: elf::EM_RISCV, wide: true, big: false },
    Expected { platform: "linux/ppc64le", machine: elf::EM_PPC64, wide: true, big: false },
    Expected { platform: "linux/s390x", machine: elf::EM_S390, wide: true, big: true },
];

/// What an executable is.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    machine: Machine,
    wide: bool,
    big: bool,
    /// Why it needs something else to run: a loader, a library.
    needs: Option<String>,
}

/// Whether an executable runs on this platform, in an image that has nothing but it: what is right, or what is wrong.
pub(super) fn check(platform: &str, binary: &[u8]) -> Result<String, String> {
    let Some(expected) = EXPECTED.iter().find(|expected| expected.platform == platform) else {
        let known = EXPECTED.map(|expected| expected.platform).join(", ");
        return Err(format!("nothing is known of the platform {platform}; known are {known}"));
    };
    let found = read(binary)?;
    let wanted = (expected.machine, expected.wide, expected.big);
    if (found.machine, found.wide, found.big) != wanted {
        return Err(format!(
            "the binary is for {}, and {platform} wants {}: it would end in \"exec format error\"",
            describe(found.machine, found.wide, found.big),
            describe(expected.machine, expected.wide, expected.big)
        ));
    }
    match found.needs {
        Some(needs) => {
            Err(format!("the binary needs {needs}, which the image doesn't have; build it static, for musl"))
        }
        None => Ok(format!("static, {}", describe(found.machine, found.wide, found.big))),
    }
}

fn read(binary: &[u8]) -> Result<Found, String> {
    match FileKind::parse(binary) {
        Ok(FileKind::Elf32) => inspect::<FileHeader32<Endianness>>(binary),
        Ok(FileKind::Elf64) => inspect::<FileHeader64<Endianness>>(binary),
        _ => {
            let start: String = binary.iter().take(4).map(|byte| format!("{byte:02x} ")).collect();
            Err(format!("the binary is no ELF file: it begins with {}", start.trim_end()))
        }
    }
}

fn inspect<E: FileHeader<Endian = Endianness>>(binary: &[u8]) -> Result<Found, String> {
    let broken = |error: object::read::Error| format!("the binary is a broken ELF file: {error}");
    let header = E::parse(binary).map_err(broken)?;
    let endian = header.endian().map_err(broken)?;
    let kind = header.e_type(endian);
    if kind != elf::ET_EXEC && kind != elf::ET_DYN {
        return Err(format!("the binary is an ELF file of type {kind}, not an executable"));
    }
    let mut needs = None;
    for segment in header.program_headers(endian, binary).map_err(broken)? {
        if let Some(loader) = segment.interpreter(endian, binary).map_err(broken)? {
            needs = Some(format!("the loader {}", String::from_utf8_lossy(loader)));
        }
        let libraries = segment.dynamic(endian, binary).map_err(broken)?.unwrap_or_default();
        if needs.is_none() && libraries.iter().any(|entry| is_needed::<E>(entry, endian)) {
            needs = Some("a shared library".to_owned());
        }
    }
    let (machine, wide, big) = (header.e_machine(endian), header.is_class_64(), !header.is_little_endian());
    Ok(Found { machine, wide, big, needs })
}

fn is_needed<E: FileHeader<Endian = Endianness>>(entry: &E::Dyn, endian: Endianness) -> bool {
    use object::read::elf::Dyn as _;
    entry.tag(endian) == elf::DT_NEEDED
}

/// `x86-64, 64 bits, little-endian`
fn describe(machine: Machine, wide: bool, big: bool) -> String {
    let name = match machine {
        elf::EM_X86_64 => "x86-64",
        elf::EM_386 => "x86",
        elf::EM_AARCH64 => "AArch64",
        elf::EM_ARM => "ARM",
        elf::EM_RISCV => "RISC-V",
        elf::EM_PPC64 => "PowerPC 64",
        elf::EM_S390 => "S/390",
        Machine(other) => return format!("ELF machine {other}"),
    };
    format!("{name}, {} bits, {}-endian", if wide { 64 } else { 32 }, if big { "big" } else { "little" })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF header of this class, byte order, type and machine, without any segment.
    fn header(class: u8, order: u8, kind: u16, machine: u16) -> Vec<u8> {
        let half = |value: u16| if order == 2 { value.to_be_bytes() } else { value.to_le_bytes() };
        let mut file = vec![0x7f, b'E', b'L', b'F', class, order, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        file.extend(half(kind));
        file.extend(half(machine));
        file.resize(if class == 2 { 64 } else { 52 }, 0);
        file
    }

    #[test]
    fn each_platform_takes_its_own_machine_and_no_other() {
        let headers = [
            ("linux/amd64", header(2, 1, 2, 62)),
            ("linux/arm64", header(2, 1, 3, 183)),
            ("linux/arm/v7", header(1, 1, 2, 40)),
            ("linux/riscv64", header(2, 1, 2, 243)),
            ("linux/ppc64le", header(2, 1, 2, 21)),
            ("linux/s390x", header(2, 2, 2, 22)),
        ];
        for (platform, _) in &headers {
            for (own, binary) in &headers {
                assert_eq!(check(platform, binary).is_ok(), platform == own, "{own} as {platform}");
            }
        }
    }

    #[test]
    fn class_and_byte_order_count() {
        for (platform, binary, hint) in [
            ("linux/ppc64le", header(2, 2, 2, 21), "big-endian"),
            ("linux/amd64", header(1, 1, 2, 62), "32 bits"),
            ("linux/amd64", header(2, 1, 1, 62), "type 1, not an executable"),
            ("linux/amd64", b"#!/bin/sh\n".to_vec(), "begins with 23 21 2f 62"),
            ("linux/amd64", Vec::new(), "no ELF file"),
            ("linux/amd64", header(2, 1, 2, 62)[..40].to_vec(), "broken ELF file"),
            ("linux/mips", header(2, 1, 2, 8), "nothing is known of the platform linux/mips"),
        ] {
            let error = check(platform, &binary).unwrap_err();
            assert!(error.contains(hint), "{error}");
        }
    }

    #[test]
    fn a_real_program_that_is_linked_to_a_libc() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let found = read(&own).unwrap();
        let loader = found.needs.unwrap();
        assert!(loader.starts_with("the loader /lib"), "{loader}");
    }
}
