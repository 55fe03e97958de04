//! What is deleted from a real registry, and what is not.

use std::collections::BTreeMap;

use crate::support::attached::{attest, complete, refer, sign};
use crate::support::image::INDEX;
use crate::support::program::{Run, start};
use crate::support::proxy::{Fault, Proxy};
use crate::support::{Built, Recipe, Server, Shelf, publish, run};

const NOW: &str = "2026-11-25T03:00:00Z";

/// Publishes an image that is so many days old.
fn published(shelf: &Shelf, seed: &str, event: &str, days: u32) -> Built {
    let now: jiff::Timestamp = NOW.parse().unwrap();
    let created = now - jiff::SignedDuration::from_hours(24 * i64::from(days));
    let image = Recipe::new(seed).of(event).label("created", &created.to_string()).build();
    run(&publish(&image, &shelf.repository(), event)).ok();
    image
}

fn prune(shelf: &Shelf, more: &[&str]) -> Run {
    run(&[&["prune", "--repository", &shelf.repository(), "--now", NOW], more].concat())
}

/// The tags that are left, and that all of them are whole.
fn left(shelf: &Shelf) -> Vec<String> {
    let tags = shelf.tags();
    assert!(tags.keys().filter(|tag| !tag.starts_with("sha256-")).all(|tag| shelf.is_whole(tag)), "{tags:#?}");
    tags.into_keys().collect()
}

#[test]
fn thirty_and_ninety_days() {
    let server = Server::start();
    let mut gone = Vec::new();
    for (event, old, young) in
        [("--branch main --sha", 31, 30), ("--branch release/v0.1 --sha", 91, 90), ("--tag v0.2.0-beta.", 91, 90)]
    {
        let separator = if event.contains("sha") { " aaaaaaa" } else { "" };
        gone.push(published(&server, &format!("{event}{old}"), &format!("{event}{separator}1"), old));
        published(&server, &format!("{event}{young}"), &format!("{event}{}2", separator.replace('a', "b")), young);
    }
    published(&server, "stable", "--tag v0.1.0", 3000);
    published(&server, "pull", "--pull-request 456", 3000);
    let all = left(&server);
    assert_eq!(all.len(), 6 + 4 + 1);

    let dry = prune(&server, &["--dry-run"]).ok();
    assert_eq!(left(&server), all, "a dry run deletes nothing");
    for words in
        ["push to main, 31 days old, and kept 30", "pre-release, 90 days old, and kept 90", "`latest` is a rolling tag"]
    {
        assert!(dry.stdout.contains(words), "{words}: {}", dry.stdout);
    }
    prune(&server, &[]).ok();
    let expected = ["latest", "main-bbbbbbb", "pr-456", "v0", "v0.1", "v0.1-bbbbbbb", "v0.1.0", "v0.2.0-beta.2"];
    assert_eq!(left(&server), expected);
    for image in gone {
        assert!(server.digest(&image.digest).is_none());
        assert!(image.children.iter().all(|child| server.digest(child).is_none()), "parts of what goes go, too");
    }
    // Nothing is left to do.
    assert!(prune(&server, &[]).ok().stdout.contains(" 0 to go"));
}

#[test]
fn a_digest_stays_as_long_as_one_of_its_tags_does() {
    let server = Server::start();
    let image = published(&server, "shared", "--branch main --sha aaaaaaa", 100);
    run(&publish(&image, &server.repository(), "--tag v0.1.0")).ok();
    let answer = prune(&server, &[]).ok();
    assert!(answer.stdout.contains("shares its digest with `main-aaaaaaa`"), "{}", answer.stdout);
    assert_eq!(left(&server), ["latest", "main-aaaaaaa", "v0", "v0.1", "v0.1.0"]);
}

#[test]
fn parts_that_a_kept_index_shares_are_kept() {
    let server = Server::start();
    let image = published(&server, "parts", "--tag v0.1.0", 100);
    // The same parts in another index.
    let mut index: serde_json::Value = serde_json::from_slice(&image.index()).unwrap();
    index["annotations"] = serde_json::json!({"other": "index"});
    server.put("main-aaaaaaa", INDEX, index.to_string().as_bytes());
    prune(&server, &[]).ok();
    assert_eq!(left(&server), ["latest", "v0", "v0.1", "v0.1.0"]);
}

#[test]
fn unknown_tags_are_kept_and_reported() {
    let server = Server::start();
    let image = published(&server, "unknown", "--branch main --sha aaaaaaa", 100);
    let index = image.index();
    for tag in ["dev", "v1.0.0-nightly.1", "main-latest"] {
        server.put(tag, INDEX, &index);
    }
    let answer = prune(&server, &[]).ok();
    assert!(answer.stdout.contains("is unknown: no event of the project makes it"), "{}", answer.stdout);
    assert!(answer.stdout.contains("1 of them unaccounted for"), "{}", answer.stdout);
    assert_eq!(left(&server), ["dev", "main-aaaaaaa", "main-latest", "v1.0.0-nightly.1"]);
}

#[test]
fn an_image_without_a_date_is_kept_and_reported() {
    let server = Server::start();
    let undated = published(&server, "undated", "--branch main --sha aaaaaaa", 100);
    // As a builder writes it that was told no time.
    let config = br#"{"os":"linux","architecture":"amd64","created":"1970-01-01T00:00:00Z","rootfs":{"type":"layers","diff_ids":[]}}"#;
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": server.put_blob(config), "size": config.len()},
        "layers": [],
    });
    server.put("main-bbbbbbb", "application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes());
    let answer = prune(&server, &[]).ok();
    assert!(answer.stdout.contains("has no date to go by"), "{}", answer.stdout);
    assert_eq!(server.tags().into_keys().collect::<Vec<_>>(), ["main-bbbbbbb"]);
    assert!(server.digest(&undated.digest).is_none());
}

#[test]
fn a_closed_pull_request_goes_with_all_that_hangs_on_it() {
    let server = Server::start();
    let closed = published(&server, "456", "--pull-request 456", 1);
    let open = published(&server, "457", "--pull-request 457", 1);
    published(&server, "old", "--branch main --sha aaaaaaa", 1000);
    complete(&server, &closed);
    refer(&server, &closed.digest, &["https://slsa.dev/provenance/v1"]);
    let kept = [sign(&server, &open.digest), attest(&server, &open.children[0], "https://cyclonedx.org/bom")];
    let answer = prune(&server, &["--closed-pr", "456"]).ok();
    assert!(
        answer.stdout.contains("pull request 456 is closed") && !answer.stdout.contains("457"),
        "{}",
        answer.stdout
    );
    let mut expected = [["main-aaaaaaa", "pr-457"].map(str::to_owned), kept].concat();
    expected.sort();
    assert_eq!(left(&server), expected);
    assert!(closed.children.iter().all(|child| server.digest(child).is_none()));
    prune(&server, &["--closed-pr", "456"]).ok();
    assert_eq!(left(&server), expected);
}

#[test]
fn a_closed_pull_request_that_shares_its_digest_stays() {
    let server = Server::start();
    let image = published(&server, "same", "--branch main --sha aaaaaaa", 1);
    run(&publish(&image, &server.repository(), "--pull-request 456")).ok();
    let answer = prune(&server, &["--closed-pr", "456"]).ok();
    assert!(answer.stdout.contains("shares its digest with `pr-456`"), "{}", answer.stdout);
    assert_eq!(left(&server), ["main-aaaaaaa", "pr-456"]);
}

#[test]
fn signatures_stay_and_go_with_what_they_speak_of() {
    let server = Server::start();
    let stable = published(&server, "stable", "--tag v0.1.0", 1000);
    let old = published(&server, "old", "--tag v0.1.0-rc.1", 1000);
    let mut kept = complete(&server, &stable);
    kept.push(refer(&server, &stable.digest, &["https://slsa.dev/provenance/v1"]));
    complete(&server, &old);
    refer(&server, &old.digest, &["https://slsa.dev/provenance/v1"]);
    prune(&server, &[]).ok();
    let mut expected = [["latest", "v0", "v0.1", "v0.1.0"].map(str::to_owned).to_vec(), kept].concat();
    expected.sort();
    assert_eq!(left(&server), expected);
    run(&["verify", &format!("{}:v0.1.0", server.repository())]).ok();
}

#[test]
fn more_than_half_of_all_needs_a_yes() {
    let server = Server::start();
    for sha in ["aaaaaaa", "bbbbbbb"] {
        published(&server, sha, &format!("--branch main --sha {sha}"), 100);
    }
    published(&server, "young", "--branch main --sha ccccccc", 1);
    let before = left(&server);
    let answer = prune(&server, &[]).fails_with(&["would delete 2 of 3 images, which is more than half", "--yes"]);
    assert!(answer.stdout.contains("push to main, 100 days old"), "the plan is shown all the same: {answer:#?}");
    assert_eq!(left(&server), before);
    let answer = prune(&server, &["--yes"]).ok();
    assert!(answer.stdout.contains("2 of 3 images to go: 2 deleted, 0 left for the next run"), "{}", answer.stdout);
    assert_eq!(left(&server), ["main-ccccccc"]);
}

/// More than a run does: indexes without parts, which are quickly made.
#[test]
fn a_run_deletes_the_oldest_hundred_and_says_what_is_left() {
    let server = Server::start();
    let index = |created: &str, number: usize| {
        serde_json::json!({
            "schemaVersion": 2, "mediaType": INDEX, "manifests": [],
            "annotations": {"org.opencontainers.image.created": created, "number": number.to_string()},
        })
    };
    let put = |created: &str, number: usize| {
        let tag = format!("main-{number:07x}");
        server.put(&tag, INDEX, index(created, number).to_string().as_bytes());
    };
    // The youngest of those that go come first in the list.
    (0..103).for_each(|number| put(&format!("2026-0{}-01T00:00:00Z", if number < 3 { 9 } else { 8 }), number));
    (103..210).for_each(|number| put("2026-11-24T00:00:00Z", number));
    let answer = prune(&server, &[]).ok();
    assert!(
        answer.stdout.contains("103 of 210 images to go: 100 deleted, 3 left for the next run"),
        "{}",
        answer.stdout
    );
    let tags: Vec<_> = server.tags().into_keys().collect();
    assert_eq!(
        (tags.len(), &tags[..3]),
        (110, &["main-0000000", "main-0000001", "main-0000002"].map(str::to_owned)[..])
    );
    let answer = prune(&server, &[]).ok();
    assert!(answer.stdout.contains("3 of 110 images to go: 3 deleted, 0 left"), "{}", answer.stdout);
}

#[test]
fn what_gets_a_tag_in_the_meantime_is_kept() {
    let server = Server::start();
    let image = published(&server, "old", "--branch main --sha aaaaaaa", 100);
    let (index, shelf) = (image.index(), server.shelf(crate::support::server::NAME));
    // The plan is made: now a release comes.
    let proxy = Proxy::racing(server.port, 1, move || shelf.put("v0.1.0", INDEX, &index));
    let answer = run(&["prune", "--repository", &proxy.repository(), "--now", NOW, "--yes"]).ok();
    assert!(answer.stdout.contains("kept: it has got a new tag"), "{}", answer.stdout);
    assert_eq!(server.tags().len(), 2);
    assert!(server.is_whole("v0.1.0"), "its parts stay, too");
}

/// Kills it at its n-th deletion, for each n, and runs it again.
#[test]
fn killed_at_any_deletion_it_breaks_nothing_and_the_next_run_finishes() {
    let server = Server::start();
    let mut steps = 0;
    loop {
        let shelf = server.shelf(&format!("killed/{steps}"));
        let kept = published(&shelf, "kept", "--tag v0.1.0", 100);
        let old = published(&shelf, "old", "--branch main --sha aaaaaaa", 100);
        let signature = sign(&shelf, &kept.digest);
        sign(&shelf, &old.digest);
        attest(&shelf, &old.children[0], "https://cyclonedx.org/bom");
        let before = shelf.tags();
        let proxy = Proxy::freezing(server.port, steps, |asked| asked.method == "DELETE");
        let watched = shelf.behind(proxy.port);
        let killed = proxy.kill_when_frozen(start(&["prune", "--repository", &watched, "--now", NOW]));
        left(&shelf);
        // What is left of the image counts as several, in a registry that has one more.
        prune(&shelf, &["--yes"]).ok();
        let expected: BTreeMap<_, _> = before
            .into_iter()
            .filter(|(tag, _)| tag.starts_with('v') || tag == "latest" || *tag == signature)
            .collect();
        assert_eq!(shelf.tags(), expected);
        left(&shelf);
        if !killed {
            break;
        }
        steps += 1;
    }
    assert_eq!(steps, 1 + 2 + 2, "an index, its parts, and what speaks of them");
}

#[test]
fn a_registry_that_deletes_nothing_says_so() {
    let server = Server::start();
    published(&server, "old", "--branch main --sha aaaaaaa", 100);
    let body = r#"{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}"#;
    let proxy = Proxy::start(server.port, move |asked| {
        if asked.method == "DELETE" { Fault::Answer(405, Vec::new(), body.to_owned()) } else { Fault::None }
    });
    run(&["prune", "--repository", &proxy.repository(), "--now", NOW, "--yes"])
        .fails_with(&["deletes nothing", "storage.delete.enabled"]);
}
