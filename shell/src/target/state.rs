//! What is seen of an object that can be scaled.

use chrono::{DateTime, Utc};

use super::{LabelSet, Scaling, Size, Sleeps, Under};
use crate::api::selection::Exclusion;
use crate::cluster::FIELD_MANAGER;

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
    /// How many replicas it asks for; a CronJob has one, or none while it is suspended; an autoscaler its minimum, or none while what
    /// it scales is held at none.
    pub replicas: i32,
    /// How many of them are ready, by its status; `None` where that doesn't say.
    pub ready: Option<i32>,
    /// The field manager that owns the count: a foreign one before our own, which is `kyklos`; `None` where the API server
    /// records none.
    pub writer: Option<Box<str>>,
    /// What its annotation says that its original count is.
    pub original: Option<u32>,
    /// Whether that annotation is there and is no count.
    pub misread: bool,
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
    /// Of an autoscaler, what it may give, and whom.
    pub scaling: Option<Box<Scaling>>,
}

impl TargetState {
    /// How much it has.
    pub fn size(&self) -> Size {
        Size { replicas: self.replicas, range: self.scaling.as_ref().map(|scaling| scaling.range) }
    }

    /// Whether what it has was given by us, and by nobody since.
    pub fn is_ours(&self) -> bool {
        match &self.scaling {
            Some(scaling) => scaling.ours.any(),
            None => self.writer.as_deref() == Some(FIELD_MANAGER),
        }
    }

    /// Whether it may be that it was given by us, as far as the API server records it.
    pub fn may_be_ours(&self) -> bool {
        self.writer.is_none() || self.is_ours()
    }

    /// An autoscaler with what it scales seen in it, at none of which some stand still. `before` is what that had before it was given by
    /// its own name what it has.
    #[must_use]
    pub fn over(&self, beneath: &Self, before: Option<u32>) -> Self {
        let mut both = self.clone();
        if let Some(scaling) = &mut both.scaling {
            scaling.under = Some(Under { replicas: u32::try_from(beneath.replicas).unwrap_or(0), before });
            if scaling.sleeps == Sleeps::Beneath {
                scaling.range.asleep = beneath.replicas == 0;
                scaling.ours.asleep = beneath.is_ours();
                both.replicas = scaling.size(scaling.range).replicas;
            }
        }
        both
    }

    /// Takes note of what we have written, which the API server says with this version.
    pub fn note_written(&mut self, version: u64, size: Size) {
        self.version = version;
        self.writer = Some(FIELD_MANAGER.into());
        match (&mut self.scaling, size.range) {
            (Some(scaling), Some(range)) => {
                scaling.note_written(range);
                self.replicas = scaling.size(scaling.range).replicas;
            }
            _ => self.replicas = size.replicas,
        }
    }
}
