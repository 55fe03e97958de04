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
    // Asked as anybody, whoever is logged in: a package that is private yet is found out.
    with(right.path(), &["verify", &latest, "--unsigned", "--as-anybody"]).fails_with(&[
        "nobody may read it without a login",
        "made private by its first push",
        "make it public",
    ]);
    std::fs::write(right.path().join("config.json"), "{").unwrap();
    with(right.path(), &["verify", &latest, "--unsigned"]).fails_with(&["config.json"]);
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
