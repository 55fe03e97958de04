//! The workloads that there are, and what schedules make of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Claiming, Found, Id, Workload};
use crate::api::selection::{Candidate, Exclusion, Left, Places, Reach};
use crate::target::{Kind, TargetRefKey};

/// The workloads that there are, and which of them scale which.
pub(super) struct Ground<'f> {
    all: &'f [Found],
    /// The namespaces.
    spaces: &'f Places,
    places: BTreeMap<Id<'f>, usize>,
    /// Of what is scaled, the places of its autoscalers: whoever never stands still first, then by kind and name.
    above: BTreeMap<Id<'f>, BTreeSet<(bool, &'f Workload, usize)>>,
}

impl<'f> Ground<'f> {
    pub(super) fn of(all: &'f [Found], spaces: &'f Places) -> Self {
        let mut ground = Self { all, spaces, places: BTreeMap::new(), above: BTreeMap::new() };
        for (place, found) in all.iter().enumerate() {
            let workload = &found.workload;
            ground.places.entry(workload.id()).or_insert(place);
            let Some(root) = scales(found) else { continue };
            let kind = Kind::named(&workload.kind.api_version, &workload.kind.kind);
            let stands_still = kind.is_some_and(|kind| kind.how().stands_still);
            ground.above.entry(root).or_default().insert((stands_still, workload, place));
        }
        ground
    }

    pub(super) fn at(&self, id: &Id<'_>) -> Option<&'f Found> {
        self.all.get(*self.places.get(id)?)
    }

    /// Whether a workload is what Kyklos itself runs in, or scales that.
    pub(super) fn is_kyklos(&self, workload: &Workload) -> bool {
        let is_it = |(namespace, group, kind, name): Id<'_>| self.spaces.is_kyklos(namespace, (group, kind), name);
        // It is known by its name, whether or not it is there.
        is_it(workload.id()) || self.at(&workload.id()).and_then(scales).is_some_and(is_it)
    }

    /// The autoscalers of a workload.
    pub(super) fn above(&self, id: &Id<'_>) -> Vec<&'f Found> {
        self.above.get(id).into_iter().flatten().filter_map(|(_, _, place)| self.all.get(*place)).collect()
    }

    /// Whether a schedule picks a workload, and with an autoscaler what that scales; or why it doesn't, and whether that is said of what
    /// it scales.
    pub(super) fn weigh(
        &self,
        schedule: &Claiming,
        found: &'f Found,
        now: DateTime<Utc>,
    ) -> Result<(), (Left<'f>, bool)> {
        let Some(Reach::Selected { selection, allow_exclusion, .. }) = &schedule.reach else {
            return Err((Left::Unasked, false));
        };
        let said = |exclusion| if *allow_exclusion { exclusion } else { Exclusion::None };
        let Workload { namespace, kind, name } = &found.workload;
        let candidate = Candidate {
            group: kind.group(),
            kind: &kind.kind,
            name,
            label: |key: &str| found.labels.get(key),
            exclusion: said(found.exclusion),
            owner: found.owner.as_deref(),
            is_kyklos: self.is_kyklos(&found.workload),
        };
        let is_in = self.spaces.take(selection, &schedule.identity.namespace, namespace);
        if !is_in && !self.spaces.may_take(selection, namespace) {
            return Err((Left::Unasked, false));
        }
        selection.takes(&candidate, now).map_err(|why| (why, false))?;
        if !is_in {
            return Err((Left::Unlabelled, false));
        }
        let Some(root) = scales(found) else { return Ok(()) };
        let exclusion = self.at(&root).map_or(Exclusion::None, |beneath| beneath.exclusion);
        selection.leaves_in(root.2, root.3, said(exclusion), now).map_err(|why| (why, true))
    }

    pub(super) fn takes(&self, schedule: &Claiming, found: &'f Found, now: DateTime<Utc>) -> bool {
        self.weigh(schedule, found, now).is_ok()
    }

    /// Whether a schedule leaves a workload that it picks to an autoscaler that it picks, too.
    pub(super) fn is_governed(&self, schedule: &Claiming, found: &'f Found, now: DateTime<Utc>) -> bool {
        let root = scales(found).unwrap_or_else(|| found.workload.id());
        let first = self.above(&root).into_iter().find(|above| self.takes(schedule, above, now));
        first.is_some_and(|first| first.workload.id() != found.workload.id())
    }
}

pub(super) fn scales(found: &Found) -> Option<Id<'_>> {
    let TargetRefKey { kind, name } = found.scales.as_ref()?;
    Some((&found.workload.namespace, kind.group(), kind.as_str(), name))
}
