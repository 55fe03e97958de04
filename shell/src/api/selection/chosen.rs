//! Whether a selection takes a workload, and why it doesn't.

use std::fmt;

use chrono::{DateTime, Utc};

use super::exclusion::Annotation;
use super::{Exclusion, KindRef, Namespaces, words};
use crate::api::selector::Selector;

/// The workloads that a schedule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// At least one, in the order in which they are written.
    pub(super) kinds: Box<[KindRef]>,
    pub(super) selector: Selector,
    pub(super) exclude: Box<[Excluded]>,
    /// Of the whole cluster; `None` where it is the schedule's own namespace.
    pub(super) namespaces: Option<Namespaces>,
}

/// A workload that is left out by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excluded {
    pub(super) kind: Option<Box<str>>,
    pub(super) name: Box<str>,
}

/// A workload that a selection is asked of.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a, L> {
    /// The API group of its kind.
    pub group: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Finds its labels by their keys.
    pub label: L,
    /// What it says of itself; [`Exclusion::None`] where the schedule lets no workload say anything.
    pub exclusion: Exclusion,
    /// Kind and name of the object that controls it, where one does.
    pub owner: Option<&'a str>,
    /// Whether it is Kyklos' own.
    pub is_kyklos: bool,
}

/// Why a workload isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left<'a> {
    /// It is of another kind, or has other labels: nobody has asked for it.
    Unasked,
    /// It stands in the schedule's own list.
    Listed,
    /// Its annotation says so.
    Excluded,
    /// Its annotation says so before this instant.
    ExcludedUntil(DateTime<Utc>),
    /// Its annotation can't be read.
    Unreadable(Annotation),
    /// This object makes it, and would undo what anybody else writes.
    Owned(&'a str),
    /// This autoscaler is taken as well, and scales it.
    Governed(&'a str),
    /// It is Kyklos itself.
    Kyklos,
    /// Nothing is known of the labels of its namespace, by which that would be found.
    Unlabelled,
}

impl Selection {
    /// Its kinds, in the order in which they are written.
    pub fn kinds(&self) -> &[KindRef] {
        &self.kinds
    }

    /// Its labels.
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// Its namespaces, of one for the whole cluster.
    pub fn namespaces(&self) -> Option<&Namespaces> {
        self.namespaces.as_ref()
    }

    /// Whether it takes a workload of one of its namespaces at an instant. What it asks for comes first, so that who is told why
    /// not is told of what would have been taken.
    ///
    /// # Errors
    ///
    /// Why it doesn't.
    pub fn takes<'a, 'l, L>(&self, workload: &Candidate<'a, L>, now: DateTime<Utc>) -> Result<(), Left<'a>>
    where
        L: Fn(&str) -> Option<&'l str>,
    {
        let is_asked = |kind: &KindRef| *kind.kind == *workload.kind && kind.group() == workload.group;
        if !self.kinds.iter().any(is_asked) || !self.selector.takes(&workload.label) {
            return Err(Left::Unasked);
        }
        if workload.is_kyklos {
            return Err(Left::Kyklos);
        }
        if let Some(owner) = workload.owner {
            return Err(Left::Owned(owner));
        }
        self.leaves_in(workload.kind, workload.name, workload.exclusion, now)
    }

    /// Whether neither its list nor the workload itself, by what it says of that, keeps a workload out at an instant. An autoscaler goes
    /// with what it scales: to claim it is to claim both.
    ///
    /// # Errors
    ///
    /// Which of the two does.
    pub fn leaves_in<'a>(
        &self,
        kind: &str,
        name: &str,
        exclusion: Exclusion,
        now: DateTime<Utc>,
    ) -> Result<(), Left<'a>> {
        let names =
            |excluded: &Excluded| *excluded.name == *name && excluded.kind.as_ref().is_none_or(|of| **of == *kind);
        if self.exclude.iter().any(names) {
            return Err(Left::Listed);
        }
        match exclusion {
            exclusion if !exclusion.holds_at(now) => Ok(()),
            Exclusion::Until(until) => Err(Left::ExcludedUntil(until)),
            Exclusion::Unreadable(annotation) => Err(Left::Unreadable(annotation)),
            Exclusion::Always | Exclusion::None => Err(Left::Excluded),
        }
    }
}

impl fmt::Display for Left<'_> {
    /// As part of a sentence: `it is left out: its annotation says so`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unasked => f.write_str("nobody has asked for it"),
            Self::Listed => f.write_str("it stands in spec.targets.exclude"),
            Self::Excluded => f.write_str("its annotation kyklos.io/exclude says so"),
            Self::ExcludedUntil(until) => {
                write!(f, "its annotation kyklos.io/exclude-until says so until {}", words(*until))
            }
            Self::Unreadable(annotation) => f.write_str(annotation.words()),
            Self::Owned(owner) => write!(f, "{owner} controls it, and would undo what is written: select that instead"),
            Self::Governed(by) => write!(f, "it is left to {by}, which scales it and is picked as well"),
            Self::Kyklos => f.write_str("it is Kyklos itself"),
            Self::Unlabelled => f.write_str("the labels of its namespace aren't known"),
        }
    }
}
