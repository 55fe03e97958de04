//! What is not published, and that nothing is pushed then.

use std::collections::BTreeMap;
use std::fs;

use crate::support::image::{AARCH64, X86_64};
use crate::support::program::Run;
use crate::support::proxy::{Fault, Proxy};
use crate::support::{Recipe, Server, publish, run};

/// Publishes it, and looks that not a single request changed anything.
fn refused(recipe: &Recipe) -> Run {
    let server = Server::start();
    let proxy = Proxy::start(server.port, |_| Fault::None);
    let answer = run(&publish(&recipe.build(), &proxy.repository(), "--tag v0.1.0"));
    let writes: Vec<_> = proxy.log().into_iter().map(|(_, line)| line).filter(|line| !is_reading(line)).collect();
    assert_eq!(writes, Vec::<String>::new());
    assert_eq!(server.tags(), BTreeMap::new());
    answer
}

fn is_reading(line: &str) -> bool {
    line.starts_with("GET ") || line.starts_with("HEAD ")
}

#[test]
fn an_immutable_tag_that_is_something_else() {
    let server = Server::start();
    for event in ["--tag v0.1.0", "--tag v0.2.0-rc.1", "--branch main --sha 0123456789abcdef"] {
        let [first, other] = ["first", "other"].map(|seed| Recipe::new(seed).of(event).build());
        run(&publish(&first, &server.repository(), event)).ok();
        let before = server.tags();
        let proxy = Proxy::start(server.port, |_| Fault::None);
        run(&publish(&other, &proxy.repository(), event)).fails_with(&[
            &first.digest,
            &other.digest,
            "no tag was given",
        ]);
        assert!(proxy.log().iter().all(|(_, line)| is_reading(line)), "{:#?}", proxy.log());
        assert_eq!(server.tags(), before);
        assert_eq!(server.digest(&other.digest), None);
    }
}

#[test]
fn a_binary_for_another_machine() {
    let mut recipe = Recipe::new("wrong");
    recipe.platforms = vec![("linux/amd64", X86_64), ("linux/arm64", X86_64)];
    let words = ["linux/arm64: architecture", "x86-64", "AArch64", "exec format error"];
    refused(&recipe).fails_with(&words);
}

#[test]
fn a_binary_that_wants_a_loader() {
    let recipe = Recipe { dynamic: true, ..Recipe::new("dynamic") };
    refused(&recipe).fails_with(&["linux/amd64: architecture", "/lib64/ld-linux-x86-64.so.2", "static"]);
}

#[test]
fn other_platforms_than_are_wanted() {
    let mut recipe = Recipe::new("platforms");
    recipe.platforms.pop();
    refused(&recipe).fails_with(&["index: platforms", "exactly linux/amd64, linux/arm64"]);
    recipe.platforms = vec![("linux/amd64", X86_64), ("linux/arm64", AARCH64), ("linux/riscv64", 243)];
    refused(&recipe).fails_with(&["index: platforms"]);
    recipe.platforms = vec![("linux/amd64", X86_64), ("linux/arm64", AARCH64), ("unknown/unknown", 0)];
    refused(&recipe).fails_with(&["--provenance=false"]);
}

#[test]
fn an_image_over_its_budget() {
    let recipe = Recipe { binary: 12_500_000, ..Recipe::new("binary") };
    let grown = ["linux/amd64: size", "binary: 12.50 MB is 0.50 MB over its budget", "what grew is the binary"];
    refused(&recipe).fails_with(&grown);
    let recipe = Recipe { base: vec![("usr/share/zoneinfo".into(), 5_500_000)], ..Recipe::new("base") };
    refused(&recipe).fails_with(&["base: 5.50 MB is 0.50 MB over", "what grew is the base"]);
    let recipe = Recipe { beside: vec![("docs".into(), 17_000_000)], ..Recipe::new("beside") };
    refused(&recipe).fails_with(&["image, unpacked", "image, as pulled", "what lies beside the binary"]);
}

#[test]
fn what_does_not_belong_in_the_image() {
    let recipe =
        Recipe { base: vec![("bin/sh".into(), 10), ("lib/ld-musl-x86_64.so.1".into(), 10)], ..Recipe::new("shell") };
    refused(&recipe).fails_with(&["nothing else", "/bin/sh, /lib/ld-musl-x86_64.so.1"]);
    // Wherever it is: distroless has a variant with a shell, and Debian keeps helpers elsewhere.
    for (path, said) in [
        ("busybox/sh", "/busybox/sh"),
        ("usr/libexec/busybox", "/usr/libexec/busybox"),
        ("opt/x/apt-get", "/opt/x/apt-get"),
        ("setuid/mount", "/setuid/mount is setuid or setgid"),
    ] {
        let recipe = Recipe { base: vec![(path.into(), 10)], ..Recipe::new(path) };
        refused(&recipe).fails_with(&["nothing else", said]);
    }
    // A folder of that name is none: distroless keeps the list of its packages there.
    let listed = ["var/lib/dpkg/", "var/lib/dpkg/status.d/", "var/lib/dpkg/status.d/tzdata"];
    let recipe = Recipe { base: listed.map(|path| (path.to_owned(), 10)).to_vec(), ..Recipe::new("listed") };
    run(&["verify", "--layout", recipe.build().folder()]).ok();
    refused(&Recipe { user: "0", ..Recipe::new("root") }).fails_with(&["user: the user is `0`", "`65532:65532`"]);
}

#[test]
fn labels_that_say_nothing() {
    let recipe = Recipe::new("labels").label("revision", "unknown").label("created", "1970-01-01T00:00:00Z");
    let recipe = recipe.label("licenses", "").label("base.digest", "");
    let words = ["`revision` is `unknown`", "`created` is `1970", "`licenses` is missing", "`base.digest` is missing"];
    refused(&recipe).fails_with(&words);
    let scratch = Recipe::new("scratch").label("base.name", "scratch").label("base.digest", "").build();
    run(&["verify", "--layout", scratch.folder()]).ok();
}

#[test]
fn an_index_that_does_not_say_what_its_platforms_do() {
    let mut recipe = Recipe::new("annotations");
    recipe.annotations.insert("description", String::new());
    recipe.annotations.insert("version", "0.2.0".to_owned());
    refused(&recipe).fails_with(&[
        "index: annotations: `description` is missing; right would be `Scales Kubernetes workloads",
        "`version` is `0.2.0`; right would be `0.1.0`",
        "as `cargo image build` writes it",
    ]);
    refused(&Recipe::new("no description").label("description", "")).fails_with(&["no label has a `description`"]);
}

#[test]
fn an_image_of_another_version_than_it_is_published_as() {
    let (server, image) = (Server::start(), Recipe::new("version").of("--tag v0.1.0").build());
    let to = server.repository();
    for wrong in ["v0.1.1", "v0.2.0", "v0.1.0-rc.1"] {
        let right = format!("`version` is `0.1.0`; right would be `{}`", &wrong[1..]);
        run(&publish(&image, &to, &format!("--tag {wrong}"))).fails_with(&[&right]);
        let denied = format!("--tag {wrong} --version v0.1.0");
        run(&publish(&image, &to, &denied)).fails_with(&["--version is `v0.1.0`, and the tag is of", wrong]);
    }
    run(&publish(&image, &to, "--branch main --sha aaaaaaa"))
        .fails_with(&["`revision` is `0123", "right would be `aaaaaaa`"]);
    assert_eq!(server.tags(), BTreeMap::new());
    run(&publish(&image, &to, "--tag v0.1.0 --version v0.1.0")).ok();
    // A pre-release has a version of its own.
    let beta = Recipe::new("beta").of("--tag v0.2.0-beta.1").build();
    run(&publish(&beta, &to, "--tag v0.2.0")).fails_with(&["`version` is `0.2.0-beta.1`; right would be `0.2.0`"]);
    run(&publish(&beta, &to, "--tag v0.2.0-beta.1")).ok();
}

#[test]
fn a_tag_that_the_checkout_is_not_the_release_of() {
    let version = env!("CARGO_PKG_VERSION");
    let tags = |tag: &str| run(&["tags", "--tag", tag, "--checked-out"]);
    tags(&format!("v{version}")).ok();
    let right = format!("right would be `v{version}`");
    for wrong in [format!("v9{version}"), format!("v9{version}-beta.1")] {
        tags(&wrong).fails_with(&[&wrong, "not the version of this checkout", &right]);
        // Without the flag it is a question, and gets its answer.
        run(&["tags", "--tag", &wrong]).ok();
    }
    run(&["tags", "--branch", "main", "--sha", "0123456", "--checked-out"]).ok();
}

#[test]
fn a_folder_that_is_damaged_or_none() {
    let server = Server::start();
    let image = Recipe::new("damaged").build();
    let manifest = fs::read(image.path(&image.children[0])).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let layer = image.path(manifest["layers"][1]["digest"].as_str().unwrap());
    let mut bytes = fs::read(&layer).unwrap();
    bytes[20] ^= 1;
    fs::write(&layer, &bytes).unwrap();
    run(&publish(&image, &server.repository(), "--tag v0.1.0")).fails_with(&["linux/amd64: content", "is damaged"]);
    fs::remove_file(&layer).unwrap();
    run(&["verify", "--layout", image.folder()]).fails_with(&["has no blob"]);
    fs::remove_file(image.path(&image.children[0])).unwrap();
    run(&["verify", "--layout", image.folder()]).fails_with(&["copied or deleted in part"]);
    fs::write(format!("{}/index.json", image.folder()), r#"{"schemaVersion":2,"manifests":[]}"#).unwrap();
    run(&["verify", "--layout", image.folder()]).fails_with(&["is empty"]);
    run(&["verify", "--layout", "/nonexistent"]).fails_with(&["no folder in the OCI image layout"]);
    assert_eq!(server.tags(), BTreeMap::new());
}

#[test]
fn a_tag_that_is_no_version() {
    let image = Recipe::new("version").build();
    for (tag, right) in
        [("v1.0", "`v1.2.3`"), ("1.0.0", "`v1.0.0`"), ("v01.0.0", "leading zero"), ("v1.0.0+x", "`v1.0.0`")]
    {
        run(&publish(&image, "127.0.0.1:1/x/y", &format!("--tag {tag}"))).fails_with(&[tag, right]);
    }
}
