//! Time zones: every name and link of one tzdb release, as offsets and clock changes.

mod clock;
#[rustfmt::skip]
mod data;
mod era;
mod name;
#[cfg(feature = "tzdb")]
mod names;
mod rules;

use chrono::{DateTime, FixedOffset, Utc};

pub(crate) use clock::Piece;
pub(crate) use era::{Era, Place, place};
pub use name::ZoneName;
#[cfg(feature = "tzdb")]
use names::Letters;
use rules::offset_seconds;
pub(crate) use rules::{CLEAR, Lead, Rules};

use crate::civil::{BIAS, FROM, NEVER, WEEK};

/// A time zone of the IANA database, by one of its names.
///
/// The offsets are those of tzdb release [`Zone::RELEASE`] from 2020-01-01T00:00:00Z on, as far as that release says
/// what will be. From 2100-01-03T00:00:00Z on the zone's newest rule goes on. Before 2020 that rule is carried back, or,
/// in a zone that has had other changes since, the offset of 2020-01-01: so every instant has an answer, which may differ
/// from history.
///
/// ```
/// use kyklos_core::Zone;
///
/// let zone = Zone::get("America/New_York").ok_or("unknown")?;
/// let at = chrono::DateTime::from_timestamp(1_772_953_199, 0).ok_or("range")?; // 2026-03-08T06:59:59Z
/// assert_eq!(zone.offset_at(at).local_minus_utc(), -5 * 3600);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy)]
pub struct Zone {
    name: Name,
    pub(crate) rules: &'static Rules,
}

/// Where the name of a zone is.
#[derive(Clone, Copy)]
enum Name {
    /// In the program.
    Given(&'static str),
    /// At a place among all names. What spells it comes along: so the names are linked where a zone is looked up, and not
    /// already where one is asked for its name.
    #[cfg(feature = "tzdb")]
    Packed(fn(u16) -> Letters, u16),
}

impl Zone {
    /// The tzdb release that the tables were made from.
    pub const RELEASE: &'static str = data::RELEASE;

    /// Coordinated Universal Time.
    pub const UTC: Zone = Zone::named("Etc/UTC");

    /// The zone of exactly this name, letter case included, or `None` where the release has no such name or link.
    ///
    /// The names are packed, so a look-up takes about 12,000 instructions on a Cortex-M4: look a zone up once and keep it.
    ///
    /// ```
    /// use kyklos_core::Zone;
    ///
    /// assert!(Zone::get("Asia/Kathmandu").is_some());
    /// assert_eq!(Zone::get("asia/kathmandu"), None);
    /// ```
    #[cfg(feature = "tzdb")]
    pub fn get(name: &str) -> Option<Zone> {
        let (place, rules) = names::find(name)?;
        Some(Zone { name: Name::Packed(names::spell, place), rules })
    }

    /// The zone of a name known when compiling; only the rules of the zones so named end up in the program.
    ///
    /// # Panics
    ///
    /// For an unknown name, so use it in a `const`: there the panic is a compile error.
    ///
    /// ```
    /// use kyklos_core::Zone;
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// assert_eq!(HOME.name(), "Europe/Zurich");
    /// ```
    #[expect(clippy::panic, clippy::indexing_slicing, reason = "meant for constants, where both stop the build")]
    pub const fn named(name: &'static str) -> Zone {
        let mut at = 0;
        while at < data::NAMES.len() {
            if equal(data::NAMES[at].0.as_bytes(), name.as_bytes()) {
                return Zone { name: Name::Given(name), rules: data::NAMES[at].1 };
            }
            at += 1;
        }
        panic!("no zone of this name in the tzdb release")
    }

    /// All names and links in their order, each of which is unpacked on the way.
    ///
    /// ```
    /// use kyklos_core::Zone;
    ///
    /// assert_eq!(Zone::names().next().as_deref(), Some("Africa/Abidjan"));
    /// assert!(Zone::names().is_sorted());
    /// ```
    #[cfg(feature = "tzdb")]
    pub fn names() -> impl Iterator<Item = ZoneName> {
        names::all().map(ZoneName::spelled)
    }

    /// The name it was asked for by: a link stays the link's name.
    ///
    /// That of a zone which was looked up is unpacked again, in about 8,000 instructions on a Cortex-M4.
    ///
    /// ```
    /// use kyklos_core::Zone;
    ///
    /// let zone = Zone::get("US/Eastern").ok_or("unknown")?;
    /// assert_eq!(zone.name(), "US/Eastern");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn name(&self) -> ZoneName {
        match self.name {
            Name::Given(name) => ZoneName::given(name),
            #[cfg(feature = "tzdb")]
            Name::Packed(spell, place) => ZoneName::spelled(spell(place)),
        }
    }

    /// The offset from UTC in force at an instant.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use kyklos_core::Zone;
    ///
    /// const HOME: Zone = Zone::named("Asia/Kathmandu");
    /// assert_eq!(HOME.offset_at(DateTime::UNIX_EPOCH).to_string(), "+05:45");
    /// ```
    pub fn offset_at(&self, at: DateTime<Utc>) -> FixedOffset {
        fixed(self.change_after(at.timestamp()).2)
    }

    /// The first clock change after an instant and the offset from then on, or `None` where there is none any more.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use kyklos_core::Zone;
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// let (change, offset) = HOME.next_change(DateTime::from_timestamp(1_767_225_600, 0).unwrap()).unwrap();
    /// assert_eq!((change.to_string(), offset.to_string()), ("2026-03-29 01:00:00 UTC".into(), "+02:00".into()));
    /// assert_eq!(Zone::UTC.next_change(change), None);
    /// ```
    pub fn next_change(&self, after: DateTime<Utc>) -> Option<(DateTime<Utc>, FixedOffset)> {
        let mut at = after.timestamp();
        loop {
            let (Place { instant, era }, change, lead) = self.change_after(at);
            let [outer, inner] = self.rules.leads;
            let constant = outer == inner && (era == Era::After || instant >= self.rules.settled);
            let next = if change == NEVER || constant {
                // The rule may be without a change where the tables, which start later, are not.
                Some(FROM).filter(|_| at < FROM)?
            } else {
                // An answer from another year is sure for a week; so short steps meet every change.
                at.checked_add(i64::from((change - instant).min(WEEK)))?
            };
            let next = if at < FROM { next.min(FROM) } else { next };
            let (.., after) = self.change_after(next);
            if after != lead {
                return Some((DateTime::from_timestamp(next, 0)?, fixed(after)));
            }
            at = next;
        }
    }

    /// Where an instant is answered, the first change after that, and the lead up to there.
    fn change_after(&self, unix_seconds: i64) -> (Place, u32, Lead) {
        let place = place(unix_seconds);
        let (change, lead) = self.rules.change_after(place.instant, place.era);
        (place, change, lead)
    }

    /// The first instant at which the wall clock reads `local` or later.
    ///
    /// For a time that a clock change skips that is the change itself; for a repeated time, its first reading.
    /// `None` outside chrono's range.
    ///
    /// ```
    /// use kyklos_core::{Zone, parse_local_time};
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// let first = |local| HOME.first_instant_at(parse_local_time(local).unwrap()).unwrap().to_string();
    /// assert_eq!(first("2026-03-29T02:30"), "2026-03-29 01:00:00 UTC"); // skipped: 02:00 is 03:00 that night
    /// assert_eq!(first("2026-10-25T02:30"), "2026-10-25 00:30:00 UTC"); // comes twice, an hour apart
    /// ```
    pub fn first_instant_at(&self, local: chrono::NaiveDateTime) -> Option<DateTime<Utc>> {
        let local = local.and_utc().timestamp();
        let Place { instant, era } = place(local);
        let found = self.rules.first_at_or_after(instant.wrapping_add(BIAS), era);
        DateTime::from_timestamp(local + i64::from(found) - i64::from(instant), 0)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl core::fmt::Debug for Zone {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

/// chrono's form of an offset; every table entry lies within a day.
fn fixed(lead: Lead) -> FixedOffset {
    FixedOffset::east_opt(offset_seconds(lead)).unwrap_or(const { FixedOffset::east_opt(0).unwrap() })
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
