//! What can go wrong, and with which requests.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::chaos::Chaos;
use crate::filter::Filter;
use crate::refusal::Refusal;
use crate::request::Call;

/// Something that goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The request is carried out that much later, and answered then.
    Delay(Duration),
    /// The request is carried out at once, and answered that much later.
    AnswerLate(Duration),
    /// The request is neither carried out nor answered.
    Hang,
    /// The request waits until the fault is lifted, and is carried out then.
    Hold,
    /// Nobody gets an answer, and that much later the request is carried out, whether or not its sender still waits.
    DoneLate(Duration),
    /// The request is carried out, and the connection breaks instead of an answer.
    LoseAnswer,
    /// The request is not carried out, and this is the answer.
    Refuse(Refusal),
    /// An admission webhook lets no more replicas through than these.
    Cap(i64),
    /// No connection is made: the request isn't carried out.
    NoConnection,
    /// It takes so long until there is a connection; before that nothing of the request leaves its sender.
    ConnectLate(Duration),
    /// The request is carried out, and the connection breaks in the middle of the answer. Of a watch it is the first
    /// line that breaks.
    HalfAnswer,
    /// The watch is answered with a line of the type ERROR, 410, as when its version is compacted.
    Expire,
    /// Each object of a streaming list takes that long.
    SlowList(Duration),
    /// The watch ends after that many events; torn with half of the next one sent.
    CutWatch {
        /// Events that are sent before, those of a streaming list included.
        after: usize,
        /// Whether the connection breaks in the middle of the next event, else the stream ends in order after the last.
        torn: bool,
    },
}

/// Names a fault, to lift it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultId(pub(crate) u64);

#[derive(Debug)]
struct Rule {
    id: u64,
    filter: Filter,
    /// Requests that it lets pass first.
    skip: usize,
    /// Requests that it is for; all where none.
    left: Option<usize>,
    fault: Fault,
}

/// All that goes wrong with one request.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    pub(crate) connect: Duration,
    pub(crate) before: Duration,
    pub(crate) after: Duration,
    pub(crate) hang: bool,
    pub(crate) held_by: Option<u64>,
    pub(crate) done_late: Option<Duration>,
    pub(crate) lose: bool,
    pub(crate) refuse: Option<Refusal>,
    pub(crate) cap: Option<i64>,
    pub(crate) no_connection: bool,
    pub(crate) half: bool,
    pub(crate) expire: bool,
    pub(crate) pace: Option<Duration>,
    pub(crate) cut: Option<(usize, bool)>,
}

impl Troubles {
    pub(crate) fn add(&mut self, id: u64, fault: &Fault) {
        match fault {
            Fault::Hold => self.held_by = Some(id),
            Fault::DoneLate(time) => self.done_late = Some(*time),
            Fault::Delay(time) => self.before += *time,
            Fault::AnswerLate(time) => self.after += *time,
            Fault::Hang => self.hang = true,
            Fault::LoseAnswer => self.lose = true,
            Fault::Refuse(refusal) => self.refuse = Some(refusal.clone()),
            Fault::Cap(most) => self.cap = Some(self.cap.map_or(*most, |cap| cap.min(*most))),
            Fault::NoConnection => self.no_connection = true,
            Fault::ConnectLate(time) => self.connect += *time,
            Fault::HalfAnswer => self.half = true,
            Fault::Expire => self.expire = true,
            Fault::SlowList(each) => self.pace = Some(*each),
            Fault::CutWatch { after, torn } => self.cut = Some((*after, *torn)),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    ids: u64,
    lifted: Arc<Notify>,
    pub(crate) chaos: Option<Chaos>,
}

impl Faults {
    pub(crate) fn add(&mut self, filter: Filter, skip: usize, times: Option<usize>, fault: Fault) -> FaultId {
        self.ids += 1;
        self.rules.push(Rule { id: self.ids, filter, skip, left: times, fault });
        FaultId(self.ids)
    }

    /// Whether it was still there.
    pub(crate) fn lift(&mut self, id: FaultId) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id.0);
        self.lifted.notify_waiters();
        self.rules.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
        self.lifted.notify_waiters();
    }

    /// Told whenever a fault ends.
    pub(crate) fn lifted(&self) -> Arc<Notify> {
        Arc::clone(&self.lifted)
    }

    pub(crate) fn is_on(&self, id: u64) -> bool {
        self.rules.iter().any(|rule| rule.id == id)
    }

    /// What goes wrong with this request, which counts.
    pub(crate) fn of(&mut self, call: &Call) -> Troubles {
        let mut troubles = Troubles::default();
        for rule in self.rules.iter_mut().filter(|rule| rule.left != Some(0) && rule.filter.takes(call)) {
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            if let Some(left) = &mut rule.left {
                *left = left.saturating_sub(1);
            }
            troubles.add(rule.id, &rule.fault);
        }
        // One that holds stays until it is lifted, whoever it no longer takes.
        if let Some(fault) = self.chaos.as_mut().and_then(|chaos| chaos.next(call)) {
            troubles.add(0, &fault);
        }
        self.rules.retain(|rule| rule.left != Some(0) || matches!(rule.fault, Fault::Hold));
        troubles
    }
}
