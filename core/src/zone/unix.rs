//! What a zone is asked from outside, in Unix seconds, for any instant there is.

use super::era::{Equivalent, Era, same_calendar, stand_in};
use super::rules::{Rules, offset_seconds};
use crate::civil::{BIAS, FROM, NEVER, SPAN, WEEK};

impl Rules<'_> {
    /// The offset in force at an instant, in seconds.
    pub(super) const fn offset_at(&self, unix_seconds: i64) -> i32 {
        let Equivalent { instant, era } = stand_in(unix_seconds);
        offset_seconds(self.change_after(instant, era).1)
    }

    /// The first transition after an instant that changes the offset, and the offset from then on in seconds.
    pub(super) const fn next_transition(&self, after: i64) -> Option<(i64, i32)> {
        let mut at = after;
        loop {
            let Equivalent { instant, era } = stand_in(at);
            let (change, offset) = self.change_after(instant, era);
            let by_rule = matches!(era, Era::After) || instant >= self.by_rule.start();
            let mut next = if change == NEVER || by_rule && self.outside == self.between {
                if at >= FROM {
                    return None;
                }
                // The rule may be without a transition where the tables, which start later, are not.
                FROM
            } else {
                let known = matches!(era, Era::Within) && change <= SPAN;
                // An instant that stands in does so for no more than a week.
                let step = if known || change - instant < WEEK { change - instant } else { WEEK };
                let Some(next) = at.checked_add(step as i64) else { return None };
                next
            };
            if at < FROM && next > FROM {
                next = FROM;
            }
            let after = self.offset_at(next);
            if after != offset_seconds(offset) {
                return Some((next, after));
            }
            at = next;
        }
    }

    /// The first instant at which the wall clock reads a time or later, which is given in seconds as if it were UTC.
    pub(super) const fn first_instant_at(&self, local: i64) -> i64 {
        // What the clock reads as 2020 begins in UTC. For an earlier time, and no clock changes within a day of that, the
        // instant is earlier, whatever year the clock reads.
        let (_, offset) = self.change_after(0, Era::Within);
        let before = local < FROM + offset_seconds(offset) as i64;
        if !before && local < FROM + SPAN as i64 {
            return FROM + self.first_at_or_after((local - FROM + BIAS as i64) as u32, Era::Within) as i64;
        }
        let near = same_calendar(local);
        let found = self.first_at_or_after(near + BIAS, if before { Era::Before } else { Era::After });
        local + found as i64 - near as i64
    }
}
