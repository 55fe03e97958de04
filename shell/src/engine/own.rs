//! What this process itself runs in: nobody scales that by it, for with none of it nobody would be there to scale it up again.

use super::ids::TargetId;
use super::state::Engine;
use crate::target::{Kind, TargetKey};

impl Engine {
    /// Whether a target, or what that scales, is what this process runs in.
    pub(super) fn is_own(&self, id: TargetId) -> bool {
        let root = self.targets.scales(id).unwrap_or(id);
        self.targets.key(root).is_some_and(|key| runs_in(key, &self.own_namespace, &self.instance))
    }
}

/// Whether a Pod of a namespace is a Deployment's: those are called `DEPLOYMENT-HASH-HASH`.
fn runs_in(target: &TargetKey, namespace: &str, pod: &str) -> bool {
    let hashes = pod.strip_prefix(&*target.name).and_then(|rest| rest.strip_prefix('-'));
    target.kind == Kind::DEPLOYMENT
        && *target.namespace == *namespace
        && hashes.is_some_and(|hashes| hashes.split('-').count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_is_one_of_the_deployment_whose_name_it_has_before_two_hashes() {
        let is = |kind, namespace: &str, name: &str, pod: &str| {
            runs_in(&TargetKey { kind, namespace: namespace.into(), name: name.into() }, "kyklos-system", pod)
        };
        let deployment = Kind::DEPLOYMENT;
        assert!(is(deployment.clone(), "kyklos-system", "kyklos", "kyklos-6b8f9d7c5-x2x9z"));
        assert!(is(deployment.clone(), "kyklos-system", "kyklos-two", "kyklos-two-6b8f9d7c5-x2x9z"));
        for (namespace, name, pod) in [
            ("shop", "kyklos", "kyklos-6b8f9d7c5-x2x9z"),
            ("kyklos-system", "kyklos", "kyklos-two-6b8f9d7c5-x2x9z"),
            ("kyklos-system", "kyk", "kyklos-6b8f9d7c5-x2x9z"),
            ("kyklos-system", "kyklos", "kyklos"),
            ("kyklos-system", "web", "laptop"),
        ] {
            assert!(!is(deployment.clone(), namespace, name, pod), "{namespace}/{name} {pod}");
        }
        assert!(!is(Kind::HPA, "kyklos-system", "kyklos", "kyklos-6b8f9d7c5-x2x9z"));
    }
}
