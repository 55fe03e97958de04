//! The Go of a job is as new as any module of the repository wants: the action that installs it tells Go to fetch no other
//! (`GOTOOLCHAIN=local`), so that an older one builds nothing of a newer module.

use std::path::Path;
use std::process::Command;

use super::model::{files, parsed, read};
use crate::tools::version;

/// The version that a `go.mod` names.
fn of(file: &Path) -> Vec<u32> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    version(text.lines().find_map(|line| line.strip_prefix("go ")).unwrap())
}

#[test]
fn every_job_gets_a_go_that_builds_all_modules() {
    let root = crate::root().unwrap();
    let listed = Command::new("git").args(["ls-files", "*go.mod"]).current_dir(&root).output().unwrap();
    let modules = String::from_utf8(listed.stdout).unwrap();
    let newest = modules.lines().map(|file| of(&root.join(file))).max().unwrap();
    assert!(modules.lines().count() > 3, "{modules}");
    let mut seen = 0;
    for file in files() {
        for (name, job) in parsed(&read(&file)).unwrap().jobs {
            for step in
                job.steps.iter().filter(|step| step.uses.iter().any(|used| used.starts_with("actions/setup-go@")))
            {
                let module = &step.with["go-version-file"];
                assert!(
                    of(&root.join(module)) >= newest,
                    "{file}: {name} has the Go of {module}, older than {newest:?}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "{seen}");
}
