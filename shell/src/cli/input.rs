//! From the files of a command to the objects in them, with everything that is wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::Args;

use super::failure::{Failure, say};
use super::holiday_files::{self, Holidays};
use super::override_files;
use super::raised_bounds;
use super::subject::Subject;
use crate::api::manifest::{Complaint, Document, Origin, read_file};
use crate::api::overrides::annotation;
use crate::api::problems::Problems;
use crate::api::{self, HolidayMode, Labels, Metadata, OVERRIDE_ANNOTATION, Object};
use crate::calendar::HolidayCalendar;
use crate::target::Kind;

/// The files of a command.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Manifests of TimeWindowScalers, and of TimeWindowOverrides for them, YAML or JSON; - is standard input
    #[arg(short = 'f', long = "filename", required = true, num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Manifests of ConfigMaps that list holidays, matched by namespace and name; once for each file
    #[arg(long, value_name = "FILE")]
    holidays: Vec<PathBuf>,
}

/// What the files hold.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// The objects without any fault, in their order.
    pub(super) subjects: Vec<Subject>,
    /// Where overrides without any fault stand, and their names.
    pub(super) overrides: Vec<(Origin, String)>,
    /// Everything that is wrong, a line each.
    pub(super) complaints: Vec<String>,
}

impl Loaded {
    /// The objects, when nothing is wrong.
    pub(super) fn all(self) -> Result<Vec<Subject>, Failure> {
        if self.complaints.is_empty() { Ok(self.subjects) } else { Err(Failure::Input(self.complaints)) }
    }
}

impl Input {
    /// How often standard input is one of the files.
    pub(super) fn times_standard_input(&self) -> usize {
        self.files.iter().chain(&self.holidays).filter(|path| *path == Path::new("-")).count()
    }

    /// Reads and checks all files, and warns of ConfigMaps that aren't given.
    pub(super) fn load(&self) -> Loaded {
        self.read(None)
    }

    /// The same as if all that isn't in a cluster yet were made now.
    pub(super) fn load_as_made(&self, now: DateTime<Utc>) -> Loaded {
        self.read(Some(now))
    }

    fn read(&self, made: Option<DateTime<Utc>>) -> Loaded {
        if self.times_standard_input() > 1 {
            let complaint = "standard input: asked for more than once: it can be read only once, so write - once";
            return Loaded { complaints: vec![complaint.to_owned()], ..Loaded::default() };
        }
        let mut complaints = Vec::new();
        let (mut subjects, mut overrides) = (Vec::new(), Vec::new());
        // Read first, reported last: an object needs them.
        let mut holiday_complaints = Vec::new();
        let holidays = holiday_files::read(&self.holidays, &mut holiday_complaints);
        let mut seen = BTreeMap::new();
        for path in &self.files {
            for document in read_file(path, &mut complaints) {
                if override_files::is_override(&document) {
                    overrides.extend(override_files::read(&document, made, &mut complaints));
                } else {
                    subjects.extend(check(&document, &holidays, &mut seen, &mut complaints));
                }
            }
        }
        let overrides = override_files::give(overrides, &mut subjects, &mut complaints);
        complaints.append(&mut holiday_complaints);
        Loaded { subjects, overrides, complaints: complaints.iter().map(ToString::to_string).collect() }
    }
}

/// Everything there is to check about an object.
fn check(
    document: &Document,
    holidays: &Holidays,
    seen: &mut BTreeMap<(String, String), Origin>,
    complaints: &mut Vec<Complaint>,
) -> Option<Subject> {
    let mut problems = Problems::default();
    let origin = document.origin.clone();
    let subject = api::object(&document.value, &mut problems).and_then(|object| {
        let Metadata { namespace, name, .. } = &object.metadata;
        let key = (namespace.clone(), name.clone());
        if !problems.covers("metadata.name")
            && let Some(first) = seen.insert(key, origin.clone())
        {
            let message = format!("{namespace}/{name} is in the input already ({first}): give every object once");
            problems.push("metadata.name", message);
        }
        let asked = object.metadata.override_annotation.as_deref().and_then(|text| annotation(text, &mut problems));
        let schedule = api::compile(&object.spec, namespace, &mut problems)?;
        let holidays = holidays_of(&object, holidays, &origin);
        // It is right; but whoever applies it should know.
        if let Some(risk) = risk(&object) {
            say(format_args!("warning: {}", origin.complain("spec.targetRef", risk)));
        }
        for (field, words) in raised_bounds::of(&object) {
            say(format_args!("warning: {}", origin.complain(&field, words)));
        }
        let labels = Labels::of(&object.spec);
        let mut subject = Subject { origin: origin.clone(), object, schedule, labels, holidays, overrides: Vec::new() };
        if let Some(asked) = asked {
            match subject.bounds().refusal(&asked) {
                Some(words) => problems.push(format!("metadata.annotations[{OVERRIDE_ANNOTATION}]"), words),
                None => subject.overrides.push(override_files::bounded(&subject, Arc::new(asked))),
            }
        }
        Some(subject)
    });
    complaints.extend(origin.complain_of(&problems));
    subject.filter(|_| problems.is_empty())
}

/// What may happen to the target once it gets more than none, whatever the object says.
fn risk(object: &Object) -> Option<String> {
    let target = &object.spec.target_ref;
    let kind = Kind::named(&target.api_version, &target.kind)?;
    let risk = kind.how().risk?;
    Some(format!("{} {} is resumed by it: {risk}", kind.as_str(), target.name))
}

fn holidays_of(object: &Object, holidays: &Holidays, origin: &Origin) -> Option<Rc<HolidayCalendar>> {
    let name = object.spec.holiday_config_map.as_ref().filter(|_| object.spec.holiday_mode != HolidayMode::Ignore)?;
    let calendar = holidays.get(&(object.metadata.namespace.clone(), name.clone()));
    if calendar.is_none() {
        let message = format!(
            "the ConfigMap {}/{name} is not given, so no day is a holiday: give its file with --holidays",
            object.metadata.namespace
        );
        say(format_args!("warning: {}", origin.complain("spec.holidayConfigMap", message)));
    }
    calendar.cloned()
}
