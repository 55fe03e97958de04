//! Bytes as the data of a time zone: the core takes it or says what is wrong with it, and what it takes goes as jiff has
//! the same data, as a TZif file.

use arbitrary::{Result, Unstructured};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kyklos_core::{Days, Exception, OffsetOf, Schedule, TimeOfDay, Window, YearlyRule, ZoneFault, ZoneRules};

use crate::instants::whole;
use crate::oracle::{Clocks, DAY};
use crate::ways::minute;

/// 2020-01-01T00:00:00Z and 2100-01-01T00:00:00Z.
const KNOWN: std::ops::Range<i64> = 1_577_836_800..4_102_444_800;
const MIDNIGHT: TimeOfDay = TimeOfDay::MIDNIGHT;

/// What makes a zone: see [`ZoneRules::new`].
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) name: String,
    first: i32,
    changes: Vec<(i64, i32)>,
    rule: String,
}

pub(crate) fn check(bytes: &mut Unstructured<'_>) -> Result<()> {
    let data = Data::any(bytes)?;
    let rule: std::result::Result<YearlyRule, _> = data.rule.parse();
    let rule = match rule {
        Ok(rule) => rule,
        Err(fault) => {
            let place = match fault {
                ZoneFault::RuleText { at, .. } | ZoneFault::RuleDate { at } => at,
                _ => 0,
            };
            assert!(place <= data.rule.len() && fault.to_string().contains("rule"), "{fault}: {:?}", data.rule);
            return Ok(());
        }
    };
    match ZoneRules::<4>::new(&data.name, data.first, &data.changes, rule) {
        Ok(zone) => {
            assert_eq!(data.fault(), None, "{data:?}");
            assert_eq!(zone.name(), data.name);
            ask(bytes, &zone, &data)
        }
        Err(fault) => {
            assert!(data.has(fault, 4), "{fault}: {data:?}");
            Ok(())
        }
    }
}

/// A zone answers whatever the instant, and of those that are known as jiff does.
fn ask(bytes: &mut Unstructured<'_>, zone: &ZoneRules<4>, data: &Data) -> Result<()> {
    let clocks = data.clocks().expect("data that the core takes are a zone to jiff");
    let mut schedule = Schedule::<2, 1, 0, _>::new(zone.clone());
    let night = Window::constant(Days::WEEKDAYS, TimeOfDay::constant(22, 0), TimeOfDay::constant(2, 30), 1);
    assert_eq!(schedule.push_window(night), Ok(()));
    assert_eq!(schedule.push_window(Window::constant(Days::SUN, MIDNIGHT, TimeOfDay::constant(3, 0), 2)), Ok(()));
    let exception = Exception::new(minute(1_700_000_000), minute(1_700_100_000), 3).expect("an exception");
    assert_eq!(schedule.push_exception(exception), Ok(()));
    for _ in 0..bytes.int_in_range(1..=4)? {
        let any = bytes.int_in_range(KNOWN.start..=KNOWN.end - 1)?;
        let change = clocks.change_after(any).filter(|change| KNOWN.contains(change));
        let near = change.unwrap_or(any) + bytes.int_in_range(-2..=2)? * *bytes.choose(&[1, 900, 7_200])?;
        for second in [any, near, bytes.arbitrary()?] {
            holds_together(zone, second, data);
            if KNOWN.contains(&second) {
                let found = i64::from(zone.offset_at(second));
                assert_eq!(found, clocks.offset(second), "the offset at {second} of {data:?}");
                let expected = next_transition(&clocks, second).filter(|(at, _)| KNOWN.contains(at));
                let found = zone.next_transition(second).filter(|(at, _)| KNOWN.contains(at));
                assert_eq!(found, expected, "the transition after {second} of {data:?}");
                let local = (second + clocks.offset(near)).div_euclid(60) * 60;
                if (KNOWN.start + 3 * DAY..KNOWN.end - 3 * DAY).contains(&local) {
                    let found = zone.first_instant_at(minute(local));
                    assert_eq!(found, clocks.first_reading(local), "{} in {data:?}", minute(local));
                }
            }
            whole(&schedule, second, data);
        }
    }
    for second in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX, KNOWN.start, KNOWN.end] {
        holds_together(zone, second, data);
        whole(&schedule, second, data);
    }
    Ok(())
}

fn holds_together(zone: &ZoneRules<4>, second: i64, data: &Data) {
    let offset = zone.offset_at(second);
    assert!(i64::from(offset).abs() < DAY, "{offset} at {second} of {data:?}");
    match zone.next_transition(second) {
        Some((at, next)) => {
            assert!(at > second && next != offset, "{at} after {second} of {data:?}");
            assert_eq!((zone.offset_at(at - 1), zone.offset_at(at)), (offset, next), "{at} after {second} of {data:?}");
        }
        None => assert_eq!(zone.offset_at(i64::MAX), offset, "after {second} of {data:?}"),
    }
}

/// The first one that changes the offset.
fn next_transition(clocks: &Clocks, second: i64) -> Option<(i64, i32)> {
    let before = clocks.offset(second);
    let mut changes = std::iter::successors(clocks.change_after(second), |&at| clocks.change_after(at));
    let at = changes.find(|&at| at > KNOWN.end || clocks.offset(at) != before)?;
    Some((at, i32::try_from(clocks.offset(at)).unwrap_or_default()))
}

impl Data {
    /// Of any kind.
    fn any(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let rule = if bytes.ratio(1, 6)? { bytes.arbitrary()? } else { rule(bytes)? };
        let at = bytes.int_in_range(KNOWN.start - 2 * DAY..=KNOWN.end)?;
        let mut data = Self::near(bytes, at, rule)?;
        match bytes.int_in_range(0..=9)? {
            0 => data.name = bytes.arbitrary()?,
            1 => data.first = bytes.arbitrary()?,
            2 => data.first = bytes.int_in_range(-100..=100)? * 900,
            3 | 4 => {
                let (second, seconds) = (bytes.int_in_range(-90..=90)?, bytes.int_in_range(-14..=14)? * 900);
                if let Some((at, offset)) = data.changes.last_mut() {
                    (*at, *offset) = (*at + second, *offset + seconds);
                }
            }
            5 => data.changes.push((bytes.arbitrary()?, bytes.arbitrary()?)),
            _ => {}
        }
        Ok(data)
    }

    /// Changes close to each other up to an instant, and after them the rule.
    fn near(bytes: &mut Unstructured<'_>, at: i64, rule: String) -> Result<Self> {
        let clocks = TimeZone::posix(&rule).ok().map(Clocks);
        let by_rule = |at| clocks.as_ref().map_or(0, |clocks| i32::try_from(clocks.offset(at)).unwrap_or_default());
        let count: u8 = bytes.int_in_range(0..=6)?;
        let mut at = at.div_euclid(60) * 60 + 60 * bytes.int_in_range(-40_000..=4_000)?;
        let mut changes = Vec::new();
        for left in (0..count).rev() {
            at += DAY + 60 * bytes.int_in_range(0..=40_000)?;
            let offset = by_rule(at) + if left == 0 { 0 } else { bytes.int_in_range(-4..=4)? * 1_800 };
            changes.push((at, offset));
        }
        let first = by_rule(changes.first().map_or(KNOWN.start, |(at, _)| *at));
        Ok(Self { name: "Data/Zone".to_owned(), first, changes, rule })
    }

    /// That is a zone most of the time.
    pub(crate) fn right(bytes: &mut Unstructured<'_>, at: i64) -> Result<Self> {
        let rule = rule(bytes)?;
        Self::near(bytes, at, rule)
    }

    pub(crate) fn zone<const CHANGES: usize>(&self) -> std::result::Result<ZoneRules<CHANGES>, ZoneFault> {
        ZoneRules::new(&self.name, self.first, &self.changes, self.rule.parse()?)
    }

    /// The offset from the last change on, and when that is.
    fn last(&self) -> (i64, i32) {
        self.changes.last().copied().unwrap_or((KNOWN.start, self.first))
    }

    /// An offset, and the one before it; and the time of its change, and of the one before.
    fn change(&self, index: usize) -> Option<((i64, i32), (i64, i32))> {
        let before =
            index.checked_sub(1).map_or(Some((KNOWN.start, self.first)), |index| self.changes.get(index).copied());
        Some((*self.changes.get(index)?, before?))
    }

    /// Whether this is wrong with it.
    fn has(&self, fault: ZoneFault, room: usize) -> bool {
        let of = |of, seconds| match of {
            OffsetOf::First => self.first == seconds,
            OffsetOf::Change(index) => self.changes.get(index).is_some_and(|&(_, offset)| offset == seconds),
            _ => false,
        };
        let change = |index| self.change(index).expect("a change that there is");
        let (last, offset) = self.last();
        let by_rule = TimeZone::posix(&self.rule).map(Clocks).expect("a rule that the core takes");
        match fault {
            ZoneFault::NameEmpty => self.name.is_empty(),
            ZoneFault::NameTooLong { bytes } => bytes == self.name.len() && bytes > 40,
            ZoneFault::NameCharacter { at } => {
                self.name.as_bytes().get(at).is_some_and(|byte| !byte.is_ascii_graphic())
            }
            ZoneFault::OffsetNotQuarter { of: place, seconds } => of(place, seconds) && seconds % 900 != 0,
            ZoneFault::OffsetTooLarge { of: place, seconds } => of(place, seconds) && i64::from(seconds).abs() >= DAY,
            ZoneFault::TooManyOffsets { index } => {
                let mut offsets: Vec<_> = self.changes.iter().take(index + 1).map(|(_, offset)| *offset).collect();
                offsets.push(self.first);
                offsets.sort_unstable();
                offsets.dedup();
                offsets.len() > 4
            }
            ZoneFault::ChangeNotMinute { index } => change(index).0.0 % 60 != 0,
            ZoneFault::ChangeOutOfRange { index } => {
                let ((at, _), _) = change(index);
                at <= KNOWN.start + DAY || at >= KNOWN.end
            }
            ZoneFault::ChangeTooClose { index } => {
                let ((at, _), (before, _)) = change(index);
                at <= before + DAY
            }
            ZoneFault::PutBackTooFar { index } => {
                let ((_, offset), (_, before)) = change(index);
                before - offset > 3 * 3_600
            }
            ZoneFault::TooManyChanges { changes, room: found } => {
                found == room && changes > room && changes <= self.changes.len()
            }
            ZoneFault::RuleDisagrees { offset: found, rule } => {
                found == offset && rule != offset && by_rule.offset(last) == i64::from(rule)
            }
            ZoneFault::RuleTooSoon => next_transition(&by_rule, last).is_some_and(|(at, _)| at - last <= DAY),
            _ => false,
        }
    }

    /// What is wrong with it, whatever its rule says in between.
    fn fault(&self) -> Option<ZoneFault> {
        let (last, offset) = self.last();
        let by_rule = TimeZone::posix(&self.rule).map(Clocks).expect("a rule that the core takes").offset(last);
        let rule = i32::try_from(by_rule).unwrap_or_default();
        let mut faults = vec![
            ZoneFault::NameEmpty,
            ZoneFault::NameTooLong { bytes: self.name.len() },
            ZoneFault::OffsetNotQuarter { of: OffsetOf::First, seconds: self.first },
            ZoneFault::OffsetTooLarge { of: OffsetOf::First, seconds: self.first },
            ZoneFault::RuleDisagrees { offset, rule },
            ZoneFault::RuleTooSoon,
        ];
        faults.extend((0..self.name.len()).map(|at| ZoneFault::NameCharacter { at }));
        for (index, &(_, seconds)) in self.changes.iter().enumerate() {
            let of = OffsetOf::Change(index);
            faults.extend([
                ZoneFault::OffsetNotQuarter { of, seconds },
                ZoneFault::OffsetTooLarge { of, seconds },
                ZoneFault::ChangeNotMinute { index },
                ZoneFault::ChangeOutOfRange { index },
                ZoneFault::ChangeTooClose { index },
                ZoneFault::PutBackTooFar { index },
            ]);
        }
        faults.into_iter().find(|&fault| self.has(fault, 4))
    }

    /// As jiff has it: from a TZif file (RFC 9636) of its second version.
    pub(crate) fn clocks(&self) -> Option<Clocks> {
        let rule = TimeZone::posix(&self.rule).ok()?;
        // jiff wants the last change to be what the rule says, by name, too.
        let last = rule.to_offset_info(Timestamp::from_second(self.last().0).ok()?);
        let letters = format!("LMT\0{}\0", last.abbreviation());
        let count = |number: usize| u32::try_from(number).unwrap_or_default().to_be_bytes();
        let header = |changes: usize, types: usize, letters: usize| {
            let mut header = b"TZif2".to_vec();
            header.extend([0; 15]);
            header.extend([0, 0, 0, changes, types, letters].map(count).as_flattened());
            header
        };
        // A first block without a change.
        let mut file = header(0, 1, 4);
        file.extend([0; 6]);
        file.extend(b"LMT\0");
        file.extend(header(self.changes.len(), self.changes.len() + 1, letters.len()));
        file.extend(self.changes.iter().flat_map(|(at, _)| at.to_be_bytes()));
        file.extend((1..).take(self.changes.len()));
        file.extend(self.first.to_be_bytes());
        file.extend([0, 0]);
        for (index, (_, offset)) in self.changes.iter().enumerate() {
            file.extend(offset.to_be_bytes());
            let is_last = index + 1 == self.changes.len();
            file.extend(if is_last { [u8::from(last.dst().is_dst()), 4] } else { [0, 0] });
        }
        file.extend(letters.as_bytes());
        file.extend(format!("\n{}\n", self.rule).as_bytes());
        TimeZone::tzif(&self.name, &file).ok().map(Clocks)
    }
}

/// A rule as text, of which a good part is taken.
fn rule(bytes: &mut Unstructured<'_>) -> Result<String> {
    let standard = match bytes.int_in_range(0..=15)? {
        0 => bytes.int_in_range(-1_500..=1_500)?,
        1 => bytes.int_in_range(-97..=97)? * 15,
        _ => bytes.int_in_range(-48..=56)? * 15,
    };
    if bytes.ratio(1, 5)? {
        return Ok(format!("<+00>{}", clock(-standard)));
    }
    let ahead = if bytes.ratio(3, 4)? { 60 } else { bytes.int_in_range(-14..=14)? * 15 };
    let summer = if ahead == 60 && bytes.arbitrary()? { String::new() } else { clock(-standard - ahead) };
    let spring = bytes.int_in_range(3..=5)?;
    let autumn = bytes.int_in_range(8..=12)?;
    let (start, end) = if bytes.ratio(2, 3)? { (spring, autumn) } else { (autumn, spring) };
    let (start, end) = (date(bytes, start)?, date(bytes, end)?);
    Ok(format!("STD{}<SUM>{summer},{start},{end}", clock(-standard)))
}

fn date(bytes: &mut Unstructured<'_>, month: i32) -> Result<String> {
    let day = format!("M{month}.{}.{}", bytes.int_in_range(1..=5)?, bytes.int_in_range(0..=6)?);
    Ok(match bytes.int_in_range(0..=5)? {
        0 => day,
        1 => format!("{day}/{}", clock(bytes.int_in_range(-10_020..=10_020)?)),
        _ => format!("{day}/{}", clock(bytes.int_in_range(-4..=28)? * 60)),
    })
}

/// Minutes as `h:mm`, or `h` where that is all.
fn clock(minutes: i32) -> String {
    let (sign, hours, rest) = (if minutes < 0 { "-" } else { "" }, minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 { format!("{sign}{hours}") } else { format!("{sign}{hours}:{rest:02}") }
}
