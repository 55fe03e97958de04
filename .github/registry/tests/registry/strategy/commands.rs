//! The commands: those in blocks are run as a reader's shell does, against a registry of the test's own; those of Docker and
//! GitHub are compared with the options that these have.

use std::collections::BTreeMap;
use std::process::Command;

use crate::support::attached::complete;
use crate::support::kind::built;
use crate::support::{Kind, Recipe, Server, publish, run};

/// How the document calls the repository, and the place of a copy.
const IMAGE: &str = "ghcr.io/kyklos/kyklos";
const COPY: &str = "registry.example/kyklos/kyklos";
/// The images that its commands are about, and by which event each is made.
const THERE: [&str; 4] = ["--tag v0.1.0", "--tag v0.2.0-rc.1", "--branch main --sha 1a2b3c4", "--pull-request 456"];
/// What a line may begin with. Those of cosign are run by `cargo image-check`, which has an image that is signed.
const RUN: [&str; 5] = ["skopeo ", "crane ", "cargo registry ", "export ", "test "];
const ELSEWHERE: [&str; 2] = ["cosign verify ", "cosign verify-attestation "];

/// The lines of all blocks, in their order.
fn lines() -> Vec<String> {
    let text = super::text();
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

/// The variables that a line uses: those that somebody has to have set.
fn variables(line: &str) -> Vec<&str> {
    let rests = line.split('$').skip(1).map(|rest| rest.trim_start_matches('{'));
    let names = rests.map(|rest| rest.split(|one: char| !one.is_ascii_uppercase()).next().unwrap());
    names.filter(|name| !name.is_empty()).collect()
}

/// For registries without encryption, and with the program under test.
fn here(line: &str, image: &str, copy: &str) -> String {
    line.replace(IMAGE, image)
        .replace(COPY, copy)
        .replace("skopeo inspect ", "skopeo inspect --tls-verify=false ")
        .replace("skopeo list-tags ", "skopeo list-tags --tls-verify=false ")
        .replace("skopeo copy ", "skopeo copy --src-tls-verify=false --dest-tls-verify=false ")
        .replace("cargo registry --dry-run prune", &format!("cargo registry --dry-run prune --repository {image}"))
        .replace("cargo registry published", &format!("cargo registry published --repository {image}"))
        .replace("cargo registry sizes", &format!("cargo registry sizes --repository {image}"))
        .replace("cargo registry ", concat!(env!("CARGO_BIN_EXE_kyklos-registry"), " "))
}

#[test]
fn every_command_runs_and_shows_something() {
    let (server, second) = (Server::of(Kind::Distribution), Server::of(Kind::Distribution));
    for event in THERE {
        let image = Recipe::new(event).of(event).build();
        run(&publish(&image, &server.repository(), event)).ok();
        complete(&server, &image);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:{}", built().display(), std::env::var("PATH").unwrap());
    let (mut exports, mut seen) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for line in lines() {
        for name in variables(&line) {
            let set = exports.iter().any(|before: &String| before.starts_with(&format!("export {name}=")));
            assert!(set, "nothing before sets ${name} for `{line}`");
        }
        if ELSEWHERE.iter().any(|beginning| line.starts_with(beginning)) {
            continue;
        }
        let known = RUN.iter().find(|beginning| line.starts_with(**beginning));
        *seen.entry(known.unwrap_or_else(|| panic!("nothing runs `{line}`"))).or_default() += 1;
        let script = here(&line, &server.repository(), &second.repository());
        let before: String = exports.iter().map(|line| format!("{line}\n")).collect();
        // `export` succeeds, whatever becomes of the command in it.
        let set = script.strip_prefix("export ").and_then(|rest| rest.split('=').next());
        let after = set.map_or_else(String::new, |name| format!("\ntest -n \"${name}\""));
        let mut bash = Command::new("bash");
        bash.current_dir(folder.path()).env("PATH", &path).env("DOCKER_CONFIG", "/nonexistent");
        let done = bash.args(["-eu", "-o", "pipefail", "-c", &format!("{before}{script}{after}")]).output().unwrap();
        assert!(done.status.success(), "{line}: {done:?}");
        if line.starts_with("export ") {
            exports.push(script);
        } else if !line.starts_with("test ") && !line.contains(" copy ") && !line.starts_with("crane pull ") {
            assert!(!done.stdout.is_empty(), "{line} shows nothing");
        }
    }
    assert!(RUN.iter().all(|beginning| seen.get(beginning).is_some_and(|count| *count > 1)), "{seen:?}");
    // What was copied is the same, digest for digest.
    assert_eq!(second.digest("v0.1.0"), server.digest("v0.1.0"));
    for pulled in ["kyklos", "kyklos-arm64", "kyklos-v0", "kyklos-latest", "kyklos-rc", "kyklos-main", "kyklos-pr"] {
        assert!(folder.path().join(pulled).join("index.json").is_file(), "{pulled} wasn't pulled");
    }
}

/// The options of Docker's and GitHub's commands, from their reference.
const OPTIONS: [(&str, &[&str]); 10] = [
    ("docker pull", &["--platform", "--quiet", "--all-tags"]),
    ("docker run", &["--rm", "--platform", "--read-only", "--cap-drop", "--network"]),
    ("docker image inspect", &["--format", "--platform"]),
    ("docker image history", &["--format", "--human", "--no-trunc", "--quiet", "--platform"]),
    ("docker buildx imagetools inspect", &["--format", "--raw"]),
    ("docker login", &["--username", "--password-stdin"]),
    ("gh attestation verify", &["--repo", "--owner", "--signer-workflow", "--bundle", "--format", "--predicate-type"]),
    ("gh release download", &["--repo", "--pattern", "--dir", "--clobber", "--skip-existing"]),
    ("gh workflow run", &["--ref", "--raw-field", "--field", "--json", "--repo"]),
    ("gh release view", &["--repo", "--json", "--jq", "--web"]),
];

#[test]
fn commands_of_docker_and_github_have_options_that_there_are() {
    let text = super::text();
    let section = text.split("## On GitHub or with Docker").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    assert!(rows.len() > 8, "{rows:#?}");
    for row in rows {
        let command = row.split('`').nth(1).unwrap();
        let known = OPTIONS.iter().find(|(name, _)| command.starts_with(&format!("{name} ")));
        let (_, options) = known.unwrap_or_else(|| panic!("nobody knows `{command}`"));
        let given = command.split_whitespace().filter(|word| word.starts_with("--"));
        // What comes behind the image is Kyklos's own.
        let given = given.filter(|word| !command.contains(&format!(":v0.1.0 {word}")));
        given.for_each(|word| assert!(options.contains(&word), "`{command}`: {word} is none of {options:?}"));
    }
    // And they stand nowhere else.
    assert!(lines().iter().all(|line| !line.contains("docker ") && !line.starts_with("gh ")));
    let others = text.replace(section, "");
    assert!(!others.contains("`docker "), "a command of Docker's stands elsewhere");
}

/// Every row of the table of use cases is about a tag that the table of tags has.
#[test]
fn each_tag_has_its_use() {
    let text = super::text();
    let (_, tags, rest) = super::between(&text, "tags");
    let uses = rest.split("Which to take:").nth(1).unwrap().split("\n\n").nth(1).unwrap();
    for row in tags.lines().skip(2).filter(|row| row.contains('`')) {
        let tag = row.split('`').nth(1).unwrap();
        // `v0.1-1a2b3c4` is as `main-1a2b3c4`.
        let told = uses.lines().any(|line| line.starts_with(&format!("| `{tag}`"))) || tag == "v0.1-1a2b3c4";
        assert!(told, "nobody says what `{tag}` is for");
    }
}
