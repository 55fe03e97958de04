//! The zones of the program.

use super::built_in::BuiltIn;
use super::clock::Clock;
use super::data;
use super::find::{Zone, Zones, sealed};
use super::name::ZoneName;
#[cfg(feature = "tzdb")]
use super::packed_names;
use super::rules::Rules;
use crate::{LocalMinute, Reason};

/// A time zone of the IANA database, by one of its names.
///
/// The offsets are those of tzdb release [`TimeZone::RELEASE`] from 2020-01-01T00:00:00Z on, as far as that release says
/// what will be. From 2100-01-03T00:00:00Z on the zone's newest rule goes on. Before 2020 that rule is carried back, or,
/// in a zone that has had other changes since, the offset of 2020-01-01: so every instant has an answer, which may differ
/// from history.
///
/// ```
/// use kyklos_core::TimeZone;
///
/// let zone = TimeZone::get("America/New_York").ok_or("unknown")?;
/// assert_eq!(zone.offset_at(1_772_953_199), -5 * 3_600); // 2026-03-08T06:59:59Z
/// assert_eq!(zone.offset_at(1_772_953_200), -4 * 3_600);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy)]
pub struct TimeZone {
    name: Name,
    zone: &'static BuiltIn,
}

/// Where the name of a zone is.
#[derive(Clone, Copy)]
enum Name {
    /// In the program.
    Given(&'static str),
    /// At a place among all names, which a program has where it looks one up or asks a zone for its name.
    #[cfg(feature = "tzdb")]
    Packed(u16),
}

impl TimeZone {
    /// The tzdb release that the tables were made from.
    pub const RELEASE: &'static str = data::RELEASE;

    /// Coordinated Universal Time.
    pub const UTC: TimeZone = TimeZone::named("Etc/UTC");

    /// The zone of exactly this name, letter case included, or `None` where the release has no such name or link.
    ///
    /// The names are packed, so a look-up takes about 15,500 instructions on a Cortex-M4: look a zone up once and keep it.
    ///
    /// ```
    /// use kyklos_core::TimeZone;
    ///
    /// assert!(TimeZone::get("Asia/Kathmandu").is_some());
    /// assert_eq!(TimeZone::get("asia/kathmandu"), None);
    /// ```
    #[cfg(feature = "tzdb")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tzdb")))]
    pub fn get(name: &str) -> Option<TimeZone> {
        let (place, zone) = packed_names::find(name)?;
        Some(TimeZone { name: Name::Packed(place), zone })
    }

    /// The zone of a name known when compiling; only the rules of the zones so named end up in the program.
    ///
    /// # Panics
    ///
    /// For an unknown name, so use it in a `const`: there the panic is a compile error.
    ///
    /// ```
    /// use kyklos_core::TimeZone;
    ///
    /// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
    /// assert_eq!(HOME.name(), "Europe/Zurich");
    /// ```
    #[expect(clippy::panic, clippy::indexing_slicing, reason = "meant for constants, where both stop the build")]
    pub const fn named(name: &'static str) -> TimeZone {
        let mut at = 0;
        while at < data::NAMES.len() {
            if equal(data::NAMES[at].0.as_bytes(), name.as_bytes()) {
                return TimeZone { name: Name::Given(name), zone: data::NAMES[at].1 };
            }
            at += 1;
        }
        panic!("no zone of this name in the tzdb release")
    }

    /// All names and links in their order, each of which is unpacked on the way.
    ///
    /// ```
    /// use kyklos_core::TimeZone;
    ///
    /// assert_eq!(TimeZone::names().next().unwrap(), "Africa/Abidjan");
    /// assert!(TimeZone::names().is_sorted());
    /// ```
    #[cfg(feature = "tzdb")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tzdb")))]
    pub fn names() -> impl Iterator<Item = ZoneName> {
        packed_names::all().map(ZoneName::spelled)
    }

    /// The name it was asked for by: a link stays the link's name.
    ///
    /// That of a zone which was looked up is unpacked again each time.
    ///
    /// ```
    /// use kyklos_core::TimeZone;
    ///
    /// let zone = TimeZone::get("US/Eastern").ok_or("unknown")?;
    /// assert_eq!(zone.name(), "US/Eastern");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn name(&self) -> ZoneName {
        match self.name {
            Name::Given(name) => ZoneName::given(name),
            #[cfg(feature = "tzdb")]
            Name::Packed(place) => ZoneName::spelled(packed_names::spell(place)),
        }
    }

    /// The offset from UTC in force at an instant, in seconds, east positive.
    ///
    /// ```
    /// use kyklos_core::TimeZone;
    ///
    /// const HOME: TimeZone = TimeZone::named("Asia/Kathmandu");
    /// assert_eq!(HOME.offset_at(1_780_300_800), 5 * 3_600 + 45 * 60); // 2026-06-01T08:00:00Z
    /// ```
    pub const fn offset_at(&self, unix_seconds: i64) -> i32 {
        self.rules().offset_at(unix_seconds)
    }

    /// The first transition after an instant that changes the offset, and the offset from then on in seconds; `None`
    /// where there is none any more.
    ///
    /// ```
    /// use kyklos_core::TimeZone;
    ///
    /// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
    /// // After the New Year of 2026: on 29 March at 01:00 UTC the clocks are put forward.
    /// assert_eq!(HOME.next_transition(1_767_225_600), Some((1_774_746_000, 2 * 3_600)));
    /// assert_eq!(TimeZone::UTC.next_transition(1_767_225_600), None);
    /// ```
    pub const fn next_transition(&self, after: i64) -> Option<(i64, i32)> {
        self.rules().next_transition(after)
    }

    /// The first instant at which the wall clock reads `local` or later, in Unix seconds.
    ///
    /// For a time that a transition skips that is the transition itself; for a repeated time, its first reading.
    ///
    /// ```
    /// use kyklos_core::{Date, LocalMinute, TimeOfDay, TimeZone};
    ///
    /// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
    /// let first = |month, day| {
    ///     let local = LocalMinute::new(Date::new(2026, month, day)?, TimeOfDay::new(2, 30)?)?;
    ///     Some(HOME.first_instant_at(local))
    /// };
    /// assert_eq!(first(3, 29), Some(1_774_746_000)); // skipped: 02:00 is 03:00 that night
    /// assert_eq!(first(10, 25), Some(1_792_888_200)); // comes twice, an hour apart
    /// ```
    pub const fn first_instant_at(&self, local: LocalMinute) -> i64 {
        self.rules().first_instant_at(local.unix_like_seconds())
    }

    /// What the clocks do, in the program itself.
    pub(crate) const fn rules(&self) -> &'static Rules<'static> {
        &self.zone.rules
    }
}

/// Zones are equal by their names, not by what the clocks do: a link is another zone than what it links to, `UTC` another
/// one than `Etc/UTC`.
impl PartialEq for TimeZone {
    fn eq(&self, other: &Self) -> bool {
        match (self.name, other.name) {
            #[cfg(feature = "tzdb")]
            (Name::Packed(a), Name::Packed(b)) => a == b,
            _ => self.name() == other.name(),
        }
    }
}

impl Eq for TimeZone {}

impl core::hash::Hash for TimeZone {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// Its name.
impl core::fmt::Display for TimeZone {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(&self.name(), f)
    }
}

/// The zone of exactly this name, as [`TimeZone::get`] has it.
#[cfg(feature = "tzdb")]
#[cfg_attr(docsrs, doc(cfg(feature = "tzdb")))]
impl core::str::FromStr for TimeZone {
    type Err = crate::ParseError;

    fn from_str(name: &str) -> Result<Self, crate::ParseError> {
        Self::get(name).ok_or(crate::ParseError::TIME_ZONE)
    }
}

impl core::fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "TimeZone({})", self.name())
    }
}

impl sealed::Sealed for TimeZone {}

impl Zone for TimeZone {
    type View<'a> = &'a Rules<'a>;

    #[inline]
    fn view(&self) -> &Rules<'_> {
        self.rules()
    }

    #[inline]
    fn clock_at(&self, unix_seconds: i64) -> Option<Clock> {
        self.zone.clock_at(unix_seconds)
    }

    #[inline]
    fn goes_as(&self, other: &Self) -> bool {
        core::ptr::eq(self.zone, other.zone)
    }
}

impl Zones for TimeZone {
    type Zone = TimeZone;

    fn get(&self, name: &str) -> Option<TimeZone> {
        (self.name() == name).then_some(*self)
    }

    fn refusal<'t>(&self, name: &'t str) -> Reason<'t> {
        Reason::OtherZone { asked: name, built: Some(*self) }
    }
}

#[expect(clippy::indexing_slicing, reason = "both indices are below both lengths")]
const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
