//! `delete`: one image, before its time, with the same care as the cleanup.

use crate::support::attached::{complete, sign};
use crate::support::image::INDEX;
use crate::support::proxy::Proxy;
use crate::support::{Built, Kind, Recipe, Server, publish, run};

fn published(server: &Server, seed: &str, event: &str) -> Built {
    let image = Recipe::new(seed).of(event).build();
    run(&publish(&image, &server.repository(), event)).ok();
    image
}

#[test]
fn it_goes_with_all_that_only_it_needs() {
    for kind in [Kind::Debian, Kind::Distribution] {
        let server = Server::of(kind);
        let stable = published(&server, "stable", "--tag v0.1.0");
        let bad = published(&server, "bad", "--tag v0.2.0-rc.1");
        complete(&server, &bad);
        let kept = complete(&server, &stable);
        let reference = format!("{}:v0.2.0-rc.1", server.repository());
        let dry = run(&["--dry-run", "delete", &reference]).ok();
        assert!(dry.stdout.contains("would go") && dry.stdout.contains("it was asked for"), "{}", dry.stdout);
        assert!(server.digest("v0.2.0-rc.1").is_some());
        run(&["delete", &reference]).ok();
        let mut tags = [["latest", "v0", "v0.1", "v0.1.0"].map(str::to_owned).to_vec(), kept].concat();
        tags.sort();
        assert_eq!(server.tags().into_keys().collect::<Vec<_>>(), tags, "{kind:?}");
        assert!(bad.children.iter().all(|child| server.digest(child).is_none()), "{kind:?}");
        assert!(server.is_whole("v0.1.0"));
        run(&["delete", &reference]).fails_with(&["there is no", "v0.2.0-rc.1"]);
    }
}

#[test]
fn what_is_promised_is_not_deleted() {
    let server = Server::start();
    let stable = published(&server, "stable", "--tag v0.1.0");
    let to = server.repository();
    let before = server.tags();
    for (reference, because) in [
        (format!("{to}:v0.1.0"), "is a rolling tag, and kept for ever"),
        (format!("{to}:latest"), "kept for ever"),
        (format!("{to}@{}", stable.digest), "kept for ever"),
        // A part of what is kept.
        (format!("{to}@{}", stable.children[0]), "part of `latest`"),
        (format!("{to}:{}", sign(&server, &stable.digest)), "signature of `latest`"),
    ] {
        run(&["delete", &reference]).fails_with(&["isn't deleted", because]);
    }
    assert_eq!(server.tags().len(), before.len() + 1);
    assert!(server.is_whole("v0.1.0"));
    let none = format!("{to}@sha256:{}", "0".repeat(64));
    run(&["delete", &none]).fails_with(&["there is no"]);
    run(&["delete", &to]).fails_with(&["say which image"]);
    run(&["delete", &format!("{to}:v0.1.0@sha256:{}", "0".repeat(64))])
        .fails_with(&[&stable.digest, "nothing was deleted"]);
}

#[test]
fn what_gets_another_tag_in_the_meantime_stays_and_says_so() {
    let server = Server::start();
    let image = published(&server, "raced", "--branch main --sha aaaaaaa");
    published(&server, "other", "--branch main --sha bbbbbbb");
    let (index, shelf) = (image.index(), server.shelf(crate::support::server::NAME));
    // The plan is made: now a release comes.
    let proxy = Proxy::racing(server.port, 1, move || shelf.put("v0.1.0", INDEX, &index));
    run(&["delete", &format!("{}:main-aaaaaaa", proxy.repository())])
        .fails_with(&["isn't deleted: it has got a new tag meanwhile"]);
    assert!(server.is_whole("v0.1.0"));
}

#[test]
fn a_tag_that_shares_its_digest_needs_the_digest() {
    let server = Server::start();
    let image = published(&server, "shared", "--branch main --sha aaaaaaa");
    run(&publish(&image, &server.repository(), "--pull-request 456")).ok();
    let to = server.repository();
    run(&["delete", &format!("{to}:pr-456")]).fails_with(&["it has the tag `main-aaaaaaa`, too", "ask for the digest"]);
    assert_eq!(server.tags().len(), 2);
    run(&["delete", &format!("{to}@{}", image.digest)]).ok();
    assert!(server.tags().is_empty());
}
