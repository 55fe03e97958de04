//! The commands of workflows and documents are ones that the programs take, and the release guide has those that a release
//! runs.

use std::collections::BTreeSet;
use std::fs;

use clap::Parser;

use super::Cli;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
/// What a shell would put there.
const VALUES: [(&str, &str); 13] = [
    // A program that was handed over to a job with rights is the same as by cargo.
    ("programs/kyklos-registry", "cargo registry"),
    ("$(cargo image digest)", DIGEST),
    ("$(git rev-parse HEAD)", SHA),
    ("$REVISION", SHA),
    ("$INDEX", DIGEST),
    ("$GITHUB_REF_NAME", "v0.1.0"),
    ("$VERSION", "v0.1.0"),
    ("$NUMBER", "456"),
    ("@DIGEST", "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("FOLDER", "target/image/layout"),
    ("$RUNNER_ARCH", "X64"),
    ("FILE", "figures-X64.json"),
    ("\"", ""),
];

fn read(file: &str) -> String {
    fs::read_to_string(kyklos_image::root().unwrap().join(".github").join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// A line without what a shell does to it.
fn plain(line: &str) -> String {
    let mut line = VALUES.iter().fold(line.to_owned(), |line, (name, value)| line.replace(name, value));
    // `${NAME:+words}`: the words, as if it were set.
    while let Some((before, rest)) = line.split_once("${") {
        let (inside, after) = rest.split_once('}').unwrap();
        line = format!("{before}{}{after}", inside.split_once(":+").map_or("", |(_, words)| words));
    }
    line
}

/// The commands in a line, each without what is piped, redirected or remarked behind it.
fn commands_in(line: &str) -> Vec<String> {
    let ours = |part: &&str| ["image ", "image-check ", "registry "].iter().any(|name| part.starts_with(name));
    let inner = line.contains("$(cargo image digest)").then(|| "image digest".to_owned());
    let line = if line.contains("chmod ") || line.contains("path: ") { String::new() } else { plain(line) };
    if !line.split("cargo ").skip(1).any(|part| ours(&part)) {
        return inner.into_iter().collect();
    }
    let outer = line.split("cargo ").skip(1).find(ours);
    let end = |part| [" | ", " >", "  #"].iter().fold(part, |part: &str, end| part.split(end).next().unwrap());
    outer.map(|part| end(part).trim().to_owned()).into_iter().chain(inner).collect()
}

/// Those of a workflow.
fn of_workflow(name: &str) -> Vec<String> {
    let text = read(&format!("workflows/{name}"));
    let (mut lines, mut folded) = (Vec::<String>::new(), None);
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(outer) = folded {
            if indent > outer {
                lines.last_mut().unwrap().push_str(&format!(" {}", line.trim()));
                continue;
            }
            folded = None;
        }
        if line.trim_start().starts_with("run: >") {
            folded = Some(indent);
        }
        if !line.trim_start().starts_with('#') {
            lines.push(line.trim().trim_start_matches("run: >-").to_owned());
        }
    }
    lines
        .iter()
        .filter(|line| !line.starts_with("name:") && !line.starts_with("- name:"))
        .flat_map(|line| commands_in(line))
        .collect()
}

/// Those of a document: in its blocks, and in its tables.
fn of_document(name: &str) -> Vec<String> {
    let text = read(name).replace("\\\n", " ");
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if inside {
            found.extend(commands_in(line));
        } else if line.starts_with('|') {
            found.extend(line.split('`').skip(1).step_by(2).flat_map(commands_in));
        }
    }
    found
}

/// What a command does, and by which flags.
fn shape(command: &str) -> (String, BTreeSet<String>) {
    let (flags, words): (Vec<_>, Vec<_>) = command.split_whitespace().partition(|word| word.starts_with("--"));
    (words[..2].join(" "), flags.into_iter().map(str::to_owned).collect())
}

#[test]
fn every_command_is_one_that_its_program_takes() {
    let mut seen = 0;
    for (name, commands) in [
        ("ci.yml", of_workflow("ci.yml")),
        ("pull-request.yml", of_workflow("pull-request.yml")),
        ("second-registry.yml", of_workflow("second-registry.yml")),
        ("cleanup.yml", of_workflow("cleanup.yml")),
        ("main.yml", of_workflow("main.yml")),
        ("nightly.yml", of_workflow("nightly.yml")),
        ("release.yml", of_workflow("release.yml")),
        ("scan.yml", of_workflow("scan.yml")),
        ("weekly.yml", of_workflow("weekly.yml")),
        ("RELEASING.md", of_document("RELEASING.md")),
        ("registry/README.md", of_document("registry/README.md")),
        ("registry/STRATEGY.md", of_document("registry/STRATEGY.md")),
    ] {
        assert!(!commands.is_empty(), "{name} has no command");
        for command in commands {
            let words = || command.split_whitespace();
            let wrong = match words().next() {
                Some("registry") => kyklos_registry::cli::Cli::try_parse_from(words()).err(),
                Some("image") => kyklos_image::cli::Cli::try_parse_from(words()).err(),
                _ => Cli::try_parse_from(words()).err(),
            };
            assert!(wrong.is_none(), "{name}: cargo {command}: {}", wrong.unwrap());
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} commands were found");
}

#[test]
fn the_release_guide_has_the_commands_of_a_release() {
    let table = read("RELEASING.md");
    let guide: BTreeSet<_> = table
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2).flat_map(commands_in).collect::<Vec<_>>())
        .map(|command| shape(&command))
        .collect();
    // Not said in the table: what only answers to a later step.
    let others = |command: &String| !command.contains("-o json");
    let run: BTreeSet<_> = [of_workflow("ci.yml"), of_workflow("release.yml"), of_workflow("second-registry.yml")]
        .concat()
        .into_iter()
        .filter(others)
        .map(|command| shape(&command))
        .collect();
    assert_eq!(guide, run);
}

#[test]
fn a_command_is_read_as_a_shell_would() {
    let line = "run: cargo registry prune ${NUMBER:+--closed-pr \"$NUMBER\"} | tee x";
    assert_eq!(commands_in(line), ["registry prune --closed-pr 456"]);
    let line = "image=\"ghcr.io/kyklos/kyklos@$(cargo image digest)\"";
    assert_eq!(commands_in(line), ["image digest"]);
    assert_eq!(commands_in("run: programs/kyklos-registry copy \"$GITHUB_REF_NAME\""), ["registry copy v0.1.0"]);
    assert_eq!(commands_in("cargo image digest >\"digest-$BUILD\""), ["image digest"]);
}
