//! Who claims which workload, and why: the ground that the controller goes by, for whoever asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::claims::{Breadth, Claimant, Claims, Standing};
use crate::api::problems::Problems;
use crate::api::selection::{KindRef, Reach, Scope};
use crate::api::{Identity, Policy};

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
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its kind.
    pub kind: KindRef,
    /// Its name.
    pub name: Box<str>,
}

/// Who claims the workloads that schedules name. The numbers are the places of the schedules.
pub type Claimed = BTreeMap<Workload, Claims<usize>>;

impl Claiming {
    /// Reads a schedule as the API server gave it, however strange it is.
    pub fn read(identity: Identity, spec: &serde_json::Value) -> Self {
        let reach = Reach::read(spec, Scope::Namespace(&identity.namespace), &mut Problems::at_most(1));
        let invalid = Policy::read(identity.clone(), spec, None).spec.is_err();
        Self { identity, reach, invalid }
    }

    /// `NAMESPACE/NAME`.
    pub fn called(&self) -> String {
        format!("{}/{}", self.identity.namespace, self.identity.name)
    }

    /// The schedule's name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    fn claim(&self, policy: usize) -> Option<(Workload, Claimant<usize>)> {
        // One on its way out claims nothing any more.
        let Some(Reach::Named { kind, name }) = self.reach.as_ref().filter(|_| !self.identity.deleting) else {
            return None;
        };
        let workload =
            Workload { namespace: Arc::clone(&self.identity.namespace), kind: kind.clone(), name: name.clone() };
        let Identity { created, name, .. } = &self.identity;
        let claimant =
            Claimant { breadth: Breadth::Named, invalid: self.invalid, created: *created, name: name.clone(), policy };
        Some((workload, claimant))
    }
}

/// Who claims what.
pub fn claimed(schedules: &[Claiming]) -> Claimed {
    let mut all = Claimed::new();
    for (place, schedule) in schedules.iter().enumerate() {
        if let Some((workload, claimant)) = schedule.claim(place) {
            all.entry(workload).or_default().insert(claimant);
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
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn schedule(name: &str, second: i64, spec: &serde_json::Value) -> Claiming {
        let identity = Identity {
            namespace: "shop".into(),
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
        let found = claimed(&all);
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
        assert_eq!(holder(&claimed(&all)), Some(1), "one on its way out claims nothing");
    }
}
