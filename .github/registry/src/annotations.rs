//! What an index says of itself. Labels are those of a platform, and who shows an image of several, GitHub's page of the
//! package for one, reads the index alone.

use std::collections::BTreeMap;

/// How the names of the OCI's labels and annotations begin, which are the same.
pub const OCI: &str = "org.opencontainers.image.";

/// The OCI's labels on which all platforms agree, but for those that say nothing, which are the annotations that their index has to have.
pub fn agreed(platforms: impl IntoIterator<Item = BTreeMap<String, String>>) -> BTreeMap<String, String> {
    let mut platforms = platforms.into_iter();
    let mut agreed = platforms.next().unwrap_or_default();
    agreed.retain(|name, value| name.starts_with(OCI) && !value.is_empty());
    for other in platforms {
        agreed.retain(|name, value| other.get(name) == Some(value));
    }
    agreed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_one_platform_says_alone_is_not_said_of_all() {
        let [title, other, empty] = ["title", "version", "base.digest"].map(|name| format!("{OCI}{name}"));
        let [title, other, empty] = [&title, &other, &empty].map(String::as_str);
        let one = labels(&[(title, "Kyklos"), (other, "1"), ("io.buildah.version", "1.28"), (empty, "")]);
        let two = labels(&[(title, "Kyklos"), (other, "2"), ("io.buildah.version", "1.28")]);
        assert_eq!(agreed([one.clone(), two]), labels(&[(title, "Kyklos")]));
        assert_eq!(agreed([one.clone(), labels(&[])]), labels(&[]));
        assert_eq!(agreed([one]), labels(&[(title, "Kyklos"), (other, "1")]));
        assert_eq!(agreed([]), labels(&[]));
    }
}
