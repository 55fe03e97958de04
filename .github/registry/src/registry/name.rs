//! The names of repositories and of what is in them.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use oci_spec::distribution;

/// `<registry>/<namespace>/<repository>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    host: String,
    name: String,
}

/// A repository with a tag or a digest, or both: then the digest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The repository.
    pub repository: Repository,
    /// The tag, where there is one.
    pub tag: Option<String>,
    /// The digest, where there is one.
    pub digest: Option<String>,
}

impl Reference {
    /// What a registry is asked for: the digest, or else the tag.
    pub fn point(&self) -> Result<&str> {
        let point = self.digest.as_deref().or(self.tag.as_deref());
        point.with_context(|| format!("say which image: `{0}:TAG` or `{0}@DIGEST`", self.repository))
    }
}

impl Repository {
    /// The registry, with its port where it has one of its own.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What comes after the registry.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The start of every address; unencrypted on this machine alone, as Docker has it.
    pub(super) fn base(&self) -> String {
        let name = self.host.rsplit_once(':').map_or(self.host.as_str(), |(name, _)| name);
        let scheme = if matches!(name, "localhost" | "127.0.0.1") { "http" } else { "https" };
        format!("{scheme}://{}/", self.host)
    }

    /// With a tag or a digest.
    pub fn with(&self, reference: &str) -> String {
        let separator = if reference.contains(':') { '@' } else { ':' };
        format!("{self}{separator}{reference}")
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.name)
    }
}

impl FromStr for Repository {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let reference: Reference = text.parse()?;
        if reference.tag.is_some() || reference.digest.is_some() {
            bail!("`{text}` has a tag or a digest; the repository alone, `{}`, would be right", reference.repository);
        }
        Ok(reference.repository)
    }
}

impl FromStr for Reference {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let right = || format!("`{text}` is no name of an image; one is `registry/namespace/repository:tag`");
        let parsed: distribution::Reference = text.parse().with_context(right)?;
        // A name without a registry means Docker's to Docker, and one without a namespace its own images; here it is more
        // likely a slip.
        let whole = format!("{}/{}", parsed.registry(), parsed.repository());
        if !text.starts_with(&whole) {
            bail!("`{text}` names no registry, or no namespace in it; `{whole}` would be right, if that is meant");
        }
        // The parser makes up a tag where there is none.
        let written =
            text.rsplit('/').next().is_some_and(|last| last.split('@').next().is_some_and(|name| name.contains(':')));
        Ok(Self {
            repository: Repository { host: parsed.resolve_registry().to_owned(), name: parsed.repository().to_owned() },
            tag: parsed.tag().filter(|_| written).map(str::to_owned),
            digest: parsed.digest().map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_is_in_them() {
        let reference: Reference = "ghcr.io/kyklos/kyklos:v0.1.0".parse().unwrap();
        assert_eq!(reference.repository.to_string(), "ghcr.io/kyklos/kyklos");
        assert_eq!((reference.tag.as_deref(), reference.digest), (Some("v0.1.0"), None));
        assert_eq!(reference.repository.base(), "https://ghcr.io/");

        let digest = format!("sha256:{}", "a".repeat(64));
        let reference: Reference = format!("127.0.0.1:5000/x/y@{digest}").parse().unwrap();
        assert_eq!((reference.tag.as_deref(), reference.digest.as_ref()), (None, Some(&digest)));
        assert_eq!(reference.repository.base(), "http://127.0.0.1:5000/");
        assert_eq!(reference.repository.with(&digest), format!("127.0.0.1:5000/x/y@{digest}"));
        assert_eq!(reference.repository.with("v1"), "127.0.0.1:5000/x/y:v1");

        let hub: Repository = "docker.io/kyklos/kyklos".parse().unwrap();
        assert_eq!(hub.base(), "https://index.docker.io/");
    }

    #[test]
    fn what_is_no_name() {
        for (wrong, hint) in [
            ("kyklos", "`docker.io/library/kyklos` would be right"),
            ("docker.io", "`docker.io/library/docker.io` would be right"),
            ("docker.io/kyklos:v1", "`docker.io/library/kyklos` would be right"),
            ("ghcr.io", "`docker.io/library/ghcr.io` would be right"),
            ("ghcr.io/Kyklos/kyklos", "no name of an image"),
            ("ghcr.io/kyklos/kyklos:", "no name of an image"),
            ("", "no name of an image"),
        ] {
            let error = format!("{:#}", wrong.parse::<Reference>().unwrap_err());
            assert!(error.contains(hint), "{wrong}: {error}");
        }
        assert!(
            "ghcr.io/x/y:v1".parse::<Repository>().unwrap_err().to_string().contains("`ghcr.io/x/y`, would be right")
        );
    }
}
