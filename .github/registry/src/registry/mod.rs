//! A repository in a registry, by the OCI distribution specification.
//!
//! The requests are our own, thin ones over a plain HTTP client: the client crates at hand neither delete, nor follow a
//! tag list's pages, nor let the caller see `Retry-After`, and take a refused login for none.

mod auth;
pub(crate) mod http;
mod name;
mod referrers;
pub(crate) mod retry;

use std::collections::BTreeMap;

use ::ureq::http::Method;
use anyhow::{Context, Result, anyhow, bail};
use oci_spec::image::Descriptor;
use serde::Deserialize;

use crate::digest::Digest;
use crate::prune::execute::Deleted;
use crate::source::{self, Manifest, Source};
use auth::{Action, Auth};
use http::{Answer, Request, agent, escape, send_once};
use retry::{Failure, until_done};

pub use auth::Credentials;
pub use name::{Reference, Repository};

/// A repository, and a client of its registry.
pub struct Registry {
    repository: Repository,
    agent: ureq::Agent,
    auth: Auth,
    /// What is asked for at the least, where a token has to be.
    least: Action,
}

/// Something that was there a moment ago, or that what is written refers to, isn't there any more.
#[derive(Debug, thiserror::Error)]
#[error("gone: {0}")]
pub struct Gone(pub String);

/// What a registry says that is asked to take a manifest of whose parts one is missing.
const PARTS_MISSING: [&str; 3] = ["MANIFEST_BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "BLOB_UNKNOWN"];

/// What may come where a manifest is asked for. Docker's own types are let in to be refused by name.
const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

impl Registry {
    /// A client that finds its credentials by itself.
    pub fn open(repository: Repository) -> Result<Self> {
        let auth = Auth::new(repository.host(), Credentials::find(repository.host())?);
        Ok(Self::with(repository, auth))
    }

    /// A client that asks as anybody may, whoever is logged in.
    pub fn as_anybody(repository: Repository) -> Self {
        let auth = Auth::anybody(repository.host());
        Self::with(repository, auth)
    }

    /// The same, which asks for the right to write where it only reads, too, as `docker push` does: what isn't there yet may be
    /// read by nobody, but by who may make it.
    pub fn to_write(self) -> Self {
        Self { least: Action::Push, ..self }
    }

    fn with(repository: Repository, auth: Auth) -> Self {
        Self { repository, agent: agent(), auth, least: Action::Pull }
    }

    /// The repository that it is a client of.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Every tag, in the order of the registry. A repository that isn't there yet has none.
    pub fn tags(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Page {
            tags: Option<Vec<String>>,
        }
        let mut all = Vec::new();
        let mut next = Some(self.url("tags/list?n=100"));
        while let Some(url) = next {
            let what = format!("reading the tags of {}", self.repository);
            let answer =
                self.request(&what, Action::Pull, &Request::get(&url))?.of_a_registry().context(what.clone())?;
            match answer.status {
                200 => {}
                // Of a later page it would be half a list.
                404 if all.is_empty() => break,
                _ => bail!("{what}: {}{}", answer.status, answer.said()),
            }
            let page: Page =
                serde_json::from_slice(&answer.body).with_context(|| format!("{what}: this is no tag list"))?;
            all.extend(page.tags.unwrap_or_default());
            next = answer.next_page().map(|link| self.resolve(link));
        }
        Ok(all)
    }

    /// What a tag points to; `None` where there is no such tag.
    pub fn digest_of(&self, tag: &str) -> Result<Option<Digest>> {
        let what = format!("reading {}:{tag}", self.repository);
        let url = self.url(&format!("manifests/{tag}"));
        let request = Request { method: Method::HEAD, headers: &[("accept", ACCEPT)], ..Request::get(&url) };
        let answer = self.request(&what, Action::Pull, &request)?;
        match answer.status {
            200 => {}
            404 => return Ok(None),
            _ => bail!("{what}: {}{}", answer.status, answer.said()),
        }
        match answer.header("docker-content-digest") {
            Some(digest) => digest.parse().map(Some).context(what),
            // It is allowed not to say; then the bytes do.
            None => Ok(self.manifest_at(tag)?.map(|manifest| manifest.digest)),
        }
    }

    /// The manifest under a tag or a digest.
    pub fn manifest_at(&self, reference: &str) -> Result<Option<Manifest>> {
        let what = format!("reading {}", self.repository.with(reference));
        let url = self.url(&format!("manifests/{reference}"));
        let request = Request { headers: &[("accept", ACCEPT)], ..Request::get(&url) };
        let answer = self.request(&what, Action::Pull, &request)?.of_a_registry().context(what.clone())?;
        match answer.status {
            200 => {}
            404 => return Ok(None),
            _ => bail!("{what}: {}{}", answer.status, answer.said()),
        }
        let content_type = answer.header("content-type").map(str::to_owned);
        let manifest = Manifest::new(answer.body, content_type.as_deref());
        if let Ok(wanted) = reference.parse::<Digest>() {
            anyhow::ensure!(wanted == manifest.digest, "{what}: its bytes have the digest {}", manifest.digest);
        }
        Ok(Some(manifest))
    }

    /// Whether it has this blob.
    pub fn has_blob(&self, digest: &Digest) -> Result<bool> {
        let what = format!("looking for the blob {digest} in {}", self.repository);
        let url = self.url(&format!("blobs/{digest}"));
        let answer = self.request(&what, Action::Pull, &Request { method: Method::HEAD, ..Request::get(&url) })?;
        match answer.status {
            200 => Ok(true),
            404 => Ok(false),
            _ => bail!("{what}: {}", answer.status),
        }
    }

    /// Uploads a blob. A broken upload is begun again, since what the registry has of it is anybody's guess.
    pub fn push_blob(&self, digest: &Digest, bytes: &[u8]) -> Result<()> {
        until_done(&format!("uploading the blob {digest} to {}", self.repository), || self.upload(digest, bytes))
    }

    fn upload(&self, digest: &Digest, bytes: &[u8]) -> Result<(), Failure> {
        let url = self.url("blobs/uploads/");
        let begun = self.send(Action::Push, &Request { method: Method::POST, ..Request::get(&url) })?;
        if begun.status != 202 {
            return Err(refusal(&begun, 202).into());
        }
        let session = begun.header("location").context("it begins an upload without saying where")?;
        let separator = if session.contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}digest={}", self.resolve(session), escape(&digest.to_string()));
        let headers = [("content-type", "application/octet-stream")];
        let put = Request { method: Method::PUT, headers: &headers, body: bytes, ..Request::get(&url) };
        let done = self.send(Action::Push, &put)?;
        match done.status {
            201 => Ok(()),
            // The session has ended, or the bytes have suffered on their way: those here have this digest.
            400 | 404 | 416 => Err(Failure::transient(format!("{}{}", done.status, done.said()))),
            _ => Err(refusal(&done, 201).into()),
        }
    }

    /// Writes a manifest under a tag or under its digest.
    pub fn put_manifest(&self, reference: &str, manifest: &Manifest) -> Result<()> {
        let what = format!("writing {}", self.repository.with(reference));
        let url = self.url(&format!("manifests/{reference}"));
        let headers = [("content-type", manifest.media_type.as_str())];
        let request = Request { method: Method::PUT, headers: &headers, body: &manifest.bytes, ..Request::get(&url) };
        let answer = self.request(&what, Action::Push, &request)?;
        let said = answer.said();
        match answer.status {
            201 => Ok(()),
            400 | 404 if PARTS_MISSING.iter().any(|code| said.contains(code)) => {
                Err(anyhow::Error::new(Gone(format!("a part of it, as the registry says{said}"))).context(what))
            }
            _ => Err(refusal(&answer, 201).context(what)),
        }
    }

    /// Deletes by digest, and with it **every** tag that points to it.
    pub fn delete(&self, digest: &Digest) -> Result<Deleted> {
        let what = format!("deleting {}@{digest}", self.repository);
        let url = self.url(&format!("manifests/{digest}"));
        let answer = self.request(&what, Action::Delete, &Request { method: Method::DELETE, ..Request::get(&url) })?;
        match answer.status {
            200 | 202 => Ok(Deleted::Now),
            404 => Ok(Deleted::Before),
            400 | 409 | 422 => Ok(Deleted::Refused(format!("the registry answers {}{}", answer.status, answer.said()))),
            405 => bail!("{what}: the registry deletes nothing; Docker's does with `storage.delete.enabled: true`"),
            _ => Err(refusal(&answer, 202).context(what)),
        }
    }

    /// What each of these tags points to. One that has gone in the meantime is left out.
    pub fn digests_of<'a>(&self, tags: impl IntoIterator<Item = &'a str>) -> Result<BTreeMap<String, Digest>> {
        let mut all = BTreeMap::new();
        for tag in tags {
            if let Some(digest) = self.digest_of(tag)? {
                all.insert(tag.to_owned(), digest);
            }
        }
        Ok(all)
    }

    fn request(&self, what: &str, action: Action, request: &Request<'_>) -> Result<Answer> {
        until_done(what, || self.send(action, request))
    }

    /// Sends a request, once, logging in where that is asked for.
    fn send(&self, action: Action, request: &Request<'_>) -> Result<Answer, Failure> {
        // An upload may go to another host, which the login is none of the business of.
        if !request.url.starts_with(&self.repository.base()) {
            return Ok(send_once(&self.agent, request)?.sensible()?);
        }
        let action = action.max(self.least);
        let known = self.auth.header(action);
        let answer = send_once(&self.agent, &Request { authorization: known.as_deref(), ..request.clone() })?;
        if answer.status != 401 {
            return self.open_to_all(answer);
        }
        // Nobody has logged in yet, or a token has run out.
        let fresh = self.auth.answer(&self.agent, &answer, self.repository.name(), action)?;
        let answer = send_once(&self.agent, &Request { authorization: Some(&fresh), ..request.clone() })?;
        if answer.status == 401 { Err(self.auth.refused(&answer).into()) } else { self.open_to_all(answer) }
    }

    /// The answer; or that it isn't for everybody, where it is asked for as by anybody.
    fn open_to_all(&self, answer: Answer) -> Result<Answer, Failure> {
        if self.auth.is_closed(&answer) { Err(self.auth.refused(&answer).into()) } else { Ok(answer.sensible()?) }
    }

    fn url(&self, path: &str) -> String {
        format!("{}v2/{}/{path}", self.repository.base(), self.repository.name())
    }

    /// An address as a registry gives it, with or without its own in front.
    fn resolve(&self, location: &str) -> String {
        match location.strip_prefix('/') {
            Some(path) => format!("{}{path}", self.repository.base()),
            None => location.to_owned(),
        }
    }
}

fn refusal(answer: &Answer, wanted: u16) -> anyhow::Error {
    let hint = if answer.status == 403 {
        "; the login may not do this: right would be a token that may write here"
    } else {
        ""
    };
    anyhow!("{} instead of {wanted}{}{hint}", answer.status, answer.said())
}

impl Source for Registry {
    fn place(&self) -> String {
        self.repository.to_string()
    }

    fn manifest(&self, digest: &Digest) -> Result<Option<Manifest>> {
        self.manifest_at(&digest.to_string())
    }

    fn blob(&self, descriptor: &Descriptor) -> Result<Vec<u8>> {
        let digest = Digest::try_from(descriptor.digest())?;
        let what = format!("reading the blob {digest} of {}", self.repository);
        let url = self.url(&format!("blobs/{digest}"));
        let answer = self.request(&what, Action::Pull, &Request::get(&url))?;
        match answer.status {
            200 if answer.body.len() as u64 != descriptor.size() => {
                source::checked(answer.sensible_json().context(what)?.body, descriptor, &self.place())
            }
            200 => source::checked(answer.body, descriptor, &self.place()),
            404 => bail!("{} has no blob {digest}", self.repository),
            _ => bail!("{what}: {}{}", answer.status, answer.said()),
        }
    }
}
