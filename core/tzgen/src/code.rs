//! Prefix codes: frequent symbols as few bits, rare ones as many (Huffman 1952).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use anyhow::{Context as _, ensure};

/// The core takes three bytes for a word, which may begin at the last bit of the first one.
const LONGEST: usize = 16;

/// A canonical code: of the words of one length each is the one before it plus one, and a longer word goes on from where
/// the shorter ones ended. So the number of words of each length says it all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// How many words there are of one bit, of two, and so on.
    pub(crate) counts: Vec<u8>,
    /// What they stand for, in their order.
    pub(crate) symbols: Vec<u8>,
}

impl Code {
    /// The shortest code for these symbols.
    pub(crate) fn of(symbols: impl IntoIterator<Item = u8>) -> anyhow::Result<Self> {
        let mut frequencies: BTreeMap<u8, usize> = BTreeMap::new();
        for symbol in symbols {
            *frequencies.entry(symbol).or_default() += 1;
        }
        ensure!(frequencies.len() > 1, "a code needs two symbols, there are {}", frequencies.len());
        // The two rarest groups become one, until one is left: each time their symbols' words get a bit longer. The
        // symbols of a group make two equal ones differ, so that every run comes to the same code.
        let mut groups: BinaryHeap<_> = frequencies.iter().map(|(&symbol, &n)| Reverse((n, vec![symbol]))).collect();
        let mut lengths: BTreeMap<u8, usize> = BTreeMap::new();
        while let (Some(Reverse((a, mut group))), Some(Reverse((b, other)))) = (groups.pop(), groups.pop()) {
            group.extend(other);
            for symbol in &group {
                *lengths.entry(*symbol).or_default() += 1;
            }
            groups.push(Reverse((a + b, group)));
            if groups.len() == 1 {
                break;
            }
        }
        let mut ordered: Vec<(usize, u8)> = lengths.iter().map(|(&symbol, &length)| (length, symbol)).collect();
        ordered.sort_unstable();
        let longest = ordered.last().map_or(0, |(length, _)| *length);
        ensure!(longest <= LONGEST, "a word of {longest} bits");
        let of_length = |length| u8::try_from(ordered.iter().filter(|(of, _)| *of == length).count());
        Ok(Self {
            counts: (1..=longest).map(of_length).collect::<Result<_, _>>()?,
            symbols: ordered.into_iter().map(|(_, symbol)| symbol).collect(),
        })
    }

    /// The word of a symbol: how long it is, and its bits as a number.
    pub(crate) fn word(&self, symbol: u8) -> anyhow::Result<(usize, usize)> {
        let rank = self.symbols.iter().position(|known| *known == symbol);
        let rank = rank.with_context(|| format!("{symbol} has no word"))?;
        let (mut first, mut before) = (0, 0);
        for (shorter, &count) in self.counts.iter().enumerate() {
            let count = usize::from(count);
            if rank < before + count {
                return Ok((shorter + 1, first + rank - before));
            }
            before += count;
            first = (first + count) * 2;
        }
        anyhow::bail!("more symbols than words")
    }
}

/// Bits one after the other, the lowest of a byte first.
#[derive(Debug, Default)]
pub(crate) struct Bits {
    pub(crate) bytes: Vec<u8>,
    pub(crate) length: usize,
}

impl Bits {
    /// Adds the word of a symbol, its highest bit first.
    pub(crate) fn push(&mut self, code: &Code, symbol: u8) -> anyhow::Result<()> {
        let (length, word) = code.word(symbol)?;
        for place in (0..length).rev() {
            if self.length.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut().filter(|_| word >> place & 1 == 1) {
                *last |= 1 << (self.length % 8);
            }
            self.length += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_symbols_have_short_words() {
        let code = Code::of(*b"aaaaaaaabbbbccd").unwrap();
        assert_eq!(code, Code { counts: vec![1, 1, 2], symbols: b"abcd".to_vec() });
        let words = [b'a', b'b', b'c', b'd'].map(|symbol| code.word(symbol).unwrap());
        assert_eq!(words, [(1, 0b0), (2, 0b10), (3, 0b110), (3, 0b111)]);
        assert!(code.word(b'e').is_err());
    }

    #[test]
    fn words_fill_bytes_from_below() {
        let code = Code::of(*b"aaaaaaaabbbbccd").unwrap();
        let mut bits = Bits::default();
        for symbol in *b"abcdb" {
            bits.push(&code, symbol).unwrap();
        }
        assert_eq!((bits.length, bits.bytes), (11, vec![0b1101_1010, 0b011]));
    }

    #[test]
    fn one_symbol_is_no_code() {
        assert!(Code::of(*b"aaaa").is_err());
    }
}
