//! The tags that the project gives, and what each means.

use std::fmt;

use crate::digest::Digest;
use crate::version::Version;

/// A tag that one of the project's events makes, or that a signing tool hangs on an image.
///
/// [`Tag::parse`] knows no other: what is unknown is nobody's to move or to delete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// `v0.1.0` or `v0.1.0-beta.1`: a release, for ever the same.
    Release(Version),
    /// `v0.1`, `v0` or `latest`: the highest stable release so far.
    Rolling(Rolling),
    /// `main-1a2b3c4` or `v0.1-1a2b3c4`: a push to a branch, for ever the same.
    Commit(Branch, ShortSha),
    /// `pr-456`: the last push to a pull request.
    PullRequest(u64),
    /// `sha256-<digits>.sig` and its like: says something about the image of that digest.
    Attached(Digest, Attachment),
}

/// A tag that moves on with stable releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rolling {
    /// `vX.Y`
    Minor(u64, u64),
    /// `vX`
    Major(u64),
    /// `latest`
    Latest,
}

/// A branch whose pushes are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Branch {
    /// `main`
    Main,
    /// `release/vX.Y`
    Release(u64, u64),
}

/// The first seven digits of a commit's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShortSha(String);

/// What a tag of the form `sha256-<digits>..` holds about an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attachment {
    /// `.sig`: cosign's signatures.
    Signature,
    /// `.att`: cosign's attestations.
    Attestation,
    /// `.sbom`: an SBOM attached as it is.
    Sbom,
    /// No suffix: the list of referrers, on registries that have no API for it.
    Referrers,
}

/// How many digits of a commit's name a tag holds.
const SHORT: usize = 7;

impl Tag {
    /// The versions of those that are releases, the lowest first.
    pub fn releases(tags: &[String]) -> Vec<Version> {
        let version = |tag: &String| match Self::parse(tag) {
            Some(Self::Release(version)) => Some(version),
            _ => None,
        };
        let mut versions: Vec<_> = tags.iter().filter_map(version).collect();
        versions.sort();
        versions
    }

    /// What a tag means; `None` where none of the project's events makes such a tag.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("sha256-") {
            let (digits, suffix) = rest.split_at_checked(64)?;
            let kind = Attachment::ALL.into_iter().find(|kind| kind.suffix() == suffix)?;
            return Some(Self::Attached(Digest::from_hex(digits)?, kind));
        }
        if let Some(number) = text.strip_prefix("pr-") {
            return number_of(number).filter(|&number| number > 0).map(Self::PullRequest);
        }
        if let Some(sha) = text.strip_prefix("main-") {
            return ShortSha::exact(sha).map(|sha| Self::Commit(Branch::Main, sha));
        }
        if let Ok(version) = text.parse() {
            return Some(Self::Release(version));
        }
        if let Some(rolling) = Rolling::parse(text) {
            return Some(Self::Rolling(rolling));
        }
        let (numbers, sha) = text.split_once('-')?;
        let Rolling::Minor(major, minor) = Rolling::parse(numbers)? else { return None };
        ShortSha::exact(sha).map(|sha| Self::Commit(Branch::Release(major, minor), sha))
    }

    /// Whether it is never overwritten.
    pub fn is_immutable(&self) -> bool {
        matches!(self, Self::Release(_) | Self::Commit(..))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release(version) => version.fmt(f),
            Self::Rolling(rolling) => rolling.fmt(f),
            Self::Commit(Branch::Main, sha) => write!(f, "main-{}", sha.0),
            Self::Commit(Branch::Release(major, minor), sha) => write!(f, "v{major}.{minor}-{}", sha.0),
            Self::PullRequest(number) => write!(f, "pr-{number}"),
            Self::Attached(digest, kind) => write!(f, "sha256-{}{}", digest.hex(), kind.suffix()),
        }
    }
}

impl Rolling {
    /// The three that a release of this version may move.
    pub fn of(version: &Version) -> [Self; 3] {
        [Self::Minor(version.major(), version.minor()), Self::Major(version.major()), Self::Latest]
    }

    /// `v0.1`, `v0` or `latest`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "latest" {
            return Some(Self::Latest);
        }
        let numbers = text.strip_prefix('v')?;
        match numbers.split_once('.') {
            None => number_of(numbers).map(Self::Major),
            Some((major, minor)) => Some(Self::Minor(number_of(major)?, number_of(minor)?)),
        }
    }

    /// Whether it may ever point to this version: a stable one of its range.
    pub fn covers(self, version: &Version) -> bool {
        version.is_stable()
            && match self {
                Self::Latest => true,
                Self::Major(major) => version.major() == major,
                Self::Minor(major, minor) => version.major() == major && version.minor() == minor,
            }
    }

    /// Where it belongs, given all the versions that there are.
    pub fn highest<'a>(self, versions: impl IntoIterator<Item = &'a Version>) -> Option<&'a Version> {
        versions.into_iter().filter(|version| self.covers(version)).max()
    }
}

impl fmt::Display for Rolling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Major(major) => write!(f, "v{major}"),
            Self::Minor(major, minor) => write!(f, "v{major}.{minor}"),
        }
    }
}

impl ShortSha {
    /// From the full name of a commit, or what is left of it: seven hexadecimal digits at least.
    pub fn of(sha: &str) -> Option<Self> {
        let right =
            matches!(sha.len(), SHORT..=64) && sha.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        sha.get(..SHORT).filter(|_| right).map(|short| Self(short.to_owned()))
    }

    /// The seven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn exact(sha: &str) -> Option<Self> {
        Self::of(sha).filter(|_| sha.len() == SHORT)
    }
}

impl Attachment {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Signature, Self::Attestation, Self::Sbom, Self::Referrers];

    fn suffix(self) -> &'static str {
        match self {
            Self::Signature => ".sig",
            Self::Attestation => ".att",
            Self::Sbom => ".sbom",
            Self::Referrers => "",
        }
    }
}

/// Decimal digits without a leading zero, as Semantic Versioning wants them.
pub(crate) fn number_of(text: &str) -> Option<u64> {
    let right = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    text.parse().ok().filter(|_| right)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_there_and_back() {
        let digits = "ab".repeat(32);
        let attached = [".sig", ".att", ".sbom", ""].map(|suffix| format!("sha256-{digits}{suffix}"));
        let plain = [
            "v0.1.0",
            "v0.1.0-beta.1",
            "v0.1",
            "v0",
            "latest",
            "main-1a2b3c4",
            "v0.1-1a2b3c4",
            "v0.1-1234567",
            "pr-456",
        ];
        for text in plain.into_iter().chain(attached.iter().map(String::as_str)) {
            assert_eq!(Tag::parse(text).unwrap_or_else(|| panic!("{text}")).to_string(), text);
        }
        assert!(matches!(Tag::parse("v0.1-1234567"), Some(Tag::Commit(Branch::Release(0, 1), _))));
    }

    #[test]
    fn anything_else_is_unknown() {
        let short = format!("sha256-{}.sig", "ab".repeat(31));
        let other = format!("sha256-{}.other", "ab".repeat(32));
        for text in [
            "",
            "v",
            "v01",
            "v1.01",
            "v0.1.0-nightly",
            "1.0.0",
            "Latest",
            "main",
            "main-",
            "main-1a2b3c",
            "main-1a2b3c4d",
            "main-1A2B3C4",
            "main-xyzxyzx",
            "pr-",
            "pr-0",
            "pr-01",
            "pr-1a",
            "v0-1a2b3c4",
            "dev",
            "v0.1-",
            "v+1",
            &short,
            &other,
        ] {
            assert_eq!(Tag::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_commit_is_shortened() {
        assert_eq!(ShortSha::of(&"0a".repeat(20)).unwrap().0, "0a0a0a0");
        assert!(ShortSha::of("0a0a0a").is_none() && ShortSha::of("0a0a0a0g").is_none() && ShortSha::of("").is_none());
    }

    proptest! {
        #[test]
        fn parsing_never_fails_and_only_takes_what_it_would_write(text in "[a-z0-9.+ -]{0,24}|v[0-9]{1,2}(\\.[0-9]{1,2}){0,3}(-[a-z0-9.]{0,9})?") {
            if let Some(tag) = Tag::parse(&text) {
                prop_assert_eq!(tag.to_string(), text);
            }
        }
    }
}
