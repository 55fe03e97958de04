//! Leadership by a Lease of `coordination.k8s.io/v1`: who acts, for how long, and who does otherwise.

mod election;
mod hold;
mod namespaces;

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use chrono::{DateTime, Utc};
use k8s_openapi::api::coordination::v1::Lease;

use crate::api::text::plain;
pub use hold::run;
pub use namespaces::{Alive, Place, watch_namespaces};

/// The name of the lease of a namespace.
pub const NAME: &str = "kyklos";
/// The name of the lease for the whole cluster, in Kyklos' own namespace.
pub const CLUSTER_NAME: &str = "kyklos-cluster";
/// For so long after its last renewal a lease is its holder's.
pub const DURATION: Duration = Duration::from_secs(8);
/// Between two renewals.
pub const RENEWAL: Duration = Duration::from_secs(2);
/// How long a request for it may take.
pub const REQUEST_LIMIT: Duration = Duration::from_secs(2);
/// For so long after the start of the last successful renewal anything is sent: less than [`DURATION`] by more than what is
/// then in flight may take, the difference between two machines' clocks included.
pub const OPEN: Duration = Duration::from_secs(5);
/// What gets a lease waits so long, until those that leave its namespace, or the cluster, to it have seen it.
pub const SETTLING: Duration = Duration::from_secs(2);

/// Which lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseName {
    namespace: String,
    name: &'static str,
}

impl LeaseName {
    /// That of a controller for this namespace alone, and of a rehearsal in it.
    pub fn of_namespace(namespace: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: NAME }
    }

    /// That of a controller for the whole cluster, which runs in this namespace.
    pub fn of_cluster(own: impl Into<String>) -> Self {
        Self { namespace: own.into(), name: CLUSTER_NAME }
    }

    /// The namespace that it lies in.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Its name in it.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl std::fmt::Display for LeaseName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A name for this process that no other has: that of its host or Pod, and something random, as in `kyklos-7d4_0f3c..`.
pub fn identity(host: &str) -> String {
    let host: String = plain(host).chars().take(IDENTITY / 2).collect();
    format!("{host}_{:016x}", RandomState::new().build_hasher().finish())
}

/// Until when this process may act. Two numbers, so that the question costs one reading of a clock, and a process that was
/// frozen gets the right answer at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    until: Option<Duration>,
    from: Duration,
}

impl Held {
    /// Whether anything may be sent at this moment (`CLOCK_BOOTTIME`): never later than 5 s after the start of the last
    /// successful renewal.
    pub fn is_open(&self, boot: Duration) -> bool {
        boot >= self.from && self.until.is_some_and(|until| boot < until)
    }

    /// Whether the lease is this process', though it may have to wait until others have seen that.
    pub fn is_held(&self, boot: Duration) -> bool {
        self.until.is_some_and(|until| boot < until)
    }

    /// When it opens, where it is held and waits.
    pub fn opens_at(&self) -> Option<Duration> {
        self.until.map(|_| self.from)
    }

    /// That of a process that needs no lease, for tests of what comes after.
    #[cfg(test)]
    pub(crate) fn always() -> Self {
        Self { until: Some(Duration::MAX), from: Duration::ZERO }
    }
}

/// Who has a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its own name for itself; at most 256 characters of it, on one line.
    pub identity: String,
    /// Since when, by its own clock.
    pub since: Option<DateTime<Utc>>,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.identity)?;
        match self.since {
            Some(since) => write!(f, " since {}", since.format("%Y-%m-%dT%H:%M:%SZ")),
            None => Ok(()),
        }
    }
}

/// What is known of a lease.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leadership {
    /// Whether this process has it.
    pub held: Held,
    /// Who has it otherwise.
    pub other: Option<Holder>,
    /// Whether that one was seen to write it: a lease that nobody renews may be a dead process'.
    pub renews: bool,
    /// Why it can't be got or renewed: what the API server says, or that it says nothing.
    pub trouble: Option<String>,
    /// How often the API server was seen to go back to an older state, as when etcd is restored. Its watches don't tell.
    pub gone_back: u32,
}

/// What counts of a Lease.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    version: String,
    /// None where it was released.
    holder: Option<Holder>,
    duration: Duration,
    transitions: i32,
    /// When the API server has made it.
    created: Option<DateTime<Utc>>,
}

/// The longest that another holder's own word is taken for how long its lease lasts.
const LONGEST: Duration = Duration::from_secs(60);
/// How much of a foreign name is kept.
const IDENTITY: usize = 256;

impl Record {
    /// What a Lease says; whatever it says, in bounds.
    fn of(lease: &Lease) -> Self {
        let spec = lease.spec.as_ref();
        let identity = spec.and_then(|spec| spec.holder_identity.as_deref()).unwrap_or_default();
        let since = spec.and_then(|spec| spec.acquire_time.as_ref());
        let since = since.and_then(|at| DateTime::from_timestamp(at.0.as_second(), 0));
        let created = lease.metadata.creation_timestamp.as_ref();
        let seconds = spec.and_then(|spec| spec.lease_duration_seconds).and_then(|seconds| u64::try_from(seconds).ok());
        Self {
            version: lease.metadata.resource_version.clone().unwrap_or_default(),
            holder: (!identity.is_empty()).then(|| Holder {
                identity: plain(&identity.chars().take(IDENTITY).collect::<String>()).into_owned(),
                since,
            }),
            duration: Duration::from_secs(seconds.unwrap_or(0)).clamp(DURATION, LONGEST),
            transitions: spec.and_then(|spec| spec.lease_transitions).unwrap_or(0),
            created: created.and_then(|at| DateTime::from_timestamp(at.0.as_second(), 0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Or it would wait for ever for another process, which is itself.
    #[test]
    fn a_process_knows_its_own_name_again_however_long_its_hosts_is() {
        for host in ["kyklos-7d4".to_owned(), "x".repeat(300), "\u{fc}".repeat(300), "a\nb".repeat(100)] {
            let name = identity(&host);
            assert_ne!(name, identity(&host), "another process of the same host is another one");
            let mut lease = Lease::default();
            lease.spec.get_or_insert_default().holder_identity = Some(name.clone());
            assert_eq!(Record::of(&lease).holder.map(|holder| holder.identity), Some(name));
        }
    }
}
