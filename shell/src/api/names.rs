//! What Kubernetes takes as a name (RFC 1123).

use crate::api::problems::Problems;

/// The longest label.
const LABEL_MAX: usize = 63;
/// The longest subdomain.
const SUBDOMAIN_MAX: usize = 253;

/// Whether it is a label, as the name of a namespace has to be.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= LABEL_MAX && is_part(text)
}

/// Whether it is a subdomain, as most objects' names have to be: parts with dots between them.
pub(crate) fn is_subdomain(text: &str) -> bool {
    text.len() <= SUBDOMAIN_MAX && text.split('.').all(is_part)
}

fn is_part(text: &str) -> bool {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(known) && !text.starts_with('-') && !text.ends_with('-')
}

/// Notes a field that is to name an object and can't. An empty one is another's to note.
pub(super) fn check_name(text: &str, field: &str, problems: &mut Problems) {
    if !text.is_empty() && !is_subdomain(text) {
        let message = format!(
            "{text:?} can't be an object's name: write at most {SUBDOMAIN_MAX} lower-case letters, digits, hyphens and dots, \
             with a letter or digit at both ends and beside each dot"
        );
        problems.push(field, message);
    }
}

/// Notes a field that is to name a namespace and can't.
pub(super) fn check_namespace(text: &str, field: &str, problems: &mut Problems) {
    if !is_label(text) {
        let message = format!(
            "{text:?} can't be a namespace's name: write at most {LABEL_MAX} lower-case letters, digits and hyphens, with a \
             letter or digit at both ends"
        );
        problems.push(field, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_kubernetes_takes() {
        for name in ["a", "web-1", "web.v1.2", "0", &"a".repeat(253)] {
            assert!(is_subdomain(name), "{name}");
        }
        for name in ["", "Web", "a b", "-a", "a-", "a..b", ".a", "a.-b", "a_b", "ä", &"a".repeat(254)] {
            assert!(!is_subdomain(name), "{name}");
        }
        assert!(is_label("shop-1") && is_label(&"a".repeat(63)));
        assert!(!is_label("shop.1") && !is_label(&"a".repeat(64)) && !is_label(""));
    }
}
