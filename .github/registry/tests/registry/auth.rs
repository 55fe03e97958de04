//! Registries that want a login.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::program::run_with;
use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Recipe, Server, publish, run};

const LOGIN: [(&str, &str); 2] = [("KYKLOS_REGISTRY_USERNAME", "kyklos"), ("KYKLOS_REGISTRY_PASSWORD", "pass:word")];
/// `htpasswd -nbB kyklos pass:word`
const HASH: &str = "kyklos:$2y$04$jwsVLi3stsAcxuPY1Mjy3eJ3z7Y8tFbgqx2BgbExChjbVGJ4PfgnG";

fn guarded() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("htpasswd");
    std::fs::write(&file, format!("{HASH}\n")).unwrap();
    let auth = format!("auth:\n  htpasswd:\n    realm: tests\n    path: {}\n", file.display());
    (Server::start_with(&auth, Some(("kyklos", "pass:word"))), folder)
}

#[test]
fn a_name_and_a_password() {
    let (server, folder) = guarded();
    let image = Recipe::new("basic").build();
    let (to, event) = (server.repository(), "--tag v0.1.0");
    run(&publish(&image, &to, event)).fails_with(&["401", "wants a login", "KYKLOS_REGISTRY_USERNAME"]);
    let wrong = [LOGIN[0], ("KYKLOS_REGISTRY_PASSWORD", "wrong")];
    run_with(&publish(&image, &to, event), &wrong).fails_with(&["401", "does not accept the login of `kyklos`"]);
    run_with(&publish(&image, &to, event), &LOGIN[..1]).fails_with(&["both or neither"]);
    assert!(server.tags().is_empty());
    run_with(&publish(&image, &to, event), &LOGIN).ok();
    assert_eq!(server.tags().len(), 4);

    // As `docker login` leaves it: "kyklos:pass:word" in base 64.
    let config = format!(r#"{{"auths":{{"127.0.0.1:{}":{{"auth":"a3lrbG9zOnBhc3M6d29yZA=="}}}}}}"#, server.port);
    std::fs::write(folder.path().join("config.json"), config).unwrap();
    let docker = [("DOCKER_CONFIG", folder.path().to_str().unwrap())];
    run_with(&["verify", &format!("{to}:latest"), "--unsigned"], &docker).ok();
    std::fs::write(folder.path().join("config.json"), "{").unwrap();
    run_with(&["verify", &format!("{to}:latest"), "--unsigned"], &docker).fails_with(&["config.json"]);
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
    run(&publish(&image, &to, "--pull-request 7")).fails_with(&[
        "the token server",
        "incorrect login",
        "KYKLOS_REGISTRY_PASSWORD",
    ]);
    run_with(&publish(&image, &to, "--pull-request 7"), &LOGIN).ok();
    assert_eq!(server.tags().len(), 1);
    assert!(server.is_whole("pr-7"));
    run_with(&["prune", "--repository", &to, "--closed-pr", "7"], &LOGIN).ok();
    assert_eq!(server.tags().len(), 0);
}
