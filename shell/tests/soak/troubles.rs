//! What goes wrong, and for how long.

use std::time::Duration;

use kyklos_testserver::{Chaos, Fault, FaultId, Filter, Kind, Refusal};

use crate::dice::Dice;
use crate::stage::Stage;

const MINUTE: i64 = 60_000;
/// After its end something may go on for so long: the longest wait of a watch (a minute), and then that of a write (75 s).
const WAITS: i64 = 150_000;

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
    faults: Vec<FaultId>,
    chaos: bool,
}

/// Begins something.
pub(crate) async fn begin(stage: &mut Stage, dice: &mut Dice, chaos: bool) -> Trouble {
    let now = stage.now();
    let mut trouble = Trouble {
        what: "",
        end: now + stage.speed() * dice.within(MINUTE, 12 * MINUTE),
        over: 0,
        late: true,
        blind: true,
        cap: None,
        faults: Vec::new(),
        chaos: false,
    };
    let namespace = dice.one(&stage.namespaces).clone();
    let scales = Filter::scale_writes().namespace(&namespace);
    let span = |dice: &mut Dice| Duration::from_millis(dice.within(50, 3_000).unsigned_abs());
    let server = stage.server.clone();
    let mut lasts = |filter: Filter, fault: Fault| trouble.faults.push(server.fault(filter, None, fault));
    let mut recovery = WAITS;
    match dice.within(0, if chaos { 16 } else { 12 }) {
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
            recovery = 20_000;
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
    }

    pub(crate) const fn is_chaos(&self) -> bool {
        self.chaos
    }
}
