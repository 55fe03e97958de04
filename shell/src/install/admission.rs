//! Policies by which the API server itself refuses what would give somebody more than they have. Nothing of the controller runs
//! for them: they are CEL, which the API server evaluates.

use serde_json::{Value, json};

use super::{Install, labels};
use crate::api::{API_VERSION, GROUP, OVERRIDE_ANNOTATION};

const ADMISSION: &str = "admissionregistration.k8s.io/v1";

/// Kinds with `scale`, by group and kind, and their resource in the API's paths, which CEL can't look up.
const SCALED: [(&str, &str); 3] =
    [("apps/Deployment", "deployments"), ("apps/ReplicaSet", "replicasets"), ("apps/StatefulSet", "statefulsets")];
/// Kinds that are written themselves.
const PATCHED: [(&str, &str); 3] = [
    ("autoscaling/HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    ("batch/CronJob", "cronjobs"),
    ("keda.sh/ScaledObject", "scaledobjects"),
];

/// Who creates or edits a schedule needs the right to scale its target: Kyklos scales with its own rights, so without this, whoever
/// may write schedules may scale whatever Kyklos may.
///
/// A kind that isn't in the tables takes the right on `scale` of every resource of its group.
pub(super) fn authorize(install: &Install) -> [Value; 2] {
    let annotation = |object: &str| {
        format!(
            "(has({object}.metadata.annotations) && '{OVERRIDE_ANNOTATION}' in {object}.metadata.annotations ? \
             {object}.metadata.annotations['{OVERRIDE_ANNOTATION}'] : '')"
        )
    };
    // Whoever changes labels or finalizers scales nothing.
    let edits = format!(
        "request.operation == 'CREATE' || object.spec != oldObject.spec || {} != {}",
        annotation("object"),
        annotation("oldObject")
    );
    let may = |on: &str, verb: &str| {
        format!(
            "authorizer.group(variables.group).resource(variables.resource){on}\
             .namespace(object.metadata.namespace).name(variables.target.name).check('{verb}').allowed()"
        )
    };
    let scale = ".subresource('scale')";
    let allowed =
        format!("variables.itself ? {} : ({} || {})", may("", "patch"), may(scale, "patch"), may(scale, "update"));
    let variables = json!([
        { "name": "target", "expression": "object.spec.targetRef" },
        { "name": "group", "expression":
            "variables.target.apiVersion.contains('/') ? variables.target.apiVersion.split('/')[0] : ''" },
        { "name": "kind", "expression": "variables.group + '/' + variables.target.kind" },
        { "name": "scaled", "expression": map(&SCALED) },
        { "name": "patched", "expression": map(&PATCHED) },
        { "name": "itself", "expression": "variables.kind in variables.patched" },
        { "name": "resource", "expression":
            "variables.itself ? variables.patched[variables.kind] : \
             (variables.kind in variables.scaled ? variables.scaled[variables.kind] : '*')" },
    ]);
    let message = "'a TimeWindowScaler scales its target, so who writes one needs the right to patch ' + variables.resource + \
                   (variables.itself ? '' : '/scale') + ' of the group \"' + variables.group + '\", at least of ' + \
                   variables.target.name";
    let policy = Policy {
        name: "kyklos-authorize",
        resource: "timewindowscalers",
        condition: Some(("edits", edits)),
        variables,
        expression: allowed,
        message: message.to_owned(),
    };
    policy.objects(install)
}

/// An override says who asked for it, and that is whoever has made it, or edited it since: so says the API server.
pub(super) fn verify_requesters(install: &Install) -> [Value; 2] {
    let policy = Policy {
        name: "kyklos-requesters",
        resource: "timewindowoverrides",
        condition: Some(("edits", "request.operation == 'CREATE' || object.spec != oldObject.spec".to_owned())),
        variables: json!([]),
        expression: "has(object.spec.requestedBy) && object.spec.requestedBy == request.userInfo.username".to_owned(),
        message: "'spec.requestedBy says who asks for an override: write \"' + request.userInfo.username + '\", as kyklos override does'"
            .to_owned(),
    };
    policy.objects(install)
}

/// A map as CEL writes it.
fn map(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(kind, resource)| format!("'{kind}': '{resource}'")).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A policy on one of our kinds.
struct Policy {
    name: &'static str,
    resource: &'static str,
    /// What it is asked about at all, with a name for that.
    condition: Option<(&'static str, String)>,
    variables: Value,
    expression: String,
    /// What a refusal says, in CEL.
    message: String,
}

impl Policy {
    /// The policy, and what puts it into force: in the one namespace that is watched, or everywhere.
    fn objects(self, install: &Install) -> [Value; 2] {
        let Self { name, resource, condition, variables, expression, message } = self;
        let name = install.watched.as_ref().map_or_else(|| name.to_owned(), |watched| format!("{name}.{watched}"));
        let (_, version) = API_VERSION.split_once('/').unwrap_or_default();
        let conditions: Vec<_> =
            condition.into_iter().map(|(name, expression)| json!({ "name": name, "expression": expression })).collect();
        let mut binding = json!({ "policyName": name, "validationActions": ["Deny"] });
        if let (Some(fields), Some(watched)) = (binding.as_object_mut(), &install.watched) {
            let of_namespace = json!({ "matchLabels": { "kubernetes.io/metadata.name": watched.0 } });
            fields.insert("matchResources".to_owned(), json!({ "namespaceSelector": of_namespace }));
        }
        let metadata = json!({ "name": name, "labels": labels() });
        [
            json!({
                "apiVersion": ADMISSION, "kind": "ValidatingAdmissionPolicy", "metadata": metadata,
                "spec": {
                    "failurePolicy": "Fail",
                    "matchConstraints": { "resourceRules": [{
                        "apiGroups": [GROUP], "apiVersions": [version], "operations": ["CREATE", "UPDATE"],
                        "resources": [resource],
                    }] },
                    "matchConditions": conditions,
                    "variables": variables,
                    "validations": [{ "expression": expression, "messageExpression": message, "reason": "Forbidden" }],
                },
            }),
            json!({
                "apiVersion": ADMISSION, "kind": "ValidatingAdmissionPolicyBinding", "metadata": metadata,
                "spec": binding,
            }),
        ]
    }
}
