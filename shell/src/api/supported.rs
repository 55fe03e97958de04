//! What the controller of this version doesn't scale, in the words of the command line and of the controller's conditions alike. An API
//! server with the CRD of this version refuses it by its own rule.

use super::TargetRef;
use super::selection::{KindRef, KindSpec, TargetsSpec};
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

/// That a schedule of the cluster names what may lie in no namespace, as CEL has it: of a custom kind. Whether it does is the API server's
/// to say.
pub(super) const NAMED_BY_CLUSTER: &str = "!has(self.targetRef) || (self.targetRef.apiVersion.contains('.') && \
     !(self.targetRef.apiVersion.startsWith('keda.sh/') && self.targetRef.kind == 'ScaledObject'))";
/// What the API server says of the others.
pub(super) const NAMED_BY_CLUSTER_WORDS: &str = "targetRef names what lies in no namespace, such as NodePool of karpenter.sh/v1: of what \
     lies in namespaces write targets with namespaces instead";

/// What is said of a target that this version doesn't scale. Whether a custom kind is there and has a count is the API server's to
/// say.
pub(super) fn unsupported_target(target: &TargetRef) -> Option<FieldProblem> {
    unsupported(&target.api_version, &target.kind, "spec.targetRef")
}

/// The same of the kinds that stand at `path` in a selection.
pub(super) fn unsupported_kinds(targets: &TargetsSpec, path: &str) -> Vec<FieldProblem> {
    let kinds = targets.kinds.iter().flatten().enumerate();
    let found = kinds.filter_map(|(index, KindSpec { api_version, kind })| {
        // What is missing is said by whoever reads it.
        let api_version = api_version.as_deref().or_else(|| KindRef::usual(kind))?;
        let is_empty = api_version.is_empty() || kind.is_empty();
        if is_empty { None } else { unsupported(api_version, kind, &format!("{path}.kinds[{index}]")) }
    });
    found.collect()
}

/// Kinds of Kubernetes' own that have no count, and why not.
const COUNTLESS: [(&str, &str); 3] =
    [("DaemonSet", "a Pod of it runs on each node"), ("Job", "it runs until it is done"), ("Pod", "it is one")];

/// What is said of such a kind, whatever its version is.
pub(super) fn countless(kind: &str) -> Option<String> {
    let (name, why) = COUNTLESS.iter().find(|(name, _)| *name == kind)?;
    Some(format!("a {name} has no count that could be scaled, for {why}: write {}", any_kind()))
}

fn any_kind() -> String {
    let all = OWN.map(|own| own.name).join(", ");
    format!("one of the kinds {all}, or a custom kind with scale as GROUP/VERSION and kind")
}

fn unsupported(version: &str, kind: &str, field: &str) -> Option<FieldProblem> {
    if Kind::named(version, kind).is_some() {
        return None;
    }
    if let Some(message) = countless(kind) {
        return Some(FieldProblem { field: format!("{field}.kind"), message });
    }
    let (part, right) = match OWN.into_iter().find(|own| own.name == kind) {
        Some(right) => ("apiVersion", format!("apiVersion {} and kind {kind}", right.api_version())),
        None => ("kind", any_kind()),
    };
    let message = format!("this version scales no {} of {}: write {right}", plain(kind), plain(version));
    Some(FieldProblem { field: format!("{field}.{part}"), message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_takes_every_kind_that_is_scaled() {
        let kind = |api_version: Option<&str>, kind: &str| KindSpec {
            api_version: api_version.map(str::to_owned),
            kind: kind.to_owned(),
        };
        let of =
            |kinds| unsupported_kinds(&TargetsSpec { kinds: Some(kinds), ..TargetsSpec::default() }, "spec.targets");
        let said = of(vec![
            kind(None, "Deployment"),
            kind(None, "HorizontalPodAutoscaler"),
            kind(Some("example.com/v1"), "Fleet"),
            kind(Some("keda.sh/v1alpha1"), "ScaledObject"),
            kind(Some("apps/v1"), "CronJob"),
            kind(Some("autoscaling/v1"), "HorizontalPodAutoscaler"),
            kind(Some("apps/v1"), "DaemonSet"),
            kind(Some("apps/v1"), "Deploy"),
            kind(None, "Unheard"),
        ]);
        let right = "write one of the kinds Deployment, StatefulSet, ReplicaSet, HorizontalPodAutoscaler, CronJob, ScaledObject, or a \
                     custom kind with scale as GROUP/VERSION and kind";
        let said: Vec<_> = said.iter().map(|FieldProblem { field, message }| format!("{field}: {message}")).collect();
        assert_eq!(
            said,
            [
                "spec.targets.kinds[4].apiVersion: this version scales no CronJob of apps/v1: write apiVersion batch/v1 and kind CronJob"
                    .to_owned(),
                "spec.targets.kinds[5].apiVersion: this version scales no HorizontalPodAutoscaler of autoscaling/v1: write apiVersion \
                 autoscaling/v2 and kind HorizontalPodAutoscaler"
                    .to_owned(),
                format!(
                    "spec.targets.kinds[6].kind: a DaemonSet has no count that could be scaled, for a Pod of it runs on each node: {right}"
                ),
                format!("spec.targets.kinds[7].kind: this version scales no Deploy of apps/v1: {right}"),
            ]
        );
        assert!(unsupported_kinds(&TargetsSpec::default(), "spec.targets").is_empty());
    }

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
