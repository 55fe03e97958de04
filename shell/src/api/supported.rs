//! What the controller of this version doesn't scale, in the words of the command line and of the controller's conditions alike. An API
//! server with the CRD of this version refuses it by its own rule.

use super::TargetRef;
use super::text::plain;
use crate::api::problems::FieldProblem;
use crate::target::{Kind, OWN};

/// The kinds that are scaled, as CEL has them: every custom one, and those with a file of their own.
pub(super) const SCALED: &str = "self.apiVersion.contains('.') && !(self.apiVersion.startsWith('keda.sh/') && self.kind == 'ScaledObject') \
     || self.apiVersion + ' ' + self.kind in ['apps/v1 Deployment', 'apps/v1 StatefulSet', 'apps/v1 ReplicaSet', \
     'autoscaling/v2 HorizontalPodAutoscaler', 'batch/v1 CronJob', 'keda.sh/v1alpha1 ScaledObject']";
/// What the API server says of the others.
pub(super) const SCALED_WORDS: &str = "this version scales no such kind: write one of the kinds Deployment, StatefulSet, ReplicaSet, \
     HorizontalPodAutoscaler, CronJob, ScaledObject with its apiVersion, or a custom kind with scale as GROUP/VERSION and kind";

/// What is said of a target that this version doesn't scale. Whether a custom kind is there and has a count is the API server's to
/// say.
pub(super) fn unsupported_target(target: &TargetRef) -> Option<FieldProblem> {
    let (version, kind) = (target.api_version.as_str(), target.kind.as_str());
    if Kind::named(version, kind).is_some() {
        return None;
    }
    let same = OWN.into_iter().find(|own| own.name == kind);
    let (field, right) = match same {
        Some(right) => ("spec.targetRef.apiVersion", format!("apiVersion {} and kind {kind}", right.api_version())),
        None => {
            let all = OWN.map(|own| own.name).join(", ");
            (
                "spec.targetRef.kind",
                format!("one of the kinds {all}, or a custom kind with scale as GROUP/VERSION and kind"),
            )
        }
    };
    let message = format!("this version scales no {} of {}: write {right}", plain(kind), plain(version));
    Some(FieldProblem { field: field.to_owned(), message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_servers_rule_has_every_kind_with_a_file_and_no_other() {
        let list = SCALED.split_once(" in [").unwrap().1.trim_end_matches(']');
        let list: Vec<_> = list.split(',').map(|kind| kind.trim().trim_matches('\'').to_owned()).collect();
        assert_eq!(list, OWN.map(|own| format!("{} {}", own.api_version(), own.name)));
        let names = OWN.map(|own| own.name).join(", ");
        assert!(SCALED_WORDS.contains(&format!("one of the kinds {names} with")), "{SCALED_WORDS}");
        // Of a group with a dot the rule has to name those that aren't found by their `scale`.
        let dotted: Vec<_> =
            OWN.iter().filter(|own| own.group.contains('.')).map(|own| (own.group, own.name)).collect();
        assert_eq!(dotted, [("keda.sh", "ScaledObject")]);
    }
}
