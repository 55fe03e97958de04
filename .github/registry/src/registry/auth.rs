//! Who asks: credentials, and the tokens that a registry's token server gives for them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use docker_credential::{CredentialRetrievalError, DockerCredential};
use http_auth::{ChallengeRef, basic};
use serde::Deserialize;

use super::http::{Answer, Request, escape, send_once};
use super::retry::Failure;

/// What is asked for, which a token has to allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    /// Reading.
    Pull,
    /// Writing.
    Push,
    /// Deleting.
    Delete,
}

impl Action {
    fn verbs(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "pull,push",
            Self::Delete => "pull,push,delete",
        }
    }
}

/// A name and a password, or what stands for one.
#[derive(Clone)]
pub struct Credentials {
    username: String,
    password: String,
}

impl Credentials {
    /// Those of this host, from where `docker login` leaves them; `None` asks as nobody. There is no other way, so that none
    /// are ever shown to another host.
    pub fn find(host: &str) -> Result<Option<Self>> {
        let Some(file) = docker_file() else { return Ok(None) };
        let reader = match File::open(&file) {
            Ok(reader) => reader,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        };
        // Docker keeps those of its own registry under the name that it had in 2013.
        let key = if host.ends_with("docker.io") { "https://index.docker.io/v1/" } else { host };
        match docker_credential::get_credential_from_reader(reader, key) {
            Ok(DockerCredential::UsernamePassword(username, password)) => Ok(Some(Self { username, password })),
            Ok(DockerCredential::IdentityToken(_)) => bail!(
                "{} has an identity token for {host}; log in with a name and an access token instead",
                file.display()
            ),
            Err(CredentialRetrievalError::NoCredentialConfigured) => Ok(None),
            Err(error) => bail!("the credentials for {host} in {}: {error}", file.display()),
        }
    }

    pub(super) fn basic(&self) -> String {
        basic::encode_credentials(&self.username, &self.password)
    }
}

/// Where `docker login` leaves what it is told.
fn docker_file() -> Option<PathBuf> {
    let own = env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let folder = own.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker")))?;
    Some(folder.join("config.json"))
}

/// The headers that a registry has accepted so far.
pub(super) struct Auth {
    host: String,
    credentials: Option<Credentials>,
    /// Asks as anybody may, so that no login would be right.
    anybody: bool,
    headers: RefCell<BTreeMap<Action, String>>,
}

impl Auth {
    pub(super) fn new(host: &str, credentials: Option<Credentials>) -> Self {
        Self { host: host.to_owned(), credentials, anybody: false, headers: RefCell::default() }
    }

    /// Who pulls it without a login.
    pub(super) fn anybody(host: &str) -> Self {
        Self { anybody: true, ..Self::new(host, None) }
    }

    /// Whether this answer says that not everybody may read.
    pub(super) fn is_closed(&self, answer: &Answer) -> bool {
        self.anybody && answer.status == 403
    }

    /// What went well the last time.
    pub(super) fn header(&self, action: Action) -> Option<String> {
        self.headers.borrow().get(&action).cloned()
    }

    /// Answers a 401: makes a header that should do.
    pub(super) fn answer(
        &self,
        agent: &ureq::Agent,
        refusal: &Answer,
        repository: &str,
        action: Action,
    ) -> Result<String, Failure> {
        let challenge = refusal.header("www-authenticate").unwrap_or_default();
        let challenges = http_auth::parse_challenges(challenge)
            .map_err(|_| anyhow!("it wants a login in a way that is not understood: `{challenge}`"))?;
        let of_scheme = |scheme: &str| challenges.iter().find(|each| each.scheme.eq_ignore_ascii_case(scheme));
        let header = if let Some(bearer) = of_scheme("bearer") {
            self.token(agent, bearer, repository, action)?
        } else if of_scheme("basic").is_some() {
            let credentials = self.credentials.as_ref().ok_or_else(|| self.refused(refusal))?;
            credentials.basic()
        } else {
            return Err(self.refused(refusal).into());
        };
        self.headers.borrow_mut().insert(action, header.clone());
        Ok(header)
    }

    /// Why a login isn't enough, and what would be.
    pub(super) fn refused(&self, refusal: &Answer) -> anyhow::Error {
        let (said, host) = (refusal.said(), &self.host);
        match &self.credentials {
            None if self.anybody => anyhow!(
                "{}: nobody may read it without a login{said}; a package of GitHub's is made private by its first push: make it \
                 public in the package's settings, and start this again",
                refusal.status
            ),
            Some(credentials) => anyhow!(
                "401: it does not accept the login of `{}`{said}; right would be a token that may do this, by `docker login \
                 {host}`",
                credentials.username
            ),
            None => anyhow!("401: it wants a login{said}; `docker login {host}` leaves one in Docker's config.json"),
        }
    }

    /// Asks the token server that a challenge names.
    fn token(
        &self,
        agent: &ureq::Agent,
        challenge: &ChallengeRef<'_>,
        repository: &str,
        action: Action,
    ) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Token {
            token: Option<String>,
            access_token: Option<String>,
        }
        let parameter = |name: &str| {
            challenge
                .params
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_unescaped())
        };
        let realm = parameter("realm").context("it names no server that gives tokens")?;
        // The challenge has a scope, too, but some registries name reading there whatever is asked for.
        let scope = format!("repository:{repository}:{}", action.verbs());
        let service = parameter("service").map(|service| format!("&service={}", escape(&service))).unwrap_or_default();
        let separator = if realm.contains('?') { '&' } else { '?' };
        let url = format!("{realm}{separator}scope={}{service}", escape(&scope));
        let login = self.credentials.as_ref().map(Credentials::basic);
        let answer = send_once(agent, &Request { authorization: login.as_deref(), ..Request::get(&url) })?;
        if matches!(answer.status, 401 | 403) {
            return Err(self.refused(&answer).context(format!("the token server {realm}")).into());
        }
        if answer.status != 200 {
            return Err(anyhow!("the token server {realm} answers {}{}", answer.status, answer.said()).into());
        }
        let answer = answer.sensible_json().with_context(|| format!("the token server {realm}"))?;
        let token: Token =
            serde_json::from_slice(&answer.body).with_context(|| format!("the token server {realm} gives no token"))?;
        let token =
            token.token.or(token.access_token).with_context(|| format!("the token server {realm} gives no token"))?;
        Ok(format!("Bearer {token}"))
    }
}
