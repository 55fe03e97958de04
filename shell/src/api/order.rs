//! The order in which it is told what is wrong with an object: that of the fields, whoever has found it.

use super::problems::Problems;

/// Which fields there are, in their order, below one of a name; below nothing those of the object. Those of a spec have what goes together
/// side by side, of schedules and of overrides: no field of the two is called the same and means another thing.
const FIELDS: [(&str, &[&str]); 13] = [
    ("", &["apiVersion", "kind", "metadata", "spec"]),
    ("metadata", &["name", "namespace", "labels", "annotations"]),
    (
        "spec",
        &[
            "targetRef",
            "targets",
            "allowExclusion",
            "maxNewTargets",
            "scalerRef",
            "selector",
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
            "replicas",
            "minReplicas",
            "maxReplicas",
            "from",
            "until",
            "untilNextBoundary",
            "reason",
            "requestedBy",
            "ttlSecondsAfterEnd",
        ],
    ),
    ("targetRef", &["apiVersion", "kind", "name", "namespace"]),
    ("scalerRef", &["kind", "name"]),
    ("targets", &["kinds", "namespaces", "selector", "exclude"]),
    ("kinds", &["apiVersion", "kind"]),
    ("namespaces", &["names", "selector", "exclude"]),
    ("selector", &["matchLabels", "matchExpressions"]),
    ("matchExpressions", &["key", "operator", "values"]),
    ("exclude", &["kind", "name"]),
    ("windows", WINDOW),
    ("exceptions", WINDOW),
];
/// Those of a window, and of an exception as far as it has them.
const WINDOW: &[&str] = &["name", "days", "start", "end", "endDay", "replicas", "minReplicas", "maxReplicas"];

/// A step on the way to a field, in the order of those that begin alike.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// To a field, by its place among those that there are; one that there isn't comes after all that there are.
    Field(usize),
    /// To an entry of a list.
    Entry(usize),
    /// To what is called so: a label, or an annotation.
    Called(Box<str>),
}

/// Puts problems into that order: what is said of a list comes before what is said of its entries, and these by their index. What is said
/// of one field stays as it is.
pub(crate) fn by_fields(problems: &mut Problems) {
    problems.sort_by_key(steps);
}

/// The way to a field from its object.
fn steps(field: &str) -> Vec<Step> {
    let (mut steps, mut above, mut rest) = (Vec::new(), "", field);
    while !rest.is_empty() {
        if let Some(within) = rest.strip_prefix('[') {
            // What a label or an annotation is called may have dots in it.
            let (called, after) = within.split_once(']').unwrap_or((within, ""));
            steps.push(called.parse().map_or_else(|_| Step::Called(called.into()), Step::Entry));
            rest = after;
            continue;
        }
        let name = rest.strip_prefix('.').unwrap_or(rest);
        let (name, after) = name.split_at(name.find(['.', '[']).unwrap_or(name.len()));
        let known = FIELDS.iter().find(|(of, _)| *of == above).map_or(&[][..], |(_, known)| known);
        steps.push(Step::Field(known.iter().position(|known| *known == name).unwrap_or(known.len())));
        (above, rest) = (name, after);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of these, in its order.
    fn told(found: &[&str]) -> Vec<String> {
        let mut problems = Problems::default();
        found.iter().for_each(|field| problems.push(*field, "wrong"));
        by_fields(&mut problems);
        problems.iter().map(|problem| problem.field.clone()).collect()
    }

    #[test]
    fn what_is_found_later_is_told_in_its_place() {
        let found = [
            "spec.windows[10].end",
            "spec.surprise",
            "spec.windows[9].end",
            "spec.timezone",
            "spec.windows[9].start",
            "spec.windows",
            "metadata.annotations[kyklos.io/override]",
            "spec.targets.kinds[3].kind",
            "metadata.name",
            "spec.targets.namespaces.names[0]",
            "kind",
            "spec",
        ];
        assert_eq!(
            told(&found),
            [
                "kind",
                "metadata.name",
                "metadata.annotations[kyklos.io/override]",
                "spec",
                "spec.targets.kinds[3].kind",
                "spec.targets.namespaces.names[0]",
                "spec.timezone",
                "spec.windows",
                "spec.windows[9].start",
                "spec.windows[9].end",
                "spec.windows[10].end",
                "spec.surprise",
            ]
        );
    }

    #[test]
    fn entries_of_lists_within_lists_come_by_their_index() {
        let found = [
            "spec.targets.exclude[10].name",
            "spec.targets.exclude[2].name",
            "spec.targets.exclude[2].kind",
            "spec.targets.selector.matchExpressions[10].key",
            "spec.targets.selector.matchExpressions[9].values[10]",
            "spec.targets.selector.matchExpressions[9].values[2]",
            "spec.targets.selector.matchLabels[app.kubernetes.io/name]",
            "spec.targets.kinds",
            "spec.windows[2].days[10]",
            "spec.windows[2].days[3]",
            "document",
        ];
        assert_eq!(
            told(&found),
            [
                "spec.targets.kinds",
                "spec.targets.selector.matchLabels[app.kubernetes.io/name]",
                "spec.targets.selector.matchExpressions[9].values[2]",
                "spec.targets.selector.matchExpressions[9].values[10]",
                "spec.targets.selector.matchExpressions[10].key",
                "spec.targets.exclude[2].kind",
                "spec.targets.exclude[2].name",
                "spec.targets.exclude[10].name",
                "spec.windows[2].days[3]",
                "spec.windows[2].days[10]",
                "document",
            ]
        );
    }
}
