//! The bounds of the autoscaler, one after the other.

use anyhow::ensure;

use crate::out::say;
use crate::scene::BOUNDS_BEFORE;

/// Those that it had in turn.
#[derive(Debug, Default)]
pub(crate) struct Bounds(Vec<(i32, i32)>);

impl Bounds {
    /// It has these now.
    pub(crate) fn note(&mut self, bounds: (i32, i32)) {
        // Those that it was made with may still be there at the first look.
        let is_before = self.0.is_empty() && bounds == BOUNDS_BEFORE;
        if !is_before && self.0.last() != Some(&bounds) {
            self.0.push(bounds);
        }
    }

    /// Whether it had these, and no others.
    pub(crate) fn check(&self, expected: &[(i32, i32)]) -> anyhow::Result<()> {
        ensure!(self.0 == expected, "the autoscaler should have had the bounds {expected:?} and had {:?}", self.0);
        let texts: Vec<_> = expected.iter().map(|(min, max)| format!("{min}..{max}")).collect();
        say(format_args!("   The autoscaler had its bounds: {}.", texts.join(", then ")));
        Ok(())
    }
}
