//! Which state a schedule has at an instant, and when it changes: the short way.
//!
//! Nearly always the wall clock is hours away from being changed, and no exception and no holiday is near: then the
//! week table alone has the answer. Where one is near, `evaluate_beside` looks it up; everything else is for
//! [`exact`](crate::exact), which is right everywhere.

use chrono::{DateTime, Utc};

use crate::civil::{FROM, SPAN, year_near};
use crate::schedule::Schedule;
use crate::table::Layer;
use crate::zone::CLEAR;
use crate::{Cause, Decision, Evaluation, State};

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// What applies at an instant and until when, both in Unix seconds: the question that all others are asked by.
    ///
    /// Every instant has an answer. From 2020-01-01T00:00:00Z to the end of 2099 it is the right one by the tzdb release
    /// of the tables; outside these years the windows go on in the same way, the clocks go as [`Zone`](crate::Zone) says, and
    /// neither exceptions nor holidays count. `until` is later than the instant; a boundary that no `i64` can say is none.
    ///
    /// ```
    /// use kyklos_core::{Cause, Schedule, Spec, WindowSpec, Zone};
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// let windows = [WindowSpec { start: "09:00", end: "17:00", replicas: 10, ..WindowSpec::default() }];
    /// let spec = Spec { timezone: "Europe/Zurich", windows: &windows, ..Spec::default() };
    /// let schedule = Schedule::<1, 0, 0>::new_in(HOME, &spec, |_| ())?;
    /// let answer = schedule.evaluate(1_780_300_800); // 2026-06-01T08:00:00Z, 10:00 in Zurich
    /// assert_eq!(answer.state.cause, Cause::Window(0));
    /// assert_eq!(answer.until, Some(1_780_300_800 + 7 * 3_600));
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    pub fn evaluate(&self, unix_seconds: i64) -> Evaluation {
        let instant = unix_seconds.wrapping_sub(FROM) as u64;
        if instant >= u64::from(SPAN) {
            return self.exact(unix_seconds);
        }
        let instant = instant as u32;
        let rules = self.zone.rules;
        if instant < rules.settled {
            return self.exact(unix_seconds);
        }
        let (first, length) = rules.year(year_near(instant));
        // Since three hours after the first change. Before that it is negative, that is, more than any length.
        let since = instant.wrapping_sub(first);
        let inner = since < length;
        let [outer_lead, inner_lead] = rules.leads;
        let lead = if inner { inner_lead } else { outer_lead };
        // Up to three hours after the next change. Within the three hours after a change the side of it is wrong, and
        // this at most three hours. After the last change of a year it is as good as infinite.
        let remaining = if inner { length } else { 0 }.wrapping_sub(since);
        let local = instant.wrapping_add(lead);
        let (layer, lasts) = self.table.at_local(local);
        // Within six hours of the next change nothing is sure here.
        if remaining < lasts + 2 * CLEAR {
            return self.exact(unix_seconds);
        }
        if !self.special.is_plain(local) {
            return self.evaluate_beside(unix_seconds, local, layer, lasts);
        }
        Evaluation { state: self.state_of(layer), until: Some(unix_seconds.wrapping_add(i64::from(lasts))) }
    }

    /// What applies where something special may be near, and what the windows alone say.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn evaluate_beside(&self, unix_seconds: i64, local: u32, layer: Layer, lasts: u32) -> Evaluation {
        let instant = unix_seconds.wrapping_sub(FROM) as u32;
        if self.special.is_near(instant, local, lasts) {
            return self.exact(unix_seconds);
        }
        Evaluation { state: self.state_of(layer), until: Some(unix_seconds.wrapping_add(i64::from(lasts))) }
    }

    /// What a window gives, or none.
    #[inline]
    pub(crate) fn state_of(&self, layer: Layer) -> State {
        match self.replicas.get(usize::from(layer)) {
            Some(&replicas) => State { cause: Cause::Window(u16::from(layer)), replicas },
            None => State { cause: Cause::Default, replicas: self.default_replicas },
        }
    }

    /// What applies at an instant. Fractions of a second don't matter: every boundary is on a whole second.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use kyklos_core::{Cause, Schedule, Spec, WindowSpec};
    ///
    /// let night = WindowSpec { start: "22:00", end: "06:00", replicas: 9, ..WindowSpec::default() };
    /// let spec = Spec { timezone: "Europe/Zurich", windows: &[night], default_replicas: 2, ..Spec::default() };
    /// let schedule = Schedule::<8, 8, 32>::new(&spec, |problem| eprintln!("{problem}"))?;
    /// let state = schedule.state_at(DateTime::from_timestamp(1_767_308_400, 0).unwrap()); // 2 January 2026, 00:00 in Zurich
    /// assert_eq!((state.cause, state.replicas), (Cause::Window(0), 9));
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    pub fn state_at(&self, at: DateTime<Utc>) -> State {
        self.evaluate(at.timestamp()).state
    }

    /// The first instant after `after` at which the state differs from that at `after`, or `None` when it never does.
    ///
    /// A boundary beyond chrono's range, the year 262,142, counts as none.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use kyklos_core::{Schedule, Spec, WindowSpec};
    ///
    /// let night = WindowSpec { start: "22:00", end: "06:00", replicas: 9, ..WindowSpec::default() };
    /// let spec = Spec { timezone: "Europe/Zurich", windows: &[night], default_replicas: 2, ..Spec::default() };
    /// let schedule = Schedule::<8, 8, 32>::new(&spec, |problem| eprintln!("{problem}"))?;
    /// let midnight = DateTime::from_timestamp(1_767_308_400, 0).unwrap(); // 2 January 2026 in Zurich
    /// let boundary = schedule.next_boundary(midnight).unwrap();
    /// assert_eq!(boundary.to_string(), "2026-01-02 05:00:00 UTC");
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    pub fn next_boundary(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.decision_at(after).until
    }

    /// [`state_at`](Self::state_at) and [`next_boundary`](Self::next_boundary) at once.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use kyklos_core::{Schedule, Spec, WindowSpec};
    ///
    /// let night = WindowSpec { start: "22:00", end: "06:00", replicas: 9, ..WindowSpec::default() };
    /// let spec = Spec { timezone: "Europe/Zurich", windows: &[night], default_replicas: 2, ..Spec::default() };
    /// let schedule = Schedule::<8, 8, 32>::new(&spec, |problem| eprintln!("{problem}"))?;
    /// let midnight = DateTime::from_timestamp(1_767_308_400, 0).unwrap(); // 2 January 2026 in Zurich
    /// let decision = schedule.decision_at(midnight);
    /// assert_eq!(decision.state, schedule.state_at(midnight));
    /// assert_eq!(decision.until, schedule.next_boundary(midnight));
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    pub fn decision_at(&self, at: DateTime<Utc>) -> Decision {
        let Evaluation { state, until } = self.evaluate(at.timestamp());
        Decision { state, until: until.and_then(|until| DateTime::from_timestamp(until, 0)) }
    }
}
