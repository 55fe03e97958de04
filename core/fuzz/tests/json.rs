//! Random documents: valid ones in any layout are read as serde_json reads them, and broken ones are refused by both.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use kyklos_core::{AllZones, Schedule};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A value, without a layout.
#[derive(Debug, Clone)]
enum Node {
    Text(String),
    Raw(String),
    List(Vec<Node>),
    Object(Vec<(&'static str, Node)>),
}

fn text(text: impl Into<String>) -> Node {
    Node::Text(text.into())
}

fn object(members: impl IntoIterator<Item = (&'static str, Option<Node>)>) -> Node {
    Node::Object(members.into_iter().filter_map(|(name, node)| Some((name, node?))).collect())
}

fn time() -> impl Strategy<Value = Node> {
    (0..24, 0..60).prop_map(|(hours, minutes)| text(format!("{hours:02}:{minutes:02}")))
}

fn count() -> impl Strategy<Value = Node> {
    prop_oneof![0..9_i64, Just(2_147_483_647)].prop_map(|number| Node::Raw(number.to_string()))
}

fn day() -> impl Strategy<Value = &'static str> {
    select(vec!["Monday", "tue", "WED", "Thursday", "fri", "Sat", "sunday"])
}

fn days() -> impl Strategy<Value = Node> {
    let entry =
        prop_oneof![day().prop_map(str::to_owned), (day(), day()).prop_map(|(from, to)| format!("{from}-{to}"))];
    vec(entry.prop_map(text), 1..4).prop_map(Node::List)
}

fn name() -> impl Strategy<Value = Node> {
    vec(any::<char>(), 0..=63).prop_map(|name| text(String::from_iter(name)))
}

/// A value, nothing, or null, which is as good as nothing.
fn maybe(node: impl Strategy<Value = Node>) -> impl Strategy<Value = Option<Node>> {
    option::of(prop_oneof![7 => node, 1 => Just(Node::Raw("null".to_owned()))])
}

fn window() -> impl Strategy<Value = Node> {
    let end_day = day().prop_map(text);
    let end = prop_oneof![time(), Just(text("24:00"))];
    (maybe(name()), maybe(days()), time(), end, end_day, count()).prop_map(
        |(name, days, start, end, end_day, replicas)| {
            object([
                ("name", name),
                ("days", days),
                ("start", Some(start)),
                ("end", Some(end)),
                // With an end on a day, no two times are wrong together.
                ("endDay", Some(end_day)),
                ("replicas", Some(replicas)),
            ])
        },
    )
}

fn exception() -> impl Strategy<Value = Node> {
    let local = |year: std::ops::Range<i32>| {
        (year, 1..13, 1..29, 0..24, 0..60).prop_map(|(year, month, day, hour, minute)| {
            text(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"))
        })
    };
    (maybe(name()), local(0..2030), local(2030..2100), count()).prop_map(|(name, start, end, replicas)| {
        object([("name", name), ("start", Some(start)), ("end", Some(end)), ("replicas", Some(replicas))])
    })
}

fn holiday() -> impl Strategy<Value = Node> {
    let date = || (2020..2100, 1..13, 1..29).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"));
    let of_year = || (1..13, 1..29).prop_map(|(month, day)| format!("{month:02}-{day:02}"));
    let range = (date(), date()).prop_map(|(a, b)| format!("{}..{}", a.clone().min(b.clone()), a.max(b)));
    let yearly_range = (of_year(), of_year()).prop_map(|(first, last)| format!("{first}..{last}"));
    prop_oneof![3 => date(), 1 => range, 1 => of_year(), 1 => yearly_range].prop_map(text)
}

fn document() -> impl Strategy<Value = Node> {
    let zone = select(kyklos_core::TimeZone::names().collect::<Vec<_>>()).prop_map(|name| text(name.as_str()));
    let lists = (
        maybe(vec(window(), 0..=3).prop_map(Node::List)),
        maybe(vec(exception(), 0..=2).prop_map(Node::List)),
        maybe(vec(holiday(), 0..=4).prop_map(Node::List)),
    );
    // A value of holidays is wrong where these are ignored.
    let holidays = prop_oneof![
        maybe(Just(text("ignore"))).prop_map(|mode| (mode, None)),
        (select(vec!["treat-as-closed", "treat-as-open"]), maybe(count()))
            .prop_map(|(mode, value)| (Some(text(mode)), value)),
    ];
    (zone, maybe(count()), lists, holidays).prop_map(
        |(zone, default, (windows, exceptions, holidays), (mode, value))| {
            object([
                ("timezone", Some(zone)),
                ("defaultReplicas", default),
                ("windows", windows),
                ("exceptions", exceptions),
                ("holidayMode", mode),
                ("holidayReplicas", value),
                ("holidays", holidays),
            ])
        },
    )
}

/// Writes a value in one of its many layouts.
struct Writer {
    /// SplitMix64: a shrunk case is laid out like the one before.
    state: u64,
    out: String,
}

impl Writer {
    fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn space(&mut self) {
        while self.below(4) == 0 {
            let space = [' ', '\t', '\n', '\r'][self.below(4) as usize];
            self.out.push(space);
        }
    }

    fn node(&mut self, node: &Node) {
        self.space();
        match node {
            Node::Text(text) => self.text(text),
            Node::Raw(raw) => self.out.push_str(raw),
            Node::List(entries) => {
                self.out.push('[');
                for (index, entry) in entries.iter().enumerate() {
                    self.comma(index);
                    self.node(entry);
                }
                self.space();
                self.out.push(']');
            }
            Node::Object(members) => {
                let mut left: Vec<_> = members.iter().collect();
                self.out.push('{');
                while !left.is_empty() {
                    let (name, value) = left.swap_remove(self.below(left.len() as u64) as usize);
                    self.comma(members.len() - left.len() - 1);
                    self.space();
                    self.text(name);
                    self.space();
                    self.out.push(':');
                    self.node(value);
                }
                self.space();
                self.out.push('}');
            }
        }
        self.space();
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push(',');
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            let short = match character {
                '"' | '\\' | '/' => Some(character),
                '\u{8}' => Some('b'),
                '\u{c}' => Some('f'),
                '\n' => Some('n'),
                '\r' => Some('r'),
                '\t' => Some('t'),
                _ => None,
            };
            let must = character < ' ' || matches!(character, '"' | '\\');
            match self.below(if must { 2 } else { 12 }) {
                0 if short.is_some() => self.out.extend(['\\'].into_iter().chain(short)),
                0 | 1 => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        let unit = if self.below(2) == 0 { format!("{unit:04x}") } else { format!("{unit:04X}") };
                        self.out.push_str(&format!("\\u{unit}"));
                    }
                }
                _ => self.out.push(character),
            }
        }
        self.out.push('"');
    }
}

fn write(node: &Node, layout: u64) -> String {
    let mut writer = Writer { state: layout, out: String::new() };
    writer.node(node);
    writer.out
}

/// Breaks something, or nothing that matters.
fn mutate(mut bytes: Vec<u8>, changes: &[(u8, prop::sample::Index, u8)]) -> Vec<u8> {
    const PIECES: [&[u8]; 16] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"null",
        b"1e5",
        b"-0",
        b"\"start\":",
        b"\\ud800",
        b"\xff",
        b"01",
        b"[[[[[[[[[",
    ];
    for (kind, place, value) in changes {
        let at = place.index(bytes.len() + 1);
        match kind % 5 {
            0 if at < bytes.len() => bytes[at] = *value,
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, *value),
            _ => drop(bytes.splice(at..at, PIECES[usize::from(*value) % PIECES.len()].iter().copied())),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_layout_of_a_valid_document(document in document(), layout in any::<u64>()) {
        let json = write(&document, layout);
        let mut problems = Vec::new();
        let read = Schedule::<3, 2, 4>::from_json(json.as_bytes(), AllZones, |problem| problems.push(problem.to_string()));
        prop_assert!(read.is_ok(), "{problems:?} in {json}");
        kyklos_fuzz::json(json.as_bytes());
    }

    #[test]
    fn what_is_broken(
        document in document(),
        layout in any::<u64>(),
        changes in vec((any::<u8>(), any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        kyklos_fuzz::json(&mutate(write(&document, layout).into_bytes(), &changes));
    }
}
