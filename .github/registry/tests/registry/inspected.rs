//! What `inspect` and `sizes` say of what there is.

use crate::support::{Kind, Recipe, Server, publish, run};

fn published(server: &Server, tag: &str, binary: usize) -> crate::support::Built {
    let mut recipe = Recipe::new(tag).of(&format!("--tag {tag}"));
    recipe.binary = binary;
    let image = recipe.build();
    run(&publish(&image, &server.repository(), &format!("--tag {tag}"))).ok();
    image
}

#[test]
fn an_image_is_shown_by_its_tag_its_digest_and_for_one_platform() {
    for kind in Kind::ALL {
        let server = Server::of(kind);
        let image = published(&server, "v0.1.0", 123_456);
        let place = server.repository();
        for name in [format!("{place}:v0.1"), format!("{place}@{}", image.digest)] {
            let shown = run(&["inspect", &name]).ok().stdout;
            for words in [
                &format!("{name} is an index, {}", image.digest),
                &image.children[0],
                &image.children[1],
                "linux/arm64",
                "0.12 MB",
                "binary",
                "https://github.com/kyklos/kyklos",
            ] {
                assert!(shown.contains(words), "{kind:?}: no {words} in\n{shown}");
            }
            let version = shown.lines().find(|line| line.starts_with("version ")).unwrap();
            assert_eq!(version.split_whitespace().collect::<Vec<_>>(), ["version", "all", "0.1.0"], "{kind:?}");
        }
        let one = run(&["-o", "json", "inspect", &format!("{place}@{}", image.children[1])]).ok().json();
        assert_eq!(one["index"], false);
        assert_eq!(one["platforms"].as_array().unwrap().len(), 1);
        assert_eq!(one["platforms"][0]["platform"], "linux/arm64");
        let parts: Vec<_> =
            one["platforms"][0]["layers"].as_array().unwrap().iter().map(|layer| layer["part"].clone()).collect();
        assert_eq!(parts, ["base", "binary"]);
        assert_eq!(one["platforms"][0]["sizes"][0]["bytes"], 123_456);
    }
}

#[test]
fn what_isnt_there_is_told_with_what_is() {
    let server = Server::start();
    let place = server.repository();
    run(&["inspect", &format!("{place}:v0.1.0")]).fails_with(&["there is no", "has no tag at all", "isn't shown"]);
    published(&server, "v0.1.0", 1000);
    let tags = format!("{place} has latest, v0, v0.1, v0.1.0");
    run(&["inspect", &format!("{place}:v0.2.0")]).fails_with(&["there is no", "v0.2.0", &tags]);
    for patch in 1..9 {
        published(&server, &format!("v0.1.{patch}"), 1000);
    }
    run(&["inspect", &format!("{place}:v0.2.0")]).fails_with(&["has 12 tags, v0.1.8, v0.1.7", "among them"]);
    run(&["inspect", &place]).fails_with(&["say which image", ":TAG"]);
}

#[test]
fn what_is_no_image_for_containers_is_told_as_what_it_is() {
    let server = Server::start();
    let docker = "application/vnd.docker.distribution.manifest.list.v2+json";
    let list = format!(r#"{{"schemaVersion":2,"mediaType":"{docker}","manifests":[]}}"#);
    server.put("docker", docker, list.as_bytes());
    run(&["inspect", &format!("{}:docker", server.repository())]).fails_with(&[docker, "an image for containers is"]);
}

#[test]
fn sizes_have_a_history() {
    let server = Server::of(Kind::Distribution);
    let place = server.repository();
    assert_eq!(run(&["sizes", "--repository", &place]).ok().stdout, "There is no version yet.\n");
    // In an order of their own; what is no version doesn't count.
    published(&server, "v0.10.0", 1_500_000);
    published(&server, "v0.2.0", 1_000_000);
    published(&server, "v0.2.0-rc.1", 1_200_000);
    let main = Recipe::new("main").of("--branch main --sha aaaaaaa").build();
    run(&publish(&main, &place, "--branch main --sha aaaaaaa")).ok();
    let shown = run(&["sizes", "--as-anybody", "--repository", &place]).ok().stdout;
    let rows: Vec<_> = shown.lines().filter(|line| line.contains("`linux/amd64`")).collect();
    let cells = |row: &str| row.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let versions: Vec<_> = rows.iter().map(|row| cells(row)[1].clone()).collect();
    assert_eq!(versions, ["`v0.2.0-rc.1`", "`v0.2.0`", "`v0.10.0`"]);
    assert_eq!(rows.iter().map(|row| cells(row)[3].clone()).collect::<Vec<_>>(), ["1.20 MB", "1.00 MB", "1.50 MB"]);
    assert!(cells(rows[1])[7].starts_with("-0.") && cells(rows[2])[7].starts_with("+0."), "{shown}");
    assert!(shown.contains("x-axis [\"v0.2.0-rc.1\", \"v0.2.0\", \"v0.10.0\"]"), "{shown}");
    let json = run(&["-o", "json", "sizes", "--repository", &place]).ok().json();
    assert_eq!(json[2]["version"], "v0.10.0");
}
