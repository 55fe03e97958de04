//! GitHub's packages API, which lists what a repository of its registry has, tagged or not, and deletes from it.
//!
//! As documented under <https://docs.github.com/en/rest/packages/packages>.

use std::collections::{BTreeMap, BTreeSet};

use ::ureq::http::Method;
use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Api, refused};
use crate::digest::Digest;
use crate::prune::inventory::{Entry, Inventory, References};
use crate::registry::{Registry, Repository};
use crate::source::Source;

/// What a token has to have.
const RIGHTS: &str = "`packages: write`, or with read:packages and delete:packages";

/// The versions of one package.
pub struct Packages {
    api: Api,
    /// `<api>/orgs/<owner>/packages/container/<name>/versions`, or the same of a user.
    organization: String,
    user: String,
    /// Which of the two it is, as soon as that is known; and the versions by their digest.
    versions: Option<Versions>,
}

struct Versions {
    url: String,
    ids: BTreeMap<Digest, u64>,
}

/// A version, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Version {
    id: u64,
    /// The digest.
    name: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    metadata: Option<Metadata>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    container: Option<Container>,
}

#[derive(Debug, Deserialize)]
struct Container {
    #[serde(default)]
    tags: BTreeSet<String>,
}

impl Packages {
    /// Those of this repository.
    pub fn of(repository: &Repository, api: Api) -> Result<Self> {
        if api.token.is_none() {
            bail!("GitHub's packages API wants a token: set GITHUB_TOKEN to one that may delete packages");
        }
        let Some((owner, name)) = repository.name().split_once('/') else {
            bail!("`{repository}` has no owner; `{}/owner/name` would be right", repository.host());
        };
        let of = |kind: &str| api.url(&[kind, owner, "packages", "container", name, "versions"]);
        let (organization, user) = (of("orgs"), of("users"));
        Ok(Self { api, organization, user, versions: None })
    }

    /// Everything that GitHub lists, with what the registry says about who refers to whom.
    pub fn inventory(&mut self, registry: &Registry) -> Result<Inventory> {
        let (url, versions) = match self.list(&self.organization)? {
            Some(versions) => (self.organization.clone(), versions),
            None => match self.list(&self.user)? {
                Some(versions) => (self.user.clone(), versions),
                None => bail!("GitHub knows no package {} that this token may see", registry.repository()),
            },
        };
        let mut inventory = Inventory::default();
        let mut ids = BTreeMap::new();
        for version in versions {
            let digest: Digest = version.name.parse().context("the name of a version of the package")?;
            let entry = entry(registry, &digest, &version)?;
            ids.insert(digest.clone(), version.id);
            inventory.insert(digest, entry);
        }
        self.versions = Some(Versions { url, ids });
        Ok(inventory)
    }

    /// Deletes the version of this digest, with all its tags; whether it was still there.
    pub fn delete(&self, digest: &Digest) -> Result<bool> {
        let what = format!("deleting {digest}");
        let versions =
            self.versions.as_ref().with_context(|| format!("{what}: GitHub's versions aren't listed yet"))?;
        let id = versions.ids.get(digest).with_context(|| format!("{what}: GitHub lists no such version"))?;
        let answer = self.api.request(&what, Method::DELETE, &format!("{}/{id}", versions.url))?;
        match answer.status {
            204 => Ok(true),
            404 => Ok(false),
            400 => bail!(
                "{what}: GitHub answers 400{}; a public version with more than 5,000 downloads can't be deleted, only by \
                 GitHub's support",
                answer.said()
            ),
            _ => Err(refused(&answer, RIGHTS).context(what)),
        }
    }

    /// Every version; `None` where there is no such owner or package.
    fn list(&self, url: &str) -> Result<Option<Vec<Version>>> {
        let mut all = Vec::new();
        let mut next = Some(format!("{url}?per_page=100&state=active"));
        while let Some(page) = next {
            let Some((versions, answer)) = self.api.read::<Vec<Version>>(&page, RIGHTS)? else { return Ok(None) };
            all.extend(versions);
            next = answer.next_page().map(str::to_owned);
        }
        Ok(Some(all))
    }
}

/// What GitHub and the registry know of a version.
fn entry(registry: &Registry, digest: &Digest, version: &Version) -> Result<Entry> {
    let tags = version
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.container.as_ref())
        .map(|container| container.tags.clone());
    let tags = tags.unwrap_or_default();
    let references = match registry.manifest(digest)? {
        Some(manifest) => References::of(&manifest)?,
        None if tags.is_empty() => References::default(),
        // Not knowing what a kept image refers to, its parts would be taken for nobody's.
        None => bail!(
            "GitHub lists {digest} with the tags {tags:?}, and {} has it not; nothing was deleted",
            registry.repository()
        ),
    };
    // Losing a tag updates a version: what has no tag is counted from there.
    let date = Some(version.created_at.max(version.updated_at));
    Ok(Entry { tags, refers_to: references.children()?, about: references.about(), date })
}
