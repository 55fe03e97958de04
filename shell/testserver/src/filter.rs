//! Which requests a fault is for, or a count is of.

use crate::kind::Kind;
use crate::request::{Call, Subresource, Verb};

/// A choice of requests; what isn't said takes all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    verbs: Vec<Verb>,
    kind: Option<Kind>,
    /// The part, or none, where it is said.
    part: Option<Option<Subresource>>,
    namespace: Option<String>,
    name: Option<String>,
    agent: Option<String>,
    path: Option<String>,
}

impl Filter {
    /// All requests.
    pub fn all() -> Self {
        Self::default()
    }

    /// Requests that change something.
    pub fn writes() -> Self {
        Self { verbs: vec![Verb::Create, Verb::Update, Verb::Patch, Verb::Delete], ..Self::default() }
    }

    /// Writes to the subresource `scale` of whatever kind.
    pub fn scale_writes() -> Self {
        Self { part: Some(Some(Subresource::Scale)), ..Self::writes() }
    }

    /// Writes to the subresource `status` of whatever kind.
    pub fn status_writes() -> Self {
        Self { part: Some(Some(Subresource::Status)), ..Self::writes() }
    }

    /// Requests with this verb.
    #[must_use]
    pub fn verb(mut self, verb: Verb) -> Self {
        self.verbs.push(verb);
        self
    }

    /// Requests about objects of this kind.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Requests about this part of an object, or with `None` about the object itself.
    #[must_use]
    pub const fn part(mut self, part: Option<Subresource>) -> Self {
        self.part = Some(part);
        self
    }

    /// Requests in this namespace; those about all namespaces are none of them.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// Requests about the object of this name, lists and watches of it alone included.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Requests whose `User-Agent` contains this.
    #[must_use]
    pub fn agent(mut self, agent: &str) -> Self {
        self.agent = Some(agent.to_owned());
        self
    }

    /// Requests for this path, such as `/version`.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Whether a request is one of them.
    pub fn takes(&self, call: &Call) -> bool {
        let is = |wanted: &Option<String>, given: &str| wanted.as_deref().is_none_or(|wanted| wanted == given);
        (self.verbs.is_empty() || self.verbs.contains(&call.verb))
            && self.kind.is_none_or(|kind| call.kind == Some(kind))
            && self.part.is_none_or(|part| call.subresource == part)
            && is(&self.namespace, &call.namespace)
            && is(&self.name, &call.name)
            && self.agent.as_deref().is_none_or(|agent| call.agent.contains(agent))
            && is(&self.path, &call.path)
    }
}
