//! A request, taken apart.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::request::Parts;
use serde_json::Value;

use crate::kind::Kind;

/// What a request wants, in the words of RBAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// GET of one object, or of a path that is no resource.
    Get,
    /// GET of many.
    List,
    /// GET of many, with `watch`.
    Watch,
    /// POST.
    Create,
    /// PUT.
    Update,
    /// PATCH.
    Patch,
    /// DELETE of one object.
    Delete,
    /// Something else.
    Other,
}

/// The part of an object that a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subresource {
    /// `/scale`.
    Scale,
    /// `/status`.
    Status,
    /// Any other: none is served.
    Other,
}

/// A request without its body.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it wants.
    pub verb: Verb,
    /// The path as it was sent.
    pub path: String,
    /// The query, decoded.
    pub query: BTreeMap<String, String>,
    /// The kind of object, where the path names one that the server knows.
    pub kind: Option<Kind>,
    /// The part of the object.
    pub subresource: Option<Subresource>,
    /// Empty where the request is about all namespaces, or about none.
    pub namespace: String,
    /// Empty where the request is about many objects. Of a list or watch of one by field selector it is that one's.
    pub name: String,
    /// The header `User-Agent`.
    pub agent: String,
    /// The header `Content-Type`.
    pub content_type: String,
}

impl Call {
    pub(crate) fn read(parts: &Parts) -> Self {
        let path = parts.uri.path().to_owned();
        let query: BTreeMap<String, String> =
            form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let header = |name: http::HeaderName| {
            parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let place = Place::read(&path);
        let many = place.name.is_empty();
        let verb = match parts.method {
            http::Method::GET if place.kind.is_none() || !many => Verb::Get,
            http::Method::GET if query.get("watch").is_some_and(|watch| watch == "true" || watch == "1") => Verb::Watch,
            http::Method::GET => Verb::List,
            http::Method::POST => Verb::Create,
            http::Method::PUT => Verb::Update,
            http::Method::PATCH => Verb::Patch,
            http::Method::DELETE if !many => Verb::Delete,
            _ => Verb::Other,
        };
        let name = match (query.get("fieldSelector"), many) {
            (Some(fields), true) => fields.strip_prefix("metadata.name=").unwrap_or_default(),
            _ => place.name,
        };
        Self {
            verb,
            kind: place.kind,
            subresource: place.subresource,
            namespace: place.namespace.to_owned(),
            name: name.to_owned(),
            query,
            agent: header(http::header::USER_AGENT),
            content_type: header(http::header::CONTENT_TYPE),
            path,
        }
    }

    pub(crate) fn ask(&self, key: &str) -> Option<&str> {
        self.query.get(key).map(String::as_str)
    }

    pub(crate) fn asks(&self, key: &str) -> bool {
        self.ask(key).is_some_and(|value| value == "true" || value == "1")
    }

    /// The field manager: as asked for, else the program's name as the API server makes it from the User-Agent.
    pub(crate) fn manager(&self) -> String {
        match self.ask("fieldManager") {
            Some(manager) if !manager.is_empty() => manager.to_owned(),
            _ => self.agent.split('/').next().filter(|agent| !agent.is_empty()).unwrap_or("unknown").to_owned(),
        }
    }
}

/// The body, parsed where it is JSON.
pub(crate) fn json(body: &Bytes) -> Option<Value> {
    if body.is_empty() { None } else { serde_json::from_slice(body).ok() }
}

#[derive(Default)]
struct Place<'a> {
    kind: Option<Kind>,
    namespace: &'a str,
    name: &'a str,
    subresource: Option<Subresource>,
}

impl<'a> Place<'a> {
    fn read(path: &'a str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let group = match parts.next() {
            Some("api") => "",
            Some("apis") => parts.next().unwrap_or_default(),
            _ => return Self::default(),
        };
        let version = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        let found = |plural| Kind::find(group, version, plural);
        let sub = |word: &str| match word {
            "scale" => Subresource::Scale,
            "status" => Subresource::Status,
            _ => Subresource::Other,
        };
        match *rest.as_slice() {
            // A namespace's own parts look like kinds in it.
            ["namespaces", name, part @ ("status" | "finalize")] => {
                Self { kind: found("namespaces"), name, subresource: Some(sub(part)), namespace: "" }
            }
            ["namespaces", namespace, plural] => Self { kind: found(plural), namespace, ..Self::default() },
            ["namespaces", namespace, plural, name] => Self { kind: found(plural), namespace, name, subresource: None },
            ["namespaces", namespace, plural, name, part] => {
                Self { kind: found(plural), namespace, name, subresource: Some(sub(part)) }
            }
            [plural] => Self { kind: found(plural), ..Self::default() },
            [plural, name] => Self { kind: found(plural), name, ..Self::default() },
            [plural, name, part] => Self { kind: found(plural), name, subresource: Some(sub(part)), namespace: "" },
            _ => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, uri: &str) -> Call {
        let (parts, ()) = http::Request::builder().method(method).uri(uri).body(()).unwrap().into_parts();
        Call::read(&parts)
    }

    #[test]
    fn paths_are_taken_apart_as_the_api_server_does() {
        let scale = call("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=kyklos&force=true");
        assert_eq!((scale.verb, scale.kind), (Verb::Patch, Some(Kind::Deployment)));
        assert_eq!((scale.namespace.as_str(), scale.name.as_str()), ("shop", "web"));
        assert_eq!(scale.subresource, Some(Subresource::Scale));
        assert_eq!(scale.manager(), "kyklos");

        let watch =
            call("GET", "/apis/kyklos.io/v1alpha1/timewindowscalers?&watch=true&fieldSelector=metadata.name%3Dx");
        assert_eq!((watch.verb, watch.kind), (Verb::Watch, Some(Kind::TimeWindowScaler)));
        assert_eq!(watch.ask("fieldSelector"), Some("metadata.name=x"));

        let namespace = call("DELETE", "/api/v1/namespaces/shop");
        assert_eq!((namespace.verb, namespace.kind), (Verb::Delete, Some(Kind::Namespace)));
        assert_eq!((namespace.namespace.as_str(), namespace.name.as_str()), ("", "shop"));

        let pool = call("PATCH", "/apis/karpenter.sh/v1/nodepools/batch/scale");
        assert_eq!((pool.kind, pool.subresource), (Some(Kind::NodePool), Some(Subresource::Scale)));
        assert_eq!((pool.namespace.as_str(), pool.name.as_str()), ("", "batch"));

        let version = call("GET", "/version");
        assert_eq!((version.verb, version.kind), (Verb::Get, None));
        assert_eq!(call("GET", "/apis/other.io/v1/things").kind, None);
    }
}
