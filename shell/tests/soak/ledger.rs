//! The account of each target, and the verdict: what was written, what was due, and whether that is the same.
//!
//! Instants are milliseconds since 1970 on the schedule's clock. They come in order for each object.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::book::{Book, Vague, shown};
use crate::oracle::Timeline;
use crate::tally::Tally;
use crate::tellings::Told;
use crate::wanted::Wanted;

/// What is due has to be there so many milliseconds later, by the machine's clock.
const IN_TIME: i64 = 5_000;
/// The longest grace period, in seconds.
const GRACE_MAX: i64 = 3_600;
/// An edit as near as this to a boundary, in seconds, may come before or after it.
const BESIDE: i64 = 2;

#[derive(Debug)]
pub(crate) struct Ledger {
    books: Vec<Book>,
    /// What is due has to be there so many milliseconds later.
    in_time: i64,
    /// Until when nothing has to be there in time.
    trouble_over: i64,
    /// Until when it isn't known what the controller has seen.
    blind_over: i64,
    /// From when to when a clock is wrong and nothing may be written.
    silence: (i64, i64),
    pub(crate) tally: Tally,
    /// What was wrong, in words; the first ones.
    pub(crate) said: Vec<String>,
}

impl Ledger {
    /// An empty one of a schedules' clock that runs so many times as fast as the machine's.
    pub(crate) fn new(speed: i64) -> Self {
        Self {
            books: Vec::new(),
            in_time: IN_TIME * speed,
            trouble_over: 0,
            blind_over: 0,
            silence: (0, 0),
            tally: Tally::default(),
            said: Vec::new(),
        }
    }

    /// A target that has `actual`, and an object that is seen for the first time. Its number is the next one from 0.
    pub(crate) fn open(
        &mut self,
        name: String,
        timeline: Rc<Timeline>,
        (grace, paused): (i64, bool),
        actual: i64,
        at: i64,
    ) {
        let wanted = Wanted::new(timeline, grace, at.div_euclid(1_000));
        self.books.push(Book::new(name, wanted, (grace, paused), actual, at));
    }

    /// The controllers start, and see everything for the first time by `over`; before or after a boundary that comes until then.
    pub(crate) fn begin(&mut self, at: i64, over: i64) {
        self.trouble(at, over, true, true);
        let (second, last) = (at.div_euclid(1_000), over.div_euclid(1_000));
        for book in &mut self.books {
            let timeline = book.wanted.timeline();
            if timeline.after(second).is_some_and(|state| state.from <= last) {
                let counts = timeline.counts(second, last).collect();
                book.vague = Some(Vague { over, counts });
            }
        }
    }

    /// From here to `over` what is due may be late; where it is blind, edits may be seen late, too.
    pub(crate) fn trouble(&mut self, at: i64, over: i64, late: bool, blind: bool) {
        self.audit(at);
        if late {
            self.trouble_over = self.trouble_over.max(over);
        }
        if blind {
            self.blind_over = self.blind_over.max(over);
        }
        self.books.iter_mut().for_each(|book| book.tellings.excuse(at, self.in_time));
    }

    /// From here to `to` a clock is wrong, and nothing may be written. What was sent at that very instant was decided before.
    pub(crate) fn silence(&mut self, from: i64, to: i64) {
        self.tally.skews += 1;
        self.silence = (from, to);
    }

    /// Somebody begins to put the count of a target back again and again.
    pub(crate) fn fight(&mut self, id: usize, at: i64) {
        self.books[id].patience.fight(at, self.trouble_over);
    }

    /// Until when something goes wrong or did so a moment ago.
    pub(crate) fn calm_from(&self) -> i64 {
        self.trouble_over.max(self.blind_over)
    }

    /// Whether nothing goes wrong at the moment, nor did a moment ago.
    pub(crate) fn is_calm(&self, at: i64) -> bool {
        at >= self.calm_from()
    }

    /// Somebody else gives the target a count.
    pub(crate) fn overwrite(&mut self, id: usize, at: i64, count: i64) {
        self.look(id, at);
        self.tally.acts += 1;
        self.books[id].note(at, "somebody else writes", count);
        let (trouble_over, book) = (self.trouble_over, &mut self.books[id]);
        (book.actual, book.since, book.by_boundary) = (count, at, false);
        book.patience.overwritten(at, trouble_over);
    }

    /// The object gets another schedule or other holidays.
    pub(crate) fn edit(&mut self, id: usize, at: i64, timeline: Rc<Timeline>, (grace, paused): (i64, bool)) {
        let doubtful = self.is_beside(id, at, &timeline) || self.books[id].wanted.is_in_grace();
        self.change(id, at, doubtful, (grace, paused), |wanted, second| wanted.edit(timeline, grace, second));
    }

    /// The object is deleted, and made anew, or another one that has waited for it has the target now.
    pub(crate) fn replace(&mut self, id: usize, at: i64, timeline: Rc<Timeline>, (grace, paused): (i64, bool)) {
        let doubtful = self.is_beside(id, at, &timeline);
        self.change(id, at, doubtful, (grace, paused), |wanted, second| wanted.edit(timeline, grace, second));
        self.books[id].tellings.replaced();
    }

    /// The object is paused, resumed, or gets another grace period.
    pub(crate) fn adjust(&mut self, id: usize, at: i64, grace: i64, paused: bool) {
        self.change(id, at, false, (grace, paused), |wanted, second| wanted.set_grace(grace, second));
    }

    fn is_beside(&mut self, id: usize, at: i64, timeline: &Timeline) -> bool {
        self.go_on(id, at);
        let near = |timeline: &Timeline| {
            let from = at.div_euclid(1_000) - BESIDE;
            timeline.after(from).is_some_and(|state| state.from <= from + 2 * BESIDE)
        };
        near(timeline) || near(self.books[id].wanted.timeline())
    }

    fn change(
        &mut self,
        id: usize,
        at: i64,
        doubtful: bool,
        (grace, paused): (i64, bool),
        change: impl FnOnce(&mut Wanted, i64),
    ) {
        self.look(id, at);
        self.tally.acts += 1;
        let (blind_over, book) = (self.blind_over, &mut self.books[id]);
        let second = at.div_euclid(1_000);
        if doubtful || at < blind_over || book.vague.is_some() {
            let over = at.max(blind_over);
            let vague = book.vague.get_or_insert_with(|| Vague { over, counts: BTreeSet::new() });
            vague.over = vague.over.max(over);
            vague.counts.insert(book.wanted.count());
            vague
                .counts
                .extend(book.wanted.timeline().counts(second - 2 * GRACE_MAX, over.div_euclid(1_000) + GRACE_MAX));
        }
        let before = book.wanted.count();
        change(&mut book.wanted, second);
        if book.wanted.count() != before {
            book.patience.is_due_anyway();
        }
        (book.grace, book.paused, book.since, book.by_boundary) = (grace, paused, at, false);
        let what = match (paused, book.vague.is_some()) {
            (true, _) => "edited, and is paused; wanted is",
            (false, true) => "edited, seen nobody knows when; wanted is",
            (false, false) => "edited; wanted is",
        };
        let count = book.wanted.count();
        self.books[id].note(at, what, count);
    }

    /// A write of the target was sent.
    pub(crate) fn sent(&mut self, id: usize, at: i64, count: i64) {
        self.go_on(id, at);
        self.tally.sent += 1;
        self.books[id].note(at, "sent is", count);
        let (trouble_over, silence) = (self.trouble_over, self.silence);
        let book = &mut self.books[id];
        book.in_flight += 1;
        let is_too_often = book.patience.sent(at, trouble_over);
        let wanted = book.wanted.count();
        let second = at.div_euclid(1_000);
        let why = match &book.vague {
            _ if at > silence.0 && at < silence.1 => Some("is written while a clock is wrong".to_owned()),
            _ if is_too_often => Some("is put right too often, while somebody puts it back again and again".to_owned()),
            Some(vague) => {
                let is_old = vague.counts.contains(&count) || count == wanted;
                let is_new = || book.wanted.timeline().counts(second - 2 * GRACE_MAX, second).any(|one| one == count);
                (!is_old && !is_new()).then(|| "is none of the counts that it can be".to_owned())
            }
            None if book.paused => Some("is written while the object is paused".to_owned()),
            None => (count != wanted).then(|| format!("is written instead of {wanted}")),
        };
        if let Some(why) = why {
            // It isn't missed on top of that.
            book.since = at;
            self.tally.wrong += 1;
            self.say(id, at, &format!("wrong: {count} {why}"));
        }
    }

    /// A write that was sent at `at` has come to its end: what the target has by it, if it was carried out.
    pub(crate) fn ended(&mut self, id: usize, at: i64, count: i64, stored: Option<i64>) {
        let (trouble_over, calm) = (self.trouble_over, self.is_calm(at));
        self.tally.note([id as i64, at, count, stored.unwrap_or(-1)]);
        self.books[id].in_flight -= 1;
        let Some(stored) = stored else { return };
        self.tally.accepted += 1;
        self.books[id].note(at, "it is there", stored);
        let book = &mut self.books[id];
        let twice = book.actual == count;
        if stored != book.actual {
            let as_asked = calm && stored == count && book.vague.is_none() && !book.paused;
            book.tellings.changed(at, stored > book.actual, as_asked, book.by_boundary);
        }
        (book.actual, book.by_boundary) = (stored, false);
        let late = at - book.since.max(trouble_over);
        let is_late = book.vague.is_none() && !book.paused && late > self.in_time + book.patience.late();
        if book.vague.is_none() && at >= trouble_over && !twice && book.patience.late() == 0 {
            self.tally.latest = self.tally.latest.max(late);
        }
        if twice {
            self.tally.twice += 1;
            self.say(id, at, &format!("twice: the target had {count} already"));
        } else if is_late {
            self.tally.missed += 1;
            self.say(id, at, &format!("missed: {count} is written {late} ms after it was due"));
        }
    }

    /// An event says that a target's count rose, or fell.
    pub(crate) fn told_of(&mut self, id: usize, at: i64, up: bool) {
        self.check_told(id, at);
        let (calm, actual) = (self.is_calm(at), self.books[id].actual);
        self.books[id].note(at, if up { "told is a rise; there is" } else { "told is a fall; there is" }, actual);
        match self.books[id].tellings.told(up) {
            Told::Due => self.tally.told += 1,
            Told::Change => {}
            Told::Again if calm => {
                self.tally.twice += 1;
                self.say(
                    id,
                    at,
                    "twice: an event tells of a scaling that there was none of, or that was told of before",
                );
            }
            Told::Again => self.tally.told_again += 1,
        }
    }

    /// When a target was scaled the last time, where its object's status has to say it.
    pub(crate) fn scaled(&self, id: usize, at: i64) -> Option<i64> {
        self.books[id].tellings.scaled(at, self.in_time).filter(|_| self.is_calm(at))
    }

    /// All targets have what they are to have, but where something is wrong or was a moment ago.
    pub(crate) fn audit(&mut self, at: i64) {
        (0..self.books.len()).for_each(|id| self.look(id, at));
    }

    /// What a target has, unless something is on its way to it.
    pub(crate) fn actual(&self, id: usize) -> Option<i64> {
        let book = &self.books[id];
        (book.in_flight == 0).then_some(book.actual)
    }

    /// The count and the next boundary that a status says, where that is known and has been so for a while.
    pub(crate) fn told(&self, id: usize, at: i64) -> Option<(i64, Option<i64>)> {
        let book = &self.books[id];
        let quiet = book.since.max(self.trouble_over).max(self.blind_over) + self.in_time < at;
        let next = book.wanted.timeline().after(at.div_euclid(1_000)).map(|state| state.from);
        (quiet && book.vague.is_none()).then(|| (book.wanted.count(), next))
    }

    /// Something that is wrong otherwise.
    pub(crate) fn complain(&mut self, id: usize, at: i64, what: &str) {
        self.tally.wrong += 1;
        self.say(id, at, what);
    }

    fn look(&mut self, id: usize, at: i64) {
        self.go_on(id, at);
        self.judge(id, at);
        self.check_told(id, at);
    }

    fn check_told(&mut self, id: usize, at: i64) {
        let calm_from = self.calm_from();
        if let Some(then) = self.books[id].tellings.overdue(at, calm_from, self.in_time) {
            self.tally.missed += 1;
            self.say(id, at, &format!("missed: no event tells of the boundary's scaling at {}", shown(then)));
        }
    }

    fn go_on(&mut self, id: usize, at: i64) {
        while let Some(next) = self.books[id].wanted.next().map(|next| next * 1_000).filter(|next| *next <= at) {
            self.judge(id, next);
            let (troubled, calm, book) = (next < self.trouble_over, self.is_calm(next), &mut self.books[id]);
            let before = book.wanted.count();
            let boundary = book.wanted.step();
            let count = book.wanted.count();
            if count != before {
                book.since = next;
                book.patience.is_due_anyway();
                let was_right = book.actual == before && book.in_flight == 0;
                book.by_boundary = was_right && calm && book.vague.is_none() && !book.paused;
            }
            if boundary {
                self.tally.boundaries += 1;
                let known = book.vague.is_none() && !book.paused;
                self.tally.exact += u64::from(known && !troubled);
                self.tally.troubled += u64::from(known && troubled);
            }
            self.books[id].note(next, "wanted is", count);
        }
        let (second, book) = (at.div_euclid(1_000), &mut self.books[id]);
        let over = book.vague.as_ref().map(|vague| vague.over + (book.grace + BESIDE) * 1_000);
        if over.is_some_and(|over| at >= over) && book.wanted.is_settled(second) {
            (book.vague, book.since) = (None, at);
            let timeline = book.wanted.shared();
            book.wanted.edit(timeline, book.grace, second);
        }
    }

    fn judge(&mut self, id: usize, at: i64) {
        let book = &self.books[id];
        let wanted = book.wanted.count();
        let due = book.since.max(self.trouble_over);
        if book.paused
            || book.vague.is_some()
            || book.actual == wanted
            || at < due + self.in_time + book.patience.late()
        {
            return;
        }
        let actual = book.actual;
        self.tally.missed += 1;
        self.say(
            id,
            at,
            &format!("missed: the target has {actual} instead of {wanted}, which was due {} ms ago", at - due),
        );
        self.books[id].since = at;
    }

    fn say(&mut self, id: usize, at: i64, what: &str) {
        if self.said.len() < 20 {
            let book = &self.books[id];
            self.said.push(format!("{} at {}: {what}{}", book.name, shown(at), book.past()));
        }
    }
}
