//! Schedules, instants to ask them about, and what they have to answer.

use anyhow::{Result, anyhow};
use chrono::{DateTime, Utc};
use kyklos_core::{Cause, Decision, Schedule, Spec, State, WindowSpec, Zone};

use crate::timeline::Timeline;

const ZONE: Zone = Zone::named("America/New_York");
/// 2026-01-01T00:00:00Z and 2031-01-01T00:00:00Z.
const YEARS: std::ops::Range<i64> = 1_767_225_600..1_924_992_000;
/// More than a branch predictor learns by heart, less than a second-level cache.
const INSTANTS: usize = 4_096;
/// The length of a week in days, as names.
pub(crate) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A window by the names of its days, its `HH:MM` and its replicas, which is its place in the list.
#[derive(Debug, Clone)]
pub struct Window {
    pub(crate) days: Vec<&'static str>,
    pub(crate) start: String,
    pub(crate) end: String,
}

/// A schedule and what it has to answer.
pub struct Question {
    /// The schedule under measurement.
    pub schedule: Schedule<64, 1, 1>,
    /// Random instants of 2026 to 2030, the same ones every time, with the answers.
    pub answers: Vec<(DateTime<Utc>, Decision)>,
}

impl Question {
    /// Monday to Friday 09:00-17:00 and Saturday 22:00-02:00: the schedule that other engines were measured with.
    pub fn office() -> Result<Self> {
        let window = |days: &[&'static str], start: &str, end: &str| Window {
            days: days.to_vec(),
            start: start.to_owned(),
            end: end.to_owned(),
        };
        Self::about(&[
            window(&["Mon", "Tue", "Wed", "Thu", "Fri"], "09:00", "17:00"),
            window(&["Sat"], "22:00", "02:00"),
        ])
    }

    /// So many windows, up to 64, on random days, at random quarters of an hour, overlapping as they happen to.
    pub fn random(windows: usize) -> Result<Self> {
        let mut random = Random(windows as u64);
        let time = |quarter: u64| format!("{:02}:{:02}", quarter / 4 % 24, quarter % 4 * 15);
        let windows = (0..windows).map(|_| {
            let picked = random.below(127) + 1; // A bit per day, and never none.
            let (start, length) = (random.below(96), 1 + random.below(48));
            Window {
                days: (0..).zip(WEEKDAYS).filter(|(bit, _)| picked >> bit & 1 == 1).map(|(_, day)| day).collect(),
                start: time(start),
                end: time(start + length),
            }
        });
        Self::about(&windows.collect::<Vec<_>>())
    }

    fn about(windows: &[Window]) -> Result<Self> {
        let specs: Vec<_> = windows.iter().zip(2..).map(|(window, replicas)| window.spec(replicas)).collect();
        let spec = Spec { timezone: ZONE.name(), windows: &specs, ..Spec::default() };
        let schedule = Schedule::new_in(ZONE, &spec, |problem| eprintln!("{problem}"))?;
        let timeline = Timeline::new(ZONE.name(), windows)?;
        let mut random = Random(2026);
        let answers = (0..INSTANTS).map(|_| {
            let at = YEARS.start + random.below(YEARS.end.abs_diff(YEARS.start)) as i64;
            let (window, until) = timeline.at(at).ok_or_else(|| anyhow!("{at} is outside the timeline"))?;
            let state = match window {
                Some(index) => {
                    State { cause: Cause::Window(u16::try_from(index)?), replicas: u32::try_from(index)? + 2 }
                }
                None => State { cause: Cause::Default, replicas: 1 },
            };
            let instant = |t| DateTime::from_timestamp(t, 0).ok_or_else(|| anyhow!("{t} is no instant"));
            Ok((instant(at)?, Decision { state, until: Some(instant(until)?) }))
        });
        Ok(Self { schedule, answers: answers.collect::<Result<_>>()? })
    }
}

impl Window {
    fn spec(&self, replicas: i64) -> WindowSpec<'_> {
        WindowSpec { days: Some(&self.days), start: &self.start, end: &self.end, replicas, ..WindowSpec::default() }
    }
}

/// SplitMix64: the same numbers on every machine and with every version of every dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(question: &Question) {
        for &(at, expected) in &question.answers {
            assert_eq!(question.schedule.decision_at(at), expected, "{at}");
            assert_eq!(question.schedule.state_at(at), expected.state, "{at}");
        }
    }

    #[test]
    fn the_core_gives_the_expected_answers() {
        check(&Question::office().unwrap());
        for windows in [1, 16, 64] {
            check(&Question::random(windows).unwrap());
        }
    }

    #[test]
    fn the_instants_meet_windows_and_gaps() {
        let question = Question::office().unwrap();
        let count = |cause| question.answers.iter().filter(|(_, decision)| decision.state.cause == cause).count();
        let (office, night, default) = (count(Cause::Window(0)), count(Cause::Window(1)), count(Cause::Default));
        assert_eq!(office + night + default, INSTANTS);
        // 40 and 4 of 168 hours.
        assert!(office.abs_diff(INSTANTS * 40 / 168) < 100 && night.abs_diff(INSTANTS * 4 / 168) < 40);
    }
}
