//! How the picture looks: colours, shades, or plain ASCII.

use std::collections::BTreeSet;
use std::fmt::Write;

use anstyle::{Color, RgbColor, Style};

use super::spans::Span;
use crate::api::Value;

/// How the picture looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// For a file or another program.
    Ascii,
    /// For a terminal without colours.
    Shades,
    /// For a terminal with a palette of 256 colours.
    Ansi256,
    /// For a terminal with all of them.
    TrueColor,
}

/// What stands in half a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    /// The state of the span of this index.
    Span(usize),
    /// The clock skips it.
    Skipped,
    /// Nothing, because it isn't repeated.
    Nothing,
}

/// A cell of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) left: Half,
    pub(super) right: Half,
}

impl Cell {
    /// The span that fills it.
    pub(super) fn whole(&self) -> Option<usize> {
        match self.left {
            Half::Span(index) if self.left == self.right => Some(index),
            _ => None,
        }
    }
}

/// A value in the order of a picture, by how much it gives: bounds by their maximum, and behind them all what depends on the
/// original count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shade {
    of_original: bool,
    most: u32,
    value: Value,
}

impl Shade {
    pub(super) fn of(value: Value) -> Self {
        // As if the original were a hundred, a share is its own number.
        Self { of_original: value.needs_original(), most: value.level(100), value }
    }

    pub(super) fn value(self) -> Value {
        self.value
    }

    /// Whether it is no replicas at all.
    fn is_none(self) -> bool {
        self.most == 0
    }
}

/// The values of a picture in their order.
#[derive(Debug)]
pub(super) struct Scale(Vec<Shade>);

impl Scale {
    pub(super) fn of(spans: &[Span]) -> Self {
        let shades: BTreeSet<_> =
            spans.iter().map(|span| Shade::of(span.value)).filter(|shade| !shade.is_none()).collect();
        Self(shades.into_iter().collect())
    }

    /// Where a value lies among `steps` steps: `None` for no replicas at all, else from 0 to `steps - 1`.
    ///
    /// By rank, not by size: 2 and 3 replicas are told apart as well as 2 and 300.
    fn step(&self, shade: Shade, steps: usize) -> Option<usize> {
        let rank = self.0.binary_search(&shade).ok()?;
        // The largest is always the last step, and a picture with few values spreads them.
        Some((rank * (steps - 1)).checked_div(self.0.len() - 1).unwrap_or(steps - 1))
    }
}

/// Few to many replicas.
const ASCII: [char; 6] = ['-', '=', '+', '*', '%', '#'];
const SHADES: [char; 4] = ['░', '▒', '▓', '█'];
const COLOURS: [RgbColor; 9] = [
    RgbColor(88, 80, 172),
    RgbColor(56, 92, 160),
    RgbColor(38, 108, 142),
    RgbColor(31, 132, 140),
    RgbColor(34, 156, 132),
    RgbColor(68, 178, 110),
    RgbColor(128, 198, 80),
    RgbColor(190, 214, 56),
    RgbColor(250, 222, 60),
];
/// No replicas.
const NONE: RgbColor = RgbColor(48, 48, 54);
/// What the clock skips, in front of nothing.
const SKIPPED: RgbColor = RgbColor(224, 90, 80);

impl Look {
    fn is_coloured(self) -> bool {
        matches!(self, Self::Ansi256 | Self::TrueColor)
    }

    /// Whether a cell can show two states.
    pub(super) fn has_half_cells(self) -> bool {
        self.is_coloured()
    }

    /// Text that stands out.
    pub(super) fn strong(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// Text that stands back.
    pub(super) fn faint(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    fn styled(self, style: Style, text: &str) -> String {
        if self.is_coloured() && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// What stands for skipped hours.
    pub(super) fn skipped(self) -> String {
        let sign = if self == Self::Ascii { "//" } else { "╱╱" };
        self.styled(Style::new().fg_color(Some(self.color(SKIPPED))), sign)
    }

    /// What stands for a value, two cells wide.
    pub(super) fn swatch(self, shade: Shade, scale: &Scale) -> String {
        match self.background(shade, scale) {
            Some(color) => self.styled(Style::new().bg_color(Some(color)), "  "),
            None => self.filling(shade, scale).to_string().repeat(2),
        }
    }

    /// Cells with their words in front.
    pub(super) fn paint(self, cells: &[Cell], words: &[Option<char>], spans: &[Span], scale: &Scale) -> String {
        let mut text = String::new();
        let mut current = Style::new();
        for (cell, word) in cells.iter().zip(words) {
            let (style, c) = self.cell(cell, *word, spans, scale);
            if style != current {
                let _ = write!(text, "{current:#}{style}");
                current = style;
            }
            text.push(c);
        }
        let _ = write!(text, "{current:#}");
        text
    }

    fn cell(self, cell: &Cell, word: Option<char>, spans: &[Span], scale: &Scale) -> (Style, char) {
        let shade = |half: Half| match half {
            Half::Span(index) => spans.get(index).map(|span| Shade::of(span.value)),
            Half::Skipped | Half::Nothing => None,
        };
        let style = Style::new();
        let (left, right) = (shade(cell.left), shade(cell.right));
        let (Some(left), Some(right)) = (left, right) else {
            let skipped = cell.left == Half::Skipped && cell.right == Half::Skipped;
            let color = |shade| self.background(shade, scale);
            return match (left, right) {
                (Some(left), None) => (style.fg_color(color(left)), '▌'),
                (None, Some(right)) => (style.fg_color(color(right)), '▐'),
                _ if skipped && self == Self::Ascii => (style, '/'),
                _ if skipped && self == Self::Shades => (style, '╱'),
                _ if skipped => (style.fg_color(Some(self.color(SKIPPED))), '╱'),
                _ => (style, ' '),
            };
        };
        match (self.background(left, scale), self.background(right, scale)) {
            (Some(left), Some(right)) if left != right => (style.fg_color(Some(left)).bg_color(Some(right)), '▌'),
            (Some(color), _) => {
                (style.fg_color(Some(self.ink(left, scale))).bg_color(Some(color)), word.unwrap_or(' '))
            }
            _ => (style, word.unwrap_or_else(|| self.filling(left, scale))),
        }
    }

    fn filling(self, shade: Shade, scale: &Scale) -> char {
        let signs: &[char] = if self == Self::Ascii { &ASCII } else { &SHADES };
        let none = if self == Self::Ascii { '.' } else { '·' };
        scale.step(shade, signs.len()).and_then(|step| signs.get(step)).copied().unwrap_or(none)
    }

    fn rgb(shade: Shade, scale: &Scale) -> RgbColor {
        scale.step(shade, COLOURS.len()).and_then(|step| COLOURS.get(step)).copied().unwrap_or(NONE)
    }

    fn background(self, shade: Shade, scale: &Scale) -> Option<Color> {
        self.is_coloured().then(|| self.color(Self::rgb(shade, scale)))
    }

    /// Black or white, whichever is read better on a value's colour.
    fn ink(self, shade: Shade, scale: &Scale) -> Color {
        let RgbColor(red, green, blue) = Self::rgb(shade, scale);
        let light = u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114;
        self.color(if light > 128_000 { RgbColor(16, 16, 20) } else { RgbColor(245, 245, 245) })
    }

    fn color(self, color: RgbColor) -> Color {
        match self {
            Self::TrueColor => color.into(),
            _ => anstyle_lossy::rgb_to_xterm(color).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn shade(text: &str) -> Shade {
        Shade::of(text.parse().unwrap())
    }

    fn scale(values: &[&str]) -> Scale {
        let at = DateTime::UNIX_EPOCH;
        let span = |text: &&str| Span { start: at, end: at, label: String::new(), value: text.parse().unwrap() };
        Scale::of(&values.iter().map(span).collect::<Vec<_>>())
    }

    #[test]
    fn a_scale_goes_by_rank_and_none_stands_apart() {
        let scale = scale(&["300", "0", "2", "3"]);
        assert_eq!(["0", "2", "3", "300"].map(|value| scale.step(shade(value), 9)), [None, Some(0), Some(4), Some(8)]);
    }

    #[test]
    fn what_is_no_count_has_a_place_among_them() {
        let values = ["0%", "3", "2..5", "5", "10..", "50%", "original", "200%"];
        let scale = scale(&values);
        let steps = values.map(|value| scale.step(shade(value), 7));
        assert_eq!(steps, [None, Some(0), Some(2), Some(1), Some(3), Some(4), Some(5), Some(6)]);
    }

    #[test]
    fn one_number_is_the_largest_and_many_share_the_steps() {
        assert_eq!(scale(&["7"]).step(shade("7"), 4), Some(3));
        assert_eq!(scale(&["0"]).step(shade("0"), 4), None);
        let many: Vec<String> = (1..=64).map(|count| count.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let scale = scale(&many);
        assert!(many.iter().all(|count| scale.step(shade(count), 4).is_some_and(|step| step < 4)));
    }

    #[test]
    fn plain_looks_have_no_escape_codes() {
        for look in [Look::Ascii, Look::Shades] {
            assert_eq!(look.strong("x") + &look.faint("y"), "xy");
            assert!(!(look.skipped() + &look.swatch(shade("3"), &scale(&["3"]))).contains('\u{1b}'));
        }
        assert!(Look::Ansi256.swatch(shade("3"), &scale(&["3"])).starts_with("\u{1b}[48;5;"));
    }
}
