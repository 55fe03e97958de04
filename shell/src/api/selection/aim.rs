//! What a schedule is for, as the controller goes by it: of kinds that are scaled.

use std::sync::Arc;

use super::{Reach, Selection};
use crate::target::{Kind, TargetRefKey};

/// What a schedule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// The one of this kind and name.
    Named(TargetRefKey),
    /// Those that a selection takes.
    Selected(Arc<Selecting>),
}

/// A selection and what goes with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Selecting {
    /// Which it takes.
    pub selection: Selection,
    /// Its kinds, in the order in which they are written, but for those that aren't scaled.
    pub kinds: Box<[Kind]>,
    /// Whether a workload's own annotation keeps it out.
    pub allow_exclusion: bool,
    /// How many an edit may newly lower at once before somebody has to confirm it.
    pub max_new_targets: u32,
}

impl Aim {
    /// That of a reach; `None` of a target whose kind isn't scaled.
    pub fn of(reach: Reach) -> Option<Self> {
        match reach {
            Reach::Named { kind, name } => {
                Some(Self::Named(TargetRefKey { kind: Kind::named(&kind.api_version, &kind.kind)?, name }))
            }
            Reach::Selected { selection, allow_exclusion, max_new_targets } => {
                let kinds = selection.kinds().iter();
                let kinds = kinds.filter_map(|kind| Kind::named(&kind.api_version, &kind.kind)).collect();
                Some(Self::Selected(Arc::new(Selecting { selection, kinds, allow_exclusion, max_new_targets })))
            }
        }
    }

    /// The one that it names.
    pub fn named(&self) -> Option<&TargetRefKey> {
        match self {
            Self::Named(target) => Some(target),
            Self::Selected(_) => None,
        }
    }

    /// What it selects.
    pub fn selecting(&self) -> Option<&Arc<Selecting>> {
        match self {
            Self::Named(_) => None,
            Self::Selected(selecting) => Some(selecting),
        }
    }
}
