//! The SBOM of each platform, in CycloneDX: read out of the binary, where `cargo auditable` wrote it, so that it lists what
//! is in there and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, anyhow, ensure};
use auditable_cyclonedx::{auditable_serde::VersionInfo, auditable_to_minimal_cdx};
use serde_json::{Value, json};

use crate::layout::{Built, Program};

/// The list of a few hundred crates is some kilobytes, compressed; one that unpacks to more isn't ours.
const MOST: usize = 8 << 20;

/// Writes a file for each platform, and returns them in the order of the layout.
pub fn write(built: &Built, folder: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let write = |program: &Program| {
        let sbom = of(program).with_context(|| format!("the SBOM of {}", program.platform))?;
        let file = file(folder, &program.architecture());
        fs::write(&file, format!("{sbom:#}\n")).with_context(|| format!("writing {}", file.display()))?;
        let count = sbom.get("components").and_then(Value::as_array).map_or(0, Vec::len);
        println!("{}: {count} components in {}", program.platform, file.display());
        Ok(file)
    };
    built.programs.iter().map(write).collect()
}

/// Where the SBOM of an architecture is.
pub fn file(folder: &Path, architecture: &str) -> PathBuf {
    folder.join(format!("kyklos-{architecture}.cdx.json"))
}

fn of(program: &Program) -> Result<Value> {
    let embedded = auditable_info::json_from_slice(&program.content, MOST)
        .context("the binary has no list of its crates: was it built by `cargo auditable`?")?;
    let embedded = VersionInfo::from_str(&embedded).context("the binary's list of its crates")?;
    let own = embedded.packages.iter().find(|package| package.root).map(|package| package.version.to_string());
    check_version(&program.version, &own.context("the binary's list of its crates has no first")?)?;
    let mut written = Vec::new();
    let bom = auditable_to_minimal_cdx(&embedded);
    bom.output_as_json_v1_5(&mut written).map_err(|error| anyhow!("writing CycloneDX: {error}"))?;
    let mut sbom: Value = serde_json::from_slice(&written).context("the CycloneDX that was written")?;
    let components = sbom.get("components").and_then(Value::as_array).map_or(0, Vec::len);
    ensure!(components > 0, "it lists nothing");
    let root = sbom.pointer_mut("/metadata/component").and_then(Value::as_object_mut);
    let properties = json!([
        { "name": "kyklos:platform", "value": program.platform },
        { "name": "kyklos:image:digest", "value": program.digest.to_string() },
    ]);
    root.context("it has no component of its own")?.insert("properties".to_owned(), properties);
    drop_local_qualifiers(&mut sbom);
    Ok(sbom)
}

/// The image and the binary in it are one version, or on the way to it.
fn check_version(label: &str, own: &str) -> Result<()> {
    ensure!(
        label == own || label == format!("{own}-dev"),
        "the image's label says version `{label}`, and the binary in it is {own}"
    );
    Ok(())
}

/// A crate of ours isn't downloaded from anywhere, and `&` begins no qualifier of a purl.
fn drop_local_qualifiers(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(purl)) = fields.get_mut("purl")
                && let Some((name, _)) = purl.split_once("&download_url=")
            {
                *purl = name.to_owned();
            }
            fields.values_mut().for_each(drop_local_qualifiers);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_local_qualifiers),
        _ => {}
    }
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
    fn a_purl_of_a_local_crate_is_a_purl() {
        let mut sbom = json!({ "components": [{ "purl": "pkg:cargo/kyklos-core@0.1.0&download_url=redacted" }] });
        drop_local_qualifiers(&mut sbom);
        assert_eq!(sbom, json!({ "components": [{ "purl": "pkg:cargo/kyklos-core@0.1.0" }] }));
    }
}
