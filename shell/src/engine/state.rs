//! Everything that the engine knows.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use kube::Client;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

use super::Setup;
use super::assignments::Assignments;
use super::calendars::{CalendarKey, Calendars};
use super::feed::{Done, Feed, Recall};
use super::ids::{AssignmentId, NamespaceId, Namespaces, OverrideId, PolicyId, Shelf, TargetId};
use super::kinds::Kinds;
use super::lead::Lead;
use super::orphans::Orphans;
use super::policies::{PolicyKey, Slot};
use super::records::Records;
use super::rotation::Rotation;
use super::selections::Selections;
use super::spaces::Spaces;
use super::standings::Standings;
use super::targets::Targets;
use super::timers::Timers;
use super::turns::Turns;
use crate::cluster::lease::Alive;
use crate::cluster::watch::{Change, Recovered, Trouble};
use crate::cluster::{Clock, Guard, Time};
use crate::report::metrics::Metrics;

/// Everything that the engine knows.
pub(super) struct Engine {
    pub(super) watching: Client,
    pub(super) writing: Client,
    pub(super) namespace: Option<String>,
    pub(super) kube_namespaces: bool,
    pub(super) requesters_verified: bool,
    pub(super) time: Arc<dyn Time>,
    pub(super) clock: Clock,
    pub(super) guard: Guard,
    pub(super) own_namespace: Arc<str>,
    /// What `kyklos manifests` takes beside the kinds for an installation like this one.
    pub(super) installed: String,
    pub(super) instance: String,
    /// What to say of the clock when it is a rehearsed one.
    pub(super) rehearsal: Option<String>,
    pub(super) lead: Lead,
    pub(super) metrics: Arc<Metrics>,
    pub(super) feeds: mpsc::Sender<Feed>,
    pub(super) done: mpsc::UnboundedSender<Done>,
    pub(super) namespaces: Namespaces,
    pub(super) policies: Shelf<PolicyKey, PolicyId, Slot>,
    pub(super) assignments: Assignments,
    /// The schedules of each namespace; those of the cluster are in that without a name.
    pub(super) members: HashMap<NamespaceId, BTreeSet<PolicyId>>,
    /// Those of them that pick their targets.
    pub(super) selections: Selections,
    pub(super) standings: Standings,
    pub(super) targets: Targets,
    pub(super) records: Records,
    pub(super) orphans: Orphans,
    pub(super) calendars: Calendars,
    /// The watches, which end with the engine.
    pub(super) watches: JoinSet<()>,
    pub(super) calendar_watches: HashMap<CalendarKey, AbortHandle>,
    /// Those that wait for a look.
    pub(super) looks: Rotation<AssignmentId>,
    /// Those of them that need no turn, as they write no target: objects of many targets as a whole.
    pub(super) summaries: VecDeque<AssignmentId>,
    /// Those of which something was edited while their write is under way.
    pub(super) edited: Vec<AssignmentId>,
    /// Those that have something to tell.
    pub(super) reports: Rotation,
    /// Overrides that wait for a look.
    pub(super) oversights: Rotation<OverrideId>,
    pub(super) turns: Turns,
    /// When to look again, on the schedule's clock.
    pub(super) wakes: Timers<DateTime<Utc>, AssignmentId>,
    /// When to look again, by the time that passes.
    pub(super) retries: Timers<Duration, AssignmentId>,
    /// When to tell again, by the time that passes.
    pub(super) retells: Timers<Duration>,
    /// When targets are weighed again that are left out for a while, on the schedule's clock.
    pub(super) exclusions: Timers<DateTime<Utc>, TargetId>,
    /// When targets are weighed again that came too often, by the time that passes.
    pub(super) rechecks: Timers<Duration, TargetId>,
    /// When to look at overrides again, on the schedule's clock.
    pub(super) override_wakes: Timers<DateTime<Utc>, OverrideId>,
    /// The same by the time that passes.
    pub(super) override_rests: Timers<Duration, OverrideId>,
    pub(super) scalers: Source,
    pub(super) cluster_scalers: Source,
    pub(super) spaces: Spaces,
    pub(super) overrides: Source,
    pub(super) kinds: Kinds,
    pub(super) recorded: Source,
    /// Whether it may act, as of the last look at the leases.
    pub(super) leading: bool,
    pub(super) stopping: bool,
    /// Calls back all that hasn't left when it is asked to stop.
    pub(super) ends: Recall,
    /// The namespaces that were somebody else's at the last look at the leases.
    pub(super) others: Alive,
    /// Who acted in the whole cluster instead of this process at that time.
    pub(super) stands_back: Option<String>,
    /// Tells the watches that the API server answers again.
    pub(super) recovered: watch::Sender<Recovered>,
    /// Whether the lease can't be renewed.
    pub(super) unled: Outage,
    /// How often the API server has gone back to an older state.
    pub(super) gone_back: u32,
    /// Of the clock's last comparison with the API server's: when there was an answer, and why there was none since.
    pub(super) server: Server,
}

/// Whether the API server answers.
#[derive(Debug, Default)]
pub(super) struct Server {
    /// When it did.
    pub(super) answered: Option<Duration>,
    /// Why it hasn't since.
    pub(super) trouble: Option<String>,
    /// Whether it can't be reached.
    pub(super) outage: Outage,
}

/// Something that fails, and since when.
#[derive(Debug, Default)]
pub(super) struct Outage(Option<Duration>);

impl Outage {
    /// What is over sooner is made up for by those that wait as soon by themselves.
    const SHORTEST: Duration = Duration::from_secs(4);

    /// It fails, or doesn't. Says whether an outage is over.
    pub(super) fn note(&mut self, fails: bool, boot: Duration) -> bool {
        if fails {
            self.0.get_or_insert(boot);
            return false;
        }
        self.0.take().is_some_and(|since| boot.saturating_sub(since) >= Self::SHORTEST)
    }
}

/// A watch of a kind.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Rises with each list.
    pub(super) epoch: u32,
    /// Whether a list has been complete.
    pub(super) complete: bool,
    /// What keeps it.
    pub(super) trouble: Option<Trouble>,
    /// That it is refused.
    pub(super) refused: Lasting,
    /// That anything keeps it.
    pub(super) troubled: Lasting,
}

/// Something that is so, as of when it was last heard of.
#[derive(Debug, Default)]
pub(super) struct Lasting {
    since: Option<Duration>,
    /// Whether that has lasted for a while.
    lasts: bool,
}

impl Lasting {
    fn note(&mut self, is_so: bool, boot: Duration) {
        self.since = self.since.filter(|_| is_so).or(is_so.then_some(boot));
        self.lasts = self.since.is_some_and(|since| boot.saturating_sub(since) >= LASTS_FOR);
    }
}

/// What keeps a watch counts once it has lasted so long: rights are loaded late, and API servers are restarted.
const LASTS_FOR: Duration = Duration::from_secs(60);

impl Source {
    /// Takes note of how a watch is, and not of what it brings.
    pub(super) fn note<K>(&mut self, change: Change<K>, boot: Duration) {
        match change {
            Change::Restarted => self.epoch = self.epoch.wrapping_add(1),
            Change::Interrupted(trouble) => {
                self.refused.note(trouble.is_refusal(), boot);
                self.troubled.note(true, boot);
                self.trouble = Some(trouble);
            }
            Change::Through => self.is_well(),
            Change::Listed(_) | Change::Complete | Change::Applied(_) | Change::Deleted(_) => {}
        }
    }

    /// The same, and whether there is something else to say of what was never known.
    pub(super) fn note_news<K>(&mut self, change: Change<K>, boot: Duration) -> bool {
        let said = |source: &Self| (source.trouble.is_some(), source.refusal().is_some(), source.outage().is_some());
        let before = said(self);
        self.note(change, boot);
        !self.complete && before != said(self)
    }

    /// Whether the API server has known no such kind for a while: whatever there was of it is gone.
    pub(super) fn is_gone(&self) -> bool {
        self.refused.lasts && self.trouble.as_ref().is_some_and(|trouble| trouble.refused == Some(404))
    }

    /// A list is complete. Which one.
    pub(super) fn complete(&mut self) -> u32 {
        self.complete = true;
        self.is_well();
        self.epoch
    }

    fn is_well(&mut self) {
        (self.trouble, self.refused, self.troubled) = (None, Lasting::default(), Lasting::default());
    }

    /// What the API server says, where it has refused for a while what was never known.
    pub(super) fn refusal(&self) -> Option<&str> {
        let trouble = self.trouble.as_ref().filter(|_| self.refused.lasts && !self.complete);
        trouble.map(|trouble| trouble.what.as_str())
    }

    /// The same of any other trouble of what was never known.
    pub(super) fn outage(&self) -> Option<&str> {
        let trouble = self.trouble.as_ref().filter(|_| self.troubled.lasts && !self.complete);
        trouble.filter(|trouble| !trouble.is_refusal()).map(|trouble| trouble.what.as_str())
    }
}

impl Engine {
    pub(super) fn new(setup: Setup, feeds: mpsc::Sender<Feed>, done: mpsc::UnboundedSender<Done>) -> Self {
        let Setup { watching, writing, namespace, kube_namespaces, requesters_verified, .. } = setup;
        let Setup { time, clock, own_namespace, instance, lead, recovered, metrics, .. } = setup;
        let installed = crate::install::options(&own_namespace, namespace.as_deref(), kube_namespaces);
        Self {
            watching,
            writing,
            namespace,
            kube_namespaces,
            requesters_verified,
            time,
            clock,
            guard: Guard::default(),
            own_namespace: own_namespace.into(),
            installed,
            instance,
            rehearsal: clock.rehearsal(),
            lead,
            metrics,
            feeds,
            done,
            namespaces: Namespaces::default(),
            policies: Shelf::default(),
            assignments: Shelf::default(),
            members: HashMap::new(),
            selections: Selections::default(),
            standings: Standings::default(),
            targets: Targets::default(),
            records: Records::default(),
            orphans: Orphans::default(),
            calendars: Calendars::default(),
            watches: JoinSet::new(),
            calendar_watches: HashMap::new(),
            looks: Rotation::default(),
            summaries: VecDeque::new(),
            edited: Vec::new(),
            reports: Rotation::default(),
            oversights: Rotation::default(),
            turns: Turns::default(),
            wakes: Timers::default(),
            retries: Timers::default(),
            retells: Timers::default(),
            exclusions: Timers::default(),
            rechecks: Timers::default(),
            override_wakes: Timers::default(),
            override_rests: Timers::default(),
            scalers: Source::default(),
            cluster_scalers: Source::default(),
            spaces: Spaces::default(),
            overrides: Source::default(),
            kinds: Kinds::default(),
            recorded: Source::default(),
            leading: false,
            stopping: false,
            ends: Recall::default(),
            others: Alive::default(),
            stands_back: None,
            recovered,
            unled: Outage::default(),
            gone_back: 0,
            server: Server::default(),
        }
    }
}
