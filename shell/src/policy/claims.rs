//! Who acts on a target that several schedules are for: one order, by which the first has it.

use chrono::{DateTime, Utc};

use crate::api::ScalerKind;

/// How narrow a schedule's word for a target is; the narrower comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breadth {
    /// A schedule of its namespace that names it.
    Named,
    /// A schedule of its namespace that selects it.
    Selected,
    /// A schedule of the whole cluster that names it.
    NamedByCluster,
    /// A schedule of the whole cluster that selects it.
    SelectedByCluster,
}

/// A claim on a target. The order of its fields is the order of claims: the narrower first; among equals those that can be followed
/// first, then the older, and within a second the first by name.
///
/// So one that can't be followed comes first only where nobody as narrow can: then it keeps wider ones away, lest a typo hands
/// production to the night of the cluster, and nobody acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimant<P> {
    /// How narrow its word is.
    pub breadth: Breadth,
    /// Whether it can't be followed.
    pub invalid: bool,
    /// When the schedule was made, to the second.
    pub created: DateTime<Utc>,
    /// The schedule's name.
    pub name: Box<str>,
    /// The schedule.
    pub policy: P,
}

/// All claims on a target, in their order.
// Nearly every target has one, and there are tens of thousands: a list of just that size takes a tenth of what a tree does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<P>(Vec<Claimant<P>>);

/// What becomes of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'c, P> {
    /// The schedule acts on the target.
    Held,
    /// It can't be followed, so it doesn't act; but it keeps wider ones away.
    Kept,
    /// Another one has the target.
    Lost {
        /// Which.
        to: &'c Claimant<P>,
        /// Why that one.
        why: Why,
    },
}

/// Why one claim comes before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its word for the target is narrower.
    Narrower(Breadth),
    /// Likewise, although it can't be followed now.
    NarrowerThoughInvalid(Breadth),
    /// It can be followed, and the other can't.
    Valid,
    /// It is older.
    Older,
    /// They were made in the same second, and it is the first by name.
    Name,
}

impl<P> Default for Claims<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P: Ord + Clone> Claims<P> {
    /// Adds one. Says whether another one is first now.
    pub fn insert(&mut self, claimant: Claimant<P>) -> bool {
        let Err(place) = self.0.binary_search(&claimant) else { return false };
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        self.0.insert(place, claimant);
        place == 0
    }

    /// Takes one away. Says whether another one is first now.
    pub fn remove(&mut self, claimant: &Claimant<P>) -> bool {
        let Ok(place) = self.0.binary_search(claimant) else { return false };
        self.0.remove(place);
        if self.0.len() <= 1 {
            self.0.shrink_to_fit();
        }
        place == 0
    }

    /// Who acts; nobody where the first can't be followed.
    pub fn holder(&self) -> Option<&Claimant<P>> {
        self.0.first().filter(|first| !first.invalid)
    }

    /// All, the first one first.
    pub fn iter(&self) -> impl Iterator<Item = &Claimant<P>> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first one, whether or not it can be followed.
    pub fn first(&self) -> Option<&Claimant<P>> {
        self.0.first()
    }

    /// What becomes of one of them.
    pub fn standing(&self, claimant: &Claimant<P>) -> Standing<'_, P> {
        Standing::of(claimant, self.first())
    }
}

impl<'c, P: PartialEq> Standing<'c, P> {
    /// What becomes of a claim, where this one is the first of all.
    pub fn of(claimant: &Claimant<P>, first: Option<&'c Claimant<P>>) -> Self {
        match first.filter(|first| *first != claimant) {
            None if claimant.invalid => Self::Kept,
            None => Self::Held,
            Some(to) => Self::Lost { to, why: to.before(claimant) },
        }
    }
}

impl<P> Claimant<P> {
    /// Why it comes before another one.
    fn before(&self, other: &Self) -> Why {
        if self.breadth != other.breadth {
            let why = if self.invalid { Why::NarrowerThoughInvalid } else { Why::Narrower };
            why(self.breadth)
        } else if self.invalid != other.invalid {
            Why::Valid
        } else if self.created != other.created {
            Why::Older
        } else {
            Why::Name
        }
    }
}

impl Breadth {
    /// Of a schedule of this kind that names its target.
    pub const fn named(kind: ScalerKind) -> Self {
        match kind {
            ScalerKind::TimeWindowScaler => Self::Named,
            ScalerKind::ClusterTimeWindowScaler => Self::NamedByCluster,
        }
    }

    /// Of one that selects its targets.
    pub const fn selected(kind: ScalerKind) -> Self {
        match kind {
            ScalerKind::TimeWindowScaler => Self::Selected,
            ScalerKind::ClusterTimeWindowScaler => Self::SelectedByCluster,
        }
    }

    /// The kind of such a schedule.
    pub const fn kind(self) -> ScalerKind {
        match self {
            Self::Named | Self::Selected => ScalerKind::TimeWindowScaler,
            Self::NamedByCluster | Self::SelectedByCluster => ScalerKind::ClusterTimeWindowScaler,
        }
    }

    /// What such a schedule does: it names a target, or selects it.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Named | Self::NamedByCluster => "names",
            Self::Selected | Self::SelectedByCluster => "selects",
        }
    }
}

impl Why {
    /// As part of a sentence about the one that comes first: `it names the target`.
    pub fn in_words(self) -> String {
        match self {
            Self::Narrower(breadth) => format!("it {} the target, which is narrower", breadth.verb()),
            Self::NarrowerThoughInvalid(breadth) => {
                format!("it {} the target, which is narrower, although it can't be followed now", breadth.verb())
            }
            Self::Valid => "this one can't be followed".to_owned(),
            Self::Older => "it is older".to_owned(),
            Self::Name => "it was made in the same second and comes first by name".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claimant(breadth: Breadth, second: i64, name: &str) -> Claimant<u32> {
        let created = DateTime::from_timestamp(second, 0).unwrap();
        Claimant { breadth, invalid: false, created, name: name.into(), policy: 0 }
    }

    fn invalid(claimant: &Claimant<u32>) -> Claimant<u32> {
        Claimant { invalid: true, ..claimant.clone() }
    }

    fn lost(claims: &Claims<u32>, claimant: &Claimant<u32>) -> Option<(String, Why)> {
        match claims.standing(claimant) {
            Standing::Lost { to, why } => Some((to.name.to_string(), why)),
            Standing::Held | Standing::Kept => None,
        }
    }

    #[test]
    fn narrower_before_wider_and_older_before_younger() {
        let night = claimant(Breadth::SelectedByCluster, 1, "night");
        let team = claimant(Breadth::Selected, 20, "team");
        let (old, twin, web) = (
            claimant(Breadth::Named, 30, "old"),
            claimant(Breadth::Named, 30, "a-twin"),
            claimant(Breadth::Named, 40, "web"),
        );
        let mut claims = Claims::default();
        assert!(claims.insert(night.clone()) && claims.insert(team.clone()) && claims.insert(web.clone()));
        assert_eq!(claims.holder(), Some(&web), "however young");
        assert_eq!(lost(&claims, &night), Some(("web".into(), Why::Narrower(Breadth::Named))));
        assert!(claims.insert(old.clone()) && claims.insert(twin.clone()));
        assert_eq!(
            (lost(&claims, &old), lost(&claims, &web)),
            (Some(("a-twin".into(), Why::Name)), Some(("a-twin".into(), Why::Older)))
        );
        assert!(!claims.remove(&night), "a lost claim that goes changes nothing");
        assert!(claims.remove(&twin) && claims.remove(&old) && claims.remove(&web));
        assert_eq!((claims.holder(), claims.standing(&team)), (Some(&team), Standing::Held));
        assert!(!claims.insert(team.clone()) && claims.remove(&team) && claims.is_empty() && !claims.remove(&team));
    }

    #[test]
    fn an_invalid_one_keeps_wider_ones_away_and_leaves_it_to_equals() {
        let night = claimant(Breadth::SelectedByCluster, 1, "night");
        let (web, other) = (claimant(Breadth::Named, 10, "web"), claimant(Breadth::Named, 20, "other"));
        let broken = invalid(&web);
        let mut claims = Claims::default();
        claims.insert(night.clone());
        claims.insert(broken.clone());
        assert_eq!((claims.holder(), claims.standing(&broken)), (None, Standing::Kept));
        assert_eq!(lost(&claims, &night), Some(("web".into(), Why::NarrowerThoughInvalid(Breadth::Named))));
        assert!(claims.insert(other.clone()));
        assert_eq!(claims.holder(), Some(&other), "C15: the older is invalid, so the younger acts");
        assert_eq!(lost(&claims, &broken), Some(("other".into(), Why::Valid)));
        assert!(!claims.remove(&broken) && claims.insert(web.clone()), "it is mended");
        assert_eq!((claims.holder(), lost(&claims, &other)), (Some(&web), Some(("web".into(), Why::Older))));
    }

    #[test]
    fn a_hundred_for_one_target_have_one_holder_and_each_is_told_of_it() {
        let all: Vec<_> = (0..100).map(|n| claimant(Breadth::SelectedByCluster, 1_000 - n, &format!("c{n}"))).collect();
        let mut claims = Claims::default();
        for claimant in &all {
            claims.insert(claimant.clone());
        }
        assert_eq!(claims.iter().next().map(|first| &*first.name), Some("c99"));
        assert_eq!(
            all.iter().filter(|claimant| lost(&claims, claimant) == Some(("c99".into(), Why::Older))).count(),
            99
        );
    }

    fn any_claimant() -> impl Strategy<Value = Claimant<u32>> {
        let breadths = [Breadth::Named, Breadth::Selected, Breadth::NamedByCluster, Breadth::SelectedByCluster];
        (prop::sample::select(breadths.to_vec()), any::<bool>(), 0_i64..3, 0_u32..4).prop_map(
            |(breadth, invalid, second, n)| Claimant {
                invalid,
                policy: n,
                ..claimant(breadth, second, &format!("n{n}"))
            },
        )
    }

    proptest! {
        /// Whoever holds it is as narrow as any, can be followed, and is in front of all of his breadth that can.
        #[test]
        fn the_holder_is_who_the_contract_says(all in prop::collection::vec(any_claimant(), 0..8)) {
            let mut claims = Claims::default();
            for claimant in &all {
                claims.insert(claimant.clone());
            }
            let narrowest = all.iter().map(|claimant| claimant.breadth).min();
            let fit = all.iter().filter(|claimant| Some(claimant.breadth) == narrowest && !claimant.invalid);
            let expected = fit.min_by_key(|claimant| (claimant.created, claimant.name.clone(), claimant.policy));
            prop_assert_eq!(claims.holder(), expected);
            for claimant in &all {
                prop_assert_eq!(claims.standing(claimant) == Standing::Held, claims.holder() == Some(claimant));
            }
        }
    }
}
