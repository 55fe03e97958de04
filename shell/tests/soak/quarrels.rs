//! Quarrels about a target: somebody who puts its count back again and again, and a second object that names it. They excuse
//! nothing but what the contract says of them.

use std::collections::VecDeque;

use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::people::People;
use crate::run::condition;
use crate::stage::Stage;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
/// So many reverts within so long are a fight, which is said: one more than it takes, so that there was time to.
const SAID_AFTER: usize = 6;
const WITHIN: i64 = 10 * MINUTE;
/// Who puts the count back, as its writes say.
const MANAGER: &str = "argocd-controller";

/// What goes on, by the schedules' clock.
pub(crate) struct Quarrels {
    dice: Dice,
    /// When the next one begins.
    begins: i64,
    fights: Vec<Fight>,
    rivalries: Vec<Rivalry>,
}

/// Somebody puts a count back.
struct Fight {
    id: usize,
    /// None that a schedule ever has.
    count: i64,
    /// How long after a look the next one comes.
    every: i64,
    next: i64,
    end: i64,
    /// When it was put back, the latest times.
    reverts: VecDeque<i64>,
}

/// Two objects name one target.
struct Rivalry {
    id: usize,
    next: i64,
}

impl Quarrels {
    pub(crate) const fn new(dice: Dice, begins: i64) -> Self {
        Self { dice, begins, fights: Vec::new(), rivalries: Vec::new() }
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> i64 {
        let fights = self.fights.iter().map(|fight| fight.next);
        let rivalries = self.rivalries.iter().map(|rivalry| rivalry.next);
        fights.chain(rivalries).chain([self.begins]).min().unwrap_or(self.begins)
    }

    /// Does what is due.
    pub(crate) fn go_on(&mut self, stage: &Stage, people: &mut People, ledger: &mut Ledger) {
        let now = stage.now();
        self.fights.retain_mut(|fight| fight.next > now || fight.goes_on(now, stage, people, ledger));
        let dice = &mut self.dice;
        self.rivalries.retain_mut(|rivalry| rivalry.next > now || rivalry.goes_on(now, stage, people, ledger, dice));
        if self.begins <= now {
            self.begin(now, stage, people, ledger);
            self.begins = now + self.dice.within(10 * MINUTE, 120 * MINUTE);
        }
    }

    fn begin(&mut self, now: i64, stage: &Stage, people: &mut People, ledger: &mut Ledger) {
        let dice = &mut self.dice;
        if dice.chance(50) {
            let Some(id) = people.begin_fight(dice) else { return };
            ledger.fight(id, now);
            // From a loop that does nothing else to one that comes by every few minutes.
            let every = *dice.one(&[10 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE]);
            let end = now + dice.within(5 * MINUTE, 90 * MINUTE);
            let count = dice.within(21, 30);
            self.fights.push(Fight { id, count, every, next: now, end, reverts: VecDeque::new() });
        } else {
            let Some(id) = people.begin_rivalry(stage, dice) else { return };
            self.rivalries.push(Rivalry { id, next: now + dice.within(MINUTE, 180 * MINUTE) });
        }
    }
}

impl Fight {
    /// Looks at the target, and puts its count back where that isn't this one's. Says whether it goes on.
    fn goes_on(&mut self, now: i64, stage: &Stage, people: &mut People, ledger: &mut Ledger) -> bool {
        if now >= self.end {
            people.end_fight(self.id, now);
            return false;
        }
        self.next = now + self.every;
        // Not while a write is on its way, or nobody could say which one came first.
        if ledger.actual(self.id).is_none_or(|actual| actual == self.count) {
            return true;
        }
        self.check(now, stage, people, ledger);
        people.put_back(self.id, stage, MANAGER, self.count);
        ledger.overwrite(self.id, now, self.count);
        ledger.tally.reverts += 1;
        self.reverts.push_back(now);
        if self.reverts.len() > SAID_AFTER {
            self.reverts.pop_front();
        }
        true
    }

    /// That it is a fight is said, and who with.
    fn check(&self, now: i64, stage: &Stage, people: &People, ledger: &mut Ledger) {
        let first = self.reverts.front().copied().filter(|_| self.reverts.len() == SAID_AFTER);
        let is_seen = |first: i64| first > now - WITHIN && first > ledger.calm_from();
        if !first.is_some_and(is_seen) || ledger.told(self.id, now).is_none() {
            return;
        }
        let status = people.status(stage, self.id);
        let said = condition(&status, "Degraded");
        if said.is_some_and(|(reason, words)| reason == "CountReverted" && words.contains(MANAGER)) {
            ledger.tally.reverts_said += 1;
        } else {
            ledger.complain(self.id, now, &format!("its count was put back {SAID_AFTER} times, and it says {said:?}"));
        }
    }
}

impl Rivalry {
    /// One of the two goes. Says whether there are still two.
    fn goes_on(&mut self, now: i64, stage: &Stage, people: &mut People, ledger: &mut Ledger, dice: &mut Dice) -> bool {
        if dice.chance(40) {
            people.end_rivalry(self.id, stage);
            return false;
        }
        let comes_back = dice.chance(30);
        people.turn_rivalry(self.id, stage, ledger, comes_back);
        ledger.tally.takeovers += 1;
        self.next = now + dice.within(20 * MINUTE, 180 * MINUTE);
        comes_back
    }
}
