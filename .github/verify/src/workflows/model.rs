//! A workflow, as far as the tests over all of them look at it.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Workflow {
    /// What starts it, with what may be said of each: branches, tags, inputs.
    #[serde(default)]
    pub(super) on: BTreeMap<String, Option<Event>>,
    pub(super) permissions: Option<Permissions>,
    #[serde(default)]
    pub(super) env: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) defaults: Defaults,
    pub(super) jobs: BTreeMap<String, Job>,
}

/// What is said of an event; of those that have a list there, as the times of a schedule, nothing is looked at.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Event {
    Where {
        #[serde(default)]
        branches: Vec<String>,
        #[serde(default)]
        tags: Vec<String>,
        /// What has become of a pull request.
        #[serde(default)]
        types: Vec<String>,
        #[serde(default)]
        paths: Vec<String>,
    },
    Other(serde::de::IgnoredAny),
}

impl Event {
    /// A push of tags, and of no branch.
    pub(super) fn is_for_tags_alone(&self) -> bool {
        matches!(self, Self::Where { branches, tags, .. } if branches.is_empty() && !tags.is_empty())
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Defaults {
    #[serde(default)]
    pub(super) run: RunDefaults,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct RunDefaults {
    pub(super) shell: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Permissions {
    Each(BTreeMap<String, String>),
    /// `write-all`, `read-all`.
    All(serde::de::IgnoredAny),
}

#[derive(Debug, Deserialize)]
pub(super) struct Job {
    pub(super) permissions: Option<Permissions>,
    /// In minutes; what is called has limits of its own.
    #[serde(rename = "timeout-minutes")]
    pub(super) limit: Option<u32>,
    #[serde(default)]
    pub(super) needs: Needs,
    #[serde(default)]
    pub(super) strategy: Strategy,
    /// One of the repository's, with rules about who may use it.
    pub(super) environment: Option<String>,
    pub(super) uses: Option<String>,
    #[serde(default)]
    pub(super) secrets: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) env: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) steps: Vec<Step>,
    // What would run the steps elsewhere than on the runner itself, or by something else.
    pub(super) container: Option<serde::de::IgnoredAny>,
    pub(super) services: Option<serde::de::IgnoredAny>,
    pub(super) defaults: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Needs {
    One(String),
    All(Vec<String>),
}

impl Default for Needs {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Strategy {
    #[serde(default)]
    pub(super) matrix: Matrix,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Matrix {
    #[serde(default)]
    pub(super) runner: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Step {
    pub(super) uses: Option<String>,
    pub(super) run: Option<String>,
    pub(super) shell: Option<String>,
    #[serde(default)]
    pub(super) env: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) with: BTreeMap<String, String>,
}

impl Job {
    /// The jobs that it waits for.
    pub(super) fn needs(&self) -> Vec<&str> {
        match &self.needs {
            Needs::One(one) => vec![one],
            Needs::All(all) => all.iter().map(String::as_str).collect(),
        }
    }

    /// What it may do with this: `write`, `read`, or nothing.
    pub(super) fn may(&self, right: &str) -> &str {
        match &self.permissions {
            Some(Permissions::Each(each)) => each.get(right).map_or("", String::as_str),
            _ => "",
        }
    }
}

/// A workflow, of whose jobs each has the permissions that hold for it: what a job doesn't say it has from the whole.
pub(super) fn parsed(text: &str) -> Result<Workflow, String> {
    let mut workflow: Workflow = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    for job in workflow.jobs.values_mut() {
        job.permissions = job.permissions.take().or_else(|| workflow.permissions.clone());
    }
    Ok(workflow)
}

/// The text of a workflow.
pub(super) fn read(file: &str) -> String {
    fs::read_to_string(crate::root().unwrap().join(".github/workflows").join(file)).unwrap()
}

/// The files of all of them.
pub(super) fn files() -> Vec<String> {
    let entries = fs::read_dir(crate::root().unwrap().join(".github/workflows")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() > 5, "{names:?}");
    names
}
