//! One soak: time goes on, things go wrong, people change things, and everything that is written is entered.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::{DateTime, Utc};
use kyklos_testserver::{End, Fault, Filter, Kind, Refusal, Seen, Verb};
use serde_json::Value;

use crate::crews::Crews;
use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::people::People;
use crate::quarrels::Quarrels;
use crate::stage::Stage;
use crate::tally::Tally;
use crate::troubles::{self, Trouble};
use crate::zone::some_change;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400;
/// 2021-01-01, 2028-01-01 and 2036-01-01.
const FIRST: i64 = 1_609_459_200;
const FIRST_REAL: i64 = 1_830_297_600;
const LAST: i64 = 2_082_758_400;
/// The controllers' beginning, in milliseconds.
const BEGINNING: i64 = 30_000;
/// Between two looks at everything.
const AUDIT: i64 = 60 * MINUTE;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Soak {
    pub(crate) seed: u64,
    pub(crate) objects: usize,
    /// How long, at least some hours.
    pub(crate) seconds: i64,
    /// How many times as fast the schedules' clock runs as the machine's; none: it is the machine's. Only that one has years that
    /// are past, as the guard of the clock lets no machine read what is before the program, and two replicas are on the real one
    /// alone.
    pub(crate) rehearsed: Option<u32>,
    pub(crate) sabotage: Sabotage,
}

/// What is broken on purpose, without the ledger's knowledge, so that it can be seen to find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    None,
    /// The oracle's windows start a minute later.
    OracleAMinuteOff,
    /// After the first ones no write is carried out or answered any more.
    WritesThatNobodyCarriesOut,
    /// After the first ones no event is taken.
    EventsThatNobodyTakes,
}

/// What has come of it.
pub(crate) struct Verdict {
    pub(crate) tally: Tally,
    pub(crate) said: Vec<String>,
}

/// Runs one, and prints what it was and what has come of it.
pub(crate) fn run(soak: Soak) -> Verdict {
    // kube's watches wait by chance between two tries.
    fastrand::seed(soak.seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(simulate(soak))
}

async fn simulate(soak: Soak) -> Verdict {
    let begin = Instant::now();
    let mut dice = Dice::new(soak.seed);
    let years = (if soak.rehearsed.is_some() { FIRST } else { FIRST_REAL }, LAST);
    let from = match dice.chance(70) {
        // So that a clock change falls into it.
        true => some_change(&mut dice, years) - dice.within(soak.seconds / 4, soak.seconds * 3 / 4),
        false => dice.within(years.0, years.1),
    };
    let mut stage = Stage::new(from, soak.rehearsed, &mut dice.fork());
    let mut ledger = Ledger::new(stage.speed());
    let span = (from, from + soak.seconds);
    let off = i64::from(soak.sabotage == Sabotage::OracleAMinuteOff);
    let people = People::new(&stage, &mut ledger, (soak.objects, off), span, &mut dice.fork());
    let begun = from * 1_000 + stage.speed() * BEGINNING;
    let crews = Crews::new(&stage, &mut ledger, (soak.objects, off), span, begun, dice.fork());
    stage.start_all();
    let first = DateTime::<Utc>::from_timestamp(from, 0).expect("a second of these years");
    let Soak { seed, objects, seconds, sabotage, .. } = soak;
    println!("seed {seed}: {objects} objects, {} h from {first}, {}", seconds / 3_600, stage.shown());
    if sabotage == Sabotage::WritesThatNobodyCarriesOut {
        stage.server.fault_after(Filter::scale_writes(), objects + 10, None, Fault::Hang);
    }
    if sabotage == Sabotage::EventsThatNobodyTakes {
        let refused = Fault::Refuse(Refusal::forbidden("events are forbidden"));
        stage.server.fault_after(Filter::writes().kind(Kind::Event), objects, None, refused);
    }
    let (acts, faults) = (dice.fork(), dice.fork());
    let quarrels = Quarrels::new(dice.fork(), begun);
    let mut running = Running {
        stage,
        ledger,
        people,
        crews,
        quarrels,
        acts,
        faults,
        troubles: Vec::new(),
        caps: Vec::new(),
        open: BTreeSet::new(),
        next: 0,
    };
    running.go(span.1 * 1_000).await;
    if tell() && !running.ledger.said.is_empty() {
        running.show();
    }
    let Ledger { tally, said, .. } = running.ledger;
    println!("{tally} in {:.1} s", begin.elapsed().as_secs_f64());
    Verdict { tally, said }
}

/// A soak that runs.
struct Running {
    stage: Stage,
    ledger: Ledger,
    people: People,
    crews: Crews,
    quarrels: Quarrels,
    acts: Dice,
    faults: Dice,
    troubles: Vec<Trouble>,
    /// Namespaces with a cap on admission, from when to when.
    caps: Vec<(String, i64, i64, i64)>,
    /// Writes of counts and events that have no end yet.
    open: BTreeSet<usize>,
    /// The first request that wasn't entered yet.
    next: usize,
}

impl Running {
    async fn go(&mut self, end: i64) {
        let (begin, speed) = (self.stage.now(), self.stage.speed());
        let begun = begin + speed * BEGINNING;
        self.ledger.begin(begin, begun);
        let (mut act, mut trouble, mut audit) = (begun, begun, begin + AUDIT);
        while self.stage.now() < end && self.ledger.said.is_empty() {
            let lift = self.troubles.iter().map(|trouble| trouble.end).min().unwrap_or(i64::MAX);
            let (quarrel, crew) = (self.quarrels.next(), self.crews.next());
            self.stage.until(act.min(trouble).min(quarrel).min(crew).min(audit).min(lift).min(end)).await;
            self.enter();
            let now = self.stage.now();
            self.lift(now);
            if now >= trouble {
                self.begin_trouble(now).await;
                self.enter();
                trouble = self.stage.now() + speed * self.faults.within(2 * MINUTE, 80 * MINUTE);
            }
            if now >= act {
                self.people.act(&self.stage, &mut self.ledger, &mut self.acts);
                // Not on a whole second, where boundaries are.
                act = self.stage.now() + self.acts.within(1, 10 * MINUTE);
            }
            if now >= quarrel {
                self.quarrels.go_on(&self.stage, &mut self.people, &mut self.ledger);
            }
            if now >= crew {
                self.crews.go_on(&self.stage, &mut self.ledger);
            }
            if now >= audit {
                self.audit();
                audit = now + AUDIT;
            }
        }
        self.ledger.audit(self.stage.now());
    }

    fn lift(&mut self, now: i64) {
        let (over, going): (Vec<_>, Vec<_>) = self.troubles.drain(..).partition(|trouble| trouble.end <= now);
        self.troubles = going;
        over.into_iter().for_each(|trouble| trouble.lift(&self.stage));
    }

    async fn begin_trouble(&mut self, now: i64) {
        let calm = self.ledger.is_calm(now);
        let trouble = troubles::begin(&mut self.stage, &mut self.faults, &self.troubles, calm).await;
        if let Some((namespace, most)) = &trouble.cap {
            self.caps.push((namespace.clone(), *most, now, trouble.end));
        }
        if tell() {
            let shown = |at| DateTime::from_timestamp_millis(at).expect("an instant of these years");
            println!("{} to {}: {}", shown(now), shown(trouble.end), trouble.what);
        }
        if let Some(from) = trouble.silent_from {
            self.ledger.silence(from, trouble.end);
        }
        self.ledger.trouble(now, trouble.over, trouble.late, trouble.blind);
        self.troubles.push(trouble);
    }

    /// Enters the writes since the last time, of counts and of events.
    fn enter(&mut self) {
        let mut writes = self.stage.server.requests(&Filter::scale_writes());
        writes.extend(self.stage.server.requests(&Filter::all().kind(Kind::Event).verb(Verb::Create)));
        writes.sort_by_key(|write| write.number);
        for write in &writes {
            let is_new = write.number >= self.next;
            if is_new {
                self.open.insert(write.number);
                self.next = write.number + 1;
            }
            let is_over = write.end != End::Open && self.open.remove(&write.number);
            let at = self.stage.at(write.wall);
            if write.call.kind == Some(Kind::Event) {
                self.enter_event(write, at, is_over && write.done());
                continue;
            }
            let id = place(&write.call.name);
            let count = write.replicas().expect("a write of a scale has a count");
            if is_new {
                self.ledger.sent(id, at, count);
            }
            if is_over {
                self.ledger.ended(id, at, count, write.done().then(|| self.admitted(write, count, at)));
            }
        }
        if self.open.is_empty() {
            self.stage.server.clear_requests();
        }
    }

    fn enter_event(&mut self, write: &Seen, at: i64, is_there: bool) {
        let event = write.body.as_ref().expect("an event");
        let up = match event["reason"].as_str() {
            Some("ScaledUp") => true,
            Some("ScaledDown") => false,
            _ => return,
        };
        let (name, note) = (event["regarding"]["name"].as_str(), event["note"].as_str());
        let (name, note) = (name.expect("whom it is about"), note.expect("what it says"));
        if is_there && !self.crews.told(&mut self.ledger, name, note, at, up) {
            self.ledger.told_of(place(name), at, up);
        }
    }

    fn admitted(&self, write: &Seen, count: i64, at: i64) -> i64 {
        let here = |(namespace, _, from, to): &&(String, i64, i64, i64)| {
            *namespace == write.call.namespace && (*from..*to).contains(&at)
        };
        self.caps.iter().filter(here).map(|(_, most, _, _)| *most).fold(count, i64::min)
    }

    /// The object that something was wrong with first.
    fn show(&self) {
        let first = &self.ledger.said[0];
        let (namespace, name) = first.split(' ').next().and_then(|name| name.split_once('/')).expect("its name");
        let crew = self.crews.of(place(name));
        for kind in [Kind::TimeWindowScaler, Kind::Deployment] {
            for object in self.stage.server.list(kind, namespace) {
                let found = object["metadata"]["name"].as_str();
                if found.is_some_and(|found| found.starts_with(name) || Some(found) == crew) {
                    println!("{object}");
                }
            }
        }
    }

    /// Compares everything: the account with the cluster, and statuses with the oracle.
    fn audit(&mut self) {
        let now = self.stage.now();
        self.ledger.audit(now);
        assert!(self.stage.runs(), "a controller has ended by itself");
        for target in self.stage.server.list(Kind::Deployment, "") {
            let (id, count) =
                (place(target["metadata"]["name"].as_str().expect("a name")), target["spec"]["replicas"].as_i64());
            if let Some(actual) = self.ledger.actual(id)
                && count != Some(actual)
            {
                self.ledger.complain(id, now, &format!("the account says {actual}, and the target has {count:?}"));
            }
        }
        if !self.ledger.is_calm(now) {
            return;
        }
        for object in self.stage.server.list(Kind::TimeWindowScaler, "") {
            let (name, status) = (object["metadata"]["name"].as_str().expect("a name"), &object["status"]);
            if self.crews.audit(&mut self.ledger, name, now, status) {
                continue;
            }
            let id = place(name);
            if self.people.is_rival(id, name) {
                self.audit_rival(id, now, status);
                continue;
            }
            let Some((count, next)) = self.ledger.told(id, now) else { continue };
            let said = status["nextBoundary"]
                .as_str()
                .map(|text| text.parse::<DateTime<Utc>>().expect("an instant").timestamp());
            // What is beyond the oracle's span it doesn't know.
            let near = |at: &i64| *at * 1_000 < now + 7 * DAY * 1_000;
            if status["effectiveReplicas"].as_i64() != Some(count) || said.filter(near) != next.filter(near) {
                let what = format!(
                    "the status says {} until {said:?}, and not {count} until {next:?}",
                    status["effectiveReplicas"]
                );
                self.ledger.complain(id, now, &what);
            }
            let Some(scaled) = self.ledger.scaled(id, now) else { continue };
            let said = status["lastScaleTime"].as_str().map(|text| text.parse::<DateTime<Utc>>().expect("an instant"));
            // To the second.
            if said.is_some_and(|said| (scaled - 1_000..=scaled).contains(&said.timestamp_millis())) {
                self.ledger.tally.scale_times += 1;
            } else {
                self.ledger.complain(id, now, &format!("it was scaled at {scaled} ms, and the status says {said:?}"));
            }
        }
    }

    /// One whose target another object has says so, and which.
    fn audit_rival(&mut self, id: usize, now: i64, status: &Value) {
        let Some((since, elder)) = self.people.rival_of(&self.stage, id) else { return };
        if now <= since.max(self.ledger.calm_from()) + MINUTE {
            return;
        }
        let said = condition(status, "Ready");
        if said.is_some_and(|(reason, words)| reason == "ScaleConflict" && words.contains(&elder)) {
            self.ledger.tally.rivals_said += 1;
        } else {
            self.ledger.complain(
                id,
                now,
                &format!("the other object has waited for {elder} since {since}, and says {said:?}"),
            );
        }
    }
}

/// What a status says in a condition: the reason, and the words.
pub(crate) fn condition<'s>(status: &'s Value, kind: &str) -> Option<(&'s str, &'s str)> {
    let found = status["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)?;
    Some((found["reason"].as_str()?, found["message"].as_str()?))
}

/// Whether to tell of what happens.
fn tell() -> bool {
    std::env::var_os("KYKLOS_SOAK_TELL").is_some()
}

/// The number of an object and its target, which their names have.
fn place(name: &str) -> usize {
    let digits: String = name.trim_start_matches("web-").chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}
