//! The names as bits.

use anyhow::ensure;

use crate::code::{Bits, Code};

/// So many names follow each other without a place of their own: a look-up reads half as many on the way.
pub(crate) const BLOCK: usize = 16;
/// Ends a name.
const END: u8 = 0;

/// All names in their order: of each how many letters it shares with the one before it, those that follow, an end, and the
/// number of its rules.
pub(crate) struct Names {
    pub(crate) shared: Code,
    pub(crate) letters: Code,
    /// Its symbols are numbers of rules: what follows from their order is that frequent rules come first.
    pub(crate) rules: Code,
    /// The bit at which each block starts.
    pub(crate) blocks: Vec<u16>,
    pub(crate) bits: Vec<u8>,
    /// The letters of the longest name.
    pub(crate) longest: usize,
}

impl Names {
    /// Packs names, which are in their order, each with the number of its rules.
    pub(crate) fn pack(names: &[(&str, u8)]) -> anyhow::Result<Self> {
        let mut entries = Vec::new();
        let mut before = "";
        for (index, &(name, rules)) in names.iter().enumerate() {
            ensure!(name.bytes().all(|byte| byte.is_ascii_graphic()), "{name:?} isn't made of ASCII letters");
            ensure!(before < name, "{name} doesn't come after {before}");
            // The first of a block is read without the one before it.
            let shared = if index.is_multiple_of(BLOCK) { 0 } else { shared(before, name) };
            let letters: Vec<u8> = name.bytes().skip(shared).chain([END]).collect();
            entries.push((u8::try_from(shared)?, letters, rules));
            before = name;
        }
        let shared = Code::of(entries.iter().map(|(shared, ..)| *shared))?;
        let letters = Code::of(entries.iter().flat_map(|(_, letters, _)| letters.iter().copied()))?;
        let rules = Code::of(entries.iter().map(|(.., rules)| *rules))?;
        let mut blocks = Vec::new();
        let mut bits = Bits::default();
        for (index, (start, rest, number)) in entries.iter().enumerate() {
            if index.is_multiple_of(BLOCK) {
                blocks.push(u16::try_from(bits.length)?);
            }
            bits.push(&shared, *start)?;
            for letter in rest {
                bits.push(&letters, *letter)?;
            }
            bits.push(&rules, *number)?;
        }
        // So that three bytes are there for every word.
        bits.bytes.extend([0; 2]);
        let longest = names.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        Ok(Self { shared, letters, rules, blocks, bits: bits.bytes, longest })
    }
}

fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_shares_is_left_out() {
        let names = Names::pack(&[("Asia/Aden", 1), ("Asia/Almaty", 0), ("Asia/Amman", 1)]).unwrap();
        assert_eq!(names.shared.symbols, [0, 6], "of equal frequency, the smaller first");
        assert_eq!(names.rules.symbols, [0, 1]);
        assert_eq!((names.blocks, names.longest), (vec![0], 11));
        assert!(!names.letters.symbols.contains(&b'z'));
    }

    #[test]
    fn the_first_of_a_block_shares_nothing() {
        let text: Vec<String> = (10..10 + 2 * BLOCK).map(|number| format!("Zone{number}")).collect();
        let names: Vec<(&str, u8)> = text.iter().map(|name| (name.as_str(), (name.len() % 2) as u8)).collect();
        assert!(Names::pack(&names).is_err(), "all have the same rules");
        let names: Vec<(&str, u8)> =
            text.iter().zip([0, 1].into_iter().cycle()).map(|(n, r)| (n.as_str(), r)).collect();
        let packed = Names::pack(&names).unwrap();
        assert_eq!(packed.blocks.len(), 2);
        assert_eq!(packed.shared.symbols.len(), 3, "0, 4 and 5");
    }

    #[test]
    fn refuses_what_the_core_would_not_find() {
        assert!(Names::pack(&[("B", 0), ("A", 1)]).is_err(), "out of order");
        assert!(Names::pack(&[("A", 0), ("A", 1)]).is_err(), "twice");
        assert!(Names::pack(&[("A", 0), ("Ä", 1)]).is_err(), "no ASCII");
        assert!(Names::pack(&[("A", 0), ("B C", 1)]).is_err(), "a space");
    }
}
