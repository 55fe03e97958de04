//! What an image has to say of itself, and what may not be in it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::content::Content;
use crate::annotations::{self, OCI};
use crate::digest::Digest;
use crate::source::Manifest;
use crate::tag::Tag;

/// The user of the image: `nonroot`.
const USER: &str = "65532";
/// Shells and package managers.
const FORBIDDEN: [&str; 13] =
    ["sh", "bash", "dash", "ash", "zsh", "busybox", "apk", "apt", "apt-get", "dpkg", "rpm", "dnf", "yum"];
/// How the files of a libc and of its loader begin.
const LIBC: [&str; 4] = ["ld-linux", "ld-musl", "libc.so", "libc.musl"];

/// What the labels should be, where the caller knows it.
#[derive(Debug, Default, Clone)]
pub struct Labels {
    /// The version, with or without a leading `v`.
    pub version: Option<String>,
    /// The name of the commit, or what it begins with.
    pub revision: Option<String>,
}

impl Labels {
    /// What the labels of an image have to say that has this tag.
    pub fn of(tag: &Tag) -> Self {
        match tag {
            Tag::Release(version) => Self { version: Some(version.to_string()), revision: None },
            Tag::Commit(_, sha) => Self { version: None, revision: Some(sha.as_str().to_owned()) },
            Tag::Rolling(_) | Tag::PullRequest(_) | Tag::Attached(..) => Self::default(),
        }
    }
}

/// The labels of a configuration.
pub(crate) fn labels_of(content: &Content) -> BTreeMap<String, String> {
    let labels: Option<&HashMap<String, String>> = content.config.labels_of_config();
    labels.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What the index says of the image: what all its platforms do, a description among it.
pub(super) fn annotations(index: &Manifest, contents: &[Content]) -> Result<String, String> {
    let wanted = annotations::agreed(contents.iter().map(labels_of));
    let index = index.as_index().map_err(|error| format!("{error:#}"))?;
    let found: BTreeMap<&str, &str> =
        index.annotations().iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let short = |name: &str| name.strip_prefix(OCI).unwrap_or(name).to_owned();
    let mut wrong = Vec::new();
    for (name, right) in &wanted {
        match found.get(name.as_str()) {
            Some(value) if value == right => {}
            Some(value) => wrong.push(format!("`{}` is `{value}`; right would be `{right}`", short(name))),
            None => wrong.push(format!("`{}` is missing; right would be `{right}`", short(name))),
        }
    }
    if wanted.get(&format!("{OCI}description")).is_none_or(|text| text.is_empty()) {
        wrong.push("no label has a `description` for the index to show".to_owned());
    }
    if wrong.is_empty() {
        Ok(wanted.keys().map(|name| short(name)).collect::<Vec<_>>().join(", "))
    } else {
        Err(format!("{}; the index says what the labels do, as `cargo image build` writes it", wrong.join("; ")))
    }
}

/// The labels of the OCI's list that the contract asks for.
pub(super) fn labels(content: &Content, wanted: &Labels) -> Result<String, String> {
    let labels = labels_of(content);
    let label = |key: &str| labels.get(&format!("{OCI}{key}")).map(String::as_str).unwrap_or_default();
    let mut wrong = Vec::new();
    let mut expect = |key: &str, right: bool, what: String| {
        if !right {
            let value = label(key);
            let found = if value.is_empty() { "is missing".to_owned() } else { format!("is `{value}`") };
            wrong.push(format!("`{key}` {found}; right would be {what}"));
        }
    };
    expect("source", label("source").starts_with("https://"), "the address of the source".to_owned());
    let revision = label("revision");
    match &wanted.revision {
        Some(sha) if is_commit(revision) => expect("revision", revision.starts_with(sha.as_str()), format!("`{sha}`")),
        _ => expect("revision", is_commit(revision), "the commit's 40 digits (--build-arg REVISION)".to_owned()),
    }
    let version = label("version");
    match &wanted.version {
        Some(right) => expect("version", without_v(version) == without_v(right), format!("`{}`", without_v(right))),
        None => expect("version", !version.is_empty(), "the version".to_owned()),
    }
    expect(
        "created",
        is_a_date(label("created")),
        "the commit's time, as 2026-11-25T12:00:00Z (--build-arg CREATED)".to_owned(),
    );
    expect("licenses", label("licenses") == "Apache-2.0", "`Apache-2.0`".to_owned());
    expect("base.name", !label("base.name").is_empty(), "the name of the base image, or `scratch`".to_owned());
    let base_known = label("base.name") == "scratch" || label("base.digest").parse::<Digest>().is_ok();
    expect("base.digest", base_known, "the digest of the base image".to_owned());
    if wrong.is_empty() { Ok(format!("version {version}, revision {revision}")) } else { Err(wrong.join("; ")) }
}

/// The user, by number, so that `runAsNonRoot` can see that it isn't root.
pub(super) fn user(content: &Content) -> Result<String, String> {
    let user = content.config.config().as_ref().and_then(|config| config.user().clone()).unwrap_or_default();
    let right = user == USER || user == format!("{USER}:{USER}");
    if right { Ok(user) } else { Err(format!("the user is `{user}`; right would be `{USER}:{USER}`")) }
}

/// No shell, no package manager, no libc, wherever they are; and no file that runs with more rights than who starts it.
pub(super) fn nothing_else(content: &Content) -> Result<String, String> {
    let paths = || content.layers.iter().flat_map(|layer| &layer.paths);
    let privileged = content.layers.iter().flat_map(|layer| &layer.privileged);
    if let Some(path) = privileged.into_iter().next() {
        return Err(format!("/{path} is setuid or setgid; nothing in the image needs more rights than `{USER}` has"));
    }
    let found: Vec<_> = paths()
        .filter(|path| {
            let name = path.rsplit_once('/').map_or(path.as_str(), |(_, name)| name);
            FORBIDDEN.contains(&name) || LIBC.iter().any(|start| name.starts_with(start))
        })
        .map(|path| format!("/{path}"))
        .collect();
    if found.is_empty() {
        Ok(format!("{} files, no shell, package manager or libc among them", paths().count()))
    } else {
        Err(format!("in the image are {}; no shell, package manager or libc belongs there", found.join(", ")))
    }
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A time that somebody has set: builders write the year 1970 where nobody has.
fn is_a_date(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok_and(|time| time.as_second() > 366 * 24 * 3600)
}

/// The numbers of a version, as a label has them and a tag doesn't.
pub(crate) fn without_v(version: &str) -> &str {
    version.strip_prefix('v').unwrap_or(version)
}
