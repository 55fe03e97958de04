//! What the core knows nothing of: the checks of what is Kubernetes' in a spec. Each goes to `say` with its field.

use kyklos_core::Reason;

use super::overrides::{OverrideBounds, TTL_MAX};
use super::selection::{NEW_TARGETS_MAX, Scope};
use super::supported::unsupported_target;
use super::{GRACE_PERIOD_MAX, HolidayMode, TargetRef, TimeWindowScalerSpec, instants};

/// The target, which has to be in the object's own namespace, or in none where the object is in none.
pub(super) fn target(target: &TargetRef, scope: Scope<'_>, say: &mut impl FnMut(String, String)) {
    let fields = [("apiVersion", &target.api_version), ("kind", &target.kind), ("name", &target.name)];
    for (field, text) in fields {
        not_empty(text, &format!("spec.targetRef.{field}"), say);
    }
    if fields.iter().all(|(_, text)| !text.is_empty())
        && let Some(unsupported) = unsupported_target(target)
    {
        say(unsupported.field, unsupported.message);
    }
    for (field, message) in scope.refusals(&target.api_version, &target.kind, target.namespace.as_deref()) {
        say(format!("spec.targetRef.{field}"), message);
    }
}

/// A holiday as on the fullest day, which only counts can tell.
pub(super) fn largest(spec: &TimeWindowScalerSpec, say: &mut impl FnMut(String, String)) {
    if spec.holiday_mode != HolidayMode::TreatAsOpen || spec.holiday_replicas.is_some() {
        return;
    }
    let no_count = |window: &super::WindowSpec| window.value().is_some_and(|value| value.count().is_none());
    if let Some(index) = spec.windows.iter().position(no_count) {
        let message = format!(
            "missing: treat-as-open gives the largest count of the windows, and spec.windows[{index}] has none: write what a \
             holiday gives"
        );
        say("spec.holidayReplicas".to_owned(), message);
    }
}

/// How many an edit may newly lower.
pub(super) fn new_targets(most: Option<i64>, say: &mut impl FnMut(String, String)) {
    if let Some(found) = most.filter(|most| !(1..=NEW_TARGETS_MAX).contains(most)) {
        let message = format!("{found} is out of range: write a whole number from 1 to {NEW_TARGETS_MAX}");
        say("spec.maxNewTargets".to_owned(), message);
    }
}

/// The name of the ConfigMap with the holidays.
pub(super) fn holiday_config_map(name: Option<&str>, say: &mut impl FnMut(String, String)) {
    if let Some(name) = name {
        not_empty(name, "spec.holidayConfigMap", say);
    }
}

/// The delay of a scale-down.
pub(super) fn grace_period(seconds: i64, say: &mut impl FnMut(String, String)) {
    if !(0..=GRACE_PERIOD_MAX).contains(&seconds) {
        let reason = Reason::OutOfRange { found: seconds, most: GRACE_PERIOD_MAX };
        say("spec.gracePeriodSeconds".to_owned(), reason.to_string());
    }
}

/// The end of a pause, which has to be an instant, and the only thing that is said of a pause.
pub(super) fn pause(spec: &TimeWindowScalerSpec, say: &mut impl FnMut(String, String)) {
    let Some(until) = &spec.pause_until else { return };
    let field = "spec.pauseUntil".to_owned();
    if let Err(message) = instants::read(until) {
        say(field, message);
    } else if spec.pause {
        say(field, "it stands beside pause: true, which has no end: keep one of the two".to_owned());
    }
}

/// What overrides may ask for.
pub(super) fn bounds(bounds: &OverrideBounds, say: &mut impl FnMut(String, String)) {
    let most = i64::from(kyklos_core::VALUE_MAX);
    for (field, count) in [("minReplicas", bounds.min_replicas), ("maxReplicas", bounds.max_replicas)] {
        if let Some(found) = count.filter(|count| !(0..=most).contains(count)) {
            say(format!("spec.overrides.{field}"), Reason::OutOfRange { found, most }.to_string());
        }
    }
    if let (Some(least), Some(most)) = (bounds.min_replicas, bounds.max_replicas)
        && least > most
    {
        say(
            "spec.overrides.minReplicas".to_owned(),
            format!("{least} is above maxReplicas, which is {most}: write no more than that"),
        );
    }
    if let Some(found) = bounds.max_seconds.filter(|seconds| !(1..=TTL_MAX).contains(seconds)) {
        say(
            "spec.overrides.maxSeconds".to_owned(),
            format!("{found} is out of range: write a whole number from 1 to {TTL_MAX}"),
        );
    }
}

fn not_empty(text: &str, field: &str, say: &mut impl FnMut(String, String)) {
    if text.is_empty() {
        say(field.to_owned(), "the text is empty: write a name".to_owned());
    }
}
