//! GitHub's packages API, which can't run here: answers in the shapes of its public documentation, served over HTTP; and
//! a real registry beside it for what GitHub's own registry would say.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::attached::{refer, sign};
use crate::support::program::{Run, run_with};
use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Recipe, Server, publish, run};

const NOW: &str = "2026-11-25T03:00:00Z";
const VERSIONS: &str = "/orgs/kyklos/packages/container/kyklos/versions";

/// A version as "List package versions for a package owned by an organization" answers it.
fn version(id: u64, digest: &str, tags: &[&str], updated: &str) -> Value {
    json!({
        "id": id,
        "name": digest,
        "url": format!("https://api.github.com{VERSIONS}/{id}"),
        "package_html_url": "https://github.com/orgs/kyklos/packages/container/package/kyklos",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": updated,
        "html_url": format!("https://github.com/orgs/kyklos/packages/container/kyklos/{id}"),
        "metadata": {"package_type": "container", "container": {"tags": tags}}
    })
}

/// GitHub: pages of versions, and a list of what was asked.
struct GitHub {
    proxy: Proxy,
    deleted: Arc<Mutex<Vec<String>>>,
}

impl GitHub {
    fn start(pages: Vec<Value>, prefix: &'static str) -> Self {
        let deleted = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&deleted);
        // Nothing is passed on: there is no server behind it.
        let proxy = Proxy::start(1, move |asked| answer(asked, &pages, prefix, &log));
        Self { proxy, deleted }
    }

    fn prune(&self, server: &Server, more: &[&str]) -> Run {
        let api = format!("http://127.0.0.1:{}", self.proxy.port);
        let arguments =
            ["prune", "--by", "github", "--repository", &server.repository(), "--github-api", &api, "--now", NOW];
        run_with(&[arguments.as_slice(), more].concat(), &[("GITHUB_TOKEN", "secret")])
    }

    fn deleted(&self) -> Vec<String> {
        self.deleted.lock().unwrap().clone()
    }
}

fn answer(asked: &Asked<'_>, pages: &[Value], prefix: &str, log: &Mutex<Vec<String>>) -> Fault {
    if asked.authorization != "Bearer secret" {
        return Fault::Answer(401, Vec::new(), r#"{"message":"Bad credentials"}"#.to_owned());
    }
    let Some(rest) = asked.path.strip_prefix(prefix) else {
        return Fault::Answer(404, Vec::new(), r#"{"message":"Package not found."}"#.to_owned());
    };
    if asked.method == "DELETE" {
        log.lock().unwrap().push(rest.trim_start_matches('/').to_owned());
        return Fault::Answer(204, Vec::new(), String::new());
    }
    if let Some(id) = rest.strip_prefix('/') {
        let mut versions = pages.iter().flat_map(|page| page.as_array().unwrap());
        return match versions.find(|version| version["id"].as_u64() == id.parse().ok()) {
            Some(version) => Fault::Answer(200, Vec::new(), version.to_string()),
            None => Fault::Answer(404, Vec::new(), r#"{"message":"Not Found"}"#.to_owned()),
        };
    }
    let page: usize =
        asked.query.split('&').find_map(|part| part.strip_prefix("page=")).map_or(1, |page| page.parse().unwrap());
    let next = format!("<http://{}{prefix}?per_page=100&state=active&page={}>; rel=\"next\"", asked.host, page + 1);
    let links = if page < pages.len() { vec![("link", next)] } else { Vec::new() };
    Fault::Answer(200, links, pages[page - 1].to_string())
}

#[test]
fn it_deletes_by_id_what_the_plan_says() {
    let server = Server::start();
    let [stable, lost, young] = ["stable", "lost", "young"].map(|seed| Recipe::new(seed).build());
    let old = Recipe::new("old").of("--branch main --sha aaaaaaa").build();
    run(&publish(&stable, &server.repository(), "--tag v0.1.0")).ok();
    run(&publish(&old, &server.repository(), "--branch main --sha aaaaaaa")).ok();
    // Two pushes to a pull request: GitHub still lists what lost its tag.
    run(&publish(&lost, &server.repository(), "--pull-request 1")).ok();
    run(&publish(&young, &server.repository(), "--pull-request 1")).ok();
    let signature = sign(&server, &stable.digest);
    let referrers = refer(&server, &stable.digest, &["https://slsa.dev/provenance/v1"]);
    let bundle = server.json(&referrers)["manifests"][0]["digest"].as_str().unwrap().to_owned();
    let long_ago = "2026-02-01T00:00:00Z";
    let pages = vec![
        json!([
            version(1, &stable.digest, &["v0.1.0", "v0.1", "v0", "latest"], long_ago),
            version(2, &stable.children[0], &[], long_ago),
            version(3, &stable.children[1], &[], long_ago),
            version(4, &old.digest, &["main-aaaaaaa"], long_ago),
            version(5, &old.children[0], &[], long_ago),
            version(6, &old.children[1], &[], long_ago),
        ]),
        json!([
            version(7, &lost.digest, &[], "2026-11-10T00:00:00Z"),
            version(8, &lost.children[0], &[], long_ago),
            version(9, &lost.children[1], &[], long_ago),
            version(10, &young.digest, &["pr-1"], long_ago),
            version(11, &young.children[0], &[], long_ago),
            version(12, &young.children[1], &[], long_ago),
        ]),
        json!([
            version(13, server.tags()[&signature].as_str(), &[&signature], long_ago),
            version(14, server.tags()[&referrers].as_str(), &[&referrers], long_ago),
            version(15, &bundle, &[], long_ago),
        ]),
    ];
    let github = GitHub::start(pages, VERSIONS);
    github.prune(&server, &["--dry-run"]).ok();
    assert!(github.deleted().is_empty());
    let answer = github.prune(&server, &[]).ok();
    let mut deleted = github.deleted();
    assert_eq!([&deleted[0], &deleted[3]], ["4", "7"], "the oldest first, an index before its parts");
    deleted.sort_by_key(|id| id.parse::<u64>().unwrap());
    assert_eq!(deleted, ["4", "5", "6", "7", "8", "9"], "{}", answer.stdout);
    assert!(answer.stdout.contains("it has no tag, 15 days old, and kept 14"), "{}", answer.stdout);
}

/// Two thirds of all there is, at each pull request that closes.
#[test]
fn the_manifests_of_platforms_are_not_read_once_their_index_has_told_of_them() {
    let server = Server::start();
    let image = Recipe::new("read").of("--branch main --sha aaaaaaa").build();
    run(&publish(&image, &server.repository(), "--branch main --sha aaaaaaa")).ok();
    let long_ago = "2026-02-01T00:00:00Z";
    // As GitHub lists them, the newest first: the index was pushed last. And one that no index tells of any more.
    let lost = Recipe::new("lost").build();
    run(&publish(&lost, &server.repository(), "--pull-request 1")).ok();
    let github = GitHub::start(
        vec![json!([
            version(5, &lost.children[0], &[], long_ago),
            version(4, &image.children[1], &[], long_ago),
            version(3, &image.children[0], &[], long_ago),
            version(2, &image.digest, &["main-aaaaaaa"], long_ago),
        ])],
        VERSIONS,
    );
    let proxy = Proxy::start(server.port, |_| Fault::None);
    let api = format!("http://127.0.0.1:{}", github.proxy.port);
    let arguments = ["--dry-run", "prune", "--by", "github", "--repository", &proxy.repository(), "--github-api", &api];
    let answer = run_with(&[&arguments[..], &["--now", NOW]].concat(), &[("GITHUB_TOKEN", "secret")]).ok();
    let read = |digest: &str| proxy.log().iter().filter(|(_, line)| line.ends_with(digest)).count();
    assert_eq!([read(&image.digest), read(&image.children[0]), read(&image.children[1])], [1, 0, 0]);
    assert_eq!(read(&lost.children[0]), 1);
    assert!(answer.stdout.contains("4 digests, 4 would go") && answer.stdout.contains("part of `main-aaaaaaa`"));
}

#[test]
fn what_has_lost_its_tag_is_kept_two_weeks() {
    let server = Server::start();
    let image = Recipe::new("lost").build();
    run(&publish(&image, &server.repository(), "--pull-request 1")).ok();
    let old = "2026-01-01T00:00:00Z";
    let versions = json!([
        version(1, &image.digest, &[], "2026-11-12T00:00:00Z"),
        version(2, &image.children[0], &[], old),
        version(3, &image.children[1], &[], old),
    ]);
    let github = GitHub::start(vec![versions], VERSIONS);
    let answer = github.prune(&server, &[]).ok();
    assert!(github.deleted().is_empty(), "{}", answer.stdout);
    assert!(answer.stdout.contains("it has no tag, 13 days old, and kept 14"), "{}", answer.stdout);
}

#[test]
fn a_user_owns_packages_as_well() {
    let server = Server::start();
    let image = Recipe::new("user").build();
    run(&publish(&image, &server.repository(), "--pull-request 456")).ok();
    let digests = [&image.digest, &image.children[0], &image.children[1]];
    let versions: Vec<_> = digests
        .into_iter()
        .zip(1..)
        .map(|(digest, id)| version(id, digest, if id == 1 { &["pr-456"] } else { &[] }, NOW))
        .collect();
    let github = GitHub::start(vec![json!(versions)], "/users/kyklos/packages/container/kyklos/versions");
    github.prune(&server, &["--closed-pr", "456", "--yes"]).ok();
    let deleted = github.deleted();
    assert_eq!(deleted[0], "1", "an index before its parts");
    assert_eq!(BTreeSet::from_iter(deleted), ["1", "2", "3"].map(str::to_owned).into());
}

#[test]
fn what_github_and_its_registry_disagree_on_ends_the_run() {
    let server = Server::start();
    let missing = format!("sha256:{}", "a".repeat(64));
    let github =
        GitHub::start(vec![json!([version(1, &missing, &["main-aaaaaaa"], "2026-01-02T00:00:00Z")])], VERSIONS);
    github.prune(&server, &[]).fails_with(&["GitHub lists", &missing, "nothing was deleted"]);
    assert!(github.deleted().is_empty());
}

#[test]
fn what_github_refuses_is_said_in_plain_words() {
    let server = Server::start();
    let github = GitHub::start(vec![json!([])], "/nothing");
    github.prune(&server, &[]).fails_with(&["GitHub knows no package", "kyklos/kyklos"]);

    let arguments = ["prune", "--by", "github", "--repository", &server.repository()];
    run(&arguments).fails_with(&["GITHUB_TOKEN"]);
    let api = format!("http://127.0.0.1:{}", github.proxy.port);
    let arguments = [arguments.as_slice(), &["--github-api", &api]].concat();
    run_with(&arguments, &[("GITHUB_TOKEN", "wrong")]).fails_with(&["401", "Bad credentials", "delete:packages"]);
}

#[test]
fn what_is_no_answer_of_github_is_told_as_what_it_is() {
    let server = Server::start();
    let page = || vec![("content-type", "text/html; charset=utf-8".to_owned())];
    let proxy = Proxy::start(1, move |asked| {
        if asked.path == "/login" {
            return Fault::Answer(200, page(), "<!doctype html>".to_owned());
        }
        Fault::Answer(302, vec![("location", format!("http://{}/login", asked.host))], String::new())
    });
    let api = format!("http://127.0.0.1:{}", proxy.port);
    let arguments = ["prune", "--by", "github", "--repository", &server.repository(), "--github-api", &api];
    run_with(&arguments, &[("GITHUB_TOKEN", "secret")]).fails_with(&[
        "reading http://127.0.0.1",
        "it answers 200 with a web page after a redirect to",
        "/login",
    ]);
    let proxy = Proxy::start(1, |_| Fault::Answer(200, Vec::new(), r#"{"message":"no list"}"#.to_owned()));
    let api = format!("http://127.0.0.1:{}", proxy.port);
    let arguments = ["prune", "--by", "github", "--repository", &server.repository(), "--github-api", &api];
    run_with(&arguments, &[("GITHUB_TOKEN", "secret")]).fails_with(&["this isn't what was asked for"]);
}

#[test]
fn used_up_requests_are_waited_for() {
    let reset = jiff::Timestamp::now().as_second() + 1;
    let of_the_hour = vec![("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", reset.to_string())];
    let of_a_while = vec![("x-ratelimit-remaining", "900".to_owned()), ("retry-after", "1".to_owned())];
    waited_for(of_the_hour, "API rate limit exceeded");
    waited_for(of_a_while, "You have exceeded a secondary rate limit");
}

fn waited_for(headers: Vec<(&'static str, String)>, message: &str) {
    let server = Server::start();
    let body = json!({ "message": message }).to_string();
    let refused = std::sync::atomic::AtomicBool::new(false);
    let proxy = Proxy::start(1, move |_| {
        if refused.swap(true, std::sync::atomic::Ordering::SeqCst) {
            return Fault::Answer(200, Vec::new(), "[]".to_owned());
        }
        Fault::Answer(403, headers.clone(), body.clone())
    });
    let api = format!("http://127.0.0.1:{}", proxy.port);
    let arguments = ["prune", "--by", "github", "--repository", &server.repository(), "--github-api", &api];
    let answer = run_with(&arguments, &[("GITHUB_TOKEN", "secret")]).ok();
    assert!(answer.stderr.contains(&format!("403: {message}; trying again")), "{}", answer.stderr);
    assert_eq!(proxy.count(), 3, "the one that was refused, and the list twice");
}
