//! Which zones a schedule may have: the ones of the program, or one that came as data.

use core::borrow::Borrow;

#[cfg(feature = "tzdb")]
use super::TimeZone;
use super::clock::Clock;
use super::rules::Rules;
use crate::Reason;

pub(super) mod sealed {
    /// Only the zones of this crate know what a schedule needs.
    pub trait Sealed {}
}

/// What a schedule goes by: a [`TimeZone`](crate::TimeZone) that is in the program, or [`ZoneRules`](crate::ZoneRules)
/// that came as data. Nothing else can be one.
pub trait Zone: sealed::Sealed + Clone + PartialEq + core::fmt::Debug {
    /// What reads as the zone's rules: a reference where the program has them.
    #[doc(hidden)]
    type View<'a>: Borrow<Rules<'a>>
    where
        Self: 'a;

    /// The zone's rules.
    #[doc(hidden)]
    fn view(&self) -> Self::View<'_>;

    /// What its wall clock reads at an instant in Unix seconds; `None`, or a clock of which nothing is sure, where that isn't simple.
    #[doc(hidden)]
    #[inline]
    fn clock_at(&self, unix_seconds: i64) -> Option<Clock> {
        let view = self.view();
        view.borrow().clock_at(unix_seconds)
    }

    /// Whether another one surely goes by the same rules.
    #[doc(hidden)]
    fn goes_as(&self, other: &Self) -> bool {
        self == other
    }
}

/// Where a schedule that is read from text finds the zone it names.
///
/// A zone is its own only entry, for a program that has this one: any other name is refused.
/// `AllZones`, with the feature `tzdb`, has every name of the release.
///
/// ```
/// use kyklos_core::{TimeZone, Zones};
///
/// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
/// assert_eq!(Zones::get(&HOME, "Europe/Zurich"), Some(HOME));
/// assert_eq!(Zones::get(&HOME, "Asia/Tokyo"), None);
/// ```
pub trait Zones {
    /// The kind of zone that is found.
    type Zone: Zone;

    /// The zone of exactly this name, letter case included; `None` where it isn't one of these.
    fn get(&self, name: &str) -> Option<Self::Zone>;

    /// The reason to refuse a name for which [`get`](Self::get) has no zone.
    fn refusal<'t>(&self, name: &'t str) -> Reason<'t>;
}

impl<T: Zones + ?Sized> Zones for &T {
    type Zone = T::Zone;

    fn get(&self, name: &str) -> Option<Self::Zone> {
        (**self).get(name)
    }

    fn refusal<'t>(&self, name: &'t str) -> Reason<'t> {
        (**self).refusal(name)
    }
}

/// Every name and link of the tzdb release, to be looked up when the program runs.
///
/// ```
/// use kyklos_core::{AllZones, Zones};
///
/// assert_eq!(AllZones.get("Asia/Tokyo").map(|zone| zone.offset_at(1_790_000_000)), Some(9 * 3_600));
/// assert_eq!(AllZones.get("Mars/Phobos"), None);
/// ```
#[cfg(feature = "tzdb")]
#[cfg_attr(docsrs, doc(cfg(feature = "tzdb")))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AllZones;

#[cfg(feature = "tzdb")]
#[cfg_attr(docsrs, doc(cfg(feature = "tzdb")))]
impl Zones for AllZones {
    type Zone = TimeZone;

    fn get(&self, name: &str) -> Option<TimeZone> {
        TimeZone::get(name)
    }

    fn refusal<'t>(&self, name: &'t str) -> Reason<'t> {
        Reason::UnknownZone(name)
    }
}
