//! Who is looked at when. One task holds everything that is known; what watches bring, what has become of requests and the
//! time come to it, and it decides and sends without a wait between the two.

mod assignments;
mod autoscalers;
mod brakes;
mod calendars;
mod count;
mod counting;
mod facts;
mod feed;
mod feeds;
mod given;
mod governed;
mod health;
mod heirs;
mod histories;
mod ids;
mod inquiries;
mod kinds;
mod lead;
mod look;
mod many;
mod now;
mod orphans;
mod outcome;
mod oversight;
mod own;
mod passed;
mod policies;
mod records;
mod refer;
mod refusals;
mod reporting;
mod returns;
mod rotation;
mod saved;
mod scalers;
mod selections;
mod spaces;
mod standings;
mod state;
mod targets;
#[cfg(test)]
mod tests;
mod timers;
mod turns;
mod unready;
mod unwritten;
mod wait;

use std::sync::Arc;

use kube::Client;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

pub use health::{Pages, Question, Questions, questions};
pub use lead::{Lead, Others};
use state::Engine;

use crate::cluster::watch::Recovered;
use crate::cluster::{Clock, Time};
use crate::report::metrics::Metrics;

/// How many messages of watches wait for the engine. A watch that has more to bring waits with it.
const FEEDS: usize = 256;
/// How many messages are taken before others have their turn.
const AT_ONCE: usize = 64;

/// What the engine is given.
pub struct Setup {
    /// For watches.
    pub watching: Client,
    /// For writes.
    pub writing: Client,
    /// The one namespace to look at; all of them when absent.
    pub namespace: Option<String>,
    /// Whether namespaces named `kube-*` are looked at, too.
    pub kube_namespaces: bool,
    /// Whether the API server holds people to what overrides say of who asked for them.
    pub requesters_verified: bool,
    /// The machine's clocks.
    pub time: Arc<dyn Time>,
    /// The schedule's clock.
    pub clock: Clock,
    /// The namespace that the controller itself is in.
    pub own_namespace: String,
    /// The name of this process in events, such as the Pod's.
    pub instance: String,
    /// Whether it may act.
    pub lead: Lead,
    /// Tells watches that the API server answers again.
    pub recovered: watch::Sender<Recovered>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

/// Runs until `stop` and what is under way then has come to its end. `questions` are answered all the while.
pub async fn run(setup: Setup, mut questions: Questions, stop: impl Future<Output = ()>) {
    let (feeds, mut fed) = mpsc::channel(FEEDS);
    let (done, mut ended) = mpsc::unbounded_channel();
    let mut engine = Engine::new(setup, feeds, done);
    engine.start_watches();
    let mut stop = std::pin::pin!(stop);
    let mut stopping = false;
    loop {
        engine.work();
        if stopping && engine.is_idle() {
            break;
        }
        let sleep = tokio::time::sleep_until(Instant::now() + engine.next_wait());
        tokio::select! {
            biased;
            () = &mut stop, if !stopping => {
                stopping = true;
                engine.stop();
            }
            Some(end) = ended.recv() => {
                engine.ended(end);
                for _ in 1..AT_ONCE {
                    let Ok(end) = ended.try_recv() else { break };
                    engine.ended(end);
                }
            }
            Some(question) = questions.recv() => engine.answer(question),
            () = engine.lead_changed() => {}
            Some(feed) = fed.recv() => {
                engine.fed(feed);
                for _ in 1..AT_ONCE {
                    let Ok(feed) = fed.try_recv() else { break };
                    engine.fed(feed);
                }
            }
            () = sleep => {}
        }
    }
}
