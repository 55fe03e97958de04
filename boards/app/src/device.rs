//! A board: its schedule, its clock, its line and its store.

use core::fmt;

use kyklos_core::pack::{Pack, PackProblem};
use kyklos_core::{Epoch, Evaluate, Evaluation, Guard, Line as Answer, Reading, Schedule, YearlyRule, ZoneRules};

use crate::clock::Clock;
use crate::line::{Command, Line, LineProblem, problem};
use crate::slots::Store;

/// How long a board sleeps that has no time, in seconds.
const RETRY: u64 = 60;
/// The most bytes of an answer.
const ANSWER: usize = 224;

/// What a program is built with.
#[derive(Clone, Copy)]
pub struct Settings {
    /// What the board calls itself.
    pub name: &'static str,
    /// The schedule while no pack is there, or none that can be read.
    pub built_in: &'static (dyn Evaluate + Sync),
    /// A pack in the program's flash, which goes before the schedule; empty for none.
    pub built_in_pack: &'static [u8],
    /// What is put out while there is no time.
    pub safe: u32,
    /// No time before this Unix second can be true: that of the build.
    pub not_before: i64,
}

/// Which of the schedules that a board has is in force: the first of these that is there and right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Source {
    /// The pack that was sent last and is kept. It stays in force when the program is replaced, until another one is sent or the flash
    /// that keeps it is erased.
    Sent,
    /// The program's own [pack](Settings::built_in_pack).
    Pack,
    /// The program's [schedule](Settings::built_in).
    Schedule,
}

impl Source {
    /// As `show` says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Pack => "pack",
            Self::Schedule => "schedule",
        }
    }
}

/// What to put out, and when to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Look {
    /// The value.
    pub value: u32,
    /// How many seconds it holds; `None` where it never changes.
    pub seconds: Option<u64>,
    /// What the clock is worth.
    pub reading: Reading,
    /// Whose schedule it is.
    pub source: Source,
}

/// A board with room for so many windows, exceptions, holidays and single changes of its zone, and for packs of so many bytes.
pub struct Device<
    C,
    S,
    const WINDOWS: usize = 16,
    const EXCEPTIONS: usize = 8,
    const HOLIDAYS: usize = 32,
    const CHANGES: usize = 16,
    const PACK: usize = 640,
> {
    settings: Settings,
    clock: C,
    store: S,
    guard: Guard,
    line: Line<PACK>,
    packed: Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, ZoneRules<CHANGES>>,
    source: Source,
}

impl<C, S, const W: usize, const E: usize, const H: usize, const CH: usize, const P: usize>
    Device<C, S, W, E, H, CH, P>
{
    /// The zone before there is a pack. It is made when compiling, where what is wrong with it would stop the build.
    const UTC: ZoneRules<CH> = match YearlyRule::fixed(0) {
        Ok(rule) => match ZoneRules::new("Etc/UTC", 0, &[], rule) {
            Ok(zone) => zone,
            Err(_) => panic!("no zone"),
        },
        Err(_) => panic!("no rule"),
    };

    /// A board that has just been switched on.
    pub const fn new(settings: Settings, clock: C, store: S) -> Self {
        const { assert!(Pack::longest(W, E, H, CH) <= P, "there is no room for the longest pack") };
        Self {
            guard: Guard::new(settings.not_before),
            settings,
            clock,
            store,
            line: Line::new(),
            packed: Schedule::new(Self::UTC),
            source: Source::Schedule,
        }
    }
}

impl<C: Clock, S: Store, const W: usize, const E: usize, const H: usize, const CH: usize, const P: usize>
    Device<C, S, W, E, H, CH, P>
{
    /// Loads what is in force, in the order of [`Source`].
    ///
    /// # Errors
    ///
    /// What is wrong with a pack that was passed over, to be logged; a schedule is in force anyway.
    pub fn start(&mut self) -> Result<(), PackProblem> {
        let length = self.store.load(self.line.room());
        let kept = length.and_then(|length| self.line.room().get(..length));
        let kept = kept.map(|pack| Pack::open(pack).and_then(|pack| self.packed.set_pack(&pack)));
        if kept == Some(Ok(())) {
            self.source = Source::Sent;
            return Ok(());
        }
        let own = match self.settings.built_in_pack {
            [] => None,
            pack => Some(Pack::open(pack).and_then(|pack| self.packed.set_pack(&pack))),
        };
        self.source = if own == Some(Ok(())) { Source::Pack } else { Source::Schedule };
        kept.or(own).unwrap_or(Ok(()))
    }

    /// What applies now, and for how long a board may sleep.
    pub fn look(&mut self) -> Look {
        let (reading, source) = (self.guard.read(self.clock.unix(), Epoch::Unix1970), self.source);
        match reading {
            // Stepped: a sleep that was worked out before is void, and this is the new one.
            Reading::Trusted(at) | Reading::Stepped { at, .. } => {
                let answer = self.evaluate(at);
                Look { value: answer.value(), seconds: answer.seconds_left(at), reading, source }
            }
            Reading::Unset | Reading::TooEarly => {
                Look { value: self.settings.safe, seconds: Some(RETRY), reading, source }
            }
        }
    }

    fn evaluate(&self, at: i64) -> Evaluation {
        match self.source {
            Source::Sent | Source::Pack => self.packed.evaluate(at),
            Source::Schedule => self.settings.built_in.evaluate(at),
        }
    }

    /// Takes a byte of the line, and writes the answer where a command is complete: then look again.
    ///
    /// # Errors
    ///
    /// Those of what is written to.
    pub fn take(&mut self, byte: u8, out: &mut dyn fmt::Write) -> Result<bool, fmt::Error> {
        match self.line.take(byte) {
            None => return Ok(false),
            Some(Err(problem)) => refuse(out, problem)?,
            Some(Ok(Command::Time(unix))) => self.set_clock(unix, out)?,
            Some(Ok(Command::Offer(length))) => {
                let welcome = self.store.welcome(length).map_err(|fault| problem(fault.code(), "pack", 5));
                answer(out, welcome.and_then(|()| self.line.expect(length)))?;
            }
            Some(Ok(Command::Show)) => self.show(out)?,
            Some(Ok(Command::Pack(pack))) => {
                let set = Pack::open(pack).and_then(|pack| self.packed.set_pack(&pack));
                match set {
                    Err(problem) => {
                        let PackProblem { field, offset, reason } = problem;
                        writeln!(out, "error {} {field} {offset}", reason.code())?;
                    }
                    Ok(()) => {
                        self.source = Source::Sent;
                        let kept = self.store.keep(pack);
                        if kept.is_err() {
                            // What is in force is what comes back after a power cut.
                            let _ = self.start();
                        }
                        answer(out, kept.map_err(|fault| problem(fault.code(), "pack", 0)))?;
                    }
                }
            }
        }
        Ok(true)
    }

    /// Nothing has come for a second or two: says so where something was not over.
    ///
    /// # Errors
    ///
    /// Those of what is written to.
    pub fn silence(&mut self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.line.silence().map_or(Ok(()), |problem| refuse(out, problem))
    }

    /// Whether something has come that isn't over, so that [silence](Self::silence) would matter.
    pub fn is_waiting(&self) -> bool {
        self.line.is_waiting()
    }

    fn set_clock(&mut self, unix: u64, out: &mut dyn fmt::Write) -> fmt::Result {
        // A guard of its own: what is refused leaves no trace.
        match self.guard.clone().read(Some(unix), Epoch::Unix1970) {
            Reading::Trusted(_) | Reading::Stepped { .. } => {
                let set = self.clock.set(unix);
                answer(out, if set { Ok(()) } else { Err(problem("out-of-range", "time", 5)) })
            }
            Reading::TooEarly => refuse(out, problem("too-early", "time", 5)),
            Reading::Unset => refuse(out, problem("number-too-large", "time", 5)),
        }
    }

    fn show(&mut self, out: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(out, "from {}", self.source.word())?;
        match self.look().reading {
            Reading::Trusted(at) | Reading::Stepped { at, .. } => {
                let line = self.evaluate(at);
                let mut room = [0; ANSWER];
                let length = serde_json_core::to_slice(&Answer::new(self.settings.name, None, at, &line), &mut room);
                let text = length.ok().and_then(|length| str::from_utf8(room.get(..length)?).ok());
                let Some(text) = text else { return refuse(out, problem("too-long", "show", 0)) };
                writeln!(out, "{text}")?;
                answer(out, Ok(()))
            }
            Reading::Unset => refuse(out, problem("unset", "time", 0)),
            Reading::TooEarly => refuse(out, problem("too-early", "time", 0)),
        }
    }
}

fn answer(out: &mut dyn fmt::Write, result: Result<(), LineProblem>) -> fmt::Result {
    match result {
        Ok(()) => out.write_str("ok\n"),
        Err(problem) => refuse(out, problem),
    }
}

fn refuse(out: &mut dyn fmt::Write, LineProblem { code, field, byte }: LineProblem) -> fmt::Result {
    writeln!(out, "error {code} {field} {byte}")
}
