//! What the brake of an object of many targets knows: what was counted, what isn't known yet, and what waits for somebody's word.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::count::{Counted, Lacks, Missing, PATIENCE, Scope};
use super::given::{Given, Targets};
use super::ids::TargetId;
use crate::api::{Compiled, PassedStatus, TimeWindowScalerStatus};
use crate::policy::Braked;
use crate::target::Kind;

/// What an object's brake knows.
#[derive(Debug, Default)]
pub struct Brakes {
    stage: Stage,
    /// What isn't known yet without which there is nothing to count.
    lacks: Option<Box<Lacks>>,
    /// Until when it is waited for targets.
    patience: Option<Duration>,
    /// Whether what the annotation says was heard since it was changed.
    is_heard: bool,
    /// What it did before an edit that isn't counted yet, or before what waits.
    former: Option<Box<Former>>,
    given: Given,
}

/// What was counted.
#[derive(Debug, Default)]
enum Stage {
    /// Nothing, by this process.
    #[default]
    Uncounted,
    /// This generation, and it may go on.
    Open(i64),
    /// This generation, and of these nothing is lowered or taken anew, for these words; the others go on.
    Waits { of: i64, counted: Counted, scope: Scope, words: Box<str> },
}

/// An object before it was edited, or before labels gave more to it.
#[derive(Debug)]
pub(super) enum Former {
    /// It asked for something else, of these targets.
    Edited { compiled: Arc<Compiled>, picked: BTreeSet<TargetId> },
    /// It asked for the same, of what the status says, but for these targets.
    Same { passed: Arc<PassedStatus>, except: Targets },
}

/// What an object's status says that its brake goes by, in this process and in the next one.
#[derive(Debug, Clone, Default)]
pub struct Basis {
    /// The generation that waits for somebody's word.
    pub unconfirmed: Option<i64>,
    /// The generation of which that word is used.
    pub confirmed: Option<i64>,
    /// What the object did when nothing of it waited.
    pub passed: Option<Arc<PassedStatus>>,
}

impl Basis {
    /// What a status says.
    pub fn of(status: &TimeWindowScalerStatus) -> Self {
        let targets = status.targets.as_ref();
        let mut basis = Self {
            unconfirmed: targets.and_then(|targets| targets.unconfirmed),
            confirmed: targets.and_then(|targets| targets.confirmed),
            passed: None,
        };
        basis.note(status);
        basis
    }

    /// This is told now.
    pub fn note(&mut self, status: &TimeWindowScalerStatus) {
        let told = status.targets.as_ref().and_then(|targets| targets.passed.as_ref());
        if let Some(told) = told.filter(|told| self.passed.as_deref() != Some(*told)) {
            let mut passed = told.clone();
            passed.namespaces.sort_unstable();
            self.passed = Some(Arc::new(passed));
        }
    }
}

impl Brakes {
    /// What it comes to for the decision about one of the targets of a generation, or about all of them.
    pub fn braked(&self, generation: i64, member: Option<(TargetId, &str)>) -> Braked<'_> {
        match (&self.stage, self.lacks.as_deref()) {
            (Stage::Waits { of, scope, words, .. }, _) if *of == generation && self.holds(scope, member) => {
                Braked::Waits(words)
            }
            (_, Some(lacks)) if lacks.leaves(generation, member) => Braked::No,
            (_, Some(lacks)) => Braked::Counting(lacks.words.as_deref()),
            (Stage::Open(of) | Stage::Waits { of, .. }, None) if *of == generation => Braked::No,
            _ => Braked::Counting(None),
        }
    }

    /// Whether one of the targets waits with these, or what is told of all of them is that it does.
    fn holds(&self, scope: &Scope, member: Option<(TargetId, &str)>) -> bool {
        member.is_none_or(|(target, place)| scope.has(target, place) || self.given.has(target, place))
    }

    /// What is to be said of what some of the targets wait for, while the others go on, and of which kind that speaks.
    pub(super) fn trouble(&self, generation: i64) -> Option<(&Kind, &str)> {
        let lacks = self.lacks.as_deref().filter(|lacks| lacks.leaves(generation, None))?;
        let Missing::Kind(kind) = &lacks.what else { return None };
        Some((kind, lacks.words.as_deref()?))
    }

    /// Whether a generation was counted, and nothing waits or is missing.
    pub fn is_open(&self, generation: i64) -> bool {
        matches!(self.stage, Stage::Open(of) if of == generation) && self.lacks.is_none()
    }

    /// Whether there is nothing to count and nothing to hear.
    pub(super) fn is_done(&self, generation: i64) -> bool {
        let is_again = self.given.is_relieved() && self.waits(generation).is_some();
        self.is_heard(generation) && self.lacks.is_none() && self.given.is_counted() && !is_again
    }

    /// Whether this process has counted a generation, and heard what the annotation says.
    pub(super) fn is_heard(&self, generation: i64) -> bool {
        self.is_heard && self.is_counted(generation)
    }

    /// Whether this process has counted a generation.
    pub(super) fn is_counted(&self, generation: i64) -> bool {
        match &self.stage {
            Stage::Uncounted => false,
            Stage::Open(of) | Stage::Waits { of, .. } => *of == generation,
        }
    }

    /// Whether this process has counted none.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.stage, Stage::Uncounted)
    }

    /// What a generation that waits was counted with.
    pub(super) fn waits(&self, generation: i64) -> Option<&Counted> {
        match &self.stage {
            Stage::Waits { of, counted, .. } if *of == generation => Some(counted),
            _ => None,
        }
    }

    /// What it did before.
    pub(super) fn former(&self) -> Option<&Former> {
        self.former.as_deref()
    }

    /// It did this before.
    pub(super) fn note_former(&mut self, former: Former) {
        self.former = Some(Box::new(former));
    }

    /// What labels give is counted against this from now on.
    pub(super) fn note_passed(&mut self, now: &Arc<PassedStatus>) {
        if let Some(Former::Same { passed, .. }) = self.former.as_deref_mut() {
            passed.clone_from(now);
        }
    }

    /// Those that it hadn't even so.
    pub(super) fn excepted(&self) -> Targets {
        match self.former() {
            Some(Former::Same { except, .. }) => except.clone(),
            Some(Former::Edited { .. }) | None => Targets::new(),
        }
    }

    /// The same, and those that have come later and aren't counted yet.
    pub(super) fn later(&self) -> Targets {
        let mut all = self.excepted();
        all.extend(self.given.targets().iter().map(|(target, cause)| (*target, cause.clone())));
        all
    }

    /// The object is another one now; it did this before, unless that is known already.
    pub(super) fn note_edit(&mut self, former: Option<Former>) {
        former.into_iter().for_each(|former| self.note_former(former));
        self.note_news();
    }

    /// What labels have given to the object.
    pub(super) fn given(&self) -> &Given {
        &self.given
    }

    /// A namespace's labels give it to the object, with these targets.
    pub(super) fn note_given(&mut self, place: &Arc<str>, targets: &[TargetId]) {
        self.given.gives(place, targets);
        self.note_news();
    }

    /// They take it away again.
    pub(super) fn note_taken(&mut self, place: &str) {
        self.given.takes_away(place);
        self.note_news();
    }

    /// A target isn't picked yet, for it comes again and again.
    pub(super) fn note_put_off(&mut self, target: TargetId) {
        self.given.puts_off(target);
    }

    /// A target is picked.
    pub(super) fn note_picked(&mut self, target: TargetId) {
        if self.given.picks(target) {
            self.note_news();
        }
    }

    /// A target isn't to be picked, or not any more.
    pub(super) fn note_left(&mut self, target: TargetId) {
        self.given.forgets(target);
    }

    /// Something may be missing that is known by now, or the other way round.
    fn note_news(&mut self) {
        if let Some(lacks) = &mut self.lacks {
            lacks.is_stale = true;
        }
    }

    /// What the annotation says was changed.
    pub(super) fn note_word(&mut self) {
        self.is_heard = false;
        self.note_news();
    }

    /// All is to be counted by what the status says.
    pub(super) fn count_anew(&mut self) {
        self.stage = Stage::Uncounted;
        self.note_news();
    }

    /// What isn't known, unless that may be another thing by now.
    pub(super) fn lacks(&self) -> Option<&Lacks> {
        self.lacks.as_deref().filter(|lacks| !lacks.is_stale)
    }

    /// Whether it waits for anything to be known.
    pub(super) fn is_lacking(&self) -> bool {
        self.lacks.is_some()
    }

    pub(super) fn note_missing(&mut self, mut lacks: Lacks, boot: Duration) {
        if matches!(lacks.what, Missing::Of(_)) {
            self.patience.get_or_insert(boot + PATIENCE);
        }
        if let Some(before) = self.lacks.take().filter(|before| before.what == lacks.what) {
            (lacks.since, lacks.begun) = (before.since, before.begun);
            lacks.words = before.words.filter(|_| before.scope == lacks.scope && before.of == lacks.of);
        }
        self.lacks = Some(Box::new(lacks));
    }

    /// This is to be said of it. Says whether nothing was before.
    pub(super) fn note_words(&mut self, words: Option<String>) -> bool {
        let Some(lacks) = &mut self.lacks else { return false };
        let is_new = lacks.words.is_none() && words.is_some();
        lacks.words = words.map(Into::into);
        is_new
    }

    /// Whether it is still waited for targets.
    pub(super) fn is_patient(&self, boot: Duration) -> bool {
        self.patience.is_none_or(|until| boot < until)
    }

    /// When there is something to do, or to say, about what isn't known.
    pub(super) fn waits_until(&self, boot: Duration) -> Option<Duration> {
        let lacks = self.lacks.as_deref()?;
        match &lacks.what {
            Missing::Of(_) => self.patience,
            Missing::Kind(_) => Some(lacks.begun + PATIENCE).filter(|until| boot < *until),
            Missing::Holidays => None,
        }
    }

    /// What was counted goes through at `boot`; what is meant, by an edit or a word, is no part of what comes after it.
    pub(super) fn let_through(&mut self, counted: Option<&Counted>, is_meant: bool, boot: Duration) {
        match counted {
            _ if is_meant => self.given.forget_lately(),
            Some(counted) => self.given.let_through(&counted.by, boot),
            None => {}
        }
    }

    /// It was heard what the annotation says, and counted, where anything was. While it `waits`, words say so. Says whether any of its
    /// targets have waited until now, for what was missing or for this.
    pub(super) fn note_counted(&mut self, of: i64, counted: Option<Counted>, waits: Option<(Scope, String)>) -> bool {
        if counted.is_some() {
            self.given.note_counted();
            self.patience = None;
        }
        let is_over = waits.is_none() && matches!(self.stage, Stage::Waits { .. });
        self.stage = match waits {
            None => {
                self.former = None;
                Stage::Open(of)
            }
            Some((scope, words)) => {
                let counted = counted.or_else(|| self.waits(of).cloned()).unwrap_or_default();
                Stage::Waits { of, counted, scope, words: words.into() }
            }
        };
        self.is_heard = true;
        self.lacks.take().is_some() || is_over
    }
}
