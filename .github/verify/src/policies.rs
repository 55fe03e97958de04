//! The admission policies of `shell/deploy`: their expressions evaluated over Pods of all kinds. The engines that evaluate them
//! in a cluster want the internet even for a signature that is at hand, so here the signatures are the test's own, and the
//! engine itself runs in a workflow.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use cel::{Context, Env, Value};
use serde::Deserialize;

const KYVERNO: &str = "kyverno.yaml";
const SIGSTORE: &str = "sigstore-policy-controller.yaml";
/// What the release workflow has signed, what nobody has, and what isn't ours to judge.
const SIGNED: &str = "ghcr.io/kyklos/kyklos@sha256:00";
const UNSIGNED: &str = "ghcr.io/kyklos/kyklos@sha256:11";
const FOREIGN: &str = "registry.k8s.io/pause@sha256:22";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    match_constraints: Constraints,
    match_image_references: Vec<Glob>,
    attestors: Vec<Attestor>,
    validations: Vec<Validation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Constraints {
    resource_rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    operations: Vec<String>,
    resources: Vec<String>,
}

#[derive(Deserialize)]
struct Glob {
    glob: String,
}

#[derive(Deserialize)]
struct Attestor {
    name: String,
}

#[derive(Deserialize)]
struct Validation {
    expression: String,
}

fn read(file: &str) -> String {
    fs::read_to_string(crate::root().unwrap().join("shell/deploy/policies").join(file)).unwrap()
}

fn policy(text: &str) -> Policy {
    serde_saphyr::from_str(text).unwrap()
}

/// Whether an image is one that the policy is about: a glob that ends with its star.
fn concerns(policy: &Policy, image: &str) -> bool {
    policy.spec.match_image_references.iter().any(|one| image.starts_with(one.glob.strip_suffix('*').unwrap()))
}

/// Whether a Pod with these images is let in: containers, init containers, ephemeral containers.
fn admits(policy: &Policy, pod: [&[&str]; 3]) -> Result<bool, String> {
    let env = Arc::new(Env::stdlib());
    let mut context = Context::with_env(env.clone());
    let [containers, init, ephemeral] = pod.map(|images| {
        let ours = images.iter().filter(|image| concerns(policy, image));
        Value::from(ours.map(|image| Value::from((*image).to_owned())).collect::<Vec<_>>())
    });
    let named = [("containers", containers), ("initContainers", init), ("ephemeralContainers", ephemeral)];
    let images: std::collections::HashMap<String, Value> =
        named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let attestors: std::collections::HashMap<String, Value> =
        policy.spec.attestors.iter().map(|one| (one.name.clone(), Value::from(one.name.clone()))).collect();
    context.add_variable_from_value("images", images);
    context.add_variable_from_value("attestors", attestors);
    let verify = |image: Arc<String>, attestors: Arc<Vec<Value>>| -> i64 {
        let known = attestors.iter().any(|attestor| *attestor == Value::from("release".to_owned()));
        i64::from(known && *image == SIGNED)
    };
    context.add_function("verifyImageSignatures", verify).map_err(|error| error.to_string())?;
    let mut all = true;
    for validation in &policy.spec.validations {
        let program = env.compile(&validation.expression).map_err(|error| error.to_string())?;
        match program.execute(&context).map_err(|error| error.to_string())? {
            Value::Bool(right) => all &= right,
            other => return Err(format!("`{}` is {other:?}", validation.expression)),
        }
    }
    Ok(all)
}

#[test]
fn every_container_of_kyklos_has_to_be_signed_wherever_it_is() {
    let policy = policy(&read(KYVERNO));
    for (pod, right) in [
        ([&[SIGNED][..], &[], &[]], true),
        ([&[UNSIGNED], &[], &[]], false),
        ([&[SIGNED, UNSIGNED], &[], &[]], false),
        // Not ours to judge, alone or beside ours.
        ([&[FOREIGN], &[FOREIGN], &[FOREIGN]], true),
        ([&[FOREIGN, SIGNED], &[], &[]], true),
        ([&[FOREIGN, UNSIGNED], &[], &[]], false),
        // As an init container, or added to a Pod that runs.
        ([&[FOREIGN], &[UNSIGNED], &[]], false),
        ([&[FOREIGN], &[SIGNED], &[]], true),
        ([&[SIGNED], &[], &[UNSIGNED]], false),
        ([&[SIGNED], &[SIGNED], &[SIGNED]], true),
        ([&[], &[], &[]], true),
    ] {
        assert_eq!(admits(&policy, pod), Ok(right), "{pod:?}");
    }
}

/// That the test sees what it is about: each kind of container left out of the expression is noticed.
#[test]
fn a_policy_that_forgets_a_kind_of_container_is_found() {
    for (forgotten, pod) in [
        (" + images.initContainers", [&[FOREIGN][..], &[UNSIGNED], &[]]),
        (" + images.ephemeralContainers", [&[FOREIGN], &[], &[UNSIGNED]]),
        ("images.containers + ", [&[UNSIGNED], &[], &[]]),
    ] {
        let text = read(KYVERNO);
        assert!(text.contains(forgotten), "{forgotten}");
        assert_eq!(admits(&policy(&text.replace(forgotten, "")), pod), Ok(true), "without {forgotten}");
    }
    let other = read(KYVERNO).replace("attestors.release]", "attestors.other]");
    assert!(admits(&policy(&other), [&[SIGNED], &[], &[]]).is_err(), "nobody is called so");
}

#[test]
fn pods_and_what_is_added_to_them_are_looked_at() {
    let policy = policy(&read(KYVERNO));
    let [rule] = policy.spec.match_constraints.resource_rules.as_slice() else { panic!("one rule") };
    assert_eq!(rule.resources, ["pods", "pods/ephemeralcontainers"]);
    assert!(["CREATE", "UPDATE"].iter().all(|operation| rule.operations.iter().any(|given| given == operation)));
    // Without a `match` the other engine looks at all that makes containers.
    #[derive(Deserialize)]
    struct Other {
        spec: BTreeMap<String, serde_json::Value>,
    }
    let other: Other = serde_saphyr::from_str(&read(SIGSTORE)).unwrap();
    assert!(!other.spec.contains_key("match"), "{:?}", other.spec.keys());
    // Both are about the same images and the same identity.
    let of = |text: &str, key: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.contains(key))
            .map(|line| line.trim().trim_start_matches("- ").to_owned())
            .collect()
    };
    for key in ["glob: ", "subjectRegExp: ", "issuer: "] {
        assert_eq!(of(&read(KYVERNO), key), of(&read(SIGSTORE), key), "{key}");
    }
}
