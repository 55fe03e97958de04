//! Policies by which the API server itself refuses what would give somebody more than they have. Nothing of the controller runs
//! for them: they are CEL, which the API server evaluates.

use serde_json::{Value, json};

use super::{Install, labels};
use crate::api::selection::KINDS_MAX;
use crate::api::{API_VERSION, GROUP, OVERRIDE_ANNOTATION, ScalerKind};
use crate::policy::brake::CONFIRM_ANNOTATION;

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

/// The groups of the kinds that a selection may name without one.
const USUAL: [(&str, &str); 5] = [
    ("CronJob", "batch"),
    ("Deployment", "apps"),
    ("HorizontalPodAutoscaler", "autoscaling"),
    ("ScaledObject", "keda.sh"),
    ("StatefulSet", "apps"),
];

/// Who creates or edits a schedule needs the right to scale its targets: Kyklos scales with its own rights, so without this, whoever
/// may write schedules may scale whatever Kyklos may.
///
/// A kind that isn't in the tables takes the right on `scale` of every resource of its group. A schedule of the cluster takes the right in
/// every namespace: which ones it is for may change with their labels.
pub(super) fn authorize(install: &Install) -> Vec<Value> {
    let of_cluster = install.watched.is_none().then_some(ScalerKind::ClusterTimeWindowScaler);
    let kinds = [ScalerKind::TimeWindowScaler].into_iter().chain(of_cluster);
    kinds.flat_map(|kind| authorized(kind).objects(install)).collect()
}

fn authorized(of: ScalerKind) -> Policy {
    let (name, resource, place, everywhere) = match of {
        ScalerKind::TimeWindowScaler => {
            ("kyklos-authorize", "timewindowscalers", ".namespace(object.metadata.namespace)", "")
        }
        ScalerKind::ClusterTimeWindowScaler => {
            ("kyklos-authorize-cluster", "clustertimewindowscalers", "", " in every namespace")
        }
    };
    let annotation = |name: &str, object: &str| {
        format!(
            "(has({object}.metadata.annotations) && '{name}' in {object}.metadata.annotations ? \
             {object}.metadata.annotations['{name}'] : '')"
        )
    };
    let differs = |name: &str| format!("{} != {}", annotation(name, "object"), annotation(name, "oldObject"));
    // Whoever changes labels or finalizers scales nothing.
    let edits = format!(
        "request.operation == 'CREATE' || object.spec != oldObject.spec || {} || {}",
        differs(OVERRIDE_ANNOTATION),
        differs(CONFIRM_ANNOTATION)
    );
    // Each question costs a third of what one expression may cost (350,000 of 1,000,000), so there is one for each kind.
    let may = |aim: &str, on: &str, verb: &str| {
        format!(
            "authorizer.group({aim}.group).resource({aim}.resource){on}{place}.name({aim}.name).check('{verb}').allowed()"
        )
    };
    let scale = ".subresource('scale')";
    let checks = (0..KINDS_MAX).map(|place| {
        let aim = format!("variables.aims[{place}]");
        let expression = format!(
            "variables.aims.size() <= {place} || ({aim}.itself ? {} : ({} || {}))",
            may(&aim, "", "patch"),
            may(&aim, scale, "patch"),
            may(&aim, scale, "update")
        );
        let message = format!(
            "'a {} scales its targets, so who writes one needs the right to patch ' + {aim}.resource + \
             ({aim}.itself ? '' : '/scale') + ' of the group \"' + {aim}.group + '\"' + \
             ({aim}.name == '' ? '{everywhere}' : ', at least of ' + {aim}.name)",
            of.as_str()
        );
        (expression, message)
    });
    // A selection is for all of its kinds, whatever their names are; the kinds that need no group are the contract's.
    let group = format!(
        "(has(aim.apiVersion) ? (aim.apiVersion.contains('/') ? aim.apiVersion.split('/')[0] : '') : \
         (aim.kind in {usual} ? {usual}[aim.kind] : ''))",
        usual = map(&USUAL)
    );
    let kind = format!("({group} + '/' + aim.kind)");
    let variables = json!([
        { "name": "asked", "expression":
            "has(object.spec.targetRef) ? [object.spec.targetRef] : \
             (has(object.spec.targets) && has(object.spec.targets.kinds) ? object.spec.targets.kinds : \
             [{'kind': 'Deployment'}, {'kind': 'StatefulSet'}])" },
        { "name": "scaled", "expression": map(&SCALED) },
        { "name": "patched", "expression": map(&PATCHED) },
        { "name": "aims", "expression": format!(
            "variables.asked.map(aim, {{'group': dyn({group}), 'itself': dyn({kind} in variables.patched), \
             'name': dyn(has(aim.name) ? aim.name : ''), \
             'resource': dyn({kind} in variables.patched ? variables.patched[{kind}] : \
             ({kind} in variables.scaled ? variables.scaled[{kind}] : '*'))}})") },
    ]);
    Policy { name, resource, condition: Some(("edits", edits)), variables, checks: checks.collect() }
}

/// An override says who asked for it, and that is whoever has made it, or edited it since: so says the API server.
pub(super) fn verify_requesters(install: &Install) -> [Value; 2] {
    let policy = Policy {
        name: "kyklos-requesters",
        resource: "timewindowoverrides",
        condition: Some(("edits", "request.operation == 'CREATE' || object.spec != oldObject.spec".to_owned())),
        variables: json!([]),
        checks: vec![(
            "has(object.spec.requestedBy) && object.spec.requestedBy == request.userInfo.username".to_owned(),
            "'spec.requestedBy says who asks for an override: write \"' + request.userInfo.username + '\", as kyklos override does'"
                .to_owned(),
        )],
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
    /// What has to hold, and what a refusal says, in CEL.
    checks: Vec<(String, String)>,
}

impl Policy {
    /// The policy, and what puts it into force: in the one namespace that is watched, or everywhere.
    fn objects(self, install: &Install) -> [Value; 2] {
        let Self { name, resource, condition, variables, checks } = self;
        let validation = |(expression, message): (String, String)| json!({ "expression": expression, "messageExpression": message, "reason": "Forbidden" });
        let validations: Vec<Value> = checks.into_iter().map(validation).collect();
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
                    "validations": validations,
                },
            }),
            json!({
                "apiVersion": ADMISSION, "kind": "ValidatingAdmissionPolicyBinding", "metadata": metadata,
                "spec": binding,
            }),
        ]
    }
}
