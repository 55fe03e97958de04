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

/// Whether it is the key of a label or an annotation: a name, or one behind a subdomain and a slash.
fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_label_name(name),
        None => is_label_name(text),
    }
}

fn is_label_name(text: &str) -> bool {
    let outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    bytes.len() <= LABEL_MAX && outer(bytes.first()) && outer(bytes.last()) && bytes.iter().all(inner)
}

/// Notes a field that is to be the key of a label and can't.
pub(super) fn check_label_key(text: &str, field: &str, problems: &mut Problems) {
    if !is_key(text) {
        let message = format!(
            "{text:?} can't be a label's name: write at most {LABEL_MAX} letters, digits, hyphens, underscores and dots, with a \
             letter or digit at both ends, or such a name behind a domain, as in app.kubernetes.io/name"
        );
        problems.push(field, message);
    }
}

/// Notes a field that is to be the value of a label and can't. An empty one is a value.
pub(super) fn check_label_value(text: &str, field: &str, problems: &mut Problems) {
    if !text.is_empty() && !is_label_name(text) {
        let message = format!(
            "{text:?} can't be a label's value: write at most {LABEL_MAX} letters, digits, hyphens, underscores and dots, with a \
             letter or digit at both ends"
        );
        problems.push(field, message);
    }
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

    #[test]
    fn keys_and_values_of_labels_that_kubernetes_takes() {
        for key in
            ["app", "App_1.x", "app.kubernetes.io/name", "a/0", &format!("{}/{}", "a".repeat(253), "b".repeat(63))]
        {
            assert!(is_key(key), "{key}");
        }
        for key in ["", "-a", "a-", "a b", "ä", "a/b/c", "/a", "a/", "A.io/x", &"a".repeat(64)] {
            assert!(!is_key(key), "{key}");
        }
        let mut problems = Problems::default();
        check_label_value("", "at", &mut problems);
        assert!(problems.is_empty());
        check_label_value("a b", "at", &mut problems);
        assert!(problems.covers("at"));
    }
}
