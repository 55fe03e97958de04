//! What is published is looked at again: every day by scanners, every week by building it once more. Without a secret, as anybody
//! would.

use super::model::{Workflow, parsed, read};

/// The commands of a job that have these words.
fn commands(workflow: &Workflow, job: &str, words: &str) -> Vec<String> {
    let runs = workflow.jobs[job].steps.iter().filter_map(|step| step.run.as_deref());
    runs.flat_map(str::lines).map(str::trim).filter(|line| line.contains(words)).map(str::to_owned).collect()
}

#[test]
fn it_is_scanned_before_it_is_published_and_every_day_after() {
    let (release, scan) = (parsed(&read("release.yml")).unwrap(), parsed(&read("scan.yml")).unwrap());
    assert_eq!(commands(&release, "vulnerabilities", "cargo image"), ["cargo image vulnerabilities"]);
    assert_eq!(commands(&scan, "scan", "cargo image"), ["cargo image vulnerabilities --published"]);
    let minute_and_hour = |cron: &str| cron.trim_matches('"').split(' ').take(2).all(|part| part.parse::<u8>().is_ok());
    let daily = |cron: &str| cron.trim_matches('"').ends_with(" * * *") && minute_and_hour(cron);
    let text = read("scan.yml");
    let crons: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("- cron: ")).collect();
    assert!(crons.len() == 1 && daily(crons[0]), "{crons:?}");
    for (file, workflow) in [("scan.yml", scan), ("weekly.yml", parsed(&read("weekly.yml")).unwrap())] {
        assert!(!read(file).contains("secrets."), "{file} has a secret");
        assert!(
            workflow.jobs.values().all(|job| ["contents", "packages"].iter().all(|right| job.may(right) != "write"))
        );
    }
}

/// What CI builds is by the Buildah that its commit names; so the same commit says by which it is built again.
#[test]
fn it_is_built_again_as_it_was_and_by_another() {
    let (ci, weekly) = (parsed(&read("ci.yml")).unwrap(), parsed(&read("weekly.yml")).unwrap());
    let build = "cargo image build --recorded ${VERSION:+--version \"$VERSION\"}";
    assert_eq!(commands(&ci, "image", "cargo image build"), [build]);
    assert_eq!(commands(&weekly, "rebuild", "cargo image build"), [build]);
    assert_eq!(weekly.jobs["rebuild"].strategy.matrix.runner, ["ubuntu-24.04", "ubuntu-24.04-arm"]);
    assert!(read("weekly.yml").contains("runs-on: ubuntu-26.04\n"));
    assert_eq!(commands(&weekly, "another", "cargo image build"), [build.replace(" --recorded", "")]);
    for (job, content) in [("rebuild", false), ("another", true)] {
        let compared = commands(&weekly, job, "cargo registry compare");
        assert!(compared.len() == 1 && compared[0].contains("--content") == content, "{job}: {compared:?}");
        let steps = &weekly.jobs[job].steps;
        let commit = "${{ needs.published.outputs.revision }}";
        assert!(steps.iter().any(|step| step.with.get("ref").is_some_and(|given| given == commit)), "{job}");
    }
}

/// By the versions of the engines whose definitions an end-to-end test serves.
#[test]
fn each_admission_policy_is_tried_by_its_engine() {
    let text = read("weekly.yml");
    let weekly = parsed(&text).unwrap();
    let served = std::fs::read_to_string(crate::root().unwrap().join("shell/tests/e2e/install.rs")).unwrap();
    for (job, engine, project) in [
        ("admission", "kyverno", "kyverno/kyverno"),
        ("admission-by-sigstore", "policy-controller", "sigstore/policy-controller"),
    ] {
        let tried = commands(&weekly, job, "cargo image-check");
        assert_eq!(tried, [format!("cargo image-check admission --engine {engine}")]);
        let version = served.split(&format!("\"github.com/{project}@")).nth(1).unwrap().split('"').next().unwrap();
        let installed = commands(&weekly, job, &format!("https://github.com/{project}/releases/download/{version}/"));
        assert_eq!(installed.len(), 1, "{job} doesn't install {version}");
    }
}
