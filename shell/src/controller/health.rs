//! What the controller knows of its own state, and what the probes are told of it.
//!
//! Ready is a controller that could scale at this moment. Alive is one whose queue still brings something about, whether or
//! not there is an API server: to start it again would bring none back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::seen::{ClockState, Key};

/// For so long a comparison of the clock counts as a sign of the API server: two may fail in a row.
const COMPARISON_COUNTS: Duration = Duration::from_secs(60);
/// For so long a refusal of a watch counts: a refused watch is tried again at least every 60 seconds (30 and as many more by
/// chance), and one that has been let through again may have nothing to tell.
const REFUSAL_COUNTS: Duration = Duration::from_secs(75);
/// The queue is stuck when nothing comes out of it for so long although something is in it. What is under way ends by its
/// own limits long before.
const STUCK: Duration = Duration::from_secs(120);
/// How many of the missing ConfigMaps are named.
const NAMED: usize = 3;

/// A line of an answer: what was looked at, and how it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it is, or what is missing.
    pub result: Result<String, String>,
}

/// What is noted for the probes.
#[derive(Debug, Default)]
pub struct Health {
    /// The cache of TimeWindowScalers.
    pub objects: Cache,
    /// The cache of Deployments.
    pub deployments: Cache,
    server: Mutex<Server>,
    queue: Mutex<Queue>,
}

/// A cache that a watch fills.
#[derive(Debug, Default)]
pub struct Cache {
    filled: AtomicBool,
    trouble: Mutex<Option<Trouble>>,
}

#[derive(Debug)]
struct Trouble {
    at: Instant,
    what: String,
    refusal: bool,
}

/// The last comparison of the clock with the API server's, and why none has come about since.
#[derive(Debug, Default)]
struct Server {
    reached: Option<Instant>,
    trouble: Option<String>,
}

/// Of the queue: since when a knock has been in it, and when anything last came out.
#[derive(Debug, Default)]
struct Queue {
    knocked: Option<Instant>,
    passed: Option<Instant>,
}

impl Cache {
    /// Everything is in it.
    pub fn note_filled(&self) {
        self.filled.store(true, Ordering::Release);
        self.note_event();
    }

    /// Whether everything has been in it, once.
    pub fn is_filled(&self) -> bool {
        self.filled.load(Ordering::Acquire)
    }

    /// The watch has something to tell, so nothing keeps it.
    pub fn note_event(&self) {
        *lock(&self.trouble) = None;
    }

    /// The watch was interrupted; a refusal is the API server's own.
    pub fn note_trouble(&self, what: String, refusal: bool) {
        *lock(&self.trouble) = Some(Trouble { at: Instant::now(), what, refusal });
    }

    /// An interruption of a filled cache that isn't a refusal is one of the API server's, which has a line of its own.
    fn check(&self, name: &'static str, now: Instant) -> Check {
        let trouble = lock(&self.trouble);
        let result = match (self.is_filled(), &*trouble) {
            (false, None) => Err("not all are known yet".to_owned()),
            (false, Some(trouble)) => Err(trouble.what.clone()),
            (true, Some(trouble)) if trouble.refusal && now.duration_since(trouble.at) < REFUSAL_COUNTS => {
                Err(trouble.what.clone())
            }
            (true, _) => Ok("all are known".to_owned()),
        };
        Check { name, result }
    }
}

impl Health {
    /// The clock was compared with the API server's, or couldn't be.
    pub fn note_comparison(&self, result: Result<(), String>) {
        let mut server = lock(&self.server);
        match result {
            Ok(()) => *server = Server { reached: Some(Instant::now()), trouble: None },
            Err(trouble) => server.trouble = Some(trouble),
        }
    }

    /// Something that concerns no object is put into the queue, to see whether it comes out. `false` when there is one in it
    /// already, or when the queue is still held back until all objects are known.
    pub fn may_knock(&self) -> bool {
        let mut queue = lock(&self.queue);
        let may = self.objects.is_filled() && queue.knocked.is_none();
        if may {
            queue.knocked = Some(Instant::now());
        }
        may
    }

    /// Something has come out of the queue: the knock, or a look at an object.
    pub fn note_passage(&self, knock: bool) {
        let mut queue = lock(&self.queue);
        queue.passed = Some(Instant::now());
        if knock {
            queue.knocked = None;
        }
    }

    /// What has to be so for the controller to scale, and isn't, or is.
    pub fn readiness(&self, clock: ClockState, unanswered: &[Key], now: Instant) -> Vec<Check> {
        vec![
            self.server(now),
            Check {
                name: "clock",
                result: match clock {
                    ClockState::Right => Ok("agrees with the API server's, as far as is known".to_owned()),
                    ClockState::Skewed { seconds } => Err(format!(
                        "{} s {} the API server's, so nothing is scaled: set this machine's clock right",
                        seconds.abs(),
                        if seconds > 0 { "ahead of" } else { "behind" }
                    )),
                },
            },
            self.objects.check("timewindowscalers", now),
            self.deployments.check("deployments", now),
            config_maps(unanswered),
        ]
    }

    /// What has to be so for the process to be worth keeping.
    pub fn liveness(&self, now: Instant) -> Vec<Check> {
        let queue = lock(&self.queue);
        let result = match (queue.knocked, queue.passed) {
            (None, None) => Ok("waits for the first list of objects".to_owned()),
            (None, Some(passed)) => Ok(format!("passed {} s ago", now.duration_since(passed).as_secs())),
            (Some(knocked), passed) => {
                let silent = now.duration_since(passed.map_or(knocked, |passed| passed.max(knocked)));
                if silent > STUCK {
                    Err(format!("stuck: nothing has come out of it for {} s", silent.as_secs()))
                } else {
                    Ok("has work".to_owned())
                }
            }
        };
        vec![Check { name: "queue", result }]
    }

    fn server(&self, now: Instant) -> Check {
        let server = lock(&self.server);
        let since = server.reached.map(|at| now.duration_since(at));
        let why = server.trouble.as_ref().map(|trouble| format!(": {trouble}")).unwrap_or_default();
        let result = match since {
            Some(since) if since < COMPARISON_COUNTS => Ok(format!("answered {} s ago", since.as_secs())),
            Some(since) => Err(format!("has not answered for {} s{why}", since.as_secs())),
            None => Err(format!("has not answered yet{why}")),
        };
        Check { name: "api-server", result }
    }
}

fn config_maps(unanswered: &[Key]) -> Check {
    let mut names: Vec<_> = unanswered.iter().take(NAMED).map(ToString::to_string).collect();
    if let Some(more) = unanswered.len().checked_sub(NAMED).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    let result = if names.is_empty() {
        Ok("all that are referred to were asked for".to_owned())
    } else {
        Err(format!("not known yet: {}", names.join(", ")))
    };
    Check { name: "configmaps", result }
}

/// What is behind the lock is replaced in one step, so it is whole whatever happened to the holder.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(checks: &[Check]) -> Vec<&'static str> {
        checks.iter().filter(|check| check.result.is_err()).map(|check| check.name).collect()
    }

    fn later(seconds: u64) -> Instant {
        Instant::now() + Duration::from_secs(seconds)
    }

    #[test]
    fn ready_once_all_is_known_and_as_long_as_the_api_server_answers() {
        let health = Health::default();
        let days = Key { namespace: "shop".into(), name: "days".into() };
        let ready = |unanswered: &[Key], seconds| health.readiness(ClockState::Right, unanswered, later(seconds));
        assert_eq!(missing(&ready(&[], 0)), ["api-server", "timewindowscalers", "deployments"]);
        health.note_comparison(Ok(()));
        health.objects.note_filled();
        assert_eq!(missing(&ready(std::slice::from_ref(&days), 0)), ["deployments", "configmaps"]);
        health.deployments.note_filled();
        assert!(missing(&ready(&[], 59)).is_empty());
        assert_eq!(missing(&ready(&[], 61)), ["api-server"]);
        health.note_comparison(Err("connection refused".into()));
        assert!(missing(&ready(&[], 0)).is_empty(), "one failure is no outage");
        let outage = ready(&[], 61).remove(0).result.unwrap_err();
        assert!(outage.starts_with("has not answered for 6") && outage.ends_with(": connection refused"), "{outage}");
        let skewed = health.readiness(ClockState::Skewed { seconds: -40 }, &[], Instant::now());
        assert_eq!(missing(&skewed), ["clock"]);
        let five = ready(&vec![days; 5], 0).pop().unwrap().result.unwrap_err();
        assert_eq!(five, "not known yet: shop/days, shop/days, shop/days, 2 more");
    }

    #[test]
    fn a_refused_watch_is_told_about_until_it_is_let_through() {
        let health = Health::default();
        health.note_comparison(Ok(()));
        health.deployments.note_filled();
        health.objects.note_trouble("install the CRD".into(), true);
        let ready = |seconds| health.readiness(ClockState::Right, &[], later(seconds));
        assert_eq!(ready(0).swap_remove(2).result, Err("install the CRD".to_owned()));
        health.objects.note_filled();
        assert!(missing(&ready(0)).is_empty());
        health.objects.note_trouble("forbidden".into(), true);
        assert_eq!(missing(&ready(0)), ["timewindowscalers"]);
        assert!(missing(&ready(74)).contains(&"timewindowscalers"));
        let later = ready(76);
        assert!(!missing(&later).contains(&"timewindowscalers"), "silence after that long means it was let through");
        health.objects.note_event();
        health.objects.note_trouble("connection reset".into(), false);
        assert!(missing(&ready(0)).is_empty(), "what was read is still there");
    }

    #[test]
    fn a_queue_is_stuck_when_nothing_comes_out_of_it() {
        let health = Health::default();
        let alive = |seconds| missing(&health.liveness(later(seconds))).is_empty();
        assert!(!health.may_knock(), "the queue is held back until all objects are known");
        assert!(alive(1_000));
        health.objects.note_filled();
        assert!(health.may_knock() && !health.may_knock());
        assert!(alive(119) && !alive(121));
        health.note_passage(true);
        assert!(alive(1_000), "nothing is in it");
        assert!(health.may_knock());
        health.note_passage(false);
        assert!(alive(119), "others came out before");
    }
}
