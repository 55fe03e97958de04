//! Signatures, SBOMs and attestations, which `verify` asks a release for.

use std::fs;

use crate::support::attached::{attest, complete, refer, sign};
use crate::support::{Built, Recipe, Server, publish, run};

const SBOM: &str = "https://cyclonedx.org/bom";
/// Nothing that a registry is asked for: GitHub's own store has it.
const PROVENANCE: &str = "https://slsa.dev/provenance/v1";
const SIGNATURE: &str = "https://sigstore.dev/cosign/sign/v1";

fn released() -> (Server, Built, String) {
    let (server, image) = (Server::start(), Recipe::new("signed").build());
    run(&publish(&image, &server.repository(), "--tag v0.1.0")).ok();
    let name = format!("{}:v0.1.0", server.repository());
    (server, image, name)
}

#[test]
fn each_part_is_missed_until_it_is_there() {
    let (server, image, name) = released();
    let [first, second] = [&image.children[0], &image.children[1]];
    let answer = run(&["verify", &name]);
    assert!(!answer.right && answer.stdout.matches("WRONG").count() == 5, "{answer:#?}");
    let wrong = || {
        let answer = run(&["-o", "json", "verify", &name]).json();
        let findings = answer["findings"].as_array().unwrap().clone();
        let wrong = findings.iter().filter(|finding| finding["right"] == false);
        wrong
            .map(|finding| format!("{} {}", finding["of"].as_str().unwrap(), finding["check"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    sign(&server, &image.digest);
    sign(&server, first);
    sign(&server, second);
    assert_eq!(wrong(), ["linux/amd64 SBOM", "linux/arm64 SBOM"]);
    // Of the index, and so of no platform.
    attest(&server, &image.digest, SBOM);
    assert_eq!(wrong(), ["linux/amd64 SBOM", "linux/arm64 SBOM"]);
    attest(&server, first, SBOM);
    // An attestation, and not an SBOM.
    attest(&server, second, PROVENANCE);
    assert_eq!(wrong(), ["linux/arm64 SBOM"]);
    attest(&server, second, SBOM);
    run(&["verify", &name]).ok();
}

#[test]
fn what_speaks_of_another_image_counts_for_nothing() {
    let (server, image, name) = released();
    complete(&server, &image);
    run(&["verify", &name]).ok();
    // The signature of one platform under the tag of the other: valid, and not of this image.
    let [first, second] =
        [&image.children[0], &image.children[1]].map(|digest| format!("{}.sig", digest.replace(':', "-")));
    let other = server.json(&second).to_string();
    server.put(&first, "application/vnd.oci.image.manifest.v1+json", other.as_bytes());
    run(&["verify", &name]).fails_with(&["linux/amd64", "none speaks of", &image.children[0]]);
}

#[test]
fn bundles_listed_as_referrers_count_as_well() {
    let (server, image, name) = released();
    refer(&server, &image.digest, &[PROVENANCE, SIGNATURE]);
    for child in &image.children {
        refer(&server, child, &[SIGNATURE, SBOM]);
    }
    run(&["verify", &name]).ok();
}

#[test]
fn the_notes_have_every_digest() {
    let (_server, image, name) = released();
    let file = tempfile::NamedTempFile::new().unwrap();
    run(&["verify", &name, "--unsigned", "--notes", file.path().to_str().unwrap()]).ok();
    let notes = fs::read_to_string(file.path()).unwrap();
    assert!(notes.starts_with(&format!("```\n{name}@{}\n```\n", image.digest)), "{notes}");
    for row in [
        format!("| every platform (index) | `{}` |", image.digest),
        format!("| linux/amd64 | `{}` |", image.children[0]),
        format!("| linux/arm64 | `{}` |", image.children[1]),
    ] {
        assert!(notes.lines().any(|line| line == row), "no {row} in {notes}");
    }
}

#[test]
fn tags_that_are_not_equal_are_found() {
    let (server, image, name) = released();
    let other = Recipe::new("other").build();
    run(&publish(&other, &server.repository(), "--pull-request 1")).ok();
    let index = fs::read(other.path(&other.digest)).unwrap();
    server.put("v0", "application/vnd.oci.image.index.v1+json", &index);
    let words = ["equal tags", "`v0` is", &other.digest, "right would be", &image.digest, "as `v0.1.0` has it"];
    run(&["verify", &name, "--unsigned"]).fails_with(&words);
    let rolling = |tag: &str| run(&["verify", &name.replace("v0.1.0", tag), "--unsigned"]);
    rolling("v0").fails_with(&["equal tags", "`v0` is"]);
    rolling("v0.1").ok();
}

#[test]
fn a_digest_beside_a_tag_has_to_be_the_tags() {
    let (server, image, name) = released();
    let other = Recipe::new("other").build();
    run(&publish(&other, &server.repository(), "--pull-request 1")).ok();
    run(&["verify", &format!("{name}@{}", image.digest), "--unsigned"]).ok();
    // Each is well by itself.
    for tag in ["pr-1", "v0.1"] {
        let (is, asked) = if tag == "pr-1" { (&other, &image) } else { (&image, &other) };
        run(&["verify", &format!("{}:{tag}@{}", server.repository(), asked.digest), "--unsigned"])
            .fails_with(&[&format!("`{tag}` is {}; right would be {}", is.digest, asked.digest)]);
    }
    run(&["verify", &format!("{}:pr-2@{}", server.repository(), image.digest), "--unsigned"])
        .fails_with(&["`pr-2` is missing"]);
}

#[test]
fn it_says_which_labels_were_expected() {
    let (server, image, name) = released();
    let sha = "0123456789abcdef0123456789abcdef01234567";
    run(&["verify", &name, "--unsigned", "--version", "v0.1.0", "--revision", sha]).ok();
    let by_digest = format!("{}@{}", server.repository(), image.digest);
    run(&["verify", &by_digest, "--unsigned", "--version", "v0.2.0"])
        .fails_with(&["`version` is `0.1.0`; right would be `0.2.0`"]);
    run(&["verify", &name, "--unsigned", "--version", "v0.2.0"]).fails_with(&["--version is `v0.2.0`", "`v0.1.0`"]);
    // A tag that somebody gave by hand, to an image that isn't this release.
    let index = image.index();
    server.put("v0.3.0", "application/vnd.oci.image.index.v1+json", &index);
    run(&["verify", &name.replace("v0.1.0", "v0.3.0"), "--unsigned"]).fails_with(&["right would be `0.3.0`"]);
    let other = "f".repeat(40);
    run(&["verify", &name, "--unsigned", "--revision", &other]).fails_with(&["`revision` is", &other]);
    run(&["verify", &name.replace("v0.1.0", "v0.9.0")]).fails_with(&["there is no", "v0.9.0"]);
}
