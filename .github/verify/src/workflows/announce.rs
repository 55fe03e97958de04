//! The script that makes a release on GitHub, run as it stands in the workflow with a `gh` that keeps releases in a folder:
//! GitHub itself can't run here, and can't be made to fail at a certain step.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::model::{parsed, read};

/// A release is a folder: its assets, `draft` as long as it is one, `latest` if it is that, `beside` if somebody has made a
/// draft of the same tag by hand. A published one doesn't change.
const GH: &str = r#"#!/bin/bash
set -eu
echo "$*" >>log
if [ -f fail-at ] && [ "$(wc -l <log)" = "$(cat fail-at)" ]; then
  # In the midst of an upload: the draft is there, and not all of it.
  if [ "$2" = create ]; then mkdir -p "releases/$3"; touch "releases/$3/draft"; fi
  echo "gh: HTTP 502" >&2; exit 1
fi
[ "$1" = release ]
case "$2" in
list)
  filter=; previous=
  for argument in "$@"; do
    [ "$previous" = --jq ] && filter=$argument
    previous=$argument
  done
  for release in releases/*/; do
    [ -d "$release" ] || continue
    tag=$(basename "$release")
    if [ -f "$release/draft" ]; then draft=true; else draft=false; fi
    echo "{\"tagName\": \"$tag\", \"isDraft\": $draft}"
    if [ -f "$release/beside" ]; then echo "{\"tagName\": \"$tag\", \"isDraft\": true}"; fi
  done | jq --slurp . | jq --raw-output "$filter" ;;
delete) [ -f "releases/$3/draft" ] || { echo "gh: it is published and never changes" >&2; exit 1; }; rm -r "releases/$3" ;;
create)
  [ ! -d "releases/$3" ] || { echo "gh: it is there" >&2; exit 1; }
  mkdir -p "releases/$3"
  for argument in "$@"; do
    case "$argument" in
    --draft) touch "releases/$3/draft" ;;
    --prerelease) touch "releases/$3/prerelease" ;;
    release/assets/*) cp "$argument" "releases/$3/" ;;
    esac
  done ;;
edit)
  [ -f "releases/$3/draft" ] || { echo "gh: it is published and never changes" >&2; exit 1; }
  for argument in "$@"; do
    case "$argument" in
    --draft=false) rm "releases/$3/draft" ;;
    --latest=true) touch "releases/$3/latest" ;;
    esac
  done ;;
*) echo "gh: no $2" >&2; exit 1 ;;
esac
"#;

/// What decides is the real program, to which the releases of the registry are told, since it can't be asked here.
const PROGRAM: &str = r#"#!/bin/bash
set -eu
arguments=()
while [ $# -gt 0 ]; do
  if [ "$1" = --repository ]; then
    [ "$2" = ghcr.io/kyklos/kyklos ]; shift
    while read -r release; do arguments+=(--existing "$release"); done <registry
  else
    arguments+=("$1")
  fi
  shift
done
exec "$REGISTRY" "${arguments[@]}"
"#;

/// The script of the last step of a job that has one.
pub(super) fn script_of(file: &str, job: &str) -> String {
    let workflow = parsed(&read(file)).unwrap();
    workflow.jobs[job].steps.iter().filter_map(|step| step.run.clone()).next_back().unwrap()
}

/// The program that a workflow's jobs are handed.
fn program() -> &'static Path {
    static BUILT: OnceLock<std::path::PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let root = crate::root().unwrap();
        let build = ["build", "--quiet", "--locked", "--package", "kyklos-registry"];
        crate::command::run(&mut crate::command::cargo(&root, &build)).unwrap();
        crate::command::target_folder(&root).join("debug/kyklos-registry")
    })
}

fn world() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("release/assets")).unwrap();
    fs::create_dir_all(folder.path().join("bin")).unwrap();
    fs::write(folder.path().join("release/NOTES.md"), "notes").unwrap();
    fs::create_dir_all(folder.path().join("programs")).unwrap();
    for asset in ["install.yaml", "SHA256SUMS", "kyklos-amd64.cdx.json"] {
        fs::write(folder.path().join("release/assets").join(asset), asset).unwrap();
    }
    for (file, text) in [("bin/gh", GH), ("programs/kyklos-registry", PROGRAM)] {
        let file = folder.path().join(file);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

/// Announces a release, with these in the registry.
fn announce(folder: &Path, tag: &str, there: &[&str]) -> Output {
    fs::write(folder.join("registry"), there.iter().map(|tag| format!("{tag}\n")).collect::<String>()).unwrap();
    let program = program().display().to_string();
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let prerelease = if tag.contains('-') { "1" } else { "" };
    let environment =
        [("PATH", path.as_str()), ("GITHUB_REF_NAME", tag), ("REGISTRY", &program), ("PRERELEASE", prerelease)];
    let mut bash = Command::new("bash");
    bash.current_dir(folder)
        .args(["-e", "-o", "pipefail", "-c", &script_of("release.yml", "announce")])
        .envs(environment)
        .output()
        .unwrap()
}

fn files(folder: &Path, tag: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.join("releases").join(tag)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const ALL: [&str; 3] = ["SHA256SUMS", "install.yaml", "kyklos-amd64.cdx.json"];

#[test]
fn it_is_published_with_all_its_assets_and_never_touched_again() {
    let world = world();
    let done = announce(world.path(), "v0.1.0", &["v0.1.0"]);
    assert!(done.status.success(), "{done:?}");
    assert_eq!(files(world.path(), "v0.1.0"), [&ALL[..2], &["kyklos-amd64.cdx.json", "latest"]].concat());
    let log = fs::read_to_string(world.path().join("log")).unwrap();
    let again = announce(world.path(), "v0.1.0", &["v0.1.0"]);
    assert!(again.status.success(), "{again:?}");
    let then = fs::read_to_string(world.path().join("log")).unwrap();
    assert_eq!(then.lines().count(), log.lines().count() + 1, "it looks, and does nothing");
}

#[test]
fn what_is_published_is_left_alone_with_a_draft_of_the_same_tag_beside_it() {
    let world = world();
    assert!(announce(world.path(), "v0.1.0", &["v0.1.0"]).status.success());
    fs::write(world.path().join("releases/v0.1.0/beside"), "").unwrap();
    let before = files(world.path(), "v0.1.0");
    let again = announce(world.path(), "v0.1.0", &["v0.1.0"]);
    assert!(again.status.success(), "{again:?}");
    assert_eq!(files(world.path(), "v0.1.0"), before);
    let log = fs::read_to_string(world.path().join("log")).unwrap();
    assert!(!log.contains("release delete"), "{log}");
}

#[test]
fn a_hotfix_and_a_pre_release_are_not_the_latest() {
    let world = world();
    assert!(announce(world.path(), "v0.1.1", &["v0.1.1", "v0.2.0"]).status.success());
    assert_eq!(files(world.path(), "v0.1.1"), ALL);
    assert!(announce(world.path(), "v0.2.0-rc.1", &["v0.1.1"]).status.success());
    assert_eq!(files(world.path(), "v0.2.0-rc.1"), [&ALL[..], &["prerelease"]].concat());
}

#[test]
fn interrupted_anywhere_it_goes_on_when_it_is_started_again() {
    let mut interrupted = 0;
    for step in 1..10 {
        let world = world();
        fs::write(world.path().join("fail-at"), step.to_string()).unwrap();
        let first = announce(world.path(), "v0.1.0", &["v0.1.0"]);
        if first.status.success() {
            break;
        }
        interrupted += 1;
        // Nothing is to be seen of it but a draft.
        let release = world.path().join("releases/v0.1.0");
        assert!(!release.exists() || release.join("draft").exists(), "{step}");
        let again = announce(world.path(), "v0.1.0", &["v0.1.0"]);
        assert!(again.status.success(), "{step}: {again:?}");
        assert_eq!(files(world.path(), "v0.1.0"), [&ALL[..], &["latest"]].concat(), "{step}");
    }
    assert_eq!(interrupted, 3, "looking, making, publishing");
}

/// Nothing that an earlier attempt has found counts: each asks anew.
#[test]
fn started_again_when_there_is_a_newer_release_it_is_not_the_latest() {
    let world = world();
    fs::write(world.path().join("fail-at"), "3").unwrap();
    assert!(!announce(world.path(), "v0.1.0", &["v0.1.0"]).status.success());
    fs::remove_file(world.path().join("fail-at")).unwrap();
    assert!(announce(world.path(), "v0.2.0", &["v0.1.0", "v0.2.0"]).status.success());
    let late = announce(world.path(), "v0.1.0", &["v0.1.0", "v0.2.0"]);
    assert!(late.status.success(), "{late:?}");
    assert_eq!(files(world.path(), "v0.1.0"), ALL);
    assert_eq!(files(world.path(), "v0.2.0"), [&ALL[..2], &["kyklos-amd64.cdx.json", "latest"]].concat());
    let environment = parsed(&read("release.yml")).unwrap().jobs["announce"].steps.last().unwrap().env.clone();
    assert!(environment.values().all(|value| !value.contains("needs.")), "{environment:?}");
}
