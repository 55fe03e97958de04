//! ConfigMap manifests with holidays.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::api::Metadata;
use crate::api::fields::{Fields, describe};
use crate::api::manifest::{Complaint, Document};
use crate::api::problems::{FieldProblem, Problems};
use crate::api::text::SAID;
use crate::calendar::{HolidayCalendar, dates};

/// What follows of too many.
const NONE_COUNTS: &str = "until then no day is a holiday";
/// What follows of a key that is none.
const OTHERS_COUNT: &str = "it is passed over, and the others count";

/// What follows of more of those than are named.
const MORE_COUNT: &str = "what is none is passed over, and the others count";

/// What ConfigMaps say.
#[derive(Debug, Default)]
pub(super) struct Holidays {
    /// Their holidays, by namespace and name.
    pub(super) all: BTreeMap<(String, String), Rc<HolidayCalendar>>,
    /// The keys that don't count, which keep none of the others from counting.
    pub(super) skipped: Vec<Complaint>,
    /// Everything that is wrong: what the API server would refuse.
    pub(super) wrong: Vec<Complaint>,
}

impl Holidays {
    /// Adds those of a ConfigMap.
    pub(super) fn add(&mut self, document: &Document) {
        let mut problems = Problems::default();
        if let Some((key, data)) = config_map(&document.value, &mut problems) {
            let name = format!("{}/{}", key.0, key.1);
            let mut skipped = Problems::default();
            let calendar = dates(data, &mut skipped);
            if self.all.insert(key, Rc::new(calendar)).is_some() && !problems.covers("metadata.name") {
                problems.push("metadata.name", format!("the ConfigMap {name} is there twice: keep one of the two"));
            }
            let complain = |problem: &FieldProblem, rest: &str| {
                document.origin.complain(&problem.field, format!("{}; {rest}", problem.message))
            };
            let (whole, keys): (Vec<_>, Vec<_>) = skipped.iter().partition(|problem| problem.field == "data");
            self.skipped.extend(keys.iter().take(SAID).map(|problem| complain(problem, OTHERS_COUNT)));
            if let Some(more @ 1..) = keys.len().checked_sub(SAID) {
                let keys = if more == 1 { "1 more key is".to_owned() } else { format!("{more} more keys are") };
                self.skipped.push(document.origin.complain("data", format!("{keys} no holiday: {MORE_COUNT}")));
            }
            self.skipped.extend(whole.into_iter().map(|problem| complain(problem, NONE_COUNTS)));
        }
        self.wrong.extend(document.origin.complain_of(&problems));
    }
}

/// Namespace and name of a ConfigMap, and its keys.
fn config_map<'v>(
    value: &'v Value,
    problems: &mut Problems,
) -> Option<((String, String), impl Iterator<Item = &'v str> + use<'v>)> {
    let mut fields = Fields::of(value, "", problems)?;
    for (field, right) in [("apiVersion", "v1"), ("kind", "ConfigMap")] {
        let found = fields.required_text(field, right, problems);
        if found != right && !problems.covers(field) {
            problems.push(field, format!("{found:?} is no list of holidays: write {right}"));
        }
    }
    if problems.covers("kind") {
        return None;
    }
    let Metadata { namespace, name, .. } = Metadata::of(fields.get("metadata"), problems);
    if name.is_empty() {
        return None;
    }
    let data = match fields.get("data") {
        None => None,
        Some(Value::Object(data)) => Some(data),
        Some(other) => {
            let message = format!("{} where dates are expected: write DATE: NAME pairs", describe(other));
            problems.push("data", message);
            None
        }
    };
    let texts = data.into_iter().flatten();
    for (key, value) in texts.filter(|(_, value)| !matches!(value, Value::String(_) | Value::Null)) {
        let message = format!("{} where a text is expected: put it in quotes", describe(value));
        problems.push(format!("data[{key}]"), message);
    }
    // Known to the API, and nothing to do with holidays.
    fields.get("binaryData");
    fields.get("immutable");
    fields.finish(problems);
    Some(((namespace, name), data.into_iter().flat_map(|data| data.keys().map(String::as_str))))
}
