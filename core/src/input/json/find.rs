//! A value inside a larger document, by a JSON Pointer (RFC 6901).

use super::scan::Scan;
use super::text::{Piece, Text};

/// The value at a JSON Pointer, as the document writes it: a schedule that is a field of a larger document, for
/// [`Schedule::set_json`](crate::Schedule::set_json).
///
/// The pointer is `""` for the whole document, else a `/` before each step: a key, in which `~1` stands for `/` and `~0` for `~`, or an
/// index from 0 without leading zeros. Keys are compared without their escapes. Where an object has a key twice, the first one counts.
///
/// The whole document is read first, so that half of one gives nothing. Nothing is allocated, and nothing panics.
///
/// ```
/// use kyklos_core::{Schedule, TimeZone, json};
///
/// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
/// let config = br#"{"wifi": {"ssid": "home"}, "valves": [
///     {"pin": 4, "schedule": {"timezone": "Europe/Zurich", "defaultReplicas": 3}}
/// ]}"#;
/// let found = json::find(config, "/valves/0/schedule").expect("a schedule");
/// let schedule = Schedule::<8, 0, 0>::from_json(found, HOME, |problem| eprintln!("{problem}"))?;
/// assert_eq!(schedule.default_value(), 3);
/// assert_eq!(json::find(config, "/valves/1"), None);
/// # Ok::<(), kyklos_core::Invalid>(())
/// ```
///
/// # Errors
///
/// `None` where there is no such value, where the pointer is none, and where the document is no JSON or has lists and objects within
/// each other more than eight deep. So a schedule, which takes four of these levels, may be up to four steps down.
///
/// The bytes that [`JsonProblem`](super::JsonProblem) names count from the beginning of what is found.
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
pub fn find<'d>(document: &'d [u8], pointer: &str) -> Option<&'d [u8]> {
    let json = core::str::from_utf8(document).ok()?;
    let mut value = Scan::document(json).ok()?;
    let mut rest = pointer;
    while !rest.is_empty() {
        let (token, later) = first_token(rest)?;
        value = step(json, value, token)?;
        rest = later;
    }
    Scan::value_at(json, value).map(str::as_bytes)
}

/// The first step of a pointer, without its slash, and the rest with one.
fn first_token(pointer: &str) -> Option<(&str, &str)> {
    let steps = pointer.strip_prefix('/')?;
    let end = steps.bytes().position(|byte| byte == b'/').unwrap_or(steps.len());
    steps.split_at_checked(end)
}

/// From a list or an object to the value that a step leads to.
fn step(json: &str, value: usize, token: &str) -> Option<usize> {
    let mut scan = Scan::new(json, value);
    match json.as_bytes().get(value)? {
        b'{' => loop {
            let (key, _, value) = scan.member()?;
            if is_key(key, token) {
                return Some(value);
            }
        },
        b'[' => {
            for _ in 0..index(token)? {
                scan.entry()?;
            }
            scan.entry().map(|entry| entry.offset())
        }
        _ => None,
    }
}

/// Digits without a leading zero. `-`, which RFC 6901 has for what comes after the last entry, is no entry.
fn index(token: &str) -> Option<usize> {
    let bytes = token.as_bytes();
    if bytes.len() > 1 && bytes.first() == Some(&b'0') || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    token.parse().ok()
}

/// Whether a key is what a step of a pointer says. Instead of taking the escapes of both away, each character of the key is looked for
/// as a pointer writes it; a `~` before anything else is then part of no key, as RFC 6901 has it.
fn is_key(key: Text<'_>, token: &str) -> bool {
    let mut rest = Some(token);
    for piece in key.pieces() {
        rest = match piece {
            Piece::Plain(text) => text.chars().fold(rest, without),
            Piece::Escaped(character) => without(rest, character),
        };
    }
    rest.is_some_and(str::is_empty)
}

/// What comes after a character, where that is the first one.
fn without(token: Option<&str>, character: char) -> Option<&str> {
    match character {
        '~' => token?.strip_prefix("~0"),
        '/' => token?.strip_prefix("~1"),
        other => token?.strip_prefix(other),
    }
}
