//! TimeWindowScalers of the files.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::doubled;
use super::holiday_files::Holidays;
use super::override_files;
use super::raised_bounds;
use super::subject::Subject;
use crate::api::manifest::{Complaint, Document, Origin};
use crate::api::overrides::annotation;
use crate::api::problems::Problems;
use crate::api::{self, HolidayMode, Labels, Metadata, OVERRIDE_ANNOTATION, Object};
use crate::calendar::HolidayCalendar;

/// Reads one and checks everything that there is to check about it. What is right and still worth a word goes to `warnings`.
///
/// # Errors
///
/// Everything that is wrong.
pub(super) fn read(
    document: &Document,
    (holidays, own_namespace): (&Holidays, &str),
    seen: &mut BTreeMap<(String, String), Origin>,
    warnings: &mut Vec<Complaint>,
) -> Result<Subject, Vec<Complaint>> {
    let mut problems = Problems::default();
    let origin = &document.origin;
    let subject = api::object(&document.value, &mut problems).and_then(|object| {
        let Metadata { namespace, name, .. } = &object.metadata;
        let key = (namespace.clone(), name.clone());
        let called = called(&object.metadata);
        if !problems.covers("metadata.name")
            && let Some(first) = seen.insert(key, origin.clone())
        {
            let message = format!("{called} is in the input already ({first}): give every object once");
            problems.push("metadata.name", message);
        }
        let asked = object.metadata.override_annotation.as_deref().and_then(|text| annotation(text, &mut problems));
        let schedule = api::compile(&object.spec, object.scope(), &mut problems)?;
        let holidays = holidays_of(&object, (holidays, own_namespace), origin, warnings);
        // It is right; but whoever applies it should know.
        let worth = doubled::of(&object).into_iter().chain(raised_bounds::of(&object));
        warnings.extend(worth.map(|(field, words)| origin.complain(&field, words)));
        let labels = Labels::of(&object.spec);
        let mut subject = Subject {
            origin: origin.clone(),
            object,
            schedule,
            labels,
            holidays,
            overrides: Vec::new(),
            apart: Vec::new(),
        };
        if let Some(asked) = asked {
            match subject.bounds().refusal(&asked) {
                Some(words) => problems.push(format!("metadata.annotations[{OVERRIDE_ANNOTATION}]"), words),
                None => subject.overrides.push(override_files::bounded(&subject, Arc::new(asked))),
            }
        }
        Some(subject)
    });
    api::by_fields(&mut problems);
    subject.filter(|_| problems.is_empty()).ok_or_else(|| origin.complain_of(&problems).collect())
}

fn holidays_of(
    object: &Object,
    (holidays, own_namespace): (&Holidays, &str),
    origin: &Origin,
    warnings: &mut Vec<Complaint>,
) -> Option<Rc<HolidayCalendar>> {
    let name = object.spec.holiday_config_map.as_ref().filter(|_| object.spec.holiday_mode != HolidayMode::Ignore)?;
    // One of the cluster has them where Kyklos itself is.
    let of_namespace = object.kind().is_of_namespace();
    let namespace = if of_namespace { &object.metadata.namespace } else { own_namespace };
    let calendar = holidays.all.get(&(namespace.to_owned(), name.clone()));
    if calendar.is_none() {
        let message = format!(
            "the ConfigMap {namespace}/{name} is not given, so no day is a holiday: give its file as well, or with --holidays"
        );
        warnings.push(origin.complain("spec.holidayConfigMap", message));
    }
    calendar.cloned()
}

/// `NAMESPACE/NAME`, or the name alone of what lies in no namespace.
pub(super) fn called(metadata: &Metadata) -> String {
    let Metadata { namespace, name, .. } = metadata;
    if namespace.is_empty() { name.clone() } else { format!("{namespace}/{name}") }
}
