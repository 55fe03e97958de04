//! From the files of a command to the objects in them, with everything that is wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::failure::{Failure, say};
use super::file_kinds::{Meant, Referred, called, text};
use super::holiday_files::Holidays;
use super::override_files::{self, FileOverride};
use super::scaler_files;
use super::subject::Subject;
use super::workload_files::{Workload, labels};
use crate::api::KIND;
use crate::api::manifest::{self, Complaint, Document, Origin, printable, read_file};
use crate::api::names::is_label;
use crate::api::selection::{CLUSTER_KIND, Places};
use chrono::{DateTime, Utc};
use clap::Args;

/// What is said of a schedule, or of an override, that lies where Kyklos doesn't look.
pub(super) const PASSED_OVER: &str = "Kyklos passes over what lies in namespaces named kube-*, so this does nothing: write it into another \
                                      namespace; or have the controller look at them with --include-kube-namespaces, and give that here, too";

/// Where an object is that names no namespace.
const DEFAULT_NAMESPACE: &str = "default";

/// The files of a command.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Manifests of TimeWindowScalers and ClusterTimeWindowScalers, YAML or JSON, and of what is theirs: TimeWindowOverrides, ConfigMaps with holidays, workloads;
    /// other kinds are passed over, so what helm template or kustomize build prints may come whole; - is standard input
    #[arg(short = 'f', long = "filename", required = true, num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Manifests of ConfigMaps that list holidays, matched by namespace and name; once for each file
    #[arg(long, value_name = "FILE")]
    holidays: Vec<PathBuf>,
    /// The namespace of objects that name none
    #[arg(short, long, value_name = "NAMESPACE", default_value = DEFAULT_NAMESPACE, value_parser = read_namespace)]
    namespace: String,
    /// The namespace that Kyklos is in, where ClusterTimeWindowScalers have their holidays
    #[arg(long, value_name = "NAMESPACE", default_value = "kyklos-system", value_parser = read_namespace)]
    kyklos_namespace: String,
    /// Kyklos looks at namespaces named kube-*, too, as its controller does with the same option
    #[arg(long)]
    include_kube_namespaces: bool,
    /// Say which objects are passed over
    #[arg(short, long)]
    verbose: bool,
}

/// What the files hold.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// The schedules without any fault, in their order.
    pub(super) subjects: Vec<Subject>,
    /// Where overrides without any fault stand, and their names.
    pub(super) overrides: Vec<(Origin, String)>,
    /// What may be scaled, in its order.
    pub(super) workloads: Vec<Workload>,
    /// The namespaces.
    pub(super) places: Places,
    /// What is right and still worth a word.
    pub(super) warnings: Vec<Complaint>,
    /// Everything that is wrong, a line each.
    pub(super) complaints: Vec<String>,
}

impl Loaded {
    /// The schedules, when nothing is wrong.
    pub(super) fn all(self) -> Result<Vec<Subject>, Failure> {
        if self.complaints.is_empty() { Ok(self.subjects) } else { Err(Failure::Input(self.complaints)) }
    }
}

/// The documents of a file, sorted as they are read.
struct Reading<'i> {
    input: &'i Input,
    referred: Referred,
    holidays: Holidays,
    subjects: Vec<Subject>,
    overrides: Vec<FileOverride>,
    workloads: Vec<Workload>,
    places: Places,
    seen: BTreeMap<(String, String), Origin>,
    warnings: Vec<Complaint>,
    complaints: Vec<Complaint>,
    /// How many objects were passed over.
    others: usize,
}

impl Input {
    /// These files, whose objects without a namespace are in this one. `kyklos` is where Kyklos is, and whether it looks at the
    /// namespaces of the system.
    ///
    /// # Errors
    ///
    /// When that is no namespace's name.
    pub(super) fn of(
        files: Vec<PathBuf>,
        namespace: Option<String>,
        (kyklos_namespace, include_kube_namespaces): (String, bool),
    ) -> Result<Self, Failure> {
        let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        let namespace = read_namespace(&namespace)
            .map_err(|words| Failure::Input(vec![format!("--namespace: {namespace:?} is {words}")]))?;
        let holidays = Vec::new();
        Ok(Self { files, holidays, namespace, kyklos_namespace, include_kube_namespaces, verbose: false })
    }

    /// How often standard input is one of the files.
    pub(super) fn times_standard_input(&self) -> usize {
        self.files.iter().chain(&self.holidays).filter(|path| *path == Path::new("-")).count()
    }

    /// Reads and checks all files, and says what is worth a word.
    pub(super) fn load(&self) -> Loaded {
        let loaded = self.read(None);
        warn(&loaded.warnings);
        loaded
    }

    /// Reads and checks all files, and leaves it to the caller what becomes of the warnings. `made` is when all that isn't in a cluster
    /// yet is made, where somebody asks for that.
    pub(super) fn read(&self, made: Option<DateTime<Utc>>) -> Loaded {
        if self.times_standard_input() > 1 {
            let complaint = "standard input: asked for more than once: it can be read only once, so write - once";
            return Loaded { complaints: vec![complaint.to_owned()], ..Loaded::default() };
        }
        // Holidays are read first and reported last: a schedule needs them.
        let mut holidays = Holidays::default();
        let mut referred = Referred::default();
        for path in &self.holidays {
            for mut document in read_file(path, &mut holidays.wrong) {
                referred.place(&mut document, &self.namespace);
                holidays.add(&document);
            }
        }
        let mut files = Vec::with_capacity(self.files.len());
        for path in &self.files {
            let mut complaints = Vec::new();
            let documents = read_file(path, &mut complaints);
            documents.iter().for_each(|document| referred.note(document, &self.namespace, &self.kyklos_namespace));
            files.push((documents, complaints));
        }
        for document in files.iter_mut().flat_map(|(documents, _)| documents) {
            referred.place(document, &self.namespace);
        }
        for document in files.iter().flat_map(|(documents, _)| documents) {
            if referred.meant(document) == Meant::Holidays {
                holidays.add(document);
            }
        }
        let mut reading = Reading::new(self, referred, holidays);
        for (documents, mut complaints) in files {
            reading.complaints.append(&mut complaints);
            documents.iter().for_each(|document| reading.sort(document, made));
        }
        reading.finish()
    }
}

impl<'i> Reading<'i> {
    fn new(input: &'i Input, referred: Referred, holidays: Holidays) -> Self {
        Self {
            input,
            referred,
            holidays,
            subjects: Vec::new(),
            overrides: Vec::new(),
            workloads: Vec::new(),
            places: Places::new(&input.kyklos_namespace, input.include_kube_namespaces),
            seen: BTreeMap::new(),
            warnings: Vec::new(),
            complaints: Vec::new(),
            others: 0,
        }
    }

    /// Reads a document as what it is.
    fn sort(&mut self, document: &Document, made: Option<DateTime<Utc>>) {
        match self.referred.meant(document) {
            Meant::Scaler => {
                let holidays = (&self.holidays, &*self.input.kyklos_namespace);
                match scaler_files::read(document, holidays, &mut self.seen, &mut self.warnings) {
                    Ok(subject) => {
                        if self.places.passes_over(&subject.object.metadata.namespace) {
                            self.warnings.push(document.origin.complain("metadata.namespace", PASSED_OVER));
                        }
                        self.subjects.push(subject);
                    }
                    Err(mut wrong) => self.complaints.append(&mut wrong),
                }
            }
            Meant::Override => self.overrides.extend(override_files::read(document, made, &mut self.complaints)),
            // They are read already.
            Meant::Holidays => {}
            Meant::Namespace => {
                let Some(name) = text(&document.value, "/metadata/name") else { return self.pass_over(document) };
                self.places.insert(name, labels(&document.value));
                self.others += 1;
            }
            Meant::Workload(kind) => match Workload::of(document, kind) {
                Some(workload) => self.workloads.push(workload),
                None => self.pass_over(document),
            },
            Meant::Other => self.pass_over(document),
        }
    }

    fn pass_over(&mut self, document: &Document) {
        self.others += 1;
        if self.input.verbose {
            let place = document.origin.complain("", format!("passed over: {}", called(&document.value)));
            say(place);
        }
    }

    fn finish(mut self) -> Loaded {
        let overrides = override_files::give(
            self.overrides,
            &mut self.subjects,
            (&self.seen, &self.places),
            &mut self.warnings,
            &mut self.complaints,
        );
        let has_others = self.others > 0 || !self.workloads.is_empty();
        let is_empty = self.seen.is_empty() && overrides.is_empty() && self.complaints.is_empty();
        self.complaints.append(&mut self.holidays.wrong);
        self.warnings.append(&mut self.holidays.skipped);
        let mut complaints: Vec<_> = self.complaints.iter().map(ToString::to_string).collect();
        if is_empty {
            let files: Vec<_> = self.input.files.iter().map(|path| printable(&manifest::called(path))).collect();
            let instead = if has_others { ", only other kinds" } else { "" };
            let files = files.join(", ");
            complaints
                .push(format!("{files}: no {KIND} or {CLUSTER_KIND} is there{instead}: give a file that has one"));
        }
        let Self { subjects, workloads, places, warnings, .. } = self;
        Loaded { subjects, overrides, workloads, places, warnings, complaints }
    }
}

/// Says what is right and still worth a word.
pub(super) fn warn(warnings: &[Complaint]) {
    for warning in warnings {
        say(format_args!("warning: {warning}"));
    }
}

/// Says what may be right and may not, which nobody can tell by the files.
pub(super) fn note(notes: &[Complaint]) {
    for note in notes {
        say(format_args!("note: {note}"));
    }
}

fn read_namespace(text: &str) -> Result<String, String> {
    if is_label(text) {
        return Ok(text.to_owned());
    }
    Err("no namespace's name: write at most 63 lower-case letters, digits and hyphens".to_owned())
}
