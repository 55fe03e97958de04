//! How long something is waited for before it is told, or written down, of many together.

use std::time::Duration;

/// While something is on its way nothing is told of all together, but for no longer than this after the last of them has come to
/// something: one that hangs keeps nobody in the dark.
const SETTLES: Duration = Duration::from_secs(10);
/// And for no longer than this in all, however much goes on.
const SETTLES_AT_LAST: Duration = Duration::from_secs(60);

/// Since when it is waited for what is on its way.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    begun: Duration,
    /// When one of them has come to something last.
    moved: Duration,
}

impl Wait {
    /// It begins.
    pub fn from(boot: Duration) -> Self {
        Self { begun: boot, moved: boot }
    }

    /// One of them has come to something.
    pub fn note_move(&mut self, boot: Duration) {
        self.moved = boot;
    }

    /// When it is told although something is on its way.
    pub fn end(self) -> Duration {
        (self.moved + SETTLES).min(self.begun + SETTLES_AT_LAST)
    }
}
