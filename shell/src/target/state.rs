//! What is seen of an object that can be scaled.

use chrono::{DateTime, Utc};

use super::LabelSet;
use crate::api::selection::Exclusion;

/// An object as a watch has brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its namespace.
    pub namespace: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// When it was made, by the API server's clock.
    pub created: Option<DateTime<Utc>>,
    /// What matters of it.
    pub state: TargetState,
}

/// A target as it was last seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetState {
    /// Another object of the same name has another one.
    pub uid: Box<str>,
    /// Its resource version, an ordered whole number (Kubernetes 1.35, KEP-5504).
    pub version: u64,
    /// How many replicas it asks for; a CronJob has one, or none while it is suspended.
    pub replicas: i32,
    /// How many of them are ready, by its status; `None` where that doesn't say.
    pub ready: Option<i32>,
    /// The field manager that owns the count: a foreign one before our own, which is `kyklos`; `None` where the API server
    /// records none.
    pub writer: Option<Box<str>>,
    /// What its annotation says that its original count is.
    pub original: Option<u32>,
    /// Its labels, by which selections find it.
    pub labels: LabelSet,
    /// Whether it says that no selection is to take it.
    pub exclusion: Exclusion,
    /// Who has made it and manages it, such as `Deployment web`: who scales that one.
    pub owner: Option<Box<str>>,
    /// What may happen once it gets more than none.
    pub risk: Option<&'static str>,
    /// Whether it has a deletion timestamp.
    pub deleting: bool,
}
