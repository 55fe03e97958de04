//! The commands that `cargo demo` ends with, in their order, as a reader types them at the top of the repository.

use kyklos_devcluster::Options;

use crate::clusters::start;
use crate::reader::{Reader, root};
use crate::readme::in_the_repository;

const AFTERWARDS: &str = include_str!("../../demo/afterwards.txt");
const README: &str = include_str!("../../../README.md");

#[test]
fn every_command_that_the_demo_ends_with_works() {
    let cluster = start(Options::default());
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root().join("shell"), folder.path().join("shell")).unwrap();
    let reader = Reader::new(&cluster, folder);
    let mut controller = None;
    let mut seen = 0;
    for line in AFTERWARDS.lines().filter_map(|line| line.strip_prefix("   ")) {
        let line = line.split("  #").next().unwrap().trim();
        seen += 1;
        println!("{line}");
        if line.starts_with("cargo install ") {
            // Once is enough.
            assert!(README.lines().any(|command| command == line), "{line} is not what the README's test types");
        } else if line.starts_with("cargo demo ") {
            drop(controller.take());
            in_the_repository(line, &[("KUBECONFIG", cluster.kubeconfig())]);
            let namespaces = reader.run("kubectl get namespaces -o name");
            assert!(!namespaces.contains("kyklos-demo"), "{namespaces}");
            // It was there before, and is not the demo's to take away.
            reader.run("kubectl get tws shop");
        } else if line.starts_with("kyklos controller ") {
            controller = Some(reader.start(line));
            // Office hours, which begin a third of a minute after midnight.
            reader.wait_for("kubectl get deployment shop -o jsonpath='{.spec.replicas}'", "6");
        } else {
            let shown = reader.run(line);
            assert!(shown.contains("shop") || shown.contains("timewindowscalers.kyklos.io"), "{line}: {shown}");
        }
    }
    assert_eq!(seen, 9, "the commands of the demo");
}
