//! The installation as `shell/deploy` describes it: every command that needs no node and no registry, and what comes of it.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kube::config::Kubeconfig;
use kyklos_devcluster::{DevCluster, Options};
use serde_json::{Value, json};

use crate::account::{manifests, with_token};
use crate::clusters::{kubectl, start};
use crate::reader::{Reader, blocks, root};
use crate::waits::PATIENCE;

const README: &str = include_str!("../../deploy/README.md");

/// What has no place here but a stand-in that does the same: a release's files, which the program printed that is released
/// with them; and the program out of the image, whose entrypoint is that program alone.
const STAND_INS: [(&str, &str); 2] =
    [("https://github.com/kyklos/kyklos/releases/download", "releases"), ("docker run --rm \"$IMAGE\" ", "kyklos ")];
/// The versions that the README installs, upgrades to and goes back to.
const RELEASES: [&str; 2] = ["v0.1.0", "v0.1.1"];
/// The commands that need a node or a signed image, by how they begin; that they are well formed is all that is seen of them
/// here. Those of cosign are run by `cargo image-check`, which has an image that is signed.
const ELSEWHERE: [&str; 6] = [
    "kubectl -n kyklos-system port-forward ",
    "kubectl -n kyklos-system logs ",
    "curl http://127.0.0.1:8081/",
    "cosign verify ",
    "cosign verify-attestation ",
    "gh attestation verify ",
];
/// The commands that have nothing to show without a node.
const SILENT: [&str; 5] = [
    "export ",
    "kubectl -n kyklos-system get pods -o jsonpath=",
    "kubectl -n kyklos-system get leases",
    "kubectl delete timewindowscalers",
    "kubectl get scalerecords",
];

/// A folder with the policies, a cluster to apply them in, and a kubelet's part in making Pods ready.
struct Site {
    cluster: DevCluster,
    reader: Reader,
}

impl Site {
    fn new() -> Self {
        let cluster = start(Options::default());
        let folder = tempfile::tempdir().unwrap();
        let policies = folder.path().join("policies");
        std::fs::create_dir(&policies).unwrap();
        for file in std::fs::read_dir(root().join("shell/deploy/policies")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), policies.join(file.file_name())).unwrap();
        }
        Self { reader: Reader::new(&cluster, folder), cluster }
    }

    /// Prints what a release brings along to be installed, as the release does.
    fn release(&self, version: &str) {
        let digest = crate::account::IMAGE.split_once('@').unwrap().1;
        let image = format!("ghcr.io/kyklos/kyklos:{version}@{digest}");
        self.reader.run(&format!(
            "mkdir -p releases/{version} && kyklos manifests --image {image} >releases/{version}/install.yaml"
        ));
    }

    /// Runs a line while every Pod of the controller becomes ready as a kubelet would make it.
    fn with_kubelet(&self, line: &str) -> String {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    self.make_ready();
                    std::thread::sleep(Duration::from_millis(200));
                }
            });
            let shown = self.reader.shell(line).output();
            done.store(true, Ordering::SeqCst);
            let shown = shown.unwrap();
            assert!(shown.status.success(), "{line}: {}", String::from_utf8_lossy(&shown.stderr));
            String::from_utf8(shown.stdout).unwrap()
        })
    }

    fn make_ready(&self) {
        let ready = json!({ "status": { "phase": "Running", "conditions": [{ "type": "Ready", "status": "True" }] } });
        let pods = self.reader.run("kubectl -n kyklos-system get pods -o name");
        for pod in pods.lines() {
            // It may be gone by now.
            let patch = ["-n", "kyklos-system", "patch", pod, "--subresource=status", "-p", &ready.to_string()];
            let _ = self.cluster.kubectl().args(patch).output().unwrap();
        }
    }

    fn get(&self, what: &str) -> Value {
        let arguments: Vec<_> = ["get", "-o", "json"].into_iter().chain(what.split(' ')).collect();
        serde_json::from_str(&kubectl(&self.cluster, &arguments)).unwrap()
    }

    /// The Pods of the Deployment, which exist only if the profile of their namespace lets them.
    fn pods(&self) -> [Value; 2] {
        let begin = Instant::now();
        loop {
            let mut pods = self.get("-n kyklos-system pods");
            let Value::Array(pods) = pods["items"].take() else { panic!("no list") };
            if let Ok(pods) = pods.try_into() {
                return pods;
            }
            assert!(begin.elapsed() < PATIENCE, "{:#}", self.get("-n kyklos-system events"));
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn every_command_of_the_deploy_readme_works() {
    let site = Site::new();
    serve_policies(&site.cluster);
    // Without its issuer, an identity is anybody's: that such a policy is refused shows that the server looks.
    for policy in ["sigstore-policy-controller", "kyverno"] {
        let wrong = format!("sed s/issuer:/isuer:/ policies/{policy}.yaml | kubectl apply --server-side -f - 2>&1");
        let refused = site.reader.shell(&wrong).output().unwrap();
        let (status, words) = (refused.status, String::from_utf8_lossy(&refused.stdout).into_owned());
        assert!(!status.success() && words.contains("isuer"), "{policy}: {status}: {words}");
    }
    RELEASES.iter().for_each(|version| site.release(version));
    let (mut exports, mut elsewhere, mut ran) = (String::new(), ELSEWHERE.to_vec(), 0);
    for (real, _) in STAND_INS {
        assert!(README.contains(real), "the README doesn't say {real} any more");
    }
    for line in blocks(README, "sh").into_iter().flat_map(str::lines) {
        println!("{line}");
        let syntax = Command::new("sh").args(["-n", "-c", line]).status().unwrap();
        assert!(syntax.success(), "{line}");
        if let Some(start) = ELSEWHERE.iter().find(|start| line.starts_with(**start)) {
            elsewhere.retain(|other| other != start);
            continue;
        }
        let line = &STAND_INS.iter().fold(line.to_owned(), |line, (real, ours)| line.replace(real, ours));
        if line.starts_with("export ") {
            exports.push_str(&format!("{line}; "));
        }
        ran += 1;
        let whole = format!("{exports}{line}");
        let shown = if line.contains(" rollout status ") { site.with_kubelet(&whole) } else { site.reader.run(&whole) };
        assert!(SILENT.iter().any(|start| line.starts_with(start)) || !shown.is_empty(), "{line} shows nothing");
    }
    assert!(elsewhere.is_empty(), "these aren't in the README any more: {elsewhere:?}");
    assert!(ran >= 25, "only {ran} commands were run");
    let left = kubectl(&site.cluster, &["get", "namespaces,clusterroles,crd", "-o", "name"]);
    assert!(!left.contains("/kyklos") && !left.contains("kyklos.io"), "{left}");
}

#[test]
fn an_installation_for_the_whole_cluster_scales_in_every_namespace() {
    let site = Site::new();
    let image = crate::account::IMAGE;
    site.reader.run(&format!("kyklos manifests --image {image} | kubectl apply --server-side -f -"));
    // Twice is as good as once, and the server takes each object as it is, without a field that it doesn't know.
    let again = site.reader.run(&format!(
        "kyklos manifests --image {image} | kubectl apply --server-side --dry-run=server --validate=strict -f - 2>&1"
    ));
    // Any other line would be a warning.
    let applied = again.lines().filter(|line| line.ends_with(" serverside-applied (server dry run)")).count();
    assert_eq!((applied, again.lines().count()), (manifests(&[]).len(), manifests(&[]).len()), "{again}");
    kubectl(
        &site.cluster,
        &["wait", "--for=condition=Established", "--timeout=120s", "crd/timewindowscalers.kyklos.io"],
    );

    // The Pods are some that the restricted profile takes. There is no node for them, so what they would run is run here, with
    // their account, their arguments and their names.
    let token = site.reader.run("kubectl -n kyklos-system create token kyklos");
    let admin = Kubeconfig::read_from(site.cluster.kubeconfig()).unwrap();
    let kubeconfig = site.reader.folder.path().join("pod.json");
    std::fs::write(&kubeconfig, with_token(&admin, token.trim(), "kyklos-system")).unwrap();
    let [first, second] = site.pods().map(|pod| {
        let container = &pod["spec"]["containers"][0];
        assert_eq!(container["image"], image);
        let words = container["args"].as_array().unwrap().iter();
        let arguments = words.map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ");
        let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
        let line = format!("env KUBECONFIG={} HOSTNAME={name} kyklos {arguments}", kubeconfig.display());
        (name, line)
    });
    let leads = |name: &str| {
        let holder = "-o jsonpath='{.spec.holderIdentity}'";
        site.reader.wait_for(
            &format!("kubectl -n kyklos-system get lease kyklos-cluster --ignore-not-found {holder}"),
            &format!("{name}_"),
        );
    };
    let (name, line) = &first;
    let leader = site.reader.start(line);
    leads(name);
    let _standby = site.reader.start(&second.1);
    for namespace in ["one", "two"] {
        kubectl(&site.cluster, &["create", "namespace", namespace]);
        kubectl(&site.cluster, &["-n", namespace, "create", "deployment", "web", "--image=kyklos.example/none"]);
        let always = json!({
            "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler", "metadata": { "name": "web" },
            "spec": {
                "targetRef": { "name": "web" }, "timezone": "UTC", "onDelete": "restore",
                "holidayMode": "treat-as-closed", "holidayConfigMap": "days",
                "windows": [{ "start": "00:00", "end": "24:00", "replicas": 3 }],
            },
        });
        let file = site.reader.folder.path().join("web.json");
        std::fs::write(&file, always.to_string()).unwrap();
        kubectl(&site.cluster, &["-n", namespace, "create", "configmap", "days"]);
        kubectl(&site.cluster, &["-n", namespace, "apply", "-f", file.to_str().unwrap()]);
        site.reader
            .wait_for(&format!("kubectl -n {namespace} get deployment web -o jsonpath='{{.spec.replicas}}'"), "3");
        site.reader
            .wait_for(&format!("kubectl -n {namespace} get tws web -o jsonpath='{{.status}}'"), "OperationalNormal");
        let reporter = "-o jsonpath='{.items[?(@.reason==\"ScaledUp\")].reportingInstance}'";
        site.reader.wait_for(&format!("kubectl -n {namespace} get events.events.k8s.io {reporter}"), name);
    }
    // As in an upgrade, or when a node is drained.
    drop(leader);
    leads(&second.0);
    site.reader.run("kubectl -n two scale deployment web --replicas=7");
    site.reader.wait_for("kubectl -n two get deployment web -o jsonpath='{.spec.replicas}'", "3");
    uninstall(&site, image);
}

/// As the README says: in its order every Deployment is as it was before, and nothing is left.
fn uninstall(site: &Site, image: &str) {
    let section = README.split("## Uninstall").nth(1).unwrap();
    let lines: Vec<_> = blocks(section, "sh").into_iter().flat_map(str::lines).collect();
    let [of_cluster, schedules, records, rest, crds] = lines.as_slice() else { panic!("{lines:#?}") };
    let run = |line: &str| {
        let line = STAND_INS.iter().fold(line.to_owned(), |line, (real, ours)| line.replace(real, ours));
        site.reader.run(&format!("export IMAGE={image}; {line}"))
    };
    run(of_cluster);
    run(schedules);
    let begin = Instant::now();
    while !run(records).is_empty() {
        assert!(begin.elapsed() < PATIENCE, "{}", run(records));
        std::thread::sleep(Duration::from_millis(100));
    }
    run(rest);
    run(crds);
    for namespace in ["one", "two"] {
        let replicas = format!("kubectl -n {namespace} get deployment web -o jsonpath='{{.spec.replicas}}'");
        assert_eq!(site.reader.run(&replicas), "1", "{namespace}");
    }
    let left = kubectl(&site.cluster, &["get", "namespaces,clusterroles,crd", "-o", "name"]);
    assert!(!left.contains("/kyklos") && !left.contains("kyklos.io"), "{left}");
}

#[test]
fn the_table_of_rights_is_what_is_printed() {
    let printed = manifests(&[]);
    let role = printed.iter().find(|object| object["kind"] == "ClusterRole").unwrap();
    let words = |value: &Value| {
        let words: Vec<_> =
            value.as_array().unwrap().iter().map(|word| format!("`{}`", word.as_str().unwrap())).collect();
        words.join(", ")
    };
    let rules = role["rules"].as_array().unwrap();
    for rule in rules {
        let group = words(&rule["apiGroups"]).replace("``", "core");
        let row = format!("| {group} | {} | {} |", words(&rule["resources"]), words(&rule["verbs"]));
        assert!(README.contains(&row), "the README has no row {row}");
    }
    let lines = |head: &str| README.split(head).nth(1).unwrap().split("\n\n").next().unwrap().lines().count();
    assert_eq!(lines("| group |"), rules.len() + 2);

    // What it takes to lead, in a namespace and in the cluster.
    let mut leases = 0;
    for (printed, place) in [
        (manifests(&["--namespace", "shop", "--watch-namespace", "shop"]), "the one namespace"),
        (printed.clone(), "for the whole cluster: the controller's own namespace"),
    ] {
        let role = printed.iter().find(|object| object["kind"] == "Role").unwrap();
        for rule in role["rules"].as_array().unwrap().iter().filter(|rule| rule["resources"][0] == "leases") {
            if rule["resourceNames"].is_null() {
                assert_eq!(rule["verbs"], json!(["create"]));
                continue;
            }
            let row = format!("| {} | {place} | {} |", words(&rule["resourceNames"]), words(&rule["verbs"]));
            assert!(README.contains(&row), "the README has no row {row}");
            leases += 1;
        }
    }
    assert_eq!((leases, lines("| lease |")), (2, 4));
}

#[test]
fn the_policies_ask_for_the_identity_that_is_verified() {
    let issuer = "https://token.actions.githubusercontent.com";
    let workflow = "https://github.com/kyklos/kyklos/.github/workflows/release.yml@refs/tags/v";
    assert_eq!(README.matches(&workflow.replace("/v", "/$VERSION")).count(), 2);
    for file in ["sigstore-policy-controller.yaml", "kyverno.yaml"] {
        let policy = std::fs::read_to_string(root().join("shell/deploy/policies").join(file)).unwrap();
        let identity = policy.split("subjectRegExp: ^").nth(1).unwrap().split("[0-9]").next().unwrap();
        assert_eq!(identity.replace('\\', ""), workflow, "{file}");
        assert!(policy.contains(&format!("issuer: {issuer}\n")), "{file}");
    }
    assert!(README.contains(&format!("--certificate-oidc-issuer {issuer} ")));
}

/// The modules of the admission controllers, which have their CRDs, and the files of these.
const CRDS: [(&str, &str, &str); 2] = [
    (
        "github.com/sigstore/policy-controller@v0.13.1",
        "h1:Woy+6bQ7pT/0m3/PSO2RtDxSHKBZ/8iHpCZFcZJThM8=",
        "config/300-clusterimagepolicy.yaml",
    ),
    (
        "github.com/kyverno/kyverno@v1.19.1",
        "h1:/MkgFii3/VlQfKR1JpC9tVwNNVNQTt2S4U6qCsafsTU=",
        "config/crds/policies.kyverno.io/policies.kyverno.io_imagevalidatingpolicies.yaml",
    ),
];

/// Installs the CRDs of the admission controllers, so that the server checks the policies against them.
fn serve_policies(cluster: &DevCluster) {
    let folder = tempfile::tempdir().unwrap();
    for (module, sum, path) in CRDS {
        eprintln!("fetching the module {module} for its CRDs, 10 MB, once per machine");
        let fetched = Command::new("go").current_dir(folder.path()).args(["mod", "download", "-json", module]).output();
        let fetched = fetched.expect("Go fetches the CRDs of the policies: install it from https://go.dev/dl");
        let about: Value = serde_json::from_slice(&fetched.stdout).unwrap();
        assert_eq!(about["Sum"], sum, "{about:#}");
        let crd = std::fs::read_to_string(Path::new(about["Dir"].as_str().unwrap()).join(path)).unwrap();
        let mut crd: Value = serde_saphyr::from_str(&crd).unwrap();
        // The converting webhook isn't here; there is nothing to convert.
        crd["spec"].as_object_mut().unwrap().remove("conversion");
        let file = folder.path().join("crd.json");
        std::fs::write(&file, crd.to_string()).unwrap();
        kubectl(cluster, &["apply", "--server-side", "-f", file.to_str().unwrap()]);
        let name = format!("crd/{}", crd["metadata"]["name"].as_str().unwrap());
        kubectl(cluster, &["wait", "--for=condition=Established", "--timeout=120s", &name]);
    }
}
