//! The script that names a pull request's image in a comment, run as it stands in the workflow with a `gh` that keeps comments
//! in a file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Lists, by the filter that it is given; makes one; changes one.
const GH: &str = r#"#!/bin/bash
set -eu
[ "$1" = api ]; shift
method=GET filter=. path="" body=""
while [ $# -gt 0 ]; do
  case "$1" in
  --method) method=$2; shift ;;
  --jq) filter=$2; shift ;;
  --raw-field) body=${2#body=}; shift ;;
  --silent | --paginate) ;;
  *) path=$1 ;;
  esac
  shift
done
case "$method $path" in
"GET repos/kyklos/kyklos/issues/456/comments") jq -r "$filter" comments ;;
"POST repos/kyklos/kyklos/issues/456/comments")
  jq --arg body "$body" '. + [{id: (length + 1), user: {login: "github-actions[bot]"}, body: $body}]' comments >next ;;
"PATCH repos/kyklos/kyklos/issues/comments/"*)
  jq --arg body "$body" --argjson id "${path##*/}" '(.[] | select(.id == $id)).body = $body' comments >next ;;
*) echo "gh: $method $path" >&2; exit 1 ;;
esac
if [ -f next ]; then mv next comments; fi
"#;

fn comment(folder: &Path, sha: &str) {
    let script = super::announce::script_of("pull-request.yml", "comment");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let environment = [
        ("PATH", path.as_str()),
        ("GITHUB_REPOSITORY", "kyklos/kyklos"),
        ("NUMBER", "456"),
        ("INDEX", sha),
        ("SHA", "c0ffee0"),
        ("MERGED", "decade0"),
    ];
    let mut bash = Command::new("bash");
    let done =
        bash.current_dir(folder).args(["-e", "-o", "pipefail", "-c", &script]).envs(environment).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn there_is_one_comment_and_it_is_kept_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("gh"), GH).unwrap();
    fs::set_permissions(here.join("gh"), fs::Permissions::from_mode(0o755)).unwrap();
    // Somebody else's, who quotes ours; and another of the same account.
    let others = r#"[
        {"id": 1, "user": {"login": "octocat"}, "body": "<!-- The image of this pull request -->\nwell"},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "Something else"}
    ]"#;
    fs::write(here.join("comments"), others).unwrap();
    let comments = || -> Vec<(String, String)> {
        let mut jq = Command::new("jq");
        let done =
            jq.current_dir(here).args(["-r", r#".[] | "\(.id) \(.body | @json)""#, "comments"]).output().unwrap();
        let text = String::from_utf8(done.stdout).unwrap();
        text.lines().map(|line| line.split_once(' ').unwrap()).map(|(id, body)| (id.into(), body.into())).collect()
    };
    for sha in ["sha256:one", "sha256:two"] {
        comment(here, sha);
        let all = comments();
        assert_eq!(all.len(), 3, "{all:#?}");
        assert!(all[2].1.contains(&format!("ghcr.io/kyklos/kyklos:pr-456@{sha}`")), "{all:#?}");
        // The commit that was pushed, and the one of the image's label.
        assert!(all[2].1.contains("c0ffee0") && all[2].1.contains("label names decade0"), "{all:#?}");
        assert!(all[0].1.ends_with("well\"") && all[1].1 == "\"Something else\"", "{all:#?}");
    }
    assert!(!comments()[2].1.contains("one"), "{:#?}", comments());
}
