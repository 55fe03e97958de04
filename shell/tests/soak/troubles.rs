//! What goes wrong, and for how long.

use std::time::Duration;

use chrono::TimeDelta;
use kyklos_testserver::{Chaos, Fault, FaultId, Filter, Kind, Refusal};

use crate::dice::Dice;
use crate::stage::Stage;

const MINUTE: i64 = 60_000;
/// After its end something may go on for so long: the longest wait of a watch (a minute), and then that of a write (75 s).
const WAITS: i64 = 150_000;
/// A restart, and a clock that is set right, are seen through so soon.
const SOON: i64 = 20_000;
/// By so many seconds a clock is wrong, fore or back. What is below 30 is gone by, and an answer that comes late blurs it.
const SKEWS: [i64; 6] = [40, 100, 1_000, 7_200, 100_000, 31_536_000];
/// At the latest so long after an API server's clock became wrong it is compared.
const COMPARED: i64 = 45_000;
/// API servers whose clocks differ have to agree for up to ten minutes until they are believed, where they have differed often.
const BELIEVED: i64 = 640_000;

/// Something that goes wrong. Instants are milliseconds on the schedules' clock.
pub(crate) struct Trouble {
    pub(crate) what: &'static str,
    pub(crate) end: i64,
    /// When nothing is to be seen of it any more.
    pub(crate) over: i64,
    /// Whether targets may be late by it.
    pub(crate) late: bool,
    /// Whether edits may be seen late by it, or forgotten by the next process.
    pub(crate) blind: bool,
    /// The count beyond which a namespace's admission lets nothing through.
    pub(crate) cap: Option<(String, i64)>,
    /// From when on nothing may be written.
    pub(crate) silent_from: Option<i64>,
    faults: Vec<FaultId>,
    chaos: bool,
    skew: Option<Skew>,
}

/// A clock that is wrong, by so many seconds.
#[derive(Debug, Clone, Copy)]
enum Skew {
    /// The machine's, which all controllers share.
    Machine(i64),
    /// The one that the API server says in its answers.
    Server,
}

/// Begins something beside what goes on. `calm` says that nothing else is to be seen at the moment.
pub(crate) async fn begin(stage: &mut Stage, dice: &mut Dice, going: &[Trouble], calm: bool) -> Trouble {
    let now = stage.now();
    let mut trouble = Trouble {
        what: "",
        end: now + stage.speed() * dice.within(MINUTE, 12 * MINUTE),
        over: 0,
        late: true,
        blind: true,
        cap: None,
        silent_from: None,
        faults: Vec::new(),
        chaos: false,
        skew: None,
    };
    let namespace = dice.one(&stage.namespaces).clone();
    let scales = Filter::scale_writes().namespace(&namespace);
    let span = |dice: &mut Dice| Duration::from_millis(dice.within(50, 3_000).unsigned_abs());
    let server = stage.server.clone();
    let mut lasts = |filter: Filter, fault: Fault| trouble.faults.push(server.fault(filter, None, fault));
    let mut recovery = WAITS;
    // Two clocks that are equally wrong would agree, and of chaos there is one.
    let is_free = |draw| match draw {
        12..=15 => going.iter().all(|other| other.skew.is_none()),
        16.. => going.iter().all(|other| !other.chaos),
        _ => true,
    };
    let draw = loop {
        let draw = dice.within(0, 20);
        if is_free(draw) {
            break draw;
        }
    };
    match draw {
        0 => {
            trouble.what = "the API server is away";
            trouble.faults.push(stage.server.outage());
        }
        1 => {
            trouble.what = "writes take long";
            trouble.blind = false;
            lasts(Filter::writes(), Fault::AnswerLate(span(dice)));
        }
        2 => {
            trouble.what = "writes of a namespace come late";
            trouble.blind = false;
            lasts(scales, Fault::Delay(span(dice)));
        }
        3 => {
            trouble.what = "admission caps";
            trouble.blind = false;
            let most = dice.within(0, 8);
            trouble.cap = Some((namespace, most));
            lasts(scales, Fault::Cap(most));
        }
        4 => {
            trouble.what = "watches break and versions are too old";
            trouble.end = now;
            if dice.chance(50) {
                stage.server.compact();
            }
            for kind in [Kind::TimeWindowScaler, Kind::Deployment, Kind::ConfigMap, Kind::Lease] {
                stage.server.close_watches(kind, dice.chance(50));
                stage.server.fault(Filter::all().kind(kind), dice.place(3), Fault::Expire);
            }
        }
        5 | 6 => {
            trouble.what = "a controller ends and another one starts";
            stage.restart(dice).await;
            trouble.end = stage.now();
            recovery = SOON;
        }
        7 => {
            trouble.what = "writes of a namespace hang";
            trouble.blind = false;
            lasts(scales, Fault::Hang);
        }
        8 => {
            trouble.what = "too many requests";
            trouble.blind = false;
            lasts(scales, Fault::Refuse(Refusal::too_many(dice.within(1, 30) as u32)));
        }
        9 => {
            trouble.what = "ConfigMaps can't be listed, and a controller starts";
            lasts(Filter::all().kind(Kind::ConfigMap), Fault::Refuse(Refusal::internal("etcdserver: leader changed")));
            stage.server.close_watches(Kind::ConfigMap, true);
            stage.restart(dice).await;
        }
        10 => {
            trouble.what = "the lease can't be renewed";
            lasts(Filter::all().kind(Kind::Lease), Fault::Refuse(Refusal::unavailable()));
        }
        11 => {
            trouble.what = "statuses are refused";
            trouble.late = false;
            lasts(Filter::status_writes(), Fault::Refuse(Refusal::internal("etcdserver: request timed out")));
        }
        12 | 13 => {
            trouble.what = "the machine's clock is set wrong";
            let off = *dice.one(&SKEWS) * if dice.chance(50) { 1 } else { -1 };
            stage.step(off);
            // A step is seen before anything is decided by it.
            (trouble.skew, trouble.silent_from, recovery) = (Some(Skew::Machine(off)), Some(now), SOON);
        }
        14 | 15 => {
            trouble.what = "the API server's clock is wrong";
            let off = *dice.one(&SKEWS) * if dice.chance(50) { 1 } else { -1 };
            stage.server.set_date_offset(TimeDelta::seconds(off));
            // Whoever can't compare goes on by a clock that was right.
            trouble.silent_from = calm.then(|| now + stage.speed() * COMPARED);
            (trouble.skew, recovery) = (Some(Skew::Server), BELIEVED);
        }
        _ => {
            trouble.what = "anything";
            trouble.chaos = true;
            let filter = match dice.within(0, 3) {
                0 => Filter::all(),
                1 => Filter::scale_writes(),
                _ => Filter::all().kind(Kind::Deployment),
            };
            stage.server.set_chaos(Some(Chaos::new(dice.next(), filter, dice.within(20, 400) as u16)));
        }
    }
    stage.server.set_bookmarks(dice.chance(80));
    trouble.over = trouble.end + stage.speed() * recovery;
    trouble
}

impl Trouble {
    /// Ends it.
    pub(crate) fn lift(self, stage: &Stage) {
        for fault in self.faults {
            stage.server.lift(fault);
        }
        if self.chaos {
            stage.server.set_chaos(None);
        }
        match self.skew {
            Some(Skew::Machine(off)) => stage.step(-off),
            Some(Skew::Server) => stage.server.set_date_offset(TimeDelta::zero()),
            None => {}
        }
    }
}
