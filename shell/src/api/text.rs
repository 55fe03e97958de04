//! Text that somebody else has written, in our own sentences.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A text on one line, with nothing in it that a terminal, a log or a reader would take for something else: control characters,
/// separators of lines and changes of the writing direction are written as Rust does, `\n` or `\u{1b}`.
///
/// Whatever people name, and whatever an API server answers, goes through here before it gets into a sentence.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_dangerous(c) {
            // Writing to a String can't fail.
            let _ = write!(plain, "{}", c.escape_default());
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// Of so many of many alike the words are said.
pub(crate) const SAID: usize = 3;

/// The words on the first few of many alike, and how many more there are.
pub fn first_of(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words = words.into_iter();
    let mut all: Vec<String> = words.by_ref().take(SAID).collect();
    let more = words.count();
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all
}

/// The first few of many names as part of a sentence, and how many more there are: `dev, lab, shop and 2 more`.
pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let first = names.by_ref().take(SAID).collect::<Vec<_>>().join(", ");
    match names.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_name_begins_a_line_or_commands_a_terminal() {
        let forged = "x\n2026-11-26T00:00:00Z ERROR kyklos: \u{1b}[2J\u{2028}\u{202e}\u{85}";
        let said = plain(forged);
        assert_eq!(said, "x\\n2026-11-26T00:00:00Z ERROR kyklos: \\u{1b}[2J\\u{2028}\\u{202e}\\u{85}");
        assert!(!said.contains(is_dangerous));
    }

    #[test]
    fn of_many_alike_three_are_said_and_the_others_counted() {
        let of = |count: usize| first_of((1..=count).map(|number| number.to_string())).join("; ");
        assert_eq!([of(0), of(3), of(4), of(99)], ["", "1; 2; 3", "1; 2; 3; and 1 more", "1; 2; 3; and 96 more"]);
    }

    #[test]
    fn of_many_names_three_are_said_and_the_others_counted() {
        let of = |count: usize| named(["a", "b", "c", "d", "e"].into_iter().take(count));
        assert_eq!([of(0), of(1), of(3), of(5)], ["", "a", "a, b, c", "a, b, c and 2 more"]);
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["", "office", "Büro 9–17 \"früh\"", "日本"] {
            assert!(matches!(plain(text), Cow::Borrowed(same) if same == text));
        }
    }
}
