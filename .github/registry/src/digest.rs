//! What content is called by: the SHA-256 of its bytes.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, held as its 64 lower-case hexadecimal digits and written `sha256:<digits>`.
///
/// Registries may use other algorithms; nothing here does, and one that can't be computed can't be verified.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The digits alone, as they stand in the name of a file or of a signature's tag.
    pub fn hex(&self) -> &str {
        &self.0
    }

    /// The first twelve digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }

    /// From the digits alone.
    pub fn from_hex(digits: &str) -> Option<Self> {
        let right = digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        right.then(|| Self(digits.to_owned()))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.0)
    }
}

impl FromStr for Digest {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some(digest) = text.strip_prefix("sha256:").and_then(Self::from_hex) else {
            bail!("`{text}` is no digest; one is `sha256:` and 64 lower-case hexadecimal digits");
        };
        Ok(digest)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl TryFrom<&oci_spec::image::Digest> for Digest {
    type Error = anyhow::Error;

    fn try_from(digest: &oci_spec::image::Digest) -> Result<Self> {
        digest.as_ref().parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_known_one() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(empty.parse::<Digest>().unwrap(), Digest::of(b""));
        assert_eq!(Digest::of(b"").short(), "e3b0c44298fc");
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in
            ["", "sha256:", "e3b0", &format!("sha256:{}", "E".repeat(64)), &format!("sha512:{}", "0".repeat(128))]
        {
            assert!(wrong.parse::<Digest>().unwrap_err().to_string().contains("no digest"), "{wrong}");
        }
    }
}
