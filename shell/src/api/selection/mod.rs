//! Selections: which workloads a schedule is for that names none of them, but their kinds, labels and namespaces.

mod aim;
mod chosen;
mod exclusion;
mod places;
mod reach;
mod read;
mod spec;

use std::fmt;

use chrono::{DateTime, Utc};

use super::selector::Selector;
use super::text::named;

pub use aim::{Aim, Selecting};
pub use chosen::{Candidate, Left, Selection};
pub use exclusion::{Annotation, EXCLUDE_ANNOTATION, EXCLUDE_UNTIL_ANNOTATION, Exclusion};
pub use places::{OWN_DEPLOYMENT, Places, is_systems};
pub use reach::{CLUSTER_KIND, MAX_NEW_TARGETS, NEW_TARGETS_MAX, Reach, Scope};
pub(super) use read::OF_ITS_OWN;
pub use read::read_targets;
pub use spec::{ExcludedSpec, KindSpec, NamespacesSpec, TargetsSpec};

/// The most kinds of one selection: each is a watch.
pub const KINDS_MAX: usize = 16;
/// The most names in any list of a selection.
pub const NAMES_MAX: usize = 256;

/// A kind, as a manifest has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindRef {
    /// `group/version`, or the version alone for Kubernetes' core.
    pub api_version: Box<str>,
    /// Its name.
    pub kind: Box<str>,
}

impl KindRef {
    /// One of these.
    pub fn new(api_version: &str, kind: &str) -> Self {
        Self { api_version: api_version.into(), kind: kind.into() }
    }

    /// Its API group, empty for Kubernetes' core.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether it is the same kind, in whichever version.
    pub fn is(&self, other: &Self) -> bool {
        self.kind == other.kind && self.group() == other.group()
    }

    /// The `apiVersion` of a kind that needs none: everybody means the same by its name.
    pub fn usual(kind: &str) -> Option<&'static str> {
        USUAL.iter().find(|(known, _)| *known == kind).map(|(_, api_version)| *api_version)
    }
}

impl fmt::Display for KindRef {
    /// `Deployment`, or `Rollout of argoproj.io/v1alpha1` where the name alone doesn't say it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if Self::usual(&self.kind) == Some(&*self.api_version) { Ok(()) } else { write!(f, " of {}", self.api_version) }
    }
}

/// The kinds that need no `apiVersion`.
const USUAL: [(&str, &str); 5] = [
    ("Deployment", "apps/v1"),
    ("StatefulSet", "apps/v1"),
    ("HorizontalPodAutoscaler", "autoscaling/v2"),
    ("CronJob", "batch/v1"),
    ("ScaledObject", "keda.sh/v1alpha1"),
];

/// The kinds of a selection that names none.
const DEFAULT_KINDS: [&str; 2] = ["Deployment", "StatefulSet"];

/// The label that the API server gives every namespace: its name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The namespaces of a selection of the whole cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespaces {
    names: Box<[Box<str>]>,
    selector: Option<Selector>,
    exclude: Box<[Box<str>]>,
}

impl Namespaces {
    /// Whether a namespace is in it. `own` is Kyklos' own, which like those of the system is in it by its name alone; `label` finds
    /// its labels by their keys.
    ///
    /// Without names and without a selector it is every other one; with both it is what either says.
    pub fn take<'l>(&self, name: &str, own: Option<&str>, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.take_if(name, own, |selector| selector.takes(label))
    }

    /// Whether a namespace is in it, or would be with other labels than its name.
    pub fn may_take(&self, name: &str, own: Option<&str>) -> bool {
        self.take_if(name, own, |selector| selector.asks_of(NAME_LABEL, Some(name)))
    }

    fn take_if(&self, name: &str, own: Option<&str>, asked: impl FnOnce(&Selector) -> bool) -> bool {
        let among = |names: &[Box<str>]| names.binary_search_by(|known| (**known).cmp(name)).is_ok();
        if among(&self.exclude) {
            return false;
        }
        if among(&self.names) {
            return true;
        }
        let is_left_alone = is_systems(name) || own == Some(name);
        !is_left_alone && self.selector.as_ref().map_or_else(|| self.names.is_empty(), asked)
    }

    /// Those that are named, in order: for who asks which of them there are.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// Those that are left out by their names, likewise.
    pub fn excluded(&self) -> impl Iterator<Item = &str> {
        self.exclude.iter().map(|name| &**name)
    }

    /// Whether the labels of namespaces matter.
    pub fn has_selector(&self) -> bool {
        self.selector.is_some()
    }
}

impl fmt::Display for Namespaces {
    /// As part of a sentence about the workloads of them: `the namespaces lab, shop and those with the labels env=dev`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[Box<str>]| named(names.iter().map(|name| &**name));
        let selector = self.selector.as_ref().filter(|selector| !selector.takes_all());
        match (&*self.names, selector) {
            ([], None) => f.write_str("all namespaces but Kyklos' own and the system's")?,
            ([], Some(selector)) => write!(f, "the namespaces with the labels {selector}")?,
            (names, None) => write!(f, "the namespaces {}", list(names))?,
            (names, Some(selector)) => {
                write!(f, "the namespaces {} and those with the labels {selector}", list(names))?;
            }
        }
        if self.exclude.is_empty() { Ok(()) } else { write!(f, " except for {}", list(&self.exclude)) }
    }
}

/// An instant in words of ours.
fn words(at: DateTime<Utc>) -> String {
    super::instants::write(at)
}
