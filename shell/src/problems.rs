//! What is wrong with an object or a file, field by field.

use std::collections::HashSet;
use std::fmt;

/// One thing that is wrong: `field: what is wrong, and what would be right`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The path of the field from the object's root, such as `spec.windows[2].start`.
    pub field: String,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Everything that is wrong with an object, in the order in which it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", .list.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Problems {
    list: Vec<FieldProblem>,
    /// The fields in `list`, to find one among thousands.
    fields: HashSet<String>,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        self.fields.insert(field.clone());
        self.list.push(FieldProblem { field, message: message.into() });
    }

    /// Whether this field or one that it lies in is wrong already, so that a second look would only say it again.
    pub fn covers(&self, field: &str) -> bool {
        self.fields.contains(field)
            || field
                .match_indices(['.', '['])
                .any(|(at, _)| field.get(..at).is_some_and(|outer| self.fields.contains(outer)))
    }

    /// All of them, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldProblem> {
        self.list.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// At most three of `known` that look like `given`, nearest first: what was perhaps meant.
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let folded = given.to_lowercase();
    let mut rated: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&folded, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0));
    rated.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_covers_what_lies_in_its_field() {
        let mut problems = Problems::default();
        problems.push("spec.windows[1]", "no");
        assert!(problems.covers("spec.windows[1]"));
        assert!(problems.covers("spec.windows[1].start"));
        assert!(!problems.covers("spec.windows[10].start"));
        assert!(!problems.covers("spec.windows"));
    }
}
