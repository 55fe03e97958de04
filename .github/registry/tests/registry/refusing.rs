//! GitHub's packages API where it refuses, where it says strange things, and where another cleanup is faster: a small one in
//! the shapes of its documentation, which keeps what it has, and a real registry beside it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::program::{Run, run_with, start_with};
use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Built, Recipe, Server, publish, run};

const NOW: &str = "2026-11-25T03:00:00Z";
const VERSIONS: &str = "/orgs/kyklos/packages/container/kyklos/versions";
const DOWNLOADS: &str = "Publicly visible package versions with more than 5000 downloads cannot be deleted. Contact GitHub support for further assistance.";
const LAST: &str = "You cannot delete the last tagged version of a package. You must delete the package instead.";

/// What GitHub has: versions by their id.
#[derive(Default)]
struct State {
    versions: BTreeMap<u64, Value>,
    /// What it answers to the deletion of this one instead.
    refusals: BTreeMap<u64, (u16, &'static str)>,
    /// Which deletion is never answered.
    freeze_at: Option<usize>,
    deletions: Vec<u64>,
    /// What another cleanup deletes as soon as the second page is asked for, from the first.
    taken_between_pages: Vec<u64>,
    /// What else has to go where GitHub deletes: the registry.
    registry: Option<String>,
    page: usize,
}

struct GitHub {
    proxy: Proxy,
    state: Arc<Mutex<State>>,
}

impl GitHub {
    fn start(state: State) -> Self {
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let proxy = Proxy::start(1, move |asked| answer(asked, &mut shared.lock().unwrap()));
        Self { proxy, state }
    }

    fn arguments(&self, server: &Server) -> Vec<String> {
        let api = format!("http://127.0.0.1:{}", self.proxy.port);
        ["prune", "--by", "github", "--repository", &server.repository(), "--github-api", &api, "--now", NOW]
            .map(str::to_owned)
            .to_vec()
    }

    fn prune(&self, server: &Server, more: &[&str]) -> Run {
        let arguments = self.arguments(server);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        run_with(&arguments, &[("GITHUB_TOKEN", "secret")])
    }

    fn left(&self) -> Vec<u64> {
        self.state.lock().unwrap().versions.keys().copied().collect()
    }
}

fn answer(asked: &Asked<'_>, state: &mut State) -> Fault {
    let not_found = || Fault::Answer(404, Vec::new(), r#"{"message":"Package not found."}"#.to_owned());
    let Some(rest) = asked.path.strip_prefix(VERSIONS) else { return not_found() };
    let id: Option<u64> = rest.strip_prefix('/').map(|id| id.parse().unwrap());
    match (asked.method.as_str(), id) {
        ("DELETE", Some(id)) => {
            if state.freeze_at == Some(state.deletions.len()) {
                return Fault::Freeze;
            }
            state.deletions.push(id);
            if let Some((status, message)) = state.refusals.get(&id) {
                return Fault::Answer(*status, Vec::new(), json!({ "message": message }).to_string());
            }
            match state.versions.remove(&id) {
                Some(version) => {
                    delete_from_registry(state, &version);
                    Fault::Answer(204, Vec::new(), String::new())
                }
                None => not_found(),
            }
        }
        (_, Some(id)) => match state.versions.get(&id) {
            Some(version) => Fault::Answer(200, Vec::new(), version.to_string()),
            None => not_found(),
        },
        _ => list(asked, state),
    }
}

fn delete_from_registry(state: &State, version: &Value) {
    if let Some(registry) = &state.registry {
        let url = format!("http://{registry}/manifests/{}", version["name"].as_str().unwrap());
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        agent.delete(&url).call().unwrap();
    }
}

fn list(asked: &Asked<'_>, state: &mut State) -> Fault {
    let page: usize =
        asked.query.split('&').find_map(|part| part.strip_prefix("page=")).map_or(1, |page| page.parse().unwrap());
    if page == 2 {
        for id in std::mem::take(&mut state.taken_between_pages) {
            state.versions.remove(&id);
        }
    }
    let size = if state.page == 0 { 100 } else { state.page };
    let all: Vec<_> = state.versions.values().cloned().collect();
    let pages: Vec<_> = all.chunks(size).collect();
    let next = format!("<http://{}{VERSIONS}?per_page=100&state=active&page={}>; rel=\"next\"", asked.host, page + 1);
    let links = if page < pages.len() { vec![("link", next)] } else { Vec::new() };
    Fault::Answer(200, links, json!(pages.get(page - 1).copied().unwrap_or_default()).to_string())
}

/// Versions as GitHub lists them, of an index and its parts.
fn versions(state: &mut State, image: &Built, tags: &[&str], updated: &str) -> u64 {
    let first = state.versions.keys().next_back().copied().unwrap_or_default() + 1;
    for (number, digest) in std::iter::once(&image.digest).chain(&image.children).enumerate() {
        let id = first + number as u64;
        let tags = if number == 0 { tags } else { &[] };
        let version = json!({
            "id": id, "name": digest, "url": format!("https://api.github.com{VERSIONS}/{id}"),
            "created_at": "2026-01-01T00:00:00Z", "updated_at": updated,
            "metadata": {"package_type": "container", "container": {"tags": tags}}
        });
        state.versions.insert(id, version);
    }
    first
}

/// A stable release, and so many pushes of last winter, the first the oldest.
fn package(pushes: u32) -> (Server, State, Vec<u64>) {
    let (server, mut state) = (Server::start(), State::default());
    for number in 0..pushes + 2 {
        let event = format!("--tag v0.{number}.0");
        let image = Recipe::new(&event).of(&event).build();
        run(&publish(&image, &server.repository(), &event)).ok();
        versions(&mut state, &image, &[&event["--tag ".len()..]], NOW);
    }
    let mut ids = Vec::new();
    for number in 1..=pushes {
        let event = format!("--branch main --sha {number:07x}");
        let image = Recipe::new(&event).of(&event).build();
        run(&publish(&image, &server.repository(), &event)).ok();
        let updated = format!("2026-02-0{number}T00:00:00Z");
        ids.push(versions(&mut state, &image, &[&format!("main-{number:07x}")], &updated));
    }
    (server, state, ids)
}

#[test]
fn what_is_refused_gets_its_line_and_the_rest_goes_on() {
    let (server, mut state, ids) = package(4);
    let releases = ids[0] - 1;
    // The oldest image, a part of the next, and what GitHub denies and has all the same.
    state.refusals =
        [(ids[0], (400, DOWNLOADS)), (ids[1] + 1, (400, LAST)), (ids[2], (404, "Package not found."))].into();
    let github = GitHub::start(state);
    let answer = github.prune(&server, &[]).fails_with(&[
        "3 digests can't be deleted, as their lines say; all else was done",
        "GitHub answers 400: Publicly visible package versions",
        "only GitHub's support can delete it",
        "You cannot delete the last tagged version",
        "it can go as soon as something else has a tag",
        "GitHub answers 404: Package not found., and has it still",
        "the role \"Admin\"",
        "2 deleted",
    ]);
    assert_eq!(answer.stdout.lines().filter(|line| line.starts_with("REFUSED")).count(), 3, "{}", answer.stdout);
    // What is refused keeps its parts; all others are gone.
    let kept: Vec<_> = github.left().into_iter().filter(|id| *id > releases).collect();
    assert_eq!(kept, [ids[0], ids[0] + 1, ids[0] + 2, ids[1] + 1, ids[2], ids[2] + 1, ids[2] + 2]);
    assert_eq!(github.left().len() as u64 - kept.len() as u64, releases, "no release is touched");
    // The next run asks again, and comes to the same.
    github.prune(&server, &[]).fails_with(&["can't be deleted", "0 deleted"]);
}

#[test]
fn a_token_that_may_not_delete_ends_the_run_at_once() {
    let (server, mut state, ids) = package(2);
    state.refusals = [(ids[0], (403, "Resource not accessible by integration"))].into();
    let github = GitHub::start(state);
    let answer = github.prune(&server, &[]).fails_with(&["403: Resource not accessible", "packages: write"]);
    assert!(answer.stdout.contains("would go"), "the plan is shown: {answer:#?}");
    assert_eq!(github.state.lock().unwrap().deletions, [ids[0]]);
}

/// Killed at its n-th deletion, for each n; the next run finishes it.
#[test]
fn a_run_that_is_cut_short_is_finished_by_the_next() {
    for step in 0..6 {
        let (server, mut state, ids) = package(2);
        state.freeze_at = Some(step);
        state.registry = Some(format!("127.0.0.1:{}/v2/kyklos/kyklos", server.port));
        let github = GitHub::start(state);
        let arguments = github.arguments(&server);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut process = start_with(&arguments, &[("GITHUB_TOKEN", "secret")]);
        assert!(github.proxy.wait_for_freeze(std::time::Duration::from_secs(60)));
        process.kill().unwrap();
        process.wait().unwrap();
        github.state.lock().unwrap().freeze_at = None;
        github.prune(&server, &[]).ok();
        let left = github.left();
        assert_eq!(left, (1..ids[0]).collect::<Vec<_>>(), "cut short at {step}");
    }
}

#[test]
fn of_two_cleanups_at_once_each_finds_the_other_to_be_right() {
    let (server, mut state, ids) = package(3);
    state.registry = Some(format!("127.0.0.1:{}/v2/kyklos/kyklos", server.port));
    let github = GitHub::start(state);
    // The other has deleted an image after it was listed, before the registry is asked for it; with a tag.
    let taken = Arc::clone(&github.state);
    let once = std::sync::atomic::AtomicBool::new(false);
    let id = ids[0];
    let proxy = Proxy::start(server.port, move |asked| {
        if asked.path.contains("/manifests/sha256:") && !once.swap(true, std::sync::atomic::Ordering::SeqCst) {
            let mut state = taken.lock().unwrap();
            for id in id..id + 3 {
                let version = state.versions.remove(&id).unwrap();
                delete_from_registry(&state, &version);
            }
        }
        Fault::None
    });
    let behind = format!("127.0.0.1:{}/kyklos/kyklos", proxy.port);
    let api = format!("http://127.0.0.1:{}", github.proxy.port);
    let arguments = ["prune", "--by", "github", "--repository", &behind, "--github-api", &api, "--now", NOW];
    let answer = run_with(&arguments, &[("GITHUB_TOKEN", "secret")]).ok();
    assert_eq!(github.left(), (1..ids[0]).collect::<Vec<_>>(), "{}", answer.stdout);

    // And after the plan was made: its own deletion says that it is gone.
    let (server, state, ids) = package(3);
    let github = GitHub::start(state);
    let deleted = Arc::clone(&github.state);
    let proxy = Proxy::racing(server.port, 0, move || {
        deleted.lock().unwrap().versions.retain(|id, _| *id < ids[0] || *id >= ids[0] + 3);
    });
    let behind = format!("127.0.0.1:{}/kyklos/kyklos", proxy.port);
    let api = format!("http://127.0.0.1:{}", github.proxy.port);
    let arguments = ["prune", "--by", "github", "--repository", &behind, "--github-api", &api, "--now", NOW];
    let answer = run_with(&arguments, &[("GITHUB_TOKEN", "secret")]).ok();
    assert_eq!(answer.stdout.matches("gone already").count(), 3, "{}", answer.stdout);
    assert!(answer.stdout.contains("2 deleted"), "{}", answer.stdout);
}

/// The list moves up by what another deletes from its front, and the index of a release would be missed; its parts, which have
/// no tag and no date of today, would go.
#[test]
fn pages_that_move_up_hide_no_index_from_its_parts() {
    let (server, mut state) = (Server::start(), State { page: 4, ..State::default() });
    let events = ["--branch main --sha aaaaaaa", "--branch main --sha bbbbbbb", "--tag v0.1.0", "--tag v0.2.0"];
    let images = events.map(|event| {
        let image = Recipe::new(event).of(event).build();
        run(&publish(&image, &server.repository(), event)).ok();
        image
    });
    let old = "2026-02-01T00:00:00Z";
    let first = versions(&mut state, &images[0], &["main-aaaaaaa"], old);
    versions(&mut state, &images[1], &["main-bbbbbbb"], NOW);
    let release = versions(&mut state, &images[2], &["v0.1.0"], old);
    versions(&mut state, &images[3], &["v0.2.0", "v0.2", "v0", "latest"], old);
    // Ids 1 to 4 are on the first page; with three of them gone, the fifth to the seventh have moved onto it.
    state.taken_between_pages = (first..first + 3).collect();
    let github = GitHub::start(state);
    github.prune(&server, &["--yes"]).ok();
    let left = github.left();
    assert!((release..release + 6).all(|id| left.contains(&id)), "{left:?}");
}
