//! One zone: which changes its rule doesn't know.

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::posix::{self, Rule};
use crate::{FROM, TO};

/// What the core's table says of a zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rules {
    pub(crate) first: i8,
    pub(crate) changes: Vec<(u32, i8)>,
    pub(crate) rule: Rule,
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
        Ok(Self { first, changes, rule: posix::parse(footer).with_context(|| footer.to_owned())? })
    }
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
