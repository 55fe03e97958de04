//! From files to documents: YAML or JSON, several documents in a file, lists opened up.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;
use serde_saphyr::UserMessageFormatter;
use serde_saphyr::budget::BudgetBreach;

use crate::api::problems::{FieldProblem, Problems, shortened};

/// What `-` is called in errors.
pub const STANDARD_INPUT: &str = "standard input";

/// Where an object stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file as it was asked for, `standard input` for `-`.
    pub file: Rc<str>,
    /// The number of the document, from 1, where the file has several.
    pub document: Option<usize>,
    /// The place in a list, such as `items[0]`, or nothing.
    pub path: String,
}

/// One object of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Where it stands.
    pub origin: Origin,
    /// What stands there.
    pub value: Value,
}

/// One thing that is wrong with a file: `FILE: FIELD: what is wrong, and what would be right`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Where the object stands that has the field.
    pub origin: Origin,
    /// The field, with its path from the document's root.
    pub problem: FieldProblem,
}

impl Origin {
    fn of(file: &Rc<str>) -> Self {
        Self { file: Rc::clone(file), document: None, path: String::new() }
    }

    /// A complaint about a field of the object that stands here.
    pub fn complain(&self, field: &str, message: impl Into<String>) -> Complaint {
        let field = match (self.path.as_str(), field) {
            ("", field) => field.to_owned(),
            // The reader's word for the object itself.
            (path, "" | "document") => path.to_owned(),
            (path, field) => format!("{path}.{field}"),
        };
        let problem = FieldProblem { field: shortened(field), message: shortened(message.into()) };
        Complaint { origin: self.clone(), problem }
    }

    /// A complaint for each of the problems of the object that stands here.
    pub fn complain_of(&self, problems: &Problems) -> impl Iterator<Item = Complaint> {
        problems.iter().map(|problem| self.complain(&problem.field, problem.message.as_str()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", printable(&self.file))?;
        match self.document {
            Some(number) => write!(f, ": document {number}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)?;
        if !self.problem.field.is_empty() {
            write!(f, "{}: ", printable(&self.problem.field))?;
        }
        write!(f, "{}", printable(&self.problem.message))
    }
}

/// Text from a file on one line, and with nothing in it that a terminal would act on.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// What a file is called in errors; `-` is standard input.
pub fn called(path: &Path) -> Rc<str> {
    if path == Path::new("-") { STANDARD_INPUT.into() } else { path.to_string_lossy().into() }
}

/// The objects of a file, in their order; `-` is standard input. What can't be read goes to `complaints`.
pub fn read_file(path: &Path, complaints: &mut Vec<Complaint>) -> Vec<Document> {
    let file = called(path);
    match bytes_of(path) {
        Ok(bytes) => read(&file, &bytes, complaints),
        Err(error) => {
            complaints.push(Origin::of(&file).complain("", format!("can't be read: {error}")));
            Vec::new()
        }
    }
}

fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path)
}

/// Reads the documents of one file. Those in front of one that can't be read are still there.
fn read(file: &Rc<str>, bytes: &[u8], complaints: &mut Vec<Complaint>) -> Vec<Document> {
    let mut objects = Vec::new();
    // The YAML library reads other encodings, too, and has no place for what is wrong with this one.
    if let Err(error) = std::str::from_utf8(bytes) {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = good.iter().filter(|&&byte| byte == b'\n').count() + 1;
        complaints.push(Origin::of(file).complain(&format!("line {line}"), "not UTF-8: save the file as UTF-8 text"));
        return objects;
    }
    let mut rest = bytes;
    let documents: Vec<Result<Value, _>> = serde_saphyr::read_with_options(&mut rest, options()).collect();
    if documents.is_empty() {
        complaints.push(Origin::of(file).complain("", "the file is empty: write at least one object"));
    }
    let several = documents.len() > 1;
    for (number, document) in (1..).zip(documents) {
        let origin = Origin { document: several.then_some(number), ..Origin::of(file) };
        match document {
            Ok(value) => open(origin, value, &mut objects, complaints),
            Err(error) => {
                let mut complaint = not_yaml(&origin, &error);
                if bytes.windows(TEMPLATE.0.len()).any(|text| text == TEMPLATE.0.as_bytes()) {
                    complaint.problem.message.push_str(TEMPLATE.1);
                }
                complaints.push(complaint);
            }
        }
    }
    objects
}

/// Limits far above any manifest that is meant, so that one with too many windows is told just that.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 20_000_000,
            max_nodes: 10_000_000,
            max_documents: 1_000_000,
            max_recorded_anchor_events: 100_000,
        },
    }
}

fn not_yaml(origin: &Origin, error: &serde_saphyr::Error) -> Complaint {
    let error = error.without_snippet();
    let place = error.location().map(|at| format!("line {}, column {}", at.line(), at.column()));
    let place = place.unwrap_or_default();
    // What is wrong with the text that an alias stands for is wrapped up with the alias's places.
    let mut cause = error;
    while let serde_saphyr::Error::AliasError { error, .. } = cause {
        cause = error;
    }
    let message = match cause {
        serde_saphyr::Error::DuplicateMappingKey { key, .. } => match key {
            Some(key) => format!("the key {key:?} is there twice: keep one of the two"),
            None => "a key is there twice: keep one of the two".to_owned(),
        },
        serde_saphyr::Error::Budget { breach, .. } => too_much(breach).to_owned(),
        serde_saphyr::Error::AliasReplayLimitExceeded { .. }
        | serde_saphyr::Error::AliasExpansionLimitExceeded { .. }
        | serde_saphyr::Error::AliasReplayStackDepthExceeded { .. }
        | serde_saphyr::Error::AliasReplayCounterOverflow { .. } => ALIASES.to_owned(),
        _ => {
            // The formatter for users names the place once more.
            let text = error.render_with_formatter(&UserMessageFormatter);
            let text = text.strip_suffix(&format!(" at {place}")).unwrap_or(&text);
            format!("not YAML: {text}")
        }
    };
    origin.complain(&place, message)
}

/// What a template has that isn't filled in, and what is said where one can't be read.
const TEMPLATE: (&str, &str) = ("{{", "; where {{ }} is a template's, give what helm template prints of it");

/// What is said of aliases that stand for more than any manifest.
const ALIASES: &str = "its aliases (*NAME) stand for too much text: write out what they stand for";

/// What is said of a file that goes beyond a limit of the YAML library.
fn too_much(breach: &BudgetBreach) -> &'static str {
    match breach {
        BudgetBreach::Aliases { .. }
        | BudgetBreach::Anchors { .. }
        | BudgetBreach::AliasAnchorRatio { .. }
        | BudgetBreach::RecordedAnchorEvents { .. }
        | BudgetBreach::RecordedAnchorBytes { .. }
        | BudgetBreach::MergeKeys { .. } => ALIASES,
        _ => "the file is too large for manifests: write the objects into several files",
    }
}

/// Opens a list up, as `kubectl get -o yaml` prints it; anything else is an object by itself, whatever its kind ends with.
fn open(origin: Origin, value: Value, objects: &mut Vec<Document>, complaints: &mut Vec<Complaint>) {
    let is_list = |kind: &str| kind == "List" || (kind.ends_with("List") && value.get("items").is_some());
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(is_list);
    if !is_list {
        objects.push(Document { origin, value });
        return;
    }
    let Value::Object(mut list) = value else { return };
    match list.remove("items") {
        Some(Value::Array(items)) => {
            for (index, value) in items.into_iter().enumerate() {
                let origin = Origin { path: format!("items[{index}]"), ..origin.clone() };
                objects.push(Document { origin, value });
            }
        }
        _ => complaints.push(origin.complain("items", "a list has to be here: write the objects as its entries")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: impl AsRef<[u8]>) -> (Vec<Document>, Vec<String>) {
        let mut complaints = Vec::new();
        let objects = read(&"a.yaml".into(), text.as_ref(), &mut complaints);
        (objects, complaints.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn times_and_dates_without_quotes_are_text() {
        let (objects, complaints) = said("start: 09:00\nend: 24:00\nday: 2026-12-25\nat: 2026-12-24T18:00\n");
        assert!(complaints.is_empty(), "{complaints:?}");
        let expected =
            serde_json::json!({"start": "09:00", "end": "24:00", "day": "2026-12-25", "at": "2026-12-24T18:00"});
        assert_eq!(objects[0].value, expected);
    }

    #[test]
    fn json_is_yaml() {
        let (objects, complaints) = said("{\"kind\": \"X\", \"start\": \"09:00\"}\n");
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(objects[0].value, serde_json::json!({"kind": "X", "start": "09:00"}));
    }

    #[test]
    fn empty_documents_are_none() {
        let (objects, complaints) = said("# made by hand\n---\n---\na: 1\n---\n");
        assert_eq!((objects.len(), complaints.len()), (1, 0));
        assert_eq!(objects[0].origin.document, None);
        for empty in ["", "\n", "# nothing\n", "---\n", "null\n"] {
            let (objects, complaints) = said(empty);
            assert!(objects.is_empty());
            assert_eq!(complaints, ["a.yaml: the file is empty: write at least one object"]);
        }
    }

    #[test]
    fn what_stands_in_front_of_an_error_is_still_read() {
        let (objects, complaints) = said("a: 1\n---\nb: [1\n---\nc: 1\n");
        assert_eq!(objects.len(), 1);
        assert_eq!(complaints, ["a.yaml: document 2: line 3, column 4: not YAML: unclosed bracket '['"]);
    }

    #[test]
    fn a_key_that_is_there_twice_is_an_error_and_the_next_document_is_read() {
        let (objects, complaints) = said("a: 1\na: 2\n---\nb: 3\n");
        assert_eq!(objects.len(), 1);
        assert_eq!(
            complaints,
            ["a.yaml: document 1: line 2, column 1: the key \"a\" is there twice: keep one of the two"]
        );
    }

    #[test]
    fn other_encodings_are_refused() {
        let (_, complaints) = said(b"a: 1\nb: \xe9\n");
        assert_eq!(complaints, ["a.yaml: line 2: not UTF-8: save the file as UTF-8 text"]);
        assert_eq!(said("\u{feff}a: 1\n").0.len(), 1);
    }

    #[test]
    fn lists_are_opened_up() {
        let (objects, complaints) =
            said("kind: List\nitems: [{a: 1}, {b: 2}]\n---\nkind: FooList\nitems: 3\n---\nkind: AllowList\nspec: {}\n");
        assert_eq!(objects.len(), 3);
        assert_eq!(objects[2].value["kind"], "AllowList");
        assert_eq!(objects[1].origin.complain("spec.timezone", "no").to_string(), {
            "a.yaml: document 1: items[1].spec.timezone: no"
        });
        assert_eq!(complaints, ["a.yaml: document 2: items: a list has to be here: write the objects as its entries"]);
    }

    #[test]
    fn nothing_from_a_file_reaches_the_terminal_as_a_command() {
        let complaint = Origin::of(&"a.yaml".into()).complain("spec.\u{1b}[2J", "two\nlines");
        assert_eq!(complaint.to_string(), "a.yaml: spec.\u{fffd}[2J: two\u{fffd}lines");
    }
}
