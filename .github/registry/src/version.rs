//! The version of a release, as its tag spells it.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

/// A version by Semantic Versioning 2.0 with a leading `v`, ordered as that says.
///
/// A pre-release is an `alpha`, a `beta` or an `rc`. Build metadata is refused, since the tag of an image can't hold `+`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(semver::Version);

/// The version of this checkout: `version` in the workspace's `Cargo.toml`, which is what programs built from it say.
pub const CHECKED_OUT: &str = env!("CARGO_PKG_VERSION");

/// Refuses a version, with or without a leading `v`, that isn't the checkout's: the image would have one, and the program
/// in it would say another.
pub fn check_checked_out(version: &str) -> Result<()> {
    check_same(version, CHECKED_OUT)
}

fn check_same(version: &str, checked_out: &str) -> Result<()> {
    if version.strip_prefix('v').unwrap_or(version) == checked_out {
        return Ok(());
    }
    bail!(
        "`{version}` is not the version of this checkout: `version` in Cargo.toml is `{checked_out}`, and so its programs \
         would say; right would be `v{checked_out}`, or a commit whose Cargo.toml says otherwise"
    );
}

/// What the name of a pre-release may begin with.
const STAGES: [&str; 3] = ["alpha", "beta", "rc"];
/// The longest tag that a registry takes.
const LONGEST_TAG: usize = 128;

impl Version {
    /// Neither alpha, beta nor release candidate: what rolling tags may point to.
    pub fn is_stable(&self) -> bool {
        self.0.pre.is_empty()
    }

    /// The X of `vX.Y.Z`.
    pub fn major(&self) -> u64 {
        self.0.major
    }

    /// The Y of `vX.Y.Z`.
    pub fn minor(&self) -> u64 {
        self.0.minor
    }

    /// A stable version of these numbers.
    pub fn stable(major: u64, minor: u64, patch: u64) -> Self {
        Self(semver::Version::new(major, minor, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some(numbers) = text.strip_prefix('v') else {
            if text.parse::<semver::Version>().is_ok() {
                bail!("`{text}` has no leading `v`; `v{text}` would be right");
            }
            bail!("`{text}` is no version; one is `v1.2.3`, or `v1.2.3-rc.1` before its release");
        };
        let version = match numbers.parse::<semver::Version>() {
            Ok(version) => version,
            Err(why) => {
                bail!("`{text}` is no Semantic Version: {why}; one is `v1.2.3`, or `v1.2.3-rc.1` before its release")
            }
        };
        if !version.build.is_empty() {
            bail!(
                "`{text}` has build metadata, and the tag of an image can't hold `+`; `{}` would be right",
                without_build(text)
            );
        }
        let stage = version.pre.split('.').next().unwrap_or_default();
        if !version.pre.is_empty() && !STAGES.contains(&stage) {
            bail!(
                "`{text}` is a pre-release of the unknown kind `{stage}`; `-alpha.1`, `-beta.1` or `-rc.1` would be right"
            );
        }
        if text.len() > LONGEST_TAG {
            bail!("`{text}` has {} characters, and the tag of an image holds {LONGEST_TAG} at most", text.len());
        }
        Ok(Self(version))
    }
}

fn without_build(text: &str) -> &str {
    text.split('+').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn what_a_version_is() {
        for right in ["v0.1.0", "v10.20.30", "v1.0.0-alpha", "v0.1.0-beta.1", "v1.2.3-rc.11", "v1.0.0-rc.1.x-y"] {
            assert_eq!(version(right).to_string(), right);
        }
    }

    #[test]
    fn what_is_refused_and_what_would_be_right() {
        for (wrong, hint) in [
            ("1.0.0", "`v1.0.0` would be right"),
            ("v1.0", "one is `v1.2.3`"),
            ("v1", "one is `v1.2.3`"),
            ("v01.0.0", "leading zero"),
            ("v1.0.0-beta.01", "leading zero"),
            ("v1.0.0+build", "`v1.0.0` would be right"),
            ("v1.0.0-beta.1+build", "`v1.0.0-beta.1` would be right"),
            ("v1.0.0-nightly.1", "`-alpha.1`"),
            ("v1.0.0-beta1", "unknown kind `beta1`"),
            ("v1.0.0-", "one is `v1.2.3`"),
            ("V1.0.0", "is no version"),
            ("v1.0.0 ", "no Semantic Version"),
            ("v99999999999999999999.0.0", "no Semantic Version"),
            ("latest", "is no version"),
            ("", "is no version"),
        ] {
            let error = wrong.parse::<Version>().unwrap_err().to_string();
            assert!(error.contains(hint), "{wrong}: {error}");
        }
        let long = format!("v1.0.0-rc.{}", "1".repeat(130));
        assert!(long.parse::<Version>().unwrap_err().to_string().contains("128 at most"));
    }

    #[test]
    fn a_release_is_the_checkouts_to_the_last_letter() {
        for (right, checked_out) in [("v0.1.0", "0.1.0"), ("0.1.0", "0.1.0"), ("v0.2.0-beta.1", "0.2.0-beta.1")] {
            check_same(right, checked_out).unwrap();
        }
        // A pre-release has a version of its own in Cargo.toml, and what follows it another.
        for (wrong, checked_out) in
            [("v0.1.1", "0.1.0"), ("v0.2.0-beta.1", "0.2.0"), ("v0.2.0", "0.2.0-rc.1"), ("v0.2.0-rc.2", "0.2.0-rc.1")]
        {
            let error = check_same(wrong, checked_out).unwrap_err().to_string();
            assert!(error.contains(wrong) && error.contains(&format!("right would be `v{checked_out}`")), "{error}");
        }
    }

    #[test]
    fn the_order_is_that_of_semantic_versioning() {
        let ordered =
            ["v0.1.0-alpha", "v0.1.0-alpha.1", "v0.1.0-beta.2", "v0.1.0-beta.11", "v0.1.0-rc.1", "v0.1.0", "v0.1.1"];
        assert!(ordered.windows(2).all(|pair| version(pair[0]) < version(pair[1])));
        assert!(version("v0.9.0") < version("v0.10.0"));
        assert!(version("v0.1.0").is_stable() && !version("v0.1.0-rc.1").is_stable());
    }
}
