//! Registries that want a login.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::program::{logins, run_with};
use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Kind, Recipe, Server, publish, run};

/// `htpasswd -nbB kyklos pass:word`
const HASH: &str = "kyklos:$2y$04$jwsVLi3stsAcxuPY1Mjy3eJ3z7Y8tFbgqx2BgbExChjbVGJ4PfgnG";

#[test]
fn a_name_and_a_password() {
    let server = Server::guarded(Kind::Debian, ("kyklos", "pass:word"), HASH);
    let image = Recipe::new("basic").build();
    let (to, event) = (server.repository(), "--tag v0.1.0");
    let host = format!("127.0.0.1:{}", server.port);
    let docker = format!("docker login {host}");
    let with = |folder: &std::path::Path, arguments: &[&str]| {
        run_with(arguments, &[("DOCKER_CONFIG", folder.to_str().unwrap())])
    };
    run(&publish(&image, &to, event)).fails_with(&["401", "wants a login", &docker]);
    let wrong = logins(&[(&host, "kyklos", "wrong")]);
    with(wrong.path(), &publish(&image, &to, event)).fails_with(&[
        "401",
        "does not accept the login of `kyklos`",
        &docker,
    ]);
    let other = logins(&[("127.0.0.1:1", "kyklos", "pass:word")]);
    with(other.path(), &publish(&image, &to, event)).fails_with(&["401", "wants a login"]);
    assert!(server.tags().is_empty());
    let right = logins(&[(&host, "kyklos", "pass:word")]);
    with(right.path(), &publish(&image, &to, event)).ok();
    assert_eq!(server.tags().len(), 4);
    let latest = format!("{to}:latest");
    with(right.path(), &["verify", &latest, "--unsigned"]).ok();
    // Asked as anybody, whoever is logged in: a package that is private yet is found out, by each command that can ask so.
    let layout = image.folder();
    for asked in [
        &["verify", &latest, "--unsigned"][..],
        &["inspect", &latest],
        &["compare", &latest, "--layout", layout],
        &["sizes", "--repository", &to],
        &["published", "--repository", &to],
    ] {
        with(right.path(), asked).ok();
        with(right.path(), &[asked, &["--as-anybody"]].concat()).fails_with(&[
            "401: nobody may read it without a login",
            "made private by its first push",
            "make it public",
        ]);
    }
    std::fs::write(right.path().join("config.json"), "{").unwrap();
    with(right.path(), &["verify", &latest, "--unsigned"]).fails_with(&["config.json"]);
}

/// As ghcr.io says it of a private package; and what is wrong otherwise isn't taken for that.
#[test]
fn what_nobody_may_read_is_told_from_what_fails() {
    let server = Server::start();
    let answering = |status: u16| {
        let denied = r#"{"errors":[{"code":"DENIED","message":"not for you"}]}"#;
        Proxy::start(server.port, move |_| Fault::Answer(status, Vec::new(), denied.to_owned()))
    };
    let (closed, broken) = (answering(403), answering(400));
    let asked = |proxy: &Proxy| run(&["inspect", &format!("{}:latest", proxy.repository()), "--as-anybody"]);
    asked(&closed).fails_with(&["403: nobody may read it without a login", "DENIED not for you", "make it public"]);
    let said = asked(&broken).fails_with(&["400", "DENIED not for you"]);
    assert!(!said.stderr.contains("without a login"), "{said:#?}");
}

/// Asks for a token as ghcr.io does, and gives one for the right login; the registry behind it lets everybody in. Each
/// token is good for five requests.
fn token_server() -> impl Fn(&Asked<'_>) -> Fault + Send + Sync {
    let (given, used) = (AtomicUsize::new(0), AtomicUsize::new(0));
    move |asked| {
        if asked.path == "/token" {
            return token(asked, &given, &used);
        }
        let verb = match asked.method.as_str() {
            "GET" | "HEAD" => "pull",
            "DELETE" => "delete",
            _ => "push",
        };
        let current = format!("-{}", given.load(Ordering::SeqCst));
        let fits = asked
            .authorization
            .strip_prefix("Bearer ")
            .is_some_and(|token| token.ends_with(&current) && token.split(['-', ',']).any(|allowed| allowed == verb));
        if fits && used.fetch_add(1, Ordering::SeqCst) < 5 {
            return Fault::None;
        }
        let realm =
            format!("Bearer realm=\"http://{}/token\",service=\"registry\",scope=\"repository:x:pull\"", asked.host);
        Fault::Answer(401, vec![("www-authenticate", realm)], r#"{"errors":[{"code":"UNAUTHORIZED"}]}"#.to_owned())
    }
}

fn token(asked: &Asked<'_>, given: &AtomicUsize, used: &AtomicUsize) -> Fault {
    let scope = asked.query.split('&').find_map(|part| part.strip_prefix("scope=")).unwrap_or_default();
    let scope = scope.replace("%3A", ":").replace("%2F", "/").replace("%2C", ",");
    let verbs = scope.strip_prefix("repository:kyklos/kyklos:");
    let login = asked.authorization == http_auth::basic::encode_credentials("kyklos", "pass:word");
    let (Some(verbs), true) = (verbs, login && asked.query.contains("service=registry")) else {
        return Fault::Answer(
            401,
            Vec::new(),
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"incorrect login"}]}"#.to_owned(),
        );
    };
    let number = given.fetch_add(1, Ordering::SeqCst) + 1;
    used.store(0, Ordering::SeqCst);
    Fault::Answer(200, Vec::new(), format!(r#"{{"token":"{verbs}-{number}"}}"#))
}

/// As it may be with a package that the first push makes.
#[test]
fn what_nobody_may_read_yet_is_read_by_who_may_write() {
    let server = Server::start();
    let asked_for = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let scopes = std::sync::Arc::clone(&asked_for);
    let proxy = Proxy::start(server.port, move |asked| {
        if asked.path == "/token" {
            let writes = asked.query.contains("pull%2Cpush");
            scopes.lock().unwrap().push(writes);
            let denied = r#"{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}"#;
            let given = r#"{"token":"write"}"#;
            return Fault::Answer(
                if writes { 200 } else { 403 },
                Vec::new(),
                (if writes { given } else { denied }).into(),
            );
        }
        let realm = vec![("www-authenticate", format!("Bearer realm=\"http://{}/token\",service=\"x\"", asked.host))];
        if asked.authorization == "Bearer write" { Fault::None } else { Fault::Answer(401, realm, String::new()) }
    });
    let image = Recipe::new("first").build();
    let to = proxy.repository();
    // Who only reads says which login is missing.
    run(&[&["--dry-run"], publish(&image, &to, "--pull-request 7").as_slice()].concat())
        .fails_with(&["the token server", "DENIED requested access"]);
    run(&publish(&image, &to, "--pull-request 7")).ok();
    assert!(server.is_whole("pr-7"));
    assert_eq!(*asked_for.lock().unwrap(), [false, true], "once for all that it does");
}

/// A token server that is none, and one that says no under 200.
#[test]
fn what_is_no_token_server_is_told_as_what_it_is() {
    let server = Server::start();
    let image = Recipe::new("no token").build();
    for (kind, body, said) in [
        ("text/html", "<!doctype html><title>Sign in</title>", "it answers 200 with a web page"),
        (
            "application/json",
            r#"{"errors":[{"code":"DENIED","message":"not today"}]}"#,
            "200, and means an error: DENIED",
        ),
        ("application/json", "{}", "gives no token"),
    ] {
        let proxy = Proxy::start(server.port, move |asked| {
            if asked.path == "/token" {
                return Fault::Answer(200, vec![("content-type", kind.to_owned())], body.to_owned());
            }
            let realm = format!("Bearer realm=\"http://{}/token\",service=\"x\"", asked.host);
            Fault::Answer(401, vec![("www-authenticate", realm)], String::new())
        });
        run(&publish(&image, &proxy.repository(), "--tag v0.1.0")).fails_with(&["the token server http://", said]);
    }
}

#[test]
fn a_token_that_runs_out_now_and_then() {
    let server = Server::start();
    let proxy = Proxy::start(server.port, token_server());
    let image = Recipe::new("bearer").build();
    let to = proxy.repository();
    let host = format!("127.0.0.1:{}", proxy.port);
    let folder = logins(&[(&host, "kyklos", "pass:word")]);
    let login = [("DOCKER_CONFIG", folder.path().to_str().unwrap())];
    run(&publish(&image, &to, "--pull-request 7")).fails_with(&["the token server", "incorrect login", "docker login"]);
    run_with(&publish(&image, &to, "--pull-request 7"), &login).ok();
    assert_eq!(server.tags().len(), 1);
    assert!(server.is_whole("pr-7"));
    run_with(&["prune", "--repository", &to, "--closed-pr", "7", "--yes"], &login).ok();
    assert_eq!(server.tags().len(), 0);
}
