//! What is said when there is no cluster to talk to.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

/// What a controller says that can't start, with this kubeconfig and this home.
fn said(kubeconfig: Option<&Path>, home: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyklos"));
    command.args(["controller", "--namespace", "default", "--probe-address", "off"]).stdin(Stdio::null());
    command.env("HOME", home).env_remove("KUBECONFIG").env_remove("KUBERNETES_SERVICE_HOST");
    command.envs(kubeconfig.map(|path| ("KUBECONFIG", path)));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_real_cause_comes_first() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("kubeconfig.json");
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{ "name": "c", "cluster": {
            "server": "https://127.0.0.1:1", "certificate-authority": home.path().join("ca.crt"),
        } }],
        "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u" } }],
        "users": [{ "name": "u", "user": {} }],
    });
    std::fs::write(&file, kubeconfig.to_string()).unwrap();
    let error = said(Some(&file), home.path());
    assert!(error.contains(&format!("KUBECONFIG={} leads to no cluster: ", file.display())), "{error}");
    assert!(error.contains("ca.crt") && error.contains("No such file"), "{error}");
    assert!(!error.contains("no cluster is configured") && error.lines().count() == 1, "{error}");

    let error = said(None, home.path());
    assert!(error.contains("no cluster is configured: set KUBECONFIG"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    std::fs::create_dir(home.path().join(".kube")).unwrap();
    std::fs::rename(&file, home.path().join(".kube/config")).unwrap();
    let error = said(None, home.path());
    assert!(error.contains("~/.kube/config leads to no cluster: ") && error.contains("ca.crt"), "{error}");
}
