//! A registry that fails, by a proxy before a real one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Recipe, Server, assert_tags, publish, run};

/// A fault for the first `times` requests that this is true of.
fn first(times: usize, of: fn(&Asked<'_>) -> bool, fault: fn() -> Fault) -> impl Fn(&Asked<'_>) -> Fault + Send + Sync {
    let count = AtomicUsize::new(0);
    move |asked| if of(asked) && count.fetch_add(1, Ordering::SeqCst) < times { fault() } else { Fault::None }
}

fn is_upload(asked: &Asked<'_>) -> bool {
    asked.method == "PUT" && asked.path.contains("/blobs/uploads/")
}

/// Publishes through this proxy and looks that it all arrived.
fn published_despite(faults: impl Fn(&Asked<'_>) -> Fault + Send + Sync + 'static) -> (Proxy, String) {
    let server = Server::start();
    let image = Recipe::new("faults").build();
    let proxy = Proxy::start(server.port, faults);
    let answer = run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).ok();
    assert_tags(&server, &[(&image.digest, &["v0.1.0", "v0.1", "v0", "latest"])]);
    assert!(server.is_whole("latest"));
    (proxy, answer.stderr)
}

#[test]
fn a_500_now_and_then_is_tried_again() {
    let body = r#"{"errors":[{"code":"UNKNOWN","message":"unknown error"}]}"#;
    let every_fifth = move |asked: &Asked<'_>| {
        if asked.index.is_multiple_of(5) { Fault::Answer(500, Vec::new(), body.to_owned()) } else { Fault::None }
    };
    let (_, said) = published_despite(every_fifth);
    assert!(said.contains("500 Internal Server Error: UNKNOWN unknown error; trying again in 0.2"), "{said}");
}

#[test]
fn a_429_is_waited_out_as_long_as_it_says() {
    let too_many = || {
        Fault::Answer(
            429,
            vec![("retry-after", "2".to_owned())],
            r#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#.to_owned(),
        )
    };
    let (proxy, said) = published_despite(first(1, |asked| asked.method == "POST", too_many));
    let log = proxy.log();
    let refused = log.iter().position(|(_, line)| line.starts_with("POST ")).unwrap();
    let wait = log[refused + 1].0 - log[refused].0;
    assert!(wait >= Duration::from_secs(2), "asked again after {wait:?}");
    assert!(log[refused + 1].1.starts_with("POST "), "{log:#?}");
    assert!(said.contains("429 Too Many Requests: TOOMANYREQUESTS"), "{said}");
}

#[test]
fn a_429_that_does_not_say_how_long_is_given_longer_than_other_faults() {
    let (_, said) = published_despite(first(
        1,
        |asked| asked.method == "POST",
        || Fault::Answer(429, Vec::new(), r#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#.to_owned()),
    ));
    assert!(said.contains("429 Too Many Requests: TOOMANYREQUESTS; trying again in 2.0 s"), "{said}");
}

#[test]
fn a_429_for_an_hour_ends_the_run() {
    let server = Server::start();
    let proxy =
        Proxy::start(server.port, |_| Fault::Answer(429, vec![("retry-after", "3600".to_owned())], String::new()));
    let image = Recipe::new("hour").build();
    run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).fails_with(&["429", "3600 s", "later"]);
    assert_eq!(proxy.count(), 1);
}

#[test]
fn a_registry_that_stays_broken_ends_the_run() {
    let server = Server::start();
    let proxy = Proxy::start(server.port, |_| Fault::Answer(500, Vec::new(), "<html>".to_owned()));
    let image = Recipe::new("broken").build();
    let words = ["reading 127.0.0.1", "500 Internal Server Error", "tried 6 times"];
    run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).fails_with(&words);
}

#[test]
fn a_401_says_what_to_set() {
    let server = Server::start();
    let challenge = || vec![("www-authenticate", "Basic realm=\"x\"".to_owned())];
    let proxy = Proxy::start(server.port, move |_| {
        Fault::Answer(
            401,
            challenge(),
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#.to_owned(),
        )
    });
    let image = Recipe::new("login").build();
    let words = ["401", "wants a login", "docker login 127.0.0.1"];
    run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).fails_with(&words);
    assert_eq!(proxy.count(), 1, "what is refused is not asked again");
}

#[test]
fn a_403_says_what_is_missing() {
    let server = Server::start();
    let denied = r#"{"errors":[{"code":"DENIED","message":"permission_denied: write_package"}]}"#;
    let proxy = Proxy::start(server.port, move |asked| {
        if asked.method == "POST" { Fault::Answer(403, Vec::new(), denied.to_owned()) } else { Fault::None }
    });
    let image = Recipe::new("denied").build();
    let words = ["403", "DENIED permission_denied: write_package", "a token that may write here"];
    run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).fails_with(&words);
    assert_eq!(server.tags(), Default::default());
}

#[test]
fn a_broken_upload_is_begun_again() {
    published_despite(first(2, is_upload, || Fault::Break));
}

#[test]
fn an_upload_whose_answer_is_lost_is_begun_again() {
    published_despite(first(2, is_upload, || Fault::Swallow));
}

#[test]
fn a_manifest_whose_answer_is_lost_is_written_again() {
    published_despite(first(3, |asked| asked.method == "PUT" && asked.path.contains("/manifests/"), || Fault::Swallow));
}

#[test]
fn bytes_that_suffered_on_their_way_are_sent_again() {
    published_despite(first(1, is_upload, || {
        Fault::Answer(
            400,
            Vec::new(),
            r#"{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}"#
                .to_owned(),
        )
    }));
}

#[test]
fn nobody_listens() {
    let image = Recipe::new("nobody").build();
    let port = crate::support::server::free_port();
    run(&publish(&image, &format!("127.0.0.1:{port}/x/y"), "--tag v0.1.0"))
        .fails_with(&["Connection refused", "tried 6 times"]);
}

/// What comes where a registry should answer, and is from none.
#[test]
fn what_is_no_answer_of_a_registry_is_told_as_what_it_is() {
    let server = Server::start();
    let image = Recipe::new("no registry").build();
    let page = || vec![("content-type", "text/html; charset=utf-8".to_owned())];
    let html = "<!DOCTYPE html><title>Sign in</title>";
    let error = r#"{"errors":[{"code":"DENIED","message":"not today"}]}"#;
    // A proxy in the way: a page for everything, or a redirect to one.
    let everything = Proxy::start(server.port, move |_| Fault::Answer(200, page(), html.to_owned()));
    run(&publish(&image, &everything.repository(), "--tag v0.1.0")).fails_with(&[
        "reading 127.0.0.1",
        "it answers 200 with a web page",
        "look at the address",
    ]);
    let login = Proxy::start(server.port, move |asked| {
        if asked.path == "/login" {
            return Fault::Answer(200, vec![("content-type", "text/html".to_owned())], html.to_owned());
        }
        Fault::Answer(302, vec![("location", format!("http://{}/login?next=secret", asked.host))], String::new())
    });
    let said = run(&publish(&image, &login.repository(), "--tag v0.1.0"))
        .fails_with(&["with a web page after a redirect to http://127.0.0.1", "/login"]);
    assert!(!said.stderr.contains("secret"), "{said:#?}");
    for (method, path) in [("HEAD", "/blobs/"), ("PUT", "/manifests/"), ("GET", "/tags/list"), ("POST", "/uploads/")] {
        let proxy = Proxy::start(server.port, move |asked| {
            let is_it = asked.method == method && asked.path.contains(path);
            let page = vec![("content-type", "text/html".to_owned())];
            if is_it { Fault::Answer(200, page, html.to_owned()) } else { Fault::None }
        });
        let fresh = Recipe::new(path).build();
        run(&publish(&fresh, &format!("{}-{}", proxy.repository(), path.len()), "--tag v0.1.0"))
            .fails_with(&["it answers 200 with a web page"]);
    }
    let refusing = Proxy::start(server.port, move |asked| {
        if asked.path.ends_with("/tags/list") { Fault::Answer(200, Vec::new(), error.to_owned()) } else { Fault::None }
    });
    run(&["tags", "--tag", "v0.1.0", "--repository", &refusing.repository()])
        .fails_with(&["reading the tags of", "it answers 200, and means an error: DENIED not today"]);
    // The pages of another server say nothing of what is in this repository.
    let elsewhere = Proxy::start(server.port, move |asked| {
        let page = vec![("content-type", "text/html".to_owned())];
        if asked.method == "GET" { Fault::Answer(404, page, html.to_owned()) } else { Fault::None }
    });
    run(&["tags", "--tag", "v0.1.0", "--repository", &elsewhere.repository()]).fails_with(&[
        "reading the tags of",
        "it answers 404 with a web page",
        "look at the address",
    ]);
    run(&["verify", &format!("{}:v0.1.0", elsewhere.repository())]).fails_with(&["404 with a web page"]);
    // A configuration or a layer that is an error.
    let other = server.shelf("kyklos/other");
    run(&publish(&image, &other.repository(), "--tag v0.1.0")).ok();
    let blobs = Proxy::start(server.port, move |asked| {
        let is_it = asked.method == "GET" && asked.path.contains("/blobs/");
        if is_it { Fault::Answer(200, Vec::new(), error.to_owned()) } else { Fault::None }
    });
    run(&["verify", &format!("{}:v0.1.0", other.behind(blobs.port)), "--unsigned"])
        .fails_with(&["reading the blob", "it answers 200, and means an error: DENIED not today"]);
    // Nothing but what this test has published to other repositories is there.
    assert_eq!(server.tags(), Default::default());
}
