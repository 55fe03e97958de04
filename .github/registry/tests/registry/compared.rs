//! What is published, and whether what was built again is the same, on real registries.

use crate::support::{Built, Kind, Recipe, Server, publish, run};

const RELEASE: &str = "--tag v0.1.0";

/// The image that is published.
fn recipe() -> Recipe {
    Recipe::new("published").of(RELEASE)
}

fn published(server: &Server) -> String {
    let image = recipe().build();
    run(&publish(&image, &server.repository(), RELEASE)).ok();
    format!("{}@{}", server.repository(), image.digest)
}

fn compare<'a>(image: &'a str, built: &'a Built) -> Vec<&'a str> {
    vec!["compare", image, "--layout", built.folder(), "--as-anybody"]
}

#[test]
fn what_is_built_again_is_the_same_to_the_digest() {
    for kind in Kind::ALL {
        let server = Server::of(kind);
        let (image, again) = (published(&server), recipe().build());
        let shown = run(&compare(&image, &again)).ok().stdout;
        assert!(shown.contains("equal") && !shown.contains("DIFFERS") && shown.contains(&again.digest), "{shown}");
        run(&compare(&format!("{}:v0.1.0", server.repository()), &again)).ok();
        run(&[compare(&image, &again), vec!["--content"]].concat()).ok();
    }
}

#[test]
fn another_builder_writes_the_same_content_otherwise() {
    let server = Server::start();
    let image = published(&server);
    let other = Recipe { effort: 9, ..recipe() }.build();
    assert!(!image.ends_with(&other.digest), "the same compression");
    let words = ["DIFFERS", "what is in it is the same, so another builder has written it", &other.digest];
    run(&compare(&image, &other)).fails_with(&words);
    let shown = run(&[compare(&image, &other), vec!["--content"]].concat()).ok().stdout;
    for words in ["2 layers unpack to the same", "but for the history", "the same 1000 bytes"] {
        assert_eq!(shown.matches(words).count(), 2, "both platforms: {words} in\n{shown}");
    }
}

#[test]
fn other_content_is_told_by_its_place_whoever_has_built_it() {
    let server = Server::start();
    let image = published(&server);
    let other = |change: fn(&mut Recipe)| {
        let mut recipe = recipe();
        change(&mut recipe);
        recipe.build()
    };
    let cases: [(Built, &[&str]); 5] = [
        (other(|one| one.seed = "other".into()), &["binary", "they differ from byte", "layer 2 of 2 unpacks to"]),
        (other(|one| one.binary = 1001), &["1001 bytes were built", "1000 are published"]),
        (other(|one| one.base[0].1 = 101), &["layer 1 of 2 unpacks to", "the same 1000 bytes"]),
        (
            recipe().label("revision", "1123456789abcdef0123456789abcdef01234567").build(),
            &["it differs at `/config/Labels/org.opencontainers.image.revision`", "2 layers unpack to the same"],
        ),
        (
            other(|one| one.platforms.truncate(1)),
            &["built were linux/amd64, and published is linux/amd64, linux/arm64"],
        ),
    ];
    for (built, words) in cases {
        for extent in [&[][..], &["--content"]] {
            run(&[compare(&image, &built).as_slice(), extent].concat()).fails_with(words).fails_with(&["DIFFERS"]);
        }
    }
    let json = run(&[&["-o", "json"], compare(&image, &recipe().build()).as_slice()].concat()).ok().json();
    assert_eq!(json.as_array().unwrap().len(), 1 + 2 * 3 + 1, "{json:#}");
    run(&compare(&format!("{}:v0.2.0", server.repository()), &recipe().build())).fails_with(&["there is no", "v0.2.0"]);
}

/// What others run: where rolling tags lead, and before there is one the newest of `main`.
#[test]
fn what_is_published_is_what_somebody_runs() {
    let server = Server::of(Kind::Distribution);
    let place = server.repository();
    let list = || run(&["-o", "json", "published", "--as-anybody", "--repository", &place]).ok().json();
    assert_eq!(list(), serde_json::json!([]));
    // The newest by its time, not by its name.
    let mut digests = Vec::new();
    for (sha, created) in
        [("bbbbbbb", "2026-11-25T12:00:00Z"), ("aaaaaaa", "2026-11-26T12:00:00Z"), ("ccccccc", "2026-11-24T12:00:00Z")]
    {
        let event = format!("--branch main --sha {sha}");
        let image = Recipe::new(sha).of(&event).label("created", created).build();
        run(&publish(&image, &place, &event)).ok();
        digests.push(image.digest.clone());
    }
    let found = list();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found:#}");
    assert_eq!(found[0]["digest"], digests[1].as_str());
    assert_eq!(found[0]["release"], serde_json::Value::Null);
    assert_eq!(found[0]["revision"], format!("{:0<40}", "aaaaaaa"));
    for tag in ["v0.1.0", "v0.2.0", "v0.1.1", "v0.3.0-rc.1"] {
        let event = format!("--tag {tag}");
        run(&publish(&Recipe::new(tag).of(&event).build(), &place, &event)).ok();
    }
    let found = list();
    let tags: Vec<String> = found.as_array().unwrap().iter().map(|one| one["tags"].to_string()).collect();
    assert_eq!(tags, [r#"["latest","v0","v0.2"]"#, r#"["v0.1"]"#, r#"["v0.3.0-rc.1"]"#]);
    let releases: Vec<_> = found.as_array().unwrap().iter().map(|one| one["release"].clone()).collect();
    assert_eq!(releases, ["v0.2.0", "v0.1.1", "v0.3.0-rc.1"]);
    let shown = run(&["published", "--repository", &place]).ok().stdout;
    assert!(shown.contains("latest, v0, v0.2"), "{shown}");
}
