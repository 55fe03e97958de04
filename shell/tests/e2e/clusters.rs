//! The control planes of the tests: one that they share, and those of their own.

use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};

use crate::waits::PATIENCE;

/// The control plane with the CRDs as users install them.
pub(crate) fn cluster() -> &'static DevCluster {
    static CLUSTER: OnceLock<DevCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = start(Options::default());
        install(&cluster, &crd());
        cluster
    })
}

/// A control plane of its own.
pub(crate) fn start(options: Options) -> DevCluster {
    let tools = Tools::ensure(&mut progress_on_stderr).unwrap();
    DevCluster::start(&tools, options).unwrap()
}

/// The CRDs as the program prints them.
pub(crate) fn crd() -> Vec<u8> {
    let crd = Command::new(env!("CARGO_BIN_EXE_kyklos")).arg("crd").output().unwrap();
    assert!(crd.status.success());
    crd.stdout
}

/// Installs CRDs and waits until all of Kyklos' are served.
pub(crate) fn install(cluster: &DevCluster, crd: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crd.yaml");
    std::fs::write(&file, crd).unwrap();
    kubectl(cluster, &["apply", "--server-side", "-f", file.to_str().unwrap()]);
    kubectl(cluster, &["wait", "--for=condition=Established", "--timeout=120s", "-f", file.to_str().unwrap()]);
    // For a moment what is established is answered by "storage is (re)initializing".
    let all = kubectl(cluster, &["get", "-f", file.to_str().unwrap(), "-o", "jsonpath={.items[*].metadata.name}"]);
    let begin = Instant::now();
    for name in all.split_whitespace() {
        while !cluster.kubectl().args(["get", name, "-A"]).output().unwrap().status.success() {
            assert!(begin.elapsed() < PATIENCE, "{name} isn't served");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Runs kubectl, which has to succeed.
pub(crate) fn kubectl(cluster: &DevCluster, arguments: &[&str]) -> String {
    let output = cluster.kubectl().args(arguments).output().unwrap();
    assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
