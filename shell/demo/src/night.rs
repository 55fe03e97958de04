//! The workloads that one object puts to sleep: what they had, one after the other.

use anyhow::{Context as _, ensure};

use crate::out::say;
use crate::scene::{LEFT_OUT, SLEEPERS};
use crate::workloads::Workload;

/// What each of them had in turn.
#[derive(Debug)]
pub(crate) struct Night {
    seen: Vec<(Workload, Vec<i64>)>,
    /// What all had at the last look, and when anything was last told.
    fresh: Vec<i64>,
    told: Vec<i64>,
}

impl Night {
    pub(crate) fn new() -> Self {
        let seen = SLEEPERS.iter().chain([&LEFT_OUT]).map(|workload| (*workload, Vec::new())).collect();
        Self { seen, fresh: Vec::new(), told: Vec::new() }
    }

    /// The workloads that are looked at, in their order.
    pub(crate) fn workloads(&self) -> Vec<Workload> {
        self.seen.iter().map(|(workload, _)| *workload).collect()
    }

    /// They have these now. What is to be shown of that, once it has been seen twice: they are written one after the other.
    pub(crate) fn note(&mut self, counts: Vec<i64>) -> Option<String> {
        for ((workload, seen), count) in self.seen.iter_mut().zip(&counts) {
            // Those that it was made with may still be there at the first look.
            let is_before = seen.is_empty() && *count == workload.count && *workload != LEFT_OUT;
            if !is_before && seen.last() != Some(count) {
                seen.push(*count);
            }
        }
        let is_new = self.fresh == counts && self.told != counts;
        if is_new {
            self.told.clone_from(&counts);
        }
        self.fresh = counts;
        is_new.then(|| {
            let all = self.seen.iter().zip(&self.told);
            let all = all.map(|((workload, _), count)| format!("{} {}", workload.name, workload.kind.say(*count)));
            all.collect::<Vec<_>>().join(", ")
        })
    }

    /// Whether all slept, woke up as they were and slept again, but for the one that is left out, and the evening was told of in one
    /// event for all of them.
    pub(crate) fn check(&self, events: &[String]) -> anyhow::Result<()> {
        for (workload, seen) in &self.seen {
            let day = workload.count;
            let expected = if *workload == LEFT_OUT { vec![day] } else { vec![0, day, 0] };
            let called = workload.called();
            ensure!(*seen == expected, "{called} should have had {expected:?} and had {seen:?}");
        }
        let evening = events.last().context("nothing was told of the night")?;
        for sleeper in SLEEPERS {
            let called = sleeper.called();
            ensure!(evening.contains(&called), "the evening's event should have named {called}: {evening}");
        }
        say(format_args!("\n   By that one object, from midnight on:"));
        for (workload, seen) in &self.seen {
            let all: Vec<_> = seen.iter().map(|count| workload.kind.say(*count)).collect();
            say(format_args!("   {:<24} {}", workload.called(), all.join(", then ")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those at night, those by day, and an event of the evening.
    fn day() -> ([Vec<i64>; 2], Vec<String>) {
        let named: Vec<_> = SLEEPERS.iter().map(|sleeper| format!("{} from 1 to 0", sleeper.called())).collect();
        ([vec![0, 0, 0, 0, 2], vec![3, 2, 2, 1, 2]], vec![format!("ScaledDown  {}: night", named.join(", "))])
    }

    fn seen(all: &[&Vec<i64>]) -> Night {
        let mut night = Night::new();
        all.iter().for_each(|counts| drop(night.note((*counts).clone())));
        night
    }

    #[test]
    fn a_night_is_one_whichever_was_written_first() {
        let ([asleep, awake], events) = day();
        let partly = vec![3, 0, 2, 0, 2];
        assert!(seen(&[&awake, &partly, &asleep, &awake, &asleep]).check(&events).is_ok());
        assert!(seen(&[&asleep, &awake, &partly, &asleep]).check(&events).is_ok());
        let mut night = Night::new();
        assert_eq!([night.note(partly.clone()), night.note(asleep.clone())], [None, None], "not before it lasts");
        let shown = "cart 0, search 0, ledger 0, report suspended, status-page 2";
        assert_eq!([night.note(asleep.clone()), night.note(asleep)], [Some(shown.to_owned()), None]);
    }

    #[test]
    fn what_sleeps_too_much_or_too_little_is_no_night() {
        let ([asleep, awake], events) = day();
        let whole = [&asleep, &awake, &asleep];
        assert!(seen(&whole).check(&events).is_ok());
        assert!(seen(&whole).check(&[]).is_err() && seen(&whole).check(&["ScaledDown".to_owned()]).is_err());
        for counts in [vec![0, 0, 0, 0, 0], vec![3, 2, 1, 1, 2], vec![3, 2, 2, 0, 2]] {
            assert!(seen(&[&asleep, &counts, &asleep]).check(&events).is_err(), "{counts:?}");
        }
        assert!(seen(&[&asleep, &awake]).check(&events).is_err());
        assert!(seen(&[&awake]).check(&events).is_err());
    }
}
