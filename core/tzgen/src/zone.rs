//! One zone: which changes its rule doesn't know.

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::posix;
use crate::yearly::{MOST_BACK, Yearly};
use crate::{FROM, TO};

/// What the core's table says of a zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rules {
    /// Seconds from the start of the tables, and in the two lowest bits an index of `offsets`. Empty where the rule always
    /// holds.
    pub(crate) changes: Vec<u32>,
    /// The first one is the offset from the beginning on.
    pub(crate) offsets: [i8; 4],
    /// The last change and three hours.
    pub(crate) rule_from: u32,
    pub(crate) yearly: Yearly,
}

impl Rules {
    /// Reads a TZif file.
    pub(crate) fn read(name: &str, tzif: &[u8]) -> anyhow::Result<Self> {
        let footer = footer(tzif)?;
        let zone = TimeZone::tzif(name, tzif)?;
        let ruled = TimeZone::posix(footer)?;
        let (first, mut changes) = changes(&zone)?;
        let (first_ruled, by_rule) = self::changes(&ruled)?;
        // From the end backwards, what the rule says too needs no entry.
        let same = changes.iter().rev().zip(by_rule.iter().rev()).take_while(|(a, b)| a == b).count();
        if first == first_ruled && changes == by_rule {
            changes.clear();
        } else {
            changes.truncate(changes.len() - same);
        }
        // The rule takes over at the last entry. Where it would have changed the clocks after that and they weren't
        // (Greenland in autumn 2023, Egypt until 2022), an entry that changes nothing holds it off until then.
        let (last, offset) = changes.last().map_or((0, first), |&(at, offset)| (at, offset));
        if let Some(&(unheeded, _)) = by_rule.iter().rev().nth(same)
            && unheeded > last
        {
            changes.push((unheeded, offset));
        }
        let from = changes.last().map_or(start()?, |&(at, _)| i64::from(at));
        let at = Timestamp::from_second(from)?;
        ensure!(zone.to_offset(at) == ruled.to_offset(at), "the rule {footer} starts with another offset");
        let yearly = posix::parse(footer).and_then(|rule| Yearly::of(&rule)).with_context(|| footer.to_owned())?;
        pack(first, &changes, yearly)
    }
}

/// Puts the changes into 32 bits each.
fn pack(first: i8, changes: &[(u32, i8)], yearly: Yearly) -> anyhow::Result<Rules> {
    let mut offsets = Vec::new();
    let mut index_of = |offset: i8| {
        let index = offsets.iter().position(|known| *known == offset).unwrap_or(offsets.len());
        if index == offsets.len() {
            offsets.push(offset);
        }
        u32::try_from(index)
    };
    let mut packed = Vec::new();
    let mut rule_from = 0;
    index_of(first)?;
    let mut before = first;
    for &(at, offset) in changes {
        ensure!(before - offset <= MOST_BACK, "the clocks are put back by more than three hours at {at}");
        before = offset;
        let since = u32::try_from(i64::from(at) - start()?)?;
        ensure!(since % 4 == 0, "a change at {at} leaves no two bits");
        packed.push(since | index_of(offset)?);
        rule_from = since + 3 * 3_600;
    }
    ensure!(offsets.len() <= 4, "more than four offsets: {offsets:?}");
    offsets.resize(4, first);
    let offsets = offsets.try_into().map_err(|_| anyhow::anyhow!("four offsets"))?;
    Ok(Rules { changes: packed, offsets, rule_from, yearly })
}

/// The rule behind the data: the line between the last two line feeds (RFC 9636, section 3.3).
fn footer(tzif: &[u8]) -> anyhow::Result<&str> {
    let text = tzif.strip_suffix(b"\n").context("a TZif file without a footer")?;
    let start = text.iter().rposition(|&byte| byte == b'\n').context("a TZif file without a footer")?;
    Ok(std::str::from_utf8(text.split_at(start + 1).1)?)
}

fn start() -> anyhow::Result<i64> {
    Ok(FROM.parse::<Timestamp>()?.as_second())
}

/// The offset at the start of the table, and every change of it up to its end.
fn changes(zone: &TimeZone) -> anyhow::Result<(i8, Vec<(u32, i8)>)> {
    let from = FROM.parse::<Timestamp>()?;
    let to = TO.parse::<Timestamp>()?;
    let first = quarters(zone.to_offset(from).seconds())?;
    let mut changes = Vec::new();
    let mut last = (from.as_second(), first);
    for change in zone.following(from).take_while(|change| change.timestamp() < to) {
        let at = change.timestamp().as_second();
        let offset = quarters(change.offset().seconds())?;
        // A change of the name or the summer flag alone.
        if offset == last.1 {
            continue;
        }
        ensure!(at % 60 == 0, "a change at {} is not on a whole minute", change.timestamp());
        ensure!(at - last.0 > 86_400, "two changes within a day before {}", change.timestamp());
        changes.push((u32::try_from(at)?, offset));
        last = (at, offset);
    }
    Ok((first, changes))
}

fn quarters(seconds: i32) -> anyhow::Result<i8> {
    ensure!(seconds % 900 == 0, "an offset of {seconds} s is no quarter of an hour");
    Ok(i8::try_from(seconds / 900)?)
}
