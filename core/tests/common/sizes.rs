//! The sizes that the README has, for processors of 32 bits: what measures stack holds them when it is built.

/// Calls a macro with each type, its name and its bytes with pointers of 32 bits and the feature `tzdb`.
macro_rules! sizes {
    ($each:ident) => {
        $each!(Schedule<1, 0, 0>, 116);
        $each!(Schedule<4, 2, 16>, 352);
        $each!(Schedule<8, 4, 0>, 512);
        $each!(Schedule<8, 8, 32>, 688);
        $each!(Schedule<16, 8, 32>, 1088);
        $each!(Schedule<64, 64, 1000>, 8032);
        $each!(Calendar<32>, 164);
        $each!(ZoneRules<0>, 124);
        $each!(ZoneRules<16>, 188);
        $each!(Cursor<&Schedule<16, 8, 32>>, 40);
        $each!(Guard, 16);
    };
}
