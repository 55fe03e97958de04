//! What a cleanup takes away while an image is published.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::proxy::{Fault, Proxy};
use crate::support::{Built, Recipe, Server, Shelf, publish, run};

const EVENT: &str = "--tag v0.1.0";
const TAGS: [&str; 4] = ["latest", "v0", "v0.1", "v0.1.0"];

/// An image that is there as a push to main, so that its release finds every part.
fn pushed(shelf: &Shelf) -> Built {
    let image = Recipe::new("release").of(EVENT).build();
    run(&publish(&image, &shelf.repository(), "--branch main --sha 0123456")).ok();
    image
}

/// The paths of what a release needs: its index, the manifest of a platform, a layer.
fn parts(shelf: &Shelf, image: &Built) -> [String; 3] {
    let layer = shelf.json(&image.children[1])["layers"][1]["digest"].as_str().unwrap().to_owned();
    [format!("manifests/{}", image.digest), format!("manifests/{}", image.children[0]), format!("blobs/{layer}")]
}

/// Deletes each part as soon as it was seen to be there, and before each write: in between nothing changes.
#[test]
fn a_part_that_is_deleted_at_any_step_is_pushed_again() {
    let server = Server::start();
    let shelf = server.shelf("undisturbed/image");
    let image = pushed(&shelf);
    let proxy = Proxy::start(server.port, |_| Fault::None);
    run(&publish(&image, &shelf.behind(proxy.port), EVENT)).ok();
    let log: Vec<_> = proxy.log().into_iter().map(|(_, line)| line).collect();
    let writes: Vec<_> = (0..log.len()).filter(|&step| log[step].starts_with("PUT ")).collect();
    assert_eq!(writes.len(), 4, "tags are all that is left to write: {log:#?}");
    for (number, part) in parts(&shelf, &image).iter().enumerate() {
        let seen = log.iter().position(|line| line.starts_with("HEAD ") && line.ends_with(part)).unwrap() + 1;
        for step in [seen].iter().chain(&writes).copied() {
            let shelf = server.shelf(&format!("deleted/{number}-{step}"));
            pushed(&shelf);
            let (cleanup, taken) = (server.shelf(&format!("deleted/{number}-{step}")), part.clone());
            let proxy = Proxy::start(server.port, move |asked| {
                if asked.index == step {
                    cleanup.delete(&taken);
                }
                Fault::None
            });
            let answer = run(&publish(&image, &shelf.behind(proxy.port), EVENT)).ok();
            let tags = shelf.tags();
            assert!(TAGS.iter().all(|tag| tags.get(*tag) == Some(&image.digest)), "{part} at {step}: {tags:#?}");
            assert!(shelf.is_whole("v0.1.0"), "{part} at {step}");
            // The index comes back by itself with each tag that is still to be given.
            let alone = number == 0 && step <= writes[0];
            assert!(alone || answer.stderr.contains("so it is published again"), "{part} at {step}: {answer:#?}");
        }
    }
}

#[test]
fn what_is_deleted_again_and_again_ends_the_run() {
    let server = Server::start();
    let image = pushed(&server);
    let [_, child, _] = parts(&server, &image);
    let cleanup = server.shelf(crate::support::server::NAME);
    let began = AtomicBool::new(false);
    let proxy = Proxy::start(server.port, move |asked| {
        if asked.method == "PUT" && began.fetch_or(asked.path.ends_with("v0.1.0"), Ordering::SeqCst) {
            cleanup.delete(&child);
        }
        Fault::None
    });
    let words = ["published 5 times", "something is gone each time", "once nothing deletes from there"];
    run(&publish(&image, &proxy.repository(), EVENT)).fails_with(&words);
}

#[test]
fn without_tags_it_is_there_by_its_digest_alone() {
    let server = Server::start();
    let image = Recipe::new("withheld").of(EVENT).build();
    let to = server.repository();
    let withheld = [publish(&image, &to, EVENT).as_slice(), &["--without-tags"]].concat();
    let dry = run(&[&["--dry-run"], withheld.as_slice()].concat()).ok();
    assert!(!dry.stdout.contains("latest"), "{}", dry.stdout);
    assert_eq!(server.digest(&image.digest), None);
    for _ in 0..2 {
        run(&withheld).ok();
        assert!(server.tags().is_empty() && server.is_whole(&image.digest));
    }
    // What it will be asked for is asked already: a tag that is taken, for one.
    let other = Recipe::new("other").of(EVENT).build();
    run(&publish(&other, &server.shelf("kyklos/other").repository(), EVENT)).ok();
    let taken = server.shelf("kyklos/other").repository();
    run(&[publish(&image, &taken, EVENT).as_slice(), &["--without-tags"]].concat()).fails_with(&["never changes"]);
    run(&publish(&image, &to, EVENT)).ok();
    assert_eq!(server.tags().into_keys().collect::<Vec<_>>(), TAGS);
}
