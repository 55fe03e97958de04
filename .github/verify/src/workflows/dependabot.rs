//! What is pinned is renewed: every file that pins something is in a folder that Dependabot looks into.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// Which of its ecosystems reads which file.
const FILES: [(&str, &str); 3] = [("cargo", "Cargo.lock"), ("gomod", "go.mod"), ("pip", "requirements.txt")];

#[derive(Deserialize)]
struct Dependabot {
    updates: Vec<Update>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Update {
    package_ecosystem: String,
    directory: Option<String>,
    #[serde(default)]
    directories: Vec<String>,
}

impl Update {
    /// Whether it looks into a folder of the repository; a `*` at the end is any one folder.
    fn has(&self, folder: &str) -> bool {
        self.directory.iter().chain(&self.directories).any(|directory| match directory.strip_suffix("/*") {
            Some(parent) => Path::new(folder).parent() == Some(Path::new(parent)),
            None => directory == folder,
        })
    }
}

#[test]
fn every_file_that_pins_something_is_renewed() {
    let root = crate::root().unwrap();
    let text = std::fs::read_to_string(root.join(".github/dependabot.yml")).unwrap();
    let updates = serde_saphyr::from_str::<Dependabot>(&text).unwrap().updates;
    let listed = Command::new("git").args(["ls-files"]).current_dir(&root).output().unwrap();
    assert!(listed.status.success(), "{listed:?}");
    let tracked = String::from_utf8(listed.stdout).unwrap();
    let mut seen = 0;
    for file in tracked.lines().map(|line| Path::new("/").join(line)) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap();
        let Some((ecosystem, _)) = FILES.iter().find(|(_, pins)| *pins == name) else { continue };
        let folder = file.parent().unwrap().display().to_string();
        let renewed = updates.iter().any(|update| update.package_ecosystem == *ecosystem && update.has(&folder));
        assert!(renewed, "{} pins, and .github/dependabot.yml has no {ecosystem} of {folder}", file.display());
        seen += 1;
    }
    assert!(seen > FILES.len(), "{tracked}");
}
