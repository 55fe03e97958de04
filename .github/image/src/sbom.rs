//! The SBOM of each platform, in CycloneDX: of the whole image, made by Syft. It reads the crates from where `cargo auditable`
//! wrote them into the binary, and the base's packages from the list that distroless has. Both are read here once more, by
//! others, and have to be in it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use auditable_serde::DependencyKind;
use flate2::read::MultiGzDecoder;
use kyklos_registry::source::PlatformImage;
use serde_json::{Value, json};

use crate::layout::{Built, Program};
use crate::run::run;
use crate::tools;

/// The list of a few hundred crates is some kilobytes, compressed; one that unpacks to more isn't ours.
const MOST: usize = 8 << 20;
/// Where distroless has a file for each package, from the image's root.
const PACKAGES: &str = "var/lib/dpkg/status.d/";

/// Writes a file for each platform of the image in a folder, and returns them in the order of the layout.
pub fn write(root: &Path, layout: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let (built, syft) = (Built::read(layout)?, tools::built(root, "syft")?);
    let write = |(program, child): (&Program, &PlatformImage)| {
        let file = file(folder, &program.architecture());
        let of = || format!("the SBOM of {}", program.platform);
        let crates = crates(program).with_context(of)?;
        let packages = packages(&built, child).with_context(of)?;
        ensure!(!packages.is_empty(), "the base of {} has no list of its packages in /{PACKAGES}", program.platform);
        run(&mut scan(&syft, layout, program, &file))?;
        let sbom = completed(&fs::read_to_string(&file).with_context(of)?, program).with_context(of)?;
        check(&sbom, &crates, &packages).with_context(of)?;
        fs::write(&file, format!("{sbom:#}\n")).with_context(|| format!("writing {}", file.display()))?;
        println!(
            "{}: {} crates and {} packages of the base in {}",
            program.platform,
            crates.len(),
            packages.len(),
            file.display()
        );
        Ok(file)
    };
    built.programs.iter().zip(&built.image.platforms).map(write).collect()
}

/// Where the SBOM of an architecture is.
pub fn file(folder: &Path, architecture: &str) -> PathBuf {
    folder.join(format!("kyklos-{architecture}.cdx.json"))
}

fn scan(syft: &Path, layout: &Path, program: &Program, file: &Path) -> Command {
    let mut command = Command::new(syft);
    command.arg("scan").arg(format!("oci-dir:{}", layout.display())).args(["--platform", &program.platform]);
    command.args(["--source-name", "kyklos", "--source-version", &program.version, "--quiet"]);
    // It asks nobody whether there is a newer one.
    command.arg("--output").arg(format!("cyclonedx-json={}", file.display())).env("SYFT_CHECK_FOR_APP_UPDATE", "false");
    command
}

/// With what only we know of it.
fn completed(text: &str, program: &Program) -> Result<Value> {
    let mut sbom: Value = serde_json::from_str(text).context("what Syft wrote is no JSON")?;
    ensure!(sbom.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX"), "what Syft wrote is no CycloneDX");
    let component = sbom.pointer_mut("/metadata/component").and_then(Value::as_object_mut);
    let properties = json!([
        { "name": "kyklos:platform", "value": program.platform },
        { "name": "kyklos:image:digest", "value": program.digest.to_string() },
    ]);
    component.context("it has no component of its own")?.insert("properties".to_owned(), properties);
    Ok(sbom)
}

/// `ring@0.17.14`: what the binary says it is made of, but for what only built it.
fn crates(program: &Program) -> Result<BTreeSet<String>> {
    let embedded = auditable_info::audit_info_from_slice(&program.content, MOST)
        .context("the binary has no list of its crates: was it built by `cargo auditable`?")?;
    let own = embedded.packages.iter().find(|package| package.root).map(|package| package.version.to_string());
    check_version(&program.version, &own.context("the binary's list of its crates has no first")?)?;
    let built_in = embedded.packages.iter().filter(|package| package.kind == DependencyKind::Runtime);
    Ok(built_in.map(|package| format!("{}@{}", package.name, package.version)).collect())
}

/// `tzdata`: what the base's files come from, in all layers.
fn packages(built: &Built, child: &PlatformImage) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for descriptor in child.content.layers() {
        let bytes = built.source.blob(descriptor)?;
        for entry in tar::Archive::new(MultiGzDecoder::new(bytes.as_slice())).entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
            let is_list =
                path.strip_prefix(PACKAGES).is_some_and(|name| !name.is_empty() && !name.ends_with(".md5sums"));
            if is_list && entry.header().entry_type().is_file() {
                let mut text = String::new();
                entry.read_to_string(&mut text).with_context(|| format!("reading /{path}"))?;
                let name = text.lines().find_map(|line| line.strip_prefix("Package: "));
                found.insert(name.with_context(|| format!("/{path} names no package"))?.to_owned());
            }
        }
    }
    Ok(found)
}

/// All of both is in it.
fn check(sbom: &Value, crates: &BTreeSet<String>, packages: &BTreeSet<String>) -> Result<()> {
    let components: Vec<&Value> = sbom.get("components").and_then(Value::as_array).into_iter().flatten().collect();
    let purls: BTreeSet<&str> = components.iter().filter_map(|one| one.get("purl")?.as_str()).collect();
    // A purl goes on behind these with a `?`, and has a `+` of a version as `%2B`.
    let has = |start: String| purls.iter().any(|purl| purl.replace("%2B", "+").split('?').next() == Some(&start));
    let lost: Vec<_> = crates.iter().filter(|one| !has(format!("pkg:cargo/{one}"))).cloned().collect();
    ensure!(lost.is_empty(), "it lacks crates that are in the binary: {}", lost.join(", "));
    let named =
        |name: &String| purls.iter().any(|purl| purl.starts_with("pkg:deb/") && purl.contains(&format!("/{name}@")));
    let lost: Vec<_> = packages.iter().filter(|name| !named(name)).cloned().collect();
    ensure!(lost.is_empty(), "it lacks packages of the base: {}", lost.join(", "));
    Ok(())
}

/// The image and the binary in it are one version, or on the way to it.
fn check_version(label: &str, own: &str) -> Result<()> {
    ensure!(
        label == own || label == format!("{own}-dev"),
        "the image's label says version `{label}`, and the binary in it is {own}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_the_version_of_its_binary() {
        check_version("0.1.0", "0.1.0").unwrap();
        check_version("0.1.0-dev", "0.1.0").unwrap();
        for wrong in ["0.1.1", "0.1.0-rc.1", "", "v0.1.0"] {
            let error = check_version(wrong, "0.1.0").unwrap_err().to_string();
            assert_eq!(error, format!("the image's label says version `{wrong}`, and the binary in it is 0.1.0"));
        }
    }

    #[test]
    fn what_is_left_out_is_named() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let sbom = json!({ "components": [
            { "purl": "pkg:cargo/ring@0.17.14" },
            { "purl": "pkg:cargo/yaml@0.9.34%2Bdeprecated" },
            { "purl": "pkg:deb/debian/tzdata@2026f-0?arch=all&distro=debian-12" },
            { "name": "/kyklos" },
        ] });
        check(&sbom, &set(&["ring@0.17.14", "yaml@0.9.34+deprecated"]), &set(&["tzdata"])).unwrap();
        let error = check(&sbom, &set(&["ring@0.17.1", "kube@5.0.0"]), &set(&[])).unwrap_err().to_string();
        assert_eq!(error, "it lacks crates that are in the binary: kube@5.0.0, ring@0.17.1");
        let error = check(&sbom, &set(&[]), &set(&["base-files", "tzdata"])).unwrap_err().to_string();
        assert_eq!(error, "it lacks packages of the base: base-files");
    }
}
