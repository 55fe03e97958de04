//! What is told of the engine itself, at `/healthz`, `/readyz` and `/metrics`.
//!
//! Ready is a controller that could act at this moment, or would if another didn't. Alive is one that answers: to start it
//! again brings no API server back.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use hyper::body::Bytes;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::Instant;

use super::assignments::Assignment;
use super::ids::{PolicyId, TargetId};
use super::policies::Slot;
use super::state::{Engine, Source};
use super::unready::{Lacking, since};
use crate::api::Value;
use crate::report::metrics::{Metrics, Row};
use crate::serve::{Answer, Answers, Page};

/// For so long a comparison of the clock counts as a sign of the API server: two may fail in a row.
const ANSWER_COUNTS: Duration = Duration::from_secs(60);
/// For so long the figures are those of the first who asked. A page of ten thousand objects has megabytes, and a connection
/// may take ten seconds to read it, so there are three of them at the most, whoever asks how often.
const FRESH: Duration = Duration::from_secs(5);
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

/// A question to the engine.
#[derive(Debug)]
pub enum Question {
    /// Whether it still answers.
    Alive(oneshot::Sender<()>),
    /// Whether it could act.
    Ready(oneshot::Sender<Vec<Check>>),
    /// What is to be said of single objects; none where another acts.
    Rows(oneshot::Sender<Option<Vec<Row>>>),
}

/// Questions to the engine, as it gets them.
pub type Questions = mpsc::Receiver<Question>;

/// A way to ask the engine, and the questions as it gets them.
pub fn questions() -> (mpsc::Sender<Question>, Questions) {
    mpsc::channel(16)
}

/// The pages of the server.
#[derive(Debug)]
pub struct Pages {
    ask: mpsc::Sender<Question>,
    metrics: Arc<Metrics>,
    figures: Arc<Mutex<Option<(Instant, Bytes)>>>,
}

impl Pages {
    /// Pages of what `ask` leads to.
    pub fn new(ask: mpsc::Sender<Question>, metrics: Arc<Metrics>) -> Self {
        Self { ask, metrics, figures: Arc::default() }
    }
}

impl Answers for Pages {
    fn answer(&self, page: Page) -> BoxFuture<'static, Answer> {
        let (ask, metrics, figures) = (self.ask.clone(), Arc::clone(&self.metrics), Arc::clone(&self.figures));
        async move {
            let answer = match page {
                Page::Alive => asked(&ask, Question::Alive).await.map(|()| {
                    let alive = Check { name: "engine", result: Ok("answers".to_owned()) };
                    Answer { good: true, body: lines(&[alive]).into() }
                }),
                Page::Ready => asked(&ask, Question::Ready).await.map(|checks| {
                    let good = checks.iter().all(|check| check.result.is_ok());
                    Answer { good, body: lines(&checks).into() }
                }),
                Page::Metrics => {
                    // Whoever comes meanwhile waits for the same page.
                    let mut figures = figures.lock().await;
                    let body = match &*figures {
                        Some((at, body)) if at.elapsed() < FRESH => Some(body.clone()),
                        _ => {
                            let rows = asked(&ask, Question::Rows).await;
                            rows.and_then(|rows| metrics.encode(rows).ok()).map(|page| {
                                let page = Bytes::from(page);
                                *figures = Some((Instant::now(), page.clone()));
                                page
                            })
                        }
                    };
                    body.map(|body| Answer { good: true, body })
                }
            };
            answer.unwrap_or_else(|| Answer { good: false, body: "[-] engine: it has ended\n".into() })
        }
        .boxed()
    }
}

async fn asked<T>(ask: &mpsc::Sender<Question>, question: impl FnOnce(oneshot::Sender<T>) -> Question) -> Option<T> {
    let (reply, answer) = oneshot::channel();
    ask.send(question(reply)).await.ok()?;
    answer.await.ok()
}

/// A line for each check, as the API server's own probes have them.
fn lines(checks: &[Check]) -> String {
    checks.iter().fold(String::new(), |mut lines, Check { name, result }| {
        let (sign, Ok(how) | Err(how)) = (if result.is_ok() { '+' } else { '-' }, result);
        // Writing to a text can't fail.
        let _ = writeln!(lines, "[{sign}] {name}: {how}");
        lines
    })
}

impl Engine {
    /// Answers. Whoever has asked may be gone.
    pub(super) fn answer(&mut self, question: Question) {
        match question {
            Question::Alive(reply) => drop(reply.send(())),
            Question::Ready(reply) => drop(reply.send(self.readiness())),
            Question::Rows(reply) => drop(reply.send(self.rows())),
        }
    }

    fn readiness(&mut self) -> Vec<Check> {
        let moment = self.time.moment();
        let clock = self.read_clock(moment).state;
        let mut checks = vec![
            self.api_server(moment.boot),
            Check {
                name: "clock",
                result: match clock.trouble() {
                    Some(trouble) => Err(trouble),
                    None if clock.is_right() => Ok("agrees with the API server's, as far as is known".to_owned()),
                    None => Err("isn't compared with the API server's yet".to_owned()),
                },
            },
            self.lease(moment.boot),
            self.scalers.check("timewindowscalers"),
            self.overrides.check("timewindowoverrides"),
            self.scale_records(),
            self.config_maps(),
        ];
        if self.is_wide() {
            checks.push(absent_or(&self.cluster_scalers, "clustertimewindowscalers"));
        }
        if self.spaces.are_watched() {
            checks.push(self.spaces.source.check("namespaces"));
        }
        checks.extend(self.kinds.checks());
        checks
    }

    fn api_server(&self, boot: Duration) -> Check {
        let why = self.server.trouble.as_ref().map(|trouble| format!(": {trouble}")).unwrap_or_default();
        let since = self.server.answered.map(|at| boot.saturating_sub(at));
        let result = match since {
            Some(since) if since < ANSWER_COUNTS => Ok(format!("answered {} s ago", since.as_secs())),
            Some(since) => Err(format!("has not answered for {} s{why}", since.as_secs())),
            None => Err(format!("has not answered yet{why}")),
        };
        Check { name: "api-server", result }
    }

    /// One that stands by is ready, too.
    fn lease(&self, boot: Duration) -> Check {
        let leadership = self.lead.leadership();
        let result = if leadership.held.is_open(boot) {
            // What keeps it from every namespace is as bad as no lease.
            match (self.lead.keeps_from_all(), self.lead.stands_back()) {
                (Some(why), _) => Err(why),
                (None, Some(before)) => {
                    Ok(format!("held by this process, which stands back before the lease {before}"))
                }
                (None, None) => Ok("held by this process".to_owned()),
            }
        } else if let Some(other) = leadership.other {
            Ok(format!("held by {other}; this process stands by"))
        } else if leadership.held.is_held(boot) {
            Ok("held by this process, which waits until others have seen that".to_owned())
        } else {
            Err(leadership.trouble.unwrap_or_else(|| "not held yet".to_owned()))
        };
        Check { name: "lease", result }
    }

    /// Whoever remembers nothing needs no records; those who do say that there are none.
    fn scale_records(&self) -> Check {
        absent_or(&self.recorded, "scalerecords")
    }

    fn config_maps(&self) -> Check {
        let mut unknown: Vec<_> = self.calendars.unknown().collect();
        unknown.sort();
        let mut names: Vec<_> =
            unknown.iter().take(NAMED).map(|key| format!("{}/{}", key.namespace, key.name)).collect();
        if let Some(more) = unknown.len().checked_sub(NAMED).filter(|more| *more > 0) {
            names.push(format!("{more} more"));
        }
        let result = if names.is_empty() {
            Ok("all that are referred to were asked for".to_owned())
        } else {
            Err(format!("not known yet: {}", names.join(", ")))
        };
        Check { name: "configmaps", result }
    }

    /// For how many seconds of the schedule's clock fewer of an object's target are ready than it is to have, by its own status. An
    /// autoscaler runs nothing itself: what it scales does.
    fn unready(&self, slot: &Slot, task: &Assignment, now: DateTime<Utc>) -> Option<f64> {
        let claimed = task.target?;
        let state = |id: TargetId| self.targets.get(id)?.state.as_ref();
        let beneath = self.targets.scales(claimed);
        let runs = state(beneath.unwrap_or(claimed))?;
        let ready = runs.ready?;
        let least = beneath.and_then(|_| state(claimed)).map(|autoscaler| autoscaler.replicas);
        let acts = slot.policy.compiled().is_some_and(|compiled| !compiled.pause.holds_at(now));
        let attempt = task.attempt.as_deref().filter(|_| acts);
        let lacking = attempt.map(|attempt| Lacking { to: attempt.to.replicas, due: attempt.due });
        let since = since((ready, runs.replicas), least, lacking, task.history.last_scale);
        // Another's target is told of by that one.
        let since = since.filter(|_| task.history.observed.is_some());
        Some(since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0)))
    }

    fn rows(&self) -> Option<Vec<Row>> {
        let moment = self.time.moment();
        let (now, boot) = (self.clock.at(moment.wall), moment.boot);
        // A second of a rehearsed clock saves as much as one of the real one.
        let share = self.clock.passes(Duration::from_secs(1)).as_seconds_f64();
        let (mut saved, mut unready) = (HashMap::<_, f64>::new(), HashMap::<_, f64>::new());
        for (_, task) in self.assignments.iter() {
            *saved.entry(task.policy).or_default() += task.saved.seconds(boot);
            // Of many it is the one that lacks some for the longest.
            let lacks = self.policies.get(task.policy).and_then(|slot| self.unready(slot, task, now));
            if let Some(lacks) = lacks {
                let most = unready.entry(task.policy).or_default();
                *most = most.max(lacks);
            }
        }
        let row = |id: PolicyId, slot: &Slot| {
            let head = self.head(slot)?;
            let history = &head.history;
            Some(Row {
                namespace: Arc::clone(&slot.policy.identity.namespace),
                name: slot.policy.identity.name.clone(),
                effective: history.effective.and_then(Value::count),
                observed: history.observed,
                next_boundary: history.boundary.map(|at| at.timestamp()),
                unready: unready.get(&id).copied(),
                saved: saved.get(&id).copied().unwrap_or_default() * share,
                grace: history.expiry.is_some(),
                degraded: history.is_degraded(),
                paused: slot.policy.compiled().is_some_and(|compiled| compiled.pause.holds_at(now)),
            })
        };
        // Those of namespaces that another acts in are told of there.
        let ours = |slot: &Slot| self.lead.acts_in(self.leading, &slot.policy.identity.namespace);
        let all = self.policies.iter().filter(|(_, slot)| ours(slot));
        self.leading.then(|| all.filter_map(|(id, slot)| row(id, slot)).collect())
    }
}

/// A line about a watch of a kind that need not be there.
fn absent_or(source: &Source, name: &'static str) -> Check {
    match &source.trouble {
        Some(trouble) if trouble.refused == Some(404) => Check { name, result: Ok(trouble.what.clone()) },
        _ => source.check(name),
    }
}

impl Source {
    /// What was read stays there in an interruption, which is the API server's, and that has a line of its own; but a refusal
    /// is this watch's.
    pub(super) fn check(&self, name: &'static str) -> Check {
        let result = match &self.trouble {
            Some(trouble) if !self.complete || trouble.is_refusal() => Err(trouble.what.clone()),
            None if !self.complete => Err("not all are known yet".to_owned()),
            _ => Ok("all are known".to_owned()),
        };
        Check { name, result }
    }
}

#[cfg(test)]
mod tests;
