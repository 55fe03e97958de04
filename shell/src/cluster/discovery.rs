//! How the API server serves a custom kind, by its own word: which resource that is, and where its objects have their counts.

use std::time::Duration;

use http::Request;
use kube::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::watch::Trouble;
use super::words;
use crate::target::{CountPath, Custom, Served};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(15);
/// How many versions of a group are looked through.
const VERSIONS: usize = 16;

/// The resources of a version of a group.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Resources {
    resources: Vec<Resource>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Resource {
    name: String,
    kind: String,
    namespaced: bool,
}

/// The versions of a group, the preferred ones first.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    version: String,
}

/// What is read of a CRD.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Definition {
    spec: DefinitionSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DefinitionSpec {
    versions: Vec<DefinitionVersion>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DefinitionVersion {
    name: String,
    subresources: Subresources,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Subresources {
    scale: Option<Scale>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Scale {
    spec_replicas_path: String,
}

/// Asks how a kind is served: by the version that was named, else by another one of its group.
///
/// # Errors
///
/// That it isn't, as a refusal with the code 404 and in words; or what the API server says otherwise.
pub async fn find(client: &Client, kind: &Custom) -> Result<Served, Trouble> {
    let mut why = missing(format!("the API server serves no {} of {}", kind.name, kind.group));
    if !kind.version.is_empty() {
        why = match find_in(client, kind, &kind.version).await {
            Err(trouble) if trouble.is_missing() => trouble,
            found => return found,
        };
    }
    let Group { versions } = match get(client, &format!("/apis/{}", kind.group)).await {
        // The group isn't there, either.
        Err(trouble) if trouble.is_missing() => return Err(why),
        found => found?,
    };
    let others = versions.into_iter().take(VERSIONS).map(|version| version.version);
    for version in others.filter(|version| **version != *kind.version) {
        match find_in(client, kind, &version).await {
            Err(trouble) if trouble.is_missing() => why = trouble,
            found => return found,
        }
    }
    Err(why)
}

async fn find_in(client: &Client, kind: &Custom, version: &str) -> Result<Served, Trouble> {
    let (group, name) = (&*kind.group, &*kind.name);
    let Resources { resources } = match get(client, &format!("/apis/{group}/{version}")).await {
        Err(trouble) if trouble.is_missing() => return Err(unserved(kind, version)),
        found => found?,
    };
    let is_it = |resource: &&Resource| resource.kind == name && !resource.name.contains('/');
    let found = resources.iter().find(is_it).ok_or_else(|| unserved(kind, version))?;
    let scale = format!("{}/scale", found.name);
    if !resources.iter().any(|resource| resource.name == scale) {
        return Err(missing(format!(
            "{name} of {group}/{version} has no subresource scale, so nothing tells its count"
        )));
    }
    let crd = format!("{}.{group}", found.name);
    let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{crd}");
    let count = match get::<Definition>(client, &path).await {
        Ok(definition) => path_of(definition, version)
            .ok_or_else(|| missing(format!("the scale of the CRD {crd} has no specReplicasPath below .spec")))?,
        // It is an aggregated API server's, and not by a CRD.
        Err(trouble) if trouble.is_missing() => CountPath::default(),
        Err(trouble) => {
            let what = format!("where its count lies is in its CRD, which can't be read: {}", trouble.what);
            return Err(Trouble { what, ..trouble });
        }
    };
    Ok(Served {
        group: group.to_owned().into(),
        version: version.to_owned().into(),
        name: name.to_owned().into(),
        plural: found.name.clone().into(),
        namespaced: found.namespaced,
        count,
    })
}

fn path_of(definition: Definition, version: &str) -> Option<CountPath> {
    let version = definition.spec.versions.into_iter().find(|known| known.name == version)?;
    CountPath::read(&version.subresources.scale?.spec_replicas_path)
}

fn unserved(kind: &Custom, version: &str) -> Trouble {
    missing(format!("the API server serves no {} of {}/{version}", kind.name, kind.group))
}

fn missing(what: String) -> Trouble {
    Trouble { what, refused: Some(404) }
}

async fn get<T: DeserializeOwned>(client: &Client, path: &str) -> Result<T, Trouble> {
    let no_answer = |what: String| Trouble { what, refused: None };
    let request = Request::get(path).body(Vec::new()).map_err(|error| no_answer(error.to_string()))?;
    match tokio::time::timeout(LIMIT, client.request(request)).await {
        Err(_) => Err(no_answer(format!("the API server gave no answer within {} s", LIMIT.as_secs()))),
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            let refused = if let kube::Error::Api(status) = &error { Some(status.code) } else { None };
            Err(Trouble { what: words::of_request(&error), refused })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_path_is_that_of_the_version() {
        let version =
            |name: &str, path: &str| json!({ "name": name, "subresources": { "scale": { "specReplicasPath": path } } });
        let bare = json!({ "name": "v3", "subresources": {} });
        let crd = json!({ "spec": { "versions": [version("v1", ".spec.size"), version("v2", ".status.size"), bare] } });
        let path = |version| path_of(serde_json::from_value(crd.clone()).unwrap(), version);
        assert_eq!(path("v1"), CountPath::read(".spec.size"));
        assert_eq!([path("v2"), path("v3"), path("v4")], [None, None, None]);
    }
}
