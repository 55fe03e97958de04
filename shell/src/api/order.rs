//! The order in which it is told what is wrong with a schedule: that of the fields, whoever has found it.

use super::problems::Problems;

/// The fields of an object.
const OBJECT: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
/// Those of a spec, with what goes together side by side.
const SPEC: [&str; 19] = [
    "targetRef",
    "targets",
    "namespaces",
    "allowExclusion",
    "maxNewTargets",
    "timezone",
    "defaultReplicas",
    "defaultMinReplicas",
    "defaultMaxReplicas",
    "windows",
    "exceptions",
    "holidayMode",
    "holidayReplicas",
    "holidayConfigMap",
    "gracePeriodSeconds",
    "pause",
    "pauseUntil",
    "onDelete",
    "overrides",
];

/// Puts problems into that order; what is in no list comes after what is, and of one entry of a list they stay as they are.
pub(crate) fn by_fields(problems: &mut Problems) {
    problems.sort_by_key(place);
}

/// The places of a field in its object and in the spec, and of the entry that it is in.
fn place(field: &str) -> (usize, usize, usize) {
    let mut parts = field.split('.');
    let at = |list: &[&str], name: &str| list.iter().position(|known| *known == name).unwrap_or(list.len());
    let first = at(&OBJECT, parts.next().unwrap_or_default());
    let Some(second) = parts.next().filter(|_| OBJECT.get(first) == Some(&"spec")) else { return (first, 0, 0) };
    let (name, entry) = second.split_once('[').unwrap_or((second, ""));
    // What is said of the list itself comes before what is said of its entries.
    let entry = entry.trim_end_matches(']').parse().map_or(0, |index: usize| index.saturating_add(1));
    (first, at(&SPEC, name), entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_later_is_told_in_its_place() {
        let mut problems = Problems::default();
        let found = [
            "spec.windows[10].end",
            "spec.surprise",
            "spec.windows[9].start",
            "spec.timezone",
            "spec.windows[9].end",
            "spec.windows",
            "metadata.annotations[kyklos.io/override]",
            "spec.targets.kinds[3].kind",
            "metadata.name",
            "spec.namespaces.names[0]",
            "kind",
        ];
        found.into_iter().for_each(|field| problems.push(field, "wrong"));
        by_fields(&mut problems);
        let told: Vec<_> = problems.iter().map(|problem| &*problem.field).collect();
        assert_eq!(
            told,
            [
                "kind",
                "metadata.annotations[kyklos.io/override]",
                "metadata.name",
                "spec.targets.kinds[3].kind",
                "spec.namespaces.names[0]",
                "spec.timezone",
                "spec.windows",
                "spec.windows[9].start",
                "spec.windows[9].end",
                "spec.windows[10].end",
                "spec.surprise",
            ]
        );
    }
}
