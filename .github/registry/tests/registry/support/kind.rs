//! The registries of the tests, which are real ones and differ: Debian's is old and has neither pages nor referrers; the
//! CNCF's pages its lists of tags; go-containerregistry's keeps a list of referrers.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Debian's `docker-registry`, 2.8.
    Debian,
    /// `github.com/distribution/distribution/v3`
    Distribution,
    /// `github.com/google/go-containerregistry/pkg/registry`
    Referrers,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Debian, Self::Distribution, Self::Referrers];

    /// The command that serves, where the configuration is in this file and the address is this.
    pub fn command(self, config: &Path, address: &str) -> Command {
        match self {
            Self::Debian => {
                let mut command = Command::new("docker-registry");
                command.arg("serve").arg(config);
                command
            }
            Self::Distribution => {
                let mut command = Command::new(built().join("distribution"));
                command.arg("serve").arg(config);
                command
            }
            Self::Referrers => {
                let mut command = Command::new(built().join("referrers"));
                command.arg(address);
                command
            }
        }
    }
}

/// The folder of the two that Go builds, and of `crane`, from the versions that `servers/go.sum` pins: two minutes, once.
pub fn built() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers");
        let pins = ["go.mod", "go.sum", "distribution/main.go", "referrers/main.go"]
            .map(|file| fs::read(sources.join(file)).unwrap());
        let fingerprint = kyklos_registry::digest::Digest::of(&pins.concat());
        // target/debug/kyklos-registry: the folder of all that is built.
        let target = Path::new(env!("CARGO_BIN_EXE_kyklos-registry")).ancestors().nth(2).unwrap();
        let folder = target.join("tools").join(format!("registries-{}", fingerprint.short()));
        fs::create_dir_all(&folder).unwrap();
        // Another process of tests may be building, too.
        let lock = File::create(folder.join("lock")).unwrap();
        lock.lock().unwrap();
        if !["distribution", "referrers", "crane"].iter().all(|program| folder.join(program).is_file()) {
            let mut go = Command::new("go");
            go.current_dir(sources).env("CGO_ENABLED", "0").args(["build", "-trimpath", "-mod=readonly", "-o"]);
            let crane = "github.com/google/go-containerregistry/cmd/crane";
            let status = go.arg(&folder).args(["-ldflags=-s -w", "./...", crane]).status();
            assert!(status.expect("Go builds two of the registries, and isn't there").success());
        }
        folder
    })
}
