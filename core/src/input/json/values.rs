//! The values of a document: what is where, and whether it is of the right type.

use core::num::NonZeroUsize;

use super::scan::Scan;
use super::text::{Room, Text};
use super::{JsonPath, JsonProblem, JsonReason, JsonType, Syntax};
use crate::{Invalid, Reason};

/// The offset of a value. There may be none: that takes no more room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At(NonZeroUsize);

impl At {
    pub(super) const fn new(offset: usize) -> Option<Self> {
        match NonZeroUsize::new(offset.wrapping_add(1)) {
            Some(later) => Some(Self(later)),
            None => None,
        }
    }

    pub(super) const fn offset(self) -> usize {
        self.0.get().wrapping_sub(1)
    }
}

/// A document without a fault, and where what is wrong with its fields is reported.
pub(super) struct Document<'a, 'r> {
    pub(super) json: &'a str,
    report: &'r mut dyn FnMut(JsonProblem<'_>),
    pub(super) count: usize,
}

impl<'a, 'r> Document<'a, 'r> {
    /// Goes over the grammar of all of it: the offset of its value, an object.
    #[inline(never)]
    pub(super) fn new(bytes: &'a [u8], report: &'r mut dyn FnMut(JsonProblem<'_>)) -> Result<(Self, At), Invalid> {
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
            (Ok(root), None) => {
                let root = document.expect(At::new(root), JsonType::Object);
                return root.map(|root| (document, root)).ok_or(Invalid { problems: 1 });
            }
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
        self.report(offset, None, reason);
    }

    /// Says that an object doesn't have a field.
    #[inline(never)]
    pub(super) fn miss(&mut self, object: At, name: &'static str, like: &'static str) {
        self.report(object.offset(), Some(name), JsonReason::Missing { like });
    }

    fn report(&mut self, offset: usize, missing: Option<&'static str>, reason: JsonReason<'_>) {
        self.count += 1;
        (self.report)(JsonProblem { path: JsonPath { json: self.json, offset, missing }, offset, reason });
    }

    /// What is right; what isn't is reported at its offset. Without one it stands in for what has been reported already, of
    /// which nothing is to be said again.
    pub(super) fn take<T>(&mut self, at: Option<At>, result: Result<T, Reason<'_>>) -> Option<T> {
        result.map_err(|reason| self.say_of(at, reason)).ok()
    }

    #[inline(never)]
    pub(super) fn say_of(&mut self, at: Option<At>, reason: Reason<'_>) {
        if let Some(at) = at {
            self.report(at.offset(), None, JsonReason::Schedule(reason));
        }
    }

    /// The same for what is made of the text at an offset, where there is one.
    #[inline(never)]
    pub(super) fn take_text<T>(
        &mut self,
        at: Option<At>,
        check: impl for<'t> Fn(&'t str) -> Result<T, Reason<'t>>,
    ) -> Option<T> {
        let mut room = Room::new();
        let text = self.unescape(at, &mut room)?;
        self.take(at, check(text))
    }

    /// Where the values of an object's fields begin; those that are null are left out.
    pub(super) fn fields<const N: usize>(&mut self, object: At, names: &'static [&'static str; N]) -> [Option<At>; N] {
        let mut values = [None; N];
        self.members(object, names, &mut values);
        values
    }

    #[inline(never)]
    fn members(&mut self, object: At, names: &'static [&'static str], values: &mut [Option<At>]) {
        let mut scan = Scan::new(self.json, object.offset());
        let mut seen = 0_u16;
        while let Some((text, key, value)) = scan.member() {
            let Some(index) = names.iter().position(|name| text.is(name)) else {
                self.say(key, JsonReason::Unknown { known: names });
                continue;
            };
            let bit = 1 << index;
            if seen & bit != 0 {
                self.say(key, JsonReason::Duplicate);
            } else if let Some(place) = values.get_mut(index) {
                *place = At::new(value).filter(|&value| self.type_at(value) != JsonType::Null);
            }
            seen |= bit;
        }
    }

    /// The offset again when a value of this type is there.
    #[inline(never)]
    pub(super) fn expect(&mut self, value: Option<At>, expected: JsonType) -> Option<At> {
        let value = value?;
        let found = self.type_at(value);
        if found == expected {
            return Some(value);
        }
        self.say(value.offset(), JsonReason::Type { expected, found });
        None
    }

    fn type_at(&self, value: At) -> JsonType {
        let rest = self.json.as_bytes().get(value.offset()..).unwrap_or_default();
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

    /// A text that has to be there.
    pub(super) fn required(
        &mut self,
        object: At,
        value: Option<At>,
        name: &'static str,
        like: &'static str,
    ) -> Option<At> {
        if value.is_none() {
            self.miss(object, name, like);
        }
        self.expect(value, JsonType::Text)
    }

    /// The text at an offset.
    pub(super) fn text(&self, value: Option<At>) -> Option<Text<'a>> {
        Text::at(self.json, value?.offset())
    }

    /// The same without its escapes.
    pub(super) fn unescape<'t>(&self, value: Option<At>, room: &'t mut Room) -> Option<&'t str>
    where
        'a: 't,
    {
        Some(self.text(value)?.unescape(room))
    }

    /// A whole number, and where it is when there is one.
    #[inline(never)]
    pub(super) fn number(&mut self, value: Option<At>, otherwise: i64) -> (i64, Option<At>) {
        let Some(at) = self.expect(value, JsonType::WholeNumber) else { return (otherwise, None) };
        match whole_number(self.json.as_bytes().get(at.offset()..).unwrap_or_default()) {
            Some(number) => (number, Some(at)),
            None => {
                self.say(at.offset(), JsonReason::NumberTooLarge);
                (otherwise, None)
            }
        }
    }

    pub(super) fn required_number(&mut self, object: At, value: Option<At>, name: &'static str) -> (i64, Option<At>) {
        if value.is_none() {
            self.miss(object, name, "a whole number from 0 up");
        }
        self.number(value, 0)
    }

    /// The length of a list, where there is one.
    #[inline(never)]
    pub(super) fn length(&mut self, value: Option<At>) -> Option<usize> {
        let list = self.expect(value, JsonType::List)?;
        let mut entries = self.entries(list);
        Some(core::iter::from_fn(|| entries.entry()).count())
    }

    /// The entries of a list.
    pub(super) fn entries(&self, list: At) -> Scan<'a> {
        Scan::new(self.json, list.offset())
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
