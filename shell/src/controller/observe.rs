//! Gathers what there is to know about an object, from the caches that the watches fill.

use std::sync::Arc;

use kube::api::DynamicObject;
use serde_json::Value;

use super::index::Rival;
use super::memory::{Compiled, Memory};
use super::seen::{ClockState, Holidays, Key};
use super::world::World;
use crate::calendar::{HolidayCalendar, NO_HOLIDAYS};
use crate::api::problems::Problems;
use crate::api::{
    ShellSchedule, TimeWindowScalerSpec, TimeWindowScalerStatus, Timetable, compile, spec, unsupported_target,
};

/// What was seen of an object and of what it refers to.
#[derive(Debug)]
pub struct Observed<'a> {
    /// The generation of its spec.
    pub generation: i64,
    /// Its schedule, or what is wrong with it.
    pub spec: Result<Valid<'a>, &'a Problems>,
    /// The override annotation, which this version doesn't act on.
    pub override_annotation: Option<&'a str>,
    /// Where its holidays come from.
    pub holidays: HolidaySource,
    /// The target.
    pub target: Target,
    /// An older object with the same target.
    pub rival: Option<String>,
    /// Whether the clock can be trusted.
    pub clock: ClockState,
    /// What an earlier look decided.
    pub previous: &'a TimeWindowScalerStatus,
    /// What to say of a rehearsed clock.
    pub rehearsal: Option<&'a str>,
}

impl Observed<'_> {
    /// A message for the status, which says so when the clock is a rehearsed one.
    pub fn say(&self, text: &str) -> String {
        self.rehearsal.map_or_else(|| text.to_owned(), |rehearsal| format!("{rehearsal}: {text}"))
    }
}

/// A spec that can be followed.
#[derive(Debug, Clone, Copy)]
pub struct Valid<'a> {
    /// As it is written.
    pub spec: &'a TimeWindowScalerSpec,
    /// As it is compiled.
    pub schedule: &'a ShellSchedule,
    /// Its holidays.
    pub holidays: &'a HolidayCalendar,
}

impl<'a> Valid<'a> {
    /// As it is evaluated, holidays included.
    pub fn timetable(&self) -> Timetable<'a> {
        self.schedule.with(self.holidays)
    }
}

/// Where the holidays come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolidaySource {
    /// The object asks for none.
    None,
    /// The ConfigMap isn't there.
    Missing,
    /// The ConfigMap can't be read, for this reason.
    Unreadable(String),
    /// The ConfigMap is there.
    Found {
        /// The keys that are no dates.
        problems: Problems,
    },
}

/// The target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// It isn't there.
    Missing,
    /// It is there.
    Deployment {
        /// `spec.replicas`.
        replicas: i32,
        /// Whether it has as many Pods as it asks for.
        settled: bool,
    },
}

/// Looks at an object. `None` while a cache that it needs is still being filled; the object comes again when it is.
pub fn observe<'a>(
    world: &'a World,
    key: &Key,
    object: &DynamicObject,
    memory: &'a mut Memory,
) -> Option<Observed<'a>> {
    if !world.deployments_ready() {
        return None;
    }
    let generation = object.metadata.generation.unwrap_or_default();
    let holidays = world.holidays_of(key);
    if matches!(holidays, Holidays::Unknown) {
        return None;
    }
    memory.see(object);
    memory.dates = match &holidays {
        Holidays::Found(dates) => Some(Arc::clone(dates)),
        Holidays::NotAsked | Holidays::Missing | Holidays::Unreadable(_) | Holidays::Unknown => None,
    };
    if memory.compiled.as_ref().is_none_or(|known| known.generation != generation) {
        memory.compiled = Some(compile_object(object, generation, &key.namespace));
    }
    let Memory { compiled, dates, status, written, annotation, .. } = memory;
    let spec = match compiled.as_ref().map(|known| &known.result)? {
        Ok((spec, schedule)) => {
            let holidays = dates.as_ref().map_or(&NO_HOLIDAYS, |dates| &dates.calendar);
            Ok(Valid { spec, schedule, holidays })
        }
        Err(problems) => Err(problems),
    };
    world.judge(key, spec.is_ok());
    let rival = match world.rival(key) {
        Rival::None => None,
        Rival::Older(older) => Some(older.name),
        // Two of them would write in turns until the older one is known to be right.
        Rival::Unjudged if spec.is_ok() => return None,
        Rival::Unjudged => None,
    };
    let target = match spec {
        Ok(valid) => world.deployment(&key.namespace, &valid.spec.target_ref.name).map_or(Target::Missing, |seen| {
            // The cache may be behind the last write; what was written is then what is there.
            match written.as_ref().filter(|written| written.is_after(&seen)) {
                Some(written) => Target::Deployment { replicas: written.replicas, settled: false },
                None => Target::Deployment { replicas: seen.replicas, settled: seen.settled },
            }
        }),
        Err(_) => Target::Missing,
    };
    Some(Observed {
        generation,
        spec,
        override_annotation: annotation.as_deref(),
        holidays: match holidays {
            Holidays::NotAsked | Holidays::Unknown => HolidaySource::None,
            Holidays::Missing => HolidaySource::Missing,
            Holidays::Unreadable(why) => HolidaySource::Unreadable(why),
            Holidays::Found(dates) => HolidaySource::Found { problems: dates.problems.clone() },
        },
        target,
        rival,
        clock: world.clock_state(),
        previous: status,
        rehearsal: world.rehearsal.as_deref(),
    })
}

/// Reads and compiles the spec of an object as the API server gave it, however strange it is.
fn compile_object(object: &DynamicObject, generation: i64, namespace: &str) -> Compiled {
    let mut problems = Problems::default();
    let raw = object.data.get("spec").unwrap_or(&Value::Null);
    let spec = spec(raw, &mut problems);
    let schedule = spec.as_ref().and_then(|spec| {
        let schedule = compile(spec, namespace, &mut problems);
        if let Some(unsupported) = unsupported_target(&spec.target_ref).filter(|found| !problems.covers(&found.field)) {
            problems.push(unsupported.field, unsupported.message);
        }
        schedule
    });
    let result = match (spec, schedule) {
        (Some(spec), Some(schedule)) if problems.is_empty() => Ok((spec, schedule)),
        _ => Err(problems),
    };
    Compiled { generation, result }
}
