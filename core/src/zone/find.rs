//! Which zones a schedule may have: the ones of the program, or one that came as data.

use core::borrow::Borrow;

#[cfg(feature = "tzdb")]
use super::TimeZone;
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
}

/// Where a schedule that is read from text finds the zone it names.
///
/// A zone is its own only entry, for a program that has this one: any other name is refused.
/// [`AllZones`](crate::AllZones) has every name of the release.
///
/// ```
/// use kyklos_core::{TimeZone, Zones};
///
/// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
/// assert_eq!(HOME.find("Europe/Zurich"), Ok(HOME));
/// assert!(HOME.find("Asia/Tokyo").is_err());
/// ```
pub trait Zones {
    /// The kind of zone that is found.
    type Zone: Zone;

    /// The zone of exactly this name.
    ///
    /// # Errors
    ///
    /// The reason for which there is none, with the name.
    fn find<'t>(&self, name: &'t str) -> Result<Self::Zone, Reason<'t>>;
}

impl<T: Zones + ?Sized> Zones for &T {
    type Zone = T::Zone;

    fn find<'t>(&self, name: &'t str) -> Result<Self::Zone, Reason<'t>> {
        (**self).find(name)
    }
}

/// Every name and link of the tzdb release, to be looked up when the program runs.
///
/// ```
/// use kyklos_core::{AllZones, Zones};
///
/// assert_eq!(AllZones.find("Asia/Tokyo").map(|zone| zone.offset_at(1_790_000_000)), Ok(9 * 3_600));
/// assert!(AllZones.find("Mars/Phobos").is_err());
/// ```
#[cfg(feature = "tzdb")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AllZones;

#[cfg(feature = "tzdb")]
impl Zones for AllZones {
    type Zone = TimeZone;

    fn find<'t>(&self, name: &'t str) -> Result<TimeZone, Reason<'t>> {
        TimeZone::get(name).ok_or(Reason::UnknownZone(name))
    }
}
