//! The CRDs as they are applied.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;
use serde_json::{Number, Value, json};

use super::overrides::TimeWindowOverride;
use super::{ClusterTimeWindowScaler, ScaleRecord, TimeWindowScaler};

/// The CustomResourceDefinitions, generated from the Rust types.
///
/// # Errors
///
/// When one can't be written as JSON, which is a mistake in its types.
pub fn crds() -> serde_json::Result<Vec<Value>> {
    let all = [TimeWindowScaler::crd(), TimeWindowOverride::crd(), ScaleRecord::crd(), ClusterTimeWindowScaler::crd()];
    all.iter().map(crd).collect()
}

fn crd(made: &CustomResourceDefinition) -> serde_json::Result<Value> {
    let mut crd = serde_json::to_value(made)?;
    tidy(&mut crd);
    if let Some(Value::Object(status)) = crd.pointer_mut(STATUS) {
        status.insert("default".to_owned(), json!({ "observedGeneration": -1 }));
    }
    Ok(crd)
}

/// The schema of the status. It has a default, so that an object that nobody has looked at yet isn't taken for current.
const STATUS: &str = "/spec/versions/0/schema/openAPIV3Schema/properties/status";

/// Takes out what the Rust types bring along and the API doesn't mean.
///
/// An `Option` comes as `nullable`, with which the API server keeps a `null` and the rules see a field that is there;
/// without it the server drops the `null`, so that it is as good as none. And bounds of whole numbers come as floats.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            // A field of this name would hold a schema, not a flag.
            if map.get("nullable").is_some_and(Value::is_boolean) {
                map.remove("nullable");
            }
            map.values_mut().for_each(tidy);
        }
        Value::Array(list) => list.iter_mut().for_each(tidy),
        Value::Number(number) => {
            if let Some(whole) = whole(number) {
                *number = whole;
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn whole(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0)?;
    // As text, because a cast would have to say what becomes of numbers beyond its range.
    format!("{float:.0}").parse::<i64>().ok().map(Number::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That of the schedules.
    fn crd() -> serde_json::Result<Value> {
        crds().map(|mut crds| crds.swap_remove(0))
    }

    #[test]
    fn has_neither_nullable_fields_nor_fractions_and_is_still_a_crd() {
        let [scaler, cluster] = super::super::ScalerKind::ALL.map(super::super::ScalerKind::as_str);
        let kinds = [scaler, super::super::overrides::OVERRIDE_KIND, super::super::RECORD_KIND, cluster];
        for (crd, kind) in crds().unwrap().into_iter().zip(kinds) {
            let text = crd.to_string();
            assert!(!text.contains("nullable"), "{text}");
            assert!(!text.contains(".0"), "{text}");
            let typed: CustomResourceDefinition = serde_json::from_value(crd).unwrap();
            assert_eq!(typed.spec.names.kind, kind);
        }
    }

    #[test]
    fn an_override_nobody_has_looked_at_is_not_current_and_goes_a_day_after_its_end() {
        let crd = crds().unwrap().swap_remove(1);
        let schema = crd.pointer("/spec/versions/0/schema/openAPIV3Schema/properties").unwrap();
        let at = |path: &str| schema.pointer(path).unwrap_or_else(|| panic!("no {path}"));
        assert_eq!(at("/status/default"), &json!({ "observedGeneration": -1 }));
        assert_eq!(at("/spec/properties/ttlSecondsAfterEnd/default"), 86_400);
        assert_eq!(at("/spec/required"), &json!(["reason"]));
        assert_eq!(at("/spec/x-kubernetes-validations").as_array().map(Vec::len), Some(8));
        let typed: CustomResourceDefinition = serde_json::from_value(crd).unwrap();
        assert_eq!(typed.spec.names.short_names, Some(vec!["two".to_owned()]));
        assert_eq!(typed.spec.names.categories, Some(vec!["kyklos".to_owned()]));
    }

    /// The second kind has the fields of the first one, and what they may not be is another thing.
    #[test]
    fn a_schedule_of_the_cluster_is_a_schedule_and_one_of_a_namespace_is_for_no_other() {
        let mut all = crds().unwrap();
        let (cluster, scaler) = (all.swap_remove(3), all.swap_remove(0));
        let spec = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";
        let of = |crd: &Value, part: &str| crd.pointer(&format!("{spec}{part}")).cloned();
        assert!(of(&cluster, "/properties/targets/properties/namespaces").is_some());
        assert_eq!(of(&cluster, "/properties"), of(&scaler, "/properties"));
        assert_eq!(of(&cluster, "/required"), of(&scaler, "/required"));
        assert_eq!(of(&cluster, "/additionalProperties"), of(&scaler, "/additionalProperties"));
        let rules = |crd: &Value| {
            let rules = of(crd, "/x-kubernetes-validations");
            rules.and_then(|rules| rules.as_array().cloned()).unwrap_or_default()
        };
        let (cluster_rules, scaler_rules) = (rules(&cluster), rules(&scaler));
        assert!(scaler_rules.iter().all(|rule| cluster_rules.contains(rule)));
        assert_eq!(cluster_rules.len(), scaler_rules.len() + 2);
        let of_all =
            |crd: &Value| crd.pointer("/spec/versions/0/schema/openAPIV3Schema/x-kubernetes-validations").cloned();
        let alone = json!({
            "rule": "!has(self.spec.targets) || !has(self.spec.targets.namespaces)",
            "message": "a TimeWindowScaler is for its own namespace alone: leave it out, or write a ClusterTimeWindowScaler",
            "fieldPath": ".spec.targets.namespaces",
        });
        assert_eq!((of_all(&scaler), of_all(&cluster)), (Some(json!([alone])), None));
        let typed: CustomResourceDefinition = serde_json::from_value(cluster).unwrap();
        assert_eq!(
            (typed.spec.scope.as_str(), typed.spec.names.short_names),
            ("Cluster", Some(vec!["ctws".to_owned()]))
        );
    }

    /// The columns of the contract, and what can be asked for.
    #[test]
    fn shows_what_applies_and_what_comes() {
        let crd: CustomResourceDefinition = serde_json::from_value(crd().unwrap()).unwrap();
        assert_eq!(crd.spec.names.categories, Some(vec!["kyklos".to_owned()]));
        let version = &crd.spec.versions[0];
        let columns = |is_wide: bool| {
            let all = version.additional_printer_columns.iter().flatten();
            let those = all.filter(|column| (column.priority.unwrap_or_default() > 0) == is_wide);
            those.map(|column| column.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(columns(false), "Applies Wanted Observed Next Then Ready Paused Age");
        assert_eq!(columns(true), "Target Targets Held", "what only some objects have is shown by -o wide");
        let selectable: Vec<_> =
            version.selectable_fields.iter().flatten().map(|field| field.json_path.as_str()).collect();
        assert_eq!(selectable, [".spec.targetRef.name"]);
    }

    /// A name that the schema takes is one that the reader takes, and the other way round.
    #[test]
    fn names_have_patterns_and_the_reader_agrees() {
        let crd = crd().unwrap();
        let schema = crd.pointer("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties").unwrap();
        let pattern = |path: &str| schema.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path}"));
        let subdomain = pattern("/holidayConfigMap/pattern");
        assert_eq!(pattern("/targetRef/properties/name/pattern"), subdomain);
        let label = pattern("/windows/items/properties/name/pattern");
        assert_eq!(pattern("/exceptions/items/properties/name/pattern"), label);
        assert_eq!((subdomain, label), (super::super::spec::SUBDOMAIN, super::super::spec::ONE_LINE));
        for (name, right) in
            [("a.b-c", true), ("office\n", false), ("\u{1b}[2J", false), ("\u{85}", false), ("Büro", true)]
        {
            let spec = json!({
                "targetRef": { "name": "web" },
                "timezone": "UTC",
                "windows": [{ "name": name, "start": "09:00", "end": "17:00", "replicas": 1 }],
            });
            let mut problems = crate::api::problems::Problems::default();
            crate::api::spec(&spec, &mut problems);
            assert_eq!(problems.is_empty(), right, "{name:?}: {problems}");
        }
    }

    #[test]
    fn keeps_its_bounds_lists_and_rules() {
        let crd = crd().unwrap();
        let schema = crd.pointer("/spec/versions/0/schema/openAPIV3Schema/properties").unwrap();
        let at = |path: &str| schema.pointer(path).unwrap_or_else(|| panic!("no {path}"));
        assert_eq!(at("/spec/properties/defaultReplicas/maximum"), 2_147_483_647);
        let replicas = [
            "defaultReplicas",
            "holidayReplicas",
            "windows/items/properties/replicas",
            "exceptions/items/properties/replicas",
        ];
        for replicas in replicas.map(|path| at(&format!("/spec/properties/{path}"))) {
            assert_eq!((replicas.get("default"), replicas.get("type")), (None, None));
            assert_eq!((&replicas["x-kubernetes-int-or-string"], &replicas["maxLength"]), (&json!(true), &json!(8)));
        }
        assert_eq!(at("/spec/x-kubernetes-validations").as_array().map(Vec::len), Some(8));
        assert_eq!(at("/status/default"), &json!({ "observedGeneration": -1 }));
        assert_eq!(at("/spec/properties/windows/items/properties/days/maxItems"), 14);
        assert_eq!(at("/spec/properties/gracePeriodSeconds/maximum"), 3_600);
        assert_eq!(at("/spec/properties/windows/maxItems"), 64);
        assert_eq!(at("/spec/required"), &serde_json::json!(["timezone"]));
        assert_eq!(at("/spec/properties/targetRef/required"), &serde_json::json!(["name"]));
        assert_eq!(at("/status/properties/conditions/x-kubernetes-list-type"), "map");
        assert_eq!(at("/status/properties/conditions/x-kubernetes-list-map-keys"), &serde_json::json!(["type"]));
        for rules in ["windows", "exceptions"] {
            let path = format!("/spec/properties/{rules}/items/x-kubernetes-validations");
            assert_eq!(at(&path).as_array().map(Vec::len), Some(3), "{rules}");
        }
    }
}
