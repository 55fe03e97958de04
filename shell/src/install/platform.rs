//! The platforms that an image may have, by the names that an image and a node have for them.

use std::str::FromStr;

/// Each by what an index calls it, and by the label `kubernetes.io/arch` of its nodes; a variant no label has.
const KNOWN: [(&str, &str); 6] = [
    ("linux/amd64", "amd64"),
    ("linux/arm64", "arm64"),
    ("linux/arm/v7", "arm"),
    ("linux/riscv64", "riscv64"),
    ("linux/ppc64le", "ppc64le"),
    ("linux/s390x", "s390x"),
];

/// A platform of Linux that an image has a binary for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    architecture: &'static str,
}

/// A text that is none of them.
#[derive(Debug, thiserror::Error)]
#[error(
    "write a platform as an image's index has it: linux/amd64, linux/arm64, linux/arm/v7, linux/riscv64, linux/ppc64le or \
     linux/s390x"
)]
pub struct PlatformError;

impl Platform {
    /// Those of a release's image.
    pub const OF_A_RELEASE: [Self; 2] = [Self { architecture: "amd64" }, Self { architecture: "arm64" }];

    /// What the label `kubernetes.io/arch` of its nodes says.
    pub(super) fn architecture(self) -> &'static str {
        self.architecture
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let known = KNOWN.iter().find(|(platform, _)| *platform == text);
        known.map(|&(_, architecture)| Self { architecture }).ok_or(PlatformError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_named_as_in_an_index() {
        for (text, architecture) in KNOWN {
            assert_eq!(text.parse::<Platform>().unwrap().architecture(), architecture);
        }
        for text in ["", "amd64", "linux", "linux/arm", "linux/x86_64", "Linux/amd64", "windows/amd64"] {
            let error = text.parse::<Platform>().unwrap_err().to_string();
            assert!(KNOWN.iter().all(|(platform, _)| error.contains(platform)), "{text}: {error}");
        }
        assert_eq!(Platform::OF_A_RELEASE, ["linux/amd64", "linux/arm64"].map(|text| text.parse().unwrap()));
    }
}
