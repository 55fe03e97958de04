//! The objects, and what people do to them.

use std::rc::Rc;

use kyklos_testserver::Kind;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::oracle::Timeline;
use crate::schedule::{self, Holiday, Schedule, calendar_name, draw_holidays, holidays_json};
use crate::stage::Stage;

/// How many ConfigMaps with holidays a namespace has; more than 16 are not read.
const CALENDARS: usize = 12;
/// Somebody changes the same target no oftener than this, in milliseconds: five times in ten minutes would be a fight, in which
/// corrections are held back.
const RARELY: i64 = 240_000;

/// A target and the object that has it.
pub(crate) struct Object {
    pub(crate) namespace: usize,
    /// The target's name.
    pub(crate) name: String,
    /// The object's: the target's, or that and a letter.
    scaler: String,
    schedule: Schedule,
    overwritten: i64,
    /// When the object was made.
    made: i64,
    quarrel: Quarrel,
}

/// What goes on about a target.
enum Quarrel {
    Nothing,
    /// Somebody puts its count back again and again, and everybody else leaves it alone.
    Fight,
    /// Another object names it, too, which is younger, since this instant.
    Rival {
        scaler: String,
        schedule: Schedule,
        since: i64,
    },
}

impl Object {
    /// The name that the object doesn't have and another one could.
    fn other(&self) -> String {
        if self.scaler == self.name { format!("{}-b", self.name) } else { self.name.clone() }
    }
}

/// All objects, and all holidays.
pub(crate) struct People {
    pub(crate) objects: Vec<Object>,
    /// By namespace and place.
    calendars: Vec<Vec<Vec<Holiday>>>,
    /// The soak, in seconds.
    span: (i64, i64),
    /// By how many minutes the oracle is wrong on purpose.
    off: i64,
}

impl People {
    /// Makes so many objects, their targets and their holidays.
    pub(crate) fn new(
        stage: &Stage,
        ledger: &mut Ledger,
        (count, off): (usize, i64),
        span: (i64, i64),
        dice: &mut Dice,
    ) -> Self {
        let mut people = Self { objects: Vec::new(), calendars: Vec::new(), span, off };
        for namespace in &stage.namespaces {
            let calendars: Vec<_> = (0..CALENDARS).map(|_| draw_holidays(dice, span.0, people.days())).collect();
            for (place, holidays) in calendars.iter().enumerate() {
                let object = json!({
                    "metadata": { "namespace": namespace, "name": calendar_name(place) },
                    "data": holidays_json(holidays),
                });
                stage.server.create(Kind::ConfigMap, "kubectl", &object).expect("a new ConfigMap");
            }
            people.calendars.push(calendars);
        }
        for id in 0..count {
            let namespace = dice.place(stage.namespaces.len());
            let schedule = people.draw(dice);
            let name = format!("web-{id:05}");
            let (scaler, made) = (name.clone(), stage.now());
            let object = Object { namespace, name, scaler, schedule, overwritten: 0, made, quarrel: Quarrel::Nothing };
            let actual = dice.within(0, 20);
            deploy(stage, &object, actual);
            scale(stage, &object, &object.scaler, &object.schedule);
            let schedule = &object.schedule;
            let shown = format!("{}/{}", stage.namespaces[namespace], object.name);
            ledger.open(shown, people.timeline(&object), (schedule.grace, schedule.pause), actual, stage.now());
            people.objects.push(object);
        }
        people
    }

    fn days(&self) -> i64 {
        ((self.span.1 - self.span.0) / 86_400).max(1)
    }

    fn draw(&self, dice: &mut Dice) -> Schedule {
        Schedule::draw(dice, self.span.0, self.days(), CALENDARS)
    }

    fn timeline(&self, object: &Object) -> Rc<Timeline> {
        let holidays = object.schedule.calendar.map(|place| &self.calendars[object.namespace][place]);
        let holidays = holidays.map(Vec::as_slice).unwrap_or_default();
        let mut schedule = object.schedule.clone();
        schedule.windows.iter_mut().for_each(|window| window.start += self.off);
        Rc::new(Timeline::new(&schedule, holidays, self.span.0 - 86_400, self.span.1 + 86_400))
    }

    /// Somebody does something.
    pub(crate) fn act(&mut self, stage: &Stage, ledger: &mut Ledger, dice: &mut Dice) {
        let (id, now) = (dice.place(self.objects.len()), stage.now());
        let draw = dice.within(0, 100);
        let is_left_alone = match &self.objects[id].quarrel {
            Quarrel::Nothing => false,
            Quarrel::Fight => draw < 95,
            // Made anew it would be the younger one.
            Quarrel::Rival { .. } => (90..95).contains(&draw),
        };
        if is_left_alone {
            return;
        }
        match draw {
            0..40 => self.overwrite(id, now, stage, ledger, dice),
            40..60 => {
                let pause = !self.objects[id].schedule.pause;
                self.objects[id].schedule.pause = pause;
                self.adjust(id, now, stage, ledger);
            }
            60..70 => {
                self.objects[id].schedule.grace = schedule::grace(dice);
                self.adjust(id, now, stage, ledger);
            }
            70..90 => self.rewrite(id, now, stage, ledger, dice),
            90..95 => self.replace(id, now, stage, ledger, dice),
            _ => self.change_holidays(now, stage, ledger, dice),
        }
        // Who has been paused for a while is resumed, or in the end all would be.
        let paused = self.objects.iter().position(|object| object.schedule.pause);
        if let Some(id) = paused.filter(|_| dice.chance(20)) {
            self.objects[id].schedule.pause = false;
            self.adjust(id, now, stage, ledger);
        }
    }

    /// Another writer gives the target a count, or deletes it and makes it anew.
    fn overwrite(&mut self, id: usize, now: i64, stage: &Stage, ledger: &mut Ledger, dice: &mut Dice) {
        let object = &mut self.objects[id];
        let Some(actual) = ledger.actual(id).filter(|_| now - object.overwritten > RARELY) else { return };
        let count = if dice.chance(50) { actual + 1 } else { actual + 1 + dice.within(0, 9) };
        object.overwritten = now;
        let namespace = &stage.namespaces[object.namespace];
        if dice.chance(15) {
            stage.server.delete(Kind::Deployment, namespace, &object.name).expect("it is there");
            deploy(stage, object, count);
        } else {
            stage.server.scale(Kind::Deployment, namespace, &object.name, "kubectl", count).expect("it is there");
        }
        ledger.overwrite(id, now, count);
    }

    fn adjust(&self, id: usize, now: i64, stage: &Stage, ledger: &mut Ledger) {
        let object = &self.objects[id];
        edit(stage, object);
        ledger.adjust(id, now, object.schedule.grace, object.schedule.pause);
    }

    fn rewrite(&mut self, id: usize, now: i64, stage: &Stage, ledger: &mut Ledger, dice: &mut Dice) {
        self.objects[id].schedule = self.draw(dice);
        edit(stage, &self.objects[id]);
        self.note_edit(id, now, ledger);
    }

    fn note_edit(&self, id: usize, now: i64, ledger: &mut Ledger) {
        let object = &self.objects[id];
        ledger.edit(id, now, self.timeline(object), (object.schedule.grace, object.schedule.pause));
    }

    /// The object is deleted, and another one of its name is made.
    fn replace(&mut self, id: usize, now: i64, stage: &Stage, ledger: &mut Ledger, dice: &mut Dice) {
        self.objects[id].schedule = self.draw(dice);
        let object = &self.objects[id];
        let namespace = &stage.namespaces[object.namespace];
        stage.server.delete(Kind::TimeWindowScaler, namespace, &object.scaler).expect("it is there");
        scale(stage, object, &object.scaler, &object.schedule);
        ledger.replace(id, now, self.timeline(object), (object.schedule.grace, object.schedule.pause));
        self.objects[id].made = now;
    }

    /// An object about which nothing goes on, and that acts; from now on somebody puts its target's count back.
    pub(crate) fn begin_fight(&mut self, dice: &mut Dice) -> Option<usize> {
        let id = dice.place(self.objects.len());
        let object = &mut self.objects[id];
        if object.schedule.pause || !matches!(object.quarrel, Quarrel::Nothing) {
            return None;
        }
        object.quarrel = Quarrel::Fight;
        Some(id)
    }

    /// Nobody does so any more.
    pub(crate) fn end_fight(&mut self, id: usize, now: i64) {
        let object = &mut self.objects[id];
        (object.quarrel, object.overwritten) = (Quarrel::Nothing, now);
    }

    /// Another object names the target of one about which nothing goes on.
    pub(crate) fn begin_rivalry(&mut self, stage: &Stage, dice: &mut Dice) -> Option<usize> {
        let (id, now) = (dice.place(self.objects.len()), stage.now());
        // Of those of one second the names would decide.
        let is_old = now - self.objects[id].made > 10_000 * stage.speed();
        if !is_old || !matches!(self.objects[id].quarrel, Quarrel::Nothing) {
            return None;
        }
        let (scaler, schedule) = (self.objects[id].other(), self.draw(dice));
        scale(stage, &self.objects[id], &scaler, &schedule);
        self.objects[id].quarrel = Quarrel::Rival { scaler, schedule, since: now };
        Some(id)
    }

    /// The younger object goes, which changes nothing.
    pub(crate) fn end_rivalry(&mut self, id: usize, stage: &Stage) {
        let object = &mut self.objects[id];
        if let Quarrel::Rival { scaler, .. } = std::mem::replace(&mut object.quarrel, Quarrel::Nothing) {
            let namespace = &stage.namespaces[object.namespace];
            stage.server.delete(Kind::TimeWindowScaler, namespace, &scaler).expect("it is there");
        }
    }

    /// The elder object goes, and the younger one has its target. It may come back at once, as the younger one then.
    pub(crate) fn turn_rivalry(&mut self, id: usize, stage: &Stage, ledger: &mut Ledger, comes_back: bool) {
        let (now, object) = (stage.now(), &mut self.objects[id]);
        let Quarrel::Rival { scaler, schedule, since } = std::mem::replace(&mut object.quarrel, Quarrel::Nothing)
        else {
            return;
        };
        let namespace = &stage.namespaces[object.namespace];
        stage.server.delete(Kind::TimeWindowScaler, namespace, &object.scaler).expect("it is there");
        let elder = std::mem::replace(&mut object.scaler, scaler);
        let elders = std::mem::replace(&mut object.schedule, schedule);
        object.made = since;
        if comes_back {
            scale(stage, object, &elder, &elders);
            object.quarrel = Quarrel::Rival { scaler: elder, schedule: elders, since: now };
        }
        let object = &self.objects[id];
        ledger.replace(id, now, self.timeline(object), (object.schedule.grace, object.schedule.pause));
    }

    /// Whether an object names the target of another one.
    pub(crate) fn is_rival(&self, id: usize, name: &str) -> bool {
        matches!(&self.objects[id].quarrel, Quarrel::Rival { scaler, .. } if scaler == name)
    }

    /// Since when another object names a target, too, and which one has it.
    pub(crate) fn rival_of(&self, stage: &Stage, id: usize) -> Option<(i64, String)> {
        let object = &self.objects[id];
        match object.quarrel {
            Quarrel::Rival { since, .. } => {
                Some((since, format!("{}/{}", stage.namespaces[object.namespace], object.scaler)))
            }
            Quarrel::Nothing | Quarrel::Fight => None,
        }
    }

    /// The status of the object that has a target.
    pub(crate) fn status(&self, stage: &Stage, id: usize) -> Value {
        let object = &self.objects[id];
        let found = stage.server.get(Kind::TimeWindowScaler, &stage.namespaces[object.namespace], &object.scaler);
        found.expect("it is there")["status"].clone()
    }

    /// Somebody else gives a target this count.
    pub(crate) fn put_back(&self, id: usize, stage: &Stage, manager: &str, count: i64) {
        let object = &self.objects[id];
        let namespace = &stage.namespaces[object.namespace];
        stage.server.scale(Kind::Deployment, namespace, &object.name, manager, count).expect("it is there");
    }

    fn change_holidays(&mut self, now: i64, stage: &Stage, ledger: &mut Ledger, dice: &mut Dice) {
        let (namespace, place) = (dice.place(self.calendars.len()), dice.place(CALENDARS));
        let holidays = draw_holidays(dice, self.span.0, self.days());
        let mut data = holidays_json(&holidays);
        // What is null goes, in a merge patch.
        for (key, _) in holidays_json(&self.calendars[namespace][place]).as_object().expect("keys") {
            if data.get(key).is_none() {
                data[key] = Value::Null;
            }
        }
        let name = calendar_name(place);
        let patch = json!({ "data": data });
        stage
            .server
            .edit(Kind::ConfigMap, &stage.namespaces[namespace], &name, "kubectl", &patch)
            .expect("it is there");
        self.calendars[namespace][place] = holidays;
        for id in 0..self.objects.len() {
            let object = &self.objects[id];
            if object.namespace == namespace && object.schedule.calendar == Some(place) {
                self.note_edit(id, now, ledger);
            }
        }
    }
}

fn deploy(stage: &Stage, object: &Object, replicas: i64) {
    let metadata = json!({ "namespace": stage.namespaces[object.namespace], "name": object.name });
    let deployment = json!({ "metadata": metadata, "spec": { "replicas": replicas } });
    stage.server.create(Kind::Deployment, "kubectl", &deployment).expect("a new Deployment");
}

fn scale(stage: &Stage, object: &Object, name: &str, schedule: &Schedule) {
    let scaler = json!({
        "apiVersion": "kyklos.io/v1alpha1", "kind": "TimeWindowScaler",
        "metadata": { "namespace": stage.namespaces[object.namespace], "name": name },
        "spec": schedule.json(&object.name),
    });
    stage.server.create(Kind::TimeWindowScaler, "kubectl", &scaler).expect("a new TimeWindowScaler");
}

fn edit(stage: &Stage, object: &Object) {
    let (namespace, patch) =
        (&stage.namespaces[object.namespace], json!({ "spec": object.schedule.json(&object.name) }));
    stage.server.edit(Kind::TimeWindowScaler, namespace, &object.scaler, "kubectl", &patch).expect("it is there");
}
