//! The reference of an image.
//!
//! Read by hand, so that an error names the part that is wrong and what would be right there; a test holds it to the reader
//! of the OCI's own types, which says only that something is wrong.

use std::net::Ipv6Addr;

/// The reference of an image, checked: `<registry>/<namespace>/<repository>:<tag>@<digest>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    reference: String,
    pinned: bool,
}

/// What is wrong with a reference.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// The part before tag and digest.
    #[error(
        "{0:?} is no name of an image: write a registry and a repository in lower case, such as ghcr.io/kyklos/kyklos"
    )]
    Name(String),
    /// The part after the colon.
    #[error("{0:?} is no tag: write up to 128 letters, digits, dots, hyphens and underscores, such as v0.1.0")]
    Tag(String),
    /// The part after the at sign.
    #[error("{0:?} is no digest: write sha256: and 64 hexadecimal digits in lower case")]
    Digest(String),
    /// A tag alone.
    #[error(
        "{0:?} has no digest, so what it names can change: write {0}@sha256:DIGEST with the digest from the release's notes, \
         or add --allow-tag to go by the tag"
    )]
    NoDigest(String),
    /// Neither.
    #[error("{0:?} has neither a tag nor a digest: write {0}:v0.1.0@sha256:DIGEST with those from the release's notes")]
    Neither(String),
}

impl Image {
    /// Reads a reference that has a digest.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn pinned(text: &str) -> Result<Self, ImageError> {
        let image = Self::tagged(text)?;
        if image.pinned { Ok(image) } else { Err(ImageError::NoDigest(image.reference)) }
    }

    /// Reads a reference that has a digest or a tag.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn tagged(text: &str) -> Result<Self, ImageError> {
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (text, None),
        };
        // The colon of a registry's port has a slash after it.
        let (name, tag) = match named.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (named, None),
        };
        if !is_name(name) {
            return Err(ImageError::Name(name.to_owned()));
        }
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(ImageError::Tag(tag.to_owned()));
        }
        if let Some(digest) = digest.filter(|digest| !is_digest(digest)) {
            return Err(ImageError::Digest(digest.to_owned()));
        }
        if tag.is_none() && digest.is_none() {
            return Err(ImageError::Neither(text.to_owned()));
        }
        Ok(Self { reference: text.to_owned(), pinned: digest.is_some() })
    }

    /// Whether it has a digest.
    pub fn is_pinned(&self) -> bool {
        self.pinned
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.reference
    }
}

/// A registry, which has a dot or a port or is `localhost`, where there is one; then the repository's path.
fn is_name(name: &str) -> bool {
    let path = match name.split_once('/') {
        Some((host, path)) if host == "localhost" || host.contains(['.', ':']) => {
            let (host, port) = host.rsplit_once(':').unwrap_or((host, "443"));
            if !is_host(host) || port.parse::<u16>().is_err() {
                return false;
            }
            path
        }
        _ => name,
    };
    // A name alone is one of Docker Hub's own, `library/NAME`.
    let longest = if name.contains('/') { PATH } else { PATH - "library/".len() };
    path.len() <= longest && path.split('/').all(is_part)
}

fn is_host(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_label = |label: &str| {
        let ends = |c: char| c.is_ascii_alphanumeric();
        let inside = label.starts_with(ends) && label.ends_with(ends);
        inside && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    address.map_or_else(|| host.split('.').all(is_label), |address| address.parse::<Ipv6Addr>().is_ok())
}

/// The longest that a repository's path may be.
const PATH: usize = 255;

/// Letters and digits, with a dot, one or two underscores, or hyphens between them.
fn is_part(part: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let inside = part.starts_with(alphanumeric) && part.ends_with(alphanumeric);
    let separators = part.split(alphanumeric).filter(|between| !between.is_empty());
    inside
        && separators
            .into_iter()
            .all(|between| matches!(between, "." | "_" | "__") || between.bytes().all(|c| c == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (1..=128).contains(&tag.len()) && tag.chars().all(known) && !tag.starts_with(['.', '-'])
}

fn is_digest(digest: &str) -> bool {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    digest.strip_prefix("sha256:").is_some_and(|digits| digits.len() == 64 && digits.chars().all(hex))
}

#[cfg(test)]
mod tests {
    use oci_spec::distribution::Reference;
    use proptest::prelude::*;

    use super::*;

    const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    #[test]
    fn a_digest_pins_and_a_tag_does_not() {
        for name in [
            "ghcr.io/kyklos/kyklos",
            "ghcr.io/kyklos/kyklos:v0.1.0",
            "kyklos",
            "localhost/kyklos:1",
            "127.0.0.1:5000/x/y",
            "[::1]:5000/x",
        ] {
            let image = Image::pinned(&format!("{name}@{DIGEST}")).unwrap();
            assert!(image.is_pinned() && image.as_str().starts_with(name), "{name}");
        }
        let error = Image::pinned("ghcr.io/kyklos/kyklos:v0.1.0").unwrap_err();
        assert!(matches!(error, ImageError::NoDigest(_)) && error.to_string().contains("v0.1.0@sha256:DIGEST"));
        assert!(!Image::tagged("registry.example:5000/kyklos:v0.1.0").unwrap().is_pinned());
        assert!(matches!(Image::tagged("registry.example:5000/kyklos"), Err(ImageError::Neither(_))));
    }

    proptest! {
        /// What is printed into a Deployment is what a container runtime takes, as the specification's own reader has it.
        #[test]
        fn what_is_taken_is_a_reference(
            host in prop_oneof![Just(""), Just("localhost/"), Just("reg.example:5000/"), Just("-a.b/"), Just("a..b/"), Just("a.b:/")],
            path in "[a-c0-2._/-]{1,12}|a{250,260}",
            tag in prop_oneof![Just(String::new()), ":[a-bA-B0-1._+-]{0,6}", ":a{120,140}"],
            digest in any::<bool>(),
        ) {
            let digest = if digest { format!("@{DIGEST}") } else { String::new() };
            let text = format!("{host}{path}{tag}{digest}");
            // It gives a tag to what has neither.
            if let Ok(image) = Image::tagged(&text) {
                let read = Reference::try_from(image.as_str());
                prop_assert!(read.is_ok(), "{text}: {read:?}");
            } else if let Ok(read) = Reference::try_from(text.as_str()) {
                let host = text.split('/').next().unwrap_or_default();
                // No host has an underscore (RFC 1123), and what looks like one and isn't could be pulled from nowhere.
                let no_host = text.contains('/') && host.contains('.') && host.contains('_');
                prop_assert!((tag.is_empty() && digest.is_empty()) || no_host, "{text}: {read:?}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let name = |text: &str| Err(ImageError::Name(text.to_owned()));
        for wrong in ["", "Kyklos", "a//b", "/a", "ghcr.io/", "a b", "-a", "ghcr.io:port/a", ":5000/a", "a.a_a/a"] {
            assert_eq!(Image::tagged(&format!("{wrong}:1@{DIGEST}")), name(wrong));
        }
        for wrong in ["", ".1", "a+b", &"t".repeat(129)] {
            assert_eq!(Image::tagged(&format!("kyklos:{wrong}")), Err(ImageError::Tag(wrong.to_owned())));
        }
        for wrong in ["", "sha256:", "sha256:12", &DIGEST.to_uppercase(), "md5:0", &format!("{DIGEST}0")] {
            let reference = format!("kyklos:1@{wrong}");
            assert_eq!(Image::tagged(&reference), Err(ImageError::Digest(wrong.to_owned())));
        }
    }
}
