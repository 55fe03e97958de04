//! A selector of labels: read with everything that is wrong with it, and asked without a copy of any label.

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use serde_json::{Map, Value};

use super::fields::{Fields, describe};
use super::names::{check_label_key, check_label_value};
use super::problems::Problems;

/// The most labels and expressions of one selector: it is asked of every workload there is.
pub const REQUIREMENTS_MAX: usize = 32;
/// The most values of one expression.
pub const VALUES_MAX: usize = 64;

/// A selector that was checked. An empty one takes everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector(Box<[Requirement]>);

/// Something that a label has to be, or not to be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: Box<str>,
    test: Test,
}

/// The values are sorted, and each is there once.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    In(Box<[Box<str>]>),
    NotIn(Box<[Box<str>]>),
    Exists,
    DoesNotExist,
}

impl Selector {
    /// Checks one that stands at `path`. What is wrong goes to `problems`, and then there is none.
    pub fn of(selector: &LabelSelector, path: &str, problems: &mut Problems) -> Option<Self> {
        let before = problems.said();
        let (mut all, mut whole) = (Vec::new(), true);
        for (key, value) in selector.match_labels.iter().flatten() {
            let field = format!("{path}.matchLabels[{key}]");
            check_label_key(key, &field, problems);
            check_label_value(value, &field, problems);
            all.push(Requirement { key: key.as_str().into(), test: Test::In([value.as_str().into()].into()) });
        }
        for (index, asked) in selector.match_expressions.iter().flatten().enumerate() {
            let field = format!("{path}.matchExpressions[{index}]");
            let found = requirement(asked, &field, problems);
            whole &= found.is_some();
            all.extend(found);
        }
        if all.len() > REQUIREMENTS_MAX {
            let message =
                format!("{} labels and expressions are too many: write at most {REQUIREMENTS_MAX}", all.len());
            problems.push_of_itself(path, message);
        }
        (whole && problems.said() == before).then(|| Self(all.into()))
    }

    /// Whether it takes something whose labels `label` finds by their keys.
    pub fn takes<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.0.iter().all(|asked| asked.test.holds(label(&asked.key)))
    }

    /// Whether what it asks of one label is so, if it asks anything.
    pub fn asks_of(&self, key: &str, label: Option<&str>) -> bool {
        self.0.iter().filter(|asked| *asked.key == *key).all(|asked| asked.test.holds(label))
    }

    /// Whether it takes everything.
    pub fn takes_all(&self) -> bool {
        self.0.is_empty()
    }
}

impl Test {
    /// One that isn't there is none of any values.
    fn holds(&self, label: Option<&str>) -> bool {
        let among = |values: &[Box<str>], label: &str| values.binary_search_by(|value| (**value).cmp(label)).is_ok();
        match self {
            Self::In(values) => label.is_some_and(|label| among(values, label)),
            Self::NotIn(values) => label.is_none_or(|label| !among(values, label)),
            Self::Exists => label.is_some(),
            Self::DoesNotExist => label.is_none(),
        }
    }
}

impl fmt::Display for Selector {
    /// As kubectl has it: `app=web,tier in (db,cache),!legacy`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Requirement { key, test }) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "," })?;
            match test {
                Test::In(values) if values.len() == 1 => write!(f, "{key}={}", values.concat())?,
                Test::In(values) => write!(f, "{key} in ({})", values.join(","))?,
                Test::NotIn(values) => write!(f, "{key} notin ({})", values.join(","))?,
                Test::Exists => write!(f, "{key}")?,
                Test::DoesNotExist => write!(f, "!{key}")?,
            }
        }
        Ok(())
    }
}

fn requirement(asked: &LabelSelectorRequirement, path: &str, problems: &mut Problems) -> Option<Requirement> {
    let key = format!("{path}.key");
    if !problems.covers(&key) {
        check_label_key(&asked.key, &key, problems);
    }
    let field = format!("{path}.values");
    let given = asked.values.as_deref().unwrap_or_default();
    for (index, value) in given.iter().enumerate().take(VALUES_MAX) {
        check_label_value(value, &format!("{field}[{index}]"), problems);
    }
    if given.len() > VALUES_MAX {
        problems.push(&*field, format!("{} values are too many: write at most {VALUES_MAX}", given.len()));
    }
    let mut values: Vec<Box<str>> = given.iter().map(|value| value.as_str().into()).collect();
    values.sort_unstable();
    values.dedup();
    let (test, has_values) = match asked.operator.as_str() {
        "In" => (Test::In(values.into()), true),
        "NotIn" => (Test::NotIn(values.into()), true),
        "Exists" => (Test::Exists, false),
        "DoesNotExist" => (Test::DoesNotExist, false),
        other => {
            let field = format!("{path}.operator");
            if !problems.covers(&field) {
                problems.push(field, format!("{other:?} is no operator: write In, NotIn, Exists or DoesNotExist"));
            }
            return None;
        }
    };
    if has_values == given.is_empty() && !problems.covers(&field) {
        let operator = &asked.operator;
        let message = if has_values {
            format!("missing: {operator} compares with values: write at least one")
        } else {
            format!("{operator} compares with no value: leave them out, or write In or NotIn")
        };
        problems.push(field, message);
    }
    Some(Requirement { key: asked.key.as_str().into(), test })
}

/// Reads one from JSON. A field that nobody knows is an error: left out, it would take too much.
pub(crate) fn read(value: &Value, path: &str, problems: &mut Problems) -> Option<LabelSelector> {
    let mut fields = Fields::of(value, path, problems)?;
    let labels = fields.get("matchLabels").and_then(|value| {
        let path = format!("{path}.matchLabels");
        let Value::Object(map) = value else {
            problems.push(path, format!("{} where labels are expected: write NAME: VALUE pairs", describe(value)));
            return None;
        };
        Some(read_labels(map, &path, problems))
    });
    let list = fields.list("matchExpressions", problems);
    let place = |index: usize| format!("{path}.matchExpressions[{index}]");
    // Those beyond what there may be are counted, and nobody needs a word on each.
    let read = |(index, entry): (usize, &Value)| match index {
        ..=REQUIREMENTS_MAX => read_expression(entry, &place(index), problems),
        _ => LabelSelectorRequirement { key: "x".to_owned(), operator: "Exists".to_owned(), values: None },
    };
    let expressions = list.map(|list| list.iter().enumerate().map(read).collect());
    fields.finish(problems);
    Some(LabelSelector { match_labels: labels, match_expressions: expressions })
}

fn read_labels(map: &Map<String, Value>, path: &str, problems: &mut Problems) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for (key, value) in map {
        match value {
            Value::String(text) => drop(labels.insert(key.clone(), text.clone())),
            other => {
                let message = format!("{} where a text is expected: put it in quotes", describe(other));
                problems.push(format!("{path}[{key}]"), message);
            }
        }
    }
    labels
}

fn read_expression(value: &Value, path: &str, problems: &mut Problems) -> LabelSelectorRequirement {
    let Some(mut fields) = Fields::of(value, path, problems) else {
        return LabelSelectorRequirement { key: String::new(), operator: String::new(), values: None };
    };
    let key = fields.required_text("key", "the label's name", problems);
    let operator = fields.required_text("operator", "In, NotIn, Exists or DoesNotExist", problems);
    let values = fields.list("values", problems).map(|list| {
        let mut values = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            match value {
                Value::String(text) => values.push(text.clone()),
                other => {
                    let message = format!("{} where a text is expected: put it in quotes", describe(other));
                    problems.push(format!("{path}.values[{index}]"), message);
                    values.push(String::new());
                }
            }
        }
        values
    });
    fields.finish(problems);
    LabelSelectorRequirement { key, operator, values }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selector(value: &Value) -> Result<Selector, String> {
        let mut problems = Problems::default();
        let read = read(value, "spec.selector", &mut problems);
        let selector = read.and_then(|selector| Selector::of(&selector, "spec.selector", &mut problems));
        selector.filter(|_| problems.is_empty()).ok_or_else(|| problems.to_string())
    }

    fn takes(value: &Value, labels: &[(&str, &'static str)]) -> bool {
        let find = |key: &str| labels.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        selector(value).unwrap().takes(find)
    }

    #[test]
    fn each_operator_and_all_together() {
        let app = json!({ "matchLabels": { "app": "web" } });
        assert!(takes(&app, &[("app", "web")]) && !takes(&app, &[("app", "api")]) && !takes(&app, &[]));
        let one = |operator: &str, values: Value| json!({ "matchExpressions": [{ "key": "tier", "operator": operator, "values": values }] });
        let held = |value: &Value| [takes(value, &[("tier", "db")]), takes(value, &[("tier", "x")]), takes(value, &[])];
        assert_eq!(held(&one("In", json!(["db", "cache"]))), [true, false, false]);
        assert_eq!(
            held(&one("NotIn", json!(["db", "cache"]))),
            [false, true, true],
            "one that isn't there is none of them"
        );
        assert_eq!(held(&one("Exists", Value::Null)), [true, true, false]);
        assert_eq!(held(&one("DoesNotExist", json!([]))), [false, false, true]);
        let both =
            json!({ "matchLabels": { "app": "web" }, "matchExpressions": [{ "key": "tier", "operator": "Exists" }] });
        assert!(takes(&both, &[("app", "web"), ("tier", "")]) && !takes(&both, &[("app", "web")]));
        assert!(selector(&json!({})).unwrap().takes_all() && takes(&json!({}), &[]));
        let shown = json!({
            "matchLabels": { "app": "web" },
            "matchExpressions": [
                { "key": "tier", "operator": "In", "values": ["db", "cache", "db"] },
                { "key": "x", "operator": "NotIn", "values": ["1"] },
                { "key": "y", "operator": "Exists" },
                { "key": "legacy", "operator": "DoesNotExist" },
            ],
        });
        assert_eq!(selector(&shown).unwrap().to_string(), "app=web,tier in (cache,db),x notin (1),y,!legacy");
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_is_left_out() {
        for (value, said) in [
            (json!([]), "spec.selector: a list where fields are expected: write field: value pairs"),
            (
                json!({ "matchLabel": { "app": "web" } }),
                "spec.selector.matchLabel: unknown field: did you mean matchLabels?",
            ),
            (
                json!({ "matchLabels": { "app": 1 } }),
                "spec.selector.matchLabels[app]: the number 1 where a text is expected: put it in quotes",
            ),
            (
                json!({ "matchLabels": { "a b": "web" } }),
                "spec.selector.matchLabels[a b]: \"a b\" can't be a label's name: write at most 63 letters, digits, hyphens, \
                 underscores and dots, with a letter or digit at both ends, or such a name behind a domain, as in \
                 app.kubernetes.io/name",
            ),
            (
                json!({ "matchExpressions": [{ "key": "a", "operator": "Near" }] }),
                "spec.selector.matchExpressions[0].operator: \"Near\" is no operator: write In, NotIn, Exists or DoesNotExist",
            ),
            (
                json!({ "matchExpressions": [{ "key": "a", "operator": "In", "values": [] }] }),
                "spec.selector.matchExpressions[0].values: missing: In compares with values: write at least one",
            ),
            (
                json!({ "matchExpressions": [{ "key": "a", "operator": "Exists", "values": ["x"] }] }),
                "spec.selector.matchExpressions[0].values: Exists compares with no value: leave them out, or write In or NotIn",
            ),
            (
                json!({ "matchExpressions": [{ "operator": "Exists" }] }),
                "spec.selector.matchExpressions[0].key: missing: write the label's name",
            ),
        ] {
            assert_eq!(selector(&value), Err(said.to_owned()), "{value}");
        }
        let many: Vec<_> = (0..10_000).map(|_| json!({ "key": "a", "operator": "Exists" })).collect();
        let said = "spec.selector: 10000 labels and expressions are too many: write at most 32";
        assert_eq!(selector(&json!({ "matchExpressions": many })), Err(said.to_owned()));
        let values: Vec<_> = (0..65).map(|value| value.to_string()).collect();
        let many = json!({ "matchExpressions": [{ "key": "a", "operator": "In", "values": values }] });
        assert!(selector(&many).unwrap_err().ends_with("values: 65 values are too many: write at most 64"));
    }
}
