//! Who claims which workload, and why: the ground that the controller goes by, for whoever asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::claims::{Breadth, Claimant, Claims, Standing};
use crate::api::problems::Problems;
use crate::api::selection::{Candidate, Exclusion, KindRef, Places, Reach, Selection};
use crate::api::{Identity, Policy};
use crate::target::LabelSet;

/// A schedule and what it is for, which is known of one that can't be followed, too.
#[derive(Debug, Clone)]
pub struct Claiming {
    identity: Identity,
    reach: Option<Reach>,
    invalid: bool,
}

/// A workload's name, in the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workload {
    /// Its namespace; empty of what lies in none.
    pub namespace: Arc<str>,
    /// Its kind.
    pub kind: KindRef,
    /// Its name.
    pub name: Box<str>,
}

/// A workload that schedules may select.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub workload: Workload,
    /// Its labels.
    pub labels: LabelSet,
    /// Whether it says that no selection is to take it.
    pub exclusion: Exclusion,
    /// Kind and name of the object that controls it.
    pub owner: Option<Box<str>>,
}

/// Who claims the workloads that schedules name. The numbers are the places of the schedules.
pub type Claimed = BTreeMap<Workload, Claims<usize>>;

impl Claiming {
    /// Reads a schedule as the API server gave it, however strange it is.
    pub fn read(identity: Identity, spec: &serde_json::Value) -> Self {
        let reach = Reach::read(spec, identity.scope(), &mut Problems::at_most(1));
        let invalid = Policy::read(identity.clone(), spec, None).spec.is_err();
        Self { identity, reach, invalid }
    }

    /// As its [identity](Identity) is written.
    pub fn called(&self) -> String {
        self.identity.to_string()
    }

    /// The schedule's name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// The kinds that it selects.
    pub fn kinds(&self) -> &[KindRef] {
        match &self.reach {
            Some(Reach::Selected { selection, .. }) => selection.kinds(),
            Some(Reach::Named { .. }) | None => &[],
        }
    }

    /// The workloads that it claims: the one that it names, or those of these that it picks. One on its way out claims nothing any more.
    fn claims(&self, all: &[Found], places: &Places, now: DateTime<Utc>) -> (Breadth, Vec<Workload>) {
        let of = self.identity.kind();
        match self.reach.as_ref().filter(|_| !self.identity.deleting) {
            Some(Reach::Named { kind, name }) => {
                let namespace = Arc::clone(&self.identity.namespace);
                (Breadth::named(of), vec![Workload { namespace, kind: kind.clone(), name: name.clone() }])
            }
            Some(Reach::Selected { selection, allow_exclusion, .. }) => {
                let picks = |found: &&Found| self.picks((selection, places), *allow_exclusion, found, now);
                (Breadth::selected(of), all.iter().filter(picks).map(|found| found.workload.clone()).collect())
            }
            None => (Breadth::named(of), Vec::new()),
        }
    }

    fn picks(
        &self,
        (selection, places): (&Selection, &Places),
        allow_exclusion: bool,
        found: &Found,
        now: DateTime<Utc>,
    ) -> bool {
        let Workload { namespace, kind, name } = &found.workload;
        let candidate = Candidate {
            group: kind.group(),
            kind: &kind.kind,
            name,
            label: |key: &str| found.labels.get(key),
            exclusion: if allow_exclusion { found.exclusion } else { Exclusion::None },
            owner: found.owner.as_deref(),
            is_kyklos: false,
        };
        places.take(selection, &self.identity.namespace, namespace) && selection.takes(&candidate, now).is_ok()
    }

    fn claimant(&self, breadth: Breadth, policy: usize) -> Claimant<usize> {
        let Identity { created, name, .. } = &self.identity;
        Claimant { breadth, invalid: self.invalid, created: *created, name: name.clone(), policy }
    }
}

/// Who claims what at an instant, of all workloads that schedules name, and of these that schedules select, in these namespaces.
pub fn claimed(schedules: &[Claiming], workloads: &[Found], places: &Places, now: DateTime<Utc>) -> Claimed {
    let mut all = Claimed::new();
    for (place, schedule) in schedules.iter().enumerate() {
        let (breadth, claims) = schedule.claims(workloads, places, now);
        for workload in claims {
            all.entry(workload).or_default().insert(schedule.claimant(breadth, place));
        }
    }
    all
}

/// Why each claim on a workload comes to what it does, in words; of the one that acts there is nothing to say.
pub fn reasons(claims: &Claims<usize>, schedules: &[Claiming]) -> Vec<String> {
    let called = |place: usize| schedules.get(place).map(Claiming::called).unwrap_or_default();
    let all = claims.iter().filter_map(|claimant| match claims.standing(claimant) {
        Standing::Held => None,
        Standing::Kept => Some(format!("{} claims it and can't be followed, so nobody acts", called(claimant.policy))),
        Standing::Lost { to, why } => {
            let (mine, other) = (called(claimant.policy), called(to.policy));
            Some(format!("{mine} doesn't act, {other} comes first: {}", why.in_words()))
        }
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schedule(name: &str, second: i64, spec: &serde_json::Value) -> Claiming {
        schedule_in("shop", name, second, spec)
    }

    fn schedule_in(namespace: &str, name: &str, second: i64, spec: &serde_json::Value) -> Claiming {
        let identity = Identity {
            namespace: namespace.into(),
            name: name.into(),
            uid: name.into(),
            generation: 1,
            created: DateTime::from_timestamp(second, 0).unwrap(),
            deleting: false,
        };
        Claiming::read(identity, spec)
    }

    #[test]
    fn each_claim_has_its_reason() {
        let web = |zone: &str| json!({ "targetRef": { "name": "web" }, "timezone": zone });
        let mut all = vec![
            schedule("old", 1, &web("UTC")),
            schedule("young", 2, &web("UTC")),
            schedule("broken", 0, &web("Mars/Olympus")),
            schedule("api", 9, &json!({ "targetRef": { "name": "api" }, "timezone": "Mars/Olympus" })),
            schedule("nothing", 9, &json!([1])),
        ];
        let found = claimed(&all, &[], &Places::default(), DateTime::UNIX_EPOCH);
        let names: Vec<_> = found.keys().map(|workload| (&*workload.kind.kind, &*workload.name)).collect();
        assert_eq!(names, [("Deployment", "api"), ("Deployment", "web")]);
        let said: Vec<_> = found.values().map(|claims| reasons(claims, &all)).collect();
        assert_eq!(said[0], ["shop/api claims it and can't be followed, so nobody acts"]);
        assert_eq!(
            said[1],
            [
                "shop/young doesn't act, shop/old comes first: it is older",
                "shop/broken doesn't act, shop/old comes first: this one can't be followed",
            ]
        );
        let holder = |found: &Claimed| found.values().last().and_then(Claims::holder).map(|first| first.policy);
        assert_eq!(holder(&found), Some(0));
        all[0].identity.deleting = true;
        assert_eq!(
            holder(&claimed(&all, &[], &Places::default(), DateTime::UNIX_EPOCH)),
            Some(1),
            "one on its way out claims nothing"
        );
    }

    #[test]
    fn what_a_selection_picks_is_claimed_and_what_says_no_is_not() {
        let found = |name: &str, tier: &str, exclude: Option<&str>| Found {
            workload: Workload {
                namespace: "shop".into(),
                kind: KindRef::new("apps/v1", "Deployment"),
                name: name.into(),
            },
            labels: LabelSet::of(&[("tier".to_owned(), tier.to_owned())].into()),
            exclusion: Exclusion::of(exclude, None),
            owner: None,
        };
        let workloads = [found("api", "app", None), found("db", "tool", None), found("kept", "app", Some("true"))];
        let targets = json!({ "selector": { "matchLabels": { "tier": "app" } } });
        let night = schedule("night", 1, &json!({ "targets": targets, "timezone": "UTC" }));
        let api = schedule("api", 2, &json!({ "targetRef": { "name": "api" }, "timezone": "UTC" }));
        let wide = schedule_in("", "wide", 0, &json!({ "targets": {}, "timezone": "UTC" }));
        let pool = json!({ "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "name": "batch" });
        let pools = schedule_in("", "pools", 0, &json!({ "targetRef": pool, "timezone": "UTC" }));
        let all = [night, api, wide, pools];
        let claims = claimed(&all, &workloads, &Places::default(), DateTime::UNIX_EPOCH);
        let names: Vec<_> = claims.keys().map(|workload| &*workload.name).collect();
        assert_eq!(names, ["batch", "api", "db"]);
        let said: Vec<_> = claims.values().flat_map(|claims| reasons(claims, &all)).collect();
        assert_eq!(
            said,
            [
                "shop/night doesn't act, shop/api comes first: it names the target, which is narrower",
                "wide doesn't act, shop/api comes first: it names the target, which is narrower",
            ]
        );
    }
}
