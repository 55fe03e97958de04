//! The guard of the clock: says with each decision whether the wall clock may be gone by.
//!
//! A node without a battery-backed clock boots in 1970, and a schedule followed by a wrong clock scales at the wrong time.
//! So the clock is compared with the API server's, again and again, and with a floor below which it can't be right. It is
//! the real clock that is guarded, also when schedules go by a rehearsed one.
//!
//! This is a state machine without a clock and without a client: moments go in, readings come out. Its owner asks for a
//! [`Reading`] with each decision; when one says that a comparison is due, the owner says [`Guard::asking`], asks the API
//! server, and tells the answer by [`Guard::compared`] or [`Guard::failed`].

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, SecondsFormat, TimeDelta, Utc};

use super::compare::{self, Comparison};
use super::time::Moment;

/// The largest difference by which anything is scaled.
pub const TOLERANCE: TimeDelta = TimeDelta::seconds(30);
/// A wall clock that moves so much more or less than the time that has passed was set by somebody. Slewing, as NTP does it,
/// changes both clocks alike.
const JUMP: TimeDelta = TimeDelta::milliseconds(250);
/// Between two comparisons while the clock is right.
const INTERVAL: Duration = Duration::from_secs(30);
/// Between two comparisons while the clock is wrong or the API server doesn't answer, and the longest between two readings.
const TICK: Duration = Duration::from_secs(5);
/// Between two comparisons while everything is held for want of one.
const HURRY: Duration = Duration::from_secs(1);
/// A question whose answer isn't told of by then was lost with whoever asked it.
const LOST: Duration = compare::LIMIT.saturating_mul(2);
/// For so long the API server has to agree again before a skew is over, where nobody has set this clock: then the API
/// servers differ among themselves, or it was theirs that was set. It doubles each time.
const FIRST_CALM: Duration = Duration::from_secs(10);
/// The longest of these.
const LAST_CALM: Duration = Duration::from_secs(600);
/// After so long without a skew it is the first one again.
const CALM_FORGOTTEN: Duration = Duration::from_secs(3_600);
/// A creation further ahead of the API server's date was written by a clock that was wrong.
const AHEAD: TimeDelta = TimeDelta::days(1);
/// How many of those are kept until the date comes, a day's once.
const KEPT: usize = 64;

/// Whether the clock may be gone by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Not compared yet: nothing is written, and nothing said.
    Unknown,
    /// It agrees with the API server's, as far as is known.
    Right,
    /// Somebody has set it, and it isn't compared yet: nothing is written, and nothing said.
    Comparing,
    /// It differs from the API server's.
    Skewed {
        /// By about so much it is ahead; negative: behind. It follows the difference in steps of more than 30 s, so that
        /// what is told of it doesn't change with each comparison.
        seconds: i64,
    },
    /// It reads an instant that is past for certain: that of the build, or of something in the cluster.
    BeforeFloor {
        /// The instant.
        floor: DateTime<Utc>,
    },
}

impl ClockState {
    /// Whether anything may be written to a target.
    pub fn is_right(self) -> bool {
        self == Self::Right
    }

    /// What is wrong and what would be right, for conditions and `/readyz`; none where there is nothing to say.
    pub fn trouble(self) -> Option<String> {
        match self {
            Self::Unknown | Self::Comparing | Self::Right => None,
            Self::Skewed { seconds } => Some(format!(
                "this machine's clock is {} s {} the API server's: nothing is scaled until they agree, so set it right",
                seconds.unsigned_abs(),
                if seconds > 0 { "ahead of" } else { "behind" }
            )),
            Self::BeforeFloor { floor } => Some(format!(
                "this machine's clock and the API server's read a time before {}, which is past for certain: nothing is \
                 scaled until they are right, so set them",
                floor.to_rfc3339_opts(SecondsFormat::Secs, true)
            )),
        }
    }
}

/// What the guard says of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The real instant to decide for: the wall clock's, but not before one that was already decided for, unless that is
    /// more than 30 s ahead. It is good for nothing but display unless `state` is [`ClockState::Right`].
    pub now: DateTime<Utc>,
    /// Whether anything may be written.
    pub state: ClockState,
    /// The API server is to be asked. It stays so until [`Guard::asking`].
    pub compare_due: bool,
    /// The wall clock was set since the last reading: timers that were set by it are wrong.
    pub stepped: bool,
}

/// What the last comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    None,
    Agrees,
    Skewed(i64),
}

/// The guard.
#[derive(Debug)]
pub struct Guard {
    verdict: Verdict,
    /// The moment against which steps are measured: the first, then that of the last step. Small steps add up.
    anchor: Option<Moment>,
    /// A step was seen, and no comparison since.
    unverified: bool,
    /// A step was seen by a comparison, and no reading has told of it.
    untold: bool,
    /// The latest instant that was decided for.
    latest: Option<DateTime<Utc>>,
    asked: Option<Duration>,
    /// When the next comparison is due; none: now.
    due: Option<Duration>,
    calm: Calm,
    floor: Floor,
}

/// How long it takes until a skew that nobody has mended here counts as over.
#[derive(Debug)]
struct Calm {
    needed: Duration,
    /// Since when all answers agree.
    since: Option<Duration>,
    /// When the last skew was seen.
    skewed: Option<Duration>,
}

/// What is past for certain.
#[derive(Debug)]
struct Floor {
    at: DateTime<Utc>,
    /// The API server's date in its last answer.
    server: Option<DateTime<Utc>>,
    /// Creations that are too far ahead of that, or that came before it.
    later: BTreeSet<DateTime<Utc>>,
}

/// What the program is older than in no case: the epoch of a reproducible build where the compiler was told one, and else
/// the year of its time zones.
fn built() -> DateTime<Utc> {
    let epoch = option_env!("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.parse().ok());
    let year = kyklos_core::TimeZone::RELEASE.get(..4).and_then(|year| year.parse().ok());
    let zones = year.and_then(|year| DateTime::UNIX_EPOCH.with_year(year));
    let epoch = epoch.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    zones.max(epoch).unwrap_or(DateTime::UNIX_EPOCH)
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(built())
    }
}

impl Guard {
    /// A guard that holds until a first comparison; no instant before `floor` is right.
    pub fn new(floor: DateTime<Utc>) -> Self {
        Self {
            verdict: Verdict::None,
            anchor: None,
            unverified: false,
            untold: false,
            latest: None,
            asked: None,
            due: None,
            calm: Calm { needed: FIRST_CALM, since: None, skewed: None },
            floor: Floor { at: floor, server: None, later: BTreeSet::new() },
        }
    }

    /// What to decide for at this moment, and whether to.
    pub fn read(&mut self, at: Moment) -> Reading {
        let anchor = *self.anchor.get_or_insert(at);
        if at.stepped_since(&anchor).abs() > JUMP {
            self.anchor = Some(at);
            self.unverified = true;
            self.untold = true;
            self.due = None;
        }
        let state = self.state(at.wall);
        let now = self.latest.filter(|latest| *latest > at.wall && *latest - at.wall <= TOLERANCE).unwrap_or(at.wall);
        if state.is_right() {
            self.latest = Some(now);
        }
        let waits = self.asked.is_some_and(|asked| at.boot < asked + LOST);
        Reading {
            now,
            state,
            compare_due: !waits && self.due.is_none_or(|due| at.boot >= due),
            stepped: std::mem::take(&mut self.untold),
        }
    }

    fn state(&self, wall: DateTime<Utc>) -> ClockState {
        match self.verdict {
            Verdict::None => ClockState::Unknown,
            _ if self.unverified => ClockState::Comparing,
            Verdict::Skewed(seconds) => ClockState::Skewed { seconds },
            Verdict::Agrees if wall < self.floor.at => ClockState::BeforeFloor { floor: self.floor.at },
            Verdict::Agrees => ClockState::Right,
        }
    }

    /// How long there may be no reading, lest a comparison be late or a step unseen: 5 s at the most.
    pub fn next_reading(&self, boot: Duration) -> Duration {
        let due = match (self.asked, self.due) {
            (Some(asked), _) => asked + LOST,
            (None, Some(due)) => due,
            (None, None) => boot,
        };
        due.saturating_sub(boot).min(TICK)
    }

    /// The API server is being asked.
    pub fn asking(&mut self, boot: Duration) {
        self.asked = Some(boot);
    }

    /// There was no answer. What was right stays right, as the time that passes is known without the API server, which takes
    /// no writes either when it is out of reach; what was set stays held.
    pub fn failed(&mut self, boot: Duration) {
        self.asked = None;
        let holds = self.unverified || self.verdict == Verdict::None;
        self.due = Some(boot + if holds { HURRY } else { TICK });
    }

    /// The API server has answered.
    pub fn compared(&mut self, comparison: &Comparison) {
        let Comparison { asked, answered, date } = *comparison;
        self.asked = None;
        let stepped = |since: &Moment| answered.stepped_since(since).abs() > JUMP;
        if self.anchor.as_ref().is_some_and(stepped) {
            self.unverified = true;
            self.untold = true;
            self.anchor = Some(answered);
        }
        if stepped(&asked) {
            // Set while the question was under way: the middle between the two is no time that ever was.
            self.unverified = true;
            self.due = None;
            return;
        }
        self.floor.server_reads(date);
        self.judge(answered.boot, difference(comparison));
        self.due = Some(answered.boot + if self.verdict == Verdict::Agrees { INTERVAL } else { TICK });
    }

    fn judge(&mut self, boot: Duration, off: TimeDelta) {
        // The first answer after a step is about another clock than those before.
        let set_here = std::mem::take(&mut self.unverified);
        if off.abs() > TOLERANCE {
            let seconds = match self.verdict {
                Verdict::Skewed(told) if (off - TimeDelta::seconds(told)).abs() <= TOLERANCE => told,
                _ => off.num_seconds(),
            };
            if self.verdict != Verdict::Skewed(seconds) {
                self.calm.forget(boot);
            }
            self.calm.since = None;
            self.calm.skewed = Some(boot);
            self.verdict = Verdict::Skewed(seconds);
            return;
        }
        let still_skewed = matches!(self.verdict, Verdict::Skewed(_)) && !set_here && !self.calm.is_over(boot);
        if !still_skewed {
            self.verdict = Verdict::Agrees;
        }
    }

    /// Something in the cluster was created at this instant, by the API server's clock of then.
    pub fn seen_creation(&mut self, created: DateTime<Utc>) {
        // The API server's clock may rightly be ahead by that.
        let created = created.checked_sub_signed(TOLERANCE).unwrap_or(created);
        if created <= self.floor.at {
            return;
        }
        match self.floor.server {
            Some(server) if created - server <= AHEAD => self.floor.at = created,
            _ => self.floor.keep(created),
        }
    }
}

/// By how much this clock is ahead of the API server's: its header has whole seconds, so on average its clock was half a
/// second further, and it read that in the middle of the wait.
fn difference(comparison: &Comparison) -> TimeDelta {
    let Comparison { asked, answered, date } = comparison;
    let ours = asked.wall + (answered.wall - asked.wall) / 2;
    ours - *date - TimeDelta::milliseconds(500)
}

impl Calm {
    /// A skew begins. One that comes long after the last is judged as the first was.
    fn forget(&mut self, boot: Duration) {
        if self.skewed.is_some_and(|skewed| boot.saturating_sub(skewed) > CALM_FORGOTTEN) {
            self.needed = FIRST_CALM;
        }
    }

    /// An answer agrees: whether that has been so for long enough.
    fn is_over(&mut self, boot: Duration) -> bool {
        let since = *self.since.get_or_insert(boot);
        let over = boot.saturating_sub(since) >= self.needed;
        if over {
            self.needed = (self.needed * 2).min(LAST_CALM);
        }
        over
    }
}

impl Floor {
    fn keep(&mut self, created: DateTime<Utc>) {
        // The latest of a day stands for all of it.
        let same_day = self.later.iter().find(|at| at.date_naive() == created.date_naive()).copied();
        if let Some(same_day) = same_day {
            self.later.remove(&same_day);
        }
        self.later.insert(same_day.map_or(created, |same_day| same_day.max(created)));
        if self.later.len() > KEPT {
            self.later.pop_first();
        }
    }

    fn server_reads(&mut self, date: DateTime<Utc>) {
        self.server = Some(date);
        let ahead = date.checked_add_signed(AHEAD).unwrap_or(date);
        let past: Vec<_> = self.later.range(..=ahead).copied().collect();
        for created in past {
            self.later.remove(&created);
            self.at = self.at.max(created);
        }
    }
}

#[cfg(test)]
mod tests;
