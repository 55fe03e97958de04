//! The fields of a schedule in a document whose grammar is right: they are read and checked in the contract's order,
//! in whatever order they come.

use super::text::{Piece, Room as TextRoom};
use super::values::{At, Document};
use super::{JsonReason, JsonType};
use crate::local::days_of;
use crate::validate::{Checked, Lists, Problems, Room, WindowParts, characters};
use crate::{Days, ExceptionField, ExceptionSpec, Field, HolidayMode, Invalid, Reason, Spec, WindowField, Zone};

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

// What holds texts without their escapes is kept apart, and at the end of the way: the stack then has room for those of
// one object only, and for nothing below them but the report.
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
        let (count, at) = self.number(default_replicas, Spec::DEFAULT_REPLICAS);
        let default_replicas = self.check(at, |problems| problems.replicas(Field::DefaultReplicas, count));
        self.windows(windows, room.windows, lists);
        self.exceptions(exceptions, zone, room.exceptions, lists);
        let holiday_mode = self.holiday_mode(mode);
        self.not_empty(config_map, Field::HolidayConfigMap);
        let (seconds, at) = self.number(grace, Spec::GRACE_PERIOD_SECONDS);
        let grace_period_seconds = self.check(at, |problems| problems.grace_period(seconds));
        self.expect(pause, JsonType::Boolean);
        self.holidays(holidays, room.holidays, lists);
        if self.count > 0 {
            return Err(Invalid { problems: self.count });
        }
        Ok(Checked { zone, default_replicas, holiday_mode, grace_period_seconds })
    }

    #[inline(never)]
    fn target(&mut self, value: Option<At>) {
        let Some(object) = self.expect(value, JsonType::Object) else { return };
        let [api_version, kind, name, namespace] = self.fields(object, &TARGET);
        if name.is_none() {
            self.miss(object, "name", "the target's name");
        }
        let texts = [
            (Field::TargetApiVersion, api_version),
            (Field::TargetKind, kind),
            (Field::TargetName, name),
            (Field::TargetNamespace, namespace),
        ];
        for (field, value) in texts {
            self.not_empty(value, field);
        }
    }

    fn not_empty(&mut self, value: Option<At>, field: Field) {
        let at = self.expect(value, JsonType::Text);
        if let Some(text) = self.text(at) {
            let empty = text.is("");
            self.check(at, |problems| problems.not_empty(field, empty));
        }
    }

    #[inline(never)]
    fn zone(&mut self, object: At, value: Option<At>, find: Find<'_>) -> Zone {
        let at = self.required(object, value, "timezone", "an IANA name such as Europe/Zurich");
        let mut room = TextRoom::new();
        let Some(name) = self.unescape(at, &mut room) else { return Zone::UTC };
        self.check(at, |problems| problems.zone(find(name)))
    }

    fn windows(&mut self, value: Option<At>, most: usize, lists: &mut Option<Lists<'_>>) {
        let (Some(list), Some(length)) = (value, self.length(value)) else { return };
        self.check(value, |problems| problems.room(Field::Windows, length, most));
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
        let end = self.required(object, end, "end", "HH:MM, such as 17:00");
        let end_day = self.expect(end_day, JsonType::Text);
        let replicas = self.required_number(object, replicas, "replicas");
        self.name(name, Field::Window(index, WindowField::Name));
        let days = self.days(days, index);
        let parts = WindowParts {
            days,
            start: self.text_of(start, index, |problems, window, text| problems.start(window, text)),
            end: self.text_of(end, index, |problems, window, text| problems.end(window, text)),
            end_day: end_day
                .map(|day| self.text_of(Some(day), index, |problems, window, text| problems.end_day(window, text))),
            replicas: replicas.0,
        };
        let at = |field| match field {
            Field::Window(_, WindowField::End) => end,
            Field::Window(_, WindowField::Replicas) => replicas.1,
            _ => None,
        };
        self.check_all(at, |problems| problems.window(index, parts, lists));
    }

    /// Checks a text of a window by itself.
    #[inline(never)]
    fn text_of<T>(
        &mut self,
        at: Option<At>,
        window: usize,
        check: for<'t> fn(&mut Problems<'_, 't>, usize, &'t str) -> Option<T>,
    ) -> Option<T> {
        let mut room = TextRoom::new();
        let text = self.unescape(at, &mut room)?;
        self.check(at, |problems| check(problems, window, text))
    }

    #[inline(never)]
    fn name(&mut self, value: Option<At>, field: Field) {
        let at = self.expect(value, JsonType::Text);
        if let Some(text) = self.text(at) {
            let lengths = text.pieces().map(|piece| match piece {
                Piece::Plain(text) => characters(text),
                Piece::Escaped(_) => 1,
            });
            let length = lengths.sum();
            self.check(at, |problems| problems.name(field, length));
        }
    }

    #[inline(never)]
    fn days(&mut self, value: Option<At>, window: usize) -> Option<Days> {
        let Some(list) = value else { return Some(Days::ALL) };
        let length = self.length(value)?;
        let mut all = self.check(value, |problems| problems.some_days(window, length));
        let (mut entries, mut index) = (self.entries(list), 0);
        while let Some(entry) = entries.entry() {
            let days = self.day(entry, window, index);
            all = all.zip(days).map(|(all, days)| all.union(days));
            index += 1;
        }
        all
    }

    #[inline(never)]
    fn day(&mut self, entry: At, window: usize, index: usize) -> Option<Days> {
        let at = self.expect(Some(entry), JsonType::Text);
        let mut room = TextRoom::new();
        let text = self.unescape(at, &mut room)?;
        self.check(at, |problems| problems.day(window, index, text))
    }

    fn exceptions(&mut self, value: Option<At>, zone: Zone, most: usize, lists: &mut Option<Lists<'_>>) {
        let (Some(list), Some(length)) = (value, self.length(value)) else { return };
        self.check(value, |problems| problems.room(Field::Exceptions, length, most));
        let (mut entries, mut index) = (self.entries(list), 0);
        while let Some(entry) = entries.entry() {
            self.exception(entry, index, zone, lists);
            index += 1;
        }
    }

    #[inline(never)]
    fn exception(&mut self, entry: At, index: usize, zone: Zone, lists: &mut Option<Lists<'_>>) {
        let Some(object) = self.expect(Some(entry), JsonType::Object) else { return };
        let [name, start, end, replicas] = self.fields(object, &EXCEPTION);
        let start = self.required(object, start, "start", LIKE_LOCAL_TIME);
        let end = self.required(object, end, "end", LIKE_LOCAL_TIME);
        let replicas = self.required_number(object, replicas, "replicas");
        self.name(name, Field::Exception(index, ExceptionField::Name));
        self.span(index, [start, end], replicas, zone, lists);
    }

    #[inline(never)]
    fn span(
        &mut self,
        index: usize,
        [start, end]: [Option<At>; 2],
        (replicas, replicas_at): (i64, Option<At>),
        zone: Zone,
        lists: &mut Option<Lists<'_>>,
    ) {
        let (mut start_room, mut end_room) = (TextRoom::new(), TextRoom::new());
        let exception = ExceptionSpec {
            name: None,
            start: self.unescape(start, &mut start_room).unwrap_or_default(),
            end: self.unescape(end, &mut end_room).unwrap_or_default(),
            replicas,
        };
        let at = |field| match field {
            Field::Exception(_, ExceptionField::Start) => start,
            Field::Exception(_, ExceptionField::End) => end,
            Field::Exception(_, ExceptionField::Replicas) => replicas_at,
            _ => None,
        };
        self.check_all(at, |problems| problems.exception(index, &exception, zone, lists));
    }

    #[inline(never)]
    fn holiday_mode(&mut self, value: Option<At>) -> HolidayMode {
        let Some(at) = self.expect(value, JsonType::Text) else { return HolidayMode::default() };
        let mut room = TextRoom::new();
        let text = self.unescape(Some(at), &mut room).unwrap_or_default();
        HolidayMode::parse(text).unwrap_or_else(|| {
            self.say(at.offset(), JsonReason::NotAMode(text));
            HolidayMode::default()
        })
    }

    #[inline(never)]
    fn holidays(&mut self, value: Option<At>, most: usize, lists: &mut Option<Lists<'_>>) {
        let (Some(list), Some(found)) = (value, self.length(value)) else { return };
        if found > most {
            self.say(list.offset(), JsonReason::Schedule(Reason::TooMany { found, most }));
        }
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
