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
use crate::prune::execute::Deleted;
use crate::prune::inventory::{Entry, Inventory, References};
use crate::registry::{Registry, Repository};
use crate::source::Source;

/// How often the list of versions is read again.
const LISTINGS: usize = 10;
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

impl Version {
    fn tags(&self) -> BTreeSet<String> {
        let container = self.metadata.as_ref().and_then(|metadata| metadata.container.as_ref());
        container.map(|container| container.tags.clone()).unwrap_or_default()
    }

    fn entry(&self, references: &References) -> Result<Entry> {
        // Losing a tag updates a version: what has no tag is counted from there.
        let date = Some(self.created_at.max(self.updated_at));
        Ok(Entry { tags: self.tags(), refers_to: references.children()?, about: references.about(), date })
    }
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
        let versions = self.complete(&url, versions)?;
        let mut inventory = Inventory::default();
        let (mut ids, mut leaves) = (BTreeMap::new(), BTreeSet::new());
        // Indexes have tags, and the manifests of platforms have none and are two thirds of all: once an index has told of
        // them, there is nothing that they could add.
        let (tagged, others): (Vec<_>, Vec<_>) =
            versions.into_iter().partition(|(_, version)| !version.tags().is_empty());
        for (id, version) in tagged.into_iter().chain(others) {
            let digest: Digest = version.name.parse().context("the name of a version of the package")?;
            let known = leaves.contains(&digest) && version.tags().is_empty();
            let references = if known {
                References::default()
            } else {
                let Some(references) = self.references(&url, registry, &digest, &version)? else { continue };
                references
            };
            leaves.extend(references.leaves());
            ids.insert(digest.clone(), id);
            inventory.insert(digest, version.entry(&references)?);
        }
        self.versions = Some(Versions { url, ids });
        Ok(inventory)
    }

    /// Lists again until that brings nothing new. Where another cleanup deletes from the front of a list, its pages move up,
    /// and whoever turns them misses something; and an index that was missed would leave its parts without a reason to stay.
    fn complete(&self, url: &str, versions: Vec<Version>) -> Result<BTreeMap<u64, Version>> {
        let mut all: BTreeMap<u64, Version> = versions.into_iter().map(|version| (version.id, version)).collect();
        for _ in 0..LISTINGS {
            let again = self.list(url)?.context("GitHub's list of versions is gone in the midst of reading it")?;
            let before = all.len();
            all.extend(again.into_iter().map(|version| (version.id, version)));
            if all.len() == before {
                return Ok(all);
            }
        }
        bail!("GitHub's list of versions has more each time that it is read; start this again once nobody publishes")
    }

    /// Deletes the version of this digest, with all its tags.
    pub fn delete(&self, digest: &Digest) -> Result<Deleted> {
        let what = format!("deleting {digest}");
        let versions =
            self.versions.as_ref().with_context(|| format!("{what}: GitHub's versions aren't listed yet"))?;
        let id = versions.ids.get(digest).with_context(|| format!("{what}: GitHub lists no such version"))?;
        let url = format!("{}/{id}", versions.url);
        let answer = self.api.request(&what, Method::DELETE, &url)?;
        let said = answer.said();
        Ok(match answer.status {
            204 => Deleted::Now,
            // It says so also to who may not delete: then the version is still there.
            404 if self.api.read::<Version>(&url, RIGHTS)?.is_none() => Deleted::Before,
            404 => Deleted::Refused(format!(
                "GitHub answers 404{said}, and has it still; right would be a token with {RIGHTS}, and for a workflow the role \
                 \"Admin\" in the package's settings"
            )),
            400 if said.contains("last tagged version") => {
                Deleted::Refused(format!("GitHub answers 400{said}; it can go as soon as something else has a tag"))
            }
            400 if said.contains("downloads") => {
                Deleted::Refused(format!("GitHub answers 400{said}; only GitHub's support can delete it"))
            }
            400 | 409 | 422 => Deleted::Refused(format!("GitHub answers {}{said}", answer.status)),
            _ => return Err(refused(&answer, RIGHTS).context(what)),
        })
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

    /// What a version refers to, as the registry says; `None` where another cleanup has deleted it meanwhile.
    fn references(
        &self,
        url: &str,
        registry: &Registry,
        digest: &Digest,
        version: &Version,
    ) -> Result<Option<References>> {
        match registry.manifest(digest)? {
            Some(manifest) => References::of(&manifest).map(Some),
            None if self.api.read::<Version>(&format!("{url}/{}", version.id), RIGHTS)?.is_none() => Ok(None),
            None if version.tags().is_empty() => Ok(Some(References::default())),
            // Not knowing what a kept image refers to, its parts would be taken for nobody's.
            None => bail!(
                "GitHub lists {digest} with the tags {:?}, and {} has it not; nothing was deleted",
                version.tags(),
                registry.repository()
            ),
        }
    }
}
