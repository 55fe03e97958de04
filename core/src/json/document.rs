//! The fields of a schedule in a document whose grammar is right: they are read and checked in the contract's order,
//! in whatever order they come.

use super::text::{Piece, Room as TextRoom};
use super::values::{At, Document};
use super::{JsonReason, JsonType};
use crate::checks::{self, WrongEnd, characters};
use crate::local::days_of;
use crate::validate::{Checked, Lists, Room, weekly, window_end};
use crate::{Days, HolidayMode, Invalid, Reason, Spec, Zone};

const SPEC: [&str; 10] = [
    "targetRef",
    "timezone",
    "defaultReplicas",
    "windows",
    "exceptions",
    "holidayMode",
    "holidayConfigMap",
    "gracePeriodSeconds",
    "pause",
    "holidays",
];
const TARGET: [&str; 4] = ["apiVersion", "kind", "name", "namespace"];
const WINDOW: [&str; 6] = ["name", "days", "start", "end", "endDay", "replicas"];
const EXCEPTION: [&str; 4] = ["name", "start", "end", "replicas"];

const LIKE_LOCAL_TIME: &str = "YYYY-MM-DDTHH:MM, such as 2026-12-24T18:00";

/// Which zone a name is, if it is one that there is.
pub(super) type Find<'f> = &'f dyn for<'t> Fn(&'t str) -> Result<Zone, Reason<'t>>;

// What holds a text without its escapes is kept apart, so that the stack has room for one of them at a time.
impl Document<'_, '_> {
    /// Checks the fields of the root and reports all that is wrong. Fills the lists, if there are any.
    #[inline(never)]
    pub(super) fn check_fields(
        &mut self,
        root: At,
        find: Find<'_>,
        room: Room,
        lists: &mut Option<Lists<'_>>,
    ) -> Result<Checked, Invalid> {
        let fields = self.fields(root, &SPEC);
        let [target, timezone, default_replicas, windows, exceptions, mode, config_map, grace, pause, holidays] =
            fields;
        self.target(target);
        let zone = self.zone(root, timezone, find);
        let (found, at) = self.number(default_replicas, Spec::DEFAULT_REPLICAS);
        let default_replicas = self.take(at, checks::replicas(found));
        self.windows(windows, room.windows, lists);
        self.exceptions(exceptions, zone, room.exceptions, lists);
        let holiday_mode = self.holiday_mode(mode);
        self.not_empty(config_map);
        let (found, at) = self.number(grace, Spec::GRACE_PERIOD_SECONDS);
        let grace_period = self.take(at, checks::grace_period(found));
        self.expect(pause, JsonType::Boolean);
        self.holidays(holidays, room.holidays, lists);
        let (Some(default_replicas), Some(grace_period_seconds), 0) = (default_replicas, grace_period, self.count)
        else {
            return Err(Invalid { problems: self.count });
        };
        Ok(Checked { zone, default_replicas, holiday_mode, grace_period_seconds })
    }

    #[inline(never)]
    fn target(&mut self, value: Option<At>) {
        let Some(object) = self.expect(value, JsonType::Object) else { return };
        let texts @ [_, _, name, _] = self.fields(object, &TARGET);
        if name.is_none() {
            self.miss(object, "name", "the target's name");
        }
        for value in texts {
            self.not_empty(value);
        }
    }

    fn not_empty(&mut self, value: Option<At>) {
        let at = self.expect(value, JsonType::Text);
        self.take_text(at, |text| checks::not_empty(text));
    }

    fn zone(&mut self, object: At, value: Option<At>, find: Find<'_>) -> Zone {
        let at = self.required(object, value, "timezone", "an IANA name such as Europe/Zurich");
        self.take_text(at, find).unwrap_or(Zone::UTC)
    }

    fn windows(&mut self, value: Option<At>, most: usize, lists: &mut Option<Lists<'_>>) {
        let (Some(list), Some(length)) = (value, self.length(value)) else { return };
        self.take(value, checks::room(length, most));
        let (mut entries, mut index) = (self.entries(list), 0);
        while let Some(entry) = entries.entry() {
            self.window(entry, index, lists);
            index += 1;
        }
    }

    #[inline(never)]
    fn window(&mut self, entry: At, index: usize, lists: &mut Option<Lists<'_>>) {
        let Some(object) = self.expect(Some(entry), JsonType::Object) else { return };
        let [name, days, start, end, end_day, replicas] = self.fields(object, &WINDOW);
        let start = self.required(object, start, "start", "HH:MM, such as 09:00");
        let end_at = self.required(object, end, "end", "HH:MM, such as 17:00");
        let end_day = self.expect(end_day, JsonType::Text);
        let (found, replicas_at) = self.required_number(object, replicas, "replicas");
        self.name(name);
        let days = self.days(days);
        let start = self.take_text(start, checks::start);
        let end = self.take_text(end_at, checks::end);
        let end_day = end_day.map(|day| self.take_text(Some(day), checks::end_day));
        let end = window_end(start, end, end_day).and_then(|end| self.take(end_at, end));
        let replicas = self.take(replicas_at, checks::replicas(found));
        if let (Some(lists), Some(weekly), Some(replicas)) = (lists, weekly(days, start, end), replicas) {
            lists.window(index, weekly, replicas);
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
            self.take(at, checks::name(lengths.sum()));
        }
    }

    #[inline(never)]
    fn days(&mut self, value: Option<At>) -> Option<Days> {
        let Some(list) = value else { return Some(Days::ALL) };
        let length = self.length(value)?;
        let mut all = self.take(value, checks::some_days(length));
        let mut entries = self.entries(list);
        while let Some(entry) = entries.entry() {
            let at = self.expect(Some(entry), JsonType::Text);
            let days = self.take_text(at, checks::day);
            all = all.zip(days).map(|(all, days)| all.union(days));
        }
        all
    }

    fn exceptions(&mut self, value: Option<At>, zone: Zone, most: usize, lists: &mut Option<Lists<'_>>) {
        let (Some(list), Some(length)) = (value, self.length(value)) else { return };
        self.take(value, checks::room(length, most));
        let mut entries = self.entries(list);
        while let Some(entry) = entries.entry() {
            self.exception(entry, zone, lists);
        }
    }

    #[inline(never)]
    fn exception(&mut self, entry: At, zone: Zone, lists: &mut Option<Lists<'_>>) {
        let Some(object) = self.expect(Some(entry), JsonType::Object) else { return };
        let [name, start, end, replicas] = self.fields(object, &EXCEPTION);
        let start_at = self.required(object, start, "start", LIKE_LOCAL_TIME);
        let end_at = self.required(object, end, "end", LIKE_LOCAL_TIME);
        let (found, replicas_at) = self.required_number(object, replicas, "replicas");
        self.name(name);
        let start = self.take_text(start_at, checks::local_time);
        let end = self.take_text(end_at, checks::local_time);
        let span = start.zip(end).and_then(|(start, end)| {
            let span = checks::span(start, end);
            span.map_err(|wrong| self.wrong_end(start_at, end_at, wrong)).ok()
        });
        let replicas = self.take(replicas_at, checks::replicas(found));
        if let (Some(lists), Some(span), Some(replicas)) = (lists, span, replicas) {
            lists.exception(span, zone, replicas);
        }
    }

    /// Reads both ends once more, to tell them.
    #[inline(never)]
    fn wrong_end(&mut self, start: Option<At>, end: Option<At>, wrong: WrongEnd) {
        let (mut start_room, mut end_room) = (TextRoom::new(), TextRoom::new());
        let texts = self.unescape(start, &mut start_room).zip(self.unescape(end, &mut end_room));
        let reason = texts.map_or(Ok(()), |(start, end)| Err(wrong.reason(start, end)));
        self.take(end, reason);
    }

    #[inline(never)]
    fn holiday_mode(&mut self, value: Option<At>) -> HolidayMode {
        let at = self.expect(value, JsonType::Text);
        let mut room = TextRoom::new();
        let (Some(at), Some(text)) = (at, self.unescape(at, &mut room)) else { return HolidayMode::default() };
        HolidayMode::parse(text).unwrap_or_else(|| {
            self.say(at.offset(), JsonReason::NotAMode(text));
            HolidayMode::default()
        })
    }

    fn holidays(&mut self, value: Option<At>, most: usize, lists: &mut Option<Lists<'_>>) {
        let (Some(list), Some(length)) = (value, self.length(value)) else { return };
        self.take(value, checks::room(length, most));
        let mut entries = self.entries(list);
        while let Some(entry) = entries.entry() {
            self.holiday(entry, lists);
        }
    }

    #[inline(never)]
    fn holiday(&mut self, entry: At, lists: &mut Option<Lists<'_>>) {
        let Some(at) = self.expect(Some(entry), JsonType::Text) else { return };
        let mut room = TextRoom::new();
        let text = self.unescape(Some(at), &mut room).unwrap_or_default();
        match (days_of(text.as_bytes()), lists) {
            (None, _) => self.say(at.offset(), JsonReason::NotADate(text)),
            (Some(day), Some(lists)) => lists.holiday(day),
            (Some(_), None) => {}
        }
    }
}
