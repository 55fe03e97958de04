//! Which overrides of an object count: those within its bounds, and of these not too many.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::facts::Facts;
use crate::api::overrides::{Bounds, Override};
use crate::api::{GRACE_PERIOD_MAX, Policy};

/// The most overrides of one object that count.
pub const OVERRIDES_MAX: usize = 16;
/// The most of which is said what is wrong with them; the others are counted.
const PROBLEMS_MAX: usize = 10;
/// One that was over for so long has no part in anything any more: no grace period lasts longer.
const REMEMBERED: TimeDelta = TimeDelta::seconds(GRACE_PERIOD_MAX);

/// The overrides of an object.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    /// Those that count, those that count more first; some of them may be over.
    pub(super) list: Vec<Arc<Override>>,
    /// What is wrong with others, in words.
    pub(super) problems: Vec<String>,
    /// How many more there are.
    pub(super) more: usize,
    /// When the first of those is over, and its trouble with it.
    pub(super) until: Option<DateTime<Utc>>,
}

impl Overrides {
    /// Those of the facts.
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        Self::counted(facts.policy, facts.overrides, facts.now)
    }

    /// Those of these, and its annotation, that count for an object.
    pub(super) fn counted(policy: &Policy, overrides: &[Arc<Override>], now: DateTime<Utc>) -> Self {
        let mut found = Self::default();
        let Some(compiled) = policy.compiled() else { return found };
        let mut all: Vec<_> = overrides.to_vec();
        match policy.overrule.as_ref().map(|annotation| &annotation.read) {
            Some(Ok(annotation)) => all.push(Arc::clone(annotation)),
            Some(Err(words)) => found.problems.push(words.to_string()),
            None => {}
        }
        all.retain(|asked| asked.until > now - REMEMBERED);
        all.sort_by(|one, other| Reverse(one.rank()).cmp(&Reverse(other.rank())));
        for asked in all {
            match bounded(&compiled.bounds, &asked, now) {
                Ok(bounded) if found.list.len() < OVERRIDES_MAX => found.list.push(bounded),
                Ok(_) => {
                    found.say(&asked, now, &format!("{OVERRIDES_MAX} others count more, and no more are looked at"))
                }
                Err((bounded, words)) => {
                    found.list.extend(bounded.filter(|_| found.list.len() < OVERRIDES_MAX));
                    found.say(&asked, now, &words);
                }
            }
        }
        found
    }

    /// Whether one of this name applies, or would if no other did.
    pub(super) fn holds(&self, name: &str, now: DateTime<Utc>) -> bool {
        self.list.iter().any(|found| *found.name == *name && found.holds_at(now))
    }

    /// Whether one that isn't over asks for what its target had before: that is to be written down before it is taken away.
    pub(super) fn need_original(&self, now: DateTime<Utc>) -> bool {
        self.list.iter().any(|found| found.value.needs_original() && now < found.until)
    }

    fn say(&mut self, asked: &Override, now: DateTime<Utc>, words: &str) {
        // What is over is nobody's trouble any more.
        if now < asked.until {
            if self.problems.len() < PROBLEMS_MAX {
                self.problems.push(format!("{}: {words}", called(asked)));
            } else {
                self.more += 1;
            }
            self.until = Some(self.until.map_or(asked.until, |until| until.min(asked.until)));
        }
    }
}

/// What an override is called in a sentence.
pub(super) fn called(asked: &Override) -> String {
    match asked.created {
        Some(_) => format!("TimeWindowOverride {}", asked.name),
        None => format!("the annotation {}", asked.name),
    }
}

/// An override within the bounds of a schedule; or what is wrong with it, and what is left of it.
fn bounded(
    bounds: &Bounds,
    asked: &Arc<Override>,
    now: DateTime<Utc>,
) -> Result<Arc<Override>, (Option<Arc<Override>>, String)> {
    if let Some(words) = bounds.refusal(asked) {
        return Err((None, words));
    }
    let Some(earliest) = bounds.earliest(asked) else { return Ok(Arc::clone(asked)) };
    let bounded = Arc::new(Override { from: Some(earliest), ..Override::clone(asked) });
    if earliest <= now {
        return Ok(bounded);
    }
    let seconds = bounds.longest.map_or(0, |longest| longest.num_seconds());
    let words = format!(
        "it has no beginning, and the schedule allows {seconds} s (spec.overrides.maxSeconds), so it counts from {} on",
        crate::api::instants::write(earliest)
    );
    Err((Some(bounded), words))
}
