//! What the tests share.

use k8s_openapi::api::apps::v1::Deployment;
use kube::Error;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams};
use kube::core::subresource::Scale;
use kyklos_testserver::{Kind, TestServer};
use serde_json::{Value, json};

pub(crate) fn server() -> TestServer {
    TestServer::new("2026-03-02T08:59:00Z".parse().unwrap())
}

/// A server with the Deployment `shop/web` of that many replicas, made by kubectl.
pub(crate) fn with_web(replicas: i64) -> TestServer {
    let server = server();
    web(&server, "web", replicas);
    server
}

pub(crate) fn web(server: &TestServer, name: &str, replicas: i64) -> Value {
    let object = json!({ "metadata": { "namespace": "shop", "name": name }, "spec": { "replicas": replicas } });
    server.create(Kind::Deployment, "kubectl", &object).unwrap()
}

pub(crate) fn scaler(server: &TestServer, name: &str) -> Value {
    let object = json!({
        "metadata": { "namespace": "shop", "name": name },
        "spec": { "targetRef": { "name": "web" }, "timezone": "Europe/Zurich", "defaultReplicas": 2 },
    });
    server.create(Kind::TimeWindowScaler, "kubectl", &object).unwrap()
}

pub(crate) fn deployments(server: &TestServer) -> Api<Deployment> {
    Api::namespaced(server.client("test/1"), "shop")
}

pub(crate) fn scaler_resource() -> ApiResource {
    ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("kyklos.io", "v1alpha1", "TimeWindowScaler"),
        "timewindowscalers",
    )
}

pub(crate) fn scalers(server: &TestServer) -> Api<DynamicObject> {
    Api::namespaced_with(server.client("test/1"), "shop", &scaler_resource())
}

/// The apply that the controller sends.
pub(crate) async fn apply_scale(
    api: &Api<Deployment>,
    name: &str,
    uid: Option<&str>,
    version: Option<&str>,
    replicas: i64,
) -> Result<Scale, Error> {
    let mut metadata = json!({ "name": name });
    if let Some(uid) = uid {
        metadata["uid"] = uid.into();
    }
    if let Some(version) = version {
        metadata["resourceVersion"] = version.into();
    }
    let patch = json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": { "replicas": replicas },
    });
    api.patch_scale(name, &PatchParams::apply("kyklos").force(), &Patch::Apply(&patch)).await
}

/// Code and reason of a refusal.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> (u16, String) {
    match result {
        Err(Error::Api(status)) => (status.code, status.reason.clone()),
        other => panic!("no refusal: {other:?}"),
    }
}

pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
