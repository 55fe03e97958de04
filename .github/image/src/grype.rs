//! Grype, which looks at all of an image: its crates, and the packages of its base. What counts is decided here, by what it
//! writes for programs: its own `--fail-on` lets pass what nobody has given a severity to yet, as with what is known since today.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::exceptions::{self, Exceptions};
use crate::run::run;
use crate::tools;

/// What Debian calls so it mends with its next release alone. Anything else counts.
const NEGLIGIBLE: &str = "Negligible";

/// The program, and what it goes by.
pub struct Grype<'a> {
    program: PathBuf,
    /// Where it writes what it finds.
    report: PathBuf,
    exceptions: &'a Exceptions,
}

impl<'a> Grype<'a> {
    /// The one that is pinned, built by Go where it isn't there.
    pub fn built(root: &Path, exceptions: &'a Exceptions) -> Result<Self> {
        let report = root.join("target/image/grype.json");
        Ok(Self { program: tools::built(root, "grype")?, report, exceptions })
    }

    /// Looks at the image of one platform, where Grype finds it: `oci-dir:FOLDER`, or `registry:` and a reference. Fails for
    /// what counts.
    pub fn check(&self, source: &str, platform: &str) -> Result<()> {
        // Never what it has said of another.
        let _ = fs::remove_file(&self.report);
        run(&mut self.command(source, platform)).context("so nobody knows what is known")?;
        let report = fs::read_to_string(&self.report);
        let report = report.with_context(|| format!("reading {}", self.report.display()))?;
        let found = counting(&report).with_context(|| self.report.display().to_string())?;
        ensure!(
            found.is_empty(),
            "something is known against {platform} in {source}: {}. Take the package's version without it; or where it doesn't \
             affect Kyklos, say why in {}, as SECURITY.md shows",
            found.join(", "),
            exceptions::FILE
        );
        Ok(())
    }

    fn command(&self, source: &str, platform: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(source).args(["--platform", platform, "--show-suppressed", "--output", "table", "--output"]);
        command.arg(format!("json={}", self.report.display()));
        if let Some(file) = self.exceptions.file() {
            command.arg("--vex").arg(file);
        }
        // It asks nobody whether there is a newer one of itself.
        command.env("GRYPE_CHECK_FOR_APP_UPDATE", "false");
        command
    }
}

/// What it writes, as far as it is looked at. What an exception has taken out stands elsewhere in it.
#[derive(Deserialize)]
struct Report {
    matches: Vec<Match>,
}

#[derive(Deserialize)]
struct Match {
    vulnerability: Vulnerability,
    artifact: Artifact,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: String,
    severity: Option<String>,
}

#[derive(Deserialize)]
struct Artifact {
    name: String,
    version: String,
}

/// What isn't negligible, each with its package and how bad it is.
fn counting(report: &str) -> Result<Vec<String>> {
    let report: Report =
        serde_json::from_str(report).context("what Grype wrote isn't in the form that it has in JSON")?;
    let is_negligible = |one: &Vulnerability| one.severity.iter().any(|said| said.eq_ignore_ascii_case(NEGLIGIBLE));
    let counting = report.matches.iter().filter(|found| !is_negligible(&found.vulnerability));
    let said = counting.map(|Match { vulnerability, artifact }| {
        let severity = vulnerability.severity.as_deref().unwrap_or("nobody has said how bad");
        format!("{} in {} {} ({severity})", vulnerability.id, artifact.name, artifact.version)
    });
    Ok(said.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report(severities: &[Value]) -> String {
        let found = |severity: &Value| {
            json!({
                "vulnerability": { "id": "CVE-2026-0001", "severity": severity, "fix": { "versions": [], "state": "unknown" } },
                "artifact": { "name": "tzdata", "version": "2026f-0", "type": "deb", "purl": "pkg:deb/debian/tzdata@2026f-0" },
                "matchDetails": [], "relatedVulnerabilities": [],
            })
        };
        json!({ "matches": severities.iter().map(found).collect::<Vec<_>>(), "ignoredMatches": [{}] }).to_string()
    }

    #[test]
    fn all_counts_but_what_is_negligible() {
        assert!(counting(&report(&[])).unwrap().is_empty());
        assert!(counting(&report(&[json!("Negligible")])).unwrap().is_empty());
        for severity in ["Unknown", "Low", "Medium", "High", "Critical", "something new"] {
            let found = counting(&report(&[json!("Negligible"), json!(severity)])).unwrap();
            assert_eq!(found, [format!("CVE-2026-0001 in tzdata 2026f-0 ({severity})")]);
        }
        assert_eq!(counting(&report(&[Value::Null])).unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_report_is_an_error() {
        for text in ["", "{}", r#"{"matches": null}"#, r#"{"matches": [{}]}"#] {
            assert!(format!("{:#}", counting(text).unwrap_err()).contains("isn't in the form"), "{text}");
        }
    }

    #[test]
    fn it_is_told_of_the_exceptions_and_reports_for_programs() {
        let folder = tempfile::tempdir().unwrap();
        let exceptions = Exceptions::read(&crate::root().unwrap()).unwrap();
        let report = folder.path().join("report.json");
        let grype = Grype { program: "grype".into(), report: report.clone(), exceptions: &exceptions };
        let words = crate::run::in_words(&grype.command("oci-dir:x", "linux/arm64"));
        assert!(words.contains("grype oci-dir:x --platform linux/arm64 "), "{words}");
        assert!(words.contains(&format!("--output json={}", report.display())), "{words}");
        assert!(!words.contains("--fail-on"), "it would end before it has written all: {words}");
        assert_eq!(words.contains("--vex"), exceptions.file().is_some());
    }
}
