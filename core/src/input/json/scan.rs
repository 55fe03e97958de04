//! The grammar of JSON (RFC 8259), without recursion: passes over values and knows where in the document it is.

use super::Syntax;
use super::text::Text;
use super::values::At;

/// How deep lists and objects may be nested. A schedule needs four levels.
pub(super) const MAX_NESTING: usize = 8;

/// Where something is wrong with the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) syntax: Syntax,
}

/// The way from the document's root to a value: for a list the index, for an object the offset of the key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trail {
    steps: [usize; MAX_NESTING],
    /// A bit for each level, set for an object.
    objects: u8,
    depth: usize,
}

/// One step of a [`Trail`].
pub(super) enum Step {
    Index(usize),
    /// The offset of the key.
    Key(usize),
}

impl Trail {
    const ROOT: Self = Self { steps: [0; MAX_NESTING], objects: 0, depth: 0 };

    pub(super) fn steps(&self) -> impl Iterator<Item = Step> {
        self.steps
            .iter()
            .take(self.depth)
            .enumerate()
            .map(|(level, &step)| if self.objects >> level & 1 == 1 { Step::Key(step) } else { Step::Index(step) })
    }

    /// Goes a level deeper; `false` where there are too many.
    fn push(&mut self, object: bool) -> bool {
        let Some(step) = self.steps.get_mut(self.depth) else { return false };
        *step = 0;
        let bit = 1 << self.depth;
        self.objects = if object { self.objects | bit } else { self.objects & !bit };
        self.depth += 1;
        true
    }

    fn in_object(&self) -> bool {
        self.depth > 0 && self.objects >> (self.depth - 1) & 1 == 1
    }

    fn last(&mut self) -> Option<&mut usize> {
        self.steps.get_mut(self.depth.checked_sub(1)?)
    }
}

/// A place in a document that moves forward.
pub(super) struct Scan<'a> {
    json: &'a str,
    at: usize,
    /// Values and keys from this offset on are not looked at any more.
    stop: usize,
    trail: Trail,
}

impl<'a> Scan<'a> {
    /// Starts at the offset of a value.
    pub(super) const fn new(json: &'a str, at: usize) -> Self {
        Self { json, at, stop: usize::MAX, trail: Trail::ROOT }
    }

    /// Passes over the whole document: its value's offset, when nothing is wrong.
    pub(super) fn document(json: &'a str) -> Result<usize, Fault> {
        let mut scan = Self::new(json, 0);
        scan.space();
        let value = scan.at;
        scan.value()?;
        scan.space();
        if scan.at == json.len() { Ok(value) } else { scan.fault(Syntax::Trailing) }
    }

    /// The value that begins at this offset, as it is written.
    pub(super) fn value_at(json: &'a str, offset: usize) -> Option<&'a str> {
        let mut scan = Self::new(json, offset);
        scan.value().ok()?;
        json.get(offset..scan.at)
    }

    /// The way to the value, key or fault at this offset.
    pub(super) fn trail(json: &'a str, offset: usize) -> Trail {
        let mut scan = Self { stop: offset, ..Self::new(json, 0) };
        // Either it stops there, or the fault is what is asked about.
        let _ = scan.value();
        scan.trail
    }

    /// Passes over white space, and then over a value of any kind.
    fn value(&mut self) -> Result<(), Fault> {
        loop {
            self.space();
            self.halt()?;
            if self.opens()? {
                continue;
            }
            if !self.closes()? {
                return Ok(());
            }
        }
    }

    /// Passes over the beginning of a list or an object up to its first value, or over all of any other value:
    /// `true` where a value has to follow.
    fn opens(&mut self) -> Result<bool, Fault> {
        let object = match self.peek() {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return self.scalar().map(|()| false),
        };
        if !self.trail.push(object) {
            return self.fault(Syntax::TooDeep);
        }
        self.at += 1;
        self.space();
        match (object, self.peek()) {
            // What closes it is seen where all ends of values are.
            (true, Some(b'}')) | (false, Some(b']')) => return Ok(false),
            (true, _) => self.key()?,
            (false, _) => {}
        }
        Ok(true)
    }

    /// Passes over all that ends with a value: `true` where another value has to follow.
    fn closes(&mut self) -> Result<bool, Fault> {
        while self.trail.depth > 0 {
            self.space();
            let object = self.trail.in_object();
            match (object, self.peek()) {
                (true, Some(b'}')) | (false, Some(b']')) => {
                    self.at += 1;
                    self.trail.depth -= 1;
                }
                (_, Some(b',')) => {
                    self.at += 1;
                    if object {
                        self.space();
                        self.key()?;
                    } else if let Some(index) = self.trail.last() {
                        *index += 1;
                    }
                    return Ok(true);
                }
                _ => return self.fault(if object { Syntax::CommaOrBrace } else { Syntax::CommaOrBracket }),
            }
        }
        Ok(false)
    }

    /// Passes over a key and its colon.
    fn key(&mut self) -> Result<(), Fault> {
        if let Some(step) = self.trail.last() {
            *step = self.at;
        }
        self.halt()?;
        if self.peek() != Some(b'"') {
            return self.fault(Syntax::Key);
        }
        self.string()?;
        self.space();
        self.expect(b':', Syntax::Colon)
    }

    fn scalar(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.fault(Syntax::Value),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        if !self.json.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return self.fault(Syntax::Value);
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.take(b'-');
        if self.take(b'0') {
            // 007 is no number of JSON's.
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.fault(Syntax::Number);
            }
        } else {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(())
    }

    /// Passes over digits, at least one.
    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { self.fault(Syntax::Number) } else { Ok(()) }
    }

    /// Passes over a text and its quotes.
    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return self.fault(Syntax::ControlCharacter),
                Some(_) => self.at += 1,
                None => return self.fault(Syntax::Ended),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let fault = |syntax| Err(Fault { offset: start, syntax });
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let Some(unit) = self.unit() else { return fault(Syntax::Escape) };
                match unit {
                    // The second half of a pair alone.
                    0xdc00..=0xdfff => return fault(Syntax::LoneSurrogate),
                    0xd800..=0xdbff => {
                        let pair = self.take(b'\\') && self.unit().is_some_and(|low| matches!(low, 0xdc00..=0xdfff));
                        if !pair {
                            return fault(Syntax::LoneSurrogate);
                        }
                    }
                    _ => {}
                }
            }
            None => return self.fault(Syntax::Ended),
            Some(_) => return fault(Syntax::Escape),
        }
        Ok(())
    }

    /// Passes over `uXXXX`.
    fn unit(&mut self) -> Option<u16> {
        if !self.take(b'u') {
            return None;
        }
        let mut unit = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()?).to_digit(16)?;
            unit = unit << 4 | digit as u16;
            self.at += 1;
        }
        Some(unit)
    }

    /// Inside an object, its beginning included: passes over a member, and gives its key, and where key and value begin.
    pub(super) fn member(&mut self) -> Option<(Text<'a>, usize, usize)> {
        self.enter(b'{')?;
        let key = self.at;
        let text = Text::at(self.json, key)?;
        self.string().ok()?;
        self.space();
        self.expect(b':', Syntax::Colon).ok()?;
        self.space();
        let value = self.at;
        self.value().ok()?;
        Some((text, key, value))
    }

    /// Inside a list, its beginning included: passes over an entry, and says where it begins.
    pub(super) fn entry(&mut self) -> Option<At> {
        self.enter(b'[')?;
        let value = self.at;
        self.value().ok()?;
        At::new(value)
    }

    /// Passes over what stands before an entry; `None` where there is none any more.
    fn enter(&mut self, opening: u8) -> Option<()> {
        self.space();
        if self.take(opening) || self.take(b',') {
            self.space();
        }
        if matches!(self.peek()?, b'}' | b']') { None } else { Some(()) }
    }

    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8, otherwise: Syntax) -> Result<(), Fault> {
        if self.take(byte) { Ok(()) } else { self.fault(otherwise) }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn halt(&self) -> Result<(), Fault> {
        if self.at >= self.stop { self.fault(Syntax::Ended) } else { Ok(()) }
    }

    /// What is wrong here; at the end of the document, that is what is wrong.
    fn fault<T>(&self, syntax: Syntax) -> Result<T, Fault> {
        let syntax = if self.at >= self.json.len() { Syntax::Ended } else { syntax };
        Err(Fault { offset: self.at, syntax })
    }
}
