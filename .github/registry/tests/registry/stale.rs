//! Lists of tags that are older than the tags, and lists that come in pages.

use serde_json::json;

use crate::support::program::run_with;
use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Kind, Recipe, Server, assert_tags, publish, run};

/// A registry whose list has always these tags, whatever it has.
fn listing(server: &Server, tags: &'static [&'static str]) -> Proxy {
    Proxy::start(server.port, move |asked| {
        let list = json!({ "name": "kyklos/kyklos", "tags": tags }).to_string();
        if is_list(asked) { Fault::Answer(200, Vec::new(), list) } else { Fault::None }
    })
}

fn is_list(asked: &Asked<'_>) -> bool {
    asked.path.ends_with("/tags/list")
}

#[test]
fn a_release_counts_though_no_list_has_it() {
    let (server, image) = (Server::start(), Recipe::new("stale").build());
    let proxy = listing(&server, &[]);
    let answer = run(&["-o", "json", "verify", &format!("{}:v0.1.0", proxy.repository()), "--unsigned"]);
    assert!(!answer.right, "there is nothing yet: {answer:#?}");
    let said = run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).ok().stdout;
    assert_tags(&server, &[(&image.digest, &["v0.1.0", "v0.1", "v0", "latest"])]);
    assert!(said.contains("latest") && said.matches("is v0.1.0").count() == 3, "{said}");
    run(&["verify", &format!("{}:v0.1.0", proxy.repository()), "--unsigned"]).ok();

    // And where a tag is astray, the list hides it from nobody.
    let other = Recipe::new("other").build();
    run(&publish(&other, &server.repository(), "--pull-request 1")).ok();
    let index = std::fs::read(other.path(&other.digest)).unwrap();
    server.put("latest", "application/vnd.oci.image.index.v1+json", &index);
    run(&["verify", &format!("{}:v0.1.0", proxy.repository()), "--unsigned"]).fails_with(&[
        "equal tags",
        "`latest` is",
        &other.digest,
        "as `v0.1.0` has it",
    ]);
    run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).ok();
    assert_eq!(server.tags()["latest"], image.digest);
}

#[test]
fn nothing_moves_back_for_a_list_without_the_newest_release() {
    let server = Server::start();
    let [first, second, hotfix] = ["--tag v0.1.0", "--tag v0.2.0", "--tag v0.1.1"].map(|event| {
        let image = Recipe::new(event).of(event).build();
        (event, image)
    });
    run(&publish(&first.1, &server.repository(), first.0)).ok();
    run(&publish(&second.1, &server.repository(), second.0)).ok();
    let proxy = listing(&server, &["v0.1.0", "v0.1", "v0", "latest"]);
    let said = run(&publish(&hotfix.1, &proxy.repository(), hotfix.0)).ok().stdout;
    let tags: &[(&str, &[&str])] = &[
        (&first.1.digest, &["v0.1.0"]),
        (&second.1.digest, &["v0.2.0", "v0.2", "v0", "latest"]),
        (&hotfix.1.digest, &["v0.1.1", "v0.1"]),
    ];
    assert_tags(&server, tags);
    assert!(said.contains("is v0.2.0") && said.contains("is v0.1.1"), "{said}");
}

/// By this a hotfix isn't GitHub's "Latest".
#[test]
fn what_a_rolling_tag_points_to_counts_though_no_list_has_it() {
    let server = Server::start();
    for event in ["--tag v0.2.0", "--tag v0.1.1"] {
        run(&publish(&Recipe::new(event).of(event).build(), &server.repository(), event)).ok();
    }
    let proxy = listing(&server, &["v0.1.1", "latest"]);
    let answer = run(&["-o", "json", "tags", "--tag", "v0.1.1", "--repository", &proxy.repository()]).ok().json();
    let given: Vec<_> = answer["tags"].as_array().unwrap().iter().filter(|tag| tag["given"] == true).collect();
    assert_eq!(given.iter().map(|tag| &tag["tag"]).collect::<Vec<_>>(), ["v0.1.1", "v0.1"], "{answer:#}");
}

#[test]
fn a_release_that_is_listed_and_gone_is_none() {
    let (server, image) = (Server::start(), Recipe::new("gone").build());
    let proxy = listing(&server, &["v0.1.0", "v0.3.0"]);
    run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).ok();
    assert_tags(&server, &[(&image.digest, &["v0.1.0", "v0.1", "v0", "latest"])]);
    // Nor has it a size: a release doesn't fail for a pre-release that the cleanup has just taken.
    let shown = run(&["-o", "json", "sizes", "--repository", &proxy.repository()]).ok().json();
    let versions: Vec<_> = shown.as_array().unwrap().iter().map(|row| &row["version"]).collect();
    assert_eq!(versions, ["v0.1.0"]);
}

/// Tags that a list has before every version, so that the versions are on later pages.
fn crowded(server: &Server, number: usize) {
    let image = Recipe::new("pages").of("--tag v0.9.0").build();
    run(&publish(&image, &server.repository(), "--tag v0.9.0")).ok();
    let index = image.index();
    for number in 0..number {
        server.put(&format!("a{number:03}"), "application/vnd.oci.image.index.v1+json", &index);
    }
}

#[test]
fn tags_on_later_pages_count_as_well() {
    let server = Server::of(Kind::Distribution);
    crowded(&server, 220);
    // Seen, so that this test can't pass where there are no pages.
    let proxy = Proxy::start(server.port, |_| Fault::None);
    let answer = run(&["tags", "--tag", "v0.1.0", "--repository", &proxy.repository()]).ok();
    assert!(answer.stdout.contains("v0.9.0 is the highest stable release of all"), "{}", answer.stdout);
    let lists = proxy.log().iter().filter(|(_, line)| line.ends_with("/tags/list")).count();
    assert_eq!(lists, 3, "224 tags come in three pages");
}

#[test]
fn pages_that_lag_behind_each_other_lose_nothing_that_is_known() {
    // The first page is old, and the second one is missing what was just released.
    let server = Server::start();
    let proxy = Proxy::start(server.port, |asked| {
        if !is_list(asked) {
            return Fault::None;
        }
        let later = asked.query.contains("last=");
        let tags = if later { json!(["v0.1.0"]) } else { json!(["latest", "main-aaaaaaa"]) };
        let next = vec![("link", format!("<{}?last=main-aaaaaaa&n=100>; rel=\"next\"", asked.path))];
        Fault::Answer(200, if later { Vec::new() } else { next }, json!({ "name": "x", "tags": tags }).to_string())
    });
    for event in ["--tag v0.1.0", "--tag v0.2.0"] {
        run(&publish(&Recipe::new(event).of(event).build(), &proxy.repository(), event)).ok();
    }
    let (low, high) = (server.digest("v0.1.0").unwrap(), server.digest("v0.2.0").unwrap());
    assert_tags(&server, &[(&low, &["v0.1.0", "v0.1"]), (&high, &["v0.2.0", "v0.2", "v0", "latest"])]);
}

#[test]
fn a_next_page_elsewhere_gets_no_login() {
    let (server, other) = (Server::start(), Server::start());
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let log = std::sync::Arc::clone(&seen);
    let elsewhere = Proxy::start(other.port, move |asked| {
        log.lock().unwrap().push_str(asked.authorization);
        Fault::Answer(200, Vec::new(), json!({ "tags": ["v0.9.0"] }).to_string())
    });
    let to = format!("http://127.0.0.1:{}/v2/x/tags/list", elsewhere.port);
    let proxy = Proxy::start(server.port, move |asked| {
        if asked.authorization.is_empty() {
            return Fault::Answer(401, vec![("www-authenticate", "Basic realm=\"x\"".to_owned())], String::new());
        }
        Fault::Answer(200, vec![("link", format!("<{to}>; rel=\"next\""))], json!({ "tags": [] }).to_string())
    });
    let host = format!("127.0.0.1:{}", proxy.port);
    let folder = crate::support::program::logins(&[(&host, "kyklos", "secret")]);
    let login = [("DOCKER_CONFIG", folder.path().to_str().unwrap())];
    let answer = run_with(&["tags", "--tag", "v0.1.0", "--repository", &proxy.repository()], &login).ok();
    assert!(answer.stdout.contains("v0.9.0 is the highest"), "{}", answer.stdout);
    assert_eq!(*seen.lock().unwrap(), "", "the login is for the registry alone");
}
