//! The values of a document: what is where, and whether it is of the right type.

use super::scan::Scan;
use super::text::{Room, Text};
use super::{JsonPath, JsonProblem, JsonReason, JsonType, Syntax};
use crate::validate::Problems;
use crate::{Field, Invalid, Problem};

/// A document without a fault, and where what is wrong with its fields is reported.
pub(super) struct Document<'a, 'r> {
    pub(super) json: &'a str,
    report: &'r mut dyn FnMut(JsonProblem<'_>),
    pub(super) count: usize,
}

impl<'a, 'r> Document<'a, 'r> {
    /// Goes over the grammar of all of it: the offset of its value, an object.
    pub(super) fn new(bytes: &'a [u8], report: &'r mut dyn FnMut(JsonProblem<'_>)) -> Result<(Self, usize), Invalid> {
        let (json, fault) = match core::str::from_utf8(bytes) {
            Ok(json) => (json, None),
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                (core::str::from_utf8(valid).unwrap_or_default(), Some(Syntax::NotUtf8))
            }
        };
        let mut document = Self { json, report, count: 0 };
        let result = Scan::document(json);
        let (offset, syntax) = match (result, fault) {
            (Ok(root), None) if document.expect(Some(root), JsonType::Object).is_some() => return Ok((document, root)),
            (Ok(_), None) => return Err(Invalid { problems: document.count }),
            // What is wrong before the broken bytes comes first.
            (Err(found), None) => (found.offset, found.syntax),
            (Err(found), Some(_)) if found.offset < json.len() => (found.offset, found.syntax),
            (_, Some(fault)) => (json.len(), fault),
        };
        document.say(offset, JsonReason::Syntax(syntax));
        Err(Invalid { problems: document.count })
    }

    #[inline(never)]
    pub(super) fn say(&mut self, offset: usize, reason: JsonReason<'_>) {
        self.count += 1;
        (self.report)(JsonProblem { path: JsonPath { json: self.json, offset, missing: None }, offset, reason });
    }

    /// Says that an object doesn't have a field.
    #[inline(never)]
    pub(super) fn miss(&mut self, object: usize, name: &'static str, like: &'static str) {
        self.count += 1;
        let path = JsonPath { json: self.json, offset: object, missing: Some(name) };
        (self.report)(JsonProblem { path, offset: object, reason: JsonReason::Missing { like } });
    }

    /// Runs a part of the one validation for the value at an offset. Without one there is a stand-in for what has been
    /// reported already, of which nothing is to be said again.
    pub(super) fn check<'p, T>(&mut self, at: Option<usize>, check: impl FnOnce(&mut Problems<'_, 'p>) -> T) -> T {
        self.check_all(|_| at, check)
    }

    /// The same for several values, which the field tells apart.
    pub(super) fn check_all<'p, T>(
        &mut self,
        at: impl Fn(Field) -> Option<usize>,
        check: impl FnOnce(&mut Problems<'_, 'p>) -> T,
    ) -> T {
        check(&mut Problems::new(&mut |Problem { field, reason }: Problem<'p>| {
            if let Some(offset) = at(field) {
                self.say(offset, JsonReason::Schedule(reason));
            }
        }))
    }

    /// Where the values of an object's fields begin; those that are null are left out.
    pub(super) fn fields<const N: usize>(
        &mut self,
        object: usize,
        names: &'static [&'static str; N],
    ) -> [Option<usize>; N] {
        let mut values = [None; N];
        if self.expect(Some(object), JsonType::Object).is_some() {
            let mut seen = 0;
            self.members(object, names, &mut seen, &mut values);
        }
        values
    }

    fn members(&mut self, object: usize, names: &'static [&'static str], seen: &mut u16, values: &mut [Option<usize>]) {
        let mut scan = Scan::new(self.json, object);
        while let Some((text, key, value)) = scan.member() {
            let Some(index) = names.iter().position(|name| text.is(name)) else {
                self.say(key, JsonReason::Unknown { known: names });
                continue;
            };
            let bit = 1 << index;
            if *seen & bit != 0 {
                self.say(key, JsonReason::Duplicate);
            } else if let Some(place) = values.get_mut(index)
                && self.type_at(value) != JsonType::Null
            {
                *place = Some(value);
            }
            *seen |= bit;
        }
    }

    /// The offset again when a value of this type is there.
    pub(super) fn expect(&mut self, value: Option<usize>, expected: JsonType) -> Option<usize> {
        let value = value?;
        let found = self.type_at(value);
        if found == expected {
            return Some(value);
        }
        self.say(value, JsonReason::Type { expected, found });
        None
    }

    fn type_at(&self, value: usize) -> JsonType {
        let rest = self.json.as_bytes().get(value..).unwrap_or_default();
        match rest.first() {
            Some(b'"') => JsonType::Text,
            Some(b'[') => JsonType::List,
            Some(b'{') => JsonType::Object,
            Some(b't' | b'f') => JsonType::Boolean,
            Some(b'-' | b'0'..=b'9') if is_whole(rest) => JsonType::WholeNumber,
            Some(b'-' | b'0'..=b'9') => JsonType::Number,
            _ => JsonType::Null,
        }
    }

    /// A text and where it is; where it is `None` there is none, or something else, which has been reported.
    pub(super) fn text(&mut self, value: Option<usize>) -> Option<(Text<'a>, usize)> {
        let at = self.expect(value, JsonType::Text)?;
        Some((Text::at(self.json, at)?, at))
    }

    /// A text that has to be there: without its escapes, or empty where it isn't.
    pub(super) fn required<'t>(
        &mut self,
        object: usize,
        (value, name, like): (Option<usize>, &'static str, &'static str),
        room: &'t mut Room,
    ) -> (&'t str, Option<usize>)
    where
        'a: 't,
    {
        if value.is_none() {
            self.miss(object, name, like);
        }
        self.optional(value, room).unwrap_or(("", None))
    }

    pub(super) fn optional<'t>(&mut self, value: Option<usize>, room: &'t mut Room) -> Option<(&'t str, Option<usize>)>
    where
        'a: 't,
    {
        let (text, at) = self.text(value)?;
        Some((text.unescape(room), Some(at)))
    }

    /// A whole number, and where it is when there is one.
    pub(super) fn number(&mut self, value: Option<usize>, otherwise: i64) -> (i64, Option<usize>) {
        let Some(at) = self.expect(value, JsonType::WholeNumber) else { return (otherwise, None) };
        match whole_number(self.json.as_bytes().get(at..).unwrap_or_default()) {
            Some(number) => (number, Some(at)),
            None => {
                self.say(at, JsonReason::NumberTooLarge);
                (otherwise, None)
            }
        }
    }

    pub(super) fn required_number(
        &mut self,
        object: usize,
        value: Option<usize>,
        name: &'static str,
    ) -> (i64, Option<usize>) {
        if value.is_none() {
            self.miss(object, name, "a whole number from 0 up");
        }
        self.number(value, 0)
    }

    /// A list and its length, where there is one.
    pub(super) fn list(&mut self, value: Option<usize>) -> Option<(Scan<'a>, usize)> {
        let at = self.expect(value, JsonType::List)?;
        let mut entries = Scan::new(self.json, at);
        let length = core::iter::from_fn(|| entries.entry()).count();
        Some((Scan::new(self.json, at), length))
    }
}

/// Whether the number at the beginning of these bytes is whole by the way it is written. JSON's -0 is a fraction's.
fn is_whole(bytes: &[u8]) -> bool {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let end = digits.iter().position(|byte| !byte.is_ascii_digit());
    let fraction = end.is_some_and(|end| matches!(digits.get(end), Some(b'.' | b'e' | b'E')));
    !(fraction || bytes.starts_with(b"-0"))
}

/// The whole number at the beginning of these bytes, if it has no more than 64 bits.
fn whole_number(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, bytes),
    };
    let mut number = 0_i64;
    for digit in digits.iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| i64::from(byte - b'0')) {
        number = number.checked_mul(10)?;
        number = if negative { number.checked_sub(digit)? } else { number.checked_add(digit)? };
    }
    Some(number)
}
