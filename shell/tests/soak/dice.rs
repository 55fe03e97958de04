//! Chance, the same for the same seed.

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of its own for something, so that what is drawn for one thing changes nothing about another.
    pub(crate) const fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// From `from` to before `to`.
    pub(crate) fn within(&mut self, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to - from).expect("a range that isn't empty");
        from + i64::try_from(self.next() % span).expect("less than the range")
    }

    /// A place in a list of that many.
    pub(crate) fn place(&mut self, of: usize) -> usize {
        usize::try_from(self.next() % of as u64).expect("less than that")
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.place(of.len())]
    }

    /// True so many times of a hundred.
    pub(crate) const fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}
