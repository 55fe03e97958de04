//! The events of the contract, one after the other, on a real registry.

use crate::support::program::run_with;
use crate::support::{Recipe, Server, assert_tags, publish, run};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn a_push_to_main_makes_one_tag() {
    let (server, image) = (Server::start(), Recipe::new("main").build());
    run(&publish(&image, &server.repository(), &format!("--branch main --sha {SHA}"))).ok();
    run(&publish(&image, &server.repository(), &format!("--branch release/v0.1 --sha {SHA}"))).ok();
    assert_tags(&server, &[(&image.digest, &["main-0123456", "v0.1-0123456"])]);
    assert!(server.is_whole("main-0123456"));
}

#[test]
fn a_stable_release_makes_four_tags_of_one_digest() {
    let (server, image) = (Server::start(), Recipe::new("stable").build());
    let answer = run(&publish(&image, &server.repository(), "--tag v0.1.0")).ok();
    assert_tags(&server, &[(&image.digest, &["v0.1.0", "v0.1", "v0", "latest"])]);
    assert!(answer.stdout.contains("latest"), "{answer:?}");
    run(&["verify", &format!("{}:v0.1.0", server.repository()), "--unsigned"]).ok();
}

#[test]
fn a_beta_makes_one_tag_and_moves_none() {
    let (server, stable) = (Server::start(), Recipe::new("stable").build());
    let beta = Recipe::new("beta").of("--tag v0.2.0-beta.1").build();
    run(&publish(&stable, &server.repository(), "--tag v0.1.0")).ok();
    run(&publish(&beta, &server.repository(), "--tag v0.2.0-beta.1")).ok();
    assert_tags(&server, &[(&stable.digest, &["v0.1.0", "v0.1", "v0", "latest"]), (&beta.digest, &["v0.2.0-beta.1"])]);
}

#[test]
fn a_hotfix_of_an_older_line_moves_that_line_alone() {
    let server = Server::start();
    let events = ["--tag v0.1.0", "--tag v0.2.0", "--tag v0.1.1"];
    let [first, second, hotfix] = events.map(|event| {
        let image = Recipe::new(event).of(event).build();
        run(&publish(&image, &server.repository(), event)).ok();
        image
    });
    let tags: &[(&str, &[&str])] = &[
        (&first.digest, &["v0.1.0"]),
        (&second.digest, &["v0.2.0", "v0.2", "v0", "latest"]),
        (&hotfix.digest, &["v0.1.1", "v0.1"]),
    ];
    assert_tags(&server, tags);
    run(&["verify", &format!("{}:v0.1.1", server.repository()), "--unsigned"]).ok();
    // A rerun of the oldest job moves nothing backwards.
    run(&publish(&first, &server.repository(), "--tag v0.1.0")).ok();
    assert_tags(&server, tags);
}

#[test]
fn the_same_job_twice_writes_nothing_the_second_time() {
    let (server, image) = (Server::start(), Recipe::new("twice").build());
    let to = server.repository();
    let arguments = publish(&image, &to, "--tag v0.1.0");
    run(&arguments).ok();
    let before = server.tags();
    let again = run(&[&["-o", "json"], arguments.as_slice()].concat()).ok().json();
    let steps = again["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["done"] != "written"), "{steps:#?}");
    assert_eq!(steps.len(), 2 + 3 + 2 + 1 + 4, "two configurations, three layers, two manifests, an index, four tags");
    assert_eq!(server.tags(), before);
}

#[test]
fn a_pull_request_has_the_tag_of_its_last_push() {
    let server = Server::start();
    let [first, second] = ["first", "second"].map(|seed| Recipe::new(seed).build());
    run(&publish(&first, &server.repository(), "--pull-request 456")).ok();
    run(&publish(&second, &server.repository(), "--pull-request 456")).ok();
    assert_tags(&server, &[(&second.digest, &["pr-456"])]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let (server, image) = (Server::start(), Recipe::new("dry").build());
    let answer = run(&[&["--dry-run"], publish(&image, &server.repository(), "--tag v0.1.0").as_slice()].concat()).ok();
    assert!(answer.stdout.contains("would be written") && answer.stdout.contains("would be v0.1.0"), "{answer:#?}");
    assert_eq!(server.digest(&image.digest), None);
    assert_eq!(server.tags(), Default::default());
}

#[test]
fn the_runner_says_what_happened() {
    let github = |kind, reference| [("GITHUB_EVENT_NAME", kind), ("GITHUB_REF", reference), ("GITHUB_SHA", SHA)];
    let tags = |kind, reference| {
        let answer = run_with(&["-o", "json", "tags"], &github(kind, reference)).ok().json();
        answer["tags"].as_array().unwrap().iter().map(|tag| tag["tag"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(tags("push", "refs/heads/main"), ["main-0123456"]);
    assert_eq!(tags("push", "refs/tags/v1.2.3"), ["v1.2.3", "v1.2", "v1", "latest"]);
    assert_eq!(tags("pull_request", "refs/pull/456/merge"), ["pr-456"]);
    run_with(&["tags"], &github("push", "refs/heads/feature"))
        .fails_with(&["no image is published from the branch `feature`"]);
    run(&["tags"]).fails_with(&["--branch and --sha, --tag or --pull-request"]);
}

#[test]
fn one_of_several_images_in_a_folder_is_chosen_by_name() {
    let image = Recipe::new("named").build();
    let file = format!("{}/index.json", image.folder());
    let mut index: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let mut other = index["manifests"][0].clone();
    index["manifests"][0]["annotations"] = serde_json::json!({"org.opencontainers.image.ref.name": "kyklos"});
    other["annotations"] = serde_json::json!({"org.opencontainers.image.ref.name": "other"});
    index["manifests"].as_array_mut().unwrap().push(other);
    std::fs::write(&file, index.to_string()).unwrap();
    run(&["verify", "--layout", image.folder()]).fails_with(&["has 2 images", "--name", "\"kyklos\", \"other\""]);
    run(&["verify", "--layout", image.folder(), "--name", "third"]).fails_with(&["no image `third`"]);
    run(&["verify", "--layout", image.folder(), "--name", "kyklos"]).ok();
}
