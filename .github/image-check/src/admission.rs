//! What an admission policy lets in, tried on a cluster that has its engine: what a release has signed, in every kind of container,
//! and nothing of Kyklos that no release has. Such a cluster is there on GitHub's runners; what tries it is itself tried on this
//! machine, by an API server whose own policies take the place of the engine.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};
use kyklos_image::builder::default_of;
use kyklos_image::run::{in_words, run};
use kyklos_registry::published;
use kyklos_registry::registry::{Registry, Repository};
use serde_json::{Value, json};

use crate::documented::REPOSITORY;

/// What evaluates a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// Kyverno
    Kyverno,
    /// Sigstore's policy-controller, which lets in what no policy is about, and looks at the namespace `default`
    PolicyController,
}

impl Engine {
    /// The policy for it.
    fn file(self) -> &'static str {
        match self {
            Self::Kyverno => "shell/deploy/policies/kyverno.yaml",
            Self::PolicyController => "shell/deploy/policies/sigstore-policy-controller.yaml",
        }
    }
}

/// The name of the policies, which every engine puts into a refusal.
const POLICY: &str = "kyklos-is-a-release";
/// The Pod that is there for containers to be added to it, and the one that is asked for.
const POD: &str = "kyklos-admission";
const ASKED: &str = "kyklos-admission-asked";
/// How long an engine may take to take in a policy.
const LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_secs(1);
/// Where a Pod has containers.
const KINDS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// What is tried.
struct Images {
    /// One of Kyklos that a release has signed, where there is a release.
    signed: Option<String>,
    /// One of Kyklos that none has.
    unsigned: String,
    /// One of somebody else.
    foreign: String,
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    LetIn,
    Refused,
}

/// Tries the policy as users apply it, on the cluster that kubectl has, with what is published: the newest release, and the newest
/// commit of `main`, which nobody signs.
pub(crate) fn on_the_cluster(root: &Path, engine: Engine) -> Result<()> {
    let repository: Repository = REPOSITORY.parse()?;
    let registry = Registry::as_anybody(repository.clone());
    let Some(unsigned) = published::newest_of_main(&registry)? else {
        println!("Not tried: {REPOSITORY} has no image of `main` yet");
        return Ok(());
    };
    let stable = |tag: &String| !tag.contains('-');
    let signed = published::read(&registry)?.into_iter().find(|one| one.release.as_ref().is_some_and(stable));
    let dockerfile = std::fs::read_to_string(root.join("Dockerfile")).context("reading the Dockerfile")?;
    let argument =
        |name: &str| default_of(&dockerfile, name).with_context(|| format!("the Dockerfile has no `ARG {name}=`"));
    let foreign = format!("{}@{}", argument("BASE_NAME")?, argument("BASE_DIGEST")?);
    let at = |one: &published::Published| repository.with(&one.digest.to_string());
    let images = Images { signed: signed.as_ref().map(at), unsigned: at(&unsigned), foreign };
    if images.signed.is_none() {
        println!("Not tried: a signed image, for there is no release yet");
    }
    let kubectl = || Command::new("kubectl");
    run(kubectl().args(["apply", "--server-side", "-f"]).arg(root.join(engine.file())))?;
    attempt(&kubectl, &images)
}

/// Tries this with an API server's own policies: one that is right passes, and one that forgets a kind of container doesn't.
pub(crate) fn here() -> Result<()> {
    let tools = Tools::ensure(&mut progress_on_stderr)?;
    let options = Options { controller_manager: false, audit: false, ..Options::default() };
    let cluster = DevCluster::start(&tools, options)?;
    let kubectl = || cluster.kubectl();
    // Made by a controller elsewhere, and every Pod has one.
    run(kubectl().args(["create", "serviceaccount", "default"]))?;
    for (round, forgotten) in [None, Some("initContainers"), Some("ephemeralContainers")].into_iter().enumerate() {
        // Another image each time: as soon as it is refused, it is by this round's policy.
        let of = |name: &str| format!("{REPOSITORY}@sha256:{round:064x}-{name}");
        let images =
            Images { signed: Some(of("signed")), unsigned: of("unsigned"), foreign: "somebody/else:1".to_owned() };
        let documents = stand_in(&images.unsigned, forgotten);
        ensure!(send(kubectl().args(["apply", "-f", "-"]), &documents)? == Verdict::LetIn, "no policy can be made");
        let tried = attempt(&kubectl, &images);
        let Some(kind) = forgotten else {
            tried.context("a policy that is right was found wrong")?;
            continue;
        };
        let error = tried.err().with_context(|| format!("a policy that forgets {kind} was found right"))?.to_string();
        let right = error == format!("{} in {kind}: it was let in", images.unsigned);
        ensure!(right, "a policy that forgets {kind} was found wrong for another reason: {error}");
        println!("As it should, a policy fails that forgets {kind}");
    }
    cluster.stop()?;
    Ok(())
}

/// Sends each image in each kind of container, and looks at what is let in.
fn attempt(kubectl: &dyn Fn() -> Command, images: &Images) -> Result<()> {
    let begin = Instant::now();
    while create(kubectl, "containers", &images.unsigned, &images.foreign)? == Verdict::LetIn {
        ensure!(begin.elapsed() < LIMIT, "after {LIMIT:?} the policy refuses nothing: {} is let in", images.unsigned);
        thread::sleep(POLL);
    }
    // What is added to a Pod needs one that is there.
    run(kubectl().args(["delete", "pod", POD, "--namespace", "default", "--ignore-not-found", "--now"]))?;
    let there = pod(POD, &json!([container("one", &images.foreign)]), &json!([]));
    ensure!(
        send(kubectl().args(["create", "-f", "-"]), &there)? == Verdict::LetIn,
        "{} is refused, which is none of Kyklos",
        images.foreign
    );
    let mut wrong = Vec::new();
    let signed = images.signed.iter().map(|image| (image, Verdict::LetIn));
    let others = [(&images.unsigned, Verdict::Refused), (&images.foreign, Verdict::LetIn)];
    for (image, right) in signed.chain(others) {
        for kind in KINDS {
            let found = create(kubectl, kind, image, &images.foreign)?;
            let words = if found == Verdict::LetIn { "let in" } else { "refused" };
            println!("{image} in {kind}: {words}");
            if found != right {
                wrong.push(format!("{image} in {kind}: it was {words}"));
            }
        }
    }
    run(kubectl().args(["delete", "pod", POD, "--namespace", "default", "--now"]))?;
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Asks for a Pod with this image in this kind of container, or for it to be added to the one that is there; nothing is written.
fn create(kubectl: &dyn Fn() -> Command, kind: &str, image: &str, foreign: &str) -> Result<Verdict> {
    let [ours, others] = [container("tried", image), container("one", foreign)];
    if kind != "ephemeralContainers" {
        let asked = match kind {
            "initContainers" => pod(ASKED, &json!([others]), &json!([ours])),
            _ => pod(ASKED, &json!([ours]), &json!([])),
        };
        return send(kubectl().args(["create", "--dry-run=server", "-f", "-"]), &asked);
    }
    let found = kubectl().args(["get", "pod", POD, "--namespace", "default", "-o", "json"]).output();
    let mut there: Value =
        serde_json::from_slice(&found.context("running kubectl")?.stdout).context("the Pod as JSON")?;
    // Whoever runs it may have changed its status meanwhile.
    there.pointer_mut("/metadata/resourceVersion").map(Value::take);
    let spec = there.get_mut("spec").and_then(Value::as_object_mut).context("the Pod has no spec")?;
    spec.insert(kind.to_owned(), json!([ours]));
    let address = format!("/api/v1/namespaces/default/pods/{POD}/ephemeralcontainers?dryRun=All");
    send(kubectl().args(["replace", "--raw", &address, "-f", "-"]), &there)
}

fn container(name: &str, image: &str) -> Value {
    json!({ "name": name, "image": image })
}

fn pod(name: &str, containers: &Value, init: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name, "namespace": "default" },
        "spec": { "automountServiceAccountToken": false, "containers": containers, "initContainers": init },
    })
}

/// Gives a document to a command, which says whether the policy has let it in; anything else that is wrong is an error.
fn send(command: &mut Command, document: &Value) -> Result<Verdict> {
    let words = in_words(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("running `{words}`"))?;
    child.stdin.take().context("kubectl has no input")?.write_all(document.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        return Ok(Verdict::LetIn);
    }
    // An engine that couldn't look at the image, for the network's sake say, refuses as well.
    if said.contains(POLICY) && !said.contains(&format!("{POLICY} error")) {
        return Ok(Verdict::Refused);
    }
    bail!("`{words}` fails for another reason than the policy's: {}", said.trim())
}

/// A policy of the API server's own that refuses one image, in all kinds of container but the forgotten one; and its binding.
fn stand_in(unsigned: &str, forgotten: Option<&str>) -> Value {
    let kinds = KINDS.iter().filter(|kind| Some(**kind) != forgotten);
    let validation = |kind: &&str| {
        let place = format!("object.spec.{kind}");
        json!({ "expression": format!("!has({place}) || {place}.all(one, one.image != '{unsigned}')") })
    };
    let group = "admissionregistration.k8s.io/v1";
    json!({ "apiVersion": "v1", "kind": "List", "items": [
        {
            "apiVersion": group, "kind": "ValidatingAdmissionPolicy", "metadata": { "name": POLICY },
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": { "resourceRules": [{
                    "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
                    "resources": ["pods", "pods/ephemeralcontainers"],
                }] },
                "validations": kinds.map(validation).collect::<Vec<_>>(),
            },
        },
        {
            "apiVersion": group, "kind": "ValidatingAdmissionPolicyBinding", "metadata": { "name": POLICY },
            "spec": { "policyName": POLICY, "validationActions": ["Deny"] },
        },
    ] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_has_its_policy_by_the_name_that_refusals_have() {
        let root = kyklos_image::root().unwrap();
        let kinds = Engine::value_variants().iter().map(|engine| {
            let policy = std::fs::read_to_string(root.join(engine.file())).unwrap();
            assert!(policy.contains(&format!("\n  name: {POLICY}\n")), "{engine:?}");
            policy.lines().find_map(|line| line.strip_prefix("kind: ")).unwrap().to_owned()
        });
        assert_eq!(kinds.collect::<Vec<_>>(), ["ImageValidatingPolicy", "ClusterImagePolicy"]);
    }
}
