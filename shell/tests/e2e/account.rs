//! The service account of a stage's controllers, with exactly the rights that `kyklos manifests` prints.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use k8s_openapi::api::authentication::v1::{BoundObjectReference, TokenRequest, TokenRequestSpec};
use k8s_openapi::api::authorization::v1::SubjectAccessReview;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding};
use kube::Client;
use kube::api::{Api, PostParams};
use kube::config::Kubeconfig;
use serde_json::{Value, json};

use crate::waits::PATIENCE;

/// An image as the manifests want it; nothing here pulls it.
pub(crate) const IMAGE: &str =
    "ghcr.io/kyklos/kyklos:v0.1.0@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A verb on a resource such as `deployments/scale` of a group such as `apps`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Right {
    pub(crate) group: String,
    pub(crate) resource: String,
    pub(crate) verb: String,
    /// The one object that it is for, where it isn't for all.
    pub(crate) name: Option<String>,
}

impl Right {
    /// As the API server says it when it refuses.
    pub(crate) fn refusal(&self) -> String {
        format!("cannot {} resource \"{}\" in API group \"{}\"", self.verb, self.resource, self.group)
    }
}

/// What `kyklos manifests` prints for these arguments.
pub(crate) fn manifests(arguments: &[&str]) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_kyklos"))
        .args(["manifests", "--image", IMAGE, "-o", "json"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let Value::Array(items) = list["items"].take() else { panic!("{list}") };
    items
}

/// Where a controller acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In its own namespace alone.
    Namespace,
    /// In the whole cluster.
    Cluster,
}

/// The account in a namespace.
pub(crate) struct Account {
    pub(crate) scope: Scope,
    client: Client,
    namespace: String,
    /// As the API server knows it.
    pub(crate) user: String,
    /// How a controller gets in.
    pub(crate) kubeconfig: PathBuf,
}

impl Account {
    /// Makes what the manifests have, but the Deployment, for which there is no node. The kubeconfig goes into the folder.
    pub(crate) async fn make(
        client: &Client,
        admin: &Kubeconfig,
        namespace: &str,
        scope: Scope,
        folder: &Path,
    ) -> Self {
        let params = PostParams::default();
        let client = client.clone();
        // What is for another kind asks for more.
        let mut arguments = vec!["--namespace", namespace, "--without-crd", "--targets", "deployments"];
        if scope == Scope::Namespace {
            arguments.extend(["--watch-namespace", namespace]);
        }
        for object in manifests(&arguments) {
            match object["kind"].as_str().unwrap() {
                "ServiceAccount" => {
                    let account: ServiceAccount = serde_json::from_value(object).unwrap();
                    Api::namespaced(client.clone(), namespace).create(&params, &account).await.unwrap();
                }
                "Role" => {
                    let role: Role = serde_json::from_value(object).unwrap();
                    Api::namespaced(client.clone(), namespace).create(&params, &role).await.unwrap();
                }
                "RoleBinding" => {
                    let binding: RoleBinding = serde_json::from_value(object).unwrap();
                    Api::namespaced(client.clone(), namespace).create(&params, &binding).await.unwrap();
                }
                "ClusterRole" if scope == Scope::Cluster => {
                    let role: ClusterRole = serde_json::from_value(object).unwrap();
                    Api::all(client.clone()).create(&params, &role).await.unwrap();
                }
                "ClusterRoleBinding" if scope == Scope::Cluster => {
                    let binding: ClusterRoleBinding = serde_json::from_value(object).unwrap();
                    Api::all(client.clone()).create(&params, &binding).await.unwrap();
                }
                "Namespace" if scope == Scope::Cluster => {}
                kind => assert!(
                    matches!(kind, "Deployment" | "PodDisruptionBudget"),
                    "{kind}: nothing of the cluster is needed"
                ),
            }
        }
        let token = token(&client, namespace, None).await;
        let kubeconfig = folder.join("kubeconfig.json");
        std::fs::write(&kubeconfig, with_token(admin, &token, namespace)).unwrap();
        let user = format!("system:serviceaccount:{namespace}:kyklos");
        let account = Self { scope, client, namespace: namespace.to_owned(), user, kubeconfig };
        for right in account.rights().await {
            account.until(&right, true).await;
        }
        account
    }

    fn roles(&self) -> Api<Role> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// What the role allows, and that of the cluster where there is one, sorted.
    pub(crate) async fn rights(&self) -> Vec<Right> {
        let mut rules = self.roles().get("kyklos").await.unwrap().rules.unwrap();
        if self.scope == Scope::Cluster {
            let role = Api::<ClusterRole>::all(self.client.clone()).get("kyklos").await.unwrap();
            rules.extend(role.rules.unwrap());
        }
        let mut rights = Vec::new();
        for PolicyRule { api_groups, resources, resource_names, verbs, .. } in rules {
            let names = resource_names.map_or(vec![None], |names| names.into_iter().map(Some).collect());
            for group in api_groups.iter().flatten() {
                for resource in resources.iter().flatten() {
                    for name in &names {
                        let (group, resource, name) = (group.clone(), resource.clone(), name.clone());
                        let right = |verb: &String| Right {
                            group: group.clone(),
                            resource: resource.clone(),
                            verb: verb.clone(),
                            name: name.clone(),
                        };
                        rights.extend(verbs.iter().map(right));
                    }
                }
            }
        }
        rights.sort();
        rights
    }

    /// Gives the role these rights and no others, and waits until that counts.
    pub(crate) async fn allow(&self, rights: &[Right]) {
        let before = self.rights().await;
        let rule = |right: &Right| PolicyRule {
            api_groups: Some(vec![right.group.clone()]),
            resources: Some(vec![right.resource.clone()]),
            resource_names: right.name.clone().map(|name| vec![name]),
            verbs: vec![right.verb.clone()],
            ..PolicyRule::default()
        };
        let mut role = self.roles().get("kyklos").await.unwrap();
        role.rules = Some(rights.iter().map(rule).collect());
        self.roles().replace("kyklos", &PostParams::default(), &role).await.unwrap();
        for right in before.iter().chain(rights) {
            self.until(right, rights.contains(right)).await;
        }
    }

    /// Waits until the API server allows something, or doesn't.
    async fn until(&self, right: &Right, allowed: bool) {
        let reviews: Api<SubjectAccessReview> = Api::all(self.client.clone());
        let (resource, subresource) = right.resource.split_once('/').unwrap_or((&right.resource, ""));
        let review: SubjectAccessReview = serde_json::from_value(json!({ "metadata": {}, "spec": {
            "user": self.user,
            "resourceAttributes": {
                "namespace": self.namespace, "verb": right.verb,
                "group": right.group, "resource": resource, "subresource": subresource, "name": right.name,
            },
        } }))
        .unwrap();
        let begin = Instant::now();
        while reviews.create(&PostParams::default(), &review).await.unwrap().status.unwrap().allowed != allowed {
            assert!(begin.elapsed() < PATIENCE, "{right:?} is still {}", !allowed);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A token of the account in a namespace, for an hour, or until the object that it is bound to is gone.
pub(crate) async fn token(client: &Client, namespace: &str, bound_object_ref: Option<BoundObjectReference>) -> String {
    let spec = TokenRequestSpec { expiration_seconds: Some(3_600), bound_object_ref, ..TokenRequestSpec::default() };
    let request = TokenRequest { spec: Some(spec), ..TokenRequest::default() };
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), namespace);
    let made = accounts.create_token_request("kyklos", &PostParams::default(), &request).await.unwrap();
    made.status.unwrap().token.unwrap()
}

/// A kubeconfig for the administrator's cluster, and for whoever has this token, in a namespace as a Pod is.
pub(crate) fn with_token(admin: &Kubeconfig, token: &str, namespace: &str) -> String {
    let cluster = admin.clusters[0].cluster.as_ref().unwrap();
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{ "name": "c", "cluster": {
            "server": cluster.server, "certificate-authority": cluster.certificate_authority,
        } }],
        "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u", "namespace": namespace } }],
        "users": [{ "name": "u", "user": { "token": token } }],
    })
    .to_string()
}
