//! What the workflow of the second registry refuses before it does anything, run as it stands there.

use std::process::{Command, Output};

use super::model::{parsed, read};

/// Runs the one script of a job that has these words.
fn run(job: &str, words: &str, environment: &[(&str, &str)]) -> Output {
    let workflow = parsed(&read("second-registry.yml")).unwrap();
    let scripts = workflow.jobs[job].steps.iter().filter_map(|step| step.run.as_deref());
    let found: Vec<_> = scripts.filter(|script| script.contains(words)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    let mut bash = Command::new("bash");
    bash.args(["-e", "-o", "pipefail", "-c", found[0]]).envs(environment.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_branch_is_refused_with_what_would_be_right() {
    let start = |kind, name| run("program", "REF_TYPE", &[("GITHUB_REF_TYPE", kind), ("GITHUB_REF_NAME", name)]);
    let refused = start("branch", "main");
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let right =
        "::error::main is no tag. Right would be a release's: gh workflow run second-registry.yml --ref v0.1.0\n";
    assert_eq!(said(&refused), right);
    assert!(start("tag", "v0.1.0").status.success());
}

#[test]
fn a_secret_that_nobody_has_set_is_said_to_be_missing() {
    let place = ("TO", "docker.io/kyklos/kyklos");
    let refused = run("copy", "%%/*", &[("TOKEN", ""), place, ("ACTOR", "kyklos")]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let right = "::error::The environment `release` has no secret KYKLOS_SECOND_TOKEN, so that nobody can log in to \
                 docker.io/kyklos/kyklos.\n";
    assert_eq!(said(&refused), right);
}
