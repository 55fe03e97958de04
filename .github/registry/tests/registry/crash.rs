//! Jobs that are killed, and jobs beside each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::program::{end, start};
use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Built, Recipe, Server, Shelf, assert_tags, publish, run};

/// Kills a release at its n-th write, for each n, with an earlier release there; then runs it again.
///
/// The write is not passed on, so at the n-th the registry has what the ones before it wrote, and reads change nothing:
/// each state that a crash can leave is there once.
#[test]
fn a_release_killed_at_any_step_is_finished_by_the_next_run() {
    let [old, new] = ["--tag v0.1.0", "--tag v0.2.0"].map(|event| Recipe::new(event).of(event).build());
    let server = Server::start();
    let mut steps = 0;
    loop {
        let shelf = server.shelf(&format!("crash/{steps}"));
        let direct = shelf.repository();
        run(&publish(&old, &direct, "--tag v0.1.0")).ok();
        let before = shelf.tags();
        let is_write = |asked: &Asked<'_>| !matches!(asked.method.as_str(), "GET" | "HEAD");
        let proxy = Proxy::freezing(server.port, steps, is_write);
        let watched = shelf.behind(proxy.port);
        let killed = proxy.kill_when_frozen(start(&publish(&new, &watched, "--tag v0.2.0")));
        if !killed {
            break;
        }
        assert_nothing_is_broken(&shelf, &before, &old, &new);
        run(&publish(&new, &direct, "--tag v0.2.0")).ok();
        assert_tags(&shelf, &[(&old.digest, &["v0.1.0", "v0.1"]), (&new.digest, &["v0.2.0", "v0.2", "v0", "latest"])]);
        assert!(shelf.is_whole("latest"));
        steps += 1;
    }
    // Two writes for each of the four blobs that the old release doesn't have; two manifests, the index, four tags.
    assert_eq!(steps, 4 * 2 + 2 + 1 + 4, "is this still a whole release?");
}

/// What others see between the crash and the next run: each tag is the old or the new image, and whole.
fn assert_nothing_is_broken(shelf: &Shelf, before: &BTreeMap<String, String>, old: &Built, new: &Built) {
    let now = shelf.tags();
    for (tag, digest) in before {
        let found = &now[tag];
        let may_move = ["v0", "latest"].contains(&tag.as_str()) && *found == new.digest;
        assert!(found == digest || may_move, "{tag} is {found}, neither {} nor {}", old.digest, new.digest);
    }
    for digest in now.values().collect::<BTreeSet<_>>() {
        assert!(shelf.is_whole(digest), "{digest} has a tag, and not all of it is there");
    }
    if now.get("v0").or(now.get("latest")) == Some(&new.digest) {
        assert!(now.contains_key("v0.2.0"), "a rolling tag has moved before its release was there");
    }
}

#[test]
fn releases_beside_each_other_end_where_the_contract_says() {
    let server = Server::start();
    let names = ["0.1.0", "0.1.1", "0.2.0", "0.2.0-rc.1"];
    let images = names.map(|name| Recipe::new(name).of(&format!("--tag v{name}")).build());
    let to = server.repository();
    for _ in 0..3 {
        let events = names.map(|name| format!("--tag v{name}"));
        let jobs: Vec<_> =
            images.iter().zip(&events).map(|(image, event)| start(&publish(image, &to, event))).collect();
        for job in jobs {
            end(job).ok();
        }
        let [first, second, third, candidate] = images.each_ref().map(|image| image.digest.as_str());
        assert_tags(
            &server,
            &[
                (first, &["v0.1.0"]),
                (second, &["v0.1.1", "v0.1"]),
                (third, &["v0.2.0", "v0.2", "v0", "latest"]),
                (candidate, &["v0.2.0-rc.1"]),
            ],
        );
    }
}

/// The worst case, made on purpose: a job is held just before it moves `latest`, a higher release comes and goes, and the
/// first then writes what it decided before.
#[test]
fn a_late_write_is_put_right_by_its_writer() {
    let server = Server::start();
    let [low, high] = ["--tag v0.1.0", "--tag v0.2.0"].map(|event| Recipe::new(event).of(event).build());
    let (held, released) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let proxy = {
        let (held, released) = (Arc::clone(&held), Arc::clone(&released));
        Proxy::start(server.port, move |asked| {
            if asked.method == "PUT" && asked.path.ends_with("/manifests/latest") && !held.swap(true, Ordering::SeqCst)
            {
                while !released.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
            Fault::None
        })
    };
    let repository = proxy.repository();
    let late = start(&publish(&low, &repository, "--tag v0.1.0"));
    while !held.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
    run(&publish(&high, &server.repository(), "--tag v0.2.0")).ok();
    assert_eq!(server.tags()["latest"], high.digest);
    released.store(true, Ordering::SeqCst);
    end(late).ok();
    let writes =
        proxy.log().iter().filter(|(_, line)| line.ends_with("PUT /v2/kyklos/kyklos/manifests/latest")).count();
    assert_eq!(writes, 2, "the late write, and the one that puts it right");
    assert_tags(&server, &[(&low.digest, &["v0.1.0", "v0.1"]), (&high.digest, &["v0.2.0", "v0.2", "v0", "latest"])]);
}
