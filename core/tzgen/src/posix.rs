//! Reads a POSIX `TZ` string, without its names.

use anyhow::{Context as _, bail, ensure};

/// A rule with its offsets in quarters of an hour, east positive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rule {
    pub(crate) standard: i8,
    pub(crate) summer: Option<(i8, YearDay, YearDay)>,
}

/// `Mm.w.d/time`, the time in minutes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct YearDay {
    pub(crate) month: u8,
    pub(crate) week: u8,
    pub(crate) weekday: u8,
    pub(crate) minutes: i16,
}

/// Reads such as `<-02>2<-01>,M3.5.0/-1,M10.5.0/0`.
pub(crate) fn parse(text: &str) -> anyhow::Result<Rule> {
    let mut parts = text.split(',');
    let offsets = skip_name(parts.next().context("empty")?)?;
    let (first, rest) = split_number(offsets);
    let standard = quarters(-seconds(first)?)?;
    if rest.is_empty() {
        ensure!(parts.next().is_none(), "a date without a summer in {text}");
        return Ok(Rule { standard, summer: None });
    }
    let second = skip_name(rest)?;
    // Without an offset of its own the summer is an hour ahead.
    let offset = if second.is_empty() { standard + 4 } else { quarters(-seconds(second)?)? };
    let start = year_day(parts.next().context("no start of the summer")?)?;
    let end = year_day(parts.next().context("no end of the summer")?)?;
    ensure!(parts.next().is_none(), "more than two dates in {text}");
    Ok(Rule { standard, summer: Some((offset, start, end)) })
}

fn skip_name(text: &str) -> anyhow::Result<&str> {
    if let Some(quoted) = text.strip_prefix('<') {
        return Ok(quoted.split_once('>').context("a name without its end")?.1);
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    ensure!(rest.len() < text.len(), "no name in {text}");
    Ok(rest)
}

fn split_number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | ':' | '+' | '-')).unwrap_or(text.len());
    text.split_at(end)
}

/// Seconds of `[+-]h[:mm[:ss]]`.
fn seconds(text: &str) -> anyhow::Result<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0;
    for (part, unit) in digits.split(':').zip([3600, 60, 1]) {
        total += part.parse::<i32>().with_context(|| format!("no time: {text}"))? * unit;
    }
    Ok(sign * total)
}

fn quarters(seconds: i32) -> anyhow::Result<i8> {
    ensure!(seconds % 900 == 0, "an offset of {seconds} s is no quarter of an hour");
    Ok(i8::try_from(seconds / 900)?)
}

fn year_day(text: &str) -> anyhow::Result<YearDay> {
    let (date, time) = text.split_once('/').unwrap_or((text, "2"));
    let Some(date) = date.strip_prefix('M') else { bail!("a date that is not Mm.w.d: {text}") };
    let numbers = date.split('.').map(str::parse).collect::<Result<Vec<u8>, _>>()?;
    let &[month, week, weekday] = numbers.as_slice() else { bail!("a date that is not Mm.w.d: {text}") };
    let time = seconds(time)?;
    ensure!(time % 60 == 0, "a change at {time} s is no whole minute");
    Ok(YearDay { month, week, weekday, minutes: i16::try_from(time / 60)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_part() {
        let rule = parse("<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/-3:45").unwrap();
        assert_eq!(rule.standard, 51);
        let (offset, start, end) = rule.summer.unwrap();
        assert_eq!(offset, 55);
        assert_eq!(start, YearDay { month: 9, week: 5, weekday: 0, minutes: 165 });
        assert_eq!(end, YearDay { month: 4, week: 1, weekday: 0, minutes: -225 });
        assert_eq!(parse("<+00>0<+02>-2,M3.5.0/1,M10.5.0/3").unwrap().summer.unwrap().0, 8);
        assert_eq!(parse("UTC0").unwrap(), Rule { standard: 0, summer: None });
    }

    #[test]
    fn refuses_what_the_core_cannot_say() {
        for text in ["", "5", "EST5EDT,J60,J300", "LMT0:01:15", "EST5EDT", "EST5EDT,M3.2.0", "EST5,M3.2.0"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
