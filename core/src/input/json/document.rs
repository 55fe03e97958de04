//! The fields of a schedule in a document whose grammar is right: they are read and checked in one order, in whatever order they come.

use super::text::{Piece, Room as TextRoom};
use super::values::{At, Document};
use super::{JsonProblem, JsonReason, JsonType};
use crate::answer::dates::Run;
use crate::input::fields::{self, characters};
use crate::input::from_spec::{Find, Header, Room, Source, Target};
use crate::{Days, Holiday, HolidayMode, Invalid, Reason, Spec};

const SPEC: [&str; 7] =
    ["timezone", "defaultReplicas", "windows", "exceptions", "holidayMode", "holidayReplicas", "holidays"];
const WINDOW: [&str; 6] = ["name", "days", "start", "end", "endDay", "replicas"];
const EXCEPTION: [&str; 4] = ["name", "start", "end", "replicas"];

const LIKE_LOCAL_TIME: &str = "YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00";

/// A document whose grammar is right, with its room.
pub(super) struct OfJson<'a, 'r> {
    document: Document<'a, 'r>,
    root: At,
    room: Room,
    /// The list of its dates, once it has been checked.
    dates: Option<At>,
}

impl<'a, 'r> OfJson<'a, 'r> {
    pub(super) fn new(json: &'a [u8], room: Room, report: &'r mut dyn FnMut(JsonProblem<'_>)) -> Result<Self, Invalid> {
        let (document, root) = Document::new(json, report)?;
        Ok(Self { document, root, room, dates: None })
    }
}

// What holds a text without its escapes is kept apart, so that the stack has room for one of them at a time.
impl Source for OfJson<'_, '_> {
    #[inline(never)]
    fn check(&mut self, find: &mut dyn Find, target: &mut Target<'_, '_>) -> Result<Header, Invalid> {
        let (document, root, room) = (&mut self.document, self.root, self.room);
        let [timezone, default_value, windows, exceptions, mode, holiday_value, holidays] =
            document.fields(root, &SPEC);
        document.zone(root, timezone, find);
        let (found, at) = document.number(default_value, Spec::DEFAULT_VALUE);
        let default_value = document.take(at, fields::value_of(found));
        document.windows(windows, room.windows, target);
        document.exceptions(exceptions, room.exceptions, target);
        let holiday_mode = document.holiday_mode(mode);
        let (found, at) = document.number(holiday_value, 0);
        // What is no mode is told already, and no reason to refuse a value.
        let holiday_value = match holiday_mode {
            Some(mode) => document.take(at, fields::holiday_value(mode, at.map(|_| found))),
            None => document.take(at, fields::value_of(found)).map(Some),
        };
        self.dates = document.expect(holidays, JsonType::List);
        if let Some(list) = self.dates {
            document.holidays(list);
        }
        let (Some(default_value), Some(holiday_mode), Some(holiday_value), 0) =
            (default_value, holiday_mode, holiday_value, document.count)
        else {
            return Err(Invalid { problems: document.count });
        };
        Ok(Header { default_value, holiday_mode, holiday_value })
    }

    fn dates(&mut self, take: &mut dyn FnMut(Run)) {
        let Some(list) = self.dates else { return };
        let mut entries = self.document.entries(list);
        while let Some(entry) = entries.entry() {
            if let Some(holiday) = self.document.holiday(entry) {
                take(holiday.run());
            }
        }
    }

    fn refuse_dates(&mut self) {
        self.document.say_of(self.dates, Reason::TooManyHolidays { most: self.room.holidays });
    }
}

impl Document<'_, '_> {
    #[inline(never)]
    fn zone(&mut self, object: At, value: Option<At>, find: &mut dyn Find) {
        let at = self.required(object, value, "timezone", "an IANA name such as Europe/Zurich");
        let mut room = TextRoom::new();
        if let Some(text) = self.unescape(at, &mut room)
            && !find.zone(text)
        {
            self.say_of(at, find.refusal(text));
        }
    }

    fn windows(&mut self, value: Option<At>, most: usize, target: &mut Target<'_, '_>) {
        let (Some(list), Some(length)) = (value, self.length(value)) else { return };
        self.take(value, fields::room(length, most));
        let mut entries = self.entries(list);
        while let Some(entry) = entries.entry() {
            self.window(entry, target);
        }
    }

    #[inline(never)]
    fn window(&mut self, entry: At, target: &mut Target<'_, '_>) {
        let Some(object) = self.expect(Some(entry), JsonType::Object) else { return };
        let [name, days, start, end, end_day, value] = self.fields(object, &WINDOW);
        let start = self.required(object, start, "start", "HH:MM, such as 09:00");
        let end_at = self.required(object, end, "end", "HH:MM, such as 17:00");
        let end_day = self.expect(end_day, JsonType::Text);
        let (found, value_at) = self.required_number(object, value, "replicas");
        self.name(name);
        let days = self.days(days);
        let start = self.take_text(start, fields::start);
        let end = self.take_text(end_at, fields::end);
        let end_day = end_day.map(|day| self.take_text(Some(day), fields::end_day));
        let value = self.take(value_at, fields::value_of(found));
        let (Some(start), Some(end), Some(end_day)) = (start, end, end_day.map_or(Some(None), |day| day.map(Some)))
        else {
            return;
        };
        // Days and value stand in where they are wrong by themselves: what is wrong with the times is told all the same.
        let whole = fields::window(days.unwrap_or(Days::ALL), (start, end, end_day), value.unwrap_or(0));
        if let Some(window) = self.take(end_at, whole) {
            target.window(window);
        }
    }

    #[inline(never)]
    fn name(&mut self, value: Option<At>) {
        let at = self.expect(value, JsonType::Text);
        if let Some(text) = self.text(at) {
            let lengths = text.pieces().map(|piece| match piece {
                Piece::Plain(text) => characters(text),
                Piece::Escaped(_) => 1,
            });
            self.take(at, fields::name(lengths.sum()));
        }
    }

    #[inline(never)]
    fn days(&mut self, value: Option<At>) -> Option<Days> {
        let Some(list) = value else { return Some(Days::ALL) };
        let length = self.length(value)?;
        let mut all = self.take(value, fields::some_days(length));
        let mut entries = self.entries(list);
        while let Some(entry) = entries.entry() {
            let at = self.expect(Some(entry), JsonType::Text);
            let days = self.take_text(at, fields::day);
            all = all.zip(days).map(|(all, days)| all.union(days));
        }
        all
    }

    fn exceptions(&mut self, value: Option<At>, most: usize, target: &mut Target<'_, '_>) {
        let (Some(list), Some(length)) = (value, self.length(value)) else { return };
        self.take(value, fields::room(length, most));
        let mut entries = self.entries(list);
        while let Some(entry) = entries.entry() {
            self.exception(entry, target);
        }
    }

    #[inline(never)]
    fn exception(&mut self, entry: At, target: &mut Target<'_, '_>) {
        let Some(object) = self.expect(Some(entry), JsonType::Object) else { return };
        let [name, start, end, value] = self.fields(object, &EXCEPTION);
        let start = self.required(object, start, "start", LIKE_LOCAL_TIME);
        let end_at = self.required(object, end, "end", LIKE_LOCAL_TIME);
        let (found, value_at) = self.required_number(object, value, "replicas");
        self.name(name);
        let start = self.take_text(start, fields::local_time);
        let end = self.take_text(end_at, fields::local_time);
        let value = self.take(value_at, fields::value_of(found));
        let Some((start, end)) = start.zip(end) else { return };
        if let Some(exception) = self.take(end_at, fields::exception(start, end, value.unwrap_or(0))) {
            target.exception(exception);
        }
    }

    /// `None` for a text that is no mode.
    #[inline(never)]
    fn holiday_mode(&mut self, value: Option<At>) -> Option<HolidayMode> {
        let at = self.expect(value, JsonType::Text);
        let mut room = TextRoom::new();
        let (Some(at), Some(text)) = (at, self.unescape(at, &mut room)) else { return Some(HolidayMode::default()) };
        let mode = text.parse().ok();
        if mode.is_none() {
            self.say(at.offset(), JsonReason::NotAMode(text));
        }
        mode
    }

    #[inline(never)]
    fn holidays(&mut self, list: At) {
        let mut entries = self.entries(list);
        while let Some(entry) = entries.entry() {
            let at = self.expect(Some(entry), JsonType::Text);
            self.take_text(at, fields::holiday);
        }
    }

    /// A holiday, if it is one.
    #[inline(never)]
    fn holiday(&self, entry: At) -> Option<Holiday> {
        let mut room = TextRoom::new();
        fields::holiday(self.unescape(Some(entry), &mut room)?).ok()
    }
}
