//! From the resource's types to the core's schedule.

use kyklos_core::{Problem, Reason, Schedule, Spec};

use super::zones;
use super::{MAX_EXCEPTIONS, MAX_HOLIDAYS, MAX_WINDOWS, TimeWindowScalerSpec};
use crate::problems::Problems;

/// The core's schedule with the resource's limits.
pub type ShellSchedule = Schedule<MAX_WINDOWS, MAX_EXCEPTIONS, MAX_HOLIDAYS>;

/// Checks a spec by the core's one validation and compiles it. What `problems` has already is not said again.
///
/// `None` when anything is wrong, now or before.
pub fn compile(
    spec: &TimeWindowScalerSpec,
    own_namespace: &str,
    problems: &mut Problems,
) -> Option<Box<ShellSchedule>> {
    let days: Vec<Option<Vec<&str>>> = spec
        .windows
        .iter()
        .map(|window| window.days.as_ref().map(|days| days.iter().map(String::as_str).collect()))
        .collect();
    let windows: Vec<_> = spec
        .windows
        .iter()
        .zip(&days)
        .map(|(window, days)| kyklos_core::WindowSpec {
            name: window.name.as_deref(),
            days: days.as_deref(),
            start: &window.start,
            end: &window.end,
            end_day: window.end_day.as_deref(),
            replicas: window.replicas,
        })
        .collect();
    let exceptions: Vec<_> = spec
        .exceptions
        .iter()
        .map(|exception| kyklos_core::ExceptionSpec {
            name: exception.name.as_deref(),
            start: &exception.start,
            end: &exception.end,
            replicas: exception.replicas,
        })
        .collect();
    let core = Spec {
        target: Some(kyklos_core::TargetRef {
            api_version: &spec.target_ref.api_version,
            kind: &spec.target_ref.kind,
            name: &spec.target_ref.name,
            namespace: spec.target_ref.namespace.as_deref(),
            own_namespace,
        }),
        timezone: &spec.timezone,
        default_replicas: spec.default_replicas,
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: spec.holiday_mode.into(),
        holiday_config_map: spec.holiday_config_map.as_deref(),
        grace_period_seconds: spec.grace_period_seconds,
        pause: spec.pause,
    };
    // What the reader has said of a field is not said again in other words.
    let known = problems.clone();
    let schedule = ShellSchedule::new(&core, |problem| say(problem, &known, problems)).ok()?;
    problems.is_empty().then(|| Box::new(schedule))
}

fn say(problem: Problem<'_>, known: &Problems, problems: &mut Problems) {
    let field = format!("spec.{}", problem.field);
    if known.covers(&field) {
        return;
    }
    let mut message = problem.reason.to_string();
    if let Reason::UnknownZone(name) = problem.reason {
        let near = zones::meant(name);
        if !near.is_empty() {
            message.push_str(&format!("; did you mean {}?", near.join(", ")));
        }
    }
    problems.push(field, message);
}
