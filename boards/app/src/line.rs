//! The line protocol, as a machine that takes a byte at a time. Whatever comes, it is a command, a problem, or not over yet.
//!
//! ```text
//! time SECONDS     sets the clock, in Unix seconds             ok
//! pack LENGTH      whether a pack of so many bytes is welcome  ok, then the bytes, then ok
//! show             what applies, and by which schedule         from SOURCE, a line of JSON, then ok
//! ```
//!
//! A line ends with a line feed; a carriage return before it is passed over, and so is an empty line. What goes wrong is answered with
//! `error CODE FIELD BYTE`: the byte counts from the beginning of the line or of the pack.
//!
//! SOURCE is `sent` for the pack that was sent last, `pack` for the program's own and `schedule` for the one that is compiled in. The
//! line of JSON is one of [`kyklos_core::Line`], with the board's name and without a namespace.
//!
//! What looks like an answer, `ok`, `error ...`, `from ...` or `{...`, is passed over: a terminal that was just opened sends back what
//! it gets, and a board that answers its own answers never stops.

/// The longest command is `time` and 20 digits.
const LONGEST: usize = 32;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Command<'b> {
    /// Set the clock to a Unix second.
    Time(u64),
    /// Say whether a pack of so many bytes is welcome: where it is, [`expect`](Line::expect) it.
    Offer(usize),
    /// Take these bytes for a pack.
    Pack(&'b [u8]),
    /// Say what applies.
    Show,
}

/// What is wrong with what came, as it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LineProblem {
    /// A short word.
    pub code: &'static str,
    /// What it is about.
    pub field: &'static str,
    /// At which byte of the line or of the pack.
    pub byte: usize,
}

/// Takes bytes, and keeps a pack of up to so many.
#[derive(Debug)]
pub struct Line<const PACK: usize> {
    state: State,
    text: [u8; LONGEST],
    /// Of the text.
    length: usize,
    pack: [u8; PACK],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A line is being read.
    Text,
    /// A line is passed over that is wrong.
    Wrong(LineProblem),
    /// A line is passed over that is an answer of ours.
    Echo,
    /// A pack is being read: how many bytes are there, and how many there will be.
    Pack(usize, usize),
}

impl<const PACK: usize> Default for Line<PACK> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const PACK: usize> Line<PACK> {
    /// The longest pack that it keeps.
    pub const LONGEST_PACK: usize = PACK;

    /// Nothing has come yet.
    pub const fn new() -> Self {
        Self { state: State::Text, text: [0; LONGEST], length: 0, pack: [0; PACK] }
    }

    /// Takes a byte: a command that is complete with it, or what is wrong.
    pub fn take(&mut self, byte: u8) -> Option<Result<Command<'_>, LineProblem>> {
        match self.state {
            State::Pack(there, all) => {
                // There is room for all: `expect` has looked.
                if let Some(place) = self.pack.get_mut(there) {
                    *place = byte;
                }
                if there + 1 < all {
                    self.state = State::Pack(there + 1, all);
                    return None;
                }
                self.state = State::Text;
                Some(Ok(Command::Pack(self.pack.get(..all).unwrap_or_default())))
            }
            State::Wrong(problem) if byte == b'\n' => {
                (self.state, self.length) = (State::Text, 0);
                Some(Err(problem))
            }
            State::Echo if byte == b'\n' => {
                (self.state, self.length) = (State::Text, 0);
                None
            }
            State::Wrong(_) | State::Echo => None,
            State::Text if byte == b'{' && self.length == 0 => {
                self.state = State::Echo;
                None
            }
            State::Text if byte == b'\n' => {
                let text = self.text.get(..self.length).unwrap_or_default();
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                self.length = 0;
                let is_answer = text == b"ok" || text.starts_with(b"error ") || text.starts_with(b"from ");
                if text.is_empty() || is_answer { None } else { Some(command(text)) }
            }
            State::Text => {
                let known = byte.is_ascii_graphic() || matches!(byte, b' ' | b'\r');
                let is_error = self.text.starts_with(b"error ");
                match self.text.get_mut(self.length) {
                    Some(place) if known => {
                        *place = byte;
                        self.length += 1;
                    }
                    Some(_) => self.state = State::Wrong(problem("noise", "line", self.length)),
                    None if is_error => self.state = State::Echo,
                    None => self.state = State::Wrong(problem("too-long", "line", LONGEST)),
                }
                None
            }
        }
    }

    /// The next so many bytes are a pack; refused where there is no room for it, or where it can't be one.
    ///
    /// # Errors
    ///
    /// `empty` and `too-long`, both at the number.
    pub fn expect(&mut self, length: usize) -> Result<(), LineProblem> {
        match length {
            0 => Err(problem("empty", "pack", PACK_WORD)),
            _ if length > PACK => Err(problem("too-long", "pack", PACK_WORD)),
            _ => {
                self.state = State::Pack(0, length);
                Ok(())
            }
        }
    }

    /// Nothing has come for a while: a pack that isn't complete never will be, and a line is begun anew.
    pub fn silence(&mut self) -> Option<LineProblem> {
        let before = core::mem::replace(&mut self.state, State::Text);
        let text = core::mem::take(&mut self.length);
        match before {
            State::Pack(there, _) => Some(problem("cut", "pack", there)),
            State::Wrong(problem) => Some(problem),
            State::Text if text > 0 => Some(problem("cut", "line", text)),
            State::Text | State::Echo => None,
        }
    }

    /// Whether something has come that isn't over.
    pub fn is_waiting(&self) -> bool {
        self.state != State::Text || self.length > 0
    }

    /// Room for a pack while none is being read.
    pub fn room(&mut self) -> &mut [u8] {
        &mut self.pack
    }
}

/// Where the number stands in `pack LENGTH` and `time SECONDS`.
const PACK_WORD: usize = 5;

pub(crate) const fn problem(code: &'static str, field: &'static str, byte: usize) -> LineProblem {
    LineProblem { code, field, byte }
}

fn command(text: &[u8]) -> Result<Command<'static>, LineProblem> {
    match text {
        b"show" => Ok(Command::Show),
        [b't', b'i', b'm', b'e', b' ', digits @ ..] => Ok(Command::Time(number(digits, "time")?)),
        [b'p', b'a', b'c', b'k', b' ', digits @ ..] => {
            let length = number(digits, "pack")?;
            Ok(Command::Offer(usize::try_from(length).unwrap_or(usize::MAX)))
        }
        _ => Err(problem("unknown", "line", 0)),
    }
}

/// A whole number in digits alone.
fn number(digits: &[u8], field: &'static str) -> Result<u64, LineProblem> {
    let wrong = digits.iter().position(|digit| !digit.is_ascii_digit());
    if let Some(at) = wrong.or(digits.is_empty().then_some(0)) {
        return Err(problem("not-a-number", field, PACK_WORD + at));
    }
    let add = |number: u64, digit: &u8| number.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    digits.iter().try_fold(0, add).ok_or(problem("number-too-large", field, PACK_WORD))
}
