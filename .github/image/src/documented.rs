//! The commands by which anybody verifies a release, taken from the documents and run: in the release itself as they are,
//! so that what can't be verified by them isn't announced; and on one machine with a key in place of the identity that
//! nobody but the release workflow has.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::run::output;
use crate::sign::{ISSUER, Signing};

/// The documents, and how many commands of cosign each has.
const DOCUMENTS: [(&str, usize); 2] = [("shell/deploy/README.md", 2), (".github/RELEASING.md", 3)];
/// How the documents call the repository.
const REPOSITORY: &str = "ghcr.io/kyklos/kyklos";
/// The flags of an identity, each of which has a value.
const IDENTITY: [&str; 3] = ["--certificate-identity ", "--certificate-identity-regexp ", "--certificate-oidc-issuer "];

/// Runs every command of cosign in the documents against the release of this tag.
pub(crate) fn check(root: &Path, work: &Path, signing: &Signing, tag: &str) -> Result<()> {
    DOCUMENTS.iter().try_for_each(|(document, count)| check_one(&root.join(document), *count, work, signing, tag))
}

/// Runs those of one document, of which there have to be so many. Each has to succeed, and to show an SBOM where it
/// promises one.
pub(crate) fn check_one(document: &Path, count: usize, work: &Path, signing: &Signing, tag: &str) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("documented-").tempdir_in(work).context("making a folder")?;
    let variables = variables(signing, tag)?;
    let name = document.display();
    let text = fs::read_to_string(document).with_context(|| format!("reading {name}"))?;
    let commands = commands(&text);
    ensure!(commands.len() == count, "{name} has {} commands of cosign, and should have {count}", commands.len());
    for command in &commands {
        let line = match &signing.key {
            Some(key) => with_key(command, key)?,
            None => command.clone(),
        };
        let line = line.replace(REPOSITORY, &signing.image.repository.to_string());
        eprintln!("$ {line}");
        // With `pipefail`, so that what cosign refuses isn't lost in a pipe.
        let mut shell = Command::new("bash");
        shell.current_dir(folder.path()).args(["-e", "-o", "pipefail", "-c", &line]).envs(variables.iter().cloned());
        let shown = output(&mut shell).with_context(|| format!("a command of {name}"))?;
        if command.contains("cyclonedx") {
            is_sbom(folder.path(), command, &shown).with_context(|| format!("{name}: {command}"))?;
        }
    }
    println!("What {name} tells to type into cosign works: {count}");
    Ok(())
}

/// What a reader has set who did what the documents say; and the PATH, with a cosign in front that isn't installed.
fn variables(signing: &Signing, tag: &str) -> Result<Vec<(&'static str, String)>> {
    let image = signing.image()?;
    let index = image.index.digest.to_string();
    let platform = image.platforms.first().context("the index is empty")?.manifest.digest.to_string();
    let place = |digest: &str| format!("{}@{digest}", signing.image.repository);
    let path = std::env::var("PATH").context("the PATH")?;
    let own = signing.cosign.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(vec![
        ("VERSION", tag.to_owned()),
        ("image", place(&index)),
        ("platform", place(&platform)),
        ("DIGEST", index),
        ("PLATFORM", platform),
        ("identity", crate::sign::IDENTITY.to_owned()),
        ("issuer", ISSUER.to_owned()),
        ("PATH", own.map_or(path.clone(), |folder| format!("{}:{path}", folder.display()))),
    ])
}

/// The commands of cosign in the shell blocks of a document, each with its pipe; lines that go on are joined.
fn commands(document: &str) -> Vec<String> {
    let blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let joined = blocks.map(|block| block.replace("\\\n", " ")).collect::<Vec<_>>().join("\n");
    joined.lines().filter(|line| line.starts_with("cosign ")).map(str::to_owned).collect()
}

/// The same command for a key: whose identity it is to be and who vouches for that is left out, and has to be there.
fn with_key(command: &str, key: &Path) -> Result<String> {
    ensure!(command.contains(ISSUER) || command.contains("\"$issuer\""), "it doesn't say who vouches: {command}");
    ensure!(command.contains("--certificate-identity"), "it doesn't say whose signature it is to be: {command}");
    let mut line = command.to_owned();
    for flag in IDENTITY {
        while let Some((before, rest)) = line.split_once(flag) {
            let value = rest.trim_start().split(' ').next().unwrap_or_default();
            let after = rest.trim_start().trim_start_matches(value).trim_start();
            line = format!("{before}{after}");
        }
    }
    let (verb, rest) = line.trim_start_matches("cosign ").split_once(' ').context("cosign has a verb")?;
    let ours = "--insecure-ignore-tlog=true --allow-http-registry --allow-insecure-registry";
    Ok(format!("cosign {verb} --key '{}' {ours} {rest}", key.display()))
}

/// What was shown, or written to the file that the command names, is an SBOM.
fn is_sbom(folder: &Path, command: &str, shown: &str) -> Result<()> {
    let written = command.rsplit_once('>').map(|(_, file)| folder.join(file.trim()));
    let text = match &written {
        Some(file) => fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?,
        None => shown.to_owned(),
    };
    let sbom: Value = serde_json::from_str(&text).context("what it shows is no JSON")?;
    ensure!(sbom.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX"), "it shows no SBOM");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_and_made_to_go_by_a_key() {
        let found = commands(
            "# x\n```sh\na=b\ncosign verify --type x \\\n  --y \"$image\"\n```\n`cosign no`\n```yaml\ncosign no\n```\n",
        );
        assert_eq!(found, ["cosign verify --type x    --y \"$image\""]);
        let command =
            format!("cosign verify --certificate-identity \"a/$B\" --certificate-oidc-issuer {ISSUER} \"$image\"");
        let ours = with_key(&command, Path::new("k.pub")).unwrap();
        assert!(
            ours.starts_with("cosign verify --key 'k.pub' --insecure") && ours.ends_with("-registry \"$image\""),
            "{ours}"
        );
        let error = with_key("cosign verify --certificate-identity me \"$image\"", Path::new("k")).unwrap_err();
        assert!(error.to_string().contains("who vouches"));
    }

    #[test]
    fn every_document_is_there() {
        let read = |document: &str| fs::read_to_string(crate::root().unwrap().join(document)).unwrap();
        // What stands in for the reader's own setting of these.
        let set = read(".github/RELEASING.md");
        assert!(
            set.contains(&format!("identity='{}'\n", crate::sign::IDENTITY))
                && set.contains(&format!("issuer={ISSUER}\n"))
        );
        for (document, count) in DOCUMENTS {
            let found = commands(&read(document));
            assert_eq!(found.len(), count, "{document}: {found:#?}");
            for command in found {
                with_key(&command, Path::new("k")).unwrap();
            }
        }
    }
}
