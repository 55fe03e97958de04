//! ConfigMap manifests with holidays.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::api::Metadata;
use crate::api::fields::{Fields, describe};
use crate::api::manifest::{Complaint, Document};
use crate::api::problems::Problems;
use crate::calendar::{HolidayCalendar, dates};

/// The holidays of ConfigMaps by namespace and name.
pub(super) type Holidays = BTreeMap<(String, String), Rc<HolidayCalendar>>;

/// Adds those of a ConfigMap; everything that is wrong with it goes to `complaints`.
pub(super) fn add(document: &Document, all: &mut Holidays, complaints: &mut Vec<Complaint>) {
    let mut problems = Problems::default();
    if let Some((key, calendar)) = config_map(&document.value, &mut problems) {
        let name = format!("{}/{}", key.0, key.1);
        if all.insert(key, calendar).is_some() && !problems.covers("metadata.name") {
            problems.push("metadata.name", format!("the ConfigMap {name} is there twice: keep one of the two"));
        }
    }
    complaints.extend(document.origin.complain_of(&problems));
}

fn config_map(value: &Value, problems: &mut Problems) -> Option<((String, String), Rc<HolidayCalendar>)> {
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
    let empty = serde_json::Map::new();
    let data = match fields.get("data") {
        None => &empty,
        Some(Value::Object(data)) => data,
        Some(other) => {
            let message = format!("{} where dates are expected: write DATE: NAME pairs", describe(other));
            problems.push("data", message);
            &empty
        }
    };
    for (key, value) in data.iter().filter(|(_, value)| !matches!(value, Value::String(_) | Value::Null)) {
        let message = format!("{} where a text is expected: put it in quotes", describe(value));
        problems.push(format!("data[{key}]"), message);
    }
    // Known to the API, and nothing to do with holidays.
    fields.get("binaryData");
    fields.get("immutable");
    fields.finish(problems);
    Some(((namespace, name), Rc::new(dates(data.keys().map(String::as_str), problems))))
}
