//! Where built tools are kept: one folder per set of pinned sources.

use std::env;
use std::path::PathBuf;

use crate::Error;

/// The folder of this project in the user's cache.
pub(crate) fn root() -> Result<PathBuf, Error> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("KYKLOS_CACHE")
        .or_else(|| named("XDG_CACHE_HOME").map(|folder| folder.join("kyklos")))
        .or_else(|| named("HOME").map(|folder| folder.join(".cache/kyklos")))
        .ok_or(Error::NoCacheFolder)
}

/// A short name for `parts` that changes when any of them does.
///
/// FNV-1a: it has to tell versions apart and to be the same in each release of the compiler (the standard library's
/// hasher promises neither); it guards against nobody.
pub(crate) fn key(parts: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        // The end of a part counts, too: ["ab", "c"] isn't ["a", "bc"].
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_key_depends_on_every_part() {
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
        assert_ne!(key(&["a", "b"]), key(&["ab"]));
        assert_ne!(key(&["a", "b"]), key(&["a", "c"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
    }
}
