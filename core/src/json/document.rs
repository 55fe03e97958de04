//! The fields of a schedule in a document whose grammar is right: they are read and checked in the contract's order,
//! in whatever order they come.

use super::text::{Piece, Room as TextRoom};
use super::values::Document;
use super::{JsonReason, JsonType};
use crate::local::days_of;
use crate::validate::{Checked, Lists, Room, characters};
use crate::{
    Days, ExceptionField, ExceptionSpec, Field, HolidayMode, Invalid, Reason, Spec, WindowField, WindowSpec, Zone,
};

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

// Those that hold texts are kept apart, so that the stack holds those of one of them at a time.
impl Document<'_, '_> {
    /// Checks the fields of the root and reports all that is wrong. Fills the lists, if there are any.
    #[inline(never)]
    pub(super) fn check_fields(
        &mut self,
        root: usize,
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
    fn target(&mut self, value: Option<usize>) {
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

    fn not_empty(&mut self, value: Option<usize>, field: Field) {
        if let Some((text, at)) = self.text(value) {
            let empty = text.is("");
            self.check(Some(at), |problems| problems.not_empty(field, empty));
        }
    }

    #[inline(never)]
    fn zone(&mut self, object: usize, value: Option<usize>, find: Find<'_>) -> Zone {
        let mut room = TextRoom::new();
        let like = "an IANA name such as Europe/Zurich";
        let (name, at) = self.required(object, (value, "timezone", like), &mut room);
        let Some(at) = at else { return Zone::UTC };
        self.check(Some(at), |problems| problems.zone(find(name)))
    }

    fn windows(&mut self, value: Option<usize>, most: usize, lists: &mut Option<Lists<'_>>) {
        let Some((mut entries, length)) = self.list(value) else { return };
        self.check(value, |problems| problems.room(Field::Windows, length, most));
        let mut index = 0;
        while let Some(entry) = entries.entry() {
            self.window(entry, index, lists);
            index += 1;
        }
    }

    #[inline(never)]
    fn window(&mut self, entry: usize, index: usize, lists: &mut Option<Lists<'_>>) {
        let Some(object) = self.expect(Some(entry), JsonType::Object) else { return };
        let [name, days, start, end, end_day, replicas] = self.fields(object, &WINDOW);
        let (mut start_room, mut end_room, mut day_room) = (TextRoom::new(), TextRoom::new(), TextRoom::new());
        let start = self.required(object, (start, "start", "HH:MM, such as 09:00"), &mut start_room);
        let end = self.required(object, (end, "end", "HH:MM, such as 17:00"), &mut end_room);
        let end_day = self.optional(end_day, &mut day_room);
        let replicas = self.required_number(object, replicas, "replicas");
        self.name(name, Field::Window(index, WindowField::Name));
        let days = self.days(days, index);
        let window = WindowSpec {
            name: None,
            days: None,
            start: start.0,
            end: end.0,
            end_day: end_day.map(|(text, _)| text),
            replicas: replicas.0,
        };
        let at = |field| match field {
            Field::Window(_, WindowField::Start) => start.1,
            Field::Window(_, WindowField::End) => end.1,
            Field::Window(_, WindowField::EndDay) => end_day.and_then(|(_, at)| at),
            Field::Window(_, WindowField::Replicas) => replicas.1,
            _ => None,
        };
        self.check_all(at, |problems| problems.window(index, days, &window, lists));
    }

    fn name(&mut self, value: Option<usize>, field: Field) {
        if let Some((text, at)) = self.text(value) {
            let length = text.pieces().map(|piece| match piece {
                Piece::Plain(text) => characters(text),
                Piece::Escaped(_) => 1,
            });
            let length = length.sum();
            self.check(Some(at), |problems| problems.name(field, length));
        }
    }

    #[inline(never)]
    fn days(&mut self, value: Option<usize>, window: usize) -> Option<Days> {
        let Some(value) = value else { return Some(Days::ALL) };
        let (mut entries, length) = self.list(Some(value))?;
        let mut all = self.check(Some(value), |problems| problems.some_days(window, length));
        let mut index = 0;
        while let Some(entry) = entries.entry() {
            let mut room = TextRoom::new();
            let days = match self.optional(Some(entry), &mut room) {
                Some((text, at)) => self.check(at, |problems| problems.day(window, index, text)),
                None => None,
            };
            all = all.zip(days).map(|(all, days)| all.union(days));
            index += 1;
        }
        all
    }

    fn exceptions(&mut self, value: Option<usize>, zone: Zone, most: usize, lists: &mut Option<Lists<'_>>) {
        let Some((mut entries, length)) = self.list(value) else { return };
        self.check(value, |problems| problems.room(Field::Exceptions, length, most));
        let mut index = 0;
        while let Some(entry) = entries.entry() {
            self.exception(entry, index, zone, lists);
            index += 1;
        }
    }

    #[inline(never)]
    fn exception(&mut self, entry: usize, index: usize, zone: Zone, lists: &mut Option<Lists<'_>>) {
        let Some(object) = self.expect(Some(entry), JsonType::Object) else { return };
        let [name, start, end, replicas] = self.fields(object, &EXCEPTION);
        let (mut start_room, mut end_room) = (TextRoom::new(), TextRoom::new());
        let start = self.required(object, (start, "start", LIKE_LOCAL_TIME), &mut start_room);
        let end = self.required(object, (end, "end", LIKE_LOCAL_TIME), &mut end_room);
        let replicas = self.required_number(object, replicas, "replicas");
        self.name(name, Field::Exception(index, ExceptionField::Name));
        let exception = ExceptionSpec { name: None, start: start.0, end: end.0, replicas: replicas.0 };
        let at = |field| match field {
            Field::Exception(_, ExceptionField::Start) => start.1,
            Field::Exception(_, ExceptionField::End) => end.1,
            Field::Exception(_, ExceptionField::Replicas) => replicas.1,
            _ => None,
        };
        self.check_all(at, |problems| problems.exception(index, &exception, zone, lists));
    }

    #[inline(never)]
    fn holiday_mode(&mut self, value: Option<usize>) -> HolidayMode {
        let mut room = TextRoom::new();
        let Some((text, Some(at))) = self.optional(value, &mut room) else { return HolidayMode::default() };
        HolidayMode::parse(text).unwrap_or_else(|| {
            self.say(at, JsonReason::NotAMode(text));
            HolidayMode::default()
        })
    }

    #[inline(never)]
    fn holidays(&mut self, value: Option<usize>, most: usize, lists: &mut Option<Lists<'_>>) {
        let Some((mut entries, found)) = self.list(value) else { return };
        if let Some(at) = value.filter(|_| found > most) {
            self.say(at, JsonReason::Schedule(Reason::TooMany { found, most }));
        }
        while let Some(entry) = entries.entry() {
            let mut room = TextRoom::new();
            let Some((text, Some(at))) = self.optional(Some(entry), &mut room) else { continue };
            match (days_of(text.as_bytes()), &mut *lists) {
                (None, _) => self.say(at, JsonReason::NotADate(text)),
                (Some(day), Some(lists)) => lists.holiday(day),
                (Some(_), None) => {}
            }
        }
    }
}
