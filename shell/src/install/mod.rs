//! What is installed in a cluster for the controller to run there.

mod admission;
mod image;
mod platform;
mod rbac;
mod workload;

use std::fmt;

use serde_json::{Map, Value, json};

use crate::api::selection::{CLUSTER_KIND, OWN_DEPLOYMENT};
use crate::api::{self, names::is_label};
use crate::target::Resource;

pub use image::{Image, ImageError};
pub use platform::{Platform, PlatformError};

/// The name of everything that is installed, and of the account that the controller runs under.
const NAME: &str = OWN_DEPLOYMENT;
/// Where the controller runs unless somebody says otherwise.
pub const DEFAULT_NAMESPACE: &str = "kyklos-system";
/// The namespaces that every cluster has, and that are nobody's to label.
const BUILT_IN: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/// How to install.
#[derive(Debug, Clone)]
pub struct Install {
    /// Where the controller runs.
    pub namespace: NamespaceName,
    /// The one namespace that it looks at; all of them when absent.
    pub watched: Option<NamespaceName>,
    /// The kinds that it may scale.
    pub targets: Vec<Resource>,
    /// What it runs.
    pub image: Image,
    /// What that image has: on a node of another platform it couldn't be pulled.
    pub platforms: Vec<Platform>,
    /// Whether the CRDs come along.
    pub crd: bool,
    /// Whether the API server is to see to it that who writes schedules may scale their targets.
    pub authorize: bool,
    /// Whether it is to see to it that overrides say who has asked for them.
    pub verify_requesters: bool,
    /// Whether it looks at the cluster's own namespaces, `kube-system` and the others that begin like it, too.
    pub kube_namespaces: bool,
}

/// What `kyklos manifests` takes beside the kinds for a controller that runs in a namespace and looks at one or all, each with a space in
/// front.
pub fn options(namespace: &str, watched: Option<&str>, kube_namespaces: bool) -> String {
    let own = Some(namespace).filter(|own| *own != DEFAULT_NAMESPACE).map(|own| format!(" --namespace {own}"));
    let watched = watched.map(|watched| format!(" --watch-namespace {watched}"));
    let kube_namespaces = kube_namespaces.then(|| " --include-kube-namespaces".to_owned());
    [own, watched, kube_namespaces].into_iter().flatten().collect()
}

/// The name of a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceName(String);

/// A text that no namespace can be called.
#[derive(Debug, thiserror::Error)]
#[error("write the name of a namespace: 1 to 63 lower-case letters, digits and hyphens, with no hyphen at its ends")]
pub struct NamespaceNameError;

impl std::str::FromStr for NamespaceName {
    type Err = NamespaceNameError;

    fn from_str(text: &str) -> Result<Self, NamespaceNameError> {
        if is_label(text) { Ok(Self(text.to_owned())) } else { Err(NamespaceNameError) }
    }
}

impl fmt::Display for NamespaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Install {
    /// The objects, in the order in which they are applied.
    ///
    /// # Errors
    ///
    /// When a CRD can't be written as JSON, which is a mistake in its types.
    pub fn objects(&self) -> serde_json::Result<Vec<Value>> {
        let mut objects = Vec::new();
        if self.crd {
            // What nobody would act upon isn't offered.
            let kind = |crd: &Value| crd.pointer("/spec/names/kind").and_then(Value::as_str).map(str::to_owned);
            let is_followed = |crd: &Value| self.watched.is_none() || kind(crd).as_deref() != Some(CLUSTER_KIND);
            objects.extend(api::crds()?.into_iter().filter(is_followed));
        }
        objects.extend(self.own_namespace());
        objects.push(self.account());
        objects.extend(rbac::objects(self));
        objects.push(rbac::overriding(self));
        if self.authorize {
            objects.extend(admission::authorize(self));
        }
        if self.verify_requesters {
            objects.extend(admission::verify_requesters(self));
        }
        objects.push(workload::budget(self));
        objects.push(workload::deployment(self));
        Ok(objects)
    }

    /// The namespace, unless it is there already and others work in it, whom its label would hinder.
    fn own_namespace(&self) -> Option<Value> {
        let shared = self.watched.as_ref() == Some(&self.namespace) || BUILT_IN.contains(&self.namespace.0.as_str());
        let mut labels = labels();
        labels.insert("pod-security.kubernetes.io/enforce".to_owned(), json!("restricted"));
        (!shared).then(|| {
            json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": { "name": self.namespace.0, "labels": labels },
            })
        })
    }

    fn account(&self) -> Value {
        json!({
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": { "name": NAME, "namespace": self.namespace.0, "labels": labels() },
            // The Deployment asks for the token; whatever else uses the account by mistake gets none.
            "automountServiceAccountToken": false,
        })
    }
}

/// The labels of everything.
fn labels() -> Map<String, Value> {
    Map::from_iter([("app.kubernetes.io/name".to_owned(), json!(NAME))])
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    fn install(namespace: &str, watched: Option<&str>) -> Install {
        Install {
            namespace: namespace.parse().unwrap(),
            watched: watched.map(|name| name.parse().unwrap()),
            targets: vec!["deployments".parse().unwrap()],
            image: Image::pinned(&format!("ghcr.io/kyklos/kyklos:v0.1.0@{DIGEST}")).unwrap(),
            platforms: Platform::OF_A_RELEASE.to_vec(),
            crd: true,
            authorize: false,
            verify_requesters: false,
            kube_namespaces: false,
        }
    }

    fn kinds(install: &Install) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let objects = install.objects().unwrap();
        objects.iter().map(|object| (text(&object["kind"]), text(&object["metadata"]["namespace"]))).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(kind, namespace)| ((*kind).to_owned(), (*namespace).to_owned())).collect()
    }

    #[test]
    fn for_the_whole_cluster_or_for_one_namespace() {
        let everywhere = [
            ("CustomResourceDefinition", "-"),
            ("CustomResourceDefinition", "-"),
            ("CustomResourceDefinition", "-"),
            ("CustomResourceDefinition", "-"),
            ("Namespace", "-"),
            ("ServiceAccount", "kyklos-system"),
            ("ClusterRole", "-"),
            ("ClusterRoleBinding", "-"),
            ("Role", "kyklos-system"),
            ("RoleBinding", "kyklos-system"),
            ("ClusterRole", "-"),
            ("PodDisruptionBudget", "kyklos-system"),
            ("Deployment", "kyklos-system"),
        ];
        assert_eq!(kinds(&install("kyklos-system", None)), pairs(&everywhere));
        let one = [
            ("CustomResourceDefinition", "-"),
            ("CustomResourceDefinition", "-"),
            ("CustomResourceDefinition", "-"),
            ("Namespace", "-"),
            ("ServiceAccount", "kyklos-system"),
            ("Role", "shop"),
            ("RoleBinding", "shop"),
            ("Role", "shop"),
            ("PodDisruptionBudget", "kyklos-system"),
            ("Deployment", "kyklos-system"),
        ];
        assert_eq!(kinds(&install("kyklos-system", Some("shop"))), pairs(&one));
        // All of it in a namespace that is somebody's own: nothing of the cluster but the CRD, which can be left out.
        let own = Install { crd: false, ..install("shop", Some("shop")) };
        let inside = ["ServiceAccount", "Role", "RoleBinding", "Role", "PodDisruptionBudget", "Deployment"];
        assert_eq!(kinds(&own), pairs(&inside.map(|kind| (kind, "shop"))));
        assert!(!kinds(&install("default", None)).iter().any(|(kind, _)| kind == "Namespace"));
    }

    #[test]
    fn a_policy_is_bound_to_the_namespaces_that_are_looked_at() {
        for (watched, name, resources) in [
            (None, "kyklos-authorize", None),
            (
                Some("shop"),
                "kyklos-authorize.shop",
                Some(json!({ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "shop" } } })),
            ),
        ] {
            let install = Install { authorize: true, ..install("kyklos-system", watched) };
            let objects = install.objects().unwrap();
            let admission = |object: &&Value| object["apiVersion"] == "admissionregistration.k8s.io/v1";
            let [policy, binding, others @ ..] = &objects.iter().filter(admission).collect::<Vec<_>>()[..] else {
                panic!("{objects:#?}");
            };
            let others: Vec<_> = others.iter().map(|object| object["metadata"]["name"].as_str().unwrap()).collect();
            let of_cluster: &[&str] = if watched.is_none() { &["kyklos-authorize-cluster"; 2] } else { &[] };
            assert_eq!(others, of_cluster, "one namespace has no schedules of the cluster");
            assert_eq!((&policy["metadata"]["name"], &binding["spec"]["policyName"]), (&json!(name), &json!(name)));
            assert_eq!(binding["spec"].get("matchResources"), resources.as_ref());
            assert_eq!(policy["spec"]["failurePolicy"], "Fail");
        }
    }

    /// What may be done with leases: in which namespace, by which name, which verbs.
    fn leases(install: &Install) -> Vec<String> {
        let objects = install.objects().unwrap();
        let rules = objects.iter().filter_map(|object| Some((object, object["rules"].as_array()?)));
        let of = |object: &Value, rule: &Value| {
            let words = |list: &Value| -> Vec<String> {
                list.as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
            };
            let place = object["metadata"]["namespace"].as_str().unwrap_or("everywhere");
            format!("{place}: {} {}", words(&rule["resourceNames"]).join(","), words(&rule["verbs"]).join(","))
        };
        rules
            .flat_map(|(object, rules)| {
                rules
                    .iter()
                    .filter(|rule| rule["resources"][0] == "leases")
                    .map(|rule| of(object, rule))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn it_may_lead_where_it_acts_and_see_who_else_does() {
        assert_eq!(
            leases(&install("kyklos-system", None)),
            [
                "everywhere: kyklos,kyklos-cluster get,list,watch",
                "kyklos-system:  create",
                "kyklos-system: kyklos-cluster get,update",
            ]
        );
        let one = ["shop:  create", "shop: kyklos get,list,update,watch"];
        assert_eq!(leases(&install("kyklos-system", Some("shop"))), one);
    }

    #[test]
    fn who_looks_at_one_namespace_has_no_part_in_what_is_the_clusters() {
        let resources = |install: &Install| {
            let objects = install.objects().unwrap();
            let rules = objects.iter().filter_map(|object| object["rules"].as_array().cloned()).flatten();
            let named =
                rules.filter_map(|rule| Some((rule["resources"][0].as_str()?.to_owned(), rule["verbs"].clone())));
            let of = |(resource, _): &(String, Value)| resource.starts_with("clustertime") || resource == "namespaces";
            named.filter(of).map(|(resource, verbs)| format!("{resource} {verbs}")).collect::<Vec<_>>()
        };
        assert_eq!(resources(&install("kyklos-system", Some("shop"))), [r#"namespaces ["get"]"#]);
        assert_eq!(
            resources(&install("kyklos-system", None)),
            [
                r#"namespaces ["get"]"#,
                r#"clustertimewindowscalers ["get","list","watch"]"#,
                r#"clustertimewindowscalers/status ["patch"]"#,
                r#"namespaces ["list","watch"]"#,
            ]
        );
    }

    #[test]
    fn one_of_two_pods_is_always_there() {
        let objects = install("kyklos-system", None).objects().unwrap();
        let [.., budget, deployment] = objects.as_slice() else { panic!("{objects:?}") };
        assert_eq!(deployment["spec"]["replicas"], 2);
        let rolling = json!({ "type": "RollingUpdate", "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 0 } });
        assert_eq!(deployment["spec"]["strategy"], rolling);
        assert_eq!(budget["spec"]["maxUnavailable"], 1);
        let selector = &deployment["spec"]["selector"];
        assert_eq!(&budget["spec"]["selector"], selector);
        let spreads = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"].as_array().unwrap();
        let keys: Vec<_> = spreads.iter().map(|spread| spread["topologyKey"].as_str().unwrap()).collect();
        assert_eq!(keys, ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]);
        for spread in spreads {
            assert_eq!((&spread["labelSelector"], &spread["maxSkew"]), (selector, &json!(1)));
        }
    }

    #[test]
    fn it_runs_on_nodes_of_the_images_platforms_alone() {
        let architectures = |platforms: &[&str]| {
            let platforms = platforms.iter().map(|text| text.parse().unwrap()).collect();
            let install = Install { platforms, ..install("kyklos-system", None) };
            let pod = install.objects().unwrap().pop().unwrap()["spec"]["template"]["spec"].clone();
            let affinity = &pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
            let expressions = &affinity["nodeSelectorTerms"][0]["matchExpressions"];
            assert_eq!(expressions[0]["values"], json!(["linux"]));
            expressions[1].clone()
        };
        let of = |values: Value| json!({ "key": "kubernetes.io/arch", "operator": "In", "values": values });
        assert_eq!(architectures(&["linux/amd64", "linux/arm64"]), of(json!(["amd64", "arm64"])));
        assert_eq!(architectures(&["linux/amd64", "linux/arm/v7"]), of(json!(["amd64", "arm"])));
    }

    #[test]
    fn the_clusters_own_namespaces_are_looked_at_only_when_asked_for() {
        let arguments = |kube_namespaces| {
            let install = Install { kube_namespaces, ..install("kyklos-system", None) };
            install.objects().unwrap().pop().unwrap()["spec"]["template"]["spec"]["containers"][0]["args"].clone()
        };
        assert_eq!(arguments(false), json!(["controller"]));
        assert_eq!(arguments(true), json!(["controller", "--include-kube-namespaces"]));
    }

    #[test]
    fn a_namespace_has_the_name_of_one() {
        for name in ["a", "kyklos-system", "1", &"n".repeat(63)] {
            assert_eq!(name.parse::<NamespaceName>().unwrap().to_string(), name);
        }
        for name in ["", "-a", "a-", "Shop", "a.b", "a b", &"n".repeat(64)] {
            assert!(name.parse::<NamespaceName>().is_err(), "{name}");
        }
    }
}
