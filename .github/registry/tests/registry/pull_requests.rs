//! Which pull requests are closed, as GitHub's API says: answers in the shape of its public documentation, served over
//! HTTP, and a real registry with their images.

use serde_json::{Value, json};

use crate::support::program::{Run, run_with};
use crate::support::proxy::{Asked, Fault, Proxy};
use crate::support::{Recipe, Server, publish, run};

const PROJECT: [(&str, &str); 1] = [("GITHUB_REPOSITORY", "kyklos/kyklos")];

/// A pull request as "Get a pull request" answers it, as far as its own fields go.
fn pull(number: &str, state: &str) -> Value {
    let api = format!("https://api.github.com/repos/kyklos/kyklos/pulls/{number}");
    let closed = (state == "closed").then_some("2026-11-20T12:00:00Z");
    json!({
        "url": api, "id": 1, "node_id": "MDExOlB1bGxSZXF1ZXN0MQ==",
        "html_url": format!("https://github.com/kyklos/kyklos/pull/{number}"),
        "number": number.parse::<u64>().unwrap(), "state": state, "locked": false, "title": "Amazing new feature",
        "user": {"login": "octocat", "id": 1, "type": "User"}, "body": null, "labels": [], "milestone": null,
        "created_at": "2026-11-01T12:00:00Z", "updated_at": "2026-11-20T12:00:00Z",
        "closed_at": closed, "merged_at": closed, "merge_commit_sha": "e5bd3914e2e596debea16f433f57875b5b90bcd6",
        "draft": false, "merged": closed.is_some(), "mergeable": null,
        "head": {"ref": "new-topic", "sha": "6dcb09b5b57875f334f61aebed695e2e4193db5e"},
        "base": {"ref": "main", "sha": "c3d0be41ecbe669545ee3e94d31ed9a4bc91ee3c"},
    })
}

/// 1 is closed, 2 is open, and of others nothing is known.
fn github(asked: &Asked<'_>) -> Fault {
    let number = asked.path.strip_prefix("/repos/kyklos/kyklos/pulls/");
    let state = match number {
        Some("1") => "closed",
        Some("2") => "open",
        _ => return Fault::Answer(404, Vec::new(), r#"{"message":"Not Found","status":"404"}"#.to_owned()),
    };
    Fault::Answer(200, Vec::new(), pull(number.unwrap(), state).to_string())
}

/// A registry with an image for each of these, and a push to main.
fn registry(numbers: &[u64]) -> Server {
    let server = Server::start();
    for number in numbers {
        let image = Recipe::new(&number.to_string()).build();
        run(&publish(&image, &server.repository(), &format!("--pull-request {number}"))).ok();
    }
    let main = Recipe::new("main").label("created", &jiff::Timestamp::now().to_string()).build();
    run(&publish(&main, &server.repository(), "--branch main --sha 0123456")).ok();
    server
}

fn prune(server: &Server, api: &Proxy, environment: &[(&str, &str)], more: &[&str]) -> Run {
    let api = format!("http://127.0.0.1:{}", api.port);
    let arguments = ["prune", "--repository", &server.repository(), "--github-api", &api];
    run_with(&[arguments.as_slice(), more].concat(), environment)
}

fn tags(server: &Server) -> Vec<String> {
    server.tags().into_keys().collect()
}

#[test]
fn the_weekly_run_asks_which_are_closed() {
    let server = registry(&[1, 2, 3]);
    let api = Proxy::start(1, github);
    // Nobody is asked where no project is said, and nothing goes.
    for environment in [&[][..], &[("GITHUB_REPOSITORY", "")]] {
        let answer = prune(&server, &api, environment, &[]).ok();
        assert!(answer.stdout.contains("pull request 1 is not known to be closed"), "{}", answer.stdout);
    }
    assert_eq!((api.count(), tags(&server).len()), (0, 4));
    let dry = prune(&server, &api, &PROJECT, &["--dry-run"]).ok();
    for words in [
        "pull request 1 is closed",
        "pull request 2 is open",
        "pull request 3 is unknown to GitHub",
        "3 would go",
        "1 of them unaccounted for",
    ] {
        assert!(dry.stdout.contains(words), "{words}: {}", dry.stdout);
    }
    assert_eq!((api.count(), tags(&server).len()), (3, 4));
    let without = Recipe::new("1").build();
    prune(&server, &api, &PROJECT, &[]).ok();
    assert_eq!(tags(&server), ["main-0123456", "pr-2", "pr-3"]);
    assert!(without.children.iter().all(|child| server.digest(child).is_none()), "its parts go, too");
    prune(&server, &api, &PROJECT, &[]).ok();
    assert_eq!(tags(&server), ["main-0123456", "pr-2", "pr-3"]);
}

#[test]
fn who_knows_that_one_is_closed_asks_nobody() {
    let server = registry(&[2]);
    let api = Proxy::start(1, github);
    prune(&server, &api, &PROJECT, &["--closed-pr", "2"]).ok();
    assert_eq!((api.count(), tags(&server)), (0, vec!["main-0123456".to_owned()]));
}

#[test]
fn an_answer_that_is_none_deletes_nothing() {
    let server = registry(&[1]);
    for (status, body, words) in [
        (
            403,
            r#"{"message":"Resource not accessible by integration"}"#,
            ["403: Resource not", "`pull-requests: read`"],
        ),
        (401, r#"{"message":"Bad credentials"}"#, ["401: Bad credentials", "`pull-requests: read`"]),
        (200, r#"{"state":"sleeping"}"#, ["this isn't what was asked for", "sleeping"]),
        (200, "<html>", ["it answers 200 with a web page", "pulls/1"]),
    ] {
        let api = Proxy::start(1, move |_| Fault::Answer(status, Vec::new(), body.to_owned()));
        prune(&server, &api, &PROJECT, &[]).fails_with(&words);
    }
    let api = Proxy::start(1, github);
    prune(&server, &api, &[("GITHUB_REPOSITORY", "kyklos")], &[])
        .fails_with(&["`kyklos` is no project", "`owner/name`"]);
    assert_eq!(tags(&server), ["main-0123456", "pr-1"]);
}

#[test]
fn the_token_is_shown_where_there_is_one() {
    let server = registry(&[1]);
    let api = Proxy::start(1, |asked| {
        let right = asked.authorization == "Bearer secret";
        if right { github(asked) } else { Fault::Answer(404, Vec::new(), r#"{"message":"Not Found"}"#.to_owned()) }
    });
    let answer = prune(&server, &api, &PROJECT, &[]).ok();
    assert!(answer.stdout.contains("pull request 1 is unknown to GitHub"), "{}", answer.stdout);
    prune(&server, &api, &[PROJECT[0], ("GITHUB_TOKEN", "secret")], &[]).ok();
    assert_eq!(tags(&server), ["main-0123456"]);
}
