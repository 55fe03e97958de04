//! Reads the fields of a JSON object one by one and notes everything that is wrong with them.
//!
//! serde stops at the first error; a person who mends a file wants all of them at once.

use kyklos_core::Reason;
use serde_json::{Map, Value};

use crate::api::problems::{Problems, nearest};

/// The fields of one object.
pub(crate) struct Fields<'v> {
    path: String,
    map: &'v Map<String, Value>,
    known: Vec<&'static str>,
    /// Fields that belong elsewhere, and where.
    misplaced: Vec<(&'static str, &'static str)>,
}

impl<'v> Fields<'v> {
    /// The fields of `value`, which stands at `path`; the root has an empty one.
    pub(crate) fn of(value: &'v Value, path: &str, problems: &mut Problems) -> Option<Self> {
        let Value::Object(map) = value else {
            let message = format!("{} where fields are expected: write field: value pairs", describe(value));
            problems.push(if path.is_empty() { "document" } else { path }, message);
            return None;
        };
        Some(Self { path: path.to_owned(), map, known: Vec::new(), misplaced: Vec::new() })
    }

    /// The full path of a field.
    pub(crate) fn path(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    /// A field's value; `null` is as good as none, as for the API server.
    pub(crate) fn get(&mut self, field: &'static str) -> Option<&'v Value> {
        if !self.known.contains(&field) {
            self.known.push(field);
        }
        self.map.get(field).filter(|value| !value.is_null())
    }

    /// Has who writes a field here told that it belongs elsewhere: `place`, in words.
    pub(crate) fn belongs(&mut self, field: &'static str, place: &'static str) {
        self.misplaced.push((field, place));
    }

    /// A text.
    pub(crate) fn text(&mut self, field: &'static str, problems: &mut Problems) -> Option<String> {
        match self.get(field)? {
            Value::String(text) => Some(text.clone()),
            other => {
                let message = format!("{} where a text is expected: put it in quotes", describe(other));
                problems.push(self.path(field), message);
                None
            }
        }
    }

    /// A text that has to be there; an empty one stands in for it when it isn't.
    pub(crate) fn required_text(&mut self, field: &'static str, like: &str, problems: &mut Problems) -> String {
        if self.get(field).is_none() {
            problems.push(self.path(field), format!("missing: write {like}"));
            return String::new();
        }
        self.text(field, problems).unwrap_or_default()
    }

    /// A whole number.
    pub(crate) fn number(&mut self, field: &'static str, problems: &mut Problems) -> Option<i64> {
        let value = self.get(field)?;
        let number = value.as_i64();
        if number.is_none() {
            problems.push(self.path(field), format!("{} where a whole number is expected", describe(value)));
        }
        number
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, field: &'static str, problems: &mut Problems) -> Option<bool> {
        let value = self.get(field)?;
        let flag = value.as_bool();
        if flag.is_none() {
            problems.push(self.path(field), format!("{} where true or false is expected", describe(value)));
        }
        flag
    }

    /// A list.
    pub(crate) fn list(&mut self, field: &'static str, problems: &mut Problems) -> Option<&'v [Value]> {
        match self.get(field)? {
            Value::Array(list) => Some(list),
            other => {
                problems.push(self.path(field), format!("{} where a list is expected", describe(other)));
                None
            }
        }
    }

    /// The first entries of a list, as many as there may be: whoever is told that there are too many needs no word on each. Something
    /// stands in for one that is wrong, so that those after it keep their index.
    pub(crate) fn entries<T>(
        &mut self,
        field: &'static str,
        most: usize,
        problems: &mut Problems,
        read: fn(&Value, &str, &mut Problems) -> T,
    ) -> Option<Vec<T>> {
        let path = self.path(field);
        let list = self.list(field, problems)?;
        if list.len() > most {
            problems.push_of_itself(&path, Reason::TooMany { found: list.len(), most }.to_string());
        }
        let entries = list.iter().take(most).enumerate();
        Some(entries.map(|(index, entry)| read(entry, &format!("{path}[{index}]"), problems)).collect())
    }

    /// Notes every field that nobody asked for.
    pub(crate) fn finish(self, problems: &mut Problems) {
        for field in self.map.keys().filter(|field| !self.known.contains(&field.as_str())) {
            if problems.is_full() {
                // It would only be counted; looking for what was meant takes time.
                problems.count();
                continue;
            }
            let place = self.misplaced.iter().find(|(misplaced, _)| misplaced == field);
            let meant = nearest(field, self.known.iter().copied());
            let message = match (place, meant.first()) {
                (Some((_, place)), _) => format!("unknown field: it belongs elsewhere: write {place}"),
                (None, Some(meant)) => format!("unknown field: did you mean {meant}?"),
                (None, None) => format!("unknown field: known here are {}", self.known.join(", ")),
            };
            problems.push(self.path(field), message);
        }
    }
}

/// A value in words, short.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => format!("{flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text {text:?}"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
