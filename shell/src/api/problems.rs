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

/// Everything that is wrong with an object, in the order in which it was found, unless it was sorted since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    list: Vec<FieldProblem>,
    /// The fields in `list`, to find one among thousands.
    fields: HashSet<String>,
    /// How many are kept in words.
    most: usize,
    /// How many more there are.
    more: usize,
}

impl Default for Problems {
    fn default() -> Self {
        Self::at_most(usize::MAX)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            let between = if index == 0 { "" } else { "; " };
            write!(f, "{between}{problem}")?;
        }
        if self.more > 0 { write!(f, "; and {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for Problems {}

impl Problems {
    /// None yet. Of those to come so many are kept in words, and the others counted.
    pub fn at_most(most: usize) -> Self {
        Self { list: Vec::new(), fields: HashSet::new(), most, more: 0 }
    }

    /// Adds one.
    pub fn push(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        self.keep(field.clone(), message.into());
        self.fields.insert(field);
    }

    /// Adds one that leaves open what lies in its field.
    pub fn push_of_itself(&mut self, field: &str, message: String) {
        self.keep(field.to_owned(), message);
    }

    fn keep(&mut self, field: String, message: String) {
        if self.list.len() < self.most {
            self.list.push(FieldProblem { field: shortened(field), message: shortened(message) });
        } else {
            self.more += 1;
        }
    }

    /// Adds one without words to those that are only counted.
    pub fn count(&mut self) {
        self.more += 1;
    }

    /// Adds one in front of the others, and keeps it whatever else there is.
    pub fn push_first(&mut self, field: &str, message: String) {
        self.fields.insert(field.to_owned());
        if self.is_full() && self.list.pop().is_some() {
            self.more += 1;
        }
        self.list.insert(0, FieldProblem { field: shortened(field.to_owned()), message: shortened(message) });
    }

    /// Whether as many are kept in words as may be, so that the next ones are only counted.
    pub fn is_full(&self) -> bool {
        self.list.len() >= self.most
    }

    /// The same without what only helps to add more.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.fields = HashSet::new();
        self.list.shrink_to_fit();
        self
    }

    /// Whether this field or one that it lies in is wrong already, so that a second look would only say it again.
    pub fn covers(&self, field: &str) -> bool {
        self.fields.contains(field)
            || field
                .match_indices(['.', '['])
                .any(|(at, _)| field.get(..at).is_some_and(|outer| self.fields.contains(outer)))
    }

    /// Sorts those that are kept in words by their fields; those that are as good as each other stay in their order.
    pub fn sort_by_key<K: Ord>(&mut self, key: impl Fn(&str) -> K) {
        self.list.sort_by_cached_key(|problem| key(&problem.field));
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldProblem> {
        self.list.iter()
    }

    /// How many there are, those without words included.
    pub fn said(&self) -> usize {
        self.list.len() + self.more
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// The most characters of a text; nothing of ours comes near.
const MOST: usize = 500;
/// The characters kept from the start of a longer one: what it is about.
const START: usize = 100;
/// The characters kept from its end: what would be right.
const END: usize = 300;

/// A text with its middle left out when it is long: it quotes what somebody wrote, and that may be a whole file.
pub fn shortened(text: String) -> String {
    // Bytes are at least as many, and counted already.
    if text.len() <= MOST || text.chars().count() <= MOST {
        return text;
    }
    let at = |(index, _)| index;
    let start = text.char_indices().nth(START).map_or(0, at);
    let end = text.char_indices().nth_back(END - 1).map_or(0, at);
    let (start, end) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let left_out = text.chars().count() - START - END;
    format!("{start} [.. {left_out} more characters ..] {end}")
}

/// The longest text that something is looked for for; comparing takes time by its length.
const LONGEST: usize = 100;

/// At most three of `known` that look like `given`, nearest first: what was perhaps meant.
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    if given.len() > LONGEST {
        return Vec::new();
    }
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

    #[test]
    fn a_text_of_megabytes_is_shortened_between_what_it_is_and_what_is_right() {
        let mut problems = Problems::default();
        let long = "é".repeat(5_000_000);
        problems.push(format!("data[{long}]"), format!("{long:?} is no date: write YYYY-MM-DD"));
        let said = problems.iter().next().unwrap().to_string();
        assert!(said.chars().count() < 1_000, "{said}");
        assert!(said.starts_with("data[éé") && said.ends_with("é\" is no date: write YYYY-MM-DD"), "{said}");
        assert!(said.contains(" [.. 4999606 more characters ..] "), "{said}");
        assert!(problems.covers(&format!("data[{long}]")));
        assert_eq!(shortened("é".repeat(500)), "é".repeat(500));
    }
}
