//! A zone that came as data, not with the program.

use super::TimeZone;
use super::era::Era;
use super::fault::{OffsetOf, ZoneFault};
use super::find::{Zone, Zones, sealed};
use super::posix::or_return;
use super::rules::{ByRule, FOLD_GUARD, LocalOffset, Quarters, Rules, YearlyTransitions, local_offset, offset_seconds};
use super::yearly::{MOST_BACK, YearlyRule, quarters};
use crate::civil::{DAY, FROM, SPAN};
use crate::{LocalMinute, Reason};

/// The longest name that is kept, in bytes; the longest of the tzdb has 32.
pub(super) const NAME_MAX: usize = 40;

/// A time zone as data, with room for so many changes that its yearly rule doesn't know: for rules that came after the
/// program was made.
///
/// It takes less than 128 bytes and four for each change. Most zones have no change, some up to a dozen; Gaza's clocks,
/// which follow the moon, have 193.
///
/// ```
/// use kyklos_core::{YearlyRule, ZoneFault, ZoneRules};
///
/// const fn volgograd() -> Result<ZoneRules<1>, ZoneFault> {
///     let Ok(moscow) = YearlyRule::fixed(3 * 3_600) else { panic!() };
///     ZoneRules::new("Europe/Volgograd", 4 * 3_600, &[(1_609_020_000, 3 * 3_600)], moscow)
/// }
///
/// // By the compiler, or when the program runs.
/// static VOLGOGRAD: Result<ZoneRules<1>, ZoneFault> = volgograd();
/// assert_eq!(VOLGOGRAD, volgograd());
/// assert_eq!(volgograd()?.next_transition(1_600_000_000), Some((1_609_020_000, 3 * 3_600)));
/// # Ok::<(), ZoneFault>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ZoneRules<const CHANGES: usize> {
    transitions: YearlyTransitions,
    outside: LocalOffset,
    between: LocalOffset,
    offsets: [Quarters; 4],
    rule_from: u32,
    /// Of `changes`; one at most a day, so it is enough.
    count: u16,
    length: u8,
    name: [u8; NAME_MAX],
    changes: [u32; CHANGES],
}

const _: () = assert!(size_of::<ZoneRules<0>>() < 128);
const _: () = assert!(size_of::<ZoneRules<100>>() == size_of::<ZoneRules<0>>() + 400);

/// The first instant after the tables' years of changes: 2100-01-01T00:00:00Z.
pub(crate) const END: i64 = FROM + (SPAN - 2 * DAY) as i64;

impl<const CHANGES: usize> ZoneRules<CHANGES> {
    /// A zone by its name, the offset in force on 2020-01-01T00:00:00Z, the changes after that, and the rule that goes on
    /// from the last of them. A change is the Unix second at which an offset begins, and the offset. All offsets are in
    /// seconds, east positive.
    ///
    /// Changes at the end that the rule says, too, take no room. So it may be given all that a TZif file has from 2020 on,
    /// and its footer. A change to the offset that is in force already holds the rule off until then.
    ///
    /// ```
    /// use kyklos_core::{YearlyRule, ZoneRules};
    ///
    /// // New York stays with summer time from 2021 on.
    /// let changes = [
    ///     (1_583_650_800, -4 * 3_600), // 2020-03-08T07:00:00Z
    ///     (1_604_210_400, -5 * 3_600), // 2020-11-01T06:00:00Z
    ///     (1_615_705_200, -4 * 3_600), // 2021-03-14T07:00:00Z
    /// ];
    /// let zone = ZoneRules::<3>::new("America/New_York", -5 * 3_600, &changes, YearlyRule::fixed(-4 * 3_600)?)?;
    /// assert_eq!(zone.next_transition(1_615_705_200), None);
    ///
    /// // It doesn't: the rule says these changes, too.
    /// let rule = YearlyRule::parse("EST5EDT,M3.2.0,M11.1.0")?;
    /// let zone = ZoneRules::<0>::new("America/New_York", -5 * 3_600, &changes, rule)?;
    /// assert_eq!(zone.next_transition(1_615_705_200), Some((1_636_264_800, -5 * 3_600)));
    /// # Ok::<(), kyklos_core::ZoneFault>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ZoneFault`] where the zone isn't one that schedules can go by: offsets are whole quarters of an hour, at most four
    /// besides the rule's; changes are on whole minutes of 2020 to 2099, ascending, more than a day apart, and put no clock
    /// back by more than three hours; from the last one on the rule has the same offset.
    pub const fn new(
        name: &str,
        first_offset: i32,
        changes: &[(i64, i32)],
        rule: YearlyRule,
    ) -> Result<Self, ZoneFault> {
        let mut zone = or_return!(Self::named(name));
        let first = or_return!(quarters(first_offset, OffsetOf::First));
        zone.transitions = rule.transitions;
        (zone.outside, zone.between) = (local_offset(rule.outside), local_offset(rule.between));
        zone.offsets = [first; 4];
        let last = or_return!(checked(first, changes));
        or_return!(meets(&rule, last));
        let kept = unknown(&rule, first, changes);
        or_return!(zone.keep(first, changes, kept));
        Ok(zone)
    }

    /// One of the program's zones as data.
    ///
    /// ```
    /// use kyklos_core::{TimeZone, ZoneRules};
    ///
    /// let zone = ZoneRules::<0>::of(TimeZone::named("Europe/Zurich"))?;
    /// assert_eq!((zone.name(), zone.offset_at(1_780_300_800)), ("Europe/Zurich", 2 * 3_600));
    /// # Ok::<(), kyklos_core::ZoneFault>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ZoneFault::TooManyChanges`] where the room isn't enough.
    pub fn of(zone: TimeZone) -> Result<Self, ZoneFault> {
        let rules = zone.rules();
        let mut data = Self::named(zone.name().as_str())?;
        let Some(room) = data.changes.get_mut(..rules.changes.len()) else {
            return Err(ZoneFault::TooManyChanges { changes: rules.changes.len(), room: CHANGES });
        };
        room.copy_from_slice(rules.changes);
        Ok(Self {
            transitions: *rules.transitions,
            outside: rules.outside,
            between: rules.between,
            offsets: rules.offsets,
            rule_from: rules.by_rule.start(),
            count: rules.changes.len() as u16,
            ..data
        })
    }

    /// The name.
    pub fn name(&self) -> &str {
        // Always ASCII, which the compiler can't know.
        self.name.get(..usize::from(self.length)).and_then(|name| str::from_utf8(name).ok()).unwrap_or_default()
    }

    /// The offset from UTC in force at an instant, as [`TimeZone::offset_at`].
    pub const fn offset_at(&self, unix_seconds: i64) -> i32 {
        self.rules().offset_at(unix_seconds)
    }

    /// The first transition after an instant, as [`TimeZone::next_transition`].
    pub const fn next_transition(&self, after: i64) -> Option<(i64, i32)> {
        self.rules().next_transition(after)
    }

    /// The first instant at which the wall clock reads `local` or later, as [`TimeZone::first_instant_at`].
    pub const fn first_instant_at(&self, local: LocalMinute) -> i64 {
        self.rules().first_instant_at(local.unix_like_seconds())
    }

    /// What the clocks do.
    #[inline]
    pub(crate) const fn rules(&self) -> Rules<'_> {
        // Never more than there are, which the compiler can't know.
        let changes = match self.changes.split_at_checked(self.count as usize) {
            Some((changes, _)) => changes,
            None => &[],
        };
        Rules {
            changes,
            offsets: self.offsets,
            by_rule: ByRule::since(self.rule_from),
            transitions: &self.transitions,
            outside: self.outside,
            between: self.between,
        }
    }

    /// UTC by this name.
    #[expect(clippy::indexing_slicing, reason = "each index is compared with the length")]
    const fn named(name: &str) -> Result<Self, ZoneFault> {
        let text = name.as_bytes();
        if text.is_empty() {
            return Err(ZoneFault::NameEmpty);
        }
        if text.len() > NAME_MAX {
            return Err(ZoneFault::NameTooLong { bytes: text.len() });
        }
        let mut name = [0; NAME_MAX];
        let mut at = 0;
        while at < text.len() && at < NAME_MAX {
            if !text[at].is_ascii_graphic() {
                return Err(ZoneFault::NameCharacter { at });
            }
            name[at] = text[at];
            at += 1;
        }
        Ok(Self {
            transitions: YearlyRule::unchanging(0).transitions,
            outside: local_offset(0),
            between: local_offset(0),
            offsets: [0; 4],
            rule_from: 0,
            count: 0,
            length: text.len() as u8,
            name,
            changes: [0; CHANGES],
        })
    }

    /// Keeps the first so many changes; of these all that change the offset, and the last one.
    #[expect(clippy::indexing_slicing, reason = "each index is compared with the length")]
    const fn keep(&mut self, first: Quarters, changes: &[(i64, i32)], kept: usize) -> Result<(), ZoneFault> {
        let (mut before, mut offsets, mut count, mut index) = (first, 1, 0, 0);
        while index < kept && index < changes.len() {
            let (at, seconds) = changes[index];
            let offset = (seconds / 900) as Quarters;
            if offset != before || index + 1 == kept {
                let mut known = 0;
                while known < offsets && known < self.offsets.len() && self.offsets[known] != offset {
                    known += 1;
                }
                if known == self.offsets.len() {
                    return Err(ZoneFault::TooManyOffsets { index });
                }
                if known == offsets && known < self.offsets.len() {
                    self.offsets[known] = offset;
                    offsets += 1;
                }
                let since = (at - FROM) as u32;
                if count < CHANGES {
                    self.changes[count] = since | known as u32;
                }
                count += 1;
                self.rule_from = since + FOLD_GUARD;
            }
            before = offset;
            index += 1;
        }
        if count > CHANGES {
            return Err(ZoneFault::TooManyChanges { changes: count, room: CHANGES });
        }
        self.count = count as u16;
        Ok(())
    }
}

/// The last change, or the beginning, if all changes are as they should be.
#[expect(clippy::indexing_slicing, reason = "the index is compared with the length")]
const fn checked(first: Quarters, changes: &[(i64, i32)]) -> Result<(i64, Quarters), ZoneFault> {
    let (mut last, mut before) = (FROM, first);
    let mut index = 0;
    while index < changes.len() {
        let (at, seconds) = changes[index];
        if at <= FROM + DAY as i64 || at >= END {
            return Err(ZoneFault::ChangeOutOfRange { index });
        }
        if at % 60 != 0 {
            return Err(ZoneFault::ChangeNotMinute { index });
        }
        if at <= last + DAY as i64 {
            return Err(ZoneFault::ChangeTooClose { index });
        }
        let offset = or_return!(quarters(seconds, OffsetOf::Change(index)));
        if before as i16 - offset as i16 > MOST_BACK {
            return Err(ZoneFault::PutBackTooFar { index });
        }
        (last, before) = (at, offset);
        index += 1;
    }
    Ok((last, before))
}

/// Whether the rule can go on from the last change.
pub(crate) const fn meets(rule: &YearlyRule, (last, offset): (i64, Quarters)) -> Result<(), ZoneFault> {
    let last = (last - FROM) as u32;
    let (next, by_rule) = rule.rules().change_after(last, Era::Within);
    if by_rule != local_offset(offset) {
        let offset = offset as i32 * 900;
        return Err(ZoneFault::RuleDisagrees { offset, rule: offset_seconds(by_rule) });
    }
    if rule.outside != rule.between && next - last <= DAY {
        return Err(ZoneFault::RuleTooSoon);
    }
    Ok(())
}

/// How many of the changes the rule doesn't know. It holds from the one before on if it has the same offset there, and if
/// the change is the first that it has after that.
const fn unknown(rule: &YearlyRule, first: Quarters, changes: &[(i64, i32)]) -> usize {
    let rules = rule.rules();
    let mut kept = changes;
    while let [earlier @ .., (at, offset)] = kept {
        let (from, before) = match earlier {
            [.., last] => *last,
            [] => (FROM, first as i32 * 900),
        };
        let (at, from) = ((*at - FROM) as u32, (from - FROM) as u32);
        let (next, by_rule) = rules.change_after(from, Era::Within);
        let (_, after) = rules.change_after(at, Era::Within);
        let changes_nothing = *offset == before && (at < next || rule.outside == rule.between);
        let of_rule = at == next && offset_seconds(after) == *offset;
        if offset_seconds(by_rule) != before || !(changes_nothing || of_rule) {
            break;
        }
        kept = earlier;
    }
    kept.len()
}

impl<const CHANGES: usize> core::fmt::Debug for ZoneRules<CHANGES> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ZoneRules({}, {} changes)", self.name(), self.count)
    }
}

#[cfg(feature = "defmt")]
impl<const CHANGES: usize> defmt::Format for ZoneRules<CHANGES> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "ZoneRules({=str}, {=u16} changes)", self.name(), self.count);
    }
}

impl<const CHANGES: usize> sealed::Sealed for ZoneRules<CHANGES> {}

impl<const CHANGES: usize> Zone for ZoneRules<CHANGES> {
    type View<'a> = Rules<'a>;

    #[inline]
    fn view(&self) -> Rules<'_> {
        self.rules()
    }
}

impl<const CHANGES: usize> Zones for ZoneRules<CHANGES> {
    type Zone = Self;

    fn get(&self, name: &str) -> Option<Self> {
        (self.name() == name).then(|| self.clone())
    }

    fn refusal<'t>(&self, name: &'t str) -> Reason<'t> {
        Reason::OtherZone { asked: name, built: None }
    }
}
