//! Signs as the release does: by the very commands of its workflow, with a certificate of the test's own CA in place of the
//! one that GitHub's identity gets.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use kyklos_image::run::output;
use kyklos_registry::source::Image;
use serde::Deserialize;

use crate::identity::Signer;

const WORKFLOW: &str = ".github/workflows/release.yml";
/// The job that signs.
const JOB: &str = "sign";

#[derive(Deserialize)]
struct Workflow {
    jobs: std::collections::BTreeMap<String, Job>,
}

#[derive(Deserialize)]
struct Job {
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    run: Option<String>,
}

/// The commands of cosign in the workflow, in their order.
pub(crate) fn commands(root: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join(WORKFLOW)).with_context(|| format!("reading {WORKFLOW}"))?;
    let workflow: Workflow = serde_saphyr::from_str(&text).with_context(|| format!("{WORKFLOW} as YAML"))?;
    let job = workflow.jobs.get(JOB).with_context(|| format!("{WORKFLOW} has no job `{JOB}`"))?;
    let runs = job.steps.iter().filter_map(|step| step.run.as_deref());
    let lines = runs.flat_map(|run| run.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>());
    Ok(lines.filter(|line| line.starts_with("cosign ")).collect())
}

/// Runs them. SBOMs are in the folder `sbom` of `work`.
pub(crate) fn run(
    root: &Path,
    work: &Path,
    cosign: &Path,
    (repository, image): (&str, &Image),
    signer: &Signer,
) -> Result<()> {
    let ours = format!(
        "--key '{}' --certificate '{}' --certificate-chain '{}' --tlog-upload=false --allow-http-registry \
         --allow-insecure-registry",
        signer.key.display(),
        signer.certificate.display(),
        signer.chain.display()
    );
    let mut variables = vec![
        ("IMAGE".to_owned(), repository.to_owned()),
        ("INDEX".to_owned(), image.index.digest.to_string()),
        ("COSIGN_PASSWORD".to_owned(), String::new()),
    ];
    for child in &image.platforms {
        let architecture = child.platform.trim_start_matches("linux/").replace('/', "_").to_uppercase();
        variables.push((architecture, child.manifest.digest.to_string()));
    }
    let commands = commands(root)?;
    ensure!(!commands.is_empty(), "{WORKFLOW} has no command that signs");
    for command in commands {
        ensure!(command.contains(" --yes "), "`{command}` would ask a terminal");
        let line = command.replacen("cosign ", &format!("'{}' ", cosign.display()), 1).replacen(
            " --yes ",
            &format!(" --yes {ours} "),
            1,
        );
        eprintln!("$ {command}");
        let mut shell = Command::new("bash");
        shell.current_dir(work).args(["-eu", "-o", "pipefail", "-c", &line]).envs(variables.iter().cloned());
        output(&mut shell).with_context(|| format!("a command of {WORKFLOW}: {command}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kyklos_registry::verify::PLATFORMS;

    use super::*;

    #[test]
    fn everything_gets_a_signature_and_each_platform_an_sbom() {
        let commands = commands(&kyklos_image::root().unwrap()).unwrap();
        assert!(
            commands[0].starts_with("cosign sign --yes --recursive ") && commands[0].ends_with("\"$IMAGE@$INDEX\"")
        );
        for platform in PLATFORMS {
            let architecture = platform.trim_start_matches("linux/");
            let sbom =
                format!("--predicate sbom/kyklos-{architecture}.cdx.json \"$IMAGE@${}\"", architecture.to_uppercase());
            assert!(
                commands
                    .iter()
                    .any(|line| line.starts_with("cosign attest --yes --type cyclonedx ") && line.ends_with(&sbom))
            );
        }
        assert_eq!(commands.len(), 1 + PLATFORMS.len());
    }
}
