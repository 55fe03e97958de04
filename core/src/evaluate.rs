//! Which state a schedule has at an instant, and when it changes: the short way.
//!
//! Nearly always the wall clock is hours away from being changed, and no exception and no holiday is near: then the
//! week table alone has the answer. Where one is near, `beside` looks it up; everything else is for
//! [`exact`](crate::exact), which is right everywhere.

use chrono::{DateTime, Utc};

use crate::civil::{DAY, kind_of_year, year_near, year_start};
use crate::schedule::Schedule;
use crate::table::{Layer, Moment};
use crate::zone::{Era, Place, place};
use crate::{Cause, Decision, Evaluation, HolidayMode, State};

/// So far away from a clock change every reading comes once: three hours, by which the generator of the zone tables
/// makes sure that no clock is put back further.
const CLEAR: u32 = 3 * 3_600;

/// For so long a clock change that isn't this year's can't come: the generator keeps changes forty days off a New Year.
const SURE: u32 = 39 * DAY;

/// An instant away from clock changes.
struct Steady {
    instant: u32,
    /// Until the next clock change.
    remaining: u32,
    /// The local day and its second.
    day: u32,
    second: u32,
    /// What the week table says, and for how many seconds.
    layer: Layer,
    lasts: u32,
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// What applies at an instant and until when, both in Unix seconds: the question that all others are asked by.
    ///
    /// Every instant has an answer. From 2020-01-01T00:00:00Z to the end of 2099 it is the right one by the tzdb release
    /// of the tables; outside these years the windows go on in the same way, the clocks go by the zone's newest rule, and
    /// neither exceptions nor holidays count. `until` is later than the instant; a boundary that no `i64` can say is none.
    pub fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        let Place { instant, era } = place(unix_seconds);
        if era != Era::Within {
            return self.evaluate_elsewhere(unix_seconds, instant, era);
        }
        let rules = self.zone.rules;
        let year = year_near(instant);
        let kind = kind_of_year(year).unwrap_or(0);
        let [first, length] = rules.shape.get(usize::from(kind)).copied().unwrap_or([0, 0]);
        let length = u32::from(length) * 900;
        // Before the first change of the year the difference is negative, that is, more than any length.
        let since_first = instant.wrapping_sub(year_start(year) + u32::from(first) * 900);
        let inner = since_first < length;
        let (lead, ends, starts) = if inner { (rules.inner, length, 0) } else { (rules.outer, 0, length) };
        // No change is within forty days of a New Year: where it is next in line, it is as good as never.
        let since = since_first.wrapping_sub(starts);
        let remaining = ends.wrapping_sub(since_first);
        if since < CLEAR || instant < rules.settled {
            return self.evaluate_exactly(unix_seconds, instant);
        }
        let (moment, day) = Moment::of(instant.wrapping_add(lead));
        let (layer, end) = self.table.at(moment);
        let lasts = end - moment.second_of_week();
        if !self.special.is_plain(day) || moment.second + lasts > 2 * DAY {
            let steady = Steady { instant, remaining, day, second: moment.second, layer, lasts };
            return self.evaluate_beside(unix_seconds, &steady);
        }
        if remaining < lasts + CLEAR {
            return self.evaluate_exactly(unix_seconds, instant);
        }
        Evaluation { state: self.state_of(layer), until: unix_seconds.checked_add(i64::from(lasts)) }
    }

    /// Where an exception or a holiday is near, or the next boundary of the windows far.
    #[inline(never)]
    fn evaluate_beside(&self, unix_seconds: i64, steady: &Steady) -> Evaluation {
        let &Steady { instant, remaining, day, second, layer, lasts } = steady;
        // Seconds from the instant on.
        let mut lasts = if self.table.is_constant() { u32::MAX } else { lasts };
        let mut state = self.state_of(layer);
        if self.holiday_mode != HolidayMode::Ignore {
            if let Some(end) = self.special.end_of_run(day, day) {
                state = self.holiday_state();
                lasts = (end - day) * DAY - second;
            } else if let Some(next) = self.special.holiday_after(day) {
                lasts = lasts.min((next - day) * DAY - second);
            }
        }
        for exception in &self.special.exceptions {
            if exception.start >= exception.end || exception.end <= instant {
                continue;
            }
            if exception.start <= instant {
                return self.evaluate_exactly(unix_seconds, instant);
            }
            lasts = lasts.min(exception.start - instant);
        }
        if lasts == u32::MAX {
            return Evaluation { state, until: None };
        }
        // What is further away may lie beyond a New Year, and `remaining` knows this year's changes alone.
        if lasts > SURE || remaining < lasts + CLEAR {
            return self.evaluate_exactly(unix_seconds, instant);
        }
        Evaluation { state, until: unix_seconds.checked_add(i64::from(lasts)) }
    }

    /// What a window gives, or none.
    #[inline]
    pub(crate) fn state_of(&self, layer: Layer) -> State {
        let index = usize::from(layer).wrapping_sub(1);
        match self.replicas.get(index) {
            Some(&replicas) => State { cause: Cause::Window(index as u16), replicas },
            None => State { cause: Cause::Default, replicas: self.default_replicas },
        }
    }

    pub(crate) fn holiday_state(&self) -> State {
        let replicas = match self.holiday_mode {
            HolidayMode::TreatAsOpen => self.replicas.iter().copied().max().unwrap_or(self.default_replicas),
            HolidayMode::TreatAsClosed | HolidayMode::Ignore => self.default_replicas,
        };
        State { cause: Cause::Holiday, replicas }
    }

    /// What applies at an instant. Fractions of a second don't matter: every boundary is on a whole second.
    pub fn state_at(&self, at: DateTime<Utc>) -> State {
        self.evaluate(at.timestamp()).state
    }

    /// The first instant after `after` at which the state differs from that at `after`, or `None` when it never does.
    ///
    /// A boundary beyond chrono's range, the year 262,142, counts as none.
    pub fn next_boundary(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.decision_at(after).until
    }

    /// [`state_at`](Self::state_at) and [`next_boundary`](Self::next_boundary) at once.
    pub fn decision_at(&self, at: DateTime<Utc>) -> Decision {
        let Evaluation { state, until } = self.evaluate(at.timestamp());
        Decision { state, until: until.and_then(|until| DateTime::from_timestamp(until, 0)) }
    }
}
