//! What is right in a schedule for an autoscaler, and still counts as something else.

use crate::api::Object;
use crate::target::Kind;

/// The minimums of none, by their fields, where the target has one at least.
pub(super) fn of(object: &Object) -> Vec<(String, String)> {
    let spec = &object.spec;
    let kind = spec.target_ref.as_ref().and_then(|target| Kind::named(&target.api_version, &target.kind));
    let kind = kind.filter(|kind| kind.how().stands_still);
    let Some(kind) = kind else { return Vec::new() };
    let windows = spec.windows.iter().enumerate();
    let windows = windows.map(|(index, window)| (format!("spec.windows[{index}].minReplicas"), window.min_replicas));
    let exceptions = spec.exceptions.iter().enumerate();
    let exceptions =
        exceptions.map(|(index, exception)| (format!("spec.exceptions[{index}].minReplicas"), exception.min_replicas));
    let default = ("spec.defaultMinReplicas".to_owned(), spec.default_min_replicas);
    let none = windows.chain(exceptions).chain([default]).filter(|(_, min)| *min == Some(0));
    let words = format!("0 counts as 1, the least that a {} can have: to have none write replicas: 0", kind.as_str());
    none.map(|(field, _)| (field, words.clone())).collect()
}
