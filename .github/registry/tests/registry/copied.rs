//! The second registry.

use crate::support::attached::{complete, refer};
use crate::support::program::run_with;
use crate::support::{Recipe, Server, assert_tags, publish, run};

#[test]
fn it_is_off_until_it_is_configured() {
    // A workflow sets the variable also where the repository has none: then it is empty.
    for environment in [&[][..], &[("KYKLOS_SECOND_REGISTRY", "")]] {
        let answer = run_with(&["copy", "v0.1.0"], environment).ok();
        assert!(answer.stdout.contains("no second registry is configured"), "{answer:?}");
        assert!(answer.stdout.contains("KYKLOS_SECOND_REGISTRY and --to are empty or not set"), "{answer:?}");
    }
    run_with(&["copy", "v0.1.0"], &[("KYKLOS_SECOND_REGISTRY", "kyklos")]).fails_with(&["names no registry"]);
}

#[test]
fn a_release_is_copied_digest_for_digest_with_all_that_hangs_on_it() {
    let (first, second) = (Server::start(), Server::start());
    let image = Recipe::new("copied").build();
    run(&publish(&image, &first.repository(), "--tag v0.1.0")).ok();
    complete(&first, &image);
    refer(&first, &image.digest, &["https://slsa.dev/provenance/v1"]);
    let arguments = ["copy", "v0.1.0", "--from", &first.repository()];
    let to = [("KYKLOS_SECOND_REGISTRY", second.repository())];
    let to = to.each_ref().map(|(key, value)| (*key, value.as_str()));
    run_with(&[&["--dry-run"], arguments.as_slice()].concat(), &to).ok();
    assert!(second.tags().is_empty());
    run_with(&arguments, &to).ok();
    assert_eq!(second.tags(), first.tags());
    run(&["verify", &format!("{}:v0.1.0", second.repository())]).ok();
    // Again: nothing is left to do.
    let again = run_with(&[&["-o", "json"], arguments.as_slice()].concat(), &to).ok().json();
    assert!(again["steps"].as_array().unwrap().iter().all(|step| step["done"] != "written"), "{again:#}");
}

#[test]
fn the_copy_goes_by_the_tags_of_its_own_registry() {
    let (first, second) = (Server::start(), Server::start());
    let events = ["--tag v0.1.0", "--tag v0.2.0"];
    let images = events.map(|event| Recipe::new(event).of(event).build());
    for (image, tag) in images.iter().zip(events) {
        run(&publish(image, &first.repository(), tag)).ok();
    }
    let copy = |tag: &str| run(&["copy", tag, "--from", &first.repository(), "--to", &second.repository()]);
    copy("v0.2.0").ok();
    copy("v0.1.0").ok();
    let [low, high] = images.each_ref().map(|image| image.digest.as_str());
    assert_tags(&second, &[(low, &["v0.1.0", "v0.1"]), (high, &["v0.2.0", "v0.2", "v0", "latest"])]);
    copy("v0.3.0").fails_with(&["there is no", "v0.3.0"]);
    copy("latest").fails_with(&["`latest` is no release"]);
    let candidate = Recipe::new("rc").of("--tag v0.4.0-rc.1").build();
    run(&publish(&candidate, &first.repository(), "--tag v0.4.0-rc.1")).ok();
    copy("v0.4.0-rc.1").fails_with(&["is a pre-release", "kept for ever", "only stable releases"]);

    let [one, other] = ["one", "other"].map(|seed| Recipe::new(seed).of("--tag v0.3.0").build());
    run(&publish(&other, &second.repository(), "--tag v0.3.0")).ok();
    run(&publish(&one, &first.repository(), "--tag v0.3.0")).ok();
    copy("v0.3.0").fails_with(&[&other.digest, &one.digest, "never changes"]);
}
