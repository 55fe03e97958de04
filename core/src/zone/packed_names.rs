//! The names of the release, found and spelled from bits.
//!
//! As text with pointers they would be most of what a program with all zones takes. Here a name is how many letters it
//! shares with the one before it, the letters that follow, an end, and the number of its rules. Each of the three kinds has
//! a code of its own, in which what is frequent is short.

use super::built_in::BuiltIn;
use super::data::{BITS, BLOCK, BLOCKS, LETTERS, LONGEST, NAMES, NUMBERS, RULES, SHARED};

/// A canonical prefix code: of the words of one length each is the one before it plus one, and a longer word goes on from
/// where the shorter ones ended.
pub(super) struct Code {
    /// How many words there are of one bit, of two, and so on.
    pub(super) counts: &'static [u8],
    /// What they stand for, in their order; empty where their place in it is all that counts.
    pub(super) symbols: &'static [u8],
}

/// A name, spelled.
#[derive(Clone, Copy)]
pub(super) struct Letters {
    letters: [u8; LONGEST],
    length: u8,
}

impl Letters {
    const NONE: Self = Self { letters: [0; LONGEST], length: 0 };

    fn truncate(&mut self, length: u8) {
        self.length = self.length.min(length);
    }

    /// Adds a letter where there is room, as there is for every name.
    fn push(&mut self, letter: u8) {
        if let Some(free) = self.letters.get_mut(usize::from(self.length)) {
            *free = letter;
            self.length += 1;
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.letters.get(..usize::from(self.length)).unwrap_or_default()
    }
}

/// A place among the bits.
#[derive(Clone, Copy)]
struct Bits(usize);

impl Bits {
    /// The place of the next word among all of its code.
    #[inline(never)]
    fn word(&mut self, code: &Code) -> usize {
        // The generator makes no word longer than 16 bits, and has two bytes follow the last one.
        let Some(&[a, b, c, ..]) = BITS.get(self.0 / 8..) else { return 0 };
        let mut bits = u32::from_le_bytes([a, b, c, 0]) >> (self.0 % 8);
        // What was read as a number, counted from the first word of this length; and the number of shorter words.
        let (mut above, mut shorter) = (0, 0);
        for (length, &count) in code.counts.iter().enumerate() {
            above = 2 * above + (bits & 1);
            bits >>= 1;
            let count = u32::from(count);
            if above < count {
                self.0 += length + 1;
                return (shorter + above) as usize;
            }
            above -= count;
            shorter += count;
        }
        0
    }

    fn symbol(&mut self, code: &Code) -> u8 {
        let word = self.word(code);
        code.symbols.get(word).copied().unwrap_or(0)
    }

    /// Up to the end of a name.
    fn letters(&mut self) -> impl Iterator<Item = u8> {
        core::iter::from_fn(|| Some(self.symbol(&LETTERS)).filter(|&letter| letter != 0))
    }
}

/// Reads one name after the other.
struct Reader {
    bits: Bits,
    /// The last name read.
    name: Letters,
    /// The place of its rules.
    rules: usize,
}

impl Reader {
    /// From the beginning of a block, which shares nothing with the name before it.
    fn at(block: usize) -> Self {
        let bits = Bits(BLOCKS.get(block).copied().unwrap_or(0).into());
        Self { bits, name: Letters::NONE, rules: 0 }
    }

    fn read(&mut self) {
        self.name.truncate(self.bits.symbol(&SHARED));
        for letter in self.bits.letters() {
            self.name.push(letter);
        }
        self.rules = self.bits.word(&NUMBERS);
    }
}

/// The place of a name among all, and its rules.
pub(super) fn find(name: &str) -> Option<(u16, &'static BuiltIn)> {
    // The last block that doesn't start behind the name.
    let later = BLOCKS.partition_point(|&block| {
        let mut bits = Bits(block.into());
        bits.symbol(&SHARED);
        bits.letters().le(name.bytes())
    });
    let block = later.checked_sub(1)?;
    let mut reader = Reader::at(block);
    let first = block * BLOCK;
    for place in first..NAMES.len().min(first + BLOCK) {
        reader.read();
        if reader.name.as_bytes() == name.as_bytes() {
            return Some((place as u16, RULES.get(reader.rules)?));
        }
    }
    None
}

/// The name at a place.
pub(super) fn spell(place: u16) -> Letters {
    let place = usize::from(place);
    let mut reader = Reader::at(place / BLOCK);
    for _ in 0..=place % BLOCK {
        reader.read();
    }
    reader.name
}

/// All names in their order.
pub(super) fn all() -> impl Iterator<Item = Letters> {
    let mut reader = Reader::at(0);
    (0..NAMES.len()).map(move |_| {
        reader.read();
        reader.name
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the list that isn't packed.
    fn place_of(name: &str) -> Option<usize> {
        NAMES.iter().position(|(known, _)| *known == name)
    }

    fn found(name: &str) -> Option<usize> {
        find(name).map(|(place, _)| usize::from(place))
    }

    #[test]
    fn every_name_is_spelled_and_found_with_its_rules() {
        assert!(all().map(|name| name.as_bytes().to_vec()).eq(NAMES.iter().map(|(name, _)| name.as_bytes())));
        for (place, (name, rules)) in NAMES.iter().enumerate().step_by(if cfg!(miri) { 59 } else { 1 }) {
            assert_eq!(spell(place as u16).as_bytes(), name.as_bytes());
            assert_eq!(find(name), Some((place as u16, *rules)));
        }
        assert_eq!(RULES.len(), NUMBERS.counts.iter().map(|&count| usize::from(count)).sum::<usize>());
    }

    /// Each name without and with a letter, with another one, and with two of them exchanged, at every place.
    #[test]
    #[cfg_attr(miri, ignore = "a quarter of a million look-ups are hours for Miri")]
    fn whatever_is_nearly_a_name_is_one_or_unknown() {
        let mut unknown = 0;
        let mut check = |bytes: &[u8]| {
            let Ok(name) = str::from_utf8(bytes) else { return };
            assert_eq!(found(name), place_of(name), "{name}");
            unknown += usize::from(place_of(name).is_none());
        };
        for (name, _) in NAMES {
            for at in 0..=name.len() {
                let (before, after) = name.as_bytes().split_at(at);
                check(before);
                check(after);
                for letter in [b'\0', b' ', b'a', b'z', b'/', b'_', 0x7f] {
                    check(&[before, &[letter], after].concat());
                    check(&[before, &[letter], after.get(1..).unwrap_or_default()].concat());
                }
                check(&[before, after.get(1..).unwrap_or_default()].concat());
                if let [first, second, rest @ ..] = after {
                    check(&[before, &[*second, *first], rest].concat());
                }
            }
        }
        assert!(unknown > 100_000, "{unknown} of them are no names");
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "thousands of look-ups are many minutes for Miri")]
        fn any_text(text in ".*") {
            prop_assert_eq!(found(&text), place_of(&text));
        }

        /// Of the letters that names are made of, longer ones than any too.
        #[test]
        #[cfg_attr(miri, ignore = "thousands of look-ups are many minutes for Miri")]
        fn text_of_the_letters_of_names(text in "[A-Z][a-z_/+0-9-]{0,60}") {
            prop_assert_eq!(found(&text), place_of(&text));
        }

        #[test]
        #[cfg_attr(miri, ignore = "thousands of look-ups are many minutes for Miri")]
        fn a_name_and_more(at in 0..NAMES.len(), more in "\\PC{1,40}") {
            let text = std::format!("{}{more}", NAMES[at].0);
            prop_assert_eq!(found(&text), place_of(&text));
        }
    }
}
