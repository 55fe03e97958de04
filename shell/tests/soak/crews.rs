//! Schedules that are for several targets each: labels, annotations and a list of names put them in and out, again and again.

use std::rc::Rc;

use kyklos_testserver::Kind;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::oracle::Timeline;
use crate::schedule::{self, Schedule};
use crate::stage::Stage;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
/// For so many objects of one target there is one of many, with so many targets.
const FOR: usize = 40;
const MEMBERS: (i64, i64) = (2, 9);
/// The label that says whose target one is.
const LABEL: &str = "crew";
/// One target is changed no oftener than this: not so often that it would be a fight, or that a change of its labels would wait.
const RARELY: i64 = 4 * MINUTE;

/// Those schedules, and what people do to them and to their targets.
pub(crate) struct Crews {
    dice: Dice,
    crews: Vec<Crew>,
    /// When somebody does something next.
    acts: i64,
    /// The soak, in seconds.
    span: (i64, i64),
    /// By how many minutes the oracle is wrong on purpose.
    off: i64,
}

/// One schedule and its targets.
struct Crew {
    name: String,
    namespace: String,
    schedule: Schedule,
    members: Vec<Member>,
}

/// A target.
struct Member {
    id: usize,
    name: String,
    out: Option<Way>,
    changed: i64,
}

/// In what way a target isn't in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Label,
    Annotation,
    /// Until an instant.
    Until(i64),
    List,
}

impl Crews {
    /// Makes so many as fit to so many objects of one target; their numbers are those after these.
    pub(crate) fn new(
        stage: &Stage,
        ledger: &mut Ledger,
        (objects, off): (usize, i64),
        span: (i64, i64),
        begins: i64,
        mut dice: Dice,
    ) -> Self {
        let mut crews: Vec<Crew> = Vec::new();
        let mut next = objects;
        for number in 0..(objects / FOR).max(1) {
            let namespace = dice.one(&stage.namespaces).clone();
            let schedule = draw(&mut dice, span);
            let members = next..next + dice.within(MEMBERS.0, MEMBERS.1) as usize;
            next = members.end;
            let named = |id| Member { id, name: format!("web-{id:05}"), out: None, changed: 0 };
            let crew =
                Crew { name: format!("crew-{number:03}"), namespace, schedule, members: members.map(named).collect() };
            let timeline = crew.timeline(span, off);
            for member in &crew.members {
                let actual = dice.within(0, 20);
                let metadata = json!({
                    "namespace": crew.namespace, "name": member.name, "labels": { LABEL: crew.name },
                });
                let deployment = json!({ "metadata": metadata, "spec": { "replicas": actual } });
                stage.server.create(Kind::Deployment, "kubectl", &deployment).expect("a new Deployment");
                let shown = format!("{}/{}", crew.namespace, member.name);
                let rules = (crew.schedule.grace, crew.schedule.pause);
                ledger.open(shown, Rc::clone(&timeline), rules, actual, stage.now());
            }
            let object = json!({
                "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
                "metadata": { "namespace": crew.namespace, "name": crew.name }, "spec": crew.spec(),
            });
            stage.server.create(Kind::TimeWindowScaler, "kubectl", &object).expect("a new TimeWindowScaler");
            crews.push(crew);
        }
        Self { dice, crews, acts: begins, span, off }
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> i64 {
        let members = self.crews.iter().flat_map(|crew| &crew.members);
        let ends = members.filter_map(|member| member.ends());
        ends.chain([self.acts]).min().unwrap_or(self.acts)
    }

    /// Does what is due.
    pub(crate) fn go_on(&mut self, stage: &Stage, ledger: &mut Ledger) {
        let now = stage.now();
        for crew in &mut self.crews {
            let rules = (crew.schedule.grace, crew.schedule.pause);
            for member in crew.members.iter_mut().filter(|member| member.ends().is_some_and(|ends| ends <= now)) {
                member.out = None;
                member.changed = now;
                ledger.adjust(member.id, now, rules.0, rules.1);
            }
        }
        if self.acts <= now {
            self.act(now, stage, ledger);
            self.acts = now + self.dice.within(SECOND, 20 * MINUTE);
        }
    }

    fn act(&mut self, now: i64, stage: &Stage, ledger: &mut Ledger) {
        let dice = &mut self.dice;
        let place = dice.place(self.crews.len());
        let crew = &mut self.crews[place];
        match dice.within(0, 100) {
            0..50 => crew.moves(now, stage, ledger, dice),
            50..70 => crew.overwrite(now, stage, ledger, dice),
            70..80 => crew.schedule.pause = !crew.schedule.pause,
            80..88 => crew.schedule.grace = schedule::grace(dice),
            _ => {
                crew.schedule = draw(dice, self.span);
                crew.edit(stage);
                let timeline = crew.timeline(self.span, self.off);
                for member in &crew.members {
                    let rules = (crew.schedule.grace, crew.schedule.pause || member.out.is_some());
                    ledger.edit(member.id, now, Rc::clone(&timeline), rules);
                }
                return;
            }
        }
        // Who has been paused for a while is resumed, or in the end all would be.
        crew.schedule.pause &= !dice.chance(30);
        crew.edit(stage);
        for member in &crew.members {
            ledger.adjust(member.id, now, crew.schedule.grace, crew.schedule.pause || member.out.is_some());
        }
    }

    /// An event tells of targets of a schedule. Whether it is one of these.
    pub(crate) fn told(&self, ledger: &mut Ledger, name: &str, message: &str, at: i64, up: bool) -> bool {
        let Some(crew) = self.crews.iter().find(|crew| crew.name == name) else { return false };
        for member in &crew.members {
            if message.contains(&format!("Deployment {} from ", member.name)) {
                ledger.told_of(member.id, at, up);
            }
        }
        true
    }

    /// The schedule that a target is one of.
    pub(crate) fn of(&self, id: usize) -> Option<&str> {
        let crew = self.crews.iter().find(|crew| crew.members.iter().any(|member| member.id == id))?;
        Some(&crew.name)
    }

    /// Compares a status with what is known, where that is known of all targets. Whether it is one of these.
    pub(crate) fn audit(&self, ledger: &mut Ledger, name: &str, now: i64, status: &Value) -> bool {
        let Some(crew) = self.crews.iter().find(|crew| crew.name == name) else { return false };
        let told: Option<Vec<_>> = crew.members.iter().map(|member| ledger.told(member.id, now)).collect();
        let (Some(told), Some(first)) = (told, crew.members.first()) else { return true };
        let counts: Vec<_> = told.iter().map(|(count, _)| *count).collect();
        let is_one = counts.iter().all(|count| *count == counts[0]);
        if is_one && status["effectiveReplicas"].as_i64() != Some(counts[0]) {
            let what = format!("{name} says {}, and not {}", status["effectiveReplicas"], counts[0]);
            ledger.complain(first.id, now, &what);
        }
        let said = |count: &str| status["targets"][count].as_u64().unwrap_or(u64::MAX);
        let is_out = |way: &Way| crew.members.iter().filter(|member| member.out == Some(*way)).count();
        let until = crew.members.iter().filter(|member| matches!(member.out, Some(Way::Until(_)))).count();
        let excluded = (is_out(&Way::Annotation) + is_out(&Way::List) + until) as u64;
        let claimed = (crew.members.len() - is_out(&Way::Label)) as u64 - excluded;
        let is_right = said("claimed") == claimed
            && said("excluded") == excluded
            && (crew.schedule.pause || said("held") == claimed);
        if is_right {
            ledger.tally.crews += 1;
        } else {
            let what = format!(
                "{name} has {claimed} targets and {excluded} that are left out, and says {}",
                status["targets"]
            );
            ledger.complain(first.id, now, &what);
        }
        true
    }
}

impl Crew {
    /// A target leaves, or comes back.
    fn moves(&mut self, now: i64, stage: &Stage, ledger: &mut Ledger, dice: &mut Dice) {
        let place = dice.place(self.members.len());
        let member = &mut self.members[place];
        if now - member.changed <= RARELY {
            return;
        }
        member.changed = now;
        ledger.tally.moves += 1;
        let until = now.div_euclid(SECOND) + dice.within(600, 7_200);
        let ways = [Way::Label, Way::Annotation, Way::Until(until), Way::List];
        let (way, goes) = match member.out.take() {
            Some(way) => (way, false),
            None => (*dice.one(&ways), true),
        };
        member.out = goes.then_some(way);
        let patch = match way {
            Way::Label => json!({ "labels": { LABEL: if goes { "nobody" } else { &*self.name } } }),
            Way::Annotation => json!({ "annotations": { "kyklos.io/exclude": goes.then_some("true") } }),
            Way::Until(until) => {
                let until = jiff::Timestamp::from_second(until).expect("an instant of these years").to_string();
                json!({ "annotations": { "kyklos.io/exclude-until": goes.then_some(until) } })
            }
            // The list is the schedule's.
            Way::List => return,
        };
        let patch = json!({ "metadata": patch });
        stage.server.edit(Kind::Deployment, &self.namespace, &member.name, "kubectl", &patch).expect("it is there");
    }

    /// Another writer gives a target a count, or deletes it and makes it anew, with the labels and annotations that it had.
    fn overwrite(&mut self, now: i64, stage: &Stage, ledger: &mut Ledger, dice: &mut Dice) {
        let place = dice.place(self.members.len());
        let member = &mut self.members[place];
        let Some(actual) = ledger.actual(member.id).filter(|_| now - member.changed > RARELY) else { return };
        member.changed = now;
        let (count, namespace) = (actual + 1 + dice.within(0, 9), &self.namespace);
        if dice.chance(15) {
            let found = stage.server.get(Kind::Deployment, namespace, &member.name).expect("it is there");
            stage.server.delete(Kind::Deployment, namespace, &member.name).expect("it is there");
            let (labels, annotations) = (&found["metadata"]["labels"], &found["metadata"]["annotations"]);
            let mut metadata = json!({ "namespace": namespace, "name": member.name, "labels": labels });
            if !annotations.is_null() {
                metadata["annotations"] = annotations.clone();
            }
            let deployment = json!({ "metadata": metadata, "spec": { "replicas": count } });
            stage.server.create(Kind::Deployment, "kubectl", &deployment).expect("a new Deployment");
        } else {
            stage.server.scale(Kind::Deployment, namespace, &member.name, "kubectl", count).expect("it is there");
        }
        ledger.overwrite(member.id, now, count);
    }

    fn timeline(&self, span: (i64, i64), off: i64) -> Rc<Timeline> {
        let mut schedule = self.schedule.clone();
        schedule.windows.iter_mut().for_each(|window| window.start += off);
        Rc::new(Timeline::new(&schedule, &[], span.0 - 86_400, span.1 + 86_400))
    }

    /// The schedule as the API server gets it. What targets had is none of the ledger's business: it keeps on leaving.
    fn spec(&self) -> Value {
        let mut spec = self.schedule.json("");
        let left_out = self.members.iter().filter(|member| member.out == Some(Way::List));
        let list: Vec<_> = left_out.map(|member| json!({ "kind": "Deployment", "name": member.name })).collect();
        let fields = spec.as_object_mut().expect("a spec");
        fields.remove("targetRef");
        fields.insert("onDelete".to_owned(), json!("keep"));
        let targets = json!({ "selector": { "matchLabels": { LABEL: self.name } }, "exclude": list });
        fields.insert("targets".to_owned(), targets);
        spec
    }

    fn edit(&self, stage: &Stage) {
        let patch = json!({ "spec": self.spec() });
        stage.server.edit(Kind::TimeWindowScaler, &self.namespace, &self.name, "kubectl", &patch).expect("it is there");
    }
}

impl Member {
    /// When it is in it again by itself: a second before, so that the account is never behind.
    fn ends(&self) -> Option<i64> {
        match self.out {
            Some(Way::Until(until)) => Some((until - 1) * SECOND),
            _ => None,
        }
    }
}

/// Without holidays: whose ConfigMaps are edited are the others.
fn draw(dice: &mut Dice, (from, to): (i64, i64)) -> Schedule {
    Schedule::draw(dice, from, ((to - from) / 86_400).max(1), 0)
}
