//! What a test acts on: a namespace of its own, and the objects in it.

use std::path::Path;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, ApiResource, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use kyklos_devcluster::DevCluster;
use serde_json::{Value, json};

use crate::account::{Account, Scope};
use crate::audit::Log;
use crate::clusters::{cluster, kubectl};

/// A namespace of a test's own, and a service account for its controllers.
pub(crate) struct Stage {
    cluster: Option<&'static DevCluster>,
    pub(crate) namespace: String,
    pub(crate) account: Account,
    pub(crate) audit: Arc<Log>,
    pub(crate) client: Client,
    pub(crate) folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) async fn new(name: &str) -> Self {
        Self::on(cluster(), name).await
    }

    pub(crate) async fn on(cluster: &'static DevCluster, name: &str) -> Self {
        let stage = Self::at(cluster.kubeconfig(), &cluster.audit_log(), name).await;
        Self { cluster: Some(cluster), ..stage }
    }

    /// A stage for a controller of the whole cluster, which nobody else may use.
    pub(crate) async fn whole(cluster: &'static DevCluster, name: &str) -> Self {
        let stage = Self::furnish(cluster.kubeconfig(), &cluster.audit_log(), name, Scope::Cluster).await;
        Self { cluster: Some(cluster), ..stage }
    }

    /// A stage by the administrator's kubeconfig.
    pub(crate) async fn at(admin: &Path, audit_log: &Path, name: &str) -> Self {
        Self::furnish(admin, audit_log, name, Scope::Namespace).await
    }

    async fn furnish(admin: &Path, audit_log: &Path, name: &str, scope: Scope) -> Self {
        let admin = Kubeconfig::read_from(admin).unwrap();
        let config = Config::from_custom_kubeconfig(admin.clone(), &KubeConfigOptions::default()).await.unwrap();
        let client = Client::try_from(config).unwrap();
        let namespace =
            Namespace { metadata: serde_json::from_value(json!({ "name": name })).unwrap(), ..Namespace::default() };
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &namespace).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let account = Account::make(&client, &admin, name, scope, folder.path()).await;
        Self { cluster: None, namespace: name.to_owned(), account, audit: Log::of(audit_log), client, folder }
    }

    pub(crate) fn cluster(&self) -> &'static DevCluster {
        self.cluster.unwrap()
    }

    pub(crate) fn deployments(&self) -> Api<Deployment> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    pub(crate) fn scalers(&self) -> Api<DynamicObject> {
        let resource = ApiResource::erase::<kyklos::api::TimeWindowScaler>(&());
        Api::namespaced_with(self.client.clone(), &self.namespace, &resource)
    }

    /// Makes a Deployment.
    pub(crate) async fn deploy(&self, name: &str, replicas: i32) {
        let deployment = json!({
            "metadata": { "name": name },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": { "app": name } },
                "template": {
                    "metadata": { "labels": { "app": name } },
                    "spec": { "containers": [{ "name": "main", "image": "kyklos.example/none" }] },
                },
            },
        });
        let deployment = serde_json::from_value(deployment).unwrap();
        self.deployments().create(&PostParams::default(), &deployment).await.unwrap();
    }

    /// The replicas that a Deployment's spec has.
    pub(crate) async fn replicas(&self, name: &str) -> Option<i32> {
        let deployment = self.deployments().get_opt(name).await.unwrap()?;
        deployment.spec.and_then(|spec| spec.replicas)
    }

    /// Scales by hand, as a person would.
    pub(crate) fn scale_by_hand(&self, name: &str, replicas: i32) {
        let (deployment, count) = (format!("deployment/{name}"), format!("--replicas={replicas}"));
        kubectl(self.cluster(), &["-n", &self.namespace, "scale", &deployment, &count]);
    }

    /// Gives somebody rights in the stage's namespace: verbs on a resource of a group each.
    pub(crate) fn grant(&self, user: &str, rights: &[(&str, &str, &[&str])]) {
        let rules: Vec<_> = rights
            .iter()
            .map(|(group, resource, verbs)| json!({ "apiGroups": [group], "resources": [resource], "verbs": verbs }))
            .collect();
        let role = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": { "name": user }, "rules": rules,
        });
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": { "name": user },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": user },
            "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }],
        });
        for object in [role, binding] {
            let (done, said) = self.applies(&object, &[]);
            assert!(done, "{said}");
        }
    }

    /// Runs kubectl as somebody in the stage's namespace, with an object as its input. Whether it went well, and what it says.
    pub(crate) fn kubectl_as(&self, user: &str, arguments: &[&str], input: &Value) -> (bool, String) {
        let file = self.folder.path().join(format!("{user}.json"));
        std::fs::write(&file, input.to_string()).unwrap();
        let mut command = self.cluster().kubectl();
        command.args(["-n", &self.namespace, "--as", user]).args(arguments).arg("-f").arg(&file);
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.success(), said)
    }

    /// Makes a TimeWindowScaler or says why the API server refuses it.
    pub(crate) async fn try_scaler(&self, name: &str, spec: Value) -> Result<DynamicObject, String> {
        let object = json!({
            "apiVersion": "kyklos.io/v1alpha1",
            "kind": "TimeWindowScaler",
            "metadata": { "name": name },
            "spec": spec,
        });
        let object: DynamicObject = serde_json::from_value(object).unwrap();
        self.scalers().create(&PostParams::default(), &object).await.map_err(|error| error.to_string())
    }

    /// Makes a TimeWindowScaler.
    pub(crate) async fn scaler(&self, name: &str, spec: Value) {
        self.try_scaler(name, spec).await.unwrap();
    }

    /// Changes a TimeWindowScaler's spec by a merge patch.
    pub(crate) async fn edit(&self, name: &str, spec: Value) {
        let patch = Patch::Merge(json!({ "spec": spec }));
        self.scalers().patch(name, &PatchParams::default(), &patch).await.unwrap();
    }

    /// The status of a TimeWindowScaler, `null` before there is one.
    pub(crate) async fn status(&self, name: &str) -> Value {
        self.scalers().get(name).await.unwrap().data.get("status").cloned().unwrap_or_default()
    }

    /// Makes or replaces a ConfigMap of holidays.
    pub(crate) async fn holidays(&self, name: &str, days: &[(&str, &str)]) {
        let data: serde_json::Map<_, _> = days.iter().map(|(day, text)| ((*day).to_owned(), json!(text))).collect();
        let api: Api<ConfigMap> = Api::namespaced(self.client.clone(), &self.namespace);
        let config_map: ConfigMap =
            serde_json::from_value(json!({ "metadata": { "name": name }, "data": data })).unwrap();
        if api.get_opt(name).await.unwrap().is_some() {
            api.replace(name, &PostParams::default(), &config_map).await.unwrap();
        } else {
            api.create(&PostParams::default(), &config_map).await.unwrap();
        }
    }

    pub(crate) async fn delete_holidays(&self, name: &str) {
        Api::<ConfigMap>::namespaced(self.client.clone(), &self.namespace)
            .delete(name, &Default::default())
            .await
            .unwrap();
    }

    /// The reasons of the events about an object, sorted.
    pub(crate) async fn events(&self, name: &str) -> Vec<String> {
        let mut reasons: Vec<_> = self.events_about(name).await.into_iter().filter_map(|event| event.reason).collect();
        reasons.sort();
        reasons
    }

    /// The events about an object.
    pub(crate) async fn events_about(&self, name: &str) -> Vec<Event> {
        let api: Api<Event> = Api::namespaced(self.client.clone(), &self.namespace);
        let mut events = api.list(&ListParams::default()).await.unwrap().items;
        let about = |event: &Event| {
            event.regarding.as_ref().is_some_and(|regarding| {
                regarding.kind.as_deref() == Some("TimeWindowScaler") && regarding.name.as_deref() == Some(name)
            })
        };
        events.retain(about);
        events
    }
}
