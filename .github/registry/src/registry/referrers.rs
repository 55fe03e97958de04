//! The list of what refers to a digest, which registries keep by themselves, or not, or say strange things of.

use oci_spec::image::Descriptor;
use serde::Deserialize;

use super::Registry;
use super::auth::Action;
use super::http::Request;
use super::retry::Failure;
use crate::digest::Digest;
use crate::source::INDEX;

/// The answer, as far as it matters here. What isn't this is no answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    schema_version: u32,
    manifests: Vec<Descriptor>,
}

impl Registry {
    /// What refers to this digest, by the registry's own list; or why there is no such list.
    ///
    /// Asked once: GitHub's registry sends on to a page that refuses, however often it is tried, and some answer with a page
    /// for people, or with a list that is none. What is attached may lie under a tag all the same, so nothing of this is an
    /// error.
    pub fn referrers(&self, digest: &Digest) -> Result<Vec<Descriptor>, String> {
        let mut all = Vec::new();
        let mut next = Some(self.url(&format!("referrers/{digest}")));
        while let Some(url) = next {
            let request = Request { headers: &[("accept", INDEX)], ..Request::get(&url) };
            let answer = match self.send(Action::Pull, &request) {
                Ok(answer) => answer,
                Err(Failure::Transient { why, .. }) => return Err(why),
                Err(Failure::Final(error)) => return Err(format!("{error:#}")),
            };
            if answer.status != 200 {
                return Err(format!("{}{}", answer.status, answer.said()));
            }
            match serde_json::from_slice::<Page>(&answer.body) {
                Ok(page) if page.schema_version == 2 => all.extend(page.manifests),
                _ => return Err("200 with something that is no index".to_owned()),
            }
            next = answer.next_page().map(|link| self.resolve(link));
        }
        Ok(all)
    }
}
