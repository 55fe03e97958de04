//! The labels of an object, in one text: there are tens of thousands of them, and each is asked for by its key now and then.

use std::collections::BTreeMap;

/// The most labels of an object that count, the first by their keys.
const LABELS_MAX: usize = 64;

/// Labels, each with a byte behind its key and its value that neither can have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelSet(Box<str>);

impl LabelSet {
    /// Those of an object.
    pub fn of(labels: &BTreeMap<String, String>) -> Self {
        let kept = labels.iter().take(LABELS_MAX).filter(|(key, value)| !key.contains('\0') && !value.contains('\0'));
        Self(kept.map(|(key, value)| format!("{key}\0{value}\0")).collect::<String>().into())
    }

    /// The value of a label.
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut parts = self.0.split_terminator('\0');
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            if name == key {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_key() {
        let labels = [("app", "web"), ("empty", ""), ("tier", "db")];
        let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let set = LabelSet::of(&labels.into());
        assert_eq!((set.get("app"), set.get("empty"), set.get("tier")), (Some("web"), Some(""), Some("db")));
        assert_eq!((set.get("web"), set.get(""), LabelSet::default().get("app")), (None, None, None));
        let many = (0..100).map(|number| (format!("l{number:03}"), String::new())).collect();
        let set = LabelSet::of(&many);
        assert_eq!((set.get("l063"), set.get("l064")), (Some(""), None));
    }
}
